"""Sort the text under a course's heading into fields by the labels that catalogs print: "Prerequisite:", "Credits:".

A label is bold, italic, a heading, or a known word with a colon at the beginning of a line. Text under a label that
no field reads is not taken for description; such labels are listed once for a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from catalog.importers.course_headings import credit_words, leading_credits, tidied
from catalog.importers.html_pages import Line, Run, paragraphs
from catalog.importers.reading import CourseReader, Entry
from catalog.importers.values import Unreadable, delivery_way

MOST_LABEL_CHARACTERS = 70
RAW_CHARACTERS = 4_000

_WHAT = r"(?:course|catalog|class|student|learning|general|program|expected|intended|measurable|performance|specific|"
_WHAT += r"terminal|exit|key|major|main|core|primary|standard|required|state|essential|minimum)"
_AIMS = r"(?:outcomes?|outcome\(s\)|objectives?|objective\(s\)|competenc(?:y|ies)|slos?|clos?|goals?)"
#: Field of a course and the labels under which catalogs print it, the whole label and in small letters.
FIELD_LABELS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("corequisites", r"(?:pre-?\s?(?:requisites?)?\s?(?:/|or|and|&)\s?)?(?:co-?\s?req.*|concurrent.*)"),
        ("prerequisites", r"(?:(?:course|required|enforced|registration|catalog)\s)*pre-?\s?req.*"),
        ("prerequisites", r"(?:enrollment\s|registration\s|course\s)?(?:requisites?|requirements?|requisite\(s\))"),
        ("advice", r"(?:strongly\s)?recommended.*|advisor(?:y|ies).*|suggested (?:prep|background|prereq).*"),
        ("credits", r"(?:(?:total|number of|course|semester|quarter|variable|min(?:imum)?|max(?:imum)?)\s)*(?:credits?|credit\(s\)|"
                    r"credit hours?|credit hour\(s\)|hours? of credit|units?|unit\(s\)|semester hours?|sem\.? hours?|"
                    r"cr\.?|crs\.?|credits?\s?/\s?(?:units?|hours?)|credit (?:value|amount|units?)|sch|ects)"),
        ("outcomes", rf"(?:{_WHAT}\s)*(?:learning\s)?{_AIMS}(?:\s?(?:and|&|/|or)\s?(?:{_WHAT}\s)*{_AIMS})*"
                     r"(?:\s?\([a-z/ ]+\))?(?:\s(?:for|of) (?:this|the) course)?"),
        ("outcomes", r"(?:upon|on|at|after|by)\s.{0,40}\b(?:complet\w+|end)\b.{0,40}\b(?:students?|learners?|you)\b.{0,40}"),
        ("outcomes", r"(?:the\s)?students? (?:will|should|must)(?: be able to| learn(?: to)?)?"),
        ("topics", r"(?:course\s|major\s|main\s|key\s)*(?:topics?|topical outline|topic outline|content outline|"
                   r"course outline|course content|content|outline of topics|topics? (?:covered|include|to be covered))"),
        ("description", r"(?:course\s|catalog\s|full\s|long\s|bulletin\s|class\s)*(?:description|desc\.?)"),
        ("clock_hours", r"(?:total\s)?clock hours?|total (?:contact|instructional|course) hours?|total hours?"),
        ("delivery", r"(?:course\s)?(?:delivery (?:mode|method|type|format)s?(?:\(s\))?|mode(?:s|\(s\))? of "
                     r"(?:delivery|instruction)|(?:instruction(?:al)?|teaching) (?:mode|method|modality)s?(?:\(s\))?|"
                     r"modality|modalities|delivery)"),
    )
)  # fmt: skip
#: Labels that catalogs print in plain type; what follows is neither description nor a field.
OTHER_LABELS = re.compile(
    r"(?:(?:weekly|total|course|class|number of)\s)*(?:lectures?|lab(?:oratory)?s?|clinical|contact|studio|practicum|discussion|"
    r"seminar|classroom|work experience)(?:\s?/\s?\w+)?(?:\s?hours?(?:\sper\s\w+)?| hrs?\.?)|"
    r"grad(?:e|ing)(?:\s?\w*)? ?(?:mode|basis|type|method|scale|option|system)?s?|grade mode|"
    r"(?:course\s)?attributes?(?:\(s\))?|(?:term\(?s?\)?|when|typically|usually|normally|semester\(?s?\)?|course|last|years?)?\s?"
    r"(?:typically |usually )?(?:offered|taught|offering)(?:\s?\w*)?|frequency(?: of offering)?|restrictions?|"
    r"registration restrictions?|(?:repeat(?:able|ability|s)?).{0,40}|cross-?\s?list(?:ed|ing)?.{0,25}|equivalent.{0,25}|equivalency|"
    r"schedule types?|course components?|components?|department|college|school|division|level|campus(?:es)?|locations?|"
    r"(?:course |lab |special |additional )?fees?|gen(?:eral)?\.? ?ed(?:ucation)?.{0,40}|transfer(?:ability|s)?.{0,30}|"
    r"cip(?: code)?|same as|also offered as|formerly|audience|distribution.{0,20}|exclusions?|notes?|comments?|ge .{0,30}"
)
#: Fields that hold several lines under one label.
LONG_FIELDS = ("outcomes", "topics", "description")
LABEL_AT_START = re.compile(r"([A-Za-z][A-Za-z0-9 ()/&.,'’-]{1,68}?)\s?:\s*")
COLON = re.compile(r"\s*:\s*")
NUMBERED = re.compile(r"(?:^|(?<=\s))\(?(\d{1,2})[.)]\s+")
BULLET = re.compile(r"(?:[•·▪◦‣●○\uf0b7*–—-]|\(?(?:\d{1,2}|[A-Za-z]|[ivx]{1,4})[.)])\s+")
INTRODUCTION = re.compile(
    r"(?:upon|on|at|after|by|the|students?|successful|in this|this)\b.*(?::|\bto|\bwill|\bshould)$", re.IGNORECASE
)
AUDIENCE = re.compile(r"audience:.*", re.IGNORECASE)


@dataclass
class Part:
    """Hold the lines under one label."""

    #: The label as printed; "" for text under none.
    label: str = ""
    #: Field of a course; "" for text under no label, "other" for a label that no field reads.
    field: str = ""
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the lines as paragraphs."""
        return paragraphs(self.lines)


