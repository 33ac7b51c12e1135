"""Doors for frameworks: upload one, search it, pick skill needs into a new assessment."""

from __future__ import annotations

import re

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in
from accounts.permissions import Action
from base.doors import commit, now, session
from base.refusals import Refusal
from survey import frameworks, operations
from survey.blueprint import blueprint, record
from survey.forms import AssessmentForm, FrameworkForm
from survey.importers import read_need_file
from survey.needs import MAX_NEEDS
from survey.records import NeedReading

#: A longer list of areas is no help; the words of the search find areas too.
MAX_AREAS = 1_500
NUMBER = re.compile(r"[0-9]{1,15}")


@blueprint.route("/assessments/new/framework", methods=["GET", "POST"])
@requires(Action.EDIT_ASSESSMENTS)
def new_framework() -> ResponseReturnValue:
    """Read the file of a framework and open it for searching."""
    form = FrameworkForm()
    if form.validate_on_submit():
        filename, content = form.file.data.filename, form.file.data.read()
        session().rollback()  # reading takes seconds, and phones that vote must not wait for it
        try:
            reading = read_need_file(content, filename=filename)
            return open_framework(reading, filename=filename, content=content)
        except Refusal as refusal:
            form.file.errors = [str(refusal)]
    rows = frameworks.frameworks(session(), partnership_id=signed_in().partnership.id)
    return render_template("survey/new_framework.html", form=form, frameworks=rows)


def open_framework(reading: NeedReading, *, filename: str, content: bytes) -> ResponseReturnValue:
    """Keep a framework and lead to its search."""
    stored = frameworks.store_framework(
        session(),
        partnership_id=signed_in().partnership.id,
        reading=reading,
        filename=filename,
        content=content,
        now=now(),
    )
    if stored.is_new:
        record("upload_framework", subject=filename, n_needs=len(reading.needs), format=reading.format)
        words = f"{len(reading.needs):,} skill needs were read from {filename}. Search them and check what you want."
    else:
        words = f"{filename} was uploaded before, so nothing changed. Search it and check what you want."
    commit()
    flash(words, "success")
    return redirect(url_for("survey.framework", framework_id=stored.framework_id))


@blueprint.route("/assessments/frameworks/<int:framework_id>", methods=["GET", "POST"])
@requires(Action.EDIT_ASSESSMENTS)
def framework(framework_id: int) -> ResponseReturnValue:
    """Search a framework; what is checked stays picked from search to search and becomes an assessment."""
    found = _own_framework(framework_id)
    form = AssessmentForm()
    need_ids = {int(text) for text in request.form.getlist("need") if NUMBER.fullmatch(text)}
    picked = frameworks.picked_needs(session(), framework_id=found.id, need_ids=need_ids)
    if "make" in request.form and form.validate_on_submit():
        try:
            return _made(found, title=form.title.data, picked=picked)
        except Refusal as refusal:
            form.form_errors.append(str(refusal))
    words, area = request.values.get("q", "").strip()[:200], request.values.get("area", "")
    areas = frameworks.areas(session(), framework_id=found.id)
    search = None
    if words or area or found.n_needs <= frameworks.MAX_SHOWN:
        search = frameworks.search_needs(
            session(), framework_id=found.id, words=words, area=area, without=[row.id for row in picked]
        )
    return render_template(
        "survey/framework.html",
        form=form,
        framework=found,
        areas=areas if len(areas) <= MAX_AREAS else [],
        words=words,
        area=area,
        picked=picked,
        search=search,
        most=MAX_NEEDS,
    )


def _made(found: frameworks.FrameworkRow, *, title: str, picked: list[frameworks.FoundNeed]) -> ResponseReturnValue:
    """Make an assessment of the picked needs and show it."""
    needs = frameworks.needs_to_keep(picked)
    if not needs:
        raise frameworks.FrameworkRefused("Nothing is picked. Check at least one need.")
    assessment_id = operations.create_assessment(
        session(), partnership_id=signed_in().partnership.id, title=title, needs=needs, now=now()
    )
    record("create_assessment", subject=title, n_needs=len(needs), source=found.title)
    commit()
    flash(f"“{title}” has {len(needs)} {'need' if len(needs) == 1 else 'needs'}. Next: plan a meeting.", "success")
    return redirect(url_for("survey.assessment", assessment_id=assessment_id))


@blueprint.post("/assessments/frameworks/<int:framework_id>/remove")
@requires(Action.EDIT_ASSESSMENTS)
def remove_framework(framework_id: int) -> ResponseReturnValue:
    """Forget a framework; lists made from it stay."""
    found = _own_framework(framework_id)
    frameworks.remove_framework(session(), framework_id=found.id)
    record("remove_framework", subject=found.title)
    commit()
    flash(f"“{found.title}” is removed. Lists that were made from it stay as they are.", "success")
    return redirect(url_for("survey.new_framework"))


def _own_framework(framework_id: int) -> frameworks.FrameworkRow:
    found = frameworks.framework(session(), framework_id=framework_id, partnership_id=signed_in().partnership.id)
    return found or abort(404)
