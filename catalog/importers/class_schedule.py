"""Read courses from a saved class schedule: a table with one row for a section, and perhaps a row of text below each.

Such pages come from colleges' own systems (seen in use from 2013 to 2026). The header names the course, its title and
when the sections meet; the row below a section holds the description, which repeats for every section. Sections of one
course become one course.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from base.refusals import shown
from catalog.importers.course_headings import Heading, code_alone, credit_words, is_code, tidied, title_alone
from catalog.importers.html_pages import Line, PageRefusal, lines_of, markup, opened, raw_text, text_of
from catalog.importers.labelled_text import Gathered, LabelAccount, entry_of, gathered
from catalog.importers.reading import CourseReader, CourseRefusal
from catalog.records import CatalogReading

FORMAT = "class schedule"

#: What the columns of a schedule are called, folded to letters and single spaces.
COLUMNS: Mapping[str, re.Pattern[str]] = {
    "item": re.compile(r"item|item (?:no|number)|crn|class (?:no|nbr|number)|reg(?:istration)? (?:no|number)"),
    "code": re.compile(r"(?:course|class)(?: (?:no|number|code|id))?|subject|catalog (?:no|number)"),
    "title": re.compile(r"(?:course |class )?(?:title|name|description)"),
    "credits": re.compile(r"cr|crd|crds|cred|credits?|units?|credit hours?|hrs?|hours?"),
    "section": re.compile(r"sec|section|sect"),
    "days": re.compile(r"days?|days times?|days and times?|meeting days?|schedule|meets"),
    "times": re.compile(r"times?|start times?|begin|start"),
    "instructor": re.compile(r"instructors?|faculty|teachers?"),
    "location": re.compile(r"room|location|bldg|building|campus"),
}
MEETINGS = ("section", "days", "times", "instructor", "location")
#: Words of which a schedule's header has at least two; a page without them is not looked at more closely.
HEADER_WORDS = re.compile(r">[\s&nbsp;]*(?:sec|sect|section|days?|times?|instructors?)\.?[\s&nbsp;]*<", re.IGNORECASE)

#: A header goes on for a while after its first words.
N_HEADER_CHARACTERS = 6_000


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell by the header of a table whether a page is a class schedule."""
    text = markup(content)
    words = list(islice(HEADER_WORDS.finditer(text), 2))
    if len(words) < 2:
        return False
    start = max(text.rfind("<table", 0, words[0].start()), text.rfind("<TABLE", 0, words[0].start()), 0)
    try:
        clipped = opened(text[start : words[1].end() + N_HEADER_CHARACTERS].encode(), filename=filename)
    except PageRefusal:
        return False
    return next(schedules_on(clipped), None) is not None


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read every section of a schedule; the sections of one course are kept once, which is no fault when `strict`."""
    reader = CourseReader(filename=shown(filename), format=FORMAT)
    unread = LabelAccount()
    for schedule in schedules_on(opened(content, filename=filename)):
        for number, section in enumerate(schedule.sections(), start=1):
            place = f"section {section.item}" if section.item else f"row {number}"
            unread.note(section.texts.unread, place=place)
            reader.take(entry_of(section.texts, heading=section.heading, place=place, raw=section.raw))
    if strict and reader.rejects:
        first = reader.rejects[0]
        raise CourseRefusal(f"{shown(filename)}, {first.place}: {first.reason}", place=first.place)
    if not (reader.courses or reader.rejects):
        raise PageRefusal(
            f"{shown(filename)}: this is a class schedule without any section. Choose a term and a subject, wait until "
            "the classes are shown, and save that page."
        )
    return unread.finish(reader, content)


@dataclass(frozen=True)
class Section:
    """Hold one section of a course."""

    #: The number by which students register; "" when the schedule has none.
    item: str
    heading: Heading
    texts: Gathered
    raw: str


@dataclass(frozen=True)
class Schedule:
    """Hold a table of sections."""

    rows: tuple[LexborNode, ...]
    #: Name of a column to its place.
    columns: Mapping[str, int]

    def sections(self) -> Iterator[Section]:
        """Yield the sections with the text of the rows below them."""
        cells: list[LexborNode] = []
        below: list[LexborNode] = []
        for row in self.rows:
            found = cells_of(row)
            if len(found) <= max(self.columns.values()):
                below.append(row)
                continue
            if not self._text(found, "code"):
                continue  # a further meeting of the same section
            if self._is_section(cells):
                yield self._section(cells, below)
            cells, below = found, []
        if self._is_section(cells):
            yield self._section(cells, below)

    def _text(self, cells: list[LexborNode], name: str) -> str:
        return text_of(cells[self.columns[name]]) if name in self.columns else ""

    def _is_section(self, cells: list[LexborNode]) -> bool:
        return bool(cells) and is_code(self._text(cells, "code"))

    def _section(self, cells: list[LexborNode], below: list[LexborNode]) -> Section:
        stated = self._text(cells, "credits")
        heading = Heading(
            code=code_alone(self._text(cells, "code")),
            title=title_alone(self._text(cells, "title")),
            credits=credit_words(stated, is_bare=True) or stated,
        )
        lines = (line for row in below for line in lines_of([row], left_out=facts_in(row)))
        texts = gathered(line for line in lines if not is_note(line))
        raw = " ".join(tidied(raw_text(node)) for node in (*cells, *below))
        return Section(item=self._text(cells, "item"), heading=heading, texts=texts, raw=raw)


def schedules_on(page: LexborHTMLParser) -> Iterator[Schedule]:
    """Yield the tables of a page whose header names a course, its title and when sections meet."""
    for table in page.css("table"):
        rows = rows_of(table)
        for number, row in enumerate(rows[:5]):
            columns = columns_of([header_text(cell) for cell in cells_of(row)])
            if {"code", "title"} <= columns.keys() and sum(name in columns for name in MEETINGS) > 1:
                yield Schedule(rows=tuple(rows[number + 1 :]), columns=columns)
                break


def header_text(cell: LexborNode) -> str:
    """Return the text of a cell; "" for one that lays out the page and holds a table."""
    return text_of(cell) if cell.css_first("table") is None else ""


def columns_of(headers: list[str]) -> dict[str, int]:
    """Find the columns of a schedule by their headers."""
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        folded = " ".join(re.sub(r"[^a-z]+", " ", header.casefold()).split())
        name = next((name for name, pattern in COLUMNS.items() if pattern.fullmatch(folded)), "")
        if name:
            found.setdefault(name, place)
    return found


def rows_of(table: LexborNode) -> list[LexborNode]:
    """Return the rows of a table, without those of tables inside it."""
    rows: list[LexborNode] = []
    for child in table.iter():
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            rows.extend(row for row in child.iter() if row.tag == "tr")
    return rows


def cells_of(row: LexborNode) -> list[LexborNode]:
    """Return the cells of a row."""
    return [cell for cell in row.iter() if cell.tag in ("td", "th")]


def is_note(line: Line) -> bool:
    """Tell whether a line is a note on a section; schedules print them in bold, and they differ between sections."""
    return all(run.mark for run in line.runs if tidied(run.text))


def facts_in(row: LexborNode) -> set[int]:
    """Return the numbers of what repeats the section's facts below it: headings and tables with headers."""
    facts = {node.mem_id for node in row.css("h1, h2, h3, h4, h5, h6, [style*='float']")}
    return facts | {table.mem_id for table in row.css("table") if any(map(begins_with_header, rows_of(table)))}


def begins_with_header(row: LexborNode) -> bool:
    """Tell whether the first cell of a row is a header."""
    cells = cells_of(row)
    return bool(cells) and cells[0].tag == "th"
