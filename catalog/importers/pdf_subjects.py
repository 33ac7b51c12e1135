"""Give the courses of a PDF their subjects where its headings hold only numbers.

"101 Arc Welding" below "WELDING (WLD)" is WLD 101. The code of a subject is taken from the heading above a course, or
from a list of subjects and codes in the catalog. Nothing is guessed from a name alone: a number below a subject
without a known code is listed as left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from catalog.importers.course_headings import heading_of
from catalog.importers.course_labels import is_known
from catalog.importers.pdf_headings import is_credit_line, leads_to_page
from catalog.importers.pdf_text import Line, PdfText

#: A heading that begins with a number and a title: "101 Arc Welding 3 cr", "101. Arc Welding", "101L - Arc Welding".
NUMBERED = re.compile(r"\d{2,4}[A-Z]{0,2}(?:[.:]|\s[-–—])?\s+[A-Z][A-Za-z]+\b.*")
#: The names and codes of subjects in their headings: "WELDING (WLD)", "WLD - Welding", "Welding – WLD".
NAME = r"[A-Z][A-Za-z&,/ .'’-]{2,60}?"
SUBJECT_HEADINGS = (
    re.compile(rf"(?P<name>{NAME})\s?[(\[](?P<code>[A-Z]{{2,6}})[)\]](?:\s(?i:courses?|continued)|\s?\(.*\))?"),
    re.compile(rf"(?P<code>[A-Z]{{2,6}})\s?[-–—|]\s?(?P<name>{NAME})"),
    re.compile(rf"(?P<name>{NAME})\s?[-–—|]\s?(?P<code>[A-Z]{{2,6}})"),
)
#: A line in a list of subjects: "WLD ........ Welding", "WLD   Welding".
LISTED = re.compile(rf"(?P<code>[A-Z]{{2,6}})\s?(?:[.…]{{2,}}|\s)\s?(?P<name>{NAME})")
#: The name of a subject alone in its heading: "Welding", "WELDING COURSES".
NAME_ALONE = re.compile(rf"(?P<name>{NAME})(?:\scourses?)?", re.IGNORECASE)
#: Shorter words in capitals are notes and labels.
FEWEST_CAPITALS = 5
MAX_NAME_CHARACTERS = 80
#: Fewer headings of numbers are something else: a list of rooms, an address.
FEWEST_NUMBERED = 3


def numbered_headings(pdf: PdfText) -> list[int]:
    """Return the lines that look like headings of courses without their subjects."""
    return [number for number, line in enumerate(pdf.lines) if _is_numbered(pdf, number, line=line)]


def _is_numbered(pdf: PdfText, number: int, *, line: Line) -> bool:
    """Tell whether a line begins with a number and a title, and is set apart or states credits."""
    if not NUMBERED.fullmatch(line.text) or leads_to_page(line.text) or line.text[-1] in ",;":
        return False
    if line.kind != pdf.body_kind:
        return True
    following = pdf.lines[number + 1].text if number + 1 < len(pdf.lines) else ""
    return bool(heading_of(f"XX {line.text}").credits) or is_credit_line(following)


@dataclass(frozen=True)
class Named:
    """Hold a PDF whose numbered headings begin with the codes of their subjects."""

    pdf: PdfText
    #: Headings whose subject has no known code.
    nameless: tuple[Line, ...]


def with_subjects(pdf: PdfText) -> Named | None:
    """Write the codes of their subjects before numbered headings; None when no subject is known."""
    numbers = set(numbered_headings(pdf))
    listed = codes_by_name(pdf.lines)
    kinds = {line.kind for line in pdf.lines if _may_head(line, pdf=pdf) and subject_in(line.text, listed=listed)}
    subject, lines, nameless = "", list[Line](), list[Line]()
    named_kinds: set[int] = set()
    for number, line in enumerate(pdf.lines):
        if number in numbers:
            if subject:
                named_kinds.add(line.kind)
            elif line.kind in named_kinds:
                nameless.append(line)
            lines.append(_prefixed(line, subject) if subject else line)
            continue
        if line.kind in kinds and _may_head(line, pdf=pdf):
            subject = subject_in(line.text, listed=listed)
        lines.append(line)
    n_named = sum(one is not other for one, other in zip(lines, pdf.lines, strict=True))
    return Named(replace(pdf, lines=tuple(lines)), tuple(nameless)) if n_named >= FEWEST_NUMBERED else None


def _prefixed(line: Line, subject: str) -> Line:
    added = len(subject) + 1
    return replace(line, text=f"{subject} {line.text}", n_lead=line.n_lead + added, n_first=line.n_first + added)


def _may_head(line: Line, *, pdf: PdfText) -> bool:
    """Tell whether a line may be the heading of a subject: it is set apart, or in capitals throughout, and short."""
    is_apart = line.kind == line.last_kind and (line.kind != pdf.body_kind or _is_in_capitals(line.text))
    is_name = any(pattern.fullmatch(line.text) for pattern in (*SUBJECT_HEADINGS, NAME_ALONE))
    return is_apart and is_name and line.text[-1] not in ".,;:" and not is_known(line.text)


def _is_in_capitals(text: str) -> bool:
    return text.isupper() and len(text) > FEWEST_CAPITALS


def subject_in(text: str, *, listed: dict[str, str]) -> str:
    """Return the code of the subject that a heading names; "" when it names none that is known."""
    for pattern in SUBJECT_HEADINGS:
        if found := pattern.fullmatch(text):
            return found["code"]
    alone = NAME_ALONE.fullmatch(text)
    return listed.get(_folded(alone["name"]), "") if alone else ""


def codes_by_name(lines: Iterable[Line]) -> dict[str, str]:
    """Return the codes of subjects by their names, as a list in the catalog states them, unless a name has two."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, code in _listed_pairs(lines):
        found[_folded(name)].add(code)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


def _listed_pairs(lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if len(line.text) > MAX_NAME_CHARACTERS or line.text[-1] in ".,;:":
            continue
        for pattern in (*SUBJECT_HEADINGS, LISTED):
            stated = pattern.fullmatch(line.text)
            if stated and any(map(str.islower, stated["name"])):
                yield stated["name"], stated["code"]


def _folded(name: str) -> str:
    return " ".join(re.findall(r"[a-z]+", name.casefold()))
