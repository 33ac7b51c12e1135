"""Ballots that a phone kept as a file: taken at the desk, counted once, refused in words."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from voting_hall import CODES, Hall, sent, words
from werkzeug.test import TestResponse

from accounts import queries as accounts_queries
from survey import operations, rounds
from survey.ballot_files import (
    MAX_BALLOTS,
    MAX_BYTES,
    BallotFileRefused,
    KeptBallot,
    count_kept_ballot,
    read_ballot_file,
)
from survey.ballots import BallotRefused, read_json_ballot
from survey.models import Ballot
from survey.queries import MeetingRow, voters

SignIn = Callable[[str], FlaskClient]


def file_of(at: MeetingRow, *organisations: str, **changes: Any) -> dict[str, Any]:
    """Write a file as a phone keeps it."""
    rows = [
        {"organisation": name, "voice": "Employer", "round": 1, "ballot": sent(f"kept-by-phone-{number}")}
        for number, name in enumerate(organisations)
    ]
    return {"format": "skillshed-ballots", "version": 1, "meeting": at.join_code, "ballots": rows, **changes}


def read(content: Any, *, hall: Hall) -> tuple[KeptBallot, ...]:
    """Read a file at the desk of a meeting."""
    return read_ballot_file(json.dumps(content).encode(), join_code=hall.meeting.join_code)


def stored(hall: Hall) -> list[Ballot]:
    """Return the ballots of a meeting in the order of their arrival."""
    return list(hall.session.scalars(select(Ballot).where(Ballot.meeting_id == hall.meeting_id).order_by(Ballot.id)))


def count(hall: Hall, kept: KeptBallot) -> operations.Receipt:
    """Count one kept ballot now."""
    return count_kept_ballot(hall.session, meeting_id=hall.meeting_id, kept=kept, now=hall.now)


def test_a_kept_ballot_goes_to_the_seat_of_its_phone_and_the_phone_gets_the_same_receipt(hall: Hall) -> None:
    token = hall.sit("Aster Castings")
    (kept,) = read(file_of(hall.meeting, "aster  castings"), hall=hall)
    at_desk = count(hall, kept)
    assert at_desk.is_new
    content = read_json_ballot(kept.answers, titles=dict.fromkeys(CODES, ""))
    by_phone = operations.cast_ballot(
        hall.session, meeting_id=hall.meeting_id, seat_token=token, content=content, now=hall.now
    )
    assert by_phone == operations.Receipt(at_desk.receipt_code, is_new=False)
    assert [(ballot.seat_token, ballot.source) for ballot in stored(hall)] == [(token, "phone")]


def test_a_ballot_that_arrived_by_itself_is_not_counted_again(hall: Hall) -> None:
    (kept,) = read(file_of(hall.meeting, "Aster Castings"), hall=hall)
    token = hall.sit("Aster Castings")
    content = read_json_ballot(kept.answers, titles=dict.fromkeys(CODES, ""))
    first = operations.cast_ballot(
        hall.session, meeting_id=hall.meeting_id, seat_token=token, content=content, now=hall.now
    )
    assert count(hall, kept) == operations.Receipt(first.receipt_code, is_new=False)
    assert len(stored(hall)) == 1


def test_a_phone_whose_file_was_counted_under_another_seat_of_its_firm_gets_the_same_receipt(hall: Hall) -> None:
    tokens = [hall.sit("Aster Castings")]
    hall.tokens.clear()
    tokens.append(hall.sit("Aster Castings"))  # the desk cannot tell which of the two seats the phone has
    (kept,) = read(file_of(hall.meeting, "Aster Castings"), hall=hall)
    at_desk = count(hall, kept)
    content = read_json_ballot(kept.answers, titles=dict.fromkeys(CODES, ""))
    for token in tokens:
        by_phone = operations.cast_ballot(
            hall.session, meeting_id=hall.meeting_id, seat_token=token, content=content, now=hall.now
        )
        assert by_phone == operations.Receipt(at_desk.receipt_code, is_new=False)
    (ballot,) = stored(hall)
    assert ballot.seat_token not in tokens
    other_answers = replace(content, entries=content.entries[:1])
    for token, wrong in ((tokens[0], other_answers), (hall.sit("Borea Foods"), content)):
        with pytest.raises(operations.BallotChanged):
            operations.cast_ballot(
                hall.session, meeting_id=hall.meeting_id, seat_token=token, content=wrong, now=hall.now
            )


def test_a_phone_without_a_seat_is_given_one(hall: Hall) -> None:
    (kept,) = read(file_of(hall.meeting, "Birch Foods"), hall=hall)
    count(hall, kept)
    (voter,) = voters(hall.session, meeting_id=hall.meeting_id)
    assert (voter.organisation_name, voter.n_ballots) == ("Birch Foods", 1)


def test_a_kept_ballot_is_taken_after_closing(hall: Hall) -> None:
    hall.sit("Aster Castings")
    hall.close()
    (kept,) = read(file_of(hall.meeting, "Aster Castings"), hall=hall)
    assert count(hall, kept).is_new


def test_a_kept_ballot_is_refused_before_opening(planned_hall: Hall) -> None:
    (kept,) = read(file_of(planned_hall.meeting, "Aster Castings"), hall=planned_hall)
    with pytest.raises(operations.MeetingNotOpen, match="Open voting, then take the file"):
        count(planned_hall, kept)


def test_a_ballot_of_an_earlier_round_is_not_counted_in_a_later_one(hall: Hall) -> None:
    hall.fill(5, "EM-01")
    hall.sit("Aster Castings")
    hall.reveal()
    rounds.start_round(hall.session, meeting_id=hall.meeting_id, now=hall.now)
    (kept,) = read(file_of(hall.meeting, "Aster Castings"), hall=hall)
    with pytest.raises(operations.OtherRound, match="made for round 1, and round 2 runs"):
        count(hall, kept)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "something else"}, "This is no ballot file"),
        ({"ballots": "none"}, "This is no ballot file"),
        ({"ballots": []}, "holds 0 ballots"),
        ({"meeting": "XXXXXX"}, "is of the meeting XXXXXX"),
        ({"ballots": [{"organisation": "", "voice": "Employer", "ballot": {}}]}, "needs the name"),
        ({"ballots": [{"organisation": "A", "voice": "King", "ballot": {}}]}, "does not say whose it is"),
        ({"ballots": [{"organisation": "A", "voice": "Employer", "ballot": 5}]}, "does not say whose it is"),
    ],
)
def test_what_is_no_ballot_file_of_this_meeting_is_refused_in_words(
    hall: Hall, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(BallotFileRefused, match=said):
        read(file_of(hall.meeting, "Aster Castings", **change), hall=hall)


def test_files_that_are_too_large_too_many_or_no_json_are_refused(hall: Hall) -> None:
    code = hall.meeting.join_code
    with pytest.raises(BallotFileRefused, match="far too large"):
        read_ballot_file(b"x" * (MAX_BYTES + 1), join_code=code)
    with pytest.raises(BallotFileRefused, match=f"holds {MAX_BALLOTS + 1} ballots"):
        read(file_of(hall.meeting, *["A"] * (MAX_BALLOTS + 1)), hall=hall)
    for content in (b"\xff\xfe", b"[" * 100_000, b"null", b""):
        with pytest.raises(BallotFileRefused, match="This is no ballot file"):
            read_ballot_file(content, join_code=code)


def test_a_kept_ballot_with_an_unknown_need_is_refused(hall: Hall) -> None:
    row = {"organisation": "A", "voice": "Employer", "ballot": sent(entries=[{"need": "ZZ-99", "sort": "must"}])}
    (kept,) = read(file_of(hall.meeting, ballots=[row]), hall=hall)
    with pytest.raises(BallotRefused, match="ZZ-99"):
        count(hall, kept)


def upload(desk: FlaskClient, meeting: MeetingRow, *contents: bytes) -> TestResponse:
    """Choose files at the desk."""
    files = [(io.BytesIO(content), f"ballot-{number}.json") for number, content in enumerate(contents)]
    return desk.post(f"/meetings/{meeting.id}/ballot-files", data={"files": files}, follow_redirects=True)


def test_the_desk_counts_files_and_says_what_it_could_not_count(sign_in: SignIn, open_meeting: MeetingRow) -> None:
    desk = sign_in("convener")
    assert "Take ballot files" in desk.get(f"/meetings/{open_meeting.id}").text
    good = json.dumps(file_of(open_meeting, "Aster Castings")).encode()
    answer = upload(desk, open_meeting, good, b"no ballot")
    assert answer.status_code == 422
    assert "The ballot of Aster Castings is counted: receipt" in answer.text
    assert "ballot-1.json: This is no ballot file" in words(answer.text)
    again = upload(desk, open_meeting, good)
    assert again.status_code == 200
    assert "had arrived before" in again.text
    assert upload(desk, open_meeting).status_code == 422


def test_the_trail_says_whose_file_was_taken_and_not_how_it_voted(sign_in: SignIn, hall: Hall) -> None:
    hall.session.commit()
    meeting = hall.meeting
    hall.session.rollback()
    upload(sign_in("convener"), meeting, json.dumps(file_of(meeting, "Aster Castings")).encode())
    rows = accounts_queries.audit_rows(hall.session, partnership_id=hall.partnership_id)
    (row,) = [each for each in rows if each.act == "take_ballot_file"]
    assert row.subject == "Aster Castings"
    assert "EM-01" not in repr(row)
