"""Sort the text below a course's heading into fields by the labels that catalogs print.

Text under a label that no field reads is not taken for description; such labels are listed once for a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from base.refusals import shown
from catalog.importers.course_headings import (
    Heading,
    credit_words,
    credits_behind_hours,
    says_hours,
    split_credits,
    tidied,
)
from catalog.importers.course_labels import OTHER, field_of, is_known, label_of
from catalog.importers.html_pages import Line, Run, flaws_of, paragraphs
from catalog.importers.reading import CourseReader, Entry
from catalog.importers.values import Unreadable, course_level, delivery_way
from catalog.records import CatalogReading

RAW_CHARACTERS = 4_000
#: Fields that go on below the line of their label.
LONG_FIELDS = ("outcomes", "topics", "description")
#: Words after an amount of credits that are more than a unit.
N_UNIT_CHARACTERS = 40
#: Fewer contact hours than this are hours in a week.
FEWEST_COURSE_HOURS = 16

NUMBERED = re.compile(r"(?:^|(?<=\s))\(?(\d{1,2})[.)]\s+")
BULLET = re.compile(r"(?:[•·▪◦‣●○\uf0b7*–—-]|\(?(?:\d{1,2}|[A-Za-z]|[ivx]{1,4})[.)])\s+")
INTRODUCTION = re.compile(
    r"(?:upon|on|at|after|by|the|students?|successful|in this|this|topics?|topical|major|course)\b.*"
    r"(?::|\s[-–—]|\bto|\bwill|\bshould|\binclude)",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[A-Z]\S*(?:\s\S+){3,}[.!?]")
MOST = re.compile(r"\bmax", re.IGNORECASE)
#: Prerequisites within a description, which stay there too.
PREREQUISITE_IN_TEXT = re.compile(
    r"(?:^|(?<=[.)\n]\s)|(?<=\n))(?:course\s)?(?:prerequisites?|prerequisite\(s\)|prereqs?\.?)\s?(?::|\s[-–—]\s)\s*"
    r"(?P<text>[^\n]+?)(?:\.(?=\s+[A-Z(])|\.?$|(?=\n))",
    re.IGNORECASE | re.MULTILINE,
)
#: A line that states the hours of a course: "60 Clock Hours (20 Lecture /40 Lab Hours)".
CLOCK_HOURS = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s(?:clock|contact)\shours?(?:\s?\([^()]{0,80}\))?\.?", re.IGNORECASE)
#: A line of terms within a description: "Terms offered: Fall 2025, Spring 2025".
TERMS = re.compile(r"terms? (?:usually |typically |course may be )?offered", re.IGNORECASE)
#: How descriptions begin, and requisites do not.
DESCRIBING = re.compile(r"(?:this course|in this course|students will) [a-z]+ .{40}", re.IGNORECASE | re.DOTALL)
AUDIENCE = re.compile(r"audience:.*", re.IGNORECASE)


@dataclass
class Part:
    """Hold the lines under one label."""

    #: The label as printed; "" for text under none.
    label: str = ""
    #: Field of a course; "" for text under no label, "other" for a label that no field reads.
    name: str = ""
    #: Whether the part goes on below the line of its label.
    is_long: bool = True
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the lines as paragraphs."""
        return paragraphs(self.lines)


def parts_of(lines: Iterable[Line], *, is_description: bool = False) -> list[Part]:
    """Sort lines into parts, each under its label.

    In a text that its page marks as description (`is_description`), only known labels in bold type or italics count,
    and the line of the terms in which a course is offered.
    """
    reader = _PartReader(is_description=is_description)
    for line in lines:
        reader.take(line)
    return [part for part in reader.parts if part.lines]


