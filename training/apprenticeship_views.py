"""Doors for apprenticeships: occupations, plans, the choice of courses, both sides' word, and the files."""

from __future__ import annotations

from datetime import date
from types import ModuleType
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from accounts import queries as accounts_queries
from accounts.access import requires, signed_in
from accounts.permissions import Action, Role
from base.doors import CSV, XLSX, commit, download, now, session
from base.printing import printed_pdf
from base.refusals import Refusal
from base.tables import csv_text, workbook
from catalog.credential_files import EntryRefused, minutes_from
from catalog.credential_records import CourseRef
from training import apprenticeship_exports as exports
from training import apprenticeship_operations as operations
from training import apprenticeship_queries as queries
from training import apprenticeship_wording
from training.apprenticeship_choices import chosen_courses
from training.apprenticeship_files import (
    SCHEDULE_COLUMNS,
    ScheduleRefused,
    read_schedule,
    read_typed_schedule,
    schedule_sheet,
    shipped_occupations,
)
from training.apprenticeship_forms import (
    NewPlanForm,
    OccupationForm,
    PlanForm,
    plan_values,
    read_mastery,
    read_terms,
    terms_values,
)
from training.apprenticeship_records import (
    APPROACHES,
    LEAST_OJL_MINUTES,
    OBJECTIVE_WORDS,
    PLACE_WORDS,
    VOICE_WORDS,
    OccupationRow,
    PlanRow,
    PlanSettings,
    ProcessRow,
)
from training.blueprint import blueprint, own_firm_id, record

#: Larger numbers are no row numbers of the database.
NUMBER = "int(max=999999999)"
PDF = "application/pdf"


@blueprint.context_processor
def apprenticeship_words() -> dict[str, ModuleType]:
    """Lend pages the words for hours, money and plans."""
    return {"say": apprenticeship_wording, "exports": exports}


def _partnership_id() -> int:
    return signed_in().partnership.id


def _plan(plan_id: int) -> PlanRow:
    """Return a plan of the signed-in person's partnership, for a firm its own; anything else does not exist."""
    found = queries.plan(session(), partnership_id=_partnership_id(), plan_id=plan_id, organisation_id=own_firm_id())
    return found or abort(404)


def _occupation(occupation_id: int) -> OccupationRow:
    found = queries.occupation(session(), partnership_id=_partnership_id(), occupation_id=occupation_id)
    return found or abort(404)


@blueprint.get("/apprenticeships")
@requires(Action.PLAN_APPRENTICESHIPS)
def apprenticeships() -> ResponseReturnValue:
    """List the plans and the occupations that plans are made for."""
    return _list_page(_new_plan_form())


def _list_page(form: NewPlanForm, *, status: int = 200) -> ResponseReturnValue:
    occupations = queries.occupations(session(), partnership_id=_partnership_id())
    known = {row.title for row in occupations}
    page = render_template(
        "training/apprenticeships.html",
        plans=queries.plans(session(), partnership_id=_partnership_id(), organisation_id=own_firm_id()),
        occupations=occupations,
        shipped=[row for row in shipped_occupations() if row.title not in known],
        form=form,
        voice_words=VOICE_WORDS,
        approaches=APPROACHES,
    )
    return page, status


def _new_plan_form() -> NewPlanForm:
    """Offer the partnership's occupations, and the firms for which the signed-in person may plan."""
    form = NewPlanForm()
    found = queries.occupations(session(), partnership_id=_partnership_id())
    form.occupation_id.choices = [SelectChoice(row.id, row.title) for row in found]
    firms = accounts_queries.organisations(session(), partnership_id=_partnership_id(), kinds=("employer",))
    own = own_firm_id()
    pattern = [] if own is not None else [SelectChoice(0, "No single firm: a pattern for the partnership")]
    form.firm_id.choices = [*pattern, *(SelectChoice(row.id, row.name) for row in firms if own in (None, row.id))]
    return form


@blueprint.post("/apprenticeships")
@requires(Action.PLAN_APPRENTICESHIPS)
def add_apprenticeship() -> ResponseReturnValue:
    """Make a plan for an occupation."""
    form = _new_plan_form()
    if not form.validate_on_submit():
        return _list_page(form, status=422)
    plan_id = operations.add_plan(
        session(),
        partnership_id=_partnership_id(),
        occupation_id=form.occupation_id.data,
        organisation_id=form.firm_id.data or None,
        settings=PlanSettings(title=form.title.data.strip()),
        by_name=signed_in().name,
        now=now(),
    )
    record("add_apprenticeship_plan", subject=form.title.data)
    commit()
    flash("The plan is made. Say what it asks for, then choose the courses.", "success")
    return redirect(url_for("training.apprenticeship_settings", plan_id=plan_id))


