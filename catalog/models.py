"""Catalog editions, their courses, what was rejected, and uploads that wait for a look."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Base, UtcMoment


class Edition(Base):
    """A dated, immutable edition of one institution's catalog."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The college or university.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: Number within the institution, from 1.
    number: Mapped[int]
    #: Name such as "2026–27 catalog".
    label: Mapped[str] = mapped_column(String(100))
    #: Name of the file that it was read from.
    filename: Mapped[str] = mapped_column(String(255))
    #: SHA-256 of that file, hex.
    file_digest: Mapped[str] = mapped_column(String(64))
    #: Which column fed which field; empty for files that need no mapping.
    mapping: Mapped[dict[str, Any]]
    #: Records seen in the file: stored, rejected and duplicate ones together.
    n_seen: Mapped[int]
    #: Who imported it, as shown then.
    imported_by_name: Mapped[str] = mapped_column(String(120))
    #: When it was imported (UTC).
    imported_at: Mapped[datetime] = mapped_column(UtcMoment)


class Course(Base):
    """A course as one edition prints it."""

    __tablename__ = "course"
    __table_args__ = (UniqueConstraint("edition_id", "code"),)
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The edition.
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    #: Course code as printed.
    code: Mapped[str] = mapped_column(String(60))
    #: Title as printed.
    title: Mapped[str] = mapped_column(String(300))
    #: Description as printed; empty when the file has none.
    description: Mapped[str] = mapped_column(Text)
    #: Course outcomes, in order; empty when none are stated.
    outcomes: Mapped[list[str]]
    #: Topical outline, in order; empty when none is stated.
    topics: Mapped[list[str]]
    #: Program that the course belongs to; empty when not said.
    program: Mapped[str] = mapped_column(String(200))
    #: basic, working or advanced; empty when not said.
    level: Mapped[str] = mapped_column(String(10))
    #: Fewest credits; NULL when not said.
    credits_min: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    #: Most credits; NULL when not said.
    credits_max: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    #: Clock hours; NULL when not said.
    clock_hours: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    #: Ways of delivery ("on campus", "evenings", …); empty when not said.
    delivery: Mapped[list[str]]
    #: Credentials that the course prepares for; empty when none are said.
    credentials: Mapped[list[str]]
    #: Prerequisites as printed; empty when none are said.
    prerequisites: Mapped[str] = mapped_column(Text)
    #: Day of the last offering; NULL when not said.
    last_offered_on: Mapped[date | None]
    #: Whether the course gives no credit.
    is_noncredit: Mapped[bool]
    #: Codes of the Classification of Instructional Programs ("48.0508"); empty when none is said.
    cip_codes: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    #: Who wrote the record in by hand before it was stored, as shown then; empty when it stands as the file has it.
    corrected_by_name: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    #: Where in the file it stood, such as "row 12".
    place: Mapped[str] = mapped_column(String(100))


class ImportNote(Base):
    """A record that was not stored, or a doubt about one that was: nothing is dropped silently."""

    __tablename__ = "import_note"
    #: Row number, in file order.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The edition.
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    #: rejected, duplicate or doubt.
    kind: Mapped[str] = mapped_column(String(10))
    #: Where in the file, such as "row 12".
    place: Mapped[str] = mapped_column(String(100))
    #: Why, in words.
    reason: Mapped[str] = mapped_column(Text)
    #: The text as it stood in the file, shortened.
    raw: Mapped[str] = mapped_column(Text)


class PendingImport(Base):
    """An uploaded file whose columns somebody is still looking at."""

    __tablename__ = "pending_import"
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The college or university.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: Name of the file.
    filename: Mapped[str] = mapped_column(String(255))
    #: The file itself.
    content: Mapped[bytes] = mapped_column(LargeBinary)
    #: Label of the edition-to-be.
    label: Mapped[str] = mapped_column(String(100))
    #: Records written in by hand, by their place in the file: field to text, and who wrote them; empty when none are.
    corrections: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    #: Who uploaded it, as shown then.
    uploaded_by_name: Mapped[str] = mapped_column(String(120))
    #: When (UTC).
    uploaded_at: Mapped[datetime] = mapped_column(UtcMoment)


