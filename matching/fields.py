"""Place texts among the fields of work in the vocabulary, so that a word shared with another trade counts less."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matching.encoder import FloatMatrix, combined, cosines, shipped_table
from matching.terms import shipped_names

#: How sharply a text is given to its nearest fields.
SHARPNESS = 14.0
#: The heading of word forms that belong to no field.
NO_FIELD = "words"


@lru_cache(maxsize=1)
def field_vectors() -> FloatMatrix:
    """Return one vector per field of work, in the order of headings: the sum of the vectors of its concepts' names.

    Narrower things are left out: they say that a text shows the concept, not what the concept is.
    """
    names = sorted((name for name in shipped_names() if name.field != NO_FIELD), key=lambda name: name.field)
    vectors = shipped_table().encode([name.written for name in names])
    starts = [k for k, name in enumerate(names) if k == 0 or name.field != names[k - 1].field]
    return combined(vectors, np.array(starts))


def field_shares(vectors: FloatMatrix) -> NDArray[np.float64]:
    """Return how much each text belongs to each field, shape (n_texts, n_fields); rows add up to 1."""
    closeness = np.exp(SHARPNESS * cosines(vectors, field_vectors()).astype(np.float64))
    return np.asarray(np.round(closeness / closeness.sum(axis=1, keepdims=True), 6))


def field_agreement(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the overlap (Bhattacharyya coefficient, 0-1) of field shares, shape (n_left, n_right).

    The square roots are rounded to whole thousandths, so that the matrix product is exact.
    """
    roots = [np.rint(1000.0 * np.sqrt(shares)) for shares in (left, right)]
    return np.asarray(roots[0] @ roots[1].T) / 1e6
