"""Plackett-Luce: published estimates to the digits given, the model by brute force, and its limits."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ranking_cases import failure_causes, from_ranks, netflix, pudding
from scipy.stats import spearmanr

from survey.ranking import Ballots, BallotsRefused, PlackettLuce
from survey.ranking.choice_sets import choice_sets, expected_choices
from survey.ranking.likelihood import Likelihood
from survey.ranking.quasi_variance import quasi_variances

FRUITS = ("1200", "4123", "2111", "1230", "2110", "1032")


def worths(model: PlackettLuce) -> list[float]:
    """Return worths that add up to 1."""
    plain = np.exp(model.log_worths_)
    return [float(worth) for worth in plain / plain.sum()]


def test_pudding_without_a_prior_is_davidsons_and_the_packages_fit() -> None:
    model = PlackettLuce(npseudo=0).fit(pudding())
    published = [0.1388033752, 0.1730015000, 0.1617474340, 0.1653729578, 0.1586853946, 0.2023893385]
    assert worths(model) == pytest.approx(published, abs=5.1e-11)
    assert math.exp(model.log_ties_[2]) == pytest.approx(0.7468229877, abs=5.1e-11)
    assert model.log_likelihood_ == pytest.approx(-809.70951009, abs=5.1e-9)


def test_pudding_has_the_published_errors() -> None:
    model = PlackettLuce(npseudo=0).fit(pudding())
    # Turner et al. (2020), section 3.2; these were printed after seven iterations of their slower algorithm.
    assert model.log_worths_.tolist() == pytest.approx([0, 0.2202, 0.1530, 0.1753, 0.1339, 0.3771], abs=2e-4)
    assert model.log_ties_[2] == pytest.approx(-0.2919, abs=1e-4)
    assert model.std_errors_[1:6].tolist() == pytest.approx([0.1872, 0.1935, 0.1882, 0.1927, 0.1924], abs=5.1e-5)
    quasi = [0.1328950, 0.1327373, 0.1395740, 0.1330240, 0.1399253, 0.1392047]
    assert model.quasi_se_.tolist() == pytest.approx(quasi, abs=5e-7)


def test_pudding_with_the_prior() -> None:
    model = PlackettLuce(npseudo=0.5).fit(pudding())
    expected = [0, 0.2188770300, 0.1520511259, 0.1740634712, 0.1330615789, 0.3747427663]
    assert model.log_worths_.tolist() == pytest.approx(expected, abs=1.1e-10)
    assert model.log_ties_[2] == pytest.approx(-0.3029811052, abs=1.1e-10)


def test_fruits_without_a_prior() -> None:
    model = PlackettLuce(npseudo=0).fit(from_ranks(*FRUITS))
    assert model.log_worths_.tolist() == pytest.approx([0, 0.2942874275, -0.7335113052, -0.1190960478], abs=1.1e-10)
    assert model.log_ties_ == pytest.approx({2: -1.8619467101, 3: -0.7369734578}, abs=1.1e-10)
    assert model.log_likelihood_ == pytest.approx(-14.56973929, abs=5.1e-9)


def test_fruits_with_the_prior() -> None:
    model = PlackettLuce(npseudo=0.5).fit(from_ranks(*FRUITS))
    assert model.log_worths_.tolist() == pytest.approx([0, 0.2528737722, -0.6135068427, -0.0868847129], abs=1.1e-10)
    assert model.log_ties_ == pytest.approx({2: -2.1506811016, 3: -0.7924535718}, abs=1.1e-10)
    expected = [0.6655052810, 0.8372193537, 0.8320734885, 0.8632849065]
    assert model.quasi_se_.tolist() == pytest.approx(expected, abs=2e-10)


def test_fruits_with_weights() -> None:
    model = PlackettLuce(npseudo=0).fit(from_ranks(*FRUITS, weights=(1, 2, 3, 1, 2, 1)))
    assert model.log_worths_.tolist() == pytest.approx([0, 1.5625801976, 0.7102593125, 0.6485924544], abs=1.1e-10)
    assert model.log_ties_ == pytest.approx({2: -1.5052794999, 3: -0.0879837734}, abs=1.1e-10)
    assert model.log_likelihood_ == pytest.approx(-26.04489073, abs=5.1e-9)


def test_three_fruits_with_the_prior_and_its_errors() -> None:
    model = PlackettLuce(npseudo=0.5).fit(from_ranks("120", "312", "211", "123", "211", "102"))
    assert model.log_worths_.tolist() == pytest.approx([0, 0.2867987, -0.4636687], abs=5.1e-8)
    assert model.log_ties_ == pytest.approx({2: -1.0701129}, abs=5.1e-8)
    assert model.std_errors_.tolist() == pytest.approx([0, 1.0129, 1.0280, 0.9043], abs=5.1e-5)


def test_an_item_that_only_loses_stays_finite_under_the_prior() -> None:
    ballots = from_ranks("1200", "2010", "1002", "2100", "0120")
    model = PlackettLuce().fit(ballots)
    assert model.log_worths_.tolist() == pytest.approx([0, 0.5184184, 0.1354707, -1.1537565], abs=5.1e-8)
    with pytest.raises(BallotsRefused, match="That fails for: D"):
        PlackettLuce(npseudo=0).fit(ballots)


def test_netflix_without_a_prior() -> None:
    model = PlackettLuce(npseudo=0).fit(netflix())
    expected = [0.2306007823, 0.4512254804, 0.1684073196, 0.1497664178]
    assert worths(model) == pytest.approx(expected, abs=5.1e-11)
    assert model.log_ties_ == {}


def brute_force_terms(worth: list[float], deltas: dict[int, float]) -> float:
    """Add up the strengths of every subset of a choice set that may be chosen."""
    total = 0.0
    for size, delta in deltas.items():
        for chosen in combinations(worth, size):
            total += delta * math.prod(chosen) ** (1 / size)
    return total


def test_the_likelihood_of_one_ballot_is_its_choices_one_after_the_other() -> None:
    # {A, B} first, then D, while C and E stay unranked; D and the tie are chosen out of everything still there.
    ballots = Ballots(
        items=tuple("ABCDE"),
        ranks=np.array([[1.0, 1, 3, 2, 3]]),
        unranked=np.array([[False, False, True, False, True]]),
    )
    worth = dict(zip("ABCDE", (0.3, 1.2, 0.7, 2.0, 0.4), strict=True))
    delta = 0.6
    tie = delta * math.sqrt(worth["A"] * worth["B"]) / brute_force_terms(list(worth.values()), {1: 1, 2: delta})
    single = worth["D"] / brute_force_terms([worth[item] for item in "CDE"], {1: 1, 2: delta})
    likelihood = Likelihood(ballots, npseudo=0, unranked="average")
    parameters = np.log([*worth.values(), delta])
    assert likelihood.of_ballots(parameters) == pytest.approx(math.log(tie) + math.log(single))


@given(
    st.lists(st.floats(-3, 3), min_size=5, max_size=5),
    st.lists(st.floats(-2, 2), min_size=3, max_size=3),
)
@settings(max_examples=30, deadline=None)
def test_the_symmetric_sums_are_the_sums_over_all_subsets(log_worth: list[float], log_delta: list[float]) -> None:
    ballots = from_ranks("11122", "11222", "11234")
    sets = choice_sets(ballots)
    assert sets.orders == (1, 2, 3)
    log_ties = np.array([[0.0, *log_delta[:2]]])
    found = expected_choices(sets, log_worths=np.array([log_worth]), log_ties=log_ties)
    worth = np.exp(log_worth).tolist()
    deltas = {1: 1.0, 2: math.exp(log_delta[0]), 3: math.exp(log_delta[1])}
    rests = {0: [(0, 5), (3, 5)], 1: [(0, 5), (2, 5)], 2: [(0, 5), (2, 5), (3, 5), (4, 5)]}
    for ballot, parts in rests.items():
        by_hand = sum(math.log(brute_force_terms(worth[first:last], deltas)) for first, last in parts)
        assert found.log_normalisers[0, sets.kind[ballot]] == pytest.approx(by_hand)


def test_slope_and_information_are_the_derivatives_of_the_likelihood() -> None:
    likelihood = Likelihood(from_ranks("1223", "2113", "3211", "1230"), npseudo=0.7, unranked="average")
    point = np.array([0.1, -0.4, 0.6, 0.2, -0.3, -0.5])
    step = 1e-5
    shifts = np.eye(len(point)) * step
    slope = [(likelihood.value(point + shift) - likelihood.value(point - shift)) / (2 * step) for shift in shifts]
    assert likelihood.slope(point[None, :])[0].tolist() == pytest.approx(slope, abs=1e-8)
    rows = [
        (likelihood.slope((point - shift)[None, :]) - likelihood.slope((point + shift)[None, :]))[0] / (2 * step)
        for shift in shifts
    ]
    assert likelihood.information(point) == pytest.approx(np.array(rows), abs=1e-8)


def test_the_fit_does_not_depend_on_the_order_of_ballots_or_needs() -> None:
    one = PlackettLuce().fit(from_ranks(*FRUITS))
    other = PlackettLuce().fit(from_ranks(*(row[::-1] for row in reversed(FRUITS))))
    reversed_back = other.log_worths_[::-1] - other.log_worths_[-1]
    assert one.log_worths_ == pytest.approx(reversed_back, abs=1e-9)
    assert one.log_likelihood_ == pytest.approx(other.log_likelihood_)


def test_weights_count_ballots_several_times() -> None:
    weighted = PlackettLuce(npseudo=0).fit(from_ranks("1223", "2113", "3211", weights=(1, 2, 3)))
    rows = ["1223", "2113", "2113", "3211", "3211", "3211"]
    repeated = PlackettLuce(npseudo=0).fit(from_ranks(*rows))
    assert weighted.log_worths_ == pytest.approx(repeated.log_worths_, abs=1e-9)
    dropped = PlackettLuce().fit(from_ranks("1223", "1111", "3211", weights=(1, 0, 1)))
    assert dropped.log_worths_ == pytest.approx(PlackettLuce().fit(from_ranks("1223", "3211")).log_worths_, abs=1e-9)


def test_weighted_errors_are_those_of_the_employers_not_of_the_weights() -> None:
    ballots = from_ranks(*FRUITS, weights=(1, 2, 3, 1, 2, 1))
    tenfold = from_ranks(*FRUITS, weights=(10, 20, 30, 10, 20, 10))
    one, other = PlackettLuce(npseudo=0).fit(ballots), PlackettLuce(npseudo=0).fit(tenfold)
    assert one.std_errors_ == pytest.approx(other.std_errors_, abs=1e-8)


def test_top_k_ballots_recover_the_truth_only_when_the_unranked_stay_among_the_choices() -> None:
    rng = np.random.default_rng(3)
    truth = np.linspace(2.5, -2.5, 20)
    orders = np.argsort(-(truth + rng.gumbel(size=(80, 20))), axis=1)
    places = np.argsort(orders, axis=1) + 1.0
    ballots = Ballots(items=tuple(str(item) for item in range(20)), ranks=np.minimum(places, 4.0), unranked=places > 3)
    top_k = spearmanr(PlackettLuce().fit(ballots).log_worths_, truth).statistic
    as_if_complete = spearmanr(PlackettLuce(unranked="missing").fit(ballots).log_worths_, truth).statistic
    assert top_k > 0.8
    assert as_if_complete < top_k - 0.3


def test_the_zero_rule_and_the_average_rule_are_one_model() -> None:
    average, zero = PlackettLuce(unranked="average"), PlackettLuce(unranked="zero")
    ballots = failure_causes()
    assert average.fit(ballots).log_worths_ == pytest.approx(zero.fit(ballots).log_worths_, abs=1e-9)


def test_a_tie_that_is_always_chosen_has_no_finite_strength() -> None:
    model = PlackettLuce().fit(from_ranks("111", "111"))
    assert model.log_ties_ == {3: math.inf}
    assert model.log_worths_.tolist() == pytest.approx([0, 0, 0])
    assert np.isnan(model.quasi_se_).all()


def test_needs_that_were_never_compared_with_the_others_have_no_error() -> None:
    model = PlackettLuce().fit(from_ranks("1230", "2130", "3210"))
    assert np.isnan(model.quasi_se_).tolist() == [False, False, False, True]
    assert np.isnan(model.std_errors_).tolist() == [False, False, False, True]
    assert np.isfinite(model.log_worths_).all()


def test_a_unanimous_room_still_gets_finite_worths() -> None:
    ranks = np.tile(np.arange(1.0, 31.0), (20, 1))
    model = PlackettLuce().fit(Ballots(items=tuple(str(item) for item in range(30)), ranks=ranks))
    assert (np.diff(model.log_worths_) < 0).all()


def test_what_cannot_be_fitted_is_refused() -> None:
    with pytest.raises(BallotsRefused, match="no ballots"):
        PlackettLuce().fit(Ballots(items=("A",), ranks=np.zeros((0, 1))))
    with pytest.raises(BallotsRefused, match="0 or more"):
        PlackettLuce(npseudo=-1).fit(from_ranks("12"))
    with pytest.raises(BallotsRefused, match="Use a prior"):
        PlackettLuce(npseudo=0).fit(from_ranks("123", "123"))
    many = Ballots(items=tuple(str(item) for item in range(401)), ranks=np.ones((1, 401)))
    with pytest.raises(BallotsRefused, match="at most 400"):
        PlackettLuce().fit(many)


@given(st.lists(st.floats(0.01, 10), min_size=3, max_size=7))
@settings(deadline=None)
def test_quasi_variances_are_exact_where_they_can_be(true: list[float]) -> None:
    q = np.array(true)
    assert quasi_variances(q[:, None] + q[None, :]) == pytest.approx(q, rel=1e-3)


def test_two_needs_share_the_variance_of_their_difference() -> None:
    assert quasi_variances(np.array([[0.0, 3.0], [3.0, 0.0]])).tolist() == pytest.approx([1.5, 1.5])
    assert quasi_variances(np.zeros((1, 1))).tolist() == [0]
