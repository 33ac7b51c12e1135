"""What leaves as a file can come back as the same catalog, and runs nothing on its way."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from base.database import Database
from base.tables import csv_text, read_table, sheet_names, split_list
from catalog import operations
from catalog.exports import COURSE_COLUMNS, courses_sheet, list_cell
from catalog.importers import read_course_file
from catalog.queries import CourseText
from catalog.records import CatalogReading, CourseRow, Reject

SignIn = Callable[[str], FlaskClient]
NOON = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)
FULL = CourseRow(
    code="WLD 110/111",
    title='=HYPERLINK("http://x.example","Gas welding")',
    description="+1 weld\nper day; “quoted”, and <b>bold</b>",
    outcomes=("Weld a fillet.", "@Set wire speed.", "- Choose gas"),
    topics=("Gas",),
    credits_min=Decimal("3"),
    credits_max=Decimal("4.5"),
    clock_hours=Decimal("90.5"),
    program="Welding",
    level="working",
    delivery=("on campus", "evenings"),
    credentials=("Welder, level 1",),
    prerequisites="-MTH 85",
    last_offered_on=date(2026, 1, 12),
    is_noncredit=True,
    cip_codes=("48.0508", "01.0101"),
    place="row 2",
)
BARE = CourseRow(
    code="0110", title="1e5", description="A", credits_min=Decimal("3"), credits_max=Decimal("3"), place="row 3"
)


def import_courses(database: Database, *, college_id: int, courses: tuple[CourseRow, ...]) -> None:
    """Store courses as a college's next edition, with one record left out."""
    reading = CatalogReading(
        format="CSV",
        n_seen=len(courses) + 1,
        courses=courses,
        rejects=(Reject("row 9", "There is no title.", "=1+1 | WLD 999"),),
        duplicates=(),
        doubts=(Reject("row 2", "The level cannot be read.", "expertish"),),
    )
    with database.writing() as session:
        operations.store_edition(
            session,
            organisation_id=college_id,
            label="2026–27 catalog",
            filename="catalog.csv",
            file_digest="a" * 64,
            mapping={},
            reading=reading,
            by_name="Dana Ruiz",
            now=NOON,
        )
        session.commit()


def facts(course: CourseRow | CourseText) -> dict[str, object]:
    """Return what a course says, without where it stood and which college it is of."""
    return {
        field.name: getattr(course, field.name) for field in fields(CourseRow) if field.name not in {"place", "college"}
    }


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_exported_courses_come_back_as_they_were(
    sign_in: SignIn, database: Database, college_id: int, extension: str
) -> None:
    import_courses(database, college_id=college_id, courses=(FULL, BARE))
    answer = sign_in("viewer").get(f"/colleges/TVC/editions/1/courses.{extension}")
    assert f"TVC-edition-1-courses.{extension}" in answer.headers["Content-Disposition"]
    reading = read_course_file(answer.data, filename=f"courses.{extension}")
    assert reading.rejects == reading.duplicates == reading.doubts == ()
    assert [facts(course) for course in reading.courses] == [facts(BARE), facts(FULL)]
    assert {course.college for course in reading.courses} == {"TVC"}


def test_an_export_goes_in_through_the_door_again_and_changes_nothing(
    sign_in: SignIn, database: Database, college_id: int
) -> None:
    import_courses(database, college_id=college_id, courses=(FULL, BARE))
    browser = sign_in("convener")
    content = browser.get("/colleges/TVC/editions/1/courses.xlsx").data
    form = {"label": "Again", "file": (io.BytesIO(content), "courses.xlsx")}
    waiting = browser.post("/colleges/TVC/import", data=form).location
    page = browser.post(waiting, follow_redirects=True).text
    assert "2 courses are stored as edition 2" in page
    assert "prints the same courses as edition 1" in page


def test_the_columns_are_the_documented_ones() -> None:
    assert ",".join(COURSE_COLUMNS) == (
        "code,title,description,outcomes,topics,credits,clock_hours,program,level,delivery,credentials,"
        "prerequisites,last_offered,noncredit,cip,college"
    )


def test_no_cell_of_a_csv_file_is_a_formula(sign_in: SignIn, database: Database, college_id: int) -> None:
    import_courses(database, college_id=college_id, courses=(FULL, BARE))
    browser = sign_in("viewer")
    for name in ("courses", "import-report"):
        answer = browser.get(f"/colleges/TVC/editions/1/{name}.csv")
        assert answer.data.startswith(b"\xef\xbb\xbf"), "spreadsheets need the mark to read UTF-8"
        cells = [cell for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
        assert [cell for cell in cells if cell.startswith("'=")]


def test_a_range_of_credits_is_not_written_as_a_spreadsheet_writes_a_day() -> None:
    row = next(iter(courses_sheet([course_text(FULL)], college_code="TVC").rows))
    assert row[COURSE_COLUMNS.index("credits")] == "3 to 4.5"


def test_a_workbook_says_where_its_rows_come_from(sign_in: SignIn, database: Database, college_id: int) -> None:
    import_courses(database, college_id=college_id, courses=(FULL,))
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE partnership SET is_sample = 1")
        session.commit()
    answer = sign_in("viewer").get("/colleges/TVC/editions/1/import-report.xlsx")
    assert "sample-TVC" in answer.headers["Content-Disposition"]
    assert sheet_names(answer.data, filename="x.xlsx") == ("About", "Import report")
    about = read_table(answer.data, filename="x.xlsx", sheet="About")
    words = " ".join((*about.columns, *(text for row in about.rows for text in row.cells.values())))
    for text in ("invented", "Test Valley College (TVC)", "2026–27 catalog", "15 September 2026, 12:00 UTC", "a" * 64):
        assert text in words
    report = read_table(answer.data, filename="x.xlsx", sheet="Import report")
    assert [tuple(row.cells.values()) for row in report.rows] == [
        ("Left out", "row 9", "There is no title.", "=1+1 | WLD 999"),
        ("Doubt", "row 2", "The level cannot be read.", "expertish"),
    ]


def test_another_kind_of_file_is_not_offered(sign_in: SignIn, database: Database, college_id: int) -> None:
    import_courses(database, college_id=college_id, courses=(FULL,))
    browser = sign_in("viewer")
    for path in ("courses.exe", "import-report.pdf", "courses.CSV"):
        assert browser.get(f"/colleges/TVC/editions/1/{path}").status_code == 404


def course_text(row: CourseRow) -> CourseText:
    """Return a course as an edition holds it."""
    return CourseText(id=0, place=row.place, **facts(row))  # type: ignore[arg-type]  # the names are the same


LINES = st.text(alphabet="=+-@'|•1a).,;\"\t é\n", max_size=12)
CELLS = st.lists(LINES, max_size=4).map("|".join)


@given(CELLS)
def test_a_list_survives_its_cell(text: str) -> None:
    parts = split_list(text)
    assert split_list(list_cell(parts)) == parts


@settings(max_examples=50)
@given(st.lists(st.tuples(LINES, CELLS), min_size=1, max_size=5))
def test_reading_what_was_written_gives_what_was_read(rows: list[tuple[str, str]]) -> None:
    courses = [
        CourseRow(code=f"A {number}", title=f"T{title.strip()}", description=title, outcomes=split_list(outcomes))
        for number, (title, outcomes) in enumerate(rows)
    ]
    first, again = courses, courses
    for _ in range(2):
        first = again
        content = csv_text(courses_sheet([course_text(row) for row in first], college_code="TVC"))
        again = list(read_course_file(content, filename="courses.csv").courses)
    assert [facts(row) for row in again] == [facts(row) for row in first]
