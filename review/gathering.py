"""Gather what a match run compares: the employers' priorities and the colleges' newest catalogs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from base.refusals import Refusal
from catalog import queries as catalog_queries
from catalog.queries import CourseText, EditionRow
from matching import Course, Need, Snapshot
from matching.adaptation import Adaptation
from review.records import EditionNote
from survey import queries as survey_queries
from survey.queries import AskedAttributes, PublishedRanking, RankedNeed, SkillNeedRow

#: A course that was last offered longer ago than this counts as not offered.
NOT_OFFERED_AFTER = timedelta(days=3 * 365)


class NothingToCompare(Refusal):
    """Say what is missing before a match run can be made."""


@dataclass(frozen=True)
class Priority:
    """Where the employers put one need."""

    #: Place in the order, 1 best; needs that share a place share the number.
    position: int
    #: 1 critical … 4 low; None without a ranking, or when nobody compared the need.
    tier: int | None
    rank_low: int | None
    rank_high: int | None
    #: Share of all priority, 0–1; sums to 1 over the needs.
    share: float


@dataclass(frozen=True)
class Gathering:
    """Everything that a run starts from."""

    assessment_title: str
    #: None when no published ranking gives the priorities.
    meeting_id: int | None
    meeting_title: str
    n_employers: int | None
    editions: tuple[EditionNote, ...]
    snapshot: Snapshot


def gather(
    session: Session,
    *,
    partnership_id: int,
    assessment_id: int,
    meeting_id: int | None,
    adaptation: Adaptation,
    now: datetime,
) -> Gathering:
    """Freeze an assessment, a meeting's published ranking and the newest catalogs, or say what is missing."""
    assessment = survey_queries.assessment(session, assessment_id=assessment_id, partnership_id=partnership_id)
    if assessment is None:
        raise NothingToCompare("This assessment is not there any more. Choose another one.")
    needs = survey_queries.needs(session, assessment_id=assessment_id)
    if not needs:
        raise NothingToCompare(f"{assessment.title} has no skill needs yet. Add some first.")
    editions = catalog_queries.latest_editions(session, partnership_id=partnership_id)
    if not any(edition.n_courses for edition in editions):
        raise NothingToCompare("No college has a catalog here yet. Import one first.")
    meeting_title, ranking = _ranking(
        session, partnership_id=partnership_id, assessment_id=assessment_id, meeting_id=meeting_id
    )
    return Gathering(
        assessment_title=assessment.title,
        meeting_id=ranking.meeting_id if ranking else None,
        meeting_title=meeting_title,
        n_employers=ranking.n_employers if ranking else None,
        editions=tuple(map(_edition_note, editions)),
        snapshot=_snapshot(
            needs=needs,
            priorities=priorities([need.code for need in needs], ranked=ranking.needs if ranking else ()),
            courses=[
                (edition.college_code, course)
                for edition in editions
                for course in catalog_queries.courses(session, edition_id=edition.id)
            ],
            asked=survey_queries.asked_attributes(session, meeting_id=ranking.meeting_id) if ranking else {},
            adaptation=adaptation,
            today=now.date(),
        ),
    )


def _ranking(
    session: Session, *, partnership_id: int, assessment_id: int, meeting_id: int | None
) -> tuple[str, PublishedRanking | None]:
    """Return the meeting's title and its ranking, or nothing when it has none to show yet."""
    if meeting_id is None:
        return "", None
    meeting = survey_queries.meeting(session, meeting_id=meeting_id, partnership_id=partnership_id)
    if meeting is None or meeting.assessment_id != assessment_id:
        raise NothingToCompare("This meeting did not vote on that assessment. Choose another meeting, or none.")
    ranking = survey_queries.published_ranking(session, meeting_id=meeting_id)
    return (meeting.title, ranking) if isinstance(ranking, PublishedRanking) else ("", None)


