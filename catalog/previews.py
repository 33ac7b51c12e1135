"""Look at an uploaded file as the edition that it would become. Nothing is stored here."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from base.column_mapping import JOIN, columns_meant, joined
from base.json_lists import entry_text, is_json, read_json_list
from base.long_sheets import refuse_long_sheets
from base.refusals import Refusal, shown
from base.tables import Table, TableRefusal, read_table, sheet_names
from catalog.corrections import Record, corrected
from catalog.importers import read_course_file, spreadsheet
from catalog.importers.archives import is_archive
from catalog.importers.file_flaws import table_flaws, without_stray_bytes
from catalog.importers.files import importer_of
from catalog.mismatch import with_mismatches
from catalog.queries import ImportNoteRow
from catalog.records import CatalogReading, CourseRow, Reject

#: Field of a course, its name in pages, and what may stand in its column.
FIELDS = (
    ("code", "Course code", "Such as WLD 110. It may be made up of two columns."),
    ("title", "Title", "As the catalog prints it."),
    ("description", "Description", "The catalog description."),
    ("outcomes", "Outcomes", "Several in one cell stand apart by | or on lines of their own."),
    ("topics", "Topics", "The topical outline, written like the outcomes."),
    ("credits", "Credits", "3, 3.5 or 3 to 4. A second column may hold the most."),
    ("clock_hours", "Clock hours", "Scheduled hours of 60 minutes."),
    ("program", "Program", "Such as Industrial Maintenance."),
    ("level", "Level", "Basic, working or advanced."),
    ("delivery", "Delivery", "On campus, online, hybrid, at the plant, work-based, days, evenings."),
    ("credentials", "Credentials", "What the course prepares for."),
    ("prerequisites", "Prerequisites", "As the catalog prints them."),
    ("last_offered", "Last offered", "A day, such as 2026-01-12."),
    ("noncredit", "Non-credit", "Yes or no."),
    ("cip", "CIP", "Codes of instructional programs, such as 48.0508."),
    ("college", "College", "Rows of another college are left out."),
)
#: Fields that files often spread over two columns.
JOINABLE = ("code", "credits")
#: Key under which an edition's mapping keeps the sheet that it was read from.
SHEET = "sheet"

#: What the last files that need no mapping said, and how many are kept.
_kept: OrderedDict[tuple[str, str], CatalogReading | Refusal] = OrderedDict()
_keeping = Lock()
N_KEPT = 3
N_SAMPLES = 10
EXAMPLE_CHARACTERS = 90


@dataclass(frozen=True)
class FieldChoice:
    """Hold which columns of the file feed one field of a course."""

    field: str
    label: str
    hint: str
    #: "" when the file does not hold the field.
    column: str
    #: A second column joined to the first; "" when there is none.
    second: str
    is_joinable: bool
    #: The first text that the field would get.
    example: str


@dataclass(frozen=True)
class Sample:
    """Hold a course as it would be stored beside what the file says."""

    course: CourseRow
    #: Column and text of everything that stands in its row.
    raw: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Preview:
    """Hold everything that a person needs to judge an upload."""

    #: Sheets of a workbook; empty for other files.
    sheets: tuple[str, ...] = ()
    #: The sheet that was read; None when there are none.
    sheet: str | None = None
    #: Header texts; empty for a file that needs no mapping, such as a saved page.
    columns: tuple[str, ...] = ()
    choices: tuple[FieldChoice, ...] = ()
    #: Field to column, as an edition keeps it.
    mapping: Mapping[str, str] | None = None
    #: None when the file was refused.
    reading: CatalogReading | None = None
    #: Why the file was refused; "" when it was read.
    refusal: str = ""
    samples: tuple[Sample, ...] = ()
    #: What stands in the rows of a table, by place; empty for other files.
    cells: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)

    def raw_of(self, found: Record) -> tuple[tuple[str, str], ...]:
        """Return what the file says of a record, column by column where it has columns."""
        if found.place in self.cells:
            return tuple((name, text) for name, text in self.cells[found.place].items() if text)
        return (("Text of the file", found.raw),) if found.raw else ()

    @property
    def notes(self) -> tuple[ImportNoteRow, ...]:
        """Return what the import report would list: what is left out, duplicates, doubts."""
        if self.reading is None:
            return ()
        kinds = (
            ("rejected", self.reading.rejects),
            ("duplicate", self.reading.duplicates),
            ("doubt", self.reading.doubts),
        )
        return tuple(ImportNoteRow(kind, row.place, row.reason, row.raw) for kind, rows in kinds for row in rows)

    @property
    def parameters(self) -> dict[str, str]:
        """Return what asks for this same preview again."""
        chosen = {SHEET: self.sheet or "", "columns": "chosen"}
        for choice in self.choices:
            chosen |= {choice.field: choice.column, f"{choice.field}_2": choice.second}
        return {name: text for name, text in chosen.items() if text}


def why_unreadable(content: bytes, *, filename: str) -> str:
    """Say why a file cannot be read at all; "" when it can, or when another sheet of it may."""
    seen = preview_upload(content, filename=filename)
    return "" if seen.columns or seen.reading or len(seen.sheets) > 1 else seen.refusal


def preview_upload(
    content: bytes,
    *,
    filename: str,
    sheet: str = "",
    chosen: Mapping[str, str] | None = None,
    remembered: Mapping[str, str] | None = None,
    others: Mapping[str, str] | None = None,
    corrections: Mapping[str, Any] | None = None,
) -> Preview:
    """Read a file as it would be stored.

    `chosen` maps fields to columns; without it the columns of `remembered`, the college's last import, are read where
    the file has them, and the rest is guessed. `others` maps the codes and names of other colleges to what to call
    them: their courses are left out. `corrections` are the records that people wrote in by hand. A refusal is
    returned as words, not raised.
    """
    remembered = remembered or {}
    sheets: tuple[str, ...] = ()
    try:
        if not is_table(content, filename=filename):
            whole = corrected(_read_whole(content, filename), corrections or {})
            kept = looked_over(whole, others=others or {})
            return Preview(mapping={}, reading=kept, samples=_whole_samples(kept, content, filename=filename))
        refuse_long_sheets(content, filename=shown(filename))
        content, n_stray = without_stray_bytes(content)
        sheets = sheet_names(content, filename=filename)
        wanted = next((name for name in (sheet, remembered.get(SHEET, "")) if name in sheets), None)
        table = read_table(content, filename=filename, sheet=wanted, recognised=_recogniser(remembered))
    except Refusal as refusal:
        return Preview(sheets=sheets, sheet=sheet if sheet in sheets else None, refusal=str(refusal))
    mapping = dict(chosen) if chosen is not None else offered_mapping(table.columns, remembered=remembered)
    seen = _table_preview(table, sheets=sheets, mapping=mapping, others=others or {}, corrections=corrections or {})
    flaws = table_flaws(content, n_stray=n_stray)
    if seen.reading is None or not flaws:
        return seen
    return replace(seen, reading=replace(seen.reading, doubts=(*flaws, *seen.reading.doubts)))


def is_table(content: bytes, *, filename: str) -> bool:
    """Tell whether a file is a table whose columns a person may assign, and no source that is read as it is."""
    known = is_archive(content) or is_json(content, filename=filename)
    return not known and importer_of(content, filename=filename) is None


def _read_whole(content: bytes, filename: str) -> CatalogReading:
    """Read a file that needs no mapping, or refuse it; the last ones are kept, as a look precedes a store."""
    outcome = _outcome(content, filename)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def _outcome(content: bytes, filename: str) -> CatalogReading | Refusal:
    key = _key(content, filename)
    with _keeping:
        known = _kept.get(key)
    if known is not None:
        return known
    outcome: CatalogReading | Refusal
    try:
        outcome = read_course_file(content, filename=filename)
    except Refusal as refusal:
        outcome = refusal
    with _keeping:
        _kept[key] = outcome
        while len(_kept) > N_KEPT:
            _kept.popitem(last=False)
    return outcome


def _key(content: bytes, filename: str) -> tuple[str, str]:
    return hashlib.sha256(content).hexdigest(), filename


def read_ahead(content: bytes, *, filename: str) -> None:
    """Read a file that needs no mapping, and keep what it says for the preview that follows."""
    _outcome(content, filename)


def is_read(content: bytes, *, filename: str) -> bool:
    """Tell whether what a file says is kept."""
    with _keeping:
        return _key(content, filename) in _kept


def _table_preview(
    table: Table,
    *,
    sheets: tuple[str, ...],
    mapping: dict[str, str],
    others: Mapping[str, str],
    corrections: Mapping[str, Any],
) -> Preview:
    kept_mapping = mapping | ({SHEET: table.sheet} if table.sheet is not None and len(sheets) > 1 else {})
    seen = Preview(
        sheets=sheets,
        sheet=table.sheet,
        columns=table.columns,
        choices=_choices(table, mapping=mapping),
        mapping=kept_mapping,
    )
    if missing := [f"the course {field}" for field in ("code", "title") if field not in mapping]:
        wanted = " and ".join(missing)
        return replace(seen, refusal=f"Choose the column that holds {wanted}, then read the file again.")
    try:
        read = corrected(spreadsheet.read_courses(table, mapping=mapping), corrections)
        reading = looked_over(read, others=others)
    except TableRefusal as refusal:
        return replace(seen, refusal=str(refusal))
    cells = {row.place: row.cells for row in table.rows}
    return replace(seen, reading=reading, samples=_table_samples(reading, cells), cells=cells)


def _recogniser(remembered: Mapping[str, str]) -> Callable[[Sequence[str]], bool]:
    """Know a header by the usual names, or by the columns that the college's last import read."""
    parts = {part for field in ("code", "title") for part in remembered.get(field, "").split(JOIN) if part}

    def suits(columns: Sequence[str]) -> bool:
        return spreadsheet.has_course_columns(columns) or (len(parts) > 1 and parts <= set(columns))

    return suits


