"""What every door (view) needs: the request's session, the clock, and files on their way out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from flask import Flask, Response, current_app, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy.orm import Session

from base.database import Database
from base.settings import Settings
from base.streams import wake_streams

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"

#: What is said when the disk is full or the database busy.
CANNOT_STORE = "The server cannot store anything right now"
STORE_LATER = (
    "Nothing of this was kept, and everything stored before is safe. Tell the convener: the disk may be full. "
    "Then go back and try again."
)
STORE_AGAIN_SECONDS = "10"

#: Counts requests per client on the few doors that strangers may try codes at.
limiter = Limiter(get_remote_address, storage_uri="memory://")


def init_doors(app: Flask, *, database: Database, settings: Settings) -> None:
    """Give an application its database and settings, and close the request's session after every request."""
    app.extensions["skillshed_database"] = database
    app.extensions["skillshed_settings"] = settings
    # A cookie is signed and sent when something in it changes, not with every answer to two hundred phones.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    limiter.init_app(app)

    @app.teardown_request
    def close_session(_error: BaseException | None) -> None:
        opened: Session | None = g.pop("session", None)
        if opened is not None:
            opened.close()


def database() -> Database:
    """Return the application's database."""
    return cast(Database, current_app.extensions["skillshed_database"])


def settings() -> Settings:
    """Return the application's settings."""
    return cast(Settings, current_app.extensions["skillshed_settings"])


def session() -> Session:
    """Return the request's session: it reads for GET and HEAD, and writes for everything else."""
    if "session" not in g:
        g.session = database().reading() if request.method in {"GET", "HEAD", "OPTIONS"} else database().writing()
    return cast(Session, g.session)


def commit() -> None:
    """Make what the request did permanent, and have open screens look. Only doors call this."""
    session().commit()
    wake_streams(current_app)


def read_on() -> None:
    """Undo what the request has not made permanent and let the rest of it only read, however busy or full the disk."""
    session().close()
    g.session = database().reading()


def now() -> datetime:
    """Return this moment in UTC. Only doors read the clock; operations are told the time."""
    return datetime.now(UTC)


def download(content: bytes, *, filename: str, mimetype: str) -> Response:
    """Send bytes as a file that the browser saves under `filename`."""
    response = Response(content, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response
