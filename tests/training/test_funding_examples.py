"""Funding worked out by hand, rule by rule, each from the public source that the rule file names."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.funding import answer, long_enough, season, wages_during_training
from training.funding_records import Answer, Firm, Group, Training
from training.funding_rules import SHIPPED, Program, read_program, read_programs

PROGRAMS = {program.code: program for program in read_programs()}
WIOA, TECHCRED, SKILL_ADVANCE = PROGRAMS["wioa-iwt"], PROGRAMS["techcred"], PROGRAMS["skill-advance"]
#: In Ohio, before round 14 of TechCred opened.
APRIL_2022 = datetime(2022, 4, 10, 15, 0, tzinfo=UTC)
#: Fiscal year 2025 of Colorado.
OCTOBER_2024 = datetime(2024, 10, 1, 15, 0, tzinfo=UTC)
TODAY = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)
STEADY = Group(n_workers=8, wage_cents=21_50, n_months=14)


def training(
    *,
    n_workers: int = 8,
    cost_cents: int | None = 1_250_00,
    hours: Decimal | None = Decimal(40),
    groups: tuple[Group, ...] | None = None,
    earliest_on: date = date(2027, 1, 11),
    latest_on: date = date(2027, 3, 31),
    credential: str = "",
    listed_for: dict[str, int | None] | None = None,
) -> Training:
    who = (Group(n_workers, STEADY.wage_cents, STEADY.n_months),) if groups is None else groups
    return Training(n_workers, cost_cents, hours, earliest_on, latest_on, who, credential, listed_for or {})


def ask(program: Program, asked: Training, *, n_employees: int, state: str = "CO", now: datetime = TODAY) -> Answer:
    return answer(program, firm=Firm(n_employees, state), training=asked, now=now)


def techcred(asked: Training, *, now: datetime = APRIL_2022, granted: int = 0) -> Answer:
    return answer(TECHCRED, firm=Firm(180, "OH", {"techcred": granted}), training=asked, now=now)


def certified(*, n_workers: int, cost_cents: int, earliest_on: date = date(2022, 5, 16)) -> Training:
    return training(
        n_workers=n_workers,
        cost_cents=cost_cents,
        earliest_on=earliest_on,
        latest_on=date(2022, 7, 15),
        credential="Mechatronics Level 1",
        listed_for={TECHCRED.name: None},
    )


@pytest.mark.parametrize(("n_employees", "percent"), [(1, 10), (50, 10), (51, 25), (100, 25), (101, 50), (1400, 50)])
def test_the_employer_share_of_wioa_grows_with_the_size_of_the_firm(n_employees: int, percent: int) -> None:
    """10, 25 and 50 percent with bounds at 50 and 100 employees; without wages that count, of the price alone."""
    found = ask(WIOA, training(hours=None), n_employees=n_employees)
    price = 8 * 1_250_00
    assert found.employer_cents == price * percent // 100
    assert found.public_cents == price - price * percent // 100


def test_wages_during_training_count_as_the_share_of_a_large_firm() -> None:
    """140 employees: half of the whole project, which is the price and the wages together."""
    found = ask(WIOA, training(), n_employees=140)
    price, wages = 8 * 1_250_00, 8 * 40 * 21_50
    assert wages == 6_880_00
    assert (price + wages) // 2 == 8_440_00
    cash = 8_440_00 - 6_880_00
    assert (found.wages_cents, found.employer_cents, found.public_cents) == (wages, cash, price - cash)
    assert found.employer_cents + found.wages_cents == (price + wages) // 2


def test_wages_alone_are_share_enough_for_a_small_firm() -> None:
    """34 employees: 10 percent of 16,880 dollars is 1,688 dollars, and the wages are 6,880 dollars already."""
    found = ask(WIOA, training(), n_employees=34)
    assert (found.employer_cents, found.public_cents) == (0, 10_000_00)


def test_a_share_that_does_not_come_out_even_is_rounded_up_against_the_estimate() -> None:
    """3 workers at 333.33 dollars are 999.99 dollars; 25 percent are 249.9975, so the firm pays 250.00."""
    found = ask(WIOA, training(n_workers=3, cost_cents=333_33, hours=None), n_employees=60)
    assert (found.employer_cents, found.public_cents) == (250_00, 749_99)


def test_wages_are_exact_and_part_cents_are_dropped_once() -> None:
    """7 workers, 19.33 dollars, 12.25 hours: 7 x 1933 x 12.25 = 165,754.75 cents."""
    groups = (Group(3, 19_33, 8), Group(4, 19_33, 8))
    assert wages_during_training(groups, hours=Decimal("12.25")) == 165_754


@pytest.mark.parametrize(
    ("months", "is_long_enough"),
    [((6,), True), ((5,), False), ((6, 5), False), ((6, 6, 5), True), ((6, 6, 5, 5), False), ((9, 7, 6, 0, 0), True)],
)
def test_six_months_are_needed_of_one_worker_and_of_the_majority_of_a_cohort(
    months: tuple[int, ...], is_long_enough: bool
) -> None:
    """20 CFR 680.780: six months with the employer; in a cohort not every one, but the majority."""
    assert long_enough([Group(1, 20_00, n_months) for n_months in months], fewest_months=6) is is_long_enough


def test_a_cohort_of_newcomers_is_told_why_it_is_not_paid_for() -> None:
    asked = training(n_workers=4, groups=(Group(2, 20_00, 3), Group(2, 20_00, 30)))
    found = ask(WIOA, asked, n_employees=34)
    assert found.status == "may_not"
    assert found.reasons == ("Most of the workers have not been with you for 6 months yet.",)


def test_techcred_pays_two_thousand_dollars_per_credential_at_most() -> None:
    """6 workers at 2,350 dollars: 6 x 2,000 are paid back, 6 x 350 stay with the firm."""
    found = techcred(certified(n_workers=6, cost_cents=2_350_00))
    assert (found.public_cents, found.employer_cents) == (6 * 2_000_00, 6 * 350_00)
    assert found.status == "may_pay"


def test_techcred_pays_a_cheaper_credential_whole() -> None:
    found = techcred(certified(n_workers=6, cost_cents=480_00))
    assert (found.public_cents, found.employer_cents) == (6 * 480_00, 0)


def test_techcred_stops_at_thirty_thousand_dollars_a_round() -> None:
    """20 workers x 2,000 would be 40,000."""
    found = techcred(certified(n_workers=20, cost_cents=2_000_00))
    assert (found.public_cents, found.employer_cents) == (30_000_00, 10_000_00)


def test_techcred_stops_at_what_is_left_of_the_year() -> None:
    """180,000 a year, 171,500 granted already: 8,500 are left."""
    found = techcred(certified(n_workers=20, cost_cents=2_000_00), granted=171_500_00)
    assert found.public_cents == 180_000_00 - 171_500_00
    spent = techcred(certified(n_workers=20, cost_cents=2_000_00), granted=180_000_00)
    assert (spent.status, spent.public_cents) == ("may_not", 0)


def test_techcred_names_the_round_and_every_deadline() -> None:
    """Round 14 of 2022 ran 2–31 May and closed at three; training from 1 June 2022, ended by 31 May 2023."""
    found = techcred(certified(n_workers=6, cost_cents=480_00))
    said = [(deadline.on, deadline.text) for deadline in found.deadlines]
    assert said == [
        (date(2022, 5, 2), "Round 14 opens."),
        (date(2022, 5, 31), "Round 14 closes at 15:00 there. One application per employer."),
        (date(2022, 6, 1), "First day on which training may begin."),
        (date(2023, 5, 31), "Last day on which training must have ended."),
        (None, "Send certificate, invoice and proof of payment within 6 weeks of completion."),
    ]


def test_a_round_is_over_at_three_in_the_afternoon_of_its_last_day() -> None:
    asked = certified(n_workers=1, cost_cents=480_00)
    before = techcred(asked, now=datetime(2022, 5, 31, 18, 59, tzinfo=UTC))  # 14:59 in Ohio
    after = techcred(asked, now=datetime(2022, 5, 31, 19, 0, tzinfo=UTC))
    assert before.deadlines[0].on == date(2022, 5, 31)
    assert after.status == "may_not"  # round 15 closes on 29 July, its training begins on 1 August, after 15 July
    assert "1 August 2022" in after.reasons[0]


def test_without_a_known_round_the_firm_is_asked_to_ask() -> None:
    found = techcred(certified(n_workers=6, cost_cents=480_00), now=TODAY)
    assert found.status == "ask_first"
    assert "closed on 30 November 2022" in found.reasons[0]


@pytest.mark.parametrize(("hours", "status"), [(899, "may_pay"), (900, "may_not")])
def test_techcred_takes_training_below_nine_hundred_hours(hours: int, status: str) -> None:
    asked = certified(n_workers=1, cost_cents=480_00)
    found = techcred(training_with_hours(asked, hours))
    assert found.status == status


def training_with_hours(asked: Training, hours: int) -> Training:
    return training(
        n_workers=asked.n_workers,
        cost_cents=asked.cost_cents,
        hours=Decimal(hours),
        earliest_on=asked.earliest_on,
        latest_on=asked.latest_on,
        credential=asked.credential,
        listed_for=dict(asked.listed_for),
    )


def test_a_credential_that_is_not_listed_is_not_paid_and_the_way_out_is_said() -> None:
    found = techcred(training(credential="Basket Weaving I"))
    assert found.status == "may_not"
    assert "ask to have it listed" in found.reasons[0]


def test_a_program_of_another_state_says_so() -> None:
    found = ask(TECHCRED, training(), n_employees=34, state="CO")
    assert found.reasons == ("It is for employers in OH; yours is in CO.",)


def test_colorado_pays_per_learner_as_far_as_the_firm_brings_two_fifths() -> None:
    """5 new hires x 2,800 + 3 incumbents x 2,500 = 21,500; 60 percent of 8 x 5,000 = 24,000: the learners bind."""
    groups = (Group(5, 21_50, 1, is_new_hire=True), Group(3, 24_00, 40))
    asked = training(cost_cents=5_000_00, groups=groups, earliest_on=date(2025, 1, 6), latest_on=date(2025, 2, 1))
    found = ask(SKILL_ADVANCE, asked, n_employees=140, now=OCTOBER_2024)
    assert 5 * 2_800_00 + 3 * 2_500_00 == 21_500_00
    assert (found.status, found.public_cents, found.employer_cents) == ("may_pay", 21_500_00, 18_500_00)


def test_colorado_leaves_two_fifths_to_the_firm() -> None:
    """8 x 1,250 = 10,000; two fifths are 4,000."""
    asked = training(earliest_on=date(2025, 1, 6), latest_on=date(2025, 2, 1))
    found = ask(SKILL_ADVANCE, asked, n_employees=140, now=OCTOBER_2024)
    assert (found.public_cents, found.employer_cents) == (6_000_00, 4_000_00)


def test_colorado_caps_an_application_and_a_fiscal_year() -> None:
    """100 incumbents x 2,500 = 250,000; 60 percent of 500,000 = 300,000; capped at 150,000, or at what is left."""
    asked = training(n_workers=100, cost_cents=5_000_00, earliest_on=date(2025, 1, 6), latest_on=date(2025, 2, 1))
    assert ask(SKILL_ADVANCE, asked, n_employees=900, now=OCTOBER_2024).public_cents == 150_000_00
    firm = Firm(900, "CO", {"skill-advance": 120_000_00})
    left = answer(SKILL_ADVANCE, firm=firm, training=asked, now=OCTOBER_2024)
    assert left.public_cents == 200_000_00 - 120_000_00


@pytest.mark.parametrize(("n_employees", "per_learner"), [(5, 3_500_00), (6, 2_500_00)])
def test_a_micro_firm_gets_more_where_a_region_says_who_is_one(n_employees: int, per_learner: int) -> None:
    """1,000 dollars more per learner; the shipped rules do not say who counts as a micro-firm, a region's own may."""
    shipped = (SHIPPED / "colorado-skill-advance.toml").read_text(encoding="utf-8")
    more = '\n[[figures]]\nkey = "micro_most_employees"\nlabel = "Micro-firm"\nvalue = 5\nsource = "fy2025"\n'
    own = read_program(f"{shipped}{more}valid_from = 2024-07-01\n".encode(), filename="own.toml")
    asked = training(n_workers=2, cost_cents=9_000_00, earliest_on=date(2025, 1, 6), latest_on=date(2025, 2, 1))
    assert ask(own, asked, n_employees=n_employees, now=OCTOBER_2024).public_cents == 2 * per_learner


