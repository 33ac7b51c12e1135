"""Rank ballots by any of the methods and give the result one form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from survey.ranking.agreement import kendall_w
from survey.ranking.ballots import Ballots, BallotsRefused, FloatArray, UnrankedRule
from survey.ranking.borda import best_first, rank_borda, shared_ranks
from survey.ranking.intervals import rank_intervals
from survey.ranking.kemeny import rank_kemeny
from survey.ranking.plackett_luce import PlackettLuce

Method: TypeAlias = Literal["borda", "plackett-luce", "kemeny"]
METHODS: tuple[Method, ...] = ("borda", "plackett-luce", "kemeny")
#: Log worths are equal when they differ by less than the fit is exact to.
WORTH_DECIMALS = 9


@dataclass(frozen=True)
class OutcomeItem:
    """Tell where one need stands; None where the method has no such value."""

    id: str
    name: str
    #: Borda: points; Plackett-Luce: log worth relative to the first need.
    score: float | None
    #: 1 is best; equal scores share the better place.
    rank: int | None
    #: Simultaneous 90 % rank interval over employers (Borda).
    rank_low: int | None = None
    rank_high: int | None = None
    #: Quasi-standard error of the log worth (Plackett-Luce).
    quasi_se: float | None = None


@dataclass(frozen=True)
class Outcome:
    """Keep what a method says of the ballots; None where it has no such value."""

    method: Method
    n_ballots: int
    #: In the order of the ballots' list.
    items: tuple[OutcomeItem, ...]
    #: Size of a tie to its strength δ (Plackett-Luce); None for a strength without a finite estimate.
    ties: Mapping[str, float | None] | None
    log_likelihood: float | None
    kendall_w: float | None
    #: Weighted number of strict pairwise disagreements (Kemeny).
    cost: float | None
    #: Identifiers from best to worst.
    order: tuple[str, ...]


def rank_by(ballots: Ballots, *, method: Method, unranked: UnrankedRule = "average", npseudo: float = 0.5) -> Outcome:
    """Rank ballots by the method of that name.

    Parameters
    ----------
    ballots : Ballots
    method : {"borda", "plackett-luce", "kemeny"}
    unranked : {"average", "zero", "missing"}
    npseudo : float
        Prior of Plackett-Luce; the other methods have none.

    Raises
    ------
    BallotsRefused
        If there are no ballots or the method cannot rank them.
    """
    if not ballots.n_ballots or not ballots.n_items:
        raise BallotsRefused("There are no ballots to rank.")
    if method == "borda":
        return _borda(ballots, unranked=unranked)
    if method == "plackett-luce":
        return _plackett_luce(ballots, unranked=unranked, npseudo=npseudo)
    return _kemeny(ballots, unranked=unranked)


def _borda(ballots: Ballots, *, unranked: UnrankedRule) -> Outcome:
    borda = rank_borda(ballots, unranked=unranked)
    intervals = rank_intervals(ballots, unranked=unranked)
    items = tuple(
        OutcomeItem(
            id=item,
            name=ballots.names[place],
            score=_number(borda.points[place]),
            rank=_place(borda.ranks[place]),
            rank_low=int(intervals.low[place]) or None,
            rank_high=int(intervals.high[place]) or None,
        )
        for place, item in enumerate(ballots.items)
    )
    return Outcome(
        method="borda",
        n_ballots=ballots.n_ballots,
        items=items,
        ties=None,
        log_likelihood=None,
        kendall_w=kendall_w(ballots, unranked=unranked),
        cost=None,
        order=_order(ballots, scores=borda.shares),
    )


def _plackett_luce(ballots: Ballots, *, unranked: UnrankedRule, npseudo: float) -> Outcome:
    model = PlackettLuce(npseudo=npseudo, unranked=unranked).fit(ballots)
    scores = np.round(model.log_worths_, WORTH_DECIMALS)
    ranks, errors = shared_ranks(scores), model.quasi_se_
    items = tuple(
        OutcomeItem(
            id=item,
            name=ballots.names[place],
            score=_number(model.log_worths_[place]),
            rank=_place(ranks[place]),
            quasi_se=_number(errors[place]),
        )
        for place, item in enumerate(ballots.items)
    )
    return Outcome(
        method="plackett-luce",
        n_ballots=ballots.n_ballots,
        items=items,
        ties={str(size): _number(np.exp(log_tie)) for size, log_tie in model.log_ties_.items()},
        log_likelihood=model.log_likelihood_,
        kendall_w=kendall_w(ballots, unranked=unranked),
        cost=None,
        order=_order(ballots, scores=scores),
    )


def _kemeny(ballots: Ballots, *, unranked: UnrankedRule) -> Outcome:
    found = rank_kemeny(ballots, unranked=unranked)
    place = {item: number for number, item in enumerate(found.order, start=1)}
    return Outcome(
        method="kemeny",
        n_ballots=ballots.n_ballots,
        items=tuple(
            OutcomeItem(id=item, name=name, score=None, rank=place[item])
            for item, name in zip(ballots.items, ballots.names, strict=True)
        ),
        ties=None,
        log_likelihood=None,
        kendall_w=kendall_w(ballots, unranked=unranked),
        cost=found.cost,
        order=found.order,
    )


def _order(ballots: Ballots, *, scores: FloatArray) -> tuple[str, ...]:
    return tuple(ballots.items[place] for place in best_first(scores))


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _place(rank: float) -> int | None:
    return None if np.isnan(rank) else int(rank)
