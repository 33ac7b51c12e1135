"""Tables in and out: bytes to rows, and rows to CSV or XLSX bytes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from base.refusals import TableRefusal
from base.table_writing import Cell, Sheet, csv_text, workbook

__all__ = [
    "Cell",
    "Row",
    "Sheet",
    "Table",
    "TableRefusal",
    "csv_text",
    "read_table",
    "sheet_names",
    "split_list",
    "workbook",
]


@dataclass(frozen=True)
class Row:
    """Hold one row of a file and the place where a person finds it."""

    #: "row 12", or with a sheet "sheet Courses, row 12"; counted as a spreadsheet counts.
    place: str
    #: Column header to stripped text; a blank cell is "".
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """Hold the header and the rows of one sheet or one CSV file."""

    filename: str
    #: The sheet's name; None for a CSV file.
    sheet: str | None
    #: Header texts, stripped, spelled as in the file.
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(content: bytes, *, filename: str, sheet: str | None = None, required: Collection[str] = ()) -> Table:
    """Read the bytes of a CSV, TSV, XLSX, XLS or ODS file as one table, or refuse with the reason."""
    raise TableRefusal(f"{filename}: not read yet.")


def sheet_names(content: bytes, *, filename: str) -> tuple[str, ...]:
    """Name the sheets of a workbook in their order; a CSV file has none."""
    raise TableRefusal(f"{filename}: not read yet.")


def split_list(text: str) -> tuple[str, ...]:
    """Split a cell that holds a list on ``|``; strip the parts and drop the empty ones."""
    return tuple(part for part in (piece.strip() for piece in text.split("|")) if part)
