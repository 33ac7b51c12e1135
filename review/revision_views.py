"""Doors for revision requests: begin one, word it with the what-if beside it, follow it, and take its form away."""

from __future__ import annotations

from datetime import datetime

from flask import abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in
from accounts.permissions import Action
from base.doors import commit, download, now, read_on, session
from base.refusals import Refusal
from review import queries, revision_exports, revision_queries, revisions
from review.blueprint import NUMBER, blueprint, record
from review.operations import NotYourCollege, UnknownPair
from review.overlap import listed_elements
from review.revision_forms import (
    RevisionTextForm,
    StartForm,
    StepForm,
    rearranged,
    text_form,
    typed_outcomes,
)
from review.revision_records import RequestRow, RevisionText
from review.revision_states import STATE_WORDS
from review.revision_wording import MEASURABLE_VERBS, MOST_DESCRIPTION_WORDS, MOST_OUTCOMES, doubts, n_words
from review.revisions import RequestFrozen, StepNotPossible, TextTooLong
from review.what_if import WhatIf, what_if


def _request_row(request_id: int) -> RequestRow:
    """Return a request of the member's partnership, or answer that there is none."""
    found = revision_queries.request_row(session(), request_id=request_id, partnership_id=signed_in().partnership.id)
    return found or abort(404)


def _may_change(row: RequestRow) -> bool:
    member = signed_in()
    return member.may(Action.REVIEW_VERDICTS) and member.organisation_code == row.college_code


def _own_request(request_id: int) -> RequestRow:
    """Return a request of the member's own college."""
    row = _request_row(request_id)
    if not _may_change(row):
        title = "This request belongs to another college"
        advice = f"A curriculum reviewer of {row.college_name} can change it."
        abort(make_response(_refused_page(title=title, advice=advice)))
    return row


def _refused_page(*, title: str, advice: str) -> ResponseReturnValue:
    return render_template("errors/error.html", title=title, advice=advice), 403


@blueprint.get("/revisions", endpoint="revisions")
@requires(Action.SEE_RUNS)
def revisions_list() -> ResponseReturnValue:
    """List the partnership's requests; college and state narrow the list down, the reviewer's own college first."""
    member = signed_in()
    college, state = request.args.get("college", ""), request.args.get("state", "")
    rows = queries.revision_rows(session(), partnership_id=member.partnership.id)
    shown = [
        row
        for row in rows
        if college in ("", row.college_code) and (state in ("", row.state) or (state == "open" and row.is_open))
    ]
    return render_template(
        "review/revisions.html",
        revisions=sorted(shown, key=lambda row: (not row.is_open, row.college_code != member.organisation_code)),
        n_all=len(rows),
        n_open=sum(row.is_open for row in rows),
        colleges=sorted({(row.college_code, row.college_name) for row in rows}, key=lambda pair: pair[1]),
        states=STATE_WORDS,
        college=college,
        state=state,
        own_college=member.organisation_code,
    )


def _run_or_404(run_id: int) -> None:
    found = queries.run(session(), run_id=run_id, partnership_id=signed_in().partnership.id)
    if found is None or found.state != "done":
        abort(404)


@blueprint.post(f"/runs/<{NUMBER}:run_id>/revisions")
@requires(Action.REVIEW_VERDICTS)
def start_revision(run_id: int) -> ResponseReturnValue:
    """Begin the request to revise one course, and open its draft."""
    _run_or_404(run_id)
    form = StartForm()
    codes = {name: form[name].data or "" for name in ("need_code", "college_code", "course_code")}
    if not form.validate_on_submit():
        abort(400)
    moment = now()
    try:
        request_id = revisions.start_revision(session(), run_id=run_id, **codes, member=signed_in(), now=moment)
    except UnknownPair:
        abort(404)
    except NotYourCollege as refusal:
        return _refused_page(title="This course belongs to another college", advice=str(refusal))
    return _begun(
        request_id,
        moment=moment,
        subject=f"{request_id}: {codes['course_code']} for {codes['need_code']}, run {run_id}",
    )


