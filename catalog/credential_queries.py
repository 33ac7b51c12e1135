"""Read credentials and their lattice. Plain rows only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import queries as accounts
from catalog import queries
from catalog.credential_records import (
    Articulation,
    CourseRef,
    CredentialRow,
    PreparingCourse,
    RequirementGroup,
    StackLink,
)
from catalog.lattice import Group, Lattice
from catalog.models import (
    Credential,
    CredentialArticulation,
    CredentialCourse,
    CredentialRequirement,
    CredentialRequirementGroup,
    CredentialStack,
)
from catalog.queries import CourseText

#: Hours of instruction of one credit hour where a catalog states no clock hours: a semester's fifteen weeks.
HOURS_OF_A_CREDIT = 15
MINUTES_OF_AN_HOUR = 60


@dataclass(frozen=True)
class OfferedCourse:
    """A course of a college's newest edition, as pathways and plans need it."""

    ref: CourseRef
    college_name: str
    title: str
    #: Hours of instruction in minutes; None when the catalog states neither hours nor credits.
    minutes: int | None
    #: Whether the hours were reckoned from credits.
    is_from_credits: bool
    credits: Decimal | None
    delivery: tuple[str, ...]


def course_minutes(course: CourseText) -> tuple[int | None, bool]:
    """Return a course's minutes of instruction and whether they are reckoned: clock hours, else credits × 15 hours.

    A range of credits counts with its fewest, so that nothing is promised that a section may not hold.
    """
    if course.clock_hours is not None:
        return int(course.clock_hours * MINUTES_OF_AN_HOUR), False
    if course.credits_min is not None and course.credits_min > 0:
        return int(course.credits_min * HOURS_OF_A_CREDIT * MINUTES_OF_AN_HOUR), True
    return None, False


def offered_courses(session: Session, *, partnership_id: int) -> dict[CourseRef, OfferedCourse]:
    """Return every course of every college's newest edition."""
    found = {}
    for edition in queries.latest_editions(session, partnership_id=partnership_id):
        for course in queries.courses(session, edition_id=edition.id):
            minutes, is_reckoned = course_minutes(course)
            ref = CourseRef(edition.college_code, course.code)
            found[ref] = OfferedCourse(
                ref, edition.college_name, course.title, minutes, is_reckoned, course.credits_min, course.delivery
            )
    return found


def credentials(session: Session, *, partnership_id: int) -> list[CredentialRow]:
    """Return a partnership's credentials with all their links, by title."""
    found = session.scalars(
        select(Credential)
        .where(Credential.partnership_id == partnership_id)
        .order_by(Credential.title, Credential.code)
    ).all()
    return _rows(session, found)


def credential(session: Session, *, partnership_id: int, credential_id: int) -> CredentialRow | None:
    """Return one credential of a partnership, or None."""
    rows = credentials(session, partnership_id=partnership_id)
    return next((row for row in rows if row.id == credential_id), None)


def _rows(session: Session, found: Sequence[Credential]) -> list[CredentialRow]:
    ids = [row.id for row in found]
    codes = {row.id: row.code for row in found}
    links = _Links(session, ids=ids, codes=codes, colleges=_college_codes(session, found=found, ids=ids))
    return [
        CredentialRow(
            code=row.code,
            title=row.title,
            kind=row.kind,
            issuer=row.issuer,
            endorsed_by=row.endorsed_by,
            college_code=links.colleges[row.organisation_id] if row.organisation_id else "",
            clock_minutes=row.clock_minutes,
            cost_cents=row.cost_cents,
            valid_months=row.valid_months,
            source=row.source,
            description=row.description,
            requires=tuple(links.requires[row.id]),
            stacks_into=tuple(links.stacks[row.id]),
            courses=tuple(links.courses[row.id]),
            credit_for=tuple(links.credit[row.id]),
            confirmed_by_name=row.confirmed_by_name,
            confirmed_at=row.confirmed_at,
            id=row.id,
        )
        for row in found
    ]


