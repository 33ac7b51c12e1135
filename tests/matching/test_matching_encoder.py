"""The token table and its exact arithmetic."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.encoder import VECTOR_LENGTH, TokenTable, combined, cosines, shipped_table

TINY = TokenTable(
    pieces={"weld": 0, "##ing": 1, "pump": 2},
    rows=np.array([[3, 4], [0, 5], [-4, 3]], dtype=np.int8),
    weights=np.array([10, 10, 1], dtype=np.int32),
)
LENGTH = VECTOR_LENGTH - 16


def test_word_pieces_are_the_longest_known_ones() -> None:
    assert TINY.piece_numbers("Welding pump") == [0, 1, 2]
    assert TINY.piece_numbers("pumps") == []


def test_a_vector_is_the_scaled_sum_of_its_pieces() -> None:
    # 10·(3, 4) + 10·(0, 5) = (30, 90); its length is 30·√10.
    assert TINY.encode(["welding"]).tolist() == [
        [np.rint(LENGTH / np.sqrt(10)), np.rint(3 * LENGTH / np.sqrt(10))],
    ]


def test_text_without_known_pieces_has_the_zero_vector() -> None:
    assert TINY.encode(["", "xyz", "weld"])[:2].tolist() == [[0, 0], [0, 0]]


def test_cosines_of_vectors_at_right_angles_and_of_equal_ones() -> None:
    vectors = TINY.encode(["weld", "pump"])
    assert np.allclose(cosines(vectors, vectors), [[1, 0], [0, 1]], atol=1e-3)


def test_combined_vectors_point_to_the_mean_direction() -> None:
    both = combined(TINY.encode(["weld", "pump"]), np.array([0]))
    assert np.allclose(both / LENGTH, [[(0.6 - 0.8) / np.sqrt(2), (0.8 + 0.6) / np.sqrt(2)]], atol=1e-3)


def test_related_trade_words_are_nearer_than_unrelated_ones() -> None:
    words = shipped_table().encode(["hydraulic pump repair", "fix hydraulic pumps", "piano lessons"])
    near = cosines(words, words)
    assert near[0, 1] > 0.6 > 0.3 > near[0, 2]


@given(st.lists(st.text(alphabet="weldpumpig ", max_size=30), min_size=1, max_size=8), st.randoms())
def test_a_vector_does_not_depend_on_its_neighbours(texts: list[str], random: object) -> None:
    together = TINY.encode(texts)
    assert all(np.array_equal(together[i], TINY.encode([text])[0]) for i, text in enumerate(texts))


def test_no_vector_is_longer_than_the_exact_range_allows() -> None:
    vectors = shipped_table().encode(["weld " * 4000, "read a micrometer", "safety"]).astype(np.int64)
    assert ((vectors * vectors).sum(axis=1) < 2**24).all()
