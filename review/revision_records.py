"""Plain rows of revision requests, as pages and forms show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from review.records import RevisionStepRow, RunCourseRow, RunNeedRow, RunRow
from review.revision_differences import Finding, Row, compared, outcome_rows
from review.revision_states import OPEN_STATES, STATE_WORDS, STEPS, NextStep
from review.what_if import CourseText


@dataclass(frozen=True)
class RevisionText:
    """Everything that a request proposes."""

    title: str
    description: str = ""
    outcomes: tuple[str, ...] = ()
    #: None when not said.
    credits: Decimal | None = None
    #: None when not said.
    clock_hours: Decimal | None = None
    prerequisites: str = ""
    #: Why, in the reviewer's words.
    reason: str = ""
    #: Code of a new course; empty while it has none, and for revised courses.
    new_code: str = ""

    @property
    def judged(self) -> CourseText:
        """Return what the matcher reads of it."""
        return CourseText(
            title=self.title,
            description=self.description,
            outcomes=self.outcomes,
            credits=None if self.credits is None else float(self.credits),
            clock_hours=None if self.clock_hours is None else float(self.clock_hours),
        )


@dataclass(frozen=True)
class CheckRow:
    """What one edition printed of a request."""

    edition_number: int
    edition_label: str
    #: Code of the course in that edition; empty when it has no such course.
    course_code: str
    is_adopted: bool
    findings: tuple[Finding, ...]
    checked_at: datetime

    @property
    def found(self) -> tuple[Finding, ...]:
        """Return the changes that the edition prints."""
        return tuple(finding for finding in self.findings if finding.is_found)

    @property
    def missing(self) -> tuple[Finding, ...]:
        """Return the changes that it does not print."""
        return tuple(finding for finding in self.findings if not finding.is_found)


@dataclass(frozen=True)
class RequestRow:
    """A revision request with everything that belongs to it."""

    id: int
    run: RunRow
    need: RunNeedRow
    #: As the run compared it; None for a course that does not exist yet.
    course: RunCourseRow | None
    college_code: str
    college_name: str
    #: Of a new course the proposed code, empty while there is none.
    course_code: str
    state: str
    text: RevisionText
    started_at: datetime
    #: None while the request is open.
    ended_at: datetime | None
    steps: tuple[RevisionStepRow, ...] = ()
    #: Oldest first.
    checks: tuple[CheckRow, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_new_course(self) -> bool:
        """Say whether the course does not exist yet."""
        return self.course is None

    @property
    def is_open(self) -> bool:
        """Say whether the request still leads somewhere."""
        return self.state in OPEN_STATES

    @property
    def is_draft(self) -> bool:
        """Say whether its text can be changed."""
        return self.state == "draft"

    @property
    def state_words(self) -> str:
        """Say the state in words."""
        return STATE_WORDS[self.state]

    @property
    def next_steps(self) -> tuple[NextStep, ...]:
        """Return the steps that can be taken now."""
        return STEPS[self.state]

    @property
    def old(self) -> RevisionText:
        """Return the course as the run compared it; an empty text for a new course."""
        return old_text(self.course) if self.course else RevisionText(title="")

    def rows(self, text: RevisionText | None = None) -> tuple[Row, ...]:
        """Return the OLD/NEW table of a text, the stored one unless said otherwise."""
        return difference_rows(self.old, text or self.text)

    @property
    def changed_parts(self) -> frozenset[str]:
        """Name the parts that change, for the tick boxes of the form."""
        return frozenset(row.part for row in self.rows() if row.change != "same")

    @property
    def latest_check(self) -> CheckRow | None:
        """Return what the newest edition that was read printed of it; None while none was read."""
        return self.checks[-1] if self.checks else None


def old_text(course: RunCourseRow) -> RevisionText:
    """Return what a run's copy of a course says, in the form of a request."""
    return RevisionText(
        title=course.title,
        description=course.description,
        outcomes=course.outcomes,
        credits=_figure(course.facts.get("credits")),
        clock_hours=_figure(course.facts.get("clock_hours")),
        prerequisites=course.facts.get("prerequisites") or "",
    )


def _figure(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def figure_words(value: Decimal | None) -> str:
    """Write credits or hours without needless zeros; empty when they are not said."""
    return "" if value is None else f"{value.normalize():f}"


def difference_rows(old: RevisionText, new: RevisionText) -> tuple[Row, ...]:
    """Return the OLD/NEW table, line by line: what neither version says is left out."""
    others = (
        compared("Credits", figure_words(old.credits), figure_words(new.credits)),
        compared("Clock hours", figure_words(old.clock_hours), figure_words(new.clock_hours)),
        compared("Prerequisites", old.prerequisites, new.prerequisites),
    )
    rows = (
        compared("Title", old.title, new.title),
        compared("Description", old.description, new.description),
        *outcome_rows(old.outcomes, new.outcomes),
        *others,
    )
    return tuple(row for row in rows if row.old or row.new)
