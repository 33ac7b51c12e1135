"""Match runs with everything they saw and said, reviewers' decisions over them, and revisions.

A finished run is never edited: codes, names and texts are copied in, so later edits cannot rewrite history.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from base.database import Base, UtcMoment

RUN_STATES = ("running", "done", "failed")
PAIR_VERDICTS = ("match", "revise", "unrelated", "unknown")
NEED_VERDICTS = ("covered", "revise", "gap")
REVISION_STATES = ("started", "done")


class MatchRun(Base):
    """One comparison of an assessment with the region's catalogs."""

    __tablename__ = "match_run"
    __table_args__ = (CheckConstraint(f"state IN {RUN_STATES}", name="state"),)
    #: Row number, printed on every page and file that reads the run.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: The assessment whose needs were compared.
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    #: Title of the assessment then.
    assessment_title: Mapped[str] = mapped_column(String(200))
    #: The meeting whose published ranking gave the priorities; NULL when none had one.
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    #: Title of the meeting then; empty without one.
    meeting_title: Mapped[str] = mapped_column(String(200), default="")
    #: Employers whose ballots the priorities rest on; NULL without a ranking.
    n_employers: Mapped[int | None]
    #: Which editions were compared: college code, name, edition number, label, n_courses.
    editions: Mapped[list[dict[str, Any]]]
    #: One of RUN_STATES.
    state: Mapped[str] = mapped_column(String(10))
    #: Steps done so far, for the progress bar.
    n_done: Mapped[int] = mapped_column(default=0)
    #: Steps in all.
    n_total: Mapped[int] = mapped_column(default=0)
    #: Why it failed, in words; empty otherwise.
    failure: Mapped[str] = mapped_column(Text, default="")
    #: The frozen input, canonical JSON of matching.Snapshot.
    snapshot: Mapped[str] = deferred(mapped_column(Text))
    #: SHA-256 of the snapshot, hex.
    digest: Mapped[str] = mapped_column(String(64))
    #: SHA-256 of the decision's canonical JSON, hex; empty until done. A rerun must reproduce it.
    decision_digest: Mapped[str] = mapped_column(String(64), default="")
    #: Version of the matcher that decided.
    engine_version: Mapped[str] = mapped_column(String(40))
    #: Who made the run, as shown then.
    made_by_name: Mapped[str] = mapped_column(String(120))
    #: When it was made (UTC).
    made_at: Mapped[datetime] = mapped_column(UtcMoment)
    #: When it ended (UTC); NULL while it runs.
    ended_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class RunNeed(Base):
    """A need as a run saw it, and the verdict on it."""

    __tablename__ = "run_need"
    __table_args__ = (CheckConstraint(f"verdict IN {NEED_VERDICTS}", name="verdict"),)
    #: The run.
    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id"), primary_key=True)
    #: Code of the need.
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: Skill area then.
    area: Mapped[str] = mapped_column(String(100))
    #: Title then.
    title: Mapped[str] = mapped_column(String(300))
    #: Level then.
    level: Mapped[str] = mapped_column(String(10))
    #: Performance elements then.
    elements: Mapped[list[str]]
    #: Place in the employers' order, 1 best (list order without a ranking).
    position: Mapped[int]
    #: 1 critical … 4 low; NULL without a ranking.
    tier: Mapped[int | None]
    #: Best place in the interval; NULL without a ranking.
    rank_low: Mapped[int | None]
    #: Worst place in the interval; NULL without a ranking.
    rank_high: Mapped[int | None]
    #: This need's share of all priority (0–1, sums to 1 over the run); equal shares without a ranking.
    priority_share: Mapped[float]
    #: One of NEED_VERDICTS, as the matcher said.
    verdict: Mapped[str] = mapped_column(String(10))
    #: What kind of gap; empty when covered.
    kind: Mapped[str] = mapped_column(String(40))


class RunCourse(Base):
    """A course as a run saw it, and the verdict on it."""

    __tablename__ = "run_course"
    __table_args__ = (CheckConstraint(f"verdict IN {PAIR_VERDICTS}", name="verdict"),)
    #: The run.
    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id"), primary_key=True)
    #: Code of the college.
    college_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: Code of the course.
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    #: Name of the college then.
    college_name: Mapped[str] = mapped_column(String(200))
    #: Title then.
    title: Mapped[str] = mapped_column(String(300))
    #: Description then.
    description: Mapped[str] = mapped_column(Text)
    #: Outcomes then.
    outcomes: Mapped[list[str]]
    #: Topics then.
    topics: Mapped[list[str]]
    #: Everything else that was printed: program, level, credits, clock_hours, delivery, credentials, prerequisites.
    facts: Mapped[dict[str, Any]]
    #: One of PAIR_VERDICTS, as the matcher said: its best need among the upper tiers.
    verdict: Mapped[str] = mapped_column(String(10))
    #: Code of the need behind the verdict; NULL when unrelated or unknown.
    need_code: Mapped[str | None] = mapped_column(String(40))
    #: Reason codes about the course itself.
    reasons: Mapped[list[str]]


