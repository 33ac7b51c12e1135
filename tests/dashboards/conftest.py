"""A region before anybody has voted, and one that has been compared."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from report_rows import NOON
from voted_region import NEEDS, Region

from accounts import operations as accounts_operations
from accounts.permissions import Role
from base.database import Database
from survey import operations as survey_operations


@pytest.fixture
def region(database: Database, partnership_id: int, college_id: int) -> Region:
    """Open a meeting on three needs; nobody has come yet, and no college has a catalog."""
    with database.writing() as session:
        accounts_operations.add_organisation(
            session, partnership_id=partnership_id, name="North Fork College", kind="college", code="NFC", now=NOON
        )
        assessment_id = survey_operations.create_assessment(
            session, partnership_id=partnership_id, title="Autumn list", needs=NEEDS, now=NOON
        )
        meeting_id = survey_operations.plan_meeting(
            session,
            partnership_id=partnership_id,
            assessment_id=assessment_id,
            title="Autumn meeting",
            place="Town hall",
            held_on=date(2026, 9, 15),
            k=3,
            now=NOON,
        )
        survey_operations.open_meeting(session, meeting_id=meeting_id, now=NOON)
        session.commit()
    return Region(database, partnership_id, assessment_id, meeting_id)


@pytest.fixture
def compared_region(region: Region) -> Region:
    """Let six employers vote, show the ranking, import the catalogs and make a run."""
    region.vote(6)
    region.reveal()
    region.close()
    region.import_catalogs()
    region.make_run()
    return region


@pytest.fixture
def stranger(app: Flask, region: Region) -> FlaskClient:
    """Sign a convener of another partnership in."""
    with region.database.writing() as session:
        other = accounts_operations.add_partnership(session, name="Elsewhere", now=NOON)
        membership_id = accounts_operations.add_member(
            session, partnership_id=other, name="Sam", role=Role.CONVENER, now=NOON
        )
        secret = accounts_operations.make_sign_in_link(
            session, membership_id=membership_id, now=datetime.now(UTC), hours=1
        )
        session.commit()
    browser = app.test_client()
    browser.post(f"/sign-in/{secret}")
    return browser
