"""What an open phone page asks again and again: whether voting runs, until when, and in which round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.join_codes import fold_code
from survey.models import Meeting
from survey.wording import clock


@dataclass(frozen=True)
class VotingClock:
    """How a meeting's voting stands, without who came and who voted: two hundred phones ask for it."""

    assessment_id: int
    #: "planned", "open" or "closed".
    state: str
    is_paused: bool
    #: Until when ballots are welcome, or that voting is paused; empty when there is nothing to say.
    words: str
    #: Round of voting, from 1.
    round_number: int


def voting_clock(session: Session, *, join_code: str) -> VotingClock | None:
    """Return how voting stands at the meeting with this join code; None when there is none."""
    found = session.execute(
        select(Meeting.assessment_id, Meeting.state, Meeting.paused_at, Meeting.closes_at, Meeting.round_number).where(
            Meeting.join_code == fold_code(join_code)
        )
    ).one_or_none()
    if found is None:
        return None
    words = closing_words(state=found.state, paused_at=found.paused_at, closes_at=found.closes_at)
    return VotingClock(found.assessment_id, found.state, found.paused_at is not None, words, found.round_number)


def closing_words(*, state: str, paused_at: datetime | None, closes_at: datetime | None) -> str:
    """Say until when ballots are welcome, or that voting is paused; empty when there is nothing to say."""
    if paused_at is not None:
        return "Voting is paused"
    return f"Voting closes at about {clock(closes_at)}" if state == "open" and closes_at else ""
