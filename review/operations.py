"""Start match runs and carry them out, and record reviewers' decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import Action
from accounts.queries import Member
from base.refusals import Refusal
from matching import Decision, Snapshot, decide
from matching.adaptation import Adaptation
from review.gathering import gather
from review.models import (
    PAIR_VERDICTS,
    MatchRun,
    RunCourse,
    RunNeed,
    RunPair,
    VerdictDecision,
)
from review.recording import decision_digest, record_verdicts

#: Longest reason or note that is kept.
MAX_WORDS_CHARACTERS = 2000


class RunNotOpen(Refusal):
    """Say that a run is not in the state that an act needs."""


class UnknownPair(Refusal):
    """Say that a run has no such need or course."""


class NotYourCollege(Refusal):
    """Say who may decide on a course."""


class ReasonMissing(Refusal):
    """Say that an override needs a reason."""


class VerdictUnknown(Refusal):
    """Say that there is no such verdict."""


def start_run(
    session: Session,
    *,
    partnership_id: int,
    assessment_id: int,
    meeting_id: int | None,
    by_name: str,
    now: datetime,
    adaptation: Adaptation | None = None,
) -> int:
    """Freeze what is compared and return the number of the run, which is then carried out."""
    adaptation = adaptation or Adaptation()
    gathering = gather(
        session,
        partnership_id=partnership_id,
        assessment_id=assessment_id,
        meeting_id=meeting_id,
        adaptation=adaptation,
        now=now,
    )
    run = MatchRun(
        partnership_id=partnership_id,
        assessment_id=assessment_id,
        assessment_title=gathering.assessment_title,
        meeting_id=gathering.meeting_id,
        meeting_title=gathering.meeting_title,
        n_employers=gathering.n_employers,
        editions=[asdict(edition) for edition in gathering.editions],
        state="running",
        n_total=len(gathering.snapshot.courses),
        snapshot=gathering.snapshot.to_json(),
        digest=gathering.snapshot.digest,
        engine_version=adaptation.engine_version,
        made_by_name=by_name,
        made_at=now,
    )
    session.add(run)
    session.flush()
    return run.id


def _running(session: Session, run_id: int) -> MatchRun:
    run = session.get_one(MatchRun, run_id)
    if run.state != "running":
        raise RunNotOpen(f"Run {run_id} has ended already; what it says stays as it is. Make a new run.")
    return run


def frozen_snapshot(session: Session, *, run_id: int) -> Snapshot:
    """Return the frozen input of a run."""
    return Snapshot.from_json(session.get_one(MatchRun, run_id).snapshot)


def recorded_digest(session: Session, *, run_id: int) -> tuple[str, str]:
    """Return the digest of what a run decided and the version of the matcher, for checking that it can be repeated."""
    run = session.get(MatchRun, run_id)
    if run is None:
        raise RunNotOpen(f"There is no run {run_id} here. The page of match runs lists all.")
    if run.state != "done":
        raise RunNotOpen(f"Run {run_id} has no verdicts to compare: it is {run.state}.")
    return run.decision_digest, run.engine_version


def carry_out_run(
    session: Session,
    *,
    run_id: int,
    now: datetime,
    n_jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Decide and record a run within one session; jobs.carry_out does it in short transactions instead."""
    _running(session, run_id)
    snapshot = frozen_snapshot(session, run_id=run_id)
    decision = decide(snapshot, progress=progress, n_jobs=n_jobs)
    record_decision(session, run_id=run_id, snapshot=snapshot, decision=decision, now=now)


def note_progress(session: Session, *, run_id: int, n_done: int, n_total: int) -> None:
    """Note how far a run is."""
    run = _running(session, run_id)
    run.n_done, run.n_total = n_done, n_total
    session.flush()


