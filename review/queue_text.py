"""Cut a course's text where quotes begin and end, so that each stretch knows which elements it speaks to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from review.records import EvidenceRow, RunCourseRow


@dataclass(frozen=True)
class Stretch:
    """A piece of text, the elements that it proves, and those that it only comes nearest to (numbers from 0)."""

    text: str
    proves: tuple[int, ...]
    nears: tuple[int, ...]
    #: Elements whose quote ends here: their numbers stand behind the text.
    ends: tuple[int, ...]

    @property
    def elements(self) -> tuple[int, ...]:
        """Return every element that the stretch speaks to."""
        return tuple(sorted({*self.proves, *self.nears}))


@dataclass(frozen=True)
class MarkedField:
    """One field of a course, each paragraph or list item cut into stretches."""

    #: "title", "description", "outcomes" or "topics".
    name: str
    is_list: bool
    parts: tuple[tuple[Stretch, ...], ...]


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    element: int
    is_proof: bool


def marked_text(
    course: RunCourseRow, *, evidence: Sequence[EvidenceRow], nearest: Sequence[EvidenceRow]
) -> tuple[MarkedField, ...]:
    """Return a course's text in full, marked; the title only where a quote stands in it."""
    fields = (
        ("title", (course.title,)),
        ("description", (course.description,)),
        ("outcomes", course.outcomes),
        ("topics", course.topics),
    )
    marked = (_field(name, texts, evidence=evidence, nearest=nearest) for name, texts in fields)
    return tuple(
        field
        for field in marked
        if any(stretch.text for part in field.parts for stretch in part)
        and (field.name != "title" or any(stretch.elements for stretch in field.parts[0]))
    )


def _field(
    name: str, texts: Sequence[str], *, evidence: Sequence[EvidenceRow], nearest: Sequence[EvidenceRow]
) -> MarkedField:
    def here(rows: Sequence[EvidenceRow], number: int) -> list[EvidenceRow]:
        return [row for row in rows if row.field == name and (row.item or 0) == number]

    return MarkedField(
        name=name,
        is_list=name in ("outcomes", "topics"),
        parts=tuple(
            stretches(text, evidence=here(evidence, number), nearest=here(nearest, number))
            for number, text in enumerate(texts)
        ),
    )


def stretches(text: str, *, evidence: Sequence[EvidenceRow], nearest: Sequence[EvidenceRow]) -> tuple[Stretch, ...]:
    """Cut a text at the borders of its quotes; joined again, the stretches are the text."""
    spans = [*_spans(text, evidence, is_proof=True), *_spans(text, nearest, is_proof=False)]
    borders = sorted({0, len(text), *(span.start for span in spans), *(span.end for span in spans)})
    return tuple(_stretch(text, start, end, spans) for start, end in pairwise(borders) if start < end)


def _stretch(text: str, start: int, end: int, spans: Sequence[_Span]) -> Stretch:
    over = [span for span in spans if span.start <= start and span.end >= end]
    proves = {span.element for span in over if span.is_proof}
    return Stretch(
        text=text[start:end],
        proves=tuple(sorted(proves)),
        nears=tuple(sorted({span.element for span in over if not span.is_proof} - proves)),
        ends=tuple(sorted({span.element for span in over if span.end == end})),
    )


def _spans(text: str, rows: Sequence[EvidenceRow], *, is_proof: bool) -> list[_Span]:
    """Return where quotes stand; one that the text does not hold is left out rather than put anywhere."""
    found = []
    for row in rows:
        is_at_offset = text[row.offset : row.offset + len(row.quote)] == row.quote
        start = row.offset if is_at_offset else text.find(row.quote)
        if row.quote and start >= 0:
            found.append(_Span(start, start + len(row.quote), row.element, is_proof))
    return found
