"""Reading tables out of any file, and every refusal that a convener can meet on the way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from base.refusals import Refusal
from base.tables import Row, Sheet, Table, column_letter, read_table, sheet_names, split_list, workbook

UTF_8_MARK = b"\xef\xbb\xbf"
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def cells_of(table: Table) -> list[list[str]]:
    return [list(row.cells.values()) for row in table.rows]


def refusal_of(content: bytes, *, filename: str = "list.csv", required: Sequence[str] = ()) -> str:
    with pytest.raises(Refusal) as caught:
        read_table(content, filename=filename, required=required)
    message = str(caught.value)
    assert message.startswith(filename)
    assert "\n" not in message
    return message


def archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in parts.items():
            pack.writestr(name, content)
    return buffer.getvalue()


def hand_made_workbook(sheet_data: str) -> bytes:
    """Write a workbook part by part, with any rows at all."""
    types = (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
    )

    def relation(kind: str, target: str) -> str:
        return (
            f'<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}"/></Relationships>'
        )

    book = f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="r1"/>'
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": book + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SPREADSHEET}"><sheetData>{sheet_data}</sheetData></worksheet>',
    }
    return archive({name: text.encode() for name, text in parts.items()})


def merged_workbook() -> bytes:
    """Write a title over the whole table, a blank row, and a program merged over two courses."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet("Courses")
        page.merge_range("A1:C1", "Fall catalog")
        page.write_row("A3", ["Program", "Code", "Title"])
        page.merge_range("A4:A5", "Welding")
        page.write_row("B4", ["WELD 101", "Arc welding"])
        page.write_row("B5", ["WELD 102", "Pipe welding"])
        page.write_row("A7", ["Machining", "MACH 110", "Milling"])
    return buffer.getvalue()


# What a table says


