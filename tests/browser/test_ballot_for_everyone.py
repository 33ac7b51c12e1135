"""The ballot with the keyboard alone, read out, at 200 % zoom, with one thumb, and without JavaScript."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import DONE_MS, picture, sideways_scroll
from playwright.sync_api import Browser, Page, expect
from test_phone_faults import NUMBERS, RECEIPT, House, Meeting, cast, fill_in, house, join, open_phone
from voting_hall import CODES

__all__ = ["house", "open_phone"]
pytestmark = pytest.mark.browser
STEPS = ("sort", "order", "training", "check")


@pytest.fixture
def meeting(house: House) -> Meeting:
    """Open a meeting of its own."""
    return house.meeting()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a laptop's page."""
    laptop = browser.new_context(viewport={"width": 1366, "height": 768}, service_workers="block")
    laptop.set_default_timeout(DONE_MS)
    yield laptop.new_page()
    laptop.close()


def focused(page: Page) -> str:
    """Return what holds the focus: a field's name and value, a key of the order, or the words."""
    words = "(node) => node.name ? node.name + ' ' + node.value : node.dataset.focus || node.textContent.trim()"
    return str(page.evaluate(f"({words})(document.activeElement)"))


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until something holds the focus."""
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(focused(page))
        if seen[-1].startswith(wanted):
            return
    raise AssertionError(f"Tab never reaches {wanted}: {seen}")


def double_tap(page: Page, *, x: float, y: float) -> None:
    """Tap twice within a tenth of a second, however long this machine takes to say so."""
    finger = page.context.new_cdp_session(page)
    began = time.time()
    for after_s in (0.0, 0.1):
        touch = {"touchPoints": [{"x": x, "y": y}], "timestamp": began + after_s}
        finger.send("Input.dispatchTouchEvent", {"type": "touchStart", **touch})
        lifted = {"touchPoints": [], "timestamp": began + after_s + 0.03}
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", **lifted})
    finger.detach()


def test_the_keyboard_alone_sorts_orders_and_casts(page: Page, meeting: Meeting) -> None:
    join(page, meeting)
    live = page.locator("[data-live]")
    order = page.locator('input[name="shown_order"]').input_value().split(",")
    for code in order:
        tab_to(page, f"sort-{code}")
        page.keyboard.press("Space")
    assert page.locator("input[value=must]:checked").count() == len(CODES)
    tab_to(page, "Order my top 3")
    page.keyboard.press("Enter")
    assert focused(page) == "Order your top 3"
    for number, code in enumerate(order[:3], start=1):
        tab_to(page, f"add {code}") if number == 1 else None
        assert focused(page) == f"add {code}", "the focus goes on to the next need"
        page.keyboard.press("Enter")
        expect(live).to_have_text(re.compile(rf"^Added .+ at position {number} of 3$"))
    tab_to(page, f"up {order[2]}") if focused(page) != f"up {order[2]}" else None
    page.keyboard.press("Enter")
    expect(live).to_have_text(re.compile(r"^Moved .+ to position 2 of 3$"))
    assert focused(page) == f"up {order[2]}", "the focus stays on the act, which moved with its need"
    page.keyboard.press("Enter")
    expect(live).to_have_text(re.compile(r"^Moved .+ to position 1 of 3$"))
    tab_to(page, f"more {order[0]}")
    page.keyboard.press("Enter")
    tab_to(page, f"tie {order[0]}")
    page.keyboard.press("Space")
    expect(live).to_have_text(re.compile(r" is level with "))
    for words in ("Next", "Check my ballot", "Cast my ballot"):
        tab_to(page, words)
        page.keyboard.press("Enter")
    expect(page).to_have_url(RECEIPT)
    positions = page.locator(".ordered-position")
    assert positions.all_inner_texts() == ["1", "1", "3"], "ties share a position and the next one counts them"


def test_a_search_says_how_many_needs_it_found(page: Page, meeting: Meeting) -> None:
    join(page, meeting)
    page.get_by_label("Search the needs").fill("weld")
    expect(page.locator("[data-live]")).to_have_text("1 of 5 needs shown")
    page.get_by_label("Search the needs").fill("no such need")
    expect(page.locator(".needs-none")).to_be_visible()


def test_what_waits_is_said_once_and_not_at_every_try(page: Page, meeting: Meeting) -> None:
    page.context.clock.install()
    join(page, meeting)
    fill_in(page, "EM-01")
    page.route("**/ballots*", lambda route: route.abort())
    page.evaluate(
        """() => {
          window.said = [];
          const place = document.querySelector("[data-waiting-words]");
          new MutationObserver(() => window.said.push(place.textContent)).observe(place, { childList: true });
        }"""
    )
    cast(page)
    expect(page.locator("[data-waiting-words][role=status]")).to_contain_text("The meeting cannot be reached")
    for _ in range(5):
        page.context.clock.run_for(80_000)
    said = page.evaluate("window.said")
    assert said[-1].startswith("The meeting cannot be reached")
    assert len(said) == len(set(said)) <= 2, said


def test_every_step_is_sound_and_fits_at_200_percent(page: Page, meeting: Meeting) -> None:
    page.set_viewport_size({"width": 683, "height": 384})  # 1366 x 768 at 200 %
    join(page, meeting)
    for code in CODES[:4]:
        page.locator(f'input[name="sort-{code}"][value=must]').check()
    for step in STEPS:
        if step == "order":
            for code in CODES[:3]:
                page.locator(f'[data-focus="add {code}"]').click()
            page.locator(f'[data-focus="more {CODES[1]}"]').click()
        assert sideways_scroll(page) == 0, step
        page.set_viewport_size({"width": 320, "height": 568})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert sideways_scroll(page) == 0, f"{step} with letters of twice the size on a small phone"
        picture(page, f"everyone-{step}-large-letters")
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.set_viewport_size({"width": 683, "height": 384})
        violations = Axe().run(page).response["violations"]
        assert not violations, [(each["id"], each["nodes"][0]["html"][:120]) for each in violations]
        if step != "check":
            page.locator("[data-next]").click()
    assert page.locator("[data-cast]").is_visible()


def test_one_thumb_finds_the_next_need_where_the_last_one_was(browser: Browser, meeting: Meeting) -> None:
    phone = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, service_workers="block")
    page = phone.new_page()
    join(page, meeting)
    for code in CODES:
        page.locator(f'input[name="sort-{code}"][value=must]').check()
    page.locator("[data-next]").tap()
    first = page.locator("[data-candidates] button").first
    first.scroll_into_view_if_needed()
    box = first.bounding_box()
    assert box is not None
    double_tap(page, x=box["x"] + box["width"] / 2, y=box["y"] + box["height"] / 2)
    expect(page.locator("[data-ordered] > li")).to_have_count(1)  # the second half of a double tap means nothing
    page.wait_for_timeout(600)
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("[data-ordered] > li")).to_have_count(2)
    after = first.bounding_box()
    assert after is not None
    assert abs(after["y"] - box["y"]) <= 1, "the list stays under the thumb while the order above it grows"
    too_small = "(nodes) => nodes.filter((node) => node.offsetParent && node.getBoundingClientRect().height < 44)"
    assert (
        page.locator("#ballot button, #ballot summary").evaluate_all(f"{too_small[:-1]}).map((node) => node.outerHTML)")
        == []
    )
    assert sideways_scroll(page) == 0
    page.wait_for_timeout(600)
    first.tap()
    expect(page.locator("[data-step=order] h2")).to_be_in_viewport()
    picture(page, "everyone-order-one-thumb")
    phone.close()


def test_without_javascript_the_form_casts_and_bad_numbers_come_back_with_everything_kept(
    browser: Browser, meeting: Meeting
) -> None:
    plain = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{meeting.url}/join")
    page.locator("input[name=employer_name]").fill(f"Plain Firm {next(NUMBERS)}")
    page.get_by_label("Employer", exact=True).check()
    page.get_by_role("button", name="Open my ballot").click()
    page.locator('input[name="sort-EM-01"][value=must]').check()
    page.locator('input[name="position-EM-01"]').fill("7")
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.get_by_role("alert")).to_contain_text("this meeting orders the top 3")
    expect(page.locator('input[name="sort-EM-01"][value=must]')).to_be_checked()
    page.locator('input[name="position-EM-01"]').fill("1")
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page).to_have_url(RECEIPT)
    assert len(meeting.ballots()) == 1
    plain.close()
