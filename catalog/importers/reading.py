"""Turn the texts of a file's entries into courses, and keep account of every entry and every value."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import NoReturn, TypeVar

from base.refusals import Refusal, shown
from base.text_files import cleaned
from catalog.importers.values import (
    Unreadable,
    cip_code,
    clock_hours,
    course_level,
    credit_range,
    day,
    delivery_way,
    is_noncredit,
    says_no_credit,
)
from catalog.records import CatalogReading, CourseRow, Reject

TEXT_FIELDS = ("code", "title", "description", "program", "level", "prerequisites", "college")
LIST_FIELDS = ("outcomes", "topics", "delivery", "credentials", "cip")
VALUE_FIELDS = ("credits", "clock_hours", "last_offered", "noncredit")
COURSE_FIELDS = (*TEXT_FIELDS, *LIST_FIELDS, *VALUE_FIELDS)

#: A sign as web pages write it: "&amp;", "&#39;", "&nbsp;".
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
MAX_CODE_CHARACTERS = 60
#: Entries kept beside their courses, and how much of each.
MAX_RAWS = 20_000
RAW_CHARACTERS = 4_000
#: Entries left out that are remembered; nobody mends more by hand.
MAX_REMEMBERED = 1_000
MAX_TITLE_CHARACTERS = 300
MAX_PROGRAM_CHARACTERS = 200

FIELD_NAMES = {
    "credits_min": "credits",
    "credits_max": "credits",
    "clock_hours": "clock hours",
    "last_offered_on": "last offering",
    "is_noncredit": "non-credit",
    "cip_codes": "CIP",
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
    #: Whether the entries of courses are kept as they stand in the file, for people who compare.
    keeps_raws: bool = True
    courses: list[CourseRow] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    duplicates: list[Reject] = field(default_factory=list)
    doubts: list[Reject] = field(default_factory=list)
    _first: dict[tuple[str, str], CourseRow] = field(default_factory=dict)
    #: Places of the entries with signs such as &amp;.
    _escaped: list[str] = field(default_factory=list)
    _raws: dict[str, str] = field(default_factory=dict)
    _left_out: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        """Take an entry as a course, a duplicate or a reject."""
        if "&" in entry.raw and ENTITY.search(entry.raw):
            entry = without_entities(entry)
            self._escaped.append(entry.place)
        code = " ".join(entry.texts.get("code", "").replace("\u200b", "").split())
        title = entry.texts.get("title", "")
        if reason := refusal_reason(code=code, title=title):
            self.leave_out(entry, reason=reason)
            return
        course, doubts = course_of(entry, code=code, title=title)
        key = (course.college.casefold(), course.code.casefold())
        if key in self._first:
            self._remember(entry)
            self._set_aside(course, first=self._first[key], raw=entry.raw)
            return
        self._first[key] = course
        self.courses.append(course)
        if self.keeps_raws and len(self._raws) < MAX_RAWS:
            self._raws[course.place] = entry.raw[:RAW_CHARACTERS]
        self.doubts.extend(doubts)

    def leave_out(self, entry: Entry, *, reason: str) -> None:
        """List an entry that cannot be taken, and remember what could be read of it for who mends it."""
        self.reject(place=entry.place, reason=reason, raw=entry.raw)
        self._remember(entry)

    def _remember(self, entry: Entry) -> None:
        if len(self._left_out) < MAX_REMEMBERED:
            lists = {name: "\n".join(parts) for name, parts in entry.lists.items()}
            self._left_out[entry.place] = {**entry.texts, **lists}

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
            doubts=(*self.doubts, *self._told_escaped()),
            raws=self._raws,
            left_out=self._left_out,
        )

    def _told_escaped(self) -> list[Reject]:
        """Say, as one doubt, that texts were stored as web pages store them."""
        if not self._escaped:
            return []
        reason = (
            f"In {len(self._escaped):,} of the records signs stand as web pages write them (&amp; for &). They were "
            "written as the signs that they stand for."
        )
        return [Reject(place=self._escaped[0], reason=reason, raw="&amp;")]

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


def without_entities(entry: Entry) -> Entry:
    """Write the signs of an entry that stand as web pages write them: "&amp;" is "&"."""
    texts = {name: plain_signs(text) for name, text in entry.texts.items()}
    lists = {name: tuple(map(plain_signs, parts)) for name, parts in entry.lists.items()}
    return replace(entry, texts=texts, lists=lists)


def plain_signs(text: str) -> str:
    """Write the references of web pages in a text as the signs that they stand for; a lone & stays."""
    if "&" not in text:
        return text
    return cleaned(ENTITY.sub(lambda found: html.unescape(found[0]), text).replace("\u00a0", " "))


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
    gives_none = says_no_credit(texts.get("credits", ""))
    fewest, most = no_credits if gives_none else read("credits", credit_range, no_credits)
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
        is_noncredit=read("noncredit", is_noncredit, gives_none),
        cip_codes=cip_codes(lists.get("cip", ()), place=entry.place, doubts=doubts),
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


def cip_codes(parts: tuple[str, ...], *, place: str, doubts: list[Reject]) -> tuple[str, ...]:
    """Read CIP codes, each once; a part may name several ("48.0508, 47.0303")."""
    codes: dict[str, None] = {}
    for part in parts:
        for text in filter(None, (piece.strip() for piece in re.split(r"[,;&\n](?=\s*\d)", part))):
            try:
                codes[cip_code(text)] = None
            except Unreadable as trouble:
                doubts.append(Reject(place=place, reason=str(trouble), raw=text))
    return tuple(codes)


def differing_fields(course: CourseRow, other: CourseRow) -> str:
    """Name the fields in which two courses of one code differ; "" when they say the same."""
    alike = replace(course, place=other.place, code=other.code, college=other.college)
    names = (part.name for part in fields(CourseRow) if getattr(alike, part.name) != getattr(other, part.name))
    return ", ".join(dict.fromkeys(FIELD_NAMES.get(name, name) for name in names))
