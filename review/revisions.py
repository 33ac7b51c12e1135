"""Ask for revisions and new courses, word them, follow them to the committee, and see them arrive in an edition."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import queries as accounts_queries
from accounts.permissions import Action
from accounts.queries import Member
from base.refusals import Refusal
from catalog import queries as catalog_queries
from catalog.queries import CourseText, EditionRow
from review import queries, revision_queries
from review.models import MatchRun, RevisionCheck, RevisionRequest, RevisionStep, RunNeed
from review.operations import MAX_WORDS_CHARACTERS, NotYourCollege, UnknownPair, refuse_other_college
from review.overlap import listed_elements, needed_change
from review.records import RunNeedRow, RunRow
from review.revision_differences import Finding, found_in, normalised, sentences
from review.revision_records import RequestRow, RevisionText, figure_words, old_text
from review.revision_states import AWAITED_STATES, OPEN_STATES, STATE_WORDS, next_step

#: Longest outcome and most outcomes that a request keeps.
MAX_OUTCOME_CHARACTERS = 1000
MAX_OUTCOMES = 60


class StepNotPossible(Refusal):
    """Say why a request cannot take this step."""


class RequestFrozen(Refusal):
    """Say that the text of a request cannot be changed now."""


class RequestUnknown(Refusal):
    """Say that there is no such request."""


class TextTooLong(Refusal):
    """Say which text is too long to be kept."""


def start_revision(
    session: Session,
    *,
    run_id: int,
    need_code: str,
    college_code: str,
    course_code: str,
    member: Member,
    now: datetime,
) -> int:
    """Begin the draft of a revision with the course's own text and the need's missing elements; return its number.

    A course has one open request at a time: asking again leads to the one that is there.
    """
    run = _run(session, run_id=run_id, member=member)
    course = queries.run_course(session, run_id=run_id, college_code=college_code, course_code=course_code)
    if course is None:
        raise UnknownPair(f"Run {run_id} has no course {course_code} of {college_code}.")
    need = _need(session, run=run, code=need_code)
    refuse_other_college(member, college_code=college_code, college_name=course.college_name)
    there = revision_queries.open_request_id(
        session, partnership_id=run.partnership_id, college_code=college_code, course_code=course_code
    )
    if there is not None:
        return there
    pairs = queries.pair_rows(
        session, run_id=run_id, need_code=need_code, college_code=college_code, course_code=course_code
    )
    missing = [e.text for e in needed_change(need, pairs[0]).missing] if pairs else listed_elements(need)
    old = old_text(course)
    added = revision_queries.proposed_outcomes(need, missing=missing)
    request = RevisionRequest(
        run_id=run_id,
        need_code=need_code,
        college_code=college_code,
        course_code=course_code,
        is_new_course=False,
        state="draft",
        title=old.title,
        description=old.description,
        outcomes=[*old.outcomes, *added],
        credits=old.credits,
        clock_hours=old.clock_hours,
        prerequisites=old.prerequisites,
        reason="",
        started_at=now,
    )
    return _stored(session, request, member=member, now=now)


def start_new_course(session: Session, *, run_id: int, need_code: str, member: Member, now: datetime) -> int:
    """Begin the draft of a course that the member's college does not have yet; return its number."""
    run = _run(session, run_id=run_id, member=member)
    need = _need(session, run=run, code=need_code)
    if not member.may(Action.REVIEW_VERDICTS) or not member.organisation_code:
        raise NotYourCollege("A curriculum reviewer proposes new courses for their own college.")
    elements = listed_elements(need)
    there = _open_new_course(session, run=run, need_code=need_code, college_code=member.organisation_code)
    if there is not None:
        return there
    request = RevisionRequest(
        run_id=run_id,
        need_code=need_code,
        college_code=member.organisation_code,
        course_code="",
        is_new_course=True,
        state="draft",
        title=need.title,
        description="",
        outcomes=list(revision_queries.proposed_outcomes(need, missing=elements)),
        credits=None,
        clock_hours=None,
        prerequisites="",
        reason="",
        started_at=now,
    )
    return _stored(session, request, member=member, now=now)