def field_of(label: str) -> str:
    """Return the field that a label names; "other" when no field reads it."""
    folded = tidied(label).strip(" :.;-–—").casefold()
    return next((name for name, pattern in FIELD_LABELS if pattern.fullmatch(folded)), "other")


def parts_of(lines: Iterable[Line]) -> list[Part]:
    """Sort lines into parts, each under its label."""
    reader = _PartReader()
    for line in lines:
        reader.take(line)
    return [part for part in reader.parts if part.lines or part.label]


@dataclass
class _PartReader:
    """Sort lines into parts while they are read."""

    parts: list[Part] = field(default_factory=lambda: [Part()])
    _runs: list[Run] = field(default_factory=list)
    #: The mark of a value that ends with its run: in italics, label and value are often pieces of one line.
    _value_mark: str = ""

    def take(self, line: Line) -> None:
        """Sort the runs of a line; a short field ends with its line."""
        if credit := credit_words(line.text):
            self.begin("", name="credits")
            self.parts[-1].lines.append(Line(runs=(Run(credit),)))
            self.begin("", name="")
            return
        for position, run in enumerate(line.runs):
            self._take_run(run, rest=line.runs[position + 1 :], line=line, is_first=not self._has_text(line, position))
        self._end_line(line)
        part = self.parts[-1]
        if part.lines and part.field not in ("", *LONG_FIELDS):
            self.begin("", name="")

    def begin(self, label: str, *, name: str) -> None:
        """Begin a part."""
        self.parts.append(Part(label=label, field=name))
        self._value_mark = ""

    def _has_text(self, line: Line, position: int) -> bool:
        return any(tidied(run.text) for run in line.runs[:position])

    def _take_run(self, run: Run, *, rest: Sequence[Run], line: Line, is_first: bool) -> None:
        label, value = label_of(run, rest=rest, is_first=is_first)
        if label:
            self._end_line(line)
            self.begin(label, name=field_of(label))
            following = next((other for other in rest if other.mark or tidied(other.text)), None)
            if run.mark == "em" and following is not None and following.mark == "em" and not value:
                self._value_mark = "em"
            run = Run(value, "") if value else Run("")
        elif self._value_mark and run.mark == self._value_mark:
            self._runs.append(run)
            self._end_line(line)
            self.begin("", name="")
            return
        self._runs.append(run)

    def _end_line(self, line: Line) -> None:
        runs = tuple(self._runs)
        self._runs = []
        text = tidied("".join(run.text for run in runs)).lstrip(": ")
        if text:
            self.parts[-1].lines.append(replace(line, runs=(Run(text),)))