@dataclass
class _PartReader:
    """Sort lines into parts while they are read."""

    is_description: bool
    parts: list[Part] = field(default_factory=lambda: [Part()])
    _runs: list[Run] = field(default_factory=list)
    #: Label and value in italics are often pieces of one line with the description; then the value is one run.
    _value_mark: str = ""

    def take(self, line: Line) -> None:
        """Sort the runs of a line; a short part ends with its line."""
        if credit := credit_words(line.text) or credits_behind_hours(line.text):
            self._begin(Part(name="credits", lines=[Line(runs=(Run(credit),))]))
            self._begin(Part())
            return
        if clock := CLOCK_HOURS.fullmatch(line.text):
            self._begin(Part(label="clock hours", name="clock_hours", lines=[Line(runs=(Run(clock[1]),))]))
            self._begin(Part())
            return
        if len(line.runs) == 1 and not line.runs[0].mark and says_hours(line.text):
            self._begin(Part(label="hours of teaching", name=OTHER, lines=[line]))
            self._begin(Part())
            return
        for position, run in enumerate(line.runs):
            is_first = not any(tidied(other.text) for other in line.runs[:position])
            self._take_run(run, rest=line.runs[position + 1 :], line=line, is_first=is_first)
        self._end_line(line)
        if self.parts[-1].lines and not self.parts[-1].is_long:
            self._begin(Part())

    def _begin(self, part: Part) -> None:
        self.parts.append(part)
        self._value_mark = ""

    def _take_run(self, run: Run, *, rest: Sequence[Run], line: Line, is_first: bool) -> None:
        label, value = label_of(run, rest=rest, is_first=is_first)
        if label and not is_first and self._is_within_sentence(run, rest=rest):
            label = ""
        if label and not (self.is_description and (not run.mark or not is_known(label)) and not TERMS.fullmatch(label)):
            self._end_line(line)
            self._begin(_part(label, run=run, is_alone=is_first and not value and not _has_text(rest)))
            following = next((other for other in rest if other.mark or tidied(other.text)), None)
            if run.mark == "em" and following is not None and following.mark == "em" and not value:
                self._value_mark = "em"
            self._runs.append(Run(value))
        elif self._value_mark and run.mark == self._value_mark:
            self._runs.append(run)
            self._end_line(line)
            self._begin(Part())
        else:
            self._runs.append(run)

    def _is_within_sentence(self, run: Run, *, rest: Sequence[Run]) -> bool:
        """Tell whether marked words without a colon stand within a sentence: "see the *Course Description* for"."""
        if ":" in run.text or "".join(other.text for other in rest).lstrip().startswith(":"):
            return False
        before = "".join(other.text for other in self._runs).rstrip()
        return before[-1:].isalpha()

    def _end_line(self, line: Line) -> None:
        text = tidied("".join(run.text for run in self._runs)).lstrip(": ")
        self._runs = []
        if text:
            self.parts[-1].lines.append(Line((Run(text),), is_item=line.is_item, n_rules=line.n_rules))


def _part(label: str, *, run: Run, is_alone: bool) -> Part:
    name = field_of(label)
    return Part(label=label, name=name, is_long=name in LONG_FIELDS or (is_alone and run.mark in ("heading", "label")))


def _has_text(runs: Iterable[Run]) -> bool:
    return any(tidied(run.text) for run in runs)


# Parts to fields


@dataclass
class Gathered:
    """Hold what the parts of one course say, by field."""

    texts: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: Lines under no label.
    lines: list[Line] = field(default_factory=list)
    #: Labels that no field reads.
    unread: list[str] = field(default_factory=list)

    def add(self, parts: Iterable[Part]) -> None:
        """Put every part into its field."""
        for part in parts:
            READERS.get(part.name, _take_unread)(self, part)

    def append(self, name: str, text: str) -> None:
        """Add a text to a field, below what it holds."""
        if text:
            self.texts[name] = f"{self.texts[name]}\n{text}" if self.texts.get(name) else text

    def describe_by_rest(self) -> None:
        """Take the lines under no label as description, unless a label named one."""
        if not self.texts.get("description"):
            self.append("description", paragraphs(self.lines))


def gathered(lines: Iterable[Line]) -> Gathered:
    """Read the lines below a course's heading; what stands under no label is the description."""
    found = Gathered()
    found.add(parts_of(lines))
    found.describe_by_rest()
    return found


def _take_lines(found: Gathered, part: Part) -> None:
    found.lines.extend(part.lines)


def _take_unread(found: Gathered, part: Part) -> None:
    found.unread.append(part.label)


def _take_credits(found: Gathered, part: Part) -> None:
    """Take the amount; a description may go on in the same line."""
    amount, rest = split_credits(part.text)
    if amount and (len(rest) > N_UNIT_CHARACTERS or SENTENCE.fullmatch(rest)):
        found.lines.append(Line(runs=(Run(rest),)))
    stated = amount or credit_words(part.text, is_bare=True) or part.text
    fewest = found.texts.get("credits", "")
    if not fewest:
        found.append("credits", stated)
    elif MOST.search(part.label) and amount and fewest != amount:
        found.texts["credits"] = f"{fewest}-{amount}"


def _take_prerequisites(found: Gathered, part: Part) -> None:
    """Take what must come before the course; below a label without a text the description may begin."""
    if DESCRIBING.match(part.text):
        found.lines.extend(part.lines)
    else:
        found.append("prerequisites", part.text)


def _take_with_label(found: Gathered, part: Part) -> None:
    """Keep corequisites and advice beside the prerequisites, each with its label."""
    if DESCRIBING.match(part.text):
        found.lines.extend(part.lines)
        return
    found.append("prerequisites", f"{part.label}: {part.text}")


