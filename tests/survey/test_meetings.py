"""Meetings: planned, opened, joined, revealed, closed; and what the employers' ballots say together."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from voting_hall import CODES, MORNING, Hall

from accounts import queries as accounts_queries
from survey import operations, queries
from survey.models import Meeting
from survey.operations import MeetingClosed, MeetingNotOpen, MeetingRefused, SeatRefused
from survey.published import voted_order


def test_a_planned_meeting_has_a_code_and_takes_no_seat(planned_hall: Hall) -> None:
    assert planned_hall.meeting.state == "planned"
    with pytest.raises(MeetingNotOpen, match="has not opened yet"):
        planned_hall.sit("Firm A")


@pytest.mark.parametrize("k", [2, 11])
def test_employers_order_three_to_ten_needs(planned_hall: Hall, k: int) -> None:
    with pytest.raises(MeetingRefused, match=f"between 3 and 10 needs, not {k}"):
        operations.plan_meeting(
            planned_hall.session,
            partnership_id=planned_hall.partnership_id,
            assessment_id=planned_hall.assessment_id,
            title="Other",
            place="",
            held_on=date(2026, 9, 16),
            k=k,
            now=MORNING,
        )


def test_a_meeting_votes_on_a_list_of_its_own_partnership(planned_hall: Hall) -> None:
    with pytest.raises(MeetingRefused, match="your own partnership"):
        operations.plan_meeting(
            planned_hall.session,
            partnership_id=planned_hall.partnership_id + 1,
            assessment_id=planned_hall.assessment_id,
            title="Other",
            place="",
            held_on=date(2026, 9, 16),
            k=5,
            now=MORNING,
        )


def test_a_meeting_is_found_by_a_sloppily_typed_code(hall: Hall) -> None:
    hall.session.get_one(Meeting, hall.meeting_id).join_code = "X01V5M"
    found = queries.meeting_by_code(hall.session, join_code=" xoi-usm ")
    assert found is not None
    assert found.id == hall.meeting_id
    assert queries.meeting_by_code(hall.session, join_code="X01V5N") is None


def test_a_near_code_is_suggested_only_for_an_open_meeting(hall: Hall) -> None:
    hall.session.get_one(Meeting, hall.meeting_id).join_code = "X01V5M"
    assert queries.open_code_near(hall.session, join_code="X01V5N") == "X01V5M"
    assert queries.open_code_near(hall.session, join_code="X01V9N") is None
    hall.close()
    assert queries.open_code_near(hall.session, join_code="X01V5N") is None


def test_joining_again_under_the_same_name_is_the_same_organisation(hall: Hall) -> None:
    hall.sit("Hobnail  Works ")
    hall.tokens.clear()
    hall.sit("hobnail works")
    employers = accounts_queries.organisations(hall.session, partnership_id=hall.partnership_id, kinds=("employer",))
    assert [employer.name for employer in employers] == ["Hobnail Works"]
    (voter,) = queries.voters(hall.session, meeting_id=hall.meeting_id)
    assert voter.n_seats == 2


def test_a_known_number_of_employees_is_kept(hall: Hall) -> None:
    for n_employees in (40, 50):
        operations.join_meeting(
            hall.session,
            meeting_id=hall.meeting_id,
            name="Firm",
            voice="employer",
            n_employees=n_employees,
            now=MORNING,
        )
    (firm,) = accounts_queries.organisations(hall.session, partnership_id=hall.partnership_id, kinds=("employer",))
    assert firm.n_employees == 40


def test_an_observer_from_a_college_stays_that_college(hall: Hall, college_id: int) -> None:
    hall.sit("test valley college", voice="observer")
    (voter,) = queries.voters(hall.session, meeting_id=hall.meeting_id)
    assert (voter.organisation_id, voter.voice_label) == (college_id, "Observer")


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
def test_a_seat_needs_a_name_of_bearable_length(hall: Hall, name: str) -> None:
    with pytest.raises(SeatRefused, match="1 to 200 characters"):
        hall.sit(name)


def test_an_unknown_voice_takes_no_seat(hall: Hall) -> None:
    with pytest.raises(SeatRefused, match="employer, union or observer"):
        hall.sit("Firm", voice="king")


def test_the_desk_counts_organisations_and_says_who_has_voted(hall: Hall) -> None:
    hall.sit("Aster Castings")
    hall.vote("Borea Foods", "EM-01")
    hall.vote("Borea Foods", "EM-02")
    hall.vote("Local 12", "SW-01", voice="union")
    row = hall.meeting
    assert (row.n_seats, row.n_voted, row.n_employers, row.n_employers_voted) == (3, 2, 2, 1)
    voters = queries.voters(hall.session, meeting_id=hall.meeting_id)
    assert [(voter.organisation_name, voter.n_ballots) for voter in voters] == [
        ("Aster Castings", 0),
        ("Borea Foods", 2),
        ("Local 12", 1),
    ]
    assert voters[0].last_cast_at is None
    assert voters[1].last_cast_at == voters[1].joined_at + timedelta(minutes=1)


def test_everything_a_screen_shows_counts_the_revision_up(planned_hall: Hall) -> None:
    revisions = [planned_hall.meeting.revision]
    steps = (
        planned_hall.open,
        lambda: planned_hall.sit("Firm 0"),
        lambda: planned_hall.fill(5, "EM-01"),
        planned_hall.reveal,
        planned_hall.close,
    )
    for step in steps:
        step()
        revisions.append(planned_hall.meeting.revision)
    assert revisions == sorted(set(revisions))
    planned_hall.close()
    assert planned_hall.meeting.revision == revisions[-1]


def test_a_closed_meeting_takes_no_seat_until_it_is_opened_again(hall: Hall) -> None:
    opened_at = hall.meeting.opened_at
    hall.close()
    with pytest.raises(MeetingClosed, match="has closed"):
        hall.sit("Late Firm")
    hall.open()
    hall.sit("Late Firm")
    assert (hall.meeting.opened_at, hall.meeting.closed_at) == (opened_at, None)


def test_a_planned_meeting_cannot_be_closed(planned_hall: Hall) -> None:
    with pytest.raises(MeetingNotOpen, match="nothing to close"):
        planned_hall.close()


def test_a_ranking_can_be_revealed_after_the_close(hall: Hall) -> None:
    hall.fill(5, "EM-01", "EM-02")
    hall.close()
    hall.reveal()
    assert hall.published().needs[0].code == "EM-01"


def test_a_ballot_is_read_best_first_and_dont_know_is_not_compared() -> None:
    order = voted_order(
        [
            ("A", "must", 2),
            ("B", "must", 1),
            ("C", "must", 2),
            ("D", "must", None),
            ("E", "useful", None),
            ("F", "not_needed", None),
            ("G", "dont_know", None),
        ]
    )
    assert order.placed == (("B",), ("A", "C"))
    assert order.sorted_below == (("D",), ("E",))
    assert order.not_compared == ("G",)


def test_the_ranking_is_the_share_of_comparisons_won(hall: Hall) -> None:
    """Five equal ballots: EM-01 first, then WE-01 as further must-have, then QA-01 useful, the other two tied last."""
    for number in range(5):
        hall.vote(f"Firm {number}", "EM-01", must=["WE-01"], useful=["QA-01"], not_needed=["SW-01"])
    hall.reveal()
    needs = {need.code: need for need in hall.published().needs}
    assert [need.code for need in hall.published().needs][:3] == ["EM-01", "WE-01", "QA-01"]
    assert {code: need.score for code, need in needs.items()} == pytest.approx(
        {"EM-01": 4 / 4, "WE-01": 3 / 4, "QA-01": 2 / 4, "SW-01": 0.5 / 4, "EM-02": 0.5 / 4}
    )
    assert needs["SW-01"].position == needs["EM-02"].position == 4


def test_abstaining_neither_helps_nor_hurts(hall: Hall) -> None:
    for number in range(10):
        knows = number < 5
        hall.vote(
            f"Firm {number}", "EM-01", "EM-02", dont_know=[] if knows else ["WE-01"], must=["WE-01"] if knows else []
        )
    hall.reveal()
    needs = {need.code: need for need in hall.published().needs}
    assert needs["WE-01"].n_compared == 5
    assert needs["WE-01"].score == pytest.approx(2 / 4)
    assert needs["EM-02"].score == pytest.approx((5 * 3 + 5 * 2) / (5 * 4 + 5 * 3))


def test_a_need_that_four_employers_compared_is_not_ranked(hall: Hall) -> None:
    for number in range(9):
        hall.vote(f"Firm {number}", "EM-01", dont_know=["WE-01"] if number < 5 else [])
    hall.reveal()
    last = hall.published().needs[-1]
    assert (last.code, last.position, last.score, last.n_compared) == ("WE-01", None, None, 0)
    assert all(need.n_compared == 9 for need in hall.published().needs[:-1])


def test_a_need_that_nobody_compared_has_no_place(hall: Hall) -> None:
    for number in range(5):
        hall.vote(f"Firm {number}", "EM-01", dont_know=["SW-01"])
    hall.reveal()
    last = hall.published().needs[-1]
    assert (last.code, last.position, last.tier, last.rank_low, last.score) == ("SW-01", None, None, None, None)


def test_only_the_latest_ballot_of_an_employer_counts(hall: Hall) -> None:
    hall.fill(5, "SW-01", "QA-01")
    for name in list(hall.tokens):
        hall.vote(name, "EM-01", "EM-02")
    hall.reveal()
    published = hall.published()
    assert published.needs[0].code == "EM-01"
    assert (published.n_employers, published.n_ballots) == (5, 10)


def test_every_need_of_the_list_stands_in_the_ranking(hall: Hall) -> None:
    hall.fill(5, "EM-01", "EM-02")
    hall.reveal()
    assert {need.code for need in hall.published().needs} == set(CODES)
    assert "5 employers cannot settle a fine order" in " ".join(hall.published().notes)
