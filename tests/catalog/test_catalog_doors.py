"""Catalogs come in through the door: a look first, then an edition; bad files lose nothing."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts import operations as accounts
from accounts import queries as accounts_queries
from base.database import Database
from base.tables import Sheet, workbook
from catalog import queries

SignIn = Callable[[str], FlaskClient]
NOON = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)

CATALOG = """code,title,description,outcomes,credits,clock_hours,program,last_offered
WLD 110,Gas metal arc welding,Students weld in flat position.,Weld a fillet.|Set wire speed.,3,90,Welding,2026-01-12
WLD 120,Stick welding,Students weld with covered electrodes.,,3 to 4,75,Welding,
MTH 85/86,Shop math,Fractions and decimals from prints.,Convert units.,,45,,
,A course without a code,Text.,,,,,
WLD 110,Gas metal arc welding again,Other text.,,3,,,
WLD 130,Pipe welding,Students weld pipe.,,three,,,
"""


@dataclass(frozen=True)
class Upload:
    """An upload at its preview."""

    browser: FlaskClient
    url: str

    def page(self, **chosen: str) -> str:
        """Return the preview's text, with columns when some are chosen."""
        return words(self.browser.get(self.url, query_string=chosen))

    def store(self, **chosen: str) -> TestResponse:
        """Press the button that stores, after the columns that the preview carries."""
        return self.browser.post(self.url, data=chosen, follow_redirects=True)


def words(response: TestResponse) -> str:
    """Return a page's text with its references resolved and its white space folded."""
    return " ".join(html.unescape(response.text).split())


def send(
    browser: FlaskClient, content: bytes, *, filename: str = "catalog.csv", label: str = "2026–27 catalog"
) -> TestResponse:
    """Send a file to the import page of Test Valley College."""
    return browser.post("/colleges/TVC/import", data={"label": label, "file": (io.BytesIO(content), filename)})


def upload(browser: FlaskClient, content: bytes | str = CATALOG, *, filename: str = "catalog.csv") -> Upload:
    """Send a file that is taken, and return its preview."""
    content = content.encode() if isinstance(content, str) else content
    answer = send(browser, content, filename=filename)
    assert answer.status_code == 302, words(answer)
    return Upload(browser, answer.location)


def figures(page: str) -> dict[str, int]:
    """Read the counts at the head of a preview."""
    found = re.findall(r"<strong>([\d,]+)</strong> <span>([^<]+)</span>", page)
    return {noun: int(number.replace(",", "")) for number, noun in found}


def stored_courses(database: Database, college_id: int) -> dict[str, queries.CourseText]:
    """Return the newest edition's courses by code."""
    with database.reading() as session:
        newest = queries.editions(session, organisation_id=college_id)[0]
        return {row.code: row for row in queries.courses(session, edition_id=newest.id)}


def n_editions(database: Database, college_id: int) -> int:
    """Count a college's editions."""
    with database.reading() as session:
        return len(queries.editions(session, organisation_id=college_id))


def test_a_partnership_without_colleges_is_told_what_to_do(sign_in: SignIn, database: Database) -> None:
    assert "Nothing imported yet" in words(sign_in("viewer").get("/colleges"))
    with database.writing() as session:
        session.connection().exec_driver_sql("DELETE FROM partnership_organisation")
        session.commit()
    assert "Add the region’s colleges" in words(sign_in("convener").get("/colleges"))
    assert "A convener adds" in words(sign_in("viewer").get("/colleges"))


def test_a_convener_adds_a_college_and_its_code_is_its_own(sign_in: SignIn) -> None:
    browser = sign_in("convener")
    form = {"name": "North Mesa Technical College", "code": "NMT", "kind": "college"}
    assert "Import the first catalog" in words(browser.post("/colleges", data=form, follow_redirects=True))
    again = words(browser.post("/colleges", data=form | {"code": "nmt", "name": "Another"}))
    assert "already an organisation with the code nmt" in again
    assert 'value="Another"' in again, "what was typed stays in the page"
    assert "letters, digits and hyphens" in words(browser.post("/colleges", data=form | {"code": "N/M"}))
    browser.post("/colleges", data=form | {"code": "NM2", "kind": "employer"})
    assert browser.get("/colleges/NM2").status_code == 404, "only colleges and universities have catalogs"


