"""Learning from reviewers' decisions: near the current version, fair in comparing, and never in place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching import Course, Need, Snapshot, decide
from matching.adaptation import Adaptation
from matching.judge import Logistic, Model, shipped_model
from matching.learning import DecidedPair, TooFewDecisions, drawn_logistic, learn
from matching.trained import UnfitModel, read_model
from matching.version import ENGINE_VERSION

SUBJECTS = {
    "Weld steel with MIG": ("Set up a MIG welder", "Weld fillet joints", "Check welds for flaws"),
    "Program PLCs": ("Write ladder logic with timers", "Wire inputs and outputs of a PLC", "Find faults online"),
    "Maintain hydraulic systems": ("Read hydraulic schematics", "Replace pumps and valves", "Find leaks"),
    "Read blueprints": ("Read dimensions and tolerances", "Interpret GD&T symbols", "Sketch a part"),
    "Bake bread": ("Mix and knead dough", "Proof and shape loaves", "Bake in a deck oven"),
    "Draw blood": ("Identify the patient", "Puncture a vein", "Label the tubes"),
}
NEEDS = tuple(
    Need(f"N{i}", title, level="working", elements=elements) for i, (title, elements) in enumerate(SUBJECTS.items())
)


def courses_on(need: Need) -> tuple[Course, ...]:
    """Return a course that teaches everything, one that teaches one element, and one that teaches none."""
    first, second, third = need.elements
    return (
        Course(f"{need.code}-A", need.title, description=f"{first}. {second}. {third}.", outcomes=need.elements),
        Course(
            f"{need.code}-B", f"{need.title} for all", description=f"{first}, and tidy the room after every lesson."
        ),
        Course(
            f"{need.code}-C", "Poetry", description="Students read sonnets aloud and write short rhymes every week."
        ),
    )


COURSES = tuple(course for need in NEEDS for course in courses_on(need))


def decided(*verdicts: str) -> list[DecidedPair]:
    """Return decisions with these verdicts on the three courses of each need."""
    return [
        DecidedPair(need=i, course=3 * i + k, verdict=verdict)
        for i in range(len(NEEDS))
        for k, verdict in enumerate(verdicts)
    ]


def test_decisions_that_contradict_the_current_version_alike_make_a_better_one() -> None:
    """Reviewers call matching what teaches one element of three, on every need."""
    current = shipped_model()
    fitted, found = learn(NEEDS, COURSES, decided("match", "match", "unrelated"), current=current, ridge=1.0)
    assert found.is_better
    assert found.new_loss < found.loss
    assert (found.n_decisions, found.n_needs, found.n_left_out) == (18, 6, 0)
    assert found.gain == pytest.approx(found.loss - found.new_loss)
    assert found.gain_low <= found.gain <= found.gain_high
    assert fitted != current
    assert (fitted.stated, fitted.element, fitted.least_revise_grade) == (
        current.stated,
        current.element,
        current.least_revise_grade,
    )


def test_decisions_without_a_pattern_make_no_better_one() -> None:
    words = ("match", "revise", "unrelated")
    rng = np.random.default_rng(3)
    noise = [DecidedPair(i, 3 * i + k, words[rng.integers(3)]) for i in range(len(NEEDS)) for k in range(3)]
    assert not learn(NEEDS, COURSES, noise, current=shipped_model())[1].is_better


def test_learning_twice_gives_the_same_model_whatever_the_order() -> None:
    decisions = decided("match", "match", "unrelated")
    first, compared = learn(NEEDS, COURSES, decisions, current=shipped_model())
    again, compared_again = learn(NEEDS, COURSES, decisions[::-1], current=shipped_model())
    assert (first, compared) == (again, compared_again)


def test_a_strong_pull_leaves_the_model_as_it_is() -> None:
    fitted, found = learn(NEEDS, COURSES, decided("match", "match", "unrelated"), current=shipped_model(), ridge=1e6)
    for name, value in shipped_model().match.coefficients.items():
        assert fitted.match.coefficients[name] == pytest.approx(value, abs=0.01)
    assert found.gain == pytest.approx(0.0, abs=0.01)


def test_courses_that_cannot_be_judged_are_left_out() -> None:
    courses = (*COURSES, Course("THIN", "Topics", description="Topics."))
    decisions = [*decided("match", "revise", "unrelated"), DecidedPair(0, len(COURSES), "match")]
    found = learn(NEEDS, courses, decisions, current=shipped_model())[1]
    assert (found.n_decisions, found.n_left_out) == (18, 1)


def test_decisions_on_fewer_than_five_needs_are_too_few() -> None:
    few = [d for d in decided("match", "revise", "unrelated") if d.need < 4]
    with pytest.raises(TooFewDecisions, match="at least 5 are needed"):
        learn(NEEDS, COURSES, few, current=shipped_model())


def test_the_drawn_regression_solves_its_equation() -> None:
    """One feature, three rows of 1 answered yes, towards zero: the slopes satisfy 3 / (1 + e^(2x)) = ridge × x.

    Intercept and coefficient meet the same row of ones, so both change by x, and each answer has the margin 2x.
    """
    found = drawn_logistic(
        np.ones((3, 1)), np.ones(3, dtype=bool), scale=np.ones(1), towards=Logistic(0.0, {"f": 0.0}), ridge=1.0
    )
    x = found.intercept
    assert found.coefficients["f"] == pytest.approx(x, abs=1e-4)
    assert 3 / (1 + np.exp(2 * x)) == pytest.approx(x, abs=1e-3)


def test_without_rows_the_regression_comes_back() -> None:
    towards = Logistic(0.5, {"f": 2.0})
    empty = drawn_logistic(np.zeros((0, 1)), np.zeros(0, dtype=bool), scale=np.ones(1), towards=towards, ridge=1.0)
    assert empty == towards


def trained() -> Model:
    """Return a version that calls fewer pairs related."""
    current = shipped_model()
    return replace(current, related=replace(current.related, intercept=current.related.intercept - 1.0))


def test_a_snapshot_with_its_own_model_is_judged_by_it_and_says_so() -> None:
    text = trained().to_json()
    own = decide(Snapshot(NEEDS, COURSES, Adaptation(model=text).parameters), all_pairs=True)
    shipped = decide(Snapshot(NEEDS, COURSES), all_pairs=True)
    digest = Adaptation(model=text).parameters["model"]["digest"]
    assert own.engine_version == f"{ENGINE_VERSION}+{digest[:8]}"
    assert shipped.engine_version == ENGINE_VERSION
    scores = {(p.need, p.course): p.score for p in shipped.pairs}
    assert all(p.score <= scores[p.need, p.course] for p in own.pairs)
    assert any(p.score < scores[p.need, p.course] for p in own.pairs)


def test_a_model_with_the_shipped_coefficients_decides_alike() -> None:
    own = decide(Snapshot(NEEDS, COURSES, Adaptation(model=shipped_model().to_json()).parameters))
    assert own.pairs == decide(Snapshot(NEEDS, COURSES)).pairs


def test_a_model_that_this_version_cannot_use_is_refused() -> None:
    other = replace(trained(), match=Logistic(0.0, {"shoe_size": 1.0}))
    for text, words in (
        ("{", "not JSON"),
        ("[]", "no model of the matcher"),
        ('{"version": "1"}', "no model of the matcher"),
        (other.to_json(), "“match” reads other features"),
        (replace(trained(), related=replace(trained().related, intercept=float("nan"))).to_json(), "no number"),
    ):
        with pytest.raises(UnfitModel, match=words):
            read_model(text)
