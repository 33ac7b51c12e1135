"""Read match runs with the verdicts that hold: the matcher's, with reviewers' decisions laid over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from accounts import queries as accounts_queries
from matching import Course
from review import settling
from review.decision_queries import PairKey, words_by_pair
from review.decision_queries import decision_rows as decision_rows
from review.models import MatchRun, RevisionRequest, RevisionStep, RunCourse, RunNeed, RunPair
from review.records import (
    CellRow,
    CourseLink,
    EditionNote,
    EvidenceRow,
    PairRow,
    RevisionRow,
    RevisionStepRow,
    RunCourseRow,
    RunNeedRow,
    RunRow,
    SettledPair,
)
from review.revision_states import STATE_WORDS
from review.standing import standing

#: Verdicts on a course, best first.
COURSE_VERDICTS = ("match", "revise", "unknown", "unrelated")


def _run_row(run: MatchRun) -> RunRow:
    return RunRow(
        id=run.id,
        partnership_id=run.partnership_id,
        assessment_id=run.assessment_id,
        assessment_title=run.assessment_title,
        meeting_id=run.meeting_id,
        meeting_title=run.meeting_title,
        n_employers=run.n_employers,
        editions=tuple(EditionNote(**note) for note in run.editions),
        state=run.state,
        n_done=run.n_done,
        n_total=run.n_total,
        failure=run.failure,
        digest=run.digest,
        decision_digest=run.decision_digest,
        engine_version=run.engine_version,
        made_by_name=run.made_by_name,
        made_at=run.made_at,
        ended_at=run.ended_at,
    )


def runs(session: Session, *, partnership_id: int) -> list[RunRow]:
    """Return a partnership's match runs, newest first."""
    found = session.scalars(
        select(MatchRun).where(MatchRun.partnership_id == partnership_id).order_by(MatchRun.id.desc())
    )
    return [_run_row(run) for run in found]


def run(session: Session, *, run_id: int, partnership_id: int) -> RunRow | None:
    """Return one match run; None when the partnership has no run of this number."""
    found = session.scalar(select(MatchRun).where(MatchRun.id == run_id, MatchRun.partnership_id == partnership_id))
    return None if found is None else _run_row(found)


def latest_done_run(session: Session, *, partnership_id: int) -> RunRow | None:
    """Return the newest match run that is done; None when there is none."""
    found = session.scalar(
        select(MatchRun)
        .where(MatchRun.partnership_id == partnership_id, MatchRun.state == "done")
        .order_by(MatchRun.id.desc())
        .limit(1)
    )
    return None if found is None else _run_row(found)


def done_run_before(session: Session, *, run: RunRow) -> RunRow | None:
    """Return the newest older run on the same assessment that is done; None for the first one."""
    found = session.scalar(
        select(MatchRun)
        .where(
            MatchRun.partnership_id == run.partnership_id,
            MatchRun.assessment_id == run.assessment_id,
            MatchRun.state == "done",
            MatchRun.id < run.id,
        )
        .order_by(MatchRun.id.desc())
        .limit(1)
    )
    return None if found is None else _run_row(found)


def _chosen(**codes: str | None) -> dict[str, str]:
    """Return the codes that narrow a question down."""
    return {name: code for name, code in codes.items() if code is not None}


