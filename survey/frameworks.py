"""Keep uploaded frameworks, search them, and hand over the skill needs that a convener picks."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from base.refusals import Refusal
from base.text_files import UNWRITABLE
from survey.models import FrameworkNeed, UploadedFramework
from survey.needs import need_problem
from survey.records import NeedReading, NeedRow, Reject

#: A search shows this many needs; a word more narrows it down.
MAX_SHOWN = 200
#: Notes on the file that are kept, and characters of each one's raw text.
MAX_NOTES = 300
MAX_RAW_CHARACTERS = 300
MAX_NAME_CHARACTERS = 300


class FrameworkRefused(Refusal):
    """Say why a framework cannot be kept."""


@dataclass(frozen=True)
class Stored:
    """Say under which number a framework is kept."""

    framework_id: int
    #: False when the very same file was uploaded before.
    is_new: bool


@dataclass(frozen=True)
class FrameworkRow:
    """An uploaded framework as pages show it."""

    id: int
    title: str
    filename: str
    format: str
    n_seen: int
    n_needs: int
    n_rejected: int
    n_duplicates: int
    #: Rejects, duplicates and doubts as (kind, place, reason, raw text).
    notes: tuple[tuple[str, str, str, str], ...]
    uploaded_at: datetime


@dataclass(frozen=True)
class FoundNeed:
    """A need of a framework as a search finds it."""

    id: int
    need: NeedRow
    #: Why it cannot stand on a list as it is; "" when it can.
    problem: str


@dataclass(frozen=True)
class Search:
    """What a search found: the first needs, and how many there are."""

    found: tuple[FoundNeed, ...]
    n_found: int


def store_framework(
    session: Session, *, partnership_id: int, reading: NeedReading, filename: str, content: bytes, now: datetime
) -> Stored:
    """Keep what was read of a framework's file; the same file is kept once."""
    if not reading.needs:
        first = f" The first one, {reading.rejects[0].place}: {reading.rejects[0].reason}" if reading.rejects else ""
        raise FrameworkRefused(f"{filename}: none of its {reading.n_seen:,} records is a skill need.{first}")
    digest = hashlib.sha256(content).hexdigest()
    known = session.scalar(
        select(UploadedFramework.id).where(
            UploadedFramework.partnership_id == partnership_id, UploadedFramework.file_digest == digest
        )
    )
    if known is not None:
        return Stored(known, is_new=False)
    framework = UploadedFramework(
        partnership_id=partnership_id,
        title=(reading.title or filename)[:MAX_NAME_CHARACTERS],
        filename=filename[:MAX_NAME_CHARACTERS],
        file_digest=digest,
        format=reading.format,
        n_seen=reading.n_seen,
        n_rejected=len(reading.rejects),
        n_duplicates=len(reading.duplicates),
        notes=_notes(reading),
        uploaded_at=now,
    )
    session.add(framework)
    session.flush()
    rows = [_row(need, framework_id=framework.id, position=n) for n, need in enumerate(reading.needs, start=1)]
    session.execute(insert(FrameworkNeed), rows)
    return Stored(framework.id, is_new=True)


def remove_framework(session: Session, *, framework_id: int) -> None:
    """Forget a framework; needs that were picked from it stay on their lists."""
    session.execute(delete(FrameworkNeed).where(FrameworkNeed.framework_id == framework_id))
    session.execute(delete(UploadedFramework).where(UploadedFramework.id == framework_id))


