"""Work with lists that lie end to end in one array, each known by its start and its length."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

IntVector = NDArray[np.int64]


def segment_starts(counts: IntVector) -> IntVector:
    """Return where each of some segments of these lengths begins."""
    return segment_bounds(counts)[:-1]


def segment_bounds(counts: IntVector) -> IntVector:
    """Return where each of some segments of these lengths begins, and at last where all of them end."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def segment_rows(starts: IntVector, counts: IntVector, places: IntVector) -> IntVector:
    """Return the rows of some segments, one segment after the other."""
    lengths = counts[places]
    offsets = np.arange(lengths.sum()) - np.repeat(segment_starts(lengths), lengths)
    return np.asarray(np.repeat(starts[places], lengths) + offsets, dtype=np.int64)
