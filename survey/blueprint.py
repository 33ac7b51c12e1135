"""The room's blueprint, and what all its doors share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort

from accounts import operations as accounts_operations
from accounts.access import signed_in
from base.doors import now, session
from survey import queries, wording
from survey.queries import AssessmentRow, MeetingRow

blueprint = Blueprint("survey", __name__)


@blueprint.context_processor
def words() -> dict[str, Callable[..., str]]:
    """Lend pages the words for days and times."""
    return {"day": wording.day, "clock": wording.clock}


def own_assessment(assessment_id: int) -> AssessmentRow:
    """Return an assessment of the signed-in person's partnership; anything else does not exist."""
    found = queries.assessment(session(), assessment_id=assessment_id, partnership_id=signed_in().partnership.id)
    return found or abort(404)


def own_meeting(meeting_id: int) -> MeetingRow:
    """Return a meeting of the signed-in person's partnership; anything else does not exist."""
    found = queries.meeting(session(), meeting_id=meeting_id, partnership_id=signed_in().partnership.id)
    return found or abort(404)


def record(act: str, *, subject: str, **facts: Any) -> None:
    """Write what the signed-in person did into the audit trail."""
    member = signed_in()
    accounts_operations.record_act(
        session(),
        partnership_id=member.partnership.id,
        actor_name=member.name,
        act=act,
        subject=subject,
        facts=facts,
        now=now(),
    )
