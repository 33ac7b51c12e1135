"""Read the courses of a PDF catalog: what its headings say, and the text below each up to the next."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from catalog.importers.course_headings import Heading, title_alone
from catalog.importers.course_labels import field_of, is_known
from catalog.importers.html_pages import Line as TextLine
from catalog.importers.html_pages import Run
from catalog.importers.labelled_text import CLOCK_HOURS, LONG_FIELDS, entry_of, gathered
from catalog.importers.pdf_headings import (
    credits_in,
    credits_of_hours_table,
    heading_in,
    heading_kinds,
    is_credit_line,
    is_fact,
    is_start,
    known_label,
    of_usual_shape,
    read_heading,
    stray_headings,
    without_second_lines,
)
from catalog.importers.pdf_paragraphs import paragraphs, right_ends, starts_with_label, without_lead
from catalog.importers.pdf_text import Line, PdfText, joined
from catalog.importers.reading import Entry

FOLD_MARK = re.compile(r"\s?:\s?Read (?:More|Less) \[[+-]\]$")
HUNG_LETTERS = re.compile(r"-([A-Z]{3,6})\s+(?=\S)")
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
SUBHEAD_SHARE = 0.02
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
    starts = without_second_lines(of_usual_shape(starts, headings=headings), headings=headings, pdf=pdf)
    starts = sorted({*starts, *stray_headings(starts, headings=headings, pdf=pdf)})
    blocks = [pdf.lines[start:end] for start, end in pairwise([*starts, len(pdf.lines)])]
    subheads = subheads_in(blocks, pdf=pdf, kinds=kinds)
    rights = right_ends(pdf.lines)
    courses = []
    for block in blocks:
        lines = [line for line in _up_to_break(block, pdf=pdf, kinds=kinds) if line.text not in subheads]
        courses.append(course_of(lines, pdf=pdf, rights=rights, kinds=kinds))
    courses = with_hung_letters(courses)
    mentions = dict.fromkeys(heading.code for heading in headings.values() if len(heading.code) > 4)
    return Findings(courses=tuple(courses), mentions=tuple(mentions), subheads=tuple(sorted(subheads)))


def with_hung_letters(courses: Sequence[FoundCourse]) -> list[FoundCourse]:
    """Take capitals that a hyphen hangs on to a number as part of the code, where they tell several courses apart.

    "COMP 150-ADS Algorithms" and "COMP 150-SWT Software testing" are two courses; where no number stands twice, the
    capitals may as well begin a title ("ART 101-DRAWING").
    """
    found = [HUNG_LETTERS.match(_behind_code(course)) for course in courses]
    letters: dict[str, set[str]] = defaultdict(set)
    for course, hung in zip(courses, found, strict=True):
        if hung:
            letters[course.entry.texts["code"]].add(hung[1])
    if not any(len(different) > 1 for different in letters.values()):
        return list(courses)
    return [_with_code_end(course, hung[1]) if hung else course for course, hung in zip(courses, found, strict=True)]


def _behind_code(course: FoundCourse) -> str:
    code = course.entry.texts["code"]
    return course.entry.raw.removeprefix(code) if code and course.entry.raw.startswith(code) else ""


def _with_code_end(course: FoundCourse, letters: str) -> FoundCourse:
    texts = dict(course.entry.texts)
    texts["title"] = title_alone(texts["title"].removeprefix(letters))
    texts["code"] = f"{texts['code']}-{letters}"
    return replace(course, entry=replace(course.entry, texts=texts))


def subheads_in(blocks: Sequence[Sequence[Line]], *, pdf: PdfText, kinds: frozenset[int]) -> frozenset[str]:
    """Find the short lines, in a type neither of headings nor of the body, that stand alike in many courses."""
    counted = Counter(
        text
        for block in blocks
        for text in {line.text for line in block if _is_apart(line, pdf=pdf) and line.kind not in kinds}
        if len(text) <= MAX_SUBHEAD_CHARACTERS
        and not text.endswith(SENTENCE_END)
        and not (is_fact(text) or is_known(text))
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
    if len(below) > 1 and (stated := credits_of_hours_table(below[0].text, below[1].text)):
        heading = replace(heading, credits=heading.credits or stated)
        below = below[2:]
    while below and is_credit_line(below[0].text):
        heading = replace(heading, credits=heading.credits or credits_in(below[0].text))
        below = below[1:]
    return found_course(heading, below, raw=raw, page=lines[0].page, pdf=pdf, rights=rights)


def found_course(
    heading: Heading, below: Sequence[Line], *, raw: str, page: int, pdf: PdfText, rights: dict[int, float]
) -> FoundCourse:
    """Sort the text below a heading by its labels."""

    def stands_alone(line: Line) -> bool:
        return _is_apart(line, pdf=pdf) and is_known(line.text) and not is_fact(line.text)

    found_groups = paragraphs(below, rights=rights, stands_alone=stands_alone)
    groups = [part for group in found_groups for part in parts_of_group(group)]
    lines = (label_line(group[0]) if stands_alone(group[0]) else text_line(group, pdf=pdf) for group in groups)
    texts = (without_fold_mark(line, title=heading.title) for line in lines)
    found = gathered(flowing([text for text in texts if text.text]))
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
    if CLOCK_HOURS.fullmatch(group[0].text):
        return 1
    label = group[0].lead if starts_with_label(group[0]) else known_label(group[0].text)
    if not label or field_of(label) in LONG_FIELDS:
        return len(group)
    is_offering = bool(OFFERED.search(label))
    for number, (line, following) in enumerate(pairwise(group), start=1):
        if line.text.endswith(".") and following.text[:1].isupper():
            return number
        if is_offering and not all(TERM_WORDS.fullmatch(word) for word in following.text.split()):
            return number
    return len(group)


def label_line(line: Line) -> TextLine:
    """Write a label that stands on a line of its own, as "Prerequisites" above its text."""
    return TextLine(runs=(Run(line.text, mark="heading"),))


def text_line(group: Sequence[Line], *, pdf: PdfText) -> TextLine:
    """Write a paragraph as one line of text whose label, if it has a type of its own, is marked."""
    text = joined(group, pdf=pdf)
    if starts_with_label(group[0]):
        label = group[0].lead
        return TextLine(runs=(Run(label, mark="strong"), Run(text.removeprefix(label))))
    return plain_line(text)


def plain_line(text: str) -> TextLine:
    """Write a text without marks; words before its first colon that are no label are kept from being taken for one."""
    before, colon, after = text.partition(":")
    if not colon or known_label(text) or not is_known(before):
        return TextLine(runs=(Run(text),))
    return TextLine(runs=(Run(before), Run(colon + after)))


def without_fold_mark(line: TextLine, *, title: str) -> TextLine:
    """Leave out what unfolds a course on its web page: its title with "Read More [+]"."""
    mark = FOLD_MARK.search(line.text)
    before = line.text[: mark.start()].rstrip() if mark else ""
    if not before.casefold().endswith(title.casefold()):
        return line
    return plain_line(before[: len(before) - len(title)].rstrip())


def flowing(lines: Sequence[TextLine]) -> Iterator[TextLine]:
    """Join paragraphs that belong together: the second goes on with a sentence, or with a fact below the description.

    Where marked labels follow the description, text without a label belongs to the label above it.
    """
    waiting: TextLine | None = None
    has_prose = False
    for line in lines:
        is_labelled = bool(line.runs[0].mark) or is_fact(line.text)
        if waiting is not None and not is_labelled and _belongs_to(waiting, line.text, has_prose=has_prose):
            text = line.text
            glue = "" if text[:1] in ",.;:)" else " "
            waiting = replace(waiting, runs=(*waiting.runs, Run(f"{glue}{text}")))
            continue
        if waiting is not None:
            yield waiting
        has_prose = has_prose or not is_labelled
        waiting = line
    if waiting is not None:
        yield waiting


def _belongs_to(above: TextLine, text: str, *, has_prose: bool) -> bool:
    mark = above.runs[0].mark
    if mark:
        return has_prose and mark == "strong"
    ends = above.text.endswith(SENTENCE_END) and (text[:1].isupper() or bool(BULLET.match(text)))
    return not ends and not is_fact(above.text)
