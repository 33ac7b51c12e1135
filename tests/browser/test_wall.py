"""The wall in a real Chromium: it follows the room at once, and no page of it needs a scroll bar."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from conftest import PICTURES, SHOWN_MS, Server, sideways_scroll, start_server, watch
from playwright.sync_api import Browser, BrowserContext, Page, expect

OpenContext = Callable[[str], BrowserContext]
pytestmark = pytest.mark.browser


class Phone:
    """One employer who joins and votes over plain HTTP."""

    def __init__(self, server: Server, *, code: str, firm: str) -> None:
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        self.url = f"{server.url}/meet/{code}"
        self.firm = firm
        token = self._field(self._get(self.url), "csrf_token")
        answers = {"csrf_token": token, "employer_name": firm, "voice": "employer"}
        self.opener.open(Request(self.url + "/join", data=urlencode(answers).encode()), timeout=20).close()  # noqa: S310 - our own server on loopback
        self.page = self._get(self.url)

    def _get(self, url: str) -> str:
        with self.opener.open(url, timeout=20) as answer:
            return str(answer.read().decode())

    def _field(self, page: str, name: str) -> str:
        found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', page)
        assert found, f"no field {name}"
        return unescape(found[1])

    def vote(self, *, turn: int) -> None:
        """Cast a ballot; it counts when this returns."""
        codes = sorted(set(re.findall(r'data-need="([^"]+)"', self.page)))
        placed = codes[turn : turn + 3]
        entries = [
            {"need": code, "sort": "must", "position": placed.index(code) + 1}
            if code in placed
            else {"need": code, "sort": "useful", "position": None}
            for code in codes
        ]
        ballot = {"ballot_uid": f"{self.firm.replace(' ', '-')}-{turn:06}", "shown_order": codes, "entries": entries}
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-CSRFToken": self._field(self.page, "csrf_token"),
        }
        request = Request(self.url + "/ballots", data=json.dumps(ballot).encode(), headers=headers)  # noqa: S310 - our own server on loopback
        with self.opener.open(request, timeout=20) as answer:
            assert answer.status == 201


@pytest.fixture(scope="module")
def convener_cookies(demo_server: Server) -> dict[str, list[dict[str, str]]]:
    """Keep the convener's cookie: a link works once."""
    return {}


@pytest.fixture
def convener(
    demo_server: Server, open_context: OpenContext, convener_cookies: dict[str, list[dict[str, str]]]
) -> Callable[[str], Page]:
    """Return a function that opens a window of the convener's at one of the three sizes."""

    def open_window(size: str) -> Page:
        context = open_context(size)
        page = context.new_page()
        if "convener" in convener_cookies:
            context.add_cookies(convener_cookies["convener"])  # type: ignore[arg-type]  # the shape that cookies() gave
        else:
            page.goto(demo_server.links["convener"])
            page.get_by_role("button", name=re.compile("^Continue as")).click()
            expect(page.get_by_role("button", name="Sign out")).to_be_visible()
            convener_cookies["convener"] = context.cookies()  # type: ignore[assignment]  # handed back as they came
        return page

    return open_window


def scroll(page: Page) -> int:
    """Return by how many pixels a page is taller than its window."""
    return int(page.evaluate("document.documentElement.scrollHeight - document.documentElement.clientHeight"))


def n_cut_off(page: Page) -> int:
    """Count the texts that are larger than the place they have."""
    return int(
        page.evaluate(
            "[...document.querySelectorAll('.wall-live *')]"
            ".filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline'"
            " && !(each instanceof SVGElement)).length"
        )
    )


