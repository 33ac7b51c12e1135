"""A real Chromium against a real server, at the three sizes that people meet Skillshed in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from benchmarks.phones import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"phone": (360, 740), "laptop": (1366, 768), "projector": (1920, 1080)}
#: How long a page may take to show something, in milliseconds: only a broken one uses it up, a busy machine does not.
SHOWN_MS = 30_000
#: How long a page may take to load, a button to be pressed or a file to arrive, in milliseconds.
DONE_MS = 60_000
#: How long a server may take to start (it loads the sample region) and to stop, in seconds.
STARTED_S, STOPPED_S = 180, 60
expect.set_options(timeout=SHOWN_MS)
#: Pictures land here, to be looked at; git ignores the folder.
PICTURES = ROOT / "artifacts" / "screenshots"


def chromium() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    named = os.environ.get("TEST_CHROMIUM")
    return named or next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium; without one every browser test says why it was skipped, here and in the report for CI."""
    path = chromium()
    if path is None:
        reason = "no Chromium on this machine: install the package chromium"
        report = os.environ.get("SKIPPED_TESTS_REPORT")
        if report:
            Path(report).write_text(f"{reason}\n", encoding="utf-8")
        pytest.skip(reason)
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=FLAGS, timeout=DONE_MS)
        yield opened
        opened.close()


@dataclass(frozen=True)
class Server:
    """A running Skillshed: where it is and the sign-in links it printed."""

    url: str
    links: dict[str, str]
    data_dir: Path
    stop: Callable[[], int]
    #: What the server wrote.
    log: Path


def start_server(command: str, *, data_dir: Path) -> Server:
    """Start `skillshed serve` or `skillshed demo` as its user would and read what it prints."""
    port = free_port()
    log = data_dir.parent / f"{data_dir.name}.log"
    line = [sys.executable, str(ROOT / "app.py"), command, "--data", str(data_dir), "--port", str(port)]
    environment = {**os.environ, "SKILLSHED_JOINS_PER_MINUTE": "10000", "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*line, "--host", "127.0.0.1"], cwd=data_dir.parent, stdout=out, stderr=out, env=environment
        )
    deadline = time.monotonic() + STARTED_S
    while "Stop with Ctrl-C" not in log.read_text(encoding="utf-8"):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError(f"the server did not start:\n{log.read_text(encoding='utf-8')}")
        time.sleep(0.1)
    printed = log.read_text(encoding="utf-8")
    links = {
        label.split(",")[0].split(" (")[0].strip().lower(): link
        for label, link in re.findall(r"^  (.+)\n    (http\S+/sign-in/\S+)$", printed, flags=re.MULTILINE)
    }

    def stop() -> int:
        process.terminate()
        return process.wait(timeout=STOPPED_S)

    return Server(f"http://127.0.0.1:{port}", links, data_dir, stop, log)


@pytest.fixture(scope="module")
def demo_server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the sample region."""
    server = start_server("demo", data_dir=tmp_path_factory.mktemp("demo") / "data")
    yield server
    assert server.stop() == 0, "SIGTERM ends the server cleanly"


@pytest.fixture(scope="module")
def empty_server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run an installation that nobody has used yet."""
    server = start_server("serve", data_dir=tmp_path_factory.mktemp("empty") / "data")
    yield server
    assert server.stop() == 0, "SIGTERM ends the server cleanly"


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[[str], BrowserContext]]:
    """Return a function that opens a fresh browser profile at one of the three sizes."""
    opened: list[BrowserContext] = []

    def open_at(size: str) -> BrowserContext:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True, has_touch=size == "phone"
        )
        context.set_default_timeout(DONE_MS)
        opened.append(context)
        return context

    yield open_at
    for context in opened:
        context.close()


def watch(page: Page) -> list[str]:
    """Gather everything that a page complains about: broken scripts, refused styles, missing files."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: complaints.append(f"{page.url}: {message.text}") if message.type == "error" else None,
    )
    return complaints


def picture(page: Page, name: str) -> None:
    """Take a picture of the whole page, to be looked at."""
    page.wait_for_load_state()
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def sideways_scroll(page: Page) -> int:
    """Return by how many pixels a page is wider than its window, once it is there as a whole."""
    page.wait_for_load_state()
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