@blueprint.get(f"/apprenticeships/<{NUMBER}:plan_id>")
@requires(Action.PLAN_APPRENTICESHIPS)
def apprenticeship(plan_id: int) -> ResponseReturnValue:
    """Show a plan with its tables."""
    plan = _plan(plan_id)
    return render_template(
        "training/apprenticeship.html",
        plan=plan,
        approaches=APPROACHES,
        place_words=PLACE_WORDS,
        voice_words=VOICE_WORDS,
        objective_words=OBJECTIVE_WORDS,
        least_ojl=LEAST_OJL_MINUTES,
        may_speak_for_workers=signed_in().role is not Role.EMPLOYER,
        today=now().date().isoformat(),
    )


@blueprint.route(f"/apprenticeships/<{NUMBER}:plan_id>/settings", methods=["GET", "POST"])
@requires(Action.PLAN_APPRENTICESHIPS)
def apprenticeship_settings(plan_id: int) -> ResponseReturnValue:
    """Change what a plan asks for, what colleges cost and how far they are, and what the apprentice has shown."""
    plan = _plan(plan_id)
    form = PlanForm(data=plan_values(plan))
    values, problems = dict(terms_values(plan.terms)), list[str]()
    mastered = dict(plan.mastered)
    if request.method == "POST":
        values = {name: request.form.get(name, "") for name in values}
        mastered = read_mastery(request.form, occupation=plan.occupation)
        terms, problems = read_terms(request.form, terms=plan.terms)
        settings = form.read()
        if settings is not None and not problems:
            operations.change_plan(session(), plan=plan, settings=settings, terms=terms, mastered=mastered)
            record("change_apprenticeship_plan", subject=f"plan {plan.id}: {settings.title}")
            commit()
            flash("The plan is changed. Choose its courses anew.", "success")
            return redirect(url_for("training.apprenticeship", plan_id=plan.id))
    page = render_template(
        "training/apprenticeship_settings.html",
        plan=plan,
        form=form,
        values=values,
        mastered=mastered,
        problems=problems,
    )
    return page, 422 if problems or form.errors else 200


@blueprint.post(f"/apprenticeships/<{NUMBER}:plan_id>/courses")
@requires(Action.PLAN_APPRENTICESHIPS)
def choose_apprenticeship_courses(plan_id: int) -> ResponseReturnValue:
    """Choose the best courses of all partners for a plan."""
    plan = _plan(plan_id)
    run_id, covers = queries.covering_courses(session(), partnership_id=plan.partnership_id, occupation=plan.occupation)
    offered = queries.offered_courses(session(), partnership_id=plan.partnership_id)
    session().rollback()  # choosing may take seconds, in which nobody else should wait to write
    choice = chosen_courses(plan, run_id=run_id, offered=offered, covers=covers)
    operations.keep_choice(session(), plan=plan, choice=choice, now=now())
    record("choose_apprenticeship_courses", subject=f"plan {plan.id}: {plan.settings.title}")
    commit()
    changed = _plan(plan_id)
    is_short = bool(changed.uncovered or changed.missing_minutes)
    flash(exports.status_words(changed), "warning" if is_short else "success")
    return redirect(url_for("training.apprenticeship", plan_id=plan.id))


@blueprint.post(f"/apprenticeships/<{NUMBER}:plan_id>/times")
@requires(Action.PLAN_APPRENTICESHIPS)
def set_apprenticeship_times(plan_id: int) -> ResponseReturnValue:
    """Write down when each chosen course is taken."""
    plan = _plan(plan_id)
    given = {course.id: request.form.get(f"when-{course.id}", "").strip()[:100] for course in plan.courses}
    operations.set_times(session(), plan_id=plan.id, when_taken=given)
    commit()
    flash("The times are kept.", "success")
    return redirect(url_for("training.apprenticeship", plan_id=plan.id, _anchor="outline"))


