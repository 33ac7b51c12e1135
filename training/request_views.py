"""Doors for firms: what they asked for, asking anew, changing and withdrawing. The convener may ask for any firm."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from accounts.access import requires, signed_in
from accounts.permissions import Action, Role
from accounts.queries import OrganisationRow
from base.doors import commit, now, session
from base.refusals import Refusal
from training import firm_answers, operations, queries, reimbursable
from training.blueprint import blueprint, firms, own_college_id, own_firm_id, programs, record
from training.forms import RequestForm, in_dollars, request_form
from training.records import RequestContent, RequestRow


@blueprint.get("/training")
@requires(Action.SEE_TRAINING)
def home() -> ResponseReturnValue:
    """Show a firm its own requests, and everyone else what the region's firms ask for as far as their role goes."""
    member = signed_in()
    if member.role is Role.EMPLOYER:
        return _firm_home()
    if not member.may(Action.FORM_COHORTS):
        return redirect(url_for("training.region"))
    return redirect(url_for("training.sections"))


def _firm_home() -> ResponseReturnValue:
    member, firm_id = signed_in(), own_firm_id()
    partnership_id = member.partnership.id
    asked = queries.requests(session(), partnership_id=partnership_id, organisation_id=firm_id)
    facts = queries.firm_facts(session(), partnership_id=partnership_id, organisation_id=firm_id or 0)
    cohorts = queries.cohorts(session(), partnership_id=partnership_id, organisation_id=firm_id)
    return render_template(
        "training/firm_home.html",
        requests=asked,
        cohorts=cohorts,
        begun={
            seats.request_id: cohort.state
            for cohort in cohorts
            for seats in cohort.seats
            if cohort.state in {"running", "completed"}
        },
        submissions=reimbursable.submissions(session(), partnership_id=partnership_id, organisation_id=firm_id),
        facts=facts,
        code=member.organisation_code,
    )


@blueprint.get("/training/requests")
@requires(Action.REQUEST_TRAINING)
def requests() -> ResponseReturnValue:
    """List the requests that the signed-in person may see."""
    found = queries.requests(session(), partnership_id=signed_in().partnership.id, organisation_id=own_firm_id())
    return render_template("training/requests.html", requests=found, is_firm=own_firm_id() is not None)


def _own_request(request_id: int) -> RequestRow:
    found = queries.request(
        session(),
        request_id=request_id,
        partnership_id=signed_in().partnership.id,
        organisation_id=own_firm_id(),
    )
    return found or abort(404)


@blueprint.get("/training/requests/<int:request_id>")
@requires(Action.REQUEST_TRAINING)
def request_page(request_id: int) -> ResponseReturnValue:
    """Show one request: where it stands, who may pay for it, and its history."""
    asked = _own_request(request_id)
    partnership_id = signed_in().partnership.id
    cohorts = queries.cohorts(session(), partnership_id=partnership_id, organisation_id=asked.organisation_id)
    placed = [
        (cohort, seats)
        for cohort in cohorts
        for seats in cohort.seats
        if seats.request_id == request_id and cohort.state != "cancelled"
    ]
    found = firm_answers.firm_funding(
        session(),
        partnership_id=partnership_id,
        organisation_id=asked.organisation_id,
        programs=programs(),
        now=now().astimezone(),
    )
    return render_template(
        "training/request.html",
        asked=asked,
        is_firm=own_firm_id() is not None,
        placed=placed,
        steps=queries.request_steps(session(), request_id=request_id),
        facts=queries.firm_facts(session(), partnership_id=partnership_id, organisation_id=asked.organisation_id),
        groups={
            group.id: group
            for group in queries.worker_groups(
                session(), partnership_id=partnership_id, organisation_id=asked.organisation_id
            )
        },
        answers=found.answers.get(request_id),
        turn=next((place for place, each in enumerate(found.requests, start=1) if each.id == request_id), 0),
        n_turns=len(found.requests),
    )


@blueprint.route("/training/requests/new", methods=["GET", "POST"])
@requires(Action.REQUEST_TRAINING)
def new_request() -> ResponseReturnValue:
    """Ask for seats; the convener says for which firm."""
    able = firms()
    if not able:
        flash("No firm is here yet. Firms come in by joining a meeting.", "warning")
        return redirect(url_for("training.home"))
    chosen = request.args.get("firm", "").lower()
    firm = next((each for each in able if each.code.lower() == chosen), able[0] if len(able) == 1 else None)
    form = _form(firm, able=able)
    if form.validate_on_submit() and _asked(form):
        return redirect(url_for("training.requests") if own_firm_id() is None else url_for("training.home"))
    return render_template("training/request_form.html", form=form, asked=None, firm=firm, is_firm=own_firm_id())


