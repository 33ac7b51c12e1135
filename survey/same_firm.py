"""Several people of one firm: whose ballot counts, and one firm typed in two ways. No clock and no commit here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from accounts import queries as accounts_queries
from base.refusals import Refusal
from survey.ballots import VOICE_LABELS
from survey.models import Ballot, Meeting, Seat, SpeakingSeat
from survey.operations import note_change


class ChoiceRefused(Refusal):
    """Say why who speaks for a firm cannot be changed so."""


@dataclass(frozen=True)
class FirmSeat:
    """One seat of an organisation: when it was taken and whether it has voted, never how."""

    seat_id: int
    organisation_id: int
    organisation_name: str
    voice: str
    joined_at: datetime
    #: When its latest ballot of the newest round arrived; None when there is none.
    last_cast_at: datetime | None
    #: "phone" or "paper"; empty without a ballot.
    source: str
    #: Whether its latest ballot is the one that counts for the organisation.
    is_counted: bool

    @property
    def voice_label(self) -> str:
        """Name the voice in the words that pages use."""
        return VOICE_LABELS[self.voice]


def firm_seats(session: Session, *, meeting_id: int) -> list[FirmSeat]:
    """Return the seats of a meeting by organisation and voice, and which of them counts."""
    number = session.get_one(Meeting, meeting_id).round_number
    latest = (
        select(Ballot.seat_token, func.max(Ballot.id).label("ballot_id"))
        .where(Ballot.meeting_id == meeting_id, Ballot.round_number == number)
        .group_by(Ballot.seat_token)
        .subquery()
    )
    rows = session.execute(
        select(Seat, Ballot)
        .outerjoin(latest, latest.c.seat_token == Seat.token)
        .outerjoin(Ballot, Ballot.id == latest.c.ballot_id)
        .where(Seat.meeting_id == meeting_id)
    ).all()
    chosen = _chosen(session, meeting_id=meeting_id, number=number)
    counted: dict[tuple[int, str], int] = {}
    for seat, _ballot in sorted((row for row in rows if row[1] is not None), key=lambda row: row[1].id):
        key = (seat.organisation_id, seat.voice)
        counted[key] = chosen.get(key, seat.id)
    named = accounts_queries.organisations_by_id(session, [seat.organisation_id for seat, _ballot in rows])
    found = [
        FirmSeat(
            seat.id,
            seat.organisation_id,
            named[seat.organisation_id].name,
            seat.voice,
            seat.joined_at,
            ballot.cast_at if ballot else None,
            ballot.source if ballot else "",
            is_counted=counted.get((seat.organisation_id, seat.voice)) == seat.id,
        )
        for seat, ballot in rows
    ]
    order = list(VOICE_LABELS)
    return sorted(found, key=lambda seat: (order.index(seat.voice), seat.organisation_name.casefold(), seat.seat_id))


def _chosen(session: Session, *, meeting_id: int, number: int) -> dict[tuple[int, str], int]:
    rows = session.scalars(
        select(SpeakingSeat).where(SpeakingSeat.meeting_id == meeting_id, SpeakingSeat.round_number == number)
    )
    return {(row.organisation_id, row.voice): row.seat_id for row in rows}


def choose_ballot(session: Session, *, meeting_id: int, seat_id: int, now: datetime) -> None:
    """Let one seat speak for its organisation in this round: the latest ballot of that seat counts.

    Refused once the ranking is shown: the change would be that firm's alone, and everybody could read it.
    """
    meeting = session.get_one(Meeting, meeting_id)
    seat = next((each for each in firm_seats(session, meeting_id=meeting_id) if each.seat_id == seat_id), None)
    if seat is None or seat.last_cast_at is None:
        raise ChoiceRefused("This seat has cast no ballot in this round. Choose one that has.")
    if meeting.revealed_at is not None:
        raise ChoiceRefused(
            "The ranking is shown already. Changing one firm's ballot now would show how it voted; begin a new round."
        )
    session.merge(
        SpeakingSeat(
            meeting_id=meeting_id,
            round_number=meeting.round_number,
            organisation_id=seat.organisation_id,
            voice=seat.voice,
            seat_id=seat_id,
        )
    )
    note_change(meeting)
    session.flush()


def merge_firms(session: Session, *, meeting_id: int, kept_id: int, merged_id: int, now: datetime) -> None:
    """Say that two organisations of a meeting are one firm: the second one's seats become the first one's.

    Refused once a ranking was shown, for the reason of `choose_ballot`. Whichever ballot is the latest counts.
    """
    meeting = session.get_one(Meeting, meeting_id)
    here = set(session.scalars(select(Seat.organisation_id).where(Seat.meeting_id == meeting_id)))
    if kept_id == merged_id or not {kept_id, merged_id} <= here:
        raise ChoiceRefused("Choose two different organisations that have a seat at this meeting.")
    if meeting.revealed_at is not None or meeting.round_number > 1:
        raise ChoiceRefused(
            "A ranking was shown already, and it counted them as two. Merging them now would show how they voted."
        )
    session.execute(
        delete(SpeakingSeat).where(
            SpeakingSeat.meeting_id == meeting_id, SpeakingSeat.organisation_id.in_([kept_id, merged_id])
        )
    )
    for seat in session.scalars(select(Seat).where(Seat.meeting_id == meeting_id, Seat.organisation_id == merged_id)):
        seat.organisation_id = kept_id
    note_change(meeting)
    session.flush()
