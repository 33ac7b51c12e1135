"""Phones in a room where everything goes wrong: no cast ballot is lost, and none counts twice."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from conftest import DONE_MS, FLAGS, SHOWN_MS, STOPPED_S, chromium, picture, sideways_scroll, watch
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect
from sqlalchemy import func, select
from voting_hall import CODES, NEEDS

from accounts import operations as accounts_operations
from app import base_database, create_app, migrate
from base.database import Database
from base.settings import Settings
from benchmarks.phones import free_port, started_server
from survey import models, operations, rounds, voting_time
from survey.ballot_files import count_kept_ballot, read_ballot_file
from survey.ballots import BallotContent, BallotEntryContent
from survey.models import Ballot

pytestmark = pytest.mark.browser
MOMENT = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
CUT = "05:00"
RECEIPT = re.compile("/receipt/")
NUMBERS = count(1)
OpenPhone = Callable[..., BrowserContext]


@dataclass
class House:
    """A server that can be killed and started again, and the database behind it."""

    data_dir: Path
    port: int
    database: Database
    partnership_id: int
    assessment_id: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the server's address on this computer."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.process = started_server(self.data_dir, port=self.port)

    def signal(self, number: signal.Signals) -> None:
        """Freeze the server or kill it."""
        assert self.process is not None
        self.process.send_signal(number)
        if number is signal.SIGKILL:
            self.process.wait(timeout=STOPPED_S)

    def meeting(self) -> Meeting:
        """Plan a meeting and open it."""
        with self.database.writing() as session:
            meeting_id = operations.plan_meeting(
                session,
                partnership_id=self.partnership_id,
                assessment_id=self.assessment_id,
                title=f"Meeting {next(NUMBERS)}",
                place="Town hall",
                held_on=date(2026, 9, 15),
                k=3,
                now=MOMENT,
            )
            operations.open_meeting(session, meeting_id=meeting_id, now=MOMENT)
            session.commit()
            code = session.get_one(models.Meeting, meeting_id).join_code
        return Meeting(self, meeting_id, code)


@dataclass(frozen=True)
class Meeting:
    """One open meeting, and what its database knows."""

    house: House
    id: int
    code: str

    @property
    def url(self) -> str:
        """Return the address of its ballot."""
        return f"{self.house.url}/meet/{self.code}"

    def run(self, act: Callable[..., Any], **facts: Any) -> Any:
        """Do something that the convener does at the desk."""
        with self.house.database.writing() as session:
            done = act(session, meeting_id=self.id, now=MOMENT, **facts)
            session.commit()
        return done

    def ballots(self) -> list[tuple[str, int]]:
        """Return number and round of every ballot in the order of their arrival."""
        with self.house.database.reading() as session:
            rows = session.execute(
                select(Ballot.ballot_uid, Ballot.round_number).where(Ballot.meeting_id == self.id).order_by(Ballot.id)
            ).all()
        assert len(rows) == len({row.ballot_uid for row in rows})
        return [(row.ballot_uid, row.round_number) for row in rows]

    def n_voters(self) -> int:
        """Return how many seats have a ballot."""
        with self.house.database.reading() as session:
            return (
                session.scalar(select(func.count(Ballot.seat_token.distinct())).where(Ballot.meeting_id == self.id))
                or 0
            )


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Set a server up with a list of five needs."""
    data_dir = tmp_path_factory.mktemp("house")
    app = create_app(Settings(data_dir=data_dir))
    migrate(app)
    database = base_database(app)
    with database.writing() as session:
        partnership_id = accounts_operations.add_partnership(session, name="Test Valley Partnership", now=MOMENT)
        assessment_id = operations.create_assessment(
            session, partnership_id=partnership_id, title="Spring list", needs=NEEDS, now=MOMENT
        )
        session.commit()
    made = House(data_dir, free_port(), database, partnership_id, assessment_id)
    made.start()
    yield made
    made.signal(signal.SIGKILL)
    database.engine.dispose()


