"""The phones' doors: code, seat, ballot and receipt, and everything that goes wrong in a crowded room."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from voting_hall import CODES, Hall, hidden, is_checked, join, sent, vote_by_phone, words

from base.doors import limiter
from survey import queries
from survey.queries import MeetingRow

SignIn = Callable[[str], FlaskClient]
SCRIPT = "<script>alert('x')</script>"


def test_a_typed_code_leads_to_its_meeting(open_meeting: MeetingRow, client: FlaskClient) -> None:
    code = open_meeting.join_code
    answer = client.post("/meet", data={"code": f" {code[:3].lower()} {code[3:].lower()} "})
    assert answer.location == f"/meet/{code}"
    page = client.get(answer.location).text
    assert "Open my ballot" in page
    assert "Spring meeting" in page


def test_a_wrong_code_is_answered_with_help(open_meeting: MeetingRow, client: FlaskClient) -> None:
    code = open_meeting.join_code
    near = ("X" if code[0] != "X" else "Y") + code[1:]
    answer = client.post("/meet", data={"code": near})
    assert answer.status_code == 404
    assert f"Did you mean {code}" in words(answer.text)
    far = client.get("/meet/nothing-like-a-code")
    assert far.status_code == 404
    assert "Did you mean" not in far.text
    assert SCRIPT not in client.post("/meet", data={"code": SCRIPT}).text
    assert "Type the code" in client.post("/meet", data={"code": " "}).text


def test_too_many_wrong_codes_are_slowed_down_but_not_right_ones(open_meeting: MeetingRow, app: Flask) -> None:
    limiter.reset()
    app.extensions["skillshed_settings"] = replace(app.extensions["skillshed_settings"], joins_per_minute=3)
    try:
        guesser = app.test_client()
        answers = [guesser.get("/meet/AAAAAA").status_code for _ in range(5)]
        assert answers == [404, 404, 404, 429, 429]
        limiter.reset()
        assert {guesser.get(f"/meet/{open_meeting.join_code}").status_code for _ in range(10)} == {200}
    finally:
        limiter.reset()


def test_a_phone_joins_votes_and_keeps_its_receipt(open_meeting: MeetingRow, client: FlaskClient) -> None:
    join(client, open_meeting)
    page = client.get(f"/meet/{open_meeting.join_code}").text
    assert "Aster Castings" in page
    assert sorted(re.findall(r'data-need="([^"]*)"', page)) == sorted(CODES)
    assert re.findall(r'data-need="([^"]*)"', client.get(f"/meet/{open_meeting.join_code}").text) == re.findall(
        r'data-need="([^"]*)"', page
    )
    cast = client.post(f"/meet/{open_meeting.join_code}/ballots", json=sent())
    assert cast.status_code == 201
    receipt = client.get(cast.get_json()["receipt_url"])
    assert "1 Find faults in control circuits" in words(receipt.text)
    assert client.get(f"/meet/{open_meeting.join_code}").location == cast.get_json()["receipt_url"]


def test_sending_twice_counts_once_and_other_answers_are_refused(open_meeting: MeetingRow, client: FlaskClient) -> None:
    join(client, open_meeting)
    door = f"/meet/{open_meeting.join_code}/ballots"
    first, again = client.post(door, json=sent()), client.post(door, json=sent())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    other = client.post(door, json=sent(entries=[{"need": "EM-02", "sort": "must"}]))
    assert other.status_code == 409
    assert "that one counts" in other.get_json()["message"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"entries": []}, "Nothing is sorted yet"),
        ({"entries": [{"need": "ZZ-1", "sort": "must"}]}, "not on this meeting"),
        ({"entries": [{"need": "EM-01", "sort": "must", "position": 9}]}, "use 1 to 3"),
        ({"entries": "all"}, "Reload the page"),
    ],
)
def test_a_ballot_that_does_not_fit_is_refused_as_json(
    open_meeting: MeetingRow, client: FlaskClient, changes: dict[str, Any], said: str
) -> None:
    join(client, open_meeting)
    answer = client.post(f"/meet/{open_meeting.join_code}/ballots", json=sent(**changes))
    assert answer.status_code == 422
    assert said in answer.get_json()["message"]
    assert len(answer.get_json()["errors"]) >= 1


def test_broken_json_and_a_huge_body_are_refused_in_words(open_meeting: MeetingRow, client: FlaskClient) -> None:
    join(client, open_meeting)
    door = f"/meet/{open_meeting.join_code}/ballots"
    broken = client.post(door, data=b'{"ballot', content_type="application/json")
    assert (broken.status_code, "Reload" in broken.get_json()["message"]) == (422, True)
    huge = client.post(door, data=b" " * (256 * 1024 + 1), content_type="application/json")
    assert (huge.status_code, "too large" in huge.get_json()["message"]) == (413, True)


def test_a_plain_form_works_without_javascript(open_meeting: MeetingRow, client: FlaskClient) -> None:
    join(client, open_meeting)
    page = client.get(f"/meet/{open_meeting.join_code}").text
    form = {
        "ballot_uid": hidden(page, "ballot_uid"),
        "shown_order": hidden(page, "shown_order"),
        "sort-EM-01": "must",
        "position-EM-01": "1",
        "sort-SW-01": "dont_know",
        "attendance-EM-01": "on site",
    }
    cast = client.post(f"/meet/{open_meeting.join_code}/ballots", data=form)
    assert cast.status_code == 303
    assert "Your ballot is cast" in client.get(cast.location).text
    again = client.post(f"/meet/{open_meeting.join_code}/ballots", data=form)
    assert again.location == cast.location


def test_a_plain_form_that_does_not_fit_comes_back_with_every_answer(
    open_meeting: MeetingRow, client: FlaskClient
) -> None:
    join(client, open_meeting)
    form = {
        "ballot_uid": "ballot-0001",
        "sort-EM-01": "useful",
        "position-EM-01": "1",
        "n_workers-EM-01": "77",
        "sort-SW-01": "dont_know",
    }
    answer = client.post(f"/meet/{open_meeting.join_code}/ballots", data=form)
    assert answer.status_code == 422
    assert "is not marked as must have" in answer.text
    assert 'value="77"' in answer.text
    assert is_checked(answer.text, "useful")
    assert is_checked(answer.text, "dont_know")
    assert 'value="ballot-0001"' in answer.text


def test_a_phone_without_seat_loses_nothing(open_meeting: MeetingRow, client: FlaskClient) -> None:
    door = f"/meet/{open_meeting.join_code}/ballots"
    as_json = client.post(door, json=sent())
    assert (as_json.status_code, "Join it again" in as_json.get_json()["message"]) == (403, True)
    as_form = client.post(door, data={"ballot_uid": "ballot-0001", "sort-EM-01": "must"})
    assert as_form.status_code == 403
    assert is_checked(as_form.text, "must")
    join(client, open_meeting)
    assert client.post(door, json=sent()).status_code == 201


def test_a_closed_meeting_says_so_and_keeps_the_answers(
    open_meeting: MeetingRow, client: FlaskClient, sign_in: SignIn
) -> None:
    join(client, open_meeting)
    sign_in("convener").post(f"/meetings/{open_meeting.id}/close")
    door = f"/meet/{open_meeting.join_code}"
    as_json = client.post(f"{door}/ballots", json=sent())
    assert (as_json.status_code, "has closed" in as_json.get_json()["message"]) == (409, True)
    as_form = client.post(f"{door}/ballots", data={"ballot_uid": "ballot-0001", "sort-EM-01": "must"})
    assert as_form.status_code == 409
    assert is_checked(as_form.text, "must")
    assert "closed" in words(client.get(door).text)
    late = client.post(f"{door}/join", data={"employer_name": "Late", "voice": "employer"})
    assert (late.status_code, "closed" in words(late.text)) == (409, True)


def test_a_planned_meeting_asks_to_wait(planned_hall: Hall, client: FlaskClient) -> None:
    planned_hall.session.commit()
    code = planned_hall.meeting.join_code
    planned_hall.session.rollback()
    early = client.get(f"/meet/{code}")
    assert "not open yet" in words(early.text)
    assert early.headers["Refresh"] == "10"
    refused = client.post(f"/meet/{code}/join", data={"employer_name": "Early", "voice": "employer"})
    assert (refused.status_code, "not open yet" in words(refused.text)) == (409, True)


def test_a_receipt_changes_the_ballot_from_another_phone(
    open_meeting: MeetingRow, app: Flask, client: FlaskClient, hall: Hall
) -> None:
    receipt_url = vote_by_phone(open_meeting, app=app, name="Aster Castings")
    change = re.findall(r'href="([^"]*receipt=[^"]*)"', client.get(receipt_url).text)
    page = client.get(unescape(change[0])).text
    assert "Aster Castings" in page
    assert is_checked(page, "useful")
    assert re.search(r'name="position-EM-01"[^>]* value="1"', page)
    assert re.search(r"<option[^>]* selected>on site", page)
    action = unescape(re.findall(r'<form id="ballot"[^>]*action="([^"]*)"', page)[0])
    changed = client.post(
        action, json=sent("ballot-changed", entries=[{"need": "EM-02", "sort": "must", "position": 1}])
    )
    assert changed.status_code == 201
    assert changed.get_json()["receipt_url"] != receipt_url
    (voter,) = queries.voters(hall.session, meeting_id=open_meeting.id)
    assert (voter.n_seats, voter.n_ballots) == (1, 2)


def test_a_receipt_of_a_closed_meeting_still_opens(
    open_meeting: MeetingRow, app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    receipt_url = vote_by_phone(open_meeting, app=app, name="Aster Castings")
    sign_in("convener").post(f"/meetings/{open_meeting.id}/close")
    page = client.get(receipt_url)
    assert page.status_code == 200
    assert "Change my ballot" not in page.text
    assert client.get(f"/meet/{open_meeting.join_code}/receipt/NOTTHERE").status_code == 404


def test_names_are_shown_as_text_everywhere(open_meeting: MeetingRow, client: FlaskClient) -> None:
    join(client, open_meeting, name=SCRIPT)
    assert SCRIPT not in client.get(f"/meet/{open_meeting.join_code}").text


def test_a_name_that_is_too_long_is_refused_in_words(open_meeting: MeetingRow, client: FlaskClient) -> None:
    answer = client.post(f"/meet/{open_meeting.join_code}/join", data={"employer_name": "x" * 201, "voice": "employer"})
    assert "at most 200 characters" in answer.text
    bare = client.post(f"/meet/{open_meeting.join_code}/join", data={"employer_name": " ", "voice": "employer"})
    assert "Write the name of your organisation" in bare.text


def test_two_people_share_a_phone(open_meeting: MeetingRow, client: FlaskClient, hall: Hall) -> None:
    for name in ("Aster Castings", "Borea Foods"):
        join(client, open_meeting, name=name)
        client.post(f"/meet/{open_meeting.join_code}/ballots", json=sent(f"ballot-{name[:5]}"))
    voters = queries.voters(hall.session, meeting_id=open_meeting.id)
    assert [(voter.organisation_name, voter.n_ballots) for voter in voters] == [
        ("Aster Castings", 1),
        ("Borea Foods", 1),
    ]
