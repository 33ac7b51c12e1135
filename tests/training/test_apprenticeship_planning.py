"""The planner's choice: small cases by hand, and every answer against trying all choices."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.planning import OBJECTIVES, Option, Wish, credited_minutes, plan_courses

HOUR = 60


def option(college: str, code: str, hours: int, covers: str, **facts: int | str | None) -> Option:
    place = str(facts.pop("place", "campus"))
    return Option((college, code), place, hours * HOUR, frozenset(covers), **facts)  # type: ignore[arg-type]  # cents and miles only


#: Two colleges teach safety (S) and quality (Q); one of them dearer and nearer.
SAFETY_A = option("A", "1", 45, "S", cost_cents=30_000, miles=20)
SAFETY_B = option("B", "1", 30, "S", cost_cents=40_000, miles=4)
QUALITY_A = option("A", "2", 45, "Q", cost_cents=30_000, miles=20)
QUALITY_B = option("B", "2", 60, "Q", cost_cents=50_000, miles=8)
ALL = (SAFETY_A, SAFETY_B, QUALITY_A, QUALITY_B)


def test_the_cheapest_choice_that_covers_all_and_reaches_the_hours() -> None:
    plan = plan_courses(ALL, Wish(90 * HOUR, ("S", "Q"), "cost"))
    assert plan.options == (SAFETY_A, QUALITY_A)  # 45 + 45 hours for $600
    assert (plan.missing_minutes, plan.uncovered, plan.minutes) == (0, (), 90 * HOUR)


def test_the_nearest_choice_may_cost_more() -> None:
    assert plan_courses(ALL, Wish(90 * HOUR, ("S", "Q"), "travel")).options == (SAFETY_B, QUALITY_B)


def test_of_two_choices_at_one_college_the_cheaper_is_taken() -> None:
    assert plan_courses(ALL, Wish(90 * HOUR, ("S", "Q"), "colleges")).options == (SAFETY_A, QUALITY_A)
    # 100 hours need three courses or both colleges' long ones: 45 + 60 = 105 hours at $800 is the cheapest of them.
    assert plan_courses(ALL, Wish(100 * HOUR, ("S", "Q"), "cost")).options == (SAFETY_A, QUALITY_B)


def test_what_cannot_be_reached_is_said_and_the_best_is_still_chosen() -> None:
    plan = plan_courses(ALL, Wish(264 * HOUR, ("S", "Q", "M"), "cost"))
    assert plan.uncovered == ("M",)
    assert plan.missing_minutes == (264 - 45 - 30 - 45 - 60) * HOUR
    assert len(plan.options) == 4


def test_limits_online_and_at_the_plant_hold() -> None:
    online = option("A", "1", 45, "S", cost_cents=10_000, miles=0, place="online")
    plant = option("A", "2", 45, "Q", cost_cents=10_000, miles=0, place="plant")
    both = (*ALL, online, plant)
    assert plan_courses(both, Wish(90 * HOUR, ("S", "Q"), "cost")).options == (online, plant)
    limited = Wish(90 * HOUR, ("S", "Q"), "cost", max_online_minutes=44 * HOUR, max_plant_minutes=0)
    assert plan_courses(both, limited).options == (SAFETY_A, QUALITY_A)


def test_a_course_is_taken_in_one_place_only() -> None:
    online = option("A", "1", 45, "S", cost_cents=10_000, miles=0, place="online")
    plan = plan_courses((SAFETY_A, online), Wish(90 * HOUR, ("S",), "cost"))
    assert plan.options == (online,)
    assert plan.missing_minutes == 45 * HOUR


def test_no_more_courses_than_allowed_cover_one_competency() -> None:
    plan = plan_courses((SAFETY_A, SAFETY_B), Wish(75 * HOUR, ("S",), "cost", max_per_competency=1))
    assert plan.options == (SAFETY_A,)
    assert plan.missing_minutes == 30 * HOUR


def test_a_course_without_a_price_is_taken_only_where_nothing_else_will_do() -> None:
    unpriced = option("C", "1", 45, "S", miles=0)
    assert plan_courses((*ALL, unpriced), Wish(45 * HOUR, ("S",), "cost")).options == (SAFETY_A,)
    assert plan_courses((unpriced,), Wish(45 * HOUR, ("S",), "cost")).options == (unpriced,)


def test_equal_choices_are_settled_by_the_codes() -> None:
    twins = [option(college, "1", 45, "S", cost_cents=100, miles=1) for college in "CBA"]
    assert plan_courses(twins, Wish(45 * HOUR, ("S",), "cost")).options[0].course == ("A", "1")


def test_nothing_asked_is_nothing_chosen() -> None:
    assert plan_courses(ALL, Wish(0, ())).options == ()
    assert plan_courses((), Wish(60, ("S",))).missing_minutes == 60


def test_credit_never_takes_away_more_than_its_cap() -> None:
    # 75 % of 264 hours are 198 hours.
    assert credited_minutes(100 * HOUR, total=264 * HOUR, cap_percent=75) == 100 * HOUR
    assert credited_minutes(250 * HOUR, total=264 * HOUR, cap_percent=75) == 198 * HOUR
    assert credited_minutes(250 * HOUR, total=264 * HOUR, cap_percent=0) == 0


options_drawn = st.lists(
    st.builds(
        lambda college, code, place, quarters, covers, cost, miles: Option(
            (college, str(code)), place, quarters * 15, frozenset(covers), cost, miles
        ),
        st.sampled_from("AB"),
        st.integers(1, 3),
        st.sampled_from(["campus", "online"]),
        st.integers(0, 6),
        st.sets(st.sampled_from("SQM")),
        st.none() | st.integers(0, 5),
        st.none() | st.integers(0, 5),
    ),
    max_size=7,
    unique_by=lambda each: (each.course, each.place),
)
wishes = st.builds(
    Wish,
    st.integers(0, 12).map(lambda quarters: quarters * 15),
    st.sets(st.sampled_from("SQM")).map(lambda found: tuple(sorted(found))),
    st.sampled_from(OBJECTIVES),
    st.none() | st.integers(0, 6).map(lambda quarters: quarters * 15),
    st.none(),
    st.none() | st.integers(1, 2),
)


def badness(chosen: tuple[Option, ...], wish: Wish) -> tuple[int, ...] | None:
    """Return all objectives in their order; None for a choice that breaks a limit."""
    if len({each.course for each in chosen}) < len(chosen):
        return None
    online = sum(each.minutes for each in chosen if each.place == "online")
    if wish.max_online_minutes is not None and online > wish.max_online_minutes:
        return None
    most = len(chosen) if wish.max_per_competency is None else wish.max_per_competency
    if any(sum(code in each.covers for each in chosen) > most for code in wish.competencies):
        return None
    amounts = {
        "cost": sum(each.cost_cents or 0 for each in chosen),
        "travel": sum(each.miles or 0 for each in chosen),
        "colleges": len({each.course[0] for each in chosen}),
        "hours": sum(each.minutes for each in chosen),
    }
    unknown = {
        "cost": sum(each.cost_cents is None for each in chosen),
        "travel": sum(each.miles is None for each in chosen),
        "colleges": 0,
        "hours": 0,
    }
    total = amounts["hours"]
    return (
        sum(not any(code in each.covers for each in chosen) for code in wish.competencies),
        max(0, wish.minutes - total),
        unknown[wish.objective],
        amounts[wish.objective],
        *(amounts[name] for name in OBJECTIVES if name != wish.objective),
        len(chosen),
    )


@settings(max_examples=60, deadline=None)
@given(options_drawn, wishes)
def test_the_plan_is_the_best_of_all_choices(options: list[Option], wish: Wish) -> None:
    plan = plan_courses(options, wish)
    every = [found for n in range(len(options) + 1) for found in combinations(options, n)]
    best = min(found for chosen in every if (found := badness(chosen, wish)) is not None)
    assert badness(plan.options, wish) == best
    assert (len(plan.uncovered), plan.missing_minutes) == best[:2]


@settings(max_examples=20, deadline=None)
@given(options_drawn, wishes, st.randoms())
def test_the_order_of_the_courses_does_not_matter(options: list[Option], wish: Wish, random: object) -> None:
    shuffled = options.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands a random.Random
    assert plan_courses(shuffled, wish) == plan_courses(options, wish)


def test_an_objective_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no objective 'beauty'"):
        plan_courses(ALL, Wish(60, ("S",), "beauty"))