@pytest.fixture
def open_phone(browser: Browser) -> Iterator[OpenPhone]:
    """Return a function that opens a fresh phone; requests can be tampered with where no service worker stands."""
    opened: list[BrowserContext] = []

    def open_it(*, workers: bool = False, **options: Any) -> BrowserContext:
        phone = browser.new_context(
            viewport={"width": 360, "height": 740},
            has_touch=True,
            service_workers="allow" if workers else "block",
            **options,
        )
        phone.set_default_timeout(DONE_MS)
        opened.append(phone)
        return phone

    yield open_it
    for phone in opened:
        with suppress(Exception):
            phone.close()


def join(page: Page, meeting: Meeting, *, firm: str = "Aster Castings", url: str = "") -> None:
    """Take a seat for a firm and wait for the ballot."""
    take_seat(page, meeting, firm=firm, url=url)
    expect(page.locator(".is-stepped [data-saved]")).not_to_be_empty()


def take_seat(page: Page, meeting: Meeting, *, firm: str, url: str = "") -> None:
    """Say for whom one votes."""
    page.goto(url or f"{meeting.url}/join")
    page.locator("input[name=employer_name]").fill(firm)
    page.get_by_label("Employer", exact=True).check()
    page.get_by_role("button", name="Open my ballot").click()


def fill_in(page: Page, *musts: str) -> None:
    """Sort every need by tapping, put the must-haves in order, and go to the last step."""
    for code in CODES:
        sort = "must" if code in musts else "useful"
        page.locator(f'input[name="sort-{code}"][value={sort}]').check()
    page.locator("[data-next]").click()
    for code in musts:
        page.locator(f'[data-focus="add {code}"]').click()
    page.locator("[data-next]").click()
    page.locator("[data-next]").click()
    expect(page.locator("[data-cast]")).to_be_visible()


def cast(page: Page) -> None:
    """Tap on the button that casts."""
    page.locator("[data-cast]").click()


def expect_waiting(page: Page, n_ballots: int = 1) -> None:
    """Look for the notice and the counter of what waits."""
    words = "1 ballot waits to be sent" if n_ballots == 1 else f"{n_ballots} ballots wait to be sent"
    expect(page.locator("[data-waiting]")).to_be_visible()
    expect(page.locator("[data-outbox]")).to_have_text(words)


def come_back(page: Page) -> None:
    """Let the browser say that the network is there again, instead of waiting for the next try."""
    page.unroute("**/ballots*")
    try_now(page)


def try_now(page: Page) -> None:
    """Let a page hear of the network; it may be on its way to the receipt already."""
    with suppress(Error):
        page.evaluate("window.dispatchEvent(new Event('online'))")


def stop_the_clock(phone: BrowserContext) -> None:
    """Let the pages of a phone with its own clock try again only when the clock is moved on."""
    phone.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))


def expect_cast(page: Page) -> None:
    """Look for the receipt."""
    expect(page).to_have_url(RECEIPT)


def test_ballots_cast_while_the_network_is_cut_for_five_minutes_arrive_although_pages_are_reloaded(
    house: House, open_phone: OpenPhone
) -> None:
    meeting = house.meeting()
    phones = [open_phone(workers=True) for _ in range(2)]
    pages = [phone.new_page() for phone in phones]
    complaints = [watch(page) for page in pages]
    for number, (phone, page) in enumerate(zip(phones, pages, strict=True)):
        phone.clock.install()
        page.goto(f"{meeting.url}/join")
        page.evaluate("caches.open('ballot-of-an-earlier-version').then(() => true)")
        join(page, meeting, firm=f"Firm {number}")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        expect_kept_copy(page)
    assert not any(complaints)
    for phone in phones:
        phone.set_offline(True)
    fill_in(pages[0], "EM-01", "QA-01")
    cast(pages[0])
    expect_waiting(pages[0])
    pages[1].locator('input[name="sort-EM-02"][value=must]').check()
    for page in pages:
        page.reload()
    expect_waiting(pages[0])
    expect(pages[1].locator('input[name="sort-EM-02"][value=must]')).to_be_checked()
    fill_in(pages[1], "EM-02")
    cast(pages[1])
    expect_waiting(pages[1])
    picture(pages[1], "fault-phone-waiting")
    for phone in phones:
        phone.clock.fast_forward(CUT)
    assert meeting.ballots() == []
    for phone in phones:
        phone.set_offline(False)
    for page in pages:
        try_now(page)
        expect_cast(page)
    assert meeting.n_voters() == len(meeting.ballots()) == 2


