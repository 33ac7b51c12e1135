"""Skill needs from spreadsheets and JSON: every entry is counted, every value kept or noted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.refusals import Refusal
from base.tables import Sheet, csv_text, read_table, workbook
from survey.importers import json_list, read_need_file, spreadsheet
from survey.importers.spreadsheet import guess_mapping
from survey.records import NeedReading, NeedRow, Reject

FORKLIFT: dict[str, Any] = {
    "code": "SA-07",
    "area": "Safety",
    "title": "Drive a forklift",
    "level": "working",
    "elements": ["Check the truck before the shift", "Stack and unstack pallets"],
}


def reading_of(*needs: Any) -> NeedReading:
    return json_list.read_needs(json.dumps(needs).encode(), filename="needs.json")


def reading_of_csv(text: str) -> NeedReading:
    return read_need_file(text.encode(), filename="needs.csv")


def refusal_of(content: bytes, *, filename: str) -> str:
    with pytest.raises(Refusal) as caught:
        read_need_file(content, filename=filename, strict=True)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("columns", "mapping"),
    [
        (
            ["code", "area", "title", "level", "elements", "description"],
            {
                "code": "code",
                "area": "area",
                "title": "title",
                "level": "level",
                "description": "description",
                "elements": "elements",
            },
        ),
        (
            ["ID", "Skill Area", "Skill Need", "Performance Elements"],
            {"code": "ID", "area": "Skill Area", "title": "Skill Need", "elements": "Performance Elements"},
        ),
        (
            ["Code", "Task", "Element 1", "Element 2", "Element 3"],
            {"code": "Code", "title": "Task", "elements": "Element 1 + Element 2 + Element 3"},
        ),
        (
            ["CFItemType", "fullStatement", "humanCodingScheme"],
            {"code": "humanCodingScheme", "title": "fullStatement"},
        ),
        (["Room", "Building"], {}),
    ],
)
def test_usual_headers_are_recognised(columns: list[str], mapping: Mapping[str, str]) -> None:
    assert guess_mapping(columns) == mapping


def test_every_field_of_a_row_is_read() -> None:
    reading = reading_of_csv(
        "code,area,title,level,elements,description\n"
        'SA-07,Safety,Drive a forklift,Intermediate,"Check the truck|Stack pallets","Moves loads, safely."\n'
    )
    assert reading == NeedReading(
        n_seen=1,
        needs=(
            NeedRow(
                code="SA-07",
                area="Safety",
                title="Drive a forklift",
                level="working",
                elements=("Check the truck", "Stack pallets"),
                description="Moves loads, safely.",
                place="row 2",
            ),
        ),
        rejects=(),
        duplicates=(),
    )


def test_elements_in_several_columns_keep_their_order() -> None:
    reading = reading_of_csv("Code,Task,Element 1,Element 2,Element 3\nA,Sawing,Mark,,Cut\n")
    assert reading.needs[0].elements == ("Mark", "Cut")


def test_json_csv_and_workbook_of_the_same_need_read_the_same() -> None:
    sheet = Sheet(
        "Needs",
        ["code", "area", "title", "level", "elements"],
        [[*[FORKLIFT[field] for field in ("code", "area", "title", "level")], "|".join(FORKLIFT["elements"])]],
    )
    readings = [
        reading_of(FORKLIFT),
        read_need_file(csv_text(sheet), filename="needs.csv", strict=True),
        read_need_file(workbook([sheet], about={"For": "a test"}), filename="needs.xlsx", strict=True),
    ]
    assert [reading.needs[0].place for reading in readings] == ["need 1", "row 2", "sheet Needs, row 2"]
    [json_need, csv_need, workbook_need] = [{**vars(reading.needs[0]), "place": ""} for reading in readings]
    assert json_need == csv_need == workbook_need


def test_a_level_that_cannot_be_read_leaves_the_need_and_is_listed() -> None:
    reading = reading_of({**FORKLIFT, "level": "black belt"})
    assert [need.level for need in reading.needs] == [""]
    reason = "The level cannot be read. Write basic, working or advanced."
    assert reading.doubts == (Reject("need 1", reason, "black belt"),)


def test_rows_that_are_no_need_are_listed_with_their_text() -> None:
    reading = reading_of_csv("code,title,elements\nA,,x\n,Sawing,x\nB,Sawing,\ncode,title,elements\n")
    assert [(reject.place, reject.reason.split(".")[0], reject.raw) for reject in reading.rejects] == [
        ("row 2", "The skill need A has no title", "A | x"),
        ("row 3", "The skill need Sawing has no code", "Sawing | x"),
        ("row 5", "This row repeats the column names", "code | title | elements"),
    ]


def test_a_need_without_elements_has_its_title_as_the_only_one() -> None:
    for text in ("code,title,elements\nB,Sawing,\n", "code,title\nB,Sawing\n"):
        reading = reading_of_csv(text)
        assert [need.elements for need in reading.needs] == [("Sawing",)]
        assert [doubt.reason for doubt in reading.doubts] == [
            "There are no performance elements, so the title stands as the only one."
        ]


def test_a_doubled_code_is_kept_once_and_the_difference_is_named() -> None:
    reading = reading_of(FORKLIFT, FORKLIFT, {**FORKLIFT, "code": "sa-07", "area": "Yard", "level": "basic"})
    assert len(reading.needs) == 1
    assert [(duplicate.place, duplicate.reason) for duplicate in reading.duplicates] == [
        ("need 2", "The same skill need stands already in need 1. It was kept once."),
        ("need 3", "The code sa-07 stands already in need 1 with another area, level. The first one was kept."),
    ]


def test_columns_that_no_field_reads_are_listed() -> None:
    reading = reading_of_csv("code,title,elements,Votes\nA,Sawing,Mark,12\n")
    assert reading.doubts == (Reject("column Votes", "This column was not read.", "Votes"),)


def test_a_mapping_without_a_needed_column_is_refused() -> None:
    table = read_table(b"code,title\nA,Sawing\n", filename="needs.csv")
    with pytest.raises(Refusal, match=r"needs\.csv: no column holds the title of a skill need\."):
        spreadsheet.read_needs(table, mapping={"code": "code"})


@pytest.mark.parametrize(
    ("need", "reason"),
    [
        (["SA-08"], "A skill need must be an object {…}, but this is a list."),
        ({**FORKLIFT, "code": None}, "The skill need Drive a forklift has no code."),
        ({**FORKLIFT, "code": 7}, '"code" must be a text in quotation marks, but is the number 7.'),
        ({**FORKLIFT, "elements": "Stack"}, '"elements" must be a list of texts, but is the text "Stack".'),
        ({**FORKLIFT, "elements": [["Stack"]]}, '"elements" must hold texts only, but holds a list.'),
        (
            {**FORKLIFT, "title": "x" * 301},
            "The title is longer than 300 characters. Check that the right column is read.",
        ),
        ({**FORKLIFT, "code": "SA-07"}, "The code SA-07 stands already in need 1."),
    ],
)
def test_an_entry_that_cannot_be_taken_is_refused_when_strict(need: Any, reason: str) -> None:
    content = json.dumps([FORKLIFT, need]).encode()
    assert refusal_of(content, filename="needs.json") == f"needs.json, need 2: {reason}"


def test_a_missing_column_is_refused_with_what_the_table_has() -> None:
    message = refusal_of(b"code,area,elements\nA,Safety,Sawing\n", filename="needs.csv")
    assert message.startswith(
        "needs.csv: no column holds the title of a skill need. The columns are: code, area, elements."
    )


VALUES = st.sampled_from(["", "A", "B", "Sawing", "basic", "x|y", "code"])
FIELDS = ("code", "area", "title", "level", "elements")


@settings(deadline=None)
@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, VALUES)), min_size=1, max_size=12))
def test_every_entry_is_stored_rejected_or_a_duplicate(entries: list[dict[str, str]]) -> None:
    as_json: list[dict[str, Any]] = [
        {**entry, "elements": entry["elements"].split("|")} if "elements" in entry else {**entry} for entry in entries
    ]
    rows = [[entry.get(field, "") for field in FIELDS] for entry in entries if any(entry.values())]
    readings = [(reading_of(*as_json), len(entries))]
    if rows:
        readings.append((read_need_file(csv_text(Sheet("S", FIELDS, rows)), filename="n.csv"), len(rows)))
    for reading, n_entries in readings:
        assert reading.n_seen == n_entries
        assert len(reading.needs) + len(reading.rejects) + len(reading.duplicates) == n_entries
