"""Run meetings, take seats, cast ballots; lists of needs come from their own file. No clock, no commit here."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from accounts import operations as accounts_operations
from accounts import queries as accounts_queries
from base.refusals import Refusal
from survey import disclosure
from survey.ballots import BallotContent as BallotContent
from survey.ballots import BallotEntryContent as BallotEntryContent
from survey.ballots import check_ballot
from survey.join_codes import make_code
from survey.list_operations import MAX_NAME as MAX_NAME
from survey.list_operations import AssessmentLocked as AssessmentLocked
from survey.list_operations import AssessmentRefused as AssessmentRefused
from survey.list_operations import add_need as add_need
from survey.list_operations import change_need as change_need
from survey.list_operations import copy_assessment as copy_assessment
from survey.list_operations import create_assessment as create_assessment
from survey.list_operations import remove_need as remove_need
from survey.list_operations import rename_assessment as rename_assessment
from survey.models import VOICES, Assessment, Ballot, BallotEntry, Meeting, Seat, SkillNeed
from survey.published import cast_ballots

RECEIPT_LENGTH = 8


class MeetingRefused(Refusal):
    """Say why a meeting cannot be planned so."""


class MeetingNotOpen(Refusal):
    """Say that voting has not opened yet."""


class MeetingClosed(Refusal):
    """Say that voting has closed."""


class MeetingPaused(Refusal):
    """Say that voting rests for a while."""


class OtherRound(Refusal):
    """Say that a ballot was made for a round of voting that is over."""


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
    meeting.state, meeting.closed_at, meeting.closes_at = "open", None, None
    meeting.opened_at = meeting.opened_at or now
    note_change(meeting)


def close_meeting(session: Session, *, meeting_id: int, now: datetime) -> None:
    """Close voting; a closed meeting stays closed."""
    meeting = session.get_one(Meeting, meeting_id)
    if meeting.state == "planned":
        raise MeetingNotOpen(f"“{meeting.title}” has not been opened, so there is nothing to close.")
    if meeting.state == "closed":
        return
    meeting.state, meeting.closed_at, meeting.paused_at = "closed", now, None
    note_change(meeting)


def reveal_ranking(session: Session, *, meeting_id: int, now: datetime) -> None:
    """Show the ranking of all ballots cast until now; refused below five employers."""
    meeting = session.get_one(Meeting, meeting_id)
    if meeting.revealed_at is not None:
        raise AlreadyRevealed("The ranking is shown already. It follows new ballots by itself.")
    ballots = cast_ballots(session, meeting_id=meeting_id, round=meeting.round_number)
    n_employers = disclosure.n_voters(ballots, voice="employer")
    if not disclosure.may_be_shown(n_employers):
        raise TooFewVoters(
            f"The ranking needs ballots of at least {disclosure.MIN_VOTERS} employers; so far there are {n_employers}. "
            "With fewer, people in the room could work out single ballots."
        )
    meeting.revealed_at = now
    meeting.published_ballot_id = max(ballot.ballot_id for ballot in ballots)
    note_change(meeting)


def note_change(meeting: Meeting) -> None:
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
    return _add_seat(session, meeting=meeting, organisation_id=organisation_id, voice=voice, now=now).token


def _add_seat(session: Session, *, meeting: Meeting, organisation_id: int, voice: str, now: datetime) -> Seat:
    seat = Seat(
        meeting_id=meeting.id,
        organisation_id=organisation_id,
        voice=voice,
        token=secrets.token_urlsafe(24),
        joined_at=now,
    )
    session.add(seat)
    note_change(meeting)
    session.flush()
    return seat


def cast_ballot(
    session: Session,
    *,
    meeting_id: int,
    seat_token: str,
    content: BallotContent,
    made_in_round: int | None = None,
    now: datetime,
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
    _check_not_paused(meeting)
    _check_round(meeting, made_in_round=made_in_round)
    return count_ballot(session, meeting=meeting, seat=seat, content=content, source="phone", now=now)


def enter_paper_ballot(
    session: Session, *, meeting_id: int, name: str, voice: str, content: BallotContent, now: datetime
) -> Receipt:
    """Take a ballot that an organisation filled in on paper; it counts like any other, and the latest one counts.

    Paper may be typed in while voting is paused and after it closed: it was filled in before.
    """
    known = session.scalar(
        select(Ballot).where(Ballot.meeting_id == meeting_id, Ballot.ballot_uid == content.ballot_uid)
    )
    if known is not None:
        return _same_receipt(known, seat_token=known.seat_token, digest=content.digest)
    meeting = session.get_one(Meeting, meeting_id)
    if meeting.state == "planned":
        raise MeetingNotOpen(f"“{meeting.title}” has not been opened. Open voting, then type the paper ballots in.")
    organisation_id = _speaker(session, partnership_id=meeting.partnership_id, name=name, voice=voice, now=now)
    seat = _add_seat(session, meeting=meeting, organisation_id=organisation_id, voice=voice, now=now)
    return count_ballot(session, meeting=meeting, seat=seat, content=content, source="paper", now=now)


def count_ballot(
    session: Session, *, meeting: Meeting, seat: Seat, content: BallotContent, source: str, now: datetime
) -> Receipt:
    """Check and store a new ballot; a shown ranking takes it in as soon as a batch of employers has voted."""
    needs = _needs_by_code(session, assessment_id=meeting.assessment_id)
    check_ballot(content, titles={code: need.title for code, need in needs.items()}, k=meeting.k)
    ballot = _store_ballot(
        session, seat=seat, content=content, needs=needs, round_number=meeting.round_number, source=source, now=now
    )
    if meeting.published_ballot_id is not None:
        meeting.published_ballot_id = disclosure.next_published_ballot(
            cast_ballots(session, meeting_id=meeting.id, round=meeting.round_number),
            published_ballot_id=meeting.published_ballot_id,
        )
    note_change(meeting)
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
    session: Session,
    *,
    seat: Seat,
    content: BallotContent,
    needs: dict[str, SkillNeed],
    round_number: int,
    source: str,
    now: datetime,
) -> Ballot:
    ballot = Ballot(
        meeting_id=seat.meeting_id,
        seat_token=seat.token,
        ballot_uid=content.ballot_uid,
        content_digest=content.digest,
        receipt_code=make_code(length=RECEIPT_LENGTH),
        shown_order=list(content.shown_order),
        round_number=round_number,
        source=source,
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


def _check_not_paused(meeting: Meeting) -> None:
    if meeting.paused_at is not None:
        raise MeetingPaused("Voting is paused. Your answers are kept; cast your ballot when the convener goes on.")


def _check_round(meeting: Meeting, *, made_in_round: int | None) -> None:
    """Refuse a ballot of an earlier round; nothing is said by a voter who does not know what is asked."""
    if made_in_round not in (None, meeting.round_number):
        raise OtherRound(
            f"Round {meeting.round_number} of voting has begun, and this ballot was made for round {made_in_round}. "
            "Reload the page, look your answers over, and cast them again."
        )
