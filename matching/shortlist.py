"""Find the needs that a course could serve at all; only these are compared with it element by element.

A state has 500 needs, and a course has something to do with a dozen of them. The shortlist compares titles, whole texts
and single statements with each need as a whole, by a logistic regression of its own, and leaves a wide margin: on the
labelled sets no pair that the full comparison calls related is left out (docs/method.md). Each pair is looked at for
itself, so no other course or need changes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.features import N_DIGITS, Features, Matrix, quick_similarities
from matching.judge import Logistic
from matching.prepare import PreparedCourses, PreparedNeeds

SHORTLIST_FILE = Path(__file__).with_name("shortlist.json")


@dataclass(frozen=True)
class Shortlist:
    """Hold the regression and the chance from which on a pair is compared in full."""

    logistic: Logistic
    threshold: float

    def to_json(self) -> str:
        """Write it for people to read."""
        content = {
            "threshold": self.threshold,
            "intercept": self.logistic.intercept,
            "coefficients": self.logistic.coefficients,
        }
        return json.dumps(content, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Shortlist:
        """Read what `to_json` wrote."""
        content = json.loads(text)
        return cls(Logistic(content["intercept"], content["coefficients"]), content["threshold"])

    def chances(self, needs: PreparedNeeds, courses: PreparedCourses) -> Matrix:
        """Return how likely each pair is worth a closer look, 0-1, shape (n_courses, n_needs)."""
        return self.logistic.probabilities(quick_features(needs, courses))

    def lists(self, quick: Features) -> NDArray[np.bool_]:
        """Tell which pairs are worth a closer look, from what `quick_similarities` returns."""
        return np.asarray(self.logistic.probabilities(_rounded(quick)) >= self.threshold)


def quick_features(needs: PreparedNeeds, courses: PreparedCourses) -> Features:
    """Return the features that the shortlist looks at, rounded as everywhere."""
    return _rounded(quick_similarities(needs, courses))


def _rounded(features: Features) -> Features:
    return {name: np.round(values, N_DIGITS) for name, values in features.items()}


@lru_cache(maxsize=1)
def shipped_shortlist() -> Shortlist:
    """Read the shortlist that ships with Skillshed, once."""
    return Shortlist.from_json(SHORTLIST_FILE.read_text(encoding="utf-8"))
