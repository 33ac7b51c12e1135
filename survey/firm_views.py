"""Doors for firms that sent several people, or that were typed in two ways."""

from __future__ import annotations

from itertools import groupby

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires
from accounts.permissions import Action
from base.doors import commit, now, session
from base.refusals import Refusal
from survey import same_firm
from survey.blueprint import blueprint, own_meeting, record


@blueprint.get("/meetings/<int:meeting_id>/firms")
@requires(Action.RUN_MEETINGS)
def firms(meeting_id: int) -> ResponseReturnValue:
    """Show which firms sent several people and whose ballot counts, and which names may be one firm."""
    found = own_meeting(meeting_id)
    seats = same_firm.firm_seats(session(), meeting_id=meeting_id)
    groups = [list(group) for _key, group in groupby(seats, key=lambda seat: (seat.organisation_id, seat.voice))]
    names = {seat.organisation_id: seat.organisation_name for seat in seats}
    return render_template(
        "survey/firms.html",
        meeting=found,
        shared=[group for group in groups if len(group) > 1],
        names=sorted(names.items(), key=lambda entry: entry[1].casefold()),
        kept_id=0,
        merged_id=0,
    )


@blueprint.post("/meetings/<int:meeting_id>/firms/seats/<int:seat_id>")
@requires(Action.RUN_MEETINGS)
def choose_ballot(meeting_id: int, seat_id: int) -> ResponseReturnValue:
    """Let one seat speak for its firm."""
    found = own_meeting(meeting_id)
    try:
        same_firm.choose_ballot(session(), meeting_id=meeting_id, seat_id=seat_id, now=now())
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        record("choose_ballot", subject=found.title, meeting_id=meeting_id, seat_id=seat_id)
        commit()
        flash("This ballot counts for the firm now, whatever its other people cast.", "success")
    return redirect(url_for("survey.firms", meeting_id=meeting_id))


@blueprint.post("/meetings/<int:meeting_id>/firms/merge")
@requires(Action.RUN_MEETINGS)
def merge_firms(meeting_id: int) -> ResponseReturnValue:
    """Ask whether two names are one firm, and then count them as one."""
    found = own_meeting(meeting_id)
    kept_id = request.form.get("kept", default=0, type=int)
    merged_id = request.form.get("merged", default=0, type=int)
    seats = same_firm.firm_seats(session(), meeting_id=meeting_id)
    names = {seat.organisation_id: seat.organisation_name for seat in seats}
    if request.form.get("sure") != "yes" and kept_id != merged_id and {kept_id, merged_id} <= names.keys():
        return render_template(
            "survey/merge_firms.html", meeting=found, kept_id=kept_id, merged_id=merged_id, names=names
        )
    try:
        same_firm.merge_firms(session(), meeting_id=meeting_id, kept_id=kept_id, merged_id=merged_id, now=now())
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        kept, merged = names.get(kept_id) or abort(404), names.get(merged_id) or abort(404)
        record("merge_firms", subject=kept, meeting_id=meeting_id, merged=merged)
        commit()
        flash(f"{merged} counts as {kept} at this meeting.", "success")
    return redirect(url_for("survey.firms", meeting_id=meeting_id))