def test_only_a_convener_adds_colleges(sign_in: SignIn) -> None:
    form = {"name": "North Mesa", "code": "NMT", "kind": "college"}
    for role in ("reviewer", "viewer"):
        browser = sign_in(role)
        assert browser.post("/colleges", data=form).status_code == 403
        assert "Add a college" not in words(browser.get("/colleges"))


def test_an_upload_is_looked_at_before_anything_is_stored(sign_in: SignIn, database: Database, college_id: int) -> None:
    page = upload(sign_in("convener")).page()
    counts = figures(page)
    assert counts == {
        "records in the file": 6,
        "would be stored": 4,
        "left out": 1,
        "duplicates": 1,
        "doubts": 1,
    }
    assert counts["records in the file"] == counts["would be stored"] + counts["left out"] + counts["duplicates"]
    for text in ("has no code", "row 6", "A course without a code", "stands already in row 2", "three", "row 7"):
        assert text in page.replace("\xa0", " ")
    assert n_editions(database, college_id) == 0


def test_what_was_looked_at_is_stored_and_told(sign_in: SignIn, database: Database, college_id: int) -> None:
    browser = sign_in("convener")
    page = words(upload(browser).store())
    assert "4 courses are stored as edition 1. 2 records left out and 1 doubt" in page
    assert "6 records in catalog.csv = 4 courses + 1 left out + 1 duplicate." in page
    courses = stored_courses(database, college_id)
    assert list(courses) == ["MTH 85/86", "WLD 110", "WLD 120", "WLD 130"]
    assert courses["WLD 110"].outcomes == ("Weld a fillet.", "Set wire speed.")
    assert (courses["WLD 120"].credits_min, courses["WLD 120"].credits_max) == (Decimal(3), Decimal(4))
    assert "waits for a look" not in words(browser.get("/colleges/TVC/import"))
    with database.reading() as session:
        partnership = accounts_queries.partnerships(session)[0]
        acts = accounts_queries.audit_rows(session, partnership_id=partnership.id)
    assert ("import_catalog", "TVC edition 1 (2026–27 catalog)") in [(row.act, row.subject) for row in acts]


def test_the_colleges_page_shows_the_newest_edition(sign_in: SignIn) -> None:
    browser = sign_in("convener")
    upload(browser).store()
    page = words(browser.get("/colleges"))
    assert "4 courses of 1 college" in page
    assert "2026–27 catalog" in page
    assert "by Test\xa0convener" in html.unescape(browser.get("/colleges").text)


def test_columns_with_any_names_are_told_apart_by_hand(sign_in: SignIn, database: Database, college_id: int) -> None:
    text = (
        "Abbr;Nr.;Bezeichnung;Text;Ziele\nWLD;110;Welding one;Students weld plate.;Weld a fillet\nWLD;120;Two;Text.;\n"
    )
    waiting = upload(sign_in("convener"), text)
    assert "Choose the column that holds the course code and the course title" in waiting.page()
    assert "Store as edition" not in waiting.page()
    chosen = {
        "columns": "chosen",
        "code": "Abbr",
        "code_2": "Nr.",
        "title": "Bezeichnung",
        "description": "Text",
        "outcomes": "Ziele",
    }
    assert figures(waiting.page(**chosen))["would be stored"] == 2
    waiting.store(**chosen)
    assert stored_courses(database, college_id)["WLD 110"].outcomes == ("Weld a fillet",)


