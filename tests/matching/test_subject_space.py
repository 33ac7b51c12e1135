"""Texts are compared by the subjects of work and study that they are nearest to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from matching.encoder import VECTOR_LENGTH, FloatMatrix, cosines, shipped_table
from matching.subject_space import subject_agreement, subject_roots
from matching.subjects import shipped_subjects, widened_elements, widened_needs


def test_every_subject_and_task_has_a_vector_of_full_length() -> None:
    known = shipped_subjects()

    assert len(known.tasks) == 4 * len(known.subjects)
    for vectors in (known.subjects, known.tasks):
        assert np.array_equal(vectors, np.rint(vectors))
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(VECTOR_LENGTH - 16, abs=10)


def test_a_texts_shares_add_up_to_one_and_it_agrees_with_itself() -> None:
    roots = subject_roots(shipped_table().encode(["Wire a motor starter", "Draw blood from a vein"]))

    assert np.array_equal(roots, np.rint(roots))
    # Roots are rounded to thousandths: 1,000 groups × .0005 × root keeps the sum near.
    assert np.diag(subject_agreement(roots, roots)) == pytest.approx([1.0, 1.0], abs=0.03)


@pytest.mark.parametrize(
    ("wanted", "near", "far"),
    [
        ("Perform venipuncture", "Draw blood and label tubes", "Draw a landscape in charcoal"),
        ("Configure variable frequency drives", "Set the parameters of a VFD", "Drive a truck with a trailer"),
        ("Write ladder logic", "Program PLC timers and counters", "Set up a ladder on a roof safely"),
    ],
)
def test_the_same_trade_in_other_words_agrees_more_than_the_same_word_in_another_trade(
    wanted: str, near: str, far: str
) -> None:
    one, *others = np.split(subject_roots(shipped_table().encode([wanted, near, far])), 3)
    agreement = [float(subject_agreement(one, other)[0, 0]) for other in others]

    assert agreement[0] > agreement[1]


def test_a_text_is_described_the_same_whatever_stands_beside_it() -> None:
    texts = [f"Maintain pump number {i} and align its shaft" for i in range(37)]
    together = subject_roots(shipped_table().encode(texts))
    alone = [subject_roots(shipped_table().encode([text]))[0] for text in texts]

    assert np.array_equal(together, np.stack(alone))


@pytest.mark.parametrize(
    ("wanted", "near", "far"),
    [
        ("Run sound beads with covered rods", "SMAW practice with E7018 electrodes", "Beadwork on cloth"),
        ("Serve guests at the table", "Dining room procedures, courses and clearing", "Table saws and joints"),
    ],
)
def test_a_widened_element_stands_nearer_to_what_catalogs_say_of_its_task(wanted: str, near: str, far: str) -> None:
    element, stated, other = np.split(shipped_table().encode([wanted, near, far]), 3)
    wide = widened_elements(element)

    assert cosines(wide, stated)[0, 0] > cosines(element, stated)[0, 0]
    assert cosines(wide, stated)[0, 0] > cosines(wide, other)[0, 0]


@pytest.mark.parametrize("widened", [widened_elements, widened_needs])
def test_a_text_is_widened_the_same_whatever_stands_beside_it(widened: Callable[[FloatMatrix], FloatMatrix]) -> None:
    vectors = shipped_table().encode([f"Maintain pump number {i} and align its shaft" for i in range(300)])
    together, alone = widened(vectors), [widened(vectors[i : i + 1])[0] for i in range(0, 300, 20)]

    assert np.array_equal(together[::20], np.stack(alone))
    assert np.array_equal(together, np.rint(together))


def test_a_text_without_any_known_word_stays_without_meaning() -> None:
    nothing = shipped_table().encode([""])

    assert not widened_elements(nothing).any()
