"""Doors for changing the list in the room: reword a need, add one that the room proposes, withdraw one."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in
from accounts.permissions import Action
from base.doors import commit, now, session
from base.refusals import Refusal
from survey import need_changes, queries
from survey.blueprint import blueprint, own_meeting, record
from survey.queries import MeetingRow, SkillNeedRow
from survey.wordings import need_wordings


@blueprint.route("/meetings/<int:meeting_id>/needs", methods=["GET", "POST"])
@requires(Action.RUN_MEETINGS)
def meeting_needs(meeting_id: int) -> ResponseReturnValue:
    """Show the list that the room votes on, and add a need that the room proposes."""
    found = own_meeting(meeting_id)
    title, area, problem = request.form.get("title", ""), request.form.get("area", ""), ""
    if request.method == "POST":
        try:
            need_changes.propose_need(session(), meeting_id=meeting_id, title=title, area=area, now=now())
        except Refusal as refusal:
            problem = str(refusal)
        else:
            record("propose_need", subject=title.strip(), meeting_id=meeting_id)
            commit()
            flash("The need is on the list and asked from now on. Phones that are open offer to reload.", "success")
            return redirect(url_for("survey.meeting_needs", meeting_id=meeting_id))
    needs = queries.needs(session(), assessment_id=found.assessment_id, with_withdrawn=True)
    return render_template(
        "survey/meeting_needs.html",
        meeting=found,
        asked=[need for need in needs if need.withdrawn_at is None],
        withdrawn=[need for need in needs if need.withdrawn_at is not None],
        areas=sorted({need.area for need in needs if need.area}),
        title=title,
        area=area,
        problem=problem,
    )


@blueprint.route("/meetings/<int:meeting_id>/needs/<int:need_id>", methods=["GET", "POST"])
@requires(Action.RUN_MEETINGS)
def meeting_need(meeting_id: int, need_id: int) -> ResponseReturnValue:
    """Reword a need while the room votes; its code and its votes stay."""
    found, need = _own_need(meeting_id, need_id)
    title, description = request.form.get("title", need.title), request.form.get("description", need.description)
    problem = ""
    if request.method == "POST":
        try:
            need_changes.reword_need(
                session(),
                meeting_id=meeting_id,
                need_id=need_id,
                title=title,
                description=description,
                by_name=signed_in().name,
                now=now(),
            )
        except Refusal as refusal:
            problem = str(refusal)
        else:
            record("reword_need", subject=need.code, meeting_id=meeting_id, old=need.title, new=title.strip())
            commit()
            flash(f"{need.code} has its new wording. Votes stay; phones that are open offer to reload.", "success")
            return redirect(url_for("survey.meeting_needs", meeting_id=meeting_id))
    return render_template(
        "survey/meeting_need.html",
        meeting=found,
        need=need,
        title=title,
        description=description,
        problem=problem,
        wordings=need_wordings(session(), need_id=need_id),
    )


@blueprint.post("/meetings/<int:meeting_id>/needs/<int:need_id>/<any(withdraw, restore):act>")
@requires(Action.RUN_MEETINGS)
def withdraw_need(meeting_id: int, need_id: int, act: str) -> ResponseReturnValue:
    """Ask a need no more, or ask it again."""
    _found, need = _own_need(meeting_id, need_id)
    change = need_changes.withdraw_need if act == "withdraw" else need_changes.restore_need
    try:
        change(session(), meeting_id=meeting_id, need_id=need_id, now=now())
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        record(f"{act}_need", subject=f"{need.code} {need.title}", meeting_id=meeting_id)
        commit()
        words = "is asked no more and left out of the ranking" if act == "withdraw" else "is asked again"
        flash(f"“{need.title}” {words}.", "success")
    return redirect(url_for("survey.meeting_needs", meeting_id=meeting_id))


def _own_need(meeting_id: int, need_id: int) -> tuple[MeetingRow, SkillNeedRow]:
    found = own_meeting(meeting_id)
    needs = queries.needs(session(), assessment_id=found.assessment_id, with_withdrawn=True)
    return found, next((need for need in needs if need.id == need_id), None) or abort(404)
