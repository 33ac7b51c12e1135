"""Match runs with everything they saw and said, reviewers' decisions over them, and revisions.

A finished run is never edited: codes, names and texts are copied in, so later edits cannot rewrite history.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from base.database import Base, UtcMoment

RUN_STATES = ("running", "done", "failed")
PAIR_VERDICTS = ("match", "revise", "unrelated", "unknown")
NEED_VERDICTS = ("covered", "revise", "gap")
ORIGIN_KINDS = ("undo", "settlement", "takeover")
VERSION_STATES = ("fitting", "fitted", "declined", "failed")
REVISION_STATES = ("draft", "proposed", "with_committee", "approved", "in_catalog", "declined", "withdrawn")


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


class RevisionRequest(Base):
    """A request to revise one course, or to add a new one, for a need of a run; what it proposes and how far it is."""

    __tablename__ = "revision_request"
    __table_args__ = (
        CheckConstraint(f"state IN {REVISION_STATES}", name="state"),
        CheckConstraint("is_new_course OR course_code != ''", name="revised_course"),
    )
    #: Row number, printed on the request's form.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The run whose verdict asked for it; its copy of the course is the old text.
    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id"), index=True)
    #: Code of the need that it serves first.
    need_code: Mapped[str] = mapped_column(String(40))
    #: Code of the college.
    college_code: Mapped[str] = mapped_column(String(40), index=True)
    #: Code of the course; of a new course the proposed code, empty while there is none.
    course_code: Mapped[str] = mapped_column(String(60))
    #: Whether the course does not exist yet.
    is_new_course: Mapped[bool]
    #: One of REVISION_STATES.
    state: Mapped[str] = mapped_column(String(20))
    #: Proposed title.
    title: Mapped[str] = mapped_column(String(300))
    #: Proposed description.
    description: Mapped[str] = mapped_column(Text)
    #: Proposed outcomes, in order.
    outcomes: Mapped[list[str]]
    #: Proposed credits; NULL when not said.
    credits: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    #: Proposed clock hours; NULL when not said.
    clock_hours: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    #: Proposed prerequisites; empty when there are none.
    prerequisites: Mapped[str] = mapped_column(Text)
    #: Why, in the reviewer's words; empty when not said.
    reason: Mapped[str] = mapped_column(Text)
    #: When the draft was begun (UTC).
    started_at: Mapped[datetime] = mapped_column(UtcMoment)
    #: When it came into the catalog, was declined or withdrawn (UTC); NULL while it is open.
    ended_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class RevisionStep(Base):
    """One step of a revision request: who set which state, with which note."""

    __tablename__ = "revision_request_step"
    #: Row number, in order.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The request.
    request_id: Mapped[int] = mapped_column(ForeignKey("revision_request.id"), index=True)
    #: The state that was set, one of REVISION_STATES.
    state: Mapped[str] = mapped_column(String(20))
    #: A note; empty when none.
    note: Mapped[str] = mapped_column(Text)
    #: Who, as shown then; the edition that closed the request by itself.
    by_name: Mapped[str] = mapped_column(String(120))
    #: When (UTC).
    at: Mapped[datetime] = mapped_column(UtcMoment)


class RevisionCheck(Base):
    """What one edition printed of a request: each proposed change found, reworded or missing."""

    __tablename__ = "revision_check"
    #: Row number, in order.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The request.
    request_id: Mapped[int] = mapped_column(ForeignKey("revision_request.id"), index=True)
    #: Number of the college's edition that was read.
    edition_number: Mapped[int]
    #: Its label then.
    edition_label: Mapped[str] = mapped_column(String(100))
    #: Code of the course in that edition; empty when the edition has no such course.
    course_code: Mapped[str] = mapped_column(String(60))
    #: Whether the edition prints what was asked for.
    is_adopted: Mapped[bool]
    #: Change by change: part, proposed, state ("found", "reworded" or "missing"), printed.
    findings: Mapped[list[dict[str, Any]]]
    #: When it was read (UTC).
    checked_at: Mapped[datetime] = mapped_column(UtcMoment)


class DecisionOrigin(Base):
    """How a decision came about that is more than a reviewer's own word; a decision without a row here is that."""

    __tablename__ = "decision_origin"
    __table_args__ = (
        CheckConstraint(f"kind IN {ORIGIN_KINDS}", name="kind"),
        CheckConstraint("kind = 'settlement' OR earlier_id IS NOT NULL", name="has_earlier"),
    )
    #: The decision.
    decision_id: Mapped[int] = mapped_column(ForeignKey("verdict_decision.id"), primary_key=True)
    #: "undo" takes an earlier decision back, "settlement" ends a dispute, "takeover" repeats one of an earlier run.
    kind: Mapped[str] = mapped_column(String(10))
    #: The decision that is taken back or taken over; NULL for a settlement.
    earlier_id: Mapped[int | None] = mapped_column(ForeignKey("verdict_decision.id"))


class MatcherVersion(Base):
    """A model of the matcher fitted on a partnership's decisions, with what it was worth on held-out ones."""

    __tablename__ = "matcher_version"
    __table_args__ = (
        UniqueConstraint("partnership_id", "number"),
        CheckConstraint(f"state IN {VERSION_STATES}", name="state"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: Number within the partnership, from 1.
    number: Mapped[int]
    #: One of VERSION_STATES.
    state: Mapped[str] = mapped_column(String(10))
    #: The version that it started from; NULL for the model of the installation.
    base_id: Mapped[int | None] = mapped_column(ForeignKey("matcher_version.id"))
    #: Row numbers of the decisions that it is fitted on.
    decision_ids: Mapped[list[int]]
    #: The model, JSON as the matcher writes it; empty until fitted.
    content: Mapped[str] = deferred(mapped_column(Text, nullable=False))
    #: SHA-256 of the content, hex; empty until fitted.
    digest: Mapped[str] = mapped_column(String(64), default="")
    #: Version of the matcher with this model, as runs record it; empty until fitted.
    engine_version: Mapped[str] = mapped_column(String(40), default="")
    #: What it is worth beside its base on held-out decisions, as matching.learning.Comparison; empty until fitted.
    comparison: Mapped[dict[str, Any]]
    #: Why it could not be fitted, in words; empty otherwise.
    failure: Mapped[str] = mapped_column(Text, default="")
    #: Who asked for it, as shown then.
    started_by_name: Mapped[str] = mapped_column(String(120))
    #: When (UTC).
    started_at: Mapped[datetime] = mapped_column(UtcMoment)
    #: When the fit ended (UTC); NULL while it is fitted.
    ended_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    #: Who declined it, as shown then; empty otherwise.
    declined_by_name: Mapped[str] = mapped_column(String(120), default="")
    #: When it was declined (UTC); NULL otherwise.
    declined_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    #: Why it was declined; empty otherwise.
    decline_reason: Mapped[str] = mapped_column(Text, default="")


class MatcherChoice(Base):
    """Which model a partnership's new runs use: the latest row counts, all are kept."""

    __tablename__ = "matcher_choice"
    #: Row number, in order of choosing.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: The version chosen; NULL for the model of the installation.
    version_id: Mapped[int | None] = mapped_column(ForeignKey("matcher_version.id"))
    #: Why, in the words of who chose; empty when none were needed.
    reason: Mapped[str] = mapped_column(Text)
    #: Who chose, as shown then.
    chosen_by_name: Mapped[str] = mapped_column(String(120))
    #: When (UTC).
    chosen_at: Mapped[datetime] = mapped_column(UtcMoment)
