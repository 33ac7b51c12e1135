"""The titles of an assessment's needs alone: a ballot that arrives needs no more of them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import SkillNeed


def need_titles(session: Session, *, assessment_id: int) -> dict[str, str]:
    """Return the title of every need by its code, withdrawn ones too, in the order of the list."""
    query = (
        select(SkillNeed.code, SkillNeed.title)
        .where(SkillNeed.assessment_id == assessment_id)
        .order_by(SkillNeed.position)
    )
    return {row.code: row.title for row in session.execute(query)}