def _open_new_course(session: Session, *, run: RunRow, need_code: str, college_code: str) -> int | None:
    return session.scalar(
        select(RevisionRequest.id)
        .join(MatchRun, MatchRun.id == RevisionRequest.run_id)
        .where(
            MatchRun.partnership_id == run.partnership_id,
            MatchRun.assessment_id == run.assessment_id,
            RevisionRequest.is_new_course.is_(True),
            RevisionRequest.need_code == need_code,
            RevisionRequest.college_code == college_code,
            RevisionRequest.state.in_(OPEN_STATES),
        )
        .limit(1)
    )


def _run(session: Session, *, run_id: int, member: Member) -> RunRow:
    run = queries.run(session, run_id=run_id, partnership_id=member.partnership.id)
    if run is None or run.state != "done":
        raise UnknownPair(f"There is no finished run {run_id} here.")
    return run


def _need(session: Session, *, run: RunRow, code: str) -> RunNeedRow:
    if session.get(RunNeed, (run.id, code)) is None:
        raise UnknownPair(f"Run {run.id} has no skill need {code}.")
    return next(need for need in queries.run_needs(session, run_id=run.id) if need.code == code)


def _stored(session: Session, request: RevisionRequest, *, member: Member, now: datetime) -> int:
    session.add(request)
    session.flush()
    _add_step(session, request, state="draft", note="", by_name=member.name, now=now)
    return request.id


def _add_step(
    session: Session, request: RevisionRequest, *, state: str, note: str, by_name: str, now: datetime
) -> None:
    request.state = state
    request.ended_at = None if state in OPEN_STATES else now
    session.add(RevisionStep(request_id=request.id, state=state, note=note, by_name=by_name, at=now))
    session.flush()


def _own_request(session: Session, *, request_id: int, member: Member) -> RevisionRequest:
    """Return a request that this member may change."""
    request = session.get(RevisionRequest, request_id)
    run = session.get(MatchRun, request.run_id) if request else None
    if request is None or run is None or run.partnership_id != member.partnership.id:
        raise RequestUnknown(f"There is no revision request {request_id} here.")
    college = accounts_queries.organisation_by_code(
        session, partnership_id=run.partnership_id, code=request.college_code
    )
    refuse_other_college(
        member, college_code=request.college_code, college_name=college.name if college else request.college_code
    )
    return request


def save_draft(session: Session, *, request_id: int, text: RevisionText, member: Member) -> None:
    """Keep the text of a draft; a request that is on its way keeps the text that it was proposed with."""
    request = _own_request(session, request_id=request_id, member=member)
    if request.state != "draft":
        raise RequestFrozen(
            f"This request is “{STATE_WORDS[request.state].lower()}”; take it back to the draft to change its text."
        )
    outcomes = [outcome.strip() for outcome in text.outcomes if outcome.strip()]
    if len(outcomes) > MAX_OUTCOMES or any(len(outcome) > MAX_OUTCOME_CHARACTERS for outcome in outcomes):
        raise TextTooLong(
            f"Keep to {MAX_OUTCOMES} outcomes of at most {MAX_OUTCOME_CHARACTERS:,} characters each; nothing was saved."
        )
    request.title = text.title.strip() or request.title
    request.description = text.description.strip()
    request.outcomes = outcomes
    request.credits, request.clock_hours = text.credits, text.clock_hours
    request.prerequisites = text.prerequisites.strip()
    request.reason = text.reason.strip()
    if request.is_new_course:
        request.course_code = text.new_code.strip()
    session.flush()


