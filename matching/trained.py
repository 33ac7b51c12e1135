"""Read a model that was trained on reviewers' decisions, and refuse one that this version cannot use."""

from __future__ import annotations

import json
from functools import lru_cache
from math import isfinite

from matching.judge import Logistic, Model, shipped_model


class UnfitModel(ValueError):  # noqa: N818 - named for what a person has to mend
    """Say why a model cannot be used."""


def read_model(text: str) -> Model:
    """Read the JSON of a model and check that it measures what the shipped one measures."""
    try:
        model = Model.from_json(text)
        _check(model)
    except json.JSONDecodeError as error:
        raise UnfitModel(
            f"this is not JSON (line {error.lineno}). Write a model with skillshed train-matcher."
        ) from None
    except (KeyError, TypeError, AttributeError):
        raise UnfitModel("this is no model of the matcher. Write one with skillshed train-matcher --out.") from None
    return model


def _check(model: Model) -> None:
    shipped = shipped_model()
    for name in ("stated", "related", "match", "element"):
        regression: Logistic = getattr(model, name)
        known: Logistic = getattr(shipped, name)
        if set(regression.coefficients) != set(known.coefficients):
            raise UnfitModel(
                f"its part “{name}” reads other features than this version of Skillshed measures. Train it again."
            )
        if not all(isfinite(value) for value in [regression.intercept, *regression.coefficients.values()]):
            raise UnfitModel(f"its part “{name}” holds something that is no number. Train it again.")


@lru_cache(maxsize=8)
def model_of(text: str) -> Model:
    """Return the model with this JSON; the shipped one for an empty text."""
    return Model.from_json(text) if text else shipped_model()
