"""Doors for a reviewer's work: the queue, one verdict at a time, taking back, taking over, and settling disputes."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in
from accounts.permissions import Action
from base.doors import commit, now, read_on, session
from base.refusals import Refusal
from review import operations, queries, wording
from review.blueprint import NUMBER, blueprint, done_run, record
from review.deciding import (
    NothingToTakeBack,
    NothingToTakeOver,
    NotYoursToSettle,
    settle_dispute,
    take_back,
    take_over,
)
from review.decision_queries import PairKey, last_own_decision
from review.forms import DecisionForm
from review.operations import NotYourCollege, UnknownPair
from review.queue_page import verdict_page
from review.records import RunRow
from review.reviewing import SHOWN, QueueEntry, disputed_verdicts, review_queue

#: Names of the filters on the queue's page.
SHOWN_WORDS = {
    "waiting": "Waiting",
    "earlier": "Decided before",
    "weak": "Weak revisions",
    "disputed": "Disputed",
    "decided": "Decided",
    "all": "All",
}
#: What follows for the need, and from which word.
OUTCOME_WORDS = {
    "covered": "the need would be covered",
    "revise": "the need would wait for a revision",
    "gap": "the need would be a gap",
}
IF_WORDS = {"match": "If it were a match", "revise": "If it needed revision", "unrelated": "If it were not related"}
UNLESS_WORDS = {
    "match": "If it were no match",
    "revise": "If it did not need revision",
    "unrelated": "If it were related",
    "unknown": "If it were known",
}


def change_sentence(entry: QueueEntry) -> str:
    """Say what another word than the one that holds would change for the need."""
    outcomes = set(entry.changes.values())
    if len(entry.changes) > 1 and len(outcomes) == 1:
        return f"{UNLESS_WORDS[entry.pair.verdict]}, {OUTCOME_WORDS[outcomes.pop()]}."
    return " ".join(f"{IF_WORDS[word]}, {OUTCOME_WORDS[verdict]}." for word, verdict in entry.changes.items())


def _show() -> str:
    """Return which part of the queue is asked for."""
    wanted = request.values.get("show", "")
    return wanted if wanted in SHOWN else SHOWN[0]


def _key() -> PairKey:
    return request.args.get("need", ""), request.args.get("college", ""), request.args.get("course", "")


def _address(run_id: int, key: PairKey, *, show: str, after: int | None = None) -> str:
    need, college, course = key
    return url_for("review.verdict", run_id=run_id, need=need, college=college, course=course, show=show, after=after)


@blueprint.get("/review")
@requires(Action.REVIEW_VERDICTS)
def queue() -> ResponseReturnValue:
    """Show a reviewer which verdicts of their college wait, in the employers' order."""
    member = signed_in()
    latest = queries.latest_done_run(session(), partnership_id=member.partnership.id)
    found = review_queue(session(), run=latest, college_code=member.organisation_code or "") if latest else None
    last = last_own_decision(session(), run_id=latest.id, person_id=member.person_id) if latest else None
    return render_template(
        "review/queue.html",
        run=latest,
        queue=found,
        member=member,
        show=_show(),
        shown_words=SHOWN_WORDS,
        change_sentence=change_sentence,
        last_own=last,
        after=request.args.get("after", 0, type=int),
    )


@blueprint.get(f"/review/<{NUMBER}:run_id>/verdict")
@requires(Action.SETTLE_DISPUTES)
def verdict(run_id: int) -> ResponseReturnValue:
    """Show one verdict with its evidence beside the course's full text, to be decided."""
    return _verdict_answer(done_run(run_id), key=_key())


def _verdict_answer(run: RunRow, *, key: PairKey, bound: DecisionForm | None = None) -> ResponseReturnValue:
    """Show the page of a verdict; `bound` is a form that has to be mended, with what was typed in it."""
    page = verdict_page(session(), run=run, key=key, member=signed_in())
    if page is None:
        abort(404)
    show = _show()
    following = page.queue.after(key, show=show) if page.queue else None
    before = page.queue.before(key, show=show) if page.queue else None
    return (
        render_template(
            "review/queue_verdict.html",
            run=run,
            page=page,
            show=show,
            shown_words=SHOWN_WORDS,
            change_sentence=change_sentence,
            next_url=_address(run.id, following.key, show=show) if following else None,
            previous_url=_address(run.id, before.key, show=show) if before else None,
            bound=bound,
            after=request.args.get("after", 0, type=int),
        ),
        422 if bound else 200,
    )


def _not_yours(refusal: Refusal) -> ResponseReturnValue:
    title = "This verdict is for others to decide"
    return render_template("errors/error.html", title=title, advice=str(refusal)), 403


def _form_key(form: DecisionForm) -> PairKey:
    codes = form.codes
    return codes["need_code"], codes["college_code"], codes["course_code"]


