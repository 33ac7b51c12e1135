"""Read needs and courses once: statements, terms and vectors, ready to be compared.

All numbers kept here are whole, so every later sum is exact whatever the order or grouping of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain, repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from matching.background import term_weight
from matching.cache import cached_readings
from matching.encoder import FloatMatrix, combined, shipped_table
from matching.fields import field_shares
from matching.records import Course, Need
from matching.segments import IntVector, segment_bounds, segment_starts
from matching.subject_space import subject_roots
from matching.subjects import widened_elements, widened_needs
from matching.terms import term_shares
from matching.text import Statement, clauses, clean, depth_share, title_level

Terms = Mapping[str, float]
FloatVector = NDArray[np.float64]
FloatMatrix64 = NDArray[np.float64]

#: Shares of terms are kept in tenths.
TENTHS = 10
LEVEL_RANKS = {"basic": 0, "working": 1, "advanced": 2}


@dataclass(frozen=True)
class TermRows:
    """Hold the terms of many texts.

    Attributes
    ----------
    shares, weights : csr_matrix, shape (n_texts, n_columns)
        Share of each term in tenths, and share times weight; only terms that some need uses have a column.
    totals : ndarray, shape (n_texts,)
        Sum of `weights` over all terms of the text, those without a column included.
    lengths : ndarray, shape (n_texts,)
        Euclidean length of the weights over all terms of the text.
    """

    shares: csr_matrix
    weights: csr_matrix
    totals: FloatVector
    lengths: FloatVector


def term_rows(texts: Sequence[Terms], *, columns: Mapping[str, int]) -> TermRows:
    """Lay the terms of texts out as rows over the columns that the needs use."""
    terms = list(chain.from_iterable(texts))
    owners = np.repeat(np.arange(len(texts)), list(map(len, texts)))
    shares = np.fromiter(chain.from_iterable(text.values() for text in texts), dtype=float, count=len(terms))
    tenths = np.rint(TENTHS * shares)
    weights = tenths * np.fromiter(map(term_weight, terms), dtype=float, count=len(terms))
    places = np.fromiter(map(columns.get, terms, repeat(-1)), dtype=np.int64, count=len(terms))
    known = places >= 0
    row_starts = segment_bounds(np.bincount(owners[known], minlength=len(texts)))
    shape = (len(texts), len(columns))
    return TermRows(
        shares=csr_matrix((tenths[known], places[known], row_starts), shape=shape),
        weights=csr_matrix((weights[known], places[known], row_starts), shape=shape),
        totals=np.maximum(np.bincount(owners, weights, minlength=len(texts)), 1.0),
        lengths=np.sqrt(np.maximum(np.bincount(owners, weights * weights, minlength=len(texts)), 1.0)),
    )


def concept_totals(texts: Sequence[Terms]) -> FloatVector:
    """Return what the concepts of each text weigh together, in the units of `TermRows.totals`."""
    return term_rows(list(map(only_concepts, texts)), columns={}).totals


def only_concepts(terms: Terms) -> dict[str, float]:
    """Return the vocabulary's concepts among the terms of a text."""
    return {term: share for term, share in terms.items() if term.startswith("@")}


def merged(parts: Iterable[Terms]) -> dict[str, float]:
    """Unite the terms of several texts; each term keeps its greatest share."""
    united: dict[str, float] = {}
    for terms in parts:
        for term, share in terms.items():
            if share > united.get(term, 0.0):
                united[term] = share
    return united


@dataclass(frozen=True)
class PreparedNeeds:
    """Hold the needs of a run with their terms and vectors.

    Attributes
    ----------
    elements : tuple of str
        The performance elements of all needs, one after the other; a need without elements has its title here.
    starts, counts : ndarray of int, shape (n_needs,)
        First element of each need, and how many it has.
    owners : ndarray of int, shape (n_elements,)
        The need of each element.
    part_starts, part_counts : ndarray of int, shape (n_elements,)
        First part (clause) of each element among the parts of all, and how many it has.
    whole_roots : ndarray of float32, shape (n_needs, n_groups)
        The subjects that each need is near to, as `subject_roots` returns them.
    widened_elements, widened_needs : ndarray of float32, shape (n_elements or n_needs, n_dimensions)
        Elements and whole needs with what is said of the same tasks and subjects elsewhere.
    clause_targets : ndarray of float32, shape (2 n_elements + n_parts + 2 n_needs, n_dimensions)
        What clauses are compared with, end to end: elements, widened elements, parts, titles, widened needs.
    clause_target_roots : ndarray of float32, shape (n_elements + n_parts, n_groups)
        The subjects that elements and parts of elements are near to.
    """

    needs: tuple[Need, ...]
    elements: tuple[str, ...]
    starts: IntVector
    counts: IntVector
    owners: IntVector
    columns: dict[str, int]
    element_terms: TermRows
    title_terms: TermRows
    area_terms: TermRows
    whole_terms: TermRows
    element_concepts: TermRows
    title_concepts: TermRows
    whole_concepts: TermRows
    element_vectors: FloatMatrix
    title_vectors: FloatMatrix
    whole_vectors: FloatMatrix
    level_ranks: FloatVector
    field_shares: FloatMatrix64
    part_starts: IntVector
    part_counts: IntVector
    whole_roots: FloatMatrix
    widened_elements: FloatMatrix
    widened_needs: FloatMatrix
    clause_targets: FloatMatrix
    clause_target_roots: FloatMatrix