def settled_pairs(
    session: Session,
    *,
    run_id: int,
    need_code: str | None = None,
    college_code: str | None = None,
    course_code: str | None = None,
    also: Collection[PairKey] = (),
) -> list[SettledPair]:
    """Return every pair that the matcher related or a reviewer decided, without its evidence; codes narrow it down.

    `also` names further pairs of the run that are wanted although nobody related them.
    """
    chosen = _chosen(need_code=need_code, college_code=college_code, course_code=course_code)
    said = words_by_pair(session, run_id=run_id, chosen=chosen)
    noncredit = _noncredit_courses(session, run_id=run_id)
    found = session.execute(
        select(
            RunPair.need_code,
            RunPair.college_code,
            RunPair.course_code,
            RunPair.verdict,
            RunPair.score,
            RunPair.reasons,
        )
        .where(RunPair.run_id == run_id)
        .filter_by(**chosen)
        .order_by(RunPair.id)
    )
    judged: dict[PairKey, tuple[str, float, tuple[str, ...]]] = {
        (need_code, college_code, course_code): (verdict, score, tuple(reasons))
        for need_code, college_code, course_code, verdict, score, reasons in found
    }
    # Behind the matcher's pairs come the connections that only a reviewer saw.
    keys = [*judged, *(key for key in (*said, *also) if key not in judged)]
    pairs = []
    for key in dict.fromkeys(keys):
        verdict, score, reasons = judged.get(key, ("unrelated", 0.0, ()))
        held = standing(said.get(key, ()), matcher_verdict=verdict)
        if not held.words and key not in judged and key not in also:
            continue  # every word on it was taken back
        pairs.append(
            SettledPair(
                *key,
                matcher_verdict=verdict,
                verdict=held.verdict,
                score=score,
                reasons=reasons,
                is_noncredit=key[1:] in noncredit,
                is_decided=held.is_decided,
                is_disputed=held.is_disputed,
            )
        )
    return pairs


def _noncredit_courses(session: Session, *, run_id: int) -> set[tuple[str, str]]:
    found = session.execute(
        select(RunCourse.college_code, RunCourse.code, RunCourse.facts).where(RunCourse.run_id == run_id)
    )
    return {(college_code, code) for college_code, code, facts in found if facts.get("is_noncredit")}


def _by_need(pairs: Iterable[SettledPair]) -> Mapping[str, list[SettledPair]]:
    grouped: dict[str, list[SettledPair]] = defaultdict(list)
    for pair in pairs:
        grouped[pair.need_code].append(pair)
    return grouped


def _course_names(session: Session, *, run_id: int) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the college's name and the title of every course of a run."""
    found = session.execute(
        select(RunCourse.college_code, RunCourse.code, RunCourse.college_name, RunCourse.title).where(
            RunCourse.run_id == run_id
        )
    )
    return {(college_code, code): (name, title) for college_code, code, name, title in found}


def run_needs(session: Session, *, run_id: int) -> list[RunNeedRow]:
    """Return a run's needs in the employers' order, each with the verdict that holds."""
    by_need = _by_need(settled_pairs(session, run_id=run_id))
    names = _course_names(session, run_id=run_id)
    found = session.scalars(select(RunNeed).where(RunNeed.run_id == run_id).order_by(RunNeed.position, RunNeed.code))
    return [_run_need_row(need, pairs=by_need.get(need.code, []), names=names) for need in found]


def _run_need_row(
    need: RunNeed, *, pairs: Sequence[SettledPair], names: Mapping[tuple[str, str], tuple[str, str]]
) -> RunNeedRow:
    related = settling.related(pairs)
    settled = settling.settled_need(need.code, pairs)
    best = related[0] if related else None
    return RunNeedRow(
        code=need.code,
        area=need.area,
        title=need.title,
        level=need.level,
        elements=tuple(need.elements),
        position=need.position,
        tier=need.tier,
        rank_low=need.rank_low,
        rank_high=need.rank_high,
        priority_share=need.priority_share,
        matcher_verdict=need.verdict,
        verdict=settled.verdict,
        kind=settled.kind,
        n_match=sum(pair.verdict == "match" for pair in related),
        n_revise=sum(pair.verdict == "revise" for pair in related),
        n_disputed=sum(pair.is_disputed for pair in pairs),
        best=None
        if best is None
        else CourseLink(
            college_code=best.college_code,
            college_name=names[best.college_code, best.course_code][0],
            course_code=best.course_code,
            course_title=names[best.college_code, best.course_code][1],
            verdict=best.verdict,
        ),
    )


def run_course(session: Session, *, run_id: int, college_code: str, course_code: str) -> RunCourseRow | None:
    """Return one course of a run with the verdict that holds; None when the run has no such course."""
    wanted = RunCourse.college_code == college_code, RunCourse.code == course_code
    found = _run_courses(session, *wanted, run_id=run_id)
    return found[0] if found else None


def run_courses(session: Session, *, run_id: int) -> list[RunCourseRow]:
    """Return every course of a run with the verdict that holds, by college and code."""
    return _run_courses(session, run_id=run_id)


