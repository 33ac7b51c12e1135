"""The door for paper ballots: typed once, typed again, compared, and counted like any ballot."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts import queries as accounts_queries
from accounts.access import requires, signed_in
from accounts.permissions import Action
from base.doors import commit, now, session
from base.refusals import Refusal
from survey import operations, queries
from survey.ballots import VOICE_LABELS, BallotContent, BallotRefused
from survey.blueprint import blueprint, own_meeting, record
from survey.paper import Difference, TypedSheet, differences, read_sheet, typed_sheet
from survey.queries import MeetingRow


@blueprint.route("/meetings/<int:meeting_id>/paper", methods=["GET", "POST"])
@requires(Action.RUN_MEETINGS)
def paper(meeting_id: int) -> ResponseReturnValue:
    """Type a paper ballot in, twice; it is counted when both typings agree."""
    found = own_meeting(meeting_id)
    uid = request.form.get("ballot_uid") or f"paper-{secrets.token_hex(12)}"
    first = typed_sheet(request.form, prefix="first", k=found.k)
    second = typed_sheet(request.form, prefix="second", k=found.k)
    if request.method == "GET":
        return _page(found, uid=uid, first=first, second=second, step="first")
    # A printed sheet may name a need that was withdrawn since, and cannot ask about one that was added since.
    needs = queries.needs(session(), assessment_id=found.assessment_id, with_withdrawn=True)
    titles = {need.code: need.title for need in needs}
    added = [need.code for need in needs if need.added_at is not None]
    try:
        content = read_sheet(first, titles=titles, added=added, k=found.k, ballot_uid=uid)
        if request.form.get("step") != "second":
            return _page(found, uid=uid, first=first, second=second, step="second")
        unlike = differences(first, second, titles=titles, k=found.k)
        if unlike:
            return _page(found, uid=uid, first=first, second=second, step="compare", unlike=unlike)
        return _counted(found, sheet=first, content=content)
    except Refusal as refusal:
        problems = refusal.problems if isinstance(refusal, BallotRefused) else (str(refusal),)
        step = "first" if second.is_blank else "compare"
        return _page(found, uid=uid, first=first, second=second, step=step, problems=problems)


def _counted(found: MeetingRow, *, sheet: TypedSheet, content: BallotContent) -> ResponseReturnValue:
    """Count a ballot of which both typings agree, and go on to the next sheet."""
    receipt = operations.enter_paper_ballot(
        session(), meeting_id=found.id, name=sheet.organisation, voice=sheet.voice, content=content, now=now()
    )
    if receipt.is_new:
        record("enter_paper_ballot", subject=sheet.organisation, meeting_id=found.id, receipt=receipt.receipt_code)
    commit()
    flash(
        f"The paper ballot of {sheet.organisation} is counted. Write {receipt.receipt_code} on the sheet: it is the "
        "receipt. If the organisation had voted before, this ballot replaces that one.",
        "success",
    )
    return redirect(url_for("survey.paper", meeting_id=found.id))


def _page(
    found: MeetingRow,
    *,
    uid: str,
    first: TypedSheet,
    second: TypedSheet,
    step: str,
    unlike: Sequence[Difference] = (),
    problems: Sequence[str] = (),
) -> ResponseReturnValue:
    kinds = ("employer", "union", "association")
    partnership_id = signed_in().partnership.id
    known = accounts_queries.organisations(session(), partnership_id=partnership_id, kinds=kinds)
    sheets: Mapping[str, TypedSheet] = {"first": first, "second": second}
    return render_template(
        "survey/paper.html",
        meeting=found,
        needs=queries.needs(session(), assessment_id=found.assessment_id),
        organisations=[row.name for row in known],
        voices=VOICE_LABELS,
        uid=uid,
        sheets=sheets,
        step=step,
        unlike=unlike,
        problems=problems,
        n_paper=queries.n_paper_ballots(session(), meeting_id=found.id),
    )