def record_decision(session: Session, *, run_id: int, snapshot: Snapshot, decision: Decision, now: datetime) -> None:
    """Record everything that the matcher said and close the run; from then on nothing in it changes."""
    run = _running(session, run_id)
    college_names = {edition["college_code"]: edition["college_name"] for edition in run.editions}
    record_verdicts(session, run_id=run_id, snapshot=snapshot, decision=decision, college_names=college_names)
    run.decision_digest = decision_digest(decision)
    run.engine_version = decision.engine_version
    run.n_done = run.n_total = len(snapshot.courses)
    run.state, run.ended_at = "done", now
    session.flush()


def record_failure(session: Session, *, run_id: int, failure: str, now: datetime) -> None:
    """Close a run that could not be carried out, with the reason in words."""
    run = _running(session, run_id)
    run.state, run.failure, run.ended_at = "failed", failure, now
    session.flush()


def close_interrupted_runs(session: Session, *, now: datetime) -> int:
    """Close the runs that a stopped server left behind and return how many there were."""
    interrupted = session.scalars(select(MatchRun).where(MatchRun.state == "running")).all()
    for run in interrupted:
        run.state, run.ended_at = "failed", now
        run.failure = "The server stopped while this run was being carried out. Make a new run."
    session.flush()
    return len(interrupted)


def refuse_other_college(member: Member, *, college_code: str, college_name: str) -> None:
    """Let only a reviewer of the college that offers a course decide on it."""
    if not member.may(Action.REVIEW_VERDICTS) or member.organisation_code != college_code:
        raise NotYourCollege(f"A curriculum reviewer of {college_name} decides on this course.")


def decide_verdict(
    session: Session,
    *,
    run_id: int,
    need_code: str,
    college_code: str,
    course_code: str,
    verdict: str,
    reason: str,
    member: Member,
    now: datetime,
) -> int:
    """Add a reviewer's word on one pair to the decisions and return its number; nothing is overwritten.

    The matcher's own verdict is confirmed without a reason. Any other verdict needs one. Taking a decision back is
    one more decision.
    """
    matcher_verdict = _judged_by_matcher(
        session, run_id=run_id, need_code=need_code, college_code=college_code, course_code=course_code, member=member
    )
    if verdict not in PAIR_VERDICTS or (verdict == "unknown" != matcher_verdict):
        raise VerdictUnknown("Choose match, needs revision or not related.")
    is_confirmation = verdict == matcher_verdict
    decision = VerdictDecision(
        run_id=run_id,
        need_code=need_code,
        college_code=college_code,
        course_code=course_code,
        is_confirmation=is_confirmation,
        verdict=verdict,
        reason=_checked_reason(reason, is_needed=not is_confirmation),
        decided_by_id=member.person_id,
        decided_by_name=member.name,
        decided_at=now,
    )
    session.add(decision)
    session.flush()
    return decision.id


def _checked_reason(reason: str, *, is_needed: bool) -> str:
    words = reason.strip()
    if is_needed and not words:
        raise ReasonMissing("Say why, in one sentence or more: others will read it beside the verdict.")
    if len(words) > MAX_WORDS_CHARACTERS:
        raise ReasonMissing(f"Say it in at most {MAX_WORDS_CHARACTERS:,} characters.")
    return words


def _judged_by_matcher(
    session: Session, *, run_id: int, need_code: str, college_code: str, course_code: str, member: Member
) -> str:
    """Return what the matcher said of a pair, after checking that the pair exists and this member may decide on it."""
    run = session.get(MatchRun, run_id)
    course = session.get(RunCourse, (run_id, college_code, course_code))
    if run is None or run.partnership_id != member.partnership.id or course is None:
        raise UnknownPair(f"Run {run_id} has no course {course_code} of {college_code}.")
    if session.get(RunNeed, (run_id, need_code)) is None:
        raise UnknownPair(f"Run {run_id} has no skill need {need_code}.")
    refuse_other_college(member, college_code=college_code, college_name=course.college_name)
    found = session.scalar(
        select(RunPair.verdict).where(
            RunPair.run_id == run_id,
            RunPair.need_code == need_code,
            RunPair.college_code == college_code,
            RunPair.course_code == course_code,
        )
    )
    return found or "unrelated"