def snap(page: Page, name: str) -> None:
    """Take a picture of what the room sees, no more."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


def shown_after(page: Page, text: str, *, place: str, since: float) -> float:
    """Wait until a place on the wall says something; return how long that took. How fast it must be a trial says."""
    while text not in page.locator(place).first.inner_text():
        assert time.monotonic() - since < SHOWN_MS / 1000, f"the wall does not say “{text}”"
        page.wait_for_timeout(20)
    return time.monotonic() - since


def only_told(page: Page) -> None:
    """Stop the clock of a window, so that it never asks for news by itself: what it shows, a stream brought it."""
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))


@pytest.mark.parametrize("room", ["bright", "dark"])
@pytest.mark.parametrize("size", ["projector", "laptop"])
def test_the_arrow_keys_turn_every_page_and_none_needs_a_scroll_bar(
    demo_server: Server, convener: Callable[[str], Page], size: str, room: str
) -> None:
    page = convener(size)
    complaints = watch(page)
    page.goto(f"{demo_server.url}/meetings/2/screen{'?room=dark' if room == 'dark' else ''}")
    headings: list[str] = []
    problems: list[tuple[str, int, int, int]] = []
    while True:
        headings.append(page.locator("h1").inner_text())
        if room == "bright" or len(headings) <= 2:
            snap(page, f"wall-{room}-{size}-{len(headings)}")
        problems += [(headings[-1], scroll(page), sideways_scroll(page), n_cut_off(page))]
        assert ("dark-room" in (page.locator("body").get_attribute("class") or "")) == (room == "dark")
        if not page.locator("a[rel=next]").count():
            break
        page.keyboard.press("ArrowRight")
        page.wait_for_url(re.compile(f"page={len(headings) + 1}"))
    assert not [problem for problem in problems if any(problem[1:])]
    assert headings[0].startswith("Where we disagree")
    assert headings[-1] == "How firm is this ranking?"
    assert any(heading.startswith("Critical") for heading in headings)
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(f"page={len(headings) - 1}"))
    assert not complaints


@pytest.mark.parametrize("way", ["stream", "asking"])
def test_a_ballot_is_on_the_wall_and_on_the_desk_by_the_stream_alone_and_by_asking_alone(
    demo_server: Server, convener: Callable[[str], Page], way: str
) -> None:
    desk, wall = convener("laptop"), convener("projector")
    desk.goto(f"{demo_server.url}/meetings/new")
    desk.get_by_label("Title").fill(f"Live meeting by {way}")
    desk.get_by_role("button", name="Plan the meeting").click()
    desk.get_by_role("button", name="Open voting").click()
    code = desk.locator(".qr-code").inner_text().strip()
    if way == "asking":
        # The server says that all its streams are taken.
        for page in (desk, wall):
            page.route("**/events", lambda route: route.fulfill(status=503, content_type="application/json", body="{}"))
    else:
        only_told(desk)
        only_told(wall)
    desk.goto(desk.url)
    wall.goto(f"{desk.url}/screen")
    expect(wall.locator("[data-live-words]")).to_have_text("Nobody has joined yet")
    phone = Phone(demo_server, code=code, firm=f"Prompt Castings {way}")
    expect(wall.locator("[data-live-words]")).to_contain_text("0 of 1 employers have voted")
    phone.vote(turn=0)
    took = shown_after(wall, "1 of 1 employers has voted", place="[data-live-words]", since=time.monotonic())
    print(f"from the accepted ballot to the wall: {took:.2f} s")
    expect(desk.locator("#desk-voters")).to_contain_text("1 of 1")
    if way == "stream":
        snap(wall, "wall-live-count")


def test_the_shown_ranking_and_its_coverage_follow_the_third_new_ballot(
    demo_server: Server, convener: Callable[[str], Page]
) -> None:
    desk, wall = convener("laptop"), convener("projector")
    desk.goto(f"{demo_server.url}/meetings/2")
    desk.locator("summary", has_text="Open voting again").click()
    desk.locator("details[open]").get_by_role("button", name="Open voting again").click()
    code = desk.locator(".qr-code").inner_text().strip()
    wall.goto(f"{desk.url}/screen?page=2")
    foot = ".wall-foot-line strong"
    n_before = int(re.findall(r"\d+", wall.locator(foot).inner_text())[0])
    expect(wall.locator(".wall-coverage .verdict").first).to_be_visible()
    phones = [Phone(demo_server, code=code, firm=f"Newcomer {number}") for number in range(3)]
    for turn, phone in enumerate(phones[:2]):
        phone.vote(turn=turn)
    wall.wait_for_timeout(1500)
    assert wall.locator(foot).inner_text().startswith(f"{n_before} "), "two new ballots would show how they voted"
    phones[2].vote(turn=2)
    took = shown_after(wall, f"{n_before + 3} employers", place=foot, since=time.monotonic())
    print(f"from the accepted ballot to the new ranking: {took:.2f} s")
    assert "page=2" in wall.url, "the wall stays on the page that the room talks about"
    expect(wall.locator(".wall-coverage .verdict").first).to_be_visible()
    snap(wall, "wall-after-the-batch")


def test_the_server_stops_without_waiting_for_a_wall_that_listens(
    browser: Browser, tmp_path: Path, open_context: OpenContext
) -> None:
    server = start_server("demo", data_dir=tmp_path / "data")
    page = open_context("projector").new_page()
    page.goto(server.links["convener"])
    page.get_by_role("button", name=re.compile("^Continue as")).click()
    with page.expect_response("**/events"):
        page.goto(f"{server.url}/meetings/2/screen")
    assert server.stop() == 0
    assert "still running" not in server.log.read_text(), "waitress gives a busy thread five seconds and then tells"
