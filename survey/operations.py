"""Make assessments, run meetings, take seats, cast ballots. Nothing here reads the clock or commits."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from accounts import operations as accounts_operations
from accounts import queries as accounts_queries
from base.refusals import Refusal, shown
from survey import disclosure
from survey.ballots import BallotContent as BallotContent
from survey.ballots import BallotEntryContent as BallotEntryContent
from survey.ballots import check_ballot
from survey.join_codes import make_code
from survey.models import VOICES, Assessment, Ballot, BallotEntry, Meeting, Seat, SkillNeed
from survey.needs import MAX_NEEDS, USUAL_LEVEL, NeedRefused, fresh_code, need_problem, with_codes
from survey.published import cast_ballots
from survey.records import NeedRow

MAX_NAME = 200
RECEIPT_LENGTH = 8


class AssessmentRefused(Refusal):
    """Say why an assessment cannot be made or kept as it is."""


class AssessmentLocked(Refusal):
    """Say that a list on which employers have voted stays as it is."""


class MeetingRefused(Refusal):
    """Say why a meeting cannot be planned so."""


class MeetingNotOpen(Refusal):
    """Say that voting has not opened yet."""


class MeetingClosed(Refusal):
    """Say that voting has closed."""


class TooFewVoters(Refusal):
    """Say that a ranking of so few employers would show how each of them voted."""


class AlreadyRevealed(Refusal):
    """Say that the ranking is shown already."""


class SeatRefused(Refusal):
    """Say why a seat cannot be taken, or is not known."""


class BallotChanged(Refusal):
    """Say that a ballot came twice under one number with different answers; the first one counts."""


@dataclass(frozen=True)
class Receipt:
    """What a voter gets for a ballot."""

    receipt_code: str
    #: False when the very same ballot had arrived before.
    is_new: bool


# Assessments


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
        session.add(_skill_need(need, assessment_id=assessment.id, position=position))
    session.flush()
    return assessment.id


def copy_assessment(session: Session, *, assessment_id: int, title: str, now: datetime) -> int:
    """Make an assessment with the needs of another one, free to change; return its row number."""
    source = session.get_one(Assessment, assessment_id)
    rows = session.scalars(
        select(SkillNeed).where(SkillNeed.assessment_id == assessment_id).order_by(SkillNeed.position)
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
    _check_need(wanted)
    _check_code_free(wanted.code, taken=taken)
    row = _skill_need(wanted, assessment_id=assessment_id, position=max((row.position for row in rows), default=0) + 1)
    session.add(row)
    session.flush()
    return row.id


def change_need(session: Session, *, need_id: int, need: NeedRow) -> None:
    """Rewrite a need of a list that nobody has voted on; without a code it keeps the one it has."""
    row = session.get_one(SkillNeed, need_id)
    _check_unlocked(session, assessment_id=row.assessment_id)
    need = need if need.code else replace(need, code=row.code)
    _check_need(need)
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


def _skill_need(need: NeedRow, *, assessment_id: int, position: int) -> SkillNeed:
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
        _check_need(need)
    taken: list[str] = []
    for need in needs:
        _check_code_free(need.code, taken=taken)
        taken.append(need.code)


def _check_need(need: NeedRow) -> None:
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


# Meetings


def plan_meeting(
    session: Session,
    *,
    partnership_id: int,
    assessment_id: int,
    title: str,
    place: str,
    held_on: date,
    k: int,
    now: datetime,
) -> int:
    """Plan a meeting with a join code of its own and return its row number."""
    if session.get_one(Assessment, assessment_id).partnership_id != partnership_id:
        raise MeetingRefused("Choose an assessment of your own partnership.")
    if not title.strip():
        raise MeetingRefused("Write a title for the meeting.")
    if max(len(title), len(place)) > MAX_NAME:
        raise MeetingRefused(f"Title and place may have {MAX_NAME} characters each. Shorten them.")
    if not 3 <= k <= 10:
        raise MeetingRefused(f"Employers can order between 3 and 10 needs, not {k}.")
    meeting = Meeting(
        partnership_id=partnership_id,
        assessment_id=assessment_id,
        title=" ".join(title.split()),
        place=" ".join(place.split()),
        held_on=held_on,
        join_code=_free_join_code(session),
        k=k,
        created_at=now,
    )
    session.add(meeting)
    session.flush()
    return meeting.id


def _free_join_code(session: Session) -> str:
    while True:
        code = make_code()
        if session.scalar(select(Meeting.id).where(Meeting.join_code == code)) is None:
            return code


def open_meeting(session: Session, *, meeting_id: int, now: datetime) -> None:
    """Open voting, for the first time or again after it was closed; an open meeting stays open."""
    meeting = session.get_one(Meeting, meeting_id)
    if meeting.state == "open":
        return
    meeting.state, meeting.closed_at = "open", None
    meeting.opened_at = meeting.opened_at or now
    _note_change(meeting)


def close_meeting(session: Session, *, meeting_id: int, now: datetime) -> None:
    """Close voting; a closed meeting stays closed."""
    meeting = session.get_one(Meeting, meeting_id)
    if meeting.state == "planned":
        raise MeetingNotOpen(f"“{meeting.title}” has not been opened, so there is nothing to close.")
    if meeting.state == "closed":
        return
    meeting.state, meeting.closed_at = "closed", now
    _note_change(meeting)


def reveal_ranking(session: Session, *, meeting_id: int, now: datetime) -> None:
    """Show the ranking of all ballots cast until now; refused below five employers."""
    meeting = session.get_one(Meeting, meeting_id)
    if meeting.revealed_at is not None:
        raise AlreadyRevealed("The ranking is shown already. It follows new ballots by itself.")
    ballots = cast_ballots(session, meeting_id=meeting_id)
    n_employers = disclosure.n_voters(ballots, voice="employer")
    if not disclosure.may_be_shown(n_employers):
        raise TooFewVoters(
            f"The ranking needs ballots of at least {disclosure.MIN_VOTERS} employers; so far there are {n_employers}. "
            "With fewer, people in the room could work out single ballots."
        )
    meeting.revealed_at = now
    meeting.published_ballot_id = max(ballot.ballot_id for ballot in ballots)
    _note_change(meeting)


def _note_change(meeting: Meeting) -> None:
    """Count the meeting's revision up, so that every screen on it fetches anew."""
    meeting.revision += 1


