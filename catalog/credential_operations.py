"""Store, remove and confirm credentials; a lattice with a circle is never stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts import queries as accounts
from accounts.permissions import Action, Role
from accounts.queries import Member
from base.refusals import Refusal
from catalog import credential_queries
from catalog.credential_records import KINDS, CourseRef, CredentialRow
from catalog.lattice import refuse_circle
from catalog.models import (
    Credential,
    CredentialArticulation,
    CredentialCourse,
    CredentialRequirement,
    CredentialRequirementGroup,
    CredentialStack,
)


class CredentialRefused(Refusal):
    """Say what of a credential cannot be stored, and where it stands."""


class StillNeeded(Refusal):
    """Say that other credentials build on one that somebody wants to remove."""


def may_edit(member: Member, row: CredentialRow) -> bool:
    """Say whether somebody may change a credential: the convener all, a reviewer all but those of other colleges."""
    if not member.may(Action.EDIT_CREDENTIALS):
        return False
    return member.role is Role.CONVENER or row.college_code in ("", member.organisation_code)


def store_credentials(
    session: Session, *, partnership_id: int, rows: Sequence[CredentialRow], now: datetime
) -> list[int]:
    """Store credentials by their code, new ones and changed ones, all or none; return their row numbers.

    A credential that is stored again is replaced with its own links, and must be confirmed again where it differs.
    """
    colleges = {row.code: row.id for row in accounts.colleges(session, partnership_id=partnership_id)}
    known = {row.code: row for row in credential_queries.credentials(session, partnership_id=partnership_id)}
    merged = known | {row.code: row for row in rows}
    for row in rows:
        _check(row, codes=merged.keys(), colleges=colleges.keys())
    _refuse_circles(merged.values())
    changed = [row for row in rows if row.code not in known or _stated(row) != _stated(known[row.code])]
    ids = {code: row.id for code, row in known.items()}
    for row in changed:
        ids[row.code] = _store_facts(session, partnership_id=partnership_id, row=row, colleges=colleges, now=now)
    for row in changed:
        _store_links(session, row=row, ids=ids, colleges=colleges)
    session.flush()
    return [ids[row.code] for row in rows]


def _stated(row: CredentialRow) -> CredentialRow:
    """Return what a row states, without who confirmed it and where it stood."""
    courses = tuple(replace(course, confirmed_by_name=None) for course in row.courses)
    return replace(row, courses=courses, confirmed_by_name=None, confirmed_at=None, id=0, place="")


def _check(row: CredentialRow, *, codes: Collection[str], colleges: Collection[str]) -> None:
    """Refuse a credential whose facts or links name what does not exist."""

    def refuse(words: str) -> NoReturn:
        where = f"{row.place}: " if row.place else ""
        raise CredentialRefused(f"{where}{row.code}: {words}", place=row.place)

    if row.kind not in KINDS:
        refuse(f"there is no kind “{row.kind}”. Use one of: {', '.join(KINDS)}.")
    if row.college_code and row.college_code not in colleges:
        refuse(f"there is no college {row.college_code} in this partnership.")
    members = [member for group in row.requires for member in group.members]
    if len(set(map(str, members))) < len(members):
        refuse("it requires the same thing twice. Name each once.")
    for group in row.requires:
        if group.n_needed is not None and not 0 < group.n_needed <= len(group.members):
            refuse(f"it requires {group.n_needed} of {len(group.members)} things. Name at least as many.")
    named = [member for member in members if isinstance(member, str)] + [link.into_code for link in row.stacks_into]
    for code in named:
        if code == row.code:
            refuse("it cannot build on itself.")
        if code not in codes:
            refuse(f"there is no credential {code}. Add it first, or put it into the same file.")
    for what, each in (
        ("stacks into", [link.into_code for link in row.stacks_into]),
        ("is prepared for by", [str(course) for course in _refs(row)]),
        ("gives credit for", [str(grant.course) for grant in row.credit_for]),
    ):
        doubled = next((one for one in each if each.count(one) > 1), None)
        if doubled is not None:
            refuse(f"it {what} {doubled} twice. Name it once.")
    courses = [member for member in members if isinstance(member, CourseRef)]
    for course in [*courses, *_refs(row), *(grant.course for grant in row.credit_for)]:
        if course.college_code not in colleges:
            refuse(f"there is no college {course.college_code} in this partnership.")


def _refs(row: CredentialRow) -> list[CourseRef]:
    return [course.course for course in row.courses]


def _refuse_circles(rows: Collection[CredentialRow]) -> None:
    stacked = {(row.code, link.into_code) for row in rows for link in row.stacks_into}
    needed = {
        (member, row.code)
        for row in rows
        for group in row.requires
        for member in group.members
        if isinstance(member, str)
    }
    titles = {row.code: row.title for row in rows}
    refuse_circle(stacked | needed, titles=titles, stacked=stacked)


def _store_facts(
    session: Session, *, partnership_id: int, row: CredentialRow, colleges: dict[str, int], now: datetime
) -> int:
    wanted = select(Credential).where(Credential.partnership_id == partnership_id, Credential.code == row.code)
    stored = session.scalar(wanted) or Credential(partnership_id=partnership_id, code=row.code)
    for name in ("title", "kind", "issuer", "endorsed_by", "clock_minutes", "cost_cents", "valid_months"):
        setattr(stored, name, getattr(row, name))
    stored.source, stored.description = row.source, row.description
    stored.organisation_id = colleges[row.college_code] if row.college_code else None
    stored.confirmed_by_name, stored.confirmed_at, stored.changed_at = None, None, now
    session.add(stored)
    session.flush()
    return stored.id


def _store_links(session: Session, *, row: CredentialRow, ids: dict[str, int], colleges: dict[str, int]) -> None:
    """Replace a credential's own links; a course that stays keeps who confirmed it."""
    credential_id = ids[row.code]
    kept = {
        (course.organisation_id, course.course_code): (course.confirmed_by_name, course.confirmed_at)
        for course in session.scalars(select(CredentialCourse).where(CredentialCourse.credential_id == credential_id))
    }
    _remove_links(session, credential_id=credential_id)
    _store_requirements(session, row=row, ids=ids, colleges=colleges)
    for link in row.stacks_into:
        into_id = ids[link.into_code]
        session.add(CredentialStack(credential_id=credential_id, into_id=into_id, counted_minutes=link.counted_minutes))
    for course in _refs(row):
        place = (colleges[course.college_code], course.course_code)
        by_name, at = kept.get(place, (None, None))
        session.add(
            CredentialCourse(
                credential_id=credential_id,
                organisation_id=place[0],
                course_code=place[1],
                confirmed_by_name=by_name,
                confirmed_at=at,
            )
        )
    for grant in row.credit_for:
        session.add(
            CredentialArticulation(
                credential_id=credential_id,
                organisation_id=colleges[grant.course.college_code],
                course_code=grant.course.course_code,
                credits=grant.credits,
                note=grant.note,
                agreed_on=grant.agreed_on,
            )
        )


