"""Take, change and withdraw firms' training requests, and keep the counts that the region may see later."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from base.refusals import Refusal
from training.models import RequestStep, TrainingCount, TrainingRequest
from training.records import RequestContent
from training.wording import DELIVERY_WORDS, PLACE_WORDS, TIMES_WORDS, counted, day, dollars, plain

#: Fewer hours than this and more workers than that are typing errors.
MAX_WORKERS = 2_000


class RequestNotOpen(Refusal):
    """Say that a request can no longer be changed, and why."""


class RequestNotPossible(Refusal):
    """Say what about a request cannot be."""


def ask_for_training(
    session: Session,
    *,
    partnership_id: int,
    organisation_id: int,
    content: RequestContent,
    by_name: str,
    now: datetime,
) -> int:
    """Take a firm's request and return its number."""
    _check(content)
    request = TrainingRequest(
        partnership_id=partnership_id, organisation_id=organisation_id, asked_at=now, **_columns(content)
    )
    session.add(request)
    session.flush()
    words = f"Asked for {counted(content.n_workers, 'seat')}: {content.title}."
    add_step(session, request_id=request.id, by_name=by_name, words=words, now=now)
    count(session, request, measure="workers_requested", amount=content.n_workers, now=now)
    return request.id


def _check(content: RequestContent) -> None:
    if bool(content.need_code) == bool(content.course_code):
        raise RequestNotPossible("Choose a course or a need, one of the two.")
    if not 1 <= content.n_workers <= MAX_WORKERS:
        raise RequestNotPossible(f"Write how many workers, from 1 to {MAX_WORKERS:,}.")
    if content.latest_on < content.earliest_on:
        raise RequestNotPossible("The latest first day lies before the earliest. Swap the two.")
    n_grouped = sum(content.group_counts.values())
    if n_grouped and n_grouped != content.n_workers:
        raise RequestNotPossible(
            f"Your groups add up to {counted(n_grouped, 'worker')}, but you ask for "
            f"{counted(content.n_workers, 'seat')}. Make the two equal, or leave the groups empty."
        )


def _columns(content: RequestContent) -> dict[str, object]:
    columns = {name: getattr(content, name) for name in content.__dataclass_fields__}
    chosen = {str(group_id): n for group_id, n in content.group_counts.items() if n}
    return {**columns, "group_counts": chosen}


def _open_request(session: Session, *, request_id: int) -> TrainingRequest:
    request = session.get_one(TrainingRequest, request_id)
    if request.state == "placed":
        raise RequestNotOpen("These seats are in a confirmed cohort. Call the convener to change them.")
    if request.state == "withdrawn":
        raise RequestNotOpen("This request was withdrawn. Ask for the seats anew.")
    return request


def change_request(
    session: Session, *, request_id: int, content: RequestContent, by_name: str, now: datetime
) -> tuple[str, ...]:
    """Change an open request and return what changed, in words."""
    request = _open_request(session, request_id=request_id)
    _check(content)
    changes = _changes(request, content)
    was = (request.college_code, request.n_workers)
    if was != (content.college_code, content.n_workers):
        count(session, request, measure="workers_requested", amount=-request.n_workers, now=now)
    for name, value in _columns(content).items():
        setattr(request, name, value)
    if was != (content.college_code, content.n_workers):
        count(session, request, measure="workers_requested", amount=content.n_workers, now=now)
    if changes:
        add_step(session, request_id=request_id, by_name=by_name, words=f"Changed: {'; '.join(changes)}.", now=now)
    return changes


def _changes(request: TrainingRequest, content: RequestContent) -> tuple[str, ...]:
    """Name every change with the old and the new value."""
    before = {**{name: getattr(request, name) for name in content.__dataclass_fields__}, "group_counts": None}
    after = {**_columns(content), "group_counts": None}
    said = []
    for name, label in CHANGE_LABELS.items():
        if before[name] != after[name]:
            said.append(f"{label} from {_shown(name, before[name])} to {_shown(name, after[name])}")
    if {str(key): n for key, n in content.group_counts.items() if n} != request.group_counts:
        said.append("who goes")
    return tuple(said)


CHANGE_LABELS = {
    "title": "what is asked for",
    "n_workers": "workers",
    "times": "times",
    "place": "place",
    "delivery": "way of teaching",
    "earliest_on": "earliest first day",
    "latest_on": "latest first day",
    "credential": "credential",
    "cost_cents": "price per worker",
    "training_hours": "hours",
    "credit_hours": "credit hours",
    "note": "note",
}


def _shown(name: str, value: object) -> str:
    words = {"times": TIMES_WORDS, "place": PLACE_WORDS, "delivery": DELIVERY_WORDS}.get(name)
    if words:
        return words[str(value)].lower()
    if value is None or value == "":
        return "nothing"
    if name in {"earliest_on", "latest_on"}:
        return day(value)  # type: ignore[arg-type]  # both columns hold days
    if name == "cost_cents":
        return dollars(int(str(value)))
    if isinstance(value, Decimal):
        return plain(value)
    return f"“{value}”" if isinstance(value, str) else f"{value}"


def withdraw_request(session: Session, *, request_id: int, by_name: str, now: datetime) -> None:
    """Withdraw an open request."""
    request = _open_request(session, request_id=request_id)
    request.state = "withdrawn"
    count(session, request, measure="workers_requested", amount=-request.n_workers, now=now)
    add_step(session, request_id=request_id, by_name=by_name, words="Withdrawn.", now=now)


def add_step(session: Session, *, request_id: int, by_name: str, words: str, now: datetime) -> None:
    """Add a line to a request's history; its words name no other firm."""
    session.add(RequestStep(request_id=request_id, by_name=by_name, words=words, happened_at=now))


def count(
    session: Session,
    request: TrainingRequest,
    *,
    measure: str,
    amount: int,
    now: datetime,
    college_code: str | None = None,
) -> None:
    """Note that a count changed; what the region sees of it is decided in training.published_counts."""
    if amount:
        session.add(
            TrainingCount(
                partnership_id=request.partnership_id,
                organisation_id=request.organisation_id,
                measure=measure,
                college_code=request.college_code if college_code is None else college_code,
                amount=amount,
                happened_at=now,
            )
        )
        session.flush()
