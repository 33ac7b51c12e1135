"""Read every setting from the environment and one TOML file."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from base.refusals import Refusal

PREFIX = "SKILLSHED_"


class SettingRefused(Refusal):
    """Say which setting cannot be read, and where it was written."""


@dataclass(frozen=True)
class Settings:
    """Hold everything that an operator may choose; docs/operations.md explains each one."""

    #: Folder that keeps the database, the secret key and prepared assets.
    data_dir: Path = Path("instance")
    #: SQLAlchemy address of the database; empty means an SQLite file in the data folder.
    database_url: str = ""
    #: Network address to listen on; 0.0.0.0 lets phones on the same network in.
    host: str = "0.0.0.0"  # noqa: S104 - a meeting needs the phones in the room to reach this computer
    #: TCP port to listen on.
    port: int = 8080
    #: Server threads; an open live stream occupies one.
    threads: int = 64
    #: Screens that are told of changes at once; further ones ask every few seconds.
    live_streams: int = 40
    #: Connections accepted at once.
    connection_limit: int = 1000
    #: Address that phones use when it is not this computer's own (say, behind a proxy); empty means find out.
    public_url: str = ""
    #: Key that signs cookies; empty means one is made on first start and kept in the data folder.
    secret_key: str = ""
    #: Whether cookies are only sent over https; set it when a proxy serves https.
    secure_cookies: bool = False
    #: Largest accepted upload in mebibytes.
    max_upload_mb: int = 20
    #: Hours for which a sign-in link that nobody used stays good.
    sign_in_link_hours: int = 72
    #: Requests per minute and client on the join and sign-in doors.
    joins_per_minute: int = 60
    #: File with the region's own vocabulary, added to the shipped one in every new match run; empty means none.
    vocabulary_file: str = ""
    #: Model that train-matcher wrote, used by every new match run; empty means the shipped one.
    model_file: str = ""
    #: Folder with the region's own funding rules (TOML), read beside the shipped ones; empty means none.
    funding_folder: str = ""
    #: Worker processes or threads that a match run may use.
    match_workers: int = 1
    #: Lowest level that is logged: DEBUG, INFO, WARNING or ERROR.
    log_level: str = "WARNING"

    @property
    def sqlalchemy_url(self) -> str:
        """Return the database address, the embedded SQLite file when none is set."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'skillshed.db').as_posix()}"


def read_settings(*, environ: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """Read settings: defaults, then the TOML file, then the environment.

    The file is `file`, or the one that SKILLSHED_CONFIG names, or skillshed.toml in the current folder if it exists.
    """
    environ = os.environ if environ is None else environ
    path = file or (Path(environ[PREFIX + "CONFIG"]) if PREFIX + "CONFIG" in environ else Path("skillshed.toml"))
    settings = Settings()
    if file or PREFIX + "CONFIG" in environ or path.exists():
        settings = _apply(settings, values=_toml(path), place=str(path), prefix="")
    from_environment = {name: text for name, text in environ.items() if name.startswith(PREFIX)}
    from_environment.pop(PREFIX + "CONFIG", None)
    return _apply(settings, values=from_environment, place="the environment", prefix=PREFIX)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingRefused(f"The settings file {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingRefused(f"The settings file {path} is not TOML: {error}.") from error


def _apply(settings: Settings, *, values: Mapping[str, Any], place: str, prefix: str) -> Settings:
    known = {(prefix + field.name.upper()) if prefix else field.name: field.name for field in fields(Settings)}
    changes: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise SettingRefused(f"{place} sets {name}, which is no setting. Known: {', '.join(known)}.")
        changes[known[name]] = _read(value, kind=type(getattr(settings, known[name])), name=name, place=place)
    return replace(settings, **changes)


def _read(value: Any, *, kind: type, name: str, place: str) -> Any:
    """Turn a TOML value or an environment text into the kind that the setting has."""
    if kind is bool:
        words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        if str(value).lower() not in words:
            raise SettingRefused(f"{place} sets {name} to {value!r}; write true or false.")
        return words[str(value).lower()]
    if kind is int:
        try:
            return int(str(value))
        except ValueError:
            raise SettingRefused(f"{place} sets {name} to {value!r}; write a whole number.") from None
    return Path(value) if issubclass(kind, Path) else str(value)


def kept_secret_key(settings: Settings) -> str:
    """Return the signing key, made once and kept readable for its owner alone."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir / "secret_key"
    if not path.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii").strip()
