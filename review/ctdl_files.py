"""Write the courses of a run as CTDL, aligned to the needs that curriculum reviewers said they match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from catalog import queries as catalog_queries
from catalog.ctdl_files import MIMETYPE, Alignment, CollegeCourses, ctdl_file
from review import exports, queries
from review.records import PairRow, RunRow
from review.wording import counted

__all__ = ["MIMETYPE", "run_ctdl"]


def run_ctdl(session: Session, *, run: RunRow) -> bytes:
    """Return every course of a run; what a course teaches names the elements of the needs that people confirmed."""
    alignments = _confirmed(session, run=run)
    colleges = list(_colleges(session, run=run, alignments=alignments))
    n_aligned = sum(1 for college in colleges for row in college.courses if college.alignments.get(row.code))
    about = exports.about(run) | {
        "Alignments": f"{counted(n_aligned, 'course')} with elements of needs. Only matches that a curriculum reviewer "
        "confirmed or decided are named; what the matcher alone said is left out."
    }
    return ctdl_file(colleges, about=about)


def _confirmed(session: Session, *, run: RunRow) -> dict[str, dict[str, list[Alignment]]]:
    """Return, by college and course, the elements of the needs that people said it matches."""
    elements = {need.code: need.elements for need in queries.run_needs(session, run_id=run.id)}
    found: dict[str, dict[str, list[Alignment]]] = defaultdict(lambda: defaultdict(list))
    for pair in queries.pair_rows(session, run_id=run.id):
        if pair.is_decided and pair.verdict == "match":
            found[pair.college_code][pair.course_code] += [
                Alignment(text, framework=run.assessment_title, code=pair.need_code)
                for text in _taught(pair, elements[pair.need_code])
            ]
    return found


def _taught(pair: PairRow, elements: tuple[str, ...]) -> tuple[str, ...]:
    """Return the elements that the matcher found taught; where it found none, the need itself stands for them."""
    return tuple(elements[number] for number in pair.covered) or (pair.need_title,)


def _colleges(
    session: Session, *, run: RunRow, alignments: Mapping[str, Mapping[str, list[Alignment]]]
) -> Iterator[CollegeCourses]:
    """Yield the editions that the run compared; editions never change, so their texts are the run's."""
    for note in run.editions:
        college = catalog_queries.college(session, partnership_id=run.partnership_id, code=note.college_code)
        if college is None:
            continue
        edition = catalog_queries.edition(session, organisation_id=college.id, number=note.number)
        if edition is not None:
            courses = catalog_queries.courses(session, edition_id=edition.id)
            named = alignments.get(note.college_code, {})
            yield CollegeCourses(note.college_code, note.college_name, courses, alignments=named)
