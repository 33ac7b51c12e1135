"""The shortlist saves work and loses nothing: verdicts are those of the full comparison, whatever else is judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from matching import Course, Need, Snapshot, decide
from matching.features import Measured, measure, measure_pairs, quick_similarities
from matching.judge import Logistic
from matching.pairs import chosen_pairs
from matching.prepare import prepare_courses, prepare_needs
from matching.shortlist import Shortlist, shipped_shortlist

NEEDS = (
    Need("WE-1", "Weld steel with MIG", level="working", elements=("Set up a MIG welder", "Weld fillet joints")),
    Need("HC-1", "Draw blood", level="basic", elements=("Perform a venipuncture", "Label and handle blood specimens")),
    Need("EL-1", "Wire motor controls", level="working", elements=("Wire a motor starter", "Read ladder diagrams")),
    Need("FD-1", "Cook in volume", level="basic", elements=("Keep food at safe temperatures", "Scale a recipe")),
)
TEXTS = {
    "WLD": ("MIG Welding", "Students set up a GMAW machine and weld fillet joints in several positions."),
    "PHL": ("Phlebotomy", "Covers venipuncture, capillary puncture and the labelling and handling of specimens."),
    "ELT": ("Motor Controls", "Wire across-the-line motor starters and read ladder diagrams of control circuits."),
    "CUL": ("Quantity Cooking", "Prepare food for groups, scale recipes and hold food at safe temperatures."),
    "POE": ("Poetry", "Students read sonnets aloud and write short rhymes about the seasons every week."),
}
COURSES = tuple(
    Course(f"{code} {number}", title, description=text)
    for code, (title, text) in TEXTS.items()
    for number in (101, 102, 103)
)


def related(pairs: object) -> list[object]:
    """Return the pairs that are more than unrelated."""
    assert isinstance(pairs, tuple)
    return [pair for pair in pairs if pair.verdict != "unrelated"]


def test_the_verdicts_are_those_of_the_full_comparison() -> None:
    snapshot = Snapshot(NEEDS, COURSES)
    in_full = decide(snapshot, all_pairs=True)
    assert list(decide(snapshot).pairs) == related(in_full.pairs)
    assert len(related(in_full.pairs)) >= 4 * 3, "every course but the poetry serves the need of its own trade"


def test_most_pairs_are_never_compared_in_full() -> None:
    needs = prepare_needs(NEEDS)
    courses = prepare_courses(COURSES, columns=needs.columns)
    listed = shipped_shortlist().lists(quick_similarities(needs, courses))
    assert not listed[-3:].any(), "poetry serves none of the needs"
    assert listed.mean() < 0.5
    assert all(listed[3 * i + k, i] for i in range(4) for k in range(3))


def test_neither_other_courses_nor_other_needs_change_a_pair() -> None:
    whole = {(p.need, p.course): p for p in decide(Snapshot(NEEDS, COURSES)).pairs}
    for course in COURSES[::3]:
        for need in NEEDS:
            alone = decide(Snapshot((need,), (course,))).pairs
            assert whole.get((need.code, course.code)) == (alone[0] if alone else None)


def test_a_course_on_no_list_is_unrelated_to_everything() -> None:
    decision = decide(Snapshot(NEEDS, COURSES[-3:]))
    assert decision.pairs == ()
    assert {course.verdict for course in decision.courses} == {"unrelated"}


def test_a_course_that_cannot_be_judged_is_unknown_to_every_need() -> None:
    bare = Course("X 1", "Special Topics")
    decision = decide(Snapshot(NEEDS, (*COURSES, bare)))
    unknown = [pair for pair in decision.pairs if pair.course == "X 1"]
    assert [pair.need for pair in unknown] == sorted(need.code for need in NEEDS)
    assert {pair.verdict for pair in unknown} == {"unknown"}
    assert all("text_too_thin" in pair.reasons for pair in unknown)


def some_pairs_and_all() -> tuple[Measured, Measured, NDArray[np.bool_]]:
    """Measure two pairs of every third course alone, and all pairs together; the needs differ in length."""
    needs = prepare_needs((*NEEDS, Need("T-1", "Title only"), Need("L-1", "Weld", elements=tuple("abcdefghij"))))
    courses = prepare_courses(COURSES, columns=needs.columns)
    is_chosen = np.zeros((len(COURSES), len(needs.needs)), dtype=bool)
    for i in range(0, len(COURSES), 3):
        is_chosen[i, [i % 5, 5]] = True
    pairs = chosen_pairs(is_chosen, needs=needs, courses=courses)
    some = measure_pairs(needs, courses, pairs=pairs, quick=quick_similarities(needs, courses))
    return some, measure(needs, courses), is_chosen


def test_some_pairs_are_measured_as_among_all() -> None:
    some, everything, is_chosen = some_pairs_and_all()
    for name, values in everything.pair.items():
        assert np.array_equal(some.pair[name], values[is_chosen]), name
    of_elements = np.repeat(is_chosen, [2, 2, 2, 2, 1, 10], axis=1)
    for name, values in everything.element.items():
        assert np.array_equal(some.element[name], values[of_elements]), name


def test_a_statement_score_stands_in_the_cell_of_its_element_and_statement() -> None:
    needs = prepare_needs(NEEDS[:2])
    text = "Set up a MIG welder. Weld fillet joints. Clean the shop."
    courses = prepare_courses((Course("W 1", "Shop", description=text),), columns=needs.columns)
    scores = measure(needs, courses).statement_scores.reshape(4, 4)
    assert [s.text for s in courses.statements] == ["Shop", "Set up a MIG welder.", "Weld fillet joints.",
                                                    "Clean the shop."]  # fmt: skip
    assert scores[:2].argmax(axis=1).tolist() == [1, 2]
    assert scores[:2].max(axis=1).min() > 0.9, (
        "all terms stand there, and the meaning is the same but for the full stop"
    )


def test_it_is_written_for_people_and_read_back_the_same() -> None:
    shortlist = Shortlist(Logistic(-1.5, {"whole_share": 2.0}), threshold=0.25)
    assert Shortlist.from_json(shortlist.to_json()) == shortlist
    assert '"threshold": 0.25' in shortlist.to_json()


@pytest.mark.parametrize("least_score", [0.0, 0.002])
def test_near_misses_are_scored_in_full_when_they_are_asked_for(least_score: float) -> None:
    snapshot = Snapshot(NEEDS, COURSES)
    asked = decide(snapshot, least_score=least_score)
    by_score = [p for p in decide(snapshot, all_pairs=True).pairs if p.verdict != "unrelated" or p.score >= least_score]
    assert list(asked.pairs) == by_score


def test_a_need_without_elements_is_compared_by_its_title() -> None:
    bare = replace(NEEDS[0], elements=())
    assert [p.need for p in decide(Snapshot((bare,), COURSES[:1])).pairs] == ["WE-1"]