def prepare_needs(needs: Sequence[Need], *, region_lines: tuple[str, ...] = ()) -> PreparedNeeds:
    """Read the needs of a run, with a region's own lines of vocabulary; raise ValueError if there is no need."""
    if not needs:
        raise ValueError("There is no skill need to judge by.")
    return _prepared_needs(tuple(needs), region_lines=region_lines)


@lru_cache(maxsize=4)
def _prepared_needs(needs: tuple[Need, ...], *, region_lines: tuple[str, ...]) -> PreparedNeeds:
    read = partial(term_shares, region_lines=region_lines)
    element_lists = [need.elements or (need.title,) for need in needs]
    elements = tuple(chain.from_iterable(element_lists))
    counts = np.array([len(e) for e in element_lists])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
    element_terms = [read(e) for e in elements]
    titles = [read(n.title) for n in needs]
    areas = [read(n.area) for n in needs]
    whole = [merged([titles[i], areas[i], *map(read, element_lists[i])]) for i in range(len(needs))]
    columns = {term: i for i, term in enumerate(sorted(set(chain.from_iterable(whole))))}
    table = shipped_table()
    element_vectors = table.encode([clean(e) for e in elements])
    title_vectors = table.encode([clean(n.title) for n in needs])
    whole_vectors = _need_vectors(element_vectors, title_vectors, starts=starts, counts=counts)
    area_vectors = table.encode([clean(n.area) for n in needs])
    parts = [found[1:] or found for found in (clauses(clean(element)) for element in elements)]
    part_counts = np.array([len(of_element) for of_element in parts])
    part_vectors = table.encode(list(chain.from_iterable(parts)))
    wide_elements, wide_needs = widened_elements(element_vectors), widened_needs(whole_vectors)
    return PreparedNeeds(
        needs=tuple(needs),
        elements=elements,
        starts=starts,
        counts=counts,
        owners=np.repeat(np.arange(len(needs)), counts),
        columns=columns,
        element_terms=term_rows(element_terms, columns=columns),
        title_terms=term_rows(titles, columns=columns),
        area_terms=term_rows(areas, columns=columns),
        whole_terms=term_rows(whole, columns=columns),
        element_concepts=term_rows(list(map(only_concepts, element_terms)), columns=columns),
        title_concepts=term_rows(list(map(only_concepts, titles)), columns=columns),
        whole_concepts=term_rows(list(map(only_concepts, whole)), columns=columns),
        element_vectors=element_vectors,
        title_vectors=title_vectors,
        whole_vectors=whole_vectors,
        level_ranks=np.array([LEVEL_RANKS.get(n.level, 1) for n in needs], dtype=float),
        field_shares=field_shares(_sum_of(whole_vectors, area_vectors)),
        part_starts=segment_starts(part_counts),
        part_counts=part_counts,
        whole_roots=subject_roots(whole_vectors),
        widened_elements=wide_elements,
        widened_needs=wide_needs,
        clause_targets=np.concatenate([element_vectors, wide_elements, part_vectors, title_vectors, wide_needs]),
        clause_target_roots=subject_roots(np.concatenate([element_vectors, part_vectors])),
    )


def _need_vectors(elements: FloatMatrix, titles: FloatMatrix, *, starts: IntVector, counts: IntVector) -> FloatMatrix:
    """Add each need's title (twice) to its elements."""
    of_elements = np.add.reduceat(elements.astype(np.int64), starts, axis=0)
    sums = of_elements + 2 * titles.astype(np.int64)
    return combined(sums.astype(np.float32), np.arange(len(counts)))


