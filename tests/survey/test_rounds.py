"""The room votes again: the first round stays as it was, the second shows what the talk moved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from voting_hall import Hall, content, join, sent, vote_by_phone, words

from survey import queries, rounds
from survey.operations import OtherRound, TooFewVoters, cast_ballot
from survey.queries import MeetingRow, PublishedRanking, RankingWithheld

SignIn = Callable[[str], FlaskClient]
FIRMS = ("Aster", "Birch", "Cedar", "Dogwood", "Elm")


def _vote_all(hall: Hall, *order: str) -> None:
    for firm in FIRMS:
        hall.vote(firm, *order)


def _next_round(hall: Hall) -> None:
    rounds.start_round(hall.session, meeting_id=hall.meeting_id, now=hall.now)


def _ranking(hall: Hall, round: int | None) -> PublishedRanking | RankingWithheld:
    return queries.published_ranking(hall.session, meeting_id=hall.meeting_id, round=round)


@pytest.fixture
def second_round(hall: Hall) -> Hall:
    """Vote EM-01, EM-02, WE-01, reveal it, and begin the second round."""
    _vote_all(hall, "EM-01", "EM-02", "WE-01")
    hall.reveal()
    _next_round(hall)
    return hall


def test_a_new_round_needs_a_revealed_one_to_compare_with(hall: Hall) -> None:
    _vote_all(hall, "EM-01")
    with pytest.raises(rounds.RoundRefused, match="Reveal this round's ranking first"):
        _next_round(hall)


def test_nobody_has_voted_in_a_new_round_and_voting_is_open_again(second_round: Hall) -> None:
    meeting = second_round.meeting
    assert (meeting.state, meeting.round_number, meeting.is_revealed) == ("open", 2, False)
    assert (meeting.n_employers, meeting.n_employers_voted) == (5, 0)
    assert [voter.n_ballots for voter in queries.voters(second_round.session, meeting_id=meeting.id)] == [0] * 5


def test_the_first_ranking_stays_on_show_until_the_second_is_revealed(second_round: Hall) -> None:
    first = _ranking(second_round, 1)
    assert isinstance(first, PublishedRanking)
    assert [need.code for need in first.needs[:3]] == ["EM-01", "EM-02", "WE-01"]
    _vote_all(second_round, "WE-01", "EM-01", "EM-02")
    assert _ranking(second_round, 1) == first == _ranking(second_round, None)
    hidden = _ranking(second_round, 2)
    assert isinstance(hidden, RankingWithheld)
    assert hidden.reason == "not_revealed"
    second_round.reveal()
    second = _ranking(second_round, None)
    assert isinstance(second, PublishedRanking)
    assert (second.round_number, [need.code for need in second.needs[:3]]) == (2, ["WE-01", "EM-01", "EM-02"])
    assert _ranking(second_round, 1) == first


def test_a_new_round_needs_five_employers_of_its_own(second_round: Hall) -> None:
    for firm in FIRMS[:4]:
        second_round.vote(firm, "WE-01")
    with pytest.raises(TooFewVoters, match="so far there are 4"):
        second_round.reveal()
    assert queries.before_after(second_round.session, meeting_id=second_round.meeting_id) is None


def test_late_ballots_of_a_new_round_wait_for_a_batch_and_never_touch_the_first(second_round: Hall) -> None:
    first = _ranking(second_round, 1)
    _vote_all(second_round, "WE-01")
    second_round.reveal()
    for firm in ("Fir", "Gum"):
        second_round.vote(firm, "QA-01")
    assert (second_round.published().n_employers, second_round.published().n_waiting) == (5, 2)
    second_round.vote("Hazel", "QA-01")
    assert (second_round.published().n_employers, second_round.published().n_waiting) == (8, 0)
    assert _ranking(second_round, 1) == first


def test_before_and_after_count_the_places_that_a_need_moved(second_round: Hall) -> None:
    _vote_all(second_round, "WE-01", "EM-01", "EM-02")
    second_round.reveal()
    moved = queries.before_after(second_round.session, meeting_id=second_round.meeting_id)
    assert moved is not None
    assert (moved.round_before, moved.round_after, moved.n_moved) == (1, 2, 3)
    assert [(need.code, need.n_places_up, need.words) for need in moved.needs[:3]] == [
        ("WE-01", 3 - 1, "up 2 places"),
        ("EM-01", 1 - 2, "down 1 place"),
        ("EM-02", 2 - 3, "down 1 place"),
    ]
    assert {need.words for need in moved.needs[3:]} == {"stayed"}


def test_a_need_that_one_round_could_not_rank_moves_no_other_need(hall: Hall) -> None:
    for firm in FIRMS:
        hall.vote(firm, "EM-02", "WE-01", dont_know=("EM-01",))
    hall.reveal()
    _next_round(hall)
    _vote_all(hall, "EM-01", "EM-02", "WE-01")
    hall.reveal()
    moved = queries.before_after(hall.session, meeting_id=hall.meeting_id)
    assert moved is not None
    assert "EM-01" not in {need.code for need in moved.needs}
    assert moved.n_moved == 0


def test_a_ballot_made_for_the_first_round_is_not_counted_in_the_second(second_round: Hall) -> None:
    with pytest.raises(OtherRound, match="Round 2 of voting has begun"):
        cast_ballot(
            second_round.session,
            meeting_id=second_round.meeting_id,
            seat_token=second_round.tokens["Aster"],
            content=content("late-ballot", order=("EM-01",)),
            made_in_round=1,
            now=second_round.now,
        )


def test_a_receipt_of_the_first_round_that_was_lost_on_its_way_is_sent_again(second_round: Hall) -> None:
    again = cast_ballot(
        second_round.session,
        meeting_id=second_round.meeting_id,
        seat_token=second_round.tokens["Aster"],
        content=content("ballot-0001", order=("EM-01", "EM-02", "WE-01")),
        made_in_round=1,
        now=second_round.now,
    )
    assert not again.is_new


# The doors


def test_the_room_votes_again_from_its_own_ballots_and_sees_what_moved(
    open_meeting: MeetingRow, app: Flask, sign_in: SignIn
) -> None:
    convener, phone = sign_in("convener"), app.test_client()
    desk = f"/meetings/{open_meeting.id}"
    join(phone, open_meeting, name="Aster Castings")
    ballots = f"/meet/{open_meeting.join_code}/ballots"
    receipt = phone.post(ballots, json=sent()).get_json()["receipt_url"]
    for firm in FIRMS[1:]:
        vote_by_phone(open_meeting, app=app, name=firm)
    convener.post(f"{desk}/reveal")
    assert "Begin round 2" in convener.get(desk).text
    assert "A new round is open" in convener.post(f"{desk}/rounds", follow_redirects=True).text

    assert "Vote in round 2" in phone.get(receipt).text
    page = phone.get(f"/meet/{open_meeting.join_code}").text
    assert "You start from your ballot of before" in page
    assert 'name="position-EM-01" min=1 max=3 value="1"' in page
    assert "ballots?round=2" in page
    assert "Round 2: what do you need most now?" in convener.get(f"{desk}/screen").text
    old = phone.post(f"{ballots}?round=1", json=sent("ballot-late"))
    assert (old.status_code, "Round 2 of voting has begun" in old.get_json()["message"]) == (409, True)
    entries = [{"need": "WE-01", "sort": "must", "position": 1}, {"need": "EM-01", "sort": "useful"}]
    assert phone.post(f"{ballots}?round=2", json=sent("second-0", entries=entries)).status_code == 201
    assert "This is round 1" in words(convener.get(f"{desk}/results").text)
    for number, firm in enumerate(FIRMS[1:], start=1):
        other = app.test_client()
        join(other, open_meeting, name=firm)
        other.post(f"{ballots}?round=2", json=sent(f"second-{number}", entries=entries))
    convener.post(f"{desk}/reveal")
    shown = words(convener.get(f"{desk}/results").text)
    assert "What the talk moved" in shown
    assert "up 1 place" in shown
    assert "See round 1" in shown
    assert "This is round 1" in words(convener.get(f"{desk}/results?round=1").text)


def test_a_round_that_never_was_is_withheld_and_no_fault(open_meeting: MeetingRow, sign_in: SignIn) -> None:
    for number in (0, 2, -1, 99):
        answer = sign_in("convener").get(f"/meetings/{open_meeting.id}/results?round={number}")
        assert answer.status_code == 200
