"""Tables in and out: bytes to rows, and rows to CSV or XLSX bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from base.delimited import delimited_grid
from base.refusals import TableRefusal, shown
from base.table_writing import Cell, Sheet, csv_text, workbook
from base.text_files import cleaned, decoded, is_workbook, refuse_foreign, refuse_markup_and_json
from base.workbooks import Grid, workbook_grids, workbook_sheet_names

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

MAX_ROWS = 100_000
MAX_COLUMNS = 1_000
MAX_CELL_CHARACTERS = 10_000
#: A table may stand below a title and notes; its header is looked for in this many rows that hold something.
N_ROWS_TO_HEADER = 20
#: No column is named at such length; it is data, or a page pasted into one cell.
MAX_HEADER_CHARACTERS = 300
#: Steps spent on filling merged cells; beyond it the ranges are nonsense.
MERGED_CELL_LIMIT = 1_000_000
#: The sheet that our own workbooks begin with; it holds no table.
ABOUT = "about"

PLAIN_NUMBER = re.compile(r"[+-]?\d[\d.,]*%?")
BULLET = re.compile(r"(?:[•·▪◦‣*–—-]|\(?(?:\d{1,2}|[A-Za-z])[.)])\s+")


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
    #: Header texts, stripped, spelled as in the file, except that a required column bears the name
    #: under which it was required, and a column with values but no header is called "(column F)".
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(
    content: bytes,
    *,
    filename: str,
    sheet: str | None = None,
    required: Collection[str] = (),
    recognised: Callable[[Sequence[str]], bool] | None = None,
) -> Table:
    """Read the bytes of a CSV, TSV, XLSX, XLS or ODS file as one table, or refuse with the reason.

    The kind of file is told by its content. Without `sheet` the first sheet that has the required columns is
    read. The header is the first row that has them; `recognised` may judge header texts in their place. When
    neither is given, it is the first row with two texts. Capitals and spaces in a required name do not matter.
    """
    filename = shown(filename)
    grids = _grids(content, filename=filename, sheet=sheet)
    suits = recognised or (lambda columns: _has_all(columns, required=required))
    grid, header = _grid_with_header(grids, suits=suits if required or recognised else None)
    if header is None:
        raise TableRefusal(f"{_where(filename, grid)}: this {_kind(grid)} is empty. Choose one that holds a table.")
    return _table(grid, header=header, filename=filename, required=required)


def sheet_names(content: bytes, *, filename: str) -> tuple[str, ...]:
    """Name the sheets of a workbook in their order; a CSV file has none."""
    filename = shown(filename)
    refuse_foreign(content, filename=filename)
    return workbook_sheet_names(content, filename=filename) if is_workbook(content) else ()


def split_list(text: str) -> tuple[str, ...]:
    """Split a cell that holds a list on ``|``, or on line breaks when it has no ``|``.

    The parts are stripped and empty ones dropped; bullets and numbers go when every line begins with one.
    """
    if "|" in text:
        return tuple(part for part in (piece.strip() for piece in text.split("|")) if part)
    lines = [line for line in (piece.strip() for piece in text.splitlines()) if line]
    if lines and all(BULLET.match(line) for line in lines):
        lines = [line for line in (BULLET.sub("", line, count=1).strip() for line in lines) if line]
    return tuple(lines)


def column_letter(index: int) -> str:
    """Name a column, counted from 0, as a spreadsheet does: A, B, … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def folded(text: str) -> str:
    """Fold a header so that capitals, spaces and underscores do not matter."""
    return " ".join(text.replace("_", " ").casefold().split())


def _grids(content: bytes, *, filename: str, sheet: str | None) -> tuple[Grid, ...]:
    """Read the bytes as grids of text: one of a text file, one a sheet of a workbook."""
    refuse_foreign(content, filename=filename)
    row_limit = MAX_ROWS + N_ROWS_TO_HEADER + 1
    if is_workbook(content):
        cell_limit = MAX_CELL_CHARACTERS + 1
        return workbook_grids(content, filename=filename, sheet=sheet, row_limit=row_limit, cell_limit=cell_limit)
    if sheet is not None:
        raise TableRefusal(f"{filename}: this is a text file, so it has no sheet {shown(sheet)}.")
    text = decoded(content, filename=filename)
    refuse_markup_and_json(text, filename=filename)
    return (delimited_grid(text, filename=filename, row_limit=row_limit),)


