"""What every test may ask for: a migrated application, its database, and people signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import operations as accounts_operations
from accounts.permissions import Role
from app import base_database, create_app, migrate
from base.database import Database
from base.settings import Settings
from page_client import PageClient

#: The moment at which tests happen.
NOON = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Migrate an empty database once; every test starts from a copy."""
    folder = tmp_path_factory.mktemp("migrated")
    app = create_app(Settings(data_dir=folder))
    migrate(app)
    base_database(app).engine.dispose()
    return (folder / "skillshed.db").read_bytes()


@pytest.fixture(scope="session")
def asset_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepare the packages' large files once."""
    from base.assets import prepare_assets

    folder = tmp_path_factory.mktemp("assets")
    prepare_assets(folder)
    return folder


@pytest.fixture
def app(tmp_path: Path, migrated_file: bytes, asset_folder: Path) -> Iterator[Flask]:
    """Build an application on a freshly migrated, empty database."""
    (tmp_path / "skillshed.db").write_bytes(migrated_file)
    (tmp_path / "assets").symlink_to(asset_folder, target_is_directory=True)
    application = create_app(Settings(data_dir=tmp_path, joins_per_minute=10_000))
    application.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    application.test_client_class = PageClient
    yield application
    base_database(application).engine.dispose()


@pytest.fixture
def database(app: Flask) -> Database:
    """Return the application's database."""
    return base_database(app)


@pytest.fixture
def db_session(database: Database) -> Iterator[Session]:
    """Open a writing session; commit in the test what doors should see, and never hold it open over a request."""
    with database.writing() as session:
        yield session


@pytest.fixture
def partnership_id(database: Database) -> int:
    """Add a partnership to work in."""
    with database.writing() as session:
        added = accounts_operations.add_partnership(session, name="Test Valley Partnership", now=NOON)
        session.commit()
    return added


@pytest.fixture
def college_id(database: Database, partnership_id: int) -> int:
    """Add a college with the code TVC to the partnership."""
    with database.writing() as session:
        added = accounts_operations.add_organisation(
            session, partnership_id=partnership_id, name="Test Valley College", kind="college", code="TVC", now=NOON
        )
        session.commit()
    return added


@pytest.fixture
def employer_id(database: Database, partnership_id: int) -> int:
    """Add a firm with the code TVF to the partnership."""
    with database.writing() as session:
        added = accounts_operations.add_organisation(
            session, partnership_id=partnership_id, name="Test Valley Foundry", kind="employer", code="TVF", now=NOON
        )
        session.commit()
    return added


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser-like client that is not signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(
    app: Flask, database: Database, partnership_id: int, college_id: int, request: pytest.FixtureRequest
) -> Callable[[str], FlaskClient]:
    """Return a function that signs a new person in, in the role of that name, with a real one-time link."""

    def signed_in(role: str) -> FlaskClient:
        places = {"reviewer": college_id}
        if role == "employer":  # asked for only here: most tests have no firm, and some hold a session open already
            places["employer"] = request.getfixturevalue("employer_id")
        with database.writing() as session:
            membership_id = accounts_operations.add_member(
                session,
                partnership_id=partnership_id,
                name=f"Test {role}",
                role=Role(role),
                organisation_id=places.get(role),
                now=NOON,
            )
            secret = accounts_operations.make_sign_in_link(
                session, membership_id=membership_id, now=datetime.now(UTC), hours=1
            )
            session.commit()
        browser = app.test_client()
        response = browser.post(f"/sign-in/{secret}")
        assert response.status_code == 302, response.text
        return browser

    return signed_in
