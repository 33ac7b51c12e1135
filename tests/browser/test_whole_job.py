"""The whole job as people do it: from the first sign-in to the workbook that the region downloads."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import DONE_MS, ROOT, Server, picture, sideways_scroll, watch
from playwright.sync_api import Browser, BrowserContext, Page, expect
from python_calamine import CalamineWorkbook

OpenContext = Callable[[str], BrowserContext]
pytestmark = pytest.mark.browser
CATALOG = ROOT / "sample" / "catalogs" / "CRC.csv"
FIRMS = ("Anvil & Ash Forge", "Bluebell Foods", "Cinder Plastics", "Dovetail Railcar")


def sign_in(context: BrowserContext, link: str) -> Page:
    """Open a one-time link and press its button."""
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name=re.compile("^Continue as")).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


def make_assessment(page: Page) -> None:
    """Take two areas of the starter library."""
    page.get_by_role("link", name="Assessments", exact=True).click()
    expect(page).to_have_url(re.compile("/assessments$"))
    page.goto(f"{page.url}/new")
    page.get_by_label("Title").fill("Skills list of the first meeting")
    for box in page.locator("input[name=area]").all():
        if box.get_attribute("value") not in {"Electrical maintenance", "Automation"}:
            box.uncheck()
    page.get_by_role("button", name="Make the assessment").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Skills list of the first meeting")


def plan_and_open_meeting(page: Page) -> str:
    """Plan a meeting, open its voting and return its join code."""
    page.get_by_role("link", name="Plan a meeting").first.click()
    page.get_by_label("Title").fill("First employer meeting")
    page.get_by_label("Place").fill("Union hall")
    page.get_by_role("button", name="Plan the meeting").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("First employer meeting")
    page.get_by_role("button", name="Open voting").click()
    return page.locator(".qr-code").inner_text().strip()


def join(page: Page, *, server: Server, code: str, firm: str) -> None:
    """Type the code on the first page and say whom one speaks for."""
    page.goto(server.url)
    page.get_by_label("Meeting code").fill(code.lower())
    page.get_by_role("button", name="Open my ballot").click()
    page.locator("input[name=employer_name]").fill(firm)
    page.get_by_label("Employer", exact=True).check()
    page.get_by_role("button", name="Open my ballot").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What skills does your plant need most?")
    page.wait_for_load_state()


def wait_for_steps(page: Page) -> None:
    """Wait until the ballot's own script has taken the plain form over."""
    expect(page.locator(".is-stepped [data-saved]")).not_to_be_empty()


def vote_by_tapping(page: Page) -> None:
    """Sort every need and put the top three in order, with the phone's own steps; reload once on the way."""
    needs = page.locator("fieldset.need")
    wait_for_steps(page)
    assert needs.count() == 16
    for place in range(16):
        choice = "Must have" if place < 5 else "Useful" if place < 10 else "Not needed here"
        needs.nth(place).get_by_label(choice, exact=True).check()
        if place == 7:
            page.reload()
            wait_for_steps(page)
            expect(needs.nth(3).get_by_label("Must have")).to_be_checked()
    picture(page, "job-phone-sort")
    page.get_by_role("button", name="Order my top 5").click()
    for _ in range(3):
        page.locator("[data-candidates] button").first.click()
    expect(page.locator("[data-ordered] > li")).to_have_count(3)
    second = page.locator("[data-ordered] > li").nth(1)
    title = second.locator(".ordered-title").inner_text()
    second.get_by_role("button", name=re.compile("up", re.IGNORECASE)).first.click()
    expect(page.locator("[data-ordered] > li").first).to_contain_text(title)
    picture(page, "job-phone-order")
    for _ in range(2):
        page.locator("[data-next]").click()
    picture(page, "job-phone-check")
    page.locator("[data-cast]").click()
    expect(page).to_have_url(re.compile("/receipt/"))
    picture(page, "job-phone-receipt")


