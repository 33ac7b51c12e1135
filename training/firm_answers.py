"""Keep what a firm answers about itself once, and hold its requests against the funding rules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from base.refusals import Refusal
from training import funding, queries, reimbursable
from training.funding_records import Answer, CapUse, Firm, Group, Taking, Training
from training.funding_rules import Program
from training.models import FirmFacts, WorkerGroup
from training.records import FactsContent, GroupContent, RequestRow

MAX_GROUPS = 8
#: Answers under which a program pays, or might.
PAYING = frozenset({"may_pay", "ask_first"})


class AnswersRefused(Refusal):
    """Say which answer of a firm cannot be."""


@dataclass(frozen=True)
class ProgramTogether:
    """What one program may do for all of a firm's requests together."""

    program: Program
    #: Each request with its answer, in the order of asking.
    lines: tuple[tuple[RequestRow, Answer], ...]

    @property
    def pays_something(self) -> bool:
        """Say whether it may pay for any of them, or might if asked."""
        return any(answer.status in PAYING for _request, answer in self.lines)

    @property
    def public_cents(self) -> int:
        """Add up what it may pay."""
        return sum(answer.public_cents for _request, answer in self.lines if answer.status == "may_pay")

    @property
    def to_ask_cents(self) -> int:
        """Add up what it would come to where the firm has to ask first."""
        return sum(answer.public_cents for _request, answer in self.lines if answer.status == "ask_first")

    @property
    def price_cents(self) -> int:
        """Add up the prices that are known."""
        return sum(price_cents(request) or 0 for request, _answer in self.lines)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Say once each why it does not pay, or what is not known."""
        return tuple(dict.fromkeys(reason for _request, answer in self.lines for reason in answer.reasons))

    @property
    def caps(self) -> tuple[CapUse, ...]:
        """Return each cap with all that the requests take of it, as the next request would find it."""
        last: dict[str, CapUse] = {}
        for request, answer in self.lines:
            for cap in answer.caps:
                taken = (Taking(request.id, cap.own_cents),) if cap.own_cents else ()
                last[cap.key] = replace(cap, earlier=(*cap.earlier, *taken), own_cents=0)
        return tuple(last.values())


def price_cents(request: RequestRow) -> int | None:
    """Return the price of a request for all its workers; None while it is not known."""
    asked = request.content
    return None if asked.cost_cents is None else asked.cost_cents * asked.n_workers


@dataclass(frozen=True)
class FirmFunding:
    """What the programs may do for a firm's requests whose training has not begun."""

    #: In the order of asking.
    requests: tuple[RequestRow, ...]
    #: Number of a request to its answers, the most welcome first.
    answers: Mapping[int, tuple[Answer, ...]]
    #: The program that may pay most first.
    programs: tuple[ProgramTogether, ...]


def store_answers(
    session: Session,
    *,
    partnership_id: int,
    organisation_id: int,
    content: FactsContent,
    groups: Sequence[GroupContent],
    by_name: str,
    now: datetime,
) -> None:
    """Keep a firm's answers in place of its earlier ones; groups keep their numbers, those left out go."""
    _check(content, groups=groups)
    row = session.get(FirmFacts, (partnership_id, organisation_id))
    if row is None:
        row = FirmFacts(partnership_id=partnership_id, organisation_id=organisation_id)
        session.add(row)
    row.n_employees, row.n_years = content.n_employees, content.n_years
    row.naics_code, row.state_code, row.county = content.naics_code, content.state_code, content.county
    row.granted_cents = {code: cents for code, cents in content.granted_cents.items() if cents}
    row.by_name, row.answered_at = by_name, now
    _store_groups(session, groups, partnership_id=partnership_id, organisation_id=organisation_id)
    session.flush()


