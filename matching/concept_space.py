"""Describe texts by the concepts of the vocabulary that they are nearest to, so that meanings are compared sharply.

A cosine of two vectors says little where all texts are about work: everything is somewhat near everything. Which few
concepts a text is nearest to says more: two texts agree when they stand out near the same ones.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from matching.encoder import FloatMatrix, combined, cosines, shipped_table
from matching.terms import Name, shipped_names

#: How sharply a text is given to its nearest concepts.
SHARPNESS = 27.0
#: A concept whose cosine to an earlier one is this great is no landmark beside it.
VERY_NEAR = 0.8
#: The heading of word forms that belong to no field.
NO_FIELD = "words"
#: Roots of shares are kept in thousandths, so that products of them are whole numbers and their sums exact.
THOUSANDTHS = 1000.0


@lru_cache(maxsize=1)
def concept_vectors() -> FloatMatrix:
    """Return one vector per concept, in the order of names: the sum of the vectors of the names it goes by.

    Narrower things are left out: they say that a text shows the concept, not what the concept is.
    """
    return _sums(lambda name: name.concept)


@lru_cache(maxsize=1)
def landmarks() -> FloatMatrix:
    """Return the concepts' vectors without those that lie very near an earlier one, in the order of names."""
    vectors = concept_vectors()
    near = cosines(vectors, vectors) >= VERY_NEAR
    kept: list[int] = []
    for number, row in enumerate(near):
        if not row[kept].any():
            kept.append(number)
    return vectors[kept]


@lru_cache(maxsize=1)
def field_vectors() -> FloatMatrix:
    """Return one vector per field of work, in the order of headings: the sum of the vectors of its concepts' names."""
    return _sums(lambda name: None if name.field == NO_FIELD else name.field)


def _sums(group: Callable[[Name], str | None]) -> FloatMatrix:
    """Add the vectors of the names of each group, in the order of groups; names without one are left out."""
    names, vectors = _encoded_names()
    groups = [group(name) for name in names]
    order = sorted((i for i, g in enumerate(groups) if g is not None), key=lambda i: (str(groups[i]), i))
    sorted_groups = [groups[i] for i in order]
    starts = [k for k, g in enumerate(sorted_groups) if k == 0 or g != sorted_groups[k - 1]]
    return combined(vectors[order], np.array(starts))


@lru_cache(maxsize=1)
def _encoded_names() -> tuple[tuple[Name, ...], FloatMatrix]:
    """Return the names of all concepts and their vectors, encoded once for concepts and fields."""
    names = tuple(shipped_names())
    return names, shipped_table().encode([name.written for name in names])


def concept_roots(vectors: FloatMatrix) -> FloatMatrix:
    """Return how much each text belongs to each concept, as square roots of shares in thousandths (whole numbers).

    Parameters
    ----------
    vectors : ndarray of float32, shape (n_texts, n_dimensions)
        As `TokenTable.encode` writes them.

    Returns
    -------
    ndarray of float32, shape (n_texts, n_concepts)
        The squares of a row add up to about 1,000,000.
    """
    # The root of exp(x) is exp(x / 2), and the squares of the roots are the shares. Every step writes over the same
    # table, which spares the time of fetching new memory for each.
    roots = cosines(vectors, landmarks()).astype(np.float64)
    roots -= 1.0
    roots *= 0.5 * SHARPNESS
    np.exp(roots, out=roots)
    lengths = np.sqrt((roots * roots).sum(axis=1))
    roots *= (THOUSANDTHS / lengths)[:, None]
    return np.rint(roots, out=roots).astype(np.float32)


def concept_agreement(left: FloatMatrix, right: FloatMatrix) -> FloatMatrix:
    """Return the overlap (Bhattacharyya coefficient, 0-1) of concept shares, shape (n_left, n_right).

    Parameters
    ----------
    left, right : ndarray
        As `concept_roots` returns them. All partial sums are whole numbers below 2**24, so float32 holds them exactly.

    References
    ----------
    Bhattacharyya, A. (1943). On a measure of divergence between two statistical populations defined by their
    probability distributions. Bulletin of the Calcutta Mathematical Society 35, 99-109.
    """
    return np.asarray((left @ right.T) / np.float32(THOUSANDTHS**2), dtype=np.float32)