def _run_courses(session: Session, *wanted: ColumnElement[bool], run_id: int) -> list[RunCourseRow]:
    by_course: dict[tuple[str, str], list[SettledPair]] = defaultdict(list)
    for pair in settled_pairs(session, run_id=run_id):
        by_course[pair.college_code, pair.course_code].append(pair)
    needs = session.execute(select(RunNeed.code, RunNeed.title, RunNeed.tier).where(RunNeed.run_id == run_id)).all()
    titles = {code: title for code, title, _ in needs}
    counted = settling.counted_needs({code: tier for code, _, tier in needs})
    found = session.scalars(
        select(RunCourse).where(RunCourse.run_id == run_id, *wanted).order_by(RunCourse.college_name, RunCourse.code)
    )
    return [
        _run_course_row(course, pairs=by_course[course.college_code, course.code], titles=titles, counted=counted)
        for course in found
    ]


def _run_course_row(
    course: RunCourse, *, pairs: Sequence[SettledPair], titles: Mapping[str, str], counted: Collection[str]
) -> RunCourseRow:
    settled = settling.settled_course(
        Course(code=course.code, title=course.title, college=course.college_code),
        pairs,
        counted=counted,
        is_thin=course.verdict == "unknown",
        reasons=course.reasons,
    )
    return RunCourseRow(
        college_code=course.college_code,
        college_name=course.college_name,
        code=course.code,
        title=course.title,
        description=course.description,
        outcomes=tuple(course.outcomes),
        topics=tuple(course.topics),
        facts=dict(course.facts),
        matcher_verdict=course.verdict,
        verdict=settled.verdict,
        need_code=settled.need,
        need_title=titles[settled.need] if settled.need else None,
        need_codes=settled.needs,
        reasons=settled.reasons,
        own_reasons=tuple(course.reasons),
        n_disputed=sum(pair.is_disputed for pair in pairs),
    )


def need_college_cells(session: Session, *, run_id: int) -> list[CellRow]:
    """Return every need × college with the best verdict that holds, needs in the employers' order."""
    editions = session.execute(select(MatchRun.editions).where(MatchRun.id == run_id)).scalar_one()
    colleges = [note["college_code"] for note in editions]
    by_need = _by_need(settled_pairs(session, run_id=run_id))
    codes = session.scalars(
        select(RunNeed.code).where(RunNeed.run_id == run_id).order_by(RunNeed.position, RunNeed.code)
    )
    return [
        _cell(code, college, [pair for pair in by_need.get(code, []) if pair.college_code == college])
        for code in codes
        for college in colleges
    ]


def _cell(need_code: str, college_code: str, pairs: Sequence[SettledPair]) -> CellRow:
    related = settling.related(pairs)
    return CellRow(
        need_code=need_code,
        college_code=college_code,
        verdict=related[0].verdict if related else "gap",
        n_match=sum(pair.verdict == "match" for pair in related),
        n_revise=sum(pair.verdict == "revise" for pair in related),
    )


def pair_rows(
    session: Session,
    *,
    run_id: int,
    need_code: str | None = None,
    college_code: str | None = None,
    course_code: str | None = None,
    also: Collection[PairKey] = (),
) -> list[PairRow]:
    """Return pairs with their evidence, by the needs' order and then best first; the codes narrow them down."""
    chosen = _chosen(need_code=need_code, college_code=college_code, course_code=course_code)
    settled = settled_pairs(session, run_id=run_id, **chosen, also=also)
    found = session.scalars(select(RunPair).where(RunPair.run_id == run_id).filter_by(**chosen))
    kept = {(pair.need_code, pair.college_code, pair.course_code): pair for pair in found}
    needs = {need.code: need for need in session.scalars(select(RunNeed).where(RunNeed.run_id == run_id))}
    names = _course_names(session, run_id=run_id)
    states = _revision_states(session, run_id=run_id)
    rows = []
    for pair in settling.best_first(settled):
        key = (pair.need_code, pair.college_code, pair.course_code)
        row = _pair_row(pair, needs[pair.need_code], names[key[1:]], kept.get(key))
        rows.append(replace(row, revision_state=states.get(key, "")))
    return sorted(rows, key=lambda row: (row.position, row.need_code))


