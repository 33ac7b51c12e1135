"""The database handle: engine, sessions, naming rules and column types. No table of its own."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Engine, MetaData, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import JSON, TypeDecorator

#: Constraints need stable names, or a later migration cannot drop them.
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Be the parent of every table of every room."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON, list[int]: JSON, list[dict[str, Any]]: JSON}  # noqa: RUF012 - SQLAlchemy reads it once, on the class


class UtcMoment(TypeDecorator[datetime]):
    """Store an aware moment in UTC; SQLite itself would lose the zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone and turn the others into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone cannot be stored: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


#: What databases say when they cannot take anything right now: a full disk, another writer, a folder gone read-only.
STORAGE_TROUBLE = (
    "database or disk is full",
    "database is locked",
    "disk i/o error",
    "unable to open database file",
    "readonly database",
    "no space left on device",
)


def is_storage_trouble(error: OperationalError) -> bool:
    """Say whether the database refused because it cannot store anything right now, not because of what was asked."""
    said = str(error.orig).lower()
    return any(words in said for words in STORAGE_TROUBLE)


#: Every server thread may hold a connection: whoever waits to write must not keep others from reading.
SQLITE_POOL: dict[str, Any] = {"pool_size": 16, "max_overflow": 128}
#: How long a thread waits for the others of this process before it asks the database itself, which waits as long again.
TURN_S = 5.0


class Database:
    """Open sessions for writing and for reading on one engine."""

    def __init__(self, url: str) -> None:
        is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = create_engine(url, **(SQLITE_POOL if is_sqlite else {}))
        if is_sqlite:
            _prepare_sqlite(self.engine)
        self._writing = sessionmaker(self.engine.execution_options(takes_turn=True), expire_on_commit=False)
        self._reading = sessionmaker(self.engine.execution_options(read_only=True), expire_on_commit=False)

    def writing(self) -> Session:
        """Open a session that takes the write lock when it begins, so that nothing read is out of date when written."""
        return self._writing()

    def reading(self) -> Session:
        """Open a session that only reads and never waits for a writer."""
        return self._reading()


def _prepare_sqlite(engine: Engine) -> None:
    """Make SQLite keep its promises under many threads.

    The driver's own transactions begin too late: with them two threads that read and then write lose updates.
    So the driver is told to begin nothing, and every writing session begins with BEGIN IMMEDIATE.

    SQLite lets a waiting writer sleep and look again, ever more rarely, while the file lies idle. So the writers of
    this process queue for their turn here, and only other processes are met at the file. Only sessions take turns:
    they give their connection back when a transaction ends, which migrations do not.
    """
    turn = threading.Lock()
    holders: dict[int, bool] = {}

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # FULL: what is acknowledged survives an empty battery, not only a crash of this program.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "busy_timeout=5000", "foreign_keys=ON", "synchronous=FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        read_only = connection.get_execution_options().get("read_only", False)
        if connection.get_execution_options().get("takes_turn", False):
            holder = id(connection.connection.dbapi_connection)
            holders[holder] = turn.acquire(timeout=TURN_S)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def checkin(connection: DBAPIConnection | None, _entry: ConnectionPoolEntry) -> None:
        if holders.pop(id(connection), False):
            turn.release()
