"""`skillshed evaluate` and `skillshed evaluate-skills`: labelled files in, figures out, one line when it goes wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from matching import Course, Need, Snapshot, decide
from matching.scoring import METRICS
from review.evaluation_cli import evaluate, evaluate_skills
from review.stated_chances import stated_chances

NEEDS = [
    {"code": "WE-1", "title": "Weld steel", "elements": ["Run MIG beads on steel", "Read weld symbols"]},
    {"code": "BA-1", "title": "Bake bread", "elements": ["Knead dough", "Run a deck oven"]},
]
COURSES = [
    {"code": "W 10", "title": "MIG Welding", "description": "Run MIG beads on steel plate. Read weld symbols."},
    {"code": "B 10", "title": "Bread Baking", "description": "Knead dough by hand and bake it in a deck oven."},
    {"code": "P 10", "title": "Poems", "description": "Read and write poems about the sea and the stars."},
    {"code": "X 10", "title": "Set aside", "description": "This text was set aside by both of the readers."},
]
LABELS: dict[str, Any] = {
    "labels": [
        {"need": "WE-1", "course": "W 10", "grade": 2, "covered": [0, 1], "unsure": []},
        {"need": "BA-1", "course": "B 10", "grade": 1, "covered": [0], "unsure": [1]},
    ],
    "ambiguous": [["BA-1", "P 10"]],
    "excluded_courses": ["X 10"],
}
SKILLS = "\r\n".join(
    [
        "preferredLabel,altLabels,description,skillType,reuseLevel",
        'weld metal plates,"join plates by welding\nMIG welding",Join with an arc.,skill/competence,cross-sector',
        "bake bread,make loaves,Knead dough and bake it.,skill/competence,sector-specific",
        "Basil (programming language),Basil,A made-up language for robots.,knowledge,cross-sector",
        "drive lorries,operate heavy goods vehicles,Drive lorries on public roads.,skill/competence,sector-specific",
    ]
)
QUERIES = "\n".join(
    [
        "sentence,span,sub_span,label",
        "We bake bread and drive lorries,bake,,Bake Bread",
        "We bake bread and drive lorries,drive,,operate heavy goods vehicles",
        "We bake bread and drive lorries,drive,,drive lorries",
        "Friendly people only,friendly,,LABEL NOT PRESENT",
        "Know languages,languages,,UNDERSPECIFIED",
        "Basil is a must,Basil,,Basil (programming language)",
    ]
)
Run = Callable[..., Result]


@pytest.fixture
def run_evaluate(tmp_path: Path) -> Run:
    """Return a function that evaluates three files by their content."""

    def run(labels: object = LABELS, *options: str, needs: object = NEEDS, courses: object = COURSES) -> Result:
        arguments = []
        for name, content in (("labels", labels), ("needs", needs), ("courses", courses)):
            path = tmp_path / f"{name}.json"
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
            arguments += [f"--{name}", str(path)]
        return CliRunner().invoke(evaluate, [*arguments, "--resamples", "20", *options])

    return run


@pytest.fixture
def run_evaluate_skills(tmp_path: Path) -> Run:
    """Return a function that evaluates two files by their content; bytes are written as they are."""

    def run(*options: str, queries: str = QUERIES, skills: str | bytes = SKILLS) -> Result:
        queries_path, skills_path = tmp_path / "queries.csv", tmp_path / "skills.csv"
        queries_path.write_text(queries, encoding="utf-8")
        skills_path.write_bytes(skills if isinstance(skills, bytes) else skills.encode())
        arguments = ["--queries", str(queries_path), "--skills", str(skills_path), *options]
        return CliRunner().invoke(evaluate_skills, arguments)

    return run


def _refusal(result: Result) -> str:
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_one_object_holds_the_figures_of_the_matcher_and_of_both_baselines(run_evaluate: Run) -> None:
    result = run_evaluate(LABELS, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["n_needs"], found["n_courses"], found["n_resamples"]) == (2, 3, 20)
    assert found["n_pairs"] == 2 * 3 - 1  # one pair is ambiguous, one course set aside
    for system in ("matcher", "tfidf", "cosine"):
        assert set(found[system]) == {*METRICS, "table_true_by_said", "intervals"}
        assert sum(map(sum, found[system]["table_true_by_said"])) == 5
        assert set(found[system]["intervals"]) == set(METRICS)
    assert found["matcher"]["map"] == 1.0


def test_the_table_has_a_column_for_every_way_of_judging(run_evaluate: Run) -> None:
    lines = run_evaluate().stdout.splitlines()
    assert lines[0].startswith("2 needs × 3 courses, 5 pairs scored.")
    assert lines[2].split() == ["matcher", "TF-IDF", "plain", "cosine"]
    assert [line.split("  ")[0] for line in lines[3:10]] == [
        "QWK",
        "macro-F1",
        "F1 related",
        "F1 match",
        "MAP",
        "nDCG@10",
        "F1 element",
    ]


def test_the_chances_of_the_matcher_stand_beside_what_is_true(run_evaluate: Run) -> None:
    found = json.loads(run_evaluate(LABELS, "--json").stdout)["reliability"]
    for name, n_true in (("related", 2), ("match", 1)):
        chance = found[name]
        assert chance["n_pairs"] == 5  # as many as are scored: no text is too thin
        assert chance["base_rate"] == pytest.approx(n_true / 5)
        assert chance["base_rate_brier"] == pytest.approx(n_true / 5 * (1 - n_true / 5))
        assert sum(row["n_pairs"] for row in chance["rows"]) == 5
        assert sum(row["n_pairs"] * row["true_share"] for row in chance["rows"]) == pytest.approx(n_true)
        assert all(row["chance_low"] <= row["mean_chance"] <= row["chance_high"] for row in chance["rows"])


def test_the_printed_tables_say_how_often_each_chance_was_right(run_evaluate: Run) -> None:
    text = run_evaluate().stdout
    # Two of five pairs are related: always saying 40 % costs 2/5 × 3/5 = 0.24.
    assert "Chance that a pair is related, said and true (5 pairs). Brier score 0." in text
    assert "always saying the base rate 40.0 %: 0.2400. 0 is best." in text
    assert "Chance that a pair is a match, said and true (5 pairs)." in text
    assert text.count("said      pairs  mean said") == 2


def test_a_text_that_is_too_thin_has_no_chance(run_evaluate: Run) -> None:
    thin = [*COURSES, {"code": "T 10", "title": "Bread", "description": ""}]
    found = json.loads(run_evaluate(LABELS, "--json", courses=thin).stdout)
    assert found["n_pairs"] == 2 * 4 - 1
    assert found["reliability"]["related"]["n_pairs"] == 5


def test_labelled_texts_that_are_all_too_thin_leave_no_chance_to_compare(run_evaluate: Run) -> None:
    thin = [{**course, "title": "Weld", "description": ""} for course in COURSES]
    found = json.loads(run_evaluate(LABELS, "--json", courses=thin).stdout)
    assert found["reliability"] == {"related": None, "match": None}
    assert "Chance" not in run_evaluate(courses=thin).stdout


def test_the_stated_chances_are_those_that_the_verdicts_rest_on() -> None:
    needs = (Need("WE-1", "Weld steel", elements=("Run MIG beads", "Read weld symbols")), Need("BA-1", "Bake bread"))
    courses = tuple(Course(code=c["code"], title=c["title"], description=c["description"]) for c in COURSES[:3])
    snapshot = Snapshot(needs, courses)
    scores = {(pair.need, pair.course): pair.score for pair in decide(snapshot, all_pairs=True).pairs}
    chances = list(stated_chances(snapshot))
    assert len(chances) == 2 * 3
    for chance in chances:
        # A match is worth three times a revision: (related + 2 × match) / 3.
        worth = (chance.related + 2 * chance.match) / 3
        assert scores[chance.need, chance.course] == pytest.approx(worth, abs=1e-6)


def test_the_same_files_give_the_same_bytes(run_evaluate: Run) -> None:
    assert run_evaluate(LABELS, "--json").stdout == run_evaluate(LABELS, "--json").stdout


def test_labels_of_courses_that_are_not_there_are_left_out_and_told(run_evaluate: Run) -> None:
    extra = {"need": "WE-1", "course": "GONE", "grade": 1, "covered": [], "unsure": []}
    result = run_evaluate({**LABELS, "labels": [*LABELS["labels"], extra]}, "--json")
    assert result.exit_code == 0
    assert "1 label names a need or course that the files do not hold" in result.stderr
    assert json.loads(result.stdout)["n_unknown_labels"] == 1


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ("{", "labels.json, line 1, column 2"),
        ([], "must hold an object with a list of labels"),
        ({"labels": {}}, "“labels” must be a list, but is an object"),
        ({"labels": [{"need": "WE-1", "grade": 1}]}, "label 1: “course” must name a code"),
        ({"labels": [{"need": "WE-1", "course": "W 10", "grade": 3}]}, "label 1: “grade” must be 0"),
        ({"labels": [{"need": "WE-1", "course": "W 10", "grade": True}]}, "or 2 (match), but is true"),
        ({"labels": [{"need": "WE-1", "course": "W 10", "grade": 1, "covered": ["0"]}]}, "“covered” must be a list"),
        ({"labels": LABELS["labels"][:1] * 2}, "label 2: need WE-1 and course W 10 are labelled twice"),
        ({**LABELS, "ambiguous": [["BA-1"]]}, "ambiguous pair 1: write [need, course]"),
        ({**LABELS, "excluded_courses": [7]}, "excluded_courses must hold codes"),
        ({"labels": [{"need": "N", "course": "C", "grade": 1}]}, "Check that the three files belong together"),
    ],
)
def test_labels_that_cannot_be_used_are_refused_in_one_line(run_evaluate: Run, labels: object, words: str) -> None:
    assert words in _refusal(run_evaluate(labels))


def test_one_code_at_two_colleges_is_refused(run_evaluate: Run) -> None:
    courses = [{**course, "college": college} for course in COURSES for college in ("A", "B")]
    assert "the course W 10 stands at two colleges" in _refusal(run_evaluate(courses=courses))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.json")
    result = CliRunner().invoke(evaluate, ["--labels", missing, "--needs", missing, "--courses", missing])
    assert "none.json: there is no such file" in _refusal(result)


def test_skills_are_found_by_label_and_alternative_label_whatever_the_capitals(run_evaluate_skills: Run) -> None:
    result = run_evaluate_skills("--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert list(found) == ["n_queries", "MRR", "RP@1", "RP@5", "RP@10"]
    assert found["n_queries"] == 2  # the sentences without a label are left out
    assert found["MRR"] == 1.0
    assert found["RP@5"] == 100.0


def test_a_list_packed_with_gzip_gives_the_same(run_evaluate_skills: Run) -> None:
    packed = run_evaluate_skills("--json", skills=gzip.compress(SKILLS.encode()))
    assert packed.stdout == run_evaluate_skills("--json").stdout


def test_skills_without_a_flag_come_as_a_plain_table(run_evaluate_skills: Run) -> None:
    assert [line.split()[0] for line in run_evaluate_skills().stdout.splitlines()] == [
        "sentences",
        "MRR",
        "RP@1",
        "RP@5",
        "RP@10",
    ]


def test_only_the_labels_of_a_list_are_needed(run_evaluate_skills: Run) -> None:
    skills = "preferredLabel\nbake bread\nBasil (programming language)\ndrive lorries\n"
    result = run_evaluate_skills("--json", skills=skills)
    assert json.loads(result.stdout)["n_queries"] == 2
    assert "1 label is no skill of the list and left out: “operate heavy goods vehicles”." in result.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"queries": "sentence,span\nWe bake,bake\n"}, "queries.csv, row 1: the column label cannot be found"),
        ({"queries": "sentence,label\n,bake bread\n"}, "queries.csv, row 2, column sentence: this cell is empty"),
        ({"queries": "sentence,label\nWe bake,bakery\n"}, "Check that both files belong together"),
        ({"skills": "label,description\na,b\n"}, "skills.csv, row 1: the column preferredLabel cannot be found"),
        ({"skills": "preferredLabel,altLabels\n,x\n"}, "skills.csv, row 2, column preferredLabel: this cell is empty"),
        (
            {"skills": "preferredLabel,altLabels\nbake,x\nBake,y\n"},
            "row 3, column preferredLabel: “Bake” stands already",
        ),
        ({"skills": b"\x1f\x8b\x08 no gzip at all"}, "skills.csv: this gzip file is damaged"),
        ({"skills": gzip.compress(SKILLS.encode())[:-20]}, "skills.csv: this gzip file ends too early"),
    ],
)
def test_files_that_cannot_be_used_are_refused_in_one_line(
    run_evaluate_skills: Run, content: dict[str, Any], words: str
) -> None:
    assert words in _refusal(run_evaluate_skills(**content))