def _pair_row(pair: SettledPair, need: RunNeed, names: tuple[str, str], kept: RunPair | None) -> PairRow:
    """Join what is known of a pair; a connection that only a reviewer saw has no evidence."""
    return PairRow(
        need_code=need.code,
        need_title=need.title,
        need_area=need.area,
        position=need.position,
        tier=need.tier,
        college_code=pair.college_code,
        college_name=names[0],
        course_code=pair.course_code,
        course_title=names[1],
        matcher_verdict=pair.matcher_verdict,
        verdict=pair.verdict,
        is_decided=pair.is_decided,
        is_disputed=pair.is_disputed,
        score=pair.score,
        covered=tuple(kept.covered) if kept else (),
        missing=tuple(kept.missing) if kept else tuple(range(len(need.elements))),
        evidence=_evidence_rows(kept.evidence if kept else []),
        nearest=_evidence_rows(kept.nearest if kept else []),
        reasons=tuple(kept.reasons) if kept else (),
    )


def _evidence_rows(stored: Sequence[Mapping[str, Any]]) -> tuple[EvidenceRow, ...]:
    return tuple(EvidenceRow(**entry) for entry in stored)


def _revision_states(session: Session, *, run_id: int) -> dict[PairKey, str]:
    """Return the state, in words, of the newest request on each pair; new courses are no pair of a run."""
    found = session.scalars(
        select(RevisionRequest)
        .where(RevisionRequest.run_id == run_id, RevisionRequest.is_new_course.is_(False))
        .order_by(RevisionRequest.id)
    )
    return {(row.need_code, row.college_code, row.course_code): STATE_WORDS[row.state].lower() for row in found}


def _revisions(*, partnership_id: int) -> Select[RevisionRequest, RunNeed, str | None]:
    return (
        select(RevisionRequest, RunNeed, RunCourse.title)
        .join(MatchRun, MatchRun.id == RevisionRequest.run_id)
        .join(RunNeed, (RunNeed.run_id == RevisionRequest.run_id) & (RunNeed.code == RevisionRequest.need_code))
        .outerjoin(
            RunCourse,
            (RunCourse.run_id == RevisionRequest.run_id)
            & (RunCourse.college_code == RevisionRequest.college_code)
            & (RunCourse.code == RevisionRequest.course_code)
            & RevisionRequest.is_new_course.is_(False),
        )
        .where(MatchRun.partnership_id == partnership_id)
        .order_by(RevisionRequest.started_at.desc(), RevisionRequest.id.desc())
    )


def revision_rows(session: Session, *, partnership_id: int, run_id: int | None = None) -> list[RevisionRow]:
    """Return the partnership's revision requests, the newest first: of all its runs, or of one."""
    wanted = _revisions(partnership_id=partnership_id)
    found = session.execute(wanted if run_id is None else wanted.where(RevisionRequest.run_id == run_id)).all()
    steps = revision_steps(session, request_ids=[request.id for request, _, _ in found])
    colleges = {row.code: row.name for row in accounts_queries.colleges(session, partnership_id=partnership_id)}
    return [
        RevisionRow(
            id=request.id,
            run_id=request.run_id,
            need_code=need.code,
            need_title=need.title,
            tier=need.tier,
            college_code=request.college_code,
            college_name=colleges.get(request.college_code, request.college_code),
            course_code=request.course_code,
            course_title=request.title if request.is_new_course else title or request.title,
            is_new_course=request.is_new_course,
            state=request.state,
            started_at=request.started_at,
            done_at=request.ended_at,
            steps=steps.get(request.id, ()),
        )
        for request, need, title in found
    ]


def revision_steps(session: Session, *, request_ids: Sequence[int]) -> dict[int, tuple[RevisionStepRow, ...]]:
    """Return the steps of revision requests by request, in order."""
    found = session.scalars(
        select(RevisionStep)
        .where(RevisionStep.request_id.in_(request_ids))
        .order_by(RevisionStep.request_id, RevisionStep.id)
    )
    return {
        request_id: tuple(RevisionStepRow(step.state, step.note, step.by_name, step.at) for step in steps)
        for request_id, steps in groupby(found, key=lambda step: step.request_id)
    }
