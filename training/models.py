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


class Occupation(Base):
    """An apprenticeable occupation: hours on the job, hours of related instruction, and what must be mastered."""

    __tablename__ = "occupation"
    __table_args__ = (
        UniqueConstraint("partnership_id", "title"),
        CheckConstraint("ojl_minutes >= 0", name="ojl_minutes"),
        CheckConstraint("ri_minutes >= 0", name="ri_minutes"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership that plans with it.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: Title as its standards write it.
    title: Mapped[str] = mapped_column(String(200))
    #: O*NET-SOC code; empty when not said.
    onet_code: Mapped[str] = mapped_column(String(20))
    #: RAPIDS code; empty when not said.
    rapids_code: Mapped[str] = mapped_column(String(20))
    #: time, competency or hybrid.
    approach: Mapped[str] = mapped_column(String(12))
    #: On-the-job learning in all, in minutes.
    ojl_minutes: Mapped[int]
    #: Related instruction in all, in minutes.
    ri_minutes: Mapped[int]
    #: Where its figures come from; empty when not said.
    source: Mapped[str] = mapped_column(Text)


class WorkProcess(Base):
    """A job function of an occupation's work process schedule; its hours are those of its competencies."""

    __tablename__ = "work_process"
    __table_args__ = (UniqueConstraint("occupation_id", "position"),)
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The occupation.
    occupation_id: Mapped[int] = mapped_column(ForeignKey("occupation.id"), index=True)
    #: Place in the schedule, from 0.
    position: Mapped[int]
    #: The job function in words.
    title: Mapped[str] = mapped_column(String(200))


class Competency(Base):
    """Something that an apprentice must show, with its share of the hours."""

    __tablename__ = "competency"
    __table_args__ = (
        UniqueConstraint("work_process_id", "position"),
        CheckConstraint("ojl_minutes >= 0", name="ojl_minutes"),
        CheckConstraint("ri_minutes >= 0", name="ri_minutes"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The job function that it belongs to.
    work_process_id: Mapped[int] = mapped_column(ForeignKey("work_process.id"), index=True)
    #: Place within the job function, from 0.
    position: Mapped[int]
    #: Short code, unique within the occupation.
    code: Mapped[str] = mapped_column(String(20))
    #: What is shown, as an observable act.
    title: Mapped[str] = mapped_column(String(300))
    #: Its share of the on-the-job learning, in minutes.
    ojl_minutes: Mapped[int]
    #: Its share of the related instruction, in minutes; 0 when it is learned on the job only.
    ri_minutes: Mapped[int]
    #: Part of the related instruction that it belongs to; empty when there are no parts.
    module: Mapped[str] = mapped_column(String(100))
    #: Codes of the skill needs whose matching courses cover it; empty when staff link courses alone.
    need_codes: Mapped[list[str]]


class CompetencyCourse(Base):
    """A course that staff say covers a competency, beside those that the match run found."""

    __tablename__ = "competency_course"
    __table_args__ = (UniqueConstraint("competency_id", "organisation_id", "course_code"),)
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The competency.
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"), index=True)
    #: The college.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: Course code as the college's catalog prints it.
    course_code: Mapped[str] = mapped_column(String(60))
    #: Who linked it, as shown then.
    by_name: Mapped[str] = mapped_column(String(120))


class Apprenticeship(Base):
    """A plan of an apprenticeship: what was asked for, what was chosen, who agrees."""

    __tablename__ = "apprenticeship"
    __table_args__ = (
        CheckConstraint("credit_cap_percent BETWEEN 0 AND 100", name="credit_cap_percent"),
        CheckConstraint("visit_minutes > 0", name="visit_minutes"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: The occupation.
    occupation_id: Mapped[int] = mapped_column(ForeignKey("occupation.id"))
    #: The firm whose apprentices it is for; NULL for a pattern of the whole partnership.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: Name of the plan.
    title: Mapped[str] = mapped_column(String(200))
    #: For whom it is, in words such as "two operators of the second shift"; empty when not said.
    apprentices: Mapped[str] = mapped_column(String(200))
    #: Day on which it begins; NULL when not decided.
    starts_on: Mapped[date | None]
    #: What is made least first: cost, travel, colleges or hours.
    objective: Mapped[str] = mapped_column(String(10))
    #: Whether only evenings, online and the plant itself are possible.
    evenings_only: Mapped[bool]
    #: Most instruction online, in minutes; NULL for no limit.
    max_online_minutes: Mapped[int | None]
    #: Most instruction at the plant, in minutes; NULL for no limit.
    max_plant_minutes: Mapped[int | None]
    #: Most courses that cover one competency; NULL for no limit.
    max_per_competency: Mapped[int | None]
    #: Length of one day at a college, in minutes, from which trips are reckoned.
    visit_minutes: Mapped[int]
    #: Most of the hours that credit may take away, in percent.
    credit_cap_percent: Mapped[int]
    #: Journeyworkers for each apprentice, as the sponsor writes it; empty while not filled in.
    ratio: Mapped[str] = mapped_column(String(200))
    #: Term, as the sponsor writes it; empty while not filled in.
    term: Mapped[str] = mapped_column(String(200))
    #: Probation, as the sponsor writes it; empty while not filled in.
    probation: Mapped[str] = mapped_column(String(200))
    #: open, agreed or objects.
    employer_state: Mapped[str] = mapped_column(String(10))
    #: Who speaks for the employer, with a note if any; empty while open.
    employer_name: Mapped[str] = mapped_column(String(300))
    #: Day of the employer's word; NULL while open.
    employer_on: Mapped[date | None]
    #: open, agreed or objects.
    worker_state: Mapped[str] = mapped_column(String(10))
    #: Who speaks for the workers, with a note if any; empty while open.
    worker_name: Mapped[str] = mapped_column(String(300))
    #: Day of the workers' word; NULL while open.
    worker_on: Mapped[date | None]
    #: When courses were chosen (UTC); NULL before, and again after something has changed.
    worked_out_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    #: Match run from which coverage was read; NULL when there was none or nothing is chosen yet.
    run_id: Mapped[int | None] = mapped_column(ForeignKey("match_run.id"))
    #: Related instruction that no allowed course gives, in minutes; 0 when all is reached or nothing is chosen yet.
    missing_minutes: Mapped[int]
    #: Codes of competencies that no chosen course covers, each with the reason ("S1", "only in the daytime").
    uncovered: Mapped[list[dict[str, Any]]]
    #: Who made it, as shown then.
    made_by_name: Mapped[str] = mapped_column(String(120))
    #: When it was made (UTC).
    made_at: Mapped[datetime] = mapped_column(UtcMoment)


class ApprenticeshipCollege(Base):
    """What a college's courses cost and how far it is, for one plan."""

    __tablename__ = "apprenticeship_college"
    __table_args__ = (UniqueConstraint("apprenticeship_id", "organisation_id"),)
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The plan.
    apprenticeship_id: Mapped[int] = mapped_column(ForeignKey("apprenticeship.id"), index=True)
    #: The college.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: Miles from the plant, one way; NULL when not said.
    miles: Mapped[int | None]
    #: Price of a credit hour in cents; NULL when not said.
    credit_cents: Mapped[int | None]
    #: Price of a clock hour in cents, where a course has no credits; NULL when not said.
    hour_cents: Mapped[int | None]


class ApprenticeshipMastery(Base):
    """A competency that the apprentice has shown before the plan begins."""

    __tablename__ = "apprenticeship_mastery"
    __table_args__ = (UniqueConstraint("apprenticeship_id", "competency_id"),)
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The plan.
    apprenticeship_id: Mapped[int] = mapped_column(ForeignKey("apprenticeship.id"), index=True)
    #: The competency.
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"))
    #: How it was shown, such as a certificate or a test; empty when not said.
    evidence: Mapped[str] = mapped_column(String(300))


class ApprenticeshipCourse(Base):
    """A course that a plan chose, copied so that later catalogs do not rewrite it."""

    __tablename__ = "apprenticeship_course"
    #: Row number, in the order of the outline.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The plan.
    apprenticeship_id: Mapped[int] = mapped_column(ForeignKey("apprenticeship.id"), index=True)
    #: Code of the college.
    college_code: Mapped[str] = mapped_column(String(40))
    #: Name of the college, as it was then.
    college_name: Mapped[str] = mapped_column(String(200))
    #: Course code.
    code: Mapped[str] = mapped_column(String(60))
    #: Title, as it was then.
    title: Mapped[str] = mapped_column(String(300))
    #: Related instruction that it gives, in minutes.
    minutes: Mapped[int]
    #: Whether the hours were reckoned from credits.
    is_from_credits: Mapped[bool]
    #: campus, online or plant.
    place: Mapped[str] = mapped_column(String(10))
    #: Ways of delivery as the catalog states them.
    delivery: Mapped[list[str]]
    #: Price in cents; NULL when not known.
    cost_cents: Mapped[int | None]
    #: Miles driven for it in all, there and back; NULL when not known.
    miles: Mapped[int | None]
    #: Codes of the competencies that it covers.
    competency_codes: Mapped[list[str]]
    #: When it is taken, as the sponsor writes it; empty while not filled in.
    when_taken: Mapped[str] = mapped_column(String(100))