def _has_all(columns: Collection[str], *, required: Collection[str]) -> bool:
    return {folded(name) for name in required} <= {folded(column) for column in columns}


def _grid_with_header(
    grids: Sequence[Grid], *, suits: Callable[[Sequence[str]], bool] | None
) -> tuple[Grid, int | None]:
    """Choose the grid, and the number of its header row counted from 0; None when there is nothing in any grid."""
    if suits is not None:
        for grid in grids:
            for n_row in _rows_with_text(grid):
                if suits(_headers(grid.rows[n_row])):
                    return grid, n_row
    filled = [grid for grid in grids if _rows_with_text(grid)]
    named = [grid for grid in filled if folded(grid.sheet or "") != ABOUT] or filled
    for grid in named:
        candidate = _first_row_of_several(grid)
        if candidate is not None and not _holds_data(_headers(grid.rows[candidate])):
            return grid, candidate
    if named:
        return named[0], _rows_with_text(named[0])[0]
    return (grids[0] if grids else Grid(sheet=None, rows=[])), None


def _first_row_of_several(grid: Grid) -> int | None:
    """Number the first row with more than one text, counted from 0; one text alone is a title or a note."""
    rows = _rows_with_text(grid)
    return next((n_row for n_row in rows if sum(map(bool, _headers(grid.rows[n_row]))) > 1), None)


def _holds_data(headers: Sequence[str]) -> bool:
    """Tell whether a row holds numbers and long texts, which are no names of columns."""
    texts = [text for text in headers if text]
    n_numbers = sum(1 for text in texts if PLAIN_NUMBER.fullmatch(text))
    return n_numbers * 2 > len(texts) or any(len(text) > MAX_HEADER_CHARACTERS for text in texts)


def _rows_with_text(grid: Grid) -> list[int]:
    """Number the first rows that hold something, counted from 0."""
    found = []
    for n_row, cells in enumerate(grid.rows):
        if any(cleaned(cell) for cell in cells):
            found.append(n_row)
            if len(found) == N_ROWS_TO_HEADER:
                break
    return found


