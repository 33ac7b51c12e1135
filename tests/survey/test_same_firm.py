"""A firm sends several people, or is typed in two ways: one ballot counts, and the convener sees and decides which."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from voting_hall import Hall, content, vote_by_phone, words

from accounts import queries as accounts_queries
from survey import operations, rounds, same_firm
from survey.published import cast_ballots
from survey.queries import MeetingRow

SignIn = Callable[[str], FlaskClient]


def _person(hall: Hall, firm: str, *order: str) -> None:
    """Let a further person of a firm sit down and vote."""
    hall.tokens.pop(firm, None)
    hall.vote(firm, *order)


def _seats(hall: Hall, firm: str) -> list[same_firm.FirmSeat]:
    seats = same_firm.firm_seats(hall.session, meeting_id=hall.meeting_id)
    return [seat for seat in seats if seat.organisation_name == firm]


def _choose(hall: Hall, seat: same_firm.FirmSeat) -> None:
    same_firm.choose_ballot(hall.session, meeting_id=hall.meeting_id, seat_id=seat.seat_id, now=hall.now)


def _merge(hall: Hall, kept: str, merged: str) -> None:
    (one, *_), (other, *_) = _seats(hall, kept), _seats(hall, merged)
    same_firm.merge_firms(
        hall.session,
        meeting_id=hall.meeting_id,
        kept_id=one.organisation_id,
        merged_id=other.organisation_id,
        now=hall.now,
    )


def _counted_ballots(hall: Hall) -> list[int]:
    return [ballot.ballot_id for ballot in cast_ballots(hall.session, meeting_id=hall.meeting_id, round=1)]


def test_the_latest_ballot_of_a_firm_counts_unless_the_convener_chooses(hall: Hall) -> None:
    _person(hall, "Aster", "EM-01")
    _person(hall, "Aster", "WE-01")
    assert [seat.is_counted for seat in _seats(hall, "Aster")] == [False, True]
    _choose(hall, _seats(hall, "Aster")[0])
    assert [seat.is_counted for seat in _seats(hall, "Aster")] == [True, False]
    assert _counted_ballots(hall) == [1]


def test_the_chosen_ballot_is_the_one_in_the_ranking(hall: Hall) -> None:
    hall.fill(4, "EM-01")
    _person(hall, "Aster", "EM-01")
    _person(hall, "Aster", "WE-01")
    _choose(hall, _seats(hall, "Aster")[0])
    hall.reveal()
    top = hall.published().needs[0]
    assert (hall.published().n_employers, top.code, top.score) == (5, "EM-01", 1.0)


def test_another_person_who_comes_later_does_not_undo_the_choice(hall: Hall) -> None:
    _person(hall, "Aster", "EM-01")
    _choose(hall, _seats(hall, "Aster")[0])
    _person(hall, "Aster", "WE-01")
    assert [seat.is_counted for seat in _seats(hall, "Aster")] == [True, False]


def test_a_seat_without_a_ballot_cannot_speak_for_its_firm(hall: Hall) -> None:
    hall.sit("Aster")
    with pytest.raises(same_firm.ChoiceRefused, match="has cast no ballot"):
        _choose(hall, _seats(hall, "Aster")[0])


def test_after_the_reveal_the_choice_stays_because_the_change_would_be_one_firms_alone(hall: Hall) -> None:
    hall.fill(4, "EM-01")
    _person(hall, "Aster", "EM-01")
    _person(hall, "Aster", "WE-01")
    hall.reveal()
    before = hall.published()
    with pytest.raises(same_firm.ChoiceRefused, match="would show how it voted"):
        _choose(hall, _seats(hall, "Aster")[0])
    assert hall.published() == before


def test_a_choice_holds_for_its_round_alone(hall: Hall) -> None:
    hall.fill(4, "EM-01")
    _person(hall, "Aster", "EM-01")
    _person(hall, "Aster", "WE-01")
    _choose(hall, _seats(hall, "Aster")[0])
    hall.reveal()
    rounds.start_round(hall.session, meeting_id=hall.meeting_id, now=hall.now)
    hall.vote("Aster", "QA-01")
    assert [seat.is_counted for seat in _seats(hall, "Aster")] == [False, True]


def test_two_names_of_one_firm_become_one_voter(hall: Hall) -> None:
    hall.vote("Aster Castings", "EM-01")
    hall.vote("Aster Castings Inc.", "WE-01")
    assert hall.meeting.n_employers_voted == 2
    _merge(hall, "Aster Castings", "Aster Castings Inc.")
    assert (hall.meeting.n_employers, hall.meeting.n_employers_voted) == (1, 1)
    assert [seat.is_counted for seat in _seats(hall, "Aster Castings")] == [False, True]


def test_five_names_of_four_firms_are_too_few_to_reveal(hall: Hall) -> None:
    for name in ("Aster", "Aster Inc.", "Birch", "Cedar", "Dogwood"):
        hall.vote(name, "EM-01")
    _merge(hall, "Aster", "Aster Inc.")
    with pytest.raises(operations.TooFewVoters, match="so far there are 4"):
        hall.reveal()


def test_firms_are_not_merged_once_a_ranking_was_shown(hall: Hall) -> None:
    for name in ("Aster", "Aster Inc.", "Birch", "Cedar", "Dogwood"):
        hall.vote(name, "EM-01")
    hall.reveal()
    with pytest.raises(same_firm.ChoiceRefused, match="A ranking was shown already"):
        _merge(hall, "Aster", "Aster Inc.")
    rounds.start_round(hall.session, meeting_id=hall.meeting_id, now=hall.now)
    with pytest.raises(same_firm.ChoiceRefused, match="A ranking was shown already"):
        _merge(hall, "Aster", "Aster Inc.")


def test_a_firm_is_not_merged_with_itself_or_with_one_that_is_not_here(hall: Hall) -> None:
    hall.vote("Aster", "EM-01")
    with pytest.raises(same_firm.ChoiceRefused, match="two different organisations"):
        _merge(hall, "Aster", "Aster")
    with pytest.raises(same_firm.ChoiceRefused, match="two different organisations"):
        same_firm.merge_firms(hall.session, meeting_id=hall.meeting_id, kept_id=1, merged_id=999, now=hall.now)


def test_a_paper_ballot_stands_among_the_seats_as_paper(hall: Hall) -> None:
    hall.vote("Aster", "EM-01")
    operations.enter_paper_ballot(
        hall.session,
        meeting_id=hall.meeting_id,
        name="Aster",
        voice="employer",
        content=content("paper-0001", order=("WE-01",)),
        now=hall.now,
    )
    assert [(seat.source, seat.is_counted) for seat in _seats(hall, "Aster")] == [("phone", False), ("paper", True)]


# The doors


def test_the_convener_sees_who_sent_several_people_and_chooses(
    open_meeting: MeetingRow, app: Flask, sign_in: SignIn
) -> None:
    convener, door = sign_in("convener"), f"/meetings/{open_meeting.id}/firms"
    assert "No firm has more than one seat." in convener.get(door).text
    for uid in ("one", "two"):
        phone = app.test_client()
        phone.post(f"/meet/{open_meeting.join_code}/join", data={"employer_name": "Aster", "voice": "employer"})
        sheet = {
            "ballot_uid": f"ballot-{uid}",
            "shown_order": ["EM-01"],
            "entries": [{"need": "EM-01", "sort": "must", "position": 1}],
        }
        assert phone.post(f"/meet/{open_meeting.join_code}/ballots", json=sheet).status_code == 201
    page = convener.get(door).text
    assert "Count this one" in page
    assert "EM-01" not in page
    answer = convener.post(f"{door}/seats/1", follow_redirects=True)
    assert "This ballot counts for the firm now" in answer.text
    assert "no ballot in this round" in unescape(convener.post(f"{door}/seats/99", follow_redirects=True).text)


def test_merging_asks_first_and_is_written_down(
    open_meeting: MeetingRow, app: Flask, sign_in: SignIn, db_session: Session
) -> None:
    for name in ("Aster Castings", "Aster Castings Inc."):
        vote_by_phone(open_meeting, app=app, name=name.rstrip("."))
    ids = {
        seat.organisation_name: seat.organisation_id
        for seat in same_firm.firm_seats(db_session, meeting_id=open_meeting.id)
    }
    db_session.rollback()
    convener, door = sign_in("convener"), f"/meetings/{open_meeting.id}/firms/merge"
    form = {"kept": str(ids["Aster Castings"]), "merged": str(ids["Aster Castings Inc"])}
    asked = convener.post(door, data=form)
    assert "Is Aster Castings Inc the same firm as Aster Castings?" in words(asked.text)
    assert "of 2 employers" in words(convener.get(f"/meetings/{open_meeting.id}").text)
    done = convener.post(door, data={**form, "sure": "yes"}, follow_redirects=True)
    assert "Aster Castings Inc counts as Aster Castings at this meeting." in done.text
    entries = accounts_queries.audit_rows(db_session, partnership_id=open_meeting.partnership_id)
    assert ("merge_firms", "Aster Castings") in [(entry.act, entry.subject) for entry in entries]


def test_a_merge_with_nothing_chosen_is_refused_in_words(open_meeting: MeetingRow, sign_in: SignIn) -> None:
    answer = sign_in("convener").post(f"/meetings/{open_meeting.id}/firms/merge", data={}, follow_redirects=True)
    assert "Choose two different organisations" in answer.text
