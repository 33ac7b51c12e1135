"""Doors for assessments: make one in several ways, look at it, change it, take it away as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import groupby
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from accounts.access import requires, signed_in
from accounts.permissions import Action
from base.doors import CSV, XLSX, commit, download, now, session
from base.refusals import Refusal
from base.tables import csv_text, workbook
from survey import framework_files, operations, queries
from survey.blueprint import blueprint, own_assessment, record
from survey.exports import needs_sheet
from survey.forms import MAX_TYPED_NEEDS, AssessmentForm, NeedForm, TypedForm, UploadForm
from survey.framework_views import open_framework
from survey.importers import read_need_file
from survey.library import starter_library
from survey.needs import MAX_NEEDS, usable_part
from survey.records import NeedReading, NeedRow

#: A read list travels through the preview inside the page; a browser may not send more than half a megabyte of form.
MAX_CARRIED = 400_000


class ListTooLong(Refusal):
    """Say that a file holds more text than a list of skill needs can."""


@blueprint.get("/assessments")
@requires(Action.SEE_ASSESSMENTS)
def assessments() -> ResponseReturnValue:
    """List the partnership's assessments."""
    rows = queries.assessments(session(), partnership_id=signed_in().partnership.id)
    return render_template("survey/assessments.html", assessments=rows)


@blueprint.route("/assessments/new", methods=["GET", "POST"])
@requires(Action.EDIT_ASSESSMENTS)
def new_assessment() -> ResponseReturnValue:
    """Make an assessment from the starter library: what stays checked is taken, in checked areas only."""
    form = AssessmentForm()
    library = starter_library()
    is_first = request.method == "GET"
    areas = {need.area for need in library} if is_first else set(request.form.getlist("area"))
    codes = {need.code for need in library} if is_first else set(request.form.getlist("need"))
    chosen = [need for need in library if need.area in areas and need.code in codes]
    if form.validate_on_submit():
        if chosen:
            return _made(title=form.title.data, needs=chosen, source="starter library")
        form.form_errors.append("Nothing is checked. Check at least one area and one need in it.")
    grouped = [(area, list(needs)) for area, needs in groupby(library, key=lambda need: need.area)]
    return render_template("survey/new_assessment.html", form=form, library=grouped, areas=areas, codes=codes)


@blueprint.route("/assessments/new/file", methods=["GET", "POST"])
@requires(Action.EDIT_ASSESSMENTS)
def upload_assessment() -> ResponseReturnValue:
    """Read a file of skill needs and show what was found before anything is kept; a large one is searched instead."""
    form = UploadForm()
    if form.validate_on_submit():
        filename, content = form.file.data.filename, form.file.data.read()
        session().rollback()  # reading takes seconds, and phones that vote must not wait for it
        try:
            whole = read_need_file(content, filename=filename)
            if len(whole.needs) > MAX_NEEDS:
                return open_framework(whole, filename=filename, content=content)
            reading = usable_part(whole)
            carried = _carry(reading)
        except Refusal as refusal:
            form.file.errors = [str(refusal)]
        else:
            context = {"title": form.title.data, "filename": filename, "reading": reading, "carried": carried}
            return render_template("survey/upload_preview.html", **context)
    return render_template("survey/upload_assessment.html", form=form)


@blueprint.post("/assessments/new/file/keep")
@requires(Action.EDIT_ASSESSMENTS)
def keep_upload() -> ResponseReturnValue:
    """Make an assessment of the needs that the preview showed."""
    try:
        needs = _carried_needs(request.form.get("carried", ""))
    except BadSignature:
        flash("The preview is too old or did not arrive whole. Choose the file again; nothing was kept.", "error")
        return redirect(url_for("survey.upload_assessment"))
    return _made(title=request.form.get("title", ""), needs=needs, source="file")


@blueprint.get("/assessments/starter-library.<any(csv, xlsx):kind>")
@requires(Action.SEE_ASSESSMENTS)
def library_file(kind: str) -> ResponseReturnValue:
    """Send the starter library as a file: a pattern for a list of one's own."""
    return _needs_file(starter_library(), name="starter-library", kind=kind, about={"List": "Starter library"})


