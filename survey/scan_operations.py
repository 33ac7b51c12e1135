"""Keep what was scanned until a person confirms it, then count it like any paper ballot. No clock, no commit here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from base.refusals import Refusal
from survey import operations
from survey.ballots import BallotContent
from survey.models import Ballot, BallotPrinting, Meeting, ScannedPage, UnreadPicture
from survey.need_titles import need_titles
from survey.operations import Receipt
from survey.scan_queries import PendingSheet, counted_sheet, marks_of, sheet_uid
from survey.scans import ReadPage, UnreadPage
from survey.sheet_marks import RowAnswer, ballot_entries, merged_rows, says_the_same
from survey.sheet_reading import RowMarks

#: Pictures that nobody confirmed are deleted after so many days, at the next scan or confirmation.
KEEP_DAYS = 14
MAX_LABEL = 300


class SheetRefused(Refusal):
    """Say why a scanned sheet cannot be counted as it stands."""


@dataclass(frozen=True)
class StoredScan:
    """What came of the pages of one upload."""

    n_new: int = 0
    #: Pages that waited already; two readings were joined.
    n_again: int = 0
    #: Pages of sheets that were counted before and say the same.
    n_counted: int = 0
    #: Pages of sheets that were counted before and say something else.
    n_changed: int = 0
    n_unread: int = 0


def store_scan(
    session: Session, *, meeting_id: int, pages: Sequence[ReadPage | UnreadPage], now: datetime
) -> StoredScan:
    """Keep what was read until a person has looked at it."""
    delete_old_pictures(session, now=now)
    codes = {
        row.id: row.code
        for row in session.execute(
            select(BallotPrinting.id, BallotPrinting.code).where(BallotPrinting.meeting_id == meeting_id)
        )
    }
    counts = dict.fromkeys(("n_new", "n_again", "n_counted", "n_changed", "n_unread"), 0)
    for page in pages:
        if isinstance(page, UnreadPage):
            counts["n_unread"] += 1
            session.add(
                UnreadPicture(
                    meeting_id=meeting_id,
                    label=page.label[:MAX_LABEL],
                    reason=page.reason,
                    picture=page.picture,
                    read_at=now,
                )
            )
        else:
            counts[
                _keep(session, page, uid=sheet_uid(codes[page.printing_id], page.sheet), meeting_id=meeting_id, now=now)
            ] += 1
        session.flush()
    return StoredScan(**counts)


def _keep(session: Session, page: ReadPage, *, uid: str, meeting_id: int, now: datetime) -> str:
    """Keep one page and say which of the counts it adds to."""
    waiting = session.scalar(
        select(ScannedPage).where(
            ScannedPage.printing_id == page.printing_id,
            ScannedPage.sheet_number == page.sheet,
            ScannedPage.page_number == page.page,
        )
    )
    if waiting is not None:
        waiting.marks = _stored(merged_rows(marks_of(waiting.marks), page.rows))
        waiting.picture, waiting.read_at = page.picture, now
        return "n_again"
    counted = counted_sheet(session, meeting_id=meeting_id, uid=uid)
    if counted is not None and says_the_same(page.rows, counted.entries):
        return "n_counted"
    session.add(
        ScannedPage(
            printing_id=page.printing_id,
            sheet_number=page.sheet,
            page_number=page.page,
            marks=_stored(page.rows),
            picture=page.picture,
            read_at=now,
        )
    )
    return "n_new" if counted is None else "n_changed"


def _stored(rows: Sequence[RowMarks]) -> list[dict[str, object]]:
    return [
        {"code": row.need_code, "marked": list(row.marked), "doubtful": list(row.doubtful), "found": row.was_found}
        for row in rows
    ]


def confirm_sheet(
    session: Session, *, sheet: PendingSheet, name: str, voice: str, answers: Sequence[RowAnswer], now: datetime
) -> Receipt:
    """Count a sheet of which a person settled every answer, and delete its pictures.

    A sheet that was counted before with other answers becomes a further ballot of the same organisation: the latest
    one counts, and the earlier one stays kept.
    """
    if any(answer.is_open for answer in answers):
        raise SheetRefused("Some answers are still open. Look at the paper and answer them.")
    if sheet.counted is not None and " ".join(name.split()).casefold() != sheet.counted.organisation_name.casefold():
        raise SheetRefused(
            f"This sheet was counted for {sheet.counted.organisation_name} before. "
            "Keep that name, or throw the scan away."
        )
    meeting = session.get_one(Meeting, sheet.printing.meeting_id)
    if meeting.round_number != sheet.printing.round_number:
        raise SheetRefused(
            f"Round {meeting.round_number} of voting has begun, and this sheet was filled in for round "
            f"{sheet.printing.round_number}. Throw the scan away."
        )
    # A need that was struck from the list after printing is on paper only.
    titles = need_titles(session, assessment_id=meeting.assessment_id)
    on_list = [answer for answer in answers if answer.need_code in titles]
    content = BallotContent(
        ballot_uid=_next_uid(session, sheet),
        shown_order=tuple(answer.need_code for answer in on_list),
        entries=ballot_entries(on_list),
    )
    receipt = operations.enter_paper_ballot(
        session, meeting_id=meeting.id, name=name, voice=voice, content=content, now=now
    )
    discard_sheet(session, sheet=sheet)
    delete_old_pictures(session, now=now)
    return receipt


def _next_uid(session: Session, sheet: PendingSheet) -> str:
    uid = sheet_uid(sheet.printing.code, sheet.number)
    if sheet.counted is None:
        return uid
    n_later = session.scalar(
        select(func.count()).where(Ballot.meeting_id == sheet.printing.meeting_id, Ballot.ballot_uid.like(f"{uid}-%"))
    )
    return f"{uid}-{2 + (n_later or 0)}"


def discard_sheet(session: Session, *, sheet: PendingSheet) -> None:
    """Delete a sheet's pictures and what was read off them."""
    session.execute(
        delete(ScannedPage).where(
            ScannedPage.printing_id == sheet.printing.id, ScannedPage.sheet_number == sheet.number
        )
    )


def discard_unread(session: Session, *, meeting_id: int) -> None:
    """Delete the pictures of a meeting that could not be read."""
    session.execute(delete(UnreadPicture).where(UnreadPicture.meeting_id == meeting_id))


def delete_old_pictures(session: Session, *, now: datetime) -> None:
    """Delete every picture that nobody confirmed for too long, of whatever meeting."""
    oldest = now - timedelta(days=KEEP_DAYS)
    session.execute(delete(ScannedPage).where(ScannedPage.read_at < oldest))
    session.execute(delete(UnreadPicture).where(UnreadPicture.read_at < oldest))
