"""Give each need one standard error that serves for every comparison with the others."""

from __future__ import annotations

import numpy as np

from survey.ranking.ballots import FloatArray

#: The search ends when the sum of squares changes by less than this part of itself (plus 0.1).
TOLERANCE = 1e-8
MAX_STEPS = 100


def quasi_variances(variances: FloatArray) -> FloatArray:
    """Find one variance per need so that any two of them add up to the variance of their difference, nearly.

    Parameters
    ----------
    variances : float array, shape (n_items, n_items)
        Variance of the difference of each pair of estimates; symmetric, above 0 outside the diagonal.

    Returns
    -------
    float array, shape (n_items,)
        The q that minimise Σ over pairs of (log(q_i + q_j) − log var_ij)². For two needs the variance of the
        difference is halved, and one need alone has 0. A single q may come out below 0.

    References
    ----------
    Firth and de Menezes (2004), "Quasi-variances", Biometrika 91, 65-80 (section 2).
    """
    n_items = len(variances)
    if n_items < 2:
        return np.zeros(n_items)
    target = np.where(np.eye(n_items, dtype=np.bool_), 1.0, variances)
    q = np.full(n_items, float(np.median(variances[np.triu_indices(n_items, k=1)])) / 2)
    sums, misfit = target, np.inf
    for _ in range(MAX_STEPS):
        q = _next_variances(sums, target=target, before=q)
        sums = _pair_sums(q)
        misfit, before = float((np.log(sums / target) ** 2).sum() / 2), misfit
        if abs(misfit - before) < TOLERANCE * (misfit + 0.1):
            break
    return q


def _next_variances(sums: FloatArray, *, target: FloatArray, before: FloatArray) -> FloatArray:
    """Take one Gauss-Newton step: weighted least squares of the linearised logs, weights 1 / sum²."""
    outside = ~np.eye(len(sums), dtype=np.bool_)
    weights = np.where(outside, sums**-2, 0.0)
    wanted = np.where(outside, sums + sums * np.log(target / sums), 0.0)
    normal = weights + np.diag(weights.sum(axis=1))
    # Two needs leave their variances free to trade; the least-norm solution gives each one half.
    q: FloatArray = np.linalg.lstsq(normal, (weights * wanted).sum(axis=1), rcond=None)[0]
    while (_pair_sums(q) <= 0).any():
        q = (q + before) / 2
    return q


def _pair_sums(q: FloatArray) -> FloatArray:
    """Add every two variances, shape (n_items, n_items); 1 on the diagonal, which stands for no pair."""
    return np.where(np.eye(len(q), dtype=np.bool_), 1.0, q[:, None] + q[None, :])