@blueprint.post(f"/apprenticeships/<{NUMBER}:plan_id>/word")
@requires(Action.PLAN_APPRENTICESHIPS)
def note_apprenticeship_word(plan_id: int) -> ResponseReturnValue:
    """Note what the employer's or the workers' representative says of a plan."""
    plan, side, state = _plan(plan_id), request.form.get("side", ""), request.form.get("state", "")
    if side not in operations.SIDES or state not in VOICE_WORDS:
        abort(400)
    if side == "worker" and signed_in().role is Role.EMPLOYER:
        abort(400)  # the firm does not speak for its workers
    name = request.form.get("name", "").strip()[:300]
    back = redirect(url_for("training.apprenticeship", plan_id=plan.id, _anchor="agreement"))
    if state != "open" and not name:
        flash("Write who says so, then note it again.", "error")
        return back
    try:
        operations.note_word(session(), plan=plan, side=side, state=state, name=name, said_on=_said_on())
    except operations.NothingToAgreeOn as refusal:
        flash(str(refusal), "error")
        return back
    record("note_word_on_apprenticeship", subject=f"plan {plan.id}: {side} {state}")
    commit()
    flash("It is noted." if state != "open" else "The word is taken back.", "success")
    return back


def _said_on() -> date:
    """Return the day that was written, today when none can be read."""
    return request.form.get("said_on", type=date.fromisoformat) or now().date()


@blueprint.post(f"/apprenticeships/<{NUMBER}:plan_id>/remove")
@requires(Action.PLAN_APPRENTICESHIPS)
def remove_apprenticeship(plan_id: int) -> ResponseReturnValue:
    """Remove a plan."""
    plan = _plan(plan_id)
    operations.remove_plan(session(), plan_id=plan.id)
    record("remove_apprenticeship_plan", subject=f"plan {plan.id}: {plan.settings.title}")
    commit()
    flash(f"The plan {plan.settings.title} is removed.", "success")
    return redirect(url_for("training.apprenticeships"))


@blueprint.get(f"/apprenticeships/<{NUMBER}:plan_id>/appendix-a.<any(pdf, xlsx):extension>")
@requires(Action.PLAN_APPRENTICESHIPS)
def apprenticeship_file(plan_id: int, extension: str) -> ResponseReturnValue:
    """Send a plan as the tables of an Appendix A."""
    plan, partnership = _plan(plan_id), signed_in().partnership
    filename = f"{'sample-' if partnership.is_sample else ''}apprenticeship-{plan.id}.{extension}"
    facts: Any = {"partnership_name": partnership.name, "is_sample": partnership.is_sample, "now": now()}
    if extension == "pdf":
        content = printed_pdf("apprenticeship.typ", exports.printed_plan(plan, **facts))
        return download(content, filename=filename, mimetype=PDF)
    about = exports.about_plan(plan, **facts)
    return download(workbook(exports.plan_sheets(plan), about=about), filename=filename, mimetype=XLSX)


@blueprint.get(f"/apprenticeships/occupations/<{NUMBER}:occupation_id>")
@requires(Action.PLAN_APPRENTICESHIPS)
def occupation(occupation_id: int) -> ResponseReturnValue:
    """Show an occupation's schedule and the courses that cover each competency."""
    row = _occupation(occupation_id)
    run_id, covers = queries.covering_courses(session(), partnership_id=_partnership_id(), occupation=row)
    offered = queries.offered_courses(session(), partnership_id=_partnership_id())
    covering = {
        each.code: [offered[ref] for ref in sorted(covers) if each.code in covers[ref] and ref in offered]
        for each in row.competencies
    }
    return render_template(
        "training/apprenticeship_occupation.html",
        occupation=row,
        covering=covering,
        run_id=run_id,
        offered=sorted(offered.values(), key=lambda course: course.ref),
        approaches=APPROACHES,
        least_ojl=LEAST_OJL_MINUTES,
    )


@blueprint.get(f"/apprenticeships/occupations/<{NUMBER}:occupation_id>/schedule.<any(csv, xlsx):extension>")
@requires(Action.PLAN_APPRENTICESHIPS)
def occupation_file(occupation_id: int, extension: str) -> ResponseReturnValue:
    """Send an occupation's schedule as a file that can be read again."""
    row = _occupation(occupation_id)
    sheet, filename = schedule_sheet(row), f"occupation-{row.id}-schedule.{extension}"
    if extension == "csv":
        return download(csv_text(sheet), filename=filename, mimetype=CSV)
    about = {"Occupation": row.title, "Source": row.source, "Written": apprenticeship_wording.clock(now())}
    return download(workbook([sheet], about=about), filename=filename, mimetype=XLSX)


