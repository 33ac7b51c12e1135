"""Courses from spreadsheets and JSON: every entry is counted, every value kept or noted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.refusals import Refusal
from base.tables import Sheet, read_table, workbook
from catalog.importers import json_list, read_course_file, spreadsheet
from catalog.importers.spreadsheet import guess_mapping
from catalog.importers.values import (
    Unreadable,
    clock_hours,
    course_level,
    credit_range,
    day,
    delivery_way,
    is_noncredit,
)
from catalog.records import CatalogReading, CourseRow, Reject

WELDING: dict[str, Any] = {
    "code": "WELD 101",
    "title": "Arc welding",
    "description": "Students join plate in the flat position.",
    "outcomes": ["Set up a stick welder", "Weld a fillet"],
    "credits": 3,
}


def reading_of(*courses: Any) -> CatalogReading:
    return json_list.read_courses(json.dumps(courses).encode(), filename="courses.json")


def reading_of_csv(text: str) -> CatalogReading:
    return read_course_file(text.encode(), filename="courses.csv")


def refusal_of(content: bytes, *, filename: str) -> str:
    with pytest.raises(Refusal) as caught:
        read_course_file(content, filename=filename, strict=True)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Columns


@pytest.mark.parametrize(
    ("columns", "mapping"),
    [
        (["code", "title"], {"code": "code", "title": "title"}),
        (["Course Code", "COURSE TITLE"], {"code": "Course Code", "title": "COURSE TITLE"}),
        (["Course_Number", "Long Title", "Title"], {"code": "Course_Number", "title": "Long Title"}),
        (["Subject", "Number", "Name"], {"code": "Subject + Number", "title": "Name"}),
        (["Dept", "Course No.", "Course"], {"code": "Dept + Course No.", "title": "Course"}),
        (["Course", "Title"], {"code": "Course", "title": "Title"}),
        (["Prefix", "Code", "Title"], {"code": "Code", "title": "Title"}),
        (
            ["subjectCode", "courseNumber", "courseTitle"],
            {"code": "subjectCode + courseNumber", "title": "courseTitle"},
        ),
        (
            ["SUBJ_CODE", "CRSE_NUMB", "CRSE_TITLE", "LONG_CRSE_TITLE", "CATALOG_DESC"],
            {"code": "SUBJ_CODE + CRSE_NUMB", "title": "LONG_CRSE_TITLE", "description": "CATALOG_DESC"},
        ),
        (
            ["code", "title", "Catalog Description", "SLOs", "Topical outline", "Credit Hours", "Contact Hours"],
            {
                "code": "code",
                "title": "title",
                "description": "Catalog Description",
                "outcomes": "SLOs",
                "topics": "Topical outline",
                "credits": "Credit Hours",
                "clock_hours": "Contact Hours",
            },
        ),
        (
            ["code", "title", "Program", "Delivery", "Level", "Credentials", "Prereqs", "Last Offered", "Non-credit"],
            {
                "code": "code",
                "title": "title",
                "program": "Program",
                "delivery": "Delivery",
                "level": "Level",
                "credentials": "Credentials",
                "prerequisites": "Prereqs",
                "last_offered": "Last Offered",
                "noncredit": "Non-credit",
            },
        ),
        (
            ["code", "title", "creditHourLow", "creditHourHigh"],
            {"code": "code", "title": "title", "credits": "creditHourLow + creditHourHigh"},
        ),
        (["code", "title", "Units (semester)"], {"code": "code", "title": "title", "credits": "Units (semester)"}),
        (["Room", "Building"], {}),
    ],
)
def test_usual_headers_are_recognised(columns: list[str], mapping: Mapping[str, str]) -> None:
    assert guess_mapping(columns) == mapping


def test_a_code_in_two_columns_is_joined_with_a_space() -> None:
    reading = reading_of_csv(
        "Subject,Number,Title,Description\nWELD,101,Arc welding,Plate.\nWELD,,Pipe welding,Pipe.\n"
    )
    assert [course.code for course in reading.courses] == ["WELD 101"]
    assert reading.rejects == (
        Reject("row 3", "The course code is not complete: Number is blank.", "WELD | Pipe welding | Pipe."),
    )


def test_credits_in_two_columns_are_a_range() -> None:
    reading = reading_of_csv("code,title,description,Min Credits,Max Credits\nA,x,y,1,4\nB,x,y,3,\n")
    assert [(course.credits_min, course.credits_max) for course in reading.courses] == [
        (Decimal(1), Decimal(4)),
        (Decimal(3), Decimal(3)),
    ]


def test_a_mapping_with_a_column_that_is_not_there_is_refused() -> None:
    table = read_table(b"code,title\nA,x\n", filename="courses.csv")
    with pytest.raises(Refusal, match=r"courses\.csv: there is no column Name\. The columns are: code, title\."):
        spreadsheet.read_courses(table, mapping={"code": "code", "title": "Name"})


def test_a_table_without_code_or_title_is_refused_with_what_it_has() -> None:
    message = refusal_of(b"Room,Building\n1,North\n", filename="courses.csv")
    assert message.startswith("courses.csv: no column holds the course code or the course title.")
    assert "Room, Building" in message


def test_columns_that_no_field_reads_are_listed() -> None:
    reading = reading_of_csv("code,title,description,Instructor,Room\nA,x,y,Lee,\n")
    assert reading.doubts == (Reject("column Instructor", "This column was not read.", "Instructor"),)


def test_the_sheet_with_the_courses_is_found_behind_a_cover_note() -> None:
    sheets = [Sheet("Cover", ["a", "b"], [["x", "y"]]), Sheet("Courses", ["code", "title"], [["A", "x"]])]
    reading = read_course_file(workbook(sheets, about={"For": "a test"}), filename="courses.xlsx")
    assert [course.place for course in reading.courses] == ["sheet Courses, row 2"]
    assert reading.format == "workbook"


# Values


@pytest.mark.parametrize(
    ("text", "fewest", "most"),
    [
        ("3", "3", "3"),
        ("3.0", "3", "3"),
        ("0.5", "0.5", "0.5"),
        ("3-4", "3", "4"),
        ("3 – 4", "3", "4"),
        ("3 to 4", "3", "4"),
        ("1 OR 3 hours.", "1", "3"),
        ("3 credits", "3", "3"),
        ("Credits: 3.00", "3", "3"),
        ("variable 1-6 credit hours", "1", "6"),
        ("(4)", "4", "4"),
        ("10", "10", "10"),
    ],
)
def test_credits_are_read_as_colleges_write_them(text: str, fewest: str, most: str) -> None:
    assert credit_range(text) == (Decimal(fewest), Decimal(most))


@pytest.mark.parametrize("text", ["abc", "-3", "4-3", "3-4-5", "101", "3,5", "3" + " " * 9000 + "x", "1e3", "NaN"])
def test_other_credits_are_not_guessed(text: str) -> None:
    with pytest.raises(Unreadable):
        credit_range(text)


def test_a_range_that_the_spreadsheet_took_for_a_day_is_explained() -> None:
    with pytest.raises(Unreadable, match="Write 3 to 4"):
        credit_range("2026-03-04")


@pytest.mark.parametrize(("text", "hours"), [("48", "48"), ("48.0", "48"), ("1,200", "1200"), ("22.5 hours", "22.5")])
def test_clock_hours_are_read(text: str, hours: str) -> None:
    assert clock_hours(text) == Decimal(hours)


@pytest.mark.parametrize("text", ["45-60", "3 hours a week", "20000", "1,2"])
def test_other_clock_hours_are_not_guessed(text: str) -> None:
    with pytest.raises(Unreadable):
        clock_hours(text)


@pytest.mark.parametrize(
    ("text", "level"),
    [("Basic", "basic"), ("Fundamentals", "basic"), ("Entry level", "basic"), ("Intermediate", "working"),
     ("ADVANCED", "advanced")],
)  # fmt: skip
def test_levels_are_read_in_the_words_of_colleges(text: str, level: str) -> None:
    assert course_level(text) == level


@pytest.mark.parametrize("text", ["200", "basic to advanced", "fun"])
def test_other_levels_are_not_guessed(text: str) -> None:
    with pytest.raises(Unreadable):
        course_level(text)


@pytest.mark.parametrize(
    ("text", "way"),
    [("On-Campus", "on campus"), ("face to face", "on campus"), ("ONLINE", "online"), ("blended", "hybrid"),
     ("at the plant", "at the plant"), ("Work-based", "work-based"), ("Evening", "evenings"), ("days", "days")],
)  # fmt: skip
def test_ways_of_delivery_are_read_in_the_words_of_colleges(text: str, way: str) -> None:
    assert delivery_way(text) == way


@pytest.mark.parametrize(
    ("text", "last_offered_on"),
    [("2025-09-01", date(2025, 9, 1)), ("2025-09-01 00:00:00", date(2025, 9, 1)), ("9/1/2025", date(2025, 9, 1)),
     ("September 1, 2025", date(2025, 9, 1)), ("1 Sep 2025", date(2025, 9, 1))],
)  # fmt: skip
def test_days_are_read(text: str, last_offered_on: date) -> None:
    assert day(text) == last_offered_on


@pytest.mark.parametrize("text", ["Fall 2025", "2025-13-01", "25/12/2025", "45901"])
def test_other_days_are_not_guessed(text: str) -> None:
    with pytest.raises(Unreadable):
        day(text)


@pytest.mark.parametrize(("text", "answer"), [("Yes", True), ("non-credit", True), ("no", False), ("Credit", False)])
def test_the_non_credit_mark_is_read(text: str, answer: bool) -> None:
    assert is_noncredit(text) is answer


# Whole courses


def test_every_field_of_a_row_is_read() -> None:
    header = "code,title,description,outcomes,topics,credits,clock_hours,program,level,delivery,credentials"
    row = 'EL-1,Motors,"Wiring, testing.",Wire a starter|Test a motor,"Starters\nDrives",3-4,60,Electrical,basic'
    reading = reading_of_csv(
        f"{header},prerequisites,last_offered,noncredit,college\n"
        f'{row},"online, evenings",OSHA 10|NCCER,EL-0,2025-09-01,no,NMT\n'
    )
    assert reading.courses == (
        CourseRow(
            code="EL-1",
            title="Motors",
            description="Wiring, testing.",
            outcomes=("Wire a starter", "Test a motor"),
            topics=("Starters", "Drives"),
            credits_min=Decimal(3),
            credits_max=Decimal(4),
            clock_hours=Decimal(60),
            program="Electrical",
            level="basic",
            delivery=("online", "evenings"),
            credentials=("OSHA 10", "NCCER"),
            prerequisites="EL-0",
            last_offered_on=date(2025, 9, 1),
            is_noncredit=False,
            college="NMT",
            place="row 2",
        ),
    )
    assert (reading.n_seen, reading.rejects, reading.duplicates, reading.doubts) == (1, (), (), ())


def test_json_and_csv_of_the_same_course_read_the_same() -> None:
    [from_json] = reading_of(WELDING).courses
    [from_csv] = reading_of_csv(
        "code,title,description,outcomes,credits\n"
        "WELD 101,Arc welding,Students join plate in the flat position.,Set up a stick welder|Weld a fillet,3\n"
    ).courses
    assert (from_json.place, from_csv.place) == ("course 1", "row 2")
    assert {**vars(from_json), "place": ""} == {**vars(from_csv), "place": ""}


def test_values_that_cannot_be_read_leave_the_course_and_are_listed() -> None:
    reading = reading_of_csv(
        "code,title,description,credits,delivery,last_offered\nA,x,y,abc,online; by mail,Fall 2025\n"
    )
    [course] = reading.courses
    assert (course.credits_min, course.delivery, course.last_offered_on) == (None, ("online",), None)
    assert [(doubt.place, doubt.raw) for doubt in reading.doubts] == [
        ("row 2", "abc"),
        ("row 2", "by mail"),
        ("row 2", "Fall 2025"),
    ]


def test_a_course_without_a_description_is_kept_and_listed() -> None:
    reading = reading_of({"code": "A", "title": "Saws"})
    assert len(reading.courses) == 1
    assert [(doubt.place, doubt.raw) for doubt in reading.doubts] == [("course 1", "A Saws")]


def test_rows_without_code_or_title_are_listed_with_their_text() -> None:
    reading = reading_of_csv("code,title,description\nA,,y\n,Saws,y\n,,Total 3\ncode,title,description\n")
    assert reading.rejects == (
        Reject("row 2", "The course A has no title.", "A | y"),
        Reject("row 3", "The course Saws has no code.", "Saws | y"),
        Reject("row 4", "There is neither a course code nor a title.", "Total 3"),
        Reject("row 5", "This row repeats the column names.", "code | title | description"),
    )


def test_a_doubled_code_is_kept_once_and_the_difference_is_named() -> None:
    reading = reading_of_csv("code,title,description\nA,Saws,y\nA,Saws,y\na,Files,y\n")
    assert [course.title for course in reading.courses] == ["Saws"]
    assert [(duplicate.place, duplicate.reason) for duplicate in reading.duplicates] == [
        ("row 3", "The same course stands already in row 2. It was kept once."),
        ("row 4", "The code a stands already in row 2 with another title. The first one was kept."),
    ]


def test_two_colleges_may_use_the_same_code() -> None:
    reading = reading_of({**WELDING, "college": "SVC"}, {**WELDING, "college": "NMT"})
    assert (len(reading.courses), len(reading.duplicates)) == (2, 0)


# JSON


@pytest.mark.parametrize(
    ("course", "reason"),
    [
        ("WELD 101", 'A course must be an object {…}, but this is the text "WELD 101".'),
        (None, "A course must be an object {…}, but this is null."),
        ({"title": "Saws"}, "The course Saws has no code."),
        ({"code": "A"}, "The course A has no title."),
        ({**WELDING, "title": 5}, '"title" must be a text in quotation marks, but is the number 5.'),
        ({**WELDING, "outcomes": "Weld"}, '"outcomes" must be a list of texts, but is the text "Weld".'),
        ({**WELDING, "outcomes": [1]}, '"outcomes" must hold texts only, but holds the number 1.'),
        ({**WELDING, "credits": [3]}, '"credits" must be a number or a text, but is a list.'),
        ({**WELDING, "description": "x" * 10_001}, '"description" holds more than 10,000 characters. Shorten it.'),
    ],
)
def test_an_entry_of_the_wrong_kind_is_rejected_and_refused_when_strict(course: Any, reason: str) -> None:
    reading = reading_of(WELDING, course)
    assert (reading.n_seen, len(reading.courses)) == (2, 1)
    assert [(reject.place, reject.reason) for reject in reading.rejects] == [("course 2", reason)]
    content = json.dumps([WELDING, course]).encode()
    assert refusal_of(content, filename="courses.json") == f"courses.json, course 2: {reason}"


def test_a_doubled_code_is_refused_when_strict() -> None:
    doubled = json.dumps([WELDING, WELDING]).encode()
    assert refusal_of(doubled, filename="courses.json") == (
        "courses.json, course 2: The code WELD 101 stands already in course 1."
    )
    assert refusal_of(b"code,title\nA,x\nA,y\n", filename="courses.csv") == (
        "courses.csv, row 3: The code A stands already in row 2."
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[\n {"code": "A",\n  "title" "x"}\n]', "line 3, column 11: a colon is missing here."),
        ('[{"code": "A"}', "line 1, column 15: a comma or a closing bracket is missing here."),
        ('[{"code": "A"}] x', "line 1, column 17: the list is closed before this place, but the file goes on."),
        ('[{"code": "A\n"}]', "line 1, column 13: a text holds a line break"),
        ('{"course": []}', "the file must hold a list of courses"),
        ("[]", "the list of courses is empty."),
        ('[{"code": "A", "credits": NaN}]', "NaN is no number that JSON knows."),
        ('[{"code": "A", "code": "B"}]', 'an entry names "code" twice'),
        ("[" * 100_000, "brackets are nested too deeply"),
        ('[{"code": "A", "credits": ' + "9" * 5000 + "}]", "a number has more digits than can be read."),
        ("", "this file is empty"),
        ("hello", "line 1, column 1: a value is missing here"),
    ],
)
def test_broken_json_is_refused_with_its_place(text: str, told: str) -> None:
    message = refusal_of(text.encode(), filename="courses.json")
    assert message.startswith("courses.json")
    assert told in message


def test_json_is_known_by_its_content_and_may_stand_in_an_object() -> None:
    content = json.dumps({"courses": [WELDING]}).encode("utf-16")
    reading = read_course_file(content, filename="courses.txt", strict=True)
    assert (reading.format, len(reading.courses)) == ("JSON", 1)


def test_names_that_no_field_reads_are_listed_once() -> None:
    reading = reading_of({**WELDING, "room": 1}, {**WELDING, "code": "B", "room": 2})
    assert reading.doubts == (Reject("course 1", '"room" was not read in any course.', "room"),)


# Laws

CELLS = st.sampled_from(["", "A", "a", "B", "Saws", "3", "3-4", "abc", "online", "x|y", "code", "1\n2"])
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3),
)
FIELDS = ("code", "title", "description", "credits", "clock_hours", "level", "delivery", "noncredit", "outcomes")


def every_entry_is_counted(reading: CatalogReading, *, n_entries: int) -> bool:
    n_counted = len(reading.courses) + len(reading.rejects) + len(reading.duplicates)
    return n_entries == reading.n_seen == n_counted


@settings(deadline=None)
@given(st.lists(st.lists(CELLS, min_size=len(FIELDS), max_size=len(FIELDS)), min_size=1, max_size=12))
def test_every_row_is_stored_rejected_or_a_duplicate(rows: list[list[str]]) -> None:
    lines = [["code", *FIELDS[1:]], *rows]
    content = "\r\n".join(",".join(f'"{cell}"' for cell in line) for line in lines).encode()
    n_filled = sum(1 for row in rows if any(row))
    if n_filled:
        assert every_entry_is_counted(read_course_file(content, filename="c.csv"), n_entries=n_filled)


@settings(deadline=None)
@given(
    st.lists(
        JSON_VALUES | st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["A", "B", 3]) | JSON_VALUES),
        min_size=1,
        max_size=8,
    )
)
def test_every_json_entry_is_stored_rejected_or_a_duplicate(entries: list[Any]) -> None:
    content = json.dumps(entries).encode()
    assert every_entry_is_counted(read_course_file(content, filename="c.json"), n_entries=len(entries))