def offered_mapping(columns: Sequence[str], *, remembered: Mapping[str, str]) -> dict[str, str]:
    """Offer the columns of the college's last import; what the file lacks of them is guessed."""
    wanted = {field: column for field, column in remembered.items() if field != SHEET}
    kept = {
        field: column
        for field, column in wanted.items()
        if column in columns or all(part in columns for part in column.split(JOIN))
    }
    if kept and kept == wanted:
        return kept
    taken = {part for column in kept.values() for part in (column, *column.split(JOIN))}
    guess = spreadsheet.guess_mapping(columns)
    free = {field: column for field, column in guess.items() if not taken & {column, *column.split(JOIN)}}
    return {**free, **kept}


def _choices(table: Table, *, mapping: Mapping[str, str]) -> tuple[FieldChoice, ...]:
    found = []
    for wanted, label, hint in FIELDS:
        name = mapping.get(wanted, "")
        first, _, second = (name, "", "") if name in table.columns else name.partition(JOIN)
        example = _example(table, name)
        found.append(FieldChoice(wanted, label, hint, first, second, wanted in JOINABLE, example))
    return tuple(found)


def _example(table: Table, name: str) -> str:
    try:
        columns = columns_meant(name, table=table) if name else ()
    except TableRefusal:
        return ""
    texts = (joined(row, columns, glue=" ") for row in table.rows)
    return shown(next(filter(None, texts), ""), limit=EXAMPLE_CHARACTERS)


