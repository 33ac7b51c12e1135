"""The pages of match runs, the reviewer's work on them, and the files that leave."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from region_builder import COOKING_COURSE, HYDRAULICS_COURSE, NOON, PLC_COURSE, Region, reading

from accounts import operations as accounts_operations
from accounts import queries as accounts_queries
from accounts.permissions import Role
from base.database import Database
from catalog import operations as catalog_operations
from page_client import PageClient
from review import operations

SignIn = Callable[[str], FlaskClient]
HYDRAULICS = {"need_code": "HY-1", "college_code": "TVC", "course_code": "MEC 130"}
COURSE_PAGE = "/runs/1/courses/TVC/MEC%20130"


@pytest.fixture(autouse=True)
def _every_page_is_looked_at(app: Flask) -> None:
    app.test_client_class = PageClient


def wait_for_run(browser: FlaskClient, run_id: int) -> str:
    """Wait until a run under way has ended and return its state."""
    for _ in range(300):
        state = str(browser.get(f"/runs/{run_id}/progress").get_json()["state"])
        if state != "running":
            return state
        time.sleep(0.1)
    return "running"


def test_an_empty_partnership_is_told_what_comes_first(sign_in: SignIn) -> None:
    assert "A run needs a list of skill needs first" in sign_in("viewer").get("/runs").text
    convener = sign_in("convener")
    assert "Make an assessment" in convener.get("/runs").text
    page = convener.get("/runs/new").text
    assert "A run needs a list of skill needs first" in page
    assert "Start the match run" not in page


def test_a_convener_makes_a_run_and_watches_it_end(region: Region, sign_in: SignIn) -> None:
    browser = sign_in("convener")
    assert "Nothing has been compared yet" in browser.get("/runs").text
    page = browser.get("/runs/new").text
    assert "Autumn list, in the order of Autumn meeting, 15 September 2026: 6 employers" in page
    assert "North Fork College" in page
    made = browser.post("/runs/new", data={"basis": f"{region.assessment_id}:{region.meeting_id}"})
    assert made.location == "/runs/1"
    assert wait_for_run(browser, 1) == "done"
    assert "Run 1: Autumn list" in browser.get("/runs").text


def test_a_run_that_nobody_chose_is_not_started(region: Region, sign_in: SignIn) -> None:
    browser = sign_in("convener")
    answer = browser.post("/runs/new", data={"basis": "99:"})
    assert answer.status_code == 422
    assert "Choose one of the entries of the list." in answer.text
    assert "Nothing has been compared yet" in browser.get("/runs").text


def test_a_run_under_way_refreshes_itself_with_and_without_scripts(region: Region, sign_in: SignIn) -> None:
    run_id = region.start_run()
    browser = sign_in("viewer")
    page = browser.get(f"/runs/{run_id}").text
    assert "0 of 5" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "run-progress.js" in page
    assert browser.get(f"/runs/{run_id}/progress").get_json() == {"state": "running", "n_done": 0, "n_total": 5}
    assert browser.get(f"/runs/{run_id}/courses").location == f"/runs/{run_id}"


def test_a_failed_run_says_why(region: Region, sign_in: SignIn) -> None:
    run_id = region.start_run()
    with region.database.writing() as session:
        operations.record_failure(session, run_id=run_id, failure="The text <i>ended</i> too soon.", now=NOON)
        session.commit()
    page = sign_in("convener").get(f"/runs/{run_id}").text
    assert "Run 1 could not be finished" in page
    assert "The text &lt;i&gt;ended&lt;/i&gt; too soon." in page
    assert "Make a new run" in page


def test_a_run_says_its_finding_and_orders_its_needs(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    page = sign_in("viewer").get("/runs/1").text
    assert "Of 5 courses, 1 matches and 1 needs revision; 1 says too little to be judged." in page
    order = [page.index(f"/runs/1/needs/{code}") for code in ("HY-1", "PL-1", "VI-1", "FO-1")]
    assert order == sorted(order)
    assert "The matching courses give no credit." in page


def test_every_page_of_a_run_prints_its_number_and_digest(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    with region.database.reading() as session:
        digest = operations.frozen_snapshot(session, run_id=1).digest[:12]
    for path in ("", "/courses", "/files", "/needs/HY-1", "/courses/TVC/MEC%20130", "/courses/TVC/MEC%20290"):
        page = browser.get(f"/runs/1{path}").text
        assert f"Run 1 · {digest}" in page, path
        assert f"Run 1 · input {digest}" in page, path


def test_courses_are_narrowed_down_by_college_and_verdict(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("viewer")
    everything = browser.get("/runs/1/courses").text
    assert all(code in everything for code in ("AUT 210", "MEC 130", "CUL 101", "MEC 290", "WRK 010"))
    narrowed = browser.get("/runs/1/courses?college=TVC&verdict=revise").text
    assert "MEC 130" in narrowed
    assert "AUT 210" not in narrowed
    assert "No course has this college and verdict" in browser.get("/runs/1/courses?college=NFC&verdict=match").text


def test_a_need_shows_who_teaches_which_element(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    page = sign_in("viewer").get("/runs/1/needs/PL-1").text
    assert "“Wire digital and analog inputs and outputs of a PLC”" in page
    assert "1 course matches." in page
    assert "No course on this subject." in page, "the other college is named too"
    assert "No course of the region teaches it." in sign_in("viewer").get("/runs/1/needs/VI-1").text


def test_a_course_shows_its_text_in_full_with_the_proof_marked(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    page = sign_in("viewer").get("/runs/1/courses/TVC/AUT%20210").text
    assert "<mark>Write ladder logic with timers and counters for a PLC</mark>" in page
    assert "Students program and troubleshoot PLCs at the trainer." in page
    assert "Automation Technology · working level · 4–5 credits · 96 clock hours · on campus, evenings" in page
    assert "last offered on 12 January 2026" in page
    assert "Confirm" not in page, "a viewer decides nothing"


def test_markup_in_a_course_is_shown_as_text(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    page = sign_in("viewer").get("/runs/1/courses/TVC/CUL%20101").text
    assert "&lt;b&gt;forty&lt;/b&gt;" in page
    assert "It is related to none of the needs" in page


def test_a_course_that_says_too_little_is_unknown(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    page = sign_in("reviewer").get("/runs/1/courses/TVC/MEC%20290").text
    assert "It says too little to be judged" in page
    assert "The catalog says too little about the course to judge it." in page
    assert "Name another need that this course serves" in page


def test_codes_with_slashes_and_signs_have_pages(region: Region, sign_in: SignIn) -> None:
    odd = replace(PLC_COURSE, code="ENGT& 2/10 #3")
    with region.database.writing() as session:
        catalog_operations.store_edition(
            session,
            organisation_id=region.college_id,
            label="Odd codes",
            filename="odd.csv",
            file_digest="odd",
            mapping={},
            reading=reading(odd),
            by_name="Dana Ruiz",
            now=NOON,
        )
        session.commit()
    region.done_run()
    browser = sign_in("viewer")
    address = "/runs/1/courses/TVC/ENGT%26%202/10%20%233"
    assert address.replace("%26", "&amp;") in browser.get("/runs/1/courses").text.replace("%26", "&amp;")
    assert browser.get(address).status_code == 200


def test_a_reviewer_confirms_overrides_and_goes_back(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    assert "2 verdicts wait for your decision" in browser.get("/review").text
    confirmed = browser.post("/runs/1/decisions", data=HYDRAULICS | {"verdict": "revise"}, follow_redirects=True)
    assert "Recorded: needs revision." in confirmed.text
    assert "Test reviewer confirmed “needs revision” on" in confirmed.text
    assert "1 verdict waits for your decision" in browser.get("/review").text
    browser.post("/runs/1/decisions", data=HYDRAULICS | {"verdict": "match", "reason": "The <b>lab</b> covers it."})
    page = browser.get(COURSE_PAGE).text
    assert "marked this as “match” on" in page
    assert "it was “needs revision”: The &lt;b&gt;lab&lt;/b&gt; covers it." in page
    assert "Go back to “needs revision”" in page
    browser.post("/runs/1/decisions", data=HYDRAULICS | {"verdict": "revise"})
    page = browser.get(COURSE_PAGE).text
    assert "Go back to" not in page
    for words in ("confirmed “needs revision”", "marked this as “match”", "marked this as “needs revision”"):
        assert f"Test reviewer {words} on" in page, "every decision stays in sight"


def test_an_override_without_a_reason_keeps_what_was_chosen(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    answer = browser.post("/runs/1/decisions", data=HYDRAULICS | {"verdict": "match", "reason": " "})
    assert answer.status_code == 422
    assert "Say why, in one sentence or more" in answer.text
    assert 'checked id="decision-0-verdict-0"' in answer.text
    too_long = browser.post("/runs/1/decisions", data=HYDRAULICS | {"verdict": "match", "reason": "long " * 500})
    assert "long long long" in too_long.text
    assert "2 verdicts wait for your decision" in browser.get("/review").text


def test_a_reviewer_names_a_need_and_is_asked_for_the_reason(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    thin = {"need_code": "VI-1", "college_code": "TVC", "course_code": "MEC 290", "verdict": "match"}
    answer = browser.post("/runs/1/decisions", data=thin)
    assert answer.status_code == 422
    assert '<option value="VI-1" selected>' in answer.text
    browser.post("/runs/1/decisions", data=thin | {"reason": "Readings are taken every week."})
    page = browser.get("/runs/1/courses/TVC/MEC%20290").text
    assert "The matcher found no proof in the text" in page
    assert "1 course matches." in browser.get("/runs/1/needs/VI-1").text


def test_a_reviewer_of_another_college_is_told_who_decides(
    app: Flask, region: Region, database: Database, sign_in: SignIn
) -> None:
    region.done_run()
    data = {"need_code": "FO-1", "college_code": "NFC", "course_code": "WRK 010", "verdict": "match"}
    browser = sign_in("reviewer")
    answer = browser.post("/runs/1/decisions", data=data)
    assert answer.status_code == 403
    assert "A curriculum reviewer of North Fork College decides on this course." in answer.text
    assert browser.post("/runs/1/revisions", data=data).status_code == 403
    assert "A curriculum reviewer of North Fork College decides" in browser.get("/runs/1/courses/NFC/WRK%20010").text


def test_other_roles_cannot_decide(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    for role in ("convener", "viewer"):
        assert sign_in(role).post("/runs/1/decisions", data=HYDRAULICS | {"verdict": "match"}).status_code == 403


def test_another_partnerships_runs_do_not_exist(region: Region, app: Flask, database: Database) -> None:
    region.done_run()
    with database.writing() as session:
        elsewhere = accounts_operations.add_partnership(session, name="Elsewhere", now=NOON)
        membership_id = accounts_operations.add_member(
            session, partnership_id=elsewhere, name="Sam Oduya", role=Role.CONVENER, now=NOON
        )
        session.commit()
        member = accounts_queries.member(session, membership_id)
    assert member is not None
    with database.writing() as session:
        secret = accounts_operations.make_sign_in_link(
            session, membership_id=membership_id, now=NOON.replace(year=2999), hours=1
        )
        session.commit()
    browser = app.test_client()
    assert browser.post(f"/sign-in/{secret}").status_code == 302
    for path in (
        "",
        "/courses",
        "/files",
        "/files/workbook.xlsx",
        "/needs/HY-1",
        "/courses/TVC/MEC%20130",
        "/progress",
    ):
        assert browser.get(f"/runs/1{path}").status_code == 404, path
    assert "Run 1" not in browser.get("/runs").text


def test_what_a_run_does_not_have_has_no_page(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    for path in (
        "/runs/2",
        "/runs/99999999999999999999",
        "/runs/1/needs/XX",
        "/runs/1/courses/TVC/XX",
        "/runs/1/files/needs",
        "/runs/1/files/people.csv",
    ):
        assert browser.get(path).status_code == 404, path
    assert (
        browser.post("/runs/1/decisions", data=HYDRAULICS | {"need_code": "XX", "verdict": "match"}).status_code == 404
    )


def test_the_workbook_holds_every_table_with_verbatim_quotes(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    browser.post("/runs/1/decisions", data=HYDRAULICS | {"verdict": "match", "reason": "=1+1 is how we count."})
    answer = browser.get("/runs/1/files/workbook.xlsx")
    assert "skillshed-run-1.xlsx" in answer.headers["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.sheet_names == [
        "About",
        "Needs",
        "Courses",
        "Verdicts",
        "Evidence",
        "Decisions",
        "Since the run before",
    ]
    tables = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert ["Match run", "1"] in [[str(cell) for cell in row] for row in tables["About"]]
    quotes = {row[6] for row in tables["Evidence"]}
    assert set(PLC_COURSE.outcomes) <= quotes
    header, *rows = tables["Verdicts"]
    verdicts = {row[header.index("course")]: row[header.index("verdict")] for row in rows}
    assert verdicts == {"AUT 210": "● Match", "MEC 130": "● Match", "WRK 010": "● Match"}
    assert "=1+1 is how we count." in tables["Decisions"][1]


@pytest.mark.parametrize("table", ["needs", "courses", "verdicts", "evidence", "decisions", "differences"])
def test_every_table_leaves_as_csv(region: Region, sign_in: SignIn, table: str) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    browser.post("/runs/1/decisions", data=HYDRAULICS | {"verdict": "match", "reason": "=SUM(A1)"})
    answer = browser.get(f"/runs/1/files/{table}.csv")
    assert answer.mimetype == "text/csv"
    header, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    n_rows = {"needs": 4, "courses": 5, "verdicts": 3, "evidence": 4 + 3 + 2, "decisions": 1, "differences": 1}
    assert len(rows) == n_rows[table]
    assert all(len(row) == len(header) for row in rows)
    if table == "verdicts":
        row = next(dict(zip(header, cells, strict=True)) for cells in rows if "MEC 130" in cells)
        assert (row["verdict"], row["matcher_verdict"], row["is_decided"]) == ("match", "revise", "yes")
        assert HYDRAULICS_COURSE.outcomes[0] in row["evidence"]
    if table == "decisions":
        assert "'=SUM(A1)" in rows[0], "a spreadsheet must not run it"


def test_a_region_without_related_courses_says_so(region: Region, sign_in: SignIn) -> None:
    with region.database.writing() as session:
        catalog_operations.store_edition(
            session,
            organisation_id=region.college_id,
            label="Kitchen",
            filename="kitchen.csv",
            file_digest="kitchen",
            mapping={},
            reading=reading(COOKING_COURSE),
            by_name="Dana Ruiz",
            now=NOON,
        )
        session.commit()
    region.done_run(with_ranking=False)
    browser = sign_in("reviewer")
    assert "None of the four needs has a matching course that workers can take" in browser.get("/runs/1").text
    assert "No course of Test Valley College is related to the needs" in browser.get("/review").text
