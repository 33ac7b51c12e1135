"""Hold ballots as numbers: who ranked which need where, and what was left unranked or not compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Self, TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
IntArray: TypeAlias = npt.NDArray[np.intp]

#: How a need that a ballot left unranked is read. ``average``: ranked below, the unranked share the lowest places;
#: ``zero``: ranked below and worth no points at all; ``missing``: not compared on that ballot.
UnrankedRule: TypeAlias = Literal["average", "zero", "missing"]
UNRANKED_RULES: tuple[UnrankedRule, ...] = ("average", "zero", "missing")


class BallotsRefused(ValueError):  # noqa: N818 - a refusal is an answer to a person, not a programming error
    """Say why these ballots cannot be ranked."""


@dataclass(frozen=True, eq=False)
class Ballots:
    """Keep the ballots of one meeting (or one file) in the form that every method reads.

    Attributes
    ----------
    items : tuple of str, length n_items
        Identifiers of the needs, each once.
    ranks : float array, shape (n_ballots, n_items)
        1 is best, equal numbers are a tie, NaN is "don't know" (not compared on this ballot).
        Only the order within a ballot counts, not the distance between the numbers.
    names : tuple of str, length n_items
        What a person reads; the identifiers where nothing is given.
    unranked : bool array, shape (n_ballots, n_items)
        True where the ballot compared the need without placing it in its own order: absent from a top-k list,
        or only sorted. Such a need still has a number in `ranks`, behind everything that the ballot ordered.
    weights : float array, shape (n_ballots,)
        Importance of each ballot, 0 or more; all 1 where nothing is given.
    employers : tuple of str, length n_ballots, or None
        Whose ballot it is. Uncertainty is counted over employers; None makes every ballot its own employer.

    Raises
    ------
    BallotsRefused
        If the parts do not fit together; the message names the first place where they do not.
    """

    items: tuple[str, ...]
    ranks: FloatArray
    names: tuple[str, ...] = ()
    unranked: BoolArray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.bool_))
    weights: FloatArray = field(default_factory=lambda: np.zeros(0))
    employers: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        ranks = np.array(self.ranks, dtype=np.float64).reshape(len(self.ranks), -1 if len(self.ranks) else self.n_items)
        unranked = (
            np.array(self.unranked, dtype=np.bool_) if np.size(self.unranked) else np.zeros(ranks.shape, np.bool_)
        )
        weights = np.array(self.weights, dtype=np.float64) if np.size(self.weights) else np.ones(len(ranks))
        for name, value in (("ranks", ranks), ("unranked", unranked), ("weights", weights)):
            value.setflags(write=False)
            object.__setattr__(self, name, value)
        object.__setattr__(self, "names", self.names or self.items)
        _check_shapes(self)
        _check_values(self)

    @property
    def n_ballots(self) -> int:
        """Return how many ballots there are."""
        return len(self.ranks)

    @property
    def n_items(self) -> int:
        """Return how many needs there are."""
        return len(self.items)

    @property
    def voters(self) -> tuple[str, ...]:
        """Return whose ballot each row is; without names of employers every ballot stands for itself."""
        return self.employers if self.employers is not None else tuple(str(n) for n in range(self.n_ballots))

    @property
    def n_voters(self) -> int:
        """Return how many employers cast these ballots."""
        return len(set(self.voters))

    def ranks_as(self, unranked: UnrankedRule) -> FloatArray:
        """Return the ranks, shape (n_ballots, n_items), with the unranked not compared under ``missing``."""
        check_rule(unranked)
        return np.where(self.unranked, np.nan, self.ranks) if unranked == "missing" else self.ranks

    def only(self, items: Collection[str]) -> Self:
        """Return the same ballots on some of the needs, for instance those of one area."""
        unknown = set(items) - set(self.items)
        if unknown:
            raise BallotsRefused(f"Need {min(unknown)} is not on these ballots.")
        kept = [place for place, item in enumerate(self.items) if item in set(items)]
        return replace(
            self,
            items=tuple(self.items[place] for place in kept),
            names=tuple(self.names[place] for place in kept),
            ranks=self.ranks[:, kept],
            unranked=self.unranked[:, kept],
        )

    def unweighted(self) -> Self:
        """Return the same ballots, every one with weight 1."""
        return replace(self, weights=np.ones(self.n_ballots))


def with_weight(ballots: Ballots) -> Ballots:
    """Return the ballots without those of weight 0, which count for nothing."""
    counted = ballots.weights > 0
    if counted.all():
        return ballots
    return Ballots(
        items=ballots.items,
        names=ballots.names,
        ranks=ballots.ranks[counted],
        unranked=ballots.unranked[counted],
        weights=ballots.weights[counted],
        employers=None if ballots.employers is None else tuple(np.array(ballots.employers)[counted].tolist()),
    )


def ballots_from_orders(
    *,
    items: Sequence[str],
    orders: Sequence[Sequence[Collection[str]]],
    names: Sequence[str] = (),
    not_compared: Sequence[Collection[str]] = (),
    sorted_below: Sequence[Sequence[Collection[str]]] = (),
    weights: Sequence[float] = (),
    employers: Sequence[str] | None = None,
) -> Ballots:
    """Turn orders of needs, best first, into ballots.

    Parameters
    ----------
    items : sequence of str
        Every need that stood on the ballot.
    orders : per ballot a sequence of groups, best group first
        The needs of one group are tied. A need in no group is unranked: behind everything ordered.
    not_compared : per ballot the needs answered with "don't know", optional
    sorted_below : per ballot a sequence of groups, best first, optional
        What the sort step tells of the needs outside the order (the other must-haves, the useful ones, those not
        needed). They rank behind the order, group by group, and count as unranked; needs that are named nowhere
        come last of all.

    Raises
    ------
    BallotsRefused
        If a need is unknown or named twice on one ballot.
    """
    column = {item: place for place, item in enumerate(items)}
    ranks = np.full((len(orders), len(items)), np.nan)
    unranked = np.zeros(ranks.shape, dtype=np.bool_)
    for row, order in enumerate(orders):
        below = sorted_below[row] if sorted_below else ()
        unknown = not_compared[row] if not_compared else ()
        ranks[row], unranked[row] = _ballot_row(column, order=order, below=below, unknown=unknown, row=row)
    return Ballots(
        items=tuple(items),
        names=tuple(names),
        ranks=ranks,
        unranked=unranked,
        weights=np.array(weights, dtype=np.float64),
        employers=None if employers is None else tuple(employers),
    )


def average_ranks(ranks: FloatArray) -> FloatArray:
    """Return each ballot's ranks with ties at their middle place, shape (n_ballots, n_items); NaN stays NaN."""
    if not ranks.size:
        return ranks.copy()
    # NaN sorts behind all numbers, where the needs that are not compared cannot shift anybody's place.
    order = np.argsort(ranks, axis=1, kind="stable")
    ordered = np.take_along_axis(ranks, order, axis=1)
    positions = np.arange(1.0, ranks.shape[1] + 1)
    changes = ordered[:, 1:] != ordered[:, :-1]
    edge = np.ones((len(ranks), 1), dtype=np.bool_)
    first = np.maximum.accumulate(np.where(np.hstack([edge, changes]), positions, 0.0), axis=1)
    backwards = np.where(np.hstack([changes, edge]), positions, np.inf)[:, ::-1]
    last = np.minimum.accumulate(backwards, axis=1)[:, ::-1]
    places = np.empty_like(ranks)
    np.put_along_axis(places, order, (first + last) / 2, axis=1)
    return np.where(np.isnan(ranks), np.nan, places)


