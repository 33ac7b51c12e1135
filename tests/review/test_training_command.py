"""`skillshed train-matcher`: decisions in, a fair comparison out, and a new version only where one is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from region_builder import NOON, Region
from sqlalchemy import text

from base.tables import Sheet, csv_text, workbook
from matching import Course, Need
from matching.adaptation import Adaptation
from matching.judge import shipped_model
from matching.learning import DecidedPair
from matching.version import ENGINE_VERSION
from review import exports, operations, queries
from review.adapting import AdaptationRefused, read_adaptation
from review.cli import match, rerun
from review.decision_files import read_decisions
from review.match_files import FileRefusal
from review.training_cli import train_matcher

SUBJECTS = {
    "Weld steel with MIG": ["Set up a MIG welder", "Weld fillet joints", "Check welds for flaws"],
    "Program PLCs": ["Write ladder logic with timers", "Wire inputs and outputs of a PLC", "Find faults online"],
    "Maintain hydraulic systems": ["Read hydraulic schematics", "Replace pumps and valves", "Find leaks"],
    "Bake bread": ["Mix and knead dough", "Proof and shape loaves", "Bake in a deck oven"],
    "Draw blood": ["Identify the patient", "Puncture a vein", "Label the tubes"],
}
NEEDS: list[dict[str, Any]] = [
    {"code": f"N{i}", "title": title, "level": "working", "elements": elements}
    for i, (title, elements) in enumerate(SUBJECTS.items())
]
COURSES: list[dict[str, Any]] = [
    {"code": f"C{i}", "title": title, "description": f"{elements[0]}, and tidy the room after every lesson."}
    for i, (title, elements) in enumerate(SUBJECTS.items())
]
DECISIONS: list[dict[str, Any]] = [
    {"need": f"N{i}", "course": f"C{k}", "verdict": "match" if i == k else "unrelated", "covered": [0]}
    for i in range(len(SUBJECTS))
    for k in range(len(SUBJECTS))
]
PAIRS = (
    (Need("N0", "Weld"), Need("N1", "Bake")),
    (Course("C0", "Welding", college="A"), Course("C0", "Baking", college="B")),
)
Train = Callable[..., Result]


@pytest.fixture
def train(tmp_path: Path) -> Train:
    """Return a function that writes the three files and runs the command."""

    def run(decisions: object, *options: str) -> Result:
        for name, content in (("needs", NEEDS), ("courses", COURSES), ("decisions", decisions)):
            (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        files = [word for n in ("needs", "courses", "decisions") for word in (f"--{n}", str(tmp_path / f"{n}.json"))]
        return CliRunner().invoke(train_matcher, [*files, *options])

    return run


def test_it_compares_and_writes_nothing_by_itself(train: Train, tmp_path: Path) -> None:
    answer = train(DECISIONS, "--strength", "1")
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.startswith("25 decisions on 5 needs\n")
    assert "The new version is better: " in answer.stdout
    assert "95 % interval +" in answer.stdout
    assert "Nothing was written." in answer.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"needs.json", "courses.json", "decisions.json"}


def test_decisions_that_contradict_each_other_are_not_better(train: Train) -> None:
    """What teaches one element of three is a match for every other need and unrelated for the rest."""
    torn = [row if int(row["need"][1]) % 2 == 0 else {**row, "verdict": "unrelated"} for row in DECISIONS]
    assert (
        "The new version is not better: " in train([row for row in torn if row["need"][1] == row["course"][1]]).stdout
    )


def test_the_written_version_is_used_by_match_and_named_in_its_digest(train: Train, tmp_path: Path) -> None:
    model = tmp_path / "model.json"
    answer = train(DECISIONS, "--strength", "1", "--out", str(model))
    adaptation = read_adaptation(model_file=str(model))
    assert f"as version {adaptation.engine_version}." in answer.stdout
    assert adaptation.engine_version.startswith(f"{ENGINE_VERSION}+")
    files = ["--needs", str(tmp_path / "needs.json"), "--courses", str(tmp_path / "courses.json"), "--all-pairs"]

    def scores(*options: str) -> dict[tuple[str, str], float]:
        out = tmp_path / "verdicts.json"
        matched = CliRunner().invoke(match, [*files, "--out", str(out), *options])
        assert matched.exit_code == 0, matched.output
        return {(row["need"], row["course"]): row["score"] for row in json.loads(out.read_text(encoding="utf-8"))}

    before, after = scores(), scores("--model", str(model))
    assert sum(after[f"N{i}", f"C{i}"] for i in range(5)) > sum(before[f"N{i}", f"C{i}"] for i in range(5))


def test_too_few_decisions_are_refused_in_one_line(train: Train, tmp_path: Path) -> None:
    answer = train(DECISIONS[:6], "--out", str(tmp_path / "model.json"))
    assert answer.exit_code == 2
    assert answer.stderr == (
        "skillshed: decisions.json: Decisions on 2 of the needs can be learned from; at least 5 are needed, "
        "so that some can be held out.\n"
    )
    assert not (tmp_path / "model.json").exists()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "there is no decision in this file"),
        ({"need": "N0"}, "write a list of decisions"),
        ([{"need": "N0", "course": "C0"}], "decision 1: write an object with need, course and verdict"),
        (
            [{"need": "N9", "course": "C0", "college": "A", "verdict": "match"}],
            "decision 1: the file of needs has no need N9",
        ),
        ([{"need": "N0", "course": "C9", "verdict": "match"}], "the file of courses has no course C9"),
        ([{"need": "N0", "course": "C0", "verdict": "match"}], "several colleges have a course C0"),
        ([{"need": "N0", "course": "C0", "college": "A", "verdict": "good"}], "the verdict is “good”"),
    ],
)
def test_a_decision_that_points_nowhere_is_named_with_its_place(rows: object, words: str) -> None:
    with pytest.raises(FileRefusal, match=words):
        read_decisions(json.dumps(rows).encode(), filename="d.json", needs=PAIRS[0], courses=PAIRS[1])


def test_the_last_decision_that_still_counts_is_read_from_csv_and_workbook() -> None:
    rows = [
        ("N0", "A", "C0", "match", True),
        ("N0", "A", "C0", "revise", True),
        ("N1", "B", "C0", "match", False),
        ("N1", "A", "C0", "unrelated", True),
    ]
    sheet = Sheet("Decisions", ("need", "college", "course", "verdict", "is_latest"), rows)
    other = Sheet("Needs", ("position",), [(1,)])
    wanted = [DecidedPair(0, 0, "revise"), DecidedPair(1, 0, "unrelated")]
    for content, name in ((csv_text(sheet), "d.csv"), (workbook([other, sheet], about={}), "d.xlsx")):
        assert read_decisions(content, filename=name, needs=PAIRS[0], courses=PAIRS[1]) == wanted


def test_the_export_of_a_run_can_be_read_back(region: Region) -> None:
    run_id, member = region.done_run(), region.reviewer()
    with region.database.writing() as session:
        operations.decide_verdict(
            session,
            run_id=run_id,
            need_code="HY-1",
            college_code="TVC",
            course_code="MEC 130",
            verdict="match",
            reason="The lab teaches the rest.",
            member=member,
            now=NOON,
        )
        session.commit()
    with region.database.reading() as session:
        run = queries.run(session, run_id=run_id, partnership_id=region.partnership_id)
        assert run is not None
        snapshot = operations.frozen_snapshot(session, run_id=run_id)
        files = {
            "decisions.csv": exports.run_csv(session, run=run, table="decisions"),
            "verdicts.csv": exports.run_csv(session, run=run, table="verdicts"),
            "run.xlsx": exports.run_workbook(session, run=run),
        }
    for name, content in files.items():
        found = read_decisions(content, filename=name, needs=snapshot.needs, courses=snapshot.courses)
        named = [(snapshot.needs[d.need].code, snapshot.courses[d.course].code, d.verdict) for d in found]
        assert named == [("HY-1", "MEC 130", "match")], name


def test_a_model_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    with pytest.raises(AdaptationRefused, match="there is no such model file"):
        read_adaptation(model_file=str(file))
    file.write_text('{"version": "1"}', encoding="utf-8")
    with pytest.raises(AdaptationRefused, match=r"model\.json: this is no model of the matcher"):
        read_adaptation(model_file=str(file))


def test_a_run_keeps_its_model_and_is_repeated_with_it(region: Region, tmp_path: Path) -> None:
    adaptation = Adaptation(model=shipped_model().to_json())
    with region.database.writing() as session:
        run_id = operations.start_run(
            session,
            partnership_id=region.partnership_id,
            assessment_id=region.assessment_id,
            meeting_id=region.meeting_id,
            by_name="Dana Ruiz",
            now=NOON,
            adaptation=adaptation,
        )
        operations.carry_out_run(session, run_id=run_id, now=NOON)
        session.commit()
    with region.database.reading() as session:
        run = queries.run(session, run_id=run_id, partnership_id=region.partnership_id)
        kept = operations.frozen_snapshot(session, run_id=run_id).parameters["model"]
    assert run is not None
    assert run.engine_version == adaptation.engine_version == f"{ENGINE_VERSION}+{kept['digest'][:8]}"
    answer = CliRunner().invoke(rerun, [str(run_id), "--data", str(tmp_path)])
    assert answer.exit_code == 0, answer.output


def test_rerun_names_the_version_that_a_differing_run_needs(region: Region, tmp_path: Path) -> None:
    run_id = region.done_run()
    with region.database.writing() as session:
        session.execute(text("UPDATE match_run SET engine_version = '0.9', decision_digest = 'other'"))
        session.commit()
    answer = CliRunner().invoke(rerun, [str(run_id), "--data", str(tmp_path)])
    assert answer.exit_code == 1
    assert "Matcher 0.9 made this run. Repeat it with the version of Skillshed that has it." in answer.output
