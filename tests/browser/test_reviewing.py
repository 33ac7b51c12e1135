"""A reviewer works the queue with one key for each act, and without any script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Server, picture, sideways_scroll, watch
from playwright.sync_api import Browser, BrowserContext, Page, expect

OpenContext = Callable[[str], BrowserContext]


@pytest.fixture(scope="module")
def cookies(demo_server: Server, browser: Browser) -> Iterator[list[dict[str, str]]]:
    """Sign the sample's reviewer in once; a link works once."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(demo_server.links["curriculum reviewer"])
    page.get_by_role("button", name=re.compile("^Continue as")).click()
    yield context.cookies()  # type: ignore[misc]  # handed back as they came
    context.close()


@pytest.fixture
def desk(open_context: OpenContext, cookies: list[dict[str, str]], demo_server: Server) -> Page:
    """Open the queue on a laptop."""
    context = open_context("laptop")
    context.add_cookies(cookies)  # type: ignore[arg-type]  # the shape that cookies() gave
    page = context.new_page()
    page.goto(demo_server.url + "/review")
    return page


def n_decided(page: Page) -> int:
    """Read how many verdicts are decided."""
    found = re.match(r"(\d+) of", page.locator(".queue-place").inner_text())
    assert found is not None
    return int(found[1])


def press(page: Page, key: str) -> None:
    """Press a key and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press(key)


def heading(page: Page) -> str:
    """Return the question that the page asks."""
    return page.get_by_role("heading", level=1).inner_text()


def test_the_queue_is_worked_with_keys_alone(desk: Page) -> None:
    complaints = watch(desk)
    expect(desk.get_by_role("heading", level=1)).to_contain_text("wait for your decision")
    press(desk, "j")
    before, first = n_decided(desk), heading(desk)
    press(desk, "c")
    expect(desk.get_by_role("status").first).to_contain_text("Recorded:")
    assert n_decided(desk) == before + 1
    assert heading(desk) != first
    second = heading(desk)

    press(desk, "ArrowRight")
    third = heading(desk)
    assert third not in (first, second), "looking ahead decides nothing"
    assert n_decided(desk) == before + 1
    press(desk, "k")
    assert heading(desk) == second

    press(desk, "u")
    assert heading(desk) == first, "taking back shows what it was about"
    assert n_decided(desk) == before
    expect(desk.locator(".history")).to_contain_text("took a decision back")
    assert complaints == []


def test_an_override_asks_for_words_and_keys_rest_while_they_are_typed(desk: Page) -> None:
    press(desk, "j")
    before, question = n_decided(desk), heading(desk)
    override = desk.locator("[data-needs-reason]").first
    desk.keyboard.press(str(override.get_attribute("data-key")))
    expect(desk.locator("#reason")).to_be_focused()
    expect(desk.locator("[data-desk-hint]")).to_contain_text("press Ctrl+Enter")
    desk.keyboard.type("much of it runs in a lab, could not be judged from the text")
    assert heading(desk) == question, "m, u, c, n and j were only letters"
    expect(desk.locator("#reason")).to_have_value("much of it runs in a lab, could not be judged from the text")
    picture(desk, "reviewing-laptop-override")
    press(desk, "Control+Enter")
    assert n_decided(desk) == before + 1
    press(desk, "u")
    expect(desk.locator(".history")).to_contain_text("much of it runs in a lab")
    assert n_decided(desk) == before


def test_keys_rest_while_a_modifier_is_held_and_help_lists_them(desk: Page) -> None:
    press(desk, "j")
    question, before = heading(desk), n_decided(desk)
    for combination in ("Control+c", "Alt+j", "Meta+u", "Control+Shift+m", "Shift+C"):
        desk.keyboard.press(combination)
    assert (heading(desk), n_decided(desk)) == (question, before)
    expect(desk.locator("#reason")).not_to_be_focused()
    help_list = desk.locator("[data-key-help]")
    expect(help_list).not_to_have_attribute("open", "")
    desk.keyboard.press("?")
    expect(help_list).to_have_attribute("open", "")
    expect(help_list).to_contain_text("take your last decision back")
    desk.keyboard.press("?")
    expect(help_list).not_to_have_attribute("open", "")


def test_pointing_at_a_mark_shows_its_element(desk: Page) -> None:
    press(desk, "j")
    number = desk.locator("a.evidence-element").first
    element = desk.locator(f"#element-{number.get_attribute('data-elements')}")
    expect(element).not_to_have_class(re.compile("is-pointed"))
    number.focus()
    expect(element).to_have_class(re.compile("is-pointed"))
    desk.mouse.move(0, 0)
    element.hover()
    expect(number).to_have_class(re.compile("is-pointed"))


def test_the_same_works_with_buttons_and_without_scripts(
    browser: Browser, cookies: list[dict[str, str]], demo_server: Server
) -> None:
    plain = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    plain.add_cookies(cookies)  # type: ignore[arg-type]  # the shape that cookies() gave
    page = plain.new_page()
    page.goto(demo_server.url + "/review")
    page.get_by_role("link", name=re.compile("the first one|the next one")).click()
    before, question = n_decided(page), heading(page)
    page.locator("[data-needs-reason]").first.click()
    expect(page.locator("#reason-error")).to_contain_text("Say why")
    page.locator("#reason").fill("The lab sheets cover it.")
    page.locator("[data-needs-reason]").first.click()
    assert n_decided(page) == before + 1
    page.get_by_role("button", name=re.compile("Take it back")).click()
    assert (n_decided(page), heading(page)) == (before, question)
    page.get_by_role("button", name=re.compile("^Confirm")).click()
    assert n_decided(page) == before + 1
    page.get_by_role("button", name=re.compile("Take it back")).click()
    plain.close()


@pytest.mark.parametrize("size", ["phone", "laptop", "projector"])
def test_the_pages_are_sound_at_every_size(
    open_context: OpenContext, cookies: list[dict[str, str]], demo_server: Server, size: str
) -> None:
    context = open_context(size)
    context.add_cookies(cookies)  # type: ignore[arg-type]  # the shape that cookies() gave
    page = context.new_page()
    complaints = watch(page)
    problems = []
    for name, path in (
        ("queue", "/review"),
        ("weak", "/review?show=weak"),
        ("empty", "/review?show=disputed"),
        ("verdict", "/review/1/verdict?need=EM-01&college=CRC&course=EMT+111"),
        ("disputed", "/review/disputed"),
        ("matcher", "/matcher"),
    ):
        page.goto(demo_server.url + path)
        picture(page, f"reviewing-{name}-{size}")
        if sideways_scroll(page) > 0:
            problems.append(f"{path} is {sideways_scroll(page)} px too wide")
        for violation in Axe().run(page).response["violations"]:
            where = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
            problems.append(f"{path}: {violation['id']} ({violation['help']}): {where}")
    assert problems + complaints == []
