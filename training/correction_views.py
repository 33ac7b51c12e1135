"""Doors for correcting what came of a completed cohort, looking at the change before it counts, and taking it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in
from accounts.permissions import Action
from base.doors import commit, now, session
from base.refusals import Refusal
from training import corrections
from training.blueprint import blueprint, record
from training.cohort_views import seen_cohort, typed_outcome
from training.corrections import CorrectionNotPossible, Difference
from training.records import CohortRow, Outcome


@blueprint.route("/training/cohorts/<int:cohort_id>/correct", methods=["GET", "POST"])
@requires(Action.FORM_COHORTS)
def correct_cohort(cohort_id: int) -> ResponseReturnValue:
    """Ask for the right numbers and why, show what would change, and only then keep it."""
    found = seen_cohort(cohort_id)
    if found.state != "completed":
        flash("Only a completed cohort has numbers to correct.", "warning")
        return redirect(url_for("training.cohort", cohort_id=cohort_id))
    if request.method == "GET":
        newest = corrections.newest_correction_id(session(), cohort_id=found.id)
        return _form_page(found, typed={**_standing(found), "seen": str(newest)})
    step = request.form.get("step", "look")
    if step == "back":
        return _form_page(found, typed=request.form.to_dict())
    try:
        changes = _corrected(found) if step == "keep" else _looked_at(found)
    except Refusal as refusal:
        return _form_page(found, typed=request.form.to_dict(), problem=str(refusal))
    if step != "keep":
        return render_template(
            "training/correct_check.html",
            cohort=found,
            changes=changes,
            typed=request.form,
            firm_names={seats.request_id: seats.firm_name for seats in found.seats},
        )
    commit()
    flash("The numbers are corrected. What stood before is kept below.", "success")
    return redirect(url_for("training.cohort", cohort_id=cohort_id))


def _form_page(found: CohortRow, *, typed: dict[str, str], problem: str = "") -> str:
    return render_template("training/correct.html", cohort=found, typed=typed, problem=problem)


def _standing(found: CohortRow) -> dict[str, str]:
    """Return what stands now, the way it is typed."""
    return {
        f"completed_{seats.request_id}": str(seats.n_completed if seats.n_completed is not None else "")
        for seats in found.seats
    } | {
        f"credentials_{seats.request_id}": "\n".join(f"{title}: {n}" for title, n in seats.credentials)
        for seats in found.seats
    }


def _typed_outcomes(found: CohortRow) -> dict[int, Outcome]:
    return {seats.request_id: typed_outcome(seats.request_id) for seats in found.seats}


def _looked_at(found: CohortRow) -> tuple[Difference, ...]:
    outcomes = _typed_outcomes(found)
    if not request.form.get("reason", "").strip():
        raise CorrectionNotPossible("Write why the numbers are corrected; the firms whose numbers change read it.")
    return corrections.differences(session(), cohort_id=found.id, outcomes=outcomes)


def _corrected(found: CohortRow) -> tuple[Difference, ...]:
    seen = request.form.get("seen", "")
    changes = corrections.correct_outcomes(
        session(),
        cohort_id=found.id,
        outcomes=_typed_outcomes(found),
        reason=request.form.get("reason", "")[:2000],
        seen_id=int(seen) if seen.isdecimal() and len(seen) < 10 else -1,
        by_name=signed_in().name,
        now=now(),
    )
    record("correct_cohort", subject=f"cohort {found.id}", requests=[each.request_id for each in changes])
    return changes


@blueprint.post("/training/cohorts/<int:cohort_id>/corrections/<int:correction_id>/take-back")
@requires(Action.FORM_COHORTS)
def take_back_correction(cohort_id: int, correction_id: int) -> ResponseReturnValue:
    """Put back what stood before a correction."""
    found = seen_cohort(cohort_id)
    try:
        corrections.take_back(
            session(), cohort_id=found.id, correction_id=correction_id, by_name=signed_in().name, now=now()
        )
    except Refusal as refusal:
        flash(str(refusal), "error")
    else:
        record("take_back_correction", subject=f"cohort {found.id}", correction=correction_id)
        commit()
        flash("What stood before stands again.", "success")
    return redirect(url_for("training.cohort", cohort_id=cohort_id))