def priorities(codes: Sequence[str], *, ranked: Sequence[RankedNeed]) -> dict[str, Priority]:
    """Return each need's priority; without a ranking the list's own order, with equal shares.

    A need's share of all priority is its Borda score (the share of its comparisons that it won) divided by the
    sum of all scores. A need that nobody compared comes last and has no share.
    """
    compared = [need for need in ranked if need.position is not None]
    total = sum(need.score or 0.0 for need in compared)
    if total <= 0:
        return {code: Priority(number, None, None, None, 1 / len(codes)) for number, code in enumerate(codes, start=1)}
    found = {
        need.code: Priority(
            need.position or 0, need.tier, need.rank_low, need.rank_high, round((need.score or 0.0) / total, 9)
        )
        for need in compared
    }
    left = [code for code in codes if code not in found]
    behind = {code: Priority(number, None, None, None, 0.0) for number, code in enumerate(left, start=len(found) + 1)}
    return found | behind


def _edition_note(edition: EditionRow) -> EditionNote:
    return EditionNote(
        college_code=edition.college_code,
        college_name=edition.college_name,
        number=edition.number,
        label=edition.label,
        n_courses=edition.n_courses,
    )


def _snapshot(
    *,
    needs: Sequence[SkillNeedRow],
    priorities: Mapping[str, Priority],
    courses: Sequence[tuple[str, CourseText]],
    asked: Mapping[str, AskedAttributes],
    adaptation: Adaptation,
    today: date,
) -> Snapshot:
    """Freeze needs and courses; what the matcher does not judge but pages print travels in the parameters."""
    return Snapshot(
        needs=tuple(_need(need, priorities[need.code]) for need in needs),
        courses=tuple(_course(course, college=college) for college, course in courses),
        parameters={
            "not_offered": sorted(
                course_key(college, course.code) for college, course in courses if _is_not_offered(course, today=today)
            ),
            "priorities": {
                code: [priority.position, priority.tier, priority.rank_low, priority.rank_high, priority.share]
                for code, priority in priorities.items()
            },
            "delivery_wanted": {code: list(found.attendance) for code, found in asked.items() if found.attendance},
            "level_wanted": {code: found.majority_level for code, found in asked.items() if found.majority_level},
            "printed": {course_key(college, course.code): _printed(course) for college, course in courses},
            **adaptation.parameters,
        },
    )


def course_key(college_code: str, course_code: str) -> str:
    """Name a course inside a snapshot's parameters."""
    return f"{college_code}/{course_code}"


def stored_priorities(snapshot: Snapshot) -> dict[str, Priority]:
    """Read the priorities that a snapshot carries."""
    return {code: Priority(*values) for code, values in snapshot.parameters["priorities"].items()}


def _need(need: SkillNeedRow, priority: Priority) -> Need:
    return Need(
        code=need.code,
        title=need.title,
        area=need.area,
        level=need.level,
        elements=need.elements,
        tier=priority.tier,
        rank_position=float(priority.position) if priority.tier is not None else None,
    )


def _course(course: CourseText, *, college: str) -> Course:
    return Course(
        code=course.code,
        title=course.title,
        description=course.description,
        outcomes=course.outcomes,
        topics=course.topics,
        program=course.program,
        college=college,
        level=course.level,
        credits=_number(course.credits_min),
        clock_hours=_number(course.clock_hours),
        delivery=course.delivery,
        credentials=course.credentials,
        is_noncredit=course.is_noncredit,
    )


def _is_not_offered(course: CourseText, *, today: date) -> bool:
    return course.last_offered_on is not None and today - course.last_offered_on > NOT_OFFERED_AFTER


def _printed(course: CourseText) -> dict[str, Any]:
    """Keep what a page prints of a course and the matcher does not read."""
    return {
        "credits_max": _number(course.credits_max),
        "prerequisites": course.prerequisites,
        "last_offered_on": course.last_offered_on.isoformat() if course.last_offered_on else None,
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
