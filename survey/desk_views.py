"""Doors for what the convener does while a meeting runs: pause voting and go on, and say until when it stays open."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires
from accounts.permissions import Action
from base.doors import commit, now, session
from base.refusals import Refusal
from survey import rounds, voting_time
from survey.blueprint import blueprint, own_meeting, record
from survey.meeting_views import at_desk


@blueprint.post("/meetings/<int:meeting_id>/pause")
@requires(Action.RUN_MEETINGS)
def pause_voting(meeting_id: int) -> ResponseReturnValue:
    """Pause voting."""
    words = "Voting is paused. Phones keep their ballots and cast them when you go on."
    return at_desk(meeting_id, voting_time.pause_voting, words=words)


@blueprint.post("/meetings/<int:meeting_id>/resume")
@requires(Action.RUN_MEETINGS)
def resume_voting(meeting_id: int) -> ResponseReturnValue:
    """Go on with voting."""
    return at_desk(
        meeting_id, voting_time.resume_voting, words="Voting goes on. Waiting phones cast their ballots now."
    )


@blueprint.post("/meetings/<int:meeting_id>/rounds")
@requires(Action.RUN_MEETINGS)
def start_round(meeting_id: int) -> ResponseReturnValue:
    """Begin a new round of voting."""
    words = "A new round is open. Ask everyone to open their receipt, look their ballot over, and cast it again."
    return at_desk(meeting_id, rounds.start_round, words=words)


@blueprint.post("/meetings/<int:meeting_id>/closing-time")
@requires(Action.RUN_MEETINGS)
def closing_time(meeting_id: int) -> ResponseReturnValue:
    """Set the closing time that the room sees, move it on, or take it away."""
    found = own_meeting(meeting_id)
    act = request.form.get("act", "set")
    try:
        if act == "clear":
            voting_time.clear_closing_time(session(), meeting_id=meeting_id, now=now())
        else:
            move = voting_time.extend_voting if act == "extend" else voting_time.set_closing_time
            move(session(), meeting_id=meeting_id, n_minutes=_minutes(request.form.get("minutes", "")), now=now())
    except Refusal as refusal:
        flash(str(refusal), "error")
        return redirect(url_for("survey.meeting", meeting_id=meeting_id))
    record("set_closing_time", subject=found.title, meeting_id=meeting_id, change=act)
    commit()
    words = own_meeting(meeting_id).closing_words or "No closing time is shown any more"
    flash(f"{words}. Phones and the wall show it within a minute; you close voting yourself.", "success")
    return redirect(url_for("survey.meeting", meeting_id=meeting_id))


def _minutes(text: str) -> int:
    """Return the minutes typed; 0, which is refused in words, when they are no whole number."""
    typed = text.strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0
