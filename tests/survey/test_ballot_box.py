"""Ballots that are written together: each is answered for itself, and what changed since its check counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from voting_hall import MORNING, Hall, content, join, sent, words

from base.database import Database
from base.doors import limiter
from survey import need_changes, queries, rounds, voting_time
from survey.ballot_box import (
    BallotBox,
    BallotChanged,
    MeetingClosed,
    MeetingPaused,
    OtherRound,
    Receipt,
    SeatRefused,
    SentBallot,
    checked_ballot,
    list_of_meeting,
    take_ballots,
    write_entries,
)
from survey.models import Ballot, BallotEntry, Meeting
from survey.queries import MeetingRow

SignIn = Callable[[str], FlaskClient]


def ready(hall: Hall, uid: str, *, token: str, order: tuple[str, ...] = ("EM-01",), round: int = 1) -> SentBallot:
    """Write a ballot that has been checked and waits to be written."""
    asked = list_of_meeting(hall.session, meeting_id=hall.meeting_id)
    return checked_ballot(content(uid, order=order), asked=asked, seat_token=token, made_in_round=round, now=MORNING)


def kept(hall: Hall) -> list[str]:
    """Return the numbers of all ballots in the order of arrival."""
    return list(hall.session.scalars(select(Ballot.ballot_uid).order_by(Ballot.id)))


def test_one_refused_ballot_keeps_no_other_back(hall: Hall) -> None:
    aster, borea = hall.sit("Aster Castings"), hall.sit("Borea Foods")
    answers = take_ballots(
        hall.session,
        [
            ready(hall, "ballot-0001", token=aster),
            ready(hall, "ballot-0002", token="nobody sits here"),
            ready(hall, "ballot-0003", token=borea, round=7),
            ready(hall, "ballot-0004", token=borea, order=("WE-01", "EM-02")),
        ],
    )
    assert [type(answer) for answer in answers] == [Receipt, SeatRefused, OtherRound, Receipt]
    assert kept(hall) == ["ballot-0001", "ballot-0004"]
    found = queries.receipt(hall.session, meeting_id=hall.meeting_id, receipt_code=answers[3].receipt_code)  # type: ignore[union-attr]  # a receipt, as said above
    assert found is not None
    assert [(line.position, line.title) for line in found.ranked] == [
        (1, "Weld steel with GMAW"),
        (2, "Wire motor starters"),
    ]


def test_the_same_ballot_twice_in_one_batch_counts_once_and_other_content_is_refused(hall: Hall) -> None:
    token = hall.sit("Aster Castings")
    first, again, other = take_ballots(
        hall.session,
        [
            ready(hall, "ballot-0001", token=token),
            ready(hall, "ballot-0001", token=token),
            ready(hall, "ballot-0001", token=token, order=("EM-02",)),
        ],
    )
    assert isinstance(first, Receipt)
    assert again == replace(first, is_new=False)
    assert isinstance(other, BallotChanged)
    assert kept(hall) == ["ballot-0001"]


def test_another_seat_does_not_get_the_receipt_of_a_ballot_with_the_same_words(hall: Hall) -> None:
    aster, borea = hall.sit("Aster Castings"), hall.sit("Borea Foods")
    first, other = take_ballots(
        hall.session, [ready(hall, "ballot-0001", token=aster), ready(hall, "ballot-0001", token=borea)]
    )
    assert isinstance(first, Receipt)
    assert isinstance(other, BallotChanged)


def test_who_joined_again_gets_the_receipt_of_what_had_arrived_and_another_voice_does_not(hall: Hall) -> None:
    before = hall.sit("Aster Castings")
    hall.tokens.clear()
    again = hall.sit("Aster Castings")
    hall.tokens.clear()
    observer = hall.sit("Aster Castings", voice="observer")
    (first,) = take_ballots(hall.session, [ready(hall, "ballot-0001", token=before)])
    same, changed, other_voice = take_ballots(
        hall.session,
        [
            ready(hall, "ballot-0001", token=again),
            ready(hall, "ballot-0001", token=again, order=("EM-02",)),
            ready(hall, "ballot-0001", token=observer),
        ],
    )
    assert isinstance(first, Receipt)
    assert same == replace(first, is_new=False)
    assert isinstance(changed, BallotChanged)
    assert isinstance(other_voice, BallotChanged)
    assert kept(hall) == ["ballot-0001"]


@pytest.mark.parametrize(
    ("happens", "refusal"),
    [
        (lambda hall: hall.close(), MeetingClosed),
        (lambda hall: voting_time.pause_voting(hall.session, meeting_id=hall.meeting_id, now=MORNING), MeetingPaused),
    ],
)
def test_what_happens_between_check_and_commit_counts(
    hall: Hall, database: Database, happens: Callable[[Hall], None], refusal: type[Exception]
) -> None:
    ballot = ready(hall, "ballot-0001", token=hall.sit("Aster Castings"))
    happens(hall)
    hall.session.commit()
    with pytest.raises(refusal):
        BallotBox(database).put(ballot)
    with database.reading() as session:
        assert session.scalars(select(Ballot.id)).all() == []


def test_a_round_that_began_between_check_and_commit_refuses_the_ballot(hall: Hall, database: Database) -> None:
    ballot = ready(hall, "ballot-late", token=hall.sit("Aster Castings"))
    hall.fill(5, "EM-01")
    hall.reveal()
    rounds.start_round(hall.session, meeting_id=hall.meeting_id, now=MORNING)
    hall.session.commit()
    with pytest.raises(OtherRound, match="Round 2 of voting has begun"):
        BallotBox(database).put(ballot)


def test_a_receipt_sent_again_after_closing_is_still_given(hall: Hall, database: Database) -> None:
    ballot = ready(hall, "ballot-0001", token=hall.sit("Aster Castings"))
    hall.session.commit()
    box = BallotBox(database)
    first = box.put(ballot)
    hall.close()
    hall.session.commit()
    assert box.put(ballot) == replace(first, is_new=False)


def test_a_shown_ranking_takes_a_batch_in_only_when_three_employers_have_voted(hall: Hall) -> None:
    hall.fill(5, "EM-01")
    hall.reveal()
    shown = hall.session.get_one(Meeting, hall.meeting_id).published_ballot_id
    tokens = [hall.sit(f"Late {number}") for number in range(3)]
    late = [ready(hall, f"ballot-late-{number}", token=token) for number, token in enumerate(tokens)]
    take_ballots(hall.session, late[:2])
    assert hall.session.get_one(Meeting, hall.meeting_id).published_ballot_id == shown
    take_ballots(hall.session, late[2:])
    assert hall.published().n_employers == 8
    take_ballots(hall.session, [ready(hall, "ballot-again", token=tokens[0])])
    assert (hall.published().n_employers, hall.published().n_waiting) == (8, 1)


def test_every_screen_is_told_of_a_batch(hall: Hall) -> None:
    before = hall.meeting.revision
    tokens = [hall.sit("Aster Castings"), hall.sit("Borea Foods")]
    seated = hall.meeting.revision
    take_ballots(hall.session, [ready(hall, f"ballot-000{n}", token=token) for n, token in enumerate(tokens)])
    assert before < seated < hall.meeting.revision


def test_entries_are_the_same_in_one_statement_and_row_by_row(hall: Hall) -> None:
    token = hall.sit("Aster Castings")
    take_ballots(hall.session, [ready(hall, f"ballot-000{n}", token=token, order=("WE-01", "EM-01")) for n in range(2)])
    first, second = hall.session.scalars(select(Ballot.id).order_by(Ballot.id))
    by_sqlite = [entries(hall, ballot_id) for ballot_id in (first, second)]
    needs = list_of_meeting(hall.session, meeting_id=hall.meeting_id).need_ids
    said = ((needs["QA-01"], "must", 1, 12, "basic", "on site"), (needs["SW-01"], "dont_know", None, None, None, None))
    write_entries(hall.session, [(first, said)], is_sqlite=True)
    write_entries(hall.session, [(second, said)], is_sqlite=False)
    assert by_sqlite[0] == by_sqlite[1] == {("WE-01", "must", 1, None, None), ("EM-01", "must", 2, None, None)}
    assert entries(hall, first) == entries(hall, second)
    assert entries(hall, first) - by_sqlite[0] == {
        ("QA-01", "must", 1, 12, "on site"),
        ("SW-01", "dont_know", None, None, None),
    }


def entries(hall: Hall, ballot_id: int) -> set[tuple[str, str, int | None, int | None, str | None]]:
    """Return what one ballot says."""
    assert hall.session.scalar(select(BallotEntry.ballot_id).where(BallotEntry.ballot_id == ballot_id).limit(1))
    return {
        (entry.need_code, entry.sort or "", entry.position, entry.n_workers, entry.attendance)
        for entry in queries.ballot_entries(hall.session, ballot_id=ballot_id)
    }


# At the doors


def test_one_number_with_two_contents_at_the_same_moment_stores_one_of_them(
    open_meeting: MeetingRow, app: Flask, client: FlaskClient, database: Database
) -> None:
    join(client, open_meeting)
    cookie = client.get_cookie("session")
    assert cookie is not None
    together = threading.Barrier(8)
    answers: list[tuple[str, int]] = []

    def tap(code: str) -> None:
        phone = app.test_client()
        phone.set_cookie("session", cookie.value)
        together.wait()
        body = sent(entries=[{"need": code, "sort": "must"}])
        answers.append((code, phone.post(f"/meet/{open_meeting.join_code}/ballots", json=body).status_code))

    threads = [threading.Thread(target=tap, args=(code,)) for code in ("EM-01", "EM-02") * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [code for code, status in answers if status == 201]
    assert sorted(status for code, status in answers if code == winner) == [200, 200, 200, 201]
    assert {status for code, status in answers if code != winner} == {409}
    with database.reading() as session:
        assert len(session.scalars(select(Ballot.id)).all()) == 1


def test_a_need_that_the_room_adds_is_taken_from_the_next_ballot_on(
    open_meeting: MeetingRow, client: FlaskClient, hall: Hall
) -> None:
    join(client, open_meeting)
    door = f"/meet/{open_meeting.join_code}/ballots"
    assert client.post(door, json=sent()).status_code == 201
    need_changes.propose_need(
        hall.session, meeting_id=open_meeting.id, title="Program robots", area="Robots", now=MORNING
    )
    hall.session.commit()
    (added,) = [need for need in queries.needs(hall.session, assessment_id=hall.assessment_id) if need.added_at]
    hall.session.rollback()
    answer = client.post(door, json=sent("ballot-0002", entries=[{"need": added.code, "sort": "must"}]))
    assert answer.status_code == 201


def test_a_refusal_names_a_need_by_its_newest_wording(
    open_meeting: MeetingRow, client: FlaskClient, hall: Hall
) -> None:
    join(client, open_meeting)
    door = f"/meet/{open_meeting.join_code}/ballots"
    assert client.post(door, json=sent()).status_code == 201
    need = queries.needs(hall.session, assessment_id=hall.assessment_id)[0]
    need_changes.reword_need(
        hall.session,
        meeting_id=open_meeting.id,
        need_id=need.id,
        title="Trace faults",
        description="",
        by_name="C",
        now=MORNING,
    )
    hall.session.commit()
    body = sent("ballot-0002", entries=[{"need": need.code, "sort": "useful", "position": 1}])
    assert "“Trace faults” has place 1 but is not marked" in client.post(door, json=body).get_json()["message"]


def test_a_ballot_that_does_not_fit_is_told_first_that_voting_has_closed(
    open_meeting: MeetingRow, client: FlaskClient, hall: Hall
) -> None:
    join(client, open_meeting)
    hall.close()
    hall.session.commit()
    answer = client.post(f"/meet/{open_meeting.join_code}/ballots", json=sent(entries=[]))
    assert (answer.status_code, "has closed" in answer.get_json()["message"]) == (409, True)


def test_wrong_codes_of_neighbours_do_not_lock_out_who_sits_in_the_room(
    open_meeting: MeetingRow, app: Flask, client: FlaskClient
) -> None:
    limiter.reset()
    app.extensions["skillshed_settings"] = replace(app.extensions["skillshed_settings"], joins_per_minute=3)
    try:
        join(client, open_meeting)
        neighbour = app.test_client()
        assert [neighbour.get("/meet/AAAAAA").status_code for _ in range(5)] == [404, 404, 404, 429, 429]
        assert client.get(f"/meet/{open_meeting.join_code}").status_code == 200
        cast = client.post(f"/meet/{open_meeting.join_code}/ballots", json=sent())
        assert cast.status_code == 201
        assert client.get(cast.get_json()["receipt_url"]).status_code == 200
        assert client.get(f"/meet/{open_meeting.join_code}/clock").status_code == 200
    finally:
        limiter.reset()


def test_a_receipt_page_learns_of_a_new_round(open_meeting: MeetingRow, client: FlaskClient, hall: Hall) -> None:
    join(client, open_meeting)
    receipt_url = client.post(f"/meet/{open_meeting.join_code}/ballots", json=sent()).get_json()["receipt_url"]
    page = client.get(receipt_url).text
    door = f"/meet/{open_meeting.join_code}/clock"
    assert f'data-live-url="{door}"' in page
    first = client.get(door)
    assert (first.get_json()["state"], first.get_json()["round"]) == ("open", 1)
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(door, headers=known).status_code == 304, "nothing new, nothing sent"
    hall.n_ballots = 100
    hall.fill(5, "EM-01")
    hall.session.commit()
    assert client.get(door, headers=known).status_code == 304, "who votes is no news for a receipt"
    hall.reveal()
    rounds.start_round(hall.session, meeting_id=open_meeting.id, now=MORNING)
    hall.session.commit()
    assert client.get(door, headers=known).get_json()["round"] == 2
    assert "Vote in round 2" in words(client.get(receipt_url).text)
