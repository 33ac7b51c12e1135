"""Kemeny: the published case, every order tried by brute force, and circles of majorities."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from ranking_cases import failure_causes, from_ranks

from survey.ranking import Ballots, KemenyTooHard, ballots_from_orders, rank_borda, rank_kemeny
from survey.ranking.kemeny import order_cost, preferred


def test_the_failure_causes_have_the_published_order_and_cost() -> None:
    found = rank_kemeny(failure_causes())
    assert found.order == ("4", "1", "2", "6", "3", "5")
    assert found.cost == 129


def test_one_ballot_is_its_own_kemeny_order() -> None:
    found = rank_kemeny(from_ranks("3142"))
    assert found.order == ("B", "D", "A", "C")
    assert found.cost == 0


def test_ties_in_a_ballot_cost_nothing() -> None:
    assert rank_kemeny(from_ranks("111", "123")).cost == 0


def test_the_classic_circle_of_three_costs_its_weakest_majority() -> None:
    # A over B 2 to 1, B over C 2 to 1, C over A 2 to 1: whichever order is taken contradicts 1 + 1 + 2 preferences.
    found = rank_kemeny(from_ranks("123", "312", "231"))
    assert found.cost == 1 + 1 + 2


def test_the_unranked_stand_below_or_are_not_compared() -> None:
    ballots = ballots_from_orders(items="ABC", orders=[[["A"]], [["B"], ["C"]], [["C"], ["B"]]])
    assert preferred(ballots).tolist() == [[0, 1, 1], [2, 0, 1], [2, 1, 0]]
    assert preferred(ballots, unranked="missing").tolist() == [[0, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_among_orders_of_equal_cost_the_one_nearest_to_borda_is_taken() -> None:
    ballots = from_ranks("1234", "4321")
    assert rank_kemeny(ballots).cost == 6
    assert rank_kemeny(ballots).order == tuple("ABCD")
    assert rank_borda(ballots).ranks.tolist() == [1, 1, 1, 1]


def test_weights_decide_between_opposite_ballots() -> None:
    found = rank_kemeny(from_ranks("123", "321", weights=(1, 1.5)))
    assert found.order == ("C", "B", "A")
    assert found.cost == 3 * 1


@given(
    st.tuples(st.integers(1, 6), st.integers(2, 5)).flatmap(
        lambda shape: arrays(np.int64, shape, elements=st.integers(0, 5))
    )
)
@settings(max_examples=60, deadline=None)
def test_no_order_is_cheaper(ranks: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> None:
    n_items = ranks.shape[1]
    ballots = Ballots(items=tuple("ABCDE"[:n_items]), ranks=np.where(ranks == 0, np.nan, ranks.astype(np.float64)))
    wins = preferred(ballots)
    cheapest = min(order_cost(wins, order=list(order)) for order in permutations(range(n_items)))
    found = rank_kemeny(ballots)
    assert found.cost == cheapest
    assert order_cost(wins, order=["ABCDE".index(item) for item in found.order]) == cheapest
    assert sorted(found.order) == list(ballots.items)


def test_a_room_without_any_agreement_is_solved_exactly() -> None:
    rng = np.random.default_rng(11)
    ranks = np.argsort(rng.random((5, 14)), axis=1).astype(np.float64) + 1
    ballots = Ballots(items=tuple(str(item) for item in range(14)), ranks=ranks)
    found = rank_kemeny(ballots)
    wins = preferred(ballots)
    order = [int(item) for item in found.order]
    # No need can move anywhere else for less, which any cheapest order must fulfil.
    for item in order:
        rest = [other for other in order if other != item]
        moved = [[*rest[:place], item, *rest[place:]] for place in range(len(order))]
        assert min(order_cost(wins, order=each) for each in moved) == found.cost


def test_the_search_is_given_up_in_plain_words() -> None:
    with pytest.raises(KemenyTooHard, match="beat each other in circles"):
        rank_kemeny(from_ranks("123", "312", "231"), time_limit_s=0)
