"""Put together what waits for the curriculum reviewers of one college."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from review import queries
from review.decision_queries import PairKey, standings
from review.queue_order import is_weak, need_changes, place
from review.queue_suggestions import Suggestion, suggestions
from review.records import PairRow, RunCourseRow, RunRow, SettledPair
from review.settling import RELATED

#: What the queue can be narrowed down to, in the order of the page.
SHOWN = ("waiting", "earlier", "weak", "disputed", "decided", "all")


@dataclass(frozen=True)
class QueueEntry:
    """One verdict of the queue."""

    pair: PairRow
    #: The need's verdict after each other word on this pair, where it would be another one than now.
    changes: Mapping[str, str]
    #: Whether the matcher itself gives “needs revision” less than an even chance.
    is_weak: bool
    #: An earlier decision on the same texts; None when there is none or somebody decided here.
    suggestion: Suggestion | None

    @property
    def key(self) -> PairKey:
        """Return which pair this is."""
        return self.pair.need_code, self.pair.college_code, self.pair.course_code

    @property
    def state(self) -> str:
        """Say where the verdict stands: "waiting", "decided" or "disputed"."""
        return "disputed" if self.pair.is_disputed else "decided" if self.pair.is_decided else "waiting"

    def is_shown(self, show: str) -> bool:
        """Say whether the entry belongs to one of SHOWN."""
        is_waiting = self.state == "waiting"
        return {
            "waiting": is_waiting,
            "earlier": is_waiting and self.suggestion is not None,
            "weak": is_waiting and self.is_weak,
            "all": True,
        }.get(show, self.state == show)


@dataclass(frozen=True)
class ReviewQueue:
    """The verdicts on one college's courses, in an order that deciding does not change."""

    run: RunRow
    college_name: str
    entries: tuple[QueueEntry, ...]
    #: Courses whose text cannot be judged (too little, or not in English), and that nobody has decided on.
    thin_courses: tuple[RunCourseRow, ...]

    def shown(self, show: str) -> tuple[QueueEntry, ...]:
        """Return the entries of one of SHOWN."""
        return tuple(entry for entry in self.entries if entry.is_shown(show))

    @property
    def counts(self) -> dict[str, int]:
        """Count the entries of each of SHOWN."""
        return {show: len(self.shown(show)) for show in SHOWN}

    @property
    def pairs(self) -> tuple[PairRow, ...]:
        """Return the verdicts without what the queue adds to them."""
        return tuple(entry.pair for entry in self.entries)

    @property
    def n_decided(self) -> int:
        """Count the verdicts that somebody decided on and nobody disputes."""
        return len(self.shown("decided"))

    @property
    def n_waiting(self) -> int:
        """Count the verdicts that nobody has decided on."""
        return len(self.shown("waiting"))

    @property
    def next_pair(self) -> PairRow | None:
        """Return the verdict to look at first; None when nothing waits."""
        return next((entry.pair for entry in self.shown("waiting")), None)

    def entry(self, key: PairKey) -> QueueEntry | None:
        """Return the entry of a pair; None when it is not in the queue."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def after(self, key: PairKey | None, *, show: str) -> QueueEntry | None:
        """Return the entry that follows a pair, from the top again after the last; None when no other is left."""
        return self._beyond(key, show=show, step=1)

    def before(self, key: PairKey | None, *, show: str) -> QueueEntry | None:
        """Return the entry in front of a pair, from the end again before the first; None when no other is left."""
        return self._beyond(key, show=show, step=-1)

    def _beyond(self, key: PairKey | None, *, show: str, step: int) -> QueueEntry | None:
        order = self.entries[::step]
        at = next((number for number, entry in enumerate(order) if entry.key == key), -1)
        rest = (*order[at + 1 :], *order[: max(at, 0)])
        return next((entry for entry in rest if entry.is_shown(show)), None)


def review_queue(session: Session, *, run: RunRow, college_code: str) -> ReviewQueue | None:
    """Return what a run asks the reviewers of one college; None when the run compared none of its courses."""
    if all(edition.college_code != college_code for edition in run.editions):
        return None
    earlier = suggestions(session, run_id=run.id, partnership_id=run.partnership_id, college_code=college_code)
    by_need: dict[str, list[SettledPair]] = defaultdict(list)
    for pair in queries.settled_pairs(session, run_id=run.id, also=earlier):
        by_need[pair.need_code].append(pair)
    rows = queries.pair_rows(session, run_id=run.id, college_code=college_code, also=earlier)
    asked = [
        row
        for row in rows
        if row.matcher_verdict in RELATED or row.is_decided or row.is_disputed or _key(row) in earlier
    ]
    asked.sort(key=lambda row: _place_key(row, by_need=by_need))
    courses = queries.run_courses(session, run_id=run.id)
    return ReviewQueue(
        run=run,
        college_name=run.college_name(college_code),
        entries=tuple(_entry(row, by_need=by_need, earlier=earlier) for row in asked),
        thin_courses=tuple(
            course for course in courses if course.college_code == college_code and course.verdict == "unknown"
        ),
    )


def _key(row: PairRow | SettledPair) -> PairKey:
    return row.need_code, row.college_code, row.course_code


def _settled(row: PairRow, *, by_need: Mapping[str, list[SettledPair]]) -> SettledPair:
    return next(pair for pair in by_need[row.need_code] if _key(pair) == _key(row))


def _entry(
    row: PairRow, *, by_need: Mapping[str, list[SettledPair]], earlier: Mapping[PairKey, Suggestion]
) -> QueueEntry:
    pair = _settled(row, by_need=by_need)
    return QueueEntry(
        pair=row,
        changes=need_changes(pair, by_need[row.need_code]),
        is_weak=is_weak(pair),
        suggestion=None if row.is_decided or row.is_disputed else earlier.get(_key(row)),
    )


def _place_key(row: PairRow, *, by_need: Mapping[str, list[SettledPair]]) -> tuple[object, ...]:
    pair = _settled(row, by_need=by_need)
    return place(pair, by_need[row.need_code], tier=row.tier, position=row.position).sort_key


@dataclass(frozen=True)
class DisputedVerdict:
    """A verdict on which reviewers disagree."""

    pair: PairRow
    #: Who says what, in the order of deciding.
    names_by_verdict: Mapping[str, tuple[str, ...]]


def disputed_verdicts(session: Session, *, run_id: int, college_code: str | None = None) -> list[DisputedVerdict]:
    """Return the disputed verdicts of a run in the employers' order: of all colleges, or of one."""
    narrowed = {} if college_code is None else {"college_code": college_code}
    held = {key: found for key, found in standings(session, run_id=run_id, **narrowed).items() if found.is_disputed}
    if not held:
        return []
    rows = queries.pair_rows(session, run_id=run_id, college_code=college_code)
    return [DisputedVerdict(row, held[_key(row)].names_by_verdict) for row in rows if _key(row) in held]
