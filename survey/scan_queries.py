"""Read what was scanned and waits for a person: sheets with their pages, answers and doubts. Plain rows only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts import queries as accounts_queries
from survey.ballots import BallotEntryContent
from survey.models import Ballot, BallotPrinting, ScannedPage, Seat, UnreadPicture
from survey.queries import ballot_entries
from survey.sheet_layout import NeedLine
from survey.sheet_marks import NOTHING, RowAnswer, read_answers
from survey.sheet_reading import RowMarks
from survey.sheets import Printing, printings_of_meeting


@dataclass(frozen=True)
class CountedSheet:
    """The ballot that a sheet was counted as before."""

    receipt_code: str
    organisation_name: str
    voice: str
    #: What it says, by need code.
    entries: dict[str, BallotEntryContent]


@dataclass(frozen=True)
class SheetRow:
    """One need of a sheet: where it stands and what was read there."""

    line: NeedLine
    page_number: int
    #: Row number of the scanned page that shows it; None when that page is missing.
    page_id: int | None
    answer: RowAnswer
    #: What was counted before; None when the sheet was not counted yet.
    counted: BallotEntryContent | None


@dataclass(frozen=True)
class PendingSheet:
    """A sheet of which at least one page was read and no ballot was confirmed."""

    printing: Printing
    number: int
    #: Row numbers of the scanned pages by page number.
    page_ids: dict[int, int]
    n_pages: int
    rows: tuple[SheetRow, ...]
    read_at: datetime
    #: The ballot that the sheet was counted as before; None usually.
    counted: CountedSheet | None

    @property
    def key(self) -> str:
        """Return what stands for the sheet in addresses."""
        return f"{self.printing.code}-{self.number}"

    @property
    def missing_pages(self) -> tuple[int, ...]:
        """Return the pages that no picture showed."""
        return tuple(page for page in range(1, self.n_pages + 1) if page not in self.page_ids)

    @property
    def n_open(self) -> int:
        """Count the needs for which a person must answer."""
        return sum(row.answer.is_open for row in self.rows)


@dataclass(frozen=True)
class UnreadPictureRow:
    """A picture that could not be read."""

    id: int
    label: str
    reason: str
    has_picture: bool
    read_at: datetime


def pending_sheets(session: Session, *, meeting_id: int) -> list[PendingSheet]:
    """Return the sheets that wait for a person, in the order of their numbers."""
    return _pending(session, meeting_id=meeting_id)


def pending_sheet(session: Session, *, meeting_id: int, key: str) -> PendingSheet | None:
    """Return one sheet that waits for a person, or None."""
    return next((sheet for sheet in _pending(session, meeting_id=meeting_id) if sheet.key == key), None)


def _pending(session: Session, *, meeting_id: int) -> list[PendingSheet]:
    printings = {printing.id: printing for printing in printings_of_meeting(session, meeting_id=meeting_id)}
    pages: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in session.execute(
        select(
            ScannedPage.id,
            ScannedPage.printing_id,
            ScannedPage.sheet_number,
            ScannedPage.page_number,
            ScannedPage.marks,
            ScannedPage.read_at,
        )
        .where(ScannedPage.printing_id.in_(printings))
        .order_by(ScannedPage.printing_id, ScannedPage.sheet_number, ScannedPage.page_number)
    ):
        pages[row.printing_id, row.sheet_number].append(row)
    return [
        _sheet(session, printing=printings[printing_id], number=number, found=found)
        for (printing_id, number), found in pages.items()
    ]


def _sheet(session: Session, *, printing: Printing, number: int, found: list[Any]) -> PendingSheet:
    counted = counted_sheet(session, meeting_id=printing.meeting_id, uid=sheet_uid(printing.code, number))
    marks = {mark.need_code: mark for page in found for mark in marks_of(page.marks)}
    page_ids = {page.page_number: page.id for page in found}
    lines = [(page.number, line) for page in printing.pages(number) for line in page.needs]
    unseen = {line.need.code: RowMarks(line.need.code, (), (), was_found=False) for _page, line in lines}
    answers = read_answers([marks.get(code, unseen[code]) for code in unseen])
    rows = tuple(
        SheetRow(
            line=line,
            page_number=page_number,
            page_id=page_ids.get(page_number),
            answer=answer if page_number in page_ids or not counted else _as_counted(answer, counted),
            counted=counted.entries.get(answer.need_code, BallotEntryContent(answer.need_code)) if counted else None,
        )
        for (page_number, line), answer in zip(lines, answers, strict=True)
    )
    return PendingSheet(
        printing=printing,
        number=number,
        page_ids=page_ids,
        n_pages=len(printing.pages(number)),
        rows=rows,
        read_at=max(page.read_at for page in found),
        counted=counted,
    )


def _as_counted(answer: RowAnswer, counted: CountedSheet) -> RowAnswer:
    """Answer for a page that was not scanned again as the sheet was counted before."""
    entry = counted.entries.get(answer.need_code)
    return RowAnswer(
        answer.need_code, (entry.sort if entry else None) or NOTHING, (entry.position if entry else 0) or 0
    )


def marks_of(stored: list[dict[str, Any]]) -> tuple[RowMarks, ...]:
    """Return stored marks as what was read."""
    return tuple(
        RowMarks(mark["code"], tuple(mark["marked"]), tuple(mark["doubtful"]), was_found=mark["found"])
        for mark in stored
    )


def sheet_uid(printing_code: str, number: int) -> str:
    """Return the ballot number of a printed sheet: however often it is scanned, it is the same ballot."""
    return f"sheet-{printing_code}-{number}"


def counted_sheet(session: Session, *, meeting_id: int, uid: str) -> CountedSheet | None:
    """Return the latest ballot that a sheet was counted as, or None."""
    found = session.execute(
        select(Ballot.id, Ballot.receipt_code, Seat.organisation_id, Seat.voice)
        .join(Seat, Seat.token == Ballot.seat_token)
        .where(Ballot.meeting_id == meeting_id, or_(Ballot.ballot_uid == uid, Ballot.ballot_uid.like(f"{uid}-%")))
        .order_by(Ballot.id.desc())
    ).first()
    if found is None:
        return None
    organisation = accounts_queries.organisations_by_id(session, [found.organisation_id])[found.organisation_id]
    entries = {entry.need_code: entry for entry in ballot_entries(session, ballot_id=found.id)}
    return CountedSheet(found.receipt_code, organisation.name, found.voice, entries)


def page_picture(session: Session, *, meeting_id: int, page_id: int) -> bytes | None:
    """Return the straightened picture of a page of this meeting, or None."""
    return session.scalar(
        select(ScannedPage.picture)
        .join(BallotPrinting, BallotPrinting.id == ScannedPage.printing_id)
        .where(BallotPrinting.meeting_id == meeting_id, ScannedPage.id == page_id)
    )


def unread_pictures(session: Session, *, meeting_id: int) -> list[UnreadPictureRow]:
    """Return the pictures that could not be read, in the order in which they were chosen."""
    rows = session.execute(
        select(
            UnreadPicture.id,
            UnreadPicture.label,
            UnreadPicture.reason,
            UnreadPicture.picture.is_not(None).label("has_picture"),
            UnreadPicture.read_at,
        )
        .where(UnreadPicture.meeting_id == meeting_id)
        .order_by(UnreadPicture.id)
    )
    return [UnreadPictureRow(row.id, row.label, row.reason, row.has_picture, row.read_at) for row in rows]


def unread_picture(session: Session, *, meeting_id: int, picture_id: int) -> bytes | None:
    """Return the small picture of a file that could not be read, or None."""
    return session.scalar(
        select(UnreadPicture.picture).where(UnreadPicture.meeting_id == meeting_id, UnreadPicture.id == picture_id)
    )
