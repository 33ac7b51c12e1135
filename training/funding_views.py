"""Doors for funding: the rules with their sources, and what a firm answers about itself."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in
from accounts.permissions import Action
from accounts.queries import OrganisationRow
from base.doors import commit, now, session
from base.refusals import Refusal
from training import firm_answers, queries
from training.blueprint import blueprint, firm_called, firms, own_firm_id, programs, record
from training.firm_answers import MAX_GROUPS
from training.forms import FirmForm, firm_form, in_dollars
from training.funding_rules import Figure, Program
from training.wording import dollars

#: Empty rows for worker groups that the page offers besides what is there.
SPARE_ROWS = 2


@blueprint.get("/funding")
@requires(Action.SEE_TRAINING)
def funding() -> ResponseReturnValue:
    """Show every program with its figures, their sources and their days."""
    own = own_firm_id()
    return render_template(
        "training/funding.html",
        programs=programs(),
        figure_words=figure_words,
        today=now().astimezone().date(),
        firm=next((firm for firm in firms() if firm.id == own), None) if own else None,
    )


def figure_words(figure: Figure) -> str:
    """Write the value of a figure with its unit."""
    value = figure.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if figure.key.endswith("_cents"):
        return dollars(int(value))
    if figure.key.endswith("_percent"):
        return f"{value} percent"
    for unit in ("months", "weeks", "hours", "employees"):
        if figure.key.endswith(unit):
            return f"{value} {unit}"
    return str(value)


def _with_caps(known: Sequence[Program]) -> list[tuple[str, str]]:
    return [
        (program.code, program.name)
        for program in known
        if any(figure.key == "most_per_year_cents" for figure in program.figures)
    ]


@blueprint.route("/funding/firms/<code>", methods=["GET", "POST"])
@requires(Action.REQUEST_TRAINING)
def firm(code: str) -> ResponseReturnValue:
    """Ask a firm once what the rules need to know; the answers can be changed at any time."""
    found = firm_called(code)
    form = _form(found)
    if form.validate_on_submit() and _stored(form, firm_id=found.id):
        flash("Your answers are kept. Each request now says who may pay for it.", "success")
        return redirect(url_for("training.home") if own_firm_id() else url_for("training.requests"))
    _add_spare_rows(form)
    facts = queries.firm_facts(session(), partnership_id=signed_in().partnership.id, organisation_id=found.id)
    return render_template("training/firm.html", form=form, firm=found, facts=facts, is_firm=own_firm_id() is not None)


@blueprint.get("/funding/firms/<code>/requests")
@requires(Action.REQUEST_TRAINING)
def firm_funding(code: str) -> ResponseReturnValue:
    """Show what the programs may pay for all requests of a firm together, within the caps that they share."""
    asking = firm_called(code)
    partnership_id = signed_in().partnership.id
    found = firm_answers.firm_funding(
        session(),
        partnership_id=partnership_id,
        organisation_id=asking.id,
        programs=programs(),
        now=now().astimezone(),
    )
    return render_template(
        "training/firm_funding.html",
        firm=asking,
        found=found,
        price_cents=firm_answers.price_cents,
        facts=queries.firm_facts(session(), partnership_id=partnership_id, organisation_id=asking.id),
        is_firm=own_firm_id() is not None,
    )


def _form(found: OrganisationRow) -> FirmForm:
    partnership_id = signed_in().partnership.id
    facts = queries.firm_facts(session(), partnership_id=partnership_id, organisation_id=found.id)
    groups = queries.worker_groups(session(), partnership_id=partnership_id, organisation_id=found.id)
    values: dict[str, object] = {"n_employees": found.n_employees}
    if facts:
        values = {name: getattr(facts.content, name) for name in facts.content.__dataclass_fields__}
        values |= {f"granted_{code}": in_dollars(cents) for code, cents in facts.content.granted_cents.items()}
    values["groups"] = [
        {
            "id": group.id,
            "name": group.name,
            "wage": in_dollars(group.wage_cents),
            "n_months": group.n_months,
            "is_new_hire": group.is_new_hire,
        }
        for group in groups
    ]
    return firm_form(_with_caps(programs()), data=values)


def _add_spare_rows(form: FirmForm) -> None:
    n_blank = sum(entry.form.is_blank for entry in form.groups)
    for _ in range(min(SPARE_ROWS - n_blank, MAX_GROUPS - len(form.groups))):
        form.groups.append_entry()


def _stored(form: FirmForm, *, firm_id: int) -> bool:
    groups = form.typed_groups()
    if groups is None:
        form.form_errors.append("A group of workers lacks something. Fill its line, or empty the whole line.")
        return False
    member = signed_in()
    try:
        firm_answers.store_answers(
            session(),
            partnership_id=member.partnership.id,
            organisation_id=firm_id,
            content=form.content(),
            groups=groups,
            by_name=member.name,
            now=now(),
        )
    except Refusal as refusal:
        form.form_errors.append(str(refusal))
        return False
    record("answer_funding_questions", subject=f"firm {firm_id}")
    commit()
    return True
