"""Texts are compared by the concepts of the vocabulary that they are nearest to."""

from __future__ import annotations

import numpy as np
import pytest

from matching.concept_space import VERY_NEAR, concept_agreement, concept_roots, concept_vectors, landmarks
from matching.encoder import cosines, shipped_table
from matching.terms import VOCABULARY_FILE


def test_every_concept_of_the_vocabulary_has_one_vector() -> None:
    lines = VOCABULARY_FILE.read_text(encoding="utf-8").splitlines()
    names = {line.partition(">")[0].partition("=")[0].strip() for line in lines if line.strip() and line[0] not in "#["}

    assert len(concept_vectors()) == len(names)


def test_a_concept_very_near_an_earlier_one_is_no_landmark_beside_it() -> None:
    near = cosines(landmarks(), landmarks())
    np.fill_diagonal(near, 0)

    assert near.max() < VERY_NEAR
    assert cosines(concept_vectors(), landmarks()).max(axis=1).min() >= VERY_NEAR


def test_a_texts_shares_add_up_to_one_and_it_agrees_with_itself() -> None:
    roots = concept_roots(shipped_table().encode(["Wire a motor starter", "Draw blood from a vein"]))

    assert np.array_equal(roots, np.rint(roots))
    # Roots are rounded to thousandths: 1,870 landmarks × .0005 × root keeps the sum of squares within a few hundredths.
    assert np.diag(concept_agreement(roots, roots)) == pytest.approx([1.0, 1.0], abs=0.03)


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
    one, *others = np.split(concept_roots(shipped_table().encode([wanted, near, far])), 3)
    agreement = [float(concept_agreement(one, other)[0, 0]) for other in others]

    assert agreement[0] > agreement[1]


def test_a_text_is_described_the_same_whatever_stands_beside_it() -> None:
    texts = [f"Maintain pump number {i} and align its shaft" for i in range(37)]
    together = concept_roots(shipped_table().encode(texts))
    alone = [concept_roots(shipped_table().encode([text]))[0] for text in texts]

    assert np.array_equal(together, np.stack(alone))
