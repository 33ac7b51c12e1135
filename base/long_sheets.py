"""Count the rows of a workbook before it is opened: a reader would take hundreds of megabytes for a million of them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from base.refusals import TableRefusal
from base.tables import MAX_ROWS

SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
#: A sheet of fewer bytes can hold no more rows than are read.
LONG_FROM_BYTES = 5_000_000
PIECE_BYTES = 1 << 20
ROW = b"<row "
TROUBLES = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, NotImplementedError)


def refuse_long_sheets(content: bytes, *, filename: str) -> None:
    """Refuse a workbook with a sheet of more rows than are read; other files pass."""
    if not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheets = [part for part in archive.infolist() if SHEET.fullmatch(part.filename)]
            is_long = any(part.file_size > LONG_FROM_BYTES and _has_many_rows(archive, part) for part in sheets)
    except TROUBLES:
        return  # whoever reads the workbook says what is wrong with it
    if is_long:
        raise TableRefusal(
            f"{filename}: a sheet of this workbook has more than {MAX_ROWS:,} rows. Split the table into several files."
        )


def _has_many_rows(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Count the rows of a sheet piece by piece, no further than needed."""
    n_rows = 0
    rest = b""
    with archive.open(part) as stream:
        while piece := stream.read(PIECE_BYTES):
            text = rest + piece
            n_rows += text.count(ROW)
            rest = text[-len(ROW) + 1 :]
            if n_rows > MAX_ROWS + 1:
                return True
    return False