def test_the_next_import_of_a_college_is_offered_the_same_columns(sign_in: SignIn) -> None:
    browser = sign_in("convener")
    text = "Abbr;Bezeichnung;Text\nWLD 110;Welding one;Students weld plate.\n"
    chosen = {"columns": "chosen", "code": "Abbr", "title": "Bezeichnung", "description": "Text"}
    upload(browser, text).store(**chosen)
    page = upload(browser, text.replace("plate", "pipe")).page()
    assert figures(page)["would be stored"] == 1
    assert "Store as edition 2" in page


def test_a_column_that_is_not_there_is_refused_in_words(sign_in: SignIn, database: Database, college_id: int) -> None:
    waiting = upload(sign_in("convener"))
    chosen = {"columns": "chosen", "code": "code", "title": "Titel"}
    assert "catalog.csv: there is no column Titel. The columns are: code, title" in waiting.page(**chosen)
    answer = waiting.store(**chosen)
    assert answer.status_code == 409
    assert "there is no column Titel" in words(answer)
    assert n_editions(database, college_id) == 0


def test_a_sheet_of_a_workbook_is_chosen(sign_in: SignIn, database: Database, college_id: int) -> None:
    sheets = [
        Sheet("Day", ("code", "title", "description"), [("A 1", "Day course", "Text.")]),
        Sheet("Evening", ("code", "title", "description"), [("A 1", "Evening course", "Text.")]),
    ]
    content = workbook(sheets, about={"What": "Two sheets"})
    browser = sign_in("convener")
    waiting = upload(browser, content, filename="both.xlsx")
    assert "In the file, sheet Day, row 2" in waiting.page()
    assert "In the file, sheet Evening, row 2" in waiting.page(sheet="Evening")
    chosen = {"columns": "chosen", "code": "code", "title": "title", "description": "description"}
    waiting.store(sheet="Day", **chosen)
    stored = upload(browser, content, filename="both.xlsx").store(sheet="Evening", **chosen)
    assert "stored as edition 2" in words(stored), "another sheet of the same file is another catalog"
    assert stored_courses(database, college_id)["A 1"].title == "Evening course"


def test_the_same_file_is_not_stored_twice(sign_in: SignIn, database: Database, college_id: int) -> None:
    browser = sign_in("convener")
    first = upload(browser)
    assert "This very file is edition" not in first.page()
    first.store()
    again = upload(browser)
    assert "This very file is edition 1 (2026–27 catalog) already." in again.page()
    for chosen in ({}, {"columns": "chosen", "code": "code", "title": "title"}):
        answer = again.store(**chosen)
        if not chosen:
            assert answer.status_code == 409
            assert "catalog.csv is edition 1 (2026–27 catalog) already" in words(answer)
            assert n_editions(database, college_id) == 1
    assert n_editions(database, college_id) == 2, "other columns of the same file say something else"


def test_the_same_courses_of_the_same_file_are_not_stored_twice_under_other_columns(
    sign_in: SignIn, database: Database, college_id: int
) -> None:
    browser = sign_in("convener")
    text = "code,title,name\nA 1,Welding,Welding\n"
    upload(browser, text).store()
    answer = upload(browser, text).store(columns="chosen", code="code", title="name")
    assert "already; nothing has changed" in words(answer)
    assert n_editions(database, college_id) == 1


def test_a_second_click_on_store_leads_back_to_the_college(
    sign_in: SignIn, database: Database, college_id: int
) -> None:
    waiting = upload(sign_in("convener"))
    waiting.store()
    assert "This upload does not wait any more" in words(waiting.store())
    assert n_editions(database, college_id) == 1


def test_a_discarded_upload_leaves_no_trace_but_the_audit_trail(
    sign_in: SignIn, database: Database, college_id: int
) -> None:
    browser = sign_in("convener")
    waiting = upload(browser)
    assert "Look at catalog.csv" in words(browser.get("/colleges/TVC"))
    answer = words(browser.post(f"{waiting.url}/discard", follow_redirects=True))
    assert "The upload catalog.csv is discarded" in answer
    assert "Look at catalog.csv" not in answer
    assert n_editions(database, college_id) == 0


