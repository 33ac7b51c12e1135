"""Put a person's way to a credential together: what comes first, what is left, and where it leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog import lattice
from catalog.credential_picture import Picture, lattice_picture
from catalog.credential_queries import OfferedCourse, lattice_of
from catalog.credential_records import CourseRef, CredentialRow
from catalog.lattice import Edge


@dataclass(frozen=True)
class CourseLine:
    """A course on a pathway, with what the newest catalog says of it."""

    ref: CourseRef
    #: None when the newest catalog does not list it.
    offered: OfferedCourse | None
    is_confirmed: bool = False


@dataclass(frozen=True)
class NeededGroup:
    """What a credential requires: all of these, or a number of them."""

    #: How many; None for all.
    n_needed: int | None
    credentials: tuple[CredentialRow, ...]
    courses: tuple[CourseLine, ...]


@dataclass(frozen=True)
class StepLine:
    """One thing left to do on a pathway."""

    #: The credential to earn; None for a course to take.
    credential: CredentialRow | None
    course: CourseLine | None
    #: Minutes that it adds to what is there before it; None when nobody has said.
    minutes: int | None
    #: Courses that prepare for a credential.
    prepares: tuple[CourseLine, ...] = ()


@dataclass(frozen=True)
class LayerEntry:
    """A credential in its layer, with what it builds on directly."""

    row: CredentialRow
    builds_on: tuple[CredentialRow, ...]
    is_goal: bool
    is_held: bool
    is_left: bool


@dataclass(frozen=True)
class GrantLine:
    """Credit that a college grants for the credential."""

    course: CourseLine
    credits: Decimal
    note: str
    agreed_on: object


@dataclass(frozen=True)
class Pathway:
    """Everything that the page of a credential shows."""

    goal: CredentialRow
    held: tuple[str, ...]
    #: Credentials below the goal, which somebody may hold already.
    may_hold: tuple[CredentialRow, ...]
    needed: tuple[NeededGroup, ...]
    steps: tuple[StepLine, ...]
    #: Sum of the steps; steps without hours add nothing.
    minutes_left: int
    #: Whether every step states its hours.
    hours_are_known: bool
    courses: tuple[CourseLine, ...]
    grants: tuple[GrantLine, ...]
    leads_to: tuple[CredentialRow, ...]
    layers: tuple[tuple[LayerEntry, ...], ...]
    picture: Picture
    #: Links along which one stacks into the next, and those along which one is required.
    stacked: frozenset[Edge]
    required: frozenset[Edge]
    shortest: tuple[CredentialRow, ...]
    longest: tuple[CredentialRow, ...]


def distinct_titles(rows: Sequence[CredentialRow]) -> dict[str, str]:
    """Return the title of every credential by its code; where two share one, its college's code tells them apart."""
    shared = Counter(row.title for row in rows)
    return {
        row.code: f"{row.title} ({row.college_code or row.code})" if shared[row.title] > 1 else row.title
        for row in rows
    }


def pathway(
    rows: Sequence[CredentialRow],
    *,
    goal: CredentialRow,
    held: Collection[str],
    offered: Mapping[CourseRef, OfferedCourse],
) -> Pathway:
    """Work out a person's way to a credential from what they hold."""
    by_code = {row.code: row for row in rows}
    whole = lattice_of(rows, offered=offered)
    edges = {edge for edge in whole.edges() if edge[0] in by_code and edge[1] in by_code}
    below, above = lattice.below(goal.code, edges), lattice.above(goal.code, edges)
    holds = tuple(code for code in sorted(set(held)) if code in below | {goal.code})
    granted = {str(grant.course) for code in holds for grant in by_code[code].credit_for}
    left = lattice.steps_left(whole, goal=goal.code, held={*holds, *granted})
    steps = tuple(_step(step, by_code=by_code, offered=offered) for step in left)
    shown = below | above | {goal.code}
    layers = lattice.layers(shown, edges)
    keys_left = {step.key for step in left}
    starts = set(holds) or lattice.entries(below | {goal.code}, edges)
    return Pathway(
        goal=goal,
        held=holds,
        may_hold=tuple(row for row in rows if row.code in below),
        needed=tuple(
            NeededGroup(
                group.n_needed,
                tuple(by_code[member] for member in group.members if isinstance(member, str)),
                tuple(_course(member, offered) for member in group.members if isinstance(member, CourseRef)),
            )
            for group in goal.requires
        ),
        steps=steps,
        minutes_left=sum(step.minutes or 0 for step in steps),
        hours_are_known=all(step.minutes is not None for step in steps),
        courses=_preparing(goal, offered=offered),
        grants=tuple(
            GrantLine(_course(grant.course, offered), grant.credits, grant.note, grant.agreed_on)
            for grant in goal.credit_for
        ),
        leads_to=tuple(row for row in rows if (goal.code, row.code) in edges),
        layers=tuple(
            tuple(_entry(by_code[key], goal, holds, keys_left, by_code, edges) for key in layer) for layer in layers
        ),
        picture=lattice_picture(layers, edges, titles=distinct_titles(rows)),
        stacked=frozenset((row.code, link.into_code) for row in rows for link in row.stacks_into),
        required=frozenset(
            (member, row.code)
            for row in rows
            for group in row.requires
            for member in group.members
            if isinstance(member, str)
        ),
        shortest=tuple(by_code[key] for key in lattice.shortest_way(goal.code, edges, starts=starts)),
        longest=tuple(by_code[key] for key in lattice.longest_way(goal.code, edges, starts=starts)),
    )


