"""Part the headings of a PDF from descriptions that begin in the same line and the same type.

"WELD 101 Arc Welding. 3 credits. Students join plate" is a heading up to its credits. It is parted only where several
lines of a file are written so; a single one may stand within a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from catalog.importers.course_headings import SPAN, UNIT, heading_of
from catalog.importers.pdf_text import Line, PdfText

#: A heading with its credits, and the beginning of a sentence.
INLINE = re.compile(
    rf"(?P<head>[A-Z].{{5,110}}?[\s(]{SPAN}\s?{UNIT}\)?[.:]?)\s+(?P<rest>[A-Z][a-z]+\s+[a-z]\S*(?:\s+\S+){{2,}})"
)
#: A quick look before: a line with a heading begins with a word and a number.
CODE_START = re.compile(r"[A-Z][A-Za-z&/, .*-]{0,20}\d")
FEWEST_INLINE = 3


def with_parted_headings(pdf: PdfText) -> PdfText:
    """Write headings and the descriptions behind them as two lines, where a file writes them in one."""
    found = {number: parts for number, line in enumerate(pdf.lines) if (parts := _parts(line, pdf=pdf))}
    codes = {heading_of(head.text).code for head, _ in found.values()}
    if len(codes) < FEWEST_INLINE:
        return pdf
    return replace(pdf, lines=tuple(_lines(pdf, found)))


def _lines(pdf: PdfText, found: dict[int, tuple[Line, Line]]) -> Iterator[Line]:
    for number, line in enumerate(pdf.lines):
        yield from found.get(number, (line,))


def _parts(line: Line, *, pdf: PdfText) -> tuple[Line, Line] | None:
    """Return the heading and the beginning of the description in a line of the body; None when it holds no heading."""
    if not line.kind == line.last_kind == pdf.body_kind or not CODE_START.match(line.text):
        return None
    parts = INLINE.match(line.text)
    if parts is None:
        return None
    heading = heading_of(parts["head"])
    if not heading.code or not heading.title[:1].isupper() or not heading.credits:
        return None
    end = line.left + (line.right - line.left) * parts.end("head") / len(line.text)
    head = replace(line, text=parts["head"], right=end, n_lead=len(parts["head"]), is_broken=False)
    rest = parts["rest"] + line.text[parts.end() :]
    return head, replace(line, text=rest, n_lead=len(rest), n_first=len(rest.split()[0]))