def _notes(reading: NeedReading) -> list[dict[str, object]]:
    kinds: tuple[tuple[str, Sequence[Reject]], ...] = (
        ("not taken", reading.rejects),
        ("stood twice", reading.duplicates),
        ("note", reading.doubts),
    )
    found = [
        {"kind": kind, "place": note.place, "reason": note.reason, "raw": note.raw[:MAX_RAW_CHARACTERS]}
        for kind, notes in kinds
        for note in notes[: MAX_NOTES // len(kinds)]
    ]
    return [{name: UNWRITABLE.sub("", text) for name, text in note.items()} for note in found]


def _row(need: NeedRow, *, framework_id: int, position: int) -> dict[str, object]:
    said = (need.title, need.code, need.area, *need.elements, need.description, *need.keywords)
    return {
        "framework_id": framework_id,
        "position": position,
        "code": need.code,
        "area": need.area,
        "title": need.title,
        "description": need.description,
        "level": need.level,
        "elements": list(need.elements),
        "source": need.source,
        "source_id": need.source_id,
        "source_version": need.source_version,
        "licence": need.licence,
        "search_text": "\n".join(dict.fromkeys(said)).casefold(),
    }


# Reading


def frameworks(session: Session, *, partnership_id: int) -> list[FrameworkRow]:
    """Return a partnership's frameworks, the newest first."""
    return _frameworks(session, UploadedFramework.partnership_id == partnership_id)


def framework(session: Session, *, framework_id: int, partnership_id: int) -> FrameworkRow | None:
    """Return one framework of a partnership, or None."""
    found = _frameworks(
        session, UploadedFramework.partnership_id == partnership_id, UploadedFramework.id == framework_id
    )
    return found[0] if found else None


def _frameworks(session: Session, *conditions: ColumnElement[bool]) -> list[FrameworkRow]:
    n_needs = select(func.count()).where(FrameworkNeed.framework_id == UploadedFramework.id).scalar_subquery()
    rows = session.execute(select(UploadedFramework, n_needs).where(*conditions).order_by(UploadedFramework.id.desc()))
    return [
        FrameworkRow(
            id=row.id,
            title=row.title,
            filename=row.filename,
            format=row.format,
            n_seen=row.n_seen,
            n_needs=n_kept,
            n_rejected=row.n_rejected,
            n_duplicates=row.n_duplicates,
            notes=tuple((note["kind"], note["place"], note["reason"], note["raw"]) for note in row.notes),
            uploaded_at=row.uploaded_at,
        )
        for row, n_kept in rows
    ]


def areas(session: Session, *, framework_id: int) -> list[tuple[str, int]]:
    """Return a framework's areas in alphabetical order, each with its number of needs."""
    rows = session.execute(
        select(FrameworkNeed.area, func.count())
        .where(FrameworkNeed.framework_id == framework_id, FrameworkNeed.area != "")
        .group_by(FrameworkNeed.area)
        .order_by(func.lower(FrameworkNeed.area))
    )
    return [(area, n_needs) for area, n_needs in rows]


def search_needs(
    session: Session, *, framework_id: int, words: str = "", area: str = "", without: Collection[int] = ()
) -> Search:
    """Find the needs that hold all the words, in one area or all; those with the words in the title come first."""
    wanted = [word for word in words.casefold().split() if word]
    conditions = [FrameworkNeed.framework_id == framework_id, FrameworkNeed.id.not_in(list(without))]
    if area:
        conditions.append(FrameworkNeed.area == area)
    conditions += [FrameworkNeed.search_text.contains(word, autoescape=True) for word in wanted]
    in_title = [func.lower(FrameworkNeed.title).contains(word, autoescape=True) for word in wanted]
    order = [*(test.desc() for test in in_title), FrameworkNeed.position]
    n_found = session.scalar(select(func.count()).select_from(FrameworkNeed).where(*conditions)) or 0
    rows = session.scalars(select(FrameworkNeed).where(*conditions).order_by(*order).limit(MAX_SHOWN))
    return Search(tuple(_found(rows)), n_found)


def picked_needs(session: Session, *, framework_id: int, need_ids: Collection[int]) -> list[FoundNeed]:
    """Return the picked needs of a framework in its order; a number of another framework is passed over."""
    rows = session.scalars(
        select(FrameworkNeed)
        .where(FrameworkNeed.framework_id == framework_id, FrameworkNeed.id.in_(list(need_ids)))
        .order_by(FrameworkNeed.position)
    )
    return list(_found(rows))


def _found(rows: Iterable[FrameworkNeed]) -> Iterable[FoundNeed]:
    for row in rows:
        need = NeedRow(
            row.code,
            row.area,
            row.title,
            row.level,
            tuple(row.elements),
            row.description,
            source=row.source,
            source_id=row.source_id,
            source_version=row.source_version,
            licence=row.licence,
        )
        yield FoundNeed(row.id, need, need_problem(need))


def needs_to_keep(picked: Sequence[FoundNeed]) -> list[NeedRow]:
    """Return the picked needs that a list can hold, without the places of their file."""
    return [replace(found.need, place="") for found in picked if not found.problem]
