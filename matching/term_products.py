"""Multiply the terms of texts with the terms of needs: for all texts and needs, or for chosen ones only.

All terms weigh whole numbers, so every sum here is exact whatever its order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from matching.prepare import PreparedCourses, TermRows
from matching.segments import IntVector, segment_rows, segment_starts

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]


def products(left: csr_matrix, right: csr_matrix) -> Matrix:
    """Return left @ right.T as a dense matrix."""
    return np.asarray((left @ right.T).toarray())


@dataclass(frozen=True)
class TermPlaces:
    """Know where in the statements of each course every term stands.

    Attributes
    ----------
    firsts, counts : ndarray of int, shape (n_courses × n_columns,)
        First entry of each course's term, and how many it has.
    statements : ndarray of int, shape (n_entries,)
        Position of the statement within its course.
    shares, weights : ndarray, shape (n_entries,)
        As in `TermRows`.
    """

    n_columns: int
    firsts: IntVector
    counts: IntVector
    statements: IntVector
    shares: Vector
    weights: Vector


def term_places(courses: PreparedCourses) -> TermPlaces:
    """Sort the terms of the statements by course and term."""
    terms = courses.statement_terms
    n_statements, n_columns = terms.shares.shape
    of_statement = np.repeat(np.arange(n_statements), np.diff(terms.shares.indptr))
    of_course = np.repeat(np.arange(len(courses.courses)), courses.counts)[of_statement]
    keys = of_course * n_columns + terms.shares.indices
    order = np.argsort(keys, kind="stable")
    counts = np.bincount(keys, minlength=len(courses.courses) * n_columns)
    return TermPlaces(
        n_columns=n_columns,
        firsts=segment_starts(counts),
        counts=counts,
        statements=(of_statement - courses.starts[of_course])[order],
        shares=terms.shares.data[order],
        weights=terms.weights.data[order],
    )


@dataclass(frozen=True)
class _Lookup:
    """Hold the terms of some wanted texts, each to be looked up in one course."""

    rows: IntVector
    keys: IntVector
    weights: Vector


def _lookup(wanted: TermRows, *, texts: IntVector, courses: IntVector) -> _Lookup:
    """Look the terms of `wanted[texts[r]]` up in course `courses[r]`, for each row r."""
    matrix = wanted.weights
    lengths = np.diff(matrix.indptr).astype(np.int64)
    entries = segment_rows(matrix.indptr[:-1].astype(np.int64), lengths, texts)
    rows = np.repeat(np.arange(len(texts)), lengths[texts])
    return _Lookup(rows, courses[rows] * matrix.shape[1] + matrix.indices[entries], matrix.data[entries])


def cell_products(
    places: TermPlaces, wanted: TermRows, *, texts: IntVector, courses: IntVector, cell_starts: IntVector, n_cells: int
) -> tuple[Vector, Vector]:
    """Multiply wanted texts with the statements of one course each.

    Parameters
    ----------
    texts, courses : ndarray of int, shape (n_rows,)
        Each row's wanted text, and the course in whose statements it is looked for.
    cell_starts : ndarray of int, shape (n_rows,)
        First cell of each row, one cell a statement.

    Returns
    -------
    two ndarrays, shape (n_cells,)
        Sums of the statement's shares times wanted weights, and of both weights.
    """
    asked = _lookup(wanted, texts=texts, courses=courses)
    n_found = places.counts[asked.keys]
    entries = segment_rows(places.firsts, places.counts, asked.keys)
    cells = np.repeat(cell_starts[asked.rows], n_found) + places.statements[entries]
    weights = np.repeat(asked.weights, n_found)
    by_share = _sums(cells, places.shares[entries] * weights, n=n_cells)
    by_weight = _sums(cells, places.weights[entries] * weights, n=n_cells)
    return by_share, by_weight


def row_products(shares: csr_matrix, wanted: TermRows, *, texts: IntVector, courses: IntVector) -> Vector:
    """Multiply, for each row r, the shares of course `courses[r]` (one text a course) with `wanted[texts[r]]`."""
    asked = _lookup(wanted, texts=texts, courses=courses)
    found = shares.toarray().ravel()[asked.keys]
    return _sums(asked.rows, found * asked.weights, n=len(texts))


def _sums(places: IntVector, values: Vector, *, n: int) -> Vector:
    """Add up the values of each of `n` places."""
    return np.asarray(np.bincount(places, weights=values, minlength=n), dtype=np.float64)
