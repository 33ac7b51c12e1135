"""The room changes its list while it votes: other words, one need more, one need less; no vote is lost or made up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from voting_hall import CODES, Hall, content, join, sent, vote_by_phone, words

from survey import need_changes, operations, queries, rounds
from survey.exports import ballots_sheet
from survey.needs import NeedRefused
from survey.operations import MeetingNotOpen
from survey.paper import TypedSheet, read_sheet
from survey.published import voted_orders
from survey.queries import MeetingRow
from survey.wordings import need_wordings

SignIn = Callable[[str], FlaskClient]


def _need(hall: Hall, code: str) -> queries.SkillNeedRow:
    rows = queries.needs(hall.session, assessment_id=hall.assessment_id, with_withdrawn=True)
    return next(row for row in rows if row.code == code)


def _codes(hall: Hall) -> list[str]:
    return [need.code for need in queries.needs(hall.session, assessment_id=hall.assessment_id)]


def _reword(hall: Hall, code: str, title: str, description: str = "") -> None:
    need_changes.reword_need(
        hall.session,
        meeting_id=hall.meeting_id,
        need_id=_need(hall, code).id,
        title=title,
        description=description,
        by_name="Test convener",
        now=hall.now,
    )


def _propose(hall: Hall, title: str = "Program robots", area: str = "Robotics") -> str:
    hall.now += timedelta(minutes=1)
    need_id = need_changes.propose_need(hall.session, meeting_id=hall.meeting_id, title=title, area=area, now=hall.now)
    rows = queries.needs(hall.session, assessment_id=hall.assessment_id)
    return next(row.code for row in rows if row.id == need_id)


def _withdraw(hall: Hall, code: str) -> None:
    hall.now += timedelta(minutes=1)
    need_changes.withdraw_need(hall.session, meeting_id=hall.meeting_id, need_id=_need(hall, code).id, now=hall.now)


def _vote_asked(hall: Hall, name: str, *order: str, extra: Sequence[str]) -> None:
    """Cast a ballot whose voter had further needs before the eyes."""
    token = hall.sit(name)
    hall.n_ballots += 1
    ballot = replace(content(f"ballot-{hall.n_ballots:04}", order=order), shown_order=(*CODES, *extra))
    operations.cast_ballot(hall.session, meeting_id=hall.meeting_id, seat_token=token, content=ballot, now=hall.now)


# Other words


def test_a_reworded_need_keeps_its_code_and_its_votes(hall: Hall) -> None:
    hall.fill(5, "EM-01", "EM-02")
    _reword(hall, "EM-01", "Troubleshoot control circuits", "Finds the fault first.")
    hall.reveal()
    top = hall.published().needs[0]
    assert (top.code, top.title, top.n_compared) == ("EM-01", "Troubleshoot control circuits", 5)


def test_every_wording_is_kept_with_who_and_when(hall: Hall) -> None:
    first = _need(hall, "EM-01").title
    _reword(hall, "EM-01", "Second words")
    hall.now += timedelta(minutes=1)
    _reword(hall, "EM-01", "  Third   words ")
    rows = need_wordings(hall.session, need_id=_need(hall, "EM-01").id)
    assert [(row.old_title, row.new_title) for row in rows] == [
        ("Second words", "Third words"),
        (first, "Second words"),
    ]
    assert (rows[0].changed_by_name, rows[0].changed_at) == ("Test convener", hall.now)


@pytest.mark.parametrize("title", ["", "   ", "x" * 301, "Find faults in control circuits"])
def test_no_words_too_many_words_and_the_same_words_are_refused(hall: Hall, title: str) -> None:
    with pytest.raises(NeedRefused):
        _reword(hall, "EM-01", title)
    assert need_wordings(hall.session, need_id=_need(hall, "EM-01").id) == []


# One need more


def test_a_proposed_need_is_asked_from_now_on_with_a_code_of_its_own(hall: Hall) -> None:
    assert _propose(hall) == "RO-01"
    assert _codes(hall) == [*CODES, "RO-01"]
    assert _need(hall, "RO-01").added_at == hall.now


def test_a_ballot_cast_before_is_not_compared_on_the_added_need_and_not_tied_last(hall: Hall) -> None:
    hall.vote("Early", "EM-01")
    code = _propose(hall)
    _vote_asked(hall, "Late", "EM-01", extra=(code,))
    early, late = voted_orders(hall.session, ballot_ids=[1, 2])
    assert early.not_compared == (code,)
    assert late.not_compared == ()


def test_an_added_need_wins_among_those_who_were_asked_and_has_no_place_below_five(hall: Hall) -> None:
    hall.fill(5, "EM-01", "EM-02")
    code = _propose(hall)
    for number in range(4):
        _vote_asked(hall, f"Asked {number}", code, "EM-01", extra=(code,))
    hall.reveal()
    added = {need.code: need for need in hall.published().needs}[code]
    assert (added.position, added.n_compared) == (None, 0)
    for number in range(4, 7):
        _vote_asked(hall, f"Asked {number}", code, "EM-01", extra=(code,))
    added = {need.code: need for need in hall.published().needs}[code]
    assert (added.position, added.n_compared, added.score) == (1, 7, 1.0)
    assert any("Program robots” was added while the room voted" in note for note in hall.published().notes)


def test_who_left_reads_not_asked_in_the_file_of_ballots(hall: Hall) -> None:
    hall.fill(4, "EM-01")
    code = _propose(hall)
    _vote_asked(hall, "Late", "EM-01", extra=(code,))
    hall.reveal()
    rows = [row for row in ballots_sheet(hall.session, meeting=hall.meeting).rows if row[2] == code]
    assert sorted(str(row[4]) for row in rows) == ["not asked"] * 4 + ["not sorted"]


def test_a_need_may_be_added_once_and_only_while_voting_is_open(hall: Hall) -> None:
    _propose(hall)
    with pytest.raises(NeedRefused, match="stands on the list already, with the code RO-01"):
        _propose(hall, "program ROBOTS")
    hall.close()
    with pytest.raises(MeetingNotOpen):
        _propose(hall, "Weld aluminium")


def test_a_printed_sheet_is_asked_about_an_added_need_only_when_it_names_it() -> None:
    titles = {"EM-01": "Find faults", "RO-01": "Program robots"}
    nothing = {"must": "", "useful": "", "not_needed": "", "dont_know": ""}
    silent = read_sheet(
        TypedSheet("Mill", "employer", ("EM-01",), nothing), titles=titles, added=["RO-01"], k=3, ballot_uid="p" * 8
    )
    naming = read_sheet(
        TypedSheet("Mill", "employer", ("RO-01",), nothing), titles=titles, added=["RO-01"], k=3, ballot_uid="p" * 8
    )
    assert (silent.shown_order, naming.shown_order) == (("EM-01",), ("EM-01", "RO-01"))


# One need less


def test_a_withdrawn_need_is_not_asked_not_ranked_and_noted(hall: Hall) -> None:
    hall.fill(5, "EM-01", "EM-02")
    _withdraw(hall, "EM-01")
    hall.reveal()
    assert _codes(hall) == list(CODES[1:])
    assert hall.published().needs[0].code == "EM-02"
    assert "EM-01" not in {need.code for need in hall.published().needs}
    assert "“Find faults in control circuits” was withdrawn in the room and is left out." in hall.published().notes


def test_a_phone_that_still_shows_a_withdrawn_need_may_cast_its_ballot(hall: Hall) -> None:
    hall.sit("Aster")
    _withdraw(hall, "EM-01")
    hall.vote("Aster", "EM-01", "EM-02")
    hall.fill(4, "EM-02")
    hall.reveal()
    assert (hall.published().n_employers, hall.published().needs[0].code) == (5, "EM-02")


def test_a_need_that_is_asked_again_has_the_votes_it_had(hall: Hall) -> None:
    hall.fill(5, "EM-01", "EM-02")
    _withdraw(hall, "EM-01")
    need_changes.restore_need(hall.session, meeting_id=hall.meeting_id, need_id=_need(hall, "EM-01").id, now=hall.now)
    hall.reveal()
    assert hall.published().needs[0].code == "EM-01"


def test_the_last_need_stays(hall: Hall) -> None:
    for code in CODES[1:]:
        _withdraw(hall, code)
    with pytest.raises(NeedRefused, match="last need"):
        _withdraw(hall, CODES[0])


def test_an_earlier_round_keeps_its_list_whatever_the_room_changes_afterwards(hall: Hall) -> None:
    hall.fill(5, "EM-01", "EM-02")
    hall.reveal()
    before = queries.published_ranking(hall.session, meeting_id=hall.meeting_id, round=1)
    rounds.start_round(hall.session, meeting_id=hall.meeting_id, now=hall.now)
    _withdraw(hall, "EM-01")
    _propose(hall)
    assert queries.published_ranking(hall.session, meeting_id=hall.meeting_id, round=1) == before


def test_a_need_of_another_list_is_refused(hall: Hall) -> None:
    with pytest.raises(NeedRefused, match="not on the list of this meeting"):
        need_changes.withdraw_need(hall.session, meeting_id=hall.meeting_id, need_id=999, now=hall.now)


# The doors


def test_the_convener_rewords_adds_and_withdraws_and_the_ballot_follows(
    open_meeting: MeetingRow, app: Flask, sign_in: SignIn, db_session: Session
) -> None:
    needs = {need.code: need.id for need in queries.needs(db_session, assessment_id=open_meeting.assessment_id)}
    db_session.rollback()
    convener, phone, door = sign_in("convener"), app.test_client(), f"/meetings/{open_meeting.id}/needs"
    join(phone, open_meeting)
    clock = f"/meet/{open_meeting.join_code}/clock"
    mark = phone.get(clock).get_json()["list"]
    assert f'data-list="{mark}"' in phone.get(f"/meet/{open_meeting.join_code}").text

    form = {"title": "Troubleshoot control circuits", "description": ""}
    answer = convener.post(f"{door}/{needs['EM-01']}", data=form, follow_redirects=True)
    assert "EM-01 has its new wording" in answer.text
    history = words(convener.get(f"{door}/{needs['EM-01']}").text)
    assert "Test convener Find faults in control circuits Troubleshoot control circuits" in history
    answer = convener.post(door, data={"title": "Program robots", "area": "Robotics"}, follow_redirects=True)
    assert "RO-01" in answer.text
    answer = convener.post(f"{door}/{needs['WE-01']}/withdraw", follow_redirects=True)
    assert "asked no more" in answer.text
    ballot = words(phone.get(f"/meet/{open_meeting.join_code}").text)
    assert "Troubleshoot control circuits" in ballot
    assert "Program robots" in ballot
    assert "Weld steel with GMAW" not in ballot
    assert phone.get(clock).get_json()["list"] != mark
    assert phone.post(f"/meet/{open_meeting.join_code}/ballots", json=sent()).status_code == 201
    convener.post(f"{door}/{needs['WE-01']}/restore")
    assert phone.get(clock).get_json()["list"] != mark


def test_a_refused_change_keeps_what_was_typed(open_meeting: MeetingRow, sign_in: SignIn) -> None:
    convener, door = sign_in("convener"), f"/meetings/{open_meeting.id}/needs"
    page = convener.post(door, data={"title": "Measure parts", "area": "<b>Quality</b>"}).text
    assert "stands on the list already, with the code QA-01" in page
    assert "&lt;b&gt;Quality&lt;/b&gt;" in page
    assert convener.get(f"{door}/999").status_code == 404


def test_a_receipt_shows_the_new_wording(open_meeting: MeetingRow, app: Flask, sign_in: SignIn) -> None:
    receipt = vote_by_phone(open_meeting, app=app, name="Aster")
    convener, door = sign_in("convener"), f"/meetings/{open_meeting.id}/needs"
    found = convener.get(door).text.split(f'href="{door}/', 1)[1].split('"', 1)[0]
    convener.post(f"{door}/{found}", data={"title": "Troubleshoot circuits", "description": ""})
    assert "Troubleshoot circuits" in app.test_client().get(receipt).text
