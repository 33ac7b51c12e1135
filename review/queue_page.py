"""Put together the page on which one verdict is decided: evidence, text, history, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from accounts.permissions import Action
from accounts.queries import Member
from review import queries
from review.deciding import pair_standing
from review.decision_queries import PairKey, decision_rows, key_of, last_own_decision
from review.queue_text import MarkedField, marked_text
from review.reasons import reason_sentences
from review.records import DecisionRow, EvidenceRow, PairRow, RunCourseRow, RunNeedRow, RunRow
from review.reviewing import QueueEntry, ReviewQueue, review_queue
from review.standing import Standing, Word


@dataclass(frozen=True)
class ElementLine:
    """One element of the need, and the sentence that proves it or comes nearest to it."""

    #: Number from 0.
    number: int
    text: str
    is_covered: bool
    quote: EvidenceRow | None


@dataclass(frozen=True)
class VerdictPage:
    """Everything on the page of one verdict."""

    run: RunRow
    need: RunNeedRow
    course: RunCourseRow
    pair: PairRow
    elements: tuple[ElementLine, ...]
    text: tuple[MarkedField, ...]
    reasons: tuple[str, ...]
    #: In the order of deciding.
    decisions: tuple[DecisionRow, ...]
    standing: Standing
    #: The place in the reviewer's queue; None for everybody else.
    entry: QueueEntry | None
    queue: ReviewQueue | None
    #: The reviewer's newest decision on this run, which can be taken back; None when there is none.
    last_own: DecisionRow | None
    #: Titles of its course and need; empty without one.
    last_own_course_title: str
    last_own_need_title: str
    #: Whether the signed-in person decides on this course.
    may_decide: bool
    #: Whether the signed-in person can end the dispute.
    may_settle: bool
    #: Their own word; None when they have not spoken.
    own_word: Word | None

    @property
    def key(self) -> PairKey:
        """Return which pair this is."""
        return self.pair.need_code, self.pair.college_code, self.pair.course_code


def verdict_page(session: Session, *, run: RunRow, key: PairKey, member: Member) -> VerdictPage | None:
    """Return the page of one verdict; None when the run has no such need or course."""
    needs = {need.code: need for need in queries.run_needs(session, run_id=run.id)}
    need = needs.get(key[0])
    course = queries.run_course(session, run_id=run.id, college_code=key[1], course_code=key[2])
    if need is None or course is None:
        return None
    (pair,) = queries.pair_rows(
        session, run_id=run.id, need_code=key[0], college_code=key[1], course_code=key[2], also=(key,)
    )
    may_decide = member.may(Action.REVIEW_VERDICTS) and member.organisation_code == key[1]
    queue = review_queue(session, run=run, college_code=key[1]) if may_decide else None
    _, held = pair_standing(session, run_id=run.id, key=key, partnership_id=run.partnership_id)
    last = last_own_decision(session, run_id=run.id, person_id=member.person_id) if may_decide else None
    return VerdictPage(
        run=run,
        need=need,
        course=course,
        pair=pair,
        elements=_elements(need, pair),
        text=marked_text(course, evidence=pair.evidence, nearest=pair.nearest),
        reasons=reason_sentences(pair.reasons),
        decisions=tuple(row for row in decision_rows(session, run_id=run.id) if key_of(row) == key),
        standing=held,
        entry=queue.entry(key) if queue else None,
        queue=queue,
        last_own=last,
        last_own_course_title=_course_title(session, last),
        last_own_need_title=needs[last.need_code].title if last else "",
        may_decide=may_decide,
        may_settle=held.is_disputed and (may_decide or not member.may(Action.REVIEW_VERDICTS)),
        own_word=held.word_of(member.person_id),
    )


def _course_title(session: Session, last: DecisionRow | None) -> str:
    if last is None:
        return ""
    found = queries.run_course(
        session, run_id=last.run_id, college_code=last.college_code, course_code=last.course_code
    )
    return found.title if found else last.course_code


def _elements(need: RunNeedRow, pair: PairRow) -> tuple[ElementLine, ...]:
    proofs = {row.element: row for row in pair.evidence}
    nearest = {row.element: row for row in pair.nearest}
    return tuple(
        ElementLine(
            number=number,
            text=text,
            is_covered=number in pair.covered,
            quote=proofs.get(number) if number in pair.covered else nearest.get(number),
        )
        for number, text in enumerate(need.elements)
    )