def _needs_file(
    needs: Sequence[NeedRow | queries.SkillNeedRow], *, name: str, kind: str, about: dict[str, str]
) -> ResponseReturnValue:
    sheet = needs_sheet(needs)
    if kind == "csv":
        return download(csv_text(sheet), filename=f"{name}.csv", mimetype=CSV)
    content = workbook([sheet], about={**about, "Needs": str(len(needs))})
    return download(content, filename=f"{name}.xlsx", mimetype=XLSX)


def _carrier() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="skill needs of an upload")


def _carry(reading: NeedReading) -> str:
    """Pack the needs that were read, signed, so that the preview's button keeps exactly what was shown."""
    carried = str(_carrier().dumps([asdict(replace(need, keywords=())) for need in reading.needs]))
    if len(carried) > MAX_CARRIED:
        raise ListTooLong(
            "This file holds more text than one list of skill needs can. Shorten the descriptions and elements, "
            "or split the file in two."
        )
    return carried


def _carried_needs(carried: str) -> list[NeedRow]:
    loaded: list[dict[str, Any]] = _carrier().loads(carried)
    return [NeedRow(**{**fields, "elements": tuple(fields["elements"]), "keywords": ()}) for fields in loaded]


@blueprint.route("/assessments/new/typed", methods=["GET", "POST"])
@requires(Action.EDIT_ASSESSMENTS)
def type_assessment() -> ResponseReturnValue:
    """Make an assessment of typed needs; another empty row is a button that keeps what was typed."""
    form = TypedForm()
    if "add" in request.form:
        if len(form.needs) < MAX_TYPED_NEEDS:
            form.needs.append_entry()
    elif form.validate_on_submit():
        try:
            return _made(title=form.title.data, needs=form.typed_needs(), source="typed")
        except Refusal as refusal:
            form.form_errors.append(str(refusal))
    return render_template("survey/type_assessment.html", form=form, most=MAX_TYPED_NEEDS)


def _made(*, title: str, needs: list[NeedRow], source: str) -> ResponseReturnValue:
    """Make the assessment and show it."""
    assessment_id = operations.create_assessment(
        session(), partnership_id=signed_in().partnership.id, title=title, needs=needs, now=now()
    )
    record("create_assessment", subject=title, n_needs=len(needs), source=source)
    commit()
    flash(f"“{title}” has {len(needs)} {'need' if len(needs) == 1 else 'needs'}. Next: plan a meeting.", "success")
    return redirect(url_for("survey.assessment", assessment_id=assessment_id))


@blueprint.get("/assessments/<int:assessment_id>")
@requires(Action.SEE_ASSESSMENTS)
def assessment(assessment_id: int) -> ResponseReturnValue:
    """Show an assessment's needs by area."""
    found = own_assessment(assessment_id)
    needs = queries.needs(session(), assessment_id=assessment_id)
    by_area: dict[str, list[queries.SkillNeedRow]] = {}
    for need in needs:
        by_area.setdefault(need.area, []).append(need)
    rows = queries.meetings(session(), partnership_id=signed_in().partnership.id)
    meetings = [row for row in rows if row.assessment_id == assessment_id]
    return render_template("survey/assessment.html", assessment=found, by_area=by_area, meetings=meetings)


@blueprint.get("/assessments/<int:assessment_id>/needs.<any(csv, xlsx):kind>")
@requires(Action.SEE_ASSESSMENTS)
def assessment_file(assessment_id: int, kind: str) -> ResponseReturnValue:
    """Send an assessment's needs as a file that can be uploaded again."""
    found = own_assessment(assessment_id)
    needs = queries.needs(session(), assessment_id=assessment_id)
    about = {"Partnership": signed_in().partnership.name, "Assessment": found.title}
    return _needs_file(needs, name=f"skill-needs-{assessment_id}", kind=kind, about=about)


@blueprint.get("/assessments/<int:assessment_id>/needs.case.json")
@requires(Action.SEE_ASSESSMENTS)
def assessment_case(assessment_id: int) -> ResponseReturnValue:
    """Send an assessment's needs as a CASE package."""
    content = framework_files.case_package(_need_list(assessment_id))
    return download(content, filename=f"skill-needs-{assessment_id}-case.json", mimetype="application/json")


@blueprint.get("/assessments/<int:assessment_id>/needs.rsd.csv")
@requires(Action.SEE_ASSESSMENTS)
def assessment_rsd(assessment_id: int) -> ResponseReturnValue:
    """Send an assessment's needs as rich skill descriptors."""
    content = csv_text(framework_files.rsd_sheet(_need_list(assessment_id)))
    return download(content, filename=f"skill-needs-{assessment_id}-rsd.csv", mimetype=CSV)


