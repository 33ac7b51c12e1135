"""Doors for the convener and the colleges: viable sections, confirming cohorts, and leading them to the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from accounts import queries as accounts_queries
from accounts.access import requires, signed_in
from accounts.permissions import Action
from base.doors import commit, now, session
from base.refusals import Refusal
from training import cohorts, corrections, queries
from training.blueprint import blueprint, own_college_id, own_firm_id, record
from training.forms import ConfirmForm, SmallestForm, confirm_form
from training.pooling import NEARLY, SMALLEST_SECTION, Section
from training.records import CohortContent, CohortRow, Outcome, RequestRow
from training.wording import PLACE_WORDS, counted


@dataclass(frozen=True)
class ShownSection:
    """A section with the requests in it, as far as the signed-in person may see their firms."""

    section: Section
    requests: tuple[RequestRow, ...]
    names_firms: bool

    @property
    def title(self) -> str:
        """Return what its firms want to learn."""
        return self.requests[0].content.title

    @property
    def label(self) -> str:
        """Name the course or the need."""
        content = self.requests[0].content
        return f"{content.college_code} {content.course_code}" if content.course_code else f"Need {content.need_code}"


def _shown_sections() -> list[ShownSection]:
    """Return the sections that the signed-in person may see; a college: its own courses, and needs without firms."""
    member = signed_in()
    partnership_id = member.partnership.id
    asked = {row.id: row for row in queries.requests(session(), partnership_id=partnership_id)}
    shown = [
        ShownSection(section, tuple(asked[each] for each in section.request_ids), names_firms=True)
        for section in queries.open_sections(session(), partnership_id=partnership_id)
    ]
    if own_college_id() is None:
        return shown
    code = member.organisation_code or ""
    return [
        ShownSection(each.section, each.requests, names_firms=bool(each.requests[0].content.college_code))
        for each in shown
        if each.requests[0].content.college_code in {"", code}
    ]


@blueprint.get("/training/sections")
@requires(Action.FORM_COHORTS)
def sections() -> ResponseReturnValue:
    """Show which sections are viable, which nearly, and the cohorts under way."""
    partnership_id = signed_in().partnership.id
    shown = _shown_sections()
    form = SmallestForm(data={"n_workers": SMALLEST_SECTION})
    form.college_code.choices = _college_choices()
    return render_template(
        "training/sections.html",
        viable=[each for each in shown if each.section.is_viable],
        nearly=[each for each in shown if each.section.is_nearly_viable],
        others=[each for each in shown if each.section.n_short > NEARLY],
        cohorts=queries.cohorts(session(), partnership_id=partnership_id, college_id=own_college_id()),
        smallest=_own_smallest(),
        usual=SMALLEST_SECTION,
        form=form,
    )


def _own_smallest() -> list[tuple[str, str, int]]:
    found = queries.smallest_sections(session(), partnership_id=signed_in().partnership.id)
    own = signed_in().organisation_code if own_college_id() is not None else None
    return [(college, course, n) for (college, course), n in sorted(found.items()) if own is None or college == own]


def _college_choices() -> list[SelectChoice]:
    colleges = accounts_queries.colleges(session(), partnership_id=signed_in().partnership.id)
    own = own_college_id()
    found = [SelectChoice(each.code, each.name) for each in colleges if own is None or each.id == own]
    return found if own is not None else [*found, SelectChoice("", "Needs that no college has taken up")]


@blueprint.post("/training/sections/smallest")
@requires(Action.FORM_COHORTS)
def set_smallest() -> ResponseReturnValue:
    """Say from how many workers on a college runs a section."""
    form = SmallestForm()
    form.college_code.choices = _college_choices()
    if form.validate_on_submit():
        cohorts.set_smallest_section(
            session(),
            partnership_id=signed_in().partnership.id,
            college_code=form.college_code.data,
            course_code=" ".join((form.course_code.data or "").split()),
            n_workers=form.n_workers.data,
        )
        record("set_smallest_section", subject=f"{form.college_code.data} {form.course_code.data}".strip() or "needs")
        commit()
        flash(f"Sections run from {counted(form.n_workers.data, 'worker')} on.", "success")
    else:
        flash("Choose a college and write a number of workers from 1 to 100. Nothing was changed.", "error")
    return redirect(url_for("training.sections"))


def _wanted(text: str) -> list[RequestRow]:
    """Return the open requests whose numbers an address names, as far as the signed-in person may place them."""
    numbers = {int(each) for each in text.split(",") if each.isdecimal() and len(each) < 10}
    seen = {row.id: row for shown in _shown_sections() for row in shown.requests}
    return [seen[number] for number in sorted(numbers & set(seen))]


@blueprint.route("/training/sections/confirm", methods=["GET", "POST"])
@requires(Action.FORM_COHORTS)
def confirm_cohort() -> ResponseReturnValue:
    """Confirm a cohort from open requests."""
    wanted = _wanted(request.values.get("requests", ""))
    if not wanted:
        flash("These requests were placed, changed or withdrawn meanwhile. Look at the sections again.", "warning")
        return redirect(url_for("training.sections"))
    form = _confirm_form(wanted)
    if form.validate_on_submit():
        cohort_id = _confirmed(form, wanted=wanted)
        if cohort_id is not None:
            flash("The cohort is confirmed. Its firms see it now.", "success")
            return redirect(url_for("training.cohort", cohort_id=cohort_id))
    first = wanted[0].content
    return render_template(
        "training/confirm.html",
        form=form,
        wanted=wanted,
        first=first,
        courses=queries.courses_on_offer(session(), partnership_id=signed_in().partnership.id),
        matching=queries.matching_courses(
            session(), partnership_id=signed_in().partnership.id, need_code=first.need_code
        ),
    )


def _confirm_form(wanted: Sequence[RequestRow]) -> ConfirmForm:
    member, first = signed_in(), wanted[0].content
    own, colleges = own_college_id(), accounts_queries.colleges(session(), partnership_id=signed_in().partnership.id)
    names_firms = own is None or bool(first.college_code)
    labels = [
        (row.id, f"Request {row.id}" + (f", {row.firm_name}" if names_firms else ""), row.content.n_workers)
        for row in wanted
    ]
    matching = queries.matching_courses(session(), partnership_id=member.partnership.id, need_code=first.need_code)
    wanted_code = first.college_code or next((each.college_code for each in matching), "")
    teaching = own or next((each.id for each in colleges if each.code == wanted_code), None)
    starts_on = max(row.content.earliest_on for row in wanted)
    form = confirm_form(
        labels,
        data={
            "requests": ",".join(str(row.id) for row in wanted),
            "college_id": teaching,
            "title": first.title,
            "course_code": first.course_code,
            "place": PLACE_WORDS[first.place] if first.place == "online" else "",
            "starts_on": starts_on,
            "n_seats": sum(row.content.n_workers for row in wanted),
            **{f"seats_{row.id}": row.content.n_workers for row in wanted},
        },
    )
    able = [each for each in colleges if own is None or each.id == member.organisation_id]
    if first.college_code:
        able = [each for each in able if each.code == first.college_code]
    form.college_id.choices = [SelectChoice(each.id, each.name) for each in able]
    return form


def _confirmed(form: ConfirmForm, *, wanted: Sequence[RequestRow]) -> int | None:
    first = wanted[0].content
    content = CohortContent(
        college_id=form.college_id.data,
        course_code=" ".join((form.course_code.data or "").split()),
        need_code=first.need_code,
        title=" ".join(form.title.data.split()),
        times=first.times,
        place=" ".join(form.place.data.split()),
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        n_seats=form.n_seats.data,
    )
    member = signed_in()
    try:
        cohort_id = cohorts.confirm_cohort(
            session(),
            partnership_id=member.partnership.id,
            content=content,
            seats=form.seats(),
            by_name=member.name,
            now=now(),
        )
    except Refusal as refusal:
        form.form_errors.append(str(refusal))
        return None
    record("confirm_cohort", subject=f"cohort {cohort_id}")
    commit()
    return cohort_id


def seen_cohort(cohort_id: int) -> CohortRow:
    """Return a cohort as far as the signed-in person may see it: a firm its own seats, a college what it teaches."""
    member = signed_in()
    if not (member.may(Action.FORM_COHORTS) or own_firm_id() is not None):
        abort(404)
    found = queries.cohort(
        session(),
        cohort_id=cohort_id,
        partnership_id=member.partnership.id,
        organisation_id=own_firm_id(),
        college_id=own_college_id(),
    )
    return found or abort(404)


@blueprint.get("/training/cohorts/<int:cohort_id>")
@requires(Action.SEE_TRAINING)
def cohort(cohort_id: int) -> ResponseReturnValue:
    """Show a cohort: when, where, whose seats, and what came of it."""
    found = seen_cohort(cohort_id)
    return render_template(
        "training/cohort.html",
        cohort=found,
        is_firm=own_firm_id() is not None,
        corrections=corrections.corrections(session(), cohort_id=found.id, organisation_id=own_firm_id()),
        firm_names={seats.request_id: seats.firm_name for seats in found.seats},
    )


@blueprint.post("/training/cohorts/<int:cohort_id>/start")
@requires(Action.FORM_COHORTS)
def start_cohort(cohort_id: int) -> ResponseReturnValue:
    """Note that a cohort has begun."""
    found = seen_cohort(cohort_id)
    try:
        cohorts.start_cohort(session(), cohort_id=found.id, by_name=signed_in().name, now=now())
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        record("start_cohort", subject=f"cohort {found.id}")
        commit()
        flash("The cohort is running.", "success")
    return redirect(url_for("training.cohort", cohort_id=cohort_id))


@blueprint.post("/training/cohorts/<int:cohort_id>/cancel")
@requires(Action.FORM_COHORTS)
def cancel_cohort(cohort_id: int) -> ResponseReturnValue:
    """Cancel a cohort with a reason; its requests gather again."""
    found = seen_cohort(cohort_id)
    reason = request.form.get("reason", "")[:2000]
    try:
        cohorts.cancel_cohort(session(), cohort_id=found.id, reason=reason, by_name=signed_in().name, now=now())
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        record("cancel_cohort", subject=f"cohort {found.id}")
        commit()
        flash("The cohort is cancelled. Its requests gather again.", "success")
    return redirect(url_for("training.cohort", cohort_id=cohort_id))


@blueprint.route("/training/cohorts/<int:cohort_id>/complete", methods=["GET", "POST"])
@requires(Action.FORM_COHORTS)
def complete_cohort(cohort_id: int) -> ResponseReturnValue:
    """Say for each firm how many completed and which credentials they earned."""
    found = seen_cohort(cohort_id)
    if found.state != "running":
        flash("Only a running cohort can be completed.", "warning")
        return redirect(url_for("training.cohort", cohort_id=cohort_id))
    problem = ""
    if request.method == "POST":
        try:
            outcomes = {seats.request_id: typed_outcome(seats.request_id) for seats in found.seats}
            cohorts.complete_cohort(
                session(), cohort_id=found.id, outcomes=outcomes, by_name=signed_in().name, now=now()
            )
        except Refusal as refusal:
            problem = str(refusal)
        else:
            record("complete_cohort", subject=f"cohort {found.id}")
            commit()
            flash("The cohort is completed. Each firm sees its own numbers.", "success")
            return redirect(url_for("training.cohort", cohort_id=cohort_id))
    return render_template("training/complete.html", cohort=found, problem=problem, typed=request.form)


def typed_outcome(request_id: int) -> Outcome:
    """Read one firm's line of the page: a number, and one credential per line with a number after a colon."""
    said = request.form.get(f"completed_{request_id}", "").strip()
    if not said.isdecimal() or len(said) > 6:
        raise cohorts.CohortNotPossible(f"Request {request_id}: write how many workers completed; 0 is an answer.")
    earned = []
    for line in request.form.get(f"credentials_{request_id}", "").splitlines():
        if not line.strip():
            continue
        title, _colon, number = line.rpartition(":")
        if not title.strip() or not number.strip().isdecimal() or len(number.strip()) > 6:
            raise cohorts.CohortNotPossible(
                f"Request {request_id}: write each credential as “title: number”, such as “Safety certificate: 4”."
            )
        earned.append((" ".join(title.split())[:200], int(number)))
    return Outcome(int(said), tuple(earned))
