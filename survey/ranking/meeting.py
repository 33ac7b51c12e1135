"""Rank a meeting's ballots for its pages: Borda order, honest intervals, tiers and agreement in one go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.ranking.agreement import kendall_w
from survey.ranking.ballots import Ballots
from survey.ranking.borda import best_first, rank_borda
from survey.ranking.intervals import rank_intervals
from survey.ranking.weights import cap_employers


@dataclass(frozen=True)
class RankedItem:
    """Tell where one need stands."""

    id: str
    #: Share of the need's comparisons that it won, 0 to 1; None where no ballot compared it.
    score: float | None
    #: 1 is best; equal scores share the better place. Needs that no ballot compared share the place behind all others.
    rank: int
    #: Best and worst place that the ballots leave open, all needs taken together; None where no ballot compared it.
    rank_low: int | None
    rank_high: int | None
    #: 1 critical, 2 high, 3 medium, 4 low; None where no ballot compared it.
    tier: int | None
    #: Ballots that compared the need with at least one other (did not answer "don't know").
    n_compared: int


@dataclass(frozen=True)
class Ranking:
    """Keep the ranking of one meeting and voice."""

    #: Best first; needs that no ballot compared come last, in list order.
    items: tuple[RankedItem, ...]
    #: Agreement of the ballots, 0 to 1; None where there is nothing to compare.
    kendall_w: float | None
    n_ballots: int


def meeting_ranking(ballots: Ballots, *, n_resamples: int = 2000, seed: int = 0) -> Ranking:
    """Rank needs by Borda with simultaneous 90 % rank intervals over employers, tiers, and Kendall's W.

    No employer counts for more than a quarter of the total weight; see `survey.ranking.weights`.

    Parameters
    ----------
    ballots : Ballots
        Ballots of one voice. None at all gives a ranking in which no need is placed.
    n_resamples : int
        How many times the employers are drawn again for the intervals.
    seed : int
        The same seed and ballots give the same ranking, in whatever order the ballots come.
    """
    capped = cap_employers(ballots)
    borda = rank_borda(capped)
    intervals = rank_intervals(capped, n_resamples=n_resamples, seed=seed)
    n_placed = int(np.count_nonzero(~np.isnan(borda.shares)))
    items = []
    for place in best_first(borda.shares):
        placed = not np.isnan(borda.shares[place])
        items.append(
            RankedItem(
                id=ballots.items[place],
                score=float(borda.shares[place]) if placed else None,
                rank=int(borda.ranks[place]) if placed else n_placed + 1,
                rank_low=int(intervals.low[place]) if placed else None,
                rank_high=int(intervals.high[place]) if placed else None,
                tier=int(intervals.tiers[place]) if placed else None,
                n_compared=int(borda.n_compared[place]),
            )
        )
    return Ranking(items=tuple(items), kendall_w=kendall_w(capped), n_ballots=ballots.n_ballots)
