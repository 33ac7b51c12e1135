"""Read courses from a table in which one column holds whole courses: heading, then text, as pasted from a page."""

from __future__ import annotations

from collections.abc import Sequence

from base.refusals import Refusal, TableRefusal, shown
from base.tables import MAX_HEADER_CHARACTERS, Row, Table, read_table
from base.text_files import MARKUP, is_workbook, looks_like_json
from catalog.importers.course_headings import Heading, heading_of
from catalog.importers.reading import CourseReader, Entry
from catalog.importers.spreadsheet import has_course_columns
from catalog.records import CatalogReading

FORMAT = "CSV with whole courses in one column"

#: So large a share of the cells must begin with a course heading; otherwise the column is something else.
LEAST_HEADED_SHARE = 0.9
#: A column of numbers beside the texts is passed over.
FEWEST_CHARACTERS = 12


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell whether a text table has no columns for code and title, but one whose cells begin with both."""
    head = content[:4_000].decode("utf-8", "replace")
    if is_workbook(content) or looks_like_json(content) or MARKUP.match(head) or b"%PDF" in content[:1024]:
        return False
    first_line = head.lstrip("\ufeff\r\n").partition("\n")[0]
    if len(first_line) > MAX_HEADER_CHARACTERS or has_course_columns(first_line.replace(";", ",").split(",")):
        return False
    try:
        return column_of_courses(read_table(content, filename=filename, recognised=are_names)) is not None
    except Refusal:
        return False


def are_names(columns: Sequence[str]) -> bool:
    """Tell whether the texts of a row may name columns: none of them begins with a course code."""
    return any(columns) and not any(heading_of(text).code for text in columns)


def column_of_courses(table: Table) -> str | None:
    """Return the column whose cells begin with course headings; None when there is none."""
    if has_course_columns(table.columns):
        return None
    for column in table.columns:
        cells = [row.cells[column] for row in table.rows if row.cells[column]]
        long_cells = [cell for cell in cells if len(cell) >= FEWEST_CHARACTERS]
        if len(long_cells) * 2 < len(table.rows):
            continue
        courses = [heading_and_text(cell) for cell in long_cells]
        n_headed = sum(is_whole(heading) for heading, _ in courses)
        n_with_text = sum(bool(text) for _, text in courses)
        if n_headed >= LEAST_HEADED_SHARE * len(courses) and n_with_text * 2 > len(courses):
            return column
    return None


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Split every cell of the column into code, title, credits and text; what has no heading is listed."""
    table = read_table(content, filename=filename, recognised=are_names)
    column = column_of_courses(table)
    if column is None:
        raise TableRefusal(
            f"{table.filename}: no column holds the course code or the course title, and no column holds whole courses "
            "that begin with both. Put code and title into columns of their own."
        )
    reader = CourseReader(filename=table.filename, format=FORMAT, strict=strict)
    for row in table.rows:
        take(row, column=column, reader=reader)
    n_split = f"{len(reader.courses):,} cells were split at their first line into code, title, credits and description."
    reader.doubt(place=f"column {shown(column)}", reason=n_split, raw=column)
    return reader.reading()


def take(row: Row, *, column: str, reader: CourseReader) -> None:
    """Take one cell as a course, or list it."""
    cell = row.cells[column]
    heading, text = heading_and_text(cell)
    if not is_whole(heading):
        reason = "This cell does not begin with a course code and a title." if cell else "This cell is blank."
        reader.reject(place=row.place, reason=reason, raw=cell or " | ".join(filter(None, row.cells.values())))
        return
    texts = {"code": heading.code, "title": heading.title, "credits": heading.credits, "description": text}
    reader.take(Entry(place=row.place, raw=cell, texts=texts, lists={}))


def is_whole(heading: Heading) -> bool:
    """Tell whether a heading holds a code with letters and a title."""
    return bool(heading.title) and any(sign.isalpha() for sign in heading.code)


def heading_and_text(cell: str) -> tuple[Heading, str]:
    """Split a cell into the heading of its first line and the text below."""
    lines: Sequence[str] = cell.split("\n")
    return heading_of(lines[0]), "\n".join(line for line in map(str.strip, lines[1:]) if line)