def _course(ref: CourseRef, offered: Mapping[CourseRef, OfferedCourse], *, is_confirmed: bool = False) -> CourseLine:
    return CourseLine(ref, offered.get(ref), is_confirmed)


def _preparing(row: CredentialRow, *, offered: Mapping[CourseRef, OfferedCourse]) -> tuple[CourseLine, ...]:
    return tuple(
        _course(course.course, offered, is_confirmed=course.confirmed_by_name is not None)
        for course in sorted(row.courses, key=lambda course: course.course)
    )


def _step(
    step: lattice.Step, *, by_code: Mapping[str, CredentialRow], offered: Mapping[CourseRef, OfferedCourse]
) -> StepLine:
    row = by_code.get(step.key)
    if row is not None:
        minutes = None if row.clock_minutes is None else step.minutes
        return StepLine(row, None, minutes, _preparing(row, offered=offered))
    college_code, _, course_code = step.key.partition(":")
    course = _course(CourseRef(college_code, course_code), offered)
    return StepLine(None, course, step.minutes if course.offered and course.offered.minutes is not None else None)


def _entry(
    row: CredentialRow,
    goal: CredentialRow,
    held: Collection[str],
    keys_left: Collection[str],
    by_code: Mapping[str, CredentialRow],
    edges: Collection[Edge],
) -> LayerEntry:
    builds_on = tuple(by_code[first] for first, second in sorted(edges) if second == row.code)
    return LayerEntry(row, builds_on, row.code == goal.code, row.code in held, row.code in keys_left)


@dataclass(frozen=True)
class CollegeCell:
    """What one college does for a credential."""

    awards: bool
    courses: tuple[CourseLine, ...]
    grants: tuple[GrantLine, ...]


@dataclass(frozen=True)
class ConsortiumRow:
    """One credential over all colleges: those of the same title stand together."""

    title: str
    kind: str
    rows: tuple[CredentialRow, ...]
    cells: tuple[CollegeCell, ...]
    #: Further credentials that it counts towards, with the colleges that award them.
    stacks_into: tuple[CredentialRow, ...]


def consortium(
    rows: Sequence[CredentialRow], *, college_codes: Sequence[str], offered: Mapping[CourseRef, OfferedCourse]
) -> tuple[ConsortiumRow, ...]:
    """Compare the colleges credential by credential; credentials of the same title and kind share a row."""
    by_code = {row.code: row for row in rows}
    grouped: dict[tuple[str, str], list[CredentialRow]] = {}
    for row in rows:
        grouped.setdefault((" ".join(row.title.casefold().split()), row.kind), []).append(row)
    return tuple(
        ConsortiumRow(
            same[0].title,
            same[0].kind,
            tuple(same),
            tuple(_cell(same, code, offered) for code in college_codes),
            tuple(dict.fromkeys(by_code[link.into_code] for row in same for link in row.stacks_into)),
        )
        for same in grouped.values()
    )


def _cell(same: Sequence[CredentialRow], college: str, offered: Mapping[CourseRef, OfferedCourse]) -> CollegeCell:
    lines = {line.ref: line for row in same for line in _preparing(row, offered=offered)}
    return CollegeCell(
        awards=any(row.college_code == college for row in same),
        courses=tuple(line for ref, line in sorted(lines.items()) if ref.college_code == college),
        grants=tuple(
            GrantLine(_course(grant.course, offered), grant.credits, grant.note, grant.agreed_on)
            for row in same
            for grant in row.credit_for
            if grant.course.college_code == college
        ),
    )