def vote_without_javascript(page: Page, *, turn: int) -> None:
    """Fill the plain form in."""
    needs = page.locator("fieldset.need")
    by_code = sorted(needs.all(), key=lambda need: need.get_attribute("data-need") or "")
    for place, need in enumerate(by_code):
        value = "must" if (place + turn) % 3 == 0 else "useful" if (place + turn) % 3 == 1 else "not_needed"
        need.locator(f"input[type=radio][value={value}]").check()
    for place, need in enumerate([each for each in by_code if each.locator("input[value=must]").is_checked()][:4]):
        need.locator("input[name^=position]").fill(str(place + 1))
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page).to_have_url(re.compile("/receipt/"))


def import_catalog(page: Page) -> None:
    """Add a college and import its catalog after a look at the columns."""
    page.get_by_role("link", name="Catalogs", exact=True).click()
    page.get_by_label("Name").fill("Copper Ridge Community College")
    page.get_by_label("Code", exact=False).first.fill("CRC")
    page.get_by_role("button", name="Add this college").click()
    page.get_by_role("link", name=re.compile("^Import a catalog")).first.click()
    page.set_input_files("input[type=file]", CATALOG)
    page.get_by_role("button", name="Look at these files").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("48 courses would be stored")
    picture(page, "job-laptop-import-preview")
    page.locator("summary", has_text="Store as edition 1").click()
    page.locator("details[open].confirm").get_by_role("button", name=re.compile("^Store")).click()
    expect(page).to_have_url(re.compile("/editions/1"))


def make_run(page: Page) -> None:
    """Make a match run with the meeting's ranking and wait until it is done."""
    page.get_by_role("link", name="Match runs", exact=True).click()
    page.get_by_role("link", name=re.compile("^Make (a|the first) match run$")).click()
    page.get_by_label(re.compile("First employer meeting")).first.check()
    page.get_by_role("button", name="Start the match run").click()
    expect(page.get_by_role("table", name="Needs in the employers’ order")).to_be_visible(timeout=DONE_MS)
    picture(page, "job-laptop-run")


def add_reviewer(page: Page) -> str:
    """Add a reviewer of the college and return the link that was made."""
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Robin Reviewer")
    page.get_by_label("Role", exact=True).select_option("reviewer")
    page.get_by_label(re.compile("^College or firm")).select_option(label="Copper Ridge Community College")
    page.get_by_role("button", name="Add this person").click()
    page.get_by_role("button", name="Make a link for Robin Reviewer").click()
    return page.locator("#sign-in-link").input_value()


def review(page: Page) -> None:
    """Confirm one verdict, override another with a reason, propose a revision."""
    page.get_by_role("link", name="Review", exact=True).click()
    page.locator("tr", has_text="Needs revision").first.get_by_role("link").first.click()
    expect(page.locator("mark").first).to_be_visible()
    picture(page, "job-laptop-review")
    confirm = page.get_by_role("button", name=re.compile("^Confirm")).first
    confirm.click()
    page.get_by_role("button", name="Write a revision request").first.click()
    page.get_by_role("button", name="Save the draft").last.click()
    page.locator("summary", has_text="Propose this revision").click()
    page.locator("details[open].step").get_by_role("button", name="Propose this revision").click()
    expect(page.locator("main")).to_contain_text("Proposed")
    page.get_by_role("link", name="Review", exact=True).click()
    page.locator("tr", has_text="waits").first.get_by_role("link").first.click()
    page.get_by_role("button", name=re.compile("^Not related")).click()
    expect(page.locator("[data-desk-hint]")).to_contain_text("Say why")
    page.get_by_label("Or say why it is something else").fill("It is taught for another trade.")
    page.get_by_role("button", name=re.compile("^Not related")).click()
    expect(page.locator("main")).to_contain_text("is “not related”")
    picture(page, "job-laptop-decided")


