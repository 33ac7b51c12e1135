"""Rank needs by the Plackett-Luce model with ties, top-k ballots, weights and a prior."""

from __future__ import annotations

from typing import Self

import numpy as np
import scipy  # its parts are loaded when they are first used, not by everybody who imports the room

from survey.ranking.ballots import (
    Ballots,
    BallotsRefused,
    BoolArray,
    FloatArray,
    IntArray,
    UnrankedRule,
    check_rule,
    with_weight,
)
from survey.ranking.kemeny import preferred
from survey.ranking.likelihood import Likelihood
from survey.ranking.quasi_variance import quasi_variances

#: A log tie strength this far out has no finite estimate; the likelihood only creeps towards its limit.
FAR_OUT = 15.0
#: Beyond this many needs the fit takes minutes and much memory.
MOST_ITEMS = 400
#: The fit ends when a step promises less log-likelihood than this.
NO_GAIN = 1e-20
#: The information is worked out again when a step gains more than this part of what the step before gained.
STILL_SERVES = 1e-2
#: How far one step may move a log worth or a log tie strength; farther out the quadratic picture misleads.
LARGEST_STEP = 2.0
#: Directions with less information than this part of the total weight are not known at all from the ballots.
NOTHING_KNOWN = 1e-12
#: Below this promised gain rounding hides whether a step goes uphill, and Newton steps need no checking.
SMALL_GAIN = 1e-8


class PlackettLuce:
    """Fit the worth of each need by maximum likelihood.

    Parameters
    ----------
    npseudo : float, 0 or more
        Strength of the prior: every need wins this often, and loses this often, against a ghost need. It keeps needs
        that only win or only lose finite. 0 is plain maximum likelihood.
    unranked : {"average", "zero", "missing"}
        ``average`` and ``zero``: a ballot's unranked needs stay among the choices and the ballot stops before them.
        ``missing``: they are not compared.
    max_iterations : int
        Newton steps before the fit is refused.

    Attributes
    ----------
    log_worths_ : float array, shape (n_items,)
        Natural logs, relative to the first need (which has 0).
    log_ties_ : dict of int to float
        Log δ for ties of 2, 3, … needs, as far as they occur. Infinite where every choice that could be such a tie
        was one, so that no finite strength fits best.
    log_likelihood_ : float
        Of the weighted ballots, without the prior.
    comparable_ : int array, shape (n_items,)
        Needs with the same label were compared with each other, directly or in a chain.
    std_errors_, quasi_se_ : float arrays
        With unequal weights from the sandwich estimator over employers, otherwise from the inverse information.
        Both count the ballots alone: the prior steers the estimate but is no evidence.
    n_iterations_ : int

    References
    ----------
    Turner, van Etten, Firth and Kosmidis (2020), Computational Statistics 35, 1027-1057.
    """

    def __init__(self, *, npseudo: float = 0.5, unranked: UnrankedRule = "average", max_iterations: int = 200) -> None:
        self.npseudo = npseudo
        self.unranked = unranked
        self.max_iterations = max_iterations

    def fit(self, ballots: Ballots) -> Self:
        """Find the worths and tie strengths under which these ballots are the most likely.

        Raises
        ------
        BallotsRefused
            If there is nothing to fit, the prior is negative, or without a prior the needs do not all beat each other
            directly or in a chain.
        """
        check_rule(self.unranked)
        _check_fittable(ballots, npseudo=self.npseudo, unranked=self.unranked)
        counted = with_weight(ballots)
        likelihood = Likelihood(counted, npseudo=self.npseudo, unranked=self.unranked)
        start = likelihood.start(counted, unranked=self.unranked)
        parameters, self.n_iterations_ = _climb(likelihood, start=start, max_iterations=self.max_iterations)
        self._store(likelihood, parameters=parameters, ballots=counted)
        return self

    @property
    def quasi_se_(self) -> FloatArray:
        """Return quasi-standard errors of the log worths, shape (n_items,).

        NaN outside the largest set of needs that were compared with each other, directly or in a chain.
        """
        errors = np.full(len(self.log_worths_), np.nan)
        largest = np.flatnonzero(self.comparable_ == np.bincount(self.comparable_).argmax())
        if len(largest) < 2:
            return errors
        own = self._shifting[np.ix_(largest, largest)]
        variances = quasi_variances(np.diag(own)[:, None] + np.diag(own)[None, :] - 2 * own)
        errors[largest] = np.sqrt(variances, out=np.full(len(largest), np.nan), where=variances > 0)
        return errors

    @property
    def std_errors_(self) -> FloatArray:
        """Return standard errors of the log worths against the first need, then of the log ties; NaN if unknown."""
        n_items = len(self.log_worths_)
        variances = np.diag(self._shifting).copy()
        variances[:n_items] += self._shifting[0, 0] - 2 * self._shifting[0, :n_items]
        variances[:n_items][self.comparable_ != self.comparable_[0]] = np.nan
        return np.sqrt(np.maximum(variances, 0.0))

    def _store(self, likelihood: Likelihood, *, parameters: FloatArray, ballots: Ballots) -> None:
        n_items = likelihood.n_items
        log_ties = parameters[likelihood.first_tie :]
        infinite = log_ties > FAR_OUT
        self.log_worths_ = parameters[:n_items] - parameters[0]
        self.log_ties_ = {
            k: float(np.inf if far else value)
            for k, value, far in zip(likelihood.tie_orders, log_ties, infinite, strict=True)
        }
        self.log_likelihood_ = likelihood.of_ballots(parameters)
        self._shifting, self.comparable_ = _uncertainty(
            ballots, parameters=np.r_[parameters[:n_items], log_ties], infinite=infinite, unranked=self.unranked
        )
        if not self.npseudo and self.comparable_.any():
            raise BallotsRefused(
                "Plackett-Luce: some needs have no finite worth on these ballots. Use a prior, for instance 0.5."
            )


