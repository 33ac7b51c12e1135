"""The pages of revision requests, walked through without JavaScript."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from flask.testing import FlaskClient
from region_builder import HYDRAULICS_COURSE, NOON, Region, reading

from catalog import operations as catalog_operations

SignIn = Callable[[str], FlaskClient]
HYDRAULICS = {"need_code": "HY-1", "college_code": "TVC", "course_code": "MEC 130"}
TEXT = {
    "title": "Introduction to Fluid Power",
    "description": HYDRAULICS_COURSE.description,
    "outcome": ["Read hydraulic schematics", "Understand leaks", "Find leaks and pressure losses"],
}


def begun(region: Region, browser: FlaskClient) -> str:
    """Begin a request from the course page and return the address of its draft."""
    region.done_run()
    for path in ("/runs/1/courses/TVC/MEC%20130?need=HY-1", "/runs/1/needs/HY-1"):
        assert "Write a revision request" in browser.get(path).text
    answer = browser.post("/runs/1/revisions", data=HYDRAULICS)
    assert answer.location == "/revisions/1/edit"
    return answer.location


def propose(browser: FlaskClient, *states: str) -> None:
    """Take request 1 through some states."""
    for state in states:
        assert browser.post("/revisions/1/steps", data={"state": state, "note": "On Monday"}).status_code == 302


def next_edition(region: Region, *outcomes: str) -> None:
    """Import the next catalog of TVC, in which the hydraulics course has these outcomes."""
    with region.database.writing() as session:
        catalog_operations.store_edition(
            session,
            organisation_id=region.college_id,
            label="Next catalog",
            filename="next.csv",
            file_digest=hashlib.sha256("".join(outcomes).encode()).hexdigest(),
            mapping={},
            reading=reading(replace(HYDRAULICS_COURSE, outcomes=outcomes)),
            by_name="Dana Ruiz",
            now=NOON,
        )
        session.commit()


def test_a_reviewer_words_a_request_and_sees_what_it_would_change(region: Region, sign_in: SignIn) -> None:
    browser = sign_in("reviewer")
    draft = begun(region, browser)
    page = browser.get(draft).text
    assert page.count("proposal from the employers’ words") == 3
    assert "The course would match “Maintain hydraulic systems”" in page or "would be covered" in page
    looked = browser.post(draft, data=TEXT | {"act": "look"})
    assert "Not saved yet" in looked.text
    assert "“Understand” cannot be watched or graded. Try “Explain”." in looked.text
    added = browser.post(draft, data=TEXT | {"act": "add"}).text
    assert added.count('name="outcome"') == 3 + 1 + 1, "three, the new one, and the blank for JavaScript"
    moved = browser.post(draft, data=TEXT | {"act": "up:2"}).text
    assert moved.index("Find leaks and pressure losses</textarea>") < moved.index("Understand leaks</textarea>")
    saved = browser.post(draft, data=TEXT | {"act": "save"}, follow_redirects=True).text
    assert "Saved. Nothing has been proposed yet." in saved
    assert "<ins>Find leaks and pressure losses</ins>" in saved
    assert "<del>State the law of Pascal</del>" in saved


def test_the_live_answer_is_the_same_as_the_pages(region: Region, sign_in: SignIn) -> None:
    browser = sign_in("reviewer")
    begun(region, browser)
    answer = browser.post("/revisions/1/what-if", data=TEXT)
    assert answer.status_code == 200
    assert answer.json is not None
    assert "Find leaks and pressure losses" in answer.json["panel"]
    assert answer.json["doubts"][0]["number"] == 1
    assert "<ins>Find leaks and pressure losses</ins>" in answer.json["differences"]
    assert answer.json["summary"] in browser.post("/revisions/1/edit", data=TEXT | {"act": "look"}).text


def test_a_draft_keeps_what_was_typed_when_something_has_to_be_mended(region: Region, sign_in: SignIn) -> None:
    browser = sign_in("reviewer")
    draft = begun(region, browser)
    answer = browser.post(draft, data=TEXT | {"act": "save", "title": "", "credits": "many", "reason": "Kept words"})
    assert answer.status_code == 422
    assert "Give the course a title." in answer.text
    assert "Kept words" in answer.text
    assert "Understand leaks" in answer.text
    huge = browser.post(draft, data=TEXT | {"act": "save", "credits": "NaN"})
    assert huge.status_code == 422


def test_a_request_is_followed_until_the_edition_closes_it(region: Region, sign_in: SignIn) -> None:
    browser = sign_in("reviewer")
    draft = begun(region, browser)
    browser.post(draft, data=TEXT | {"act": "save"})
    assert "1 draft of a revision request waits" in browser.get("/").text
    propose(browser, "proposed", "with_committee")
    assert browser.get(draft).status_code == 302
    refused = browser.post("/revisions/1/steps", data={"state": "declined", "note": ""})
    assert refused.status_code == 422
    assert "Say why it was declined." in refused.text
    viewer = sign_in("viewer")
    shown = viewer.get("/revisions").text
    assert "1 revision request is open" in shown
    assert "With the committee" in shown
    assert "1 revision request is under way" in sign_in("convener").get("/").text
    next_edition(region, "Read hydraulic schematics", "Find leaks and pressure losses")
    partly = viewer.get("/revisions/1").text
    assert "Edition 2 prints part of it" in partly
    assert "<strong>Missing:</strong> outcome <q>Understand leaks</q>" in partly
    next_edition(region, "Read hydraulic schematics", "Find leaks and pressure losses", "Understand leaks")
    closed = viewer.get("/revisions/1").text
    assert "Edition 3 prints it" in closed
    assert "In the catalog: Edition 3 of Test Valley College" in closed
    assert "revision in the catalog" in viewer.get("/runs/1/needs/HY-1").text


def test_the_list_is_narrowed_by_college_and_state(region: Region, sign_in: SignIn) -> None:
    browser = sign_in("reviewer")
    begun(region, browser)
    assert "Introduction to Fluid Power" in browser.get("/revisions?college=TVC&state=draft").text
    for narrowed in ("college=NFC", "state=approved"):
        assert "No request of this kind" in browser.get(f"/revisions?{narrowed}").text
    assert "Introduction to Fluid Power" in browser.get("/revisions?state=open").text


def test_a_new_course_is_proposed_from_the_page_of_a_gap(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    assert "Propose a new course of Test Valley College" in browser.get("/runs/1/needs/VI-1").text
    answer = browser.post("/runs/1/new-courses", data={"need_code": "VI-1"}, follow_redirects=True)
    assert "A new course for “Take vibration readings”" in answer.text
    again = browser.post("/runs/1/new-courses", data={"need_code": "VI-1"})
    assert again.location == "/revisions/1/edit"
    assert "This is the open request, for “Take vibration readings”" in browser.get(again.location).text
    assert browser.post("/runs/1/new-courses", data={"need_code": "XX"}).status_code == 404


def test_requests_that_make_no_sense_are_not_begun(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    assert browser.post("/runs/1/revisions", data=HYDRAULICS | {"course_code": "MEC 999"}).status_code == 404
    assert browser.post("/runs/1/revisions", data=HYDRAULICS | {"college_code": "NFC"}).status_code == 404
    other = {"need_code": "FO-1", "college_code": "NFC", "course_code": "WRK 010"}
    refused = browser.post("/runs/1/revisions", data=other)
    assert refused.status_code == 403
    assert "A curriculum reviewer of North Fork College decides" in refused.text
    assert browser.get("/revisions/1").status_code == 404


def test_others_read_a_request_and_cannot_change_it(region: Region, sign_in: SignIn) -> None:
    begun(region, sign_in("reviewer"))
    for role in ("convener", "viewer"):
        browser = sign_in(role)
        page = browser.get("/revisions/1").text
        assert "Propose this revision" not in page
        assert browser.get("/revisions/1/form.pdf").data[:5] == b"%PDF-"
        assert browser.post("/revisions/1/steps", data={"state": "proposed"}).status_code == 403
    assert sign_in("employer").get("/revisions/1").status_code == 403


def test_the_newest_edition_is_read_on_request(region: Region, sign_in: SignIn) -> None:
    browser = sign_in("reviewer")
    begun(region, browser)
    drafted = browser.post("/revisions/1/check", follow_redirects=True).text
    assert "editions are read for proposed and approved ones" in drafted
    propose(browser, "proposed")
    looked = browser.post("/revisions/1/check", follow_redirects=True).text
    assert "The newest edition does not print all of it yet." in looked
    assert "Edition 1 does not print it yet" in looked


def test_the_word_form_is_sent_under_its_number(region: Region, sign_in: SignIn) -> None:
    browser = sign_in("reviewer")
    begun(region, browser)
    answer = browser.get("/revisions/1/form.docx")
    assert answer.headers["Content-Disposition"] == "attachment; filename=skillshed-revision-1.docx"
    assert answer.data[:2] == b"PK"
    assert browser.get("/revisions/1/form.txt").status_code == 404