def test_a_row_knows_its_place_and_a_blank_row_keeps_its_number() -> None:
    table = read_table(b"code, title \nA1,First\n\nA2, Second\n", filename="list.csv")
    assert table.columns == ("code", "title")
    assert table.rows == (
        Row("row 2", {"code": "A1", "title": "First"}),
        Row("row 4", {"code": "A2", "title": "Second"}),
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_in_the_file(delimiter: str) -> None:
    text = delimiter.join(["code", "title", "hours"]) + "\n" + delimiter.join(["A1", "Use and care of tools", "8"])
    assert read_table(text.encode(), filename="list.csv").columns == ("code", "title", "hours")


def test_commas_inside_a_semicolon_table_do_not_cut_it() -> None:
    table = read_table(b"code;title\nA1;Saws, drills, files\nA2;Lathes\n", filename="list.csv")
    assert cells_of(table) == [["A1", "Saws, drills, files"], ["A2", "Lathes"]]


def test_a_first_line_may_state_the_delimiter_and_counts_as_a_row() -> None:
    table = read_table(b"sep=;\ncode;title\nA1;Saws\n", filename="list.csv")
    assert table.rows == (Row("row 3", {"code": "A1", "title": "Saws"}),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_accents_and_curly_quotes_survive_every_usual_encoding(encoding: str) -> None:
    content = "code,title\nA1,Café “Zoë”\n".encode(encoding)
    assert cells_of(read_table(content, filename="list.csv")) == [["A1", "Café “Zoë”"]]


def test_a_quoted_cell_may_hold_delimiters_quotes_and_line_breaks() -> None:
    table = read_table(b'code,title\r\nA1,"Pipe, 2"" steel\r\nand brass"\r\n', filename="list.csv")
    assert cells_of(table) == [["A1", 'Pipe, 2" steel\nand brass']]


def test_short_rows_are_filled_with_blanks() -> None:
    assert cells_of(read_table(b"a,b,c\n1,x\n", filename="list.csv")) == [["1", "x", ""]]


def test_a_title_above_the_table_is_passed_over() -> None:
    table = read_table(b"Courses of the fall term,,\n,,\ncode,title,hours\nA1,Saws,8\n", filename="list.csv")
    assert table.rows == (Row("row 4", {"code": "A1", "title": "Saws", "hours": "8"}),)


def test_a_required_column_is_found_whatever_its_capitals_and_bears_the_required_name() -> None:
    table = read_table(b"Need Code,RANK,Note\nA1,1,x\n", filename="list.csv", required=("need_code", "rank"))
    assert table.columns == ("need_code", "rank", "Note")


def test_a_column_with_values_but_no_name_is_kept_under_its_letter() -> None:
    table = read_table(b",code,,title\n0,A1,,Saws\n1,A2,,Files\n", filename="list.csv")
    assert table.columns == ("(column A)", "code", "title")


def test_html_in_a_cell_stays_text() -> None:
    table = read_table(b"code,title\nA1,<script>alert(1)</script>\n", filename="list.csv")
    assert cells_of(table) == [["A1", "<script>alert(1)</script>"]]


def test_whole_numbers_fractions_and_truths_of_a_workbook_read_as_people_see_them() -> None:
    header = "".join(f'<c r="{letter}1" t="str"><v>{letter}</v></c>' for letter in "ABC")
    values = '<c r="A2"><v>3.0</v></c><c r="B2"><v>0.30000000000000004</v></c><c r="C2" t="b"><v>1</v></c>'
    content = hand_made_workbook(f'<row r="1">{header}</row><row r="2">{values}</row>')
    assert cells_of(read_table(content, filename="a.xlsx")) == [["3", "0.3", "TRUE"]]


def test_merged_cells_and_blank_rows_of_a_workbook_read_as_people_see_them() -> None:
    table = read_table(merged_workbook(), filename="a.xlsx")
    assert table.columns == ("Program", "Code", "Title")
    assert [(row.place, row.cells["Program"]) for row in table.rows] == [
        ("sheet Courses, row 4", "Welding"),
        ("sheet Courses, row 5", "Welding"),
        ("sheet Courses, row 7", "Machining"),
    ]


def test_a_workbook_is_known_by_its_content_whatever_its_name() -> None:
    assert read_table(merged_workbook(), filename="a.csv").sheet == "Courses"


def test_the_sheet_with_the_required_columns_is_chosen_and_any_sheet_can_be_named() -> None:
    book = workbook(
        [Sheet("Notes", ["who", "what"], [["Ana", "x"]]), Sheet("List", ["code", "title"], [["A1", "Saws"]])],
        about={"Made by": "a test", "For": "a test"},
    )
    assert sheet_names(book, filename="a.xlsx") == ("About", "Notes", "List")
    assert read_table(book, filename="a.xlsx").sheet == "Notes"
    assert read_table(book, filename="a.xlsx", required=("code",)).sheet == "List"
    assert read_table(book, filename="a.xlsx", sheet="List").rows[0].place == "sheet List, row 2"


def test_a_text_file_has_no_sheets() -> None:
    assert sheet_names(b"code,title\nA1,Saws\n", filename="list.csv") == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Weld | Grind || Inspect ", ("Weld", "Grind", "Inspect")),
        ("Weld\nGrind\n\nInspect", ("Weld", "Grind", "Inspect")),
        ("1. Weld\n2) Grind\n(3) Inspect", ("Weld", "Grind", "Inspect")),
        ("• Weld\n• Grind", ("Weld", "Grind")),
        ("- 3 mm plate\n4 mm plate", ("- 3 mm plate", "4 mm plate")),
        ("A weld\nis a joint | Grind", ("A weld\nis a joint", "Grind")),
        ("", ()),
    ],
)
def test_lists_split_on_bars_or_else_on_lines(text: str, parts: tuple[str, ...]) -> None:
    assert split_list(text) == parts


