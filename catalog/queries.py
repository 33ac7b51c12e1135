"""Read catalog editions and courses. Plain rows only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from accounts import queries as accounts
from accounts.queries import OrganisationRow
from catalog.models import Course, Edition, ImportNote, PendingImport
from catalog.wording import plain, span

#: Kinds of organisations that have a catalog.
COLLEGE_KINDS = ("college", "university")


@dataclass(frozen=True)
class EditionRow:
    """An edition as pages show it."""

    id: int
    organisation_id: int
    college_code: str
    college_name: str
    number: int
    label: str
    filename: str
    file_digest: str
    mapping: dict[str, object]
    imported_at: datetime
    imported_by_name: str
    n_courses: int
    n_seen: int
    n_rejected: int
    n_duplicates: int
    n_doubts: int


@dataclass(frozen=True)
class CourseText:
    """A course as its edition prints it."""

    id: int
    code: str
    title: str
    description: str
    outcomes: tuple[str, ...]
    topics: tuple[str, ...]
    program: str
    level: str
    credits_min: Decimal | None
    credits_max: Decimal | None
    clock_hours: Decimal | None
    delivery: tuple[str, ...]
    credentials: tuple[str, ...]
    prerequisites: str
    last_offered_on: date | None
    is_noncredit: bool
    place: str
    cip_codes: tuple[str, ...] = ()
    #: Who wrote the record in by hand; empty when it stands as its file has it.
    corrected_by: str = ""


@dataclass(frozen=True)
class ImportNoteRow:
    """A rejected or doubled record, or a doubt about a stored one."""

    kind: str
    place: str
    reason: str
    raw: str


@dataclass(frozen=True)
class PendingImportRow:
    """An uploaded file that waits for a look at its columns."""

    id: int
    organisation_id: int
    filename: str
    label: str
    uploaded_by_name: str
    uploaded_at: datetime
    #: Records written in by hand: their place in the file to field and text.
    corrections: Mapping[str, Any] = field(default_factory=dict)


def _edition_rows(session: Session, editions: Collection[Edition]) -> list[EditionRow]:
    ids = [edition.id for edition in editions]
    counted = select(Course.edition_id, func.count()).where(Course.edition_id.in_(ids)).group_by(Course.edition_id)
    n_courses = {edition_id: n for edition_id, n in session.execute(counted)}  # noqa: C416 - a Row is no pair to dict()
    noted = select(ImportNote.edition_id, ImportNote.kind).where(ImportNote.edition_id.in_(ids))
    notes = Counter((edition_id, kind) for edition_id, kind in session.execute(noted))
    colleges = accounts.organisations_by_id(session, {edition.organisation_id for edition in editions})
    return [
        EditionRow(
            id=edition.id,
            organisation_id=edition.organisation_id,
            college_code=colleges[edition.organisation_id].code,
            college_name=colleges[edition.organisation_id].name,
            number=edition.number,
            label=edition.label,
            filename=edition.filename,
            file_digest=edition.file_digest,
            mapping=dict(edition.mapping),
            imported_at=edition.imported_at,
            imported_by_name=edition.imported_by_name,
            n_courses=n_courses.get(edition.id, 0),
            n_seen=edition.n_seen,
            n_rejected=notes[edition.id, "rejected"],
            n_duplicates=notes[edition.id, "duplicate"],
            n_doubts=notes[edition.id, "doubt"],
        )
        for edition in editions
    ]


def editions(session: Session, *, organisation_id: int) -> list[EditionRow]:
    """Return a college's editions, newest first."""
    found = session.scalars(
        select(Edition).where(Edition.organisation_id == organisation_id).order_by(Edition.number.desc())
    )
    return _edition_rows(session, list(found))


def edition(session: Session, *, organisation_id: int, number: int) -> EditionRow | None:
    """Return one edition of a college by its number, or None."""
    found = session.scalar(select(Edition).where(Edition.organisation_id == organisation_id, Edition.number == number))
    return _edition_rows(session, [found])[0] if found else None


def latest_editions(session: Session, *, partnership_id: int) -> list[EditionRow]:
    """Return the newest edition of every college of a partnership that has one, by the college's name."""
    colleges = accounts.colleges(session, partnership_id=partnership_id)
    newest = (
        select(Edition.organisation_id, func.max(Edition.number).label("number"))
        .where(Edition.organisation_id.in_([college.id for college in colleges]))
        .group_by(Edition.organisation_id)
        .subquery()
    )
    found = session.scalars(
        select(Edition).join(
            newest, (newest.c.organisation_id == Edition.organisation_id) & (newest.c.number == Edition.number)
        )
    )
    return sorted(_edition_rows(session, list(found)), key=lambda row: row.college_name)


def _course_text(row: Course) -> CourseText:
    return CourseText(
        id=row.id,
        code=row.code,
        title=row.title,
        description=row.description,
        outcomes=tuple(row.outcomes),
        topics=tuple(row.topics),
        program=row.program,
        level=row.level,
        credits_min=row.credits_min,
        credits_max=row.credits_max,
        clock_hours=row.clock_hours,
        delivery=tuple(row.delivery),
        credentials=tuple(row.credentials),
        prerequisites=row.prerequisites,
        last_offered_on=row.last_offered_on,
        is_noncredit=row.is_noncredit,
        place=row.place,
        cip_codes=tuple(row.cip_codes),
        corrected_by=row.corrected_by_name,
    )


def courses(session: Session, *, edition_id: int) -> list[CourseText]:
    """Return an edition's courses in the order of their codes."""
    found = session.scalars(select(Course).where(Course.edition_id == edition_id).order_by(Course.code))
    return [_course_text(row) for row in found]


