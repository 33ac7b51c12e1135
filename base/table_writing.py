"""Write rows as CSV or as a workbook."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain, islice
from textwrap import wrap
from typing import Any

import xlsxwriter

from base.refusals import TableRefusal
from base.text_files import UNWRITABLE

Cell = str | int | float | bool | date | datetime | None

#: A text that a spreadsheet takes for a formula when it opens a CSV file, or one that we protected before:
#: one apostrophe more is put before it, and delimited.py takes one away.
FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")

#: Limits of the XLSX format.
MAX_SHEET_ROWS = 1_048_576
MAX_CELL_CHARACTERS = 32_767
MAX_TITLE_CHARACTERS = 31
#: An earlier day is written as text.
FIRST_YEAR = 1901
#: A larger whole number would lose digits, because a spreadsheet keeps fifteen.
MAX_EXACT_NUMBER = 10**15
CUT_SHORT = " … (cut short: a cell of a workbook holds no more)"

#: Column widths in characters; longer text wraps.
MIN_WIDTH, MAX_WIDTH, DATE_WIDTH, TIME_WIDTH = 8, 60, 12, 18
ABOUT_WIDTHS = (40, 90)
#: Share of a column's width that a line of text is sure to fill: other programs show other letters than Excel's.
SURE_SHARE = 0.9

INK, STEEL_BLUE, HAIRLINE = "#1F2328", "#2F5573", "#D9DEE3"
HEADER_HEIGHT, LINE_HEIGHT, LINE_SPACE, MAX_HEIGHT = 24, 15, 4, 405  # in points
#: Rows from which it is judged which columns hold numbers.
N_SAMPLE_ROWS = 50

BODY = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top"}
LINED = BODY | {"bottom": 1, "bottom_color": HAIRLINE}
HEADER = BODY | {
    "bold": True,
    "font_color": "#FFFFFF",
    "bg_color": STEEL_BLUE,
    "text_wrap": True,
    "valign": "vcenter",
}
FORMATS: dict[str, dict[str, Any]] = {
    "header": HEADER | {"align": "left", "indent": 1},
    "header_right": HEADER | {"align": "right", "indent": 1},
    "text": LINED | {"align": "left", "indent": 1},
    "wrapped": LINED | {"align": "left", "indent": 1, "text_wrap": True},
    "number": LINED | {"align": "right", "indent": 1},
    "share": LINED | {"align": "right", "indent": 1, "num_format": "0.0##"},
    "date": LINED | {"align": "left", "indent": 1, "num_format": "yyyy-mm-dd"},
    "time": LINED | {"align": "left", "indent": 1, "num_format": "yyyy-mm-dd hh:mm"},
    "about_name": LINED | {"bold": True, "font_color": STEEL_BLUE, "text_wrap": True},
    "about_text": LINED | {"text_wrap": True},
}


@dataclass(frozen=True)
class Sheet:
    """Hold what one sheet of a workbook, or one CSV file, shows."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def workbook(sheets: Sequence[Sheet], *, about: Mapping[str, str], accents: Mapping[str, str] | None = None) -> bytes:
    """Write the sheets as an XLSX workbook whose first sheet "About" says where the figures come from.

    Numbers and days are real ones, text is never a formula or a link, and times are written in UTC.
    `accents` maps the first characters of a text (a verdict's shape) to the colour in which it stands.
    """
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        style = _Style(book, accents=accents or {})
        titles = sheet_titles([sheet.title for sheet in sheets])
        _write_about(book.add_worksheet("About"), about=about, style=style)
        for title, sheet in zip(titles, sheets, strict=True):
            _write_sheet(book.add_worksheet(title), sheet=sheet, title=title, style=style)
    return buffer.getvalue()


