"""`skillshed match`: two files in, one file of verdicts out, and one plain line when something is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from base.tables import Sheet, workbook
from review.cli import match

NEEDS: list[dict[str, Any]] = [
    {
        "code": "PL-1",
        "area": "Automation",
        "title": "Program and troubleshoot PLCs",
        "level": "working",
        "elements": [
            "Write ladder logic with timers and counters",
            "Wire digital and analog inputs and outputs of a PLC",
        ],
    },
    {
        "code": "FO-1",
        "area": "Safety",
        "title": "Drive forklifts",
        "level": "basic",
        "elements": ["Stack pallets safely"],
    },
]
COURSES: list[dict[str, Any]] = [
    {
        "code": "AUT 210",
        "title": "Programmable Logic Controllers",
        "description": "Students program and troubleshoot PLCs.",
        "outcomes": [
            "Write ladder logic with timers and counters for a PLC",
            "Wire digital and analog inputs and outputs of a PLC",
        ],
        "credits": "3-4",
        "clock_hours": 96,
    },
    {"code": "ACU 101", "title": "Sauces and Soups", "description": "Students cook the mother sauces and clear soups."},
    {"code": "MEC 290", "title": "Topics", "description": "Topics."},
]
Match = Callable[..., Result]


@pytest.fixture
def run_match(tmp_path: Path) -> Match:
    """Return a function that matches two files by their content; the verdicts go to out.json."""

    def run(needs: object, courses: object, *options: str, **names: str) -> Result:
        needs_path = tmp_path / names.get("needs_file", "needs.json")
        courses_path = tmp_path / names.get("courses_file", "courses.json")
        for path, content in ((needs_path, needs), (courses_path, courses)):
            path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        arguments = ["--needs", str(needs_path), "--courses", str(courses_path)]
        return CliRunner().invoke(match, [*arguments, "--out", str(tmp_path / "out.json"), *options])

    return run


def verdicts(tmp_path: Path) -> list[dict[str, Any]]:
    """Return what was written."""
    found: list[dict[str, Any]] = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    return found


def test_verdicts_are_written_with_their_evidence(run_match: Match, tmp_path: Path) -> None:
    answer = run_match(NEEDS, COURSES)
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.startswith("2 needs × 3 courses: 1 match, 0 need revision, 1 course says too little")
    best = next(row for row in verdicts(tmp_path) if row["verdict"] == "match")
    assert (best["need"], best["course"], best["covered"]) == ("PL-1", "AUT 210", [0, 1])
    assert 0 <= best["score"] <= 1
    assert set(best) == {"need", "course", "verdict", "score", "covered", "evidence", "reasons"}
    assert set(best["evidence"][0]) == {"element", "quote", "field", "score"}
    assert [row["quote"] for row in best["evidence"]] == COURSES[0]["outcomes"]


def test_pairs_left_out_are_unrelated_unless_all_are_asked_for(run_match: Match, tmp_path: Path) -> None:
    run_match(NEEDS, COURSES)
    few = verdicts(tmp_path)
    run_match(NEEDS, COURSES, "--all-pairs")
    everything = verdicts(tmp_path)
    assert len(everything) == 2 * 3
    assert {row["verdict"] for row in everything} <= {"match", "revise", "unrelated"}
    assert [row for row in everything if row["verdict"] == "match"] == [row for row in few if row["verdict"] == "match"]


def test_verdicts_are_sorted_by_need_then_score_then_course(run_match: Match, tmp_path: Path) -> None:
    run_match(NEEDS, COURSES, "--all-pairs")
    keys = [(row["need"], -row["score"], row["course"]) for row in verdicts(tmp_path)]
    assert keys == sorted(keys)


def test_too_little_text_is_unrelated_with_its_own_reason(run_match: Match, tmp_path: Path) -> None:
    run_match(NEEDS, COURSES)
    thin = [row for row in verdicts(tmp_path) if row["course"] == "MEC 290"]
    assert thin
    assert all(row["verdict"] == "unrelated" and "text_too_thin" in row["reasons"] for row in thin)


def test_tables_say_the_same_as_json(run_match: Match, tmp_path: Path) -> None:
    run_match(NEEDS, COURSES, "--all-pairs")
    from_json = verdicts(tmp_path)
    needs_csv = "code,area,title,level,elements\n" + "\n".join(
        f"{row['code']},{row['area']},{row['title']},{row['level']},{'|'.join(row['elements'])}" for row in NEEDS
    )
    columns = ("code", "title", "description", "outcomes", "credits", "clock_hours")
    rows = [
        [
            row["code"], row["title"], row["description"], "|".join(row.get("outcomes", [])),
            row.get("credits"), row.get("clock_hours"),
        ]
        for row in COURSES
    ]  # fmt: skip
    courses_xlsx = workbook([Sheet("Courses", columns, rows)], about={})
    answer = run_match(
        needs_csv.encode("utf-16"), courses_xlsx, "--all-pairs", needs_file="needs.csv", courses_file="courses.xlsx"
    )
    assert answer.exit_code == 0, answer.output
    assert verdicts(tmp_path) == from_json


def test_the_same_code_at_two_colleges_is_two_courses(run_match: Match, tmp_path: Path) -> None:
    pair = [COURSES[0] | {"college": "TVC"}, COURSES[0] | {"college": "NFC"}]
    assert run_match(NEEDS, pair).exit_code == 0
    found = [(row["college"], row["course"]) for row in verdicts(tmp_path) if row["verdict"] == "match"]
    assert found == [("NFC", "AUT 210"), ("TVC", "AUT 210")]


def test_the_order_of_the_files_changes_nothing(run_match: Match, tmp_path: Path) -> None:
    run_match(NEEDS, COURSES, "--all-pairs")
    first = (tmp_path / "out.json").read_bytes()
    run_match(NEEDS[::-1], COURSES[::-1], "--all-pairs")
    assert (tmp_path / "out.json").read_bytes() == first


@pytest.mark.parametrize(
    ("needs", "courses", "words"),
    [
        (b"", None, "needs.json"),
        (b"[{", None, "needs.json, line 1"),
        (b"[]", None, "needs.json: the list of needs is empty"),
        (b'{"code": "X"}', None, "needs.json"),
        (b"\x00\x01\x02binary", None, "needs.json"),
        (b"\x89PNG\r\n\x1a\n....", None, "needs.json"),
        ([{"code": "A", "title": "", "elements": ["x"]}], None, "need 1"),
        ([NEEDS[0], NEEDS[0]], None, "need 2: The code PL-1 stands already in need 1."),
        (None, [COURSES[0], COURSES[0]], "course 2: The code AUT 210 stands already in course 1."),
        (None, [{"code": "A"}], "courses.json, course 1"),
        (None, [{"title": "No code"}], "courses.json, course 1"),
        (None, [{"code": "A", "title": "T", "outcomes": "one text"}], "course 1"),
        (None, [{"code": "A", "title": "T", "description": "x" * 10_001}], "course 1"),
        (None, b"code,description\nA,B\n", "courses.json"),
        (None, ["no object"], "course 1"),
    ],
)
def test_a_malformed_file_is_one_line_and_no_output(
    run_match: Match, tmp_path: Path, needs: object, courses: object, words: str
) -> None:
    answer = run_match(NEEDS if needs is None else needs, COURSES if courses is None else courses)
    assert answer.exit_code == 2, answer.output
    assert len(answer.stderr.splitlines()) == 1
    assert words in answer.stderr
    assert "Traceback" not in answer.output
    assert answer.stdout == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["courses.json", "needs.json"]


def test_a_table_names_row_and_column_of_what_is_wrong(run_match: Match) -> None:
    doubled = b"code,title,description\nA 1,One,Text\nA 1,Two,Text\n"
    answer = run_match(NEEDS, doubled, courses_file="courses.csv")
    assert answer.exit_code == 2
    assert "courses.csv, row 3: The code A 1 stands already in row 2." in answer.stderr
    headless = run_match(b"code,title,title\n", COURSES, needs_file="needs.csv")
    assert headless.exit_code == 2
    assert "needs.csv" in headless.stderr


def test_a_missing_file_or_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "needs.json").write_text(json.dumps(NEEDS), encoding="utf-8")
    needs, nowhere = str(tmp_path / "needs.json"), str(tmp_path / "nowhere.json")
    for arguments, words in (
        (["--needs", nowhere, "--courses", needs, "--out", str(tmp_path / "o.json")], "there is no such file"),
        (["--needs", str(tmp_path), "--courses", needs, "--out", str(tmp_path / "o.json")], "this is a folder"),
        (["--needs", needs, "--courses", needs, "--out", str(tmp_path / "no" / "o.json")], "there is no folder"),
        (["--needs", needs, "--courses", needs, "--out", str(tmp_path)], "this is a folder"),
    ):
        answer = CliRunner().invoke(match, arguments)
        assert answer.exit_code == 2, answer.output
        assert words in answer.stderr
        assert len(answer.stderr.splitlines()) == 1


def test_an_older_file_of_verdicts_stays_when_the_next_input_is_malformed(run_match: Match, tmp_path: Path) -> None:
    run_match(NEEDS, COURSES)
    before = (tmp_path / "out.json").read_bytes()
    assert run_match(NEEDS, b"[").exit_code == 2
    assert (tmp_path / "out.json").read_bytes() == before
