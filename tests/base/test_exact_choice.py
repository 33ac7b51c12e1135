"""The exact choice: by hand, and against trying every choice."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from base.exact_choice import AtLeast, least_choice

weights = st.dictionaries(st.integers(0, 4), st.integers(-4, 4), max_size=5)


def test_the_cheapest_pair_that_weighs_enough_is_chosen() -> None:
    # 5 kg for 3, 4 kg for 2, 3 kg for 2: at least 7 kg
    heavy_enough = AtLeast({0: 5, 1: 4, 2: 3}, 7)
    assert least_choice(upper=[1, 1, 1], demands=[heavy_enough], objectives=[{0: 3, 1: 2, 2: 2}]) == (0, 1, 1)


def test_the_second_objective_decides_between_equals_and_then_the_first_in_line() -> None:
    one = AtLeast({0: 1, 1: 1, 2: 1}, 1)
    assert least_choice(upper=[1, 1, 1], demands=[one], objectives=[{0: 1, 1: 1, 2: 1}, {0: 9, 1: 5, 2: 5}]) == (
        0,
        1,
        0,
    )


def test_demands_that_cannot_be_met_have_no_choice() -> None:
    assert least_choice(upper=[1, 1], demands=[AtLeast({0: 1, 1: 1}, 3)], objectives=[]) is None
    assert least_choice(upper=[], demands=[AtLeast({}, 1)], objectives=[]) is None
    assert least_choice(upper=[], demands=[], objectives=[]) == ()


def test_large_amounts_of_money_stay_exact() -> None:
    # one cent in ten million dollars decides
    demands = [AtLeast({0: 1, 1: 1}, 1)]
    assert least_choice(upper=[1, 1], demands=demands, objectives=[{0: 1_000_000_001, 1: 1_000_000_000}]) == (0, 1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 2), min_size=5, max_size=5),
    st.lists(st.builds(AtLeast, weights, st.integers(-3, 5)), max_size=3),
    st.lists(weights, max_size=2),
)
def test_the_choice_is_the_least_of_all(
    upper: list[int], demands: list[AtLeast], objectives: list[dict[int, int]]
) -> None:
    chosen = least_choice(upper=upper, demands=demands, objectives=objectives)
    every = [
        each for each in product(*(range(most + 1) for most in upper)) if all(demand.holds(each) for demand in demands)
    ]

    def badness(each: tuple[int, ...]) -> tuple[object, ...]:
        costs = [sum(weight * each[place] for place, weight in way.items()) for way in objectives]
        return (*costs, *(-each[place] for place, most in enumerate(upper) if most == 1))

    assert (chosen is None) == (not every)
    if chosen is not None:
        assert chosen in every
        assert badness(chosen) == min(map(badness, every))
