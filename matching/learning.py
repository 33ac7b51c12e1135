"""Learn from reviewers: fit a new version of the pair regressions near the current one, and compare the two fairly.

The new coefficients are drawn towards the current ones by a ridge penalty, so few decisions change little. Nothing is
changed in place: a new model comes back, with what it is worth on decisions that it was not fitted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from matching.features import Features, Matrix, measure
from matching.judge import Logistic, Model, judge
from matching.language import is_other_language
from matching.prepare import prepare_courses, prepare_needs
from matching.reasons import is_too_thin
from matching.records import Course, Need

Floats = NDArray[np.float64]

#: Weight of the penalty on standardised changes of coefficients; about as much as this many decisions would say.
RIDGE = 10.0
#: Folds over needs: the decisions on one need are never split.
N_FOLDS = 5
#: With fewer needs no interval can be told.
N_NEEDS_NEEDED = 5
N_RESAMPLES = 2000
#: Chances are held this far from 0 and 1 when their loss is taken.
LEAST_CHANCE = 1e-4
VERDICTS = ("unrelated", "revise", "match")


class TooFewDecisions(ValueError):  # noqa: N818 - named for what a person has to mend
    """Say how many more decisions are needed."""


@dataclass(frozen=True)
class DecidedPair:
    """Hold a reviewer's word on one pair: "match", "revise" or "unrelated"; positions count in the lists judged."""

    need: int
    course: int
    verdict: str


@dataclass(frozen=True)
class Comparison:
    """Hold what a new version is worth beside the current one, on decisions that it was not fitted on.

    Losses are mean negative log chances of the reviewer's verdict (lower is better); `gain` is current minus new, with
    a 95 % bootstrap interval over needs.
    """

    n_decisions: int
    n_needs: int
    n_left_out: int
    agreed_share: float
    new_agreed_share: float
    loss: float
    new_loss: float
    gain: float
    gain_low: float
    gain_high: float

    @property
    def is_better(self) -> bool:
        """Say whether the whole interval speaks for the new version."""
        return self.gain_low > 0


@dataclass(frozen=True)
class _Listening(Logistic):
    """Judge like a regression and keep the features that it was shown."""

    heard: list[Features] = field(default_factory=list, compare=False)

    def probabilities(self, features: Features) -> Matrix:
        """Keep the features, then judge."""
        self.heard.append(features)
        return super().probabilities(features)


@dataclass(frozen=True)
class _Case:
    """Hold the decisions as rows.

    Attributes
    ----------
    related, match : ndarray, shape (n_decisions, n_features)
        Features of each regression, in the order of its sorted names.
    related_scale, match_scale : ndarray, shape (n_features,)
        Spread of each feature over all pairs of the decided courses and the needs.
    grades : ndarray of int, shape (n_decisions,)
        0 unrelated, 1 needs revision, 2 match.
    needs : ndarray of int, shape (n_decisions,)
    """

    related: Floats
    match: Floats
    related_scale: Floats
    match_scale: Floats
    grades: NDArray[np.int64]
    needs: NDArray[np.int64]


def learn(
    needs: Sequence[Need],
    courses: Sequence[Course],
    decisions: Sequence[DecidedPair],
    *,
    current: Model,
    region_lines: tuple[str, ...] = (),
    ridge: float = RIDGE,
) -> tuple[Model, Comparison]:
    """Fit a new version of the related and match regressions and compare it with the current one.

    Parameters
    ----------
    needs, courses : sequence
        What the decisions point into.
    decisions : sequence of DecidedPair
        Decisions on courses whose text cannot be judged are left out.
    current : Model
        The version to start from.
    ridge : float, above 0
        Weight of the penalty on changes; larger stays nearer to the current version.

    Returns
    -------
    tuple of Model and Comparison
        The model fitted on all decisions, and the comparison by cross-validation over needs.

    Raises
    ------
    TooFewDecisions
        If fewer than five needs have decisions that can be learned from.
    """
    case = _measured_case(needs, courses, decisions, current=current, region_lines=region_lines)
    n_needs = len(set(case.needs.tolist()))
    if n_needs < N_NEEDS_NEEDED:
        raise TooFewDecisions(
            f"Decisions on {n_needs} of the needs can be learned from; at least {N_NEEDS_NEEDED} are needed, "
            "so that some can be held out."
        )
    every = np.ones(len(case.grades), dtype=bool)
    fitted = fit(case, which=every, current=current, ridge=ridge)
    return fitted, _compared(case, n_left_out=len(decisions) - len(case.grades), current=current, ridge=ridge)


def _measured_case(
    needs: Sequence[Need],
    courses: Sequence[Course],
    decisions: Sequence[DecidedPair],
    *,
    current: Model,
    region_lines: tuple[str, ...],
) -> _Case:
    decided = sorted({decision.course for decision in decisions})
    place = {course: i for i, course in enumerate(decided)}
    prepared_needs = prepare_needs(needs, region_lines=region_lines)
    prepared = prepare_courses([courses[i] for i in decided], columns=prepared_needs.columns, region_lines=region_lines)
    unknown = is_too_thin(prepared) | np.array([is_other_language(courses[i]) for i in decided], dtype=bool)
    listening = replace(
        current,
        related=_Listening(current.related.intercept, current.related.coefficients),
        match=_Listening(current.match.intercept, current.match.coefficients),
    )
    judge(measure(prepared_needs, prepared), needs=prepared_needs, model=listening)
    judged = (decision for decision in decisions if not unknown[place[decision.course]])
    kept = sorted(judged, key=lambda decision: (decision.need, decision.course))
    at = np.array([place[d.course] for d in kept], dtype=int), np.array([d.need for d in kept], dtype=int)
    related, related_scale = _rows(listening.related, at=at)
    match, match_scale = _rows(listening.match, at=at)
    grades = np.array([VERDICTS.index(d.verdict) for d in kept], dtype=np.int64)
    return _Case(related, match, related_scale, match_scale, grades, at[1].astype(np.int64))


