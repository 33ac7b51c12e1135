"""Plain records of occupations and of the plans made for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from catalog.credential_records import CourseRef
from training.planning import credited_minutes

APPROACHES: Mapping[str, str] = {"time": "Time-based", "competency": "Competency-based", "hybrid": "Hybrid"}
OBJECTIVE_WORDS: Mapping[str, str] = {
    "cost": "Lowest cost",
    "travel": "Least travel",
    "colleges": "Fewest colleges",
    "hours": "Fewest hours in class",
}
PLACE_WORDS: Mapping[str, str] = {"campus": "At the college", "online": "Online", "plant": "At the plant"}
VOICE_WORDS: Mapping[str, str] = {"open": "Not yet said", "agreed": "Agrees", "objects": "Objects"}
#: Fewest hours on the job of an apprenticeship that is time-based (29 CFR 29.4).
LEAST_OJL_MINUTES = 2000 * 60


@dataclass(frozen=True)
class CompetencyRow:
    """Something that an apprentice must show, with its share of the hours."""

    code: str
    title: str
    ojl_minutes: int
    ri_minutes: int
    module: str = ""
    need_codes: tuple[str, ...] = ()
    #: Courses that staff linked.
    linked: tuple[CourseRef, ...] = ()
    id: int = 0


@dataclass(frozen=True)
class ProcessRow:
    """A job function with its competencies."""

    title: str
    competencies: tuple[CompetencyRow, ...]

    @property
    def ojl_minutes(self) -> int:
        """Return the job function's time on the job: that of its competencies."""
        return sum(competency.ojl_minutes for competency in self.competencies)

    @property
    def ri_minutes(self) -> int:
        """Return the related instruction of its competencies."""
        return sum(competency.ri_minutes for competency in self.competencies)


@dataclass(frozen=True)
class OccupationRow:
    """An occupation with its work process schedule."""

    title: str
    approach: str
    ojl_minutes: int
    ri_minutes: int
    processes: tuple[ProcessRow, ...]
    onet_code: str = ""
    rapids_code: str = ""
    source: str = ""
    id: int = 0

    @property
    def competencies(self) -> tuple[CompetencyRow, ...]:
        """Return the competencies of all job functions, in order."""
        return tuple(competency for process in self.processes for competency in process.competencies)


@dataclass(frozen=True)
class CollegeTerms:
    """What a college's courses cost and how far it is from the plant, for one plan."""

    organisation_id: int
    code: str
    name: str
    miles: int | None = None
    credit_cents: int | None = None
    hour_cents: int | None = None


@dataclass(frozen=True)
class Voice:
    """What one side of the table says of a plan."""

    state: str = "open"
    name: str = ""
    said_on: date | None = None


@dataclass(frozen=True)
class PlannedCourse:
    """A course of a plan's related instruction outline."""

    college_code: str
    college_name: str
    code: str
    title: str
    minutes: int
    is_from_credits: bool
    place: str
    delivery: tuple[str, ...]
    cost_cents: int | None
    miles: int | None
    competency_codes: tuple[str, ...]
    when_taken: str = ""
    id: int = 0


@dataclass(frozen=True)
class PlanSettings:
    """What somebody decides of a plan before courses are chosen, and the terms that the sponsor fills in."""

    title: str
    apprentices: str = ""
    starts_on: date | None = None
    objective: str = "cost"
    evenings_only: bool = False
    max_online_minutes: int | None = None
    max_plant_minutes: int | None = None
    max_per_competency: int | None = 3
    visit_minutes: int = 180
    credit_cap_percent: int = 75
    ratio: str = ""
    term: str = ""
    probation: str = ""


@dataclass(frozen=True)
class PlanRow:
    """A plan as its page, its workbook and its print show it."""

    id: int
    partnership_id: int
    occupation: OccupationRow
    organisation_id: int | None
    firm_name: str
    settings: PlanSettings
    #: Evidence by competency code, for what the apprentice has shown.
    mastered: Mapping[str, str]
    terms: tuple[CollegeTerms, ...]
    courses: tuple[PlannedCourse, ...]
    employer: Voice
    workers: Voice
    worked_out_at: datetime | None
    run_id: int | None
    missing_minutes: int
    #: Competencies that no chosen course covers: code and reason.
    uncovered: tuple[tuple[str, str], ...]
    made_by_name: str
    made_at: datetime

    def _shown(self, *, on_the_job: bool) -> int:
        return sum(
            competency.ojl_minutes if on_the_job else competency.ri_minutes
            for competency in self.occupation.competencies
            if competency.code in self.mastered
        )

    @property
    def ri_shown(self) -> int:
        """Return the related instruction of what is mastered, before the cap."""
        return self._shown(on_the_job=False)

    @property
    def ojl_shown(self) -> int:
        """Return the time on the job of what is mastered, before the cap."""
        return self._shown(on_the_job=True)

    @property
    def ri_credit(self) -> int:
        """Return the related instruction that credit takes away."""
        cap = self.settings.credit_cap_percent
        return credited_minutes(self.ri_shown, total=self.occupation.ri_minutes, cap_percent=cap)

    @property
    def ojl_credit(self) -> int:
        """Return the time on the job that credit takes away."""
        cap = self.settings.credit_cap_percent
        return credited_minutes(self.ojl_shown, total=self.occupation.ojl_minutes, cap_percent=cap)

    @property
    def ri_needed(self) -> int:
        """Return the related instruction that is left after credit."""
        return self.occupation.ri_minutes - self.ri_credit

    @property
    def ojl_needed(self) -> int:
        """Return the time on the job that is left after credit."""
        return self.occupation.ojl_minutes - self.ojl_credit

    @property
    def to_cover(self) -> tuple[CompetencyRow, ...]:
        """Return the competencies that need a course: those with instruction that are not mastered."""
        return tuple(
            competency
            for competency in self.occupation.competencies
            if competency.ri_minutes and competency.code not in self.mastered
        )

    @property
    def minutes(self) -> int:
        """Return the instruction of the chosen courses."""
        return sum(course.minutes for course in self.courses)

    @property
    def known_cost_cents(self) -> int:
        """Return the price of the chosen courses whose price is known."""
        return sum(course.cost_cents or 0 for course in self.courses)

    @property
    def n_unpriced(self) -> int:
        """Return how many chosen courses have no known price."""
        return sum(course.cost_cents is None for course in self.courses)

    @property
    def known_miles(self) -> int:
        """Return the miles of the chosen courses whose distance is known."""
        return sum(course.miles or 0 for course in self.courses)

    @property
    def n_unmeasured(self) -> int:
        """Return how many chosen courses have no known distance."""
        return sum(course.miles is None for course in self.courses)

    @property
    def is_agreed(self) -> bool:
        """Say whether both sides of the table agree."""
        return self.employer.state == self.workers.state == "agreed"


@dataclass(frozen=True)
class PlanLine:
    """A plan in a list."""

    id: int
    title: str
    occupation_title: str
    firm_name: str
    worked_out_at: datetime | None
    missing_minutes: int
    n_uncovered: int
    employer_state: str
    worker_state: str
