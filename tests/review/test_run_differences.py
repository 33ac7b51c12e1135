"""What changed since the run before: which verdicts, and what lies between the two runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from region_builder import COOKING_COURSE, HYDRAULICS_COURSE, NOON, PLC_COURSE, THIN_COURSE, Region, reading

from catalog import operations as catalog_operations
from catalog.records import CourseRow
from page_client import PageClient
from review import queries
from review.run_differences import Difference, differences

SignIn = Callable[[str], FlaskClient]
HYDRAULICS = {"need_code": "HY-1", "college_code": "TVC", "course_code": "MEC 130"}


@pytest.fixture(autouse=True)
def _every_page_is_looked_at(app: Flask) -> None:
    app.test_client_class = PageClient


def store(region: Region, *courses: CourseRow) -> None:
    """Take in a newer edition of the first college's catalog."""
    with region.database.writing() as session:
        catalog_operations.store_edition(
            session,
            organisation_id=region.college_id,
            label="Next catalog",
            filename="next.csv",
            file_digest="-".join(course.code + course.description for course in courses),
            mapping={},
            reading=reading(*courses),
            by_name="Dana Ruiz",
            now=NOON,
        )
        session.commit()


def found(region: Region, *, run_id: int) -> list[Difference]:
    """Compare a run with the one before it."""
    with region.database.reading() as session:
        run = queries.run(session, run_id=run_id, partnership_id=region.partnership_id)
        assert run is not None
        before = queries.done_run_before(session, run=run)
        assert before is not None
        return differences(session, run=run, before=before)


def words(rows: list[Difference]) -> set[tuple[str, str, str | None, str | None, tuple[str, ...]]]:
    return {(row.need.code, row.course_code, row.before, row.now, row.because) for row in rows}


def rows_of(browser: FlaskClient, run_id: int) -> list[dict[str, str]]:
    answer = browser.get(f"/runs/{run_id}/files/differences.csv")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_two_runs_on_the_same_catalogs_differ_in_nothing(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    assert found(region, run_id=region.done_run()) == []
    (row,) = rows_of(sign_in("viewer"), 2)
    assert (row["since_run"], row["need"], row["because"]) == ("1", "", "no verdict changed")


def test_the_first_run_says_that_it_is_the_first(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    (row,) = rows_of(sign_in("viewer"), 1)
    assert row["since_run"] == "first run"
    assert row["because"] == "there is no earlier run on this assessment to compare with"


def test_a_course_that_leaves_the_catalog_and_one_that_is_new_are_told_apart(region: Region) -> None:
    region.done_run()
    store(region, replace(PLC_COURSE, code="AUT 215"), HYDRAULICS_COURSE, COOKING_COURSE, THIN_COURSE)
    assert words(found(region, run_id=region.done_run())) == {
        ("PL-1", "AUT 210", "match", None, ("the course is no longer in the catalog",)),
        ("PL-1", "AUT 215", None, "match", ("the course is new in the catalog",)),
    }


def test_a_revised_text_stands_with_both_verdicts_and_its_reason(region: Region) -> None:
    region.done_run()
    taught = replace(
        HYDRAULICS_COURSE,
        title="Hydraulic Systems Maintenance",
        description="Students maintain hydraulic systems.",
        outcomes=(
            "Read hydraulic schematics",
            "Replace pumps, valves and cylinders",
            "Find leaks and pressure losses",
            "Analyse hydraulic oil samples",
        ),
        level="working",
    )
    store(region, PLC_COURSE, taught, COOKING_COURSE, THIN_COURSE)
    assert words(found(region, run_id=region.done_run())) == {
        ("HY-1", "MEC 130", "revise", "match", ("the catalog's text of the course changed",))
    }


def test_what_reviewers_decided_since_stands_as_their_word(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    region.done_run()
    sign_in("reviewer").post("/runs/2/decisions", data=HYDRAULICS | {"verdict": "match", "reason": "Taught in labs."})
    assert words(found(region, run_id=2)) == {("HY-1", "MEC 130", "revise", "match", ("reviewers decided",))}


def test_the_workbook_has_a_sheet_of_them_in_the_words_of_the_pages(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    store(region, HYDRAULICS_COURSE, COOKING_COURSE, THIN_COURSE)
    region.done_run()
    book = CalamineWorkbook.from_filelike(io.BytesIO(sign_in("viewer").get("/runs/2/files/workbook.xlsx").data))
    header, *rows = book.get_sheet_by_name("Since the run before").to_python()
    told = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(row["since_run"], row["course"], row["verdict_before"], row["verdict"]) for row in told] == [
        (1, "AUT 210", "● Match", "")
    ]
    assert "differences.csv" in sign_in("viewer").get("/runs/2/files").text
