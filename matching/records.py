"""Plain records that go into a decision and come out of it.

Everything here is frozen and made of tuples, so that a snapshot can be hashed, kept and judged again later.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

PairWord = Literal["match", "revise", "unrelated", "unknown"]
NeedWord = Literal["covered", "revise", "gap"]

#: Reason codes of a verdict; docs/method.md explains each one.
REASON_CODES = (
    "missing_elements",
    "level_below",
    "no_outcomes_stated",
    "hours_short",
    "delivery_mismatch",
    "credential_missing",
    "not_offered",
    "text_too_thin",
    "other_language",
    "title_description_mismatch",
)
LEVELS = ("basic", "working", "advanced")


class UnknownLevel(ValueError):  # noqa: N818 - named for what a person has to mend
    """Say that a level is none of basic, working, advanced."""


def _check_level(*, level: str, place: str) -> None:
    if level and level not in LEVELS:
        raise UnknownLevel(f"{place}: the level is “{level}”; write basic, working or advanced, or leave it empty.")


@dataclass(frozen=True)
class Need:
    """Hold one skill need as employers stated it.

    `tier` runs from 1 (critical) to 4 (low) and is None while the need is not ranked; `rank_position` is the
    position in the published ranking (1 = first), None while not ranked. A need without elements is judged by
    its title alone.
    """

    code: str
    title: str
    area: str = ""
    level: str = ""
    elements: tuple[str, ...] = ()
    tier: int | None = None
    rank_position: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "elements", tuple(self.elements))
        _check_level(level=self.level, place=f"Skill need {self.code}")


@dataclass(frozen=True)
class Course:
    """Hold one course as its college published it; (`college`, `code`) identifies it.

    `credits` and `clock_hours` are None where the college does not state them.
    """

    code: str
    title: str
    description: str = ""
    outcomes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    program: str = ""
    college: str = ""
    level: str = ""
    credits: float | None = None
    clock_hours: float | None = None
    delivery: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()
    is_noncredit: bool = False

    def __post_init__(self) -> None:
        for name in ("outcomes", "topics", "delivery", "credentials"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        _check_level(level=self.level, place=f"Course {self.code}")


@dataclass(frozen=True)
class Evidence:
    """Point at the verbatim statement of a course that bears on one element of a need.

    `element` counts from 0. `offset` is the character offset of `quote` in the field's text; for outcomes and
    topics in the text of list item `item` (None for title and description). `score` is between 0 and 1.
    """

    element: int
    quote: str
    field: str
    offset: int
    item: int | None
    score: float


@dataclass(frozen=True)
class PairVerdict:
    """Say how one course serves one need, with the evidence and the reasons."""

    need: str
    college: str
    course: str
    verdict: PairWord
    score: float
    covered: tuple[int, ...]
    missing: tuple[int, ...]
    evidence: tuple[Evidence, ...]
    nearest: tuple[Evidence, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class NeedVerdict:
    """Say whether the region covers one need; `courses` holds (college, code, verdict, score), best first."""

    need: str
    verdict: NeedWord
    kind: str
    courses: tuple[tuple[str, str, str, float], ...]


@dataclass(frozen=True)
class CourseVerdict:
    """Say what one course is worth to the employers: the verdict of its best need among the upper tiers."""

    college: str
    course: str
    verdict: PairWord
    need: str | None
    needs: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """Hold every verdict of one run, with the digest of what was judged and the version of what judged it."""

    pairs: tuple[PairVerdict, ...]
    needs: tuple[NeedVerdict, ...]
    courses: tuple[CourseVerdict, ...]
    engine_version: str
    digest: str


def _known_values(row: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items() if name in names}


@dataclass(frozen=True)
class Snapshot:
    """Freeze what a run judges: needs, courses and parameters.

    Parameters understood by `decide`, all optional: `hours_wanted` (mapping need code -> clock hours),
    `delivery_wanted` (mapping need code -> list of delivery or attendance words, any of which is enough),
    `level_wanted` (mapping need code -> level), `credentials_wanted` (mapping need code -> list of names),
    `not_offered` (list of "college/code" that no student can take now), and the `vocabulary` and `model` that
    `matching.adaptation.Adaptation` keeps.
    """

    needs: tuple[Need, ...]
    courses: tuple[Course, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "needs", tuple(self.needs))
        object.__setattr__(self, "courses", tuple(self.courses))

    def to_json(self) -> str:
        """Write canonical JSON: rows sorted by identity, keys sorted, so row order leaves no trace."""
        content = {
            "needs": [vars(n) for n in sorted(self.needs, key=lambda n: n.code)],
            "courses": [vars(c) for c in sorted(self.courses, key=lambda c: (c.college, c.code))],
            "parameters": dict(self.parameters),
        }
        return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Snapshot:
        """Read a snapshot that `to_json` wrote."""
        content = json.loads(text)
        return cls(
            needs=tuple(Need(**_known_values(row, Need.__dataclass_fields__)) for row in content["needs"]),
            courses=tuple(Course(**_known_values(row, Course.__dataclass_fields__)) for row in content["courses"]),
            parameters=content.get("parameters", {}),
        )

    @property
    def digest(self) -> str:
        """Return the sha256 (hex) of the canonical JSON."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()
