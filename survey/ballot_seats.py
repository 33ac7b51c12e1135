"""Whose seat a ballot was filled in for: a phone that is passed on must not cast one firm's ballot for another one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from base.refusals import shown
from survey import queries
from survey.ballot_box import SeatRefused

MARK_LENGTH = 16


class OtherSeat(SeatRefused):
    """Say that a ballot was filled in for another seat than the one that would cast it."""


@dataclass(frozen=True)
class FilledFor:
    """The seat that a ballot page was opened for."""

    #: Mark of the seat; empty when the page did not say, as those of earlier versions.
    mark: str
    #: Organisation and voice in the page's own words.
    voter: str

    def is_of(self, seat_token: str) -> bool:
        """Say whether the ballot may be cast from a seat without a look at who sits there."""
        return self.mark in {"", seat_mark(seat_token)}


def seat_mark(seat_token: str) -> str:
    """Return by what a page may name a seat: it gives nobody the seat."""
    return hashlib.sha256(f"seat {seat_token}".encode()).hexdigest()[:MARK_LENGTH]


def voter_words(*, organisation_name: str, voice_label: str) -> str:
    """Return how a voter is called on a phone."""
    return f"{organisation_name}, {voice_label}"


def filled_for(answers: object) -> FilledFor:
    """Read for which seat a ballot was filled in; whatever cannot be read says nothing."""
    fields: Mapping[str, object] = answers if isinstance(answers, Mapping) else {}
    mark, voter = fields.get("seat"), fields.get("voter")
    return FilledFor(mark if isinstance(mark, str) else "", voter if isinstance(voter, str) else "")


def check_seat(session: Session, *, ballot: FilledFor, meeting_id: int, seat_token: str) -> None:
    """Refuse a ballot of another voter than the one whose seat would cast it.

    Who joined a second time sits on another seat and is the same voter; whose organisation was renamed in the room
    still sits on the same seat. A ballot that does not say for whom it was filled in is taken.
    """
    if ballot.is_of(seat_token):
        return
    seat = queries.seat(session, meeting_id=meeting_id, token=seat_token)
    if seat is None:
        return  # That there is no such seat is said where the ballot is written.
    sitting = voter_words(organisation_name=seat.organisation_name, voice_label=seat.voice_label)
    if sitting.casefold() != ballot.voter.casefold():
        voter = shown(ballot.voter, limit=200) or "somebody else"
        raise OtherSeat(
            f"This ballot was filled in for {voter}, and this phone now sits at the meeting as {sitting}. "
            f"Join the meeting again as {voter} to cast it."
        )
