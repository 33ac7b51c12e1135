"""Find the order of needs that contradicts the ballots least."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when they are first used, not by everybody who imports the room

from survey.ranking.ballots import Ballots, BallotsRefused, FloatArray, IntArray, UnrankedRule
from survey.ranking.borda import best_first, rank_borda

#: Circles of three that one round adds at most; more only slow the solver down.
MOST_NEW_CIRCLES = 3000
#: Needs in one circle of majorities beyond which the program is not even begun.
LARGEST_CIRCLE = 300


@dataclass(frozen=True)
class KemenyOrder:
    """Keep the Kemeny result.

    Attributes
    ----------
    order : tuple of str
        Identifiers from best to worst; every need stands in it.
    cost : float
        Weighted number of strict pairwise disagreements with the ballots; ties in a ballot cost nothing.
    """

    order: tuple[str, ...]
    cost: float


class KemenyTooHard(BallotsRefused):
    """Say that no order could be proven best in the time allowed."""


def rank_kemeny(ballots: Ballots, *, unranked: UnrankedRule = "average", time_limit_s: float = 60.0) -> KemenyOrder:
    """Find an order with the smallest number of strict pairwise disagreements with the ballots, proven smallest.

    Needs that no majority circle joins are put in order by their majorities alone; each circle of majorities is
    solved as an integer program. Where several orders cost the same and all weights are whole numbers, the one that
    agrees most with the Borda ranking is taken.

    Parameters
    ----------
    ballots : Ballots
    unranked : {"average", "zero", "missing"}
        ``average`` and ``zero``: unranked needs stand below the ranked ones and are tied; ``missing``: not compared.
    time_limit_s : float
        Seconds after which the search is given up.

    Raises
    ------
    KemenyTooHard
        If the time is over before the best order is proven.

    References
    ----------
    Kemeny (1959), "Mathematics without numbers", Daedalus 88, 577-591.
    Truchon (1998), "An extension of the Condorcet criterion and Kemeny orders" (why majorities settle the rest).
    Conitzer, Davenport and Kalagnanam (2006), "Improved bounds for computing Kemeny rankings", AAAI (the program).
    """
    wins = preferred(ballots, unranked=unranked)
    borda_place = np.empty(ballots.n_items, dtype=np.intp)
    borda_place[best_first(rank_borda(ballots, unranked=unranked).shares)] = np.arange(ballots.n_items)
    deadline = time.monotonic() + time_limit_s
    order: list[int] = []
    for circle in _majority_circles(wins, borda_place=borda_place):
        order.extend(_solve_circle(wins, circle=circle, borda_place=borda_place, deadline=deadline))
    return KemenyOrder(order=tuple(ballots.items[place] for place in order), cost=order_cost(wins, order=order))


def preferred(ballots: Ballots, *, unranked: UnrankedRule = "average") -> FloatArray:
    """Add up the weights of the ballots that put row strictly above column, shape (n_items, n_items)."""
    ranks = ballots.ranks_as(unranked)
    totals = np.zeros((ballots.n_items, ballots.n_items))
    for place in range(ballots.n_items):
        # NaN compares as false both ways, so "don't know" prefers nothing.
        totals[place] = ballots.weights @ (ranks[:, [place]] < ranks)
    return totals


def order_cost(wins: FloatArray, *, order: list[int]) -> float:
    """Count the weighted preferences that an order contradicts."""
    ordered = wins[np.ix_(order, order)]
    return float(np.tril(ordered, k=-1).sum())


def _majority_circles(wins: FloatArray, *, borda_place: IntArray) -> Iterator[IntArray]:
    """Yield groups of needs, best first: within a group majorities (or ties of majorities) run in a circle."""
    at_least = (wins >= wins.T) & ~np.eye(len(wins), dtype=np.bool_)
    n_groups, group = scipy.sparse.csgraph.connected_components(at_least, directed=True, connection="strong")
    # Between two groups every majority points the same way, so the better group's needs beat more of the others.
    n_beaten = (wins > wins.T).astype(np.intp) @ (group[:, None] == np.arange(n_groups)).astype(np.intp)
    outside = np.where(group[:, None] == np.arange(n_groups), 0, n_beaten).sum(axis=1)
    for number in sorted(set(group.tolist()), key=lambda each: -int(outside[group == each].max())):
        members = np.flatnonzero(group == number)
        yield members[np.argsort(borda_place[members])]


def _solve_circle(wins: FloatArray, *, circle: IntArray, borda_place: IntArray, deadline: float) -> list[int]:
    """Order one circle of majorities; `circle` comes in Borda order, which breaks ties of cost."""
    if len(circle) == 1:
        return [int(circle[0])]
    if len(circle) > LARGEST_CIRCLE:
        raise _too_hard(len(circle))
    above = _best_pairs(wins[np.ix_(circle, circle)], deadline=deadline)
    return [int(place) for place in circle[np.argsort(-above.sum(axis=1), kind="stable")]]


def _best_pairs(wins: FloatArray, *, deadline: float) -> FloatArray:
    """Return 1 where row stands above column in the best order, shape (n_items, n_items).

    For every pair one variable says whether the first stands above the second. Circles of three are forbidden only
    once they turn up, and whole numbers are asked for only if the linear program leaves fractions.
    """
    n_items = len(wins)
    first, second = np.triu_indices(n_items, k=1)
    costs = wins[second, first] - wins[first, second]
    if (wins == np.round(wins)).all():
        # All bonuses together stay below 1, the smallest difference of cost between two orders. They also keep the
        # solver from wandering among equally cheap orders.
        costs = costs - 0.5 / (len(first) + 1)
    circles: list[IntArray] = []
    is_whole = False
    while True:
        values = _solve_program(costs, n_items=n_items, circles=circles, is_whole=is_whole, deadline=deadline)
        above = np.zeros((n_items, n_items))
        above[first, second], above[second, first] = values, 1 - values
        new = _broken_circles(above)
        if len(new):
            circles.append(new)
        elif is_whole or np.abs(values - np.round(values)).max() < 1e-6:
            return np.round(above)
        else:
            is_whole = True


def _solve_program(
    costs: FloatArray, *, n_items: int, circles: list[IntArray], is_whole: bool, deadline: float
) -> FloatArray:
    """Minimise the cost of the pairs under 0 ≤ x_ij + x_jk − x_ik ≤ 1 for each forbidden circle (i, j, k)."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # costly to import, and most rooms never need it

    time_left_s = deadline - time.monotonic()
    if time_left_s <= 0:
        raise _too_hard(n_items)
    found = milp(
        costs,
        integrality=np.full(len(costs), int(is_whole)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(_circle_rules(circles, n_items=n_items), 0, 1) if circles else None,
        options={"mip_rel_gap": 0, "time_limit": time_left_s},
    )
    if found.status != 0 or found.x is None:
        raise _too_hard(n_items)
    return np.asarray(found.x, dtype=np.float64)


def _circle_rules(circles: list[IntArray], *, n_items: int) -> scipy.sparse.csr_array:
    """Return one row x_ij + x_jk − x_ik per circle."""
    first, second, third = np.concatenate(circles).T
    number = np.zeros((n_items, n_items), dtype=np.intp)
    number[np.triu_indices(n_items, k=1)] = np.arange(n_items * (n_items - 1) // 2)
    columns = np.stack([number[first, second], number[second, third], number[first, third]], axis=1)
    rows = np.repeat(np.arange(len(columns)), 3)
    signs = np.tile([1.0, 1.0, -1.0], len(columns))
    shape = (len(columns), n_items * (n_items - 1) // 2)
    return scipy.sparse.csr_array((signs, (rows, columns.ravel())), shape=shape)


def _broken_circles(above: FloatArray) -> IntArray:
    """Find triples i < j < k whose pairs contradict each other, worst first, shape (n_found, 3)."""
    found: list[IntArray] = []
    breach: list[FloatArray] = []
    for i in range(len(above) - 2):
        sums = above[i, i + 1 :, None] + above[i + 1 :, i + 1 :] - above[i, None, i + 1 :]
        j, k = np.triu_indices(len(sums), k=1)
        excess = np.maximum(sums[j, k] - 1, -sums[j, k])
        broken = excess > 1e-6
        found.append(np.stack([np.full(int(broken.sum()), i), j[broken] + i + 1, k[broken] + i + 1], axis=1))
        breach.append(excess[broken])
    if not found:
        return np.zeros((0, 3), dtype=np.intp)
    worst = np.argsort(-np.concatenate(breach), kind="stable")[:MOST_NEW_CIRCLES]
    return np.concatenate(found)[worst].astype(np.intp)


def _too_hard(n_items: int) -> KemenyTooHard:
    return KemenyTooHard(
        f"Kemeny: {n_items} needs beat each other in circles, and no order could be proven best in the time allowed. "
        "Use Borda or Plackett-Luce for these ballots."
    )
