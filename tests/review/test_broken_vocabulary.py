"""A file of the region's own words that cannot be read stops a run on its page, with file, line and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from region_builder import Region

from page_client import PageClient
from review import queries

SignIn = Callable[[str], FlaskClient]
Vocabulary = Callable[[bytes], Path]


@pytest.fixture(autouse=True)
def _every_page_is_looked_at(app: Flask) -> None:
    app.test_client_class = PageClient


@pytest.fixture
def vocabulary(app: Flask, tmp_path: Path) -> Vocabulary:
    """Return a function that writes the file and names it in the settings."""

    def write(content: bytes) -> Path:
        path = tmp_path / "our-words.txt"
        path.write_bytes(content)
        known = app.extensions["skillshed_settings"]
        app.extensions["skillshed_settings"] = replace(known, vocabulary_file=str(path))
        return path

    return write


def n_runs(region: Region) -> int:
    with region.database.reading() as session:
        return len(queries.runs(session, partnership_id=region.partnership_id))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"flux core = fcaw\nonly a name\n", "our-words.txt, line 2: write “name = other names &gt; narrower things”."),
        (b"flux core = fcaw\n= no name\n", "our-words.txt, line 2: write “name"),
        ("flux = a\n\ncafé = b\n".encode("latin-1"), "our-words.txt, line 3: this is not UTF-8 text."),
        (b"\x00\x01\x02\xff", "our-words.txt, line 1: this is not UTF-8 text."),
    ],
)
def test_the_page_says_which_file_which_line_and_what_to_do(
    region: Region, sign_in: SignIn, vocabulary: Vocabulary, content: bytes, words: str
) -> None:
    vocabulary(content)
    answer = sign_in("convener").post("/runs/new", data={"basis": f"{region.assessment_id}:"})
    assert answer.status_code == 422
    assert words in answer.text
    assert "the setting vocabulary_file names that file. Mend the file or empty the setting" in answer.text
    assert "It cannot be done yet" in answer.text
    assert f'checked id="basis-1" name="basis" required type="radio" value="{region.assessment_id}:"' in answer.text
    assert n_runs(region) == 0


def test_a_file_that_is_gone_and_a_folder_are_told_too(region: Region, sign_in: SignIn, vocabulary: Vocabulary) -> None:
    path = vocabulary(b"")
    browser = sign_in("convener")
    path.unlink()
    gone = browser.post("/runs/new", data={"basis": f"{region.assessment_id}:"})
    path.mkdir()
    folder = browser.post("/runs/new", data={"basis": f"{region.assessment_id}:"})
    assert (gone.status_code, folder.status_code) == (422, 422)
    assert "there is no such vocabulary file. Check its name and folder." in gone.text
    assert "this vocabulary file cannot be read" in folder.text


def test_the_mended_file_lets_the_run_start(region: Region, sign_in: SignIn, vocabulary: Vocabulary) -> None:
    vocabulary(b"only a name\n")
    browser = sign_in("convener")
    assert browser.post("/runs/new", data={"basis": f"{region.assessment_id}:"}).status_code == 422
    vocabulary(b"flux core = fcaw\n")
    assert browser.post("/runs/new", data={"basis": f"{region.assessment_id}:"}).status_code == 302
    assert n_runs(region) == 1


def test_every_other_page_opens_while_the_file_is_broken(
    region: Region, sign_in: SignIn, vocabulary: Vocabulary
) -> None:
    region.done_run()
    vocabulary(b"only a name\n")
    browser = sign_in("convener")
    for path in ("/", "/runs", "/runs/new", "/runs/1", "/runs/1/files/workbook.xlsx", "/matcher", "/region"):
        assert browser.get(path).status_code == 200, path


def test_a_new_version_of_the_matcher_is_not_fitted_on_broken_words(
    region: Region, sign_in: SignIn, vocabulary: Vocabulary
) -> None:
    region.done_run()
    vocabulary(b"only a name\n")
    page = sign_in("convener").post("/matcher/versions", follow_redirects=True)
    assert page.status_code == 200
    assert "our-words.txt, line 1: write “name" in page.text
    assert "the setting vocabulary_file names that file" in page.text
