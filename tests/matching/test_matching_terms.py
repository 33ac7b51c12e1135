"""Stems, the trades vocabulary, and the weights of terms."""

from __future__ import annotations

import math

import pytest

from matching.background import CONCEPT_SHARE, term_weight
from matching.stems import american, singular, stem
from matching.terms import NARROWER_SHARE, Vocabulary, VocabularyFault, shipped_vocabulary, term_shares


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("welding", "welds"),
        ("calibrate", "calibration"),
        ("organise", "organization"),
        ("analyse", "analyze"),
        ("centre", "center"),
        ("modelling", "modeling"),
        ("installed", "installing"),
        ("hydraulic", "hydraulics"),
        ("PLC".lower(), "plcs"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


# Expected stems: the examples of Porter (1980), steps 1a to 5b, except where American spelling comes first.
@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("caresses", "caress"),
        ("ponies", "poni"),
        ("plastered", "plaster"),
        ("motoring", "motor"),
        ("hopping", "hop"),
        ("filing", "file"),
        ("relational", "relat"),
        ("hopefulness", "hope"),
        ("triplicate", "triplic"),
        ("adjustment", "adjust"),
        ("adoption", "adopt"),
        ("controll", "control"),
    ],
)
def test_porters_own_examples(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_spelling_and_plural() -> None:
    assert american("exercise") == "exercise"
    assert american("colour") == "color"
    assert [singular(w) for w in ("switches", "batteries", "gases", "bus", "statistics")] == [
        "switch",
        "battery",
        "gase",
        "bus",
        "statistics",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GMAW", "MIG welding"),
        ("SMAW", "stick welding"),
        ("LOTO", "lockout/tagout"),
        ("lock out tag out", "lockout/tagout"),
        ("PLCs", "programmable logic controller"),
        ("GD&T", "geometric dimensioning and tolerancing"),
        ("VFD", "variable frequency drive"),
        ("CMM", "coordinate measuring machine"),
        ("SPC", "statistical process control"),
        ("venipuncture", "draw blood"),
        ("CDL", "commercial driver"),
    ],
)
def test_acronyms_and_trade_words_name_the_same_concept(one: str, other: str) -> None:
    concepts = shipped_vocabulary().concepts
    assert {c for c, share in concepts(one).items() if share == 1} & {
        c for c, share in concepts(other).items() if share == 1
    }


def test_a_medical_course_is_not_about_medication_because_of_a_stem() -> None:
    assert "@medication" not in term_shares("Medical office procedures")
    assert "@medication" in term_shares("Give medications")


def test_a_narrower_thing_counts_in_part_for_its_concept() -> None:
    vocabulary = Vocabulary.from_lines(["[metal]", "# a comment", "saw = cutting saw > blade, saw guide"])
    assert vocabulary.concepts("change the blade") == {"saw": NARROWER_SHARE}
    assert vocabulary.concepts("a saw guide on cutting saws") == {"saw": 1.0}


def test_a_line_without_another_name_is_refused_with_its_number() -> None:
    with pytest.raises(VocabularyFault, match="line 2"):
        Vocabulary.from_lines(["saw = cutting saw", "just words"])


def test_content_stems_count_fully_and_stop_words_not_at_all() -> None:
    shares = term_shares("the course covers torque of a bolt")
    assert {t: s for t, s in shares.items() if not t.startswith("@")} == {"torqu": 1.0, "bolt": 1.0}


def test_the_weight_of_a_term_is_its_rarity_in_the_background() -> None:
    unseen = round(100 * math.log(20630 / 1))
    assert term_weight("neverseenword") == unseen
    assert term_weight("@neverseenconcept") == round(100 * math.log(20630) * CONCEPT_SHARE)
    assert term_weight("equip") < term_weight("lath")
