"""Rank needs by Borda points: in how many comparisons each need stands above another one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.ranking.ballots import Ballots, FloatArray, IntArray, UnrankedRule, average_ranks, check_rule


@dataclass(frozen=True, eq=False)
class BordaRanking:
    """Keep the Borda result of a set of ballots.

    Attributes
    ----------
    shares : float array, shape (n_items,), 0 to 1
        Share of a need's comparisons that it won, a tie counting half; NaN where no ballot compared it.
    points : float array, shape (n_items,)
        The shares on the scale of Borda points: share × (n_items − 1) × total weight. Where every ballot compares
        every need these are exactly the points added up over the ballots.
    ranks : float array, shape (n_items,)
        1 is best; needs with equal scores share the better number; NaN where no ballot compared the need.
    n_compared : int array, shape (n_items,)
        Ballots that compared the need with at least one other.
    """

    shares: FloatArray
    points: FloatArray
    ranks: FloatArray
    n_compared: IntArray


def rank_borda(ballots: Ballots, *, unranked: UnrankedRule = "average") -> BordaRanking:
    """Rank the needs by the share of their comparisons that they won.

    A ballot gives a need one point for every need it puts strictly lower and half a point for every tied one.
    "Don't know" takes the need out of that ballot's comparisons, so abstaining neither helps nor hurts it.

    Parameters
    ----------
    ballots : Ballots
    unranked : {"average", "zero", "missing"}
        How unranked needs are read; see `survey.ranking.ballots.UnrankedRule`.

    References
    ----------
    Emerson (2013), "The original Borda count and partial voting", Social Choice and Welfare 40, 353-358,
    compares the conventions for unranked items.
    """
    points, comparisons = borda_points(ballots, unranked=unranked)
    shares = won_shares(points=ballots.weights @ points, comparisons=ballots.weights @ comparisons)
    return BordaRanking(
        shares=shares,
        points=shares * max(ballots.n_items - 1, 0) * ballots.weights.sum(),
        ranks=shared_ranks(shares),
        n_compared=np.asarray((comparisons > 0).sum(axis=0), dtype=np.intp),
    )


def borda_points(ballots: Ballots, *, unranked: UnrankedRule = "average") -> tuple[FloatArray, FloatArray]:
    """Count each ballot's points and comparisons, both of shape (n_ballots, n_items), without weights."""
    check_rule(unranked)
    ranks = ballots.ranks_as(unranked)
    compared = ~np.isnan(ranks)
    n_compared = compared.sum(axis=1, keepdims=True)
    # A need at average rank r among c compared needs has c - r needs below it, a tied one counting half.
    points = np.where(compared, n_compared - average_ranks(ranks), 0.0)
    if unranked == "zero":
        points = np.where(ballots.unranked, 0.0, points)
    return points, np.where(compared, n_compared - 1.0, 0.0)


def sums_by_employer(
    ballots: Ballots, *, unranked: UnrankedRule = "average"
) -> tuple[tuple[str, ...], FloatArray, FloatArray]:
    """Add up each employer's weighted points and comparisons; ballots of weight 0 are left out.

    Returns
    -------
    employers : tuple of str, length n_employers
    points, comparisons : float arrays, shape (n_employers, n_items)
    """
    points, comparisons = borda_points(ballots, unranked=unranked)
    counted = ballots.weights > 0
    weights = ballots.weights[counted, None]
    employers, owner = np.unique(np.array(ballots.voters, dtype=np.str_)[counted], return_inverse=True)
    sums = np.zeros((2, len(employers), ballots.n_items))
    np.add.at(sums[0], owner, points[counted] * weights)
    np.add.at(sums[1], owner, comparisons[counted] * weights)
    return tuple(employers.tolist()), sums[0], sums[1]


def won_shares(*, points: FloatArray, comparisons: FloatArray) -> FloatArray:
    """Divide points by comparisons, NaN where there is no comparison; any equal shapes."""
    shares: FloatArray = np.divide(points, comparisons, out=np.full(points.shape, np.nan), where=comparisons > 0)
    return shares


def shared_ranks(scores: FloatArray) -> FloatArray:
    """Number scores from 1 for the highest; equal scores share the better number, NaN has none. Shape (n_items,)."""
    ranks = np.full(scores.shape, np.nan)
    scored = ~np.isnan(scores)
    # Rounding makes scores equal that differ only by the order in which floats were added up.
    lost = -np.round(scores[scored], 12)
    ranks[scored] = 1 + np.searchsorted(np.sort(lost), lost)
    return ranks


def best_first(scores: FloatArray) -> IntArray:
    """Return the positions of the needs from the highest score to the lowest, equal scores in list order, NaN last."""
    return np.argsort(-np.round(scores, 12), kind="stable").astype(np.intp)
