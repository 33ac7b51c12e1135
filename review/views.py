"""Doors for match runs, their verdict pages and files, and for the reviewers' work on them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from accounts.access import requires, signed_in
from accounts.permissions import Action
from base import doors
from base.doors import CSV, XLSX, commit, download, now, session, settings
from base.refusals import Refusal
from review import ctdl_files, exports, jobs, model_views, operations, queries, reviewing_views, revision_views, wording
from review.adapting import AdaptationRefused, installed_adaptation, reading_cache
from review.blueprint import NUMBER, blueprint, done_run, own_run
from review.blueprint import record as _record
from review.course_page import CoursePage, PairSection, course_page, proofs
from review.findings import findings
from review.forms import DecisionForm, PairForm, RunForm
from review.gathering import NothingToCompare
from review.model_queries import adaptation_in_use
from review.operations import NotYourCollege, UnknownPair
from review.overlap import overlap_of, overlaps
from review.records import PairRow, RunRow
from review.reviewing import review_queue
from review.starting import StartingPoint, bases, starting_point

# Doors of this room that stand in files of their own are opened with it.
__all__ = ["NUMBER", "blueprint", "model_views", "reviewing_views", "revision_views"]


def _sections(run: RunRow, *, current: str) -> list[dict[str, Any]]:
    """Return the parts of a run for the local navigation."""
    doors_of_parts = {
        "Needs": "review.run",
        "Courses": "review.run_courses",
        "Overlap": "review.run_overlap",
        "Files": "review.run_files",
    }
    return [
        {"label": label, "url": url_for(door, run_id=run.id), "is_current": label == current}
        for label, door in doors_of_parts.items()
    ]


@blueprint.get("/runs")
@requires(Action.SEE_RUNS)
def runs() -> ResponseReturnValue:
    """List the partnership's match runs."""
    partnership_id = signed_in().partnership.id
    return render_template(
        "review/runs.html",
        runs=queries.runs(session(), partnership_id=partnership_id),
        start=starting_point(session(), partnership_id=partnership_id),
    )


@blueprint.route("/runs/new", methods=["GET", "POST"])
@requires(Action.MAKE_RUNS)
def new_run() -> ResponseReturnValue:
    """Choose what to compare, and start a match run."""
    partnership_id = signed_in().partnership.id
    start = starting_point(session(), partnership_id=partnership_id)
    form = RunForm()
    choices = bases(session(), start=start, partnership_id=partnership_id)
    form.basis.choices = [SelectChoice(basis.value, basis.label) for basis in choices]
    if form.basis.data is None and choices:
        asked = request.args.get("meeting", "")
        form.basis.data = next((b.value for b in choices if asked and b.value.endswith(f":{asked}")), choices[0].value)
    if not start.missing and form.validate_on_submit():
        run_id = _started_run(form, start=start)
        if run_id is not None:
            return redirect(url_for("review.run", run_id=run_id))
    return render_template("review/new_run.html", form=form, start=start), 422 if form.errors else 200


def _started_run(form: RunForm, *, start: StartingPoint) -> int | None:
    """Start the run that the form asks for; a refusal stays in the form."""
    member = signed_in()
    assessment_id, _, meeting_id = form.basis.data.partition(":")
    try:
        adaptation = adaptation_in_use(
            session(),
            partnership_id=member.partnership.id,
            installation=installed_adaptation(
                vocabulary_file=settings().vocabulary_file, model_file=settings().model_file
            ),
        )
        run_id = operations.start_run(
            session(),
            partnership_id=member.partnership.id,
            assessment_id=int(assessment_id),
            meeting_id=int(meeting_id) if meeting_id else None,
            by_name=member.name,
            now=now(),
            adaptation=adaptation,
        )
    except NothingToCompare as refusal:
        form.basis.errors = [str(refusal)]
        return None
    except AdaptationRefused as refusal:  # nothing that was chosen on the page is wrong
        form.form_errors = [str(refusal)]
        return None
    _record("make_run", f"run {run_id}")
    commit()
    cache_path = reading_cache(settings().data_dir / "cache")
    jobs.carry_out_in_background(
        doors.database(), run_id=run_id, n_jobs=settings().match_workers, cache_path=cache_path
    )
    return run_id


@blueprint.get(f"/runs/<{NUMBER}:run_id>")
@requires(Action.SEE_RUNS)
def run(run_id: int) -> ResponseReturnValue:
    """Show a run: how far it is, why it failed, or what it found, needs first."""
    found = own_run(run_id)
    if found.state != "done":
        return render_template("review/run_under_way.html", run=found)
    needs = queries.run_needs(session(), run_id=run_id)
    return render_template(
        "review/run_needs.html",
        run=found,
        parts=_sections(found, current="Needs"),
        needs=needs,
        findings=findings(needs, queries.run_courses(session(), run_id=run_id)),
    )


