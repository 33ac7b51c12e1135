"""Where the room disagrees, and what may be told of it."""

from __future__ import annotations

import pytest
from voting_hall import CODES, Hall

from survey.disagreement import TOLD_SHARES, DisputedNeed, told_share
from survey.queries import published_disagreements


def disputed(hall: Hall) -> list[DisputedNeed]:
    """Return what the hall is told."""
    return list(published_disagreements(hall.session, meeting_id=hall.meeting_id))


def split_over_welding(hall: Hall, *, n_for: int, n_against: int) -> None:
    """Let some employers put welding first and others not need it; all put the same two needs in the middle."""
    for number in range(n_for):
        hall.vote(f"For {number}", "WE-01", "EM-01", "EM-02", useful=["QA-01"], not_needed=["SW-01"])
    for number in range(n_against):
        hall.vote(f"Against {number}", "QA-01", "EM-01", "EM-02", useful=["SW-01"], not_needed=["WE-01"])


def test_nothing_is_told_before_the_reveal(hall: Hall) -> None:
    split_over_welding(hall, n_for=6, n_against=6)
    assert disputed(hall) == []


def test_the_most_disputed_need_stands_first_with_its_two_sides(hall: Hall) -> None:
    split_over_welding(hall, n_for=6, n_against=6)
    hall.reveal()
    first, second = disputed(hall)[:2]
    assert first == DisputedNeed("WE-01", "Weld steel with GMAW", 1 / 2, 1 / 2)
    assert second.code == "QA-01", "first for half of the room, second last for the other half"
    assert second.high_share == 1 / 2


def test_a_room_of_nine_is_told_what_but_not_how_many(hall: Hall) -> None:
    split_over_welding(hall, n_for=5, n_against=4)
    hall.reveal()
    assert disputed(hall)[0] == DisputedNeed("WE-01", "Weld steel with GMAW", None, None)


def test_a_need_that_nine_of_twelve_compared_is_told_without_shares(hall: Hall) -> None:
    split_over_welding(hall, n_for=5, n_against=4)
    for number in range(3):
        hall.vote(f"Unsure {number}", "EM-01", "EM-02", dont_know=["WE-01"])
    hall.reveal()
    assert {need.code: need.high_share for need in disputed(hall)}["WE-01"] is None


def test_a_need_that_four_compared_is_not_told_at_all(hall: Hall) -> None:
    split_over_welding(hall, n_for=2, n_against=2)
    for number in range(8):
        hall.vote(f"Unsure {number}", "EM-01", "EM-02", dont_know=["WE-01"])
    hall.reveal()
    assert "WE-01" not in {need.code for need in disputed(hall)}


def test_a_room_of_one_mind_disputes_nothing(hall: Hall) -> None:
    hall.fill(12, *CODES[:3])
    hall.reveal()
    assert disputed(hall) == []


def test_what_is_disputed_does_not_move_while_ballots_wait(hall: Hall) -> None:
    split_over_welding(hall, n_for=6, n_against=6)
    hall.reveal()
    before = disputed(hall)
    hall.vote("Late one", "SW-01", not_needed=["EM-01", "EM-02"])
    hall.vote("Late two", "SW-01", not_needed=["EM-01", "EM-02"])
    assert disputed(hall) == before
    hall.vote("Late three", "SW-01", not_needed=["EM-01", "EM-02"])
    assert disputed(hall) != before


@pytest.mark.parametrize(
    ("share", "told"), [(0.0, 0.0), (0.1, 0.0), (0.2, 1 / 4), (0.3, 1 / 3), (0.45, 1 / 2), (0.7, 2 / 3), (0.95, 1.0)]
)
def test_shares_are_told_in_coarse_fractions(share: float, told: float) -> None:
    assert told_share(share) == told
    assert told in TOLD_SHARES