def take_step(session: Session, *, request_id: int, state: str, note: str, member: Member, now: datetime) -> None:
    """Take a request one step further or back; every step stays in its history."""
    request = _own_request(session, request_id=request_id, member=member)
    step = next_step(request.state, to=state)
    if step is None:
        held = STATE_WORDS[request.state].lower()
        raise StepNotPossible(f"This request is “{held}” now; that step does not follow from there.")
    words = note.strip()
    if step.needs_note and not words:
        raise StepNotPossible(f"{step.hint} Others will read it beside the step.")
    if len(words) > MAX_WORDS_CHARACTERS:
        raise StepNotPossible(f"Write the note in at most {MAX_WORDS_CHARACTERS:,} characters.")
    if request.state == "draft" and state == "proposed":
        _refuse_empty(session, request=request, member=member)
    _add_step(session, request, state=state, note=words, by_name=member.name, now=now)
    if state in AWAITED_STATES and not step.is_back:
        _look_at_newer_editions(session, request=request, member=member, now=now)


def _refuse_empty(session: Session, *, request: RevisionRequest, member: Member) -> None:
    """Keep a request from going out that asks for nothing."""
    row = _row(session, request=request, partnership_id=member.partnership.id)
    if row.is_new_course and not (row.text.outcomes and row.text.description):
        raise StepNotPossible("Write a description and at least one outcome first; the committee will ask for both.")
    if not row.changed_parts:
        raise StepNotPossible("Nothing differs from the catalog yet. Change the text first, and save it.")


def _row(session: Session, *, request: RevisionRequest, partnership_id: int) -> RequestRow:
    found = revision_queries.request_row(session, request_id=request.id, partnership_id=partnership_id)
    if found is None:
        raise RequestUnknown(f"There is no revision request {request.id} here.")
    return found


def _look_at_newer_editions(session: Session, *, request: RevisionRequest, member: Member, now: datetime) -> None:
    """Compare a request that goes out with an edition that came after its run: the change may be printed already."""
    college = catalog_queries.college(session, partnership_id=member.partnership.id, code=request.college_code)
    editions = catalog_queries.editions(session, organisation_id=college.id) if college else []
    if editions and editions[0].number > _compared_edition(session, request=request):
        _compare(session, request=request, edition=editions[0], partnership_id=member.partnership.id, now=now)


def _compared_edition(session: Session, *, request: RevisionRequest) -> int:
    """Return the number of the edition that the run compared or that was read last; 0 when there was none."""
    run = session.get_one(MatchRun, request.run_id)
    of_run = [note["number"] for note in run.editions if note["college_code"] == request.college_code]
    read = session.scalars(select(RevisionCheck.edition_number).where(RevisionCheck.request_id == request.id))
    return max([*of_run, *read], default=0)


def compare_with_newest_edition(session: Session, *, request_id: int, member: Member, now: datetime) -> bool:
    """Look for a request in the college's newest edition now; return whether that closed it."""
    request = _own_request(session, request_id=request_id, member=member)
    if request.state not in AWAITED_STATES:
        held = STATE_WORDS[request.state].lower()
        raise StepNotPossible(f"This request is “{held}”; editions are read for proposed and approved ones.")
    college = catalog_queries.college(session, partnership_id=member.partnership.id, code=request.college_code)
    editions = catalog_queries.editions(session, organisation_id=college.id) if college else []
    if not editions:
        raise StepNotPossible("This college has no catalog here yet. Import one first.")
    return _compare(session, request=request, edition=editions[0], partnership_id=member.partnership.id, now=now)


def read_new_edition(session: Session, *, organisation_id: int, edition_number: int, now: datetime) -> list[int]:
    """Look for every awaited request of a college in its new edition; return the numbers of those that it closed."""
    edition = catalog_queries.edition(session, organisation_id=organisation_id, number=edition_number)
    if edition is None:
        return []
    awaited = session.execute(
        select(RevisionRequest, MatchRun.partnership_id)
        .join(MatchRun, MatchRun.id == RevisionRequest.run_id)
        .where(RevisionRequest.college_code == edition.college_code, RevisionRequest.state.in_(AWAITED_STATES))
        .order_by(RevisionRequest.id)
    )
    return [
        request.id
        for request, partnership_id in awaited.all()
        if _compare(session, request=request, edition=edition, partnership_id=partnership_id, now=now)
    ]


