"""The logistic regressions and the rules that turn chances into grades."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from matching.judge import LEAST_MATCH_GRADE, LEAST_REVISE_GRADE, Logistic, Model, grade_pair, shipped_model
from matching.version import ENGINE_VERSION

NOTHING = Logistic(0.0, {})
MODEL = Model(
    version="test",
    stated=NOTHING,
    related=NOTHING,
    match=NOTHING,
    element=NOTHING,
    least_revise_grade=0.4,
    least_match_grade=1.2,
    element_threshold=0.4,
    match_element_threshold=0.2,
)
CHANCES = np.array([0.9, 0.3, 0.3, 0.1])


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
        (0.39, 0.0, 0, (0,)),
        (0.4, 0.0, 1, (0,)),
        (0.25, 0.5, 0, (0,)),
        (0.32, 0.25, 1, (0,)),
        (1.0, 0.19, 1, (0,)),
        (1.0, 0.2, 2, (0, 1, 2)),
        (0.64, 0.875, 2, (0, 1, 2)),
    ],
)
def test_the_expected_grade_decides(related: float, match: float, grade: int, covered: tuple[int, ...]) -> None:
    """related × (1 + match): .25 × 1.5 = .375 is too little, .32 × 1.25 = .4 and .64 × 1.875 = 1.2 are just enough."""
    assert grade_pair(CHANCES, related=related, match=match, model=MODEL) == (grade, covered)


def test_what_covers_less_than_half_of_the_elements_needs_revision() -> None:
    assert grade_pair(np.array([0.99, 0.19, 0.19]), related=0.9, match=0.9, model=MODEL) == (1, (0,))


def test_a_match_needs_two_fifths_of_the_elements_by_expectation_too() -> None:
    """(.96 + .08 + .08 + .4) / 4 = .38 and (.96 + .08 + .17 + .4) / 4 = .4025."""
    assert grade_pair(np.array([0.96, 0.08, 0.08, 0.4]), related=1.0, match=0.9, model=MODEL) == (1, (0, 3))
    assert grade_pair(np.array([0.96, 0.08, 0.17, 0.4]), related=1.0, match=0.9, model=MODEL) == (2, (0, 3))


def test_a_related_course_covers_at_least_its_likeliest_element() -> None:
    assert grade_pair(np.array([0.05, 0.15, 0.1]), related=0.9, match=0.1, model=MODEL) == (1, (1,))


def test_a_model_of_an_earlier_engine_is_read_with_todays_cuts() -> None:
    earlier = json.loads(MODEL.to_json())
    del earlier["least_revise_grade"], earlier["least_match_grade"]
    read = Model.from_json(json.dumps(earlier | {"related_threshold": 0.32, "match_threshold": 0.35}))
    assert read == replace(MODEL, least_revise_grade=LEAST_REVISE_GRADE, least_match_grade=LEAST_MATCH_GRADE)


def test_the_shipped_model_survives_its_json_and_carries_the_engines_version() -> None:
    model = shipped_model()
    assert Model.from_json(model.to_json()) == model
    assert model.version == ENGINE_VERSION
