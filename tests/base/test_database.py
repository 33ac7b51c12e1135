"""The database keeps its promises under threads, over migrations and across zones."""

from __future__ import annotations

import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from accounts import operations
from accounts.models import Organisation, Partnership
from app import base_database, create_app
from base.database import TURN_S, Base, Database
from base.settings import Settings

NOON = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)


def test_the_migrations_build_what_the_models_say(app: Flask) -> None:
    with app.app_context():
        assert app.extensions["alembic"].compare_metadata() == []


def test_the_migrations_can_be_undone(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path))
    with app.app_context():
        app.extensions["alembic"].upgrade()
        assert "ballot" in inspect(base_database(app).engine).get_table_names()
        app.extensions["alembic"].downgrade("base")
    assert set(inspect(base_database(app).engine).get_table_names()) <= {"alembic_version"}
    base_database(app).engine.dispose()


def test_every_table_and_column_explains_itself() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in Path().glob("*/*models.py"))
    for table in Base.metadata.sorted_tables:
        assert f'__tablename__ = "{table.name}"' in source
    lines = source.splitlines()
    for number, line in enumerate(lines):
        if ": Mapped[" in line:
            assert lines[number - 1].strip().startswith("#:"), line


def test_no_update_is_lost_when_many_threads_read_and_then_write(database: Database) -> None:
    with database.writing() as session:
        session.add(Partnership(code="n", name="0", is_sample=False, created_at=NOON))
        session.commit()

    def count_up() -> None:
        for _ in range(25):
            with database.writing() as session:
                row = session.query(Partnership).one()
                row.name = str(int(row.name) + 1)
                session.commit()

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.query(Partnership).one().name == str(4 * 25)


def test_a_connection_that_is_kept_after_a_migration_holds_nobody_up(database: Database) -> None:
    with database.engine.connect() as kept:
        with kept.begin():
            kept.execute(text("DELETE FROM partnership"))
        began = time.monotonic()
        with database.writing() as session:
            session.execute(text("DELETE FROM partnership"))
        assert time.monotonic() - began < TURN_S / 2


def test_a_writer_that_is_refused_gives_its_turn_away(database: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "skillshed.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with database.writing() as session, pytest.raises(OperationalError, match="locked"):
        session.execute(text("DELETE FROM partnership"))
    other.execute("ROLLBACK")
    other.close()
    began = time.monotonic()
    with database.writing() as session:
        session.execute(text("DELETE FROM partnership"))
    assert time.monotonic() - began < TURN_S / 2


def test_a_reader_does_not_wait_for_a_writer(database: Database, partnership_id: int) -> None:
    with database.writing() as writer:
        writer.execute(text("UPDATE partnership SET name = 'changed'"))
        with database.reading() as reader:
            assert reader.scalar(text("SELECT name FROM partnership")) == "Test Valley Partnership"


def test_foreign_keys_are_kept(database: Database) -> None:
    with database.writing() as session:
        with pytest.raises(IntegrityError):
            session.execute(text("INSERT INTO partnership_organisation VALUES (99, 99)"))
        session.rollback()


def test_a_moment_without_a_zone_is_refused_and_others_become_utc(database: Database) -> None:
    with database.writing() as session, pytest.raises(StatementError, match="without a zone"):
        operations.add_partnership(session, name="x", now=datetime(2026, 1, 1))
    mountain = timezone(timedelta(hours=-7))
    with database.writing() as session:
        operations.add_partnership(session, name="y", now=datetime(2026, 1, 1, 5, 0, tzinfo=mountain))
        session.commit()
    with database.reading() as session:
        assert session.query(Partnership).one().created_at == datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def test_an_unknown_kind_of_organisation_is_refused_by_the_database(database: Database) -> None:
    with database.writing() as session:
        session.add(
            Organisation(code="q", name="Q", kind="cult", n_employees=None, town="", sector="", created_at=NOON)
        )
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_a_missing_table_is_an_error_and_not_an_empty_page(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{(tmp_path / 'empty.db').as_posix()}")
    with database.reading() as session, pytest.raises(OperationalError):
        session.query(Partnership).all()
    database.engine.dispose()
