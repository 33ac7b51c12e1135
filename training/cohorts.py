"""Confirm cohorts from requests, and lead them to the end: running, completed or cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import queries as accounts_queries
from base.refusals import Refusal
from training.models import Cohort, CohortSeats, SmallestSection, TrainingRequest
from training.operations import add_step, count
from training.pooling import Wish, difference
from training.records import CohortContent, Outcome
from training.wording import counted, day

#: Steps that a cohort can take.
NEXT_STATES: Mapping[str, tuple[str, ...]] = {
    "confirmed": ("running", "cancelled"),
    "running": ("completed", "cancelled"),
    "completed": (),
    "cancelled": (),
}


class CohortNotPossible(Refusal):
    """Say why a cohort cannot be confirmed or changed so, and what to do."""


def wish(request: TrainingRequest) -> Wish:
    """Return a request as grouping sees it."""
    course = f"course:{request.college_code}:{request.course_code}"
    return Wish(
        request_id=request.id,
        organisation_id=request.organisation_id,
        subject=course if request.course_code else f"need:{request.need_code}",
        n_workers=request.n_workers,
        times=request.times,
        place=request.place,
        delivery=request.delivery,
        earliest_on=request.earliest_on,
        latest_on=request.latest_on,
    )


def confirm_cohort(
    session: Session,
    *,
    partnership_id: int,
    content: CohortContent,
    seats: Mapping[int, int],
    by_name: str,
    now: datetime,
) -> int:
    """Confirm a cohort with so many seats for each request (0 leaves one out) and return its number."""
    chosen = {request_id: n for request_id, n in seats.items() if n > 0}
    requests = _open_requests(session, partnership_id=partnership_id, request_ids=sorted(chosen))
    _check(content, requests=requests, seats=chosen)
    cohort = Cohort(
        partnership_id=partnership_id,
        confirmed_by_name=by_name,
        confirmed_at=now,
        changed_at=now,
        **{name: getattr(content, name) for name in content.__dataclass_fields__},
    )
    session.add(cohort)
    session.flush()
    college = accounts_queries.organisations_by_id(session, [content.college_id])[content.college_id]
    for request in requests:
        n = chosen[request.id]
        session.add(CohortSeats(cohort_id=cohort.id, request_id=request.id, n_seats=n, n_completed=None))
        request.state = "placed"
        count(session, request, measure="seats_confirmed", amount=n, now=now, college_code=college.code)
        words = (
            f"{n} of {counted(request.n_workers, 'seat')} confirmed: {content.title}, from {day(content.starts_on)}."
        )
        add_step(session, request_id=request.id, by_name=by_name, words=words, now=now)
    session.flush()
    return cohort.id


def _open_requests(session: Session, *, partnership_id: int, request_ids: Sequence[int]) -> list[TrainingRequest]:
    found = session.scalars(
        select(TrainingRequest)
        .where(TrainingRequest.id.in_(request_ids), TrainingRequest.partnership_id == partnership_id)
        .order_by(TrainingRequest.id)
    ).all()
    if not found:
        raise CohortNotPossible("Confirm seats for at least one request.")
    if len(found) != len(request_ids) or any(request.state != "open" for request in found):
        raise CohortNotPossible("A request was changed or withdrawn meanwhile. Look at the sections again.")
    return list(found)


def _check(content: CohortContent, *, requests: Sequence[TrainingRequest], seats: Mapping[int, int]) -> None:
    """Refuse what the firms did not ask for."""
    if content.ends_on < content.starts_on:
        raise CohortNotPossible("The last day lies before the first. Swap the two.")
    wishes = [wish(request) for request in requests]
    apart = next((words for one in wishes for other in wishes if (words := difference(one, other))), "")
    if apart:
        raise CohortNotPossible(f"These requests do not go together: {apart}.")
    for request in requests:
        if not request.earliest_on <= content.starts_on <= request.latest_on:
            raise CohortNotPossible(
                f"Request {request.id} can begin from {day(request.earliest_on)} to {day(request.latest_on)}, "
                f"not on {day(content.starts_on)}. Choose another first day, or give it 0 seats."
            )
        if seats[request.id] > request.n_workers:
            raise CohortNotPossible(
                f"Request {request.id} is for {counted(request.n_workers, 'worker')}; {seats[request.id]} seats are "
                "more than that."
            )
    if sum(seats.values()) > content.n_seats:
        raise CohortNotPossible(
            f"You give out {sum(seats.values())} seats, but the room has {content.n_seats}. Give some requests fewer."
        )


def _step(session: Session, *, cohort_id: int, state: str, now: datetime) -> Cohort:
    cohort = session.get_one(Cohort, cohort_id)
    if state not in NEXT_STATES[cohort.state]:
        raise CohortNotPossible(f"This cohort is {cohort.state}; it cannot become {state}.")
    cohort.state, cohort.changed_at = state, now
    return cohort


def seated(session: Session, *, cohort_id: int) -> list[tuple[CohortSeats, TrainingRequest]]:
    """Return the seats of a cohort with their requests."""
    found = session.execute(
        select(CohortSeats, TrainingRequest)
        .join(TrainingRequest, TrainingRequest.id == CohortSeats.request_id)
        .where(CohortSeats.cohort_id == cohort_id)
        .order_by(CohortSeats.request_id)
    )
    return [(seats, request) for seats, request in found]


def start_cohort(session: Session, *, cohort_id: int, by_name: str, now: datetime) -> None:
    """Note that a cohort has begun."""
    cohort = _step(session, cohort_id=cohort_id, state="running", now=now)
    for _seats, request in seated(session, cohort_id=cohort_id):
        add_step(session, request_id=request.id, by_name=by_name, words=f"{cohort.title} has begun.", now=now)


def cancel_cohort(session: Session, *, cohort_id: int, reason: str, by_name: str, now: datetime) -> None:
    """Cancel a cohort with a reason that its firms read; their requests gather again."""
    said = " ".join(reason.split())
    if not said:
        raise CohortNotPossible("Write why the cohort is cancelled; its firms read it.")
    cohort = _step(session, cohort_id=cohort_id, state="cancelled", now=now)
    cohort.reason = said
    college = college_code(session, cohort)
    for seats, request in seated(session, cohort_id=cohort_id):
        request.state = "open"
        count(session, request, measure="seats_confirmed", amount=-seats.n_seats, now=now, college_code=college)
        words = f"{cohort.title} was cancelled: {said} Your request gathers again."
        add_step(session, request_id=request.id, by_name=by_name, words=words, now=now)


def college_code(session: Session, cohort: Cohort) -> str:
    """Return the code of the college that teaches a cohort."""
    return accounts_queries.organisations_by_id(session, [cohort.college_id])[cohort.college_id].code


def complete_cohort(
    session: Session, *, cohort_id: int, outcomes: Mapping[int, Outcome], by_name: str, now: datetime
) -> None:
    """Note for each request how many workers completed and which credentials they earned."""
    taught = seated(session, cohort_id=cohort_id)
    for seats, request in taught:
        check_outcome(outcomes.get(request.id), seats=seats)
    cohort = _step(session, cohort_id=cohort_id, state="completed", now=now)
    college = college_code(session, cohort)
    for seats, request in taught:
        outcome = outcomes[request.id]
        n_credentials = sum(n for _title, n in outcome.credentials)
        seats.n_completed = outcome.n_completed
        seats.credentials = [{"title": title, "n": n} for title, n in outcome.credentials]
        count(session, request, measure="completions", amount=outcome.n_completed, now=now, college_code=college)
        count(session, request, measure="credentials_earned", amount=n_credentials, now=now, college_code=college)
        words = (
            f"{outcome.n_completed} of {counted(seats.n_seats, 'worker')} completed {cohort.title}; "
            f"{counted(n_credentials, 'credential')} earned."
        )
        add_step(session, request_id=request.id, by_name=by_name, words=words, now=now)


def check_outcome(outcome: Outcome | None, *, seats: CohortSeats) -> None:
    """Refuse an outcome that the seats cannot have had."""
    place = f"Request {seats.request_id}"
    if outcome is None:
        raise CohortNotPossible(f"{place}: write how many workers completed; 0 is an answer.")
    if not 0 <= outcome.n_completed <= seats.n_seats:
        raise CohortNotPossible(
            f"{place} had {counted(seats.n_seats, 'seat')}; {outcome.n_completed} completed is more."
        )
    for title, n in outcome.credentials:
        if not title.strip():
            raise CohortNotPossible(f"{place}: a credential has no title.")
        if not 0 < n <= seats.n_seats:
            raise CohortNotPossible(f"{place}: {n} cannot have earned {title}; it had {seats.n_seats} seats.")


def set_smallest_section(
    session: Session, *, partnership_id: int, college_code: str, course_code: str, n_workers: int
) -> None:
    """Say from how many workers on a college runs a section of a course, or of any course (empty course code)."""
    if not 1 <= n_workers <= 100:
        raise CohortNotPossible("Write a number of workers from 1 to 100.")
    found = session.get(SmallestSection, (partnership_id, college_code, course_code))
    if found is None:
        session.add(
            SmallestSection(
                partnership_id=partnership_id,
                college_code=college_code,
                course_code=course_code,
                n_workers=n_workers,
            )
        )
    else:
        found.n_workers = n_workers
    session.flush()
