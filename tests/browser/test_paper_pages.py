"""Paper in a real Chromium: print ballots, fill one in, photograph it, answer what is open, count it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Server, picture, sideways_scroll, watch
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.paper_photos import Photo, fill_in, photographed, printed_pages
from survey.sheet_layout import PrintedNeed, SheetPage
from survey.sheet_printing import pages_of_sheet
from survey.sheet_reading import find_page

OpenContext = Callable[[str], BrowserContext]
pytestmark = pytest.mark.browser


def _needs(page: Page, server: Server) -> tuple[PrintedNeed, ...]:
    """Return the list of the meeting as its assessment's file says it."""
    import csv
    import io

    answer = page.request.get(f"{server.url}/assessments/2/needs.csv")
    rows = csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig")))
    return tuple(PrintedNeed(row["code"], row["area"], row["title"]) for row in rows)


def _marks(page: SheetPage, n_sorts: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """Mark every need useful, and the first ones as this page's share of the order."""
    marks: dict[str, tuple[int, ...]] = {line.need.code: (1,) for line in page.needs}
    for line, place in zip(page.needs, n_sorts, strict=False):
        marks[line.need.code] = (0, 4 + place)
    return marks


def _filled_photos(pdf: bytes, needs: tuple[PrintedNeed, ...], folder: Path) -> list[Path]:
    """Fill the first sheet in, twice ambiguously on its first page, and photograph its pages."""
    rng = np.random.default_rng(7)
    papers = printed_pages(pdf)
    code = re.search(r"[0-9A-Z]{6}", find_page(np.asarray(papers[0].reduce(2))).printing_code)
    assert code is not None
    laid = pages_of_sheet(needs, printing_code=code[0], sheet=1, paper="letter", k=5)
    photos = []
    for number, page in enumerate(laid):
        marks = _marks(page, (0, 1, 2) if number == 0 else (3, 4) if number == 1 else ())
        if number == 0:
            marks[page.needs[4].need.code] = (1, 2)
        drawn = fill_in(papers[number], page, marks, paper="letter", k=5, rng=rng)
        if number == 0:
            drawn = fill_in(drawn, page, {page.needs[6].need.code: (3,)}, paper="letter", k=5, rng=rng, pen="ring")
        path = folder / f"photo-{number + 1}.jpg"
        path.write_bytes(photographed(drawn, Photo(upside_down=number == 1), rng=rng))
        photos.append(path)
    return photos


def _sound(page: Page, name: str) -> None:
    """Take a picture of a page and check that it fits and that axe finds nothing."""
    picture(page, name)
    assert sideways_scroll(page) <= 0, f"{name} is too wide"
    violations = Axe().run(page).response["violations"]
    assert not violations, [(each["id"], each["nodes"][0]["html"][:200]) for each in violations]


def test_a_paper_ballot_from_the_printer_to_the_count(
    demo_server: Server, open_context: OpenContext, tmp_path: Path
) -> None:
    context = open_context("laptop")
    page = context.new_page()
    complaints = watch(page)
    page.goto(demo_server.links["convener"])
    page.get_by_role("button", name=re.compile("^Continue as")).click()
    page.goto(f"{demo_server.url}/meetings/2")
    page.get_by_role("link", name="Print paper ballots").click()
    page.get_by_label("Ballots", exact=True).fill("2")
    page.get_by_role("button", name="Make the ballots").click()
    _sound(page, "paper-print-laptop")
    with page.expect_download() as started:
        page.get_by_role("link", name=re.compile("^Ballots [0-9A-Z]{6} .PDF")).click()
    pdf = Path(started.value.path()).read_bytes()
    photos = _filled_photos(pdf, _needs(page, demo_server), tmp_path)
    (tmp_path / "notes.jpg").write_text("Dear convener, the photo follows.")

    page.goto(f"{demo_server.url}/meetings/2/scans")
    page.get_by_label("Photos or PDFs of filled-in sheets").set_input_files([*photos, tmp_path / "notes.jpg"])
    page.get_by_role("button", name="Read the pictures").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 scanned ballot waits for you")
    expect(page.get_by_text("This file holds text, not a picture")).to_be_visible()
    _sound(page, "paper-scans-laptop")
    page.set_viewport_size({"width": 360, "height": 740})
    _sound(page, "paper-scans-phone")
    page.get_by_role("link", name="Look and count sheet 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sheet 1: 2 needs are open")
    _sound(page, "paper-confirm-phone")
    page.set_viewport_size({"width": 1366, "height": 768})
    _sound(page, "paper-confirm-laptop")

    # Nothing is guessed: the button alone counts nothing.
    page.get_by_label("Organisation", exact=True).fill("Paper Mill of North Mesa")
    page.get_by_role("button", name="Count this ballot").press("Enter")
    expect(page.get_by_role("heading", name="This ballot is not counted yet")).to_be_visible()
    expect(page.get_by_label("Organisation", exact=True)).to_have_value("Paper Mill of North Mesa")
    page.wait_for_load_state()
    for open_row in page.locator("select[aria-invalid]").all():
        open_row.select_option("useful")
    page.get_by_role("button", name="Count this ballot").press("Enter")
    expect(page.get_by_text("Sheet 1 of Paper Mill of North Mesa is counted")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Read scanned ballots")
    assert not [line for line in complaints if "Applying inline style" not in line], complaints
