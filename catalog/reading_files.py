"""Read the files that somebody names at a terminal as one catalog, and write what was read as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from base.refusals import Refusal, shown
from base.tables import read_table
from catalog.importers import json_list, read_course_file, spreadsheet
from catalog.importers.archives import SavedFile, is_archive, joined, unpacked
from catalog.importers.files import IMPORTERS, read_course_files
from catalog.records import CatalogReading, CourseRow, Reject
from catalog.wording import span

#: Names of --format for what has no importer of its own.
TABLE, JSON_LIST = "table", "json"
#: Called with the bytes of each file when it has been read.
Told = Callable[[int], object]


class FileNotReadable(Refusal):
    """Say that a file cannot be opened or written."""


class FormatUnknown(Refusal):
    """Say that --format names no format, or another one than a file has."""


def saved_file(path: Path) -> SavedFile:
    """Open a file, or say why it cannot be opened."""
    try:
        return SavedFile(name=path.name, content=path.read_bytes())
    except FileNotFoundError:
        raise FileNotReadable(f"{shown(str(path))}: there is no such file.") from None
    except OSError as trouble:
        reason = "this is a folder" if path.is_dir() else (trouble.strerror or "it cannot be opened").lower()
        raise FileNotReadable(f"{shown(str(path))}: {reason}. Name a file that can be read.") from None


def read_files(files: Sequence[SavedFile], *, format_name: str = "", told: Told | None = None) -> CatalogReading:
    """Read files, or the files inside a ZIP, as one catalog, each by its content or all as one format."""
    [first, *more] = files
    if format_name:
        parts = _told_of(_unpacked(files), told=told)
        readings = [(part.name, _read_as(part, format_name=format_name)) for part in parts]
        return readings[0][1] if len(readings) == 1 else joined(readings)
    if more or is_archive(first.content):
        return read_course_files(_told_of(_unpacked(files), told=told), filename="" if more else first.name)
    return read_course_file(first.content, filename=first.name)


def _unpacked(files: Iterable[SavedFile]) -> Iterator[SavedFile]:
    for file in files:
        yield from unpacked(file.content, filename=file.name) if is_archive(file.content) else (file,)


def _told_of(files: Iterable[SavedFile], *, told: Told | None) -> Iterator[SavedFile]:
    for file in files:
        yield file
        if told:
            told(len(file.content))


def format_names() -> tuple[str, ...]:
    """Return what --format may name."""
    return (TABLE, JSON_LIST, *(_folded(importer.FORMAT) for importer in IMPORTERS))


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def known_format(text: str) -> str:
    """Return the one format that a person means by its name or the beginning of it; "" stays ""."""
    wanted = _folded(text)
    if not text or wanted in format_names():
        return wanted
    found = [name for name in format_names() if wanted and name.startswith(wanted)]
    if len(found) != 1:
        raise FormatUnknown(f"--format {shown(text)} is no format. Known: {', '.join(format_names())}.")
    return found[0]


def _read_as(file: SavedFile, *, format_name: str) -> CatalogReading:
    """Read a file as one format; a file of another kind is refused."""
    if format_name == TABLE:
        table = read_table(file.content, filename=file.name, recognised=spreadsheet.has_course_columns)
        return spreadsheet.read_courses(table, mapping=spreadsheet.guess_mapping(table.columns))
    if format_name == JSON_LIST:
        return json_list.read_courses(file.content, filename=file.name)
    importer = next(importer for importer in IMPORTERS if _folded(importer.FORMAT) == format_name)
    if not importer.recognises(file.content, filename=file.name):
        raise FormatUnknown(f"{shown(file.name)}: this file is not {importer.FORMAT}. Leave --format out.")
    return importer.read_courses(file.content, filename=file.name)


# What was read, as JSON


def reading_pieces(reading: CatalogReading) -> Iterator[str]:
    """Yield a reading as JSON, course by course: all of it at once would take more memory than the reading."""
    head = json.dumps({"format": reading.format, "records_seen": reading.n_seen}, ensure_ascii=False, indent=1)
    yield head.removesuffix("\n}") + ',\n "courses": ['
    for number, course in enumerate(reading.courses):
        yield (",\n  " if number else "\n  ") + json.dumps(course_json(course), ensure_ascii=False, allow_nan=False)
    notes = json.dumps(notes_json(reading), ensure_ascii=False, indent=1)
    yield "\n ]," + notes.removeprefix("{") + "\n"


def notes_json(reading: CatalogReading) -> dict[str, list[dict[str, str]]]:
    """Return what was left out, stood twice or was doubted."""
    kinds = {"rejects": reading.rejects, "duplicates": reading.duplicates, "doubts": reading.doubts}
    return {kind: [_note_json(note) for note in notes] for kind, notes in kinds.items()}


def course_json(course: CourseRow) -> dict[str, Any]:
    """Return a course with every field, under the names of the columns of a course table."""
    return {
        "code": course.code,
        "title": course.title,
        "description": course.description,
        "outcomes": list(course.outcomes),
        "topics": list(course.topics),
        "credits": span(course.credits_min, course.credits_max, to=" to "),
        "credits_min": _number(course.credits_min),
        "credits_max": _number(course.credits_max),
        "clock_hours": _number(course.clock_hours),
        "program": course.program,
        "level": course.level,
        "delivery": list(course.delivery),
        "credentials": list(course.credentials),
        "prerequisites": course.prerequisites,
        "last_offered": course.last_offered_on.isoformat() if course.last_offered_on else "",
        "noncredit": course.is_noncredit,
        "cip": list(course.cip_codes),
        "college": course.college,
        "place": course.place,
    }


def _number(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _note_json(note: Reject) -> dict[str, str]:
    return {"place": note.place, "reason": note.reason, "raw": note.raw}


def field_counts(reading: CatalogReading) -> dict[str, int]:
    """Count the courses that state each field."""
    names = [part.name for part in fields(CourseRow) if part.name not in {"place", "college"}]
    return {
        name: sum(getattr(course, name) not in (None, "", (), False) for course in reading.courses) for name in names
    }


def json_pieces(content: object) -> Iterator[str]:
    """Yield a small document as JSON."""
    yield json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_whole(path: Path, pieces: Iterable[str]) -> None:
    """Write a file whole or not at all; half a character of a damaged file becomes a question mark."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.writelines(pieces)
        partial.replace(path)
    except OSError as trouble:
        with suppress(OSError):
            partial.unlink()
        reason = "this is a folder" if path.is_dir() else (trouble.strerror or "it cannot be written").lower()
        raise FileNotReadable(f"{shown(str(path))}: {reason}. Name a file that can be written.") from None
