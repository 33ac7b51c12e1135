"""Read courses from a table (CSV, TSV, XLSX, XLS, ODS) by a mapping of its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from base.column_mapping import (
    JOIN,
    column_spelled,
    columns_meant,
    joined,
    repeats_header,
    row_text,
    unused_columns,
)
from base.refusals import shown
from base.tables import Row, Table, TableRefusal, split_list
from catalog.importers.progress import told
from catalog.importers.reading import COURSE_FIELDS, LIST_FIELDS, CourseReader, Entry
from catalog.records import CatalogReading

#: Share of the time in which the cells are read, before anything is made of them.
SHARE_OF_TABLE = 0.3
#: How colleges head the columns, folded as base.column_mapping.spelling does; the best spelling first.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "code": (
        "code", "course code", "course id", "courseid", "course identifier", "catalog code", "course abbreviation",
        "course abbr", "course subject and number", "subject and number", "course prefix and number",
        "prefix and number", "prefix number", "coded notation", "external identifier",
    ),
    "title": (
        "long title", "course long title", "long course title", "long crse title", "full title", "course full title",
        "course title", "title", "crse title", "course name", "long name", "full name", "catalog title",
        "descriptive title", "learning opportunity name", "class title", "class name", "name", "title short",
        "short title",
    ),
    "description": (
        "description", "course description", "catalog description", "catalog desc", "long description",
        "full description", "course desc", "desc", "official description", "summary",
    ),
    "outcomes": (
        "outcomes", "course outcomes", "learning outcomes", "student learning outcomes", "course learning outcomes",
        "slos", "slo", "clos", "clo", "objectives", "course objectives", "learning objectives",
        "outcomes and objectives", "competencies", "course competencies", "standard competencies",
    ),
    "topics": (
        "topics", "topical outline", "course topics", "topic outline", "topics covered", "course outline", "outline",
        "content outline", "course content", "content",
    ),
    "credits": (
        "credits", "credit", "credit hours", "credit hour", "course credits", "semester hours", "semester credits",
        "credit units", "units", "course units", "number of credits", "credit value", "credit unit value", "cr",
        "crs", "hours credit", "sem hrs", "cr hrs", "credit hrs",
    ),
    "clock_hours": (
        "clock hours", "clock hrs", "total clock hours", "contact hours", "total contact hours", "contact hrs",
        "instructional hours", "total hours", "seat hours", "training hours",
    ),
    "program": (
        "program", "program name", "program title", "program of study", "academic program", "major", "pathway",
        "department", "dept name", "discipline",
    ),
    "level": ("level", "course level", "skill level", "difficulty"),
    "delivery": (
        "delivery", "delivery type", "delivery mode", "delivery method", "delivery format", "modality",
        "instruction mode", "instructional method", "mode of delivery", "schedule type", "format",
    ),
    "credentials": (
        "credentials", "credential", "certifications", "certification", "industry credentials",
        "industry certifications", "industry recognized credentials", "credentials earned", "certificates", "irc",
    ),
    "prerequisites": (
        "prerequisites", "prerequisite", "pre requisites", "pre requisite", "prereqs", "prereq", "requisites", "reqs",
        "requirements",
    ),
    "last_offered": (
        "last offered", "last offered on", "last offering", "date last offered", "last offered date",
        "last taught", "most recent offering",
    ),
    "noncredit": ("noncredit", "non credit", "is noncredit", "is non credit", "noncredit course", "non credit course"),
    "cip": (
        "cip", "cip code", "cip codes", "cipcode", "cip2020", "cip 2020", "cip2020code", "cip number",
        "instructional program", "instructional program type", "cip instructional program", "program cip",
    ),
    "college": ("college", "college code", "coll code"),
}  # fmt: skip

SUBJECT_SPELLINGS = (
    "subject", "subject code", "subj", "subj code", "course subject", "prefix", "course prefix", "dept",
    "department code", "dept code", "rubric",
)  # fmt: skip
NUMBER_SPELLINGS = (
    "number", "course number", "catalog number", "crse numb", "course no", "num", "no", "nbr", "course num",
    "catalog nbr", "course nbr",
)  # fmt: skip
FEWEST_CREDITS = (
    "credit hour low", "credits min", "min credits", "minimum credits", "credits low", "credit hours low",
    "credit hr low", "scbcrse credit hr low", "min units", "credit min", "credits minimum",
)  # fmt: skip
MOST_CREDITS = (
    "credit hour high", "credits max", "max credits", "maximum credits", "credits high", "credit hours high",
    "credit hr high", "scbcrse credit hr high", "max units", "credit max", "credits maximum", "credit unit max value",
)  # fmt: skip

#: What stands between the texts of several columns that make up one field.
GLUE = {"code": " ", "credits": "-", **dict.fromkeys(LIST_FIELDS, "|")}


def guess_mapping(columns: Sequence[str]) -> dict[str, str]:
    """Guess which column holds which field; a field made up of two columns names both, joined with `` + ``."""
    mapping: dict[str, str] = {}

    def taken() -> set[str]:
        return {part for name in mapping.values() for part in (name, *name.split(JOIN))}

    for field in ("code", "title"):
        if found := column_spelled(columns, spellings=SPELLINGS[field], taken=taken()):
            mapping[field] = found
    subject = column_spelled(columns, spellings=SUBJECT_SPELLINGS, taken=taken())
    number = column_spelled(columns, spellings=NUMBER_SPELLINGS, taken=taken())
    course = column_spelled(columns, spellings=("course",), taken=taken())
    if "code" not in mapping:
        if subject and number:
            mapping["code"] = JOIN.join((subject, number))
        elif found := (course if "title" in mapping else None) or number or course:
            mapping["code"] = found
    if "title" not in mapping and course and course not in taken():
        mapping["title"] = course
    fewest = column_spelled(columns, spellings=FEWEST_CREDITS, taken=taken())
    most = column_spelled(columns, spellings=MOST_CREDITS, taken=taken())
    if fewest:
        mapping["credits"] = JOIN.join((fewest, most)) if most else fewest
    for field, spellings in SPELLINGS.items():
        if field not in mapping and (found := column_spelled(columns, spellings=spellings, taken=taken())):
            mapping[field] = found
    return {field: mapping[field] for field in COURSE_FIELDS if field in mapping}


def has_course_columns(columns: Sequence[str]) -> bool:
    """Tell whether a row of header texts names a course's code and title."""
    return {"code", "title"} <= guess_mapping(columns).keys()


