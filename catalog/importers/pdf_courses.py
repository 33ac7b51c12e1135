"""Read the courses of a PDF catalog: what its headings say, and the text below each up to the next."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from catalog.importers.course_headings import Heading
from catalog.importers.course_labels import field_of, is_known
from catalog.importers.html_pages import Line as TextLine
from catalog.importers.html_pages import Run
from catalog.importers.labelled_text import LONG_FIELDS, entry_of, gathered
from catalog.importers.pdf_headings import (
    LABEL,
    credits_in,
    heading_in,
    heading_kinds,
    is_credit_line,
    is_fact,
    is_start,
    of_usual_shape,
    read_heading,
)
from catalog.importers.pdf_text import Line, PdfText, joined, paragraphs, right_ends, starts_with_label, without_lead
from catalog.importers.reading import Entry

SENTENCE_END = (".", "!", "?", ";", ":")
BULLET = re.compile(r"(?:[•·▪◦‣*–—-]|\(?(?:\d{1,2}|[A-Za-z])[.)])\s+")
#: Requirements that are printed under labels of their own in few catalogs.
CLASS_STANDING = re.compile(r"(?:minimum )?class standing", re.IGNORECASE)
NOTHING = frozenset(("none", "n/a", "-"))
OFFERED = re.compile(r"\boffered\b", re.IGNORECASE)
#: Words with which catalogs say when a course is offered.
TERM_WORDS = re.compile(
    r"(?:fall|spring|summer|winter|autumn|week|weeks|session|first|second|third|terms?|semesters?|quarters?|and|or|all|"
    r"even|odd|years?|every|other|only|prior|to|not|offered|as|needed|needs?|demand|on|both|annually|\d{1,4})"
    r"[.,;:()]*",
    re.IGNORECASE,
)
MAX_SUBHEAD_CHARACTERS = 60
#: A line of its own type that stands in so large a share of the courses is a subhead, not text.
SUBHEAD_SHARE = 0.1
FEWEST_SUBHEADS = 4


@dataclass(frozen=True)
class FoundCourse:
    """Hold a course as it stands in the PDF."""

    entry: Entry
    page: int
    #: Labels that no field reads, such as "Terms offered".
    unread: tuple[str, ...]

    @property
    def description(self) -> str:
        """Return the text below the heading that stands under no label."""
        return self.entry.texts.get("description", "")


@dataclass(frozen=True)
class Findings:
    """Hold what a PDF says of courses."""

    courses: tuple[FoundCourse, ...]
    #: Codes that begin a line but head no description; of use when there are no courses.
    mentions: tuple[str, ...]
    #: Lines that stand alike in many courses above their facts, such as "Additional Details".
    subheads: tuple[str, ...]


def find_courses(pdf: PdfText) -> Findings:
    """Find the courses of a PDF: the headings, and what stands below each up to the next."""
    headings = {number: heading for number, line in enumerate(pdf.lines) if (heading := heading_in(line)) is not None}
    kinds = heading_kinds(pdf, headings=headings)
    starts = [number for number in headings if is_start(pdf, number, heading=headings[number], kinds=kinds)]
    starts = of_usual_shape(starts, headings=headings)
    blocks = [pdf.lines[start:end] for start, end in pairwise([*starts, len(pdf.lines)])]
    subheads = subheads_in(blocks, pdf=pdf, kinds=kinds)
    rights = right_ends(pdf.lines)
    courses = []
    for block in blocks:
        lines = [line for line in _up_to_break(block, pdf=pdf, kinds=kinds) if line.text not in subheads]
        courses.append(course_of(lines, pdf=pdf, rights=rights, kinds=kinds))
    mentions = dict.fromkeys(heading.code for heading in headings.values() if len(heading.code) > 4)
    return Findings(courses=tuple(courses), mentions=tuple(mentions), subheads=tuple(sorted(subheads)))


def subheads_in(blocks: Sequence[Sequence[Line]], *, pdf: PdfText, kinds: frozenset[int]) -> frozenset[str]:
    """Find the short lines, in a type neither of headings nor of the body, that stand alike in many courses."""
    counted = Counter(
        text
        for block in blocks
        for text in {line.text for line in block if _is_apart(line, pdf=pdf) and line.kind not in kinds}
        if len(text) <= MAX_SUBHEAD_CHARACTERS and not text.endswith(SENTENCE_END) and not is_fact(text)
    )
    least = max(FEWEST_SUBHEADS, SUBHEAD_SHARE * len(blocks))
    return frozenset(text for text, count in counted.items() if count >= least)


def _is_apart(line: Line, *, pdf: PdfText) -> bool:
    """Tell whether a line is set as a whole in another type than the body."""
    return line.kind == line.last_kind and line.kind != pdf.body_kind


def _up_to_break(block: Sequence[Line], *, pdf: PdfText, kinds: frozenset[int]) -> Iterator[Line]:
    """Yield the lines of a course; the heading of a subject or a chapter ends them."""
    sizes = [pdf.kinds[kind].size for kind in kinds]
    least = max([pdf.kinds[pdf.body_kind].size + 1.5, *sizes])
    in_body = False
    for line in block:
        in_body = in_body or line.last_kind not in kinds
        if line is not block[0] and _is_break(line, pdf=pdf, kinds=kinds, least_size=least, in_body=in_body):
            return
        yield line


def _is_break(line: Line, *, pdf: PdfText, kinds: frozenset[int], least_size: float, in_body: bool) -> bool:
    if not _is_apart(line, pdf=pdf) or len(line.text) > 100:
        return False
    if line.kind in kinds:
        return (
            in_body and pdf.body_kind not in kinds and not line.text.endswith(SENTENCE_END) and not is_fact(line.text)
        )
    return pdf.kinds[line.kind].size >= least_size


# One course


def course_of(lines: Sequence[Line], *, pdf: PdfText, rights: dict[int, float], kinds: frozenset[int]) -> FoundCourse:
    """Read the lines of one course."""
    n_heading, heading, raw = read_heading(lines, pdf=pdf, kinds=kinds)
    below = list(lines[n_heading:])
    last = lines[n_heading - 1]
    if last.kind != last.last_kind and (rest := without_lead(last)) is not None:
        below.insert(0, rest)
    while below and is_credit_line(below[0].text):
        heading = replace(heading, credits=heading.credits or credits_in(below[0].text))
        below = below[1:]
    return found_course(heading, below, raw=raw, page=lines[0].page, pdf=pdf, rights=rights)


def found_course(
    heading: Heading, below: Sequence[Line], *, raw: str, page: int, pdf: PdfText, rights: dict[int, float]
) -> FoundCourse:
    """Sort the text below a heading by its labels."""
    groups = [part for group in paragraphs(below, rights=rights) for part in parts_of_group(group)]
    found = gathered(flowing(text_line(group, pdf=pdf) for group in groups))
    standing = [label for label in found.unread if CLASS_STANDING.fullmatch(label)]
    whole = "\n".join(joined(group, pdf=pdf) for group in groups)
    entry = entry_of(found, heading=heading, place=f"page {page}", raw=f"{raw}\n{whole}".strip())
    return FoundCourse(entry, page=page, unread=tuple(label for label in found.unread if label not in standing))


def parts_of_group(group: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Split a paragraph that begins with a labelled fact where the fact ends and other text begins."""
    n_lines = n_fact_lines(group)
    yield group[:n_lines]
    if n_lines < len(group):
        yield group[n_lines:]


