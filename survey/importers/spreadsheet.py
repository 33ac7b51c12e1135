"""Read skill needs from a table (CSV, TSV, XLSX, XLS, ODS) by a mapping of its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from base.column_mapping import (
    JOIN,
    column_spelled,
    columns_meant,
    joined,
    numbered_columns,
    repeats_header,
    row_text,
    unused_columns,
)
from base.refusals import shown
from base.tables import Row, Table, TableRefusal, split_list
from survey.importers.reading import NEED_FIELDS, SOURCE_FIELDS, Entry, NeedReader
from survey.records import NeedReading

#: How people head the columns, folded as base.column_mapping.spelling does; the best spelling first.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "code": (
        "code", "need code", "skill code", "skill need code", "need id", "skill id", "id", "number", "no",
        "human coding scheme",
    ),
    "area": ("area", "skill area", "category", "skill category", "duty", "duty area", "group", "domain"),
    "title": (
        "title", "need", "skill need", "skill", "skill name", "need title", "skill title", "task", "name",
        "full statement",
    ),
    "level": ("level", "level needed", "required level", "skill level", "proficiency", "proficiency level"),
    "elements": (
        "elements", "performance elements", "element", "steps", "tasks", "performance criteria", "criteria",
        "competencies", "details",
    ),
    "description": ("description", "skill statement", "statement", "definition", "notes"),
    "source": ("source", "framework"),
    "source_id": ("source id",),
    "source_version": ("source version",),
    "licence": ("licence", "license"),
    "keywords": ("keywords", "synonyms"),
}  # fmt: skip

ELEMENT_STEMS = ("element", "performance element", "step", "task", "criterion", "competency")

REQUIRED = ("code", "title")
#: Fields that a person is told to name columns by.
SHOWN_FIELDS = tuple(field for field in NEED_FIELDS if field not in (*SOURCE_FIELDS, "keywords"))

#: What stands between the texts of several columns that make up one field.
GLUE = {"code": " ", "elements": "|", "keywords": "|"}


def guess_mapping(columns: Sequence[str]) -> dict[str, str]:
    """Guess which column holds which field; elements in several columns are named joined with `` + ``."""
    mapping: dict[str, str] = {}
    numbered = numbered_columns(columns, stems=ELEMENT_STEMS)
    if numbered:
        mapping["elements"] = JOIN.join(numbered)
    for field, spellings in SPELLINGS.items():
        taken = {part for name in mapping.values() for part in (name, *name.split(JOIN))}
        if field not in mapping and (found := column_spelled(columns, spellings=spellings, taken=taken)):
            mapping[field] = found
    return {field: mapping[field] for field in NEED_FIELDS if field in mapping}


def has_need_columns(columns: Sequence[str]) -> bool:
    """Tell whether a row of header texts names a need's code and title."""
    return set(REQUIRED) <= guess_mapping(columns).keys()


def read_needs(table: Table, *, mapping: Mapping[str, str], strict: bool = False) -> NeedReading:
    """Read every row of a table as a skill need; nothing is dropped without a note.

    When `strict`, the first row that cannot be taken is raised as a refusal.
    """
    wanted = {field: name for field, name in mapping.items() if name}
    check_mapping(wanted, table=table)
    columns = {field: columns_meant(name, table=table) for field, name in wanted.items()}
    reader = NeedReader(filename=table.filename, strict=strict)
    for row in table.rows:
        if repeats_header(row):
            reader.reject(place=row.place, reason="This row repeats the column names.", raw=row_text(row))
        else:
            reader.take(entry_of(row, columns=columns))
    for column in unused_columns(table, mapping=wanted):
        reader.doubt(place=f"column {shown(column)}", reason="This column was not read.", raw=column)
    return reader.reading()


def check_mapping(mapping: Mapping[str, str], *, table: Table) -> None:
    """Refuse a mapping with an unknown field, or without a column for the code or the title."""
    for field in mapping:
        if field not in NEED_FIELDS:
            raise TableRefusal(f"{table.filename}: {shown(field)} is not a field of a skill need.")
    missing = [f"the {field}" for field in REQUIRED if field not in mapping]
    if missing:
        found = ", ".join(shown(column, limit=40) for column in table.columns)
        where = table.filename if table.sheet is None else f"{table.filename}, sheet {shown(table.sheet)}"
        raise TableRefusal(
            f"{where}: no column holds {' or '.join(missing)} of a skill need. "
            f"The columns are: {shown(found, limit=400)}. Name the columns {', '.join(SHOWN_FIELDS)}."
        )


def entry_of(row: Row, *, columns: Mapping[str, Sequence[str]]) -> Entry:
    """Gather the texts of a row by field."""
    texts = {field: joined(row, names, glue=GLUE.get(field, "\n")) for field, names in columns.items()}
    elements = split_list(texts.pop("elements", ""))
    keywords = split_list(texts.pop("keywords", ""))
    return Entry(place=row.place, raw=row_text(row), texts=texts, elements=elements, keywords=keywords)
