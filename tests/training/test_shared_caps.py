"""The open requests of a firm share the caps of a program in the order of asking; amounts are worked out by hand."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.funding import answer, answers_in_turn
from training.funding_records import Answer, Firm, Group, Training
from training.funding_rules import SHIPPED, Program, read_program, read_programs

PROGRAMS = {program.code: program for program in read_programs()}
WIOA, TECHCRED, SKILL_ADVANCE = PROGRAMS["wioa-iwt"], PROGRAMS["techcred"], PROGRAMS["skill-advance"]
#: In Ohio, before round 14 of TechCred opened.
APRIL_2022 = datetime(2022, 4, 10, 15, 0, tzinfo=UTC)
#: Fiscal year 2025 of Colorado.
OCTOBER_2024 = datetime(2024, 10, 1, 15, 0, tzinfo=UTC)
TODAY = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)


def certified(n_workers: int, *, cost_cents: int = 2_000_00, latest_on: date = date(2022, 7, 15)) -> Training:
    """Want so many workers certified; until 15 July only round 14 fits, training may begin on 1 June."""
    return Training(
        n_workers,
        cost_cents,
        None,
        date(2022, 5, 16),
        latest_on,
        credential="Mechatronics Level 1",
        listed_for={TECHCRED.name: None},
    )


def learners(n_workers: int, *, cost_cents: int = 5_000_00) -> Training:
    group = Group(n_workers, 24_00, 40)
    return Training(n_workers, cost_cents, None, date(2025, 1, 6), date(2025, 2, 1), (group,))


def in_turn(program: Program, *asked: Training, now: datetime, granted: int = 0) -> list[Answer]:
    """Hold requests 1, 2, 3 … of one firm against one program."""
    firm = Firm(180, program.states[0] if program.states else "CO", {program.code: granted})
    found = answers_in_turn([program], firm=firm, asked=list(enumerate(asked, start=1)), now=now)
    return [found[number][0] for number in range(1, len(asked) + 1)]


def amounts(answers: list[Answer]) -> list[int]:
    return [found.public_cents for found in answers]


def test_an_earlier_request_takes_its_part_of_the_round_first() -> None:
    """9 x 2,000 = 18,000 of 30,000; 8 x 2,000 would be 16,000, but 12,000 are left; then nothing."""
    found = in_turn(TECHCRED, certified(9), certified(8), certified(1), now=APRIL_2022)
    assert amounts(found) == [9 * 2_000_00, 30_000_00 - 9 * 2_000_00, 0]
    assert [each.status for each in found] == ["may_pay", "may_pay", "may_not"]
    assert found[1].employer_cents == 8 * 2_000_00 - 12_000_00
    assert found[2].reasons == (
        "Most per employer and round (Round 14): $30,000, of which request 1 takes $18,000 and request 2 takes "
        "$12,000; nothing is left.",
    )


def test_each_request_tells_what_the_earlier_ones_take() -> None:
    second = in_turn(TECHCRED, certified(9), certified(8), now=APRIL_2022, granted=10_000_00)[1]
    per_round, year = second.caps
    assert (per_round.earlier_cents, per_round.left_cents, per_round.own_cents) == (18_000_00, 12_000_00, 12_000_00)
    assert (year.granted_cents, year.earlier_cents) == (10_000_00, 18_000_00)
    assert year.left_cents == 180_000_00 - 10_000_00 - 18_000_00


def test_the_order_of_asking_decides_who_finds_something_left() -> None:
    one = in_turn(TECHCRED, certified(9), certified(8), now=APRIL_2022)
    other = in_turn(TECHCRED, certified(8), certified(9), now=APRIL_2022)
    assert amounts(one) == [18_000_00, 12_000_00]
    assert amounts(other) == [16_000_00, 14_000_00]


def test_a_request_that_can_wait_goes_into_the_next_round_when_the_first_is_full() -> None:
    """Round 14 is full with 15 x 2,000; round 15 closes on 29 July 2022, its training begins on 1 August."""
    full, waits = certified(15), certified(4, latest_on=date(2022, 9, 1))
    found = in_turn(TECHCRED, full, waits, now=APRIL_2022)
    assert amounts(found) == [15 * 2_000_00, 4 * 2_000_00]
    assert any(deadline.on == date(2022, 7, 29) for deadline in found[1].deadlines)
    assert found[1].caps[0].earlier == ()


def test_requests_in_different_rounds_still_share_the_year() -> None:
    """180,000 a year, 155,000 granted: 25,000 are left; 10 x 2,000 leave 5,000 for a request of another round."""
    later = certified(10, latest_on=date(2022, 9, 1))
    later = Training(10, 2_000_00, None, date(2022, 8, 1), later.latest_on, (), later.credential, later.listed_for)
    found = in_turn(TECHCRED, certified(10), certified(10), later, now=APRIL_2022, granted=155_000_00)
    assert amounts(found) == [20_000_00, 180_000_00 - 155_000_00 - 20_000_00, 0]
    assert "Most per employer and year: $180,000, of which $155,000 granted already" in found[2].reasons[0]


def test_requests_share_a_round_that_is_not_known_yet() -> None:
    """No round of 2026 is known: what it would come to still stays within the cap of one round."""
    open_end = certified(9, latest_on=date(2027, 7, 1))
    found = in_turn(TECHCRED, open_end, open_end, now=TODAY)
    assert [each.status for each in found] == ["ask_first", "ask_first"]
    assert amounts(found) == [18_000_00, 12_000_00]


def test_a_request_that_gets_nothing_takes_nothing() -> None:
    """The second has no price yet, the third must begin before the round closes; the fourth finds 12,000."""
    unknown = Training(5, None, None, date(2022, 5, 16), date(2022, 7, 15), credential="X")
    too_early = certified(3, latest_on=date(2022, 5, 20))
    found = in_turn(TECHCRED, certified(9), unknown, too_early, certified(8), now=APRIL_2022)
    assert [each.status for each in found] == ["may_pay", "unknown", "may_not", "may_pay"]
    assert amounts(found) == [18_000_00, 0, 0, 12_000_00]


def test_applications_of_colorado_share_the_fiscal_year() -> None:
    """50 incumbents x 2,500 = 125,000 each; 200,000 a year leave 75,000 for the second and nothing for the third."""
    found = in_turn(SKILL_ADVANCE, learners(50), learners(50), learners(1), now=OCTOBER_2024)
    assert amounts(found) == [50 * 2_500_00, 200_000_00 - 50 * 2_500_00, 0]
    assert found[2].status == "may_not"


def test_the_cap_of_an_application_holds_for_each_request() -> None:
    """100 x 2,500 = 250,000, capped at 150,000; 50,000 are left of the year for the next."""
    found = in_turn(SKILL_ADVANCE, learners(100), learners(100), now=OCTOBER_2024)
    assert amounts(found) == [150_000_00, 200_000_00 - 150_000_00]


def test_a_cap_that_has_ended_refuses_nothing_silently() -> None:
    """Colorado’s amounts per learner ended in June 2025: a full year is then a question too, not a refusal."""
    asked = Training(100, 5_000_00, None, date(2027, 1, 6), date(2027, 2, 1), (Group(100, 24_00, 40),))
    found = in_turn(SKILL_ADVANCE, asked, now=TODAY, granted=200_000_00)[0]
    assert (found.status, found.public_cents) == ("ask_first", 0)
    assert found.reasons[0].startswith("This rule ended on 30 June 2025")
    assert "nothing is left" in found.reasons[1]


def test_a_program_without_caps_pays_each_request_as_if_it_were_alone() -> None:
    asked = learners(8, cost_cents=1_250_00)
    assert amounts(in_turn(WIOA, asked, asked, now=TODAY)) == [8 * 1_250_00 // 2] * 2


@pytest.mark.parametrize(("credits", "status"), [("29.75", "may_pay"), ("30", "may_not"), ("45", "may_not")])
def test_techcred_takes_training_below_thirty_credit_hours(credits: str, status: str) -> None:
    asked = certified(1)
    asked = Training(
        1, 480_00, None, asked.earliest_on, asked.latest_on, (), asked.credential, asked.listed_for, Decimal(credits)
    )
    found = in_turn(TECHCRED, asked, now=APRIL_2022)[0]
    assert found.status == status
    if status == "may_not":
        assert found.reasons == (f"The training takes {credits} credit hours; it must take fewer than 30.",)
    assert any(figure.key == "fewer_than_credit_hours" for figure in found.figures)


def test_rules_without_a_limit_of_credit_hours_refuse_none() -> None:
    """A region’s own rule file from before the figure was known is read as it was."""
    shipped = (SHIPPED / "ohio-techcred.toml").read_text(encoding="utf-8")
    before, rest = shipped.split('[[figures]]\nkey = "fewer_than_credit_hours"')
    own = read_program(f"{before}[[figures]]{rest.split('[[figures]]', 1)[1]}".encode(), filename="own.toml")
    asked = Training(1, 480_00, None, date(2022, 5, 16), date(2022, 7, 15), (), "X", {TECHCRED.name: None}, Decimal(60))
    assert answer(own, firm=Firm(180, "OH"), training=asked, now=APRIL_2022).status == "may_pay"


any_request = st.builds(
    lambda n, cost, latest, is_new: Training(
        n,
        cost,
        Decimal(40),
        date(2022, 5, 1),
        latest,
        (Group(n, 20_00, 12, is_new),),
        "Mechatronics Level 1",
        {TECHCRED.name: None},
    ),
    st.integers(1, 120),
    st.none() | st.integers(0, 9_000_00),
    st.dates(date(2022, 5, 1), date(2023, 2, 1)),
    st.booleans(),
)
MOMENTS = {"techcred": APRIL_2022, "skill-advance": datetime(2022, 9, 1, tzinfo=UTC)}
#: Most per round and year, as the public sources of the rule files say.
YEAR_CENTS = {"techcred": 180_000_00, "skill-advance": 200_000_00}


@given(
    st.lists(any_request, min_size=1, max_size=12),
    st.integers(0, 220_000_00),
    st.sampled_from(["techcred", "skill-advance"]),
)
def test_all_requests_together_never_pass_a_cap(asked: list[Training], granted: int, code: str) -> None:
    """Whatever is asked in whatever order; and who comes first is never worse off than alone."""
    found = in_turn(PROGRAMS[code], *asked, now=MOMENTS[code], granted=granted)
    assert sum(amounts(found)) <= max(0, YEAR_CENTS[code] - granted)
    taken: dict[str, int] = defaultdict(int)
    for each, training in zip(found, asked, strict=True):
        assert 0 <= each.public_cents <= training.whole_cost_cents
        for cap in each.caps:
            assert cap.earlier_cents == taken[cap.key]
            assert cap.own_cents == each.public_cents <= cap.left_cents
            taken[cap.key] += cap.own_cents
            assert not cap.key.startswith("round") or taken[cap.key] <= 30_000_00
    alone = in_turn(PROGRAMS[code], asked[0], now=MOMENTS[code], granted=granted)[0]
    assert found[0] == alone


@given(st.lists(any_request, min_size=2, max_size=8), st.integers(0, 220_000_00))
def test_a_later_request_changes_nothing_for_an_earlier_one(asked: list[Training], granted: int) -> None:
    found = in_turn(TECHCRED, *asked, now=APRIL_2022, granted=granted)
    assert found[:-1] == in_turn(TECHCRED, *asked[:-1], now=APRIL_2022, granted=granted)