def _college_codes(session: Session, *, found: Sequence[Credential], ids: Sequence[int]) -> dict[int, str]:
    wanted = {row.organisation_id for row in found if row.organisation_id}
    for table in (CredentialCourse, CredentialArticulation):
        wanted |= set(session.scalars(select(table.organisation_id).where(table.credential_id.in_(ids))))
    wanted |= {
        organisation_id
        for organisation_id in session.scalars(
            select(CredentialRequirement.organisation_id)
            .join(CredentialRequirementGroup, CredentialRequirementGroup.id == CredentialRequirement.group_id)
            .where(CredentialRequirementGroup.credential_id.in_(ids))
        )
        if organisation_id
    }
    return {row_id: row.code for row_id, row in accounts.organisations_by_id(session, wanted).items()}


class _Links:
    """Gather the links of credentials, each kind with one question to the database."""

    def __init__(
        self, session: Session, *, ids: Sequence[int], codes: Mapping[int, str], colleges: Mapping[int, str]
    ) -> None:
        self.colleges = colleges
        self.requires: dict[int, list[RequirementGroup]] = defaultdict(list)
        self.stacks: dict[int, list[StackLink]] = defaultdict(list)
        self.courses: dict[int, list[PreparingCourse]] = defaultdict(list)
        self.credit: dict[int, list[Articulation]] = defaultdict(list)
        self._read_requirements(session, ids=ids, codes=codes)
        for stack in session.scalars(
            select(CredentialStack).where(CredentialStack.credential_id.in_(ids)).order_by(CredentialStack.id)
        ):
            self.stacks[stack.credential_id].append(StackLink(codes[stack.into_id], stack.counted_minutes))
        for course in session.scalars(
            select(CredentialCourse).where(CredentialCourse.credential_id.in_(ids)).order_by(CredentialCourse.id)
        ):
            ref = CourseRef(colleges[course.organisation_id], course.course_code)
            self.courses[course.credential_id].append(PreparingCourse(ref, course.confirmed_by_name))
        for grant in session.scalars(
            select(CredentialArticulation)
            .where(CredentialArticulation.credential_id.in_(ids))
            .order_by(CredentialArticulation.id)
        ):
            ref = CourseRef(colleges[grant.organisation_id], grant.course_code)
            self.credit[grant.credential_id].append(Articulation(ref, grant.credits, grant.note, grant.agreed_on))

    def _read_requirements(self, session: Session, *, ids: Sequence[int], codes: Mapping[int, str]) -> None:
        groups = session.scalars(
            select(CredentialRequirementGroup)
            .where(CredentialRequirementGroup.credential_id.in_(ids))
            .order_by(CredentialRequirementGroup.credential_id, CredentialRequirementGroup.position)
        ).all()
        members: dict[int, list[str | CourseRef]] = defaultdict(list)
        for row in session.scalars(
            select(CredentialRequirement)
            .where(CredentialRequirement.group_id.in_([group.id for group in groups]))
            .order_by(CredentialRequirement.id)
        ):
            if row.required_id is not None:
                members[row.group_id].append(codes[row.required_id])
            elif row.organisation_id is not None:
                members[row.group_id].append(CourseRef(self.colleges[row.organisation_id], row.course_code))
        for group in groups:
            self.requires[group.credential_id].append(RequirementGroup(tuple(members[group.id]), group.n_needed))


def lattice_of(rows: Sequence[CredentialRow], *, offered: Mapping[CourseRef, OfferedCourse]) -> Lattice:
    """Build the lattice of credentials and of the courses that they require; a required course counts in full.

    Credit granted makes a course count as taken: a credential that gives credit for it stacks into it in full.
    """
    minutes = {row.code: row.clock_minutes or 0 for row in rows}
    requires, counted = {}, {}
    for row in rows:
        requires[row.code] = tuple(
            Group(tuple(map(str, group.members)), group.n_needed) for group in row.requires if group.members
        )
        for group in row.requires:
            for member in group.members:
                if isinstance(member, CourseRef):
                    minutes[str(member)] = (offered[member].minutes if member in offered else None) or 0
                    counted[str(member), row.code] = minutes[str(member)]
        for link in row.stacks_into:
            counted[row.code, link.into_code] = (
                minutes[row.code] if link.counted_minutes is None else link.counted_minutes
            )
    return Lattice(minutes, requires, counted)
