"""Figures of merit: hand-checked cases, and laws that hold for any verdicts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.scoring import (
    METRICS,
    NothingToScore,
    SaidPair,
    Tally,
    TruePair,
    average_precision,
    bootstrap_intervals,
    brier_score,
    confusion,
    f1,
    figures,
    honesty,
    ndcg,
    ranked_precision,
    ranking_figures,
    reliability,
    tally,
    weighted_kappa,
)

GRADES = st.lists(st.integers(0, 2), min_size=1, max_size=12).filter(any)


def _said(*grades: int) -> dict[str, SaidPair]:
    return {f"C{i}": SaidPair(grade=grade, score=grade / 2) for i, grade in enumerate(grades)}


def _true(*grades: int) -> dict[str, TruePair]:
    return {f"C{i}": TruePair(grade=grade) for i, grade in enumerate(grades)}


def _part(*, true: tuple[int, ...], said: tuple[int, ...]) -> Tally:
    return tally([f"C{i}" for i in range(len(true))], true=_true(*true), said=_said(*said))


def test_average_precision_is_the_mean_precision_at_the_related_courses() -> None:
    assert average_precision([1, 0, 2]) == pytest.approx((1 / 1 + 2 / 3) / 2)


def test_a_need_without_a_related_course_has_no_precision_and_no_gain() -> None:
    assert average_precision([0, 0]) is None
    assert ndcg([0, 0]) is None


def test_ndcg_counts_a_match_three_times_a_revision() -> None:
    said = 1 / math.log2(2) + 3 / math.log2(3)
    best = 3 / math.log2(2) + 1 / math.log2(3)
    assert ndcg([1, 2]) == pytest.approx(said / best)


def test_ndcg_looks_at_the_first_ten_only() -> None:
    assert ndcg([0] * 10 + [2]) == 0.0


def test_kappa_weighs_a_miss_by_two_grades_four_times() -> None:
    # Two pairs, one unrelated called match, one match called match: off = 4; chance = 4 * (1 * 2) / 2 = 4.
    table = np.array([[0, 0, 1], [0, 0, 0], [0, 0, 1]])
    assert weighted_kappa(table) == pytest.approx(1 - 4 / 4)
    assert weighted_kappa(np.diag([5, 2, 1])) == 1.0
    assert weighted_kappa(np.diag([5, 0, 0])) == 0.0


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    precision, recall = 2 / 3, 2 / 5
    expected = 2 * precision * recall / (precision + recall)
    assert f1(n_right=2, n_wrongly_said=1, n_missed=3) == pytest.approx(expected)
    assert f1(n_right=0, n_wrongly_said=0, n_missed=0) == 0.0


def test_figures_of_one_need_by_hand() -> None:
    found = figures([_part(true=(2, 1, 0, 0), said=(1, 1, 1, 0))])
    # unrelated: 1 right, 1 missed; revise: 1 right, 2 wrongly said; match: 1 missed.
    per_grade = (2 / 3, 2 / 4, 0.0)
    assert found["macro_f1"] == pytest.approx(sum(per_grade) / 3)
    assert found["f1_related"] == pytest.approx(2 * 2 / (2 * 2 + 1))
    assert found["f1_match"] == 0.0
    assert found["map"] == 1.0


def test_elements_that_only_one_reader_saw_are_not_scored() -> None:
    true = {"C0": TruePair(grade=1, covered=frozenset({0, 1}), unsure=frozenset({2}))}
    said = {"C0": SaidPair(grade=1, score=0.5, covered=frozenset({1, 2, 3}))}
    part = tally(["C0"], true=true, said=said)
    assert (part.n_right, part.n_wrongly_said, part.n_missed) == (1, 1, 1)


def test_elements_of_unrelated_pairs_are_not_scored() -> None:
    part = tally(["C0"], true={}, said={"C0": SaidPair(grade=1, score=0.5, covered=frozenset({0}))})
    assert (part.n_right, part.n_wrongly_said, part.n_missed) == (0, 0, 0)


def test_courses_with_equal_scores_stand_in_the_order_of_their_codes() -> None:
    true = {"B": TruePair(grade=1)}
    assert tally(["B", "A"], true=true, said={}).precision == pytest.approx(1 / 2)


def test_nothing_related_is_refused() -> None:
    with pytest.raises(NothingToScore, match="None of the needs"):
        figures([_part(true=(0, 0), said=(1, 0))])


@given(GRADES)
def test_saying_the_truth_is_worth_one_in_every_figure(grades: list[int]) -> None:
    true = (2, 1, 0, *grades)
    found = figures([_part(true=true, said=true)])
    assert all(found[name] == pytest.approx(1.0) for name in METRICS if name != "f1_element")


@given(st.permutations(range(3)))
def test_the_order_of_needs_changes_nothing(order: list[int]) -> None:
    parts = [_part(true=(2, 0, 1), said=(1, 1, 0)), _part(true=(1, 0), said=(1, 1)), _part(true=(0,), said=(0,))]
    assert figures([parts[i] for i in order]) == pytest.approx(figures(parts))
    assert confusion([parts[i] for i in order]).sum() == 3 + 2 + 1


def test_intervals_hold_the_figure_and_are_the_same_for_the_same_seed() -> None:
    parts = [_part(true=(2, 1, 0, 0), said=said) for said in ((2, 1, 0, 0), (1, 1, 1, 0), (0, 1, 0, 2), (2, 0, 0, 0))]
    spans = bootstrap_intervals(parts, n_resamples=200, seed=3)
    assert spans == bootstrap_intervals(parts, n_resamples=200, seed=3)
    middle = figures(parts)
    assert all(spans[name][0] <= middle[name] <= spans[name][1] for name in METRICS)


def test_needs_that_all_fare_alike_leave_no_doubt() -> None:
    spans = bootstrap_intervals([_part(true=(2, 1, 0), said=(1, 1, 0))] * 4, n_resamples=20)
    assert all(low == high for low, high in spans.values())


def test_progress_of_resampling_is_told() -> None:
    told: list[tuple[int, int]] = []
    bootstrap_intervals(
        [_part(true=(2, 0), said=(2, 0))], n_resamples=3, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_the_brier_score_is_the_mean_squared_distance() -> None:
    assert brier_score(np.array([0.8, 0.4]), np.array([True, False])) == pytest.approx((0.2**2 + 0.4**2) / 2)


def test_reliability_compares_what_was_said_with_what_happened() -> None:
    rows = reliability(np.array([0.1, 0.3, 0.9, 1.0]), np.array([False, True, True, True]), edges=(0, 0.5, 1))
    assert [(row.n, row.true_share) for row in rows] == [(2, 1 / 2), (2, 1.0)]
    assert rows[0].mean_chance == pytest.approx(0.4 / 2)


def test_stating_the_base_rate_every_time_is_as_good_as_the_base_rate() -> None:
    found = honesty(np.full(4, 1 / 4), np.array([True, False, False, False]))
    assert (found.n, found.base_rate) == (4, 1 / 4)
    assert found.base_rate_brier == pytest.approx((1 * (3 / 4) ** 2 + 3 * (1 / 4) ** 2) / 4)
    assert found.brier == pytest.approx(found.base_rate_brier)
    assert [(row.low, row.high, row.n) for row in found.rows] == [(0.2, 0.4, 4)]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_every_stated_chance_stands_in_one_row(said: list[tuple[float, bool]]) -> None:
    found = honesty(np.array([chance for chance, _ in said]), np.array([happened for _, happened in said]))
    assert sum(row.n for row in found.rows) == found.n == len(said)
    assert sum(row.n * row.true_share for row in found.rows) == pytest.approx(sum(happened for _, happened in said))
    assert all(row.low <= row.mean_chance + 1e-9 and row.mean_chance <= row.high + 1e-9 for row in found.rows)


def test_no_stated_chance_cannot_be_compared() -> None:
    with pytest.raises(NothingToScore, match="no stated chance"):
        honesty(np.array([]), np.array([], dtype=bool))


def test_ranked_precision_divides_by_what_is_possible() -> None:
    assert ranked_precision([2, 7], k=1) == 0.0
    assert ranked_precision([2, 7], k=5) == 1 / 2
    assert ranked_precision([1, 2, 3], k=2) == 2 / 2


def test_ranking_figures_are_means_over_sentences() -> None:
    found = ranking_figures([[1], [4, 20]])
    assert found["MRR"] == pytest.approx((1 + 1 / 4) / 2)
    assert found["RP@1"] == pytest.approx(100 * (1 + 0) / 2)
    assert found["RP@5"] == pytest.approx(100 * (1 + 1 / 2) / 2)
    assert list(found) == ["MRR", "RP@1", "RP@5", "RP@10"]


def test_no_sentence_cannot_be_scored() -> None:
    with pytest.raises(NothingToScore):
        ranking_figures([])
