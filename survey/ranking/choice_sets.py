"""Read ballots as successive choices and count what the Plackett-Luce model with ties expects of them.

A ballot with groups C1, C2, … (best first) is a row of choices: C1 out of everything compared, C2 out of what is left,
and so on. A tie of k needs is chosen with strength δ_k × (product of their worths)^(1/k). The strengths of all
possible ties of k needs add up to δ_k × e_k(worths^(1/k)), where e_k is the elementary symmetric polynomial; adding
one need at a time gives it in k steps per need, so no subset is ever listed.

References
----------
Turner, van Etten, Firth and Kosmidis (2020), "Modelling rankings in R: the PlackettLuce package", Computational
Statistics 35, 1027-1057 (formulas 2 and 3: the model with ties).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from survey.ranking.ballots import Ballots, BoolArray, FloatArray, IntArray, UnrankedRule

#: Real or complex: a tiny imaginary part carries an exact derivative through every function here.
Array: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class ChoiceSets:
    """Keep the distinct ballots as positions from worst to best, so that every choice set is "up to here".

    Attributes
    ----------
    item : int array, shape (n_positions, n_kinds)
        Which need stands at the position; meaningless where nothing is present.
    present : bool array, shape (n_positions, n_kinds)
        False for the needs that this kind of ballot did not compare; they fill the first positions.
    chosen : bool array, shape (n_positions, n_kinds)
        True at the last need of a group that was chosen out of all needs up to this position.
    position : int array, shape (n_kinds, n_items)
        Where each need stands.
    observed_items : float array, shape (n_kinds, n_items)
        1/k for every need in a chosen group of k, else 0.
    observed_ties : float array, shape (n_kinds, n_orders)
        How many groups of each size were chosen.
    orders : tuple of int
        The sizes of chosen groups, 1 first.
    kind : int array, shape (n_ballots,)
        Which kind each ballot is.
    """

    item: IntArray
    present: BoolArray
    chosen: BoolArray
    position: IntArray
    observed_items: FloatArray
    observed_ties: FloatArray
    orders: tuple[int, ...]
    kind: IntArray

    @property
    def n_kinds(self) -> int:
        """Return how many different ballots there are."""
        return int(self.item.shape[1])

    @property
    def n_items(self) -> int:
        """Return how many needs there are."""
        return int(self.position.shape[1])


def choice_sets(ballots: Ballots, *, unranked: UnrankedRule = "average") -> ChoiceSets:
    """Turn ballots into choices: unranked needs stay among the choices, and the ballot stops before them.

    Under ``missing`` the unranked are not compared at all. The other two rules are the same here.
    """
    ranks = ballots.ranks_as(unranked)
    # An unranked need is marked by a rank behind every number, one that is not compared by a rank behind that.
    marked = np.where(np.isnan(ranks), np.inf, np.where(ballots.unranked, np.finfo(np.float64).max, ranks))
    kinds, kind = np.unique(marked, axis=0, return_inverse=True)
    item = np.argsort(-kinds, axis=1, kind="stable")
    placed = np.take_along_axis(kinds, item, axis=1)
    ordered = placed < np.finfo(np.float64).max
    is_last = np.hstack([placed[:, :-1] != placed[:, 1:], np.ones((len(kinds), 1), dtype=np.bool_)])
    chosen = ordered & is_last
    position = np.argsort(item, axis=1)
    chosen_sizes = _group_sizes(is_last)
    sizes = np.take_along_axis(chosen_sizes, position, axis=1)
    is_ordered = kinds < np.finfo(np.float64).max
    orders = tuple(sorted({1, *(int(size) for size in np.unique(chosen_sizes[chosen]))}))
    return ChoiceSets(
        item=np.ascontiguousarray(item.T),
        present=np.ascontiguousarray(~np.isinf(placed).T),
        chosen=np.ascontiguousarray(chosen.T),
        position=position,
        observed_items=np.where(is_ordered, 1.0 / sizes, 0.0),
        observed_ties=np.stack([(chosen & (chosen_sizes == k)).sum(axis=1) for k in orders], axis=1).astype(np.float64),
        orders=orders,
        kind=kind.reshape(-1),
    )


def _group_sizes(is_last: BoolArray) -> IntArray:
    """Return how many positions belong to the group at each position, shape (n_kinds, n_positions)."""
    n_kinds, n_positions = is_last.shape
    group = is_last.cumsum(axis=1) - is_last + np.arange(n_kinds)[:, None] * n_positions
    sizes: IntArray = np.bincount(group.ravel(), minlength=n_kinds * n_positions)[group].astype(np.intp)
    return sizes


@dataclass(frozen=True, eq=False)
class Expected:
    """Keep what the model expects of each kind of ballot, for several sets of parameters at once.

    Attributes
    ----------
    log_normalisers : array, shape (n_sets, n_kinds)
        Log of the summed strengths, added up over the choices of the ballot.
    items : array, shape (n_sets, n_kinds, n_items)
        Expected 1/k for needs in chosen groups of k.
    ties : array, shape (n_sets, n_kinds, n_orders)
        Expected number of chosen groups of each size.
    """

    log_normalisers: Array
    items: Array
    ties: Array


def expected_choices(sets: ChoiceSets, *, log_worths: Array, log_ties: Array) -> Expected:
    """Work out what the model expects, given the choice sets that came about.

    Parameters
    ----------
    log_worths : array, shape (n_sets, n_items), real or complex
    log_ties : array, shape (n_sets, n_orders), real or complex
        Log of δ for each size in `sets.orders`; 0 for size 1.

    Notes
    -----
    The sums are additions of positive terms only, forwards for the polynomials and backwards for their derivatives,
    so nothing cancels however far the worths lie apart.
    """
    worths = [_strengths(sets, log_worths / k) for k in sets.orders]
    sums = [_symmetric_sums(each, order=k) for each, k in zip(worths, sets.orders, strict=True)]
    deltas = np.exp(log_ties)
    strengths = [deltas[:, n, None] * each[1:, -1] for n, each in enumerate(sums)]
    chosen = sets.chosen[:, None, :]
    total = np.where(chosen, np.sum(strengths, axis=0), 1.0)
    by_position = np.zeros(total.shape, dtype=total.dtype)
    for n, k in enumerate(sets.orders):
        seeds = np.where(chosen, deltas[:, n, None] / total, 0.0)
        by_position += _slopes(sums[n], worths=worths[n], seeds=seeds) * worths[n] / k
    ties = np.stack([np.where(chosen, each / total, 0.0).sum(axis=0) for each in strengths], axis=2)
    kinds = np.arange(sets.n_kinds)[:, None]
    return Expected(
        log_normalisers=np.log(total).sum(axis=0),
        items=np.moveaxis(by_position, 1, 0)[:, sets.position, kinds],
        ties=ties,
    )


def _strengths(sets: ChoiceSets, log_roots: Array) -> Array:
    """Return the k-th roots of the worths at each position, shape (n_positions, n_sets, n_kinds), 0 where absent."""
    roots = np.moveaxis(np.exp(log_roots)[:, sets.item], 1, 0)
    return np.where(sets.present[:, None, :], roots, 0.0)


def _symmetric_sums(worths: Array, *, order: int) -> Array:
    """Return e_0 … e_order of the first p worths, shape (n_positions + 1, order + 1, n_sets, n_kinds)."""
    sums = np.zeros((len(worths) + 1, order + 1, *worths.shape[1:]), dtype=worths.dtype)
    sums[0, 0] = 1.0
    for place, worth in enumerate(worths):
        sums[place + 1] = sums[place]
        sums[place + 1, 1:] += worth * sums[place, :-1]
    return sums


def _slopes(sums: Array, *, worths: Array, seeds: Array) -> Array:
    """Return the derivative of the seeded sums of highest order by each worth, shape as `worths`."""
    slopes = np.zeros(worths.shape, dtype=sums.dtype)
    carried = np.zeros(sums.shape[1:], dtype=sums.dtype)
    for place in reversed(range(len(worths))):
        carried[-1] += seeds[place]
        slopes[place] = (carried[1:] * sums[place, :-1]).sum(axis=0)
        carried[:-1] += worths[place] * carried[1:]
    return slopes
