"""Find what is wrong with a table as a file: mixed encodings, macros, formulas without results."""

from __future__ import annotations

import codecs
import io
import re
import zipfile

from base.long_sheets import LONG_FROM_BYTES, SHEET, TROUBLES
from catalog.importers.html_pages import WESTERN
from catalog.records import Reject

MACROS = b"vbaProject.bin"
#: A cell with a formula and without the value that a spreadsheet program keeps beside it.
FORMULA_ALONE = re.compile(rb"<c\s[^>]*>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v>\s*</v>|<v/>)?\s*</c>")


def without_stray_bytes(content: bytes) -> tuple[bytes, int]:
    """Return a text in one encoding, and how many places of it were in another one.

    A file that is UTF-8 but for some signs was put together from two sources; read as a whole in the older encoding
    its good accents would become two wrong signs each.
    """
    # A file that says by its mark what it is is taken at its word, and refused where it is not.
    marks = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"PK", b"\xd0\xcf", b"%PDF")
    if content.startswith(marks) or content.isascii():
        return content, 0
    text = content.decode("utf-8", "replace")
    n_odd = text.count("\ufffd")
    if not n_odd or not any(sign > "\x7f" and sign != "\ufffd" for sign in set(text)):
        return content, 0
    return content.decode("utf-8", WESTERN).encode("utf-8"), n_odd


def table_flaws(content: bytes, *, n_stray: int) -> tuple[Reject, ...]:
    """List, as doubts, what is wrong with a table as a file."""
    reasons = []
    if n_stray:
        places = "one place" if n_stray == 1 else f"{n_stray:,} places"
        reasons.append(f"The file mixes text encodings in {places}. Check accents, quotation marks and dashes.")
    if content.startswith(b"PK") and MACROS in content:
        reasons.append("This workbook holds macros. They were not run.")
    if n_formulas := _n_formulas_alone(content):
        told = "1 cell holds a formula" if n_formulas == 1 else f"{n_formulas:,} cells hold formulas"
        reasons.append(
            f"{told} whose result the workbook does not keep; it was read as blank. Open the workbook in a spreadsheet "
            "program, save it, and choose it again."
        )
    return tuple(Reject(place="whole file", reason=reason, raw="") for reason in reasons)


def _n_formulas_alone(content: bytes) -> int:
    """Count the cells of a workbook whose formulas were never reckoned."""
    if not content.startswith(b"PK"):
        return 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheets = [part for part in archive.infolist() if SHEET.fullmatch(part.filename)]
            small = [part for part in sheets if part.file_size <= 4 * LONG_FROM_BYTES]
            return sum(len(FORMULA_ALONE.findall(archive.read(part))) for part in small)
    except TROUBLES:
        return 0
