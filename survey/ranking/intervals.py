"""Say how sure a Borda ranking is: simultaneous rank intervals over employers, and the tiers that they support."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, t

from survey.ranking.ballots import Ballots, BoolArray, FloatArray, IntArray, UnrankedRule
from survey.ranking.borda import best_first, borda_points, won_shares

#: With fewer employers nothing can be told apart: every interval is the whole list.
MIN_EMPLOYERS = 5
#: The spread of one pair of needs is drawn towards the mean spread of all pairs as if this many more employers had
#: been seen. Without it a pair that happens to vary little in a small room looks decided: in rooms of 5 to 30
#: employers who vote at random, 90 % intervals then hold together in well under half of the rooms.
PRIOR_DEGREES = 16


@dataclass(frozen=True, eq=False)
class RankIntervals:
    """Keep the places that each need may have.

    Attributes
    ----------
    low, high : int arrays, shape (n_items,)
        Best and worst place, 1 to the number of compared needs; 0 where no ballot compared the need.
        With probability `level` all intervals together hold the places that the whole employer population would give.
    level : float
    """

    low: IntArray
    high: IntArray
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
    points, comparisons = _sums_by_employer(ballots, unranked=unranked)
    compared = np.flatnonzero(comparisons.sum(axis=0) > 0)
    shares = won_shares(points=points.sum(axis=0), comparisons=comparisons.sum(axis=0))[compared]
    low = np.zeros(ballots.n_items, dtype=np.intp)
    high = np.zeros(ballots.n_items, dtype=np.intp)
    if len(points) < MIN_EMPLOYERS or len(compared) < 2:
        low[compared], high[compared] = 1, len(compared)
        return RankIntervals(low=low, high=high, level=level)
    redrawn = _redrawn_shares(points=points[:, compared], comparisons=comparisons[:, compared], n=n_resamples, seed=seed)
    changes = np.where(np.isnan(redrawn), 0.0, redrawn - shares)
    above = _proven_above(shares=shares, changes=changes, n_employers=len(points), level=level)
    low[compared], high[compared] = _ordered_bounds(shares=shares, above=above)
    return RankIntervals(low=low, high=high, level=level)


def tiers(intervals: RankIntervals) -> IntArray:
    """Sort the needs into tiers by what their intervals prove; 0 where no ballot compared the need.

    With n compared needs and one third rounded up to t = ⌈n / 3⌉:

    1 critical
        the whole interval lies in the upper third (high ≤ t): proven to belong there;
    2 high
        the interval reaches into the upper third (low ≤ t): may belong there, and nothing proves otherwise;
    3 medium
        proven below the upper third, but not proven to be in the lower third;
    4 low
        the whole interval lies in the lower third (low > n − t).

    A need is only moved up or down when the ballots prove it. So a small or divided room yields few tiers, in the
    extreme a single tier 2, and a large room fills all four.
    """
    n_compared = int(np.count_nonzero(intervals.low))
    third = -(-n_compared // 3)
    proven_high = intervals.high <= third
    maybe_high = intervals.low <= third
    proven_low = intervals.low > n_compared - third
    found = np.select([intervals.low == 0, proven_high, maybe_high, ~proven_low], [0, 1, 2, 3], default=4)
    return found.astype(np.intp)


def _sums_by_employer(ballots: Ballots, *, unranked: UnrankedRule) -> tuple[FloatArray, FloatArray]:
    """Add up each employer's weighted points and comparisons, both of shape (n_employers, n_items)."""
    points, comparisons = borda_points(ballots, unranked=unranked)
    counted = ballots.weights > 0
    weights = ballots.weights[counted, None]
    if ballots.employers is None:
        return points[counted] * weights, comparisons[counted] * weights
    voters = np.array(ballots.employers)[counted]
    employers, owner = np.unique(voters, return_inverse=True)
    sums = np.zeros((2, len(employers), ballots.n_items))
    np.add.at(sums[0], owner, points[counted] * weights)
    np.add.at(sums[1], owner, comparisons[counted] * weights)
    return sums[0], sums[1]


def _redrawn_shares(*, points: FloatArray, comparisons: FloatArray, n: int, seed: int) -> FloatArray:
    """Draw the employers again n times; return the shares, shape (n, n_items), NaN where nobody drawn compared it."""
    n_employers, n_items = points.shape
    # Equal employers are counted instead of repeated; sorting them makes the draw independent of the ballots' order.
    kinds, counts = np.unique(np.hstack([points, comparisons]), axis=0, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(n_employers, counts / n_employers, size=n).astype(np.float64)
    return won_shares(points=drawn @ kinds[:, :n_items], comparisons=drawn @ kinds[:, n_items:])


def _proven_above(*, shares: FloatArray, changes: FloatArray, n_employers: int, level: float) -> BoolArray:
    """Tell for every pair whether row is proven above column, shape (n_items, n_items)."""
    errors = _pair_errors(changes, n_employers=n_employers)
    largest = _largest_standardised(changes, errors=errors)
    # The bootstrap spreads like a sum over m employers divided by m, not by m - 1.
    quantile = float(np.quantile(largest, level)) * np.sqrt(n_employers / (n_employers - 1))
    limit = t.isf(norm.sf(quantile), n_employers - 1 + PRIOR_DEGREES)
    differences = shares[:, None] - shares[None, :]
    # A difference within rounding of zero proves nothing, however small its spread.
    return np.asarray((differences > limit * errors) & (differences > 1e-9))


def _pair_errors(changes: FloatArray, *, n_employers: int) -> FloatArray:
    """Estimate the standard error of every pair's difference, shape (n_items, n_items)."""
    covariance = changes.T @ changes / len(changes)
    spread = np.diag(covariance)
    variances = np.maximum(spread[:, None] + spread[None, :] - 2 * covariance, 0.0) * n_employers / (n_employers - 1)
    n_items = len(variances)
    mean = (variances.sum() - np.trace(variances)) / (n_items * (n_items - 1))
    degrees = n_employers - 1
    moderated: FloatArray = np.sqrt((degrees * variances + PRIOR_DEGREES * mean) / (degrees + PRIOR_DEGREES))
    return moderated


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