@blueprint.post(f"/runs/<{NUMBER}:run_id>/new-courses")
@requires(Action.REVIEW_VERDICTS)
def start_new_course(run_id: int) -> ResponseReturnValue:
    """Begin the request for a course that the reviewer's college does not have, and open its draft."""
    _run_or_404(run_id)
    form = StartForm()
    if not form.validate_on_submit():
        abort(400)
    need_code, moment = form.need_code.data or "", now()
    try:
        request_id = revisions.start_new_course(
            session(), run_id=run_id, need_code=need_code, member=signed_in(), now=moment
        )
    except UnknownPair:
        abort(404)
    except NotYourCollege as refusal:
        return _refused_page(title="You speak for no college", advice=str(refusal))
    return _begun(request_id, moment=moment, subject=f"{request_id}: new course for {need_code}, run {run_id}")


def _begun(request_id: int, *, moment: datetime, subject: str) -> ResponseReturnValue:
    """Open the draft that was begun at this moment, or the request that was open before."""
    row = _request_row(request_id)
    if row.started_at == moment:
        record("start_revision_request", f"revision request {subject}")
        commit()
    else:
        flash(
            f"This is the open request, for “{row.need.title}”. What it would change is shown for every need.",
            "success",
        )
    door = "review.edit_revision" if row.is_draft else "review.revision_request"
    return redirect(url_for(door, request_id=request_id))


def _effects(row: RequestRow, text: RevisionText) -> WhatIf:
    """Say what a text of this request would change."""
    return what_if(
        session(),
        run_id=row.run.id,
        college_code=row.college_code,
        course_code=None if row.is_new_course else row.course_code,
        text=text.judged,
    )


@blueprint.get(f"/revisions/<{NUMBER}:request_id>")
@requires(Action.SEE_RUNS)
def revision_request(request_id: int) -> ResponseReturnValue:
    """Show a request: OLD beside NEW, what it would change, its steps, and what editions printed of it."""
    return _request_answer(_request_row(request_id))


def _request_answer(row: RequestRow, *, bound: StepForm | None = None) -> ResponseReturnValue:
    forms = {}
    for number, step in enumerate(row.next_steps):
        is_bound = bound is not None and bound.state.data == step.state
        form = bound if is_bound and bound is not None else StepForm(formdata=None, state=step.state)
        form.note.id = f"step-{number}-note"  # the same field stands in every step's form
        forms[step.state] = form
    return (
        render_template(
            "review/revision.html",
            row=row,
            effects=_effects(row, row.text),
            doubts=doubts(description=row.text.description, outcomes=row.text.outcomes),
            may_change=_may_change(row),
            forms=forms,
            bound=bound,
        ),
        422 if bound else 200,
    )


@blueprint.get(f"/revisions/<{NUMBER}:request_id>/edit")
@requires(Action.REVIEW_VERDICTS)
def edit_revision(request_id: int) -> ResponseReturnValue:
    """Show the draft of a request with what it would change beside it."""
    row = _own_request(request_id)
    if not row.is_draft:
        return redirect(url_for("review.revision_request", request_id=request_id))
    return _draft_answer(row, form=text_form(row.text), outcomes=list(row.text.outcomes))


def _draft_answer(
    row: RequestRow, *, form: RevisionTextForm, outcomes: list[str], is_unsaved: bool = False, focus: int | None = None
) -> ResponseReturnValue:
    text = form.text([outcome for outcome in outcomes if outcome])
    proposals = revision_queries.proposals(session(), request=row)
    return (
        render_template(
            "review/revision_edit.html",
            row=row,
            form=form,
            outcomes=outcomes,
            text=text,
            effects=_effects(row, text),
            doubts=doubts(description=text.description, outcomes=outcomes),
            n_words=n_words(text.description),
            most_words=MOST_DESCRIPTION_WORDS,
            most_outcomes=MOST_OUTCOMES,
            verbs=MEASURABLE_VERBS,
            proposals=proposals,
            proposed=revision_queries.proposed_outcomes,
            proposal_texts={
                *revision_queries.proposed_outcomes(row.need, missing=listed_elements(row.need)),
                *(
                    outcome
                    for change in proposals
                    for outcome in revision_queries.proposed_outcomes(
                        change.need, missing=[element.text for element in change.missing]
                    )
                ),
            }
            - set(row.old.outcomes),
            is_unsaved=is_unsaved,
            focus=focus,
        ),
        422 if form.errors else 200,
    )


