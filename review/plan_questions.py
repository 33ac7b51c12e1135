"""Ask what a run leaves open and which of its courses a revision could turn into a match, for the regional plan."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy.orm import Session

from matching.reasons import BLOCKING
from review import queries
from review.overlap import NeededChange, needed_changes
from review.regional_plan import OpenNeed, Revisable

#: What stands for an outcome where every element is taught, but below the level of the need.
RAISED_LEVEL = "Teach it at the {level} level"


def open_needs(session: Session, *, run_id: int) -> list[OpenNeed]:
    """Return the needs of a run that nothing covers, in the employers' order."""
    return [
        OpenNeed(code=need.code, title=need.title, tier=need.tier, priority_share=need.priority_share)
        for need in queries.run_needs(session, run_id=run_id)
        if need.verdict != "covered"
    ]


def revisable_courses(session: Session, *, run_id: int) -> list[Revisable]:
    """Return the courses that a revision would make a match for an open need.

    A course that workers could not take even then is left out: one without credit, or one whose hours, delivery or
    credential the employers' answers rule out.
    """
    wanted = {need.code for need in open_needs(session, run_id=run_id)}
    noncredit = {
        (pair.college_code, pair.course_code)
        for pair in queries.settled_pairs(session, run_id=run_id)
        if pair.is_noncredit
    }
    by_course: dict[tuple[str, str], list[NeededChange]] = defaultdict(list)
    for change in needed_changes(session, run_id=run_id):
        key = (change.pair.college_code, change.pair.course_code)
        if change.need.code in wanted and key not in noncredit and not set(change.pair.reasons) & set(BLOCKING):
            by_course[key].append(change)
    return [_revisable(changes) for changes in by_course.values()]


def _revisable(changes: list[NeededChange]) -> Revisable:
    pair = changes[0].pair
    return Revisable(
        college_code=pair.college_code,
        college_name=pair.college_name,
        course_code=pair.course_code,
        course_title=pair.course_title,
        additions={change.need.code: _additions(change) for change in changes},
    )


def _additions(change: NeededChange) -> tuple[str, ...]:
    missing = tuple(element.text for element in change.missing)
    raised = RAISED_LEVEL.format(level=change.need.level or "wanted")
    return (*missing, raised) if change.is_level_below or not missing else missing
