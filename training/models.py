"""Training requests, cohorts, what firms answered about themselves, credentials that are paid for, and counts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Base, UtcMoment

TIMES = ("days", "evenings", "weekends")
PLACES = ("campus", "plant", "online")
DELIVERIES = ("any", "taught", "hybrid", "at work")
REQUEST_STATES = ("open", "placed", "withdrawn")
COHORT_STATES = ("confirmed", "running", "completed", "cancelled")
SUBMISSION_STATES = ("waiting", "accepted", "declined")
MEASURES = ("workers_requested", "seats_confirmed", "completions", "credentials_earned")


class TrainingRequest(Base):
    """What one firm asks for: seats in a course, or training for a need, for a number of workers."""

    __tablename__ = "training_request"
    __table_args__ = (
        CheckConstraint(f"times IN {TIMES}", name="times"),
        CheckConstraint(f"place IN {PLACES}", name="place"),
        CheckConstraint(f"delivery IN {DELIVERIES}", name="delivery"),
        CheckConstraint(f"state IN {REQUEST_STATES}", name="state"),
        CheckConstraint("n_workers > 0", name="n_workers"),
        CheckConstraint("earliest_on <= latest_on", name="dates"),
        CheckConstraint("(course_code = '') != (need_code = '')", name="course_or_need"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership in which it was asked.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: The firm that asks.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: Code of the skill need; empty when a course was asked for.
    need_code: Mapped[str] = mapped_column(String(40), default="")
    #: Code of the course's college; empty when a need was asked for.
    college_code: Mapped[str] = mapped_column(String(40), default="")
    #: Code of the course; empty when a need was asked for.
    course_code: Mapped[str] = mapped_column(String(60), default="")
    #: Title of the course or need, as it read when it was asked for.
    title: Mapped[str] = mapped_column(String(300))
    #: Workers to be trained.
    n_workers: Mapped[int]
    #: When they can come, one of TIMES.
    times: Mapped[str] = mapped_column(String(10))
    #: Where, one of PLACES.
    place: Mapped[str] = mapped_column(String(10))
    #: How it is taught, one of DELIVERIES.
    delivery: Mapped[str] = mapped_column(String(10), default="any")
    #: Earliest day on which the training may begin.
    earliest_on: Mapped[date]
    #: Latest day on which it may begin.
    latest_on: Mapped[date]
    #: What else the firm wrote; empty when nothing.
    note: Mapped[str] = mapped_column(Text, default="")
    #: Credential that the workers are to earn; empty when none was named.
    credential: Mapped[str] = mapped_column(String(200), default="")
    #: Price per worker in cents; NULL when not known yet.
    cost_cents: Mapped[int | None]
    #: Hours of training per worker; NULL when not known yet.
    training_hours: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))
    #: Credit hours of the training; NULL when it is not measured in credits, or they are not known yet.
    credit_hours: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    #: Workers by the number of their worker group (as text); empty when nobody has said who goes.
    group_counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: One of REQUEST_STATES.
    state: Mapped[str] = mapped_column(String(10), default="open")
    #: When it was asked (UTC).
    asked_at: Mapped[datetime] = mapped_column(UtcMoment)


class RequestStep(Base):
    """One line of a request's history, for the firm and the convener."""

    __tablename__ = "training_request_step"
    #: Row number, in order of happening.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The request.
    request_id: Mapped[int] = mapped_column(ForeignKey("training_request.id"), index=True)
    #: Who did it, as shown then.
    by_name: Mapped[str] = mapped_column(String(120))
    #: What happened, in words that name no other firm.
    words: Mapped[str] = mapped_column(Text)
    #: When (UTC).
    happened_at: Mapped[datetime] = mapped_column(UtcMoment)


class SmallestSection(Base):
    """The fewest workers for whom a college runs a section, for all its courses or for one."""

    __tablename__ = "smallest_section"
    __table_args__ = (CheckConstraint("n_workers > 0", name="n_workers"),)
    #: The partnership.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), primary_key=True)
    #: Code of the college; empty for needs that no college has taken up yet.
    college_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: Code of the course; empty for all courses of the college.
    course_code: Mapped[str] = mapped_column(String(60), primary_key=True)
    #: Fewest workers.
    n_workers: Mapped[int]


