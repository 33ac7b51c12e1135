"""A reviewer words a revision and sees at once what it would change; the next edition closes the request."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, Server, picture, sideways_scroll, watch
from playwright.sync_api import Browser, BrowserContext, Page, expect

OpenContext = Callable[[str], BrowserContext]
pytestmark = pytest.mark.browser
COURSE = "EMT 141"
CONFIRMED = "Load the right version of a program into a controller"


def next_catalog(outcomes: list[str]) -> bytes:
    """Return the sample college's catalog file with other outcomes for the revised course."""
    with (ROOT / "sample" / "catalogs" / "CRC.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(row | {"outcomes": "|".join(outcomes)} if row["code"] == COURSE else row for row in rows)
    return out.getvalue().encode()


def is_sound(page: Page) -> None:
    """Check that nothing is too wide and that axe finds nothing."""
    assert sideways_scroll(page) == 0
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def propose(page: Page, *labels: str) -> None:
    """Press the buttons of some steps, one after the other."""
    for label in labels:
        page.locator("summary", has_text=label).click()
        page.locator("details[open].step").get_by_role("button", name=label).click()
        expect(page.locator(".notice-success").first).to_contain_text("Recorded")


def import_catalog(page: Page, outcomes: list[str], *, server: Server, folder: Path) -> None:
    """Import the next edition of the college as its reviewer does."""
    path = folder / f"CRC-{len(outcomes)}.csv"
    path.write_bytes(next_catalog(outcomes))
    page.goto(f"{server.url}/colleges/CRC/import")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Look at these files").click()
    page.locator("summary", has_text=re.compile("^Store as edition")).click()
    page.locator("details[open].confirm").get_by_role("button", name=re.compile("^Store")).click()
    expect(page).to_have_url(re.compile(r"/editions/\d"))


def test_a_revision_from_the_first_word_to_the_catalog(
    demo_server: Server, browser: Browser, open_context: OpenContext, tmp_path: Path
) -> None:
    page = open_context("laptop").new_page()
    complaints = watch(page)
    page.goto(demo_server.links["curriculum reviewer"])
    page.get_by_role("button", name=re.compile("^Continue as")).click()
    page.goto(f"{demo_server.url}/runs/1/courses/CRC/{COURSE}?need=AU-01")
    page.get_by_role("button", name="Write a revision request").first.click()
    expect(page).to_have_url(re.compile(r"/revisions/\d+/edit"))
    request_url = page.url.removesuffix("/edit")
    page.wait_for_load_state()

    panel = page.locator("[data-what-if]")
    expect(panel).to_contain_text("The course would match “Program and troubleshoot PLCs”")
    outcomes = page.locator("[data-outcomes] > li")
    n_before = outcomes.count()
    page.get_by_role("button", name=f"Remove outcome {n_before}").click()
    expect(outcomes).to_have_count(n_before - 1)
    page.get_by_role("button", name="Add an outcome").click()
    typed = outcomes.last.locator("textarea")
    expect(typed).to_be_focused()
    typed.fill("Understand versions")
    expect(outcomes.last).to_contain_text("“Understand” cannot be watched or graded. Try “Explain”.")
    typed.fill(CONFIRMED)
    expect(outcomes.last.locator("[data-doubt]")).to_be_empty()
    expect(page.locator("[data-what-if-summary]")).not_to_be_empty()
    page.get_by_label("Catalog description").fill("Program controllers. " * 40)
    expect(page.locator("[data-word-count]")).to_have_text("80 words of at most 75")
    page.get_by_label("Catalog description").fill(
        "Program and troubleshoot programmable logic controllers on trainers."
    )
    expect(page.locator("[data-word-count]")).to_have_text("8 words of at most 75")
    expect(panel).not_to_have_attribute("aria-busy", "true")
    is_sound(page)
    picture(page, "revision-laptop-draft")

    page.get_by_role("button", name="Save the draft").last.click()
    expect(page.locator(".notice-success")).to_contain_text("Nothing has been proposed yet")
    page.wait_for_load_state()
    kept = [
        cell for cell in page.locator(".differences tr:not(.is-removed) td[data-label=NEW]").all_inner_texts() if cell
    ]
    assert CONFIRMED in kept
    propose(page, "Propose this revision", "Hand it to the committee")
    is_sound(page)

    rows = page.locator(".differences tr").filter(has=page.locator("th", has_text="Outcome"))
    wanted = [text for text in rows.locator("td[data-label=NEW]").all_inner_texts() if text != "–"]
    import_catalog(page, wanted[:-1], server=demo_server, folder=tmp_path)
    page.goto(request_url)
    expect(page.locator("main")).to_contain_text("Edition 3 prints part of it")
    expect(page.locator(".check-findings")).to_contain_text(f"Missing: outcome {CONFIRMED}")
    picture(page, "revision-laptop-partly")
    import_catalog(page, wanted, server=demo_server, folder=tmp_path)
    page.goto(request_url)
    expect(page.locator(".lead")).to_contain_text("In the catalog")
    expect(page.locator(".history")).to_contain_text("Edition 4 of Copper Ridge Community College")
    is_sound(page)
    picture(page, "revision-laptop-closed")
    for kind in ("Word", "PDF"):
        with page.expect_download() as download:
            page.locator(".downloads li", has_text=kind).get_by_role("link").click()
        assert download.value.path().stat().st_size > 5_000
    assert complaints == []

    phone = open_context("phone")
    phone.add_cookies(page.context.cookies())  # type: ignore[arg-type]  # the shape that cookies() gave
    on_phone = phone.new_page()
    for path in ("/revisions", "/revisions/1", "/revisions/2", "/revisions/3"):
        on_phone.goto(demo_server.url + path)
        is_sound(on_phone)
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    plain.add_cookies(page.context.cookies())  # type: ignore[arg-type]  # the shape that cookies() gave
    words_only(plain.new_page(), server=demo_server)
    plain.close()


def words_only(page: Page, *, server: Server) -> None:
    """Propose a new course for a gap without JavaScript."""
    page.goto(f"{server.url}/runs/1/needs/OE-03")
    page.get_by_role("button", name=re.compile("^Propose a new course")).click()
    page.wait_for_load_state()
    outcomes = page.locator("[data-outcomes] > li")
    n_before = outcomes.count()
    page.get_by_role("button", name="Remove outcome 2").click()
    page.get_by_role("button", name="Add an outcome").click()
    expect(outcomes).to_have_count(n_before)
    page.locator("#outcome-5").fill("Time a changeover with a stopwatch")
    page.get_by_role("button", name="Move outcome 6 up").click()
    expect(page.locator("#outcome-4")).to_have_value("Time a changeover with a stopwatch")
    page.get_by_role("button", name="See what this would change").click()
    expect(page.locator("[data-what-if]")).to_contain_text("Shorten changeovers")
    expect(page.locator("main")).to_contain_text("Not saved yet")
    page.get_by_label("Catalog description").fill(
        "Shorten the changeovers of a press line, step by step, with a stopwatch."
    )
    page.get_by_role("button", name="Save the draft").last.click()
    expect(page.locator(".notice-success")).to_contain_text("Saved. Nothing has been proposed yet.")
