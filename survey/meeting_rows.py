"""Read meetings: their state, who may join, how many came and voted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from survey.join_codes import fold_code, is_one_sign_away
from survey.models import Assessment, Ballot, Meeting, Seat
from survey.voting_clock import closing_words


@dataclass(frozen=True)
class MeetingRow:
    """A meeting as pages show it."""

    id: int
    partnership_id: int
    assessment_id: int
    assessment_title: str
    title: str
    place: str
    held_on: date
    join_code: str
    #: "planned", "open" or "closed".
    state: str
    #: How many needs a voter may put in order.
    k: int
    opened_at: datetime | None
    closed_at: datetime | None
    revealed_at: datetime | None
    revision: int
    #: Seats taken, whoever took them.
    n_seats: int
    #: Organisations of any voice with a ballot.
    n_voted: int
    #: Organisations with a seat in the employers' voice.
    n_employers: int
    #: Of these, the ones with a ballot; the ranking needs five.
    n_employers_voted: int
    #: When the convener paused voting; None unless it is paused now.
    paused_at: datetime | None = None
    #: When the convener means to close voting; None when not said.
    closes_at: datetime | None = None
    #: Number of the round of voting that runs or ran last, from 1; who has voted is told of this one.
    round_number: int = 1

    @property
    def is_open(self) -> bool:
        """Say whether voting is open, paused or not."""
        return self.state == "open"

    @property
    def is_paused(self) -> bool:
        """Say whether voting is open but rests for a while."""
        return self.paused_at is not None

    @property
    def closing_words(self) -> str:
        """Say until when ballots are welcome, or that voting is paused; empty when there is nothing to say."""
        return closing_words(state=self.state, paused_at=self.paused_at, closes_at=self.closes_at)

    @property
    def is_revealed(self) -> bool:
        """Say whether the convener has shown the ranking of the newest round."""
        return self.revealed_at is not None

    @property
    def has_results(self) -> bool:
        """Say whether the ranking of any round was shown; a second round follows only then."""
        return self.is_revealed or self.round_number > 1


def meetings(session: Session, *, partnership_id: int) -> list[MeetingRow]:
    """Return a partnership's meetings, the latest day first."""
    return _meetings(session, Meeting.partnership_id == partnership_id)


def meeting(session: Session, *, meeting_id: int, partnership_id: int) -> MeetingRow | None:
    """Return one meeting of a partnership, or None."""
    found = _meetings(session, Meeting.partnership_id == partnership_id, Meeting.id == meeting_id)
    return found[0] if found else None


def meeting_by_code(session: Session, *, join_code: str) -> MeetingRow | None:
    """Return the meeting with this join code, its case and look-alikes folded; None when there is none."""
    found = _meetings(session, Meeting.join_code == fold_code(join_code))
    return found[0] if found else None


def open_code_near(session: Session, *, join_code: str) -> str | None:
    """Return the code of the only open meeting that is one sign away from what was typed, or None."""
    typed = fold_code(join_code)
    codes = session.scalars(select(Meeting.join_code).where(Meeting.state == "open"))
    near = [code for code in codes if is_one_sign_away(code, typed)]
    return near[0] if len(near) == 1 else None


def _meetings(session: Session, *conditions: ColumnElement[bool]) -> list[MeetingRow]:
    rows = session.execute(
        select(Meeting, Assessment.title)
        .join(Assessment, Assessment.id == Meeting.assessment_id)
        .where(*conditions)
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
    ).all()
    seats = _seats_of_meetings(session, *conditions)
    return [_meeting_row(row, assessment_title=title, seats=seats.get(row.id, [])) for row, title in rows]


def _seats_of_meetings(session: Session, *conditions: ColumnElement[bool]) -> dict[int, list[tuple[str, int, bool]]]:
    """Return for each meeting the voice and organisation of every seat, and whether a ballot came from it."""
    has_voted = (
        select(Ballot.id)
        .where(Ballot.seat_token == Seat.token, Ballot.round_number == Meeting.round_number)
        .correlate(Seat, Meeting)
        .exists()
    )
    found: dict[int, list[tuple[str, int, bool]]] = {}
    for meeting_id, voice, organisation_id, voted in session.execute(
        select(Seat.meeting_id, Seat.voice, Seat.organisation_id, has_voted)
        .join(Meeting, Meeting.id == Seat.meeting_id)
        .where(*conditions)
    ):
        found.setdefault(meeting_id, []).append((voice, organisation_id, voted))
    return found


def _meeting_row(row: Meeting, *, assessment_title: str, seats: list[tuple[str, int, bool]]) -> MeetingRow:
    employers = [(organisation_id, voted) for voice, organisation_id, voted in seats if voice == "employer"]
    return MeetingRow(
        id=row.id,
        partnership_id=row.partnership_id,
        assessment_id=row.assessment_id,
        assessment_title=assessment_title,
        title=row.title,
        place=row.place,
        held_on=row.held_on,
        join_code=row.join_code,
        state=row.state,
        k=row.k,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        paused_at=row.paused_at,
        closes_at=row.closes_at,
        round_number=row.round_number,
        revealed_at=row.revealed_at,
        revision=row.revision,
        n_seats=len(seats),
        n_voted=len({organisation_id for _voice, organisation_id, voted in seats if voted}),
        n_employers=len({organisation_id for organisation_id, _voted in employers}),
        n_employers_voted=len({organisation_id for organisation_id, voted in employers if voted}),
    )
