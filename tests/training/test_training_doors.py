"""A firm asks, the convener pools, confirms and completes; and no firm ever meets another on any page."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from region_builder import NOON
from two_firms import Firms

from accounts import operations as accounts_operations
from accounts.permissions import Role

REQUEST = {
    "course": "TVC AUT 210",
    "n_workers": "5",
    "times": "evenings",
    "place": "campus",
    "delivery": "any",
    "earliest_on": "2027-01-11",
    "latest_on": "2027-03-31",
    "credential": "PLC Technician I",
    "cost": "1250",
    "training_hours": "40",
    "note": "Second shift only",
}
ANSWERS = {
    "n_employees": "140",
    "state_code": "CO",
    "county": "Juniper",
    "n_years": "12",
    "naics_code": "3327",
    "groups-0-id": "0",
    "groups-0-name": "Maintenance crew",
    "groups-0-wage": "21.50",
    "groups-0-n_months": "14",
}
CONFIRM = {"title": "PLCs for two shifts", "course_code": "AUT 210", "place": "Room 12", "starts_on": "2027-02-01"}


def ask(browser: FlaskClient, *, firm_id: int, **changes: str) -> None:
    answer = browser.post("/training/requests/new", data={**REQUEST, "firm_id": str(firm_id), **changes})
    assert answer.status_code == 302, answer.text


def confirm(browser: FlaskClient, firms: Firms, **changes: str) -> None:
    data = {
        **CONFIRM,
        "requests": "1,2",
        "college_id": str(firms.college_id),
        "ends_on": "2027-03-26",
        "n_seats": "12",
        "seats_1": "5",
        "seats_2": "3",
        **changes,
    }
    answer = browser.post("/training/sections/confirm", data=data)
    assert answer.status_code == 302, answer.text


def both_ask(firms: Firms) -> tuple[FlaskClient, FlaskClient]:
    first, second = firms.first(), firms.second()
    ask(first, firm_id=firms.first_id)
    ask(second, firm_id=firms.second_id, n_workers="3", note="Brackwater needs it by spring")
    return first, second


def test_a_firm_begins_on_its_own_page_with_its_next_step(firms: Firms) -> None:
    browser = firms.first()
    assert browser.get("/").headers["Location"].endswith("/training")
    page = browser.get("/training").text
    assert "Answer a few questions about your firm" in page
    assert "Alpenglow Castings" in page


def test_a_firm_answers_asks_and_sees_who_may_pay(firms: Firms) -> None:
    """140 employees, 5 x 1,250 dollars and 5 x 40 h x 21.50 dollars: half of 10,550 less 4,300 of wages is 975."""
    browser = firms.first()
    assert browser.post("/funding/firms/ALP", data=ANSWERS).status_code == 302
    ask(browser, firm_id=firms.first_id, group_1="5")
    page = browser.get("/training/requests/1").text
    assert (5 * 1_250_00 + 5 * 40 * 21_50) // 2 - 5 * 40 * 21_50 == 975_00
    assert "up to $5,275" in page
    assert "You pay $975 in cash; $4,300 of wages during training count as your share." in page
    assert "estimate, not a decision" in page
    assert "This rule ended on 30 June 2025" in page
    assert "It is for employers in OH; yours is in CO." in page


def test_a_firm_sees_all_its_requests_with_the_sum(firms: Firms) -> None:
    """TechCred pays 2,000 of 2,500 dollars each; nine and eight workers are 34,000, the cap of the round 30,000."""
    convener, browser = firms.convener(), firms.first()
    listed = {
        "program": "TechCred (Ohio)",
        "file": (io.BytesIO(b"Credential,Issuer\nPLC Technician I,Guild\n"), "l.csv"),
    }
    assert convener.post("/funding/credentials/import", data=listed).status_code == 302
    browser.post("/funding/firms/ALP", data={**ANSWERS, "state_code": "OH"})
    ask(browser, firm_id=firms.first_id, n_workers="9", cost="2500")
    ask(browser, firm_id=firms.first_id, n_workers="8", cost="2500")
    ask(browser, firm_id=firms.first_id, n_workers="4", cost="2500")
    page = browser.get("/funding/firms/ALP/requests").text
    assert 9 * 2_000 + 8 * 2_000 > 30_000 == 9 * 2_000 + 12_000
    for words in (
        "$18,000",
        "$12,000",
        "$30,000",
        "request 1 takes $18,000 and request 2 takes $12,000; nothing is left",
    ):
        assert words in page, words
    second = browser.get("/training/requests/2").text
    assert "This is number 2 of 3 requests whose training has not begun." in second
    assert "An earlier request takes <strong>$18,000</strong>. $12,000 is left for this one." in second
    assert "By the figures known here it would come to $12,000." in second
    third = browser.get("/training/requests/3").text
    assert "request 1 takes $18,000 and request 2 takes $12,000; nothing is left." in third
    browser.post("/training/requests/1/withdraw")
    assert "By the figures known here it would come to $16,000." in browser.get("/training/requests/2").text
    assert "nothing is reckoned for it" in browser.get("/training/requests/1").text
    assert firms.second().get("/funding/firms/ALP/requests").status_code == 404


def test_a_course_of_thirty_credit_hours_is_too_long(firms: Firms) -> None:
    convener, browser = firms.convener(), firms.first()
    listed = {
        "program": "TechCred (Ohio)",
        "file": (io.BytesIO(b"Credential,Issuer\nPLC Technician I,Guild\n"), "l.csv"),
    }
    convener.post("/funding/credentials/import", data=listed)
    browser.post("/funding/firms/ALP", data={**ANSWERS, "state_code": "OH"})
    ask(browser, firm_id=firms.first_id, credit_hours="30")
    assert "The training takes 30 credit hours; it must take fewer than 30." in browser.get("/training/requests/1").text
    changed = {**REQUEST, "firm_id": str(firms.first_id), "credit_hours": "29.5"}
    browser.post("/training/requests/1/edit", data=changed)
    page = browser.get("/training/requests/1").text
    assert "it must take fewer than 30" not in page
    assert "credit hours from 30 to 29.5" in page


def test_what_has_begun_takes_nothing_of_a_cap_any_more(firms: Firms) -> None:
    first, _second, _convener = lead_to_the_end(firms)
    first.post("/funding/firms/ALP", data=ANSWERS)
    assert "The training has begun, and programs decide before that." in first.get("/training/requests/1").text
    assert "No request waits for money" in first.get("/funding/firms/ALP/requests").text


def test_the_answers_of_a_firm_can_be_changed_and_a_group_removed(firms: Firms) -> None:
    browser = firms.first()
    browser.post("/funding/firms/ALP", data=ANSWERS)
    page = browser.get("/funding/firms/ALP").text
    assert 'value="Maintenance crew"' in page
    assert 'value="21.50"' in page
    emptied = {**ANSWERS, "groups-0-id": "1", "groups-0-name": "", "groups-0-wage": "", "groups-0-n_months": ""}
    assert browser.post("/funding/firms/ALP", data={**emptied, "n_employees": "141"}).status_code == 302
    page = browser.get("/funding/firms/ALP").text
    assert "Maintenance crew" not in page
    assert 'value="141"' in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state_code": ""}, "Write the state as two letters"),
        ({"naics_code": "33A"}, "Write the NAICS code as 2 to 6 digits"),
        ({"groups-0-wage": ""}, "Write what they earn per hour."),
        ({"groups-0-wage": "21.505"}, "Write dollars and cents"),
        ({"n_employees": "0"}, "Write a number from 1 to 500,000."),
    ],
)
def test_an_answer_that_cannot_be_is_said_and_nothing_typed_is_lost(
    firms: Firms, change: dict[str, str], words: str
) -> None:
    answer = firms.first().post("/funding/firms/ALP", data={**ANSWERS, **change})
    assert answer.status_code == 200
    assert words in answer.text
    assert 'value="Juniper"' in answer.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"course": ""}, "Choose a course, or a need below."),
        ({"course": "TVC XYZ 999"}, "No college lists this course."),
        ({"need_code": "PL-1"}, "Choose a course or a need, one of the two."),
        ({"latest_on": "2027-01-01"}, "The latest first day lies before the earliest."),
        ({"n_workers": "0"}, "Write a number from 1 to 2,000."),
        ({"cost": "sNaN"}, "Write a plain number, such as 2.5."),
        ({"cost": "1e999999"}, "Write a plain number, such as 2.5."),
        ({"training_hours": "NaN"}, "Write a plain number, such as 2.5."),
        ({"n_workers": "²"}, "Write a number from 1 to 2,000."),
        ({"cost": "lots"}, "Write an amount from 0 to 10,000,000 dollars."),
    ],
)
def test_a_request_that_cannot_be_is_said_and_nothing_typed_is_lost(
    firms: Firms, change: dict[str, str], words: str
) -> None:
    answer = firms.first().post("/training/requests/new", data={**REQUEST, "firm_id": str(firms.first_id), **change})
    assert answer.status_code == 200
    assert words in answer.text
    assert "Second shift only" in answer.text


def test_a_request_is_changed_withdrawn_and_keeps_its_history(firms: Firms) -> None:
    browser = firms.first()
    ask(browser, firm_id=firms.first_id)
    changed = {**REQUEST, "firm_id": str(firms.first_id), "n_workers": "7", "course": "", "need_code": "HY-1"}
    assert browser.post("/training/requests/1/edit", data=changed).status_code == 302
    page = browser.get("/training/requests/1").text
    assert "workers from 5 to 7" in page
    assert "Maintain hydraulic systems" in page
    assert browser.post("/training/requests/1/withdraw").status_code == 302
    page = browser.get("/training/requests/1").text
    assert "Withdrawn." in page
    assert "Asked for 5 seats: Programmable Logic Controllers." in page
    again = browser.post("/training/requests/1/withdraw", follow_redirects=True)
    assert "This request was withdrawn. Ask for the seats anew." in again.text


def test_the_convener_asks_for_a_firm_that_calls(firms: Firms) -> None:
    ask(firms.convener(), firm_id=firms.second_id, course="", need_code="PL-1")
    assert "Program and troubleshoot PLCs" in firms.second().get("/training").text


def test_the_convener_says_for_which_firm(firms: Firms) -> None:
    answer = firms.convener().post("/training/requests/new", data={**REQUEST, "firm_id": "0"})
    assert "Choose the firm that asks." in answer.text


def test_two_firms_make_a_section_that_the_convener_leads_to_the_end(firms: Firms) -> None:
    first, second = both_ask(firms)
    convener = firms.convener()
    page = convener.get("/training/sections").text
    assert "1 section can run" in page
    assert "1 section can run" in convener.get("/").text, "it waits on the convener’s home page too"
    assert "8 workers</strong> of 2 firms" in page
    confirm(convener, firms)
    assert convener.post("/training/cohorts/1/start").status_code == 302
    refused = convener.post("/training/cohorts/1/complete", data={"completed_1": "6", "completed_2": "3"})
    assert "had 5 seats; 6 completed is more" in refused.text
    refused = convener.post("/training/cohorts/1/complete", data={"completed_1": "²", "completed_2": "3"})
    assert "write how many workers completed; 0 is an answer" in refused.text
    outcome = {"completed_1": "4", "completed_2": "3", "credentials_1": "PLC Technician I: 3\nSafety: 4"}
    assert convener.post("/training/cohorts/1/complete", data=outcome).status_code == 302
    page = convener.get("/training/cohorts/1").text
    assert "PLC Technician I: 3" in page
    own = first.get("/training/cohorts/1").text
    assert "Safety: 4" in own
    assert "Brackwater" not in own
    assert "Safety" not in second.get("/training/cohorts/1").text


OUTCOME = {"completed_1": "4", "completed_2": "3", "credentials_1": "PLC Technician I: 3"}


def lead_to_the_end(firms: Firms) -> tuple[FlaskClient, FlaskClient, FlaskClient]:
    first, second = both_ask(firms)
    convener = firms.convener()
    confirm(convener, firms)
    assert convener.post("/training/cohorts/1/start").status_code == 302
    assert convener.post("/training/cohorts/1/complete", data=OUTCOME).status_code == 302
    return first, second, convener


def test_the_convener_looks_at_a_correction_before_it_counts(firms: Firms) -> None:
    first, second, convener = lead_to_the_end(firms)
    page = convener.get("/training/cohorts/1/correct").text
    assert 'value="4"' in page
    assert "PLC Technician I: 3" in page
    data = {**OUTCOME, "completed_1": "5", "credentials_1": "PLC Technician I: 4", "seen": "0"}
    silent = convener.post("/training/cohorts/1/correct", data=data)
    assert "Write why the numbers are corrected" in silent.text
    assert 'value="5"' in silent.text
    data["reason"] = "One result came late."
    looked = convener.post("/training/cohorts/1/correct", data={**data, "step": "look"}).text
    assert "Nothing is changed yet." in looked
    assert "4 workers completed; PLC Technician I: 3" in looked
    assert "5 workers completed; PLC Technician I: 4" in looked
    assert "One result came late." not in convener.get("/training/cohorts/1").text
    back = convener.post("/training/cohorts/1/correct", data={**data, "step": "back"}).text
    assert 'value="5"' in back
    assert convener.post("/training/cohorts/1/correct", data={**data, "step": "keep"}).status_code == 302
    page = convener.get("/training/cohorts/1").text
    assert "One result came late." in page
    own = first.get("/training/cohorts/1").text
    assert "One result came late." in own
    assert "5 workers completed; PLC Technician I: 4" in own
    assert (
        "Corrected: 5 of 5 workers completed PLCs for two shifts (before: 4)" in first.get("/training/requests/1").text
    )
    other = second.get("/training/cohorts/1").text + second.get("/training/requests/2").text
    assert "Corrected" not in other
    assert "came late" not in other


def test_two_people_who_correct_at_once_do_not_overwrite_each_other(firms: Firms) -> None:
    first, _second, convener = lead_to_the_end(firms)
    data = {**OUTCOME, "reason": "Late results.", "seen": "0", "step": "keep"}
    assert convener.post("/training/cohorts/1/correct", data={**data, "completed_1": "5"}).status_code == 302
    late = firms.reviewer().post("/training/cohorts/1/correct", data={**data, "completed_1": "3"})
    assert "Somebody corrected this cohort meanwhile." in late.text
    assert "<strong>5 workers completed" in first.get("/training/cohorts/1").text


def test_a_correction_is_taken_back(firms: Firms) -> None:
    first, _second, convener = lead_to_the_end(firms)
    data = {**OUTCOME, "completed_1": "5", "reason": "Miscounted.", "seen": "0", "step": "keep"}
    convener.post("/training/cohorts/1/correct", data=data)
    assert "Take this back" not in first.get("/training/cohorts/1").text
    assert "Take this back" in convener.get("/training/cohorts/1").text
    convener.post("/training/cohorts/1/corrections/1/take-back")
    assert "The correction “Miscounted.” is taken back." in first.get("/training/cohorts/1").text
    again = convener.post("/training/cohorts/1/corrections/1/take-back", follow_redirects=True).text
    assert "These numbers were corrected again since." in again
    wrong = convener.post("/training/cohorts/1/corrections/99/take-back", follow_redirects=True).text
    assert "This correction is not one of this cohort." in wrong


def test_numbers_are_corrected_only_where_there_are_some(firms: Firms) -> None:
    both_ask(firms)
    convener = firms.convener()
    confirm(convener, firms)
    page = convener.get("/training/cohorts/1/correct", follow_redirects=True).text
    assert "Only a completed cohort has numbers to correct." in page
    assert firms.first().get("/training/cohorts/1/correct").status_code == 403


def test_near_viable_sections_say_what_they_lack(firms: Firms) -> None:
    ask(firms.first(), firm_id=firms.first_id)
    assert "3 seats short" in firms.convener().get("/training/sections").text


def test_a_college_sets_its_smallest_section(firms: Firms) -> None:
    ask(firms.first(), firm_id=firms.first_id)
    reviewer = firms.reviewer()
    data = {"college_code": "TVC", "course_code": "AUT 210", "n_workers": "5"}
    assert reviewer.post("/training/sections/smallest", data=data).status_code == 302
    assert "1 section can run" in reviewer.get("/training/sections").text


def test_a_cancelled_cohort_lets_its_requests_gather_again(firms: Firms) -> None:
    first, _second = both_ask(firms)
    convener = firms.convener()
    confirm(convener, firms)
    silent = convener.post("/training/cohorts/1/cancel", data={"reason": " "}, follow_redirects=True)
    assert "Write why the cohort is cancelled" in silent.text
    convener.post("/training/cohorts/1/cancel", data={"reason": "The trainer fell ill."})
    page = first.get("/training/requests/1").text
    assert "The trainer fell ill." in page
    assert "Gathering" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"starts_on": "2027-05-01", "ends_on": "2027-06-01"}, "Choose another first day, or give it 0 seats."),
        ({"n_seats": "7"}, "You give out 8 seats, but the room has 7."),
        ({"ends_on": "2027-01-20"}, "The last day lies before the first."),
        ({"seats_1": "0", "seats_2": "0"}, "Confirm seats for at least one request."),
    ],
)
def test_a_cohort_that_does_not_suit_its_requests_is_refused(firms: Firms, change: dict[str, str], words: str) -> None:
    both_ask(firms)
    data = {**CONFIRM, "requests": "1,2", "college_id": str(firms.college_id), "ends_on": "2027-03-26"}
    data |= {"n_seats": "12", "seats_1": "5", "seats_2": "3", **change}
    answer = firms.convener().post("/training/sections/confirm", data=data)
    assert answer.status_code == 200
    assert words in answer.text


def test_a_request_left_out_of_a_cohort_goes_on_gathering(firms: Firms) -> None:
    _first, second = both_ask(firms)
    confirm(firms.convener(), firms, seats_2="0")
    assert "Gathering" in second.get("/training/requests/2").text


def test_no_page_of_a_firm_shows_anything_of_another(app: Flask, firms: Firms) -> None:
    first, second = both_ask(firms)
    first.post("/funding/firms/ALP", data=ANSWERS)
    wish = {
        "title": "Ladle Operator II",
        "issuer": "Guild of Ladles",
        "clock_hours": "30",
        "cost": "900",
        "skills": "Pours",
        "evidence": "Asked for by Alpenglow’s customers",
        "syllabus": "Week 1: ladles",
    }
    assert first.post("/funding/credentials/new", data=wish).status_code == 302
    confirm(firms.convener(), firms)
    pages = [
        str(rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.rule.startswith(("/training", "/funding"))
    ]
    assert len(pages) > 15
    secrets = re.compile("Alpenglow|Ladle|Second shift|Maintenance crew|Juniper|Asked for by|ALP")
    for rule in pages:
        for code in ("ALP", "BRK"):
            path = re.sub("<int:[a-z_]+>", "1", rule).replace("<code>", code)
            answer = second.get(path)
            assert answer.status_code < 500, path
            assert not secrets.search(answer.text.replace(path, "")), path
    for path in ("/training/requests/1", "/funding/firms/ALP", "/funding/credentials/submissions/1"):
        assert second.get(path).status_code == 404, path
    for path in ("/training/requests/1/withdraw", "/training/requests/1/edit"):
        assert second.post(path, data=REQUEST).status_code == 404, path
    assert second.post("/funding/firms/ALP", data=ANSWERS).status_code == 404
    forged = second.post("/training/requests/new", data={**REQUEST, "firm_id": str(firms.first_id)})
    assert forged.status_code == 200, "a firm cannot ask in another’s name"


def test_a_cohort_of_others_does_not_exist_for_a_firm(firms: Firms) -> None:
    ask(firms.first(), firm_id=firms.first_id, n_workers="8")
    data = {"requests": "1", "seats_1": "8", "seats_2": ""}
    confirm(firms.convener(), firms, **data)
    assert firms.second().get("/training/cohorts/1").status_code == 404


def test_another_partnership_does_not_exist_here(app: Flask, firms: Firms) -> None:
    both_ask(firms)
    confirm(firms.convener(), firms)
    with firms.database.writing() as session:
        other = accounts_operations.add_partnership(session, name="Elsewhere", now=NOON)
        membership_id = accounts_operations.add_member(
            session, partnership_id=other, name="Elsewhere’s convener", role=Role.CONVENER, now=NOON
        )
        secret = accounts_operations.make_sign_in_link(
            session, membership_id=membership_id, now=datetime.now(UTC), hours=1
        )
        session.commit()
    stranger = app.test_client()
    stranger.post(f"/sign-in/{secret}")
    for path in ("/training/requests/1", "/training/cohorts/1", "/funding/firms/ALP", "/funding/firms/ALP/requests"):
        assert stranger.get(path).status_code == 404, path
    for path in (
        "/training/requests/1/withdraw",
        "/training/cohorts/1/start",
        "/training/cohorts/1/cancel",
        "/training/cohorts/1/correct",
        "/training/cohorts/1/corrections/1/take-back",
    ):
        assert stranger.post(path).status_code == 404, path
    assert "Nobody has asked for training yet" in stranger.get("/training/sections").text
    forged = {**CONFIRM, "requests": "1,2", "seats_1": "5", "ends_on": "2027-03-26", "n_seats": "9"}
    assert stranger.post("/training/sections/confirm", data=forged).status_code == 302


def test_a_reviewer_sees_needs_without_the_names_of_firms(firms: Firms) -> None:
    ask(firms.first(), firm_id=firms.first_id, course="", need_code="PL-1")
    page = firms.reviewer().get("/training/sections").text
    assert "Program and troubleshoot PLCs" in page
    assert "Alpenglow" not in page


def test_a_viewer_sees_counts_and_no_requests(firms: Firms) -> None:
    both_ask(firms)
    viewer = firms.person(Role.VIEWER)
    page = viewer.get("/training", follow_redirects=True).text
    assert "Too few firms have asked for a count" in page
    assert viewer.get("/training/sections").status_code == 403
    assert viewer.get("/funding/credentials/submissions").status_code == 404


def test_the_funding_page_shows_every_source_and_what_has_ended(firms: Firms) -> None:
    page = firms.first().get("/funding").text
    assert "20 CFR 680.780" in page
    assert "(ended)" in page
    assert "$2,800" in page


def test_anyone_looks_a_credential_up_without_signing_in(firms: Firms, client: FlaskClient) -> None:
    assert "No list is here yet" in client.get("/funding/credentials").text
    content = 'Credential,Issuer,Amount,Since\nPLC Technician I,Guild of Controls,"$1,800",2025-03-01\nBroken,X,lots,\n'
    upload = {"program": "TechCred (Ohio)", "file": (io.BytesIO(content.encode()), "list.csv")}
    answer = firms.convener().post("/funding/credentials/import", data=upload, follow_redirects=True)
    assert "1 new, 0 known already, 1 rows left out." in answer.text
    assert "row 3: the amount lots is no number of dollars." in answer.text
    page = client.get("/funding/credentials?q=guild plc").text
    assert "PLC Technician I" in page
    assert "1,800" in page
    assert "1 March 2025" in page
    assert "is not listed here" in client.get("/funding/credentials?q=welding").text
    assert "/funding/credentials" in client.get("/").text


def test_a_credential_is_asked_for_declined_and_accepted_with_its_day(firms: Firms, client: FlaskClient) -> None:
    first = firms.first()
    wish = {
        "title": "Robot Cell Operator",
        "issuer": "Guild of Robots",
        "clock_hours": "60",
        "cost": "1400.50",
        "skills": "Starts and stops a cell safely",
        "evidence": "Four postings of other plants",
    }
    missing = first.post("/funding/credentials/new", data=wish)
    assert "Write the syllabus, or choose its file." in missing.text
    for _ in range(2):
        upload = {**wish, "syllabus_file": (io.BytesIO(b"%PDF-1.4 lessons"), "syllabus.pdf")}
        assert first.post("/funding/credentials/new", data=upload).status_code == 302
    reviewer = firms.reviewer()
    sent = reviewer.get("/funding/credentials/submissions/1/syllabus")
    assert sent.data == b"%PDF-1.4 lessons"
    assert sent.headers["Content-Disposition"].startswith("attachment")
    silent = reviewer.post("/funding/credentials/submissions/1/judge", data={"decision": "decline", "reason": ""})
    assert "Write why; the firm reads it." in silent.text
    declined = {"decision": "decline", "reason": "Too narrow."}
    assert reviewer.post("/funding/credentials/submissions/1/judge", data=declined).status_code == 302
    assert "Too narrow." in first.get("/funding/credentials/submissions/1").text
    accepted = {
        "decision": "accept",
        "reason": "Asked for across the region.",
        "title": "Robot Cell Operator",
        "issuer": "Guild of Robots",
        "program": "TechCred (Ohio)",
        "amount": "1400",
    }
    assert reviewer.post("/funding/credentials/submissions/2/judge", data=accepted).status_code == 302
    page = client.get("/funding/credentials?q=robot").text
    assert "accepted by the region" in page
    assert "Alpenglow" not in page
    assert "Four postings" not in page
    assert "Accepted" in first.get("/training").text


def test_a_broken_folder_of_rules_is_named_on_the_page(app: Flask, firms: Firms) -> None:
    object.__setattr__(app.extensions["skillshed_settings"], "funding_folder", "nowhere-at-all")
    answer = firms.first().get("/funding")
    assert answer.status_code == 409
    assert "There is no folder nowhere-at-all with funding rules." in answer.text


def test_the_public_search_is_limited(app: Flask) -> None:
    from base.doors import limiter

    settings = app.extensions["skillshed_settings"]
    object.__setattr__(settings, "joins_per_minute", 3)
    limiter.reset()
    browser = app.test_client()
    statuses = [browser.get("/funding/credentials?q=x").status_code for _ in range(4)]
    limiter.reset()
    assert statuses == [200, 200, 200, 429]
