"""Catalog editions, their courses, what was rejected, and uploads that wait for a look."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, Numeric, String, Text, UniqueConstraint
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
    #: Who uploaded it, as shown then.
    uploaded_by_name: Mapped[str] = mapped_column(String(120))
    #: When (UTC).
    uploaded_at: Mapped[datetime] = mapped_column(UtcMoment)
