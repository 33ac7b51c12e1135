"""A record that a file left out, or has wrong, is mended on the page; who wrote it stays known."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from decimal import Decimal

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from base.database import Database
from catalog import corrections, queries
from catalog.corrections import BY, corrected, records
from catalog.importers import read_course_file

SignIn = Callable[[str], FlaskClient]

CATALOG = """code,title,description,credits,outcomes
WLD 110,Gas metal arc welding,Students weld in flat position.,3,Weld a fillet.
,Pipe fitting,Students fit pipe.,2,
WLD 110,Stick welding,Students weld with rods.,3,
WLD 130,Pipe welding,Students weld pipe.,three,
"""
PAGE = (
    '<!DOCTYPE html><html><head><link href="/css/courseleaf.css"></head><body><div class="courseblock"><p '
    'class="courseblocktitle"><strong>WELD 101. Arc Welding. 3 Credits.</strong></p><p class="courseblockdesc">'
    "Students join plate.</p></div></body></html>"
)


def words(response: TestResponse) -> str:
    return " ".join(html.unescape(response.text).split())


def upload(browser: FlaskClient, text: str = CATALOG, *, filename: str = "catalog.csv") -> str:
    answer = browser.post(
        "/colleges/TVC/import", data={"label": "2026–27 catalog", "file": (io.BytesIO(text.encode()), filename)}
    )
    assert answer.status_code == 302, words(answer)
    return str(answer.location)


def written(**texts: str) -> dict[str, str]:
    return {f"record-{name}": text for name, text in texts.items()}


def test_a_record_that_was_left_out_is_written_in_and_stored_with_who_wrote_it(
    sign_in: SignIn, database: Database
) -> None:
    browser = sign_in("convener")
    url = upload(browser)
    page = words(browser.get(f"{url}/record?key=row+3"))
    assert "The course Pipe fitting has no code." in page
    assert page.count("Students fit pipe.") == 2, "in the form, and beside it as the file has it"
    answer = browser.post(
        f"{url}/record?key=row+3",
        data=written(
            code="PIP 100", title="Pipe fitting", description="Students fit pipe.", credits="2 to 3", cip="46.0502"
        ),
        follow_redirects=True,
    )
    assert "PIP 100 is taken as you wrote it." in words(answer)
    assert "4 records = 3 to be stored + 0 left out + 1 duplicate." in words(answer)
    browser.post(url, data={}, follow_redirects=True)
    with database.reading() as session:
        [college] = [row for row, _ in queries.colleges_with_editions(session, partnership_id=1) if row.code == "TVC"]
        edition = queries.editions(session, organisation_id=college.id)[0]
        [course] = [row for row in queries.courses(session, edition_id=edition.id) if row.code == "PIP 100"]
        notes = queries.import_notes(session, edition_id=edition.id)
    assert (course.credits_min, course.credits_max, course.cip_codes) == (Decimal(2), Decimal(3), ("46.0502",))
    assert course.corrected_by
    assert course.place == "row 3"
    [told] = [note for note in notes if "wrote this record in by hand" in note.reason]
    assert course.corrected_by in told.reason
    assert "Pipe fitting" in told.raw
    assert edition.n_seen == edition.n_courses + edition.n_rejected + edition.n_duplicates == 4
    assert "wrote this record in by hand" in words(browser.get("/courses/TVC/PIP%20100"))


def test_what_could_be_read_of_a_record_stands_in_its_form(sign_in: SignIn) -> None:
    browser = sign_in("convener")
    page = browser.get(f"{upload(browser)}/record?key=row+3").text
    assert 'name="record-title" type="text" value="Pipe fitting"' in page
    assert 'name="record-credits" type="text" value="2"' in page


def test_a_value_that_cannot_be_read_and_a_code_that_is_taken_are_refused_and_nothing_typed_is_lost(
    sign_in: SignIn,
) -> None:
    browser = sign_in("convener")
    url = upload(browser)
    for texts, refusal in (
        ({"code": "PIP 100", "title": "Pipe", "credits": "many"}, "The credits cannot be read."),
        ({"code": "PIP 100", "title": "Pipe", "cip": "welding"}, "The CIP code cannot be read."),
        ({"code": "wld 130", "title": "Pipe"}, "The code 'wld 130' stands already in row 5."),
        ({"code": "", "title": "Pipe"}, "has no code"),
        ({"code": "PIP 100", "title": ""}, "has no title"),
    ):
        answer = words(browser.post(f"{url}/record?key=row+3", data=written(**texts)))
        assert refusal.replace("'", "") in answer.replace("'", "").replace("“", "").replace("”", ""), answer
        assert all(f'value="{text}"' in answer for text in texts.values() if text)
    assert "2 to be stored + 1 left out + 1 duplicate" in words(browser.get(url))


def test_a_stored_value_is_mended_and_the_file_can_have_its_way_again(sign_in: SignIn) -> None:
    browser = sign_in("convener")
    url = upload(browser)
    assert "The credits cannot be read." in words(browser.get(f"{url}/record?key=row+5"))
    answer = browser.post(
        f"{url}/record?key=row+5",
        data=written(code="WLD 130", title="Pipe welding", credits="3"),
        follow_redirects=True,
    )
    assert "The credits cannot be read." not in words(answer)
    again = browser.post(f"{url}/record?key=row+5", data={"as_in_file": "yes"}, follow_redirects=True)
    assert "row 5 stands as the file has it again." in words(again)
    assert "The credits cannot be read." in words(again)


def test_the_text_of_a_saved_page_stands_beside_its_record(sign_in: SignIn) -> None:
    browser = sign_in("convener")
    url = upload(browser, PAGE, filename="weld.html")
    assert "WELD 101. Arc Welding. 3 Credits. Students join plate." in words(browser.get(url))
    assert "WELD 101. Arc Welding. 3 Credits. Students join plate." in words(
        browser.get(f"{url}/record?key=course+1,+line+1")
    )
    assert browser.get(f"{url}/record?key=course+2,+line+1").status_code == 404


def test_any_course_is_found_by_its_code_or_title(sign_in: SignIn) -> None:
    browser = sign_in("convener")
    url = upload(browser)
    assert "1 course with “pipe” in the code or the title" in words(browser.get(f"{url}?find=pipe"))
    assert "0 courses with “lathe”" in words(browser.get(f"{url}?find=lathe"))


TEXTS = st.text(alphabet="AB 1", max_size=4)


@given(rows=st.lists(st.tuples(TEXTS, TEXTS), max_size=6), written=st.lists(st.tuples(TEXTS, TEXTS), max_size=6))
def test_corrections_never_change_how_many_records_there_are(
    rows: list[tuple[str, str]], written: list[tuple[str, str]]
) -> None:
    text = "code,title\n" + "".join(f"{code},{title}\n" for code, title in [("Z 1", "First"), *rows])
    reading = read_course_file(text.encode(), filename="a.csv")
    kept = {}
    for number, (code, title) in enumerate(written, start=2):
        if code.strip() and title.strip():
            kept[f"row {number}"] = {"code": code, "title": title, BY: "Pat"}
    mended = corrected(reading, kept)
    n_records = len(mended.courses) + len(mended.rejects) + len(mended.duplicates)
    assert n_records == mended.n_seen == reading.n_seen
    codes = [course.code.casefold() for course in mended.courses]
    assert len(set(codes)) == len(codes)
    assert len({one.key for one in records(mended)}) == n_records


def test_a_correction_without_a_record_is_told() -> None:
    reading = read_course_file(CATALOG.encode(), filename="a.csv")
    mended = corrected(reading, {"row 99": {"code": "A 1", "title": "B", BY: "Pat"}})
    assert mended.courses == reading.courses
    assert [note.place for note in mended.doubts if "written in by hand" in note.reason] == ["row 99"]
    assert corrections.record(mended, key="row 99") is None
