"""Read courses from the bulk-upload CSV of Credential Engine."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from base.column_mapping import repeats_header, row_text
from base.refusals import TableRefusal, shown
from base.tables import Row, Table, read_table
from catalog.importers.ctdl import DELIVERY_TERMS, HOUR_UNITS, NO_REQUISITE, UNITS
from catalog.importers.json_exports import range_text
from catalog.importers.reading import CourseReader, Entry
from catalog.records import CatalogReading

FORMAT = "Credential Engine bulk upload"

NAME = "learning opportunity name"
OWN_COLUMNS = frozenset((NAME, "external identifier", "learning type", "life cycle status type", "coded notation"))
#: Columns that some field of a course takes; the others are listed as not read.
READ_COLUMNS = frozenset((
    *OWN_COLUMNS, "ctid", "description", "credit unit type", "credit unit value", "credit unit max value",
    "credit unit type description", "delivery type", "prerequisites", "teaches", "assesses", "teaches competencies",
    "conditionprofile: name", "conditionprofile: description", "conditionprofile: external identifier",
    "conditionprofile: condition type", "conditionprofile: type", "estimated duration", "is non-credit",
    "audience level type", "cip list", "cip codes", "instructional program type", "instructional program types",
))  # fmt: skip

COURSE_WORDS = frozenset(("course", "learningopportunity", "learningopportunityprofile", ""))
CIP_COLUMNS = ("cip list", "cip codes", "instructional program type", "instructional program types")
OUTCOME_COLUMNS = ("teaches", "teaches competencies", "assesses")
HEADER_SPACES = re.compile(r"\s+")
#: The column names stand in this many bytes.
SNIFFED_BYTES = 4_000


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell by its column names whether a text table is one for Credential Engine's bulk upload."""
    head = content[:SNIFFED_BYTES].replace(b"\x00", b"").lower()
    return NAME.encode() in head and any(name.encode() in head for name in OWN_COLUMNS - {NAME})


def has_own_columns(columns: Collection[str]) -> bool:
    """Tell whether header texts are those of the bulk upload."""
    names = {folded(column) for column in columns}
    return NAME in names and len(names & OWN_COLUMNS) > 1


def folded(header: str) -> str:
    """Fold a header: capitals, the star of a required column and runs of spaces do not matter."""
    return HEADER_SPACES.sub(" ", header.replace("*", " ")).strip().casefold()


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read every row of a bulk-upload table as a course; rows of other learning types are listed."""
    table = read_table(content, filename=filename, recognised=has_own_columns)
    names = {folded(column): column for column in table.columns}
    if NAME not in names:
        raise TableRefusal(f"{table.filename}: the column Learning Opportunity Name cannot be found.")
    reader = CourseReader(filename=table.filename, format=FORMAT, strict=strict)
    for first, *further in course_rows(table, names=names):
        if repeats_header(first):
            reader.reject(place=first.place, reason="This row repeats the column names.", raw=row_text(first))
        else:
            take([first, *further], names=names, reader=reader)
    for name, column in names.items():
        if name not in READ_COLUMNS and any(row.cells[column] for row in table.rows):
            reader.doubt(place=f"column {shown(column)}", reason="This column was not read.", raw=column)
    return reader.reading()


def course_rows(table: Table, *, names: Mapping[str, str]) -> list[list[Row]]:
    """Group the rows by course: a row without a name of its own holds a further condition of the row above it."""
    groups: list[list[Row]] = []
    own = [names[name] for name in (NAME, "external identifier", "coded notation", "ctid") if name in names]
    for row in table.rows:
        if groups and not any(row.cells[column] for column in own):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def take(rows: Sequence[Row], *, names: Mapping[str, str], reader: CourseReader) -> None:
    """Take the rows of one course, or list why they are none."""

    def cell(name: str, row: Row = rows[0]) -> str:
        return row.cells[names[name]] if name in names else ""

    raw = "\n".join(row_text(row) for row in rows)
    learning_type = cell("learning type")
    if learning_type.replace(" ", "").rpartition(":")[2].casefold() not in COURSE_WORDS:
        reason = f"The learning type is {shown(learning_type)}, not Course."
        reader.reject(place=rows[0].place, reason=reason, raw=raw)
        return
    n_taken = len(reader.courses)
    reader.take(entry_of(rows, names=names, raw=raw))
    status = cell("life cycle status type")
    if len(reader.courses) > n_taken and status and status.casefold() != "active":
        reason = f"The course is marked {shown(status)}. Take it out of the file if it is no longer offered."
        reader.doubt(place=rows[0].place, reason=reason, raw=cell(NAME))


def entry_of(rows: Sequence[Row], *, names: Mapping[str, str], raw: str) -> Entry:
    """Gather the texts of a course's rows by field."""
    first = {name: rows[0].cells[column] for name, column in names.items()}
    amount = range_text(first.get("credit unit value"), first.get("credit unit max value"))
    unit = re.sub(r"[^a-z]", "", first.get("credit unit type", "").rpartition(":")[2].casefold())
    texts = {
        "code": first.get("coded notation") or first.get("external identifier") or first.get("ctid", ""),
        "title": " ".join(first[NAME].split()),
        "description": first.get("description", ""),
        "credits": amount if not unit or unit in UNITS else "",
        "clock_hours": amount if unit in HOUR_UNITS else "",
        "prerequisites": "\n".join(requisites_of(rows, names=names)),
        "noncredit": first.get("is non-credit", ""),
    }
    outcomes = dict.fromkeys(part for name in OUTCOME_COLUMNS for part in parts_of(first.get(name, "")))
    delivery = (DELIVERY_TERMS.get(re.sub(r"[^a-z]", "", part.rpartition(":")[2].casefold()), part)
                for part in parts_of(first.get("delivery type", "")))  # fmt: skip
    lists = {
        "outcomes": tuple(outcomes),
        "delivery": tuple(delivery),
        "cip": tuple(part for name in CIP_COLUMNS for part in parts_of(first.get(name, ""))),
    }
    return Entry(place=rows[0].place, raw=raw, texts=texts, lists=lists)


def parts_of(cell: str) -> tuple[str, ...]:
    """Split a cell on the signs that the bulk upload allows between several values."""
    return tuple(part for part in (piece.strip() for piece in re.split(r"[|\n]|~", cell)) if part)


def requisites_of(rows: Sequence[Row], *, names: Mapping[str, str]) -> tuple[str, ...]:
    """List the prerequisites of a course: those of its own column, then those of its conditions."""
    columns = [names[name] for name in ("prerequisites", "conditionprofile: description") if name in names]
    texts = [row.cells[column] for column in columns for row in rows if row.cells[column]]
    return tuple(dict.fromkeys(text for text in texts if text.casefold() not in NO_REQUISITE))
