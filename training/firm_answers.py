"""Keep what a firm answers about itself once, and hold its requests against the funding rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from base.refusals import Refusal
from training import funding, queries, reimbursable
from training.funding_rules import Program
from training.models import FirmFacts, WorkerGroup
from training.records import FactsContent, GroupContent, RequestRow

MAX_GROUPS = 8


class AnswersRefused(Refusal):
    """Say which answer of a firm cannot be."""


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


def funding_answers(
    session: Session, *, partnership_id: int, request: RequestRow, programs: Iterable[Program], now: datetime
) -> tuple[funding.Answer, ...]:
    """Return what every program may do for a request."""
    facts = queries.firm_facts(session, partnership_id=partnership_id, organisation_id=request.organisation_id)
    groups = queries.worker_groups(session, partnership_id=partnership_id, organisation_id=request.organisation_id)
    firm = None
    if facts is not None:
        content = facts.content
        firm = funding.Firm(content.n_employees, content.state_code, content.granted_cents)
    asked = request.content
    training = funding.Training(
        n_workers=asked.n_workers,
        cost_cents=asked.cost_cents,
        hours=asked.training_hours,
        earliest_on=asked.earliest_on,
        latest_on=asked.latest_on,
        groups=_going(request, groups=groups),
        credential=asked.credential,
        listed_for=reimbursable.listed_for(session, partnership_id=partnership_id, title=asked.credential),
    )
    return funding.answers(programs, firm=firm, training=training, now=now)


def _going(request: RequestRow, *, groups: Sequence[GroupContent]) -> tuple[funding.Group, ...]:
    """Return who goes; nobody when a group is gone or the numbers no longer add up."""
    known = {group.id: group for group in groups}
    chosen = request.content.group_counts
    if sum(chosen.values()) != request.content.n_workers or not set(chosen) <= set(known):
        return ()
    return tuple(
        funding.Group(n, known[each].wage_cents, known[each].n_months, known[each].is_new_hire)
        for each, n in chosen.items()
    )