def _check(content: FactsContent, *, groups: Sequence[GroupContent]) -> None:
    if content.n_employees < 1:
        raise AnswersRefused("Write how many people work for you, at least 1.")
    if not re.fullmatch(r"[A-Z]{2}", content.state_code):
        raise AnswersRefused("Write the state as two letters, such as CO.")
    if content.naics_code and not re.fullmatch(r"[0-9]{2,6}", content.naics_code):
        raise AnswersRefused("Write the NAICS code as 2 to 6 digits, such as 3327.")
    if len(groups) > MAX_GROUPS:
        raise AnswersRefused(f"Write at most {MAX_GROUPS} groups of workers.")
    names = [group.name.casefold() for group in groups]
    if len(set(names)) != len(names):
        raise AnswersRefused("Two groups of workers have the same name. Name them so that you can tell them apart.")


def _store_groups(
    session: Session, groups: Sequence[GroupContent], *, partnership_id: int, organisation_id: int
) -> None:
    own = (WorkerGroup.partnership_id == partnership_id, WorkerGroup.organisation_id == organisation_id)
    known = {row.id: row for row in session.scalars(select(WorkerGroup).where(*own))}
    kept = {group.id for group in groups}
    session.execute(delete(WorkerGroup).where(*own, WorkerGroup.id.not_in(kept)))
    for group in groups:
        row = known.get(group.id)
        if row is None:
            row = WorkerGroup(partnership_id=partnership_id, organisation_id=organisation_id)
            session.add(row)
        row.name, row.wage_cents = group.name, group.wage_cents
        row.n_months, row.is_new_hire = group.n_months, group.is_new_hire


def firm_funding(
    session: Session, *, partnership_id: int, organisation_id: int, programs: Sequence[Program], now: datetime
) -> FirmFunding:
    """Return what every program may do for a firm's requests whose training has not begun, in the order of asking."""
    facts = queries.firm_facts(session, partnership_id=partnership_id, organisation_id=organisation_id)
    groups = queries.worker_groups(session, partnership_id=partnership_id, organisation_id=organisation_id)
    asked = queries.requests_before_training(session, partnership_id=partnership_id, organisation_id=organisation_id)
    firm = None
    if facts is not None:
        content = facts.content
        firm = Firm(content.n_employees, content.state_code, content.granted_cents)
    trainings = [
        (request.id, _training(session, request, partnership_id=partnership_id, groups=groups)) for request in asked
    ]
    found = funding.answers_in_turn(programs, firm=firm, asked=trainings, now=now)
    together = [_together(program, asked=asked, answers=found) for program in programs]
    return FirmFunding(
        requests=tuple(asked),
        answers=found,
        programs=tuple(sorted(together, key=lambda each: (-each.public_cents, -each.to_ask_cents, each.program.name))),
    )


def _training(
    session: Session, request: RequestRow, *, partnership_id: int, groups: Sequence[GroupContent]
) -> Training:
    asked = request.content
    return Training(
        n_workers=asked.n_workers,
        cost_cents=asked.cost_cents,
        hours=asked.training_hours,
        earliest_on=asked.earliest_on,
        latest_on=asked.latest_on,
        groups=_going(request, groups=groups),
        credential=asked.credential,
        listed_for=reimbursable.listed_for(session, partnership_id=partnership_id, title=asked.credential),
        credit_hours=asked.credit_hours,
    )


def _together(
    program: Program, *, asked: Sequence[RequestRow], answers: Mapping[int, tuple[Answer, ...]]
) -> ProgramTogether:
    lines = [
        (request, answer) for request in asked for answer in answers[request.id] if answer.program.code == program.code
    ]
    return ProgramTogether(program, tuple(lines))


def _going(request: RequestRow, *, groups: Sequence[GroupContent]) -> tuple[Group, ...]:
    """Return who goes; nobody when a group is gone or the numbers no longer add up."""
    known = {group.id: group for group in groups}
    chosen = request.content.group_counts
    if sum(chosen.values()) != request.content.n_workers or not set(chosen) <= set(known):
        return ()
    return tuple(
        Group(n, known[each].wage_cents, known[each].n_months, known[each].is_new_hire) for each, n in chosen.items()
    )
