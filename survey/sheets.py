"""Print paper ballots for a meeting, and remember what stands on them. No clock, no commit here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from base.refusals import Refusal
from survey.ballots import VOICE_LABELS
from survey.join_codes import make_code
from survey.models import BallotPrinting, Meeting, SkillNeed
from survey.sheet_layout import LAYOUT_VERSION, PAPERS_MM, PrintedNeed, SheetPage
from survey.sheet_printing import pages_of_sheet

#: More sheets than this are printed in two lots: a room holds no more, and one file stays bearable.
MAX_SHEETS = 200
MAX_PAGES = 800


class PrintingRefused(Refusal):
    """Say why ballots cannot be printed so."""


@dataclass(frozen=True)
class Printing:
    """A batch of printed ballots as pages show it and as photos are read by it."""

    id: int
    meeting_id: int
    meeting_title: str
    round_number: int
    code: str
    voice: str
    n_sheets: int
    paper: str
    k: int
    layout_version: int
    needs: tuple[PrintedNeed, ...]
    printed_at: datetime

    @property
    def voice_label(self) -> str:
        """Name the voice in the words that pages use."""
        return VOICE_LABELS[self.voice]

    def pages(self, sheet: int) -> tuple[SheetPage, ...]:
        """Return the pages of one sheet with its needs in its own order."""
        return pages_of_sheet(self.needs, printing_code=self.code, sheet=sheet, paper=self.paper, k=self.k)


def print_ballots(
    session: Session, *, meeting_id: int, voice: str, n_sheets: int, paper: str, now: datetime
) -> Printing:
    """Note a batch of ballots with the list as it stands now; the file is made of it whenever it is asked for."""
    meeting = session.get_one(Meeting, meeting_id)
    if voice not in VOICE_LABELS:
        raise PrintingRefused("Say in whose voice the sheets will be filled in.")
    if paper not in PAPERS_MM:
        raise PrintingRefused("Choose Letter or A4 paper.")
    if not 1 <= n_sheets <= MAX_SHEETS:
        raise PrintingRefused(f"Write a number of sheets from 1 to {MAX_SHEETS}.")
    needs = _asked_needs(session, assessment_id=meeting.assessment_id)
    if not needs:
        raise PrintingRefused("The list has no needs. Add needs to it, then print the ballots.")
    row = BallotPrinting(
        meeting_id=meeting_id,
        round_number=meeting.round_number,
        code=_free_code(session),
        voice=voice,
        n_sheets=n_sheets,
        paper=paper,
        k=meeting.k,
        layout_version=LAYOUT_VERSION,
        needs=[asdict(need) for need in needs],
        printed_at=now,
    )
    printing = _printing(row, title=meeting.title)
    n_pages = n_sheets * len(printing.pages(1))
    if n_pages > MAX_PAGES:
        raise PrintingRefused(
            f"{n_sheets} sheets of {len(printing.pages(1))} pages are {n_pages} pages; one file holds {MAX_PAGES}. "
            "Print fewer sheets at a time."
        )
    session.add(row)
    session.flush()
    return _printing(row, title=meeting.title)


def _asked_needs(session: Session, *, assessment_id: int) -> tuple[PrintedNeed, ...]:
    rows = session.execute(
        select(SkillNeed.code, SkillNeed.area, SkillNeed.title)
        .where(SkillNeed.assessment_id == assessment_id, SkillNeed.withdrawn_at.is_(None))
        .order_by(SkillNeed.position)
    )
    return tuple(PrintedNeed(row.code, row.area, row.title) for row in rows)


def _free_code(session: Session) -> str:
    while True:
        code = make_code()
        if session.scalar(select(BallotPrinting.id).where(BallotPrinting.code == code)) is None:
            return code


def printings_of_meeting(session: Session, *, meeting_id: int) -> list[Printing]:
    """Return what was printed for a meeting, newest first."""
    return _printings(session, BallotPrinting.meeting_id == meeting_id)


def printings_of_partnership(session: Session, *, partnership_id: int) -> list[Printing]:
    """Return what was printed for all meetings of a partnership, so that a sheet of another one is recognised."""
    return _printings(session, Meeting.partnership_id == partnership_id)


def _printings(session: Session, *conditions: ColumnElement[bool]) -> list[Printing]:
    rows = session.execute(
        select(BallotPrinting, Meeting.title)
        .join(Meeting, Meeting.id == BallotPrinting.meeting_id)
        .where(*conditions)
        .order_by(BallotPrinting.id.desc())
    )
    return [_printing(row, title=title) for row, title in rows]


def _printing(row: BallotPrinting, *, title: str) -> Printing:
    return Printing(
        id=row.id or 0,
        meeting_id=row.meeting_id,
        meeting_title=title,
        round_number=row.round_number,
        code=row.code,
        voice=row.voice,
        n_sheets=row.n_sheets,
        paper=row.paper,
        k=row.k,
        layout_version=row.layout_version,
        needs=tuple(PrintedNeed(need["code"], need["area"], need["title"]) for need in row.needs),
        printed_at=row.printed_at,
    )


def is_outdated(printing: Printing, *, asked: Sequence[PrintedNeed]) -> bool:
    """Say whether the list has changed since these sheets were printed."""
    return set(printing.needs) != set(asked)


def asked_now(session: Session, *, assessment_id: int) -> tuple[PrintedNeed, ...]:
    """Return the needs that are asked now, as they would be printed."""
    return _asked_needs(session, assessment_id=assessment_id)
