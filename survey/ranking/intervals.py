"""Say how sure a Borda ranking is: simultaneous rank intervals over employers, and the tiers that they support."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when they are first used, not by everybody who imports the room

from survey.ranking.ballots import Ballots, BoolArray, FloatArray, IntArray, UnrankedRule
from survey.ranking.borda import best_first, sums_by_employer, won_shares

#: With fewer employers nothing can be told apart: every interval is the whole list.
MIN_EMPLOYERS = 5
#: The spread of one pair of needs is drawn towards the mean spread of all pairs as if this many more employers had
#: been seen. Without it a pair that happens to vary little in a small room looks decided: in rooms of 5 to 15
#: employers who vote at random, 90 % intervals would then hold together in fewer than half of the rooms.
PRIOR_DEGREES = 16


@dataclass(frozen=True, eq=False)
class RankIntervals:
    """Keep the places that each need may have, and the tier that the ballots prove.

    Attributes
    ----------
    low, high : int arrays, shape (n_items,)
        Best and worst place, 1 to the number of compared needs; 0 where no ballot compared the need.
        With probability `level` all intervals together hold the places that the whole employer population would give.
    tiers : int array, shape (n_items,)
        1 critical, 2 high, 3 medium, 4 low; 0 where no ballot compared the need. See `rank_intervals`.
    level : float
    """

    low: IntArray
    high: IntArray
    tiers: IntArray
    level: float


def rank_intervals(
    ballots: Ballots, *, unranked: UnrankedRule = "average", n_resamples: int = 2000, level: float = 0.9, seed: int = 0
) -> RankIntervals:
    """Find simultaneous rank intervals of the Borda ranking by resampling employers.

    Employers, not ballots, are drawn with replacement. In each resample the largest standardised change of any
    difference between two needs is taken; its `level` quantile says how large a difference must be before one need
    counts as proven above another. A need's best place is 1 plus the needs proven above it, its worst place is
    n minus the needs proven below it. The result does not depend on the order of the ballots.

    Two guards keep a small room from claiming too much: the spread of a pair is drawn towards the mean spread of all
    pairs, and the quantile is widened from the normal to Student's t. Fewer than `MIN_EMPLOYERS` give the whole list.

    The tiers compare each need with the middle, a share of one half of all comparisons won. Bands around all shares
    together, found like the intervals, say what is proven:

    1 critical
        proven above the middle, and wins at least two of three comparisons;
    2 high
        everything else: it may well belong to the upper half;
    3 medium
        its own interval, taken by itself, lies below the middle;
    4 low
        proven below the middle, and wins at most one of three comparisons.

    A need leaves tier 2 only on evidence. So a small or divided room yields few tiers, in the extreme tier 2 alone,
    and a large room fills all four. A disputed need may stand in tier 2 between needs of tier 1.

    Parameters
    ----------
    ballots : Ballots
    unranked : {"average", "zero", "missing"}
    n_resamples : int
        How many times the room is drawn again.
    level : float, 0 to 1
    seed : int
        The same seed and ballots give the same intervals.

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024), "Inference for ranks with applications to mobility across
    neighbourhoods and academic achievement across countries", Review of Economic Studies 91, 476-518 (section 3:
    ranks from simultaneous intervals for pairwise differences).
    Smyth (2004), "Linear models and empirical Bayes methods", Stat. Appl. Genet. Mol. Biol. 3, article 3 (spread
    drawn towards a common value).
    """
    _, points, comparisons = sums_by_employer(ballots, unranked=unranked)
    compared = np.flatnonzero(comparisons.sum(axis=0) > 0)
    shares = won_shares(points=points.sum(axis=0), comparisons=comparisons.sum(axis=0))[compared]
    found = np.zeros((3, ballots.n_items), dtype=np.intp)
    if len(points) < MIN_EMPLOYERS or len(compared) < 2:
        found[:, compared] = np.array([[1], [len(compared)], [2]])
    else:
        room = _Redrawn(points=points[:, compared], comparisons=comparisons[:, compared], n=n_resamples, seed=seed)
        found[:2, compared] = _ordered_bounds(shares=shares, above=_proven_above(room, shares=shares, level=level))
        found[2, compared] = _tiers(room, shares=shares, level=level)
    return RankIntervals(low=found[0], high=found[1], tiers=found[2], level=level)


class _Redrawn:
    """Draw the employers again and again, and keep how far each share moves."""

    def __init__(self, *, points: FloatArray, comparisons: FloatArray, n: int, seed: int) -> None:
        self.n_employers, n_items = points.shape
        # Equal employers are counted, not repeated; sorting them makes the draw independent of the ballots' order.
        kinds, counts = np.unique(np.hstack([points, comparisons]), axis=0, return_counts=True)
        chances = counts / self.n_employers
        drawn = np.random.default_rng(seed).multinomial(self.n_employers, chances, size=n).astype(np.float64)
        shares = won_shares(points=points.sum(axis=0), comparisons=comparisons.sum(axis=0))
        redrawn = won_shares(points=drawn @ kinds[:, :n_items], comparisons=drawn @ kinds[:, n_items:])
        #: Change of each share in each resample, shape (n, n_items); 0 where nobody drawn compared the need.
        self.changes: FloatArray = np.where(np.isnan(redrawn), 0.0, redrawn - shares)
        #: Employers that compared each need, shape (n_items,).
        self.n_comparing: IntArray = np.count_nonzero(comparisons > 0, axis=0).astype(np.intp)

    def errors(self, variances: FloatArray, *, n_comparing: IntArray) -> FloatArray:
        """Turn bootstrap variances into standard errors, drawn towards their common mean; equal shapes.

        The common mean is that of the spread per employer, so that a need which few compared stays less certain.
        """
        # A bootstrap spreads like a sum over m employers divided by m, not by m - 1.
        per_employer = variances * n_comparing**2 / np.maximum(n_comparing - 1, 1)
        weights = np.maximum(n_comparing - 1, 0)
        common = float(np.average(per_employer, weights=weights)) if weights.any() else 0.0
        moderated = (weights * per_employer + PRIOR_DEGREES * common) / (weights + PRIOR_DEGREES)
        return np.asarray(np.sqrt(np.maximum(moderated, 0.0) / np.maximum(n_comparing, 1)))

    def limits(self, largest: FloatArray, *, level: float, n_comparing: IntArray) -> FloatArray:
        """Return how many standard errors prove a difference, given each resample's largest standardised change.

        Where fewer than `MIN_EMPLOYERS` compared, no difference is large enough.
        """
        # The changes were measured against errors that are already those of m - 1; the quantile makes up for it.
        tail = scipy.special.ndtr(-np.quantile(largest, level) * np.sqrt(self.n_employers / (self.n_employers - 1)))
        counts = np.arange(self.n_employers + 1)
        by_count = np.where(
            counts < MIN_EMPLOYERS, np.inf, -scipy.special.stdtrit(np.maximum(counts - 1, 0) + PRIOR_DEGREES, tail)
        )
        return np.asarray(by_count[n_comparing])


def _tiers(room: _Redrawn, *, shares: FloatArray, level: float) -> IntArray:
    """Sort the needs into tiers by what is proven of their distance from the middle, shape (n_items,)."""
    errors = room.errors(room.changes.var(axis=0), n_comparing=room.n_comparing)
    scaled = np.divide(np.abs(room.changes), errors, out=np.zeros_like(room.changes), where=errors > 0)
    errors = np.maximum(errors, 1e-15)
    proof = errors * room.limits(scaled.max(axis=1), level=level, n_comparing=room.n_comparing)
    own = -scipy.special.stdtrit(np.maximum(room.n_comparing - 1, 0) + PRIOR_DEGREES, (1 - level) / 2)
    own_proof = errors * np.where(room.n_comparing < MIN_EMPLOYERS, np.inf, own)
    above = shares - 0.5
    # A distance within rounding of zero proves nothing, however small its spread.
    is_critical = (above > proof) & (above > 1 / 6 - 1e-9)
    is_low = (-above > proof) & (-above > 1 / 6 - 1e-9)
    is_medium = (-above > own_proof) & (-above > 1e-9)
    return np.select([is_critical, is_low, is_medium], [1, 4, 3], default=2).astype(np.intp)


def _proven_above(room: _Redrawn, *, shares: FloatArray, level: float) -> BoolArray:
    """Tell for every pair whether row is proven above column, shape (n_items, n_items)."""
    covariance = room.changes.T @ room.changes / len(room.changes)
    spread = np.diag(covariance)
    n_comparing = np.minimum(room.n_comparing[:, None], room.n_comparing[None, :])
    pairs = np.triu_indices(len(shares), k=1)
    variances = np.maximum(spread[:, None] + spread[None, :] - 2 * covariance, 0.0)[pairs]
    errors = np.zeros(covariance.shape)
    errors[pairs] = room.errors(variances, n_comparing=n_comparing[pairs])
    errors += errors.T
    largest = _largest_standardised(room.changes, errors=errors)
    limits = room.limits(largest, level=level, n_comparing=n_comparing)
    differences = shares[:, None] - shares[None, :]
    # Where nothing varies the error is 0, and 0 times an infinite limit is no number; a tiny error mends that.
    is_enough = differences > limits * np.maximum(errors, 1e-15)
    return np.asarray(is_enough & (differences > 1e-9))


def _largest_standardised(changes: FloatArray, *, errors: FloatArray) -> FloatArray:
    """Return each resample's largest |change of a difference| over its standard error, shape (n_resamples,)."""
    # Needs in rows and resamples in columns, in single precision: this is the hot loop of the room screen.
    by_item = np.ascontiguousarray(changes.T, dtype=np.float32)
    scale = np.divide(1.0, errors, out=np.zeros_like(errors), where=errors > 0).astype(np.float32)
    largest = np.zeros(len(changes), dtype=np.float32)
    for place in range(len(by_item) - 1):
        differences = by_item[place + 1 :] - by_item[place]
        np.abs(differences, out=differences)
        differences *= scale[place, place + 1 :, None]
        np.maximum(largest, differences.max(axis=0), out=largest)
    return largest.astype(np.float64)


def _ordered_bounds(*, shares: FloatArray, above: BoolArray) -> tuple[IntArray, IntArray]:
    """Count proven needs above and below, then widen so that a better score never has the worse bound."""
    order = best_first(shares)
    low = (1 + above.sum(axis=0))[order]
    high = (len(shares) - above.sum(axis=1))[order]
    bounds = np.zeros((2, len(shares)), dtype=np.intp)
    bounds[0, order] = np.minimum.accumulate(low[::-1])[::-1]
    bounds[1, order] = np.maximum.accumulate(high)
    return bounds[0], bounds[1]
