"""Read delimited text (CSV, TSV, semicolons) as a grid of text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from base.refusals import TableRefusal
from base.workbooks import Grid

DELIMITERS = (",", ";", "\t")
#: Rows, and characters, from which the delimiter is judged.
N_SAMPLE_ROWS = 20
N_SAMPLE_CHARACTERS = 200_000

#: First line by which some programs state the delimiter.
STATED_DELIMITER = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)

#: A line with its end; an end within quotation marks stays as it is.
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")

#: The apostrophe that csv_text puts before a text that a spreadsheet would run.
PROTECTED = re.compile(r"'+[=+\-@\t\r\n]")


def delimited_grid(text: str, *, filename: str, row_limit: int) -> Grid:
    """Read delimited text as a grid with at most row_limit rows."""
    stated = STATED_DELIMITER.match(text)
    rows: list[list[str]] = [[]] if stated else []  # the stating line keeps its number
    body = text[stated.end() :] if stated else text
    delimiter = stated.group(1) if stated and stated.group(1) in DELIMITERS else sniffed_delimiter(body)
    for cells in _records(body, delimiter=delimiter, filename=filename, n_rows_before=len(rows)):
        rows.append([cell[1:] if PROTECTED.match(cell) else cell for cell in cells])
        if len(rows) >= row_limit:
            break
    return Grid(sheet=None, rows=rows)


def sniffed_delimiter(text: str) -> str:
    """Choose the delimiter that cuts the first rows into the most even table; a comma when none does."""
    sample = text[:N_SAMPLE_CHARACTERS]
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter=delimiter))


def _evenness(sample: str, *, delimiter: str) -> tuple[bool, float, int]:
    """Score a delimiter: does it cut the first row, which share of rows is equally wide, and how wide."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths = [len(cells) for cells in islice(reader, N_SAMPLE_ROWS) if any(cell.strip() for cell in cells)]
    except csv.Error:
        return (False, 0.0, 0)
    several = Counter(width for width in widths if width > 1)
    if not several:
        return (False, 0.0, 0)
    width, n_rows = several.most_common(1)[0]
    return (widths[0] > 1, n_rows / len(widths), width)


def _records(text: str, *, delimiter: str, filename: str, n_rows_before: int) -> Iterator[list[str]]:
    """Yield the records; name the row in which the quoting breaks."""
    lines = (line[0] for line in LINE.finditer(text) if line[0])  # a StringIO would copy the text at four bytes a sign
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    n_row = n_rows_before
    while True:
        n_row += 1
        try:
            cells = next(reader, None)
        except csv.Error as trouble:
            raise TableRefusal(f"{filename}, row {n_row}: {_explained(str(trouble))}", place=f"row {n_row}") from None
        if cells is None:
            return
        yield cells


def _explained(trouble: str) -> str:
    """Say in plain words what the CSV reader stumbled over."""
    if "unexpected end" in trouble or "field larger" in trouble:
        return "a quotation mark opens a cell here and is never closed. Close it, or remove it."
    return (
        "a quoted cell goes on after its closing quotation mark. "
        "Double every quotation mark inside a quoted cell, or save the table as XLSX."
    )
