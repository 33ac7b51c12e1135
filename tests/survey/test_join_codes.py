"""Join codes survive being read off a wall and typed on a phone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.join_codes import ALPHABET, CODE_LENGTH, fold_code, is_code, is_one_sign_away, make_code

codes = st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


def test_no_code_holds_two_signs_that_look_alike() -> None:
    for group in ("0OQ", "1IL", "2Z", "5S", "6G", "8B", "VU"):
        assert len(set(group) & set(ALPHABET)) == 1


def test_made_codes_are_codes_and_differ() -> None:
    made = {make_code() for _ in range(200)}
    assert len(made) == 200
    assert all(is_code(code) for code in made)


@given(codes)
def test_a_code_folds_to_itself(code: str) -> None:
    assert fold_code(code) == code
    assert fold_code(f" {code[:3].lower()}-{code[3:]} ") == code


@pytest.mark.parametrize(("typed", "meant"), [("o1l2z5", "011225"), ("QIS-GBU", "01568V"), ("x7 k2 pm", "X7K2PM")])
def test_look_alikes_case_and_gaps_are_folded(typed: str, meant: str) -> None:
    assert fold_code(typed) == meant


def test_one_sign_away_means_exactly_one() -> None:
    assert is_one_sign_away("X7K2PM", "X7K2PN")
    assert not is_one_sign_away("X7K2PM", "X7K2PM")
    assert not is_one_sign_away("X7K2PM", "X7K3PN")
    assert not is_one_sign_away("X7K2PM", "X7K2P")