def check_rule(unranked: str) -> None:
    """Refuse a rule for unranked needs that does not exist."""
    if unranked not in UNRANKED_RULES:
        raise BallotsRefused(f"“{unranked}” is no rule for unranked needs; use average, zero or missing.")


def _ballot_row(
    column: Mapping[str, int],
    *,
    order: Sequence[Collection[str]],
    below: Sequence[Collection[str]],
    unknown: Collection[str],
    row: int,
) -> tuple[FloatArray, BoolArray]:
    groups = [*order, *below]
    ranks = np.full(len(column), float(len(groups) + 1))
    unranked = np.ones(len(column), dtype=np.bool_)
    seen: set[str] = set()
    for place, group in enumerate(groups, start=1):
        for item in group:
            _check_named_once(item, column=column, seen=seen, row=row)
            ranks[column[item]] = place
            unranked[column[item]] = place > len(order)
    for item in unknown:
        _check_named_once(item, column=column, seen=seen, row=row)
        ranks[column[item]], unranked[column[item]] = np.nan, False
    return ranks, unranked


def _check_named_once(item: str, *, column: Mapping[str, int], seen: set[str], row: int) -> None:
    if item not in column:
        raise BallotsRefused(f"Ballot {row + 1} names need {item}, which is not on the list.")
    if item in seen:
        raise BallotsRefused(f"Ballot {row + 1} names need {item} twice.")
    seen.add(item)


def _check_shapes(ballots: Ballots) -> None:
    shape = (ballots.n_ballots, ballots.n_items)
    if len(set(ballots.items)) != ballots.n_items:
        raise BallotsRefused("A need stands twice on the list.")
    if len(ballots.names) != ballots.n_items:
        raise BallotsRefused(f"There are {len(ballots.names)} names for {ballots.n_items} needs.")
    if ballots.ranks.shape != shape or ballots.unranked.shape != shape:
        raise BallotsRefused(f"Ranks and unranked marks must both be {shape[0]} ballots by {shape[1]} needs.")
    if ballots.weights.shape != (ballots.n_ballots,):
        raise BallotsRefused(f"There are {ballots.weights.size} weights for {ballots.n_ballots} ballots.")
    if ballots.employers is not None and len(ballots.employers) != ballots.n_ballots:
        raise BallotsRefused(f"There are {len(ballots.employers)} employers for {ballots.n_ballots} ballots.")


def _check_values(ballots: Ballots) -> None:
    if np.isinf(ballots.ranks).any() or (ballots.ranks <= 0).any():
        row, place = np.argwhere(np.isinf(ballots.ranks) | (ballots.ranks <= 0))[0]
        raise BallotsRefused(f"Ballot {row + 1} ranks need {ballots.items[place]} outside 1, 2, 3, …")
    if not np.isfinite(ballots.weights).all() or (ballots.weights < 0).any():
        row = int(np.argwhere(~np.isfinite(ballots.weights) | (ballots.weights < 0))[0, 0])
        raise BallotsRefused(f"The weight of ballot {row + 1} must be a number of 0 or more.")
    if ballots.n_ballots and not ballots.weights.any():
        raise BallotsRefused("All weights are 0, so no ballot would count.")
    ordered = np.where(ballots.unranked, -np.inf, np.nan_to_num(ballots.ranks, nan=-np.inf))
    behind = np.where(ballots.unranked, np.nan_to_num(ballots.ranks, nan=np.inf), np.inf)
    if ballots.items and (ordered.max(axis=1, initial=-np.inf) >= behind.min(axis=1, initial=np.inf)).any():
        raise BallotsRefused("An unranked need must stand behind every need that its ballot ordered.")
