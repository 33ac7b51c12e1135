"""How the needs of a list were worded over time, and a mark that changes with the list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import NeedWording, SkillNeed


@dataclass(frozen=True)
class WordingRow:
    """One change of a need's wording."""

    changed_by_name: str
    changed_at: datetime
    old_title: str
    new_title: str
    old_description: str
    new_description: str


def need_wordings(session: Session, *, need_id: int) -> list[WordingRow]:
    """Return how a need was reworded, the newest change first."""
    rows = session.scalars(select(NeedWording).where(NeedWording.need_id == need_id).order_by(NeedWording.id.desc()))
    return [
        WordingRow(
            row.changed_by_name,
            row.changed_at,
            row.old_title,
            row.new_title,
            row.old_description,
            row.new_description,
        )
        for row in rows
    ]


def list_mark(session: Session, *, assessment_id: int) -> str:
    """Return a short text that changes whenever a voter would read something else on the list."""
    rows = session.execute(
        select(SkillNeed.code, SkillNeed.title, SkillNeed.description)
        .where(SkillNeed.assessment_id == assessment_id, SkillNeed.withdrawn_at.is_(None))
        .order_by(SkillNeed.position)
    )
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()[:12]
