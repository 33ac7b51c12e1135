"""Voting rests and goes on, and the room sees until when ballots are welcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from voting_hall import Hall, join, sent, words

from survey import voting_time
from survey.operations import MeetingNotOpen, MeetingPaused
from survey.queries import MeetingRow
from survey.wording import clock

SignIn = Callable[[str], FlaskClient]


def _pause(hall: Hall) -> None:
    voting_time.pause_voting(hall.session, meeting_id=hall.meeting_id, now=hall.now)


def _resume(hall: Hall) -> None:
    voting_time.resume_voting(hall.session, meeting_id=hall.meeting_id, now=hall.now)


def _close_in(hall: Hall, n_minutes: int) -> None:
    voting_time.set_closing_time(hall.session, meeting_id=hall.meeting_id, n_minutes=n_minutes, now=hall.now)


def _extend(hall: Hall, n_minutes: int) -> None:
    voting_time.extend_voting(hall.session, meeting_id=hall.meeting_id, n_minutes=n_minutes, now=hall.now)


def test_a_paused_meeting_takes_no_ballot_until_it_goes_on(hall: Hall) -> None:
    hall.vote("Aster", "EM-01")
    _pause(hall)
    with pytest.raises(MeetingPaused, match="Voting is paused"):
        hall.vote("Birch", "EM-01")
    assert (hall.meeting.state, hall.meeting.n_employers_voted) == ("open", 1)
    _resume(hall)
    hall.vote("Birch", "EM-01")
    assert hall.meeting.n_employers_voted == 2


def test_a_ballot_that_was_taken_before_the_pause_still_gets_its_receipt(
    open_meeting: MeetingRow, app: Flask, sign_in: SignIn
) -> None:
    phone = app.test_client()
    join(phone, open_meeting)
    door = f"/meet/{open_meeting.join_code}/ballots"
    first = phone.post(door, json=sent()).get_json()
    sign_in("convener").post(f"/meetings/{open_meeting.id}/pause")
    again = phone.post(door, json=sent())
    assert (again.status_code, again.get_json()) == (200, first)


def test_people_may_sit_down_while_voting_is_paused(hall: Hall) -> None:
    _pause(hall)
    hall.sit("Cedar Foundry")
    assert hall.meeting.n_seats == 1


def test_the_closing_time_is_shown_moved_on_and_taken_away(hall: Hall) -> None:
    assert hall.meeting.closing_words == ""
    _close_in(hall, 10)
    assert hall.meeting.closes_at == hall.now + timedelta(minutes=10)
    _extend(hall, 5)
    assert hall.meeting.closes_at == hall.now + timedelta(minutes=10 + 5)
    assert hall.meeting.closing_words == f"Voting closes at about {clock(hall.now + timedelta(minutes=15))}"
    voting_time.clear_closing_time(hall.session, meeting_id=hall.meeting_id, now=hall.now)
    assert hall.meeting.closing_words == ""


def test_more_time_after_the_closing_time_counts_from_now(hall: Hall) -> None:
    _close_in(hall, 10)
    hall.now += timedelta(minutes=25)
    _extend(hall, 5)
    assert hall.meeting.closes_at == hall.now + timedelta(minutes=5)


def test_a_pause_does_not_eat_the_time_that_is_left(hall: Hall) -> None:
    _close_in(hall, 10)
    opened = hall.now
    hall.now += timedelta(minutes=4)
    _pause(hall)
    assert hall.meeting.closing_words == "Voting is paused"
    hall.now += timedelta(minutes=20)
    _resume(hall)
    assert hall.meeting.closes_at == opened + timedelta(minutes=10 + 20)


def test_the_closing_time_is_a_hint_and_a_late_ballot_is_taken(hall: Hall) -> None:
    _close_in(hall, 1)
    hall.now += timedelta(minutes=30)
    hall.vote("Aster", "EM-01")
    assert hall.meeting.n_employers_voted == 1


@pytest.mark.parametrize("n_minutes", [0, -5, 601])
def test_minutes_out_of_range_are_refused_in_words(hall: Hall, n_minutes: int) -> None:
    with pytest.raises(voting_time.MinutesRefused, match="from 1 to 600"):
        _close_in(hall, n_minutes)


def test_a_meeting_that_is_not_open_has_no_time_to_set(planned_hall: Hall) -> None:
    for act in (_pause, _resume, lambda hall: _close_in(hall, 5), lambda hall: _extend(hall, 5)):
        with pytest.raises(MeetingNotOpen):
            act(planned_hall)


def test_closing_ends_a_pause_and_reopening_shows_no_old_closing_time(hall: Hall) -> None:
    _close_in(hall, 10)
    _pause(hall)
    hall.close()
    assert not hall.meeting.is_paused
    hall.open()
    assert hall.meeting.closing_words == ""


def test_every_change_of_the_time_reaches_the_screens(hall: Hall) -> None:
    revisions = [hall.meeting.revision]
    _close_in(hall, 10)
    revisions.append(hall.meeting.revision)
    _extend(hall, 5)
    revisions.append(hall.meeting.revision)
    _pause(hall)
    revisions.append(hall.meeting.revision)
    _resume(hall)
    revisions.append(hall.meeting.revision)
    assert revisions == list(range(revisions[0], revisions[0] + 5))


# The doors


def test_the_convener_pauses_and_a_phone_is_told_to_try_again(
    open_meeting: MeetingRow, app: Flask, sign_in: SignIn
) -> None:
    convener, phone = sign_in("convener"), app.test_client()
    join(phone, open_meeting)
    desk = f"/meetings/{open_meeting.id}"
    assert "Phones keep their ballots" in convener.post(f"{desk}/pause", follow_redirects=True).text
    refused = phone.post(f"/meet/{open_meeting.join_code}/ballots", json=sent())
    assert (refused.status_code, "Voting is paused" in refused.get_json()["message"]) == (503, True)
    said = phone.get(f"/meet/{open_meeting.join_code}/clock").get_json()
    assert (said["words"], said["is_paused"]) == ("Voting is paused", True)
    assert "Voting is paused" in words(phone.get(f"/meet/{open_meeting.join_code}").text)
    assert "Go on with voting" in convener.get(desk).text
    convener.post(f"{desk}/resume")
    assert phone.post(f"/meet/{open_meeting.join_code}/ballots", json=sent()).status_code == 201


def test_a_plain_form_comes_back_with_its_answers_while_voting_is_paused(
    open_meeting: MeetingRow, app: Flask, sign_in: SignIn
) -> None:
    phone = app.test_client()
    join(phone, open_meeting)
    sign_in("convener").post(f"/meetings/{open_meeting.id}/pause")
    form = {"ballot_uid": "ballot-0001", "shown_order": "EM-01", "sort-EM-01": "must", "position-EM-01": "1"}
    answer = phone.post(f"/meet/{open_meeting.join_code}/ballots", data=form)
    assert "Voting is paused" in words(answer.text)
    assert 'name="position-EM-01" min=1 max=3 value="1"' in answer.text


def test_the_convener_sets_the_closing_time_and_the_wall_and_the_phones_show_it(
    open_meeting: MeetingRow, app: Flask, sign_in: SignIn
) -> None:
    convener, phone = sign_in("convener"), app.test_client()
    join(phone, open_meeting)
    desk = f"/meetings/{open_meeting.id}"
    answer = convener.post(f"{desk}/closing-time", data={"act": "set", "minutes": "30"}, follow_redirects=True)
    wanted = {f"Voting closes at about {clock(datetime.now(UTC) + timedelta(minutes=minutes))}" for minutes in (29, 30)}
    shown = phone.get(f"/meet/{open_meeting.join_code}/clock").get_json()["words"]
    assert shown in wanted
    assert shown in answer.text
    assert shown in convener.get(f"{desk}/screen").text
    assert shown in phone.get(f"/meet/{open_meeting.join_code}").text
    assert "Show no closing time" in convener.get(desk).text
    convener.post(f"{desk}/closing-time", data={"act": "clear"})
    assert phone.get(f"/meet/{open_meeting.join_code}/clock").get_json()["words"] == ""


@pytest.mark.parametrize("typed", ["", "soon", "0", "-3", "99999", "²"])
def test_minutes_that_are_no_number_are_refused_at_the_desk(
    open_meeting: MeetingRow, sign_in: SignIn, db_session: Session, typed: str
) -> None:
    db_session.rollback()
    answer = sign_in("convener").post(
        f"/meetings/{open_meeting.id}/closing-time", data={"act": "set", "minutes": typed}, follow_redirects=True
    )
    assert "Write a whole number of minutes from 1 to 600." in answer.text


def test_the_clock_of_an_unknown_code_is_not_found(client: FlaskClient) -> None:
    assert client.get("/meet/AAAAAA/clock").status_code == 404
