"""Ballots: what a rank, a tie, an unranked need and "don't know" are, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from survey.ranking import Ballots, BallotsRefused, ballots_from_orders
from survey.ranking.ballots import average_ranks


def test_an_unranked_need_is_below_and_dont_know_is_not_compared() -> None:
    ballots = ballots_from_orders(items="ABCD", orders=[[["B"], ["A"]]], not_compared=[["D"]])
    assert ballots.ranks[0, :3].tolist() == [2, 1, 3]
    assert np.isnan(ballots.ranks[0, 3])
    assert ballots.unranked[0].tolist() == [False, False, True, False]


def test_the_missing_rule_alone_turns_unranked_into_not_compared() -> None:
    ballots = ballots_from_orders(items="ABC", orders=[[["B"]]])
    assert np.isnan(ballots.ranks_as("missing")[0]).tolist() == [True, False, True]
    assert ballots.ranks_as("average")[0].tolist() == [2, 1, 2]
    assert ballots.ranks_as("zero")[0].tolist() == [2, 1, 2]


def test_the_sort_step_orders_needs_behind_the_voters_own_order() -> None:
    ballots = ballots_from_orders(items="ABCDE", orders=[[["C"], ["A"]]], sorted_below=[[["E"], ["B"]]])
    assert ballots.ranks[0].tolist() == [2, 4, 1, 5, 3]
    assert ballots.unranked[0].tolist() == [False, True, False, True, True]


def test_ties_share_their_middle_place() -> None:
    ranks = average_ranks(np.array([[1.0, 2, 2, 9], [np.nan, 5, 5, 1]]))
    assert ranks[0].tolist() == [1, (2 + 3) / 2, (2 + 3) / 2, 4]
    assert ranks[1, 1:].tolist() == [(2 + 3) / 2, (2 + 3) / 2, 1]
    assert np.isnan(ranks[1, 0])


def test_ballots_can_be_cut_to_one_area() -> None:
    ballots = ballots_from_orders(items="ABC", orders=[[["B"], ["A"], ["C"]]], names=["a", "b", "c"])
    cut = ballots.only(["C", "A"])
    assert cut.items == ("A", "C")
    assert cut.names == ("a", "c")
    assert cut.ranks.tolist() == [[2, 3]]
    with pytest.raises(BallotsRefused, match="Need X is not on these ballots"):
        ballots.only(["X"])


def test_ballots_cannot_be_changed_behind_our_back() -> None:
    ranks = np.array([[1.0, 2.0]])
    ballots = Ballots(items=("A", "B"), ranks=ranks)
    ranks[0, 0] = 9
    assert ballots.ranks[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        ballots.ranks[0, 0] = 9


@pytest.mark.parametrize(
    ("orders", "message"),
    [
        ([[["A"], ["X"]]], "Ballot 1 names need X, which is not on the list"),
        ([[["A"]], [["A"], ["A"]]], "Ballot 2 names need A twice"),
    ],
)
def test_an_order_with_a_wrong_need_is_refused(orders: list[list[list[str]]], message: str) -> None:
    with pytest.raises(BallotsRefused, match=message):
        ballots_from_orders(items="AB", orders=orders)


def test_parts_that_do_not_fit_are_refused() -> None:
    one = np.array([[1.0, 2.0]])
    with pytest.raises(BallotsRefused, match="twice on the list"):
        Ballots(items=("A", "A"), ranks=one)
    with pytest.raises(BallotsRefused, match="3 names for 2 needs"):
        Ballots(items=("A", "B"), ranks=one, names=("a", "b", "c"))
    with pytest.raises(BallotsRefused, match="1 ballots by 3 needs"):
        Ballots(items=("A", "B", "C"), ranks=one)
    with pytest.raises(BallotsRefused, match="ranks need B outside"):
        Ballots(items=("A", "B"), ranks=np.array([[1.0, 0.0]]))
    with pytest.raises(BallotsRefused, match="2 weights for 1 ballots"):
        Ballots(items=("A", "B"), ranks=one, weights=np.array([1.0, 2.0]))
    with pytest.raises(BallotsRefused, match="weight of ballot 1"):
        Ballots(items=("A", "B"), ranks=one, weights=np.array([-1.0]))
    with pytest.raises(BallotsRefused, match="All weights are 0"):
        Ballots(items=("A", "B"), ranks=one, weights=np.array([0.0]))
    with pytest.raises(BallotsRefused, match="2 employers for 1 ballots"):
        Ballots(items=("A", "B"), ranks=one, employers=("x", "y"))
    with pytest.raises(BallotsRefused, match="must stand behind"):
        Ballots(items=("A", "B"), ranks=one, unranked=np.array([[True, False]]))
