"""Put together what the page of one course shows: its text in full, with the proof of every need beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from review import queries
from review.overlap import NeededChange, needed_change
from review.reasons import reason_sentences
from review.records import (
    DecisionRow,
    EvidenceRow,
    PairRow,
    RevisionRow,
    RunCourseRow,
    RunNeedRow,
    RunRow,
)
from review.settling import RELATED


@dataclass(frozen=True)
class TextPart:
    """One paragraph or list item, and the sentences in it that prove elements."""

    text: str
    quotes: tuple[EvidenceRow, ...]


@dataclass(frozen=True)
class TextField:
    """One field of a course's text."""

    #: "title", "description", "outcomes" or "topics".
    name: str
    is_list: bool
    parts: tuple[TextPart, ...]


@dataclass(frozen=True)
class PairSection:
    """Everything about the course and one need."""

    need: RunNeedRow
    pair: PairRow
    text: tuple[TextField, ...]
    #: Number of a missing element to the sentence that comes closest.
    nearest: dict[int, str]
    reasons: tuple[str, ...]
    #: In the order of deciding.
    decisions: tuple[DecisionRow, ...]
    #: None while no revision was started.
    revision: RevisionRow | None


@dataclass(frozen=True)
class CoursePage:
    """What the page of one course shows."""

    course: RunCourseRow
    #: The text without any mark, for a course without related needs.
    text: tuple[TextField, ...]
    #: Needs that it matches, could serve after a revision, or that a reviewer decided on; in the employers' order.
    sections: tuple[PairSection, ...]
    #: Needs without a section: a reviewer may still name one.
    other_needs: tuple[RunNeedRow, ...]
    #: Sentences about the course itself.
    reasons: tuple[str, ...]
    #: What it lacks for the needs that it could serve after a revision, in the employers' order.
    changes: tuple[NeededChange, ...] = ()


def course_page(session: Session, *, run: RunRow, college_code: str, course_code: str) -> CoursePage | None:
    """Return the page of one course, or None when the run has no such course."""
    course = queries.run_course(session, run_id=run.id, college_code=college_code, course_code=course_code)
    if course is None:
        return None
    needs = {need.code: need for need in queries.run_needs(session, run_id=run.id)}
    pairs = [
        pair
        for pair in queries.pair_rows(session, run_id=run.id, college_code=college_code, course_code=course_code)
        if pair.verdict in RELATED or pair.matcher_verdict in RELATED or pair.is_decided or pair.is_disputed
    ]
    decisions = queries.decision_rows(session, run_id=run.id)
    revisions = queries.revision_rows(session, partnership_id=run.partnership_id, run_id=run.id)
    shown = {pair.need_code for pair in pairs}
    return CoursePage(
        course=course,
        text=course_text(course, evidence=()),
        sections=tuple(
            _section(course, needs[pair.need_code], pair, decisions=decisions, revisions=revisions) for pair in pairs
        ),
        other_needs=tuple(need for code, need in needs.items() if code not in shown),
        reasons=reason_sentences(course.own_reasons),
        changes=tuple(needed_change(needs[pair.need_code], pair) for pair in pairs if pair.verdict == "revise"),
    )


def _section(
    course: RunCourseRow,
    need: RunNeedRow,
    pair: PairRow,
    *,
    decisions: Sequence[DecisionRow],
    revisions: Sequence[RevisionRow],
) -> PairSection:
    key = (pair.need_code, pair.college_code, pair.course_code)
    found = (row for row in revisions if (row.need_code, row.college_code, row.course_code) == key)
    return PairSection(
        need=need,
        pair=pair,
        text=course_text(course, evidence=pair.evidence),
        nearest={row.element: row.quote for row in pair.nearest},
        reasons=reason_sentences(code for code in pair.reasons if code not in course.own_reasons),
        decisions=tuple(row for row in decisions if (row.need_code, row.college_code, row.course_code) == key),
        revision=next(found, None),
    )


@dataclass(frozen=True)
class Proof:
    """One sentence and the elements that it proves."""

    elements: tuple[int, ...]
    quote: str
    field: str


def proofs(pair: PairRow) -> list[Proof]:
    """Return the sentences of a pair, each once, in the order of the first element that it proves."""
    elements: dict[tuple[str, str], list[int]] = {}
    for row in pair.evidence:
        elements.setdefault((row.quote, row.field), []).append(row.element)
    return [Proof(tuple(numbers), quote, field) for (quote, field), numbers in elements.items()]


def course_text(course: RunCourseRow, *, evidence: Sequence[EvidenceRow]) -> tuple[TextField, ...]:
    """Return the fields of a course that hold text; the title only where it proves something."""
    fields = (
        _field("title", (course.title,), evidence=evidence),
        _field("description", (course.description,), evidence=evidence),
        _field("outcomes", course.outcomes, evidence=evidence, is_list=True),
        _field("topics", course.topics, evidence=evidence, is_list=True),
    )
    return tuple(
        field
        for field in fields
        if any(part.text for part in field.parts) and (field.name != "title" or field.parts[0].quotes)
    )


def _field(name: str, texts: Sequence[str], *, evidence: Sequence[EvidenceRow], is_list: bool = False) -> TextField:
    parts = (
        TextPart(text, tuple(row for row in evidence if row.field == name and (row.item or 0) == number))
        for number, text in enumerate(texts)
    )
    return TextField(name=name, is_list=is_list, parts=tuple(parts))
