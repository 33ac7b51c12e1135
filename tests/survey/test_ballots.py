"""Ballots: read from phones and forms, checked with words, kept once however often they are sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from voting_hall import CODES, MORNING, NEEDS, Hall, content

from survey import operations, queries
from survey.ballots import (
    BallotContent,
    BallotEntryContent,
    BallotRefused,
    RankOutOfRange,
    UnknownNeed,
    check_ballot,
    form_answers,
    read_form_ballot,
    read_json_ballot,
    shown_order,
)
from survey.operations import BallotChanged, MeetingClosed, SeatRefused

TITLES = {need.code: need.title for need in NEEDS}


def ballot(*entries: BallotEntryContent) -> BallotContent:
    """Write a ballot with these entries."""
    return BallotContent("ballot-0001", CODES, entries)


def refusal(content: BallotContent, *, k: int = 3) -> str:
    """Return the words with which a ballot is refused."""
    with pytest.raises(BallotRefused) as caught:
        check_ballot(content, titles=TITLES, k=k)
    return str(caught.value)


def test_a_good_ballot_passes() -> None:
    tied = (BallotEntryContent("EM-01", "must", 1, 12, "basic", "on site"), BallotEntryContent("EM-02", "must", 1))
    check_ballot(ballot(*tied, BallotEntryContent("SW-01", "dont_know")), titles=TITLES, k=3)


@pytest.mark.parametrize("position", [0, -1, 4])
def test_a_place_outside_the_top_k_is_refused_with_its_need(position: int) -> None:
    words = refusal(ballot(BallotEntryContent("EM-01", "must", position)))
    assert "Find faults in control circuits" in words
    assert "use 1 to 3" in words
    with pytest.raises(RankOutOfRange):
        check_ballot(ballot(BallotEntryContent("EM-01", "must", position)), titles=TITLES, k=3)


def test_more_places_than_k_are_refused_also_when_tied() -> None:
    assert "take 1 out" in refusal(ballot(*(BallotEntryContent(code, "must", 1) for code in CODES[:4])))


def test_an_unknown_need_is_named() -> None:
    with pytest.raises(UnknownNeed, match="“ZZ-99” is not on this meeting's list"):
        check_ballot(ballot(BallotEntryContent("ZZ-99", "must")), titles=TITLES, k=3)
    with pytest.raises(UnknownNeed, match="“ZZ-99”"):
        check_ballot(replace(content("ballot-0001", order=["EM-01"]), shown_order=("ZZ-99",)), titles=TITLES, k=3)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (BallotEntryContent("EM-01", "useful", 1), "is not marked as must have"),
        (BallotEntryContent("EM-01", None, None, 5), "Sort it first"),
        (BallotEntryContent("EM-01", "love"), "“love”. Use must have, useful, not needed here or don't know"),
        (BallotEntryContent("EM-01", "must", None, 100_001), "from 0 to 100,000"),
        (BallotEntryContent("EM-01", "must", None, -1), "from 0 to 100,000"),
        (BallotEntryContent("EM-01", "must", None, None, "expert"), "Use basic, working or advanced"),
        (BallotEntryContent("EM-01", "must", None, None, None, "at night"), "Use days, evenings, online or on site"),
    ],
)
def test_an_answer_that_does_not_fit_is_named_with_its_need(entry: BallotEntryContent, words: str) -> None:
    said = refusal(ballot(entry))
    assert words in said
    assert "Find faults in control circuits" in said


def test_an_empty_ballot_and_a_doubled_need_are_refused() -> None:
    assert "Nothing is sorted yet" in refusal(ballot())
    twice = (BallotEntryContent("EM-01", "must"), BallotEntryContent("EM-01", "useful"))
    assert "stands 2 times on this ballot" in refusal(ballot(*twice))


def test_all_problems_are_told_at_once() -> None:
    entries = (BallotEntryContent("EM-01", "useful", 1), BallotEntryContent("EM-02", "must", None, -5))
    with pytest.raises(BallotRefused) as caught:
        check_ballot(ballot(*entries), titles=TITLES, k=3)
    assert len(caught.value.problems) == 2


def test_json_and_form_of_the_same_answers_are_the_same_ballot() -> None:
    entry = {"need": "EM-01", "sort": "must", "position": 1, "n_workers": 12, "required_level": None}
    sent = {"ballot_uid": "ballot-0001", "shown_order": list(CODES), "entries": [{**entry, "attendance": "on site"}]}
    typed = {
        "ballot_uid": "ballot-0001",
        "shown_order": ",".join(CODES),
        "sort-EM-01": "must",
        "position-EM-01": " 1 ",
        "n_workers-EM-01": "12",
        "required_level-EM-01": "",
        "attendance-EM-01": "on site",
        "position-EM-02": "",
    }
    from_json = read_json_ballot(sent, titles=TITLES)
    assert from_json == read_form_ballot(typed, titles=TITLES)
    assert from_json.entries == (BallotEntryContent("EM-01", "must", 1, 12, None, "on site"),)


def test_a_place_typed_on_paper_style_form_means_must_have() -> None:
    read = read_form_ballot({"ballot_uid": "ballot-0001", "position-EM-01": "2"}, titles=TITLES)
    assert read.entries == (BallotEntryContent("EM-01", "must", 2),)


@pytest.mark.parametrize("value", ["many", "1.5", True, 2.5, "1e3", [1]])
def test_a_number_that_is_none_is_named(value: object) -> None:
    entry = {"need": "EM-01", "sort": "must", "n_workers": value}
    with pytest.raises(BallotRefused, match=r"Find faults.*as a whole number"):
        read_json_ballot({"ballot_uid": "u", "shown_order": [], "entries": [entry]}, titles=TITLES)


@pytest.mark.parametrize(
    "sent", [None, [], "x", {}, {"entries": "x"}, {"entries": [1]}, {"entries": [], "shown_order": [{}]}]
)
def test_json_of_another_shape_is_refused_in_words(sent: object) -> None:
    with pytest.raises(BallotRefused, match="Reload the page"):
        read_json_ballot(sent, titles=TITLES)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
)
entries = st.fixed_dictionaries(
    {"need": st.sampled_from([*CODES, "ZZ"])},
    optional={
        "sort": st.sampled_from(["must", "useful", "dont_know", "x", None]) | json_values,
        "position": st.integers(-1, 5) | json_values,
        "n_workers": st.integers(-5, 200_000) | json_values,
        "attendance": st.sampled_from(["on site", "days"]) | json_values,
    },
)


@given(
    json_values
    | st.fixed_dictionaries(
        {"ballot_uid": st.text(max_size=80) | json_values, "entries": st.lists(entries, max_size=6)},
        optional={"shown_order": st.lists(st.sampled_from(CODES), max_size=6) | json_values},
    )
)
def test_whatever_a_phone_sends_is_taken_or_refused_in_words(sent: Any) -> None:
    try:
        read = read_json_ballot(sent, titles=TITLES)
        check_ballot(read, titles=TITLES, k=3)
    except BallotRefused as refusal:
        if refusal.problems and all(refusal.problems):
            return
        raise
    assert json.loads(json.dumps(read.shown_order))
    assert {entry.need_code for entry in read.entries} <= set(CODES)


def test_the_order_shown_is_the_seats_own_and_survives_a_reload() -> None:
    orders = {shown_order(CODES, seat_token=f"seat {number}") for number in range(20)}
    assert len(orders) > 10
    assert all(sorted(order) == sorted(CODES) for order in orders)
    assert shown_order(CODES, seat_token="seat 1") == shown_order(reversed(CODES), seat_token="seat 1")


@given(st.permutations(range(3)))
def test_the_order_of_entries_does_not_change_a_ballot(order: list[int]) -> None:
    entries = (
        BallotEntryContent("EM-01", "must", 1),
        BallotEntryContent("WE-01", "useful"),
        BallotEntryContent("SW-01"),
    )
    assert ballot(*(entries[place] for place in order)).digest == ballot(*entries[:2]).digest


def test_a_cast_ballot_is_kept_whole(hall: Hall) -> None:
    token = hall.sit("Firm")
    entry = BallotEntryContent("EM-01", "must", 1, 12, "advanced", "evenings")
    sent = ballot(entry, BallotEntryContent("SW-01", "not_needed"))
    receipt = operations.cast_ballot(
        hall.session, meeting_id=hall.meeting_id, seat_token=token, content=sent, now=MORNING
    )
    shown = queries.receipt(hall.session, meeting_id=hall.meeting_id, receipt_code=receipt.receipt_code.lower())
    assert shown is not None
    assert queries.ballot_entries(hall.session, ballot_id=shown.ballot_id) == sent.entries
    assert [(line.position, line.title) for line in shown.ranked] == [(1, "Find faults in control circuits")]
    assert dict(shown.counts) == {"must": 1, "not_needed": 1}
    assert shown.seat_token == token


def test_the_same_ballot_sent_twice_counts_once_and_keeps_its_receipt(hall: Hall) -> None:
    token = hall.sit("Firm")
    sent = content("ballot-0001", order=["EM-01"])
    send: Mapping[str, Any] = {"meeting_id": hall.meeting_id, "seat_token": token, "content": sent, "now": MORNING}
    first = operations.cast_ballot(hall.session, **send)
    second = operations.cast_ballot(hall.session, **send)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.receipt_code == second.receipt_code
    (voter,) = queries.voters(hall.session, meeting_id=hall.meeting_id)
    assert voter.n_ballots == 1


def test_a_ballot_that_arrived_in_time_is_confirmed_again_after_the_close(hall: Hall) -> None:
    token = hall.sit("Firm")
    send: Mapping[str, Any] = {"meeting_id": hall.meeting_id, "seat_token": token, "now": MORNING}
    first = operations.cast_ballot(hall.session, content=content("ballot-0001", order=["EM-01"]), **send)
    hall.close()
    again = operations.cast_ballot(hall.session, content=content("ballot-0001", order=["EM-01"]), **send)
    assert again.receipt_code == first.receipt_code
    with pytest.raises(MeetingClosed, match="no more ballots"):
        operations.cast_ballot(hall.session, content=content("ballot-0002", order=["EM-01"]), **send)


def test_one_number_with_other_answers_is_refused_and_the_first_counts(hall: Hall) -> None:
    token = hall.sit("Firm")
    send: Mapping[str, Any] = {"meeting_id": hall.meeting_id, "seat_token": token, "now": MORNING}
    operations.cast_ballot(hall.session, content=content("ballot-0001", order=["EM-01"]), **send)
    with pytest.raises(BallotChanged, match="that one counts"):
        operations.cast_ballot(hall.session, content=content("ballot-0001", order=["EM-02"]), **send)


def test_nobody_gets_a_receipt_for_another_seats_ballot(hall: Hall) -> None:
    send: Mapping[str, Any] = {"meeting_id": hall.meeting_id, "content": content("ballot-0001", order=["EM-01"])}
    operations.cast_ballot(hall.session, seat_token=hall.sit("Firm A"), now=MORNING, **send)
    with pytest.raises(BallotChanged):
        operations.cast_ballot(hall.session, seat_token=hall.sit("Firm B"), now=MORNING, **send)


def test_a_changed_ballot_stands_beside_the_first_one(hall: Hall) -> None:
    first, second = hall.vote("Firm", "EM-01"), hall.vote("Firm", "EM-02")
    assert first.receipt_code != second.receipt_code
    latest = queries.latest_receipt_code(hall.session, meeting_id=hall.meeting_id, seat_token=hall.tokens["Firm"])
    assert latest == second.receipt_code
    assert queries.receipt(hall.session, meeting_id=hall.meeting_id, receipt_code=first.receipt_code) is not None


def test_a_token_without_seat_casts_nothing(hall: Hall) -> None:
    with pytest.raises(SeatRefused, match="no seat"):
        operations.cast_ballot(
            hall.session,
            meeting_id=hall.meeting_id,
            seat_token="made up",
            content=content("ballot-0001", order=["EM-01"]),
            now=MORNING,
        )


def test_what_was_typed_is_given_back_unread() -> None:
    answers = form_answers({"sort-EM-01": "must", "position-EM-01": "first", "n_workers-EM-01": "<b>"}, titles=TITLES)
    assert answers["EM-01"]["position"] == "first"
    assert answers["EM-01"]["n_workers"] == "<b>"
    assert answers["SW-01"]["sort"] == ""


def test_a_ballot_needs_a_number_of_its_own() -> None:
    assert "no usable number" in refusal(replace(content("ballot-0001", order=["EM-01"]), ballot_uid="short"))
    assert "no usable number" in refusal(replace(content("ballot-0001", order=["EM-01"]), ballot_uid="x" * 65))
