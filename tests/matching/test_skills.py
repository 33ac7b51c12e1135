"""Ranking a list of skills for a sentence, with a small list of our own."""

from __future__ import annotations

import json

import numpy as np
import pytest

from matching.skill_reading import (
    WordingFault,
    Wordings,
    content_stems,
    read_sentence,
    shipped_wordings,
    without_qualifier,
)
from matching.skills import N_CANDIDATES, Skill, SkillIndex, SkillModel, shipped_skill_model

SKILLS = (
    Skill(
        "weld metal plates", ("join plates by welding", "MIG welding"), "Join plates with an arc.", "skill/competence"
    ),
    Skill(
        "bake bread", ("make loaves",), "Knead dough, let it rise and bake it.", "skill/competence", "sector-specific"
    ),
    Skill("Basil (programming language)", ("Basil",), "A made-up language for robots.", "knowledge", "cross-sector"),
    Skill(
        "use spreadsheets software", ("handle worksheets",), "Keep and compute tables of figures.", "skill/competence"
    ),
    Skill("drive lorries", ("operate heavy goods vehicles",), "Drive lorries on public roads."),
    Skill("keep accounts", (), "Record what is spent and earned."),
)
NO_WORDINGS = Wordings(plainer={}, longest=0)


@pytest.fixture(scope="module")
def index() -> SkillIndex:
    """Return the small list, ready to be searched."""
    return SkillIndex(SKILLS)


def _labels(index: SkillIndex, sentence: str) -> list[str]:
    (order,) = index.rank([sentence])
    return [SKILLS[i].label for i in order.tolist()]


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("Our bakery looks for somebody who bakes bread every morning", "bake bread"),
        ("You will be joining plates by welding in our yard", "weld metal plates"),
        ("Operate heavy goods vehicles between our sites", "drive lorries"),
        ("Two years of Basil or a similar language", "Basil (programming language)"),
    ],
)
def test_the_skill_that_a_sentence_names_comes_first(index: SkillIndex, sentence: str, label: str) -> None:
    assert _labels(index, sentence)[0] == label


def test_a_wording_finds_the_skill_that_it_stands_for(index: SkillIndex) -> None:
    assert _labels(index, "Good with Excel")[0] == "use spreadsheets software"


def test_every_skill_stands_in_the_ranking_once(index: SkillIndex) -> None:
    orders = list(index.rank(["bread", "", "?!", "welding " * 900]))
    assert all(sorted(order.tolist()) == list(range(len(SKILLS))) for order in orders)


def test_a_sentence_is_ranked_the_same_alone_and_among_others(index: SkillIndex) -> None:
    sentences = [f"We bake {n} loaves of bread and drive lorries" for n in range(40)]
    among = list(index.rank(sentences))
    alone = [next(iter(index.rank([sentence]))) for sentence in sentences]
    assert all((one == other).all() for one, other in zip(among, alone, strict=True))


def test_progress_is_told_sentence_by_sentence(index: SkillIndex) -> None:
    told: list[tuple[int, int]] = []
    list(index.rank(["bread", "welding"], progress=lambda done, total: told.append((done, total))))
    assert told == [(1, 2), (2, 2)]


def test_only_the_first_candidates_are_measured_closely_and_the_rest_follow() -> None:
    n_skills = N_CANDIDATES + 20
    large = SkillIndex([Skill(f"operate machine number {n}") for n in range(n_skills)])
    (candidates,) = large.candidates(["operate machine number 7"])
    assert {len(values) for values in candidates.measures.values()} == {N_CANDIDATES}
    (order,) = large.rank(["operate machine number 7"])
    assert order[0] == 7
    assert (order[N_CANDIDATES:] == candidates.order[N_CANDIDATES:]).all()


def test_measures_of_names_by_hand(index: SkillIndex) -> None:
    (candidates,) = index.candidates(["bread that we bake, and loaves"])
    place = candidates.order.tolist().index(1)
    measures = {name: float(values[place]) for name, values in candidates.measures.items()}
    assert measures["label_share"] == pytest.approx(1.0)  # both stems of “bake bread” are there
    assert measures["label_missing"] == pytest.approx(0.0)
    assert measures["label_phrase"] == 0.0  # but in the other order
    assert measures["n_stems_log"] == pytest.approx(np.log(1 + 2))
    assert measures["n_names_log"] == pytest.approx(np.log(2))
    assert measures["is_sector-specific"] == 1.0
    assert all(np.isfinite(value) for value in measures.values())


def test_an_empty_list_of_skills_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one skill"):
        SkillIndex([])


def test_a_list_without_a_single_word_is_ranked_in_its_own_order() -> None:
    (order,) = SkillIndex([Skill("?"), Skill("!")]).rank(["bread"])
    assert sorted(order.tolist()) == [0, 1]


def test_the_shipped_coefficients_are_all_measured(index: SkillIndex) -> None:
    (candidates,) = index.candidates(["bread"])
    assert set(shipped_skill_model().coefficients) == set(candidates.measures)


def test_a_model_can_be_recomputed_by_hand_and_written() -> None:
    model = SkillModel(version="1", intercept=-1.0, coefficients={"a": 2.0, "b": -0.5})
    measures = {"a": np.array([1.0, 0.0]), "b": np.array([2.0, 2.0]), "unused": np.array([9.0, 9.0])}
    assert model.log_odds(measures).tolist() == [-1 + 2 * 1 - 0.5 * 2, -1 + 0 - 0.5 * 2]
    assert SkillModel.from_json(model.to_json()) == model
    assert json.loads(model.to_json())["coefficients"]["a"] == 2.0


def test_a_sentence_is_read_without_blacked_out_names_and_in_runs_within_commas() -> None:
    reading = read_sentence("At <COMPANY> you weld steel, and bake", wordings=NO_WORDINGS)
    assert reading.text == "At you weld steel , and bake"
    assert "weld steel" in reading.runs
    assert not any("bake" in run and "steel" in run for run in reading.runs)
    assert reading.plainer == ()


def test_a_sentence_without_words_is_read_as_nothing() -> None:
    reading = read_sentence("…", wordings=NO_WORDINGS)
    assert (reading.stems, reading.runs) == ((), ("",))


def test_wordings_are_found_by_stems_and_told_once() -> None:
    wordings = Wordings.from_lines(["# ours", "[Tools]", "", "slide deck, slides = presentation software, show things"])
    reading = read_sentence("You draw slide decks and a slide", wordings=wordings)
    assert reading.plainer == ("presentation software", "show things")
    assert reading.fuller_text.endswith("presentation software show things")


@pytest.mark.parametrize("line", ["slides", "= software", "slides =", "slides, = software"])
def test_a_line_of_wordings_without_both_sides_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(WordingFault, match="Wordings line 2"):
        Wordings.from_lines(["a = b", line])


def test_the_shipped_wordings_can_be_read() -> None:
    assert shipped_wordings().plainer_words(content_stems("excel")) == ("spreadsheets software",)


def test_the_field_behind_a_name_is_left_out_unless_nothing_else_is_there() -> None:
    assert without_qualifier("Basil (programming language)") == "Basil"
    assert without_qualifier("(untitled)") == "(untitled)"
