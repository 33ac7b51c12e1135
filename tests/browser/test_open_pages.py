"""Pages that stay open all evening: a receipt learns of the next round, a wall without a stream asks for one again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import PICTURES, SHOWN_MS, Server, sideways_scroll, start_server, watch
from playwright.sync_api import BrowserContext, Route, expect

from app import base_database, create_app
from base.settings import Settings
from benchmarks.ballots import planned_meeting
from benchmarks.phones import Phone
from benchmarks.pixels import sign_in_path
from survey import operations, rounds

OpenContext = Callable[[str], BrowserContext]
pytestmark = pytest.mark.browser


@pytest.fixture
def hall(browser: object, tmp_path: Path) -> Iterator[tuple[Server, str, str]]:
    """Run a server with an open meeting; yield it, the join code and the path of a sign-in link."""
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    join_code = planned_meeting(data_dir, n_needs=6)
    path = sign_in_path(data_dir)
    server = start_server("serve", data_dir=data_dir)
    yield server, join_code, path
    server.stop()


def test_a_receipt_that_stays_open_leads_into_the_next_round(
    hall: tuple[Server, str, str], open_context: OpenContext
) -> None:
    server, join_code, _path = hall
    receipts = []
    for number in range(5):
        phone = Phone(int(server.url.rpartition(":")[2]), join_code)
        phone.join(f"Firm {number}")
        receipts.append(phone.cast(phone.ballot(f"ballot-000{number}")).receipt_code)
        phone.hang_up()
    page = open_context("phone").new_page()
    complaints = watch(page)
    page.goto(f"{server.url}/meet/{join_code}/receipt/{receipts[0]}")
    expect(page.get_by_role("link", name="Change my ballot")).to_be_visible()
    database = base_database(create_app(Settings(data_dir=server.data_dir)))
    with database.writing() as session:
        operations.reveal_ranking(session, meeting_id=1, now=datetime.now(UTC))
        rounds.start_round(session, meeting_id=1, now=datetime.now(UTC))
        session.commit()
    database.engine.dispose()
    link = page.get_by_role("link", name="Vote in round 2")
    expect(link).to_be_visible(timeout=2 * SHOWN_MS)  # the page itself waits ten seconds before it asks again
    assert sideways_scroll(page) == 0
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "receipt-next-round-phone.png", full_page=True)
    link.click()
    expect(page.locator("form#ballot")).to_have_count(1)
    assert not complaints


def test_a_wall_that_got_no_stream_asks_for_one_again_later(
    hall: tuple[Server, str, str], open_context: OpenContext
) -> None:
    server, _join_code, path = hall
    page = open_context("projector").new_page()
    page.goto(server.url + path)
    page.get_by_role("button", name="Continue as").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.fulfill(status=503, body="All live streams are taken.")

    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    page.route("**/events", refuse)
    with page.expect_response("**/live"):
        page.goto(f"{server.url}/meetings/1/screen")
    assert len(refused) == 1, "the wall asks every few seconds instead"
    page.unroute("**/events")
    with page.expect_request("**/events") as again:
        page.clock.run_for(31_000)
    assert again.value.url.endswith("/meetings/1/events")
