"""What a published ranking says in words, and how it is cut into pages for a wall."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_rows import meeting_row, ranked

from dashboards.results import (
    N_WALL_ROWS,
    agreement_words,
    critical_words,
    shown_count,
    stage,
    tier_pages,
    voted_words,
)


@pytest.mark.parametrize(
    ("kendall_w", "how"), [(0.9, "strongly"), (0.7, "strongly"), (0.5, "somewhat"), (0.3, "somewhat"), (0.29, "little")]
)
def test_agreement_is_said_in_words_with_its_number(kendall_w: float, how: str) -> None:
    assert agreement_words(kendall_w) == f"The room agrees {how} (Kendall’s W {kendall_w:.2f})."


def test_agreement_that_cannot_be_told_is_not_guessed() -> None:
    assert agreement_words(None) == "How far the room agrees cannot be told from these ballots."


@given(st.lists(st.integers(1, 5), min_size=1, max_size=80))
def test_no_need_is_lost_no_page_is_too_long_and_no_page_mixes_tiers(tiers: list[int]) -> None:
    needs = [ranked(f"N{place}", tier=tier if tier < 5 else None) for place, tier in enumerate(tiers)]
    pages = tier_pages(needs)
    shown = [need for page in pages for need in page.needs]
    assert sorted(shown, key=needs.index) == needs
    best_tiers_first = [need.tier or 5 for need in shown]
    assert best_tiers_first == sorted(best_tiers_first)
    assert all(1 <= len(page.needs) <= N_WALL_ROWS for page in pages)
    assert all({need.tier for need in page.needs} == {page.tier} for page in pages)
    assert [page.number for page in pages] == list(range(1, pages[0].n_pages + 1))


def test_twelve_needs_of_a_tier_make_two_pages_of_six() -> None:
    pages = tier_pages([ranked(f"N{place}", tier=1) for place in range(12)])
    assert [len(page.needs) for page in pages] == [6, 6]


def test_the_heading_says_how_many_needs_are_critical() -> None:
    needs = [ranked("A", tier=1), ranked("B", tier=1), ranked("C", tier=2)]
    assert critical_words(needs) == "Two of 3 needs are critical"
    assert critical_words(needs[1:]) == "One need is critical: Need B"
    assert critical_words(needs[2:]) == "The room ranked 1 need"


def test_a_handful_of_employers_stays_a_handful() -> None:
    assert [shown_count(n) for n in (0, 4, 5, 22)] == ["fewer than 5", "fewer than 5", "5", "22"]


def test_who_has_voted_is_counted_and_other_voices_stand_apart() -> None:
    assert voted_words(meeting_row()) == "Nobody has joined yet"
    assert voted_words(meeting_row(state="closed")) == "Nobody has joined"
    assert voted_words(meeting_row(n_employers=22, n_voted=14)) == "14 of 22 employers have voted"
    assert voted_words(meeting_row(n_employers=8, n_voted=1)) == "1 of 8 employers has voted"
    assert voted_words(meeting_row(n_employers=6, n_voted=5, n_others=1)) == (
        "5 of 6 employers have voted, and 1 other voice"
    )


def test_a_wall_follows_the_meeting_until_its_ranking_is_shown() -> None:
    assert [stage(meeting_row(state=state), is_shown=False) for state in ("planned", "open", "closed")] == [
        "planned",
        "open",
        "closed",
    ]
    assert stage(meeting_row(state="open"), is_shown=True) == "revealed"
