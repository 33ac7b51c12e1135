"""A phone that is passed on: a ballot is cast for the firm it was filled in for, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from voting_hall import MORNING, Hall, hidden, join, sent, words

from survey import same_firm
from survey.ballot_seats import FilledFor, OtherSeat, check_seat, filled_for, seat_mark
from survey.models import Ballot, Seat
from survey.queries import MeetingRow

OLD_PAGES: tuple[dict[str, Any], ...] = ({}, {"seat": ""}, {"seat": None, "voter": None}, {"seat": 7, "voter": ["x"]})


def page_of(client: FlaskClient, meeting: MeetingRow, name: str) -> dict[str, Any]:
    """Join for a firm and return a ballot as its page would send it."""
    join(client, meeting, name=name)
    page = client.get(f"/meet/{meeting.join_code}").text
    ballot: dict[str, Any] = sent(
        f"ballot-of-{name.replace(' ', '-')}", seat=hidden(page, "seat"), voter=hidden(page, "voter")
    )
    return ballot


def voters(session: Session) -> list[str]:
    """Return the marks of the seats that have voted, in the order of arrival."""
    tokens = list(session.scalars(select(Ballot.seat_token).order_by(Ballot.id)))
    session.rollback()
    return [seat_mark(token) for token in tokens]


def test_a_ballot_of_whoever_held_the_phone_before_is_not_cast_under_the_next_ones_seat(
    open_meeting: MeetingRow, client: FlaskClient, db_session: Session
) -> None:
    door = f"/meet/{open_meeting.join_code}/ballots"
    of_aster = page_of(client, open_meeting, "Aster Castings")
    of_borea = page_of(client, open_meeting, "Borea Foods")
    refused = client.post(door, json=of_aster)
    assert refused.status_code == 403
    said = refused.get_json()["message"]
    assert "filled in for Aster Castings, Employer" in said
    assert "now sits at the meeting as Borea Foods, Employer" in said
    assert "Join the meeting again as Aster Castings, Employer to cast it." in said
    assert client.post(door, json=of_borea).status_code == 201
    assert voters(db_session) == [of_borea["seat"]]


def test_who_joins_again_as_the_same_voter_casts_the_ballot_that_waited(
    open_meeting: MeetingRow, client: FlaskClient, db_session: Session
) -> None:
    of_aster = page_of(client, open_meeting, "Aster Castings")
    page_of(client, open_meeting, "Borea Foods")
    again = page_of(client, open_meeting, "aster  castings")
    assert again["seat"] != of_aster["seat"]
    assert client.post(f"/meet/{open_meeting.join_code}/ballots", json=of_aster).status_code == 201
    assert voters(db_session) == [again["seat"]]


def test_the_same_firm_in_another_voice_is_another_voter(open_meeting: MeetingRow, client: FlaskClient) -> None:
    as_employer = page_of(client, open_meeting, "Aster Castings")
    join(client, open_meeting, name="Aster Castings", voice="observer")
    refused = client.post(f"/meet/{open_meeting.join_code}/ballots", json=as_employer)
    assert (refused.status_code, "as Aster Castings, Observer" in refused.get_json()["message"]) == (403, True)


def test_a_firm_that_the_convener_joined_with_another_one_meanwhile_casts_its_ballot(
    hall: Hall, client: FlaskClient, db_session: Session
) -> None:
    hall.sit("Aster Castings Ltd.")
    hall.session.commit()
    meeting = hall.meeting
    hall.session.rollback()
    of_aster = page_of(client, meeting, "Aster Castings")
    firms = {seat.organisation_name: seat for seat in same_firm.firm_seats(db_session, meeting_id=meeting.id)}
    same_firm.merge_firms(
        db_session,
        meeting_id=meeting.id,
        kept_id=firms["Aster Castings Ltd."].organisation_id,
        merged_id=firms["Aster Castings"].organisation_id,
        now=MORNING,
    )
    db_session.commit()
    assert "Aster Castings Ltd., Employer" in words(client.get(f"/meet/{meeting.join_code}").text)
    assert client.post(f"/meet/{meeting.join_code}/ballots", json=of_aster).status_code == 201


@pytest.mark.parametrize("said", OLD_PAGES, ids=repr)
def test_what_waits_since_an_earlier_page_is_taken_although_it_names_no_seat(
    open_meeting: MeetingRow, client: FlaskClient, said: dict[str, Any]
) -> None:
    join(client, open_meeting)
    assert client.post(f"/meet/{open_meeting.join_code}/ballots", json=sent(**said)).status_code == 201


def test_a_receipt_brings_its_own_seat_along_whoever_holds_the_phone(
    open_meeting: MeetingRow, client: FlaskClient, db_session: Session
) -> None:
    door = f"/meet/{open_meeting.join_code}/ballots"
    of_aster = page_of(client, open_meeting, "Aster Castings")
    receipt = client.post(door, json=of_aster).get_json()["receipt_code"]
    page_of(client, open_meeting, "Borea Foods")
    changed = client.post(f"{door}?receipt={receipt}", json={**of_aster, "ballot_uid": "ballot-changed"})
    assert changed.status_code == 201
    assert voters(db_session) == [of_aster["seat"]] * 2


def test_a_plain_form_of_another_voter_comes_back_and_stays_that_voters(
    open_meeting: MeetingRow, app: Flask, db_session: Session
) -> None:
    door, client = f"/meet/{open_meeting.join_code}/ballots", app.test_client()
    of_aster = page_of(client, open_meeting, "Aster Castings")
    page_of(client, open_meeting, "Borea Foods")
    form = {name: of_aster[name] for name in ("ballot_uid", "seat", "voter")} | {"sort-EM-01": "must"}
    refused = client.post(door, data=form)
    assert refused.status_code == 403
    assert "Join the meeting again as Aster Castings, Employer" in words(refused.text)
    assert "Join again in a second tab" in words(refused.text)
    assert [hidden(refused.text, name) for name in ("seat", "voter")] == [of_aster["seat"], of_aster["voter"]]
    assert client.post(door, data=form).status_code == 403, "casting it once more does not make it Borea’s"
    join(client, open_meeting, name="Aster Castings")
    assert client.post(door, data=form).status_code == 303
    assert len(voters(db_session)) == 1


def test_a_mark_gives_nobody_a_seat_and_strange_names_are_clipped(hall: Hall) -> None:
    token = hall.sit("Aster Castings")
    (seat,) = hall.session.scalars(select(Seat))
    assert token not in seat_mark(token)
    ballot = FilledFor("0" * 16, "Mallory\n" + "x" * 5_000)
    with pytest.raises(OtherSeat) as refusal:
        check_seat(hall.session, ballot=ballot, meeting_id=seat.meeting_id, seat_token=token)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 1_000
    assert filled_for("no ballot at all") == filled_for({}) == FilledFor("", "")
