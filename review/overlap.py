"""Say where colleges overlap, and what the courses that need revision lack to become a match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from review import queries
from review.records import PairRow, RunNeedRow


@dataclass(frozen=True)
class Overlap:
    """A need that two or more colleges match already."""

    need: RunNeedRow
    #: The matching courses, best first.
    pairs: tuple[PairRow, ...]
    #: Number of each element, from 0, to the codes of the colleges whose matching courses teach it, best first.
    colleges_by_element: tuple[tuple[str, ...], ...]

    @property
    def elements(self) -> tuple[str, ...]:
        """Return what the courses are compared by."""
        return listed_elements(self.need)

    @property
    def college_names(self) -> tuple[str, ...]:
        """Name the colleges, that of the best course first."""
        return tuple(dict.fromkeys(pair.college_name for pair in self.pairs))

    @property
    def shared(self) -> tuple[int, ...]:
        """Number the elements that two or more colleges teach."""
        return tuple(number for number, codes in enumerate(self.colleges_by_element) if len(codes) > 1)


def overlaps(session: Session, *, run_id: int) -> list[Overlap]:
    """Return the needs of a run that two or more colleges match, in the employers' order."""
    matching: dict[str, list[PairRow]] = defaultdict(list)
    for pair in queries.pair_rows(session, run_id=run_id):
        if pair.verdict == "match":
            matching[pair.need_code].append(pair)
    found = (overlap_of(need, matching[need.code]) for need in queries.run_needs(session, run_id=run_id))
    return [overlap for overlap in found if overlap is not None]


def overlap_of(need: RunNeedRow, pairs: Sequence[PairRow]) -> Overlap | None:
    """Return how the matching courses for one need overlap; None unless they are of two or more colleges."""
    matching = tuple(pair for pair in pairs if pair.verdict == "match")
    if len({pair.college_code for pair in matching}) < 2:
        return None
    colleges = tuple(
        tuple(dict.fromkeys(pair.college_code for pair in matching if number in pair.covered))
        for number in range(len(listed_elements(need)))
    )
    return Overlap(need=need, pairs=matching, colleges_by_element=colleges)


def listed_elements(need: RunNeedRow) -> tuple[str, ...]:
    """Return the elements of a need; the title stands for a need that lists none, as it does for the matcher."""
    return need.elements or (need.title,)


@dataclass(frozen=True)
class MissingElement:
    """One thing that a course lacks for one need."""

    #: Number of the element, from 0.
    number: int
    text: str
    #: The sentence of the course that comes closest; empty when there is none.
    nearest: str


@dataclass(frozen=True)
class NeededChange:
    """What a course that needs revision lacks to match one need."""

    need: RunNeedRow
    pair: PairRow
    #: In the order of the need's list.
    missing: tuple[MissingElement, ...]

    @property
    def is_level_below(self) -> bool:
        """Say whether the level has to rise too."""
        return "level_below" in self.pair.reasons


def needed_changes(
    session: Session, *, run_id: int, college_code: str | None = None, course_code: str | None = None
) -> list[NeededChange]:
    """Return what each course that needs revision lacks: by college and course, needs in the employers' order."""
    needs = {need.code: need for need in queries.run_needs(session, run_id=run_id)}
    pairs = queries.pair_rows(session, run_id=run_id, college_code=college_code, course_code=course_code)
    changes = [needed_change(needs[pair.need_code], pair) for pair in pairs if pair.verdict == "revise"]
    # Pairs come in the employers' order already, and sorting keeps it within each course.
    return sorted(changes, key=lambda change: (change.pair.college_name, change.pair.course_code))


def needed_change(need: RunNeedRow, pair: PairRow) -> NeededChange:
    """Return what one course lacks for one need."""
    nearest: Mapping[int, str] = {row.element: row.quote for row in pair.nearest}
    elements = listed_elements(need)
    return NeededChange(
        need=need,
        pair=pair,
        missing=tuple(MissingElement(k, elements[k], nearest.get(k, "")) for k in sorted(pair.missing)),
    )