# Seats and ballots


def join_meeting(
    session: Session, *, meeting_id: int, name: str, voice: str, n_employees: int | None = None, now: datetime
) -> str:
    """Take a seat for an organisation given by its name, adding it when it is new; return the seat's token."""
    meeting = session.get_one(Meeting, meeting_id)
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > MAX_NAME:
        raise SeatRefused(f"Write the name of your organisation in 1 to {MAX_NAME} characters.")
    organisation_id = _speaker(session, partnership_id=meeting.partnership_id, name=wanted, voice=voice, now=now)
    if n_employees is not None and voice == "employer":
        accounts_operations.set_n_employees(session, organisation_id=organisation_id, n_employees=n_employees)
    return take_seat(session, meeting_id=meeting_id, organisation_id=organisation_id, voice=voice, now=now)


def _speaker(session: Session, *, partnership_id: int, name: str, voice: str, now: datetime) -> int:
    """Return the organisation that someone speaks for; an observer may come from any kind of organisation."""
    kind = {"employer": "employer", "union": "union"}.get(voice)
    if kind is None:
        kinds = ("board", "association", "college", "university", "employer", "union")
        known = accounts_queries.organisations(session, partnership_id=partnership_id, kinds=kinds)
        kind = next((each.kind for each in known if each.name.casefold() == name.casefold()), "association")
    return accounts_operations.organisation_named(session, partnership_id=partnership_id, name=name, kind=kind, now=now)