def _headers(cells: Sequence[str]) -> list[str]:
    """Read a row as header texts: stripped, on one line, without the blank ones at the end."""
    headers = [" ".join(cleaned(cell).split()) for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    return headers


def _table(grid: Grid, *, header: int, filename: str, required: Collection[str]) -> Table:
    headers = _headers(grid.rows[header])
    where = _where(filename, grid)
    _check_headers(headers, n_row=header + 1, where=where, sheet=grid.sheet)
    _check_required(headers, n_row=header + 1, where=where, required=required)
    _fill_merged(grid, header=header)
    body = _body(grid, header=header, headers=headers, where=where)
    wanted = {folded(name): name for name in required}
    names = {index: wanted.get(folded(text), text) for index, text in enumerate(headers) if text}
    for index, text in enumerate(headers):
        if not text and any(cells[index] for _, cells in body):
            names[index] = f"(column {column_letter(index)})"
    columns = dict(sorted(names.items()))
    rows = tuple(
        Row(place=_place(grid.sheet, n_row), cells={name: cells[index] for index, name in columns.items()})
        for n_row, cells in body
    )
    return Table(filename=filename, sheet=grid.sheet, columns=tuple(columns.values()), rows=rows)


def _check_headers(headers: Sequence[str], *, n_row: int, where: str, sheet: str | None) -> None:
    """Refuse a header row that is data, is too wide, or names a column twice."""
    place = _place(sheet, n_row)
    if _holds_data(headers):
        listed = ", ".join(text for text in headers if text)
        raise TableRefusal(
            f"{where}, row {n_row}: this row holds data ({shown(listed)}), but it should name the columns. "
            "Put a row with the column names above the data.",
            place=place,
        )
    if len(headers) > MAX_COLUMNS:
        raise TableRefusal(
            f"{where}, row {n_row}: there are {len(headers):,} columns; at most {MAX_COLUMNS:,} are read."
        )
    first: dict[str, int] = {}
    for index, text in enumerate(headers):
        if text and folded(text) in first:
            letters = f"{column_letter(first[folded(text)])} and {column_letter(index)}"
            raise TableRefusal(
                f"{where}, row {n_row}: columns {letters} have the same name, {shown(text)}. "
                "Give every column its own name.",
                place=place,
            )
        first[folded(text)] = index


def _check_required(headers: Sequence[str], *, n_row: int, where: str, required: Collection[str]) -> None:
    """Refuse a table without a required column, and say what was found."""
    found = {folded(text) for text in headers}
    missing = [name for name in required if folded(name) not in found]
    if missing:
        columns = "column" if len(missing) == 1 else "columns"
        listed = ", ".join(shown(text, limit=40) for text in headers if text)
        raise TableRefusal(
            f"{where}, row {n_row}: the {columns} {', '.join(missing)} cannot be found. "
            f"The columns are: {shown(listed, limit=400)}. Name the columns so, or add what is missing."
        )


def _fill_merged(grid: Grid, *, header: int) -> None:
    """Give every row under a downwards merged cell that cell's text, which a person sees beside all of them."""
    n_steps = 0
    for (top, left), (bottom, _) in grid.merged:
        if top <= header or top >= len(grid.rows) or left >= len(grid.rows[top]):
            continue
        text = grid.rows[top][left]
        for cells in grid.rows[top + 1 : bottom + 1]:
            n_steps += 1
            if n_steps > MERGED_CELL_LIMIT:
                return
            if any(cells):
                cells.extend([""] * (left + 1 - len(cells)))
                cells[left] = cells[left] or text


def _body(grid: Grid, *, header: int, headers: Sequence[str], where: str) -> list[tuple[int, list[str]]]:
    """Clean the rows below the header, numbered as a spreadsheet does; blank rows are passed over."""
    body: list[tuple[int, list[str]]] = []
    width = len(headers)
    for n_row, raw in enumerate(grid.rows[header + 1 :], start=header + 2):
        cells = [cleaned(cell) for cell in raw]
        if not any(cells):
            continue
        _check_cells(cells, headers=headers, n_row=n_row, where=where, sheet=grid.sheet)
        body.append((n_row, cells[:width] + [""] * (width - len(cells))))
    if not body:
        raise TableRefusal(f"{where}: row {header + 1} names the columns, but there are no rows below it.")
    if len(body) > MAX_ROWS or len(grid.rows) > MAX_ROWS + N_ROWS_TO_HEADER:
        raise TableRefusal(f"{where}: there are more than {MAX_ROWS:,} rows. Split the table into several files.")
    return body


def _check_cells(cells: Sequence[str], *, headers: Sequence[str], n_row: int, where: str, sheet: str | None) -> None:
    """Refuse a cell that is too long, and a row that goes on beyond the header."""
    for index, text in enumerate(cells):
        if len(text) > MAX_CELL_CHARACTERS:
            name = f" ({shown(headers[index])})" if index < len(headers) and headers[index] else ""
            raise TableRefusal(
                f"{where}, row {n_row}, column {column_letter(index)}{name}: this cell holds more than "
                f"{MAX_CELL_CHARACTERS:,} characters. Shorten it, or look for a missing quotation mark.",
                place=f"{_place(sheet, n_row)}, column {column_letter(index)}",
            )
        if text and index >= len(headers):
            raise TableRefusal(
                f"{where}, row {n_row}, column {column_letter(index)}: here stands {shown(text)}, beyond the last "
                f"column that has a name ({shown(headers[-1])}). Name the column, or put a cell that holds the "
                "delimiter in quotation marks.",
                place=f"{_place(sheet, n_row)}, column {column_letter(index)}",
            )


def _place(sheet: str | None, n_row: int) -> str:
    return f"row {n_row}" if sheet is None else f"sheet {shown(sheet)}, row {n_row}"


def _where(filename: str, grid: Grid) -> str:
    return filename if grid.sheet is None else f"{filename}, sheet {shown(grid.sheet)}"


def _kind(grid: Grid) -> str:
    return "file" if grid.sheet is None else "sheet"
