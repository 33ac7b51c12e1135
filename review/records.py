"""Plain rows that this room hands to pages, files and the dashboards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from review.revision_states import OPEN_STATES, STATE_WORDS


@dataclass(frozen=True)
class EditionNote:
    """The edition of one college that a run compared."""

    college_code: str
    college_name: str
    #: Number of the edition within the college.
    number: int
    label: str
    n_courses: int


@dataclass(frozen=True)
class RunRow:
    """A match run as pages show it."""

    id: int
    partnership_id: int
    assessment_id: int
    assessment_title: str
    #: None when the run has no ranking.
    meeting_id: int | None
    meeting_title: str
    #: Employers behind the ranking; None without one.
    n_employers: int | None
    editions: tuple[EditionNote, ...]
    #: "running", "done" or "failed".
    state: str
    n_done: int
    n_total: int
    #: Why it failed, in words; empty otherwise.
    failure: str
    digest: str
    #: Empty until the run is done.
    decision_digest: str
    engine_version: str
    made_by_name: str
    made_at: datetime
    ended_at: datetime | None

    @property
    def is_ranked(self) -> bool:
        """Say whether employers' priorities order the needs."""
        return self.n_employers is not None

    @property
    def n_courses(self) -> int:
        """Count the courses that were compared."""
        return sum(edition.n_courses for edition in self.editions)

    @property
    def mark(self) -> str:
        """Name the run as pages and files print it: its number and the start of its digest."""
        return f"Run {self.id} · {self.digest[:12]}"

    def college_name(self, code: str) -> str:
        """Return the name that a college had then."""
        return next((edition.college_name for edition in self.editions if edition.college_code == code), code)


@dataclass(frozen=True)
class EvidenceRow:
    """A verbatim sentence of a course, and where it stands."""

    #: Number of the element, from 0.
    element: int
    quote: str
    #: "title", "description", "outcomes" or "topics".
    field: str
    #: Number of the list item, from 0; None in a title or description.
    item: int | None
    offset: int
    score: float


@dataclass(frozen=True)
class SettledPair:
    """What holds between a need and a course: the latest decision, or the matcher's verdict where there is none."""

    need_code: str
    college_code: str
    course_code: str
    #: "match", "revise", "unrelated" or "unknown", as the matcher said.
    matcher_verdict: str
    #: The verdict that holds.
    verdict: str
    #: 0–1; 0 where only a reviewer saw the connection.
    score: float
    #: Reason codes.
    reasons: tuple[str, ...]
    #: Whether the course gives no credit.
    is_noncredit: bool
    #: Whether somebody decided and nobody disagrees.
    is_decided: bool
    #: Whether reviewers disagree; the matcher's verdict then holds.
    is_disputed: bool = False


@dataclass(frozen=True)
class PairRow:
    """Everything that a run and its reviewers say of one need and one course."""

    need_code: str
    need_title: str
    need_area: str
    #: Place of the need in the employers' order, 1 best.
    position: int
    #: 1 critical … 4 low; None without a ranking.
    tier: int | None
    college_code: str
    college_name: str
    course_code: str
    course_title: str
    matcher_verdict: str
    #: The verdict that holds, the latest decision applied.
    verdict: str
    is_decided: bool
    score: float
    #: Numbers of the covered elements, from 0.
    covered: tuple[int, ...]
    missing: tuple[int, ...]
    evidence: tuple[EvidenceRow, ...]
    #: The nearest sentence to each missing element.
    nearest: tuple[EvidenceRow, ...]
    #: Reason codes.
    reasons: tuple[str, ...]
    #: State of the newest revision request, in words; empty when there is none.
    revision_state: str = ""
    #: Whether reviewers disagree; the matcher's verdict then holds.
    is_disputed: bool = False


@dataclass(frozen=True)
class CourseLink:
    """A course named beside a need, best first."""

    college_code: str
    college_name: str
    course_code: str
    course_title: str
    verdict: str


