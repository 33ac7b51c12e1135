"""Pause voting and go on, and say until when ballots are welcome. Nothing here reads the clock or commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from base.refusals import Refusal
from survey.models import Meeting
from survey.operations import MeetingNotOpen, note_change

#: Longest time that can be set at once: a working day.
MAX_MINUTES = 600


class MinutesRefused(Refusal):
    """Say which numbers of minutes can be set."""


def pause_voting(session: Session, *, meeting_id: int, now: datetime) -> None:
    """Take no ballots until the convener goes on; phones keep their answers. Pausing twice changes nothing."""
    meeting = _open_meeting(session, meeting_id=meeting_id)
    if meeting.paused_at is None:
        meeting.paused_at = now
        note_change(meeting)


def resume_voting(session: Session, *, meeting_id: int, now: datetime) -> None:
    """Take ballots again; a closing time moves on by as long as voting was paused."""
    meeting = _open_meeting(session, meeting_id=meeting_id)
    if meeting.paused_at is None:
        return
    if meeting.closes_at is not None:
        meeting.closes_at += now - meeting.paused_at
    meeting.paused_at = None
    note_change(meeting)


def set_closing_time(session: Session, *, meeting_id: int, n_minutes: int, now: datetime) -> None:
    """Tell the room that voting closes in so many minutes; closing it stays the convener's act."""
    meeting = _open_meeting(session, meeting_id=meeting_id)
    meeting.closes_at = _counted_from(meeting, now=now) + _checked(n_minutes)
    note_change(meeting)


def extend_voting(session: Session, *, meeting_id: int, n_minutes: int, now: datetime) -> None:
    """Add minutes to the closing time; one that has passed, or was never set, counts from now."""
    meeting = _open_meeting(session, meeting_id=meeting_id)
    start = _counted_from(meeting, now=now)
    meeting.closes_at = max(meeting.closes_at or start, start) + _checked(n_minutes)
    note_change(meeting)


def clear_closing_time(session: Session, *, meeting_id: int, now: datetime) -> None:
    """Take the closing time away again."""
    meeting = _open_meeting(session, meeting_id=meeting_id)
    meeting.closes_at = None
    note_change(meeting)


def _open_meeting(session: Session, *, meeting_id: int) -> Meeting:
    meeting = session.get_one(Meeting, meeting_id)
    if meeting.state != "open":
        raise MeetingNotOpen(f"Voting at “{meeting.title}” is not open. Open it first.")
    return meeting


def _counted_from(meeting: Meeting, *, now: datetime) -> datetime:
    """Return the moment that minutes count from; while voting is paused, its time stands still."""
    return meeting.paused_at or now


def _checked(n_minutes: int) -> timedelta:
    if not 1 <= n_minutes <= MAX_MINUTES:
        raise MinutesRefused(f"Write a whole number of minutes from 1 to {MAX_MINUTES}.")
    return timedelta(minutes=n_minutes)
