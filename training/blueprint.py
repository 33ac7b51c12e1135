"""The room's blueprint, and what all its doors share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort

from accounts import operations as accounts_operations
from accounts import queries as accounts_queries
from accounts.access import signed_in
from accounts.permissions import Role
from accounts.queries import OrganisationRow
from base.doors import now, session, settings
from training import wording
from training.funding_rules import Program, read_programs

blueprint = Blueprint("training", __name__)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """Lend pages the words for days, money and states."""
    return {
        "day": wording.day,
        "days": wording.days,
        "dollars": wording.dollars,
        "counted": wording.counted,
        "plain": wording.plain,
        "times_words": wording.TIMES_WORDS,
        "place_words": wording.PLACE_WORDS,
        "delivery_words": wording.DELIVERY_WORDS,
        "request_words": wording.REQUEST_WORDS,
        "cohort_words": wording.COHORT_WORDS,
        "submission_words": wording.SUBMISSION_WORDS,
        "measure_words": wording.MEASURE_WORDS,
        "answer_words": wording.ANSWER_WORDS,
    }


def own_firm_id() -> int | None:
    """Return the firm that the signed-in person is bound to; None for those who see every firm of the partnership."""
    member = signed_in()
    return member.organisation_id if member.role is Role.EMPLOYER else None


def own_college_id() -> int | None:
    """Return the college that a reviewer is bound to; None for those who see every college of the partnership."""
    member = signed_in()
    return member.organisation_id if member.role is Role.REVIEWER else None


def firms() -> list[OrganisationRow]:
    """Return the firms for which the signed-in person may ask."""
    partnership_id = signed_in().partnership.id
    found = accounts_queries.organisations(session(), partnership_id=partnership_id, kinds=("employer",))
    own = own_firm_id()
    return found if own is None else [firm for firm in found if firm.id == own]


def firm_called(code: str) -> OrganisationRow:
    """Return a firm for which the signed-in person may ask, by its code; anything else does not exist."""
    return next((firm for firm in firms() if firm.code.lower() == code.lower()), None) or abort(404)


def programs() -> tuple[Program, ...]:
    """Read the funding rules, the shipped ones and the region's own."""
    return read_programs(folder=settings().funding_folder)


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