def test_the_figures_of_another_year_are_those_of_that_year() -> None:
    """In fiscal year 2024 an incumbent was worth 1,600 dollars."""
    asked = training(cost_cents=5_000_00, earliest_on=date(2024, 1, 8), latest_on=date(2024, 2, 1))
    found = ask(SKILL_ADVANCE, asked, n_employees=140, now=datetime(2023, 10, 2, tzinfo=UTC))
    assert found.public_cents == 8 * 1_600_00


def test_an_ended_rule_is_never_applied_silently() -> None:
    found = ask(SKILL_ADVANCE, training(), n_employees=140)
    assert found.status == "ask_first"
    assert found.reasons[0].startswith("This rule ended on 30 June 2025: Most per learner employed before")
    assert "Ask your community college" in found.reasons[0]


def test_before_the_first_rule_nothing_is_reckoned() -> None:
    found = ask(SKILL_ADVANCE, training(), n_employees=140, now=datetime(2019, 1, 1, tzinfo=UTC))
    assert (found.status, found.public_cents) == ("may_not", 0)
    assert "begin on 1 July 2022" in found.reasons[0]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 6, 30), (date(2026, 7, 1), date(2027, 3, 31))),
        (date(2026, 11, 22), (date(2026, 7, 1), date(2027, 3, 31))),
        (date(2027, 3, 31), (date(2026, 7, 1), date(2027, 3, 31))),
        (date(2027, 4, 1), (date(2027, 7, 1), date(2028, 3, 31))),
    ],
)
def test_the_season_of_colorado_runs_over_new_year(on: date, expected: tuple[date, date]) -> None:
    assert season("07-01", "03-31", on=on) == expected


