"""Lay chosen pairs of courses and needs out one after the other, so that only these are measured, all at once.

A course has something to do with a dozen of a state's needs, and hardly two courses with the same dozen. Tables of some
courses by all the needs that any of them is compared with would be mostly filled for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matching.prepare import PreparedCourses, PreparedNeeds
from matching.segments import IntVector, segment_rows, segment_starts


@dataclass(frozen=True)
class Pairs:
    """Hold some pairs, course by course, with their rows and cells.

    A pair has one row for every element of its need; a row has one cell for every statement of the pair's course.

    Attributes
    ----------
    courses, needs : ndarray of int, shape (n_pairs,)
        Position of each pair's course and need; courses in ascending order, and needs within each course.
    starts, counts : ndarray of int, shape (n_pairs,)
        First row of each pair, and how many it has.
    owners : ndarray of int, shape (n_rows,)
        The pair of each row.
    elements : ndarray of int, shape (n_rows,)
        The element of each row.
    cell_starts, cell_counts : ndarray of int, shape (n_rows,)
        First cell of each row, and how many it has.
    """

    courses: IntVector
    needs: IntVector
    starts: IntVector
    counts: IntVector
    owners: IntVector
    elements: IntVector
    cell_starts: IntVector
    cell_counts: IntVector

    @property
    def row_courses(self) -> IntVector:
        """Return the course of each row."""
        return self.courses[self.owners]

    @property
    def n_cells(self) -> int:
        """Return how many cells all rows have together."""
        return int(self.cell_counts.sum())

    def by_course(self) -> Iterator[tuple[int, slice, slice]]:
        """Yield each course that is in a pair, with the range of its pairs and the range of their rows."""
        first_rows = np.append(self.starts, len(self.elements)).tolist()
        firsts = np.flatnonzero(np.diff(self.courses, prepend=-1)).tolist()
        for first, last in pairwise([*firsts, len(self.courses)]):
            yield int(self.courses[first]), slice(first, last), slice(first_rows[first], first_rows[last])


def chosen_pairs(is_chosen: NDArray[np.bool_], *, needs: PreparedNeeds, courses: PreparedCourses) -> Pairs:
    """Lay out the chosen pairs; `is_chosen` has shape (n_courses, n_needs)."""
    of_course, of_need = np.nonzero(is_chosen)
    counts = needs.counts[of_need]
    owners = np.repeat(np.arange(len(of_need)), counts)
    cell_counts = courses.counts[of_course[owners]]
    return Pairs(
        courses=of_course,
        needs=of_need,
        starts=segment_starts(counts),
        counts=counts,
        owners=owners,
        elements=segment_rows(needs.starts, needs.counts, of_need),
        cell_starts=segment_starts(cell_counts),
        cell_counts=cell_counts,
    )


def every_pair(*, needs: PreparedNeeds, courses: PreparedCourses) -> Pairs:
    """Lay out every pair; arrays over pairs or rows are then tables by course, written row after row."""
    everything = np.ones((len(courses.courses), len(needs.needs)), dtype=bool)
    return chosen_pairs(everything, needs=needs, courses=courses)
