"""Score verdicts and rankings against what people said: agreement, ranking quality, elements, honest chances.

Higher is better for every figure except the Brier score. Figures of several needs are put together from one `Tally` a
need, so that needs can be resampled.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

GRADE_OF_WORD = {"unrelated": 0, "unknown": 0, "revise": 1, "match": 2}
#: What a course of each grade is worth in nDCG.
GAINS = (0, 1, 3)
N_NDCG_PLACES = 10
METRICS = ("qwk", "macro_f1", "f1_related", "f1_match", "map", "ndcg10", "f1_element")

Table = NDArray[np.int64]
Floats = NDArray[np.float64]


class NothingToScore(ValueError):  # noqa: N818 - named for what a person has to mend
    """Say that no need has a related course, so that nothing can be ranked right or wrong."""


@dataclass(frozen=True)
class TruePair:
    """Hold what the readers of one pair of need and course agreed on.

    `grade` is 0 unrelated, 1 needs revision, 2 match; `covered` are the elements that both readings saw and `unsure`
    those that only one saw, which are not scored. Elements count from 0.
    """

    grade: int = 0
    covered: frozenset[int] = frozenset()
    unsure: frozenset[int] = frozenset()


@dataclass(frozen=True)
class SaidPair:
    """Hold what a matcher said about one pair; `score` orders the courses of a need, best first."""

    grade: int = 0
    score: float = 0.0
    covered: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Tally:
    """Hold what one need adds to the figures.

    Attributes
    ----------
    table : ndarray of int, shape (3, 3)
        Pairs by true grade (rows) and said grade (columns).
    precision, gain : float or None
        Average precision and nDCG@10; None for a need without a related course.
    n_right, n_wrongly_said, n_missed : int
        Elements of the truly related pairs.
    """

    table: Table = field(default_factory=lambda: np.zeros((3, 3), dtype=np.int64))
    precision: float | None = None
    gain: float | None = None
    n_right: int = 0
    n_wrongly_said: int = 0
    n_missed: int = 0


def tally(courses: Sequence[str], *, true: Mapping[str, TruePair], said: Mapping[str, SaidPair]) -> Tally:
    """Compare what was said about one need with what is true.

    Parameters
    ----------
    courses : sequence of str
        Codes of the courses that are scored for this need; courses with equal scores stand in the order of codes.
    true, said : mapping of course code to pair
        Courses left out are unrelated, with score 0.
    """
    table = np.zeros((3, 3), dtype=np.int64)
    n_right = n_wrongly_said = n_missed = 0
    for course in courses:
        truth, answer = true.get(course, TruePair()), said.get(course, SaidPair())
        table[truth.grade, answer.grade] += 1
        if truth.grade:
            n_right += len((truth.covered & answer.covered) - truth.unsure)
            n_wrongly_said += len((answer.covered - truth.covered) - truth.unsure)
            n_missed += len((truth.covered - answer.covered) - truth.unsure)
    ranked = sorted(courses, key=lambda course: (-said.get(course, SaidPair()).score, course))
    grades = [true.get(course, TruePair()).grade for course in ranked]
    return Tally(table, average_precision(grades), ndcg(grades), n_right, n_wrongly_said, n_missed)


def average_precision(grades: Sequence[int]) -> float | None:
    """Return the mean, over the related courses, of the share of related ones down to each; None without any.

    Parameters
    ----------
    grades : sequence of int
        True grades in the order of the ranking; 1 and 2 are related.
    """
    places = [place for place, grade in enumerate(grades, 1) if grade]
    return sum(n / place for n, place in enumerate(places, 1)) / len(places) if places else None


def ndcg(grades: Sequence[int]) -> float | None:
    """Return the discounted gain of the first ten over the greatest possible one; None without a related course.

    References
    ----------
    K. Järvelin, J. Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques, ACM TOIS 20(4), 422-446.
    """
    best = _discounted_gain(sorted(grades, reverse=True))
    return _discounted_gain(grades) / best if best else None


def _discounted_gain(grades: Sequence[int]) -> float:
    return sum(GAINS[grade] / math.log2(place + 1) for place, grade in enumerate(grades[:N_NDCG_PLACES], 1))


def weighted_kappa(table: Table) -> float:
    """Return the quadratic weighted kappa of a confusion table; 0 where chance alone would agree fully.

    References
    ----------
    J. Cohen (1968), Weighted kappa, Psychological Bulletin 70(4), 213-220.
    """
    cost = (np.arange(len(table))[:, None] - np.arange(len(table))) ** 2
    n = int(table.sum())
    chance = float((cost * np.outer(table.sum(axis=1), table.sum(axis=0))).sum()) / n if n else 0.0
    return 1.0 - float((cost * table).sum()) / chance if chance else 0.0


def f1(*, n_right: int, n_wrongly_said: int, n_missed: int) -> float:
    """Return the harmonic mean of precision and recall, 0 where nothing is right."""
    return 2 * n_right / (2 * n_right + n_wrongly_said + n_missed) if n_right else 0.0


def figures(parts: Sequence[Tally]) -> dict[str, float]:
    """Put the tallies of several needs together as the figures named in `METRICS`.

    Raises
    ------
    NothingToScore
        If no need has a related course.
    """
    ranked = [(part.precision, part.gain) for part in parts if part.precision is not None and part.gain is not None]
    if not ranked:
        raise NothingToScore("None of the needs has a course that is labelled match or revise.")
    table = confusion(parts)
    per_grade = [_grade_f1(table, {grade}) for grade in range(3)]
    return {
        "qwk": weighted_kappa(table),
        "macro_f1": sum(per_grade) / 3,
        "f1_related": _grade_f1(table, {1, 2}),
        "f1_match": per_grade[2],
        "map": sum(precision for precision, _ in ranked) / len(ranked),
        "ndcg10": sum(gain for _, gain in ranked) / len(ranked),
        "f1_element": f1(
            n_right=sum(part.n_right for part in parts),
            n_wrongly_said=sum(part.n_wrongly_said for part in parts),
            n_missed=sum(part.n_missed for part in parts),
        ),
    }


def confusion(parts: Sequence[Tally]) -> Table:
    """Return the pairs of several needs by true grade (rows) and said grade (columns), shape (3, 3)."""
    return np.asarray(np.sum([part.table for part in parts], axis=0), dtype=np.int64)


def _grade_f1(table: Table, grades: Collection[int]) -> float:
    """Return the F1 of some grades against the others."""
    chosen = sorted(grades)
    n_right = int(table[np.ix_(chosen, chosen)].sum())
    n_true, n_said = int(table[chosen].sum()), int(table[:, chosen].sum())
    return f1(n_right=n_right, n_wrongly_said=n_said - n_right, n_missed=n_true - n_right)


def bootstrap_intervals(
    parts: Sequence[Tally],
    *,
    n_resamples: int = 1000,
    seed: int = 0,
    coverage: float = 0.9,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, tuple[float, float]]:
    """Return a percentile interval of each figure, resampling needs with replacement.

    Parameters
    ----------
    n_resamples : int
        At least 1. Resamples without a single related course are passed over.
    coverage : float
        Share of the resamples inside the interval, between 0 and 1.

    References
    ----------
    B. Efron, R. J. Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
    """
    rng = np.random.default_rng(seed)
    draws: list[dict[str, float]] = []
    for n_done in range(1, n_resamples + 1):
        sample = [parts[k] for k in rng.integers(0, len(parts), len(parts)).tolist()]
        if any(part.precision is not None for part in sample):
            draws.append(figures(sample))
        if progress is not None:
            progress(n_done, n_resamples)
    if not draws:
        raise NothingToScore("No resample holds a need with a related course. Ask for more resamples.")
    edges = ((1 - coverage) / 2, (1 + coverage) / 2)
    return {name: _quantiles([draw[name] for draw in draws], edges) for name in METRICS}


def _quantiles(values: Sequence[float], edges: tuple[float, float]) -> tuple[float, float]:
    low, high = np.quantile(values, edges).tolist()
    return float(low), float(high)


def brier_score(chances: Floats, happened: NDArray[np.bool_]) -> float:
    """Return the mean squared distance between stated chances (0-1) and what happened; 0 is best.

    References
    ----------
    G. W. Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather Review 78(1), 1-3.
    """
    return float(np.mean((chances - happened) ** 2))


@dataclass(frozen=True)
class ReliabilityRow:
    """Say how often the things that got a chance from `low` up to `high` happened."""

    low: float
    high: float
    n: int
    mean_chance: float
    true_share: float


def reliability(
    chances: Floats, happened: NDArray[np.bool_], *, edges: Sequence[float] = (0.0, 0.02, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
) -> tuple[ReliabilityRow, ...]:
    """Compare stated chances with what happened, range by range; ranges without any are left out."""
    rows = []
    for low, high in pairwise(edges):
        here = (chances >= low) & ((chances < high) | (high == edges[-1]))
        if here.any():
            share = float(happened[here].mean())
            rows.append(ReliabilityRow(low, high, int(here.sum()), float(chances[here].mean()), share))
    return tuple(rows)


@dataclass(frozen=True)
class Honesty:
    """Compare stated chances with what happened: Brier scores (0 is best) and one row a range of chances.

    `base_rate` is the share that happened, and `base_rate_brier` the Brier score of always stating it.
    """

    n: int
    base_rate: float
    brier: float
    base_rate_brier: float
    rows: tuple[ReliabilityRow, ...]


def honesty(chances: Floats, happened: NDArray[np.bool_]) -> Honesty:
    """Say how far stated chances (0-1) can be taken at their word.

    Raises
    ------
    NothingToScore
        If there is no chance.
    """
    if not len(chances):
        raise NothingToScore("There is no stated chance to compare.")
    base_rate = float(happened.mean())
    return Honesty(
        n=len(chances),
        base_rate=base_rate,
        brier=brier_score(chances, happened),
        base_rate_brier=base_rate * (1 - base_rate),
        rows=reliability(chances, happened),
    )


def ranked_precision(gold_places: Sequence[int], *, k: int) -> float:
    """Return the hits among the first `k` over the most there can be, min(k, number of right answers); 0-1.

    Parameters
    ----------
    gold_places : sequence of int
        Places of the right answers in the ranking, counted from 1; at least one.
    """
    return sum(place <= k for place in gold_places) / min(k, len(gold_places))


def ranking_figures(gold_places: Iterable[Sequence[int]], *, ks: Sequence[int] = (1, 5, 10)) -> dict[str, float]:
    """Return the means over queries: MRR (0-1, the first right answer) and RP@k for each `k` (percent).

    Raises
    ------
    NothingToScore
        If there is no query.
    """
    queries = list(gold_places)
    if not queries:
        raise NothingToScore("There is no query to score.")
    result = {"MRR": sum(1 / min(places) for places in queries) / len(queries)}
    for k in ks:
        result[f"RP@{k}"] = 100 * sum(ranked_precision(places, k=k) for places in queries) / len(queries)
    return result
