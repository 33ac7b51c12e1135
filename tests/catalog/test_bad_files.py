"""Files chosen by mistake, or made to do harm: each has its sentence, and nothing of it is stored."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.database import Database
from base.refusals import Refusal
from catalog import queries
from catalog.cli import import_catalog, read_catalog
from catalog.importers import read_course_file
from catalog.previews import preview_upload

SignIn = Callable[[str], FlaskClient]

CSV = b"code,title,description\nWLD 110,Welding,Students weld.\nWLD 111,Pipe,Students fit.\n"
SHEET_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_SPACE = "http://schemas.openxmlformats.org/package/2006"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
WORKBOOK_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE_SPACE}/content-types"><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"'
    f'/><Override PartName="/xl/workbook.xml" ContentType="{MAIN_TYPE}.sheet.main+xml"/><Override PartName='
    f'"/xl/worksheets/sheet1.xml" ContentType="{MAIN_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE_SPACE}/relationships"><Relationship Id="rId1" Type='
    f'"{DOCUMENT_SPACE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{SHEET_SPACE}" xmlns:r="{DOCUMENT_SPACE}"><sheets><sheet name="Courses" '
    'sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE_SPACE}/relationships"><Relationship Id="rId1" Type='
    f'"{DOCUMENT_SPACE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
HEADER = ("code", "title", "description")
WELDING = ("WLD 110", "Welding", "Students weld.")
ENTITIES = (
    '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefg", "bcdefgh", strict=True))
    + "]>"
)


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet(*rows: Sequence[str], merged: str = "", before: str = "") -> str:
    """Write a sheet; a text that begins with <c is a cell as it is."""
    written = ""
    for number, row in enumerate(rows, start=1):
        cells = (
            text if text.startswith("<c ") else cell(f"{chr(65 + place)}{number}", text)
            for place, text in enumerate(row)
        )
        written += f'<row r="{number}">{"".join(cells)}</row>'
    table = f"<sheetData>{written}</sheetData>{merged}"
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{SHEET_SPACE}">{table}</worksheet>'


def workbook(text: str, **further: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**WORKBOOK_PARTS, "xl/worksheets/sheet1.xml": text}.items():
            archive.writestr(name, part)
        for name, content in further.items():
            archive.writestr(f"xl/{name.replace('_', '.')}", content)
    return buffer.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def page(title: str, body: str) -> bytes:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()


def locked(content: bytes) -> bytes:
    """Set the mark of a password on the only file of a ZIP."""
    marked = bytearray(content)
    marked[6] |= 1
    marked[content.find(b"PK\x01\x02") + 8] |= 1
    return bytes(marked)


REFUSED = [
    # what it is, its name, its bytes, words of the refusal
    ("a table cut within quotation marks", "a.csv", b'code,title\nWLD 110,"Students we', "is never closed"),
    ("an empty file", "a.csv", b"", "this file is empty"),
    ("JSON that is cut off", "a.json", b'[{"code": "A 1"},\n {"code": "A 2", "ti', "line 2, column 18"),
    ("JSON with a slip", "a.json", b'[{"code": "A 1"},\n {"code": "A 2",, "title": "C"}]', "line 2, column 17"),
    ("a workbook that is cut off", "a.xlsx", workbook(sheet(HEADER, WELDING))[:-200], "is damaged"),
    ("a workbook whose XML bursts", "a.xlsx", workbook(sheet(HEADER, ("A 1", "&h;", ""), before=ENTITIES)),
     "cannot be read"),
    ("a workbook that bursts", "a.xlsx", workbook(sheet(HEADER, WELDING), big_xml=bytes(400_000_000)), "far more than"),
    ("a workbook with a password", "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
     + "EncryptedPackage".encode("utf-16-le") + bytes(2000), "protected by a password"),
    ("a ZIP that bursts", "a.zip", zipped("a.html", bytes(400_000_000)), "unpacks to far more than saved pages need"),
    ("a ZIP that leads out of its folder", "a.zip", zipped("../../etc/a.html", b"x"), "leads outside of it"),
    ("a ZIP with a password", "a.zip", locked(zipped("a.csv", CSV)), "protected by a password"),
    ("a login page", "a.html", page("Sign in", '<form><input type="password"></form>'), "this is a login page"),
    ("a page that checks browsers", "a.html", page("Just a moment...", "Checking your browser"),
     "checking your browser"),
    ("a page under the name of a table", "a.csv", page("River College", "<p>Welcome</p>"), "this is a web page"),
    ("a PDF that is cut off", "a.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type", "damaged or incomplete"),
    ("XML with entities", "a.xml",
     b'<!DOCTYPE l [<!ENTITY a "aa">]><courseinfo><course code="A 1"/></courseinfo>', "XML"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "name", "content", "told"), REFUSED, ids=[entry[0] for entry in REFUSED])
def test_a_file_that_cannot_be_read_says_why(what: str, name: str, content: bytes, told: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_course_file(content, filename=name)
    assert told in str(refusal.value), what
    assert str(refusal.value).startswith(name), "the file is named first"
    assert told in preview_upload(content, filename=name).refusal


DOUBTED = [
    # what it is, its name, its bytes, codes, words of a doubt or of what was left out
    ("a table in two encodings", "a.csv", "code,title\nA 1,Café\n".encode() + "A 2,Café\n".encode("cp1252"),
     ["A 1", "A 2"], "mixes text encodings in one place"),
    ("a workbook with macros", "a.xlsm", workbook(sheet(HEADER, WELDING), vbaProject_bin=b"\xd0\xcf\x11\xe0"),
     ["WLD 110"], "This workbook holds macros. They were not run."),
    ("a formula without its result", "a.xlsx", workbook(sheet(HEADER, ("WLD 109", '<c r="B2"><f>A2</f></c>'), WELDING)),
     ["WLD 110"], "holds a formula whose result the workbook does not keep"),
    ("two rows of headers", "a.xlsx", workbook(sheet(("Course", "Course", "Text"), HEADER, WELDING)), ["WLD 110"], ""),
    ("the headers twice", "a.xlsx", workbook(sheet(HEADER, HEADER, WELDING)), ["WLD 110"], "repeats the column names"),
    ("merged headers", "a.xlsx", workbook(sheet(("Course", "", "Text"), HEADER, WELDING,
     merged='<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>')), ["WLD 110"], ""),
    ("a table under another name", "a.pdf", CSV, ["WLD 110", "WLD 111"], ""),
    ("signs of web pages", "a.csv",
     b"code,title,description\nA&amp;S 1,Nuts &amp; Bolts,Don&#39;t&nbsp;stop. AT&T; R&D\n",
     ["A&S 1"], "signs stand as web pages write them (&amp; for &)"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "name", "content", "codes", "told"), DOUBTED, ids=[entry[0] for entry in DOUBTED])
def test_a_file_with_a_flaw_is_read_and_says_so(
    what: str, name: str, content: bytes, codes: list[str], told: str
) -> None:
    reading = read_course_file(content, filename=name)
    seen = preview_upload(content, filename=name).reading
    for one in (reading, seen):
        assert one is not None, what
        assert [course.code for course in one.courses] == codes
        assert told in " ".join(note.reason for note in (*one.doubts, *one.rejects))


def test_signs_of_web_pages_become_the_signs_that_they_stand_for() -> None:
    _, _, content, _, _ = next(entry for entry in DOUBTED if entry[0] == "signs of web pages")
    [course] = read_course_file(content, filename="a.csv").courses
    assert (course.title, course.description) == ("Nuts & Bolts", "Don't stop. AT&T; R&D")


def test_both_halves_of_a_table_in_two_encodings_are_read_right() -> None:
    _, _, content, _, _ = DOUBTED[0]
    assert [course.title for course in read_course_file(content, filename="a.csv").courses] == ["Café", "Café"]


def test_a_sheet_of_a_million_rows_is_refused_before_it_fills_the_memory() -> None:
    rows = "".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(1, 1_000_001))
    content = workbook(f'<worksheet xmlns="{SHEET_SPACE}"><sheetData>{rows}</sheetData></worksheet>')
    del rows
    tracemalloc.start()
    with pytest.raises(Refusal, match="more than 100,000 rows"):
        read_course_file(content, filename="a.xlsx")
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 50_000_000


ANY = st.binary(max_size=300)
STARTS = st.sampled_from(
    (
        b"",
        CSV,
        b"[{",
        b'{"data":[',
        b"<!doctype html><div class=courseblock>",
        b"%PDF-1.4\n",
        b"PK\x03\x04",
        b"\xff\xfe",
    )
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=STARTS, content=ANY)
def test_the_command_reads_any_bytes_or_says_one_sentence(tmp_path: Path, start: bytes, content: bytes) -> None:
    path, out = tmp_path / "any.bin", tmp_path / "out.json"
    path.write_bytes(start + content)
    out.unlink(missing_ok=True)
    answer = CliRunner().invoke(read_catalog, [str(path), "--json", str(out)])
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
    assert (answer.exit_code == 0) == out.exists()
    assert "Traceback" not in answer.output


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=STARTS, content=ANY)
def test_the_import_command_stores_a_whole_edition_or_nothing(
    tmp_path: Path, database: Database, college_id: int, start: bytes, content: bytes
) -> None:
    path = tmp_path / "any.bin"
    path.write_bytes(start + content)
    with database.reading() as session:
        before = len(queries.editions(session, organisation_id=college_id))
    answer = CliRunner().invoke(
        import_catalog,
        [str(path), "--college", "TVC", "--data", str(tmp_path), "--report", str(tmp_path / "report.json")],
    )
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
    assert "Traceback" not in answer.output
    with database.reading() as session:
        after = queries.editions(session, organisation_id=college_id)
        assert len(after) - before in ((0, 1) if answer.exit_code == 0 else (0,))
        assert all(queries.courses(session, edition_id=edition.id) for edition in after), "no edition is empty"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=STARTS, content=ANY)
def test_the_import_page_takes_any_bytes_and_stores_nothing(
    sign_in: SignIn, database: Database, start: bytes, content: bytes
) -> None:
    browser = sign_in("convener")
    answer = browser.post(
        "/colleges/TVC/import", data={"label": "Any", "file": (io.BytesIO(start + content), "any.bin")}
    )
    assert answer.status_code in (200, 302, 400)
    if answer.status_code == 302:
        assert browser.get(answer.location).status_code == 200
    with database.reading() as session:
        assert all(edition is None for _, edition in queries.colleges_with_editions(session, partnership_id=1))
