"""Mend records of an upload by hand before they are stored: each is marked with who wrote it, and nothing is silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from base.refusals import Refusal, shown
from base.tables import split_list
from catalog.importers.reading import LIST_FIELDS, TEXT_FIELDS, VALUE_FIELDS, Entry, course_of, refusal_reason
from catalog.records import CatalogReading, CourseRow, Reject
from catalog.wording import plain, span

#: Fields that a person may write, in the order of the form.
FIELDS = (
    "code", "title", "description", "credits", "outcomes", "topics", "clock_hours", "prerequisites", "program", "level",
    "delivery", "credentials", "cip", "last_offered", "noncredit",
)  # fmt: skip
#: Key under which a correction keeps who wrote it.
BY = "by"
MAX_CHARACTERS = 20_000


class CorrectionRefused(Refusal):
    """Say what is wrong with a record that somebody writes by hand, and in which field."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        #: Field of FIELDS.
        self.field = field


@dataclass(frozen=True)
class Record:
    """Hold one record of a file: what became of it and what the file says."""

    #: Its place; several records of one place are numbered.
    key: str
    place: str
    #: course, rejected or duplicate.
    kind: str
    #: Why it was left out; "" for a course.
    reason: str
    #: None when it was left out.
    course: CourseRow | None
    raw: str
    #: What could be read of a record that was left out, by field.
    texts: Mapping[str, str] = field(default_factory=dict)


def records(reading: CatalogReading) -> Iterator[Record]:
    """Yield every record of a reading: what was left out first, then the duplicates and the courses."""
    n_at: dict[str, int] = {}

    def key_of(place: str) -> str:
        n_at[place] = n_at.get(place, 0) + 1
        return place if n_at[place] == 1 else f"{place} ({n_at[place]})"

    for kind, notes in (("rejected", reading.rejects), ("duplicate", reading.duplicates)):
        for note in notes:
            texts = reading.left_out.get(note.place, {})
            yield Record(key_of(note.place), note.place, kind, note.reason, None, note.raw, texts)
    for course in reading.courses:
        yield Record(key_of(course.place), course.place, "course", "", course, reading.raws.get(course.place, ""))


def record(reading: CatalogReading, *, key: str) -> Record | None:
    """Return one record of a reading; None when it has none under this key."""
    return next((found for found in records(reading) if found.key == key), None)


def listed_records(reading: CatalogReading, *, wanted: str = "") -> list[Record]:
    """List the records of courses, or those of them whose code or title holds some words."""
    found = (one for one in records(reading) if one.course)
    words = wanted.casefold().split()
    return [
        one
        for one in found
        if one.course and all(word in f"{one.course.code} {one.course.title}".casefold() for word in words)
    ]


def note_keys(reading: CatalogReading) -> dict[tuple[str, str, str], str]:
    """Map what an import report lists (kind, place, text) to the keys of its records."""
    keys: dict[tuple[str, str, str], str] = {}
    for found in records(reading):
        if found.course:
            keys[("doubt", found.place, "")] = found.key
        else:
            keys.setdefault((found.kind, found.place, found.raw), found.key)
    return keys


def texts_of(found: Record) -> dict[str, str]:
    """Write a record as a person would type it; lists take a line for each entry."""
    course = found.course
    if course is None:
        return {name: found.texts.get(name, "") for name in FIELDS}
    return {
        "code": course.code,
        "title": course.title,
        "description": course.description,
        "credits": span(course.credits_min, course.credits_max, to=" to "),
        "outcomes": "\n".join(course.outcomes),
        "topics": "\n".join(course.topics),
        "clock_hours": plain(course.clock_hours) if course.clock_hours is not None else "",
        "prerequisites": course.prerequisites,
        "program": course.program,
        "level": course.level,
        "delivery": ", ".join(course.delivery),
        "credentials": "\n".join(course.credentials),
        "cip": ", ".join(course.cip_codes),
        "last_offered": course.last_offered_on.isoformat() if course.last_offered_on else "",
        "noncredit": "yes" if course.is_noncredit else "",
    }