def _store_requirements(session: Session, *, row: CredentialRow, ids: dict[str, int], colleges: dict[str, int]) -> None:
    for position, group in enumerate(row.requires):
        stored = CredentialRequirementGroup(credential_id=ids[row.code], position=position, n_needed=group.n_needed)
        session.add(stored)
        session.flush()
        for member in group.members:
            session.add(
                CredentialRequirement(
                    group_id=stored.id,
                    required_id=None if isinstance(member, CourseRef) else ids[member],
                    organisation_id=colleges[member.college_code] if isinstance(member, CourseRef) else None,
                    course_code=member.course_code if isinstance(member, CourseRef) else "",
                )
            )


def _remove_links(session: Session, *, credential_id: int) -> None:
    groups = select(CredentialRequirementGroup.id).where(CredentialRequirementGroup.credential_id == credential_id)
    session.execute(delete(CredentialRequirement).where(CredentialRequirement.group_id.in_(groups)))
    for table in (CredentialRequirementGroup, CredentialStack, CredentialCourse, CredentialArticulation):
        session.execute(delete(table).where(table.credential_id == credential_id))


def remove_credential(session: Session, *, partnership_id: int, credential_id: int) -> None:
    """Remove a credential with its own links; refuse while another one requires it or stacks into it."""
    rows = credential_queries.credentials(session, partnership_id=partnership_id)
    gone = next(row for row in rows if row.id == credential_id)
    users = [
        row.title
        for row in rows
        if any(gone.code in group.members for group in row.requires)
        or any(link.into_code == gone.code for link in row.stacks_into)
    ]
    if users:
        raise StillNeeded(
            f"{gone.title} is still linked from {', '.join(users)}. Take it out there first, then remove it."
        )
    _remove_links(session, credential_id=credential_id)
    session.execute(delete(Credential).where(Credential.id == credential_id))


def confirm_credential(session: Session, *, credential_id: int, by_name: str, now: datetime) -> None:
    """Note that somebody has checked a credential's facts and links."""
    stored = session.get_one(Credential, credential_id)
    stored.confirmed_by_name, stored.confirmed_at = by_name, now
    session.flush()


def confirm_course(
    session: Session, *, credential_id: int, organisation_id: int, course_code: str, by_name: str, now: datetime
) -> bool:
    """Note that a college confirms that its course prepares for a credential; False when there is no such link."""
    stored = session.scalar(
        select(CredentialCourse).where(
            CredentialCourse.credential_id == credential_id,
            CredentialCourse.organisation_id == organisation_id,
            CredentialCourse.course_code == course_code,
        )
    )
    if stored is None:
        return False
    stored.confirmed_by_name, stored.confirmed_at = by_name, now
    session.flush()
    return True
