"""A voter's receipt leads to what became of the ballot; the convener hands the same out on paper."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Server, picture, sideways_scroll, watch
from playwright.sync_api import BrowserContext, Page, expect

OpenContext = Callable[[str], BrowserContext]
pytestmark = pytest.mark.browser
FIRM, CODE = "Quillback Provisions", "EMP-01"


def receipt_of(server: Server, code: str) -> str:
    """Return the address of the newest receipt of a firm, which only its voter was given."""
    with sqlite3.connect(server.data_dir / "skillshed.db") as database:
        found = database.execute(
            "SELECT meeting.join_code, ballot.receipt_code FROM ballot JOIN meeting ON meeting.id = ballot.meeting_id "
            "JOIN seat ON seat.token = ballot.seat_token JOIN organisation ON organisation.id = seat.organisation_id "
            "WHERE organisation.code = ? ORDER BY ballot.id DESC",
            [code],
        ).fetchone()
    return f"{server.url}/meet/{found[0]}/receipt/{found[1]}"


def take_pdf(page: Page, link: str) -> bytes:
    """Follow a link to a PDF and return what was saved."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link).click()
    assert waiting.value.suggested_filename.endswith(".pdf")
    return Path(waiting.value.path()).read_bytes()


def test_from_the_receipt_to_the_report_and_its_pdf(demo_server: Server, open_context: OpenContext) -> None:
    page = open_context("phone").new_page()
    complaints = watch(page)
    page.goto(receipt_of(demo_server, CODE))
    page.get_by_role("link", name=re.compile("You said, we did")).click()
    expect(page.get_by_role("heading", level=1, name="You said, we did")).to_be_visible()
    expect(page.get_by_text("You ranked 5 skills.")).to_be_visible()
    expect(page.get_by_text("Program and troubleshoot PLCs")).to_be_visible()
    assert "seats on" not in page.content(), "the receipt opens no training requests"
    assert sideways_scroll(page) == 0
    assert not Axe().run(page).response["violations"]
    picture(page, "report-back-receipt-phone")
    assert take_pdf(page, "Take it as PDF").startswith(b"%PDF-")
    page.get_by_role("link", name="Your receipt").click()
    expect(page.get_by_text("Keep this code or the link")).to_be_visible()
    assert not complaints, complaints


def test_the_convener_finds_a_firm_and_takes_its_report(demo_server: Server, open_context: OpenContext) -> None:
    page = open_context("laptop").new_page()
    page.goto(demo_server.links["convener"])
    page.get_by_role("button", name=re.compile("^Continue as")).click()
    page.get_by_role("link", name="Open the reports").click()
    page.get_by_label("Find an organisation").fill("quillback")
    page.get_by_role("link", name=FIRM, exact=True).click()
    expect(page.get_by_text("Nobody but its voter reads a ballot")).to_be_visible()
    expect(page.get_by_text("You asked for 6 seats")).to_be_visible()
    assert take_pdf(page, "Take it as PDF").startswith(b"%PDF-")
