"""Choose courses for an apprenticeship's related instruction, exactly. Plain data in, plain data out.

Asked for are hours, and for every competency at least one course that covers it. The first question is always how much
of that can be reached at all; only then what it costs, how far people drive and how many colleges take part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd

from base.exact_choice import AtLeast, least_choice

#: What can be made least first; the others follow in this order.
OBJECTIVES = ("cost", "travel", "colleges", "hours")
PLACES = ("campus", "online", "plant")
CourseKey = tuple[str, str]


@dataclass(frozen=True)
class Option:
    """A course taken in one place: at the college, online, or at the plant."""

    #: Code of the college and of the course.
    course: CourseKey
    place: str
    minutes: int
    covers: frozenset[str]
    #: Price in cents; None when not known.
    cost_cents: int | None = None
    #: Miles in all; None when not known.
    miles: int | None = None


@dataclass(frozen=True)
class Wish:
    """What a plan asks for."""

    #: Instruction that is needed, after credit.
    minutes: int
    #: Competencies that must be covered.
    competencies: tuple[str, ...]
    objective: str = "cost"
    max_online_minutes: int | None = None
    max_plant_minutes: int | None = None
    #: Most chosen courses that cover one competency.
    max_per_competency: int | None = None


@dataclass(frozen=True)
class Plan:
    """The best choice, and what it does not reach."""

    options: tuple[Option, ...]
    missing_minutes: int
    uncovered: tuple[str, ...]

    @property
    def minutes(self) -> int:
        """Return the instruction of all chosen courses."""
        return sum(option.minutes for option in self.options)


def credited_minutes(shown: int, *, total: int, cap_percent: int) -> int:
    """Return the minutes that credit takes away: those of what was shown, never more than the cap's part of all."""
    return min(shown, total * cap_percent // 100)


def plan_courses(options: Sequence[Option], wish: Wish) -> Plan:
    """Choose the best courses: most competencies covered, fewest hours missing, then what the wish makes least first.

    Courses of unknown price (or distance, where travel counts) are taken only where they cannot be done without. Ties
    are broken by the other objectives, then by fewer courses, then by the codes of college and course.
    """
    if wish.objective not in OBJECTIVES:
        raise ValueError(f"there is no objective {wish.objective!r}")
    ordered = sorted(options, key=lambda option: (option.course, PLACES.index(option.place)))
    model = _Model(ordered, wish)
    chosen = least_choice(
        upper=model.upper, demands=model.demands(), objectives=model.objectives(), n_tied=len(ordered)
    )
    if chosen is None:  # what is missing is a variable too, so some answer always exists
        raise RuntimeError("the planner's own model has no answer")
    return Plan(
        options=tuple(option for option, taken in zip(ordered, chosen, strict=False) if taken),
        missing_minutes=chosen[model.missing] * model.unit,
        uncovered=tuple(code for code, place in model.uncovered.items() if chosen[place]),
    )


class _Model:
    """Number the variables: options, then colleges, then competencies left uncovered, then the missing time."""

    def __init__(self, options: Sequence[Option], wish: Wish) -> None:
        self.options, self.wish = options, wish
        self.unit = gcd(wish.minutes, *(option.minutes for option in options)) or 1
        names = sorted({option.course[0] for option in options})
        self.colleges = {name: len(options) + n for n, name in enumerate(names)}
        start = len(options) + len(names)
        self.uncovered = {code: start + n for n, code in enumerate(wish.competencies)}
        self.missing = start + len(self.uncovered)
        self.upper = [1] * self.missing + [-(-wish.minutes // self.unit)]

    def demands(self) -> list[AtLeast]:
        """State what every choice must keep to."""
        found = [
            AtLeast({n: self._units(n) for n in self._all()} | {self.missing: 1}, -(-self.wish.minutes // self.unit))
        ]
        for code, place in self.uncovered.items():
            covering = [n for n in self._all() if code in self.options[n].covers]
            found.append(AtLeast(dict.fromkeys(covering, 1) | {place: 1}, 1))
            if self.wish.max_per_competency is not None:
                found.append(AtLeast(dict.fromkeys(covering, -1), -self.wish.max_per_competency))
        for course in {option.course for option in self.options}:
            same = [n for n in self._all() if self.options[n].course == course]
            if len(same) > 1:
                found.append(AtLeast(dict.fromkeys(same, -1), -1))
        for where, most in (("online", self.wish.max_online_minutes), ("plant", self.wish.max_plant_minutes)):
            if most is not None:
                there = {n: -self._units(n) for n in self._all() if self.options[n].place == where}
                found.append(AtLeast(there, -(most // self.unit)))
        found += [AtLeast({self.colleges[self.options[n].course[0]]: 1, n: -1}, 0) for n in self._all()]
        return found

    def objectives(self) -> list[Mapping[int, int]]:
        """Order what is made least."""
        cost = {n: self.options[n].cost_cents or 0 for n in self._all()}
        travel = {n: self.options[n].miles or 0 for n in self._all()}
        colleges = dict.fromkeys(self.colleges.values(), 1)
        unknown = {
            "cost": {n: 1 for n in self._all() if self.options[n].cost_cents is None},
            "travel": {n: 1 for n in self._all() if self.options[n].miles is None},
            "colleges": {},
            "hours": {},
        }
        hours = {n: self._units(n) for n in self._all()}
        by_name = {"cost": cost, "travel": travel, "colleges": colleges, "hours": hours}
        first = self.wish.objective
        return [
            dict.fromkeys(self.uncovered.values(), 1),
            {self.missing: 1},
            unknown[first],
            by_name[first],
            *(by_name[name] for name in OBJECTIVES if name != first),
            dict.fromkeys(self._all(), 1),
        ]

    def _all(self) -> range:
        return range(len(self.options))

    def _units(self, n: int) -> int:
        return self.options[n].minutes // self.unit
