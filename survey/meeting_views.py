"""Doors for meetings: plan one, run it from the convener's desk, show how to join, take the ballots away as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import segno
from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from accounts.access import requires, signed_in
from accounts.permissions import Action
from base.addresses import phone_address
from base.doors import CSV, XLSX, commit, download, now, session, settings
from base.refusals import Refusal
from base.tables import csv_text, workbook
from survey import operations, queries
from survey.blueprint import blueprint, own_meeting, record
from survey.disclosure import BATCH_SIZE, MIN_VOTERS
from survey.exports import ballots_sheet
from survey.forms import MeetingForm
from survey.queries import RankingWithheld
from survey.wording import day


@blueprint.get("/meetings")
@requires(Action.SEE_RESULTS)
def meetings() -> ResponseReturnValue:
    """List the partnership's meetings."""
    partnership_id = signed_in().partnership.id
    return render_template(
        "survey/meetings.html",
        meetings=queries.meetings(session(), partnership_id=partnership_id),
        assessments=queries.assessments(session(), partnership_id=partnership_id),
    )


@blueprint.route("/meetings/new", methods=["GET", "POST"])
@requires(Action.RUN_MEETINGS)
def new_meeting() -> ResponseReturnValue:
    """Plan a meeting on one of the partnership's assessments."""
    partnership_id = signed_in().partnership.id
    rows = queries.assessments(session(), partnership_id=partnership_id)
    if not rows:
        flash("A meeting votes on a list of skill needs. Make the list first.", "warning")
        return redirect(url_for("survey.new_assessment"))
    chosen = request.args.get("assessment", default=rows[0].id, type=int)
    form = MeetingForm(data={"assessment_id": chosen, "held_on": now().astimezone().date()})
    form.assessment_id.choices = [SelectChoice(row.id, f"{row.title} ({row.n_needs} needs)") for row in rows]
    if form.validate_on_submit():
        return _planned(form, partnership_id=partnership_id)
    return render_template("survey/new_meeting.html", form=form)


def _planned(form: MeetingForm, *, partnership_id: int) -> ResponseReturnValue:
    meeting_id = operations.plan_meeting(
        session(),
        partnership_id=partnership_id,
        assessment_id=form.assessment_id.data,
        title=form.title.data,
        place=form.place.data or "",
        held_on=form.held_on.data,
        k=form.k.data,
        now=now(),
    )
    record("plan_meeting", subject=form.title.data, meeting_id=meeting_id)
    commit()
    flash("The meeting is planned. Print the join sheet, or open voting when everyone is there.", "success")
    return redirect(url_for("survey.meeting", meeting_id=meeting_id))


@blueprint.get("/meetings/<int:meeting_id>")
@requires(Action.RUN_MEETINGS)
def meeting(meeting_id: int) -> ResponseReturnValue:
    """Show the convener's desk: how to join, who has voted, and what to do next."""
    found = own_meeting(meeting_id)
    ranking = queries.published_ranking(session(), meeting_id=meeting_id)
    return render_template(
        "survey/meeting.html",
        meeting=found,
        voters=queries.voters(session(), meeting_id=meeting_id),
        n_waiting=0 if isinstance(ranking, RankingWithheld) else ranking.n_waiting,
        fewest=MIN_VOTERS,
        batch=BATCH_SIZE,
        **_way_in(found.join_code),
    )


@blueprint.get("/meetings/<int:meeting_id>/voters.json")
@requires(Action.RUN_MEETINGS)
def voters(meeting_id: int) -> ResponseReturnValue:
    """Say how many have come and voted; unchanged answers are empty, so that a desk can ask every few seconds."""
    found = own_meeting(meeting_id)
    response: Response = jsonify(
        revision=found.revision, state=found.state, n_seats=found.n_seats, n_voted=found.n_voted
    )
    response.set_etag(f"voters-{meeting_id}-{found.revision}")
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


@blueprint.get("/meetings/<int:meeting_id>/join-sheet")
@requires(Action.RUN_MEETINGS)
def join_sheet(meeting_id: int) -> ResponseReturnValue:
    """Show the sheet to print or to leave on the tables."""
    found = own_meeting(meeting_id)
    return render_template("survey/join_sheet.html", meeting=found, **_way_in(found.join_code))


def _way_in(join_code: str) -> dict[str, str | Markup]:
    """Return the link that phones open, as text and as a QR picture."""
    base_address = phone_address(public_url=settings().public_url, requested_url=request.url_root)
    link = base_address + url_for("survey.meet", code=join_code)
    picture = segno.make(link, error="m", micro=False).svg_inline(border=4, omitsize=True)
    return {
        "link": link,
        "join_box": (base_address + url_for("survey.enter")).split("://", 1)[-1],
        "qr_svg": Markup(picture),  # noqa: S704 - the picture is paths alone; the link is only drawn in it
    }


@blueprint.post("/meetings/<int:meeting_id>/open")
@requires(Action.RUN_MEETINGS)
def open_meeting(meeting_id: int) -> ResponseReturnValue:
    """Open voting, or open it again."""
    return at_desk(meeting_id, operations.open_meeting, words="Voting is open. Show the code to the room.")


@blueprint.post("/meetings/<int:meeting_id>/close")
@requires(Action.RUN_MEETINGS)
def close_meeting(meeting_id: int) -> ResponseReturnValue:
    """Close voting."""
    return at_desk(meeting_id, operations.close_meeting, words="Voting is closed. No more ballots are taken.")


@blueprint.post("/meetings/<int:meeting_id>/reveal")
@requires(Action.RUN_MEETINGS)
def reveal_ranking(meeting_id: int) -> ResponseReturnValue:
    """Show the ranking to the room."""
    words = "The ranking is shown on the screen and on the results page."
    return at_desk(meeting_id, operations.reveal_ranking, words=words)


class _DeskOperation(Protocol):
    """Something that the convener does to a meeting."""

    __name__: str

    def __call__(self, session: Session, *, meeting_id: int, now: datetime) -> None:
        """Do it, or refuse."""


def at_desk(meeting_id: int, operation: _DeskOperation, *, words: str) -> ResponseReturnValue:
    """Do something to a meeting and go back to its desk; a refusal is said there."""
    found = own_meeting(meeting_id)
    try:
        operation(session(), meeting_id=meeting_id, now=now())
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        record(operation.__name__, subject=found.title, meeting_id=meeting_id)
        commit()
        flash(words, "success")
    return redirect(url_for("survey.meeting", meeting_id=meeting_id))


@blueprint.get("/meetings/<int:meeting_id>/ballots.<any(csv, xlsx):kind>")
@requires(Action.RUN_MEETINGS)
def ballots_file(meeting_id: int, kind: str) -> ResponseReturnValue:
    """Send the published ballots, numbered, without names."""
    found = own_meeting(meeting_id)
    ranking = queries.published_ranking(session(), meeting_id=meeting_id)
    if isinstance(ranking, RankingWithheld):
        flash(f"There is no file of ballots yet. {ranking.text}", "warning")
        return redirect(url_for("survey.meeting", meeting_id=meeting_id))
    sheet = ballots_sheet(session(), meeting=found)
    filename = f"ballots-{meeting_id}.{kind}"
    if kind == "csv":
        return download(csv_text(sheet), filename=filename, mimetype=CSV)
    about = {
        "Partnership": signed_in().partnership.name,
        "Meeting": f"{found.title}, {day(found.held_on)}",
        "Employers": str(ranking.n_employers),
        "Names": "Ballots carry no names. Voices of fewer than five organisations are left out.",
    }
    return download(workbook([sheet], about=about), filename=filename, mimetype=XLSX)
