"""Workbooks and CSV files that open safely and say the same as the rows they were made of."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.table_writing import sheet_titles
from base.tables import Cell, Sheet, csv_text, read_table, sheet_names, workbook
from base.text_files import cleaned

#: Texts as people type them, and the characters by which a spreadsheet would take them for something else.
TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("=+-@'\t\r\n,;\"|#<&"), max_size=40)


def sheet_xml(content: bytes, *, number: int) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return pack.read(f"xl/worksheets/sheet{number}.xml").decode()


@pytest.mark.parametrize("text", ["=1+1", "+1 719 555", "-x", "@SUM(A1)", "\tx", "\rx", "\nx"])
def test_formula_looking_text_is_protected_in_csv(text: str) -> None:
    lines = csv_text(Sheet("S", ["a"], [[text]])).decode("utf-8-sig")
    assert lines in (f"a\r\n'{text}\r\n", f'a\r\n"\'{text}"\r\n')


@pytest.mark.parametrize(("cell", "shown"), [(-3, "-3"), (-0.5, "-0.5"), ("-3.5", "-3.5"), ("+12", "+12")])
def test_plain_numbers_are_not_protected(cell: str | float, shown: str) -> None:
    assert csv_text(Sheet("S", ["a"], [[cell]])).decode("utf-8-sig") == f"a\r\n{shown}\r\n"


def test_csv_begins_with_the_mark_by_which_a_spreadsheet_knows_utf_8_and_ends_lines_with_crlf() -> None:
    cells = [None, True, date(2026, 3, 4), datetime(2026, 3, 4, 17, 30, tzinfo=UTC), float("nan")]
    content = csv_text(Sheet("S", ["a", "b", "c", "d", "e"], [cells]))
    assert content == b"\xef\xbb\xbfa,b,c,d,e\r\n,yes,2026-03-04,2026-03-04T17:30:00+00:00,\r\n"


def test_a_workbook_begins_with_the_sheet_about() -> None:
    content = workbook([Sheet("List", ["a"], [["x"]])], about={"Run": "12", "Made on": "2026-03-04"})
    assert sheet_names(content, filename="a.xlsx") == ("About", "List")
    about = read_table(content, filename="a.xlsx", sheet="About")
    assert about.columns == ("Run", "12")
    assert list(about.rows[0].cells.values()) == ["Made on", "2026-03-04"]


def test_rows_of_the_sheet_about_are_as_high_as_their_text() -> None:
    about = {"Run": "12", "Catalogs": "one\ntwo\nthree", "Note": "word " * 40}
    heights = re.findall(r'<row r="\d"[^>]* ht="([\d.]+)"', sheet_xml(workbook([], about=about), number=1))
    # A line is 15 points and 4 are left above and below; 200 characters take three lines of at most 0.9 × 90 = 81.
    # The format keeps heights in steps of three quarters of a point.
    assert [float(height) for height in heights] == pytest.approx([1 * 15 + 8, 3 * 15 + 8, 3 * 15 + 8], abs=0.75)


def test_a_workbook_holds_real_numbers_and_days_and_never_a_formula() -> None:
    rows: list[list[Cell]] = [
        ["=1+1", 3, 0.5, date(2026, 3, 4), datetime(2026, 3, 4, 10, 30, tzinfo=timezone(timedelta(hours=-7)))]
    ]
    content = workbook([Sheet("List", ["a", "b", "c", "d", "e"], rows)], about={"Note": "=1+1"})
    xml = sheet_xml(content, number=2)
    assert "<f>" not in xml + sheet_xml(content, number=1)
    # Day 0 of a spreadsheet is 1899-12-30; half past ten in UTC-7 is half past five in the afternoon in UTC.
    n_days = (date(2026, 3, 4) - date(1899, 12, 30)).days
    values = [float(value) for value in re.findall(r'<c r="[B-E]2" s="\d+"><v>([^<]+)</v>', xml)]
    assert values == pytest.approx([3, 0.5, n_days, n_days + 17.5 / 24])
    assert list(read_table(content, filename="a.xlsx").rows[0].cells.values()) == [
        "=1+1", "3", "0.5", "2026-03-04", "2026-03-04 17:30:00",
    ]  # fmt: skip


def test_the_header_stays_in_sight_and_filters_the_rows() -> None:
    xml = sheet_xml(workbook([Sheet("List", ["a", "b"], [["x", "y"], ["z", "w"]])], about={}), number=2)
    assert 'state="frozen"' in xml
    assert '<autoFilter ref="A1:B3"/>' in xml


def test_long_text_wraps_in_a_column_of_bearable_width_and_a_high_row() -> None:
    xml = sheet_xml(workbook([Sheet("List", ["a"], [["word " * 100]])], about={}), number=2)
    width = re.search(r'<col min="1" max="1" width="([\d.]+)"', xml)
    height = re.search(r'<row r="2"[^>]* ht="([\d.]+)"', xml)
    assert width is not None
    assert height is not None
    assert 60 <= float(width[1]) < 62
    # 500 characters in lines of 60 are 9 lines of 15 points.
    assert float(height[1]) >= 9 * 15


def test_an_accent_colours_the_texts_that_begin_with_its_sign() -> None:
    content = workbook([Sheet("List", ["a"], [["● Match"], ["○ Gap"]])], about={}, accents={"●": "#1B7F4B"})
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        assert "FF1B7F4B" in pack.read("xl/styles.xml").decode()
    styles = re.findall(r'<c r="A[23]" s="(\d+)"', sheet_xml(content, number=2))
    assert len(set(styles)) == 2


def test_sheets_get_titles_that_a_workbook_accepts() -> None:
    assert sheet_titles(["About", "Needs: 1/2", "x" * 40, "X" * 31, "''", "History"]) == [
        "About (2)", "Needs 1 2", "x" * 31, "X" * 27 + " (2)", "Sheet", "History (2)",
    ]  # fmt: skip


def test_text_beyond_the_limit_of_a_workbook_is_cut_and_says_so() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook([Sheet("List", ["a"], [["x" * 40_000]])], about={}))) as pack:
        assert b"cut short" in pack.read("xl/worksheets/sheet2.xml")


def test_a_day_before_the_first_day_of_a_spreadsheet_is_written_as_text() -> None:
    content = workbook([Sheet("List", ["a"], [[date(1862, 5, 20)]])], about={})
    assert read_table(content, filename="a.xlsx").rows[0].cells == {"a": "1862-05-20"}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_is_written_as_csv_reads_back_the_same(rows: list[list[str]]) -> None:
    numbered = [[f"row {number}", *cells] for number, cells in enumerate(rows)]
    table = read_table(csv_text(Sheet("S", ["n", "b", "c"], numbered)), filename="a.csv")
    assert [list(row.cells.values()) for row in table.rows] == [[cleaned(cell) for cell in row] for row in numbered]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=20))
def test_what_is_written_as_a_workbook_reads_back_the_same(rows: list[list[str]]) -> None:
    numbered = [[f"row {number}", *cells] for number, cells in enumerate(rows)]
    table = read_table(workbook([Sheet("S", ["n", "b", "c"], numbered)], about={}), filename="a.xlsx")
    assert [list(row.cells.values()) for row in table.rows] == [[cleaned(cell) for cell in row] for row in numbered]
