"""Measure how far the ballots agree, over all needs and need by need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.ranking.ballots import Ballots, FloatArray, UnrankedRule, average_ranks
from survey.ranking.borda import borda_points, won_shares


@dataclass(frozen=True)
class Disagreement:
    """Tell how far the room is split over one need."""

    id: str
    #: 0 where every ballot puts the need at the same height, 1 where half put it at the very top and half at the end.
    split_score: float
    #: Share of the comparing ballots (by weight) that put the need above two thirds of the others, 0 to 1.
    high_share: float
    #: Share of the comparing ballots (by weight) that put the need below two thirds of the others, 0 to 1.
    low_share: float
    n_compared: int


def kendall_w(ballots: Ballots, *, unranked: UnrankedRule = "average") -> float | None:
    """Measure the agreement of the ballots by Kendall's W, corrected for ties.

    W is the part of the spread of ranks within ballots that one height per need explains. On ballots that compare
    every need this is the tie-corrected coefficient, Friedman's χ² / (m (n − 1)). Where ballots answer "don't know",
    the heights come from the least-squares fit of rank = ballot + need over what was compared, so that leaving a need
    out neither makes nor breaks agreement.

    Returns
    -------
    float or None
        0 (no agreement) to 1 (all ballots alike). None where there is nothing to compare: fewer than two ballots,
        fewer than two needs compared by two ballots, or every ballot ties everything.

    References
    ----------
    Kendall and Gibbons (1990), Rank Correlation Methods, 5th ed., section 6.10 (ties).
    """
    ranks, weights = _ranks_compared_twice(ballots, unranked=unranked)
    compared = ~np.isnan(ranks)
    if len(ranks) < 2 or ranks.shape[1] < 2:
        return None
    places = average_ranks(ranks)
    n_compared = np.maximum(compared.sum(axis=1, keepdims=True), 1)
    # The places of c compared needs have the mean (c + 1) / 2, with ties and without.
    deviations = np.where(compared, places - (n_compared + 1) / 2, 0.0)
    spread = float((weights @ deviations**2).sum())
    if spread <= 0:
        return None
    # Ballots have their own mean, so each one tells only of differences: its part of the normal equations is the
    # centring matrix of the needs that it compared.
    per_need = weights / n_compared[:, 0] * compared.T
    equations = np.diag(weights @ compared) - per_need @ compared
    sums = weights @ deviations
    explained = float(sums @ np.linalg.lstsq(equations, sums, rcond=1e-10)[0])
    return min(max(explained / spread, 0.0), 1.0)


def disagreements(ballots: Ballots, *, unranked: UnrankedRule = "average") -> tuple[Disagreement, ...]:
    """List the needs from the most disputed to the least: what the room should talk about.

    The height of a need on one ballot is the share of its comparisons there that it won (0 to 1). The split score is
    the variance of the heights over the ballots divided by 1/4, the largest variance that heights can have.
    Needs that fewer than two ballots compared are left out.
    """
    points, comparisons = borda_points(ballots, unranked=unranked)
    heights = won_shares(points=points, comparisons=comparisons)
    found = [
        _disagreement(item, heights=heights[:, place], weights=ballots.weights)
        for place, item in enumerate(ballots.items)
        if np.count_nonzero(ballots.weights[~np.isnan(heights[:, place])]) >= 2
    ]
    return tuple(sorted(found, key=lambda each: -round(each.split_score, 12)))


def _disagreement(item: str, *, heights: FloatArray, weights: FloatArray) -> Disagreement:
    compared = ~np.isnan(heights)
    height, weight = heights[compared], weights[compared] / weights[compared].sum()
    mean = float(weight @ height)
    return Disagreement(
        id=item,
        split_score=float(weight @ (height - mean) ** 2) * 4,
        high_share=float(weight[height > 2 / 3].sum()),
        low_share=float(weight[height < 1 / 3].sum()),
        n_compared=int(compared.sum()),
    )


def _ranks_compared_twice(ballots: Ballots, *, unranked: UnrankedRule) -> tuple[FloatArray, FloatArray]:
    """Return ranks and weights without the ballots of weight 0 and the needs that fewer than two ballots compared."""
    counted = ballots.weights > 0
    ranks = ballots.ranks_as(unranked)[counted]
    return ranks[:, (~np.isnan(ranks)).sum(axis=0) >= 2], ballots.weights[counted]
