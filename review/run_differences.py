"""Say which verdicts of a run differ from those of the run before it, and what lies between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from review import queries
from review.decision_queries import PairKey
from review.records import RunCourseRow, RunNeedRow, RunRow, SettledPair
from review.settling import RELATED

#: What a catalog says of a course, and a list of a need.
COURSE_FIELDS = ("title", "description", "outcomes", "topics", "facts")
NEED_FIELDS = ("title", "level", "elements")


@dataclass(frozen=True)
class Difference:
    """One course and need whose verdict is another one than in the run before."""

    need: RunNeedRow
    college_code: str
    college_name: str
    course_code: str
    course_title: str
    #: None where the run did not hold the course or the need.
    before: str | None
    now: str | None
    #: What is known to differ between the two runs, in words; empty where only what employers asked for can.
    because: tuple[str, ...]


@dataclass(frozen=True)
class _Side:
    """Hold one of the two runs by code."""

    run: RunRow
    needs: Mapping[str, RunNeedRow]
    courses: Mapping[tuple[str, str], RunCourseRow]
    pairs: Mapping[PairKey, SettledPair]

    def verdict(self, key: PairKey) -> str | None:
        """Return the verdict that holds on a pair; None where the run did not hold both its sides."""
        if key[0] not in self.needs or key[1:] not in self.courses:
            return None
        return self.pairs[key].verdict if key in self.pairs else "unrelated"

    def word(self, key: PairKey) -> str | None:
        """Return what reviewers decided on a pair; None where they did not."""
        pair = self.pairs.get(key)
        return pair.verdict if pair is not None and pair.is_decided else None


def differences(session: Session, *, run: RunRow, before: RunRow) -> list[Difference]:
    """Return the pairs that match or need revision in either run and stand otherwise, in the employers' order."""
    then, now = _side(session, before), _side(session, run)
    keys = {key for side in (then, now) for key, pair in side.pairs.items() if pair.verdict in RELATED}
    found = [_difference(key, then=then, now=now) for key in keys if then.verdict(key) != now.verdict(key)]
    return sorted(found, key=lambda row: (row.need.code not in now.needs, row.need.position, *_place(row)))


def _place(row: Difference) -> tuple[str, str, str]:
    return row.need.code, row.college_name, row.course_code


def _side(session: Session, run: RunRow) -> _Side:
    return _Side(
        run=run,
        needs={need.code: need for need in queries.run_needs(session, run_id=run.id)},
        courses={(row.college_code, row.code): row for row in queries.run_courses(session, run_id=run.id)},
        pairs={
            (pair.need_code, pair.college_code, pair.course_code): pair
            for pair in queries.settled_pairs(session, run_id=run.id)
        },
    )


def _difference(key: PairKey, *, then: _Side, now: _Side) -> Difference:
    need_code, college_code, course_code = key
    course = now.courses.get(key[1:]) or then.courses[key[1:]]
    return Difference(
        need=now.needs.get(need_code) or then.needs[need_code],
        college_code=college_code,
        college_name=course.college_name,
        course_code=course_code,
        course_title=course.title,
        before=then.verdict(key),
        now=now.verdict(key),
        because=_because(key, then=then, now=now),
    )


def _because(key: PairKey, *, then: _Side, now: _Side) -> tuple[str, ...]:
    need, course = key[0], key[1:]
    need_before, need_now = then.needs.get(need), now.needs.get(need)
    course_before, course_now = then.courses.get(course), now.courses.get(course)
    facts = {
        "the course is new in the catalog": course_before is None,
        "the course is no longer in the catalog": course_now is None,
        "the need is new on the list": need_before is None,
        "the need is no longer on the list": need_now is None,
        "the catalog's text of the course changed": _is_reworded(course_before, course_now, COURSE_FIELDS),
        "the list's words for the need changed": _is_reworded(need_before, need_now, NEED_FIELDS),
        "reviewers decided": then.word(key) != now.word(key),
        "the matcher is another version": then.run.engine_version != now.run.engine_version,
    }
    return tuple(words for words, holds in facts.items() if holds)


def _is_reworded(before: object | None, now: object | None, fields: Sequence[str]) -> bool:
    if before is None or now is None:
        return False
    return any(getattr(before, name) != getattr(now, name) for name in fields)