def read_courses(table: Table, *, mapping: Mapping[str, str], strict: bool = False) -> CatalogReading:
    """Read every row of a table as a course; nothing is dropped without a note.

    When `strict`, the first row that cannot be taken is raised as a refusal.
    """
    wanted = {field: name for field, name in mapping.items() if name}
    check_mapping(wanted, table=table)
    columns = {field: columns_meant(name, table=table) for field, name in wanted.items()}
    kind = "CSV" if table.sheet is None else "workbook"
    reader = CourseReader(filename=table.filename, format=kind, strict=strict, keeps_raws=False)
    for row in told(table.rows, start=SHARE_OF_TABLE):
        if repeats_header(row):
            reader.reject(place=row.place, reason="This row repeats the column names.", raw=row_text(row))
        elif blank := blank_code_part(row, columns["code"]):
            reason = f"The course code is not complete: {shown(blank)} is blank."
            reader.leave_out(entry_of(row, columns=columns), reason=reason)
        else:
            reader.take(entry_of(row, columns=columns))
    for column in unused_columns(table, mapping=wanted):
        reader.doubt(place=f"column {shown(column)}", reason="This column was not read.", raw=column)
    return reader.reading()


def check_mapping(mapping: Mapping[str, str], *, table: Table) -> None:
    """Refuse a mapping with an unknown field, or without a column for the code or the title."""
    for field in mapping:
        if field not in COURSE_FIELDS:
            raise TableRefusal(f"{table.filename}: {shown(field)} is not a field of a course.")
    missing = [f"the course {field}" for field in ("code", "title") if field not in mapping]
    if missing:
        found = ", ".join(shown(column, limit=40) for column in table.columns)
        where = table.filename if table.sheet is None else f"{table.filename}, sheet {shown(table.sheet)}"
        raise TableRefusal(
            f"{where}: no column holds {' or '.join(missing)}. The columns are: {shown(found, limit=400)}. "
            "Name the columns code and title."
        )


def blank_code_part(row: Row, columns: Sequence[str]) -> str:
    """Name the blank part of a code made up of several columns; "" when it is whole, or blank altogether."""
    blank = [column for column in columns if not row.cells[column]]
    return blank[0] if 0 < len(blank) < len(columns) else ""


def entry_of(row: Row, *, columns: Mapping[str, Sequence[str]]) -> Entry:
    """Gather the texts of a row by field."""
    texts = {field: joined(row, names, glue=GLUE.get(field, "\n")) for field, names in columns.items()}
    lists = {field: split_list(texts.pop(field)) for field in LIST_FIELDS if field in texts}
    return Entry(place=row.place, raw=row_text(row), texts=texts, lists=lists)