def _take_list(found: Gathered, part: Part) -> None:
    found.lists[part.name] = found.lists.get(part.name, ()) + list_entries(part.lines)


def _take_description(found: Gathered, part: Part) -> None:
    found.append("description", part.text)


def _take_hours(found: Gathered, part: Part) -> None:
    """Take the hours of a whole course; hours in a week bear the same label in some catalogs."""
    amount, _ = split_credits(part.text)
    if "clock" in part.label.casefold() or not amount or float(amount.split("-")[0]) >= FEWEST_COURSE_HOURS:
        found.texts.setdefault("clock_hours", part.text)
    else:
        _take_unread(found, part)


def _take_program(found: Gathered, part: Part) -> None:
    found.texts.setdefault("program", part.text)


def _take_level(found: Gathered, part: Part) -> None:
    """Take a level of skill; undergraduate and graduate are levels of schooling."""
    try:
        found.texts.setdefault("level", course_level(part.text))
    except Unreadable:
        _take_unread(found, part)


def _take_delivery(found: Gathered, part: Part) -> None:
    """Read ways of delivery where all of them are known words; others say how a class is taught."""
    pieces = tuple(piece.strip() for piece in re.split(r"[,;/&\n|]|\bor\b|\band\b", part.text) if piece.strip())
    try:
        for piece in pieces:
            delivery_way(piece)
    except Unreadable:
        _take_unread(found, part)
        return
    found.lists["delivery"] = found.lists.get("delivery", ()) + pieces


READERS: Mapping[str, Callable[[Gathered, Part], None]] = {
    "": _take_lines,
    "credits": _take_credits,
    "prerequisites": _take_prerequisites,
    "corequisites": _take_with_label,
    "advice": _take_with_label,
    "outcomes": _take_list,
    "topics": _take_list,
    "credentials": _take_list,
    "cip": _take_list,
    "description": _take_description,
    "clock_hours": _take_hours,
    "delivery": _take_delivery,
    "program": _take_program,
    "level": _take_level,
}


def list_entries(lines: Sequence[Line]) -> tuple[str, ...]:
    """Read the entries of a printed list, without their numbers and without the line that introduces them."""
    entries: list[str] = []
    for line in lines:
        for text in _numbered_apart(line.text):
            if AUDIENCE.fullmatch(text):
                continue
            goes_on = entries and not line.is_item and text[0].islower() and entries[-1][-1] not in ".!?:;"
            if goes_on and not BULLET.match(text):
                entries[-1] += f" {text}"
            else:
                entries.append(text)
    if len(entries) > 1:
        entries = [text for text in entries if not INTRODUCTION.fullmatch(text)]
    return tuple(filter(None, (_without_bullet(text) for text in entries)))


def _without_bullet(text: str) -> str:
    found = BULLET.match(text)
    return text[found.end() :].strip() if found else text


def _numbered_apart(text: str) -> Iterator[str]:
    """Split "1. Set up a welder. 2. Weld a fillet." into its entries; other texts stay whole."""
    marks = list(NUMBERED.finditer(text))
    if len(marks) < 2 or [int(mark[1]) for mark in marks] != list(range(1, len(marks) + 1)):
        yield text
        return
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    yield from filter(None, [text[: marks[0].start()].strip()])
    yield from filter(None, (text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)))


# Fields to entries


@dataclass
class LabelAccount:
    """Remember the labels that no field reads, and where each stood first."""

    _places: dict[str, str] = field(default_factory=dict)

    def note(self, labels: Iterable[str], *, place: str) -> None:
        """Remember labels of a course."""
        for label in labels:
            self._places.setdefault(tidied(label).strip(" :"), place)

    def finish(self, reader: CourseReader, content: bytes) -> CatalogReading:
        """List every label once, and what is wrong with the page; return all that was read."""
        for label, place in self._places.items():
            reader.doubt(place=place, reason=f'"{shown(label)}" was not read in any course.', raw=label)
        for flaw in flaws_of(content):
            reader.doubt(place="page", reason=flaw, raw="")
        return reader.reading()


def entry_of(found: Gathered, *, heading: Heading, place: str, raw: str) -> Entry:
    """Make an entry of what a course's heading and its text say; credits of the heading come first."""
    texts = {**found.texts, "code": heading.code, "title": heading.title}
    if heading.credits:
        texts["credits"] = heading.credits
    if not texts.get("prerequisites") and (told := PREREQUISITE_IN_TEXT.search(texts.get("description", ""))):
        texts["prerequisites"] = told["text"]
    return Entry(place=place, raw=raw[:RAW_CHARACTERS], texts=texts, lists=found.lists)
