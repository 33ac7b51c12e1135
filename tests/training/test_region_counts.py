"""What firms ask for reaches the region as sums that hide each of them, and withdrawals and outcomes are counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session
from two_firms import Firms

from accounts import operations as accounts_operations
from training import cohorts, corrections, operations, queries
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
    numbers = [ask(session, firms, number=number, n_workers=4) for number in range(1, 9)]
    for place, request_id in enumerate(numbers[:3]):
        operations.withdraw_request(session, request_id=request_id, by_name="Dana Ruiz", now=NOW)
        assert shown(session, firms, "workers_requested") == (8 * 4 if place < 2 else 5 * 4)


def test_withdrawals_that_leave_too_few_firms_change_nothing(session: Session, firms: Firms) -> None:
    """Of five firms three withdraw: the 8 seats that are left would be those of two firms."""
    numbers = [ask(session, firms, number=number, n_workers=4) for number in range(1, 6)]
    for request_id in numbers[:3]:
        operations.withdraw_request(session, request_id=request_id, by_name="Dana Ruiz", now=NOW)
    assert shown(session, firms, "workers_requested") == 5 * 4


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


def completed(session: Session, firms: Firms, *, numbers: list[int]) -> int:
    """Teach one cohort of these requests, two seats each, to the end: everybody completes and earns Level 1."""
    content = CohortContent(
        firms.college_id, "AUT 210", "", "PLCs", "days", "Room 12", date(2027, 2, 1), date(2027, 3, 1), 2 * len(numbers)
    )
    cohort_id = cohorts.confirm_cohort(
        session,
        partnership_id=firms.partnership_id,
        content=content,
        seats=dict.fromkeys(numbers, 2),
        by_name="Dana Ruiz",
        now=NOW,
    )
    cohorts.start_cohort(session, cohort_id=cohort_id, by_name="Dana Ruiz", now=NOW)
    outcomes = {number: Outcome(2, (("Level 1", 2),)) for number in numbers}
    cohorts.complete_cohort(session, cohort_id=cohort_id, outcomes=outcomes, by_name="Dana Ruiz", now=NOW)
    return cohort_id


def test_corrected_numbers_reach_the_region_once_three_firms_were_corrected(session: Session, firms: Firms) -> None:
    """Eight firms completed 2 each; three of them 1 in truth, and one of these earned nothing."""
    numbers = [ask(session, firms, number=number, n_workers=2) for number in range(1, 9)]
    cohort_id = completed(session, firms, numbers=numbers)
    assert shown(session, firms, "completions") == 8 * 2
    outcomes = {number: Outcome(2, (("Level 1", 2),)) for number in numbers}
    seen = []
    for number in numbers[:3]:
        outcomes[number] = Outcome(1, (("Level 1", 1),) if number != numbers[0] else ())
        corrections.correct_outcomes(
            session,
            cohort_id=cohort_id,
            outcomes=outcomes,
            reason="The list named one worker too many.",
            seen_id=corrections.newest_correction_id(session, cohort_id=cohort_id),
            by_name="Dana Ruiz",
            now=NOW,
        )
        seen.append((shown(session, firms, "completions"), shown(session, firms, "credentials_earned")))
    assert seen == [(16, 16), (16, 16), (5 * 2 + 3 * 1, 5 * 2 + 0 + 1 + 1)]


def test_a_correction_keeps_what_stood_and_can_be_taken_back(session: Session, firms: Firms) -> None:
    numbers = [ask(session, firms, number=number, n_workers=2) for number in (1, 2)]
    cohort_id = completed(session, firms, numbers=numbers)
    stands = {number: Outcome(2, (("Level 1", 2),)) for number in numbers}

    def correct(becomes: Outcome, *, seen_id: int, reason: str = "Late results.") -> None:
        corrections.correct_outcomes(
            session,
            cohort_id=cohort_id,
            outcomes={**stands, numbers[0]: becomes},
            reason=reason,
            seen_id=seen_id,
            by_name="Dana Ruiz",
            now=NOW,
        )

    with pytest.raises(corrections.CorrectionNotPossible, match="the numbers that stand already"):
        correct(stands[numbers[0]], seen_id=0)
    with pytest.raises(corrections.CorrectionNotPossible, match="Write why"):
        correct(Outcome(1), seen_id=0, reason="  ")
    with pytest.raises(cohorts.CohortNotPossible, match="had 2 seats; 3 completed is more"):
        correct(Outcome(3), seen_id=0)
    correct(Outcome(1, (("Level 1", 1),)), seen_id=0)
    first = corrections.newest_correction_id(session, cohort_id=cohort_id)
    with pytest.raises(corrections.CorrectionNotPossible, match="meanwhile"):
        correct(Outcome(0), seen_id=0)
    correct(Outcome(0), seen_id=first)
    with pytest.raises(corrections.CorrectionNotPossible, match="corrected again since"):
        corrections.take_back(
            session, cohort_id=cohort_id, correction_id=first, by_name="Kim Osei", now=NOW + timedelta(days=1)
        )
    corrections.take_back(
        session, cohort_id=cohort_id, correction_id=first + 1, by_name="Kim Osei", now=NOW + timedelta(days=1)
    )
    found = corrections.corrections(session, cohort_id=cohort_id)
    assert [(row.was.n_completed, row.becomes.n_completed, row.by_name, row.is_newest) for row in found] == [
        (0, 1, "Kim Osei", True),
        (1, 0, "Dana Ruiz", False),
        (2, 1, "Dana Ruiz", False),
    ]
    rows = queries.cohorts(session, partnership_id=firms.partnership_id)
    assert [(seats.n_completed, seats.credentials) for seats in rows[0].seats] == [
        (1, (("Level 1", 1),)),
        (2, (("Level 1", 2),)),
    ]


def test_only_a_completed_cohort_is_corrected(session: Session, firms: Firms) -> None:
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
    with pytest.raises(corrections.CorrectionNotPossible, match="This cohort is confirmed"):
        corrections.differences(session, cohort_id=cohort_id, outcomes={number: Outcome(1)})


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
