"""Turn the texts of a file's entries into courses, and keep account of every entry and every value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import NoReturn, TypeVar

from base.refusals import Refusal, shown
from catalog.importers.values import (
    Unreadable,
    clock_hours,
    course_level,
    credit_range,
    day,
    delivery_way,
    is_noncredit,
)
from catalog.records import CatalogReading, CourseRow, Reject

TEXT_FIELDS = ("code", "title", "description", "program", "level", "prerequisites", "college")
LIST_FIELDS = ("outcomes", "topics", "delivery", "credentials")
VALUE_FIELDS = ("credits", "clock_hours", "last_offered", "noncredit")
COURSE_FIELDS = (*TEXT_FIELDS, *LIST_FIELDS, *VALUE_FIELDS)

MAX_CODE_CHARACTERS = 60
MAX_TITLE_CHARACTERS = 300
MAX_PROGRAM_CHARACTERS = 200

FIELD_NAMES = {
    "credits_min": "credits",
    "credits_max": "credits",
    "clock_hours": "clock hours",
    "last_offered_on": "last offering",
    "is_noncredit": "non-credit",
}

Value = TypeVar("Value")


class CourseRefusal(Refusal):
    """Say which entry of a course file cannot be taken, and why."""


@dataclass(frozen=True)
class Entry:
    """Hold one entry of a file as texts, before anything is made of them."""

    place: str
    #: The entry as it stands in the file.
    raw: str
    #: Field of TEXT_FIELDS or VALUE_FIELDS to text.
    texts: Mapping[str, str]
    #: Field of LIST_FIELDS to its parts.
    lists: Mapping[str, tuple[str, ...]]


@dataclass
class CourseReader:
    """Collect courses, rejects, duplicates and doubts, so that every entry is counted once.

    When `strict`, the first reject or duplicate is raised as a CourseRefusal instead.
    """

    filename: str
    format: str
    strict: bool = False
    courses: list[CourseRow] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    duplicates: list[Reject] = field(default_factory=list)
    doubts: list[Reject] = field(default_factory=list)
    _first: dict[tuple[str, str], CourseRow] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        """Take an entry as a course, a duplicate or a reject."""
        code = " ".join(entry.texts.get("code", "").replace("\u200b", "").split())
        title = entry.texts.get("title", "")
        if reason := refusal_reason(code=code, title=title):
            self.reject(place=entry.place, reason=reason, raw=entry.raw)
            return
        course, doubts = course_of(entry, code=code, title=title)
        key = (course.college.casefold(), course.code.casefold())
        if key in self._first:
            self._set_aside(course, first=self._first[key], raw=entry.raw)
            return
        self._first[key] = course
        self.courses.append(course)
        self.doubts.extend(doubts)

    def reject(self, *, place: str, reason: str, raw: str) -> None:
        """List an entry that cannot be taken."""
        if self.strict:
            self._refuse(place, reason)
        self.rejects.append(Reject(place=place, reason=reason, raw=raw))

    def doubt(self, *, place: str, reason: str, raw: str) -> None:
        """List something of the file that was not read although its entry was taken."""
        self.doubts.append(Reject(place=place, reason=reason, raw=raw))

    def reading(self) -> CatalogReading:
        """Return all that was collected."""
        return CatalogReading(
            format=self.format,
            n_seen=len(self.courses) + len(self.rejects) + len(self.duplicates),
            courses=tuple(self.courses),
            rejects=tuple(self.rejects),
            duplicates=tuple(self.duplicates),
            doubts=tuple(self.doubts),
        )

    def _set_aside(self, course: CourseRow, *, first: CourseRow, raw: str) -> None:
        """List a course whose code stood earlier in the file; the first one is kept."""
        different = differing_fields(course, first)
        if self.strict:
            self._refuse(course.place, f"The code {shown(course.code)} stands already in {first.place}.")
        reason = (
            f"The code {shown(course.code)} stands already in {first.place} with another {different}. "
            "The first one was kept."
            if different
            else f"The same course stands already in {first.place}. It was kept once."
        )
        self.duplicates.append(Reject(place=course.place, reason=reason, raw=raw))

    def _refuse(self, place: str, reason: str) -> NoReturn:
        raise CourseRefusal(f"{self.filename}, {place}: {reason}", place=place)


def refusal_reason(*, code: str, title: str) -> str:
    """Say why an entry cannot be a course; "" when it can."""
    if not code and not title:
        return "There is neither a course code nor a title."
    if not code:
        return f"The course {shown(title)} has no code."
    if not title:
        return f"The course {shown(code)} has no title."
    if len(code) > MAX_CODE_CHARACTERS:
        return f"The course code is longer than {MAX_CODE_CHARACTERS} characters. Check that the right column is read."
    if len(title) > MAX_TITLE_CHARACTERS:
        return f"The title is longer than {MAX_TITLE_CHARACTERS} characters. Check that the right column is read."
    return ""


def course_of(entry: Entry, *, code: str, title: str) -> tuple[CourseRow, list[Reject]]:
    """Make a course of an entry; a value that cannot be read is left out and listed as a doubt."""
    doubts: list[Reject] = []
    texts, lists = entry.texts, entry.lists

    def read(name: str, reader: Callable[[str], Value], default: Value) -> Value:
        text = texts.get(name, "")
        if not text:
            return default
        try:
            return reader(text)
        except Unreadable as trouble:
            doubts.append(Reject(place=entry.place, reason=str(trouble), raw=text))
            return default

    no_credits: tuple[Decimal | None, Decimal | None] = (None, None)
    no_hours: Decimal | None = None
    no_day: date | None = None
    fewest, most = read("credits", credit_range, no_credits)
    course = CourseRow(
        code=code,
        title=title,
        description=texts.get("description", ""),
        outcomes=lists.get("outcomes", ()),
        topics=lists.get("topics", ()),
        credits_min=fewest,
        credits_max=most,
        clock_hours=read("clock_hours", clock_hours, no_hours),
        program=read("program", program_name, ""),
        level=read("level", course_level, ""),
        delivery=delivery_ways(lists.get("delivery", ()), place=entry.place, doubts=doubts),
        credentials=lists.get("credentials", ()),
        prerequisites=texts.get("prerequisites", ""),
        last_offered_on=read("last_offered", day, no_day),
        is_noncredit=read("noncredit", is_noncredit, False),
        college=texts.get("college", ""),
        place=entry.place,
    )
    if not course.description:
        reason = "The course has no description, so it is judged by the rest of its text."
        doubts.append(Reject(place=entry.place, reason=reason, raw=f"{code} {title}"))
    return course, doubts


def program_name(text: str) -> str:
    """Read the name of a program."""
    if len(text) > MAX_PROGRAM_CHARACTERS:
        raise Unreadable(f"The name of the program is longer than {MAX_PROGRAM_CHARACTERS} characters.")
    return text


def delivery_ways(parts: tuple[str, ...], *, place: str, doubts: list[Reject]) -> tuple[str, ...]:
    """Read the ways of delivery, each once; a part may name several ("online, evenings")."""
    ways: dict[str, None] = {}
    for part in parts:
        for text in filter(None, (piece.strip() for piece in re.split(r"[,;/&\n]|\band\b", part))):
            try:
                ways[delivery_way(text)] = None
            except Unreadable as trouble:
                doubts.append(Reject(place=place, reason=str(trouble), raw=text))
    return tuple(ways)


def differing_fields(course: CourseRow, other: CourseRow) -> str:
    """Name the fields in which two courses of one code differ; "" when they say the same."""
    alike = replace(course, place=other.place, code=other.code, college=other.college)
    names = (part.name for part in fields(CourseRow) if getattr(alike, part.name) != getattr(other, part.name))
    return ", ".join(dict.fromkeys(FIELD_NAMES.get(name, name) for name in names))
