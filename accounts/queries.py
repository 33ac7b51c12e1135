"""Read who someone is and which organisations a partnership has. Plain rows only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from accounts.models import AuditEntry, Membership, Organisation, Partnership, PartnershipOrganisation, Person
from accounts.permissions import ROLE_LABELS, Action, Role, may


@dataclass(frozen=True)
class PartnershipRow:
    """A partnership as pages show it."""

    id: int
    code: str
    name: str
    is_sample: bool


@dataclass(frozen=True)
class Member:
    """Someone signed in: a person in one role in one partnership."""

    membership_id: int
    person_id: int
    name: str
    role: Role
    partnership: PartnershipRow
    organisation_id: int | None
    organisation_code: str | None
    organisation_name: str | None

    @property
    def role_label(self) -> str:
        """Name the role in the words that pages use, with the college of a reviewer or the firm of an employer."""
        label = ROLE_LABELS[self.role]
        return f"{label}, {self.organisation_name}" if self.organisation_name else label

    def may(self, action: Action) -> bool:
        """Say whether this member's role allows an action."""
        return may(self.role, action)


@dataclass(frozen=True)
class OrganisationRow:
    """An organisation as pages show it."""

    id: int
    code: str
    name: str
    kind: str
    n_employees: int | None
    town: str
    sector: str


def _members() -> Select[Membership, Person, Partnership, Organisation]:
    return (
        select(Membership, Person, Partnership, Organisation)
        .join(Person, Person.id == Membership.person_id)
        .join(Partnership, Partnership.id == Membership.partnership_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .order_by(Person.name, Membership.id)
    )


def _member(row: Row[Membership, Person, Partnership, Organisation]) -> Member:
    membership, person, partnership, organisation = row
    college: Organisation | None = organisation
    return Member(
        membership_id=membership.id,
        person_id=person.id,
        name=person.name,
        role=Role(membership.role),
        partnership=PartnershipRow(partnership.id, partnership.code, partnership.name, partnership.is_sample),
        organisation_id=college.id if college else None,
        organisation_code=college.code if college else None,
        organisation_name=college.name if college else None,
    )


def member(session: Session, membership_id: int) -> Member | None:
    """Return one member, or None when the membership is gone."""
    row = session.execute(_members().where(Membership.id == membership_id)).one_or_none()
    return None if row is None else _member(row)


def members(session: Session, *, partnership_id: int) -> list[Member]:
    """Return the people of a partnership in the order of their names."""
    rows = session.execute(_members().where(Membership.partnership_id == partnership_id))
    return [_member(row) for row in rows]


def members_called(session: Session, *, name_or_email: str) -> list[Member]:
    """Return everyone with this name or address, whatever its case."""
    wanted = name_or_email.strip().lower()
    rows = session.execute(_members().where((func.lower(Person.name) == wanted) | (Person.email == wanted)))
    return [_member(row) for row in rows]


def partnerships(session: Session) -> list[PartnershipRow]:
    """Return every partnership of this installation."""
    rows = session.scalars(select(Partnership).order_by(Partnership.name))
    return [PartnershipRow(row.id, row.code, row.name, row.is_sample) for row in rows]


def _organisation_row(row: Organisation) -> OrganisationRow:
    return OrganisationRow(row.id, row.code, row.name, row.kind, row.n_employees, row.town, row.sector)


def organisations(session: Session, *, partnership_id: int, kinds: Collection[str]) -> list[OrganisationRow]:
    """Return a partnership's organisations of the given kinds in the order of their names."""
    rows = session.scalars(
        select(Organisation)
        .join(PartnershipOrganisation, PartnershipOrganisation.organisation_id == Organisation.id)
        .where(PartnershipOrganisation.partnership_id == partnership_id, Organisation.kind.in_(kinds))
        .order_by(Organisation.name)
    )
    return [_organisation_row(row) for row in rows]


def colleges(session: Session, *, partnership_id: int) -> list[OrganisationRow]:
    """Return a partnership's colleges and universities."""
    return organisations(session, partnership_id=partnership_id, kinds=("college", "university"))


def organisation_by_code(session: Session, *, partnership_id: int, code: str) -> OrganisationRow | None:
    """Return the partnership's organisation with this code, whatever its case; None when there is none."""
    row = session.scalar(
        select(Organisation)
        .join(PartnershipOrganisation, PartnershipOrganisation.organisation_id == Organisation.id)
        .where(PartnershipOrganisation.partnership_id == partnership_id, func.lower(Organisation.code) == code.lower())
    )
    return None if row is None else _organisation_row(row)


def organisations_by_id(session: Session, organisation_ids: Collection[int]) -> dict[int, OrganisationRow]:
    """Return organisations by their row number."""
    rows = session.scalars(select(Organisation).where(Organisation.id.in_(organisation_ids)))
    return {row.id: _organisation_row(row) for row in rows}


@dataclass(frozen=True)
class AuditRow:
    """One line of the audit trail as pages show it."""

    happened_at: datetime
    actor_name: str
    act: str
    subject: str


def audit_rows(session: Session, *, partnership_id: int, n_rows: int = 100) -> list[AuditRow]:
    """Return the newest lines of a partnership's audit trail, newest first."""
    rows = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.partnership_id == partnership_id)
        .order_by(AuditEntry.id.desc())
        .limit(n_rows)
    )
    return [AuditRow(row.happened_at, row.actor_name, row.act, row.subject) for row in rows]
