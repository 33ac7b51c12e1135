"""The script that opens the ballot page without a network: where it stands, what it keeps, and what it leaves alone."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from voting_hall import join

from survey import ballot_worker_views
from survey.queries import MeetingRow

ADDRESS = "/ballot-worker.js"


def constant(script: str, name: str) -> object:
    """Return what the server wrote in front of the script."""
    found = re.search(rf"^const {name} = (.*);$", script, flags=re.MULTILINE)
    assert found, name
    return json.loads(found.group(1))


def test_it_is_served_at_the_root_as_a_script_that_may_only_ask_this_server(client: FlaskClient) -> None:
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
    assert answer.headers["Cache-Control"] == "no-cache", "a phone asks whether there is a newer one"
    again = client.get(ADDRESS, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_it_keeps_every_file_that_the_ballot_page_fetches_and_no_other(app: Flask, open_meeting: MeetingRow) -> None:
    client = FlaskClient(app, app.response_class, use_cookies=True)
    join(client, open_meeting)
    fetched: set[str] = set()
    waiting = linked(client.get(f"/meet/{open_meeting.join_code}").text)
    while waiting:
        address = waiting.pop()
        fetched.add(address)
        with client.get(address) as answer:
            waiting |= imported(answer.text) - fetched if address.endswith(".js") else set()
    files = constant(client.get(ADDRESS).text, "FILES")
    assert isinstance(files, list)
    assert set(files) - fetched == {"/static/js/ballot_waiting.js"}, "the pages beside the ballot use this one"
    assert fetched <= set(files)


def linked(page: str) -> set[str]:
    """Return the addresses that a page fetches with it."""
    return set(re.findall(r'<(?:link|script)[^>]* (?:href|src)="(/static/[^"]+)"', page))


def imported(script: str) -> set[str]:
    """Return the addresses that a script imports."""
    return {f"/static/js/{name}" for name in re.findall(r'(?:from |import\()"\./([\w-]+\.js)"', script)}


def test_its_name_for_the_files_changes_with_any_of_them(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    assert app.static_folder is not None
    before = constant(client.get(ADDRESS).text, "VERSION")
    copy = tmp_path / "static"
    shutil.copytree(app.static_folder, copy)
    assert ballot_worker_views._kept_files(str(copy))[1] == before, "the same files have the same name"
    style = copy / "css" / "ballot.css"
    style.write_text(style.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    ballot_worker_views._kept_files.cache_clear()
    assert ballot_worker_views._kept_files(str(copy))[1] != before


def test_it_answers_nothing_but_gets_of_ballot_pages_and_their_files(client: FlaskClient) -> None:
    script = client.get(ADDRESS).text
    handler = script[script.index('addEventListener("fetch"') :]
    refusal = handler.index('request.method !== "GET"')
    assert refusal < handler.index("fetch(request)") < handler.index("respondWith")


def test_the_ballot_page_names_it(app: Flask, open_meeting: MeetingRow) -> None:
    client = app.test_client()
    join(client, open_meeting)
    assert f'data-worker="{ADDRESS}"' in client.get(f"/meet/{open_meeting.join_code}").text


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).resolve().parents[2].glob("static/js/ballot*.js")), ids=lambda path: path.name
)
def test_no_part_of_the_ballot_needs_what_plain_http_withholds(path: Path) -> None:
    text = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
    assert "randomUUID" not in text
    assert "crypto.subtle" not in text
    assert "navigator.locks" not in text
    assert "navigator.onLine" not in text
    if path.name == "ballot_casting.js":
        assert "window.isSecureContext" in text
