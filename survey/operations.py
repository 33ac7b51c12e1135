"""Run meetings, take seats, cast ballots; lists of needs come from their own file. No clock, no commit here."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import operations as accounts_operations
from accounts import queries as accounts_queries
from base.refusals import Refusal
from survey import disclosure
from survey.ballot_box import (
    RECEIPT_LENGTH,
    KnownBallot,
    check_open,
    checked_ballot,
    list_of_meeting,
    same_receipt,
    take_ballots,
    write_ballots,
)
from survey.ballot_box import BallotChanged as BallotChanged
from survey.ballot_box import MeetingClosed as MeetingClosed
from survey.ballot_box import MeetingNotOpen as MeetingNotOpen
from survey.ballot_box import MeetingPaused as MeetingPaused
from survey.ballot_box import OtherRound as OtherRound
from survey.ballot_box import Receipt as Receipt
from survey.ballot_box import SeatRefused as SeatRefused
from survey.ballots import BallotContent as BallotContent
from survey.ballots import BallotEntryContent as BallotEntryContent
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
from survey.models import VOICES, Assessment, Ballot, Meeting, Seat
from survey.published import cast_ballots


class MeetingRefused(Refusal):
    """Say why a meeting cannot be planned so."""


class TooFewVoters(Refusal):
    """Say that a ranking of so few employers would show how each of them voted."""


class AlreadyRevealed(Refusal):
    """Say that the ranking is shown already."""


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
    check_open(meeting)
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
    asked = list_of_meeting(session, meeting_id=meeting_id)
    ballot = checked_ballot(content, asked=asked, seat_token=seat_token, made_in_round=made_in_round, now=now)
    (answer,) = take_ballots(session, [ballot])
    if isinstance(answer, Refusal):
        raise answer
    return answer


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
        earlier = KnownBallot(known.seat_token, known.content_digest, known.receipt_code)
        return same_receipt(earlier, digest=content.digest, is_same_voter=True)
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
    asked = list_of_meeting(session, meeting_id=meeting.id)
    ballot = checked_ballot(content, asked=asked, seat_token=seat.token, source=source, now=now)
    receipt = Receipt(make_code(length=RECEIPT_LENGTH), is_new=True)
    write_ballots(session, [(ballot, receipt)], meetings={meeting.id: meeting})
    return receipt
