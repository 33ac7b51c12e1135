"""A firm answers, asks and sees who may pay; the convener pools, confirms and completes; the region's count moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from conftest import Server, picture, sideways_scroll, watch
from playwright.sync_api import BrowserContext, Page, expect

OpenContext = Callable[[str], BrowserContext]
pytestmark = pytest.mark.browser


def sign_in(context: BrowserContext, link: str) -> Page:
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name=re.compile("^Continue as")).click()
    return page


def in_days(n: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=n)).isoformat()


def completed(page: Page, server: Server) -> int:
    """Return how many workers completed, as the region sees it."""
    page.goto(f"{server.url}/training/region")
    words = page.get_by_role("listitem").filter(has_text="workers completed").inner_text()
    return int(re.sub(r"\D", "", words))


def test_from_a_firms_answers_to_the_regions_count(demo_server: Server, open_context: OpenContext) -> None:
    firm = sign_in(open_context("phone"), demo_server.links["employer"])
    convener = sign_in(open_context("laptop"), demo_server.links["convener"])
    complaints = (watch(firm), watch(convener))
    before = completed(convener, demo_server)

    firm.goto(demo_server.url + "/")
    firm.get_by_role("link", name="Answers about our firm").click()
    firm.get_by_label("How many people work for you").fill("48")
    firm.get_by_role("button", name="Keep these answers").click()
    expect(firm.get_by_text("Your answers are kept.")).to_be_visible()

    firm.get_by_role("link", name="Ask for seats").first.click()
    firm.get_by_label("Or a skill need").select_option("AU-01")
    firm.get_by_label("How many workers").fill("2")
    firm.get_by_label("Of these, from “Maintenance crew”").fill("2")
    firm.get_by_label("Evenings").check()
    firm.get_by_label("On campus").check()
    firm.get_by_label("Earliest first day").fill(in_days(30))
    firm.get_by_label("Latest first day").fill(in_days(90))
    firm.get_by_label("Price per worker, in dollars").fill("1200")
    firm.get_by_label("Hours of training per worker").fill("30")
    assert sideways_scroll(firm) == 0
    firm.get_by_role("button", name="Ask for these seats").click()
    expect(firm.get_by_text("Your request is in.")).to_be_visible()

    firm.get_by_role("link", name="Program and troubleshoot PLCs").first.click()
    # 48 employees: 10 percent of 2,400 + 2 x 30 h x 27.50 dollars is 405 dollars, less than the wages of 1,650 alone.
    expect(firm.get_by_text("up to $2,400")).to_be_visible()
    expect(firm.get_by_text("estimate, not a decision")).to_be_visible()
    firm.get_by_text("How this was worked out").first.click()
    expect(firm.get_by_text("10 percent of $4,050: $405.")).to_be_visible()
    assert sideways_scroll(firm) == 0
    picture(firm, "training-request-phone")

    convener.goto(f"{demo_server.url}/training/sections")
    card = convener.get_by_role("article").filter(has_text="Program and troubleshoot PLCs")
    expect(card).to_contain_text("11 workers")
    expect(card).to_contain_text("3 firms")
    card.get_by_role("link", name="Confirm a cohort").click()
    convener.get_by_label("Place").fill("Automation laboratory")
    convener.get_by_label("First day").fill(in_days(31))
    convener.get_by_label("Last day").fill(in_days(80))
    convener.get_by_role("button", name="Confirm this cohort").click()
    expect(convener.get_by_text("The cohort is confirmed.")).to_be_visible()
    convener.get_by_role("button", name="It has begun").click()
    convener.get_by_role("link", name="Complete it").click()
    convener.wait_for_load_state()
    for field in convener.get_by_label(re.compile("^How many of .* completed")).all():
        field.fill("2")
    convener.get_by_label(re.compile("^Credentials earned")).first.fill("Controls Technician I: 2")
    convener.get_by_role("button", name="Complete the cohort").click()
    expect(convener.get_by_text("The cohort is completed.")).to_be_visible()
    picture(convener, "training-cohort-laptop")

    firm.goto(demo_server.url + "/training")
    row = firm.get_by_role("row").filter(has_text="Program and troubleshoot PLCs").last
    expect(row).to_contain_text("Completed")
    assert "Quillback" not in firm.content()
    assert completed(convener, demo_server) == before + 3 * 2
    assert not any(complaints), complaints


def test_anyone_looks_up_a_credential(demo_server: Server, open_context: OpenContext) -> None:
    page = open_context("phone").new_page()
    page.goto(demo_server.url + "/")
    page.get_by_role("link", name="Is this credential reimbursable?").first.click()
    page.get_by_label("Credential, issuer or program").fill("joining welder")
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_role("heading", name="2 credentials")).to_be_visible()
    expect(page.get_by_text("Arc Welder Level 2")).to_be_visible()
    assert sideways_scroll(page) == 0
