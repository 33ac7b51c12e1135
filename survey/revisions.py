"""Read how often meetings have changed: the one small question that live screens keep asking."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import Meeting


def meeting_revisions(session: Session, *, meeting_ids: Collection[int]) -> dict[int, int]:
    """Return by meeting how often it has changed; meetings that do not exist are left out."""
    rows = session.execute(select(Meeting.id, Meeting.revision).where(Meeting.id.in_(meeting_ids)))
    return {row.id: row.revision for row in rows}
