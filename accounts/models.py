"""Organisations, people, their roles in a partnership, sign-in links and the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Base, UtcMoment

ORGANISATION_KINDS = ("board", "association", "college", "university", "employer", "union")
ROLES = ("convener", "reviewer", "viewer", "employer")


class Partnership(Base):
    """A region's sector partnership: the circle that meets, imports, matches and reads together."""

    __tablename__ = "partnership"
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: Short code in addresses, unique.
    code: Mapped[str] = mapped_column(String(40), unique=True)
    #: Name as people say it.
    name: Mapped[str] = mapped_column(String(200))
    #: Whether its names and numbers are invented.
    is_sample: Mapped[bool] = mapped_column(default=False)
    #: When it was made (UTC).
    created_at: Mapped[datetime] = mapped_column(UtcMoment)


class Organisation(Base):
    """A board, association, college, university, employer or union."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint(f"kind IN {ORGANISATION_KINDS}", name="kind"),
        CheckConstraint("n_employees IS NULL OR n_employees > 0", name="n_employees"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: Short code in addresses and files, unique.
    code: Mapped[str] = mapped_column(String(40), unique=True)
    #: Name as people say it.
    name: Mapped[str] = mapped_column(String(200))
    #: One of ORGANISATION_KINDS.
    kind: Mapped[str] = mapped_column(String(20))
    #: Number of employees; NULL when nobody has said.
    n_employees: Mapped[int | None]
    #: Town or area; empty when unknown.
    town: Mapped[str] = mapped_column(String(100), default="")
    #: Line of business in plain words; empty when unknown.
    sector: Mapped[str] = mapped_column(String(100), default="")
    #: When it was made (UTC).
    created_at: Mapped[datetime] = mapped_column(UtcMoment)


class PartnershipOrganisation(Base):
    """An organisation's place in a partnership; a firm or college may belong to several."""

    __tablename__ = "partnership_organisation"
    #: The partnership.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), primary_key=True)
    #: The organisation.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)


class Person(Base):
    """Someone who signs in. To vote, employers do not: they join a meeting with its code."""

    __tablename__ = "person"
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: Name as shown beside decisions.
    name: Mapped[str] = mapped_column(String(120))
    #: Address for messages, lower case; NULL when none is known.
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    #: When the person was added (UTC).
    created_at: Mapped[datetime] = mapped_column(UtcMoment)


class Membership(Base):
    """A person's role in a partnership."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "partnership_id", "role"),
        CheckConstraint(f"role IN {ROLES}", name="role"),
        CheckConstraint("role != 'reviewer' OR organisation_id IS NOT NULL", name="reviewer_has_college"),
        CheckConstraint("role != 'employer' OR organisation_id IS NOT NULL", name="employer_has_firm"),
    )
    #: Row number; the signed-in session carries it.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The person.
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: The partnership in which the role holds.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    #: One of ROLES.
    role: Mapped[str] = mapped_column(String(20))
    #: The college whose courses a reviewer judges, or the firm that an employer speaks for; NULL for the other roles.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))


class SignInLink(Base):
    """A link that signs one membership in, once."""

    __tablename__ = "sign_in_link"
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The membership that it signs in.
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    #: SHA-256 of the link's secret, hex; the secret itself is never stored.
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    #: When it was made (UTC).
    made_at: Mapped[datetime] = mapped_column(UtcMoment)
    #: When it stops working (UTC).
    expires_at: Mapped[datetime] = mapped_column(UtcMoment)
    #: When it was used (UTC); NULL while it still works.
    used_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class AuditEntry(Base):
    """One line of the audit trail: who did what to which thing, when."""

    __tablename__ = "audit_entry"
    #: Row number, in order of happening.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership it concerns; NULL for the installation as a whole.
    partnership_id: Mapped[int | None] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: Who did it, as shown then.
    actor_name: Mapped[str] = mapped_column(String(120))
    #: What was done, a verb phrase such as "open_meeting".
    act: Mapped[str] = mapped_column(String(60))
    #: Which thing, in words ("meeting 3").
    subject: Mapped[str] = mapped_column(String(200))
    #: Facts worth keeping; never ballots, tokens or links.
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: When (UTC).
    happened_at: Mapped[datetime] = mapped_column(UtcMoment)