def course(session: Session, *, edition_id: int, code: str) -> CourseText | None:
    """Return one course of an edition, or None."""
    found = session.scalar(select(Course).where(Course.edition_id == edition_id, Course.code == code))
    return _course_text(found) if found else None


def import_notes(session: Session, *, edition_id: int) -> list[ImportNoteRow]:
    """Return what an edition's import rejected or doubted, in file order."""
    found = session.scalars(select(ImportNote).where(ImportNote.edition_id == edition_id).order_by(ImportNote.id))
    return [ImportNoteRow(row.kind, row.place, row.reason, row.raw) for row in found]


def _pending_row(row: PendingImport) -> PendingImportRow:
    return PendingImportRow(
        row.id, row.organisation_id, row.filename, row.label, row.uploaded_by_name, row.uploaded_at, row.corrections
    )


def pending_imports(session: Session, *, organisation_id: int) -> list[PendingImportRow]:
    """Return a college's uploads that wait for a look, newest first."""
    found = session.scalars(
        select(PendingImport)
        .where(PendingImport.organisation_id == organisation_id)
        .order_by(PendingImport.id.desc())
        .options(defer(PendingImport.content))  # a file may weigh many megabytes
    )
    return [_pending_row(row) for row in found]


def pending_import(session: Session, *, organisation_id: int, pending_id: int) -> tuple[PendingImportRow, bytes] | None:
    """Return one waiting upload of a college with its bytes, or None."""
    row = session.get(PendingImport, pending_id)
    if row is None or row.organisation_id != organisation_id:
        return None
    return _pending_row(row), row.content


def last_mapping(session: Session, *, organisation_id: int) -> dict[str, str]:
    """Return the newest column mapping of a college, which its next import is offered."""
    for row in editions(session, organisation_id=organisation_id):
        if row.mapping:
            return {str(field): str(column) for field, column in row.mapping.items()}
    return {}


@dataclass(frozen=True)
class EditionDiff:
    """What changed from one edition to the next."""

    added: tuple[CourseText, ...]
    removed: tuple[CourseText, ...]
    changed: tuple[tuple[CourseText, CourseText], ...]


def edition_diff(session: Session, *, older_id: int, newer_id: int) -> EditionDiff:
    """Compare two editions course by course; where a course stood in its file does not count as a change."""
    older = {row.code: row for row in courses(session, edition_id=older_id)}
    newer = {row.code: row for row in courses(session, edition_id=newer_id)}
    return EditionDiff(
        added=tuple(row for code, row in newer.items() if code not in older),
        removed=tuple(row for code, row in older.items() if code not in newer),
        changed=tuple(
            (older[code], row)
            for code, row in newer.items()
            if code in older and _printed(row) != _printed(older[code])
        ),
    )


def _printed(row: CourseText) -> tuple[object, ...]:
    amounts = (row.credits_min, row.credits_max, row.clock_hours)
    return (row.title, row.description, row.outcomes, row.topics, *amounts, row.prerequisites, row.cip_codes)


@dataclass(frozen=True)
class FieldChange:
    """A field of a course before and after; lists in their order, other fields as one text or none."""

    label: str
    older: tuple[str, ...]
    newer: tuple[str, ...]


def field_changes(*, older: CourseText, newer: CourseText) -> tuple[FieldChange, ...]:
    """Return the printed fields in which a course differs from its older edition, outcomes first."""
    pairs = zip(_printed_words(older).items(), _printed_words(newer).values(), strict=True)
    return tuple(FieldChange(label, before, after) for (label, before), after in pairs if before != after)


def _printed_words(row: CourseText) -> dict[str, tuple[str, ...]]:
    hours = plain(row.clock_hours) if row.clock_hours is not None else ""
    texts = {
        "Title": row.title,
        "Description": row.description,
        "Credits": span(row.credits_min, row.credits_max),
        "Clock hours": hours,
        "Prerequisites": row.prerequisites,
    }
    words = {label: (text,) if text else () for label, text in texts.items()}
    return {"Outcomes": row.outcomes, "Topics": row.topics, **words, "CIP": row.cip_codes}


def colleges_with_editions(session: Session, *, partnership_id: int) -> list[tuple[OrganisationRow, EditionRow | None]]:
    """Return every college of a partnership with its newest edition, None where nothing was imported yet."""
    newest = {row.organisation_id: row for row in latest_editions(session, partnership_id=partnership_id)}
    return [(college, newest.get(college.id)) for college in accounts.colleges(session, partnership_id=partnership_id)]


def college(session: Session, *, partnership_id: int, code: str) -> OrganisationRow | None:
    """Return the partnership's college or university with this code, whatever its case; None when there is none."""
    found = accounts.organisation_by_code(session, partnership_id=partnership_id, code=code)
    return found if found and found.kind in COLLEGE_KINDS else None


def other_colleges(session: Session, *, partnership_id: int, organisation_id: int) -> dict[str, str]:
    """Map the codes and names, in small letters, of a partnership's other colleges to their names."""
    others = [row for row in accounts.colleges(session, partnership_id=partnership_id) if row.id != organisation_id]
    return {text.casefold(): row.name for row in others for text in (row.code, row.name)}


def editions_with(session: Session, *, organisation_id: int, code: str) -> list[EditionRow]:
    """Return the editions of a college that hold a course, newest first."""
    found = session.scalars(
        select(Edition)
        .join(Course, Course.edition_id == Edition.id)
        .where(Edition.organisation_id == organisation_id, Course.code == code)
        .order_by(Edition.number.desc())
    )
    return _edition_rows(session, list(found))
