"""Find the exactly best choice among things that are taken or left. Knows no noun of the business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

from base.refusals import Refusal

#: Ties are broken among this many variables at a time: their weights 1, 2, 4 … stay far from the solver's tolerance.
TIE_BLOCK = 10
#: Longest that one question may take.
LIMIT_S = 20.0


class TooHardToChoose(Refusal):
    """Say that the exact best choice was not found in time."""


@dataclass(frozen=True)
class AtLeast:
    """Demand that a weighted sum of the variables reaches a bound; all whole numbers."""

    weights: Mapping[int, int]
    bound: int

    def holds(self, chosen: Sequence[int]) -> bool:
        """Say whether a choice reaches the bound."""
        return sum(weight * chosen[place] for place, weight in self.weights.items()) >= self.bound


def least_choice(
    *,
    upper: Sequence[int],
    demands: Sequence[AtLeast],
    objectives: Sequence[Mapping[int, int]],
    n_tied: int | None = None,
) -> tuple[int, ...] | None:
    """Choose whole numbers from 0 to `upper` that meet every demand and make the objectives least, the first one first.

    Among choices that are equally good, those variables of upper bound 1 that stand first are taken first, so that the
    same question has the same answer on every machine; `n_tied` says how many of the first variables decide, where the
    others follow from them. None when the demands cannot be met.
    """
    kept = list(demands)
    chosen = _solved(upper, kept, {})
    if chosen is None:
        return None
    for way in objectives:
        if any(way.values()):
            chosen = _least(upper, kept, _reduced(way))
    switches = [place for place, most in enumerate(upper[:n_tied]) if most == 1]
    if _is_only_one(upper, kept, chosen, switches=switches):
        return chosen
    for start in range(0, len(switches), TIE_BLOCK):
        block = switches[start : start + TIE_BLOCK]
        chosen = _least(upper, kept, {place: -(2 ** (len(block) - 1 - n)) for n, place in enumerate(block)})
    return chosen


def _least(upper: Sequence[int], kept: list[AtLeast], way: Mapping[int, int]) -> tuple[int, ...]:
    """Solve for one objective and demand from now on that it stays as small."""
    chosen = _solved(upper, kept, way)
    if chosen is None:
        raise TooHardToChoose("The exact best choice was not found. Allow fewer courses, then try again.")
    least = sum(weight * chosen[place] for place, weight in way.items())
    kept.append(AtLeast({place: -weight for place, weight in way.items()}, -least))
    return chosen


def _is_only_one(
    upper: Sequence[int], kept: Sequence[AtLeast], chosen: Sequence[int], *, switches: Sequence[int]
) -> bool:
    """Say whether no other choice of the switches is as good: one question in place of many."""
    other = AtLeast({place: -1 if chosen[place] else 1 for place in switches}, 1 - sum(chosen[n] for n in switches))
    return _solved(upper, [*kept, other], {}) is None


def _reduced(way: Mapping[int, int]) -> dict[int, int]:
    """Divide weights by what they have in common: the smaller they are, the further from the solver's tolerance."""
    common = gcd(*way.values())
    return {place: weight // common for place, weight in way.items() if weight}


def _solved(upper: Sequence[int], demands: Sequence[AtLeast], way: Mapping[int, int]) -> tuple[int, ...] | None:
    """Solve for one objective; the answer is rounded to whole numbers and then checked without rounding."""
    import numpy as np  # the solver takes half a second to load, which only those who choose should wait for
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    if not upper:
        return () if all(demand.bound <= 0 for demand in demands) else None
    costs = np.zeros(len(upper))
    for place, weight in way.items():
        costs[place] = weight
    rows = [(row, place, weight) for row, demand in enumerate(demands) for place, weight in demand.weights.items()]
    constraints: list[Any] = []
    if demands:
        matrix = csr_array(
            ([weight for _, _, weight in rows], ([row for row, _, _ in rows], [place for _, place, _ in rows])),
            shape=(len(demands), len(upper)),
            dtype=float,
        )
        constraints = [LinearConstraint(matrix, [demand.bound for demand in demands], np.inf)]
    answer = milp(
        costs,
        integrality=np.ones(len(upper)),
        bounds=Bounds(0, list(upper)),
        constraints=constraints,
        options={"mip_rel_gap": 0.0, "time_limit": LIMIT_S},
    )
    if answer.status == 2:
        return None
    if answer.status != 0 or answer.x is None:
        raise TooHardToChoose("The exact best choice was not found in time. Allow fewer courses, then try again.")
    chosen = tuple(round(float(number)) for number in answer.x)
    if not all(demand.holds(chosen) for demand in demands):
        raise TooHardToChoose("The exact best choice could not be proved. Allow fewer courses, then try again.")
    return chosen
