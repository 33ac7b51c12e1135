"""Read the text of a PDF as lines in reading order: without running headers and footers, with broken words mended."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from base.refusals import Refusal
from base.text_files import cleaned
from catalog.importers.progress import tell

#: The longest catalogs have a thousand pages, which take half a minute.
SECONDS_TO_READ = 240
#: Share of the time in which the pages are read, before anything is made of them.
SHARE_OF_PAGES = 0.9
MAX_PDF_BYTES = 300_000_000

#: Letters that printers join in one sign.
LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00a0": " ", "\u2007": " ",
     "\u2009": " ", "\u202f": " ", "\u2011": "-", "\u2010": "-"}
)  # fmt: skip
#: Joined letters whose two bytes some fonts' tables of letters swap: U+6600 U+6900 for "fi".
SWAPPED = {chr(ord(letter) << 8): letter for letter in "fijlt"}
SWAPPED_RUN = re.compile(rf"(?<![\u3400-\u9fff])[{''.join(SWAPPED)}]{{2,3}}(?![\u3400-\u9fff])")
#: Hyphens at the end of a line as PDFium marks them, and the hyphen that shows only there.
HYPHENS = "\ufffe\u0002\u00ad"
ANY_HYPHEN = re.compile(f"[{HYPHENS}]")
WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:[-'’][A-Za-zÀ-ÿ]+)*")
WORD_AT_END = re.compile(r"[A-Za-zÀ-ÿ]+(?:-[A-Za-zÀ-ÿ]+)*$")
WORD_AT_START = re.compile(r"[A-Za-zÀ-ÿ]+(?:-[A-Za-zÀ-ÿ]+)*")
NUMBER = re.compile(r"(?<![\w.(/-])\d{1,4}(?![\w.)-])")

#: So many running lines may stand above one another.
MAX_RUNNING_LEVELS = 5
#: A running line stands at the same height on different pages, give or take so many points.
SAME_HEIGHT_POINTS = 4.0
MAX_RUNNING_CHARACTERS = 160
#: A running line stands at least so much further from the text than the lines of the text from one another.
SET_APART_RATIO = 1.25
#: So many characters tell that two running lines are the same; what follows may be cut off at the edge of a page.
N_SAME_CHARACTERS = 48
#: So many words with hyphens of their own at line ends show that no other words are broken there.
FEWEST_OWN_HYPHENS = 5
#: Blocks of at least this height that stand side by side are columns.
LEAST_COLUMN_POINTS = 24.0
MAX_BLOCKS = 60
#: What a browser or a catalog system prints on pages besides the text.
FURNITURE = re.compile(
    r"(?:contract|expand) all courses\s*\|?|page:?\s*1(?:\s*\|\s*\d+)*.{0,40}|back to top|return to top|top|"
    r"print[- ]friendly page.{0,30}|add to (?:my )?(?:portfolio|favorites).{0,20}|https?://\S+(?:\s+\d+\s*/\s*\d+)?|"
    r"\[(?:archived catalog|add to portfolio)\]|expand all course descriptions.{0,60}",
    re.IGNORECASE,
)

DAMAGED = (
    "this PDF cannot be read; it is damaged or incomplete. Open it, print it to a new PDF and choose the new file."
)
TROUBLES = {
    "password": "this PDF is protected by a password. Save a copy without the password and choose the copy.",
    "damaged": DAMAGED,
    "long": "this PDF has more than 4,000 pages. Split it and choose the part with the course descriptions.",
}
SCANNED = (
    "this PDF holds pictures of pages (a scan), not text, so no course can be read from it. "
    "Ask for the PDF that the catalog was printed from, or enter the courses into a sheet."
)


class PdfRefusal(Refusal):
    """Say why a PDF cannot be read as a catalog."""


@dataclass(frozen=True)
class Line:
    """Hold one line of text and where it stands."""

    text: str
    #: Number of the page, from 1.
    page: int
    #: Left and right end, and height above the foot of the page, in points.
    left: float
    right: float
    height: float
    #: Number of the type (font, size, weight) in which it begins.
    kind: int
    #: So many of its first characters are set in that type.
    n_lead: int
    #: Number of the type in which it ends.
    last_kind: int
    #: Whether its last word goes on in the next line.
    is_broken: bool = False
    #: So many characters of it cannot be parted by a line end; fixed spaces hold words together.
    n_first: int = 1

    @property
    def lead(self) -> str:
        """Return the part of the line that is set in the type of its first character."""
        return self.text[: self.n_lead].strip()


@dataclass(frozen=True)
class Kind:
    """Hold a type: its font, its size in points and whether it is bold."""

    font: str
    size: float
    is_bold: bool


@dataclass(frozen=True)
class PdfText:
    """Hold the lines of a PDF in reading order."""

    lines: tuple[Line, ...]
    kinds: tuple[Kind, ...]
    n_pages: int
    #: Numbers of the pages without any text; pictures stand there, or nothing.
    pages_without_text: tuple[int, ...]
    #: Running headers and footers that were left out, each text once.
    running: tuple[str, ...]

    @cached_property
    def vocabulary(self) -> Counter[str]:
        """Count the words of the whole text, without those that a line end breaks."""
        return Counter(word.casefold() for line in self.lines for word in WORD.findall(line.text))

    @cached_property
    def breaks_words(self) -> bool:
        """Tell whether the text was set with words broken at line ends, other than at hyphens of their own."""
        counted: Counter[bool] = Counter()
        for line, following in pairwise(self.lines):
            parts = broken_parts(line, following)
            if parts and (known := known_spelling(*parts, vocabulary=self.vocabulary)) is not None:
                counted[known] += 1
        return counted[True] < FEWEST_OWN_HYPHENS or counted[False] > counted[True] * 0.25

    @cached_property
    def body_kind(self) -> int:
        """Return the type in which most of the text is set."""
        counted: Counter[int] = Counter()
        for line in self.lines:
            counted[line.last_kind] += len(line.text)
        return counted.most_common(1)[0][0] if counted else 0


def read_pdf(content: bytes, *, filename: str) -> PdfText:
    """Read the lines of a PDF, or refuse it with the reason."""
    if len(content) > MAX_PDF_BYTES:
        raise PdfRefusal(f"{filename}: this PDF is larger than 300 MB. Choose the part with the course descriptions.")
    pages, kinds = _pages(content, filename=filename)
    without_text = tuple(number for number, lines in enumerate(pages, start=1) if not lines)
    n_characters = sum(len(line.text) for lines in pages for line in lines)
    if not pages or (n_characters < 40 * len(pages) and len(without_text) * 2 >= len(pages)):
        raise PdfRefusal(f"{filename}: {SCANNED if pages else DAMAGED}")
    if n_characters and _share_of_letters(pages) < 0.5:
        raise PdfRefusal(
            f"{filename}: the letters of this PDF are not stored as text that can be read. "
            "Open it, print it to a new PDF and choose the new file."
        )
    kept, running = without_running_lines(pages)
    lines = tuple(with_small_capitals(line, kinds=kinds) for page in kept for line in in_reading_order(page))
    return PdfText(lines, kinds, n_pages=len(pages), pages_without_text=without_text, running=running)


def _pages(content: bytes, *, filename: str) -> tuple[list[list[Line]], tuple[Kind, ...]]:
    """Ask the reading process for the lines of every page; turn its troubles, and its death, into a refusal."""
    pages: list[list[Line]] = [[]]
    n_pages = 1
    for found in _answers(content):
        if isinstance(found, dict):
            if "pages" in found:
                n_pages = max(found["pages"], 1)
                continue
            if "trouble" in found:
                raise PdfRefusal(f"{filename}: {TROUBLES.get(found['trouble'], DAMAGED)}")
            kinds = tuple(Kind(font=font, size=size, is_bold=is_bold) for font, size, is_bold in found["types"])
            return pages[:-1], kinds
        if not found:
            tell(SHARE_OF_PAGES * len(pages) / n_pages)
            pages.append([])
        elif line := _line(found, page=len(pages)):
            pages[-1].append(line)
    raise PdfRefusal(f"{filename}: {DAMAGED}")


def _answers(content: bytes) -> Iterator[Any]:
    """Yield what the reading process says, while it says it; a process that takes too long is ended."""
    reader = Path(__file__).with_name("pdf_process.py")
    child = subprocess.Popen(  # noqa: S603 - our own program, no words of the file on the command line
        [sys.executable, "-P", str(reader)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    ending = threading.Timer(SECONDS_TO_READ, child.kill)
    asking = threading.Thread(target=_hand_over, args=(child, content), daemon=True)
    ending.start()
    asking.start()
    try:
        for answer in child.stdout or ():
            with suppress(ValueError):  # a process that dies leaves half a line
                yield json.loads(answer)
    finally:
        ending.cancel()
        child.kill()
        asking.join()
        if child.stdout:
            child.stdout.close()
        child.wait()


def _hand_over(child: subprocess.Popen[bytes], content: bytes) -> None:
    """Give the reading process its file; one that died does not take it."""
    if child.stdin is None:
        return
    with suppress(OSError):
        child.stdin.write(content)
    with suppress(OSError):
        child.stdin.close()


def _line(found: Sequence[Any], *, page: int) -> Line | None:
    """Make a line of what the reading process says; None when nothing of it can be seen."""
    raw, left, right, height, kind, n_lead, last_kind = found
    is_broken = raw.rstrip(" \t\u00a0")[-1:] in tuple(HYPHENS)
    lead = mended(raw[:n_lead])
    text = mended(raw)
    if not text:
        return None
    n_first = len(re.split(r"[ \t]", raw.strip(" \t"), maxsplit=1)[0])
    return Line(text, page, left, right, height, kind, min(len(lead), len(text)), last_kind, is_broken, n_first)


def with_small_capitals(line: Line, *, kinds: Sequence[Kind]) -> Line:
    """Take a line as one type that is set in capitals of two sizes, as "ARC WELDING" with a larger A and W."""
    first, last = kinds[line.kind], kinds[line.last_kind]
    rest = line.text[line.n_lead :]
    is_alike = first.font == last.font and first.is_bold == last.is_bold and first.size > last.size
    if not is_alike or not rest.isupper() or not line.lead.isupper():
        return line
    return replace(line, n_lead=len(line.text), last_kind=line.kind)


def mended(raw: str) -> str:
    """Write a raw line as people read it: ligatures in letters, hyphens as hyphens, one space between words."""
    text = raw.rstrip(HYPHENS + " \t\u00a0").translate(LIGATURES)
    if not text.isascii():
        text = SWAPPED_RUN.sub(lambda run: "".join(map(SWAPPED.__getitem__, run[0])), text)
    return cleaned(" ".join(ANY_HYPHEN.sub("-", text).split()))


def _share_of_letters(pages: Iterable[Sequence[Line]]) -> float:
    """Return the share of letters, digits and common signs; fonts without a table of letters give other signs."""
    text = "".join(line.text for lines in pages for line in lines)[:200_000]
    n_plain = sum(1 for sign in text if sign.isascii() or sign.isalpha() or sign in "–—’‘“”•…")
    n_letters = sum(1 for sign in text if sign.isalpha() or sign == " ")
    return min(n_plain, 2 * n_letters) / max(len(text), 1)


# Running headers and footers


def without_running_lines(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], tuple[str, ...]]:
    """Leave out the lines that stand at the head or foot of page after page; return the rest and their texts.

    Only the outermost lines of a page can be such lines, and those that become outermost when they are gone.
    """
    kept = [[line for line in lines if not FURNITURE.fullmatch(line.text)] for lines in pages]
    offsets = page_number_offsets(kept)
    found: dict[str, None] = {}
    for level in range(MAX_RUNNING_LEVELS):
        ends = [line for lines in kept for line in outermost(lines) if is_set_apart(line, lines)]
        running = _repeated(ends, offsets=offsets, n_pages=len(pages))
        if not level:  # the number of a page stands outermost; further in, a number says something else
            running |= {id(line) for line in ends if _says_page_number(line, offsets=offsets)}
        if not running:
            break
        found.update({line.text: None for lines in kept for line in lines if id(line) in running})
        kept = [[line for line in lines if id(line) not in running] for lines in kept]
    return kept, tuple(found)


def outermost(lines: Sequence[Line]) -> list[Line]:
    """Return the highest and the lowest lines of a page, without long ones."""
    heights = [line.height for line in lines]
    ends = (min(heights), max(heights)) if heights else ()
    return [
        line
        for line in lines
        if len(line.text) <= MAX_RUNNING_CHARACTERS
        and any(abs(line.height - end) <= SAME_HEIGHT_POINTS for end in ends)
    ]


def is_set_apart(line: Line, lines: Sequence[Line]) -> bool:
    """Tell whether a line stands further from its neighbour than lines of text do, or is set in another type."""
    gaps = sorted((abs(other.height - line.height), other.kind) for other in lines)
    neighbours = [(gap, kind) for gap, kind in gaps if gap > SAME_HEIGHT_POINTS]
    if not neighbours or neighbours[0][1] != line.kind:
        return True
    heights = sorted({round(other.height) for other in lines})
    leading = median(following - height for height, following in pairwise(heights)) if len(heights) > 2 else 0.0
    return neighbours[0][0] > SET_APART_RATIO * leading


def page_number_offsets(pages: Sequence[Sequence[Line]]) -> frozenset[int]:
    """Find by how much the printed page numbers differ from the count of the pages, which may change once or twice."""
    counted: Counter[int] = Counter()
    for lines in pages:
        numbers = {(int(number), line.page) for line in outermost(lines) for number in NUMBER.findall(line.text)}
        counted.update({number - page for number, page in numbers})
    least = 2 if len(pages) < 4 else max(3, len(pages) * 0.2)
    return frozenset(offset for offset, count in counted.items() if count >= least)


def _says_page_number(line: Line, *, offsets: frozenset[int]) -> bool:
    """Tell whether a line begins or ends with the number of its page."""
    said = _without_page_number(line, offsets=offsets)
    return said.startswith("#") or said.endswith("#")


def _repeated(lines: Sequence[Line], *, offsets: frozenset[int], n_pages: int) -> set[int]:
    """Find, among outermost lines, those that say the same, page numbers aside, at one height of several pages."""
    groups: dict[str, list[Line]] = defaultdict(list)
    found: set[int] = set()
    for line in lines:
        groups[_without_page_number(line, offsets=offsets)[:N_SAME_CHARACTERS]].append(line)
    for same in groups.values():
        for line in same:
            pages = {other.page for other in same if abs(other.height - line.height) <= SAME_HEIGHT_POINTS}
            if len(pages) >= (2 if n_pages < 4 else max(3, n_pages * 0.2)) or _has_row(pages, line.page):
                found.add(id(line))
    return found


def _without_page_number(line: Line, *, offsets: frozenset[int]) -> str:
    """Write # for the page number in a line."""
    pattern = NUMBER.sub(lambda number: "#" if int(number[0]) - line.page in offsets else number[0], line.text)
    return re.sub(r"#\s*/\s*\d+", "#", pattern).casefold()