def correction_of(texts: Mapping[str, str], *, reading: CatalogReading, key: str, by_name: str) -> dict[str, str]:
    """Return a record written by hand as an upload keeps it, or refuse it with the field that must be mended."""
    written = {name: text.replace("\r\n", "\n").strip() for name in FIELDS if (text := texts.get(name, ""))}
    if reason := refusal_reason(code=_folded(written.get("code", "")), title=_folded(written.get("title", ""))):
        raise CorrectionRefused(reason, field="title" if written.get("code") and "title" in reason else "code")
    course, doubts = _course(written, place="", by_name=by_name)
    for doubt in doubts:
        field = next((name for name, text in written.items() if doubt.raw and doubt.raw in text), "")
        if field not in ("", "code", "title", "description"):
            raise CorrectionRefused(doubt.reason, field=field)
    for other in records(reading):
        if other.course and other.key != key and other.course.code.casefold() == course.code.casefold():
            reason = f"The code {shown(course.code)} stands already in {other.place}. Write another one."
            raise CorrectionRefused(reason, field="code")
    return {**written, BY: by_name}


def corrected(reading: CatalogReading, corrections: Mapping[str, Any]) -> CatalogReading:
    """Put the records that people wrote in the places of those that the file has; the counts still add up."""
    by_key = {found.key: found for found in records(reading)} if corrections else {}
    for key, written in corrections.items():
        reading = _with_one(reading, by_key.get(key), written) if key in by_key else _without_place(reading, key)
    return reading


def _with_one(reading: CatalogReading, old: Record | None, written: Mapping[str, str]) -> CatalogReading:
    if old is None:
        return reading
    course, doubts = _course(written, place=old.place, by_name=written[BY])
    if any(row.code.casefold() == course.code.casefold() and row is not old.course for row in reading.courses):
        reason = f"The code {shown(course.code)}, which {course.corrected_by} wrote, stands already in the file."
        return replace(reading, doubts=(*reading.doubts, Reject(old.place, reason, old.raw)))
    told = Reject(old.place, f"{course.corrected_by} wrote this record in by hand before it was stored.", old.raw)
    left = {"rejected": reading.rejects, "duplicate": reading.duplicates}.get(old.kind, ())
    kept = _without(left, old)
    courses = tuple(course if row is old.course else row for row in reading.courses)
    return replace(
        reading,
        courses=courses if old.course else (*courses, course),
        rejects=kept if old.kind == "rejected" else reading.rejects,
        duplicates=kept if old.kind == "duplicate" else reading.duplicates,
        doubts=(*(note for note in reading.doubts if note.place != old.place), *doubts, told),
    )


def _without(notes: tuple[Reject, ...], old: Record) -> tuple[Reject, ...]:
    """Return notes without the one of a record."""
    gone = next(
        (note for note in notes if (note.place, note.reason, note.raw) == (old.place, old.reason, old.raw)), None
    )
    return tuple(note for note in notes if note is not gone)


def _without_place(reading: CatalogReading, key: str) -> CatalogReading:
    """Say that a correction has no record any more, as when other columns are read."""
    reason = "A record that was written in by hand has no place in the file as it is read now, so it was left out."
    return replace(reading, doubts=(*reading.doubts, Reject(key, reason, "")))


def _course(written: Mapping[str, str], *, place: str, by_name: str) -> tuple[CourseRow, list[Reject]]:
    texts = {name: _folded(text) if name in ("code", "title") else text for name, text in written.items()}
    entry = Entry(
        place=place,
        raw="",
        texts={name: texts.get(name, "") for name in (*TEXT_FIELDS, *VALUE_FIELDS)},
        lists={name: split_list(texts.get(name, "")) for name in LIST_FIELDS},
    )
    course, doubts = course_of(entry, code=entry.texts["code"], title=entry.texts["title"])
    return replace(course, corrected_by=by_name), doubts


def _folded(text: str) -> str:
    return " ".join(text.split())
