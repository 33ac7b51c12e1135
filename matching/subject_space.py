"""Describe texts by the subjects of work and study that they are nearest to, so that meanings are compared sharply.

A cosine of two vectors says little where all texts are about work: everything is somewhat near everything. Which few
subjects a text is nearest to says more: two texts agree when they stand out near the same ones. Subjects that lie near
each other stand in one group, and a text is compared with the groups.
"""

from __future__ import annotations

import numpy as np

from matching.encoder import FloatMatrix, cosines
from matching.subjects import shipped_subjects

#: How sharply a text is given to its nearest subjects.
SHARPNESS = 27.0
#: Roots of shares are kept in thousandths, so that products of them are whole numbers and their sums exact.
THOUSANDTHS = 1000.0


def subject_roots(vectors: FloatMatrix) -> FloatMatrix:
    """Return how much each text belongs to each group of subjects, as square roots of shares in thousandths.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n_texts, n_dimensions)
        As `TokenTable.encode` writes them.

    Returns
    -------
    ndarray of float32, shape (n_texts, n_groups)
        Whole numbers. The squares of a row add up to about 1,000,000.
    """
    # The root of exp(x) is exp(x / 2), and the squares of the roots are the shares. Every step writes over the same
    # table, which spares the time of fetching new memory for each. In double precision, because computers differ in the
    # last digit of an exponential: in single precision that digit would reach the rounded thousandths.
    roots = cosines(vectors, shipped_subjects().groups).astype(np.float64)
    roots -= 1.0
    roots *= 0.5 * SHARPNESS
    np.exp(roots, out=roots)
    lengths = np.sqrt((roots * roots).sum(axis=1))
    roots *= (THOUSANDTHS / lengths)[:, None]
    return np.rint(roots, out=roots).astype(np.float32)


def subject_agreement(left: FloatMatrix, right: FloatMatrix) -> FloatMatrix:
    """Return the overlap (Bhattacharyya coefficient, 0-1) of subject shares, shape (n_left, n_right).

    Parameters
    ----------
    left, right : ndarray
        As `subject_roots` returns them. All partial sums are whole numbers below 2**24, so float32 holds them exactly.

    References
    ----------
    Bhattacharyya, A. (1943). On a measure of divergence between two statistical populations defined by their
    probability distributions. Bulletin of the Calcutta Mathematical Society 35, 99-109.
    """
    return np.asarray((left @ right.T) / np.float32(THOUSANDTHS**2), dtype=np.float32)