@blueprint.post(f"/review/<{NUMBER}:run_id>/verdict")
@requires(Action.REVIEW_VERDICTS)
def decide_in_queue(run_id: int) -> ResponseReturnValue:
    """Record a reviewer's verdict and go on to the next one that waits."""
    run, form, decision_id = done_run(run_id), DecisionForm(), 0
    if form.validate_on_submit():
        try:
            decision_id = operations.decide_verdict(
                session(),
                run_id=run_id,
                **form.codes,
                verdict=form.verdict.data or "",
                reason=form.reason.data or "",
                member=signed_in(),
                now=now(),
            )
        except UnknownPair:
            abort(404)
        except NotYourCollege as refusal:
            return _not_yours(refusal)
        except Refusal as refusal:
            form.blame(refusal)
    if form.errors:
        return _verdict_answer(run, key=_form_key(form), bound=form)
    codes = form.codes
    record("decide_verdict", f"run {run_id}, {codes['course_code']} for {codes['need_code']}")
    commit()
    read_on()
    return _next_in_queue(run, after_key=_form_key(form), decision_id=decision_id)


def _next_in_queue(run: RunRow, *, after_key: PairKey, decision_id: int) -> ResponseReturnValue:
    """Go on to the next verdict of the part of the queue that is worked through; to the queue when none is left."""
    show = _show()
    found = review_queue(session(), run=run, college_code=after_key[1])
    following = found.after(after_key, show=show) if found else None
    if following is None or show in ("decided", "all"):
        return redirect(url_for("review.queue", show=show, after=decision_id))
    return redirect(_address(run.id, following.key, show=show, after=decision_id))


@blueprint.post(f"/review/<{NUMBER}:run_id>/undo")
@requires(Action.REVIEW_VERDICTS)
def take_decision_back(run_id: int) -> ResponseReturnValue:
    """Take one's own decision back, and show the verdict that it was about."""
    done_run(run_id)
    decision_id = request.form.get("decision_id", 0, type=int)
    try:
        row = take_back(session(), run_id=run_id, decision_id=decision_id, member=signed_in(), now=now())
    except NothingToTakeBack as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for("review.queue"))
    record("take_decision_back", f"run {run_id}, {row.course_code} for {row.need_code}")
    commit()
    flash(f"Taken back: “{wording.VERDICT_WORDS[row.verdict].lower()}” on {row.course_code}.", "success")
    return redirect(_address(run_id, (row.need_code, row.college_code, row.course_code), show=_show()))


@blueprint.post(f"/review/<{NUMBER}:run_id>/takeover")
@requires(Action.REVIEW_VERDICTS)
def take_earlier_over(run_id: int) -> ResponseReturnValue:
    """Take the chosen decisions of earlier runs over into this one."""
    run = done_run(run_id)
    chosen = request.form.getlist("decision", type=int)
    if not chosen:
        flash("Nothing was marked. Mark the decisions that should hold here too.", "warning")
        return redirect(url_for("review.queue", show="earlier"))
    try:
        taken = take_over(session(), run_id=run_id, decision_ids=chosen, member=signed_in(), now=now())
    except (NothingToTakeOver, NotYourCollege) as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for("review.queue"))
    record("take_decisions_over", f"run {run_id}, {wording.counted(len(taken), 'decision')}")
    commit()
    if len(taken) > 1:
        flash(f"{wording.counted(len(taken), 'earlier decision')} taken over.", "success")
        return redirect(url_for("review.queue"))
    read_on()
    last = last_own_decision(session(), run_id=run_id, person_id=signed_in().person_id)
    if last is None:
        return redirect(url_for("review.queue"))
    return _next_in_queue(run, after_key=(last.need_code, last.college_code, last.course_code), decision_id=last.id)


@blueprint.get("/review/disputed")
@requires(Action.SETTLE_DISPUTES)
def disputes() -> ResponseReturnValue:
    """List the verdicts on which reviewers disagree, in the newest run."""
    member = signed_in()
    latest = queries.latest_done_run(session(), partnership_id=member.partnership.id)
    own_college = member.organisation_code if member.may(Action.REVIEW_VERDICTS) else None
    found = disputed_verdicts(session(), run_id=latest.id, college_code=own_college) if latest else []
    return render_template("review/queue_disputed.html", run=latest, disputes=found, member=member)


@blueprint.post(f"/review/<{NUMBER}:run_id>/settlement")
@requires(Action.SETTLE_DISPUTES)
def settle(run_id: int) -> ResponseReturnValue:
    """End a disagreement: take the other side's verdict, or decide between the two with a reason."""
    run, form, member = done_run(run_id), DecisionForm(), signed_in()
    if form.validate_on_submit():
        try:
            settle_dispute(
                session(),
                run_id=run_id,
                **form.codes,
                verdict=form.verdict.data or "",
                reason=form.reason.data or "",
                member=member,
                now=now(),
            )
        except UnknownPair:
            abort(404)
        except (NotYourCollege, NotYoursToSettle) as refusal:
            return _not_yours(refusal)
        except Refusal as refusal:
            form.blame(refusal)
    if form.errors:
        return _verdict_answer(run, key=_form_key(form), bound=form)
    codes = form.codes
    record("settle_dispute", f"run {run_id}, {codes['course_code']} for {codes['need_code']}")
    commit()
    flash("Recorded. This page shows what holds now.", "success")
    return redirect(_address(run_id, _form_key(form), show=_show()))
