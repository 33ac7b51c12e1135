"""Find out which column of somebody's table holds which field."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from base.refusals import TableRefusal, shown
from base.tables import Row, Table

#: Joins the names of several columns that make up one field: "Subject + Course Number".
JOIN = " + "

CAMEL_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
NOT_WORD = re.compile(r"[^0-9a-z]+")
PARENTHESES = re.compile(r"\([^)]*\)")


def spelling(header: str) -> str:
    """Fold a header to bare words: "Course_Code*", "courseCode" and "COURSE CODE" are one spelling."""
    return NOT_WORD.sub(" ", CAMEL_HUMP.sub(" ", header).casefold()).strip()


def column_spelled(columns: Sequence[str], *, spellings: Sequence[str], taken: Collection[str] = ()) -> str | None:
    """Return the first column with one of the spellings, the best spelling first; None when there is none."""
    for fold in (spelling, lambda header: spelling(PARENTHESES.sub(" ", header))):
        free = {fold(column): column for column in reversed(columns) if column not in taken}
        for wanted in spellings:
            if wanted in free:
                return free[wanted]
    return None


def numbered_columns(columns: Sequence[str], *, stems: Collection[str]) -> tuple[str, ...]:
    """Return the columns that are one stem with a number after it: "Element 1", "Element 2" …"""
    found = [column for column in columns if re.sub(r" \d+$", "", spelling(column)) in stems]
    return tuple(column for column in found if re.search(r"\d$", spelling(column)))


def columns_meant(name: str, *, table: Table) -> tuple[str, ...]:
    """Return the columns that an entry of a mapping names: one, or several joined with `` + ``."""
    if name in table.columns:
        return (name,)
    names = tuple(name.split(JOIN))
    for part in names:
        if part not in table.columns:
            found = ", ".join(shown(column, limit=40) for column in table.columns)
            raise TableRefusal(
                f"{table.filename}: there is no column {shown(part)}. The columns are: {shown(found, limit=400)}."
            )
    return names


def joined(row: Row, columns: Sequence[str], *, glue: str) -> str:
    """Join the texts of a row's columns; blank ones are left out."""
    return glue.join(text for text in (row.cells[column] for column in columns) if text)


def unused_columns(table: Table, *, mapping: Mapping[str, str]) -> tuple[str, ...]:
    """Return the columns that no field reads although a row holds something in them."""
    used = {column for name in mapping.values() for column in columns_meant(name, table=table)}
    return tuple(
        column for column in table.columns if column not in used and any(row.cells[column] for row in table.rows)
    )


def row_text(row: Row) -> str:
    """Show a row as it stands in the file, for a person who looks for it there."""
    return " | ".join(text for text in row.cells.values() if text)


def repeats_header(row: Row) -> bool:
    """Tell whether a row is the header once more, as on every page of a printed list."""
    filled = [(column, text) for column, text in row.cells.items() if text]
    return bool(filled) and all(spelling(column) == spelling(text) for column, text in filled)