def _rows(regression: Logistic, *, at: tuple[NDArray[np.int_], NDArray[np.int_]]) -> tuple[Floats, Floats]:
    """Return the features at some pairs, and the spread of each feature over all pairs."""
    if not isinstance(regression, _Listening):
        raise TypeError("Only a regression that listens knows its features.")
    features = regression.heard[0]
    names = sorted(regression.coefficients)
    spread = np.array([float(np.std(features[name])) for name in names])
    return np.stack([features[name][at] for name in names], axis=1), np.where(spread > 1e-6, spread, 1.0)


def fit(case: _Case, *, which: NDArray[np.bool_], current: Model, ridge: float) -> Model:
    """Fit both regressions on some decisions, drawn towards the current coefficients."""
    related = which
    match = which & (case.grades > 0)
    return replace(
        current,
        related=drawn_logistic(
            case.related[related],
            case.grades[related] > 0,
            scale=case.related_scale,
            towards=current.related,
            ridge=ridge,
        ),
        match=drawn_logistic(
            case.match[match], case.grades[match] > 1, scale=case.match_scale, towards=current.match, ridge=ridge
        ),
    )


def drawn_logistic(
    rows: Floats, answers: NDArray[np.bool_], *, scale: Floats, towards: Logistic, ridge: float
) -> Logistic:
    """Fit a logistic regression that stays near another one.

    Minimises the sum of log losses plus ridge / 2 times the squared change of the coefficients, measured in units of
    `scale`, and of the intercept.

    Parameters
    ----------
    rows : ndarray, shape (n_rows, n_features)
        Features in the order of the sorted names of `towards`; without rows `towards` comes back.
    answers : ndarray of bool, shape (n_rows,)

    Returns
    -------
    Logistic
        Coefficients rounded to six digits.
    """
    names = sorted(towards.coefficients)
    start = np.array([towards.coefficients[name] for name in names])
    base = towards.intercept + rows @ start
    scaled = np.column_stack([np.ones(len(rows)), rows / scale])
    signs = np.where(answers, 1.0, -1.0)

    def loss(change: Floats) -> tuple[float, Floats]:
        margins = signs * (base + scaled @ change)
        pull = -signs / (1.0 + np.exp(np.clip(margins, -500, 500)))
        value = float(np.logaddexp(0.0, -margins).sum() + 0.5 * ridge * (change @ change))
        return value, scaled.T @ pull + ridge * change

    change = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    slopes = start + change[1:] / scale
    return Logistic(
        round(float(towards.intercept + change[0]), 6),
        {name: round(float(slope), 6) for name, slope in zip(names, slopes, strict=True)},
    )


def _chances(case: _Case, *, model: Model) -> Floats:
    """Return the chance of each verdict, shape (n_decisions, 3)."""
    related = _applied(model.related, case.related)
    match = _applied(model.match, case.match)
    return np.stack([1 - related, related * (1 - match), related * match], axis=1)


def _applied(regression: Logistic, rows: Floats) -> Floats:
    return regression.probabilities({name: rows[:, i] for i, name in enumerate(sorted(regression.coefficients))})


def _said(chances: Floats, *, model: Model) -> NDArray[np.int64]:
    """Return the grade that the thresholds of the model give, before elements are counted."""
    expected = chances[:, 1] + 2 * chances[:, 2]
    return (expected >= model.least_revise_grade).astype(np.int64) + (expected >= model.least_match_grade)


def _compared(case: _Case, *, n_left_out: int, current: Model, ridge: float) -> Comparison:
    codes, places = np.unique(case.needs, return_inverse=True)
    folds = places % min(N_FOLDS, len(codes))
    chances, said = _chances(case, model=current), np.zeros(len(case.grades), dtype=np.int64)
    new_chances = np.zeros_like(chances)
    for fold in range(int(folds.max()) + 1):
        held_out = folds == fold
        model = fit(case, which=~held_out, current=current, ridge=ridge)
        new_chances[held_out] = _chances(case, model=model)[held_out]
        said[held_out] = _said(new_chances[held_out], model=model)
    loss, new_loss = _losses(chances, case.grades), _losses(new_chances, case.grades)
    low, high = _interval(loss - new_loss, places=places, n_needs=len(codes))
    return Comparison(
        n_decisions=len(case.grades),
        n_needs=len(codes),
        n_left_out=n_left_out,
        agreed_share=float(np.mean(_said(chances, model=current) == case.grades)),
        new_agreed_share=float(np.mean(said == case.grades)),
        loss=float(loss.mean()),
        new_loss=float(new_loss.mean()),
        gain=float((loss - new_loss).mean()),
        gain_low=low,
        gain_high=high,
    )


def _losses(chances: Floats, grades: NDArray[np.int64]) -> Floats:
    return np.asarray(-np.log(np.clip(chances[np.arange(len(grades)), grades], LEAST_CHANCE, 1.0)))


def _interval(gains: Floats, *, places: NDArray[np.intp], n_needs: int) -> tuple[float, float]:
    """Return the 95 % interval of the mean gain when needs are drawn again."""
    sums, counts = np.bincount(places, weights=gains), np.bincount(places)
    drawn = np.random.default_rng(0).integers(0, n_needs, size=(N_RESAMPLES, n_needs))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