def test_the_whole_job_from_sign_in_to_the_workbook(
    empty_server: Server, browser: Browser, open_context: OpenContext, tmp_path: Path
) -> None:
    desk = sign_in(open_context("laptop"), empty_server.links["convener"])
    complaints = watch(desk)
    make_assessment(desk)
    code = plan_and_open_meeting(desk)
    desk_url = desk.url

    phone = open_context("phone").new_page()
    complaints_of_the_phone = watch(phone)
    join(phone, server=empty_server, code=code, firm="Emberline Cable")
    vote_by_tapping(phone)
    assert sideways_scroll(phone) == 0
    for turn, firm in enumerate(FIRMS):
        plain = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
        page = plain.new_page()
        join(page, server=empty_server, code=code, firm=firm)
        vote_without_javascript(page, turn=turn)
        plain.close()

    expect(desk.locator("main")).to_contain_text("5 of 5 employers have voted")
    picture(desk, "job-laptop-desk")
    desk.get_by_role("button", name="Reveal the ranking").click()
    expect(desk.get_by_text("The ranking is shown on the screen")).to_be_visible()
    wall = open_context("projector")
    wall.add_cookies(desk.context.cookies())
    screen = wall.new_page()
    screen.goto(desk_url + "/screen")
    picture(screen, "job-projector-screen")
    assert sideways_scroll(screen) == 0
    desk.goto(desk_url + "/results")
    picture(desk, "job-laptop-results")
    desk.goto(desk_url)
    desk.locator("summary", has_text="Close the meeting").click()
    desk.locator("details[open]").get_by_role("button", name="Close the meeting").click()
    expect(desk.locator("main")).to_contain_text("The meeting is closed")

    import_catalog(desk)
    make_run(desk)
    link = add_reviewer(desk)
    reviewer = sign_in(open_context("laptop"), link)
    review(reviewer)

    desk.get_by_role("link", name="Region", exact=True).click()
    expect(desk.locator(".chart-canvas .main-svg").first).to_be_visible()
    picture(desk, "job-laptop-region")
    with desk.expect_download() as waiting:
        desk.get_by_role("link", name=re.compile("workbook")).first.click()
    file = tmp_path / "region.xlsx"
    waiting.value.save_as(file)
    workbook = CalamineWorkbook.from_path(str(file))
    assert workbook.sheet_names[0] == "About"
    priorities = workbook.get_sheet_by_name("Priorities").to_python()
    assert len(priorities) == 1 + 16, "a header and every need of the assessment"
    assert not [line for line in complaints + complaints_of_the_phone if "inline style" not in line]


def test_a_phone_that_loses_the_network_keeps_the_ballot_and_sends_it_later(
    empty_server: Server, open_context: OpenContext
) -> None:
    desk = sign_in(open_context("laptop"), _another_link(empty_server))
    make_assessment(desk)
    code = plan_and_open_meeting(desk)
    context = open_context("phone")
    phone = context.new_page()
    join(phone, server=empty_server, code=code, firm="Faraway Foundry")
    needs = phone.locator("fieldset.need")
    wait_for_steps(phone)
    for place in range(16):
        needs.nth(place).get_by_label("Useful", exact=True).check()
    while not phone.locator("[data-cast]").is_visible():
        phone.locator("[data-next]").click()
    context.set_offline(True)
    phone.locator("[data-cast]").click()
    expect(phone.locator("[data-waiting]")).to_be_visible()
    picture(phone, "job-phone-offline")
    context.set_offline(False)
    expect(phone).to_have_url(re.compile("/receipt/"))


def _another_link(server: Server) -> str:
    """Print a new sign-in link with the command, as whoever runs the server would."""
    import subprocess
    import sys

    printed = subprocess.run(
        [sys.executable, str(ROOT / "app.py"), "sign-in-link", "First convener", "--data", str(server.data_dir)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.search(r"/sign-in/\S+", printed)
    assert found, printed
    return server.url + found.group()
