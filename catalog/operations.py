"""Keep uploads until somebody has looked at them, and store catalog editions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from accounts.permissions import Action, Role
from accounts.queries import Member
from base.refusals import Refusal
from catalog.models import Course, Edition, ImportNote, PendingImport
from catalog.records import CatalogReading, CourseRow, Reject

#: Longest raw text kept beside a rejected record.
RAW_CHARACTERS = 2000
#: Rows written to the database at once.
N_AT_ONCE = 1000

#: Columns of a course that are not part of what its catalog says.
UNPRINTED = ("id", "corrected_by_name")

Row = TypeVar("Row")

#: Called as reader(session, organisation_id=…, edition_number=…, now=…) once an edition stands, in its transaction.
edition_readers: list[Callable[..., object]] = []


class UploadGone(Refusal):
    """Say that an upload was stored or discarded meanwhile."""


class AlreadyImported(Refusal):
    """Say that this very file is the college's newest edition already."""


class NothingToStore(Refusal):
    """Say that a file holds no course that could be stored."""


def may_import_for(member: Member, *, organisation_id: int) -> bool:
    """Say whether someone may import a college's catalog: conveners any, reviewers their own college's."""
    own = member.role is Role.CONVENER or member.organisation_id == organisation_id
    return own and member.may(Action.IMPORT_CATALOGS)


def keep_upload(
    session: Session, *, organisation_id: int, filename: str, content: bytes, label: str, by_name: str, now: datetime
) -> int:
    """Keep an uploaded file until its columns have been looked at; return its row number."""
    pending = PendingImport(
        organisation_id=organisation_id,
        filename=filename[:255],
        content=content,
        label=label[:100],
        corrections={},
        uploaded_by_name=by_name,
        uploaded_at=now,
    )
    session.add(pending)
    session.flush()
    return pending.id


def keep_correction(
    session: Session, *, organisation_id: int, pending_id: int, key: str, written: Mapping[str, str] | None
) -> None:
    """Keep a record of an upload as somebody wrote it; None takes the record as the file has it again."""
    row = session.get(PendingImport, pending_id)
    if row is None or row.organisation_id != organisation_id:
        raise UploadGone("This upload does not wait any more: it was stored or discarded.")
    kept = {place: texts for place, texts in row.corrections.items() if place != key}
    row.corrections = kept if written is None else {**kept, key: dict(written)}
    session.flush()


def discard_upload(session: Session, *, organisation_id: int, pending_id: int) -> None:
    """Forget an uploaded file; editions are untouched."""
    row = session.get(PendingImport, pending_id)
    if row is not None and row.organisation_id == organisation_id:
        session.delete(row)
        session.flush()


def store_edition(
    session: Session,
    *,
    organisation_id: int,
    label: str,
    filename: str,
    file_digest: str,
    mapping: Mapping[str, str],
    reading: CatalogReading,
    by_name: str,
    now: datetime,
) -> int:
    """Store what a file said, and what was left out of it, as the college's next edition; return its row number."""
    newest = session.scalar(
        select(Edition).where(Edition.organisation_id == organisation_id).order_by(Edition.number.desc()).limit(1)
    )
    if (
        newest is not None
        and newest.file_digest == file_digest
        and (
            (dict(newest.mapping) == dict(mapping) and not any(course.corrected_by for course in reading.courses))
            or _says_the_same(session, edition_id=newest.id, reading=reading)
        )
    ):
        raise AlreadyImported(
            f"{filename} is edition {newest.number} ({newest.label}) already; nothing has changed, nothing was stored."
        )
    if not reading.courses:
        raise NothingToStore(f"{filename} holds no course that could be stored. Look at the list of what was left out.")
    last_number = session.scalar(select(func.max(Edition.number)).where(Edition.organisation_id == organisation_id))
    edition = Edition(
        organisation_id=organisation_id,
        number=(last_number or 0) + 1,
        label=label.strip()[:100],
        filename=filename[:255],
        file_digest=file_digest,
        mapping=dict(mapping),
        n_seen=reading.n_seen,
        imported_by_name=by_name,
        imported_at=now,
    )
    session.add(edition)
    session.flush()
    _store_rows(session, reading, edition_id=edition.id)
    for read in edition_readers:
        read(session, organisation_id=organisation_id, edition_number=edition.number, now=now)
    return edition.id


def _store_rows(session: Session, reading: CatalogReading, *, edition_id: int) -> None:
    """Store an edition's courses and the notes of its import."""
    for batch in _batches(reading.courses):
        session.execute(insert(Course), [_course_columns(row, edition_id=edition_id) for row in batch])
    for kind, notes in (
        ("rejected", reading.rejects),
        ("duplicate", reading.duplicates),
        ("doubt", reading.doubts),
    ):
        for noted in _batches(notes):
            session.execute(insert(ImportNote), _note_columns(noted, kind=kind, edition_id=edition_id))


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Yield rows in batches; a catalog of a whole state would not fit into memory as database objects."""
    for start in range(0, len(rows), N_AT_ONCE):
        yield rows[start : start + N_AT_ONCE]


def _says_the_same(session: Session, *, edition_id: int, reading: CatalogReading) -> bool:
    """Say whether a reading holds the very courses of an edition, whatever columns were named for it."""
    stored = session.scalars(select(Course).where(Course.edition_id == edition_id))
    read = (_course(row, edition_id=edition_id) for row in reading.courses)
    return {_facts(course) for course in stored} == {_facts(course) for course in read}


def _facts(course: Course) -> tuple[object, ...]:
    values = (getattr(course, column.key) for column in Course.__table__.columns if column.key not in UNPRINTED)
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


def _course(row: CourseRow, *, edition_id: int) -> Course:
    return Course(**_course_columns(row, edition_id=edition_id))


def _course_columns(row: CourseRow, *, edition_id: int) -> dict[str, Any]:
    return {
        "edition_id": edition_id,
        "code": row.code,
        "title": row.title,
        "description": row.description,
        "outcomes": list(row.outcomes),
        "topics": list(row.topics),
        "program": row.program,
        "level": row.level,
        "credits_min": row.credits_min,
        "credits_max": row.credits_max,
        "clock_hours": row.clock_hours,
        "delivery": list(row.delivery),
        "credentials": list(row.credentials),
        "prerequisites": row.prerequisites,
        "last_offered_on": row.last_offered_on,
        "is_noncredit": row.is_noncredit,
        "cip_codes": list(row.cip_codes),
        "corrected_by_name": row.corrected_by,
        "place": row.place,
    }


def _note_columns(notes: Iterable[Reject], *, kind: str, edition_id: int) -> list[dict[str, Any]]:
    return [
        {
            "edition_id": edition_id,
            "kind": kind,
            "place": note.place,
            "reason": note.reason,
            "raw": note.raw[:RAW_CHARACTERS],
        }
        for note in notes
    ]