@dataclass(frozen=True)
class RunNeedRow:
    """A need of a run with the verdict that holds."""

    code: str
    area: str
    title: str
    level: str
    elements: tuple[str, ...]
    #: Place in the employers' order, 1 best; the order of the list without a ranking.
    position: int
    tier: int | None
    rank_low: int | None
    rank_high: int | None
    #: Share of all priority, 0–1.
    priority_share: float
    #: "covered", "revise" or "gap", as the matcher said.
    matcher_verdict: str
    #: The verdict that holds, decisions applied.
    verdict: str
    #: What keeps it from being covered: "nowhere", "only_noncredit", "hours_short", "delivery_mismatch",
    #: "credential_missing" or "not_offered"; empty when nothing but a revision does.
    kind: str
    #: Courses whose settled verdict is match, and needs revision.
    n_match: int
    n_revise: int
    #: The best related course; None when there is none.
    best: CourseLink | None
    #: Courses on which reviewers disagree.
    n_disputed: int = 0


@dataclass(frozen=True)
class RunCourseRow:
    """A course of a run with the verdict that holds."""

    college_code: str
    college_name: str
    code: str
    title: str
    description: str
    outcomes: tuple[str, ...]
    topics: tuple[str, ...]
    #: program, level, credits, clock_hours, delivery, credentials, prerequisites, last_offered_on, is_noncredit.
    facts: Mapping[str, Any]
    matcher_verdict: str
    #: The verdict that holds, decisions applied.
    verdict: str
    #: Code of the need behind the verdict; None when there is none.
    need_code: str | None
    need_title: str | None
    #: Codes of all needs that it matches or could serve after a revision, best first.
    need_codes: tuple[str, ...]
    #: Reason codes of the verdict that holds.
    reasons: tuple[str, ...]
    #: Reason codes about the course itself, whatever the need.
    own_reasons: tuple[str, ...]
    #: Needs on which reviewers disagree.
    n_disputed: int = 0


@dataclass(frozen=True)
class CellRow:
    """One cell of need × college."""

    need_code: str
    college_code: str
    #: Best settled verdict of the college's courses: "match", "revise" or "gap".
    verdict: str
    n_match: int
    n_revise: int


@dataclass(frozen=True)
class DecisionRow:
    """A reviewer's word on one pair."""

    id: int
    run_id: int
    need_code: str
    college_code: str
    course_code: str
    #: Whether the reviewer agreed with the matcher.
    is_confirmation: bool
    #: The verdict that held before.
    previous_verdict: str
    #: The verdict that held from then on.
    verdict: str
    reason: str
    decided_by_name: str
    decided_at: datetime
    #: Whether it counts now: not replaced, not taken back, and nobody disagrees.
    is_latest: bool
    #: The person who decided.
    decided_by_id: int = 0
    #: "own", "undo" (takes an earlier decision back), "settlement" (ends a dispute) or "takeover" (of an earlier run).
    kind: str = "own"
    #: The run that it was taken over from; None for all others.
    from_run_id: int | None = None
    #: Whether it was taken back.
    is_taken_back: bool = False
    #: Whether reviewers disagree on its pair now.
    is_disputed: bool = False


@dataclass(frozen=True)
class RevisionStepRow:
    """One step of a revision request."""

    #: The state that was set.
    state: str
    note: str
    by_name: str
    at: datetime

    @property
    def state_words(self) -> str:
        """Say the state in words."""
        return STATE_WORDS[self.state]


@dataclass(frozen=True)
class RevisionRow:
    """A request to revise one course, or to add one, for one need, as lists show it."""

    id: int
    run_id: int
    need_code: str
    need_title: str
    tier: int | None
    college_code: str
    college_name: str
    #: Of a new course the proposed code, empty while there is none.
    course_code: str
    #: Of a new course the proposed title.
    course_title: str
    #: One of revision_states.STATES.
    state: str
    started_at: datetime
    #: None while it is open.
    done_at: datetime | None
    steps: tuple[RevisionStepRow, ...]
    is_new_course: bool = False

    @property
    def state_words(self) -> str:
        """Say the state in words."""
        return STATE_WORDS[self.state]

    @property
    def is_open(self) -> bool:
        """Say whether it still leads somewhere."""
        return self.state in OPEN_STATES