def _climb(likelihood: Likelihood, *, start: FloatArray, max_iterations: int) -> tuple[FloatArray, int]:
    """Go uphill by Newton steps until a step gains nothing more; the log-likelihood is concave.

    The information is costly and changes little near the top, so it is kept while it still serves well.
    """
    # The first worth stays at its start: only differences of log worths matter.
    parameters, free = start.copy(), slice(1, None)
    information, last_gain = likelihood.information(parameters)[free, free], np.inf
    for n_steps in range(max_iterations):
        slope = np.asarray(likelihood.slope(parameters[None, :])[0, free], dtype=np.float64)
        step = _newton_step(information, slope=slope)
        gain = float(slope @ step)
        if n_steps and gain > NO_GAIN and gain > STILL_SERVES * last_gain:
            information = likelihood.information(parameters)[free, free]
            step = _newton_step(information, slope=slope)
            gain = float(slope @ step)
        parameters[free] += _step_length(likelihood, parameters=parameters, step=step, gain=gain) * step
        if gain < NO_GAIN:
            return parameters, n_steps + 1
        last_gain = gain
    raise BallotsRefused(
        f"Plackett-Luce did not settle in {max_iterations} steps on these ballots. Use a stronger prior or Borda."
    )


def _newton_step(information: FloatArray, *, slope: FloatArray) -> FloatArray:
    """Solve information × step = slope, with a growing ridge where the information is not positive in floats."""
    if not slope.size:
        return slope
    ridge, size = 0.0, max(float(np.abs(np.diag(information)).max()), 1e-12)
    while True:
        try:
            factor = scipy.linalg.cho_factor(information + ridge * np.eye(len(slope)))
            return np.asarray(scipy.linalg.cho_solve(factor, slope))
        except scipy.linalg.LinAlgError:
            ridge = max(10 * ridge, 1e-14 * size)