def n_fact_lines(group: Sequence[Line]) -> int:
    """Count the lines of a labelled fact: it ends where a sentence and a line end together."""
    label = LABEL.match(group[0].text)
    if not label or not (is_known(label["name"]) or starts_with_label(group[0])):
        return len(group)
    if field_of(label["name"]) in LONG_FIELDS:
        return len(group)
    is_offering = bool(OFFERED.search(label["name"]))
    for number, (line, following) in enumerate(pairwise(group), start=1):
        if line.text.endswith(".") and following.text[:1].isupper():
            return number
        if is_offering and not all(TERM_WORDS.fullmatch(word) for word in following.text.split()):
            return number
    return len(group)


def text_line(group: Sequence[Line], *, pdf: PdfText) -> TextLine:
    """Write a paragraph as one line of text whose label, if it has a type of its own, is marked."""
    text = joined(group, pdf=pdf)
    if not starts_with_label(group[0]):
        return TextLine(runs=(Run(text),))
    label = group[0].lead
    return TextLine(runs=(Run(label, mark="strong"), Run(text.removeprefix(label))))


def flowing(lines: Iterator[TextLine]) -> Iterator[TextLine]:
    """Join paragraphs without labels of which the second goes on with a sentence of the first."""
    waiting = ""
    for line in lines:
        text = line.text
        is_labelled = len(line.runs) > 1 or is_fact(text)
        is_new = waiting.endswith(SENTENCE_END) and (text[:1].isupper() or bool(BULLET.match(text)))
        if waiting and (is_labelled or is_new):
            yield TextLine(runs=(Run(waiting),))
            waiting = ""
        if is_labelled:
            yield line
        else:
            waiting += f"{'' if not waiting or text[:1] in ',.;:)' else ' '}{text}"
    if waiting:
        yield TextLine(runs=(Run(waiting),))
