"""Apprenticeable occupations, and plans that choose courses for their related instruction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Base, UtcMoment


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
