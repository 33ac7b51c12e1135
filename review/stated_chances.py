"""Compare the chances that the matcher states with the share that turned out true on labelled pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching import Course, Snapshot
from matching.adaptation import Adaptation
from matching.deciding import N_COURSES_A_CHUNK
from matching.features import measure
from matching.judge import judge
from matching.language import is_other_language
from matching.prepare import prepare_courses, prepare_needs
from matching.reasons import is_too_thin
from matching.scoring import Honesty, TruePair, honesty
from matching.trained import model_of


@dataclass(frozen=True)
class StatedChance:
    """Hold the chances that the matcher gives one pair: that it is related at all, and that it is a match."""

    need: str
    course: str
    related: float
    match: float


@dataclass(frozen=True)
class Reliability:
    """Hold how honest both chances are on the same pairs; None where no pair has a chance."""

    related: Honesty | None
    match: Honesty | None

    def as_json(self) -> dict[str, Any]:
        """Return one object per chance, rounded to six digits: Brier scores of rare events are small."""
        return {
            name: _honesty_json(found) if found else None
            for name, found in (("related", self.related), ("match", self.match))
        }


def _honesty_json(found: Honesty) -> dict[str, Any]:
    return {
        "n_pairs": found.n,
        "base_rate": round(found.base_rate, 6),
        "brier": round(found.brier, 6),
        "base_rate_brier": round(found.base_rate_brier, 6),
        "rows": [
            {
                "chance_low": row.low,
                "chance_high": row.high,
                "n_pairs": row.n,
                "mean_chance": round(row.mean_chance, 6),
                "true_share": round(row.true_share, 6),
            }
            for row in found.rows
        ],
    }


def stated_chances(snapshot: Snapshot) -> Iterator[StatedChance]:
    """Yield the chances of every pair; a course whose text cannot be judged has none."""
    if not snapshot.needs:
        return
    for start in range(0, len(snapshot.courses), N_COURSES_A_CHUNK):
        yield from _chances_of(snapshot.courses[start : start + N_COURSES_A_CHUNK], snapshot=snapshot)


def _chances_of(courses: tuple[Course, ...], *, snapshot: Snapshot) -> Iterator[StatedChance]:
    adaptation = Adaptation.from_parameters(snapshot.parameters)
    needs = prepare_needs(snapshot.needs, region_lines=adaptation.vocabulary)
    prepared = prepare_courses(courses, columns=needs.columns, region_lines=adaptation.vocabulary)
    judged = judge(measure(needs, prepared), needs=needs, model=model_of(adaptation.model))
    is_unread = is_too_thin(prepared) | np.array([is_other_language(course) for course in courses])
    for i in np.flatnonzero(~is_unread).tolist():
        for j, need in enumerate(snapshot.needs):
            related = float(judged.related[i, j])
            yield StatedChance(need.code, courses[i].code, related, match=related * float(judged.match[i, j]))


def reliability_of(snapshot: Snapshot, *, true: Mapping[tuple[str, str], TruePair]) -> Reliability:
    """Compare the stated chances of the pairs in `true`, by code of the need and code of the course."""
    said = [chance for chance in stated_chances(snapshot) if (chance.need, chance.course) in true]
    if not said:
        return Reliability(None, None)
    grades = np.array([true[chance.need, chance.course].grade for chance in said])
    return Reliability(
        related=honesty(np.array([chance.related for chance in said]), grades >= 1),
        match=honesty(np.array([chance.match for chance in said]), grades == 2),
    )
