"""Pages travel compressed, streams and downloads as they are."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from base.assets import prepare_static
from base.compression import MIN_BYTES, compressed
from base.doors import CSV, download

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
WORDS = "Read the print before the meter. " * 100


@pytest.fixture
def browser() -> FlaskClient:
    """Return a browser on a small application with one door per kind of answer."""
    app = Flask(__name__)
    app.after_request(compressed)

    def parts() -> Iterator[str]:
        yield WORDS

    app.add_url_rule("/page", "page", lambda: WORDS)
    app.add_url_rule("/rows", "rows", lambda: {"words": WORDS})
    app.add_url_rule("/short", "short", lambda: "x" * (MIN_BYTES - 1))
    app.add_url_rule("/stream", "stream", lambda: Response(parts(), mimetype="text/html"))
    app.add_url_rule("/file", "file", lambda: download(WORDS.encode(), filename="words.csv", mimetype=CSV))
    app.add_url_rule("/kept", "kept", lambda: download(WORDS.encode(), filename="a", mimetype="text/html"))
    app.add_url_rule("/picture", "picture", lambda: Response(WORDS.encode(), mimetype="image/png"))
    return app.test_client()


@pytest.mark.parametrize("door", ["/page", "/rows"])
def test_a_page_travels_compressed_and_unpacks_to_itself(browser: FlaskClient, door: str) -> None:
    plain, packed = browser.get(door), browser.get(door, headers=GZIP)
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 4
    for answer in (plain, packed):
        assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("door", ["/short", "/stream", "/file", "/kept", "/picture"])
def test_other_answers_travel_as_they_are(browser: FlaskClient, door: str) -> None:
    answer = browser.get(door, headers=GZIP)
    assert "Content-Encoding" not in answer.headers
    assert answer.status_code == 200


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0"])
def test_a_browser_that_cannot_unpack_gets_the_page_as_it_is(browser: FlaskClient, accepted: str) -> None:
    answer = browser.get("/page", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert answer.text == WORDS


def test_the_size_of_a_compressed_page_tells_little_about_it(browser: FlaskClient) -> None:
    sizes = {len(browser.get("/page", headers=GZIP).data) for _ in range(40)}
    assert len(sizes) > 10


def test_our_own_files_are_compressed_once_and_anew_when_they_change(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "kept"
    source.mkdir()
    (source / "page.js").write_text("say('one');\n" * 99, encoding="utf-8")
    first = prepare_static(source, folder)
    with gzip.open(first / "page.js.gz") as file:
        assert file.read() == (source / "page.js").read_bytes()
    assert prepare_static(source, folder) == first
    (source / "page.js").write_text("say('two');\n" * 99, encoding="utf-8")
    second = prepare_static(source, folder)
    assert second != first
    assert (second / "page.js").read_text(encoding="utf-8").startswith("say('two')")
    assert sorted(path.name for path in folder.iterdir()) == sorted([first.name, second.name])
