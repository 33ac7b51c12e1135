"""Turn measured features into probabilities with logistic regressions whose coefficients ship as readable JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from matching.features import Features, Matrix, Measured
from matching.segments import IntVector

MODEL_FILE = Path(__file__).with_name("model.json")
#: Expected grades from which on a pair is called needs revision or match. Where the quadratic weighted kappa is κ, one
#: grade more pays from κ / 2 on, and another from 3 κ / 2 on (.36 and 1.08 for .72). The second is set higher, so that
#: fewer revisions are called match.
LEAST_REVISE_GRADE = 0.36
LEAST_MATCH_GRADE = 1.3


@dataclass(frozen=True)
class Logistic:
    """Hold a logistic regression: P = 1 / (1 + exp(-(intercept + sum of coefficients × features))).

    Coefficients belong to features as measured (not standardised), so a reader can recompute any score by hand.
    """

    intercept: float
    coefficients: Mapping[str, float]

    def probabilities(self, features: Features) -> Matrix:
        """Return P for each entry, with the features added in the order of their names.

        Parameters
        ----------
        features : dict of ndarray
            All of one shape; raises KeyError where a feature of the model is missing.

        Returns
        -------
        ndarray of that shape, values in 0-1, rounded to six digits
        """
        total = np.full(np.shape(next(iter(features.values()))), self.intercept)
        for name in sorted(self.coefficients):
            total = total + self.coefficients[name] * features[name]
        return np.round(1.0 / (1.0 + np.exp(-np.round(total, 9))), 6)


@dataclass(frozen=True)
class Model:
    """Hold the regressions of the matcher and the thresholds at which a probability becomes a word.

    `stated` judges an element against any course, `related` a pair, `match` a related pair, and `element` an element
    of a related pair. A pair is revised or matched from an expected grade on: related × (1 + match), 0-2.
    """

    version: str
    stated: Logistic
    related: Logistic
    match: Logistic
    element: Logistic
    least_revise_grade: float
    least_match_grade: float
    element_threshold: float
    match_element_threshold: float

    def to_json(self) -> str:
        """Write the model for people to read."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Model:
        """Read a model that `to_json` wrote; one from before 1.4, which cut chances apart, gets today's cuts."""
        content = json.loads(text)
        if content.pop("related_threshold", None) is not None:
            del content["match_threshold"]
            content |= {"least_revise_grade": LEAST_REVISE_GRADE, "least_match_grade": LEAST_MATCH_GRADE}
        for name in ("stated", "related", "match", "element"):
            content[name] = Logistic(**content[name])
        return cls(**content)


@dataclass(frozen=True)
class Judged:
    """Hold the probabilities of some courses.

    Attributes
    ----------
    related : ndarray, shape (n_courses, n_needs) or (n_pairs,)
        That the course serves the need at least in part.
    match : ndarray, shape (n_courses, n_needs) or (n_pairs,)
        That it serves it as it is, given that it is related.
    element : ndarray, shape (n_courses, n_elements) or (n_rows,)
        That the element is stated or entailed, given that the course is related.
    score : ndarray, shape (n_courses, n_needs) or (n_pairs,)
        Expected worth, 0-1: related × (1 + 2 match) / 3, a match counting three times a revision.
    """

    related: Matrix
    match: Matrix
    element: Matrix
    score: Matrix

    @cached_property
    def expected_grade(self) -> Matrix:
        """Return related × (1 + match), 0-2: 1 for a sure revision, 2 for a sure match, shape (n_courses, n_needs)."""
        return np.asarray(self.related * (1 + self.match))


class Segments(Protocol):
    """Know where the elements of each need, or of each pair, stand in the last dimension of an array."""

    @property
    def starts(self) -> IntVector:
        """Return the first element of each."""

    @property
    def counts(self) -> IntVector:
        """Return how many elements each has."""


