"""Describe texts by the concepts of the vocabulary that they are nearest to, so that meanings are compared sharply.

A cosine of two vectors says little where all texts are about work: everything is somewhat near everything. Which few
concepts a text is nearest to says more: two texts agree when they stand out near the same ones.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from matching.encoder import FloatMatrix, combined, cosines, shipped_table
from matching.terms import VOCABULARY_FILE

#: How sharply a text is given to its nearest concepts.
SHARPNESS = 27.0
#: Roots of shares are kept in thousandths, so that products of them are whole numbers and their sums exact.
THOUSANDTHS = 1000.0


@lru_cache(maxsize=1)
def concept_vectors() -> FloatMatrix:
    """Return one vector per concept, in the order of names: the sum of the vectors of the names it goes by.

    Narrower things are left out: they say that a text shows the concept, not what the concept is.
    """
    concepts: dict[str, list[str]] = {}
    for line in VOCABULARY_FILE.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith(("#", "[")):
            name, _, others = line.partition(">")[0].partition("=")
            concepts[name.strip()] = [written.strip() for written in (name, *others.split(",")) if written.strip()]
    table = shipped_table()
    rows = [combined(table.encode(names), np.array([0])) for _, names in sorted(concepts.items())]
    return np.concatenate(rows)


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
    roots = cosines(vectors, concept_vectors()).astype(np.float64)
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
