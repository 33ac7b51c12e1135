"""Read one workbook in a process of its own.

A workbook is a stranger's file and its reader is native code: a single value in the last cell of a sheet asks
for memory without end, and a damaged old workbook can bring the reader down. Both would end the server for
everybody. So base/workbooks.py runs this file as a child with a limit on memory and time; whatever happens here,
the caller gets an answer or a dead child, and both become a sentence for the person who chose the file.

Input: one line of JSON (the request), then the workbook's bytes. Output: one JSON object.
This file imports nothing of the project, because it runs as a script.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import python_calamine

#: Memory that the child may ask for, where the system can limit it (not on Windows).
MEMORY_LIMIT_BYTES = 1 << 30
#: Unpacked size up to which a workbook is read.
UNPACKED_LIMIT_BYTES = 200_000_000
#: A workbook shrinks to a twentieth or so; beyond this ratio, and this size, it was made to burst.
RATIO_LIMIT = 150
RATIO_MATTERS_FROM_BYTES = 10_000_000
PART_LIMIT = 10_000
#: Text kept of one workbook; one long shared text can stand in a million cells.
TEXT_LIMIT_CHARACTERS = 150_000_000

OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Trouble(Exception):  # noqa: N818 - it carries an answer for the caller, not a programming error
    """Carry the word by which the caller knows what is wrong with the workbook."""


def limit_memory() -> None:
    """Set the memory limit where the system has one."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))


def check_archive(content: bytes) -> None:
    """Raise Trouble unless the zip archive is a workbook of bearable size."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        check_sizes(parts, packed_bytes=len(content))
        check_contents(archive, names={part.filename for part in parts})
        for part in parts:
            check_true_size(archive, part)


def check_sizes(parts: list[zipfile.ZipInfo], *, packed_bytes: int) -> None:
    """Raise Trouble when the archive says itself that it unpacks to too much."""
    unpacked = sum(part.file_size for part in parts)
    bursts = unpacked > RATIO_MATTERS_FROM_BYTES and unpacked > RATIO_LIMIT * packed_bytes
    if unpacked > UNPACKED_LIMIT_BYTES or bursts or len(parts) > PART_LIMIT:
        raise Trouble("bursts")


def check_contents(archive: zipfile.ZipFile, *, names: set[str]) -> None:
    """Raise Trouble when the archive holds something other than a workbook that can be read."""
    if "xl/workbook.xml" in names:
        return
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        kind = archive.read("mimetype").decode("latin-1")
        if "opendocument.spreadsheet" in kind:
            return
        if "opendocument" in kind:
            raise Trouble("document")
    if "xl/workbook.bin" in names:
        raise Trouble("xlsb")
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise Trouble("numbers")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise Trouble("document")
    raise Trouble("archive")


def check_true_size(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Raise Trouble when a part unpacks to more than the archive says of it."""
    stated_bytes = part.file_size
    if part.flag_bits & 1:
        raise Trouble("password")
    part.file_size = UNPACKED_LIMIT_BYTES + 1  # zipfile would stop reading at the stated size and hide the rest
    true_bytes = 0
    with archive.open(part) as stream:
        while block := stream.read(1 << 20):
            true_bytes += len(block)
            if true_bytes > stated_bytes:
                raise Trouble("bursts")


def check_old_format(content: bytes) -> None:
    """Raise Trouble when an OLE file is an encrypted workbook or no workbook at all."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Trouble("password")
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return
    raise Trouble("document")


def open_workbook(content: bytes) -> python_calamine.CalamineWorkbook:
    """Open the workbook, or raise Trouble."""
    if content.startswith(OLE_MARK):
        check_old_format(content)
    else:
        check_archive(content)
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError:
        raise Trouble("password") from None


def readable_sheets(book: python_calamine.CalamineWorkbook) -> list[str]:
    """Name the sheets that hold cells: the visible ones, or all of them when none is visible."""
    cell_sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet]
    visible = [sheet.name for sheet in cell_sheets if sheet.visible == python_calamine.SheetVisibleEnum.Visible]
    return visible or [sheet.name for sheet in cell_sheets]


def cell_text(value: Any) -> str:
    """Write a cell as a person sees it: 3.0 as 3, a day as 2026-03-04."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def sheet_rows(sheet: python_calamine.CalamineSheet, *, row_limit: int, cell_limit: int) -> Iterator[list[str]]:
    """Yield the rows from row 1 on, each from column A on, without the blank cells at its end."""
    if sheet.start is None:
        return
    margin = [""] * sheet.start[1]
    for n_rows, values in enumerate(sheet.iter_rows()):
        if n_rows >= row_limit:
            return
        cells = margin + [cell_text(value)[:cell_limit] for value in values]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def read_sheet(sheet: python_calamine.CalamineSheet, *, row_limit: int, cell_limit: int) -> dict[str, Any]:
    """Read one sheet; at most row_limit rows and cell_limit characters a cell."""
    rows: list[list[str]] = []
    n_characters = 0
    for cells in sheet_rows(sheet, row_limit=row_limit, cell_limit=cell_limit):
        n_characters += sum(map(len, cells))
        if n_characters > TEXT_LIMIT_CHARACTERS:
            raise Trouble("bursts")
        rows.append(cells)
    return {"name": sheet.name, "rows": rows, "merged": sheet.merged_cell_ranges or []}


def answer(request: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Answer a request: the names of the sheets, and the rows of the wanted one or of all."""
    try:
        with open_workbook(content) as book:
            names = readable_sheets(book)
            if request["names_only"]:
                return {"names": names}
            wanted = request["sheet"]
            if wanted is not None and wanted not in book.sheet_names:
                raise Trouble("no_sheet")
            limits = {"row_limit": request["row_limit"], "cell_limit": request["cell_limit"]}
            chosen = names if wanted is None else [wanted]
            return {"names": names, "sheets": [read_sheet(book.get_sheet_by_name(n), **limits) for n in chosen]}
    except Trouble as trouble:
        return {"trouble": str(trouble), "names": names if str(trouble) == "no_sheet" else []}


def main() -> None:
    """Read the request and the workbook from standard input and write the answer to standard output."""
    limit_memory()
    request = json.loads(sys.stdin.buffer.readline())
    reply = json.dumps(answer(request, sys.stdin.buffer.read()), ensure_ascii=False)
    sys.stdout.buffer.write(reply.encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
