"""A description that was pasted into the wrong course is doubted, and an honest catalog is left alone."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.importers import read_course_file
from catalog.mismatch import mismatches, with_mismatches
from catalog.previews import preview_upload
from catalog.records import CourseRow

SAMPLES = Path(__file__).parents[2] / "sample" / "catalogs"


def sample(college: str) -> list[CourseRow]:
    path = SAMPLES / f"{college}.csv"
    return list(read_course_file(path.read_bytes(), filename=path.name).courses)


def flagged(courses: list[CourseRow]) -> dict[str, str]:
    return {row.course.code: row.other.code for row in mismatches(courses)}


def test_the_robotics_course_that_describes_government_is_the_only_one_doubted() -> None:
    assert flagged(sample("CRC")) == {"EMT 171": "POL 111"}


@pytest.mark.parametrize("college", ["HSU", "NMT", "SVC"])
def test_a_catalog_without_pasted_descriptions_is_left_alone(college: str) -> None:
    assert flagged(sample(college)) == {}


def test_a_pasted_description_is_found_beside_the_course_that_it_was_taken_from() -> None:
    courses = sample("CRC")
    by_code = {course.code: number for number, course in enumerate(courses)}
    pasted = courses[by_code["ECE 105"]].description
    courses[by_code["EMT 151"]] = replace(courses[by_code["EMT 151"]], description=pasted)
    assert flagged(courses)["EMT 151"] == "ECE 105"


def test_the_order_of_the_courses_does_not_matter() -> None:
    courses = sample("CRC")
    assert flagged(courses) == flagged(courses[::-1])


def test_a_short_description_a_short_catalog_and_a_title_in_the_text_are_never_doubted() -> None:
    courses = sample("CRC")
    number = next(number for number, course in enumerate(courses) if course.code == "EMT 171")
    assert mismatches(courses[number - 5 : number + 5]) == ()
    for text in ("American government.", courses[number].description + " Robots are programmed."):
        changed = [*courses[:number], replace(courses[number], description=text), *courses[number + 1 :]]
        assert flagged(changed) == {}


def test_the_doubt_stands_in_the_preview_beside_the_text() -> None:
    path = SAMPLES / "CRC.csv"
    reading = preview_upload(path.read_bytes(), filename=path.name).reading
    assert reading is not None
    [doubt] = [row for row in reading.doubts if "description reads like" in row.reason]
    assert "POL 111 National and State Politics" in doubt.reason
    assert doubt.raw.startswith("An introduction to the institutions")
    assert with_mismatches(replace(reading, courses=())).doubts == reading.doubts


def test_a_large_catalog_takes_seconds() -> None:
    courses = sample("CRC")
    many = [replace(course, code=f"{course.code}{n}") for n in range(100) for course in courses]
    started = time.process_time()
    mismatches(many[:5_000])
    assert time.process_time() - started < 10
