"""Place texts among the fields of work in the vocabulary, so that a word shared with another trade counts less."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.encoder import FloatMatrix, cosines
from matching.subjects import shipped_subjects

#: How sharply a text is given to its nearest fields.
SHARPNESS = 14.0


def field_shares(vectors: FloatMatrix) -> NDArray[np.float64]:
    """Return how much each text belongs to each field, shape (n_texts, n_fields); rows add up to 1."""
    closeness = np.exp(SHARPNESS * cosines(vectors, shipped_subjects().fields).astype(np.float64))
    return np.asarray(np.round(closeness / closeness.sum(axis=1, keepdims=True), 6))


def field_agreement(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the overlap (Bhattacharyya coefficient, 0-1) of field shares, shape (n_left, n_right).

    The square roots are rounded to whole thousandths, so that the matrix product is exact.
    """
    roots = [np.rint(1000.0 * np.sqrt(shares)) for shares in (left, right)]
    return np.asarray(roots[0] @ roots[1].T) / 1e6
