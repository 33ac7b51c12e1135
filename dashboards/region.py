"""The regional report: one done run seen whole, or narrowed to one area or one college. Plain data only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from review.records import CellRow, CourseLink, EditionNote, RunCourseRow, RunNeedRow, RunRow

#: A need is called covered, revise or gap; a college's courses match it, need revision, or leave a gap.
NEED_WORD_OF_CELL = {"match": "covered", "revise": "revise", "gap": "gap"}
COURSE_WORDS = ("match", "revise", "unrelated", "unknown")
#: Needs without an area are gathered under this name.
NO_AREA = "No area"


@dataclass(frozen=True)
class AreaLoss:
    """What an area (or a single need) loses: priority that rests on needs without a matching course."""

    name: str
    #: Share of all priority that is not covered because nothing comes near, 0–1.
    gap_share: float
    #: Share of all priority that revised courses could cover, 0–1.
    revise_share: float
    #: Share of all priority that the area holds, 0–1.
    priority_share: float
    n_gap: int
    n_revise: int
    n_needs: int

    @property
    def lost_share(self) -> float:
        """Return the share of all priority that is lost here, 0–1."""
        return self.gap_share + self.revise_share


@dataclass(frozen=True)
class CollegeCounts:
    """How many of a college's courses have which verdict."""

    code: str
    name: str
    n_by_verdict: Mapping[str, int]

    @property
    def n_courses(self) -> int:
        """Count all courses of the college."""
        return sum(self.n_by_verdict.values())


@dataclass(frozen=True)
class RegionReport:
    """Everything that the regional pages, charts and files show of one run."""

    partnership_name: str
    is_sample: bool
    run: RunRow
    #: In the employers' order, most wanted first.
    needs: tuple[RunNeedRow, ...]
    courses: tuple[RunCourseRow, ...]
    #: By (need code, college code).
    cells: Mapping[tuple[str, str], CellRow]
    #: The best course that a college has for a need, by (need code, college code); absent where it has none.
    best_courses: Mapping[tuple[str, str], CourseLink]
    #: What the report is narrowed to; empty for everything.
    area: str = ""
    college_code: str = ""

    @property
    def is_ranked(self) -> bool:
        """Say whether employers' priorities order the needs."""
        return self.run.is_ranked

    @property
    def is_narrowed(self) -> bool:
        """Say whether the report leaves something out."""
        return bool(self.area or self.college_code)

    @property
    def colleges(self) -> tuple[EditionNote, ...]:
        """Return the colleges in view, in the order of their names."""
        notes = {note.college_code: note for note in self.run.editions}
        seen = [note for note in notes.values() if not self.college_code or note.college_code == self.college_code]
        return tuple(sorted(seen, key=lambda note: note.college_name))

    @property
    def areas(self) -> tuple[str, ...]:
        """Return the areas of the needs in view, in alphabetical order."""
        return tuple(sorted({need.area or NO_AREA for need in self.needs}))

    @property
    def college_name(self) -> str:
        """Name the college that the report is narrowed to."""
        return self.run.college_name(self.college_code) if self.college_code else ""

    def cell_verdict(self, *, need_code: str, college: EditionNote) -> str:
        """Return match, revise or gap."""
        cell = self.cells.get((need_code, college.college_code))
        return cell.verdict if cell else "gap"


def narrowed(report: RegionReport, *, area: str = "", college_code: str = "") -> RegionReport:
    """Keep one area's needs, or judge every need by one college's courses alone; unknown names keep everything."""
    if area in report.areas:
        needs = tuple(need for need in report.needs if (need.area or NO_AREA) == area)
        report = replace(report, area=area, needs=needs)
    if any(college.college_code == college_code for college in report.colleges):
        courses = tuple(course for course in report.courses if course.college_code == college_code)
        report = replace(report, college_code=college_code, courses=courses)
        report = replace(report, needs=tuple(_seen_from_college(need, report=report) for need in report.needs))
    return report


def _seen_from_college(need: RunNeedRow, *, report: RegionReport) -> RunNeedRow:
    """Judge a need by the courses of the report's only college."""
    word = NEED_WORD_OF_CELL[report.cell_verdict(need_code=need.code, college=report.colleges[0])]
    cell = report.cells.get((need.code, report.college_code))
    return replace(
        need,
        verdict=word,
        kind=need.kind if word == need.verdict else "",
        n_match=cell.n_match if cell else 0,
        n_revise=cell.n_revise if cell else 0,
        best=report.best_courses.get((need.code, report.college_code)),
    )


def share_interval(need: RunNeedRow, *, share_at_place: Mapping[int, float]) -> tuple[float, float] | None:
    """Turn the places that are plausible for a need into the shares that those places carry; None without a ranking."""
    if need.rank_low is None or need.rank_high is None:
        return None
    places = [place for place in (need.rank_low, need.rank_high) if place in share_at_place]
    shares = [share_at_place[place] for place in places] + [need.priority_share]
    return min(shares), max(shares)


def shares_at_places(needs: tuple[RunNeedRow, ...]) -> dict[int, float]:
    """Return the share of all priority that each place in the order carries."""
    return {
        place: need.priority_share
        for place, need in enumerate(sorted(needs, key=lambda need: (-need.priority_share, need.position)), start=1)
    }


def losses(report: RegionReport) -> tuple[AreaLoss, ...]:
    """Return what is lost, the largest loss first: by area, or need by need when only one area is in view."""
    by_need = len(report.areas) < 2
    groups: dict[str, list[RunNeedRow]] = defaultdict(list)
    for need in report.needs:
        groups[need.title if by_need else need.area or NO_AREA].append(need)
    found = [_loss(name, needs) for name, needs in groups.items()]
    return tuple(sorted((loss for loss in found if loss.lost_share > 0), key=lambda loss: -loss.lost_share))


def _loss(name: str, needs: list[RunNeedRow]) -> AreaLoss:
    def share(verdict: str) -> float:
        return sum(need.priority_share for need in needs if need.verdict == verdict)

    return AreaLoss(
        name=name,
        gap_share=share("gap"),
        revise_share=share("revise"),
        priority_share=sum(need.priority_share for need in needs),
        n_gap=sum(need.verdict == "gap" for need in needs),
        n_revise=sum(need.verdict == "revise" for need in needs),
        n_needs=len(needs),
    )


def course_counts(report: RegionReport) -> tuple[CollegeCounts, ...]:
    """Count the verdicts on the courses of every college in view."""
    counts = {college.college_code: dict.fromkeys(COURSE_WORDS, 0) for college in report.colleges}
    for course in report.courses:
        counts[course.college_code][course.verdict] += 1
    return tuple(
        CollegeCounts(college.college_code, college.college_name, counts[college.college_code])
        for college in report.colleges
    )
