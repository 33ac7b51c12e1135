"""The convener's guide fits on one page, whatever the meeting is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pypdfium2  # type: ignore[import-untyped]  # the library ships no types
import pytest
from flask.testing import FlaskClient

from survey.queries import MeetingRow
from survey.sheet_guide import guide_pdf, minutes_to_vote

SignIn = Callable[[str], FlaskClient]
ADDRESS = "192.168.178.241:8080/meet"
LINK = "http://192.168.178.241:8080/meet/7K3MPX"


def _pages(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def _guide(found: MeetingRow, *, n_needs: int = 64) -> bytes:
    return guide_pdf(found, partnership_name="Three Rivers", n_needs=n_needs, join_box=ADDRESS, link=LINK)


def test_the_guide_names_code_address_and_times_of_its_meeting(open_meeting: MeetingRow) -> None:
    closing = replace(open_meeting, closes_at=datetime(2026, 9, 15, 16, 30, tzinfo=UTC))
    content = _guide(closing)
    (text,) = _pages(content)
    assert b"pdfuaid" in content, "the accessible standard is marked"
    for words in (closing.title, closing.place, closing.join_code, ADDRESS, "15 September 2026", "64 needs, top 3"):
        assert words in text
    assert closing.closes_at is not None
    assert f"Voting closes {closing.closes_at.astimezone():%H:%M}" in text


@pytest.mark.parametrize("length", [1, 40, 200])
def test_the_guide_fits_on_one_page_with_names_of_any_length(open_meeting: MeetingRow, length: int) -> None:
    words = ("Manufacturing and maintenance skills " * 6)[:length].strip()
    found = replace(open_meeting, title=words, place=words, assessment_title=words, k=10, round_number=3)
    content = guide_pdf(found, partnership_name=words, n_needs=500, join_box=ADDRESS, link=LINK)
    assert len(_pages(content)) == 1
    assert "A phone lost its ballot page" in _pages(content)[0], "the last line stands on the page too"


def test_the_minutes_follow_the_length_of_the_list() -> None:
    assert [minutes_to_vote(n_needs) for n_needs in (5, 46, 60, 61)] == [3, 4, 4, 5]


def test_the_desk_leads_to_the_guide(open_meeting: MeetingRow, sign_in: SignIn) -> None:
    convener = sign_in("convener")
    assert f"/meetings/{open_meeting.id}/guide.pdf" in convener.get(f"/meetings/{open_meeting.id}").text
    answer = convener.get(f"/meetings/{open_meeting.id}/guide.pdf")
    assert answer.mimetype == "application/pdf"
    assert open_meeting.join_code in _pages(answer.data)[0]
    assert convener.get("/meetings/999/guide.pdf").status_code == 404