def _form(
    firm: OrganisationRow | None, *, able: list[OrganisationRow], content: RequestContent | None = None
) -> RequestForm:
    partnership_id = signed_in().partnership.id
    groups = queries.worker_groups(session(), partnership_id=partnership_id, organisation_id=firm.id) if firm else []
    values: dict[str, object] = {"firm_id": firm.id} if firm else {}
    if content is None:
        values |= {"course": request.args.get("course", ""), "need_code": request.args.get("need", "")}
    else:
        values |= {name: getattr(content, name) for name in content.__dataclass_fields__}
        values |= {"course": f"{content.college_code} {content.course_code}: {content.title}".strip()}
        values |= {"cost": in_dollars(content.cost_cents)}
        values |= {f"group_{group_id}": n for group_id, n in content.group_counts.items()}
        if not content.course_code:
            values["course"] = ""
    form = request_form(groups, data=values)
    form.courses = queries.courses_on_offer(session(), partnership_id=partnership_id)
    form.needs = queries.needs_on_offer(session(), partnership_id=partnership_id)
    known = reimbursable.listed_credentials(session(), words="", partnership_id=partnership_id)
    form.listed = tuple(dict.fromkeys(each.title for each in known))
    nobody = [] if firm else [SelectChoice(0, "–")]
    form.firm_id.choices = [*nobody, *(SelectChoice(each.id, each.name) for each in able)]
    form.need_code.choices = [SelectChoice("", "–"), *(SelectChoice(each.code, each.words) for each in form.needs)]
    return form


def _asked(form: RequestForm) -> bool:
    subject = form.chosen()
    if subject is None:
        return False
    member = signed_in()
    try:
        request_id = operations.ask_for_training(
            session(),
            partnership_id=member.partnership.id,
            organisation_id=form.firm_id.data,
            content=form.content(subject),
            by_name=member.name,
            now=now(),
        )
    except Refusal as refusal:
        form.form_errors.append(str(refusal))
        return False
    record("ask_for_training", subject=f"training request {request_id}")
    commit()
    flash("Your request is in. It gathers with others until a section is full enough.", "success")
    return True


@blueprint.route("/training/requests/<int:request_id>/edit", methods=["GET", "POST"])
@requires(Action.REQUEST_TRAINING)
def edit_request(request_id: int) -> ResponseReturnValue:
    """Change an open request."""
    asked = _own_request(request_id)
    if not asked.is_open:
        flash("This request can no longer be changed here. Call the convener.", "warning")
        return redirect(url_for("training.request_page", request_id=request_id))
    firm = next((each for each in firms() if each.id == asked.organisation_id), None) or abort(404)
    form = _form(firm, able=[firm], content=asked.content)
    if form.validate_on_submit() and _changed(form, asked=asked):
        return redirect(url_for("training.request_page", request_id=request_id))
    return render_template("training/request_form.html", form=form, asked=asked, firm=firm, is_firm=own_firm_id())


def _changed(form: RequestForm, *, asked: RequestRow) -> bool:
    subject = form.chosen()
    if subject is None:
        return False
    try:
        changes = operations.change_request(
            session(), request_id=asked.id, content=form.content(subject), by_name=signed_in().name, now=now()
        )
    except Refusal as refusal:
        form.form_errors.append(str(refusal))
        return False
    record("change_training_request", subject=f"training request {asked.id}")
    commit()
    flash("Your changes are kept." if changes else "Nothing was different, so nothing changed.", "success")
    return True


@blueprint.post("/training/requests/<int:request_id>/withdraw")
@requires(Action.REQUEST_TRAINING)
def withdraw_request(request_id: int) -> ResponseReturnValue:
    """Withdraw an open request."""
    asked = _own_request(request_id)
    try:
        operations.withdraw_request(session(), request_id=asked.id, by_name=signed_in().name, now=now())
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        record("withdraw_training_request", subject=f"training request {asked.id}")
        commit()
        flash("The request is withdrawn. Its history stays here.", "success")
    return redirect(url_for("training.request_page", request_id=request_id))


@blueprint.get("/training/region")
@requires(Action.SEE_TRAINING)
def region() -> ResponseReturnValue:
    """Show the counts that the region may see; a firm finds its own numbers on its own page."""
    counts = queries.region_counts(session(), partnership_id=signed_in().partnership.id)
    colleges = {code for found in counts.values() if found for code in found.slices}
    return render_template(
        "training/region.html", counts=counts, colleges=sorted(colleges), sees_sections=own_college_id() is not None
    )
