"""Say how far reviewers have come with a run: one small number, which live screens ask for again and again."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from review.models import VerdictDecision


def latest_decision_id(session: Session, *, run_id: int) -> int:
    """Return the number of the newest decision on a run's verdicts; 0 while there is none."""
    return session.scalar(select(func.max(VerdictDecision.id)).where(VerdictDecision.run_id == run_id)) or 0