def expect_kept_copy(page: Page) -> None:
    """Wait until the service worker keeps the page and controls it."""
    kept = """async () => {
      const isKept = Boolean(await caches.match(location.href)) && Boolean(navigator.serviceWorker.controller);
      return isKept && !(await caches.has("ballot-of-an-earlier-version"));
    }"""
    deadline = time.monotonic() + SHOWN_MS / 1000
    while not page.evaluate(kept):
        assert time.monotonic() < deadline, "the service worker keeps no copy of the page"
        page.wait_for_timeout(50)


def test_over_plain_http_the_page_stays_open_and_the_queue_survives_a_reload_once_the_server_is_back(
    house: House, browser: Browser
) -> None:
    meeting = house.meeting()
    hall = browser.browser_type.launch(
        executable_path=chromium(),
        args=[*FLAGS, "--host-resolver-rules=MAP meeting.example 127.0.0.1"],
        timeout=DONE_MS,
    )
    phone = hall.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    phone.set_default_timeout(DONE_MS)
    phone.clock.install()
    page = phone.new_page()
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    page.on("pageerror", lambda error: lines.append(str(error)))
    join(page, meeting, url=f"http://meeting.example:{house.port}/meet/{meeting.code}/join")
    assert page.evaluate("window.isSecureContext") is False
    assert page.evaluate("'serviceWorker' in navigator") is False
    fill_in(page, "WE-01")
    assert lines == []
    house.signal(signal.SIGKILL)
    cast(page)
    expect_waiting(page)
    phone.clock.fast_forward(CUT)
    expect_waiting(page)
    page.route("**/ballots*", lambda route: route.abort())  # or the ballot may leave while the page is reloaded
    house.start()
    page.reload()
    expect_waiting(page)
    come_back(page)
    expect_cast(page)
    assert len(meeting.ballots()) == 1
    hall.close()


def test_a_server_that_is_killed_during_an_upload_and_started_again_counts_the_ballot_once(
    house: House, open_phone: OpenPhone
) -> None:
    meeting = house.meeting()
    page = open_phone().new_page()
    join(page, meeting)
    fill_in(page, "EM-01")
    house.signal(signal.SIGSTOP)
    with page.expect_request("**/ballots*"):
        cast(page)
    house.signal(signal.SIGKILL)
    expect(page.locator("[data-waiting-words]")).to_contain_text("cannot be reached")
    house.start()
    try_now(page)
    expect_cast(page)
    assert len(meeting.ballots()) == 1


