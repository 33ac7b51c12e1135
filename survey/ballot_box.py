"""Take ballots into the database, several in one transaction. No clock, no commit, no web here.

What costs time happens before, while nobody waits for it: reading a ballot, checking it against the list, its digest.
Here, where one writer at a time is let in, stands only what may have changed meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from base.database import Database
from base.gathering import GatheredWrites
from base.refusals import Refusal
from survey import disclosure
from survey.ballots import BallotContent, check_ballot
from survey.join_codes import fold_code, make_code
from survey.models import Ballot, BallotEntry, Meeting, Seat, SkillNeed
from survey.published import cast_ballots

RECEIPT_LENGTH = 8
#: The tables themselves: rows are written without making an object of each.
BALLOTS, ENTRIES = cast(Table, Ballot.__table__), cast(Table, BallotEntry.__table__)
ENTRY_COLUMNS = ("ballot_id", "need_id", "sort", "position", "n_workers", "required_level", "attendance")
#: The same of one entry, without the ballot's row number.
EntryRow = tuple[int, str | None, int | None, int | None, str | None, str | None]
#: Rows that one statement writes at most. Statements for fewer rows are powers of two, so that there are only seven.
MOST_ROWS = 64


class MeetingNotOpen(Refusal):
    """Say that voting has not opened yet."""


class MeetingClosed(Refusal):
    """Say that voting has closed."""


class MeetingPaused(Refusal):
    """Say that voting rests for a while."""


class OtherRound(Refusal):
    """Say that a ballot was made for a round of voting that is over."""


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


@dataclass(frozen=True)
class AskedList:
    """What a ballot is checked against: a meeting's list, and how many needs may be put in order.

    None of it changes while a meeting votes but titles and further needs, so it may be kept between two ballots.
    """

    meeting_id: int
    k: int
    #: Row number of every need by its code, withdrawn ones too: a phone may still show them.
    need_ids: Mapping[str, int]
    #: Their titles, in the order of the list.
    titles: Mapping[str, str]


@dataclass(frozen=True)
class SentBallot:
    """A ballot that was read and fits its list, on its way into the database."""

    meeting_id: int
    seat_token: str
    ballot_uid: str
    digest: str
    shown_order: tuple[str, ...]
    #: What it says of each sorted need, in the order of ENTRY_COLUMNS without the first.
    entries: tuple[EntryRow, ...]
    #: Round of voting that the phone made it for; None when it did not say.
    made_in_round: int | None
    #: One of survey.models.SOURCES.
    source: str
    cast_at: datetime


@dataclass(frozen=True)
class Speaker:
    """For whom a seat speaks, and where."""

    meeting_id: int
    organisation_id: int
    #: One of survey.models.VOICES.
    voice: str


@dataclass(frozen=True)
class KnownBallot:
    """What the database knows of a ballot with the same number."""

    seat_token: str
    digest: str
    receipt_code: str


def asked_list(session: Session, *, join_code: str) -> AskedList | None:
    """Return the list of the meeting with this join code, None when there is none."""
    meeting_id = session.scalar(select(Meeting.id).where(Meeting.join_code == fold_code(join_code)))
    return None if meeting_id is None else list_of_meeting(session, meeting_id=meeting_id)


def list_of_meeting(session: Session, *, meeting_id: int) -> AskedList:
    """Return what ballots of a meeting are checked against."""
    rows = session.execute(
        select(Meeting.k, SkillNeed.code, SkillNeed.id, SkillNeed.title)
        .join(SkillNeed, SkillNeed.assessment_id == Meeting.assessment_id)
        .where(Meeting.id == meeting_id)
        .order_by(SkillNeed.position)
    ).all()
    needs, titles = {row.code: row.id for row in rows}, {row.code: row.title for row in rows}
    return AskedList(meeting_id, rows[0].k if rows else 0, needs, titles)


def checked_ballot(
    content: BallotContent,
    *,
    asked: AskedList,
    seat_token: str,
    made_in_round: int | None = None,
    source: str = "phone",
    now: datetime,
) -> SentBallot:
    """Return a ballot that is ready to be written, or refuse it because it does not fit its list."""
    check_ballot(content, titles=asked.titles, k=asked.k)
    need_ids = asked.need_ids
    return SentBallot(
        meeting_id=asked.meeting_id,
        seat_token=seat_token,
        ballot_uid=content.ballot_uid,
        digest=content.digest,
        shown_order=content.shown_order,
        # An entry's own fields stand in the order of the columns.
        entries=tuple((need_ids[entry[0]], *entry[1:]) for entry in content.entries if entry.sort is not None),
        made_in_round=made_in_round,
        source=source,
        cast_at=now,
    )


def take_ballots(session: Session, ballots: Sequence[SentBallot]) -> list[Receipt | Refusal]:
    """Take ballots and return for each its receipt, or why it is refused; one that is refused keeps no other back.

    The same ballot sent again gets the same receipt and counts once.
    """
    meetings = {
        meeting.id: meeting
        for meeting in session.scalars(select(Meeting).where(Meeting.id.in_({each.meeting_id for each in ballots})))
    }
    known = _known_ballots(session, ballots)
    # The seats of these ballots, and those of the ballots that came before under the same numbers.
    speakers = _speakers(
        session, {ballot.seat_token for ballot in ballots} | {earlier.seat_token for earlier in known.values()}
    )
    taken: list[tuple[SentBallot, Receipt]] = []
    answers: list[Receipt | Refusal] = []
    for ballot in ballots:
        number = (ballot.meeting_id, ballot.ballot_uid)
        try:
            speaker = speakers.get(ballot.seat_token)
            if speaker is None or speaker.meeting_id != ballot.meeting_id:
                raise SeatRefused(
                    "This phone has no seat at the meeting. Join with the code, then cast your ballot again."
                )
            if number in known:
                earlier = known[number]
                is_same_voter = speakers.get(earlier.seat_token) == speaker
                answers.append(same_receipt(earlier, digest=ballot.digest, is_same_voter=is_same_voter))
                continue
            check_voting(meetings[ballot.meeting_id], made_in_round=ballot.made_in_round)
        except Refusal as refusal:
            answers.append(refusal)
            continue
        receipt = Receipt(make_code(length=RECEIPT_LENGTH), is_new=True)
        known[number] = KnownBallot(ballot.seat_token, ballot.digest, receipt.receipt_code)
        taken.append((ballot, receipt))
        answers.append(receipt)
    write_ballots(session, taken, meetings=meetings)
    return answers


def _speakers(session: Session, tokens: Collection[str]) -> dict[str, Speaker]:
    rows = session.execute(
        select(Seat.token, Seat.meeting_id, Seat.organisation_id, Seat.voice).where(Seat.token.in_(tokens))
    )
    return {row.token: Speaker(row.meeting_id, row.organisation_id, row.voice) for row in rows}


def _known_ballots(session: Session, ballots: Sequence[SentBallot]) -> dict[tuple[int, str], KnownBallot]:
    """Return the ballots that arrived before under one of these numbers, by meeting and number."""
    rows = session.execute(
        select(Ballot.meeting_id, Ballot.ballot_uid, Ballot.seat_token, Ballot.content_digest, Ballot.receipt_code)
        .where(Ballot.meeting_id.in_({ballot.meeting_id for ballot in ballots}))
        .where(Ballot.ballot_uid.in_({ballot.ballot_uid for ballot in ballots}))
    )
    return {
        (meeting_id, uid): KnownBallot(seat_token, digest, receipt)
        for meeting_id, uid, seat_token, digest, receipt in rows
    }


def same_receipt(known: KnownBallot, *, digest: str, is_same_voter: bool) -> Receipt:
    """Return the receipt that a ballot got before, if it says the same and the same voter sends it.

    The voter may sit on another seat by now: joined a second time, or given one at the desk, where the phone's file
    was counted. Whoever speaks for another organisation, or does not know the ballot word for word, learns nothing.
    """
    if not is_same_voter or known.digest != digest:
        raise BallotChanged(
            "A ballot with this number arrived before with other answers, and that one counts. "
            "Open your receipt and choose “Change my ballot” to replace it."
        )
    return Receipt(known.receipt_code, is_new=False)


def check_voting(meeting: Meeting, *, made_in_round: int | None) -> None:
    """Refuse a ballot that comes before or after voting, in a pause, or for a round that is over."""
    check_open(meeting)
    if meeting.paused_at is not None:
        raise MeetingPaused("Voting is paused. Your answers are kept; cast your ballot when the convener goes on.")
    # Nothing is said by a voter who does not know what is asked.
    if made_in_round not in (None, meeting.round_number):
        raise OtherRound(
            f"Round {meeting.round_number} of voting has begun, and this ballot was made for round {made_in_round}. "
            "Reload the page, look your answers over, and cast them again."
        )


def check_open(meeting: Meeting) -> None:
    """Refuse what needs an open meeting."""
    if meeting.state == "planned":
        raise MeetingNotOpen(f"Voting at “{meeting.title}” has not opened yet. Wait for the convener to open it.")
    if meeting.state == "closed":
        raise MeetingClosed(f"Voting at “{meeting.title}” has closed, so no more ballots are taken.")


def write_ballots(
    session: Session, taken: Sequence[tuple[SentBallot, Receipt]], *, meetings: Mapping[int, Meeting]
) -> None:
    """Write new ballots, and let the shown rankings of their meetings follow as far as the rules allow."""
    if not taken:
        return
    rows = session.execute(
        insert(BALLOTS).returning(BALLOTS.c.id, BALLOTS.c.receipt_code),
        [
            {
                "meeting_id": ballot.meeting_id,
                "seat_token": ballot.seat_token,
                "ballot_uid": ballot.ballot_uid,
                "content_digest": ballot.digest,
                "receipt_code": receipt.receipt_code,
                "shown_order": list(ballot.shown_order),
                "round_number": meetings[ballot.meeting_id].round_number,
                "source": ballot.source,
                "cast_at": ballot.cast_at,
            }
            for ballot, receipt in taken
        ],
    )
    ids = {row.receipt_code: row.id for row in rows}
    write_entries(session, [(ids[receipt.receipt_code], ballot.entries) for ballot, receipt in taken])
    for meeting_id in {ballot.meeting_id for ballot, _receipt in taken}:
        _follow(session, meetings[meeting_id])


def write_entries(
    session: Session, entries: Sequence[tuple[int, Sequence[EntryRow]]], *, is_sqlite: bool | None = None
) -> None:
    """Write what ballots say: (ballot's row number, its entries).

    SQLite gets many rows in one statement: each statement lets other threads go first, and to come back after every row
    would take many times as long as the rows themselves.
    """
    rows = [(ballot_id, *said) for ballot_id, ballot in entries for said in ballot]
    if not (session.get_bind().dialect.name == "sqlite" if is_sqlite is None else is_sqlite):
        session.execute(insert(ENTRIES), [dict(zip(ENTRY_COLUMNS, row, strict=True)) for row in rows])
        return
    connection, n_written = session.connection(), 0
    while n_written < len(rows):
        n_rows = min(MOST_ROWS, 1 << (len(rows) - n_written).bit_length() - 1)
        values = tuple(chain.from_iterable(rows[n_written : n_written + n_rows]))
        connection.exec_driver_sql(_rows_statement(n_rows), values)
        n_written += n_rows


@cache
def _rows_statement(n_rows: int) -> str:
    """Return the statement that writes so many entries, a question mark for each value."""
    rows: list[dict[str, Any]] = [
        {name: bindparam(f"{name}_{number}") for name in ENTRY_COLUMNS} for number in range(n_rows)
    ]
    return str(insert(ENTRIES).values(rows).compile(dialect=sqlite.dialect()))


def _follow(session: Session, meeting: Meeting) -> None:
    """Have every screen on a meeting fetch anew; a shown ranking takes new ballots in once a batch has voted."""
    if meeting.published_ballot_id is not None:
        newer = cast_ballots(
            session,
            meeting_id=meeting.id,
            round=meeting.round_number,
            after_ballot_id=meeting.published_ballot_id,
        )
        meeting.published_ballot_id = disclosure.next_published_ballot(
            newer, published_ballot_id=meeting.published_ballot_id
        )
    meeting.revision += 1
    session.flush()


class BallotBox:
    """Take the ballots of all phones of this process: what arrives at the same moment is written with one commit.

    It keeps the lists of the meetings that vote, so that a ballot is read and checked without asking the database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lists: dict[str, AskedList] = {}
        self._reading = threading.Lock()
        self._writes: GatheredWrites[SentBallot, Receipt] = GatheredWrites(database, take_ballots)

    def asked(self, *, join_code: str, afresh: bool = False) -> AskedList | None:
        """Return the list of a meeting as it was read last, or read it anew; None when no meeting has this code."""
        code = fold_code(join_code)
        kept = None if afresh else self._lists.get(code)
        return kept or self._read_list(code, afresh=afresh)

    def _read_list(self, code: str, *, afresh: bool) -> AskedList | None:
        """Read a list for all who wait for it: a hall begins to vote in the same moment."""
        with self._reading:
            found = None if afresh else self._lists.get(code)
            if found is None:
                with self._database.reading() as session:
                    found = asked_list(session, join_code=code)
            if found is not None:
                self._lists[code] = found
        return found

    def seat_token(self, *, meeting_id: int, receipt_code: str) -> str | None:
        """Return the seat that a receipt gives back; None when this meeting gave no such receipt."""
        with self._database.reading() as session:
            return session.scalar(
                select(Ballot.seat_token).where(
                    Ballot.meeting_id == meeting_id, Ballot.receipt_code == fold_code(receipt_code)
                )
            )

    def check_voting(self, *, meeting_id: int, made_in_round: int | None) -> None:
        """Refuse what comes before or after voting: whoever is too late needs not mend a ballot."""
        with self._database.reading() as session:
            check_voting(session.get_one(Meeting, meeting_id), made_in_round=made_in_round)

    def put(self, ballot: SentBallot) -> Receipt:
        """Return a ballot's receipt once the ballot is on the disk, or raise why it is refused."""
        return self._writes.put(ballot)