def test_what_is_not_known_is_asked_for() -> None:
    assert "questions" in answer(WIOA, firm=None, training=training(), now=TODAY).reasons[0]
    assert "price" in ask(WIOA, training(cost_cents=None), n_employees=9).reasons[0]
    assert "which of your workers" in ask(WIOA, training(groups=()), n_employees=9).reasons[0]
    assert "which credential" in ask(TECHCRED, training(), n_employees=9, state="OH").reasons[0]


def test_every_amount_shows_its_sources() -> None:
    found = ask(WIOA, training(), n_employees=140)
    assert {figure.key for figure in found.figures} >= {"share_large_percent", "wages_in_cost", "fewest_months"}
    assert all(figure.source.url.startswith("http") for figure in found.figures)


any_training = st.builds(
    lambda n, cost, hours, wage, months: training(
        n_workers=n,
        cost_cents=cost,
        hours=Decimal(hours) / 4,
        groups=(Group(n, wage, months),),
        credential="X",
        listed_for={TECHCRED.name: None},
        earliest_on=date(2025, 1, 6),
        latest_on=date(2025, 2, 1),
    ),
    st.integers(1, 400),
    st.integers(0, 2_000_000),
    st.integers(0, 4 * 899),
    st.integers(0, 20_000),
    st.integers(6, 400),
)
any_firm = st.builds(
    lambda n, state, granted: Firm(n, state, {"techcred": granted, "skill-advance": granted}),
    st.integers(1, 3000),
    st.sampled_from(["CO", "OH"]),
    st.integers(0, 250_000_00),
)


