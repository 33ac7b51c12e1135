"""Vote again after the room has talked: a new round, and what it moved. Nothing here reads the clock or commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from base.refusals import Refusal
from survey.models import EarlierRound, Meeting
from survey.operations import note_change


class RoundRefused(Refusal):
    """Say why a new round of voting cannot begin."""


def start_round(session: Session, *, meeting_id: int, now: datetime) -> None:
    """Begin the next round of voting; the round before stays as it is shown, and nobody has voted in the new one."""
    meeting = session.get_one(Meeting, meeting_id)
    if meeting.revealed_at is None or meeting.published_ballot_id is None:
        raise RoundRefused("A new round compares itself with the one before. Reveal this round's ranking first.")
    session.add(
        EarlierRound(
            meeting_id=meeting_id,
            number=meeting.round_number,
            revealed_at=meeting.revealed_at,
            published_ballot_id=meeting.published_ballot_id,
            ended_at=now,
        )
    )
    meeting.round_number += 1
    meeting.revealed_at = meeting.published_ballot_id = None
    meeting.state, meeting.closed_at, meeting.paused_at, meeting.closes_at = "open", None, None, None
    note_change(meeting)
    session.flush()
