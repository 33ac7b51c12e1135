"""Read the lines of one PDF in a process of its own.

A PDF is a stranger's file and its reader is native code: a damaged one can bring the reader down, and a small one can
ask for memory without end. Both would end the server for everybody. So pdf_text.py runs this file as a child with
limits on memory and time; whatever happens here, the caller gets an answer or a dead child, and both become a
sentence for the person who chose the file.

Input: the PDF's bytes. Output: an object with the number of pages, then one JSON array a line: of every text line its
text and where it stands on the page; a page's lines end with an empty array, and the last line of the output is an
object that describes the types.
This file imports nothing of the project, because it runs as a script.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Iterator
from typing import Any, TextIO

import pypdfium2  # type: ignore[import-untyped] # the library comes without type hints
from pypdfium2 import raw as pdfium

#: Memory that the child may ask for, where the system can limit it (not on Windows).
MEMORY_LIMIT_BYTES = 1 << 30
MAX_PAGES = 4_000
MAX_CHARACTERS_OF_A_PAGE = 200_000
#: Characters of one line; a longer one is no line of a catalog.
MAX_CHARACTERS_OF_A_LINE = 2_000

#: The signs by which PDFium marks a hyphen at the end of a line, before it joins the next line to it.
LINE_END_HYPHENS = "\ufffe\u0002"
HYPHENS = f"{LINE_END_HYPHENS}\u00ad"
LINE_ENDS = "\r\n"
BOLD_WORDS = ("bold", "black", "heavy", "semibold", "demi")
FORCED_BOLD = 1 << 18


class Trouble(Exception):  # noqa: N818 - it carries an answer for the caller, not a programming error
    """Carry the word by which the caller knows what is wrong with the PDF."""


def limit_memory() -> None:
    """Set the memory limit where the system has one."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))


class TypeCase:
    """Number the types (font, size, weight) of a PDF in the order in which they are met."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, float, bool], int] = {}
        self._name = ctypes.create_string_buffer(200)
        self._flags = ctypes.c_int()
        self._matrix = pdfium.FS_MATRIX()

    def number_of(self, text_page: Any, index: int) -> int:
        """Return the number of the type in which a character is set."""
        length = pdfium.FPDFText_GetFontInfo(text_page, index, self._name, 200, self._flags)
        name = self._name.raw[: max(min(length, 200) - 1, 0)].decode("utf-8", "replace").rpartition("+")[2]
        size = pdfium.FPDFText_GetFontSize(text_page, index)
        if pdfium.FPDFText_GetMatrix(text_page, index, self._matrix):
            size *= (self._matrix.c**2 + self._matrix.d**2) ** 0.5
        is_bold = any(word in name.casefold() for word in BOLD_WORDS) or bool(self._flags.value & FORCED_BOLD)
        if not is_bold and not name:
            is_bold = pdfium.FPDFText_GetFontWeight(text_page, index) >= 600
        return self.numbers.setdefault((name, round(size * 2) / 2, is_bold), len(self.numbers))

    def described(self) -> list[list[Any]]:
        """Describe the types by their numbers: font, size in points, whether bold."""
        return [[name, size, is_bold] for name, size, is_bold in self.numbers]


def characters(text_page: Any) -> list[str]:
    """List the characters of a page as PDFium orders them."""
    count = min(pdfium.FPDFText_CountChars(text_page), MAX_CHARACTERS_OF_A_PAGE)
    codes = (pdfium.FPDFText_GetUnicode(text_page, index) for index in range(max(count, 0)))
    return [chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "" for code in codes]


def spans(signs: list[str]) -> Iterator[tuple[int, int]]:
    """Yield where the lines of a page begin and end; a broken word ends a line, with its hyphen."""
    start = 0
    for index, sign in enumerate(signs):
        if sign and (sign in LINE_ENDS + LINE_END_HYPHENS or index - start >= MAX_CHARACTERS_OF_A_LINE):
            end = index if sign in LINE_ENDS else index + 1
            if any(not other.isspace() for other in signs[start:end]):
                yield start, end
            start = index + 1
    if any(not other.isspace() for other in signs[start:]):
        yield start, len(signs)


def line_of(text_page: Any, signs: list[str], *, start: int, end: int, types: TypeCase) -> list[Any]:
    """Describe one line: text, left, right, height above the foot of the page, type, characters in that type."""
    seen = [index for index in range(start, end) if signs[index] and not signs[index].isspace()]
    first = seen[0]
    last = next((index for index in reversed(seen) if signs[index] not in HYPHENS), first)
    left, bottom, _, _ = box_of(text_page, first)
    _, _, right, _ = box_of(text_page, last)
    kind = types.number_of(text_page, first)
    last_kind = types.number_of(text_page, last)
    lead = end
    if last_kind != kind:
        lead = next(index for index in seen if types.number_of(text_page, index) != kind)
    text = "".join(signs[first:end])
    n_lead = len("".join(signs[first:lead]))
    return [text, round(left, 1), round(right, 1), round(bottom, 1), kind, n_lead, last_kind]


def box_of(text_page: Any, index: int) -> tuple[float, float, float, float]:
    """Return the left, bottom, right and top of a character's place on the page, in points."""
    rectangle = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text_page, index, rectangle)
    return rectangle.left, rectangle.bottom, rectangle.right, rectangle.top


def write_pages(document: Any, *, types: TypeCase, stream: TextIO) -> None:
    """Write the lines of every page; one page at a time is held in memory."""
    if len(document) > MAX_PAGES:
        raise Trouble("long")
    stream.write(json.dumps({"pages": len(document)}) + "\n")
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:  # a damaged page does not spoil the others
            stream.write("[]\n")
            continue
        text_page = page.get_textpage()
        signs = characters(text_page.raw)
        for start, end in spans(signs):
            line = line_of(text_page.raw, signs, start=start, end=end, types=types)
            stream.write(json.dumps(line) + "\n")
        stream.write("[]\n")
        stream.flush()  # somebody may be told how far it is
        text_page.close()
        page.close()


def open_document(content: bytes) -> Any:
    """Open the PDF, or raise Trouble."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as trouble:
        is_locked = trouble.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise Trouble("password" if is_locked else "damaged") from None
    return document


def main() -> None:
    """Read a PDF from standard input and write its lines to standard output."""
    limit_memory()
    types = TypeCase()
    stream = sys.stdout
    try:
        write_pages(open_document(sys.stdin.buffer.read()), types=types, stream=stream)
        stream.write(json.dumps({"types": types.described()}) + "\n")
    except Trouble as trouble:
        stream.write(json.dumps({"trouble": str(trouble)}) + "\n")
    stream.flush()


if __name__ == "__main__":
    main()
