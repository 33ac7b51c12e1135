"""Catalogs at a terminal: read without a database, or stored as an edition with counts that add up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from base.database import Database
from catalog import queries
from catalog.cli import import_catalog, read_catalog
from catalog.importers import read_course_file

TABLE = (
    "code,title,description,outcomes,credits,clock_hours,last_offered,noncredit\n"
    "WLD 110,Gas metal arc welding,Weld in flat position.,Weld a fillet.|Set wire speed.,3 to 4,90.5,2026-01-12,yes\n"
    ",A course without a code,Text.,,,,,\n"
    "WLD 110,Gas metal arc welding again,Other.,,,,,\n"
    "WLD 130,Pipe welding,Students weld pipe.,,three,,,\n"
)
PAGE = (
    '<!DOCTYPE html><html><head><title>Welding</title></head><body><div class="courseblock">'
    '<p class="courseblocktitle"><strong>WELD 101. Arc Welding. 3 Credits.</strong></p>'
    '<p class="courseblockdesc">Students join plates.</p></div></body></html>'
)
PROGRAM = (
    '<!DOCTYPE html><html><head><title>Welding AAS</title></head><body><table class="sc_courselist">'
    '<tr><td class="codecol"><a class="bubblelink code" title="WELD 101">WELD 101</a></td><td>Arc Welding</td>'
    '<td class="hourscol">3</td></tr></table></body></html>'
)


def run(command: object, *words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])  # type: ignore[arg-type]  # a click command


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_catalog_is_read_without_a_database_and_every_record_is_counted(tmp_path: Path) -> None:
    out = tmp_path / "read.json"
    result = run(read_catalog, written(tmp_path / "a.csv", TABLE), "--json", out)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "CSV: 4 records seen = 2 courses + 1 left out + 1 duplicate; 1 doubt.\n"
    found = json.loads(out.read_text(encoding="utf-8"))
    assert list(found) == ["format", "records_seen", "courses", "rejects", "duplicates", "doubts"]
    assert found["records_seen"] == 4 == len(found["courses"]) + len(found["rejects"]) + len(found["duplicates"])
    assert found["courses"][0] == {
        "code": "WLD 110",
        "title": "Gas metal arc welding",
        "description": "Weld in flat position.",
        "outcomes": ["Weld a fillet.", "Set wire speed."],
        "topics": [],
        "credits": "3 to 4",
        "credits_min": 3,
        "credits_max": 4,
        "clock_hours": 90.5,
        "program": "",
        "level": "",
        "delivery": [],
        "credentials": [],
        "prerequisites": "",
        "last_offered": "2026-01-12",
        "noncredit": True,
        "cip": [],
        "college": "",
        "place": "row 2",
    }
    assert {row["place"] for row in found["rejects"]} == {"row 3"}
    assert set(found["doubts"][0]) == {"place", "reason", "raw"}


def test_what_was_read_can_be_read_again(tmp_path: Path) -> None:
    out = tmp_path / "read.json"
    run(read_catalog, written(tmp_path / "a.csv", TABLE), "--json", out)
    courses = json.loads(out.read_text(encoding="utf-8"))["courses"]
    again = read_course_file(json.dumps(courses).encode(), filename="read.json")
    first = read_course_file(TABLE.encode(), filename="a.csv")
    assert [(row.code, row.outcomes, row.credits_max, row.clock_hours, row.is_noncredit) for row in again.courses] == [
        (row.code, row.outcomes, row.credits_max, row.clock_hours, row.is_noncredit) for row in first.courses
    ]


def test_several_files_become_one_reading(tmp_path: Path) -> None:
    out = tmp_path / "read.json"
    paths = (written(tmp_path / "a.csv", TABLE), written(tmp_path / "b.html", PAGE))
    assert run(read_catalog, *paths, "--json", out).exit_code == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["format"] == "CSV, CourseLeaf"
    assert [(row["code"], row["place"].split(",")[0]) for row in found["courses"]] == [
        ("WLD 110", "a.csv"),
        ("WLD 130", "a.csv"),
        ("WELD 101", "b.html"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [("p.html", PROGRAM, "WELD 101"), ("e.csv", "", "e.csv: this file is empty"), ("b.json", "[{,}]", "line 1")],
)
def test_a_file_without_courses_is_one_line_and_leaves_no_output(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    out = tmp_path / "read.json"
    result = run(read_catalog, written(tmp_path / name, text), "--json", out)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("skillshed: ")
    assert expected in result.stderr
    assert not out.exists()


def test_files_that_cannot_be_opened_or_written_are_named(tmp_path: Path) -> None:
    table = written(tmp_path / "a.csv", TABLE)
    assert "there is no such file" in run(read_catalog, tmp_path / "no.csv", "--json", tmp_path / "x").stderr
    assert "this is a folder" in run(read_catalog, table, "--json", tmp_path).stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_a_format_may_be_named_and_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    table, page, out = written(tmp_path / "a.csv", TABLE), written(tmp_path / "b.html", PAGE), tmp_path / "o.json"
    assert run(read_catalog, page, "--json", out, "--format", "CourseLeaf").exit_code == 0
    assert run(read_catalog, table, "--json", out, "--format", "table").exit_code == 0
    assert "this file is not CourseLeaf" in run(read_catalog, table, "--json", out, "--format", "courseleaf").stderr
    assert (
        "is no format. Known: table, json, courseleaf"
        in run(read_catalog, table, "--json", out, "--format", "x").stderr
    )


def test_an_import_is_stored_once_and_its_report_adds_up(tmp_path: Path, database: Database, college_id: int) -> None:
    table, report = written(tmp_path / "a.csv", TABLE), tmp_path / "report.json"
    words = (table, "--college", "tvc", "--data", tmp_path, "--label", "Autumn", "--report", report)
    dry = run(import_catalog, *words, "--dry-run")
    assert dry.exit_code == 0, dry.stderr
    assert "Nothing was stored" in dry.stdout
    assert json.loads(report.read_text(encoding="utf-8"))["edition"] is None
    with database.reading() as session:
        assert queries.editions(session, organisation_id=college_id) == []
    first = run(import_catalog, *words)
    assert "4 records seen = 2 courses + 1 left out + 1 duplicate" in first.stdout
    found = json.loads(report.read_text(encoding="utf-8"))
    assert (found["edition"], found["records_seen"], found["fields"]["outcomes"]) == (1, 4, 1)
    assert found["n_courses"] + found["n_rejects"] + found["n_duplicates"] == 4
    again = run(import_catalog, *words)
    assert again.exit_code == 0
    assert "nothing has changed, nothing was stored" in again.stdout
    with database.reading() as session:
        [edition] = queries.editions(session, organisation_id=college_id)
        assert (edition.label, edition.n_courses, edition.imported_by_name) == ("Autumn", 2, "the command line")


def test_several_files_are_one_edition_in_any_order(tmp_path: Path, database: Database, college_id: int) -> None:
    paths = [written(tmp_path / "a.csv", TABLE), written(tmp_path / "b.html", PAGE)]
    assert run(import_catalog, *paths, "--college", "TVC", "--data", tmp_path).exit_code == 0
    again = run(import_catalog, *reversed(paths), "--college", "TVC", "--data", tmp_path)
    assert "nothing has changed" in again.stdout
    with database.reading() as session:
        assert queries.editions(session, organisation_id=college_id)[0].n_courses == 3


def test_an_import_that_cannot_be_done_says_what_to_do(tmp_path: Path, database: Database, college_id: int) -> None:
    table = written(tmp_path / "a.csv", TABLE)
    nobody = run(import_catalog, table, "--college", "QQQ", "--data", tmp_path)
    assert (nobody.exit_code, "no college with the code QQQ" in nobody.stderr) == (2, True)
    nowhere = run(import_catalog, table, "--college", "TVC", "--data", tmp_path / "empty")
    assert (nowhere.exit_code, "Name the data folder" in nowhere.stderr) == (2, True)
    unwritable = run(import_catalog, table, "--college", "TVC", "--data", tmp_path, "--report", tmp_path)
    assert (unwritable.exit_code, "this is a folder" in unwritable.stderr) == (2, True)
    with database.reading() as session:
        assert queries.editions(session, organisation_id=college_id) == [], "no report, no edition"