def looked_over(reading: CatalogReading, *, others: Mapping[str, str]) -> CatalogReading:
    """Return a reading as an edition would hold it: of one college, with a doubt where a description looks pasted."""
    return with_mismatches(of_one_college(reading, others=others))


def of_one_college(reading: CatalogReading, *, others: Mapping[str, str]) -> CatalogReading:
    """Leave out the courses that a file says belong to another college, and codes that stand twice without them."""
    first: dict[str, CourseRow] = {}
    foreign: list[Reject] = []
    doubled: list[Reject] = []
    for course in reading.courses:
        raw = f"{course.code} {course.title}"
        owner = others.get(course.college.casefold())
        if owner is not None:
            foreign.append(Reject(course.place, f"This course belongs to {owner}. Import it on that page.", raw))
        elif earlier := first.get(course.code.casefold()):
            reason = f"The code {shown(course.code)} stands already in {earlier.place}. The first one was kept."
            doubled.append(Reject(course.place, reason, raw))
        else:
            first[course.code.casefold()] = course
    gone = {note.place for note in (*foreign, *doubled)}
    return replace(
        reading,
        courses=tuple(first.values()),
        rejects=(*reading.rejects, *foreign),
        duplicates=(*reading.duplicates, *doubled),
        doubts=tuple(note for note in reading.doubts if note.place not in gone),
    )


def _table_samples(reading: CatalogReading, cells: Mapping[str, Mapping[str, str]]) -> tuple[Sample, ...]:
    return tuple(
        Sample(course, tuple((name, text) for name, text in cells[course.place].items() if text))
        for course in reading.courses[:N_SAMPLES]
    )


def _whole_samples(reading: CatalogReading, content: bytes, *, filename: str) -> tuple[Sample, ...]:
    """Set the first courses beside their entries, where the file is a plain list of courses."""
    if not is_json(content, filename=filename):
        return tuple(Sample(course, _raw_text(reading, course)) for course in reading.courses[:N_SAMPLES])
    try:
        entries = read_json_list(content, filename=filename, key="courses")
    except Refusal:
        entries = []  # an export of another system, which its own importer read
    raw = {f"course {number}": _named_texts(entry) for number, entry in enumerate(entries, start=1)}
    return tuple(
        Sample(course, raw.get(course.place) or _raw_text(reading, course)) for course in reading.courses[:N_SAMPLES]
    )


def _raw_text(reading: CatalogReading, course: CourseRow) -> tuple[tuple[str, str], ...]:
    """Return what a page or a document says where a course stands."""
    raw = reading.raws.get(course.place, "")
    return (("Text of the file", raw),) if raw else ()


def _named_texts(entry: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(entry, dict):
        return ()
    return tuple((shown(name), value if isinstance(value, str) else entry_text(value)) for name, value in entry.items())