@blueprint.get(f"/runs/<{NUMBER}:run_id>/progress")
@requires(Action.SEE_RUNS)
def run_progress(run_id: int) -> ResponseReturnValue:
    """Tell the page of a running run how far it is."""
    found = own_run(run_id)
    return jsonify(state=found.state, n_done=found.n_done, n_total=found.n_total)


@blueprint.get(f"/runs/<{NUMBER}:run_id>/courses")
@requires(Action.SEE_RUNS)
def run_courses(run_id: int) -> ResponseReturnValue:
    """List every course of a run with its verdict; college and verdict narrow the list down."""
    found = done_run(run_id)
    college, verdict = request.args.get("college", ""), request.args.get("verdict", "")
    courses = queries.run_courses(session(), run_id=run_id)
    shown = [course for course in courses if college in ("", course.college_code) and verdict in ("", course.verdict)]
    return render_template(
        "review/run_courses.html",
        run=found,
        parts=_sections(found, current="Courses"),
        courses=sorted(shown, key=lambda course: queries.COURSE_VERDICTS.index(course.verdict)),
        counts={word: sum(course.verdict == word for course in courses) for word in queries.COURSE_VERDICTS},
        college=college,
        verdict=verdict,
    )


@blueprint.get(f"/runs/<{NUMBER}:run_id>/overlap")
@requires(Action.SEE_RUNS)
def run_overlap(run_id: int) -> ResponseReturnValue:
    """Show the needs that two or more colleges match, with their courses side by side."""
    found = done_run(run_id)
    return render_template(
        "review/run_overlap.html",
        run=found,
        parts=_sections(found, current="Overlap"),
        overlaps=overlaps(session(), run_id=run_id),
    )


@blueprint.get(f"/runs/<{NUMBER}:run_id>/files")
@requires(Action.SEE_RUNS)
def run_files(run_id: int) -> ResponseReturnValue:
    """Offer a run's files, and say what the run compared."""
    found = done_run(run_id)
    return render_template("review/run_files.html", run=found, parts=_sections(found, current="Files"))


@blueprint.get(f"/runs/<{NUMBER}:run_id>/files/<name>")
@requires(Action.SEE_RUNS)
def run_file(run_id: int, name: str) -> ResponseReturnValue:
    """Send one of a run's files."""
    found = done_run(run_id)
    if name == "workbook.xlsx":
        content = exports.run_workbook(session(), run=found)
        return download(content, filename=f"skillshed-run-{run_id}.xlsx", mimetype=XLSX)
    if name == "changes.xlsx":
        content = exports.changes_workbook(session(), run=found)
        return download(content, filename=f"skillshed-run-{run_id}-changes.xlsx", mimetype=XLSX)
    if name == "courses.jsonld":
        content = ctdl_files.run_ctdl(session(), run=found)
        return download(content, filename=f"skillshed-run-{run_id}-courses.jsonld", mimetype=ctdl_files.MIMETYPE)
    table = name.removesuffix(".csv")
    if table not in exports.CSV_TABLES or table == name:
        abort(404)
    content = exports.run_csv(session(), run=found, table=table)
    return download(content, filename=f"skillshed-run-{run_id}-{table}.csv", mimetype=CSV)


@blueprint.get(f"/runs/<{NUMBER}:run_id>/needs/<path:need_code>", merge_slashes=False)
@requires(Action.SEE_RUNS)
def run_need(run_id: int, need_code: str) -> ResponseReturnValue:
    """Show one need: its elements, and which course of which college teaches which."""
    found = done_run(run_id)
    needs = queries.run_needs(session(), run_id=run_id)
    need = next((need for need in needs if need.code == need_code), None)
    if need is None:
        abort(404)
    pairs = queries.pair_rows(session(), run_id=run_id, need_code=need_code)
    related = [pair for pair in pairs if pair.verdict in ("match", "revise")]
    return render_template(
        "review/need.html",
        run=found,
        need=need,
        n_needs=len(needs),
        pairs=related,
        proofs=proofs,
        colleges=_by_college(found, pairs=related),
        overlap=overlap_of(need, related),
    )


def _by_college(run: RunRow, *, pairs: list[PairRow]) -> list[tuple[str, list[PairRow]]]:
    """Group pairs by college, the college of the best one first; those without any come last."""
    order = list(dict.fromkeys([*(pair.college_code for pair in pairs), *(note.college_code for note in run.editions)]))
    return [(run.college_name(code), [pair for pair in pairs if pair.college_code == code]) for code in order]


