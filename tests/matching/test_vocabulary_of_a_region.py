"""A region's own lines of vocabulary: added to the shipped ones, carried by the snapshot, and nothing else moved."""

from __future__ import annotations

import pytest

from matching import Course, Need, Snapshot, decide
from matching.adaptation import Adaptation, vocabulary_lines
from matching.terms import Vocabulary, VocabularyFault, term_shares, vocabulary_with

LINES = ("zorbing = zb, orb rolling > orb inflation", "multimeter = voltstick")
NEED = Need("ZO-1", "Zorbing", level="working", elements=("Zorbing on a slope", "Repair a zorbing harness"))
COURSE = Course(
    "ZO 101",
    "Orb Rolling",
    description="Students practise orb rolling on a slope and check the track for stones before each ride.",
    outcomes=("Roll down a slope in an orb", "Repair an orb rolling harness"),
)


def test_a_new_line_makes_a_concept_of_its_names_and_its_narrower_things() -> None:
    assert term_shares("Zb for two", LINES)["@zorbing"] == 1.0
    assert term_shares("Orb inflation", LINES)["@zorbing"] == 0.6
    assert "@zorbing" not in term_shares("Zb for two")


def test_a_name_that_ships_already_takes_the_new_wordings_on() -> None:
    assert "@multimeter" in term_shares("Read a voltstick", LINES)
    assert "@multimeter" in term_shares("Read a DMM", LINES)
    assert "@multimeter" not in term_shares("Read a voltstick")


def test_without_lines_the_shipped_vocabulary_is_used_as_it_is() -> None:
    assert vocabulary_with(()) is vocabulary_with(())
    assert term_shares("Read a DMM") == term_shares("Read a DMM", ())


def test_a_line_of_another_form_is_named_with_its_file_and_number() -> None:
    with pytest.raises(VocabularyFault, match=r"^words\.txt, line 3: write “name = other names > narrower things”\.$"):
        Vocabulary.from_lines(["# ours", "zorbing = zb", "only a name"], source="words.txt")


def test_comments_and_empty_lines_do_not_travel() -> None:
    assert vocabulary_lines(["# ours", "", " zorbing = zb ", "[leisure]"]) == ("zorbing = zb", "[leisure]")


def test_the_lines_of_a_snapshot_change_what_its_courses_are_worth() -> None:
    own = Snapshot((NEED,), (COURSE,), Adaptation(vocabulary=LINES).parameters)
    with_lines = decide(own, all_pairs=True).pairs[0]
    without = decide(Snapshot((NEED,), (COURSE,)), all_pairs=True).pairs[0]
    assert with_lines.score > without.score
    again = decide(Snapshot.from_json(own.to_json()), all_pairs=True)
    assert again.pairs[0] == with_lines, "the snapshot alone repeats the verdict"
    assert again.digest == own.digest


def test_lines_that_no_text_uses_change_no_verdict() -> None:
    unused = Adaptation(vocabulary=("quidditch = broom ball",)).parameters
    assert decide(Snapshot((NEED,), (COURSE,), unused)).pairs == decide(Snapshot((NEED,), (COURSE,))).pairs


def test_lines_reach_every_worker() -> None:
    courses = tuple(Course(f"ZO {i:03}", "Orb Rolling", description=COURSE.description) for i in range(210))
    snapshot = Snapshot((NEED,), courses, Adaptation(vocabulary=LINES).parameters)
    assert decide(snapshot, n_jobs=2) == decide(snapshot)


def test_an_adaptation_reads_what_it_wrote() -> None:
    adaptation = Adaptation(vocabulary=LINES)
    assert Adaptation.from_parameters(adaptation.parameters) == adaptation
    assert Adaptation().parameters == {}
    assert len(adaptation.parameters["vocabulary"]["digest"]) == 64
