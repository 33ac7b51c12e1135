"""A meeting that is planned, open, or open for the doors."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session
from voting_hall import MORNING, NEEDS, Hall

from survey import operations
from survey.queries import MeetingRow


@pytest.fixture
def planned_hall(db_session: Session, partnership_id: int, college_id: int) -> Hall:
    """Plan a meeting on five needs, in a partnership with a college."""
    assessment_id = operations.create_assessment(
        db_session, partnership_id=partnership_id, title="Spring list", needs=NEEDS, now=MORNING
    )
    meeting_id = operations.plan_meeting(
        db_session,
        partnership_id=partnership_id,
        assessment_id=assessment_id,
        title="Spring meeting",
        place="Town hall",
        held_on=date(2026, 9, 15),
        k=3,
        now=MORNING,
    )
    return Hall(db_session, partnership_id, meeting_id, assessment_id)


@pytest.fixture
def hall(planned_hall: Hall) -> Hall:
    """Open the meeting."""
    planned_hall.open()
    return planned_hall


@pytest.fixture
def open_meeting(hall: Hall) -> MeetingRow:
    """Make an open meeting permanent, so that doors see it."""
    hall.session.commit()
    found = hall.meeting
    hall.session.rollback()
    return found