@blueprint.get(f"/runs/<{NUMBER}:run_id>/courses/<college_code>/<path:course_code>", merge_slashes=False)
@requires(Action.SEE_RUNS)
def run_course(run_id: int, college_code: str, course_code: str) -> ResponseReturnValue:
    """Show one course: for each related need what it teaches, with the sentences that prove it."""
    return _course_answer(done_run(run_id), college_code=college_code, course_code=course_code)


def _course_answer(
    run: RunRow, *, college_code: str, course_code: str, bound: PairForm | None = None
) -> ResponseReturnValue:
    """Show the page of a course; `bound` is a form that has to be mended, with what was typed in it."""
    page = course_page(session(), run=run, college_code=college_code, course_code=course_code)
    if page is None:
        abort(404)
    chosen = bound.need_code.data if bound else request.args.get("need", "")
    member = signed_in()
    may_review = member.may(Action.REVIEW_VERDICTS) and member.organisation_code == college_code
    return (
        render_template(
            "review/course.html",
            run=run,
            page=page,
            chosen=chosen or (page.sections[0].pair.need_code if page.sections else ""),
            may_review=may_review,
            next_pair=_next_waiting(run, college_code=college_code, shown=course_code) if may_review else None,
            forms=_course_forms(page, bound=bound) if may_review else {},
            bound=bound,
        ),
        422 if bound else 200,
    )


def _next_waiting(run: RunRow, *, college_code: str, shown: str) -> PairRow | None:
    """Return the verdict that a reviewer looks at next, one on another course if there is any."""
    found = review_queue(session(), run=run, college_code=college_code)
    waiting = [pair for pair in found.pairs if not pair.is_decided] if found else []
    return next((pair for pair in waiting if pair.course_code != shown), None)


def _course_forms(page: CoursePage, *, bound: PairForm | None) -> dict[str, dict[str, PairForm]]:
    """Return the forms of each section by need code; "" holds the one for a need without a section."""
    found = {section.pair.need_code: _section_forms(section, bound=bound) for section in page.sections}
    other = bound if isinstance(bound, DecisionForm) and bound.need_code.data not in found else None
    blank = DecisionForm(formdata=None, college_code=page.course.college_code, course_code=page.course.code)
    found[""] = {"decision": other or blank}
    for number, forms in enumerate(found.values()):
        for kind, form in forms.items():
            for form_field in form:  # ids must differ although the same form stands in every section
                form_field.id = f"{kind}-{number}-{form_field.name}"
    return found


def _section_forms(section: PairSection, *, bound: PairForm | None) -> dict[str, PairForm]:
    pair = section.pair
    codes = {"need_code": pair.need_code, "college_code": pair.college_code, "course_code": pair.course_code}
    if bound is not None and bound.need_code.data == pair.need_code:
        return {"decision": bound}
    return {"decision": DecisionForm(formdata=None, **codes)}


@blueprint.post(f"/runs/<{NUMBER}:run_id>/decisions")
@requires(Action.REVIEW_VERDICTS)
def decide(run_id: int) -> ResponseReturnValue:
    """Add a reviewer's decision on one pair."""
    form = DecisionForm()
    act = partial(
        operations.decide_verdict,
        run_id=run_id,
        verdict=form.verdict.data or "",
        reason=form.reason.data or "",
        member=signed_in(),
    )
    refused = _attempt(done_run(run_id), form, act)
    if refused is not None:
        return refused
    return _recorded(form, run_id=run_id, act="decide_verdict", words=wording.VERDICT_WORDS[form.verdict.data].lower())


def _attempt(run: RunRow, form: DecisionForm, act: Callable[..., object]) -> ResponseReturnValue | None:
    """Do what a form asks; return what to show instead when that cannot be done."""
    if form.validate_on_submit():
        try:
            act(session(), **form.codes, now=now())
        except UnknownPair:
            abort(404)
        except NotYourCollege as refusal:
            title = "This course belongs to another college"
            return render_template("errors/error.html", title=title, advice=str(refusal)), 403
        except Refusal as refusal:
            form.blame(refusal)
    if not form.errors:
        return None
    return _course_answer(run, college_code=form.college_code.data, course_code=form.course_code.data, bound=form)


def _recorded(form: PairForm, *, run_id: int, act: str, words: str) -> ResponseReturnValue:
    """Make what a form asked for permanent and go back to the course."""
    codes = form.codes
    _record(act, f"run {run_id}, {codes['course_code']} for {codes['need_code']}")
    commit()
    flash(f"Recorded: {words}.", "success")
    return redirect(
        url_for(
            "review.run_course",
            run_id=run_id,
            college_code=codes["college_code"],
            course_code=codes["course_code"],
            need=codes["need_code"],
        )
    )
