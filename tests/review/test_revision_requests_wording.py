"""Outcomes are worded from what employers asked for, doubts name the word, and differences are marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.revision_differences import compared, found_in, outcome_rows
from review.revision_forms import rearranged
from review.revision_wording import (
    MEASURABLE_VERBS,
    VAGUE_VERBS,
    doubts,
    n_words,
    outcome_doubt,
    proposed_outcome,
    verb_level,
)
from survey.library import starter_library


@pytest.mark.parametrize(
    ("element", "level", "outcome"),
    [
        ("Write ladder logic with timers", "working", "Write ladder logic with timers"),
        ("write ladder logic.", "working", "Write ladder logic"),
        ("Knowledge of PLC hardware", "basic", "Explain PLC hardware"),
        ("Ability to wire a starter", "working", "Wire a starter"),
        ("Understands lockout", "basic", "Explain lockout"),
        ("Understand how to read prints", "basic", "Read prints"),
        ("Familiarity with safety rules", "basic", "Describe safety rules"),
        ("Oil sampling", "basic", "Describe oil sampling"),
        ("Oil sampling", "working", "Demonstrate oil sampling"),
        ("PLC wiring", "advanced", "Analyze PLC wiring"),
    ],
)
def test_an_outcome_starts_with_a_measurable_verb_and_keeps_the_words_of_the_need(
    element: str, level: str, outcome: str
) -> None:
    assert proposed_outcome(element, level=level) == outcome
    assert verb_level(outcome) is not None


def test_every_element_of_the_starter_library_is_an_outcome_as_it_stands() -> None:
    for need in starter_library():
        for element in need.elements:
            assert proposed_outcome(element, level=need.level) == element.rstrip(".")


def test_a_verb_has_one_level_and_is_not_vague() -> None:
    verbs = [verb for found in MEASURABLE_VERBS.values() for verb in found]
    assert len(verbs) == len(set(verbs))
    assert not set(verbs) & set(VAGUE_VERBS)
    assert set(VAGUE_VERBS.values()) <= set(verbs)
    assert set(MEASURABLE_VERBS) == {"basic", "working", "advanced"}


def test_a_doubt_names_the_word_and_a_better_one() -> None:
    assert outcome_doubt("Understand hydraulics") == "“Understand” cannot be watched or graded. Try “Explain”."
    assert outcome_doubt("The student wires") == (
        "“The” is not on the list of measurable verbs. Start with what a student does."
    )
    assert outcome_doubt("Wire a starter") == ""


def test_course_guides_take_75_words_and_20_outcomes() -> None:
    fitting = " ".join(["word"] * 75)
    twenty = ["Measure parts"] * 20
    assert doubts(description=fitting, outcomes=twenty) == []
    found = doubts(description=f"{fitting} more", outcomes=[*twenty, "Measure parts"])
    assert [doubt.words for doubt in found] == [
        "The description has 76 words; course guides take at most 75.",
        "There are 21 outcomes; course guides take at most 20.",
    ]
    assert n_words("  a  b\nc ") == 3


def test_outcomes_are_paired_by_their_words_in_whatever_order() -> None:
    old = ("Read hydraulic schematics", "State the law of Pascal", "Replace a seal")
    new = ("Replace a worn seal", "Find leaks", "Read hydraulic schematics")
    rows = outcome_rows(old, new)
    assert [(row.old, row.new, row.change) for row in rows] == [
        ("Replace a seal", "Replace a worn seal", "changed"),
        ("", "Find leaks", "new"),
        ("Read hydraulic schematics", "Read hydraulic schematics", "same"),
        ("State the law of Pascal", "", "removed"),
    ]
    assert [(piece.kind, piece.text) for piece in rows[0].new_pieces] == [
        ("same", "Replace a"),
        ("new", "worn"),
        ("same", "seal"),
    ]


@given(st.lists(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcdef")))
def test_the_marked_pieces_add_up_to_both_texts(old: list[str], new: list[str]) -> None:
    row = compared("Description", " ".join(old), " ".join(new))
    assert " ".join(piece.text for piece in row.old_pieces) == row.old
    assert " ".join(piece.text for piece in row.new_pieces) == row.new


@given(
    st.lists(st.text(alphabet="abc ", min_size=1), max_size=6),
    st.lists(st.text(alphabet="abc ", min_size=1), max_size=6),
)
def test_every_outcome_stands_once_in_the_table(old: list[str], new: list[str]) -> None:
    rows = outcome_rows(old, new)
    assert [row.new for row in rows][: len(new)] == new
    assert sorted(row.old for row in rows if row.old) == sorted(old)


def test_a_printed_sentence_is_found_whatever_its_case_and_stops() -> None:
    assert found_in("Outcome", "Find leaks", ["FIND LEAKS!"]).state == "found"
    # 4 of 4 and 4 of 5 words in common: 2 × 4 / (4 + 5) = 0.89, at least 0.75.
    assert found_in("Outcome", "Find leaks and losses", ["Find leaks and pressure losses"]).state == "reworded"
    # 1 of 2 and 1 of 3 words in common: 2 × 1 / (2 + 3) = 0.4, less than 0.75.
    missing = found_in("Outcome", "Find leaks", ["Find the schematics", "Cook"])
    assert (missing.state, missing.printed) == ("missing", "Find the schematics")
    assert found_in("Outcome", "Find leaks", []).printed == ""


@pytest.mark.parametrize(
    ("act", "outcomes"),
    [
        ("add", ["a", "b", "c", ""]),
        ("up:1", ["b", "a", "c"]),
        ("up:0", ["a", "b", "c"]),
        ("down:1", ["a", "c", "b"]),
        ("down:2", ["a", "b", "c"]),
        ("remove:0", ["b", "c"]),
        ("use:Find leaks", ["a", "b", "c", "Find leaks"]),
        ("remove:9", ["a", "b", "c"]),
        ("look", ["a", "b", "c"]),
        ("up:²", ["a", "b", "c"]),
    ],
)
def test_a_button_rearranges_the_outcomes(act: str, outcomes: list[str]) -> None:
    assert rearranged(["a", "b", "c"], act) == outcomes