@dataclass(frozen=True)
class PreparedCourses:
    """Hold some courses with their statements, terms and vectors.

    Attributes
    ----------
    statements : tuple of Statement
        The statements of all courses, one course after the other; every course has at least one.
    starts, counts : ndarray of int, shape (n_courses,)
        First statement of each course, and how many it has.
    clause_vectors : ndarray of float32, shape (n_clauses, n_dimensions)
        Each statement as a whole, followed by its clauses.
    clause_starts : ndarray of int, shape (n_statements,)
        First row of each statement in `clause_vectors`.
    title_ranks : ndarray, shape (n_courses,)
        Level that the title states (0, 1, 2), -1 where it is silent.
    title_in_body : ndarray of bool, shape (n_courses,)
        Whether a term of the title stands in the other statements too; True for a title without terms.
    """

    courses: tuple[Course, ...]
    statements: tuple[Statement, ...]
    starts: IntVector
    counts: IntVector
    statement_terms: TermRows
    title_terms: TermRows
    whole_terms: TermRows
    program_terms: TermRows
    title_concept_totals: FloatVector
    whole_concept_totals: FloatVector
    clause_vectors: FloatMatrix
    clause_starts: IntVector
    title_vectors: FloatMatrix
    whole_vectors: FloatMatrix
    title_ranks: FloatVector
    depths: FloatVector
    n_body_terms: IntVector
    title_in_body: NDArray[np.bool_]
    field_shares: FloatMatrix64

    def statements_of(self, course: int) -> slice:
        """Return the range of one course's statements."""
        return slice(self.starts[course], self.starts[course] + self.counts[course])

    def clauses_of(self, course: int) -> tuple[FloatMatrix, IntVector]:
        """Return the vectors of one course's clauses, and the first of each of its statements among them."""
        firsts = self.clause_starts[self.statements_of(course)]
        end = self.starts[course] + self.counts[course]
        last = self.clause_starts[end] if end < len(self.clause_starts) else len(self.clause_vectors)
        return self.clause_vectors[firsts[0] : last], firsts - firsts[0]


def prepare_courses(
    courses: Sequence[Course],
    *,
    columns: Mapping[str, int],
    region_lines: tuple[str, ...] = (),
    cache_path: Path | None = None,
) -> PreparedCourses:
    """Read some courses.

    Parameters
    ----------
    columns : dict of str to int
        The terms that the needs use.
    region_lines : tuple of str
        A region's own vocabulary.
    cache_path : Path, optional
        File that keeps what was read of each text; it saves time and has no effect on the result.
    """
    readings = cached_readings(courses, region_lines=region_lines, path=cache_path)
    of_course = [reading.statements for reading in readings]
    counts = np.array([len(s) for s in of_course])
    starts = segment_starts(counts)
    terms = list(chain.from_iterable(reading.statement_terms for reading in readings))
    titles = [reading.title_terms for reading in readings]
    bodies = [merged(t for s, t in zip(r.statements, r.statement_terms, strict=True) if s.field != "title")
              for r in readings]  # fmt: skip
    whole = [merged([t, b]) for t, b in zip(titles, bodies, strict=True)]
    clause_starts = segment_starts(np.array([n for reading in readings for n in reading.clause_counts]))
    clause_vectors = np.concatenate([reading.vectors[:-2] for reading in readings])
    title_vectors, program_vectors = (np.stack([r.vectors[row] for r in readings]) for row in (-2, -1))
    whole_vectors = _course_vectors(clause_vectors[clause_starts], title_vectors, starts=starts)
    return PreparedCourses(
        courses=tuple(courses),
        statements=tuple(chain.from_iterable(of_course)),
        starts=starts,
        counts=counts,
        statement_terms=term_rows(terms, columns=columns),
        title_terms=term_rows(titles, columns=columns),
        whole_terms=term_rows(whole, columns=columns),
        program_terms=term_rows([r.program_terms for r in readings], columns=columns),
        title_concept_totals=concept_totals(titles),
        whole_concept_totals=concept_totals(whole),
        clause_vectors=clause_vectors,
        clause_starts=clause_starts,
        title_vectors=title_vectors,
        whole_vectors=whole_vectors,
        title_ranks=np.array([-1.0 if (rank := title_level(c.title)) is None else rank for c in courses]),
        depths=np.array([depth_share(" ".join([c.description, *c.outcomes])) for c in courses]),
        n_body_terms=np.array(
            [sum(not t.startswith("@") for t in set(b) - set(titles[i])) for i, b in enumerate(bodies)]
        ),
        title_in_body=np.array([not t or not set(t).isdisjoint(b) for t, b in zip(titles, bodies, strict=True)]),
        field_shares=field_shares(_sum_of(whole_vectors, program_vectors)),
    )


def _course_vectors(statements: FloatMatrix, titles: FloatMatrix, *, starts: IntVector) -> FloatMatrix:
    """Add up the statements of each course, with its title counted twice."""
    sums = np.add.reduceat(statements.astype(np.int64), starts, axis=0) + titles.astype(np.int64)
    return combined(sums.astype(np.float32), np.arange(len(starts)))


def _sum_of(one: FloatMatrix, other: FloatMatrix) -> FloatMatrix:
    """Add two lists of vectors row by row and scale the sums like single vectors."""
    return combined(one + other, np.arange(len(one)))