def judge(measured: Measured, *, needs: Segments, model: Model) -> Judged:
    """Apply the model to everything measured: tables by course and need, or pairs laid out one after the other."""
    pair = measured.pair | stated_outlook(model.stated.probabilities(measured.element), needs=needs)
    related = model.related.probabilities(pair)
    element = model.element.probabilities(measured.element)
    match = model.match.probabilities(pair | covered_outlook(element, needs=needs))
    score = np.round(related * (1 + 2 * match) / 3, 6)
    return Judged(related=related, match=match, element=element, score=score)


def stated_outlook(stated: Matrix, *, needs: Segments) -> Features:
    """Summarise how likely the elements of each need are stated: log odds of any and of the best three, and mean."""
    shape = (*stated.shape[:-1], len(needs.counts))
    names = ("none", "stated_best", "stated_second", "stated_third", "stated_mean")
    outlook = {name: np.empty(shape) for name in names}
    for count in np.unique(needs.counts):
        places = np.flatnonzero(needs.counts == count)
        chances = -np.sort(-stated[..., needs.starts[places, None] + np.arange(count)], axis=-1)
        outlook["none"][..., places] = np.prod(1.0 - chances, axis=-1)
        for rank, name in enumerate(names[1:4]):
            outlook[name][..., places] = chances[..., min(rank, count - 1)]
        outlook["stated_mean"][..., places] = np.round(chances.sum(axis=-1) / count, 6)
    any_stated = 1.0 - outlook.pop("none")
    return {
        "stated_any": _log_odds(any_stated),
        **{name: _log_odds(outlook[name]) for name in names[1:4]},
        "stated_mean": outlook["stated_mean"],
    }


#: Below this chance of being related, no element is reported as covered for a pair that is judged unrelated.
NEARLY_RELATED = 0.01


#: A match covers at least this share of the elements; a course that covers less needs revision.
LEAST_MATCH_SHARE = 0.5
#: The elements' chances of a match come to at least this share of them.
LEAST_EXPECTED_SHARE = 0.4


def grade_pair(
    chances: Sequence[float] | Matrix, *, related: float, match: float, model: Model
) -> tuple[int, tuple[int, ...]]:
    """Return the grade of one pair (0 unrelated, 1 needs revision, 2 match) and the elements it covers.

    Parameters
    ----------
    chances : sequence of float, one an element
        Chance that each element is covered, given that the pair is related.
    related, match : float
        Chances of the pair, as in `Judged`.

    Returns
    -------
    tuple of int and tuple of int
        Elements count from 0. Those above the threshold are covered, and at least the likeliest one: a course that
        serves a need in part states something of it. In a course that looks like a match an element may be stated less
        plainly. A pair that is hardly related covers none.
    """
    if related < NEARLY_RELATED:
        return 0, ()
    expected = related * (1 + match)
    is_match = expected >= model.least_match_grade and sum(chances) >= LEAST_EXPECTED_SHARE * len(chances)
    grade = int(expected >= model.least_revise_grade) + int(is_match)
    threshold = model.match_element_threshold if grade == 2 else model.element_threshold
    covered = tuple(k for k, chance in enumerate(chances) if chance >= threshold) or (int(np.argmax(chances)),)
    return (1 if grade == 2 and len(covered) < LEAST_MATCH_SHARE * len(chances) else grade), covered


def _log_odds(chances: Matrix) -> Matrix:
    held = np.clip(chances, 1e-6, 1.0 - 1e-6)
    return np.asarray(np.round(np.log(held / (1.0 - held)), 6))


def covered_outlook(element: Matrix, *, needs: Segments) -> Features:
    """Summarise the element probabilities of each need for the match model: mean, least and greatest."""
    return {
        "covered_mean": np.round(np.add.reduceat(element, needs.starts, axis=-1) / needs.counts, 6),
        "covered_least": np.minimum.reduceat(element, needs.starts, axis=-1),
        "covered_most": np.maximum.reduceat(element, needs.starts, axis=-1),
    }


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """Read the model that ships with Skillshed, once."""
    return Model.from_json(MODEL_FILE.read_text(encoding="utf-8"))