def test_columns_are_lettered_as_in_a_spreadsheet() -> None:
    # 26 letters A…Z, then 26 × 26 pairs AA…ZZ, so column 26 + 26 × 26 (counted from 0) is AAA.
    assert [column_letter(index) for index in (0, 25, 26, 26 + 26 * 26)] == ["A", "Z", "AA", "AAA"]


# What is refused


@pytest.mark.parametrize("content", [b"", b"\n\n  \r\n", UTF_8_MARK, b"\xff\xfe", b"\x00" * 50])
def test_an_empty_file_is_called_empty(content: bytes) -> None:
    assert "empty" in refusal_of(content)


def test_an_empty_workbook_is_called_empty() -> None:
    assert "empty" in refusal_of(hand_made_workbook(""), filename="a.xlsx")


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture"),
        (b"\n<!DOCTYPE html><html><body>code,title</body></html>", "a web page"),
        (b"<!-- saved --><table><tr><td>code</td></tr></table>", "a web page"),
        (b'[{"code": "A1"}]', "a JSON file"),
        (b"{\\rtf1 code}", "a text document"),
        (archive({"word/document.xml": b"<x/>"}), "a text document"),
        (archive({"list.csv": b"code,title"}), "a zip archive"),
        (archive({"xl/workbook.bin": b"x"}), "a binary workbook"),
        (OLE_MARK + "WordDocument".encode("utf-16-le"), "a text document"),
    ],
)
def test_a_file_of_another_kind_is_named_whatever_its_extension(content: bytes, kind: str, name: str) -> None:
    assert f"this is {kind}" in refusal_of(content, filename=name)


@pytest.mark.parametrize("content", [bytes(range(256)) * 8, b"a,b\n\x00\x01,2\n", b"\x01\x02\x03\x04\x05\x81"])
def test_binary_bytes_are_no_table(content: bytes) -> None:
    assert "not a text file" in refusal_of(content)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("code,title\nA1,Café\nA2,naïve\nA3,".encode() + b"caf\xe9\n", "line 4"),
        (UTF_8_MARK + b"code,title\nA1,caf\xe9\n", "line 2"),
        ("code,title\nA1,Caf\u00e9".encode("utf-16") + b"\x00", "line 2"),
    ],
)
def test_a_damaged_encoding_is_refused_with_its_line(content: bytes, place: str) -> None:
    message = refusal_of(content)
    assert place in message
    assert "CSV UTF-8" in message


def test_missing_columns_are_named_beside_those_that_were_found() -> None:
    message = refusal_of(b"code,name,hours\nA1,Saws,8\n", required=("code", "title", "elements"))
    assert "columns title, elements cannot be found" in message
    assert "code, name, hours" in message


def test_doubled_columns_are_named_by_their_letters() -> None:
    assert "row 1: columns A and C have the same name, Code" in refusal_of(b"code,title,Code\n1,x,2\n")


def test_a_table_without_a_header_is_told_apart_from_one_with_a_header() -> None:
    assert "row 1: this row holds data (101, Saws, 3)" in refusal_of(b"101,Saws,3\n102,Files,4\n")


def test_a_header_without_rows_is_refused() -> None:
    assert "row 1 names the columns, but there are no rows below it" in refusal_of(b"code,title\n\n")


def test_a_row_longer_than_the_header_is_named_with_what_stands_there() -> None:
    message = refusal_of(b"code,title\nA1,Saws\nA2,Saws, files and drills\n")
    assert "row 3, column C: here stands files and drills" in message


def test_a_cell_of_ten_thousand_characters_is_read_and_a_longer_one_is_named() -> None:
    full = b"code,title\nA1," + b"x" * 10_000
    assert len(cells_of(read_table(full, filename="list.csv"))[0][1]) == 10_000
    assert "row 2, column B (title): this cell holds more than 10,000 characters" in refusal_of(full + b"x")


