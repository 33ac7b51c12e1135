"""Who waits for a long file sees how far it is, at a terminal and in a browser."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from catalog import jobs
from catalog.importers import read_course_file
from catalog.importers.progress import listening, tell, told

SignIn = Callable[[str], FlaskClient]

TABLE = "code,title\n" + "".join(f"A {number},T\n" for number in range(500))
HEAD = '<!DOCTYPE html><html><head><link href="/css/courseleaf.css"></head><body>'
#: Asked as often, a page of a few megabytes is read on any machine.
MOST_LOOKS = 120


def page(n_courses: int, *, n_characters: int = 20) -> str:
    block = (
        '<div class="courseblock"><p class="courseblocktitle">A {}. T. 3 Credits.</p>'
        '<p class="courseblockdesc">{}</p></div>'
    )
    text = "weld " * (n_characters // 5)
    return HEAD + "".join(block.format(100 + number, text) for number in range(n_courses)) + "</body></html>"


COURSES = json.dumps([{"code": f"WELD {number}", "title": "Arc", "description": "Plates."} for number in range(300)])
KUALI = json.dumps([{"__catalogCourseId": f"WELD{number}", "pid": "p", "title": "Arc"} for number in range(300)])


@pytest.mark.parametrize(
    ("name", "text"), [("a.csv", TABLE), ("a.html", page(300)), ("a.json", COURSES), ("b.json", KUALI)]
)
def test_the_shares_of_a_file_that_are_told_rise_from_record_to_record(name: str, text: str) -> None:
    shares: list[float] = []
    with listening(shares.append):
        read_course_file(text.encode(), filename=name)
    assert len(shares) > 50
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1


def test_nobody_is_told_when_nobody_listens_and_a_share_stays_within_its_bounds() -> None:
    tell(0.5)
    shares: list[float] = []
    with listening(shares.append):
        tell(7)
        tell(-7)
        assert list(told("ab")) == ["a", "b"]
    assert shares == [1.0, 0.0, 0.0, 0.5]
    tell(0.5)
    assert len(shares) == 4


def send(browser: FlaskClient, content: bytes, *, filename: str) -> str:
    """Send a large file as a browser does; the test client would leave a file of its own open."""
    part = 'Content-Disposition: form-data; name="{}"{}\r\n\r\n'
    head = "--mark\r\n" + part.format("label", "") + "Long\r\n--mark\r\n"
    body = (head + part.format("file", f'; filename="{filename}"')).encode() + content + b"\r\n--mark--\r\n"
    answer = browser.post("/colleges/TVC/import", data=body, content_type="multipart/form-data; boundary=mark")
    assert answer.status_code == 302
    return str(answer.location)


def test_a_long_page_is_read_in_the_background_and_becomes_a_preview(sign_in: SignIn) -> None:
    browser = sign_in("convener")
    content = page(400, n_characters=18_000).encode()
    assert jobs.is_long(content)
    url = send(browser, content, filename="long.html")
    for _ in range(MOST_LOOKS):
        answer = browser.get(url)
        assert answer.status_code == 200
        if "Refresh" not in answer.headers:
            break
        assert "of the file is read" in answer.text
    assert "400 courses would be stored" in html.unescape(answer.text)


def test_a_long_file_that_cannot_be_read_says_why_on_its_page(sign_in: SignIn) -> None:
    browser = sign_in("convener")
    content = b"%PDF-1.7\n" + b"1 0 obj\n<< /Type" + bytes(2_000_000)
    url = send(browser, content, filename="a.pdf")
    for _ in range(MOST_LOOKS):
        answer = browser.get(url)
        if "Refresh" not in answer.headers:
            break
    assert "damaged or incomplete" in answer.text