def _compare(
    session: Session, *, request: RevisionRequest, edition: EditionRow, partnership_id: int, now: datetime
) -> bool:
    """Note what an edition prints of a request, and close the request when it prints what was asked for."""
    row = _row(session, request=request, partnership_id=partnership_id)
    course = _printed_course(session, row=row, edition=edition)
    findings = _findings(row, course)
    is_adopted = course is not None and is_printed(row, findings)
    session.add(
        RevisionCheck(
            request_id=request.id,
            edition_number=edition.number,
            edition_label=edition.label,
            course_code=course.code if course else "",
            is_adopted=is_adopted,
            findings=[asdict(finding) for finding in findings],
            checked_at=now,
        )
    )
    if is_adopted:
        note = _proof(edition, findings)
        by_name = f"Edition {edition.number} of {edition.college_name}"[:120]
        _add_step(session, request, state="in_catalog", note=note, by_name=by_name, now=now)
    session.flush()
    return is_adopted


def _printed_course(session: Session, *, row: RequestRow, edition: EditionRow) -> CourseText | None:
    """Return the course as the edition prints it: by its code, a new one also by its title."""
    if row.course_code:
        found = catalog_queries.course(session, edition_id=edition.id, code=row.course_code)
        if found is not None or not row.is_new_course:
            return found
    older = _older_codes(session, row=row)
    wanted = normalised(row.text.title)
    courses = catalog_queries.courses(session, edition_id=edition.id)
    return next((c for c in courses if c.code not in older and normalised(c.title) == wanted), None)


def _older_codes(session: Session, *, row: RequestRow) -> Collection[str]:
    """Return the codes that the run compared: a course that was there before is no new one."""
    courses = queries.run_courses(session, run_id=row.run.id)
    return {course.code for course in courses if course.college_code == row.college_code}


def _findings(row: RequestRow, course: CourseText | None) -> tuple[Finding, ...]:
    """Look for every proposed change in a printed course; without one, every change is missing."""
    changes = [change for change in row.rows() if change.change in ("new", "changed")]
    if course is None:
        return tuple(Finding(change.part, change.new, "missing", "") for change in changes)
    printed = {
        "Title": [course.title],
        "Description": [course.description],
        "Outcome": [*course.outcomes, *course.topics, *sentences(course.description)],
        "Credits": [figure_words(course.credits_min)],
        "Clock hours": [figure_words(course.clock_hours)],
        "Prerequisites": [course.prerequisites],
    }
    return tuple(found_in(change.part, change.new, printed[change.part]) for change in changes)


def is_printed(row: RequestRow, findings: Collection[Finding]) -> bool:
    """Say whether an edition prints what a request asked for.

    A new course is there when the edition prints it. A revision is there when every new or changed outcome is; a
    request without any is there when all its other changes are.
    """
    if row.is_new_course:
        return True
    outcomes = [finding for finding in findings if finding.part == "Outcome"]
    return bool(findings) and all(finding.is_found for finding in outcomes or findings)


def _proof(edition: EditionRow, findings: Collection[Finding]) -> str:
    """Say what closed a request: the edition and what it prints, word for word."""
    quotes = [f"“{finding.printed}”" for finding in findings if finding.is_found and finding.part == "Outcome"]
    left = [f"“{finding.proposed}”" for finding in findings if not finding.is_found and finding.part == "Outcome"]
    words = f"Edition {edition.number} ({edition.label}) prints it"
    if quotes:
        words += f": {'; '.join(quotes)}"
    if left:
        words += f". Not found: {'; '.join(left)}"
    return f"{words}."
