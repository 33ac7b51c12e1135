"""The room's blueprint, and what all its doors share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, url_for

from accounts.access import signed_in
from accounts.operations import record_act
from base.doors import now, session
from review import queries, wording
from review.reasons import reason_sentences
from review.records import RunRow

blueprint = Blueprint("review", __name__)

#: A row number in an address; a longer one than any table has is no such page.
NUMBER = "int(max=999999999)"


@blueprint.context_processor
def words() -> dict[str, Any]:
    """Give this room's pages the words for counts, moments and verdicts."""
    return {"words": wording, "reason_sentences": reason_sentences}


def own_run(run_id: int) -> RunRow:
    """Return a run of the member's partnership, or answer that there is none."""
    found = queries.run(session(), run_id=run_id, partnership_id=signed_in().partnership.id)
    return found or abort(404)


def done_run(run_id: int) -> RunRow:
    """Return a run that has verdicts; one that has none yet shows how far it is instead."""
    found = own_run(run_id)
    return found if found.state == "done" else abort(redirect(url_for("review.run", run_id=run_id)))


def record(act: str, subject: str) -> None:
    """Write what the signed-in person did into the audit trail."""
    member = signed_in()
    record_act(
        session(), partnership_id=member.partnership.id, actor_name=member.name, act=act, subject=subject, now=now()
    )