def label_of(run: Run, *, rest: Sequence[Run], is_first: bool) -> tuple[str, str]:
    """Return the label that a run is, or begins with, and what follows it in the run; ("", "") when it is none."""
    text = tidied(run.text)
    if not text:
        return "", ""
    before, colon, after = text.partition(":")
    if run.mark:
        following = "".join(other.text for other in rest).lstrip()
        if colon and len(before) <= MOST_LABEL_CHARACTERS and (not after or field_of(before) != "other"):
            return before.strip(), after.strip()
        if not colon and following.startswith(":") and len(text) <= MOST_LABEL_CHARACTERS:
            return text, ""
        is_known = field_of(text) != "other" and text[:1].isupper()
        is_heading = run.mark in ("heading", "label") and is_first and len(text) <= MOST_LABEL_CHARACTERS
        return (text, "") if is_heading or (is_known and (is_first or run.mark == "em")) else ("", "")
    found = LABEL_AT_START.match(text) if is_first else None
    if found and (field_of(found[1]) != "other" or OTHER_LABELS.fullmatch(found[1].casefold())):
        return found[1], text[found.end() :]
    return "", ""


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
            READERS.get(part.field, _take_unread)(self, part)

    def append(self, name: str, text: str) -> None:
        """Add a text to a field, below what it holds."""
        if text:
            self.texts[name] = f"{self.texts[name]}\n{text}" if self.texts.get(name) else text

    def settle(self) -> None:
        """Take the lines under no label as description, unless a label named one; split credits off its front."""
        if not self.texts.get("description"):
            self.append("description", paragraphs(self.lines))
        credit, rest = leading_credits(self.texts.get("description", ""))
        if credit and not self.texts.get("credits"):
            self.texts |= {"credits": credit, "description": rest}


def gathered(lines: Iterable[Line]) -> Gathered:
    """Read the lines below a course's heading."""
    found = Gathered()
    found.add(parts_of(lines))
    found.settle()
    return found


def _take_line(found: Gathered, part: Part) -> None:
    found.lines.extend(part.lines)


def _take_unread(found: Gathered, part: Part) -> None:
    if part.label and part.lines:
        found.unread.append(part.label)


def _take_credits(found: Gathered, part: Part) -> None:
    if not found.texts.get("credits"):
        found.append("credits", credit_words(part.text, is_bare=True) or part.text)


def _take_prerequisites(found: Gathered, part: Part) -> None:
    found.append("prerequisites", part.text)


def _take_with_label(found: Gathered, part: Part) -> None:
    """Keep corequisites and advice beside the prerequisites, each with its label."""
    if part.text:
        found.append("prerequisites", f"{part.label}: {part.text}")


def _take_list(found: Gathered, part: Part) -> None:
    entries = list_entries(part.lines)
    if entries:
        found.lists[part.field] = found.lists.get(part.field, ()) + entries


def _take_description(found: Gathered, part: Part) -> None:
    found.append("description", part.text)


def _take_hours(found: Gathered, part: Part) -> None:
    found.texts.setdefault("clock_hours", part.text) if part.text else None


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
    "": _take_line,
    "credits": _take_credits,
    "prerequisites": _take_prerequisites,
    "corequisites": _take_with_label,
    "advice": _take_with_label,
    "outcomes": _take_list,
    "topics": _take_list,
    "description": _take_description,
    "clock_hours": _take_hours,
    "delivery": _take_delivery,
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
        entries = [text for text in entries if not INTRODUCTION.match(text) or len(text) > 200]
    return tuple(filter(None, (BULLET.sub("", text, count=1).strip() for text in entries)))


def _numbered_apart(text: str) -> Iterator[str]:
    """Split "1. Set up a welder. 2. Weld a fillet." into its entries; other texts stay whole."""
    marks = list(NUMBERED.finditer(text))
    if [int(mark[1]) for mark in marks] != list(range(1, len(marks) + 1)) or len(marks) < 2:
        yield text
        return
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    yield from filter(None, [text[: marks[0].start()].strip()])
    yield from (text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True))


# Fields to entries


@dataclass
class LabelAccount:
    """Remember the labels that no field reads, and where each stood first."""

    _places: dict[str, str] = field(default_factory=dict)

    def note(self, labels: Iterable[str], *, place: str) -> None:
        """Remember labels of a course."""
        for label in labels:
            self._places.setdefault(tidied(label).strip(" :"), place)

    def report(self, reader: CourseReader) -> None:
        """List every label once."""
        for label, place in self._places.items():
            reader.doubt(place=place, reason=f'"{label}" was not read in any course.', raw=label)


def entry_of(found: Gathered, *, code: str, title: str, place: str, raw: str, credit: str = "") -> Entry:
    """Make an entry of what a course's heading and its text say; credits of the heading come first."""
    texts = {**found.texts, "code": code, "title": title}
    if credit:
        texts["credits"] = credit
    return Entry(place=place, raw=raw[:RAW_CHARACTERS], texts=texts, lists=found.lists)
