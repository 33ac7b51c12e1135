"""A run's courses leave as linked data that names what people confirmed, and nothing that the matcher alone said."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from region_builder import HYDRAULICS_COURSE, NEEDS, Region

from catalog.importers import read_course_file
from review import queries

SignIn = Callable[[str], FlaskClient]
FILE = "/runs/1/files/courses.jsonld"
PLC = {"need_code": "PL-1", "college_code": "TVC", "course_code": "AUT 210"}
HYDRAULICS = {"need_code": "HY-1", "college_code": "TVC", "course_code": "MEC 130"}


def taught(browser: FlaskClient, *, code: str) -> list[dict[str, Any]]:
    """Return what the file says that a course teaches because of a need."""
    graph = json.loads(browser.get(FILE).data)["@graph"]
    node = next(node for node in graph if node.get("ceterms:codedNotation") == code)
    return [part for part in node.get("ceterms:teaches", ()) if "ceterms:frameworkName" in part]


def test_every_course_leaves_and_comes_back(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    answer = sign_in("viewer").get(FILE)
    assert answer.mimetype == "application/ld+json"
    courses = {course.code: course for course in read_course_file(answer.data, filename="run.jsonld").courses}
    assert len(courses) == 5
    assert courses["MEC 130"].outcomes == HYDRAULICS_COURSE.outcomes
    assert courses["MEC 130"].description == HYDRAULICS_COURSE.description


def test_only_what_a_reviewer_confirmed_is_aligned(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    assert taught(browser, code="MEC 130") == []
    browser.post("/runs/1/decisions", data=HYDRAULICS | {"verdict": "revise"})
    assert taught(browser, code="MEC 130") == [], "a course that needs revision does not teach the need"
    browser.post("/runs/1/decisions", data=HYDRAULICS | {"verdict": "match", "reason": "The lab covers it."})
    with region.database.reading() as session:
        [pair] = queries.pair_rows(session, run_id=1, need_code="HY-1", college_code="TVC", course_code="MEC 130")
    need = next(need for need in NEEDS if need.code == "HY-1")
    assert 0 < len(pair.covered) < len(need.elements)
    found = taught(browser, code="MEC 130")
    assert [(part["ceterms:codedNotation"], part["ceterms:targetNodeName"]["en"]) for part in found] == [
        ("HY-1", need.elements[number]) for number in pair.covered
    ]
    assert json.loads(browser.get(FILE).data)["about"]["Alignments"].startswith("1 course with elements")


def test_a_confirmed_match_names_every_element_that_was_found(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    browser.post("/runs/1/decisions", data=PLC | {"verdict": "match"})
    need = next(need for need in NEEDS if need.code == "PL-1")
    named = [part["ceterms:targetNodeName"]["en"] for part in taught(browser, code="AUT 210")]
    assert tuple(named) == need.elements


def test_the_page_of_files_offers_it(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    assert FILE in sign_in("viewer").get("/runs/1/files").text
