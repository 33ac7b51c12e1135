"""A partnership with a catalog, an assessment and two firms whose people are signed in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from region_builder import NEEDS, NOON, PLC_COURSE, reading
from two_firms import Firms

from accounts import operations as accounts_operations
from accounts.permissions import Role
from base.database import Database
from catalog import operations as catalog_operations
from survey import operations as survey_operations


@pytest.fixture
def firms(app: Flask, database: Database, partnership_id: int, college_id: int) -> Firms:
    """Add what training starts from."""
    with database.writing() as session:
        ids = [
            accounts_operations.add_organisation(
                session,
                partnership_id=partnership_id,
                name=name,
                kind="employer",
                code=code,
                n_employees=n,
                now=NOON,
            )
            for code, name, n in (("ALP", "Alpenglow Castings", 140), ("BRK", "Brackwater Forge", 34))
        ]
        survey_operations.create_assessment(
            session, partnership_id=partnership_id, title="Spring list", needs=NEEDS, now=NOON
        )
        catalog_operations.store_edition(
            session,
            organisation_id=college_id,
            label="2026–27",
            filename="TVC.csv",
            file_digest="0" * 64,
            mapping={},
            reading=reading(PLC_COURSE),
            by_name="Dana Ruiz",
            now=NOON,
        )
        session.commit()

    def person(role: Role, *, organisation_id: int | None = None) -> FlaskClient:
        with database.writing() as session:
            membership_id = accounts_operations.add_member(
                session,
                partnership_id=partnership_id,
                name=f"{role.value.capitalize()} {organisation_id or ''}".strip(),
                role=role,
                organisation_id=organisation_id,
                now=NOON,
            )
            secret = accounts_operations.make_sign_in_link(
                session, membership_id=membership_id, now=datetime.now(UTC), hours=1
            )
            session.commit()
        browser = app.test_client()
        assert browser.post(f"/sign-in/{secret}").status_code == 302
        return browser

    return Firms(database, partnership_id, college_id, ids[0], ids[1], person)