@blueprint.post(f"/apprenticeships/occupations/<{NUMBER}:occupation_id>/link")
@requires(Action.EDIT_OCCUPATIONS)
def link_occupation_course(occupation_id: int) -> ResponseReturnValue:
    """Link a course to a competency, or take such a link away."""
    row = _occupation(occupation_id)
    competency = next((each for each in row.competencies if each.code == request.form.get("competency")), None)
    college_code, _, course_code = request.form.get("course", "").partition(":")
    ref = CourseRef(college_code.strip(), course_code.strip())
    college = accounts_queries.organisation_by_code(session(), partnership_id=_partnership_id(), code=ref.college_code)
    back = redirect(url_for("training.occupation", occupation_id=row.id))
    offered = queries.offered_courses(session(), partnership_id=_partnership_id())
    if competency is None or college is None or (ref not in offered and ref not in competency.linked):
        flash("No course of the newest catalogs is called that. Write it as CRC:EMT 101.", "error")
        return back
    if request.form.get("act") == "unlink":
        operations.unlink_course(
            session(), competency_id=competency.id, organisation_id=college.id, course_code=ref.course_code
        )
        words = f"{ref} is no longer linked to {competency.code}."
    else:
        operations.link_course(
            session(),
            competency_id=competency.id,
            organisation_id=college.id,
            course_code=ref.course_code,
            by_name=signed_in().name,
        )
        words = f"{ref} is linked to {competency.code}."
    record("link_course_to_competency", subject=f"{row.title}: {words}")
    commit()
    flash(words, "success")
    return back


@blueprint.route("/apprenticeships/occupations/new", methods=["GET", "POST"])
@requires(Action.EDIT_OCCUPATIONS)
def new_occupation() -> ResponseReturnValue:
    """Add an occupation of one's own, from a file or typed."""
    form = OccupationForm()
    if form.validate_on_submit() and (row := _written_occupation(form)) is not None:
        try:
            occupation_id = operations.add_occupation(session(), partnership_id=_partnership_id(), row=row)
        except Refusal as refusal:
            form.form_errors.append(str(refusal))
        else:
            record("add_occupation", subject=row.title)
            commit()
            flash(f"{row.title} is added.", "success")
            return redirect(url_for("training.occupation", occupation_id=occupation_id))
    page = render_template("training/apprenticeship_new_occupation.html", form=form, columns=SCHEDULE_COLUMNS)
    return page, 422 if form.errors else 200


def _written_occupation(form: OccupationForm) -> OccupationRow | None:
    """Return the occupation that a form describes; None, with the reason at its field, when it cannot be read."""
    minutes = {}
    for name in ("ojl_hours", "ri_hours"):
        try:
            minutes[name] = minutes_from(form[name].data, column=name) or 0
        except EntryRefused as refusal:
            form[name].errors = [refusal.words[0].upper() + refusal.words[1:]]
    processes = _written_schedule(form)
    if form.errors or processes is None:
        return None
    return OccupationRow(
        title=form.title.data.strip(),
        approach=form.approach.data,
        ojl_minutes=minutes["ojl_hours"],
        ri_minutes=minutes["ri_hours"],
        processes=processes,
        onet_code=form.onet_code.data or "",
        rapids_code=form.rapids_code.data or "",
        source=form.source.data or "",
    )


def _written_schedule(form: OccupationForm) -> tuple[ProcessRow, ...] | None:
    """Read the schedule from the file, or from the field when no file is chosen."""
    file = form.file.data
    field = form.file if file else form.schedule
    try:
        if file:
            return read_schedule(file.read(), filename=file.filename)
        return read_typed_schedule(form.schedule.data or "")
    except (ScheduleRefused, Refusal) as refusal:
        field.errors = [str(refusal)]
        return None


@blueprint.post("/apprenticeships/occupations/shipped")
@requires(Action.EDIT_OCCUPATIONS)
def add_shipped_occupation() -> ResponseReturnValue:
    """Add an occupation that comes with Skillshed to the partnership's own."""
    row = next((each for each in shipped_occupations() if each.title == request.form.get("title")), None)
    if row is None:
        abort(404)
    occupation_id = operations.add_occupation(session(), partnership_id=_partnership_id(), row=row)
    record("add_occupation", subject=row.title)
    commit()
    flash(f"{row.title} is added. Look at its courses, then plan with it.", "success")
    return redirect(url_for("training.occupation", occupation_id=occupation_id))
