"""Editions and courses can be read: what they print, what changed, what an import left out."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from base.database import Database
from catalog import operations
from catalog.importers import read_course_file

SignIn = Callable[[str], FlaskClient]
NOON = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)

CATALOG = """code,title,description,outcomes,credits,last_offered
WLD 110,Gas metal arc welding,Students weld in flat position.,Weld a fillet.|Set wire speed.,3,2026-01-12
WLD 120,Stick welding,Students weld with covered electrodes.,,3 to 4,
WLD 110,Gas metal arc welding again,Other text.,,3,
"""


def store(database: Database, text: str, *, college_id: int) -> None:
    """Store a file as the college's next edition."""
    content = text.encode()
    with database.writing() as session:
        operations.store_edition(
            session,
            organisation_id=college_id,
            label="2026–27 catalog",
            filename="catalog.csv",
            file_digest=hashlib.sha256(content).hexdigest(),
            mapping={},
            reading=read_course_file(content, filename="catalog.csv"),
            by_name="Dana Ruiz",
            now=NOON,
        )
        session.commit()


def words(response: TestResponse) -> str:
    """Return a page's text with its references resolved and its white space folded."""
    return " ".join(html.unescape(response.text).split())


def test_an_edition_shows_its_courses_and_what_its_import_left_out(
    sign_in: SignIn, database: Database, college_id: int
) -> None:
    browser = sign_in("convener")
    store(database, CATALOG, college_id=college_id)
    page = words(browser.get("/colleges/TVC/editions/1"))
    assert "WLD 120 Stick welding" in page
    assert "3–4" in page
    assert "This is the first edition" in page
    assert "stands already in row 2" in page
    assert browser.get("/colleges/TVC/editions/2").status_code == 404
    assert browser.get("/colleges/TVC/editions/99999999999999999999").status_code == 404


def test_an_edition_shows_what_changed_with_old_and_new_outcomes(
    sign_in: SignIn, database: Database, college_id: int
) -> None:
    browser = sign_in("convener")
    store(database, CATALOG, college_id=college_id)
    revised = CATALOG.replace("Set wire speed.", "Choose shielding gas.").replace("WLD 120,Stick", "WLD 125,Stick")
    store(database, revised, college_id=college_id)
    page = words(browser.get("/colleges/TVC/editions/2"))
    assert "1 added, 1 removed, 1 changed" in page
    assert "WLD 110 Gas metal arc welding: outcomes" in page
    assert "<del>Set wire speed.</del>" in page
    assert "<ins>Choose shielding gas.</ins>" in page
    assert "<li>Weld a fillet.</li>" in page


@pytest.mark.parametrize("code", ["WLD 110", "MTH 85/86", "A//B", "C++ 1/", "50% & more?", "É#1"])
def test_a_course_is_found_whatever_its_code_is_made_of(
    sign_in: SignIn, database: Database, college_id: int, code: str
) -> None:
    browser = sign_in("convener")
    store(database, f'code,title,description\n"{code}",Welding,Students weld.\n', college_id=college_id)
    listed = browser.get("/colleges/TVC/editions/1").text
    link = html.unescape(re.findall(r'href="(/courses/[^"]+)"', listed)[0])
    assert unquote(link) == f"/courses/TVC/{code}?edition=1"
    assert "Students weld." in words(browser.get(link))


def test_a_course_page_shows_everything_and_says_which_edition_it_is(
    sign_in: SignIn, database: Database, college_id: int
) -> None:
    browser = sign_in("convener")
    store(database, CATALOG, college_id=college_id)
    store(
        database,
        CATALOG.replace("WLD 120,Stick", "WLD 125,Stick").replace("flat position", "all positions"),
        college_id=college_id,
    )
    newest = words(browser.get("/courses/TVC/WLD 110"))
    for text in ("in all positions", "Weld a fillet.", "12 January 2026", "edition 2), shown here", "row 2"):
        assert text in newest
    older = words(browser.get("/courses/TVC/WLD 110?edition=1"))
    assert "in flat position" in older
    assert "The newest edition</a> may say something else" in older
    assert "does not list this course any more" in words(browser.get("/courses/TVC/WLD 120"))
    for path in ("/courses/TVC/WLD 999", "/courses/TVC/WLD 110?edition=7", "/courses/QQQ/WLD 110"):
        assert browser.get(path).status_code == 404
