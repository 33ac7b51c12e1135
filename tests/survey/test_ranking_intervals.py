"""Intervals and tiers: honest in a small room, sharp in a large one, the same whatever the order of the ballots."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ranking_cases import failure_causes, from_ranks

from survey.ranking import Ballots, ballots_from_orders, meeting_ranking, rank_borda, rank_intervals
from survey.ranking.ballots import FloatArray

N_FEW = 300


def room(*, n_employers: int, n_needs: int, spread: float, seed: int = 0) -> Ballots:
    """Draw a room whose opinions follow the same order more (large spread) or less."""
    rng = np.random.default_rng(seed)
    heights: FloatArray = np.linspace(spread, -spread, n_needs) + rng.gumbel(size=(n_employers, n_needs))
    places: FloatArray = np.argsort(np.argsort(-heights, axis=1), axis=1).astype(np.float64) + 1
    return Ballots(items=tuple(f"N{number:02}" for number in range(n_needs)), ranks=places)


def test_fewer_than_five_employers_leave_every_place_open() -> None:
    found = rank_intervals(from_ranks("1234", "1234", "1234", "1234"))
    assert found.low.tolist() == [1, 1, 1, 1]
    assert found.high.tolist() == [4, 4, 4, 4]
    assert found.tiers.tolist() == [2, 2, 2, 2]


def test_five_unanimous_employers_settle_the_order() -> None:
    found = rank_intervals(from_ranks(*["123456"] * 5))
    assert found.low.tolist() == found.high.tolist() == [1, 2, 3, 4, 5, 6]
    assert found.tiers.tolist() == [1, 1, 2, 3, 4, 4]


def test_several_ballots_of_one_employer_are_one_opinion() -> None:
    ten = Ballots(items=("A", "B"), ranks=np.tile([1.0, 2.0], (10, 1)), employers=("one",) * 10)
    assert rank_intervals(ten).high.tolist() == [2, 2]
    apart = Ballots(items=("A", "B"), ranks=np.tile([1.0, 2.0], (10, 1)))
    assert rank_intervals(apart).high.tolist() == [1, 2]


def test_a_room_that_votes_at_random_claims_next_to_nothing() -> None:
    n_claims = n_wrong = 0
    for seed in range(20):
        found = rank_intervals(room(n_employers=8, n_needs=20, spread=0, seed=seed), n_resamples=N_FEW)
        n_wrong += not ((found.low == 1).all() and (found.high == 20).all())
        n_claims += int(np.isin(found.tiers, (1, 4)).any())
    # At a level of 90 % two of twenty random rooms may claim something by chance; five and more has chance 4 %.
    assert n_wrong <= 5
    assert n_claims <= 5


def test_the_intervals_hold_the_truth_together() -> None:
    n_held = 0
    for seed in range(20):
        found = rank_intervals(room(n_employers=20, n_needs=15, spread=2, seed=seed), n_resamples=N_FEW)
        places = np.arange(1, 16)
        n_held += bool(((found.low <= places) & (places <= found.high)).all())
    assert n_held >= 18


def test_a_large_room_fills_all_four_tiers_and_narrows_the_places() -> None:
    small = rank_intervals(room(n_employers=6, n_needs=20, spread=2), n_resamples=N_FEW)
    large = rank_intervals(room(n_employers=150, n_needs=20, spread=2), n_resamples=N_FEW)
    assert set(large.tiers.tolist()) == {1, 2, 3, 4}
    assert np.median(large.high - large.low) < np.median(small.high - small.low) / 2
    assert np.count_nonzero(small.tiers == 2) > np.count_nonzero(large.tiers == 2)


def test_a_better_tier_is_proven_better_than_the_lowest() -> None:
    ballots = room(n_employers=60, n_needs=20, spread=1.5)
    found, shares = rank_intervals(ballots, n_resamples=N_FEW), rank_borda(ballots).shares
    assert shares[found.tiers == 1].min() >= 2 / 3
    assert shares[found.tiers == 4].max() <= 1 / 3
    assert shares[found.tiers == 3].max() < 1 / 2


def test_a_need_that_few_employers_know_proves_nothing() -> None:
    ranks = np.tile(np.arange(1.0, 9.0), (12, 1))
    ranks[3:, 0] = np.nan
    found = rank_intervals(Ballots(items=tuple("ABCDEFGH"), ranks=ranks))
    assert found.tiers[0] == 2
    assert found.high[0] == 8


def test_a_need_that_nobody_compared_has_no_interval() -> None:
    found = rank_intervals(from_ranks(*["1203"] * 6))
    assert (found.low[2], found.high[2], found.tiers[2]) == (0, 0, 0)
    assert found.high.max() == 3


def test_the_level_and_the_seed_are_what_they_say() -> None:
    ballots = room(n_employers=20, n_needs=12, spread=1)
    narrow, wide = rank_intervals(ballots, level=0.5), rank_intervals(ballots, level=0.99)
    assert (wide.low <= narrow.low).all()
    assert (narrow.high <= wide.high).all()
    again = rank_intervals(ballots, level=0.5)
    assert (again.low.tolist(), again.high.tolist()) == (narrow.low.tolist(), narrow.high.tolist())


@given(st.permutations(range(32)))
@settings(max_examples=10, deadline=None)
def test_the_order_of_the_ballots_changes_nothing(order: list[int]) -> None:
    ballots = failure_causes()
    shuffled = Ballots(items=ballots.items, ranks=ballots.ranks[order], unranked=ballots.unranked[order])
    one = meeting_ranking(ballots, n_resamples=N_FEW)
    other = meeting_ranking(shuffled, n_resamples=N_FEW)
    assert [(item.rank, item.rank_low, item.rank_high, item.tier) for item in one.items] == [
        (item.rank, item.rank_low, item.rank_high, item.tier) for item in other.items
    ]


@given(st.integers(1, 12), st.integers(2, 7), st.integers(0, 50))
@settings(max_examples=30, deadline=None)
def test_every_place_lies_in_its_interval_and_intervals_follow_the_order(m: int, n: int, seed: int) -> None:
    ballots = room(n_employers=m, n_needs=n, spread=1, seed=seed)
    items = meeting_ranking(ballots, n_resamples=100).items
    assert [item.rank for item in items] == sorted(item.rank for item in items)
    bounds = [(item.rank_low or 0, item.rank, item.rank_high or 0) for item in items]
    assert all(1 <= low <= rank <= high <= n for low, rank, high in bounds)
    assert [low for low, _, _ in bounds] == sorted(low for low, _, _ in bounds)
    assert [high for _, _, high in bounds] == sorted(high for _, _, high in bounds)


def test_a_meeting_is_ranked_best_first_with_the_unknown_last() -> None:
    ballots = ballots_from_orders(
        items=["EM-1", "EM-2", "EM-3"], orders=[[["EM-3"], ["EM-1"]]] * 6, not_compared=[["EM-2"]] * 6
    )
    found = meeting_ranking(ballots)
    assert [item.id for item in found.items] == ["EM-3", "EM-1", "EM-2"]
    first, _, last = found.items
    assert (first.score, first.rank, first.rank_low, first.rank_high, first.tier, first.n_compared) == (
        1,
        1,
        1,
        1,
        1,
        6,
    )
    assert (last.score, last.rank, last.rank_low, last.rank_high, last.tier, last.n_compared) == (
        None,
        3,
        None,
        None,
        None,
        0,
    )
    assert found.kendall_w == pytest.approx(1)
    assert found.n_ballots == 6


def test_a_single_need_cannot_be_ranked() -> None:
    (only,) = meeting_ranking(from_ranks(*["1"] * 6)).items
    assert (only.score, only.rank, only.tier, only.n_compared) == (None, 1, None, 0)


def test_a_meeting_without_ballots_places_nothing() -> None:
    found = meeting_ranking(Ballots(items=("A", "B"), ranks=np.zeros((0, 2))))
    assert [item.rank for item in found.items] == [1, 1]
    assert all(item.tier is None and item.score is None for item in found.items)
    assert found.kendall_w is None


def test_one_employer_cannot_decide_a_meeting_by_weight() -> None:
    ranks: FloatArray = np.array([[2.0, 1.0]] + [[1.0, 2.0]] * 4)
    heavy = Ballots(items=("A", "B"), ranks=ranks, weights=np.array([100.0, 1, 1, 1, 1]))
    # Capped at a quarter, the heavy employer weighs 4/3 against 4: B wins (4/3) / (4/3 + 4) = 1/4.
    assert meeting_ranking(heavy).items[0].id == "A"
    assert meeting_ranking(heavy).items[1].score == pytest.approx(1 / 4)