def test_an_answer_that_is_lost_on_its_way_back_makes_no_second_ballot(house: House, open_phone: OpenPhone) -> None:
    meeting = house.meeting()
    phone = open_phone()
    phone.clock.install()
    page = phone.new_page()
    join(page, meeting)
    fill_in(page, "EM-01")

    def swallow(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/ballots*", swallow, times=1)
    stop_the_clock(phone)
    cast(page)
    expect(page.locator("[data-waiting-words]")).to_contain_text("cannot be reached")
    assert len(meeting.ballots()) == 1
    phone.clock.run_for(4_000)  # the first pause lasts about two seconds
    expect_cast(page)
    assert len(meeting.ballots()) == 1


def test_two_tabs_of_one_seat_upload_one_at_a_time_and_the_latest_ballot_counts(
    house: House, open_phone: OpenPhone
) -> None:
    meeting = house.meeting()
    phone = open_phone()
    one, other = phone.new_page(), phone.new_page()
    join(one, meeting)
    other.goto(meeting.url)
    fill_in(other, "QA-01")
    one.bring_to_front()
    fill_in(one, "EM-01")
    phone.set_offline(True)
    cast(one)
    expect_waiting(one)
    cast(other)
    expect_waiting(other, n_ballots=2)
    under_way: list[str] = []
    most_at_once = [0]

    def watch_upload(route: Route) -> None:
        under_way.append(route.request.url)
        most_at_once[0] = max(most_at_once[0], len(under_way))
        answer = route.fetch()
        under_way.pop()
        route.fulfill(response=answer)

    phone.route("**/ballots*", watch_upload)
    phone.set_offline(False)
    expect_cast(one)
    expect_cast(other)
    assert most_at_once == [1]
    assert [number for _uid, number in meeting.ballots()] == [1, 1]
    assert meeting.n_voters() == 1
    one.goto(meeting.url)
    expect(one.locator(".ordered-title").first).to_have_text("Measure parts")


def test_a_page_reloaded_while_it_sends_goes_on_at_once_although_its_claim_was_never_released(
    house: House, open_phone: OpenPhone
) -> None:
    meeting = house.meeting()
    phone = open_phone()
    phone.clock.set_fixed_time(datetime.now(UTC))  # timers run, but a claim of another tab would hold for ever
    page = phone.new_page()
    join(page, meeting)
    fill_in(page, "EM-01")
    unanswered: list[Route] = []
    page.route("**/ballots*", lambda route: route.continue_() if unanswered else unanswered.append(route))
    with page.expect_request("**/ballots*"):
        cast(page)
    # The page dies before the browser has written down that its claim is released.
    page.evaluate("() => { IDBObjectStore.prototype.delete = () => { throw new Error('no time left'); }; }")
    page.reload()
    expect_cast(page)
    assert len(meeting.ballots()) == 1


def test_double_taps_on_cast_make_one_ballot(house: House, open_phone: OpenPhone) -> None:
    meeting = house.meeting()
    page = open_phone().new_page()
    join(page, meeting)
    fill_in(page, "EM-01")
    page.locator("[data-cast]").evaluate("(button) => { button.click(); button.click(); button.click(); }")
    expect_cast(page)
    assert len(meeting.ballots()) == 1


def test_the_back_button_after_casting_shows_the_receipt_and_casts_nothing(house: House, open_phone: OpenPhone) -> None:
    meeting = house.meeting()
    page = open_phone().new_page()
    page.goto(house.url)
    join(page, meeting)
    fill_in(page, "EM-01")
    cast(page)
    expect_cast(page)
    page.go_back()
    page.go_forward()
    expect_cast(page)
    page.goto(meeting.url)
    expect_cast(page)
    page.go_back()
    assert len(meeting.ballots()) == 1


@pytest.mark.parametrize("skew", [timedelta(days=-1), timedelta(days=1)], ids=["a day behind", "a day ahead"])
def test_a_phone_whose_clock_is_wrong_casts_and_is_not_held_up_by_an_older_claim(
    house: House, open_phone: OpenPhone, skew: timedelta
) -> None:
    meeting = house.meeting()
    phone = open_phone()
    page = phone.new_page()
    join(page, meeting)
    fill_in(page, "EM-01")
    phone.set_offline(True)
    cast(page)
    expect_waiting(page)
    # Another tab claimed the upload, was closed, and the clock was set meanwhile.
    page.evaluate(
        """() => new Promise((resolve) => {
          const opening = indexedDB.open("skillshed", 1);
          opening.onsuccess = () => {
            const writing = opening.result.transaction("kept", "readwrite");
            writing.objectStore("kept").put({ holder: "a closed tab", until: Date.now() + 25000 }, "lease");
            writing.oncomplete = () => { opening.result.close(); resolve(); };
          };
        })"""
    )
    page.goto("about:blank")  # the ballot leaves when its page is opened again, not before
    phone.clock.install(time=datetime.now(UTC) + skew)
    phone.set_offline(False)
    page.goto(meeting.url)
    expect_cast(page)
    assert len(meeting.ballots()) == 1
    with house.database.reading() as session:
        cast_at = session.scalar(select(Ballot.cast_at).where(Ballot.meeting_id == meeting.id))
    assert cast_at is not None
    assert abs(cast_at - datetime.now(UTC)) < timedelta(minutes=5), "the server’s clock counts, not the phone’s"


def test_one_number_with_other_answers_tells_what_counts_and_keeps_the_answers(
    house: House, open_phone: OpenPhone
) -> None:
    meeting = house.meeting()
    page = open_phone().new_page()
    join(page, meeting)
    fill_in(page, "EM-01")

    def send_something_else(route: Route) -> None:
        changed = {
            **(route.request.post_data_json or {}),
            "entries": [{"need": "QA-01", "sort": "must", "position": 1}],
        }
        route.fetch(post_data=changed)
        route.abort()

    page.route("**/ballots*", send_something_else, times=1)
    cast(page)
    refusal = page.locator("[data-refusal]")
    expect(refusal).to_contain_text("arrived before with other answers, and that one counts")
    expect(refusal).to_contain_text("Your answers are kept on this")
    picture(page, "fault-phone-other-answers")
    page.goto(meeting.url)
    expect_cast(page)
    expect(page.locator(".ordered-title").first).to_have_text("Measure parts")
    expect(page.locator("[data-waiting-ballots]")).to_contain_text("was not taken")
    page.get_by_role("link", name="Change my ballot").click()
    expect(refusal).to_contain_text("that one counts")
    expect(page.locator("[data-review] .ordered-title")).to_contain_text("Find faults in control circuits")
    assert len(meeting.ballots()) == 1
    cast(page)
    expect_cast(page)
    expect(page.locator(".ordered-title").first).to_have_text("Find faults in control circuits")
    assert len(meeting.ballots()) == 2
    assert meeting.n_voters() == 1


NO_STORAGE = """
for (const name of ["localStorage", "sessionStorage", "indexedDB"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
}
"""
FULL_STORAGE = """
Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
"""
NO_DATABASE = "IDBFactory.prototype.open = () => { throw new DOMException('blocked', 'SecurityError'); };"
#: A phone whose database is slow to open, as long as the page is not told to go on.
SLOW_DATABASE = """
const open = IDBFactory.prototype.open;
const told = new Promise((resolve) => { window.openNow = resolve; });
IDBFactory.prototype.open = function (...name) {
  const standIn = {};
  told.then(() => {
    const request = open.apply(this, name);
    request.onupgradeneeded = () => standIn.onupgradeneeded?.();
    request.onsuccess = () => { standIn.result = request.result; standIn.onsuccess(); };
  });
  return standIn;
};
"""


@pytest.mark.parametrize("script", [NO_STORAGE, FULL_STORAGE], ids=["storage is blocked", "storage is full"])
def test_without_storage_the_page_says_so_and_casts_what_it_holds(
    house: House, open_phone: OpenPhone, script: str
) -> None:
    meeting = house.meeting()
    phone = open_phone()
    phone.add_init_script(script)
    page = phone.new_page()
    complaints = watch(page)
    join(page, meeting)
    expect(page.locator("[data-saved]")).to_have_text("This browser cannot save: keep this page open")
    fill_in(page, "EM-01")
    assert complaints == []
    phone.set_offline(True)
    cast(page)
    expect_waiting(page)
    phone.set_offline(False)
    expect_cast(page)
    assert len(meeting.ballots()) == 1


def test_a_tap_counts_that_came_before_the_reloaded_page_found_what_it_had_kept(
    house: House, open_phone: OpenPhone
) -> None:
    meeting = house.meeting()
    phone = open_phone()
    phone.clock.install()
    page = phone.new_page()
    join(page, meeting)
    page.locator('input[name="sort-EM-01"][value=must]').check()
    page.locator('input[name="sort-QA-01"][value=must]').check()
    page.locator("[data-next]").click()
    page.locator('[data-focus="add EM-01"]').click()
    page.locator("[data-go=sort]").click()
    stop_the_clock(phone)  # or the page would do without its database after two seconds
    phone.add_init_script(SLOW_DATABASE)
    page.reload()
    page.locator('input[name="sort-EM-01"][value=useful]').check()
    expect(page.locator("[data-saved]")).to_be_empty()
    page.evaluate("window.openNow()")
    expect(page.locator("[data-saved]")).not_to_be_empty()
    expect(page.locator('input[name="sort-EM-01"][value=useful]')).to_be_checked()
    expect(page.locator('input[name="sort-QA-01"][value=must]')).to_be_checked()
    page.reload()
    page.evaluate("window.openNow()")
    expect(page.locator('input[name="sort-EM-01"][value=useful]')).to_be_checked()
    page.locator("[data-next]").click()
    expect(page.locator("[data-ordered] > li")).to_have_count(0)


def test_where_the_database_is_blocked_the_older_storage_keeps_everything(house: House, open_phone: OpenPhone) -> None:
    meeting = house.meeting()
    phone = open_phone()
    phone.add_init_script(NO_DATABASE)
    page = phone.new_page()
    join(page, meeting)
    expect(page.locator("[data-saved]")).to_contain_text("Saved on this")
    fill_in(page, "EM-01")
    page.route("**/ballots*", lambda route: route.abort())
    cast(page)
    expect_waiting(page)
    page.reload()
    expect_waiting(page)
    come_back(page)
    expect_cast(page)
    assert len(meeting.ballots()) == 1


def test_the_queue_of_an_earlier_page_is_taken_over(house: House, open_phone: OpenPhone) -> None:
    meeting = house.meeting()
    page = open_phone().new_page()
    join(page, meeting)
    number = "0123456789abcdef0123456789abcdef"
    former = {
        "ballotId": number,
        "shownOrder": [*CODES],
        "order": [{"code": "SW-01", "tied": False}],
        "step": "check",
        "isWaiting": True,
        "wasSent": True,
        "values": {"sort-SW-01": "must", "sort-EM-01": "dont_know"},
    }
    page.evaluate(
        """async ([meeting, number, former]) => {
          const opening = indexedDB.deleteDatabase("skillshed");
          localStorage.clear();
          localStorage.setItem(`skillshed ${meeting} Aster Castings, Employer`, number);
          localStorage.setItem(`skillshed ${meeting} ballot ${number}`, JSON.stringify(former));
        }""",
        [meeting.code, number, former],
    )
    page.goto(meeting.url)
    expect_cast(page)
    assert meeting.ballots() == [(number, 1)]
    expect(page.locator(".ordered-title").first).to_have_text("Lock out energy")


def test_a_wifi_that_answers_with_its_own_page_is_not_taken_for_the_meeting(
    house: House, open_phone: OpenPhone
) -> None:
    meeting = house.meeting()
    page = open_phone().new_page()
    join(page, meeting)
    fill_in(page, "EM-01")
    page.route("**/ballots*", lambda route: route.fulfill(status=200, body="<h1>Welcome to the hotel</h1>"))
    cast(page)
    expect_waiting(page)
    expect(page.locator("[data-waiting-words]")).to_contain_text("sign in to the wifi")
    come_back(page)
    expect_cast(page)


def test_a_ballot_is_not_sent_under_the_seat_of_whoever_joined_next_on_the_same_phone(
    house: House, open_phone: OpenPhone
) -> None:
    meeting = house.meeting()
    phone = open_phone()
    page = phone.new_page()
    join(page, meeting, firm="Aster Castings")
    fill_in(page, "EM-01")
    page.route("**/ballots*", lambda route: route.abort())
    cast(page)
    expect_waiting(page)
    join(page, meeting, firm="Birch Foods")
    expect(page.locator("[data-others]")).to_contain_text("A ballot of Aster Castings, Employer still waits")
    page.unroute("**/ballots*")
    picture(page, "fault-phone-other-voter")
    fill_in(page, "QA-01")
    cast(page)
    expect_cast(page)
    assert len(meeting.ballots()) == 1
    expect(page.locator("[data-waiting-ballots]")).to_contain_text("Aster Castings")
    picture(page, "fault-phone-receipt-waiting")
    take_seat(page, meeting, firm="Aster Castings")
    expect_cast(page)
    assert len(meeting.ballots()) == 2
    assert meeting.n_voters() == 2


def test_a_page_that_does_not_know_who_joined_since_is_told_by_the_meeting_and_its_ballot_waits_for_its_voter(
    house: House, open_phone: OpenPhone
) -> None:
    meeting = house.meeting()
    phone = open_phone()
    phone.add_init_script(NO_STORAGE)  # so that its tabs know nothing of each other
    page, later = phone.new_page(), phone.new_page()
    join(page, meeting, firm="Aster Castings")
    join(later, meeting, firm="Birch Foods")
    page.bring_to_front()
    fill_in(page, "EM-01")
    cast(page)
    refusal = page.locator("[data-refusal]")
    expect(refusal).to_contain_text("filled in for Aster Castings, Employer, and this phone now sits at the meeting as")
    assert meeting.ballots() == []
    assert sideways_scroll(page) == 0
    picture(page, "fault-phone-other-seat")
    expect(refusal.get_by_role("link", name="Join again")).to_have_attribute("href", f"/meet/{meeting.code}/join")
    take_seat(later, meeting, firm="Aster Castings")
    cast(page)
    expect_cast(page)
    assert len(meeting.ballots()) == 1


def test_a_changed_ballot_that_waits_is_sent_from_the_receipt_page_too(house: House, open_phone: OpenPhone) -> None:
    meeting = house.meeting()
    page = open_phone().new_page()
    join(page, meeting)
    fill_in(page, "EM-01")
    cast(page)
    expect_cast(page)
    page.get_by_role("link", name="Change my ballot").click()
    page.locator('input[name="sort-QA-01"][value=dont_know]').check()
    for _ in range(3):
        page.locator("[data-next]").click()
    page.route("**/ballots*", lambda route: route.abort())
    cast(page)
    expect_waiting(page)
    page.unroute("**/ballots*")
    page.goto(meeting.url)
    expect(page.locator(".notice-success")).to_contain_text("The ballot of Aster Castings, Employer is cast.")
    assert len(meeting.ballots()) == 2
    assert meeting.n_voters() == 1


def test_a_file_from_the_phone_is_counted_at_the_desk_and_the_phone_gets_the_same_receipt(
    house: House, open_phone: OpenPhone
) -> None:
    meeting = house.meeting()
    page = open_phone().new_page()
    join(page, meeting)
    fill_in(page, "EM-01", "WE-01")
    page.route("**/ballots*", lambda route: route.abort())
    cast(page)
    expect_waiting(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Keep a copy as a file").click()
    assert waiting.value.suggested_filename == f"ballot-{meeting.code}-aster-castings.json"
    (kept,) = read_ballot_file(waiting.value.path().read_bytes(), join_code=meeting.code)
    receipt = meeting.run(count_kept_ballot, kept=kept)
    assert receipt.is_new
    come_back(page)
    expect(page).to_have_url(re.compile(f"/receipt/{receipt.receipt_code}"))
    assert len(meeting.ballots()) == 1


def test_a_phone_that_votes_again_in_round_two_keeps_both_rounds(house: House, open_phone: OpenPhone) -> None:
    meeting = house.meeting()
    for number in range(4):
        vote_at_the_desk(meeting, firm=f"Firm {number}")
    page = open_phone().new_page()
    join(page, meeting)
    fill_in(page, "EM-01")
    cast(page)
    expect_cast(page)
    meeting.run(operations.reveal_ranking)
    meeting.run(rounds.start_round)
    page.goto(meeting.url)
    expect(page.locator("main")).to_contain_text("The room votes again. You start from your ballot of before")
    expect(page.locator('input[name="sort-EM-01"][value=must]')).to_be_checked()
    page.locator('input[name="sort-QA-01"][value=must]').check()
    page.locator("[data-next]").click()
    page.locator('[data-focus="add QA-01"]').click()
    page.locator('[data-focus="up QA-01"]').click()
    expect(page.locator("[data-live]")).to_have_text("Moved Measure parts to position 1 of 2")
    picture(page, "fault-phone-round-two")
    page.locator("[data-next]").click()
    page.locator("[data-next]").click()
    cast(page)
    expect_cast(page)
    expect(page.locator(".ordered-title").first).to_have_text("Measure parts")
    assert [number for _uid, number in meeting.ballots()] == [1, 1, 1, 1, 1, 2]


def vote_at_the_desk(meeting: Meeting, *, firm: str) -> None:
    """Count a ballot of a firm without a phone."""
    said = (BallotEntryContent("EM-01", "must", 1),)
    content = BallotContent(ballot_uid=f"paper-{next(NUMBERS)}", shown_order=CODES, entries=said)
    meeting.run(operations.enter_paper_ballot, name=firm, voice="employer", content=content)


def test_a_ballot_of_the_round_before_is_kept_and_cast_again_in_the_new_one(
    house: House, open_phone: OpenPhone
) -> None:
    meeting = house.meeting()
    for number in range(5):
        vote_at_the_desk(meeting, firm=f"Firm {number}")
    page = open_phone().new_page()
    join(page, meeting)
    fill_in(page, "EM-01")
    meeting.run(operations.reveal_ranking)
    meeting.run(rounds.start_round)
    cast(page)
    expect(page.locator("[data-refusal]")).to_contain_text("Round 2 of voting has begun")
    page.get_by_role("link", name="Open the meeting again").click()
    expect(page.locator("[data-review] .ordered-title")).to_contain_text("Find faults in control circuits")
    cast(page)
    expect_cast(page)
    assert [number for _uid, number in meeting.ballots()] == [1, 1, 1, 1, 1, 2]


def test_a_paused_meeting_is_told_on_the_phone_and_the_ballot_is_cast_when_it_goes_on(
    house: House, open_phone: OpenPhone
) -> None:
    meeting = house.meeting()
    phone = open_phone()
    phone.clock.install()
    page = phone.new_page()
    join(page, meeting)
    fill_in(page, "EM-01")
    meeting.run(voting_time.pause_voting)
    phone.clock.run_for(21_000)
    expect(page.locator(".ballot-clock")).to_contain_text("paused")
    cast(page)
    expect_waiting(page)
    expect(page.locator("[data-waiting-words]")).to_contain_text("Voting is paused. Your answers are kept")
    picture(page, "fault-phone-paused")
    meeting.run(voting_time.resume_voting)
    phone.clock.run_for(15_000)
    expect_cast(page)
    assert len(meeting.ballots()) == 1


def test_a_closed_meeting_is_told_on_the_phone_and_keeps_the_answers_for_a_file(
    house: House, open_phone: OpenPhone
) -> None:
    meeting = house.meeting()
    page = open_phone().new_page()
    join(page, meeting)
    fill_in(page, "EM-01")
    meeting.run(operations.close_meeting)
    cast(page)
    refusal = page.locator("[data-refusal]")
    expect(refusal).to_contain_text("has closed, so no more ballots are taken")
    picture(page, "fault-phone-closed")
    with page.expect_download() as waiting:
        refusal.get_by_role("button", name="Keep a copy as a file").click()
    (kept,) = read_ballot_file(waiting.value.path().read_bytes(), join_code=meeting.code)
    assert meeting.ballots() == []
    assert meeting.run(count_kept_ballot, kept=kept).is_new
    assert meeting.n_voters() == 1
    assert sideways_scroll(page) == 0
