"""A person looks for a way to a credential, and a convener plans an apprenticeship, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Server, picture, sideways_scroll, watch
from playwright.sync_api import BrowserContext, Page, expect

OpenContext = Callable[[str], BrowserContext]
pytestmark = pytest.mark.browser


def sign_in(context: BrowserContext, server: Server, role: str) -> Page:
    """Open the printed link of a role."""
    page = context.new_page()
    page.goto(server.links[role])
    page.get_by_role("button", name="Continue as").click()
    return page


def is_sound(page: Page) -> None:
    """Refuse a page that is too wide or that axe finds fault with."""
    assert sideways_scroll(page) <= 0, page.url
    found = [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in Axe().run(page).response["violations"]]
    assert not found, f"{page.url}: {found}"


def test_ticks_recompute_the_way_on_a_phone_and_the_address_can_be_shared(
    demo_server: Server, open_context: OpenContext
) -> None:
    page = sign_in(open_context("phone"), demo_server, "regional viewer")
    complaints = watch(page)
    page.goto(f"{demo_server.url}/credentials")
    page.get_by_label("Words in it").fill("production technician")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Certified Production Technician", exact=True).click()
    expect(page.get_by_role("heading", name="5 steps and 140 hours to go")).to_be_visible()
    expect(page.locator(".lattice")).to_be_hidden()
    page.get_by_label("Production Technician: Safety").check()
    page.get_by_role("button", name="Work out what is left").click()
    # four modules of 35 hours make the 140 hours; one of them is held
    expect(page.get_by_role("heading", name="4 steps and 105 hours to go")).to_be_visible()
    expect(page.get_by_label("Production Technician: Safety")).to_be_checked()
    is_sound(page)
    picture(page, "pathway-held-phone")
    address = page.get_by_label("Address to pass on; it needs no sign-in").input_value()
    stranger = open_context("laptop").new_page()
    stranger.goto(demo_server.url + urlsplit(address).path)
    expect(stranger.get_by_role("heading", name="5 steps and 140 hours to go")).to_be_visible()
    expect(stranger.locator(".lattice")).to_be_visible()
    is_sound(stranger)
    picture(stranger, "pathway-shared-laptop")
    assert not complaints


def test_a_convener_plans_an_apprenticeship_and_both_sides_speak(
    demo_server: Server, open_context: OpenContext
) -> None:
    page = sign_in(open_context("laptop"), demo_server, "convener")
    complaints = watch(page)
    page.goto(f"{demo_server.url}/apprenticeships")
    page.get_by_label("Name of the plan").fill("Packers of the third shift")
    page.get_by_role("button", name="Make this plan").click()
    page.get_by_label("Fewest hours in class").check()
    page.get_by_label("S4 Moves loads").check()
    page.get_by_label("How S4 was shown").fill("Forklift licence")
    page.get_by_role("button", name="Keep these settings").click()
    page.get_by_role("button", name="Choose the courses").click()
    # 264 hours less the 12 of the mastered competency
    expect(page.locator(".key-figures li").first).to_contain_text("252")
    expect(page.locator(".notice").last).to_contain_text("every competency is covered")
    workers = page.locator(".card", has=page.get_by_role("heading", name="For the workers"))
    workers.get_by_label("Who speaks").fill("R. Vega, Local 12")
    workers.get_by_role("button", name="Agrees").click()
    expect(page.get_by_text("Agrees: R. Vega, Local 12")).to_be_visible()
    is_sound(page)
    picture(page, "apprenticeship-plan-laptop")
    with page.expect_download() as waited:
        page.get_by_role("link", name="Appendix A as PDF").click()
    assert waited.value.suggested_filename.endswith(".pdf")
    assert not complaints
