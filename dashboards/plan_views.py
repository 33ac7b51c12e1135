"""Doors of the regional plan: which revisions and new courses win most of what employers asked for."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from accounts.access import requires, signed_in
from accounts.permissions import Action
from base.doors import CSV, XLSX, download, limiter, now, session
from base.exact_choice import TooHardToChoose
from base.tables import csv_text, workbook
from dashboards import exports
from dashboards.forms import PlanForm
from dashboards.plan import change_title, curve_words, instead, plan_heading, plan_lead, plan_sheets, why_chosen
from dashboards.plan_charts import curve_figure
from dashboards.views import blueprint
from dashboards.wording import day
from review import queries as review_queries
from review.plan_questions import open_needs, revisable_courses
from review.records import RunRow
from review.regional_plan import Capacity, Effort, RegionalPlan, regional_plan

#: What stands in the form at first.
FIRST_ANSWERS = {
    "n_changes": "5",
    "revision_hours": str(Effort.revision_hours),
    "outcome_hours": str(Effort.outcome_hours),
    "new_course_hours": str(Effort.new_course_hours),
    "max_outcomes": str(Effort.max_outcomes),
}


def _form() -> PlanForm:
    """Read the questions from the address; an address without any asks the usual ones."""
    asked = MultiDict({name: value for name, value in request.args.items() if name in PlanForm()._fields})
    return PlanForm(asked or MultiDict(FIRST_ANSWERS))


def _run() -> RunRow | None:
    return review_queries.latest_done_run(session(), partnership_id=signed_in().partnership.id)


def _answered(form: PlanForm) -> bool:
    """Say whether the questions can be answered, and mark what is missing."""
    if not form.validate():
        return False
    if form.n_changes.data is None and form.staff_hours.data is None:
        form.n_changes.errors = ["Say how many changes, or how many staff hours, the colleges can manage."]
        return False
    return True


def _capacity(form: PlanForm) -> Capacity:
    return Capacity(n_changes=form.n_changes.data, staff_hours=form.staff_hours.data)


def _plan(run: RunRow, form: PlanForm) -> RegionalPlan:
    usual = Effort()
    effort = Effort(  # a checked form lacks none of these
        revision_hours=form.revision_hours.data or 0,
        outcome_hours=form.outcome_hours.data or 0,
        new_course_hours=form.new_course_hours.data or usual.new_course_hours,
        max_outcomes=form.max_outcomes.data or usual.max_outcomes,
    )
    needs = open_needs(session(), run_id=run.id)
    courses = revisable_courses(session(), run_id=run.id)
    return regional_plan(needs, courses, capacity=_capacity(form), effort=effort)


@blueprint.get("/region/plan")
@requires(Action.SEE_REGION)
@limiter.limit("30/minute")
def plan() -> ResponseReturnValue:
    """Show the best plan within what the colleges can do, why each change is in it, and what more would win."""
    run = _run()
    if run is None:
        return render_template("dashboards/region_empty.html")
    form, found, refusal = _form(), None, ""
    if _answered(form):
        try:
            found = _plan(run, form)
        except TooHardToChoose as refused:
            refusal = str(refused)
    return render_template(
        "dashboards/plan.html",
        run=run,
        form=form,
        plan=found,
        refusal=refusal,
        heading=plan_heading(found) if found else "What should the colleges change first?",
        lead=plan_lead(found) if found else "",
        curve_words=curve_words(found) if found else "",
        files=_files() if found else (),
    )


def _files() -> list[tuple[str, str, str]]:
    asked: dict[str, Any] = request.args.to_dict()
    return [
        ("Excel workbook", url_for("dashboards.plan_file", kind="xlsx", **asked), "the plan and the curve"),
        ("CSV", url_for("dashboards.plan_file", kind="csv", **asked), "the plan"),
    ]


def _answered_plan() -> tuple[RunRow, PlanForm, RegionalPlan]:
    """Return the plan that the address asks for; there is nothing to draw or download where it asks for none."""
    run, form = _run(), _form()
    if run is None or not _answered(form):
        abort(404)
    try:
        return run, form, _plan(run, form)
    except TooHardToChoose:
        abort(404)


@blueprint.get("/region/plan/curve.json")
@requires(Action.SEE_REGION)
@limiter.limit("30/minute")
def plan_curve() -> ResponseReturnValue:
    """Send the figure of what other capacities would win."""
    _, form, found = _answered_plan()
    size = form.staff_hours.data if found.curve_unit == "hours" else form.n_changes.data
    return Response(curve_figure(found, size=size or 0).to_json(), mimetype="application/json")


@blueprint.get("/region/plan.<any(csv, xlsx):kind>")
@requires(Action.SEE_REGION)
@limiter.limit("30/minute")
def plan_file(kind: str) -> ResponseReturnValue:
    """Send the plan as a file."""
    run, form, found = _answered_plan()
    sheets, filename = plan_sheets(found), f"plan-run-{run.id}.{kind}"
    if kind == "csv":
        return download(csv_text(sheets[0]), filename=filename, mimetype=CSV)
    asked = {str(field.label.text): str(field.data or "no limit") for field in form}
    about = {
        "Partnership": signed_in().partnership.name,
        "Run": run.mark,
        "Made on": day(now().astimezone().date()),
        **asked,
    }
    return download(workbook(sheets, about=about, accents=exports.ACCENTS), filename=filename, mimetype=XLSX)


@blueprint.context_processor
def plan_words() -> dict[str, object]:
    """Lend the plan's page its words."""
    return {"change_title": change_title, "why_chosen": why_chosen, "instead_of": instead}