@blueprint.post(f"/revisions/<{NUMBER}:request_id>/edit")
@requires(Action.REVIEW_VERDICTS)
def change_revision(request_id: int) -> ResponseReturnValue:
    """Save a draft, or rearrange its outcomes and show what it would change, without saving."""
    row = _own_request(request_id)
    form, act = RevisionTextForm(), request.form.get("act", "save")
    outcomes = typed_outcomes(request.form)
    if act != "save":
        read_on()
        shown = rearranged(outcomes, act)
        focus = len(shown) - 1 if act == "add" else None
        form.validate()
        return _draft_answer(row, form=form, outcomes=shown, is_unsaved=True, focus=focus)
    if not form.validate_on_submit():
        return _draft_answer(row, form=form, outcomes=outcomes, is_unsaved=True)
    try:
        revisions.save_draft(session(), request_id=request_id, text=form.text(outcomes), member=signed_in())
    except (RequestFrozen, TextTooLong) as refusal:
        form.form_errors.append(str(refusal))
        return _draft_answer(row, form=form, outcomes=outcomes, is_unsaved=True)
    record("save_revision_draft", f"revision request {request_id}")
    commit()
    flash("Saved. Nothing has been proposed yet.", "success")
    return redirect(url_for("review.revision_request", request_id=request_id))


@blueprint.post(f"/revisions/<{NUMBER}:request_id>/what-if")
@requires(Action.REVIEW_VERDICTS)
def revision_what_if(request_id: int) -> ResponseReturnValue:
    """Tell the page that is being typed in what its text would change; nothing is stored."""
    read_on()
    row = _own_request(request_id)
    form, outcomes = RevisionTextForm(), typed_outcomes(request.form)
    form.validate()
    text = form.text([outcome for outcome in outcomes if outcome])
    effects = _effects(row, text)
    found = doubts(description=text.description, outcomes=outcomes)
    return jsonify(
        summary=effects.summary,
        panel=render_template("review/revision_effects.html", effects=effects, row=row),
        differences=render_template("review/revision_differences.html", rows=row.rows(text)),
        doubts=[{"part": doubt.part, "number": doubt.number, "words": doubt.words} for doubt in found],
    )


@blueprint.post(f"/revisions/<{NUMBER}:request_id>/steps")
@requires(Action.REVIEW_VERDICTS)
def revision_step(request_id: int) -> ResponseReturnValue:
    """Take a request one step further, or back."""
    row = _own_request(request_id)
    form = StepForm()
    if form.validate_on_submit():
        try:
            revisions.take_step(
                session(),
                request_id=request_id,
                state=form.state.data or "",
                note=form.note.data or "",
                member=signed_in(),
                now=now(),
            )
        except StepNotPossible as refusal:
            form.blame(refusal)
    if form.errors:
        return _request_answer(row, bound=form)
    record(f"revision_{form.state.data}", f"revision request {request_id}")
    commit()
    held = _request_row(request_id)
    flash(f"Recorded: the request is {_said(held)}.", "success")
    return redirect(url_for("review.revision_request", request_id=request_id))


def _said(row: RequestRow) -> str:
    words = {"draft": "a draft again", "in_catalog": "in the catalog"}
    return words.get(row.state, row.state_words.lower())


@blueprint.post(f"/revisions/<{NUMBER}:request_id>/check")
@requires(Action.REVIEW_VERDICTS)
def check_revision(request_id: int) -> ResponseReturnValue:
    """Look for a request in the college's newest edition."""
    row = _own_request(request_id)
    try:
        is_adopted = revisions.compare_with_newest_edition(
            session(), request_id=request_id, member=signed_in(), now=now()
        )
    except Refusal as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for("review.revision_request", request_id=request_id))
    record("check_revision", f"revision request {row.id}")
    commit()
    words = "The newest edition prints it." if is_adopted else "The newest edition does not print all of it yet."
    flash(words, "success" if is_adopted else "warning")
    return redirect(url_for("review.revision_request", request_id=request_id))


@blueprint.get(f"/revisions/<{NUMBER}:request_id>/form.<any(docx, pdf):kind>")
@requires(Action.SEE_RUNS)
def revision_form(request_id: int, kind: str) -> ResponseReturnValue:
    """Send a request as a filled course guide form."""
    row = _request_row(request_id)
    guide = revision_exports.course_guide(session(), row=row, effects=_effects(row, row.text), today=now().date())
    content = revision_exports.guide_docx(guide) if kind == "docx" else revision_exports.guide_pdf(guide)
    filename = f"skillshed-revision-{row.id}.{kind}"
    return download(content, filename=filename, mimetype=revision_exports.MIMETYPES[kind])