def csv_text(sheet: Sheet) -> bytes:
    """Write a sheet as CSV that a spreadsheet opens without running anything: UTF-8 with its mark, CRLF."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_csv_cell(name) for name in sheet.columns])
    writer.writerows([_csv_cell(cell) for cell in row] for row in sheet.rows)
    return buffer.getvalue().encode("utf-8-sig", "replace")


def sheet_titles(wanted: Sequence[str]) -> list[str]:
    """Make titles that a workbook accepts: short, without []:*?/\\ and each one different."""
    taken = {"about", "history"}  # a spreadsheet keeps the second name for itself
    titles = []
    for title in wanted:
        plain = " ".join(re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", _writable(title)).split()).strip("'") or "Sheet"
        chosen, n_same = plain[:MAX_TITLE_CHARACTERS].strip(" '"), 1
        while chosen.casefold() in taken:
            n_same += 1
            tail = f" ({n_same})"
            chosen = plain[: MAX_TITLE_CHARACTERS - len(tail)].strip(" '") + tail
        taken.add(chosen.casefold())
        titles.append(chosen)
    return titles


class _Style:
    """Hold the formats of one workbook; each is made when it is first used."""

    def __init__(self, book: Any, *, accents: Mapping[str, str]) -> None:
        self._book = book
        self._accents = accents
        self._made: dict[tuple[str, str], Any] = {}

    def format(self, name: str, *, text: str = "") -> Any:
        """Return the named format, in the accent colour that the text begins with."""
        colour = next((colour for start, colour in self._accents.items() if text.startswith(start)), "")
        if (name, colour) not in self._made:
            properties = FORMATS[name] | ({"font_color": colour, "bold": True} if colour else {})
            self._made[name, colour] = self._book.add_format(properties)
        return self._made[name, colour]


def _write_about(page: Any, *, about: Mapping[str, str], style: _Style) -> None:
    for column, width in enumerate(ABOUT_WIDTHS):
        page.set_column(column, column, width)
    for n_row, texts in enumerate(about.items()):
        n_lines = max(_n_lines(text, width=int(w * SURE_SHARE)) for text, w in zip(texts, ABOUT_WIDTHS, strict=True))
        page.set_row(n_row, min(n_lines * LINE_HEIGHT + 2 * LINE_SPACE, MAX_HEIGHT))
        for column, (text, name) in enumerate(zip(texts, ("about_name", "about_text"), strict=True)):
            page.write_string(n_row, column, _fitting(text), style.format(name))
    _set_up_printing(page, title="About", landscape=False)


def _n_lines(text: str, *, width: int) -> int:
    """Return how many lines a wrapped text takes at most, in a column of so many characters."""
    return sum(len(wrap(line, width)) or 1 for line in text.split("\n"))


def _write_sheet(page: Any, *, sheet: Sheet, title: str, style: _Style) -> None:
    """Write the header and the rows one after the other, then what depends on them all."""
    rows = iter(sheet.rows)
    sample = list(islice(rows, N_SAMPLE_ROWS))
    widths = _write_header(page, columns=sheet.columns, sample=sample, style=style)
    n_row = 0
    for n_row, cells in enumerate(chain(sample, rows), start=1):
        if n_row >= MAX_SHEET_ROWS:
            raise TableRefusal(f"The sheet {title} has more rows than a workbook holds. Choose CSV instead.")
        _write_row(page, n_row, cells=cells, widths=widths, style=style)
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    page.freeze_panes(1, 0)
    if sheet.columns:
        page.autofilter(0, 0, n_row, len(sheet.columns) - 1)
        page.repeat_rows(0)
    _set_up_printing(page, title=title, landscape=True)


def _write_header(page: Any, *, columns: Sequence[str], sample: Sequence[Sequence[Cell]], style: _Style) -> list[int]:
    """Write the column names, those of number columns to the right, and return the widths they want."""
    page.set_default_row(LINE_HEIGHT + LINE_SPACE)
    page.set_row(0, HEADER_HEIGHT)
    for column, name in enumerate(columns):
        filled = [cells[column] for cells in sample if cells[column] is not None]
        numbers = bool(filled) and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in filled)
        page.write_string(0, column, _fitting(name), style.format("header_right" if numbers else "header"))
    return [max(MIN_WIDTH, min(len(name) + 4, MAX_WIDTH // 2)) for name in columns]  # room for the filter's arrow


def _write_row(page: Any, n_row: int, *, cells: Sequence[Cell], widths: list[int], style: _Style) -> None:
    """Write one row, as high as its longest text needs, and widen the columns that it needs wider."""
    n_lines = 1
    for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        widths[column] = max(width, _write_cell(page, n_row, column, cell=cell, style=style))
        if isinstance(cell, str):
            n_lines = max(n_lines, sum(-(-len(line) // MAX_WIDTH) or 1 for line in cell.split("\n")))
    if n_lines > 1:
        page.set_row(n_row, min(n_lines * LINE_HEIGHT + LINE_SPACE, MAX_HEIGHT))


def _set_up_printing(page: Any, *, title: str, landscape: bool) -> None:
    page.hide_gridlines(2)
    if landscape:
        page.set_landscape()
    page.set_paper(1)  # US Letter
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L{title.replace('&', '&&')}&RPage &P of &N")


def _write_cell(page: Any, row: int, column: int, *, cell: Cell, style: _Style) -> int:
    """Write a cell as what it is and return the width it wants, in characters."""
    if isinstance(cell, date) and cell.year < FIRST_YEAR:
        cell = cell.isoformat()
    if isinstance(cell, datetime):
        page.write_datetime(row, column, _in_utc(cell), style.format("time"))
        return TIME_WIDTH
    if isinstance(cell, date):
        page.write_datetime(row, column, cell, style.format("date"))
        return DATE_WIDTH
    if isinstance(cell, int | float) and not isinstance(cell, bool) and _is_exact(cell):
        page.write_number(row, column, cell, style.format("number" if isinstance(cell, int) else "share"))
        return len(str(cell)) + 2 if isinstance(cell, int) else MIN_WIDTH
    text = _fitting(_plain_text(cell))
    longest = max(map(len, text.split("\n")))
    wraps = longest > MAX_WIDTH or "\n" in text
    page.write_string(row, column, text, style.format("wrapped" if wraps else "text", text=text))
    return min(longest + 2, MAX_WIDTH)


def _is_exact(number: int | float) -> bool:
    return math.isfinite(number) and (isinstance(number, float) or abs(number) < MAX_EXACT_NUMBER)


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def _plain_text(cell: Cell) -> str:
    """Write a cell as text: blank for None and for a number that is none, yes and no, days as 2026-03-04."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, date):
        return cell.isoformat()
    return _writable(str(cell))


def _csv_cell(cell: Cell) -> str:
    text = _plain_text(cell)
    if isinstance(cell, str) and FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def _writable(text: str) -> str:
    return UNWRITABLE.sub("", text) if UNWRITABLE.search(text) else text


def _fitting(text: str) -> str:
    """Cut a text to what a workbook's cell holds, and say so in the cell."""
    text = _writable(text)
    if len(text.encode("utf-16-le")) // 2 <= MAX_CELL_CHARACTERS:
        return text
    return text[: MAX_CELL_CHARACTERS // 2] + CUT_SHORT
