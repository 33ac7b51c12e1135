"""Splitting and cleaning of course texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import Course
from matching.text import clauses, clean, course_statements, depth_share, is_note, split_statements, title_level

PUMPS = (
    "Students service pumps and valves. Covers packing, seals and couplings; trace leaks. "
    "Lab fee: $28.60. May be repeated one time for credit. Prerequisite: MEC 101."
)


def test_a_description_becomes_its_sentences_without_fees_repeats_and_prerequisites() -> None:
    assert [s.text for s in split_statements(PUMPS, field="description")] == [
        "Students service pumps and valves.",
        "Covers packing, seals and couplings",
        "trace leaks.",
    ]


@pytest.mark.parametrize(
    "note",
    [
        "Assesses Core Learning Outcomes 1, 2.",
        "Meets the general education requirement.",
        "Fees: $12",
        "Prerequisites: a grade of C in WLD 101",
        "Transferable: CSU",
        "No description available.",
        "3 hours lecture, 2 hours lab",
        "Upon completion of this course, students will be able to:",
        "12345",
    ],
)
def test_administrative_notes_are_set_apart(note: str) -> None:
    assert is_note(note)


@pytest.mark.parametrize(
    "content",
    [
        "Assess a patient and the scene",
        "Labour law and fees of an estate agent",
        "Offset printing",
        "Read a fee schedule",
    ],
)
def test_content_that_only_resembles_a_note_stays(content: str) -> None:
    assert not is_note(content)


def test_abbreviations_do_not_end_a_sentence() -> None:
    text = "Use hand tools, e.g. Torx drivers, in the shop. Keep them clean."
    assert [s.text for s in split_statements(text, field="description")] == [
        "Use hand tools, e.g. Torx drivers, in the shop.",
        "Keep them clean.",
    ]


def test_statements_carry_field_item_and_offset() -> None:
    course = Course(
        code="A", title=" Pumps ", description="Fit pumps.", outcomes=("", "1. Align a shaft."), topics=("Seals",)
    )
    places = [(s.field, s.item, s.offset, s.text) for s in course_statements(course)]
    assert places == [
        ("title", None, 1, "Pumps"),
        ("description", None, 0, "Fit pumps."),
        ("outcomes", 1, len("1. "), "Align a shaft."),
        ("topics", 0, 0, "Seals"),
    ]


@given(st.text(max_size=400))
def test_every_statement_is_a_slice_of_its_text(text: str) -> None:
    for statement in split_statements(text, field="description"):
        assert text[statement.offset :].startswith(statement.text)
        assert statement.text.strip() == statement.text != ""


def test_ligatures_and_dashes_are_resolved_for_comparing_only() -> None:
    assert clean("ﬁtting – ﬂanges") == "fitting - flanges"


def test_frame_words_leave_only_the_content() -> None:
    assert clean("Students will be able to demonstrate a working knowledge of pump repair") == "pump repair"


def test_clauses_follow_the_whole_statement() -> None:
    assert clauses("Blueprint reading, precision measurement and safety") == [
        "Blueprint reading, precision measurement and safety",
        "Blueprint reading",
        "precision measurement",
        "safety",
    ]


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Introduction to Welding", 0),
        ("Basic Hydraulics", 0),
        ("Hydraulics II", 1),
        ("Advanced PLC Programming", 2),
        ("Introduction to Advanced Composites", 2),
        ("Hydraulics", None),
    ],
)
def test_level_words_of_a_title(title: str, level: int | None) -> None:
    assert title_level(title) == level


def test_depth_is_the_smoothed_share_of_doing_words() -> None:
    assert depth_share("Install and repair pumps. Describe seals.") == (2 + 1) / (2 + 1 + 2)
    assert depth_share("") == 1 / 2
