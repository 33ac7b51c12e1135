"""Read reviewers' decisions from a file: a run's export, or a JSON list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base.refusals import shown
from base.tables import Table, read_table, sheet_names
from matching import Course, Need
from matching.learning import VERDICTS, DecidedPair
from review.match_files import FileRefusal
from review.wording import VERDICT_WORDS

#: Columns of a run's export that say whether a row holds a decision that still counts.
FLAGS = ("is_latest", "is_decided")
YES = frozenset({"true", "yes", "1", "wahr"})
#: What a verdict may be written as: its code, or the word of the pages.
WRITTEN = {word.casefold(): code for code, word in VERDICT_WORDS.items() if code in VERDICTS} | {
    code: code for code in VERDICTS
}


@dataclass(frozen=True)
class _Row:
    place: str
    need: str
    college: str
    course: str
    verdict: str


def read_decisions(
    content: bytes, *, filename: str, needs: Sequence[Need], courses: Sequence[Course]
) -> list[DecidedPair]:
    """Return the decisions of a file, the last one on each pair; refuse what points nowhere, with its place."""
    is_json = Path(filename).suffix.casefold() == ".json" or content.lstrip()[:1] in (b"[", b"{")
    rows = _json_rows(content, filename=filename) if is_json else _table_rows(content, filename=filename)
    need_places = {need.code: i for i, need in enumerate(needs)}
    course_places = _course_places(courses)
    latest: dict[tuple[int, int], DecidedPair] = {}
    for row in rows:
        need, course = need_places.get(row.need), _place_of_course(row, course_places)
        if need is None:
            raise FileRefusal(f"{row.place}: the file of needs has no need {shown(row.need)}.")
        verdict = WRITTEN.get(row.verdict.lstrip("●◐○·? ").casefold())
        if verdict is None:
            raise FileRefusal(f"{row.place}: the verdict is “{shown(row.verdict)}”. Write match, revise or unrelated.")
        latest.pop((need, course), None)
        latest[need, course] = DecidedPair(need=need, course=course, verdict=verdict)
    if not latest:
        raise FileRefusal(f"{filename}: there is no decision in this file.")
    return list(latest.values())


def _course_places(courses: Sequence[Course]) -> dict[tuple[str, str], list[int]]:
    """Return the places of courses by college and code, and by code alone under the empty college."""
    places: dict[tuple[str, str], list[int]] = {}
    for i, course in enumerate(courses):
        for key in {(course.college, course.code), ("", course.code)}:
            places.setdefault(key, []).append(i)
    return places


def _place_of_course(row: _Row, places: Mapping[tuple[str, str], list[int]]) -> int:
    """Return which course a row means; the college is needed only where two colleges share the code."""
    found = places.get((row.college, row.course)) or places.get(("", row.course), [])
    if not found:
        raise FileRefusal(f"{row.place}: the file of courses has no course {shown(row.course)}.")
    if len(found) > 1:
        raise FileRefusal(f"{row.place}: several colleges have a course {shown(row.course)}. Name the college.")
    return found[0]


def _json_rows(content: bytes, *, filename: str) -> Iterator[_Row]:
    try:
        entries = json.loads(content)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise FileRefusal(f"{filename}: this is not JSON: {error}.") from None
    if not isinstance(entries, list):
        raise FileRefusal(f"{filename}: write a list of decisions, each with need, course and verdict.")
    for number, entry in enumerate(entries, 1):
        yield _json_row(entry, place=f"{filename}, decision {number}")


def _json_row(entry: Any, *, place: str) -> _Row:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(k), str) for k in ("need", "course", "verdict")):
        raise FileRefusal(f"{place}: write an object with need, course and verdict, each a text.")
    return _Row(place, entry["need"], str(entry.get("college") or ""), entry["course"], entry["verdict"])


def _table_rows(content: bytes, *, filename: str) -> Iterator[_Row]:
    table = _table(content, filename=filename)
    flags = [name for name in FLAGS if name in table.columns]
    for row in table.rows:
        if all(row.cells[flag].casefold() in YES for flag in flags):
            cells = row.cells
            place = f"{filename}, {row.place}"
            yield _Row(place, cells["need"], cells.get("college", ""), cells["course"], cells["verdict"])


def _table(content: bytes, *, filename: str) -> Table:
    """Read the table; of a run's workbook the sheet of decisions."""
    sheet = "Decisions" if content[:2] == b"PK" and "Decisions" in sheet_names(content, filename=filename) else None
    return read_table(content, filename=filename, sheet=sheet, required=("need", "course", "verdict"))
