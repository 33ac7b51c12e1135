"""Read revision requests. Plain rows only."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import queries as accounts_queries
from review import queries
from review.models import MatchRun, RevisionCheck, RevisionRequest
from review.overlap import NeededChange, needed_change
from review.records import RunNeedRow
from review.revision_differences import Finding
from review.revision_records import CheckRow, RequestRow, RevisionText
from review.revision_states import OPEN_STATES
from review.revision_wording import proposed_outcome


def request_row(session: Session, *, request_id: int, partnership_id: int) -> RequestRow | None:
    """Return one request with everything that belongs to it; None when the partnership has no such request."""
    found = session.get(RevisionRequest, request_id)
    run = queries.run(session, run_id=found.run_id, partnership_id=partnership_id) if found else None
    if found is None or run is None:
        return None
    need = next(need for need in queries.run_needs(session, run_id=run.id) if need.code == found.need_code)
    course = None
    if not found.is_new_course:
        course = queries.run_course(
            session, run_id=run.id, college_code=found.college_code, course_code=found.course_code
        )
    return RequestRow(
        id=found.id,
        run=run,
        need=need,
        course=course,
        college_code=found.college_code,
        college_name=_college_name(session, code=found.college_code, partnership_id=partnership_id),
        course_code=found.course_code,
        state=found.state,
        text=stored_text(found),
        started_at=found.started_at,
        ended_at=found.ended_at,
        steps=queries.revision_steps(session, request_ids=[found.id]).get(found.id, ()),
        checks=_checks(session, request_id=found.id),
        facts=course.facts if course else {},
    )


def _college_name(session: Session, *, code: str, partnership_id: int) -> str:
    college = accounts_queries.organisation_by_code(session, partnership_id=partnership_id, code=code)
    return college.name if college else code


def stored_text(request: RevisionRequest) -> RevisionText:
    """Return what a stored request proposes."""
    return RevisionText(
        title=request.title,
        description=request.description,
        outcomes=tuple(request.outcomes),
        credits=request.credits,
        clock_hours=request.clock_hours,
        prerequisites=request.prerequisites,
        reason=request.reason,
        new_code=request.course_code if request.is_new_course else "",
    )


def _checks(session: Session, *, request_id: int) -> tuple[CheckRow, ...]:
    found = session.scalars(
        select(RevisionCheck).where(RevisionCheck.request_id == request_id).order_by(RevisionCheck.id)
    )
    return tuple(
        CheckRow(
            edition_number=row.edition_number,
            edition_label=row.edition_label,
            course_code=row.course_code,
            is_adopted=row.is_adopted,
            findings=tuple(Finding(**finding) for finding in row.findings),
            checked_at=row.checked_at,
        )
        for row in found
    )


def open_request_id(session: Session, *, partnership_id: int, college_code: str, course_code: str) -> int | None:
    """Return the number of the open request on a course; None when there is none."""
    return session.scalar(
        select(RevisionRequest.id)
        .join(MatchRun, MatchRun.id == RevisionRequest.run_id)
        .where(
            MatchRun.partnership_id == partnership_id,
            RevisionRequest.college_code == college_code,
            RevisionRequest.course_code == course_code,
            RevisionRequest.is_new_course.is_(False),
            RevisionRequest.state.in_(OPEN_STATES),
        )
        .order_by(RevisionRequest.id.desc())
        .limit(1)
    )


def proposals(session: Session, *, request: RequestRow) -> list[NeededChange]:
    """Return what the course lacks, the need of the request first, then the others in the employers' order."""
    if request.course is None:
        return []
    needs = {need.code: need for need in queries.run_needs(session, run_id=request.run.id)}
    pairs = queries.pair_rows(
        session, run_id=request.run.id, college_code=request.college_code, course_code=request.course_code
    )
    changes = [needed_change(needs[pair.need_code], pair) for pair in pairs if pair.verdict == "revise"]
    return sorted(changes, key=lambda change: change.need.code != request.need.code)


def proposed_outcomes(need: RunNeedRow, *, missing: Sequence[str]) -> tuple[str, ...]:
    """Word the missing elements of a need as outcomes, in the order of its list."""
    return tuple(proposed_outcome(element, level=need.level) for element in missing)
