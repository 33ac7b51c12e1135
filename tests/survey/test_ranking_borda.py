"""Borda: points and shares under the three conventions, and the laws that they keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from ranking_cases import failure_causes, from_ranks, qualities

from survey.ranking import UNRANKED_RULES, Ballots, BallotsRefused, UnrankedRule, ballots_from_orders, rank_borda
from survey.ranking.borda import borda_points

#: Ranks of 1 to 6 ballots on 2 to 5 needs; 0 stands for "don't know".
RANKS = st.tuples(st.integers(1, 6), st.integers(2, 5)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(0, 5))
)


def ballots_of(ranks: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Ballots:
    """Turn drawn ranks into ballots."""
    items = tuple("ABCDE"[: ranks.shape[1]])
    return Ballots(items=items, ranks=np.where(ranks == 0, np.nan, ranks.astype(np.float64)))


def test_the_failure_causes_get_their_published_points() -> None:
    assert rank_borda(failure_causes()).points.tolist() == pytest.approx([108.5, 101, 47, 114, 36, 73.5])


def test_the_convention_flips_the_winner_of_the_qualities() -> None:
    average = rank_borda(qualities(), unranked="average").points
    zero = rank_borda(qualities(), unranked="zero").points
    assert (average[0], average[2]) == pytest.approx((287.0, 287.5))
    assert (zero[0], zero[2]) == pytest.approx((150, 148))


def test_one_ballot_gives_what_is_below_and_half_of_what_is_tied() -> None:
    points, comparisons = borda_points(from_ranks("1223"))
    assert points.tolist() == [[3, 1 + 1 / 2, 1 + 1 / 2, 0]]
    assert comparisons.tolist() == [[3, 3, 3, 3]]


def test_the_three_conventions_on_a_top_two_of_five() -> None:
    ballots = ballots_from_orders(items="ABCDE", orders=[[["B"], ["A"]]])
    assert borda_points(ballots, unranked="average")[0].tolist() == [[3, 4, 1, 1, 1]]
    assert borda_points(ballots, unranked="zero")[0].tolist() == [[3, 4, 0, 0, 0]]
    assert borda_points(ballots, unranked="missing")[0].tolist() == [[0, 1, 0, 0, 0]]
    assert borda_points(ballots, unranked="missing")[1].tolist() == [[1, 1, 0, 0, 0]]


def test_equal_scores_share_the_better_place_and_the_uncompared_have_none() -> None:
    found = rank_borda(from_ranks("1230", "2130"))
    assert found.ranks[:3].tolist() == [1, 1, 3]
    assert np.isnan(found.ranks[3])
    assert np.isnan(found.shares[3])
    assert found.n_compared.tolist() == [2, 2, 2, 0]


def test_weights_count_ballots_several_times() -> None:
    weighted = rank_borda(from_ranks("123", "321", weights=(3, 1)))
    repeated = rank_borda(from_ranks("123", "123", "123", "321"))
    assert weighted.points.tolist() == pytest.approx(repeated.points.tolist())


def test_an_unknown_convention_is_refused() -> None:
    with pytest.raises(BallotsRefused, match="use average, zero or missing"):
        rank_borda(from_ranks("12"), unranked="half")  # type: ignore[arg-type]  # a wrong word on purpose


@given(RANKS)
@settings(deadline=None)
def test_every_ballot_carries_half_a_point_per_comparison(
    ranks: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> None:
    points, comparisons = borda_points(ballots_of(ranks))
    assert points.sum(axis=1) == pytest.approx(comparisons.sum(axis=1) / 2)


@given(RANKS, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_the_ballots_does_not_matter(
    ranks: np.ndarray[tuple[int, ...], np.dtype[np.int64]], random: st.DataObject
) -> None:
    shuffled = list(range(len(ranks)))
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random here
    one, other = rank_borda(ballots_of(ranks)), rank_borda(ballots_of(ranks[shuffled]))
    assert one.shares == pytest.approx(other.shares, nan_ok=True)
    assert np.array_equal(one.ranks, other.ranks, equal_nan=True)


@given(RANKS, st.integers(0, 4))
@settings(deadline=None)
def test_abstaining_on_a_need_leaves_its_share_as_the_others_made_it(
    ranks: np.ndarray[tuple[int, ...], np.dtype[np.int64]], place: int
) -> None:
    place %= ranks.shape[1]
    abstaining = np.arange(1, ranks.shape[1] + 1)
    abstaining[place] = 0
    before = rank_borda(ballots_of(ranks)).shares[place]
    after = rank_borda(ballots_of(np.vstack([ranks, abstaining]))).shares[place]
    assert after == pytest.approx(before, nan_ok=True)


@given(RANKS, st.sampled_from(UNRANKED_RULES))
@settings(deadline=None)
def test_casting_every_ballot_twice_changes_no_share(
    ranks: np.ndarray[tuple[int, ...], np.dtype[np.int64]], rule: UnrankedRule
) -> None:
    once = rank_borda(ballots_of(ranks), unranked=rule)
    twice = rank_borda(ballots_of(np.vstack([ranks, ranks])), unranked=rule)
    assert once.shares == pytest.approx(twice.shares, nan_ok=True)