def take_seat(session: Session, *, meeting_id: int, organisation_id: int, voice: str, now: datetime) -> str:
    """Take a seat at an open meeting and return its token, which alone joins ballots to it."""
    meeting = session.get_one(Meeting, meeting_id)
    _check_open(meeting)
    if voice not in VOICES:
        raise SeatRefused("Say in whose voice you vote: employer, union or observer.")
    token = secrets.token_urlsafe(24)
    session.add(Seat(meeting_id=meeting_id, organisation_id=organisation_id, voice=voice, token=token, joined_at=now))
    _note_change(meeting)
    session.flush()
    return token


def cast_ballot(
    session: Session, *, meeting_id: int, seat_token: str, content: BallotContent, now: datetime
) -> Receipt:
    """Take a ballot and return its receipt; the same ballot sent again gets the same receipt and counts once.

    Every further ballot of a seat stands beside the earlier ones, and the latest counts. Once the ranking is shown,
    it takes in new ballots as soon as a batch of employers has voted.
    """
    seat = session.scalar(select(Seat).where(Seat.meeting_id == meeting_id, Seat.token == seat_token))
    if seat is None:
        raise SeatRefused("This phone has no seat at the meeting. Join with the code, then cast your ballot again.")
    known = session.scalar(
        select(Ballot).where(Ballot.meeting_id == meeting_id, Ballot.ballot_uid == content.ballot_uid)
    )
    if known is not None:
        return _same_receipt(known, seat_token=seat_token, digest=content.digest)
    meeting = session.get_one(Meeting, meeting_id)
    _check_open(meeting)
    needs = _needs_by_code(session, assessment_id=meeting.assessment_id)
    check_ballot(content, titles={code: need.title for code, need in needs.items()}, k=meeting.k)
    ballot = _store_ballot(session, seat=seat, content=content, needs=needs, now=now)
    if meeting.published_ballot_id is not None:
        meeting.published_ballot_id = disclosure.next_published_ballot(
            cast_ballots(session, meeting_id=meeting_id), published_ballot_id=meeting.published_ballot_id
        )
    _note_change(meeting)
    session.flush()
    return Receipt(ballot.receipt_code, is_new=True)


def _same_receipt(known: Ballot, *, seat_token: str, digest: str) -> Receipt:
    if known.seat_token != seat_token or known.content_digest != digest:
        raise BallotChanged(
            "A ballot with this number arrived before with other answers, and that one counts. "
            "Open your receipt and choose “Change my ballot” to replace it."
        )
    return Receipt(known.receipt_code, is_new=False)


def _needs_by_code(session: Session, *, assessment_id: int) -> dict[str, SkillNeed]:
    rows = session.scalars(select(SkillNeed).where(SkillNeed.assessment_id == assessment_id))
    return {row.code: row for row in rows}


def _store_ballot(
    session: Session, *, seat: Seat, content: BallotContent, needs: dict[str, SkillNeed], now: datetime
) -> Ballot:
    ballot = Ballot(
        meeting_id=seat.meeting_id,
        seat_token=seat.token,
        ballot_uid=content.ballot_uid,
        content_digest=content.digest,
        receipt_code=make_code(length=RECEIPT_LENGTH),
        shown_order=list(content.shown_order),
        cast_at=now,
    )
    session.add(ballot)
    session.flush()
    rows = [
        {
            "ballot_id": ballot.id,
            "need_id": needs[entry.need_code].id,
            "sort": entry.sort,
            "position": entry.position,
            "n_workers": entry.n_workers,
            "required_level": entry.required_level,
            "attendance": entry.attendance,
        }
        for entry in content.entries
        if entry.sort is not None
    ]
    # In one statement: while a ballot is written, the next phone waits.
    session.execute(insert(BallotEntry), rows)
    return ballot


def _check_open(meeting: Meeting) -> None:
    if meeting.state == "planned":
        raise MeetingNotOpen(f"Voting at “{meeting.title}” has not opened yet. Wait for the convener to open it.")
    if meeting.state == "closed":
        raise MeetingClosed(f"Voting at “{meeting.title}” has closed, so no more ballots are taken.")
