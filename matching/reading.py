"""Read what the text of a course says, whatever the needs: its statements with their terms and vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, chain, pairwise

from matching.encoder import FloatMatrix, shipped_table
from matching.records import Course
from matching.terms import clean_term_shares
from matching.text import Statement, clauses, clean, course_statements


@dataclass(frozen=True)
class Reading:
    """Hold what was read of one course; nothing in it depends on another course or on a need.

    Attributes
    ----------
    statements : tuple of Statement
        At least one; a course without any has its bare title.
    statement_terms : tuple of dict
        Terms of each statement with their shares.
    clause_counts : tuple of int
        Rows of each statement in `vectors`: the statement as a whole, then its clauses.
    vectors : ndarray of float32, shape (n_clauses + 2, n_dimensions)
        The clauses of all statements, then the title, then the program.
    """

    statements: tuple[Statement, ...]
    statement_terms: tuple[dict[str, float], ...]
    title_terms: dict[str, float]
    program_terms: dict[str, float]
    clause_counts: tuple[int, ...]
    vectors: FloatMatrix


def statements_of(course: Course) -> tuple[Statement, ...]:
    """Return the statements of a course, its bare title if it has none."""
    return tuple(course_statements(course) or [Statement("title", None, 0, course.title)])


def read_courses(courses: Sequence[Course], *, region_lines: tuple[str, ...] = ()) -> list[Reading]:
    """Read some courses together, which is faster than one by one and comes to the same."""
    read = partial(clean_term_shares, region_lines=region_lines)
    of_course = [statements_of(course) for course in courses]
    cleaned = [[*(clean(s.text) for s in of_one), clean(course.title), clean(course.program)]
               for course, of_one in zip(courses, of_course, strict=True)]  # fmt: skip
    clause_lists = [list(map(clauses, texts[:-2])) for texts in cleaned]
    encoded = [[*chain.from_iterable(lists), *texts[-2:]] for lists, texts in zip(clause_lists, cleaned, strict=True)]
    vectors = shipped_table().encode(list(chain.from_iterable(encoded)))
    bounds = pairwise(accumulate(map(len, encoded), initial=0))
    return [
        Reading(
            statements=statements,
            statement_terms=tuple(map(read, texts[:-2])),
            title_terms=read(texts[-2]),
            program_terms=read(texts[-1]),
            clause_counts=tuple(map(len, lists)),
            vectors=vectors[start:end],
        )
        for statements, texts, lists, (start, end) in zip(of_course, cleaned, clause_lists, bounds, strict=True)
    ]