def _need_list(assessment_id: int) -> framework_files.NeedList:
    found = own_assessment(assessment_id)
    return framework_files.NeedList(
        title=found.title,
        creator=signed_in().partnership.name,
        made_at=found.created_at,
        needs=queries.needs(session(), assessment_id=assessment_id),
    )


@blueprint.post("/assessments/<int:assessment_id>/title")
@requires(Action.EDIT_ASSESSMENTS)
def rename_assessment(assessment_id: int) -> ResponseReturnValue:
    """Give an assessment another title."""
    own_assessment(assessment_id)
    try:
        operations.rename_assessment(session(), assessment_id=assessment_id, title=request.form.get("title", ""))
    except Refusal as refusal:
        flash(f"{refusal} The old title stays until then.", "error")
    else:
        commit()
        flash("The assessment has its new title.", "success")
    return redirect(url_for("survey.assessment", assessment_id=assessment_id))


@blueprint.post("/assessments/<int:assessment_id>/copy")
@requires(Action.EDIT_ASSESSMENTS)
def copy_assessment(assessment_id: int) -> ResponseReturnValue:
    """Copy an assessment, so that its needs can be changed for the next meeting."""
    found = own_assessment(assessment_id)
    title = f"{found.title[: operations.MAX_NAME - 7]} (copy)"
    copy_id = operations.copy_assessment(session(), assessment_id=assessment_id, title=title, now=now())
    record("create_assessment", subject=title, n_needs=found.n_needs, source=f"copy of {assessment_id}")
    commit()
    flash("This is the copy. Rename it and change its needs as you like.", "success")
    return redirect(url_for("survey.assessment", assessment_id=copy_id))


@blueprint.route("/assessments/<int:assessment_id>/needs/new", methods=["GET", "POST"])
@requires(Action.EDIT_ASSESSMENTS)
def new_need(assessment_id: int) -> ResponseReturnValue:
    """Add a need to an assessment."""
    found = own_assessment(assessment_id)
    form = NeedForm()
    if form.validate_on_submit():
        try:
            operations.add_need(session(), assessment_id=assessment_id, need=form.need())
        except Refusal as refusal:
            form.form_errors.append(str(refusal))
        else:
            commit()
            flash(f"“{form.title.data}” is on the list.", "success")
            return redirect(url_for("survey.assessment", assessment_id=assessment_id))
    return render_template("survey/need.html", assessment=found, form=form, need=None)


@blueprint.route("/assessments/<int:assessment_id>/needs/<int:need_id>", methods=["GET", "POST"])
@requires(Action.EDIT_ASSESSMENTS)
def need(assessment_id: int, need_id: int) -> ResponseReturnValue:
    """Change a need of an assessment."""
    found = own_assessment(assessment_id)
    row = _own_need(assessment_id, need_id)
    form = NeedForm(data={**asdict(row), "elements": "\n".join(row.elements)})
    if form.validate_on_submit():
        try:
            operations.change_need(session(), need_id=need_id, need=form.need())
        except Refusal as refusal:
            form.form_errors.append(str(refusal))
        else:
            commit()
            flash(f"“{form.title.data}” is changed.", "success")
            return redirect(url_for("survey.assessment", assessment_id=assessment_id))
    return render_template("survey/need.html", assessment=found, form=form, need=row)


@blueprint.post("/assessments/<int:assessment_id>/needs/<int:need_id>/remove")
@requires(Action.EDIT_ASSESSMENTS)
def remove_need(assessment_id: int, need_id: int) -> ResponseReturnValue:
    """Take a need off an assessment."""
    own_assessment(assessment_id)
    row = _own_need(assessment_id, need_id)
    try:
        operations.remove_need(session(), need_id=need_id)
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        commit()
        flash(f"“{row.title}” is off the list.", "success")
    return redirect(url_for("survey.assessment", assessment_id=assessment_id))


def _own_need(assessment_id: int, need_id: int) -> queries.SkillNeedRow:
    rows = queries.needs(session(), assessment_id=assessment_id)
    return next((row for row in rows if row.id == need_id), None) or abort(404)
