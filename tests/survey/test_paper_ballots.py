"""Paper ballots are typed twice, compared line by line, and counted like any ballot."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from voting_hall import CODES, NEEDS, Hall, content, hidden, words

from survey import operations, queries
from survey.ballots import BallotRefused
from survey.operations import MeetingNotOpen
from survey.paper import TypedSheet, differences, read_sheet
from survey.queries import MeetingRow

SignIn = Callable[[str], FlaskClient]
TITLES = {need.code: need.title for need in NEEDS}


def _sheet(*places: str, organisation: str = "Aster Castings", voice: str = "employer", **sorts: str) -> TypedSheet:
    texts = {"must": "", "useful": "", "not_needed": "", "dont_know": "", **sorts}
    return TypedSheet(organisation, voice, places, texts)


def _read(sheet: TypedSheet) -> list[tuple[str, str | None, int | None]]:
    read = read_sheet(sheet, titles=TITLES, k=3, ballot_uid="paper-0001")
    return [(entry.need_code, entry.sort, entry.position) for entry in read.entries]


def test_codes_are_read_in_order_whatever_their_case() -> None:
    assert _read(_sheet("em-01", "WE-01 ", useful="qa-01, SW-01")) == [
        ("EM-01", "must", 1),
        ("WE-01", "must", 2),
        ("QA-01", "useful", None),
        ("SW-01", "useful", None),
    ]


def test_the_whole_order_may_stand_on_one_line_and_empty_lines_are_passed_over() -> None:
    assert _read(_sheet("EM-01, WE-01", "", "QA-01")) == [
        ("EM-01", "must", 1),
        ("WE-01", "must", 2),
        ("QA-01", "must", 3),
    ]


def test_tied_needs_share_a_place_and_the_next_one_counts_them() -> None:
    assert _read(_sheet("EM-01 = WE-01", "QA-01")) == [("EM-01", "must", 1), ("WE-01", "must", 1), ("QA-01", "must", 3)]


def test_an_unknown_code_is_named_with_its_line_and_the_nearest_code() -> None:
    with pytest.raises(BallotRefused) as refused:
        _read(_sheet("EM-01", "EM-03", useful="ZZ-99"))
    assert refused.value.problems == (
        "My order, place 2: no need has the code “EM-03”. Did you mean EM-02 (Wire motor starters)?",
        "Useful: no need has the code “ZZ-99”. Look at the codes on the sheet.",
    )


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        (_sheet("EM-01", organisation=""), "Write the organisation"),
        (_sheet("EM-01", voice="boss"), "in whose voice"),
        (_sheet("EM-01", "EM-01"), "stands 2 times"),
        (_sheet("EM-01", useful="EM-01"), "stands 2 times"),
        (_sheet("EM-01, EM-02, WE-01, QA-01"), "orders the top 3"),
        (_sheet(), "Nothing is sorted yet"),
    ],
)
def test_a_sheet_that_is_no_ballot_is_refused_in_words(sheet: TypedSheet, reason: str) -> None:
    with pytest.raises(BallotRefused, match=reason):
        _read(sheet)


def test_spaces_case_and_the_order_within_a_sort_are_no_difference() -> None:
    first = _sheet("EM-01 = WE-01", useful="QA-01, SW-01")
    second = _sheet("we-01=em-01", organisation="ASTER castings", useful="sw-01;qa-01")
    assert differences(first, second, titles=TITLES, k=3) == ()


def test_every_line_that_differs_is_named_with_both_typings() -> None:
    first = _sheet("EM-01", "WE-01", useful="QA-01")
    second = _sheet("WE-01", "EM-01", voice="union", useful="QA-01", dont_know="SW-01")
    assert [(each.line, each.first, each.second) for each in differences(first, second, titles=TITLES, k=3)] == [
        ("Votes as", "Employer", "Union or worker representative"),
        ("My order, line 1", "EM-01", "WE-01"),
        ("My order, line 2", "WE-01", "EM-01"),
        ("Don't know", "", "SW-01"),
    ]


def _enter(hall: Hall, name: str, *order: str, uid: str = "paper-0001") -> operations.Receipt:
    return operations.enter_paper_ballot(
        hall.session,
        meeting_id=hall.meeting_id,
        name=name,
        voice="employer",
        content=content(uid, order=order),
        now=hall.now,
    )


def test_a_paper_ballot_counts_like_any_other(hall: Hall) -> None:
    hall.fill(4, "EM-01")
    _enter(hall, "Paper Mill", "EM-01")
    assert hall.meeting.n_employers_voted == 5
    assert queries.n_paper_ballots(hall.session, meeting_id=hall.meeting_id) == 1
    hall.reveal()
    assert hall.published().n_employers == 5


def test_the_same_sheet_entered_twice_counts_once(hall: Hall) -> None:
    first = _enter(hall, "Paper Mill", "EM-01")
    assert _enter(hall, "Paper Mill", "EM-01") == operations.Receipt(first.receipt_code, is_new=False)
    assert (hall.meeting.n_seats, hall.meeting.n_employers_voted) == (1, 1)


def test_paper_replaces_the_ballot_that_the_organisation_cast_before(hall: Hall) -> None:
    hall.vote("Aster", "EM-01")
    _enter(hall, "Aster", "WE-01")
    assert hall.meeting.n_employers_voted == 1


def test_left_over_paper_may_be_entered_after_the_close_but_not_before_the_opening(planned_hall: Hall) -> None:
    with pytest.raises(MeetingNotOpen):
        _enter(planned_hall, "Paper Mill", "EM-01")
    planned_hall.open()
    planned_hall.close()
    _enter(planned_hall, "Paper Mill", "EM-01")
    assert planned_hall.meeting.n_employers_voted == 1


def test_paper_after_the_reveal_waits_for_its_batch_too(hall: Hall) -> None:
    hall.fill(5, "EM-01")
    hall.reveal()
    _enter(hall, "Paper Mill", "WE-01")
    assert (hall.published().n_employers, hall.published().n_waiting) == (5, 1)


# The door


def _typing(prefix: str, **changes: str) -> dict[str, str]:
    fields = {"organisation": "Paper Mill", "voice": "employer", "place-1": "EM-01", "place-2": "WE-01", **changes}
    return {f"{prefix}-{name}": text for name, text in fields.items()}


def test_a_sheet_is_typed_twice_and_then_counted(open_meeting: MeetingRow, sign_in: SignIn) -> None:
    convener, door = sign_in("convener"), f"/meetings/{open_meeting.id}/paper"
    assert "autofocus" in convener.get(door).text
    page = convener.post(door, data={"step": "first", "ballot_uid": "paper-abcdef", **_typing("first")}).text
    assert "Type the same ballot again" in page
    assert hidden(page, "first-place-1") == "EM-01"
    sheet = {"step": "second", "ballot_uid": hidden(page, "ballot_uid"), **_typing("first"), **_typing("second")}
    answer = convener.post(door, data=sheet, follow_redirects=True)
    assert "The paper ballot of Paper Mill is counted." in answer.text
    assert "1 paper ballot counted" in words(answer.text)
    convener.post(door, data=sheet)
    assert "1 paper ballot counted" in words(convener.get(door).text)


def test_two_typings_that_differ_are_shown_side_by_side_and_not_counted(
    open_meeting: MeetingRow, sign_in: SignIn
) -> None:
    convener, door = sign_in("convener"), f"/meetings/{open_meeting.id}/paper"
    sheet = {"step": "second", "ballot_uid": "paper-abcdef", **_typing("first")}
    page = convener.post(door, data={**sheet, **_typing("second", **{"place-2": "QA-01"})}).text
    assert "My order, line 2 WE-01 QA-01" in words(page)
    assert "0 paper ballots counted" in words(page)
    mended = convener.post(door, data={**sheet, **_typing("second")}, follow_redirects=True)
    assert "1 paper ballot counted" in words(mended.text)


def test_a_mistyped_code_keeps_everything_that_was_typed(open_meeting: MeetingRow, sign_in: SignIn) -> None:
    convener, door = sign_in("convener"), f"/meetings/{open_meeting.id}/paper"
    typing = _typing("first", **{"place-1": "EM-10", "useful": "SW-01"})
    page = convener.post(door, data={"step": "first", "ballot_uid": "paper-abcdef", **typing}).text
    assert "no need has the code “EM-10”" in page
    assert 'value="SW-01"' in page
    assert all(f'<option value="{code}">' in page for code in CODES)


def test_scripts_on_a_sheet_stay_text(open_meeting: MeetingRow, sign_in: SignIn) -> None:
    typing = _typing("first", organisation="<script>alert(1)</script>", **{"place-1": "<b>x</b>"})
    page = sign_in("convener").post(f"/meetings/{open_meeting.id}/paper", data={"step": "first", **typing}).text
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_another_partnerships_paper_is_not_found(sign_in: SignIn) -> None:
    assert sign_in("convener").get("/meetings/999/paper").status_code == 404
