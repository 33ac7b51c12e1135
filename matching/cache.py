"""Keep what was read of courses in a file, by the content of their texts, so that a later run need not read them again.

The cache changes how long a run takes and nothing else. A file that is damaged, locked or cannot be written is passed
over: the courses are then read anew.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path

import numpy as np

from matching.encoder import shipped_table
from matching.reading import Reading, read_courses, statements_of
from matching.records import Course

#: Courses kept; the ones that were written first go first.
N_COURSES_KEPT = 20_000
#: Seconds to wait for another process that writes.
WAIT_SECONDS = 2.0
#: Everything that decides how a text is read; another version of any of them makes another cache entry.
_SOURCES = (
    "cache.py", "encoder.py", "reading.py", "stems.py", "stopwords.txt", "terms.py", "text.py", "token_table.npz",
    "vocabulary.txt",
)  # fmt: skip
_TABLE = "CREATE TABLE IF NOT EXISTS reading (key BLOB PRIMARY KEY, terms TEXT NOT NULL, vectors BLOB NOT NULL)"


@lru_cache(maxsize=1)
def _sources_digest() -> bytes:
    digest = hashlib.sha256()
    for name in _SOURCES:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.digest()


def _key(course: Course, *, region_lines: tuple[str, ...]) -> bytes:
    """Return the digest of everything that the reading of a course depends on."""
    texts = [course.title, course.program, course.description, course.outcomes, course.topics, region_lines]
    return hashlib.sha256(_sources_digest() + json.dumps(texts, ensure_ascii=True).encode()).digest()


def cached_readings(
    courses: Sequence[Course], *, region_lines: tuple[str, ...] = (), path: Path | None = None
) -> list[Reading]:
    """Return the readings of courses: from the file at `path` where it has them, else fresh and then kept there."""
    if path is None or not courses:
        return read_courses(courses, region_lines=region_lines)
    keys = [_key(course, region_lines=region_lines) for course in courses]
    known = _known(path, keys=keys, courses=courses)
    missing = [i for i in range(len(courses)) if i not in known]
    fresh = dict(
        zip(missing, read_courses([courses[i] for i in missing], region_lines=region_lines), strict=True)
        if missing
        else ()
    )
    if fresh:
        _keep(path, rows=[(keys[i], *_packed(reading)) for i, reading in fresh.items()])
    return [known[i] if i in known else fresh[i] for i in range(len(courses))]


def _known(path: Path, *, keys: Sequence[bytes], courses: Sequence[Course]) -> dict[int, Reading]:
    """Return the kept readings by the position of their course."""
    if not path.is_file():
        return {}
    found = {}
    try:
        with closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as connection:
            for i, key in enumerate(keys):
                row = connection.execute("SELECT terms, vectors FROM reading WHERE key = ?", (key,)).fetchone()
                if row is not None and (reading := _unpacked(courses[i], terms=row[0], vectors=row[1])) is not None:
                    found[i] = reading
    except sqlite3.Error:
        return found
    return found


def _keep(path: Path, *, rows: Sequence[tuple[bytes, str, bytes]]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as connection, connection:
            connection.execute(_TABLE)
            connection.executemany("INSERT OR REPLACE INTO reading VALUES (?, ?, ?)", rows)
            connection.execute(
                "DELETE FROM reading WHERE rowid <= (SELECT max(rowid) FROM reading) - ?", (N_COURSES_KEPT,)
            )
    except (sqlite3.Error, OSError):
        return  # without a cache the next run only takes longer


def _packed(reading: Reading) -> tuple[str, bytes]:
    """Write terms as JSON and vectors as 16-bit whole numbers, both without loss."""
    terms = [reading.statement_terms, reading.title_terms, reading.program_terms, reading.clause_counts]
    return json.dumps(terms, separators=(",", ":")), reading.vectors.astype("<i2").tobytes()


def _unpacked(course: Course, *, terms: str, vectors: bytes) -> Reading | None:
    """Read what `_packed` wrote; None when the entry is damaged."""
    try:
        of_statements, title, program, clause_counts = json.loads(terms)
        rows = np.frombuffer(vectors, dtype="<i2").reshape(sum(clause_counts) + 2, shipped_table().rows.shape[1])
    except (ValueError, TypeError):
        return None
    statements = statements_of(course)
    if not len(statements) == len(of_statements) == len(clause_counts):
        return None
    return Reading(
        statements=statements,
        statement_terms=tuple(of_statements),
        title_terms=title,
        program_terms=program,
        clause_counts=tuple(clause_counts),
        vectors=rows.astype(np.float32),
    )
