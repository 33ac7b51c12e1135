"""Find what reviewers decided in earlier runs on the same need and the same course text, to be taken over or not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from review.decision_queries import PairKey, decision_rows, done_run_ids, key_of
from review.models import RunCourse, RunNeed
from review.records import DecisionRow


@dataclass(frozen=True)
class Suggestion:
    """A decision of an earlier run whose need and course text have not changed since."""

    #: The decision that would be taken over.
    decision_id: int
    run_id: int
    verdict: str
    reason: str
    decided_by_name: str
    decided_at: datetime


#: A need or a course as far as its text decides.
Text = tuple[object, ...]


def suggestions(session: Session, *, run_id: int, partnership_id: int, college_code: str) -> dict[PairKey, Suggestion]:
    """Return the newest earlier decision on each pair of one college whose texts are the same in this run."""
    newest: dict[PairKey, DecisionRow | None] = {}
    for earlier_id in done_run_ids(session, partnership_id=partnership_id, before_id=run_id):
        for key, decision in _last_words(session, run_id=earlier_id, college_code=college_code).items():
            newest.setdefault(key, decision)  # runs come newest first; a dispute there hides what came before it
    held = {key: decision for key, decision in newest.items() if decision is not None}
    texts = {each: _Texts.of(session, run_id=each, keys=held) for each in {run_id, *(d.run_id for d in held.values())}}
    return {
        key: Suggestion(
            decision_id=decision.id,
            run_id=decision.run_id,
            verdict=decision.verdict,
            reason=decision.reason,
            decided_by_name=decision.decided_by_name,
            decided_at=decision.decided_at,
        )
        for key, decision in held.items()
        if texts[run_id].same(texts[decision.run_id], key=key)
    }


def _last_words(session: Session, *, run_id: int, college_code: str) -> dict[PairKey, DecisionRow | None]:
    """Return the decision that counts on each pair of a college; None where reviewers disagree."""
    found: dict[PairKey, DecisionRow | None] = {}
    for row in decision_rows(session, run_id=run_id):
        if row.college_code != college_code:
            continue
        key = key_of(row)
        if row.is_disputed:
            found[key] = None
        elif row.is_latest:
            found[key] = row
    return found


@dataclass(frozen=True)
class _Texts:
    """The texts of some needs and courses as one run saw them."""

    needs: dict[str, Text]
    courses: dict[tuple[str, str], Text]

    @classmethod
    def of(cls, session: Session, *, run_id: int, keys: Collection[PairKey]) -> _Texts:
        needs = session.scalars(
            select(RunNeed).where(RunNeed.run_id == run_id, RunNeed.code.in_({key[0] for key in keys}))
        )
        courses = session.scalars(
            select(RunCourse).where(
                RunCourse.run_id == run_id,
                tuple_(RunCourse.college_code, RunCourse.code).in_({key[1:] for key in keys}),
            )
        )
        return cls(
            needs={need.code: (need.title, need.level, tuple(need.elements)) for need in needs},
            courses={
                (course.college_code, course.code): (
                    course.title,
                    course.description,
                    tuple(course.outcomes),
                    tuple(course.topics),
                    course.facts.get("level"),
                )
                for course in courses
            },
        )

    def same(self, other: _Texts, *, key: PairKey) -> bool:
        """Say whether a pair's need and course read the same in both runs."""
        need, course = self.needs.get(key[0]), self.courses.get(key[1:])
        if need is None or course is None:
            return False
        return need == other.needs.get(key[0]) and course == other.courses.get(key[1:])