def test_a_long_cell_of_a_workbook_is_named_with_its_sheet() -> None:
    book = workbook([Sheet("List", ["code", "title"], [["A1", "x" * 10_001]])], about={})
    assert "sheet List, row 2, column B (title)" in refusal_of(book, filename="a.xlsx")


def test_more_than_a_hundred_thousand_rows_are_refused() -> None:
    lines = b"code,title\n" + b"a,b\n" * 100_000
    assert len(read_table(lines, filename="list.csv").rows) == 100_000
    assert "more than 100,000 rows" in refusal_of(lines + b"a,b\n")


def test_an_unclosed_quotation_mark_is_named_where_it_opens() -> None:
    assert "row 3: a quotation mark opens a cell here" in refusal_of(b'code,title\nA1,x\nA2,"y\nA3,z\n')


def test_text_after_a_closing_quotation_mark_is_named() -> None:
    assert "row 2: a quoted cell goes on" in refusal_of(b'code,title\nA1,"Saw" blade\n')


def test_an_archive_that_unpacks_without_end_is_not_opened() -> None:
    bomb = archive({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * 30_000_000})
    assert len(bomb) < 100_000
    assert "unpacks to far more" in refusal_of(bomb, filename="a.xlsx")


def test_an_archive_that_lies_about_its_size_is_not_opened() -> None:
    bomb = archive({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * 30_000_000})
    lying = bomb.replace((30_000_000).to_bytes(4, "little"), (3_000).to_bytes(4, "little"))
    assert lying != bomb
    assert "unpacks to far more" in refusal_of(lying, filename="a.xlsx")


def test_a_value_in_the_last_cell_of_a_sheet_cannot_exhaust_the_memory() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert "a value stands far outside the table" in refusal_of(hand_made_workbook(rows), filename="a.xlsx")


def test_a_protected_workbook_is_called_protected() -> None:
    content = OLE_MARK + b"\x00" * 512 + "EncryptedPackage".encode("utf-16-le")
    assert "protected by a password" in refusal_of(content, filename="a.xlsx")


def test_a_cut_workbook_is_called_damaged() -> None:
    assert "damaged" in refusal_of(merged_workbook()[:3000], filename="a.xlsx")


def test_an_unknown_sheet_is_refused_with_the_names_of_the_others() -> None:
    with pytest.raises(Refusal, match=r"no sheet Programs\. The workbook has: Courses\."):
        read_table(merged_workbook(), filename="a.xlsx", sheet="Programs")


# Laws


def outcome(content: bytes, *, filename: str) -> Table | str:
    try:
        return read_table(content, filename=filename)
    except Refusal as refusal:
        return str(refusal)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(), st.text().map(str.encode), st.text(alphabet="ab1,;\"\n\r\t|'=").map(str.encode)))
def test_any_bytes_give_a_table_or_a_refusal(content: bytes) -> None:
    told = outcome(content, filename="any.csv")
    if isinstance(told, Table):
        assert all(tuple(row.cells) == told.columns for row in told.rows)
    else:
        assert told.startswith("any.csv")


@settings(max_examples=20, deadline=None)
@given(start=st.integers(0, 5000), patch=st.binary(min_size=1, max_size=60))
def test_a_workbook_damaged_anywhere_gives_a_table_or_a_refusal(start: int, patch: bytes) -> None:
    whole = merged_workbook()
    told = outcome(whole[:start] + patch + whole[start + len(patch) :], filename="any.xlsx")
    assert isinstance(told, Table) or told.startswith("any.xlsx")


@settings(max_examples=15, deadline=None)
@given(mark=st.sampled_from([b"PK\x03\x04", OLE_MARK, OLE_MARK + "Workbook".encode("utf-16-le")]), rest=st.binary())
def test_any_bytes_that_begin_like_a_workbook_give_a_refusal(mark: bytes, rest: bytes) -> None:
    assert str(outcome(mark + rest, filename="any.xls")).startswith("any.xls: this")
