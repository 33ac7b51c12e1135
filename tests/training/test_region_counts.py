"""What firms ask for reaches the region as sums that hide each of them, and withdrawals and outcomes are counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session
from two_firms import Firms

from accounts import operations as accounts_operations
from training import cohorts, operations, queries
from training.records import CohortContent, Outcome, RequestContent

NOW = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def session(firms: Firms) -> Iterator[Session]:
    """Open a writing session on a partnership with firms."""
    with firms.database.writing() as opened:
        yield opened


def ask(session: Session, firms: Firms, *, number: int, n_workers: int) -> int:
    """Let another firm ask for seats."""
    firm_id = accounts_operations.organisation_named(
        session, partnership_id=firms.partnership_id, name=f"Firm {number}", kind="employer", now=NOW
    )
    content = RequestContent(
        need_code="",
        college_code="TVC",
        course_code="AUT 210",
        title="Programmable Logic Controllers",
        n_workers=n_workers,
        times="days",
        place="campus",
        delivery="any",
        earliest_on=date(2027, 1, 11),
        latest_on=date(2027, 3, 31),
    )
    return operations.ask_for_training(
        session,
        partnership_id=firms.partnership_id,
        organisation_id=firm_id,
        content=content,
        by_name="Dana Ruiz",
        now=NOW + timedelta(days=number),
    )


def shown(session: Session, firms: Firms, measure: str) -> int | None:
    found = queries.region_counts(session, partnership_id=firms.partnership_id)[measure]
    return found.total if found else None


def test_five_firms_are_a_number_and_the_next_two_wait(session: Session, firms: Firms) -> None:
    seen = []
    for number in range(1, 9):
        ask(session, firms, number=number, n_workers=number)
        seen.append(shown(session, firms, "workers_requested"))
    five, eight = 1 + 2 + 3 + 4 + 5, 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8
    assert seen == [None, None, None, None, five, five, five, eight]


def test_a_withdrawal_waits_like_everything_else(session: Session, firms: Firms) -> None:
    numbers = [ask(session, firms, number=number, n_workers=4) for number in range(1, 6)]
    for place, request_id in enumerate(numbers[:3]):
        operations.withdraw_request(session, request_id=request_id, by_name="Dana Ruiz", now=NOW)
        assert shown(session, firms, "workers_requested") == (5 * 4 if place < 2 else 2 * 4)


def test_seats_completions_and_credentials_are_counted_as_they_happen(session: Session, firms: Firms) -> None:
    numbers = [ask(session, firms, number=number, n_workers=3) for number in range(1, 6)]
    content = CohortContent(
        college_id=firms.college_id,
        course_code="AUT 210",
        need_code="",
        title="PLCs",
        times="days",
        place="Room 12",
        starts_on=date(2027, 2, 1),
        ends_on=date(2027, 3, 1),
        n_seats=15,
    )
    cohort_id = cohorts.confirm_cohort(
        session,
        partnership_id=firms.partnership_id,
        content=content,
        seats=dict.fromkeys(numbers, 2),
        by_name="Dana Ruiz",
        now=NOW,
    )
    assert shown(session, firms, "seats_confirmed") == 5 * 2
    cohorts.start_cohort(session, cohort_id=cohort_id, by_name="Dana Ruiz", now=NOW)
    outcomes = {number: Outcome(2, (("Level 1", 1), ("Level 2", 2))) for number in numbers}
    cohorts.complete_cohort(session, cohort_id=cohort_id, outcomes=outcomes, by_name="Dana Ruiz", now=NOW)
    assert shown(session, firms, "completions") == 5 * 2
    assert shown(session, firms, "credentials_earned") == 5 * (1 + 2)


def test_a_cohort_takes_its_steps_in_order(session: Session, firms: Firms) -> None:
    number = ask(session, firms, number=1, n_workers=3)
    content = CohortContent(
        firms.college_id, "AUT 210", "", "PLCs", "days", "Room 12", date(2027, 2, 1), date(2027, 3, 1), 3
    )
    cohort_id = cohorts.confirm_cohort(
        session,
        partnership_id=firms.partnership_id,
        content=content,
        seats={number: 3},
        by_name="Dana Ruiz",
        now=NOW,
    )
    with pytest.raises(cohorts.CohortNotPossible, match="is confirmed; it cannot become completed"):
        cohorts.complete_cohort(
            session, cohort_id=cohort_id, outcomes={number: Outcome(3)}, by_name="Dana Ruiz", now=NOW
        )
    cohorts.cancel_cohort(session, cohort_id=cohort_id, reason="No trainer.", by_name="Dana Ruiz", now=NOW)
    with pytest.raises(cohorts.CohortNotPossible, match="is cancelled; it cannot become running"):
        cohorts.start_cohort(session, cohort_id=cohort_id, by_name="Dana Ruiz", now=NOW)
