"""Time a ballot's way to the wall: `python -m benchmarks.pixels [--phones 200] [--needs 60] [--seconds 20]`.

A real Chromium shows the wall of a meeting whose ranking is revealed while 200 phones change their ballots. The shown
ranking may only change when three more employers have voted, so the clock starts when the ballot that completes such a
batch is acknowledged, and it stops when the browser has painted a ranking at least as new. Ballots that arrive in one
commit are published together, so a batch may be counted here that the room sees with the next one; such a delay is
told too long, never too short.

Needs playwright and the Chromium that CHROMIUM names (default: the one of the system).
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ballots import planned_meeting, running_server, share
from benchmarks.crowds import Cast, Crowds, Round

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
#: Notes for every painted page of the wall when it was painted (milliseconds since 1970) and how new its ranking is.
NOTE_PAINTS = """
const noted = new Set();
const look = () => {
  const mark = document.querySelector("[data-live-url]")?.dataset.ranking;
  if (!mark || noted.has(mark)) return;
  noted.add(mark);
  requestAnimationFrame(() => requestAnimationFrame(() => window.notePaint(Date.now(), mark)));
};
new MutationObserver(look).observe(document, { childList: true, subtree: true });
"""


@dataclass(frozen=True)
class Paint:
    """A page of the wall that was painted: when, and how many ballots its ranking counts."""

    at_s: float
    n_ballots: int


def sign_in_path(data_dir: Path) -> str:
    """Make a sign-in link for a convener of the only partnership and return its path."""
    from datetime import UTC, datetime

    from accounts import operations as accounts_operations
    from accounts import queries as accounts_queries
    from accounts.permissions import Role
    from app import base_database, create_app
    from base.settings import Settings

    database = base_database(create_app(Settings(data_dir=data_dir)))
    now = datetime.now(UTC)
    with database.writing() as session:
        (partnership,) = accounts_queries.partnerships(session)
        membership_id = accounts_operations.add_member(
            session, partnership_id=partnership.id, name="Wall", role=Role.CONVENER, now=now
        )
        secret = accounts_operations.make_sign_in_link(session, membership_id=membership_id, now=now, hours=1)
        session.commit()
    database.engine.dispose()
    return f"/sign-in/{secret}"


def reveal(data_dir: Path) -> None:
    """Show the ranking of the only meeting."""
    from datetime import UTC, datetime

    from app import base_database, create_app
    from base.settings import Settings
    from survey import operations

    database = base_database(create_app(Settings(data_dir=data_dir)))
    with database.writing() as session:
        operations.reveal_ranking(session, meeting_id=1, now=datetime.now(UTC))
        session.commit()
    database.engine.dispose()


def batch_times(casts: list[Cast], *, data_dir: Path) -> list[tuple[int, float]]:
    """Return for each batch of three employers the number of ballots until then, and when its last one was answered.

    Every phone is another employer and casts once, so three ballots in the order of arrival are a batch.
    """
    line = sqlite3.connect(data_dir / "skillshed.db")
    order = [uid for (uid,) in line.execute("SELECT ballot_uid FROM ballot ORDER BY id")]
    line.close()
    answered = {cast.ballot_uid: cast.ended_s for cast in casts}
    places = [place for place, uid in enumerate(order, start=1) if uid in answered]
    return [(place, answered[order[place - 1]]) for place in places[2::3]]


def delays(batches: list[tuple[int, float]], paints: list[Paint]) -> list[float]:
    """Return how long each batch waited for the first painted ranking that counts it, in seconds."""
    return [
        min(paint.at_s for paint in paints if paint.n_ballots >= n_ballots) - answered_s
        for n_ballots, answered_s in batches
        if any(paint.n_ballots >= n_ballots for paint in paints)
    ]


def main() -> int:
    """Measure and print; return the exit code."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--needs", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=20.0, help="over which the phones vote after the reveal")
    chosen = parser.parse_args()
    rounds = (Round("before"), Round("after", spread_s=chosen.seconds))
    paints: list[Paint] = []
    # Browser and phones read different clocks of one computer; this is how far they are apart.
    apart_s = time.time() - time.monotonic()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        data_dir = Path(folder)
        join_code = planned_meeting(data_dir, n_needs=chosen.needs)
        path = sign_in_path(data_dir)
        browser = driver.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=[*FLAGS, *QUIET]
        )
        with running_server(data_dir) as (port, _pid):
            crowds = Crowds(n_phones=chosen.phones, n_processes=1, port=port, join_code=join_code, rounds=rounds)
            crowds.vote()
            reveal(data_dir)
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            page.goto(f"http://127.0.0.1:{port}{path}")
            page.get_by_role("button").first.click()
            page.expose_function(
                "notePaint",
                lambda at_ms, mark: paints.append(Paint(at_ms / 1000 - apart_s, int(mark.split("-")[2]))),
            )
            page.add_init_script(NOTE_PAINTS)
            page.goto(f"http://127.0.0.1:{port}/meetings/1/screen?page=2")
            page.wait_for_timeout(2000)
            crowds.begin()
            page.wait_for_timeout(1000 * (chosen.seconds + 5))
            casts, _phones_s = crowds.answers()
            page.wait_for_timeout(2000)
        browser.close()
        batches = batch_times(casts, data_dir=data_dir)
    found = delays(batches, paints)
    print(f"{len(casts)} ballots after the reveal in {len(batches)} batches; the wall was painted {len(paints)} times")
    print(f"from a batch's last acknowledgement to the pixel: p50 {share(found, 0.5):.0f} ms, ", end="")
    print(
        f"p99 {share(found, 0.99):.0f} ms, longest {1000 * max(found):.0f} ms; {len(batches) - len(found)} never shown"
    )
    return 1 if len(found) < len(batches) else 0


if __name__ == "__main__":
    sys.exit(main())
