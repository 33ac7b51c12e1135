"""Correct what came of a completed cohort: with a reason, and with everything that stood before kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.refusals import Refusal
from training.cohorts import check_outcome, college_code, seated
from training.models import Cohort, CohortSeats, OutcomeCorrection, TrainingRequest
from training.operations import add_step, count
from training.records import CorrectionRow, Outcome
from training.wording import counted


class CorrectionNotPossible(Refusal):
    """Say why what came of a cohort cannot be corrected so, and what to do."""


@dataclass(frozen=True)
class Difference:
    """What a correction would change for one request."""

    request_id: int
    was: Outcome
    becomes: Outcome


def outcome_of(seats: CohortSeats) -> Outcome:
    """Return what stands for a request's seats."""
    return Outcome(seats.n_completed or 0, _pairs(seats.credentials))


def _pairs(credentials: Sequence[Mapping[str, object]]) -> tuple[tuple[str, int], ...]:
    return tuple((str(each["title"]), int(str(each["n"]))) for each in credentials)


def _objects(credentials: Sequence[tuple[str, int]]) -> list[dict[str, object]]:
    return [{"title": title, "n": n} for title, n in credentials]


def _is_same(one: Outcome, other: Outcome) -> bool:
    return one.n_completed == other.n_completed and sorted(one.credentials) == sorted(other.credentials)


def newest_correction_id(session: Session, *, cohort_id: int) -> int:
    """Return the number of a cohort's newest correction; 0 when there is none."""
    newest = session.scalar(select(func.max(OutcomeCorrection.id)).where(OutcomeCorrection.cohort_id == cohort_id))
    return newest or 0


def differences(session: Session, *, cohort_id: int, outcomes: Mapping[int, Outcome]) -> tuple[Difference, ...]:
    """Return what would change, and refuse what cannot be."""
    cohort = session.get_one(Cohort, cohort_id)
    if cohort.state != "completed":
        raise CorrectionNotPossible(f"This cohort is {cohort.state}. Only a completed one has numbers to correct.")
    found = []
    for seats, request in seated(session, cohort_id=cohort_id):
        becomes = outcomes.get(request.id)
        check_outcome(becomes, seats=seats)
        was = outcome_of(seats)
        if becomes is not None and not _is_same(was, becomes):
            found.append(Difference(request.id, was, becomes))
    if not found:
        raise CorrectionNotPossible("These are the numbers that stand already. Change what is wrong, then go on.")
    return tuple(found)


def correct_outcomes(
    session: Session,
    *,
    cohort_id: int,
    outcomes: Mapping[int, Outcome],
    reason: str,
    seen_id: int,
    by_name: str,
    now: datetime,
) -> tuple[Difference, ...]:
    """Put corrected numbers in place of those that stood, and keep both; `seen_id` is the newest correction known.

    The counts that the region may see get the difference alone. They show it when enough firms stand behind it, so
    that nobody learns a firm's number by looking before and after.
    """
    said = " ".join(reason.split())
    if not said:
        raise CorrectionNotPossible("Write why the numbers are corrected; the firms whose numbers change read it.")
    if newest_correction_id(session, cohort_id=cohort_id) != seen_id:
        raise CorrectionNotPossible(
            "Somebody corrected this cohort meanwhile. Look at what stands now, then correct it again."
        )
    found = differences(session, cohort_id=cohort_id, outcomes=outcomes)
    for difference in found:
        _put(session, difference, cohort_id=cohort_id, reason=said, by_name=by_name, now=now)
    return found


def take_back(session: Session, *, cohort_id: int, correction_id: int, by_name: str, now: datetime) -> None:
    """Put back what stood before a request's newest correction; that is one more correction."""
    row = session.get(OutcomeCorrection, correction_id)
    if row is None or row.cohort_id != cohort_id:
        raise CorrectionNotPossible("This correction is not one of this cohort. Open the cohort again.")
    newest = session.scalar(
        select(func.max(OutcomeCorrection.id)).where(
            OutcomeCorrection.cohort_id == cohort_id, OutcomeCorrection.request_id == row.request_id
        )
    )
    if newest != row.id:
        raise CorrectionNotPossible("These numbers were corrected again since. Take the newest correction back first.")
    difference = Difference(
        row.request_id,
        Outcome(row.n_completed, _pairs(row.credentials)),
        Outcome(row.was_n_completed, _pairs(row.was_credentials)),
    )
    reason = f"The correction “{row.reason}” is taken back."
    _put(session, difference, cohort_id=cohort_id, reason=reason, by_name=by_name, now=now, undoes_id=row.id)


def _put(
    session: Session,
    difference: Difference,
    *,
    cohort_id: int,
    reason: str,
    by_name: str,
    now: datetime,
    undoes_id: int | None = None,
) -> None:
    was, becomes = difference.was, difference.becomes
    cohort = session.get_one(Cohort, cohort_id)
    seats = session.get_one(CohortSeats, (cohort_id, difference.request_id))
    request = session.get_one(TrainingRequest, difference.request_id)
    session.add(
        OutcomeCorrection(
            cohort_id=cohort_id,
            request_id=request.id,
            was_n_completed=was.n_completed,
            n_completed=becomes.n_completed,
            was_credentials=_objects(was.credentials),
            credentials=_objects(becomes.credentials),
            reason=reason,
            undoes_id=undoes_id,
            by_name=by_name,
            corrected_at=now,
        )
    )
    seats.n_completed, seats.credentials = becomes.n_completed, _objects(becomes.credentials)
    college = college_code(session, cohort)
    for measure, amount in (
        ("completions", becomes.n_completed - was.n_completed),
        ("credentials_earned", becomes.n_credentials - was.n_credentials),
    ):
        count(session, request, measure=measure, amount=amount, now=now, college_code=college)
    words = (
        f"Corrected: {becomes.n_completed} of {counted(seats.n_seats, 'worker')} completed {cohort.title} (before: "
        f"{was.n_completed}); {counted(becomes.n_credentials, 'credential')} earned (before: {was.n_credentials}). "
        f"{reason}"
    )
    add_step(session, request_id=request.id, by_name=by_name, words=words, now=now)
    session.flush()


def corrections(session: Session, *, cohort_id: int, organisation_id: int | None = None) -> list[CorrectionRow]:
    """Return a cohort's corrections, newest first; a firm gets its own alone."""
    own = [] if organisation_id is None else [TrainingRequest.organisation_id == organisation_id]
    rows = session.scalars(
        select(OutcomeCorrection)
        .join(TrainingRequest, TrainingRequest.id == OutcomeCorrection.request_id)
        .where(OutcomeCorrection.cohort_id == cohort_id, *own)
        .order_by(OutcomeCorrection.id.desc())
    ).all()
    newest: dict[int, int] = {}
    for row in rows:
        newest.setdefault(row.request_id, row.id)
    return [
        CorrectionRow(
            id=row.id,
            request_id=row.request_id,
            was=Outcome(row.was_n_completed, _pairs(row.was_credentials)),
            becomes=Outcome(row.n_completed, _pairs(row.credentials)),
            reason=row.reason,
            by_name=row.by_name,
            corrected_at=row.corrected_at,
            is_newest=newest[row.request_id] == row.id,
        )
        for row in rows
    ]
