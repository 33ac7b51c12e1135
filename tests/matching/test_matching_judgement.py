"""The logistic regressions and the rules that turn chances into grades."""

from __future__ import annotations

import math

import numpy as np
import pytest

from matching.judge import Logistic, Model, grade_pair, shipped_model
from matching.version import ENGINE_VERSION

NOTHING = Logistic(0.0, {})
MODEL = Model(
    version="test",
    stated=NOTHING,
    related=NOTHING,
    match=NOTHING,
    element=NOTHING,
    related_threshold=0.3,
    match_threshold=0.5,
    element_threshold=0.4,
    match_element_threshold=0.2,
)
CHANCES = np.array([0.9, 0.3, 0.1, 0.05])


def test_a_probability_is_the_logistic_of_intercept_and_weighted_features() -> None:
    found = Logistic(-1.0, {"b": 2.0, "a": 0.5}).probabilities({"a": np.array([[2.0]]), "b": np.array([[1.5]])})
    assert found.tolist() == [[round(1 / (1 + math.exp(-(-1.0 + 0.5 * 2.0 + 2.0 * 1.5))), 6)]]


def test_a_missing_feature_is_an_error_and_not_a_zero() -> None:
    with pytest.raises(KeyError, match="b"):
        Logistic(0.0, {"b": 1.0}).probabilities({"a": np.zeros((1, 1))})


@pytest.mark.parametrize(
    ("related", "match", "grade", "covered"),
    [
        (0.0, 0.9, 0, ()),
        (0.2, 0.9, 0, (0,)),
        (0.3, 0.4, 1, (0,)),
        (0.3, 0.5, 2, (0, 1)),
    ],
)
def test_chances_become_grades_at_the_thresholds(
    related: float, match: float, grade: int, covered: tuple[int, ...]
) -> None:
    assert grade_pair(CHANCES, related=related, match=match, model=MODEL) == (grade, covered)


def test_what_covers_less_than_half_of_the_elements_needs_revision() -> None:
    assert grade_pair(np.array([0.9, 0.1, 0.1]), related=0.9, match=0.9, model=MODEL) == (1, (0,))


def test_a_related_course_covers_at_least_its_likeliest_element() -> None:
    assert grade_pair(np.array([0.05, 0.15, 0.1]), related=0.9, match=0.1, model=MODEL) == (1, (1,))


def test_the_shipped_model_survives_its_json_and_carries_the_engines_version() -> None:
    model = shipped_model()
    assert Model.from_json(model.to_json()) == model
    assert model.version == ENGINE_VERSION