def _step_length(likelihood: Likelihood, *, parameters: FloatArray, step: FloatArray, gain: float) -> float:
    """Shorten the step until it moves no log by more than `LARGEST_STEP` and keeps some of the gain promised."""
    length = min(1.0, LARGEST_STEP / max(float(np.abs(step).max(initial=0.0)), LARGEST_STEP))
    if gain < SMALL_GAIN:
        return length
    before = likelihood.value(parameters)
    trial = parameters.copy()
    while length > 1e-10:
        trial[1:] = parameters[1:] + length * step
        if likelihood.value(trial) >= before + 1e-4 * length * gain:
            return length
        length /= 2
    return length


def _uncertainty(
    ballots: Ballots, *, parameters: FloatArray, infinite: BoolArray, unranked: UnrankedRule
) -> tuple[FloatArray, IntArray]:
    """Return the covariance of log worths and log ties up to a common shift, and which worths are comparable.

    The information is that of the ballots alone, taken at the fitted parameters: the prior steers the estimate but
    is no evidence. Needs with different labels were never compared, directly or in a chain.
    """
    likelihood = Likelihood(ballots, npseudo=0, unranked=unranked)
    n_items = likelihood.n_items
    settled = np.r_[np.ones(n_items, dtype=np.bool_), ~infinite]
    values, vectors = np.linalg.eigh(likelihood.information(parameters)[np.ix_(settled, settled)])
    known = values > NOTHING_KNOWN * float(ballots.weights.sum())
    inverse = (vectors[:, known] / values[known]) @ vectors[:, known].T
    if np.ptp(ballots.weights) > 0:
        inverse = (
            inverse @ _spread_of_slopes(ballots, slopes=likelihood.slopes_by_ballot(parameters)[:, settled]) @ inverse
        )
    blind = vectors[:n_items, ~known]
    comparable = (np.abs(blind[:, None, :] - blind[None, :, :]) < 1e-6).all(axis=2)
    covariance = np.full((len(settled), len(settled)), np.nan)
    covariance[np.ix_(settled, settled)] = inverse
    return covariance, np.asarray(
        scipy.sparse.csgraph.connected_components(comparable, directed=False)[1], dtype=np.intp
    )


def _spread_of_slopes(ballots: Ballots, *, slopes: FloatArray) -> FloatArray:
    """Add up the outer products of the employers' weighted slopes: the middle of the sandwich."""
    employers, owner = np.unique(np.array(ballots.voters), return_inverse=True)
    by_employer = np.zeros((len(employers), slopes.shape[1]))
    np.add.at(by_employer, owner, ballots.weights[:, None] * slopes)
    return np.asarray(by_employer.T @ by_employer)


def _check_fittable(ballots: Ballots, *, npseudo: float, unranked: UnrankedRule) -> None:
    if not np.isfinite(npseudo) or npseudo < 0:
        raise BallotsRefused("The prior (npseudo) must be a number of 0 or more.")
    if ballots.n_items == 0 or ballots.n_ballots == 0:
        raise BallotsRefused("There are no ballots to rank.")
    if ballots.n_items > MOST_ITEMS:
        raise BallotsRefused(
            f"Plackett-Luce fits at most {MOST_ITEMS} needs, and these ballots have {ballots.n_items:,}. Use Borda."
        )
    if npseudo == 0:
        _check_connected(ballots, unranked=unranked)


def _check_connected(ballots: Ballots, *, unranked: UnrankedRule) -> None:
    """Refuse needs that are not tied into one circle of wins: their worth would run to zero or infinity."""
    beaten = preferred(ballots, unranked=unranked) > 0
    n_parts, part = scipy.sparse.csgraph.connected_components(beaten, directed=True, connection="strong")
    if n_parts > 1:
        sizes = np.bincount(part)
        apart = [item for item, own in zip(ballots.items, part, strict=True) if own != int(sizes.argmax())]
        raise BallotsRefused(
            "Plackett-Luce without a prior needs every need to win and to lose, directly or in a chain, against every "
            f"other one. That fails for: {', '.join(apart[:5])}{' …' if len(apart) > 5 else ''}. "
            "Use a prior, for instance 0.5."
        )
