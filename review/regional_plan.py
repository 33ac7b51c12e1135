"""Choose the revisions and new courses that win most of the employers' priority with what the colleges can do.

The choice is exact (integer linear programming): no other choice within the same capacity wins more. Among equal ones
the one with the least work is taken, then the one with the fewest changes. Plain data in, plain data out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from base.exact_choice import AtLeast, least_choice

#: Priority is counted in millionths, so that the solver adds whole numbers.
MILLION = 1_000_000


@dataclass(frozen=True)
class Effort:
    """How much work a change is, in staff hours, as the region estimates it."""

    #: For opening a course at all: meetings, forms, the committee.
    revision_hours: int = 20
    #: For each outcome that is added.
    outcome_hours: int = 6
    #: For a course that does not exist yet.
    new_course_hours: int = 120
    #: Outcomes that one revision may add; more would make it another course.
    max_outcomes: int = 6


@dataclass(frozen=True)
class Capacity:
    """What can be done; None where a limit is not set. At least one is."""

    #: Revisions and new courses together.
    n_changes: int | None = None
    staff_hours: int | None = None


@dataclass(frozen=True)
class OpenNeed:
    """A need that no course covers yet."""

    code: str
    title: str
    #: 1 critical … 4 low; None without a ranking.
    tier: int | None
    #: Share of all priority, 0–1.
    priority_share: float


@dataclass(frozen=True)
class Revisable:
    """A course that would match one or more needs after a revision."""

    college_code: str
    college_name: str
    course_code: str
    course_title: str
    #: By need code: what is to be added, in the words of the need; a raised level counts as one entry.
    additions: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Change:
    """One thing to do: revise a course, or make a new one."""

    #: None for a new course.
    course: Revisable | None
    #: By need code: the outcomes to add; empty for a new course.
    additions: Mapping[str, tuple[str, ...]]
    needs: tuple[OpenNeed, ...]
    hours: int
    #: Priority that the whole plan would lose without it, however the hours were then spent, 0–1.
    lost_without_share: float = 0.0
    #: Courses of other colleges that could serve the same needs instead.
    alternatives: tuple[Revisable, ...] = ()

    @property
    def won_share(self) -> float:
        """Return the priority of the needs that it serves, 0–1."""
        return sum(need.priority_share for need in self.needs)


@dataclass(frozen=True)
class CurvePoint:
    """What the best plan of one size wins."""

    #: Changes, or staff hours, whichever the curve is drawn over.
    size: int
    won_share: float


@dataclass(frozen=True)
class RegionalPlan:
    """The best plan within a capacity, and what more or less capacity would win."""

    changes: tuple[Change, ...]
    hours: int
    won_share: float
    #: Priority of all needs that are open, 0–1.
    open_share: float
    #: "changes" or "hours": what the curve is drawn over.
    curve_unit: str
    curve: tuple[CurvePoint, ...] = field(default=())

    @property
    def n_revisions(self) -> int:
        """Count the courses to revise."""
        return sum(change.course is not None for change in self.changes)


def regional_plan(
    needs: Sequence[OpenNeed], courses: Sequence[Revisable], *, capacity: Capacity, effort: Effort
) -> RegionalPlan:
    """Return the best plan, why each change is in it, and the curve of what other capacities would win."""
    problem = _Problem(needs, courses, effort=effort)
    chosen = problem.best(capacity)
    changes = [
        _explained(change, problem=problem, capacity=capacity, won=_won(chosen), courses=courses) for change in chosen
    ]
    unit = "hours" if capacity.n_changes is None else "changes"
    return RegionalPlan(
        changes=tuple(sorted(changes, key=lambda change: (-change.won_share, change.hours, _name(change)))),
        hours=sum(change.hours for change in changes),
        won_share=_won(chosen),
        open_share=sum(need.priority_share for need in needs),
        curve_unit=unit,
        curve=tuple(problem.curve(capacity, unit=unit)),
    )


def _won(changes: Iterable[Change]) -> float:
    return sum(change.won_share for change in changes)


def _name(change: Change) -> tuple[str, str]:
    return (change.course.college_code, change.course.course_code) if change.course else ("", change.needs[0].code)


def _explained(
    change: Change, *, problem: _Problem, capacity: Capacity, won: float, courses: Sequence[Revisable]
) -> Change:
    """Add what the plan would lose without a change, and who else could make it."""
    without = problem.most(capacity, banned=change)
    served = {need.code for need in change.needs}
    others = [
        course
        for course in courses
        if course is not change.course
        and (change.course is None or course.college_code != change.course.college_code)
        and served <= set(course.additions)
    ]
    return Change(
        course=change.course,
        additions=change.additions,
        needs=change.needs,
        hours=change.hours,
        lost_without_share=max(0.0, won - without),
        alternatives=tuple(others),
    )


#: Points of the curve beside the origin.
N_CURVE_POINTS = 12


class _Problem:
    """Lay the question out in variables: revise a course, make a course, serve a need by a course, win a need."""

    def __init__(self, needs: Sequence[OpenNeed], courses: Sequence[Revisable], *, effort: Effort) -> None:
        self.needs, self.effort = sorted(needs, key=lambda need: need.code), effort
        known = {need.code for need in needs}
        usable = (course for course in courses if known & self._possible(course))
        self.courses = sorted(usable, key=lambda course: (course.college_code, course.course_code))
        number = count()
        self.revised = {_key(course): next(number) for course in self.courses}
        self.made = {need.code: next(number) for need in self.needs}
        self.n_choices = len(self.revised) + len(self.made)
        self.serving = {
            (_key(course), need.code): next(number)
            for course in self.courses
            for need in self.needs
            if need.code in self._possible(course)
        }
        self.won = {need.code: next(number) for need in self.needs}
        self.size = next(number)

    def _possible(self, course: Revisable) -> set[str]:
        """Return the needs that one revision of a course could serve at all."""
        return {code for code, added in course.additions.items() if len(added) <= self.effort.max_outcomes}

    def best(self, capacity: Capacity) -> list[Change]:
        """Return the changes of the best plan; among equal ones the least work, then the fewest changes."""
        objectives = [self._priority(), self._hours(), self._changes()]
        found = least_choice(
            upper=[1] * self.size, demands=self._demands(capacity), objectives=objectives, n_tied=self.n_choices
        )
        return self._read(found or (0,) * self.size)

    def most(self, capacity: Capacity, *, banned: Change | None = None) -> float:
        """Return the share of priority that can be won within a capacity, if need be without one change."""
        demands = self._demands(capacity)
        if banned is not None:
            place = self.revised[_key(banned.course)] if banned.course else self.made[banned.needs[0].code]
            demands.append(AtLeast({place: -1}, 0))
        found = least_choice(upper=[1] * self.size, demands=demands, objectives=[self._priority()], n_tied=0)
        return sum(need.priority_share for need in self.needs if found and found[self.won[need.code]])

    def curve(self, capacity: Capacity, *, unit: str) -> Iterable[CurvePoint]:
        """Yield what the best plans of growing size win under that limit alone, up to about twice the capacity."""
        wanted = (capacity.staff_hours if unit == "hours" else capacity.n_changes) or 1
        step = max(1, -(-2 * wanted // N_CURVE_POINTS))
        everything = sum(need.priority_share for need in self.needs)
        yield CurvePoint(0, 0.0)
        for n in range(1, N_CURVE_POINTS + 1):
            limit = Capacity(None, n * step) if unit == "hours" else Capacity(n * step)
            won = self.most(limit)
            yield CurvePoint(n * step, won)
            if won >= everything - 0.5 / MILLION:
                return

    def _demands(self, capacity: Capacity) -> list[AtLeast]:
        demands = []
        for need in self.needs:
            ways = {place: 1 for (_, code), place in self.serving.items() if code == need.code}
            demands.append(AtLeast({**ways, self.made[need.code]: 1, self.won[need.code]: -1}, 0))
        for (key, _), place in self.serving.items():
            demands.append(AtLeast({self.revised[key]: 1, place: -1}, 0))
        for course in self.courses:
            added = {self.serving[_key(course), code]: -n for code, n in self._added(course).items()}
            demands.append(AtLeast({**added, self.revised[_key(course)]: self.effort.max_outcomes}, 0))
        if capacity.n_changes is not None:
            demands.append(AtLeast(_negative(self._changes()), -capacity.n_changes))
        if capacity.staff_hours is not None:
            demands.append(AtLeast(_negative(self._hours()), -capacity.staff_hours))
        return demands

    def _added(self, course: Revisable) -> dict[str, int]:
        return {code: len(added) for code, added in course.additions.items() if (_key(course), code) in self.serving}

    def _priority(self) -> dict[int, int]:
        return {self.won[need.code]: -round(MILLION * need.priority_share) for need in self.needs}

    def _changes(self) -> dict[int, int]:
        return dict.fromkeys([*self.revised.values(), *self.made.values()], 1)

    def _hours(self) -> dict[int, int]:
        hours = dict.fromkeys(self.revised.values(), self.effort.revision_hours)
        hours |= dict.fromkeys(self.made.values(), self.effort.new_course_hours)
        for course in self.courses:
            for code, n_added in self._added(course).items():
                hours[self.serving[_key(course), code]] = n_added * self.effort.outcome_hours
        return hours

    def _read(self, found: Sequence[int]) -> list[Change]:
        by_code = {need.code: need for need in self.needs}
        changes = []
        for course in self.courses:
            served = [code for (key, code), place in self.serving.items() if key == _key(course) and found[place]]
            if served:
                additions = {code: course.additions[code] for code in served}
                n_added = sum(map(len, additions.values()))
                hours = self.effort.revision_hours + n_added * self.effort.outcome_hours
                changes.append(Change(course, additions, tuple(by_code[code] for code in served), hours))
        for need in self.needs:
            if found[self.made[need.code]]:
                changes.append(Change(None, {}, (need,), self.effort.new_course_hours))
        return changes


def _key(course: Revisable) -> tuple[str, str]:
    return course.college_code, course.course_code


def _negative(weights: Mapping[int, int]) -> dict[int, int]:
    return {place: -weight for place, weight in weights.items()}
