"""The regional plan: exact, explained, and never beyond what the colleges can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review.regional_plan import Capacity, Effort, OpenNeed, RegionalPlan, Revisable, regional_plan

EFFORT = Effort(revision_hours=20, outcome_hours=5, new_course_hours=100, max_outcomes=3)


def need(code: str, share: float) -> OpenNeed:
    return OpenNeed(code, f"Need {code}", 1, share)


def course(code: str, additions: Mapping[str, Sequence[str]], *, college: str = "CRC") -> Revisable:
    return Revisable(college, f"{college} College", code, f"Course {code}", {n: tuple(a) for n, a in additions.items()})


def chosen(plan: RegionalPlan) -> list[str]:
    return sorted(
        change.course.course_code if change.course else f"new {change.needs[0].code}" for change in plan.changes
    )


def test_one_revision_goes_where_it_wins_most() -> None:
    needs = [need("A", 0.3), need("B", 0.25), need("C", 0.2)]
    courses = [course("X", {"A": ["a"]}), course("Y", {"B": ["b"], "C": ["c"]})]
    plan = regional_plan(needs, courses, capacity=Capacity(1), effort=EFFORT)
    assert chosen(plan) == ["Y"]
    assert plan.won_share == pytest.approx(0.25 + 0.2)
    assert plan.hours == 20 + 2 * 5
    assert plan.changes[0].lost_without_share == pytest.approx(0.45 - 0.3), "then X would be revised, which wins A"


def test_equal_gains_go_to_the_least_work() -> None:
    needs = [need("A", 0.3)]
    courses = [course("Y", {"A": ["a", "b"]}), course("Z", {"A": ["a"]})]
    plan = regional_plan(needs, courses, capacity=Capacity(3), effort=EFFORT)
    assert chosen(plan) == ["Z"], "the second revision would win nothing more"


def test_a_revision_that_would_add_too_much_is_split_or_left() -> None:
    needs = [need("A", 0.3), need("B", 0.2)]
    courses = [course("X", {"A": ["a", "b"], "B": ["c", "d"]})]
    plan = regional_plan(needs, courses, capacity=Capacity(1), effort=EFFORT)
    assert plan.changes[0].additions == {"A": ("a", "b")}, "four outcomes are more than the three of one revision"


def test_hours_decide_between_a_new_course_and_revisions() -> None:
    needs = [need("A", 0.5), need("B", 0.2), need("C", 0.2)]
    courses = [course("X", {"B": ["b"]}), course("Y", {"C": ["c"]})]
    at_100 = regional_plan(needs, courses, capacity=Capacity(None, 100), effort=EFFORT)
    at_99 = regional_plan(needs, courses, capacity=Capacity(None, 99), effort=EFFORT)
    assert chosen(at_100) == ["new A"]
    assert chosen(at_99) == ["X", "Y"]
    assert at_99.hours == 2 * (20 + 5)
    assert at_99.curve_unit == "hours"


def test_the_curve_rises_to_everything_and_stops() -> None:
    needs = [need("A", 0.4), need("B", 0.3), need("C", 0.1)]
    courses = [course("X", {"A": ["a"]}), course("Y", {"B": ["b"]})]
    plan = regional_plan(needs, courses, capacity=Capacity(2), effort=EFFORT)
    assert [(point.size, round(point.won_share, 6)) for point in plan.curve] == [(0, 0), (1, 0.4), (2, 0.7), (3, 0.8)]
    assert plan.open_share == pytest.approx(0.8)


def test_other_colleges_that_could_do_the_same_are_named() -> None:
    needs = [need("A", 0.4)]
    courses = [course("X", {"A": ["a"]}), course("W", {"A": ["a", "b"]}, college="NMT"), course("V", {"A": ["a", "b"]})]
    plan = regional_plan(needs, courses, capacity=Capacity(1), effort=EFFORT)
    assert [other.course_code for other in plan.changes[0].alternatives] == ["W"], "V is of the same college"


def test_nothing_to_do_and_nothing_allowed_are_plans_too() -> None:
    assert regional_plan([], [], capacity=Capacity(3), effort=EFFORT).changes == ()
    nothing = regional_plan([need("A", 0.4)], [], capacity=Capacity(0), effort=EFFORT)
    assert (nothing.changes, nothing.won_share, nothing.open_share) == ((), 0, 0.4)


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[OpenNeed], list[Revisable], Capacity]:
    codes = "ABC"[: draw(st.integers(1, 3))]
    needs = [need(code, draw(st.integers(1, 9)) / 100) for code in codes]
    courses = [
        course(name, {code: ["x"] * draw(st.integers(1, 4)) for code in codes if draw(st.booleans())})
        for name in "XYZ"[: draw(st.integers(0, 3))]
    ]
    return needs, courses, Capacity(draw(st.integers(0, 3)), draw(st.one_of(st.none(), st.integers(0, 160))))


def by_trying_everything(needs: Sequence[OpenNeed], courses: Sequence[Revisable], capacity: Capacity) -> float:
    """Return the greatest share that any allowed set of changes wins."""
    ways: list[list[tuple[frozenset[str], int]]] = []
    for each in courses:
        sets = [frozenset(s) for size in range(1, 4) for s in combinations(each.additions, size)]
        n_added = {s: sum(len(each.additions[code]) for code in s) for s in sets}
        ways.append([(frozenset(), 0), *((s, 20 + 5 * n_added[s]) for s in sets if n_added[s] <= 3)])
    ways += [[(frozenset(), 0), (frozenset({each.code}), 100)] for each in needs]
    best = 0.0
    for picked in product(*ways):
        n_changes, hours = sum(bool(s) for s, _ in picked), sum(h for _, h in picked)
        if n_changes <= (capacity.n_changes or 0) and (capacity.staff_hours is None or hours <= capacity.staff_hours):
            won = set().union(*(s for s, _ in picked))
            best = max(best, sum(each.priority_share for each in needs if each.code in won))
    return best


@settings(max_examples=40, deadline=None)
@given(problems())
def test_no_other_choice_wins_more(problem: tuple[list[OpenNeed], list[Revisable], Capacity]) -> None:
    needs, courses, capacity = problem
    plan = regional_plan(needs, courses, capacity=capacity, effort=EFFORT)
    assert plan.won_share == pytest.approx(by_trying_everything(needs, courses, capacity))
    assert len(plan.changes) <= (capacity.n_changes or 0)
    assert capacity.staff_hours is None or plan.hours <= capacity.staff_hours
    again = regional_plan(needs[::-1], courses[::-1], capacity=capacity, effort=EFFORT)
    assert chosen(again) == chosen(plan), "the order of rows does not matter"