@given(any_training, any_firm, st.sampled_from(list(PROGRAMS)))
def test_what_both_pay_is_the_price_and_no_cap_is_passed(asked: Training, firm: Firm, code: str) -> None:
    found = answer(PROGRAMS[code], firm=firm, training=asked, now=OCTOBER_2024)
    if found.status in {"may_pay", "ask_first"}:
        assert found.public_cents + found.employer_cents == asked.whole_cost_cents
    assert 0 <= found.public_cents <= asked.whole_cost_cents
    if code == "techcred":
        assert found.public_cents <= min(30_000_00, 2_000_00 * asked.n_workers)
        assert found.public_cents <= max(0, 180_000_00 - firm.granted_cents["techcred"])
    if code == "skill-advance":
        assert 5 * found.public_cents <= 3 * asked.whole_cost_cents
        assert found.public_cents <= min(150_000_00, max(0, 200_000_00 - firm.granted_cents["skill-advance"]))
    if code == "wioa-iwt" and found.status == "may_pay":
        percent = 10 if firm.n_employees <= 50 else 25 if firm.n_employees <= 100 else 50
        project = asked.whole_cost_cents + found.wages_cents
        assert 100 * (found.employer_cents + found.wages_cents) >= percent * project


@given(any_training, any_firm, st.sampled_from(list(PROGRAMS)), st.integers(1, 50))
def test_paying_for_more_workers_never_lowers_the_estimate(asked: Training, firm: Firm, code: str, n_more: int) -> None:
    group = asked.groups[0]
    n_workers = asked.n_workers + n_more
    more = training(
        n_workers=n_workers,
        cost_cents=asked.cost_cents,
        hours=asked.hours,
        groups=(Group(n_workers, group.wage_cents, group.n_months),),
        credential=asked.credential,
        listed_for=dict(asked.listed_for),
        earliest_on=asked.earliest_on,
        latest_on=asked.latest_on,
    )
    less = answer(PROGRAMS[code], firm=firm, training=asked, now=OCTOBER_2024)
    assert answer(PROGRAMS[code], firm=firm, training=more, now=OCTOBER_2024).public_cents >= less.public_cents
