"""Decide which courses serve which skill needs: plain records in, verdicts with verbatim evidence out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matching.records import (
    REASON_CODES,
    Course,
    CourseVerdict,
    Decision,
    Evidence,
    Need,
    NeedVerdict,
    PairVerdict,
    Snapshot,
)
from matching.version import ENGINE_VERSION

__all__ = [
    "ENGINE_VERSION",
    "REASON_CODES",
    "Course",
    "CourseVerdict",
    "Decision",
    "Evidence",
    "Need",
    "NeedVerdict",
    "PairVerdict",
    "Snapshot",
    "decide",
]


def decide(
    snapshot: Snapshot,
    *,
    progress: Callable[[int, int], None] | None = None,
    all_pairs: bool = False,
    least_score: float | None = None,
    n_jobs: int = 1,
    cache_path: Path | None = None,
) -> Decision:
    """Judge every course of a snapshot against every need; `matching.deciding.decide` says how.

    The numeric libraries are loaded on the first call, so that importing this package costs next to nothing.
    """
    from matching import deciding

    return deciding.decide(
        snapshot,
        progress=progress,
        all_pairs=all_pairs,
        least_score=least_score,
        n_jobs=n_jobs,
        cache_path=cache_path,
    )
