"""Read workbooks (XLSX, XLS, ODS) as grids of text."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base.refusals import TableRefusal, shown

#: A cell range as ((first row, first column), (last row, last column)), counted from 0.
CellRange = tuple[tuple[int, int], tuple[int, int]]

#: The slowest workbook within the limits takes a few seconds.
SECONDS_TO_READ = 60

SAVE_AGAIN = "Open it in a spreadsheet program, save it as XLSX and choose the new file."

TROUBLES = {
    "bursts": "this workbook unpacks to far more than a table needs, so it was not opened. "
    "Copy the table alone into a new workbook and choose that file.",
    "password": "this workbook is protected by a password. Remove the password and choose the file again.",
    "xlsb": f"this is a binary workbook (XLSB), which is not read. {SAVE_AGAIN}",
    "numbers": "this is a Numbers document, not a table. In Numbers, export it as CSV or Excel and choose that file.",
    "document": "this is a text document or a presentation, not a table. "
    "Copy the table into a spreadsheet, save it as XLSX and choose that file.",
    "archive": "this is a zip archive, not a table. Unpack it and choose the CSV or XLSX file inside.",
}

DAMAGED = (
    "this workbook cannot be read: it is damaged, or a value stands far outside the table. "
    "Copy the table alone into a new workbook, save it as XLSX and choose that file."
)


@dataclass(frozen=True)
class Grid:
    """Hold the cells of one sheet, or of one text table, as text by row and column from the first of each."""

    #: None for a text table.
    sheet: str | None
    rows: list[list[str]]
    merged: tuple[CellRange, ...] = ()


def workbook_grids(
    content: bytes, *, filename: str, sheet: str | None, row_limit: int, cell_limit: int
) -> tuple[Grid, ...]:
    """Read the named sheet, or all visible sheets, with at most row_limit rows and cell_limit characters a cell."""
    request = {"names_only": False, "sheet": sheet, "row_limit": row_limit, "cell_limit": cell_limit}
    reply = _reply(request, content, filename=filename)
    return tuple(
        Grid(sheet=found["name"], rows=found["rows"], merged=tuple(_cell_range(span) for span in found["merged"]))
        for found in reply["sheets"]
    )


def workbook_sheet_names(content: bytes, *, filename: str) -> tuple[str, ...]:
    """Name the sheets of a workbook that a person sees, in their order."""
    return tuple(_reply({"names_only": True}, content, filename=filename)["names"])


def _cell_range(span: list[list[int]]) -> CellRange:
    (top, left), (bottom, right) = span
    return (top, left), (bottom, right)


def _reply(request: dict[str, Any], content: bytes, *, filename: str) -> dict[str, Any]:
    """Ask the reading process; turn its troubles, and its death, into a refusal."""
    question = json.dumps(request).encode() + b"\n" + content
    reader = Path(__file__).with_name("workbook_process.py")
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no words of the file on the command line
            [sys.executable, "-P", str(reader)], input=question, capture_output=True, timeout=SECONDS_TO_READ
        )
    except subprocess.TimeoutExpired:
        raise TableRefusal(f"{filename}: {DAMAGED}") from None
    if done.returncode != 0:
        raise TableRefusal(f"{filename}: {DAMAGED}")
    reply: dict[str, Any] = json.loads(done.stdout)
    if "trouble" in reply:
        raise _refusal(reply, filename=filename, sheet=request.get("sheet"))
    return reply


def _refusal(reply: dict[str, Any], *, filename: str, sheet: str | None) -> TableRefusal:
    if reply["trouble"] == "no_sheet":
        found = ", ".join(shown(name) for name in reply["names"])
        return TableRefusal(f"{filename}: there is no sheet {shown(sheet or '')}. The workbook has: {found}.")
    return TableRefusal(f"{filename}: {TROUBLES[reply['trouble']]}")
