"""Add partnerships, organisations and people, make and use sign-in links, write the audit trail."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import (
    AuditEntry,
    Membership,
    Organisation,
    Partnership,
    PartnershipOrganisation,
    Person,
    SignInLink,
)
from accounts.permissions import Role
from base.refusals import Refusal


class LinkRefused(Refusal):
    """Say why a sign-in link does not work."""


class NameTaken(Refusal):
    """Say that a name, code or role is already there."""


def code_from(name: str) -> str:
    """Make a short code for addresses from a name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32] or "unnamed"


def add_partnership(session: Session, *, name: str, is_sample: bool = False, now: datetime) -> int:
    """Add a partnership and return its row number."""
    partnership = Partnership(
        code=_free_code(session, Partnership, name), name=name.strip(), is_sample=is_sample, created_at=now
    )
    session.add(partnership)
    session.flush()
    return partnership.id


def rename_partnership(session: Session, *, partnership_id: int, name: str) -> None:
    """Give a partnership another name."""
    session.get_one(Partnership, partnership_id).name = name.strip()


def _free_code(session: Session, table: type[Partnership] | type[Organisation], name: str) -> str:
    wanted, code, n = code_from(name), code_from(name), 1
    while session.scalar(select(table.id).where(func.lower(table.code) == code.lower())) is not None:
        n += 1
        code = f"{wanted}-{n}"
    return code


def add_organisation(
    session: Session,
    *,
    partnership_id: int,
    name: str,
    kind: str,
    now: datetime,
    code: str | None = None,
    n_employees: int | None = None,
    town: str = "",
    sector: str = "",
) -> int:
    """Add an organisation to a partnership and return its row number."""
    if code is not None and session.scalar(
        select(Organisation.id).where(func.lower(Organisation.code) == code.lower())
    ):
        raise NameTaken(f"There is already an organisation with the code {code}. Choose another code.")
    organisation = Organisation(
        code=code or _free_code(session, Organisation, name),
        name=" ".join(name.split()),
        kind=kind,
        n_employees=n_employees,
        town=town,
        sector=sector,
        created_at=now,
    )
    session.add(organisation)
    session.flush()
    session.add(PartnershipOrganisation(partnership_id=partnership_id, organisation_id=organisation.id))
    session.flush()
    return organisation.id


def organisation_named(session: Session, *, partnership_id: int, name: str, kind: str, now: datetime) -> int:
    """Return the partnership's organisation of this name, adding it when it is new (a walk-in)."""
    wanted = " ".join(name.split())
    found = session.scalar(
        select(Organisation.id)
        .join(PartnershipOrganisation, PartnershipOrganisation.organisation_id == Organisation.id)
        .where(
            PartnershipOrganisation.partnership_id == partnership_id,
            Organisation.kind == kind,
            func.lower(Organisation.name) == wanted.lower(),
        )
    )
    if found is not None:
        return found
    return add_organisation(session, partnership_id=partnership_id, name=wanted, kind=kind, now=now)


def set_n_employees(session: Session, *, organisation_id: int, n_employees: int) -> None:
    """Note an organisation's number of employees when nobody had said it before."""
    organisation = session.get_one(Organisation, organisation_id)
    if organisation.n_employees is None:
        organisation.n_employees = n_employees


def add_member(
    session: Session,
    *,
    partnership_id: int,
    name: str,
    role: Role,
    now: datetime,
    email: str | None = None,
    organisation_id: int | None = None,
) -> int:
    """Add a person in a role and return the membership's row number."""
    address = email.strip().lower() if email and email.strip() else None
    person = session.scalar(select(Person).where(Person.email == address)) if address else None
    if person is None:
        person = Person(name=name.strip(), email=address, created_at=now)
        session.add(person)
        session.flush()
    taken = select(Membership.id).where(
        Membership.person_id == person.id, Membership.partnership_id == partnership_id, Membership.role == role
    )
    if session.scalar(taken) is not None:
        raise NameTaken(f"{person.name} ({address}) already has this role.")
    membership = Membership(
        person_id=person.id, partnership_id=partnership_id, role=role.value, organisation_id=organisation_id
    )
    session.add(membership)
    session.flush()
    return membership.id


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def make_sign_in_link(session: Session, *, membership_id: int, now: datetime, hours: int) -> str:
    """Make a one-time link for a membership and return its secret, which is kept nowhere else."""
    secret = secrets.token_urlsafe(24)
    session.add(
        SignInLink(
            membership_id=membership_id,
            secret_digest=_digest(secret),
            made_at=now,
            expires_at=now + timedelta(hours=hours),
            used_at=None,
        )
    )
    session.flush()
    return secret


def usable_link_membership(session: Session, *, secret: str, now: datetime) -> int:
    """Return the membership that a link would sign in, or refuse in words."""
    return _usable_link(session, secret=secret, now=now).membership_id


def _usable_link(session: Session, *, secret: str, now: datetime) -> SignInLink:
    link = session.scalar(select(SignInLink).where(SignInLink.secret_digest == _digest(secret)))
    if link is None:
        raise LinkRefused(
            "This sign-in link is not known here. Check that the whole link was copied, or ask for a new one."
        )
    if link.used_at is not None:
        raise LinkRefused("This sign-in link has been used already; each works once. Ask for a new one.")
    if link.expires_at <= now:
        raise LinkRefused("This sign-in link is too old. Ask for a new one.")
    return link


def use_sign_in_link(session: Session, *, secret: str, now: datetime) -> int:
    """Use a link up and return the membership that it signs in."""
    link = _usable_link(session, secret=secret, now=now)
    link.used_at = now
    session.flush()
    return link.membership_id


def record_act(
    session: Session,
    *,
    partnership_id: int | None,
    actor_name: str,
    act: str,
    subject: str,
    now: datetime,
    facts: dict[str, Any] | None = None,
) -> None:
    """Add a line to the audit trail."""
    session.add(
        AuditEntry(
            partnership_id=partnership_id,
            actor_name=actor_name,
            act=act,
            subject=subject[:200],
            facts=facts or {},
            happened_at=now,
        )
    )