class Credential(Base):
    """A credential that people of the region can earn: a certificate, an industry certification, a degree."""

    __tablename__ = "credential"
    __table_args__ = (
        UniqueConstraint("partnership_id", "code"),
        CheckConstraint("cost_cents IS NULL OR cost_cents >= 0", name="cost_cents"),
        CheckConstraint("clock_minutes IS NULL OR clock_minutes >= 0", name="clock_minutes"),
        CheckConstraint("valid_months IS NULL OR valid_months > 0", name="valid_months"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership whose lattice it belongs to.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: Short code, unique in the partnership; files name credentials by it.
    code: Mapped[str] = mapped_column(String(40))
    #: Title as its issuer writes it.
    title: Mapped[str] = mapped_column(String(200))
    #: One of credential_records.KINDS.
    kind: Mapped[str] = mapped_column(String(40))
    #: Who awards it; empty when not said.
    issuer: Mapped[str] = mapped_column(String(200))
    #: Body that stands behind it, such as an industry association; empty when none is named.
    endorsed_by: Mapped[str] = mapped_column(String(200))
    #: The college whose own credential it is; NULL when it belongs to the whole partnership.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    #: Instruction in all, in minutes, with what stacks into it; NULL when not said.
    clock_minutes: Mapped[int | None]
    #: Price of earning it without the courses (fees, examinations), in US cents; NULL when not said.
    cost_cents: Mapped[int | None]
    #: Months until it must be renewed; NULL when it does not run out or nobody has said.
    valid_months: Mapped[int | None]
    #: Where its facts come from, in words or as an address; empty when not said.
    source: Mapped[str] = mapped_column(String(500))
    #: What its holder can do, in plain words; empty when not said.
    description: Mapped[str] = mapped_column(Text)
    #: Who confirmed its facts and links last, as shown then; NULL while nobody has since they changed.
    confirmed_by_name: Mapped[str | None] = mapped_column(String(120))
    #: When they were confirmed (UTC); NULL while they are not.
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    #: When it was changed last (UTC).
    changed_at: Mapped[datetime] = mapped_column(UtcMoment)


class CredentialRequirementGroup(Base):
    """A group of things of which a credential requires all, or a number."""

    __tablename__ = "credential_requirement_group"
    __table_args__ = (
        UniqueConstraint("credential_id", "position"),
        CheckConstraint("n_needed IS NULL OR n_needed > 0", name="n_needed"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The credential that requires them.
    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"), index=True)
    #: Place among the credential's groups, from 0.
    position: Mapped[int]
    #: How many of the group are needed; NULL for all of them.
    n_needed: Mapped[int | None]


class CredentialRequirement(Base):
    """One required thing of a group: another credential, or a course of a college."""

    __tablename__ = "credential_requirement"
    __table_args__ = (
        CheckConstraint("(required_id IS NULL) != (organisation_id IS NULL)", name="one_thing"),
        CheckConstraint("(organisation_id IS NULL) = (course_code = '')", name="course_has_college"),
    )
    #: Row number, in the order stated.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The group.
    group_id: Mapped[int] = mapped_column(ForeignKey("credential_requirement_group.id"), index=True)
    #: The required credential; NULL when a course is required.
    required_id: Mapped[int | None] = mapped_column(ForeignKey("credential.id"), index=True)
    #: The college of the required course; NULL when a credential is required.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    #: Code of the required course; empty when a credential is required.
    course_code: Mapped[str] = mapped_column(String(60))


class CredentialStack(Base):
    """A credential that counts towards a further one."""

    __tablename__ = "credential_stack"
    __table_args__ = (
        UniqueConstraint("credential_id", "into_id"),
        CheckConstraint("credential_id != into_id", name="not_itself"),
        CheckConstraint("counted_minutes IS NULL OR counted_minutes >= 0", name="counted_minutes"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The credential that counts.
    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"), index=True)
    #: The credential that it counts towards.
    into_id: Mapped[int] = mapped_column(ForeignKey("credential.id"), index=True)
    #: Minutes of instruction that are counted; NULL for all of them.
    counted_minutes: Mapped[int | None]


class CredentialCourse(Base):
    """A college's course that prepares for a credential."""

    __tablename__ = "credential_course"
    __table_args__ = (UniqueConstraint("credential_id", "organisation_id", "course_code"),)
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The credential.
    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"), index=True)
    #: The college.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: Course code as the college's catalog prints it.
    course_code: Mapped[str] = mapped_column(String(60))
    #: Who of the college confirmed that the course prepares for it, as shown then; NULL while nobody has.
    confirmed_by_name: Mapped[str | None] = mapped_column(String(120))
    #: When that was confirmed (UTC); NULL while it is not.
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class CredentialArticulation(Base):
    """Credit that a college grants to whoever holds a credential."""

    __tablename__ = "credential_articulation"
    __table_args__ = (
        UniqueConstraint("credential_id", "organisation_id", "course_code"),
        CheckConstraint("credits > 0", name="credits"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The credential that is held.
    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"), index=True)
    #: The college that grants the credit.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: The course that need not be taken any more.
    course_code: Mapped[str] = mapped_column(String(60))
    #: Credit hours granted.
    credits: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    #: Conditions in words; empty when there are none.
    note: Mapped[str] = mapped_column(String(300))
    #: Day of the agreement; NULL when not said.
    agreed_on: Mapped[date | None]
