"""Rows that leave the room as files; one row builder feeds every format."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from base.tables import Cell, Sheet, split_list
from catalog.queries import CourseText, EditionRow, ImportNoteRow
from catalog.wording import NOTE_KINDS, clock, span

#: Columns of a file of courses; an import reads the same ones back.
COURSE_COLUMNS = (
    "code",
    "title",
    "description",
    "outcomes",
    "topics",
    "credits",
    "clock_hours",
    "program",
    "level",
    "delivery",
    "credentials",
    "prerequisites",
    "last_offered",
    "noncredit",
    "cip",
    "college",
)
REPORT_COLUMNS = ("kind", "place", "reason", "text")


def courses_sheet(courses: Iterable[CourseText], *, college_code: str) -> Sheet:
    """Return courses as they can be imported again."""
    return Sheet("Courses", COURSE_COLUMNS, [_course_cells(row, college_code=college_code) for row in courses])


def report_sheet(notes: Iterable[ImportNoteRow]) -> Sheet:
    """Return what an import left out or doubted."""
    return Sheet(
        "Import report", REPORT_COLUMNS, [(NOTE_KINDS[note.kind], note.place, note.reason, note.raw) for note in notes]
    )


def about_edition(edition: EditionRow, *, partnership_name: str, is_sample: bool, now: datetime) -> dict[str, str]:
    """Say where the rows of a workbook come from."""
    sample = {"Sample": "The names, courses and numbers in this file are invented."} if is_sample else {}
    return sample | {
        "Partnership": partnership_name,
        "College": f"{edition.college_name} ({edition.college_code})",
        "Edition": f"{edition.number}: {edition.label}",
        "Source file": edition.filename,
        "Source file SHA-256": edition.file_digest,
        "Imported": f"{clock(edition.imported_at)} by {edition.imported_by_name}",
        "Records in the file": f"{edition.n_seen} = {edition.n_courses} courses + {edition.n_rejected} left out + "
        f"{edition.n_duplicates} duplicates",
        "Written": clock(now),
    }


def _course_cells(row: CourseText, *, college_code: str) -> tuple[Cell, ...]:
    return (
        row.code,
        row.title,
        row.description,
        list_cell(row.outcomes),
        list_cell(row.topics),
        _credits_cell(row.credits_min, row.credits_max),
        _number_cell(row.clock_hours),
        row.program,
        row.level,
        list_cell(row.delivery),
        list_cell(row.credentials),
        row.prerequisites,
        row.last_offered_on,
        row.is_noncredit,
        list_cell(row.cip_codes),
        college_code,
    )


def list_cell(parts: Iterable[str]) -> str:
    """Write a list into one cell so that reading it gives the same list; a | inside a part becomes a slash."""
    wanted = tuple(part.replace("|", "/") for part in parts)
    text = "|".join(wanted)
    # A single part that begins like a bulleted line, or has several lines, is only kept whole by a closing bar.
    return text if split_list(text) == wanted else text + "|"


def _credits_cell(fewest: Decimal | None, most: Decimal | None) -> Cell:
    """Write one number as a number; a spreadsheet would take 3-4 for a day in March, so a range is spelled out."""
    return _number_cell(fewest) if fewest == most else span(fewest, most, to=" to ")


def _number_cell(number: Decimal | None) -> Cell:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
