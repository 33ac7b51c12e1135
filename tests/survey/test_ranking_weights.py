"""Weights: no employer above a quarter, proportions kept below the cap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ranking_cases import from_ranks

from survey.ranking import Ballots, BallotsRefused, cap_employers, capped_weights, rank_borda, weigh_by_employer


def test_weights_under_the_cap_stay_as_they_are() -> None:
    assert capped_weights(np.array([2.0, 2, 2, 1, 1])).tolist() == [2, 2, 2, 1, 1]


def test_one_giant_is_cut_to_a_quarter_of_the_new_total() -> None:
    # c = 1/4 (c + 6) gives c = 2.
    assert capped_weights(np.array([50.0, 2, 2, 1, 1])).tolist() == pytest.approx([2, 2, 2, 1, 1])


def test_two_giants_are_cut_alike() -> None:
    # c = 1/4 (2 c + 11) gives c = 5.5.
    assert capped_weights(np.array([100.0, 90, 5, 3, 2, 1])).tolist() == pytest.approx([5.5, 5.5, 5, 3, 2, 1])


def test_too_few_employers_for_the_cap_weigh_the_same() -> None:
    assert capped_weights(np.array([9.0, 1, 0, 2])).tolist() == [1, 1, 0, 1]


@given(st.lists(st.floats(0.01, 1e6), min_size=4, max_size=12))
@settings(deadline=None)
def test_nobody_has_more_than_a_quarter_and_order_is_kept(sizes: list[float]) -> None:
    before = np.array(sizes)
    after = capped_weights(before)
    assert after.max() <= after.sum() / 4 * (1 + 1e-9)
    order = np.argsort(before, kind="stable")
    assert (np.diff(after[order]) >= -1e-9 * after.max()).all()


def test_an_employers_size_is_shared_by_its_ballots() -> None:
    ballots = Ballots(items=("A", "B"), ranks=np.tile([1.0, 2.0], (6, 1)), employers=("x", "x", "y", "z", "v", "w"))
    weighed = weigh_by_employer(ballots, sizes={"x": 2, "y": 2, "z": 2, "v": 2, "w": 2})
    assert weighed.weights.tolist() == pytest.approx([1 / 2, 1 / 2, 1, 1, 1, 1])
    assert weighed.unweighted().weights.tolist() == [1] * 6


def test_an_employer_with_many_ballots_is_capped_too() -> None:
    ballots = Ballots(
        items=("A", "B"),
        ranks=np.array([[1.0, 2.0]] * 10 + [[2.0, 1.0]] * 4),
        employers=("big",) * 10 + ("a", "b", "c", "d"),
    )
    assert rank_borda(ballots).shares[0] == pytest.approx(10 / 14)
    # c = 1/4 (c + 4) gives c = 4/3 for the ten ballots together.
    assert rank_borda(cap_employers(ballots)).shares[0] == pytest.approx((4 / 3) / (4 / 3 + 4))


def test_a_missing_or_odd_size_is_refused() -> None:
    ballots = Ballots(items=("A", "B"), ranks=np.array([[1.0, 2.0]]), employers=("x",))
    with pytest.raises(BallotsRefused, match="Employer x needs a size"):
        weigh_by_employer(ballots, sizes={})
    with pytest.raises(BallotsRefused, match="Employer x needs a size"):
        weigh_by_employer(ballots, sizes={"x": float("nan")})
    with pytest.raises(BallotsRefused, match="largest share"):
        cap_employers(from_ranks("12"), largest_share=0)