class Cohort(Base):
    """Workers of one or several firms who are taught together, from the confirmation to the end."""

    __tablename__ = "cohort"
    __table_args__ = (
        CheckConstraint(f"state IN {COHORT_STATES}", name="state"),
        CheckConstraint("n_seats > 0", name="n_seats"),
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("state != 'cancelled' OR reason != ''", name="cancelled_has_reason"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: The college that teaches it.
    college_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: Code of the course; empty when it is made for these firms.
    course_code: Mapped[str] = mapped_column(String(60), default="")
    #: Code of the need that was asked for; empty when a course was.
    need_code: Mapped[str] = mapped_column(String(40), default="")
    #: What is taught, in words.
    title: Mapped[str] = mapped_column(String(300))
    #: When it meets, one of TIMES.
    times: Mapped[str] = mapped_column(String(10))
    #: Where it meets, in words.
    place: Mapped[str] = mapped_column(String(200))
    #: First day.
    starts_on: Mapped[date]
    #: Last day.
    ends_on: Mapped[date]
    #: Seats in the room.
    n_seats: Mapped[int]
    #: One of COHORT_STATES.
    state: Mapped[str] = mapped_column(String(10), default="confirmed")
    #: Why it was cancelled; empty otherwise.
    reason: Mapped[str] = mapped_column(Text, default="")
    #: Who confirmed it, as shown then.
    confirmed_by_name: Mapped[str] = mapped_column(String(120))
    #: When it was confirmed (UTC).
    confirmed_at: Mapped[datetime] = mapped_column(UtcMoment)
    #: When its state last changed (UTC).
    changed_at: Mapped[datetime] = mapped_column(UtcMoment)


class CohortSeats(Base):
    """The seats of one request in a cohort, and what came of them."""

    __tablename__ = "cohort_seats"
    __table_args__ = (
        CheckConstraint("n_seats > 0", name="n_seats"),
        CheckConstraint("n_completed IS NULL OR n_completed BETWEEN 0 AND n_seats", name="n_completed"),
    )
    #: The cohort.
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    #: The request.
    request_id: Mapped[int] = mapped_column(ForeignKey("training_request.id"), primary_key=True)
    #: Seats confirmed.
    n_seats: Mapped[int]
    #: Workers who completed; NULL until the cohort is completed.
    n_completed: Mapped[int | None]
    #: Credentials earned: objects with "title" and "n".
    credentials: Mapped[list[dict[str, Any]]] = mapped_column(default=list)


class OutcomeCorrection(Base):
    """One correction of what came of a request's seats after the cohort was completed; lines are never changed."""

    __tablename__ = "outcome_correction"
    __table_args__ = (
        CheckConstraint("reason != ''", name="reason"),
        CheckConstraint("n_completed >= 0", name="n_completed"),
        CheckConstraint("was_n_completed >= 0", name="was_n_completed"),
    )
    #: Row number, in order of happening.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The cohort.
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    #: The request whose numbers were corrected.
    request_id: Mapped[int] = mapped_column(ForeignKey("training_request.id"))
    #: Workers who completed, as it stood before.
    was_n_completed: Mapped[int]
    #: Workers who completed, as it stands since.
    n_completed: Mapped[int]
    #: Credentials earned as they stood before: objects with "title" and "n".
    was_credentials: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    #: Credentials earned as they stand since.
    credentials: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    #: Why, in words that the firm reads.
    reason: Mapped[str] = mapped_column(Text)
    #: The correction that this one takes back; NULL for one that takes none back.
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("outcome_correction.id"))
    #: Who corrected it, as shown then.
    by_name: Mapped[str] = mapped_column(String(120))
    #: When (UTC).
    corrected_at: Mapped[datetime] = mapped_column(UtcMoment)


class TrainingCount(Base):
    """One change of a count that the region may see later; lines are added and never changed."""

    __tablename__ = "training_count"
    __table_args__ = (CheckConstraint(f"measure IN {MEASURES}", name="measure"),)
    #: Row number, in order of happening.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: The firm whose workers are counted; never shown.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: One of MEASURES.
    measure: Mapped[str] = mapped_column(String(20))
    #: Code of the college; empty where none has taken the request up.
    college_code: Mapped[str] = mapped_column(String(40), default="")
    #: How much the count changes; negative when something is taken back.
    amount: Mapped[int]
    #: When (UTC).
    happened_at: Mapped[datetime] = mapped_column(UtcMoment)


class FirmFacts(Base):
    """What a firm answered once, so that every request can be held against the funding rules."""

    __tablename__ = "firm_facts"
    __table_args__ = (CheckConstraint("n_employees > 0", name="n_employees"),)
    #: The partnership.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), primary_key=True)
    #: The firm.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    #: Number of employees.
    n_employees: Mapped[int]
    #: Full years in business; NULL when not said.
    n_years: Mapped[int | None]
    #: Line of business, a NAICS code of 2 to 6 digits; empty when not said.
    naics_code: Mapped[str] = mapped_column(String(6), default="")
    #: State, two letters.
    state_code: Mapped[str] = mapped_column(String(2))
    #: County; empty when not said.
    county: Mapped[str] = mapped_column(String(80), default="")
    #: Cents that each program has granted in its current year, by program code; a missing program granted nothing.
    granted_cents: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Who answered, as shown then.
    by_name: Mapped[str] = mapped_column(String(120))
    #: When (UTC).
    answered_at: Mapped[datetime] = mapped_column(UtcMoment)


class WorkerGroup(Base):
    """Workers of a firm who earn about the same and have been there about as long."""

    __tablename__ = "worker_group"
    __table_args__ = (
        CheckConstraint("wage_cents >= 0", name="wage_cents"),
        CheckConstraint("n_months >= 0", name="n_months"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: The firm.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: Name in the firm's words.
    name: Mapped[str] = mapped_column(String(80))
    #: Wage in cents per hour, without extras.
    wage_cents: Mapped[int]
    #: Full months that they have worked for the firm.
    n_months: Mapped[int]
    #: Whether they were hired for new jobs.
    is_new_hire: Mapped[bool] = mapped_column(default=False)


class ReimbursableCredential(Base):
    """A credential that a program pays for, from the program's list or accepted by the region's reviewers."""

    __tablename__ = "reimbursable_credential"
    __table_args__ = (
        UniqueConstraint("partnership_id", "program", "title", "issuer"),
        CheckConstraint("amount_cents IS NULL OR amount_cents >= 0", name="amount_cents"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership that keeps the list.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: Name of the program that pays.
    program: Mapped[str] = mapped_column(String(120))
    #: Title of the credential.
    title: Mapped[str] = mapped_column(String(200))
    #: Who issues it.
    issuer: Mapped[str] = mapped_column(String(200))
    #: Most that is paid per credential, in cents; NULL when the list does not say.
    amount_cents: Mapped[int | None]
    #: Since when it is listed.
    since_on: Mapped[date]
    #: Where it comes from: the name of the list's file, or "accepted by the region".
    source: Mapped[str] = mapped_column(String(200))


class CredentialSubmission(Base):
    """A credential that a firm asks to have listed."""

    __tablename__ = "credential_submission"
    __table_args__ = (
        CheckConstraint(f"state IN {SUBMISSION_STATES}", name="state"),
        CheckConstraint("state != 'declined' OR reason != ''", name="declined_has_reason"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: The firm that asks; never named to other firms.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: Title of the credential.
    title: Mapped[str] = mapped_column(String(200))
    #: Who issues it.
    issuer: Mapped[str] = mapped_column(String(200))
    #: Syllabus as text; empty when a file was sent.
    syllabus: Mapped[str] = mapped_column(Text, default="")
    #: Name of the syllabus file; empty when none was sent.
    syllabus_filename: Mapped[str] = mapped_column(String(200), default="")
    #: The syllabus file; NULL when none was sent.
    syllabus_file: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: Skills that it teaches.
    skills: Mapped[str] = mapped_column(Text)
    #: Why it is worth something to workers of other firms too.
    evidence: Mapped[str] = mapped_column(Text)
    #: Clock hours of training.
    clock_hours: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    #: Price per person in cents.
    cost_cents: Mapped[int]
    #: One of SUBMISSION_STATES.
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    #: Why it was accepted or declined, in words for the firm; empty while it waits.
    reason: Mapped[str] = mapped_column(Text, default="")
    #: Who sent it, as shown then.
    sent_by_name: Mapped[str] = mapped_column(String(120))
    #: When it was sent (UTC).
    sent_at: Mapped[datetime] = mapped_column(UtcMoment)
    #: Who decided, as shown then; empty while it waits.
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    #: When it was decided (UTC); NULL while it waits.
    decided_at: Mapped[datetime | None] = mapped_column(UtcMoment)
