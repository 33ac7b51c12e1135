"""Where colleges overlap, and what would make a course that needs revision a match."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from region_builder import FORKLIFT_COURSE, NOON, PLC_COURSE, Region, reading

from accounts import queries as accounts_queries
from catalog import operations as catalog_operations
from page_client import PageClient
from review import operations
from review.exports import CHANGE_COLUMNS
from review.overlap import needed_changes, overlaps

SignIn = Callable[[str], FlaskClient]
#: A second course on controllers: it teaches two of the three elements in the same words.
NORTH_FORK_PLC = replace(
    PLC_COURSE,
    code="ELT 220",
    title="PLC Programming and Troubleshooting",
    outcomes=(
        "Write ladder logic with timers and counters for a PLC",
        "Wire digital and analog inputs and outputs of a PLC",
        "Go online with a PLC, find the fault and correct it",
    ),
    program="Electronics",
)


@pytest.fixture(autouse=True)
def _every_page_is_looked_at(app: Flask) -> None:
    app.test_client_class = PageClient


def add_north_fork_course(region: Region) -> None:
    """Give the second college a course on the need that the first one matches."""
    with region.database.writing() as session:
        colleges = {c.code: c.id for c in accounts_queries.colleges(session, partnership_id=region.partnership_id)}
        catalog_operations.store_edition(
            session,
            organisation_id=colleges["NFC"],
            label="Spring catalog",
            filename="spring.csv",
            file_digest="spring",
            mapping={},
            reading=reading(FORKLIFT_COURSE, NORTH_FORK_PLC),
            by_name="Dana Ruiz",
            now=NOON,
        )
        session.commit()


def test_a_need_that_two_colleges_match_shows_their_courses_and_shared_elements(region: Region) -> None:
    add_north_fork_course(region)
    run_id = region.done_run()
    with region.database.reading() as session:
        found = overlaps(session, run_id=run_id)
    assert [overlap.need.code for overlap in found] == ["PL-1"]
    assert {(pair.college_code, pair.course_code) for pair in found[0].pairs} == {
        ("TVC", "AUT 210"),
        ("NFC", "ELT 220"),
    }
    assert [set(codes) for codes in found[0].colleges_by_element] == [{"TVC", "NFC"}] * 3
    assert found[0].shared == (0, 1, 2)


def test_one_college_alone_is_no_overlap(region: Region) -> None:
    run_id = region.done_run()
    with region.database.reading() as session:
        assert overlaps(session, run_id=run_id) == []


def test_a_reviewers_decision_ends_an_overlap(region: Region) -> None:
    add_north_fork_course(region)
    run_id, member = region.done_run(), region.reviewer()
    with region.database.writing() as session:
        operations.decide_verdict(
            session,
            run_id=run_id,
            need_code="PL-1",
            college_code="TVC",
            course_code="AUT 210",
            verdict="revise",
            reason="The trainer was sold.",
            member=member,
            now=NOON,
        )
        session.commit()
    with region.database.reading() as session:
        assert overlaps(session, run_id=run_id) == []


def test_the_pages_show_the_overlap(region: Region, sign_in: SignIn) -> None:
    add_north_fork_course(region)
    region.done_run()
    browser = sign_in("viewer")
    page = browser.get("/runs/1/overlap").text
    assert "One need is matched by more than one college" in page
    assert "ELT 220" in page
    assert "They share three of the 3 elements." in page
    assert "Overlap between colleges" in browser.get("/runs/1/needs/PL-1").text
    assert "Overlap between colleges" not in browser.get("/runs/1/needs/HY-1").text


def test_a_run_without_overlap_says_so(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    assert "No need is matched by more than one college" in sign_in("viewer").get("/runs/1/overlap").text


def test_missing_elements_come_in_the_employers_order(region: Region) -> None:
    run_id = region.done_run()
    with region.database.reading() as session:
        changes = needed_changes(session, run_id=run_id)
        of_course = needed_changes(session, run_id=run_id, college_code="TVC", course_code="MEC 130")
    assert [change.pair.course_code for change in of_course] == ["MEC 130"]
    change = of_course[0]
    assert change.need.code == "HY-1"
    # The course reads schematics (element 1), stays at basic level, and says nothing of pumps and leaks.
    assert tuple(element.number for element in change.missing) == change.pair.missing
    assert [element.text for element in change.missing][:2] == [
        "Replace pumps, valves and cylinders",
        "Find leaks and pressure losses",
    ]
    assert change.is_level_below
    for course in {(c.pair.college_code, c.pair.course_code) for c in changes}:
        positions = [c.need.position for c in changes if (c.pair.college_code, c.pair.course_code) == course]
        assert positions == sorted(positions)


def test_the_course_page_says_what_would_make_it_a_match(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("viewer")
    page = browser.get("/runs/1/courses/TVC/MEC%20130").text
    assert "What would make it a match" in page
    assert "Teach: Replace pumps, valves and cylinders" in page
    assert "Raise the level: the need states working" in page
    assert "What would make it a match" not in browser.get("/runs/1/courses/TVC/CUL%20101").text


def test_a_course_that_matches_shows_its_verdicts_before_what_it_lacks_for_more_needs(
    region: Region, sign_in: SignIn
) -> None:
    run_id = region.done_run()
    sign_in("reviewer").post(
        f"/runs/{run_id}/decisions",
        data={
            "need_code": "VI-1",
            "college_code": "TVC",
            "course_code": "AUT 210",
            "verdict": "revise",
            "reason": "One lab reads a spectrum.",
        },
    )
    page = sign_in("viewer").get(f"/runs/{run_id}/courses/TVC/AUT%20210").text
    assert page.index("What the catalog says") < page.index("What would make it a match for more needs")
    revise = sign_in("viewer").get(f"/runs/{run_id}/courses/TVC/MEC%20130").text
    assert revise.index("What would make it a match</h2>") < revise.index("What the catalog says")


def test_the_changes_leave_as_files(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("viewer")
    assert "changes.xlsx" in browser.get("/runs/1/files").text
    rows = list(csv.DictReader(io.StringIO(browser.get("/runs/1/files/changes.csv").data.decode("utf-8-sig"))))
    hydraulics = [row for row in rows if row["course"] == "MEC 130"]
    assert [row["element"] for row in hydraulics][:2] == ["2", "3"]
    assert {row["need"] for row in hydraulics} == {"HY-1"}
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get("/runs/1/files/changes.xlsx").data))
    assert book.sheet_names == ["About", "Changes"]
    sheet = book.get_sheet_by_name("Changes").to_python()
    assert tuple(sheet[0]) == CHANGE_COLUMNS
    assert len(sheet) == len(rows) + 1


def test_every_column_of_the_changes_stands_in_the_docs() -> None:
    documented = (Path(__file__).resolve().parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    assert all(f"`{column}`" in documented for column in CHANGE_COLUMNS)