def test_a_file_in_which_nothing_is_a_course_is_not_stored(
    sign_in: SignIn, database: Database, college_id: int
) -> None:
    waiting = upload(sign_in("convener"), "code,title\n,Welding\n,Milling\n")
    assert "No course could be stored from this file" in waiting.page()
    assert "holds no course that could be stored" in words(waiting.store())
    assert n_editions(database, college_id) == 0


def test_courses_of_another_college_of_the_region_are_left_out(
    sign_in: SignIn, database: Database, partnership_id: int, college_id: int
) -> None:
    with database.writing() as session:
        accounts.add_organisation(
            session, partnership_id=partnership_id, name="North Mesa", kind="college", code="NMT", now=NOON
        )
        session.commit()
    rows = (
        "A 1,Ours,tvc",
        "A 1,Theirs,NMT",
        "A 2,Theirs,north mesa",
        "A 3,Nobody's,College of Engineering",
        "A 3,Again,",
    )
    waiting = upload(sign_in("convener"), "\n".join(("code,title,college", *rows)))
    page = waiting.page()
    assert figures(page) == {
        "records in the file": 5,
        "would be stored": 2,
        "left out": 2,
        "duplicates": 1,
        "doubts": 2,
    }
    assert "This course belongs to North Mesa." in page
    waiting.store()
    assert [row.title for row in stored_courses(database, college_id).values()] == ["Ours", "Nobody's"]