def _has_row(pages: set[int], page: int) -> bool:
    """Tell whether a page is one of four in a row, or of four with every second page between them."""
    return any(
        {start, start + step, start + 2 * step, start + 3 * step} <= pages
        for step in (1, 2)
        for start in range(page - 3 * step, page + 1, step)
    )


# Reading order


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """Order the lines of a page of one column from top to bottom; the order of several columns is the PDF's own."""
    blocks: list[list[Line]] = []
    for line in lines:
        if blocks and line.height <= blocks[-1][-1].height + 1:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    if not _have_columns(blocks):
        blocks.sort(key=lambda block: -block[0].height)
    return [line for block in blocks for line in block]


def _have_columns(blocks: Sequence[Sequence[Line]]) -> bool:
    """Tell whether a page is set in columns: blocks of several lines stand side by side."""
    boxes = [
        (min(line.left for line in block), max(line.right for line in block), block[-1].height, block[0].height)
        for block in blocks
        if block[0].height - block[-1].height > LEAST_COLUMN_POINTS
    ]
    return any(
        (one[1] < other[0] or other[1] < one[0]) and min(one[3], other[3]) - max(one[2], other[2]) > LEAST_COLUMN_POINTS
        for number, one in enumerate(boxes[:MAX_BLOCKS])
        for other in boxes[number + 1 : MAX_BLOCKS]
    )


