"""Weigh employers without letting any one of them decide alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from survey.ranking.ballots import Ballots, BallotsRefused, FloatArray

#: The largest part of the total weight that one employer may have.
LARGEST_SHARE = 0.25


def weigh_by_employer(ballots: Ballots, *, sizes: Mapping[str, float], largest_share: float = LARGEST_SHARE) -> Ballots:
    """Weigh each employer by its size (headcount, openings), none above the largest share.

    An employer's weight is shared equally by its ballots. The weights are scaled to add up to the number of
    employers, so that an average employer has weight 1.

    Raises
    ------
    BallotsRefused
        If an employer has no size, or a size is not a number of 0 or more.
    """
    voters = np.array(ballots.voters)
    for voter in voters:
        size = sizes.get(str(voter))
        if size is None or not np.isfinite(size) or size < 0:
            raise BallotsRefused(f"Employer {voter} needs a size of 0 or more to weigh its ballot.")
    n_own = np.array([np.count_nonzero(voters == voter) for voter in voters])
    raw = np.array([sizes[str(voter)] for voter in voters], dtype=np.float64) / n_own
    return cap_employers(replace(ballots, weights=raw), largest_share=largest_share)


def cap_employers(ballots: Ballots, *, largest_share: float = LARGEST_SHARE) -> Ballots:
    """Lower the weights of employers above the largest share; weights under the cap keep their proportions.

    The weights are scaled to add up to the number of employers that count.
    """
    if not ballots.n_ballots:
        return ballots
    employers, owner = np.unique(np.array(ballots.voters), return_inverse=True)
    totals = np.bincount(owner, weights=ballots.weights, minlength=len(employers)).astype(np.float64)
    capped = capped_weights(totals, largest_share=largest_share)
    factors = np.divide(capped, totals, out=np.zeros_like(totals), where=totals > 0)
    weights = ballots.weights * factors[owner]
    return replace(ballots, weights=weights * np.count_nonzero(totals) / weights.sum())


def capped_weights(weights: FloatArray, *, largest_share: float = LARGEST_SHARE) -> FloatArray:
    """Lower the largest weights until none is more than the largest share of what is left in total.

    Parameters
    ----------
    weights : float array, shape (n_employers,), 0 or more
    largest_share : float, 0 to 1

    Returns
    -------
    float array, shape (n_employers,)
        With k employers at the cap and the others adding up to R, each of the k gets the weight c that solves
        c = share × (k c + R). Where so few employers have a weight that the cap cannot hold, they weigh the same.
    """
    if not 0 < largest_share <= 1:
        raise BallotsRefused("The largest share of one employer must be above 0 and at most 1.")
    order = np.argsort(-weights, kind="stable")
    n_positive = int(np.count_nonzero(weights))
    for n_capped in range(n_positive):
        if n_capped * largest_share >= 1:
            break
        rest = float(weights[order[n_capped:]].sum())
        limit = largest_share * rest / (1 - n_capped * largest_share)
        # A weight may exceed the limit by rounding alone and must not be capped for that.
        if weights[order[n_capped]] <= limit * (1 + 1e-12):
            return np.minimum(weights, limit) if n_capped else weights.astype(np.float64)
    return np.where(weights > 0, 1.0, 0.0)
