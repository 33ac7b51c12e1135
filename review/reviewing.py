"""Put together what waits for the curriculum reviewers of one college."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from review import queries
from review.records import PairRow, RunCourseRow, RunRow
from review.settling import RELATED


@dataclass(frozen=True)
class ReviewQueue:
    """The verdicts on one college's courses: what waits first, in the employers' order."""

    run: RunRow
    college_name: str
    pairs: tuple[PairRow, ...]
    #: Courses whose text cannot be judged (too little, or not in English), and that nobody has decided on.
    thin_courses: tuple[RunCourseRow, ...]

    @property
    def n_decided(self) -> int:
        """Count the verdicts that somebody has decided on."""
        return sum(pair.is_decided for pair in self.pairs)

    @property
    def n_waiting(self) -> int:
        """Count the verdicts that wait."""
        return len(self.pairs) - self.n_decided

    @property
    def next_pair(self) -> PairRow | None:
        """Return the verdict to look at next; None when nothing waits."""
        return next((pair for pair in self.pairs if not pair.is_decided), None)


def review_queue(session: Session, *, run: RunRow, college_code: str) -> ReviewQueue | None:
    """Return what waits in a run for one college; None when the run compared none of its courses."""
    if all(edition.college_code != college_code for edition in run.editions):
        return None
    pairs = [
        pair
        for pair in queries.pair_rows(session, run_id=run.id, college_code=college_code)
        if pair.matcher_verdict in RELATED or pair.is_decided
    ]
    courses = queries.run_courses(session, run_id=run.id)
    return ReviewQueue(
        run=run,
        college_name=run.college_name(college_code),
        pairs=tuple(sorted(pairs, key=lambda pair: pair.is_decided)),
        thin_courses=tuple(
            course for course in courses if course.college_code == college_code and course.verdict == "unknown"
        ),
    )