# Lines to text


def joined(lines: Sequence[Line], *, pdf: PdfText) -> str:
    """Join lines with spaces; a word that a line end breaks is mended as the rest of the text writes it."""
    if not lines:
        return ""
    text = lines[0].text
    for line, following in pairwise(lines):
        parts = broken_parts(line, following)
        if parts is None:
            text += ("-" if line.is_broken else " ") + following.text
        else:
            text = text.removesuffix("-") + ("-" if keeps_hyphen(*parts, pdf=pdf) else "") + following.text
    return text


def broken_parts(line: Line, following: Line) -> tuple[str, str] | None:
    """Return the parts of the word that stands across two lines; None when there is none."""
    if not (line.is_broken or re.search(r"[A-Za-zÀ-ÿ]-$", line.text)):
        return None
    before, after = WORD_AT_END.search(line.text.removesuffix("-")), WORD_AT_START.match(following.text)
    return (before[0], after[0]) if before and after else None


def keeps_hyphen(before: str, after: str, *, pdf: PdfText) -> bool:
    """Tell whether two parts of a word are written with a hyphen between them in the middle of a line, too."""
    if after[0].isupper() or "-" in after:
        return True
    known = known_spelling(before, after, vocabulary=pdf.vocabulary)
    if known is not None:
        return known
    are_words = all(pdf.vocabulary[part.casefold()] > 1 for part in (before, after))
    return not pdf.breaks_words or (are_words and len(before) > 2)


def known_spelling(before: str, after: str, *, vocabulary: Counter[str]) -> bool | None:
    """Tell whether the text writes a word with a hyphen elsewhere; None when it does not write it elsewhere."""
    first, second = before.casefold(), after.casefold()
    n_whole, n_hyphened = vocabulary[first + second], vocabulary[f"{first}-{second}"]
    return n_hyphened > n_whole if n_whole or n_hyphened else None
