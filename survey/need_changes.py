"""Change the list while the room votes on it: reword a need, add one, withdraw one. No clock and no commit here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.list_operations import check_need, skill_need
from survey.models import Meeting, NeedWording, SkillNeed
from survey.needs import MAX_NEEDS, NeedRefused, fresh_code
from survey.operations import MeetingNotOpen, note_change
from survey.records import NeedRow


def reword_need(
    session: Session, *, meeting_id: int, need_id: int, title: str, description: str, by_name: str, now: datetime
) -> None:
    """Give a need another wording; its code and its votes stay, and the old wording is kept with who and when."""
    meeting, row = _need_of(session, meeting_id=meeting_id, need_id=need_id)
    new_title, new_description = " ".join(title.split()), " ".join(description.split())
    if (new_title, new_description) == (row.title, row.description):
        raise NeedRefused("This is the wording that the need has. Change it, or go back.")
    check_need(NeedRow(row.code, row.area, new_title, row.level, tuple(row.elements) or (new_title,), new_description))
    session.add(
        NeedWording(
            need_id=row.id,
            changed_by_name=by_name,
            changed_at=now,
            old_title=row.title,
            new_title=new_title,
            old_description=row.description,
            new_description=new_description,
        )
    )
    row.title, row.description = new_title, new_description
    note_change(meeting)
    session.flush()


def propose_need(session: Session, *, meeting_id: int, title: str, area: str, now: datetime) -> int:
    """Add a need that the room proposes; it is asked from now on, and earlier ballots are not compared on it."""
    meeting = session.get_one(Meeting, meeting_id)
    if meeting.state != "open":
        raise MeetingNotOpen(f"Voting at “{meeting.title}” is not open, so nobody would be asked. Open it first.")
    rows = list(session.scalars(select(SkillNeed).where(SkillNeed.assessment_id == meeting.assessment_id)))
    if len(rows) >= MAX_NEEDS:
        raise NeedRefused(f"An assessment holds at most {MAX_NEEDS} needs.")
    wanted = " ".join(title.split())
    twin = next((row for row in rows if row.title.casefold() == wanted.casefold()), None)
    if twin is not None:
        raise NeedRefused(f"“{twin.title}” stands on the list already, with the code {twin.code}.")
    need = NeedRow("", " ".join(area.split()), wanted, "", (wanted,))
    need = replace(need, code=fresh_code(need.area, taken=[row.code for row in rows]))
    check_need(need)
    row = skill_need(need, assessment_id=meeting.assessment_id, position=max(row.position for row in rows) + 1)
    row.added_at = now
    session.add(row)
    note_change(meeting)
    session.flush()
    return row.id


def withdraw_need(session: Session, *, meeting_id: int, need_id: int, now: datetime) -> None:
    """Ask a need no more and leave it out of the ranking; what was said of it is kept."""
    meeting, row = _need_of(session, meeting_id=meeting_id, need_id=need_id)
    asked = select(SkillNeed.id).where(
        SkillNeed.assessment_id == row.assessment_id, SkillNeed.withdrawn_at.is_(None), SkillNeed.id != need_id
    )
    if session.scalar(asked.limit(1)) is None:
        raise NeedRefused("This is the last need that is asked. Add another one before you withdraw it.")
    row.withdrawn_at = row.withdrawn_at or now
    note_change(meeting)
    session.flush()


def restore_need(session: Session, *, meeting_id: int, need_id: int, now: datetime) -> None:
    """Ask a withdrawn need again."""
    meeting, row = _need_of(session, meeting_id=meeting_id, need_id=need_id)
    row.withdrawn_at = None
    note_change(meeting)
    session.flush()


def _need_of(session: Session, *, meeting_id: int, need_id: int) -> tuple[Meeting, SkillNeed]:
    meeting, row = session.get_one(Meeting, meeting_id), session.get(SkillNeed, need_id)
    if row is None or row.assessment_id != meeting.assessment_id:
        raise NeedRefused("This need is not on the list of this meeting. Go back to the list and choose one.")
    return meeting, row
