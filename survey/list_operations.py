"""Make and change lists of skill needs. Nothing here reads the clock or commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.refusals import Refusal, shown
from survey.models import Assessment, Meeting, SkillNeed
from survey.needs import MAX_NEEDS, USUAL_LEVEL, NeedRefused, fresh_code, need_problem, with_codes
from survey.records import NeedRow

MAX_NAME = 200


class AssessmentRefused(Refusal):
    """Say why an assessment cannot be made or kept as it is."""


class AssessmentLocked(Refusal):
    """Say that a list on which employers have voted stays as it is."""


def create_assessment(
    session: Session, *, partnership_id: int, title: str, needs: Sequence[NeedRow], now: datetime
) -> int:
    """Make an assessment with its needs and return its row number."""
    wanted = with_codes(needs)
    _check_needs(wanted)
    assessment = Assessment(partnership_id=partnership_id, title=_title(title), created_at=now)
    session.add(assessment)
    session.flush()
    for position, need in enumerate(wanted, start=1):
        session.add(skill_need(need, assessment_id=assessment.id, position=position))
    session.flush()
    return assessment.id


def copy_assessment(session: Session, *, assessment_id: int, title: str, now: datetime) -> int:
    """Make an assessment with the needs of another one, free to change; return its row number."""
    source = session.get_one(Assessment, assessment_id)
    rows = session.scalars(
        select(SkillNeed)
        .where(SkillNeed.assessment_id == assessment_id, SkillNeed.withdrawn_at.is_(None))
        .order_by(SkillNeed.position)
    )
    needs = [
        NeedRow(
            row.code,
            row.area,
            row.title,
            row.level,
            tuple(row.elements),
            row.description,
            source=row.source,
            source_id=row.source_id,
            source_version=row.source_version,
            licence=row.licence,
        )
        for row in rows
    ]
    return create_assessment(session, partnership_id=source.partnership_id, title=title, needs=needs, now=now)


def rename_assessment(session: Session, *, assessment_id: int, title: str) -> None:
    """Give an assessment another title."""
    session.get_one(Assessment, assessment_id).title = _title(title)


def add_need(session: Session, *, assessment_id: int, need: NeedRow) -> int:
    """Add a need at the end of the list, with a code made from its area when it has none; return its row number."""
    _check_unlocked(session, assessment_id=assessment_id)
    rows = list(session.scalars(select(SkillNeed).where(SkillNeed.assessment_id == assessment_id)))
    if len(rows) >= MAX_NEEDS:
        raise AssessmentRefused(f"An assessment holds at most {MAX_NEEDS} needs. Remove one first.")
    taken = [row.code for row in rows]
    wanted = need if need.code else replace(need, code=fresh_code(need.area, taken=taken))
    check_need(wanted)
    _check_code_free(wanted.code, taken=taken)
    row = skill_need(wanted, assessment_id=assessment_id, position=max((row.position for row in rows), default=0) + 1)
    session.add(row)
    session.flush()
    return row.id


def change_need(session: Session, *, need_id: int, need: NeedRow) -> None:
    """Rewrite a need of a list that nobody has voted on; without a code it keeps the one it has."""
    row = session.get_one(SkillNeed, need_id)
    _check_unlocked(session, assessment_id=row.assessment_id)
    need = need if need.code else replace(need, code=row.code)
    check_need(need)
    others = select(SkillNeed.code).where(SkillNeed.assessment_id == row.assessment_id, SkillNeed.id != need_id)
    _check_code_free(need.code, taken=list(session.scalars(others)))
    row.code, row.area, row.title, row.level = need.code, need.area, need.title, need.level or USUAL_LEVEL
    row.elements, row.description = list(need.elements), need.description
    session.flush()


def remove_need(session: Session, *, need_id: int) -> None:
    """Take a need off a list that nobody has voted on."""
    row = session.get_one(SkillNeed, need_id)
    _check_unlocked(session, assessment_id=row.assessment_id)
    n_needs = session.scalar(select(func.count()).where(SkillNeed.assessment_id == row.assessment_id))
    if n_needs == 1:
        raise AssessmentRefused("This is the last need of the list. Add another one before you remove it.")
    session.delete(row)
    session.flush()


def skill_need(need: NeedRow, *, assessment_id: int, position: int) -> SkillNeed:
    """Return a need as a new row of a list."""
    return SkillNeed(
        assessment_id=assessment_id,
        code=need.code,
        area=need.area,
        title=need.title,
        description=need.description,
        level=need.level or USUAL_LEVEL,
        elements=list(need.elements),
        position=position,
        source=need.source,
        source_id=need.source_id,
        source_version=need.source_version,
        licence=need.licence,
    )


def _title(title: str) -> str:
    wanted = " ".join(title.split())
    if not wanted:
        raise AssessmentRefused("Write a title for the assessment.")
    if len(wanted) > MAX_NAME:
        raise AssessmentRefused(f"The title has {len(wanted)} characters; the limit is {MAX_NAME}. Shorten it.")
    return wanted


def _check_needs(needs: Sequence[NeedRow]) -> None:
    if not needs:
        raise AssessmentRefused("An assessment needs at least one skill need.")
    if len(needs) > MAX_NEEDS:
        raise AssessmentRefused(
            f"An assessment holds at most {MAX_NEEDS} needs, and this list has {len(needs):,}. "
            "Keep the ones that matter."
        )
    for need in needs:
        check_need(need)
    taken: list[str] = []
    for need in needs:
        _check_code_free(need.code, taken=taken)
        taken.append(need.code)


def check_need(need: NeedRow) -> None:
    """Refuse a need that cannot stand on a list."""
    problem = need_problem(need)
    if problem:
        where = ", ".join(part for part in (need.place, shown(need.title)) if part)
        raise NeedRefused(f"{where}: {problem}" if where else problem, place=need.place)


def _check_code_free(code: str, *, taken: Collection[str]) -> None:
    if code.casefold() in {other.casefold() for other in taken}:
        raise NeedRefused(f"The code {code} stands on this list already. Choose another code.")


def _check_unlocked(session: Session, *, assessment_id: int) -> None:
    opened = select(Meeting.id).where(Meeting.assessment_id == assessment_id, Meeting.opened_at.is_not(None)).limit(1)
    if session.scalar(opened) is not None:
        raise AssessmentLocked(
            "A meeting on this list has opened, so its needs stay as they are. Copy the list to change it."
        )
