"""The employers' priority of each need, as a run freezes it."""

from __future__ import annotations

import pytest

from review.gathering import Priority, priorities
from survey.queries import RankedNeed


def ranked(code: str, *, position: int | None, score: float | None, tier: int | None = 1) -> RankedNeed:
    """Write one line of a published ranking."""
    low, high = (position, position) if position else (None, None)
    return RankedNeed(code, code, "", "working", position, tier if position else None, low, high, score, 6)


def test_shares_are_scores_divided_by_their_sum() -> None:
    found = priorities(
        ["A", "B", "C"],
        ranked=[
            ranked("B", position=1, score=0.9),
            ranked("A", position=2, score=0.6),
            ranked("C", position=3, score=0.0),
        ],
    )
    assert found["B"].share == pytest.approx(0.9 / 1.5)
    assert found["A"].share == pytest.approx(0.6 / 1.5)
    assert found["C"].share == 0.0
    assert sum(priority.share for priority in found.values()) == pytest.approx(1)


def test_a_need_that_nobody_compared_comes_last_without_tier_or_share() -> None:
    found = priorities(["A", "B"], ranked=[ranked("B", position=1, score=0.5), ranked("A", position=None, score=None)])
    assert found["A"] == Priority(2, None, None, None, 0.0)


def test_without_a_ranking_the_list_keeps_its_order_with_equal_shares() -> None:
    assert priorities(["A", "B", "C", "D"], ranked=()) == {
        code: Priority(number, None, None, None, 1 / 4) for number, code in enumerate("ABCD", start=1)
    }


def test_a_ranking_in_which_nobody_won_anything_counts_as_none() -> None:
    found = priorities(["A", "B"], ranked=[ranked("A", position=1, score=0.0), ranked("B", position=1, score=0.0)])
    assert [priority.share for priority in found.values()] == [0.5, 0.5]
