"""The cache of readings: the same decision to the byte with it and without, whatever happens to the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching import Course, Need, Snapshot, decide
from matching.adaptation import Adaptation
from matching.cache import cached_readings
from matching.reading import Reading, read_courses

NEED = Need("WE-1", "Weld steel with MIG", level="working", elements=("Set up a MIG welder", "Weld fillet joints"))
MIG = Course(
    "WLD 101",
    "MIG Welding",
    description="Students set up a GMAW machine, weld fillet joints and check them. Lab fee: $20.",
    outcomes=("Weld fillet joints in all positions", "Set up a MIG welder"),
    topics=("Safety", "Café metals – naïve joints"),
    program="Welding Technology",
)
POETRY = Course("ENG 1", "Poetry", description="Students read sonnets aloud, and write short rhymes every week.")
BARE = Course("ENG 2", "")
COURSES = (MIG, POETRY, BARE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the cache goes; its folder is not there yet."""
    return tmp_path / "cache" / "readings.sqlite"


def n_kept(path: Path) -> int:
    """Count the courses that the cache keeps."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM reading").fetchone()[0])


def same(left: list[Reading], right: list[Reading]) -> bool:
    """Tell whether readings are alike in every number and text."""
    return all(
        replace(a, vectors=b.vectors) == b
        and a.vectors.dtype == b.vectors.dtype
        and np.array_equal(a.vectors, b.vectors)
        for a, b in zip(left, right, strict=True)
    )


def test_what_comes_back_is_what_was_read(path: Path) -> None:
    fresh = read_courses(COURSES)
    assert same(cached_readings(COURSES, path=path), fresh)
    assert n_kept(path) == 3
    assert same(cached_readings(COURSES, path=path), fresh)
    assert n_kept(path) == 3


def test_decisions_are_the_same_with_the_cache_and_without(path: Path) -> None:
    snapshot = Snapshot((NEED,), COURSES)
    without = decide(snapshot, all_pairs=True)
    assert decide(snapshot, all_pairs=True, cache_path=path) == without
    assert decide(snapshot, all_pairs=True, cache_path=path) == without


def test_workers_share_the_cache(path: Path) -> None:
    courses = tuple(replace(MIG, code=f"W{i:03}", title=f"MIG Welding {i}") for i in range(205))
    snapshot = Snapshot((NEED,), courses)
    first = decide(snapshot, n_jobs=2, cache_path=path)
    assert n_kept(path) == 205
    assert decide(snapshot, n_jobs=2, cache_path=path) == first == decide(snapshot)


def test_a_changed_text_is_read_anew_and_other_attributes_are_not_looked_at(path: Path) -> None:
    cached_readings((MIG,), path=path)
    cached_readings((replace(MIG, clock_hours=40.0, code="WLD 102", college="B"),), path=path)
    assert n_kept(path) == 1
    changed = replace(MIG, description="Students cook soups and sauces for forty guests.")
    assert same(cached_readings((changed,), path=path), read_courses((changed,)))
    assert n_kept(path) == 2


def test_a_regions_words_have_readings_of_their_own(path: Path) -> None:
    lines = Adaptation(vocabulary=("sonnet rhymes = short rhymes",)).vocabulary
    cached_readings((POETRY,), path=path)
    assert same(cached_readings((POETRY,), region_lines=lines, path=path), read_courses((POETRY,), region_lines=lines))
    assert n_kept(path) == 2


@pytest.mark.parametrize(
    "damage", ["UPDATE reading SET terms = '['", "UPDATE reading SET vectors = x'00'", "DROP TABLE reading"]
)
def test_a_damaged_entry_is_read_anew(path: Path, damage: str) -> None:
    cached_readings(COURSES, path=path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(damage)
    assert same(cached_readings(COURSES, path=path), read_courses(COURSES))
    assert same(cached_readings(COURSES, path=path), read_courses(COURSES))


def test_a_file_that_is_no_cache_or_a_folder_that_cannot_be_made_is_passed_over(tmp_path: Path) -> None:
    torn = tmp_path / "torn.sqlite"
    torn.write_bytes(b"this is no database, however long one reads on in it" * 40)
    assert same(cached_readings(COURSES, path=torn), read_courses(COURSES))
    assert same(cached_readings(COURSES, path=torn / "below" / "readings.sqlite"), read_courses(COURSES))


def test_no_course_needs_no_file(path: Path) -> None:
    assert cached_readings((), path=path) == []
    assert not path.exists()


def results_kept(path: Path) -> int:
    """Count the courses whose results the cache keeps."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM course_result").fetchone()[0])


def test_a_result_is_judged_once_for_the_same_course_needs_and_parameters(path: Path) -> None:
    snapshot = Snapshot((NEED,), COURSES)
    first = decide(snapshot, cache_path=path)
    assert results_kept(path) == 3
    assert decide(snapshot, cache_path=path) == first
    assert results_kept(path) == 3


@pytest.mark.parametrize(
    "changed",
    [
        Snapshot((replace(NEED, elements=("Weld fillet joints",)),), COURSES),
        Snapshot((NEED,), tuple(replace(c, clock_hours=1.0) for c in COURSES)),
        Snapshot((NEED,), COURSES, {"hours_wanted": {"WE-1": 900}}),
        Snapshot((NEED,), COURSES, Adaptation(vocabulary=("stinger = electrode holder",)).parameters),
    ],
    ids=["another need", "other hours", "other parameters", "a region's words"],
)
def test_whatever_bears_on_a_verdict_makes_another_result(path: Path, changed: Snapshot) -> None:
    decide(Snapshot((NEED,), COURSES), cache_path=path)
    assert decide(changed, cache_path=path) == decide(changed)
    assert results_kept(path) == 6


def test_kept_results_of_near_misses_and_of_all_pairs_are_apart(path: Path) -> None:
    snapshot = Snapshot((NEED,), COURSES)
    for options in ({"all_pairs": True}, {"least_score": 0.002}, {}):
        assert decide(snapshot, cache_path=path, **options) == decide(snapshot, **options)  # type: ignore[arg-type]  # two kinds of options in one list
    assert results_kept(path) == 9


def test_a_damaged_result_is_judged_anew(path: Path) -> None:
    snapshot = Snapshot((NEED,), COURSES)
    first = decide(snapshot, cache_path=path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE course_result SET result = '[[1, 2'")
    assert decide(snapshot, cache_path=path) == first
