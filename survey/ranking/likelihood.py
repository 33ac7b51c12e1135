"""Compute how likely ballots are under the Plackett-Luce model with ties, a prior and weights."""

from __future__ import annotations

import numpy as np

from survey.ranking.ballots import Ballots, FloatArray, UnrankedRule
from survey.ranking.borda import rank_borda
from survey.ranking.choice_sets import Array, ChoiceSets, choice_sets, expected_choices

#: Numbers that one batch of derivatives may hold at a time (about 32 MB of complex numbers).
BATCH_NUMBERS = 2_000_000
#: Rounds in which the tie strengths are scaled to the counted ties before the fit begins.
START_ROUNDS = 8


class Likelihood:
    """Compute the log-likelihood and its derivatives for the parameters (log worths, ghost, log ties)."""

    def __init__(self, ballots: Ballots, *, npseudo: float, unranked: UnrankedRule) -> None:
        self.sets: ChoiceSets = choice_sets(ballots, unranked=unranked)
        self.npseudo = npseudo
        self.n_items = ballots.n_items
        self.tie_orders = self.sets.orders[1:]
        self.first_tie = self.n_items + (1 if npseudo else 0)
        self.n_parameters = self.first_tie + len(self.tie_orders)
        self.weights = np.bincount(self.sets.kind, weights=ballots.weights, minlength=self.sets.n_kinds)

    def start(self, ballots: Ballots, *, unranked: UnrankedRule) -> FloatArray:
        """Return parameters near the answer: worths from Borda shares, tie strengths from tie counts."""
        shares = np.clip(np.nan_to_num(rank_borda(ballots, unranked=unranked).shares, nan=0.5), 0.05, 0.95)
        parameters = np.zeros(self.n_parameters)
        parameters[: self.n_items] = np.log(shares / (1 - shares))
        parameters[: self.first_tie] -= parameters[0]
        counted = self.weights @ self.sets.observed_ties
        log_ties = np.zeros((1, len(self.sets.orders)))
        for _ in range(START_ROUNDS):
            expected = expected_choices(self.sets, log_worths=parameters[None, : self.n_items], log_ties=log_ties)
            log_ties += np.log(np.maximum(counted, 0.1) / np.maximum(self.weights @ expected.ties[0], 1e-12))
            log_ties -= log_ties[0, 0]
        parameters[self.first_tie :] = log_ties[0, 1:]
        return parameters

    def of_ballots(self, parameters: FloatArray) -> float:
        """Return the log-likelihood of the ballots without the prior."""
        worths, _, ties = self._split(parameters[None, :])
        expected = expected_choices(self.sets, log_worths=worths, log_ties=ties)
        by_kind = self.sets.observed_items @ worths[0] + self.sets.observed_ties @ ties[0] - expected.log_normalisers[0]
        return float(self.weights @ by_kind)

    def value(self, parameters: FloatArray) -> float:
        """Return the log-likelihood with the prior."""
        worths, ghost, ties = self._split(parameters[None, :])
        prior = self._prior_normalisers(worths, ghost=ghost, ties=ties)[0]
        return self.of_ballots(parameters) + float(
            self.npseudo * ((worths[0] + ghost[0]).sum() - 2 * np.log(prior).sum())
        )

    def slope(self, parameters: Array) -> Array:
        """Return the derivative with the prior, shape (n_sets, n_parameters), for each row of parameters."""
        worths, ghost, ties = self._split(parameters)
        expected = expected_choices(self.sets, log_worths=worths, log_ties=ties)
        slope = np.zeros(parameters.shape, dtype=parameters.dtype)
        slope[:, : self.n_items] = np.tensordot(self.sets.observed_items - expected.items, self.weights, (1, 0))
        slope[:, self.first_tie :] = np.tensordot(self.sets.observed_ties - expected.ties, self.weights, (1, 0))[:, 1:]
        if self.npseudo:
            slope += self._prior_slope(worths, ghost=ghost, ties=ties)
        return slope

    def slopes_by_ballot(self, parameters: FloatArray) -> FloatArray:
        """Return each ballot's unweighted derivative without the prior, shape (n_ballots, n_parameters)."""
        worths, _, ties = self._split(parameters[None, :])
        expected = expected_choices(self.sets, log_worths=worths, log_ties=ties)
        slopes = np.zeros((self.sets.n_kinds, self.n_parameters))
        slopes[:, : self.n_items] = self.sets.observed_items - expected.items[0]
        slopes[:, self.first_tie :] = (self.sets.observed_ties - expected.ties[0])[:, 1:]
        return slopes[self.sets.kind]

    def information(self, parameters: FloatArray) -> FloatArray:
        """Return the negative second derivative, shape (n_parameters, n_parameters).

        A complex step gives it to machine precision: the imaginary part of the slope at θ + ih is h times the second
        derivative, without any difference being taken.
        """
        step = 1e-30
        per_set = sum(k + 1 for k in self.sets.orders) * (self.n_items + 1) * max(self.sets.n_kinds, 1)
        n_batch = max(1, BATCH_NUMBERS // per_set)
        matrix = np.zeros((self.n_parameters, self.n_parameters))
        for first in range(0, self.n_parameters, n_batch):
            batch = np.arange(first, min(first + n_batch, self.n_parameters))
            shifted = np.tile(parameters.astype(np.complex128), (len(batch), 1))
            shifted[np.arange(len(batch)), batch] += 1j * step
            matrix[batch] = -self.slope(shifted).imag / step
        return (matrix + matrix.T) / 2

    def _split(self, parameters: Array) -> tuple[Array, Array, Array]:
        ties = np.zeros((len(parameters), len(self.sets.orders)), dtype=parameters.dtype)
        ties[:, 1:] = parameters[:, self.first_tie :]
        ghost = parameters[:, self.n_items : self.n_items + 1] if self.npseudo else np.zeros((len(parameters), 1))
        return parameters[:, : self.n_items], ghost, ties

    def _prior_normalisers(self, worths: Array, *, ghost: Array, ties: Array) -> Array:
        return np.asarray(np.exp(worths) + np.exp(ghost) + self._ghost_ties(worths, ghost=ghost, ties=ties))

    def _ghost_ties(self, worths: Array, *, ghost: Array, ties: Array) -> Array:
        """Return the strength of a tie with the ghost, 0 where the ballots have no ties of two."""
        if 2 not in self.sets.orders:
            return np.zeros(worths.shape)
        return np.asarray(np.exp(ties[:, [self.sets.orders.index(2)]] + (worths + ghost) / 2))

    def _prior_slope(self, worths: Array, *, ghost: Array, ties: Array) -> Array:
        tied = self._ghost_ties(worths, ghost=ghost, ties=ties)
        normalisers = np.exp(worths) + np.exp(ghost) + tied
        slope = np.zeros((len(worths), self.n_parameters), dtype=worths.dtype)
        slope[:, : self.n_items] = self.npseudo * (1 - 2 * (np.exp(worths) + tied / 2) / normalisers)
        slope[:, self.n_items] = self.npseudo * (1 - 2 * (np.exp(ghost) + tied / 2) / normalisers).sum(axis=1)
        if 2 in self.tie_orders:
            slope[:, self.first_tie + self.tie_orders.index(2)] = -2 * self.npseudo * (tied / normalisers).sum(axis=1)
        return slope
