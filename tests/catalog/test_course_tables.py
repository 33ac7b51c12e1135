"""Courses from tables of other makes: whole courses in one column, and Credential Engine's bulk upload."""

from __future__ import annotations

from decimal import Decimal
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.refusals import Refusal
from catalog.importers import bulk_upload, pasted_column
from catalog.records import CatalogReading


def reading_of(importer: ModuleType, text: str) -> CatalogReading:
    assert importer.recognises(text.encode(), filename="x.csv")
    reading: CatalogReading = importer.read_courses(text.encode(), filename="x.csv")
    assert reading.n_seen == len(reading.courses) + len(reading.rejects) + len(reading.duplicates)
    return reading


def reasons(reading: CatalogReading) -> list[str]:
    return [doubt.reason for doubt in reading.doubts]


PASTED = """,coursetext
0,"WELD 1001 Arc Welding (3)
[Same as METL 1001] Students weld plate."
1,"WELD 1002 Pipe Welding (1-6)
Prereq.: WELD 1001. Students weld pipe."
2,
3,"WELD 1003 Thesis (1-12 per sem.)
May be repeated."
"""


def test_a_column_of_whole_courses_is_split_at_the_first_line_of_each_cell() -> None:
    reading = reading_of(pasted_column, PASTED)
    assert [(course.code, course.title, course.description) for course in reading.courses] == [
        ("WELD 1001", "Arc Welding", "[Same as METL 1001] Students weld plate."),
        ("WELD 1002", "Pipe Welding", "Prereq.: WELD 1001. Students weld pipe."),
        ("WELD 1003", "Thesis", "May be repeated."),
    ]
    assert [reject.reason for reject in reading.rejects] == ["This cell is blank."]
    assert any("split at their first line" in reason for reason in reasons(reading))


@pytest.mark.parametrize(
    "text",
    [
        "code,title\nWELD 101,Arc\n",
        "n,notes\n1,A long note about the shop\n2,Another note about the shop\n",
        'n,text\n1,"WELD 1001 Arc Welding (3)"\n2,"WELD 1002 Pipe Welding (3)"\n',
        "",
    ],
)
def test_other_tables_are_not_split(text: str) -> None:
    assert not pasted_column.recognises(text.encode(), filename="x.csv")


def test_a_table_that_cannot_be_split_is_refused_in_words() -> None:
    with pytest.raises(Refusal, match="no column holds whole courses that begin with both"):
        pasted_column.read_courses(b"n,notes\n1,A long note about the shop\n2,A note on tools\n", filename="x.csv")


BULK = (
    "External Identifier,Learning Type,Learning Opportunity Name,Description,Life Cycle Status Type,Language,"
    "Credit Unit Type,Credit Unit Value,Credit Unit Max Value,Coded Notation,Delivery Type,Prerequisites,In Catalog,"
    "ConditionProfile: Description\n"
)


def test_rows_of_the_bulk_upload_are_read() -> None:
    rows = (
        "X-1,Course,Arc Welding,Plate.,Active,English,SemesterHour,3,6,WELD 101,OnlineOnly|InPerson,None,,\n"
        "X-2,Course,Forklift,Students drive.,Ceased,English,ClockHour,16,,SAFE 5,,,u,A licence\n"
        ",,,,,,,,,,,,,Good eyesight\n"
        "X-3,LearningProgram,Welding Certificate,A program.,Active,English,,,,WELD-C,,,u,\n"
        "X-4,Course,Pumps,Students repair pumps.,Active,English,,,,,,,u,\n"
    )
    reading = reading_of(bulk_upload, BULK + rows)
    arc, forklift, pumps = reading.courses
    assert (arc.code, arc.credits_min, arc.credits_max) == ("WELD 101", Decimal(3), Decimal(6))
    assert (arc.delivery, arc.prerequisites) == (("online", "on campus"), "")
    assert (forklift.clock_hours, forklift.credits_min) == (Decimal(16), None)
    assert forklift.prerequisites == "A licence\nGood eyesight"
    assert pumps.code == "X-4"
    assert [reject.reason for reject in reading.rejects] == ["The learning type is LearningProgram, not Course."]
    assert any("marked Ceased" in reason for reason in reasons(reading))


def test_a_table_without_names_of_courses_is_no_bulk_upload() -> None:
    with pytest.raises(Refusal, match="Learning Opportunity Name cannot be found"):
        bulk_upload.read_courses(b"a,b\n1,2\n", filename="x.csv")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.sampled_from(["", PASTED, BULK]))
def test_any_bytes_are_read_or_refused(content: bytes, before: str) -> None:
    for importer in (bulk_upload, pasted_column):
        assert is_read_or_refused(importer, before.encode() + content)


def is_read_or_refused(importer: ModuleType, content: bytes) -> bool:
    importer.recognises(content, filename="x")
    try:
        reading = importer.read_courses(content, filename="x")
    except Refusal as refusal:
        return bool(str(refusal)) and "\n" not in str(refusal)
    return bool(reading.n_seen == len(reading.courses) + len(reading.rejects) + len(reading.duplicates))