class RunPair(Base):
    """What a run says of one need and one course: only related pairs are kept."""

    __tablename__ = "run_pair"
    __table_args__ = (
        UniqueConstraint("run_id", "need_code", "college_code", "course_code"),
        CheckConstraint(f"verdict IN {PAIR_VERDICTS}", name="verdict"),
        ForeignKeyConstraint(["run_id", "need_code"], ["run_need.run_id", "run_need.code"]),
        ForeignKeyConstraint(
            ["run_id", "college_code", "course_code"],
            ["run_course.run_id", "run_course.college_code", "run_course.code"],
        ),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The run.
    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id"), index=True)
    #: Code of the need.
    need_code: Mapped[str] = mapped_column(String(40))
    #: Code of the college.
    college_code: Mapped[str] = mapped_column(String(40))
    #: Code of the course.
    course_code: Mapped[str] = mapped_column(String(60))
    #: One of PAIR_VERDICTS.
    verdict: Mapped[str] = mapped_column(String(10))
    #: How sure the matcher is that the pair is related, 0–1; orders the courses of a need.
    score: Mapped[float]
    #: Numbers of the covered elements, from 0.
    covered: Mapped[list[int]]
    #: Numbers of the missing elements, from 0.
    missing: Mapped[list[int]]
    #: Verbatim sentences that prove the covered elements: element, quote, field, item, offset, score.
    evidence: Mapped[list[dict[str, Any]]]
    #: The nearest sentence to each missing element, in the same form.
    nearest: Mapped[list[dict[str, Any]]]
    #: Reason codes.
    reasons: Mapped[list[str]]


class VerdictDecision(Base):
    """A reviewer's word on one pair of one run; the latest one counts, all are kept."""

    __tablename__ = "verdict_decision"
    __table_args__ = (
        CheckConstraint(f"verdict IN {PAIR_VERDICTS}", name="verdict"),
        CheckConstraint("is_confirmation OR reason != ''", name="override_has_reason"),
    )
    #: Row number, in order of deciding.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The run.
    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id"), index=True)
    #: Code of the need.
    need_code: Mapped[str] = mapped_column(String(40))
    #: Code of the college.
    college_code: Mapped[str] = mapped_column(String(40))
    #: Code of the course.
    course_code: Mapped[str] = mapped_column(String(60))
    #: Whether the reviewer agreed with the matcher.
    is_confirmation: Mapped[bool]
    #: The verdict that now holds, one of PAIR_VERDICTS.
    verdict: Mapped[str] = mapped_column(String(10))
    #: Why, in the reviewer's words; an override has one.
    reason: Mapped[str] = mapped_column(Text)
    #: The person who decided.
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: Their name, as shown then.
    decided_by_name: Mapped[str] = mapped_column(String(120))
    #: When (UTC).
    decided_at: Mapped[datetime] = mapped_column(UtcMoment)


class Revision(Base):
    """The revision of one course for one need, as the college reports it."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("run_id", "need_code", "college_code", "course_code"),
        CheckConstraint(f"state IN {REVISION_STATES}", name="state"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The run whose verdict asked for it.
    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id"), index=True)
    #: Code of the need.
    need_code: Mapped[str] = mapped_column(String(40))
    #: Code of the college.
    college_code: Mapped[str] = mapped_column(String(40))
    #: Code of the course.
    course_code: Mapped[str] = mapped_column(String(60))
    #: One of REVISION_STATES.
    state: Mapped[str] = mapped_column(String(10))
    #: When it was started (UTC).
    started_at: Mapped[datetime] = mapped_column(UtcMoment)
    #: When it was done (UTC); NULL before.
    done_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class RevisionStep(Base):
    """One step of a revision: who set which state, with which note."""

    __tablename__ = "revision_step"
    #: Row number, in order.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The revision.
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    #: The state that was set, or "reopened".
    state: Mapped[str] = mapped_column(String(10))
    #: A note; empty when none.
    note: Mapped[str] = mapped_column(Text)
    #: Who, as shown then.
    by_name: Mapped[str] = mapped_column(String(120))
    #: When (UTC).
    at: Mapped[datetime] = mapped_column(UtcMoment)
