"""Keep what a course got in a run, by the content of all that decides it, so that a later run need not judge it again.

Like the cache of readings it changes how long a run takes and nothing else. One changed letter in a course, a need, a
parameter, the model, the vocabulary or the matcher's own files makes another entry.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from matching.cache import N_COURSES_KEPT, WAIT_SECONDS
from matching.records import Course, Evidence, Need, PairVerdict

_TABLE = "CREATE TABLE IF NOT EXISTS course_result (key BLOB PRIMARY KEY, result TEXT NOT NULL)"
#: Kinds of files in this folder that bear on a result: code, coefficients, words, counts and vectors.
_SOURCE_KINDS = (".py", ".json", ".txt", ".tsv", ".npz")


@dataclass(frozen=True)
class CourseResult:
    """Hold what one course got: its pairs, whether its text cannot be judged, and the reasons that are its own."""

    course: Course
    pairs: tuple[PairVerdict, ...]
    is_unknown: bool
    reasons: tuple[str, ...]


@lru_cache(maxsize=1)
def _sources_digest() -> bytes:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.iterdir()):
        if path.suffix in _SOURCE_KINDS:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.digest()


def run_key(needs: Sequence[Need], *, parameters: Mapping[str, Any], least_score: float) -> bytes:
    """Return the digest of everything but the course that a result depends on."""
    content = [list(map(vars, needs)), dict(parameters), repr(least_score)]
    return hashlib.sha256(_sources_digest() + json.dumps(content, sort_keys=True).encode()).digest()


def _key(course: Course, *, run: bytes) -> bytes:
    return hashlib.sha256(run + json.dumps(vars(course), sort_keys=True).encode()).digest()


def kept_results(courses: Sequence[Course], *, run: bytes, path: Path) -> dict[int, CourseResult]:
    """Return the kept results by the position of their course; none where the file is missing or damaged."""
    found: dict[int, CourseResult] = {}
    if not path.is_file():
        return found
    try:
        with closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as connection:
            for i, course in enumerate(courses):
                row = connection.execute(
                    "SELECT result FROM course_result WHERE key = ?", (_key(course, run=run),)
                ).fetchone()
                if row is not None and (result := _unpacked(course, text=row[0])) is not None:
                    found[i] = result
    except sqlite3.Error:
        return found
    return found


def keep_results(results: Sequence[CourseResult], *, run: bytes, path: Path) -> None:
    """Keep results for later runs; the ones that were written first go first."""
    rows = [(_key(result.course, run=run), _packed(result)) for result in results]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as connection, connection:
            connection.execute(_TABLE)
            connection.executemany("INSERT OR REPLACE INTO course_result VALUES (?, ?)", rows)
            connection.execute(
                "DELETE FROM course_result WHERE rowid <= (SELECT max(rowid) FROM course_result) - ?",
                (N_COURSES_KEPT,),
            )
    except (sqlite3.Error, OSError):
        return  # without a cache the next run only takes longer


def _packed(result: CourseResult) -> str:
    pairs = [astuple(pair) for pair in result.pairs]
    return json.dumps([pairs, result.is_unknown, result.reasons], separators=(",", ":"))


def _unpacked(course: Course, *, text: str) -> CourseResult | None:
    """Read what `_packed` wrote; None when the entry is damaged."""
    try:
        pairs, is_unknown, reasons = json.loads(text)
        return CourseResult(course, tuple(map(_pair, pairs)), bool(is_unknown), tuple(reasons))
    except (ValueError, TypeError):
        return None


def _pair(values: Sequence[Any]) -> PairVerdict:
    need, college, course, verdict, score, covered, missing, evidence, nearest, reasons = values
    return PairVerdict(
        need=need,
        college=college,
        course=course,
        verdict=verdict,
        score=score,
        covered=tuple(covered),
        missing=tuple(missing),
        evidence=tuple(Evidence(*entry) for entry in evidence),
        nearest=tuple(Evidence(*entry) for entry in nearest),
        reasons=tuple(reasons),
    )
