"""Agreement: Kendall's W against published and hand-made values, and where the room disagrees."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ranking_cases import from_ranks, nasa
from scipy.stats import friedmanchisquare, spearmanr

from survey.ranking import Ballots, ballots_from_orders, disagreements, kendall_w


def test_the_nasa_teams_agree_as_published() -> None:
    assert kendall_w(nasa()) == pytest.approx(0.29893038, abs=5e-9)


def test_ballots_that_are_all_alike_agree_fully() -> None:
    assert kendall_w(from_ranks("1234", "1234", "1234")) == pytest.approx(1)


def test_opposite_ballots_do_not_agree_at_all() -> None:
    assert kendall_w(from_ranks("1234", "4321")) == pytest.approx(0)


def test_one_pair_swapped_among_three_needs_by_hand() -> None:
    # Rank sums 2, 4 and 6 about 4: W = 12 · (4 + 0 + 4) / (2² · (3³ − 3)) = 96 / 96 for equal ballots;
    # with one swap the sums are 3, 3 and 6: 12 · (1 + 1 + 4) / 96.
    assert kendall_w(from_ranks("123", "213")) == pytest.approx(12 * (1 + 1 + 4) / (4 * 24))


def test_w_is_friedmans_statistic_over_its_largest_value() -> None:
    ballots = from_ranks("1233", "2143", "1142", "3124", "1224")
    chi_squared = friedmanchisquare(*ballots.ranks.T).statistic
    assert kendall_w(ballots) == pytest.approx(chi_squared / (5 * (4 - 1)))


@given(st.lists(st.permutations(range(1, 6)), min_size=2, max_size=6))
@settings(deadline=None)
def test_w_of_strict_ballots_is_the_mean_rank_correlation_moved_to_0_to_1(rows: list[list[int]]) -> None:
    ballots = Ballots(items=tuple("ABCDE"), ranks=np.array(rows, dtype=np.float64))
    mean = float(np.mean([spearmanr(first, second).statistic for first, second in combinations(rows, 2)]))
    m = len(rows)
    assert kendall_w(ballots) == pytest.approx(((m - 1) * mean + 1) / m, abs=1e-12)


def test_there_is_no_agreement_to_speak_of_without_two_ballots_or_any_order() -> None:
    assert kendall_w(from_ranks("123")) is None
    assert kendall_w(from_ranks("111", "111")) is None
    assert kendall_w(from_ranks("10", "01")) is None
    assert kendall_w(from_ranks("123", "321", weights=(1, 0))) is None


def test_dont_know_neither_makes_nor_breaks_agreement() -> None:
    assert kendall_w(from_ranks("1234", "1230", "0123")) == pytest.approx(1)


def test_the_disputed_need_comes_first() -> None:
    ballots = from_ranks("1234", "1324", "4231", "4321")
    found = disagreements(ballots)
    # A is first twice and last twice: heights 1, 1, 0, 0 with variance 1/4, the largest there is.
    assert {found[0].id, found[1].id} == {"A", "D"}
    assert found[0].split_score == pytest.approx(1)
    assert found[0].high_share == pytest.approx(2 / 4)
    assert found[0].low_share == pytest.approx(2 / 4)
    assert found[-1].split_score == pytest.approx(4 * ((2 / 3 - 1 / 2) ** 2))


def test_a_need_that_one_ballot_compared_cannot_be_disputed() -> None:
    ballots = ballots_from_orders(items="ABC", orders=[[["A"], ["B"], ["C"]], [["B"], ["A"]]], not_compared=[[], ["C"]])
    assert [each.id for each in disagreements(ballots)] == ["A", "B"]
    assert all(each.n_compared == 2 for each in disagreements(ballots))
