"""The reviewer's pages as a browser gets them: queue, one verdict at a time, taking back, disputes, taking over."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from region_builder import NOON, Region

from page_client import PageClient
from review import operations

SignIn = Callable[[str], FlaskClient]
HYDRAULICS = {"need_code": "HY-1", "college_code": "TVC", "course_code": "MEC 130"}
FIRST = "/review/1/verdict?need=HY-1&college=TVC&course=MEC+130"


@pytest.fixture(autouse=True)
def _every_page_is_looked_at(app: Flask) -> None:
    app.test_client_class = PageClient


def decided(region: Region, *, name: str, verdict: str, reason: str = "") -> None:
    """Have another reviewer of the college decide on the hydraulics course."""
    member = region.reviewer(name=name)
    with region.database.writing() as session:
        operations.decide_verdict(
            session, run_id=1, **HYDRAULICS, verdict=verdict, reason=reason, member=member, now=NOON
        )
        session.commit()


def decision_in(page: str) -> str:
    """Return the number of the decision that a page offers to take back."""
    found = re.search(r'name="decision_id" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_the_queue_leads_to_the_first_verdict_and_says_what_hangs_on_it(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    page = sign_in("reviewer").get("/review").text
    assert "2 verdicts wait for your decision" in page
    assert "<strong>0 of 2</strong> verdicts decided" in page
    assert "need=HY-1&amp;college=TVC&amp;course=MEC+130&amp;show=waiting" in page
    assert "If it were a match, the need would be covered. If it were not related, the need would be a gap." in page
    assert "Why this order" in page


def test_a_verdict_shows_evidence_beside_the_marked_text(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    page = sign_in("reviewer").get(FIRST).text
    assert "Does “Introduction to Fluid Power” teach this: maintain hydraulic systems?" in page
    assert re.search(r'<mark class="proof" data-elements="[0-9 ]+">Read hydraulic schematics</mark>', page)
    assert re.search(r'<mark class="nearby" data-elements="[0-9 ]+">[^<]*</mark>', page)
    assert 'aria-label="proves element 1"' in page
    assert "Nearest, " in page
    assert "State the law of Pascal" in page, "the text stands there in full"
    assert 'name="verdict" value="revise" data-key="c"' in page
    assert page.index('data-key="m"') < page.index('data-key="n"')
    assert 'data-key="r"' not in page, "the matcher’s own verdict is confirmed"


def test_deciding_goes_on_to_the_next_and_offers_to_take_back(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    answer = browser.post("/review/1/verdict", data=HYDRAULICS | {"verdict": "revise", "show": "waiting"})
    assert "course=AUT+210" in answer.location
    page = browser.get(answer.location).text
    assert "Recorded: Introduction to Fluid Power is “needs revision” for “Maintain hydraulic systems”" in page
    assert "1 of 2 decided" in page
    assert "Write a revision request" in page
    back = browser.post("/review/1/undo", data={"decision_id": decision_in(page)}, follow_redirects=True)
    assert "Taken back: “needs revision” on MEC 130." in back.text
    assert "took a decision back on" in back.text
    assert "2 verdicts wait for your decision" in browser.get("/review").text
    again = browser.post("/review/1/undo", data={"decision_id": decision_in(page)}, follow_redirects=True)
    assert "This decision has been taken back already." in again.text


def test_the_last_one_leads_back_to_a_queue_that_says_what_is_next(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    browser.post("/review/1/verdict", data=HYDRAULICS | {"verdict": "revise"})
    plc = {"need_code": "PL-1", "college_code": "TVC", "course_code": "AUT 210", "verdict": "match"}
    answer = browser.post("/review/1/verdict", data=plc, follow_redirects=True)
    assert "Every verdict on Test Valley College is decided" in answer.text
    assert "Nothing waits" in answer.text
    assert "See the revisions" in answer.text
    for show, words in (("weak", "No weak revision waits"), ("disputed", "Nobody disagrees"), ("earlier", "before")):
        assert words in browser.get(f"/review?show={show}").text
    assert "MEC 130" in browser.get("/review?show=decided").text
    assert "Nothing waits" in browser.get("/review?show=nonsense").text


def test_an_override_without_a_reason_keeps_the_page_and_says_what_is_missing(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    answer = browser.post("/review/1/verdict", data=HYDRAULICS | {"verdict": "match", "reason": " "})
    assert answer.status_code == 422
    assert "Say why, in one sentence or more" in answer.text
    too_long = browser.post("/review/1/verdict", data=HYDRAULICS | {"verdict": "match", "reason": "long " * 500})
    assert "long long" in too_long.text
    nothing = browser.post("/review/1/verdict", data=HYDRAULICS)
    assert "Choose match, needs revision or not related." in nothing.text
    assert "2 verdicts wait" in browser.get("/review").text


def test_a_dispute_is_shown_everywhere_and_the_convener_settles_it(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    decided(region, name="Sam Oduya", verdict="unrelated", reason="A theory course.")
    browser = sign_in("reviewer")
    browser.post("/review/1/verdict", data=HYDRAULICS | {"verdict": "match", "reason": "The lab covers it."})
    page = browser.get(FIRST).text
    assert "Sam Oduya says “not related”; Test reviewer says “match”." in page
    assert "Agree with “not related”" in page
    assert "Agree with “match”" not in page
    without = browser.post("/review/1/verdict", data=HYDRAULICS | {"verdict": "match"})
    assert "Say why, in one sentence or more" in without.text
    third = sign_in("reviewer").get(FIRST).text
    assert "Settle it as “match”" in third
    assert "Your decision" not in third, "a third person settles instead of adding a third word"
    viewer = sign_in("viewer")
    assert "Reviewers disagree on 1 verdict; the matcher’s verdict holds meanwhile." in viewer.get("/runs/1").text
    assert "disputed" in viewer.get("/runs/1/needs/HY-1").text
    assert "1 need disputed" in viewer.get("/runs/1/courses").text
    assert "Reviewers disagree." in viewer.get("/runs/1/courses/TVC/MEC%20130").text
    assert viewer.get(FIRST).status_code == 403
    convener = sign_in("convener")
    assert "1 verdict is disputed" in convener.get("/review/disputed").text
    without = convener.post("/review/1/settlement", data=HYDRAULICS | {"verdict": "match"})
    assert without.status_code == 422
    assert "both sides will read it" in without.text
    data = HYDRAULICS | {"verdict": "match", "reason": "We saw the lab sheets."}
    settled = convener.post("/review/1/settlement", data=data, follow_redirects=True)
    assert "Test convener settled the disagreement on" in settled.text
    assert "Nobody disagrees on a verdict" in convener.get("/review/disputed").text
    assert "Confirm" not in convener.get(FIRST).text, "a convener decides on nothing else"


def test_an_earlier_decision_is_taken_over_with_one_key_or_from_the_list(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    decided(region, name="Sam Oduya", verdict="match", reason="The lab covers it.")
    region.done_run()
    browser = sign_in("reviewer")
    page = browser.get("/review?show=earlier").text
    assert "Nothing is taken over unless you do it." in page
    number = re.search(r'name="decision" value="(\d+)" checked', page)
    assert number is not None
    one = browser.get(FIRST.replace("/1/", "/2/")).text
    assert "Sam Oduya decided “match” in run 1" in one
    assert 'data-key="t"' in one
    none = browser.post("/review/2/takeover", data={}, follow_redirects=True)
    assert "Nothing was marked." in none.text
    taken = browser.post("/review/2/takeover", data={"decision": number[1]}, follow_redirects=True)
    assert "Recorded: Introduction to Fluid Power is “match”" in taken.text
    history = browser.get(FIRST.replace("/1/", "/2/")).text
    assert "took “match” over from run 1" in history


def test_what_is_not_there_or_not_ones_own_has_no_page(region: Region, sign_in: SignIn) -> None:
    region.done_run()
    browser = sign_in("reviewer")
    for path in ("/review/2/verdict?need=HY-1&college=TVC&course=X", "/review/1/verdict", FIRST + "X"):
        assert browser.get(path).status_code == 404, path
    assert (
        browser.post("/review/1/verdict", data=HYDRAULICS | {"need_code": "X", "verdict": "match"}).status_code == 404
    )
    other = {"need_code": "FO-1", "college_code": "NFC", "course_code": "WRK 010", "verdict": "match"}
    assert browser.post("/review/1/verdict", data=other).status_code == 403
    assert browser.post("/review/1/settlement", data=other).status_code == 403
    assert "Confirm" not in browser.get("/review/1/verdict?need=FO-1&college=NFC&course=WRK+010").text
