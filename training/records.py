"""What passes between the doors, operations and queries of this room. Plain data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class RequestContent:
    """What a firm asks for."""

    #: Either the code of a need, or the codes of a college and its course.
    need_code: str
    college_code: str
    course_code: str
    title: str
    n_workers: int
    times: str
    place: str
    delivery: str
    earliest_on: date
    latest_on: date
    note: str = ""
    credential: str = ""
    cost_cents: int | None = None
    training_hours: Decimal | None = None
    #: None when the training is not measured in credits, or they are not known yet.
    credit_hours: Decimal | None = None
    #: Workers by the number of their worker group; empty when nobody has said who goes.
    group_counts: Mapping[int, int] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """Name what is asked for, alike for all requests of the same thing."""
        return f"course:{self.college_code}:{self.course_code}" if self.course_code else f"need:{self.need_code}"


@dataclass(frozen=True)
class RequestRow:
    """A request as its firm and the convener see it."""

    id: int
    organisation_id: int
    firm_name: str
    firm_code: str
    content: RequestContent
    #: One of REQUEST_STATES.
    state: str
    asked_at: datetime

    @property
    def is_open(self) -> bool:
        """Say whether it still waits for a cohort."""
        return self.state == "open"


@dataclass(frozen=True)
class StepRow:
    """One line of a request's history."""

    happened_at: datetime
    by_name: str
    words: str


@dataclass(frozen=True)
class CohortContent:
    """What is decided when a cohort is confirmed."""

    college_id: int
    course_code: str
    need_code: str
    title: str
    times: str
    place: str
    starts_on: date
    ends_on: date
    n_seats: int


@dataclass(frozen=True)
class Outcome:
    """What came of one firm's seats."""

    n_completed: int
    #: Title of each credential and how many earned it.
    credentials: tuple[tuple[str, int], ...] = ()

    @property
    def n_credentials(self) -> int:
        """Count the credentials that were earned."""
        return sum(n for _title, n in self.credentials)


@dataclass(frozen=True)
class CorrectionRow:
    """One correction of what came of a request's seats."""

    id: int
    request_id: int
    was: Outcome
    becomes: Outcome
    reason: str
    by_name: str
    corrected_at: datetime
    #: Whether nothing was corrected for the request since, so that this one can be taken back.
    is_newest: bool


@dataclass(frozen=True)
class SeatsRow:
    """One firm's seats in a cohort."""

    request_id: int
    organisation_id: int
    firm_name: str
    n_workers: int
    n_seats: int
    #: None until the cohort is completed.
    n_completed: int | None
    credentials: tuple[tuple[str, int], ...]

    @property
    def n_credentials(self) -> int:
        """Count the credentials that were earned."""
        return sum(n for _title, n in self.credentials)


@dataclass(frozen=True)
class CohortRow:
    """A cohort; for a firm it holds that firm's seats alone."""

    id: int
    college_id: int
    college_code: str
    college_name: str
    course_code: str
    need_code: str
    title: str
    times: str
    place: str
    starts_on: date
    ends_on: date
    #: Seats in the room; None for a firm, which could work out the others' from it.
    n_seats: int | None
    #: One of COHORT_STATES.
    state: str
    reason: str
    confirmed_by_name: str
    confirmed_at: datetime
    seats: tuple[SeatsRow, ...]

    @property
    def n_confirmed(self) -> int:
        """Count the confirmed seats that this row may show."""
        return sum(seats.n_seats for seats in self.seats)

    @property
    def n_completed(self) -> int:
        """Count the workers who completed, as far as this row may show them."""
        return sum(seats.n_completed or 0 for seats in self.seats)

    @property
    def n_credentials(self) -> int:
        """Count the credentials that were earned, as far as this row may show them."""
        return sum(seats.n_credentials for seats in self.seats)


@dataclass(frozen=True)
class GroupContent:
    """Workers who earn about the same and have been with the firm about as long."""

    name: str
    wage_cents: int
    n_months: int
    is_new_hire: bool
    #: Number of the group; 0 for a new one.
    id: int = 0


@dataclass(frozen=True)
class FactsContent:
    """What a firm answers about itself once."""

    n_employees: int
    n_years: int | None
    naics_code: str
    state_code: str
    county: str
    #: Cents that each program granted in its current year, by program code.
    granted_cents: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class FactsRow:
    """A firm's answers, and who gave them when."""

    content: FactsContent
    by_name: str
    answered_at: datetime


@dataclass(frozen=True)
class ListedCredential:
    """A credential that a program pays for."""

    program: str
    title: str
    issuer: str
    #: Most that is paid per credential; None when the list does not say.
    amount_cents: int | None
    since_on: date
    source: str
    place: str = ""


@dataclass(frozen=True)
class SubmissionContent:
    """A credential that a firm asks to have listed."""

    title: str
    issuer: str
    syllabus: str
    skills: str
    evidence: str
    clock_hours: Decimal
    cost_cents: int
    syllabus_filename: str = ""
    syllabus_file: bytes | None = None


@dataclass(frozen=True)
class SubmissionRow:
    """A firm's wish to have a credential listed, and what became of it."""

    id: int
    organisation_id: int
    firm_name: str
    content: SubmissionContent
    #: One of SUBMISSION_STATES.
    state: str
    reason: str
    sent_by_name: str
    sent_at: datetime
    decided_by_name: str
    decided_at: datetime | None
