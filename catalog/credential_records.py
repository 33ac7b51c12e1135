"""Plain records of credentials and of the links between them, as files, forms and pages hand them on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

#: Kinds of credentials in the words that pages and files use.
KINDS: Mapping[str, str] = {
    "completion": "Certificate of completion",
    "proficiency": "Certificate of proficiency",
    "industry": "Industry certification",
    "readiness": "Work readiness certificate",
    "micro": "Micro-credential",
    "certificate": "College certificate",
    "associate": "Associate degree",
    "bachelor": "Bachelor’s degree",
    "apprenticeship": "Apprenticeship completion",
}


@dataclass(frozen=True, order=True)
class CourseRef:
    """A course of a college, by codes."""

    college_code: str
    course_code: str

    def __str__(self) -> str:
        return f"{self.college_code}:{self.course_code}"


@dataclass(frozen=True)
class RequirementGroup:
    """Things of which a credential requires all, or a number; each a credential's code or a course."""

    members: tuple[str | CourseRef, ...]
    #: How many of them; None for all.
    n_needed: int | None = None


@dataclass(frozen=True)
class StackLink:
    """A further credential, by code, that one counts towards."""

    into_code: str
    #: Minutes that are counted; None for all of them.
    counted_minutes: int | None = None


@dataclass(frozen=True)
class PreparingCourse:
    """A course that prepares for a credential."""

    course: CourseRef
    confirmed_by_name: str | None = None


@dataclass(frozen=True)
class Articulation:
    """Credit that a college grants for a credential."""

    course: CourseRef
    credits: Decimal
    note: str = ""
    agreed_on: date | None = None


@dataclass(frozen=True)
class CredentialRow:
    """A credential with everything that is said of it."""

    code: str
    title: str
    #: One of KINDS.
    kind: str
    issuer: str = ""
    endorsed_by: str = ""
    #: Code of the college whose own it is; empty when it belongs to the whole partnership.
    college_code: str = ""
    #: Instruction in all, in minutes; None when not said.
    clock_minutes: int | None = None
    #: Price without the courses, in cents; None when not said.
    cost_cents: int | None = None
    #: Months until it must be renewed; None when it does not run out or nobody has said.
    valid_months: int | None = None
    source: str = ""
    description: str = ""
    requires: tuple[RequirementGroup, ...] = ()
    stacks_into: tuple[StackLink, ...] = ()
    courses: tuple[PreparingCourse, ...] = ()
    credit_for: tuple[Articulation, ...] = ()
    confirmed_by_name: str | None = None
    confirmed_at: datetime | None = None
    #: Row number; 0 while it is not stored.
    id: int = 0
    #: Where it stands in its file ("row 4"); empty when it comes from none.
    place: str = ""