def test_a_json_file_needs_no_columns(sign_in: SignIn, database: Database, college_id: int) -> None:
    courses = [{"code": "A 1", "title": "Welding", "description": "Weld.", "outcomes": ["Weld a fillet."]}]
    waiting = upload(sign_in("convener"), json.dumps(courses), filename="courses.json")
    page = waiting.page()
    assert "Which column is which" not in page
    assert "In the file, course 1" in page
    waiting.store()
    assert stored_courses(database, college_id)["A 1"].outcomes == ("Weld a fillet.",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_read(sign_in: SignIn, database: Database, college_id: int, encoding: str) -> None:
    text = "code,title,description\nA 1,Métallurgie – café,Façade “welding” costs 5 €.\n"
    upload(sign_in("convener"), text.encode(encoding)).store()
    assert stored_courses(database, college_id)["A 1"].title == "Métallurgie – café"


def zip_bomb() -> bytes:
    """Make a workbook of a few kilobytes that unpacks to 60 megabytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return buffer.getvalue()


REFUSED = {
    "an empty file": (b"", "catalog.csv: this file is empty"),
    "blank lines": (b"\n\n  \n", "catalog.csv: this file is empty"),
    "binary": (bytes(range(256)) * 40, "catalog.csv: this is not a text file"),
    "a PDF": (b"%PDF-1.7 ...", "catalog.csv: this PDF cannot be read"),
    "a web page": (b"<!doctype html><table><tr><td>code</td></tr></table>", "this is a web page"),
    "mixed encodings": ("\ufeffcode,title\nA 1,é é\n".encode() + "A 2,é\n".encode("cp1252"), "catalog.csv, line 3"),
    "a doubled column": (b"code,title,Code\nA 1,Welding,x\n", "catalog.csv, row 1: columns A and C have the same name"),
    "a cell that is too long": (
        b"code,title,description\nA 1,Welding," + b"x" * 10_001,
        "catalog.csv, row 2, column C (description): this cell holds more than 10,000 characters",
    ),
    "a header alone": (b"code,title\n", "row 1 names the columns, but there are no rows below it"),
    "broken JSON": (b'[{"code": "A 1",, }]', "catalog.csv, line 1, column"),
    "a zip bomb": (zip_bomb(), "unpacks to far more than a table needs"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_its_place_and_nothing_typed_is_lost(
    sign_in: SignIn, database: Database, college_id: int, kind: str
) -> None:
    content, expected = REFUSED[kind]
    page = words(send(sign_in("convener"), content, label="My careful label"))
    assert expected in page
    assert 'value="My careful label"' in page
    assert "invalid" not in page.replace('aria-invalid="true"', "").lower()
    with database.reading() as session:
        assert queries.pending_imports(session, organisation_id=college_id) == []


def test_a_missing_file_and_a_missing_label_are_asked_for(sign_in: SignIn) -> None:
    page = words(sign_in("convener").post("/colleges/TVC/import", data={"label": " "}))
    assert "Choose the file with the courses." in page
    assert "Write a name for this edition" in page


def test_a_sheet_that_cannot_be_read_does_not_stand_in_the_way_of_another(sign_in: SignIn) -> None:
    sheets = [
        Sheet("Doubled", ("code", "title", "Title"), [("A 1", "One", "Two")]),
        Sheet("Good", ("code", "title"), [("A 1", "One")]),
    ]
    waiting = upload(sign_in("convener"), workbook(sheets, about={}), filename="both.xlsx")
    assert "both.xlsx, sheet Doubled, row 1: columns B and C have the same name" in waiting.page()
    assert figures(waiting.page(sheet="Good"))["would be stored"] == 1


def test_markup_in_a_catalog_is_shown_as_text(sign_in: SignIn) -> None:
    browser = sign_in("convener")
    evil = "<script>alert(1)</script>"
    waiting = upload(browser, f'code,title,outcomes,"{evil}"\nA 1,{evil},{evil},x\n,{evil},,\n', filename=f"{evil}.csv")
    pages = [browser.get(waiting.url), waiting.store(), browser.get("/courses/TVC/A 1"), browser.get("/colleges/TVC")]
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
    assert evil in words(pages[2])


def test_a_reviewer_imports_for_the_own_college_only(sign_in: SignIn, database: Database, partnership_id: int) -> None:
    with database.writing() as session:
        accounts.add_organisation(
            session, partnership_id=partnership_id, name="North Mesa", kind="college", code="NMT", now=NOON
        )
        session.commit()
    browser = sign_in("reviewer")
    waiting = upload(browser)
    for answer in (
        browser.get("/colleges/NMT/import"),
        browser.post("/colleges/NMT/import", data={"label": "x", "file": (io.BytesIO(b"code,title\n1,x"), "x.csv")}),
        browser.get(waiting.url.replace("TVC", "NMT")),
        browser.post(waiting.url.replace("TVC", "NMT")),
        browser.post(waiting.url.replace("TVC", "NMT") + "/discard"),
    ):
        assert answer.status_code == 403
        assert "The catalog of North Mesa is imported by its curriculum reviewers and by conveners." in words(answer)
    assert "/colleges/NMT/import" not in browser.get("/colleges").text
    assert "/colleges/TVC/import" in browser.get("/colleges").text
    assert "stored as edition 1" in words(waiting.store())


def test_a_viewer_reads_catalogs_and_sees_no_uploads(sign_in: SignIn) -> None:
    upload(sign_in("convener")).store()
    upload(browser := sign_in("convener"), CATALOG.replace("wire", "thread"))
    viewer = sign_in("viewer")
    assert "Look at catalog.csv" in words(browser.get("/colleges/TVC"))
    page = words(viewer.get("/colleges/TVC"))
    assert "Look at catalog.csv" not in page
    assert "Import" not in page.split("<main")[1].replace("Imported", "")
    assert viewer.get("/colleges/TVC/editions/1").status_code == 200


def test_nothing_of_another_partnership_is_found(sign_in: SignIn, database: Database) -> None:
    waiting = upload(sign_in("convener"))
    waiting.store()
    with database.writing() as session:
        other = accounts.add_partnership(session, name="Elsewhere", now=NOON)
        session.connection().exec_driver_sql(f"UPDATE membership SET partnership_id = {other}")  # noqa: S608 - a number
        session.commit()
    stranger = waiting.browser
    assert stranger.get("/colleges").status_code == 200
    assert "Test Valley" not in words(stranger.get("/colleges"))
    for path in (
        "/colleges/TVC",
        "/colleges/TVC/import",
        waiting.url,
        "/colleges/TVC/editions/1",
        "/colleges/TVC/editions/1/courses.csv",
        "/colleges/TVC/editions/1/import-report.xlsx",
        "/courses/TVC/WLD 110",
    ):
        assert stranger.get(path).status_code == 404, path


def test_an_employer_has_no_catalog_page(sign_in: SignIn, database: Database, partnership_id: int) -> None:
    with database.writing() as session:
        accounts.add_organisation(
            session, partnership_id=partnership_id, name="Copper Forge", kind="employer", code="CF", now=NOON
        )
        session.commit()
    assert sign_in("convener").get("/colleges/CF").status_code == 404


def test_looking_at_a_preview_changes_nothing(sign_in: SignIn, database: Database) -> None:
    waiting = upload(sign_in("convener"))

    def state() -> list[object]:
        with database.reading() as session:
            tables = ("edition", "course", "import_note", "pending_import", "audit_entry")
            return [session.connection().exec_driver_sql(f"SELECT * FROM {table}").all() for table in tables]  # noqa: S608 - our own names

    before = state()
    waiting.page()
    waiting.page(columns="chosen", code="title", title="code")
    assert state() == before


SAVED_PAGE = (
    '<!DOCTYPE html><html><head><title>Welding</title></head><body><div class="courseblock">'
    '<p class="courseblocktitle"><strong>WELD {number}. Arc Welding. 3 Credits.</strong></p>'
    '<p class="courseblockdesc">Students join plates.</p></div></body></html>'
)


def test_several_saved_pages_become_one_edition_without_columns(
    sign_in: SignIn, database: Database, college_id: int
) -> None:
    browser = sign_in("convener")
    pages = [(io.BytesIO(SAVED_PAGE.format(number=n).encode()), f"pages/{n}.html") for n in (102, 101)]
    answer = browser.post("/colleges/TVC/import", data={"label": "2026–27 catalog", "file": pages})
    assert answer.status_code == 302, words(answer)
    waiting = Upload(browser, answer.location)
    page = waiting.page()
    assert "Which column is which" not in page
    assert "Read as CourseLeaf" in page
    assert "In the file, 101.html" in page
    assert figures(page)["would be stored"] == 2
    waiting.store()
    assert set(stored_courses(database, college_id)) == {"WELD 101", "WELD 102"}
    with database.reading() as session:
        assert queries.editions(session, organisation_id=college_id)[0].filename == "101.html and 1 more.zip"


def test_a_zip_of_pages_and_tables_is_looked_at_like_one_file(sign_in: SignIn) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("page.html", SAVED_PAGE.format(number=101))
        archive.writestr("table.csv", CATALOG)
    waiting = upload(sign_in("convener"), packed.getvalue(), filename="all.zip")
    assert figures(waiting.page())["would be stored"] == 5
    assert "Read as CourseLeaf, CSV" in waiting.page()


def test_a_program_page_is_refused_with_what_it_lists(sign_in: SignIn) -> None:
    program = (
        '<!DOCTYPE html><html><head><title>Welding</title></head><body><table class="sc_courselist"><tr>'
        '<td class="codecol"><a class="bubblelink code" title="WELD 101">WELD 101</a></td><td>Arc Welding</td>'
        '<td class="hourscol">3</td></tr></table></body></html>'
    )
    page = words(send(sign_in("convener"), program.encode(), filename="program.html"))
    assert "program.html" in page.split("Please mend")[1]
    assert "WELD 101" in page
