"""Regional reports written down by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from dashboards.region import RegionReport
from review.records import CellRow, CourseLink, EditionNote, RunCourseRow, RunNeedRow, RunRow
from survey.queries import MeetingRow, RankedNeed

NOON = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)
COLLEGES = (
    EditionNote("TVC", "Test Valley College", 1, "2026–27 catalog", 2),
    EditionNote("NFC", "North Fork College", 1, "2026–27 catalog", 1),
)


def run_row(*, n_employers: int | None = 6, colleges: Sequence[EditionNote] = COLLEGES) -> RunRow:
    """Return a done run."""
    return RunRow(
        id=4,
        partnership_id=1,
        assessment_id=1,
        assessment_title="Autumn list",
        meeting_id=2 if n_employers else None,
        meeting_title="Autumn meeting" if n_employers else "",
        n_employers=n_employers,
        editions=tuple(colleges),
        state="done",
        n_done=3,
        n_total=3,
        failure="",
        digest="d1" * 32,
        decision_digest="d2" * 32,
        engine_version="1",
        made_by_name="Dana Ruiz",
        made_at=NOON,
        ended_at=NOON,
    )


def need(
    code: str,
    *,
    verdict: str = "gap",
    tier: int | None = 1,
    share: float = 0.1,
    position: int = 1,
    area: str = "Automation",
    title: str = "",
    span: tuple[int, int] | None = None,
    best: CourseLink | None = None,
) -> RunNeedRow:
    """Return a need of a run."""
    return RunNeedRow(
        code=code,
        area=area,
        title=title or f"Need {code}",
        level="working",
        elements=("One thing", "Another thing"),
        position=position,
        tier=tier,
        rank_low=span[0] if span else None,
        rank_high=span[1] if span else None,
        priority_share=share,
        matcher_verdict=verdict,
        verdict=verdict,
        kind="nowhere" if verdict == "gap" else "",
        n_match=int(verdict == "covered"),
        n_revise=int(verdict == "revise"),
        best=best,
    )


def link(need_verdict: str = "revise", *, college: EditionNote = COLLEGES[0], code: str = "MEC 130") -> CourseLink:
    """Return a course named beside a need."""
    return CourseLink(college.college_code, college.college_name, code, "Fluid Power", need_verdict)


def course(code: str, *, verdict: str = "unrelated", college: EditionNote = COLLEGES[0]) -> RunCourseRow:
    """Return a course of a run."""
    return RunCourseRow(
        college_code=college.college_code,
        college_name=college.college_name,
        code=code,
        title=f"Course {code}",
        description="",
        outcomes=(),
        topics=(),
        facts={"program": "Automation", "credits": 3.0},
        matcher_verdict=verdict,
        verdict=verdict,
        need_code=None,
        need_title=None,
        need_codes=(),
        reasons=(),
        own_reasons=(),
    )


def report(
    *needs: RunNeedRow,
    courses: Sequence[RunCourseRow] = (),
    cells: Mapping[tuple[str, str], str] | None = None,
    best_courses: Mapping[tuple[str, str], CourseLink] | None = None,
    n_employers: int | None = 6,
    colleges: Sequence[EditionNote] = COLLEGES,
) -> RegionReport:
    """Return a report on needs; `cells` holds the verdicts of need × college that are no gap."""
    return RegionReport(
        partnership_name="Test Valley Partnership",
        is_sample=False,
        run=run_row(n_employers=n_employers, colleges=colleges),
        needs=needs,
        courses=tuple(courses),
        cells={
            (need_code, college_code): CellRow(
                need_code, college_code, verdict, int(verdict == "match"), int(verdict == "revise")
            )
            for (need_code, college_code), verdict in (cells or {}).items()
        },
        best_courses=best_courses or {},
    )


def ranked(code: str, *, tier: int | None, position: int | None = 1) -> RankedNeed:
    """Return a need of a published ranking."""
    return RankedNeed(code, f"Need {code}", "Automation", "working", position, tier, position, position, 0.5, 6)


def meeting_row(
    *, state: str = "open", n_employers: int = 0, n_voted: int = 0, n_others: int = 0, is_revealed: bool = False
) -> MeetingRow:
    """Return a meeting of this many employers, some of whom have voted, and of others who have."""
    return MeetingRow(
        id=2,
        partnership_id=1,
        assessment_id=1,
        assessment_title="Autumn list",
        title="Autumn meeting",
        place="Town hall",
        held_on=date(2026, 9, 15),
        join_code="K7M4PX",
        state=state,
        k=5,
        opened_at=None if state == "planned" else NOON,
        closed_at=NOON if state == "closed" else None,
        revealed_at=NOON if is_revealed else None,
        revision=1,
        n_seats=n_employers + n_others,
        n_voted=n_voted + n_others,
        n_employers=n_employers,
        n_employers_voted=n_voted,
    )
