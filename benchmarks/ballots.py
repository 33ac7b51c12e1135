"""Cast ballots from 200 phones at once: `python -m benchmarks.ballots [--phones 200] [--needs 60] [--each 4]`.

Every phone is a process of its own that talks real HTTP over loopback to `skillshed serve` on SQLite. Three rounds:
spread over ten seconds, as a hall votes; all in the same instant; and one ballot after the other without a pause. Then
every acknowledged ballot is looked for in the database, and the rate is set beside that of a bare loop which commits
single rows to a file in the same folder under the same settings. Exits with 1 when a ballot is missing or doubled.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from benchmarks.phones import Phone, free_port, started_server

SPREAD_S = 10.0
BARE_S = 3.0
ROUNDS = ("spread", "at_once", "sustained")
WAIT_S = 240


@dataclass(frozen=True)
class Cast:
    """One answered ballot: its round, number, receipt (None when refused), and when it began and ended, in seconds."""

    round: str
    ballot_uid: str
    receipt_code: str | None
    began_s: float
    ended_s: float


def planned_meeting(data_dir: Path, *, n_needs: int) -> str:
    """Make a database with an open meeting and return its join code."""
    from app import base_database, create_app, migrate
    from base.settings import Settings
    from survey import operations, queries
    from survey.records import NeedRow

    now = datetime.now(UTC)
    app = create_app(Settings(data_dir=data_dir))
    migrate(app)
    needs = [NeedRow(f"N-{n:03}", f"Area {n % 6}", f"Skill number {n}", "working", ("Do it",)) for n in range(n_needs)]
    with base_database(app).writing() as session:
        from accounts import operations as accounts_operations

        partnership_id = accounts_operations.add_partnership(session, name="Load trial", now=now)
        assessment_id = operations.create_assessment(
            session, partnership_id=partnership_id, title="Load trial", needs=needs, now=now
        )
        meeting_id = operations.plan_meeting(
            session,
            partnership_id=partnership_id,
            assessment_id=assessment_id,
            title="Load trial",
            place="",
            held_on=now.date(),
            k=5,
            now=now,
        )
        operations.open_meeting(session, meeting_id=meeting_id, now=now)
        found = queries.meeting(session, meeting_id=meeting_id, partnership_id=partnership_id)
        session.commit()
    base_database(app).engine.dispose()
    if found is None:
        raise RuntimeError("the meeting that was just planned is not there")
    return found.join_code


def vote(number: int, *, port: int, join_code: str, n_each: int, start: Barrier, told: Any) -> None:
    """Be one phone: join, then cast in every round when all phones are ready; tell what was answered."""
    phone = Phone(port, join_code)
    start.wait(WAIT_S)
    time.sleep(random.Random(number).uniform(0, 4))  # noqa: S311 - no secret
    phone.join(f"Firm {number}")
    casts = []
    for name in ROUNDS:
        ballots = [phone.ballot(f"{name}-{number:04}-{turn}") for turn in range(n_each if name == "sustained" else 1)]
        start.wait(WAIT_S)
        if name == "spread":
            time.sleep(random.Random(-number).uniform(0, SPREAD_S))  # noqa: S311 - no secret
        for ballot in ballots:
            began = time.monotonic()
            answer = phone.cast(ballot)
            casts.append(Cast(name, ballot["ballot_uid"], answer.receipt_code, began, time.monotonic()))
    told.put(casts)


def all_casts(*, n_phones: int, n_each: int, port: int, join_code: str) -> list[Cast]:
    """Let all phones vote and return every answer."""
    start = multiprocessing.Barrier(n_phones)
    told: multiprocessing.Queue[list[Cast]] = multiprocessing.Queue()
    common = {"port": port, "join_code": join_code, "n_each": n_each, "start": start, "told": told}
    phones = [
        multiprocessing.Process(target=vote, args=(number,), kwargs=common, daemon=True) for number in range(n_phones)
    ]
    for phone in phones:
        phone.start()
    casts = [cast for _phone in phones for cast in told.get(timeout=WAIT_S)]
    for phone in phones:
        phone.join()
    return casts


def bare_rate(folder: Path) -> float:
    """Return how many single rows per second a bare loop commits to a file under the server's settings."""
    line = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        line.execute(f"PRAGMA {pragma}")
    line.execute("CREATE TABLE IF NOT EXISTS ballot (id INTEGER PRIMARY KEY, words TEXT)")
    began, n_rows = time.monotonic(), 0
    while time.monotonic() - began < BARE_S:
        line.execute("BEGIN IMMEDIATE")
        line.execute("INSERT INTO ballot (words) VALUES ('one single row')")
        line.execute("COMMIT")
        n_rows += 1
    line.close()
    return n_rows / (time.monotonic() - began)


@contextmanager
def running_server(data_dir: Path) -> Iterator[int]:
    """Run `skillshed serve` on a folder and yield its port."""
    port = free_port()
    server = started_server(data_dir, port=port)
    try:
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def lost_or_doubled(casts: Sequence[Cast], *, data_dir: Path) -> int:
    """Count the acknowledged ballots that do not stand in the database exactly once under their receipt."""
    line = sqlite3.connect(data_dir / "skillshed.db")
    stored = line.execute("SELECT ballot_uid, receipt_code FROM ballot").fetchall()
    line.close()
    wanted = sorted((cast.ballot_uid, cast.receipt_code) for cast in casts if cast.receipt_code)
    return len(set(wanted) ^ set(stored)) + len(stored) - len(set(stored))


def share(times: Sequence[float], part: float) -> float:
    """Return the time below which this part of the answers came, in milliseconds."""
    return 1000 * sorted(times)[min(int(part * len(times)), len(times) - 1)]


def round_line(casts: Sequence[Cast]) -> str:
    """Return one round as a line of text."""
    times = [cast.ended_s - cast.began_s for cast in casts]
    took = max(cast.ended_s for cast in casts) - min(cast.began_s for cast in casts)
    n_taken = sum(cast.receipt_code is not None for cast in casts)
    return (
        f"{casts[0].round:<10} {n_taken:5} of {len(casts)} acknowledged, p50 {share(times, 0.5):6.0f} ms, "
        f"p99 {share(times, 0.99):6.0f} ms, {n_taken / took:6.1f} per second"
    )


def sustained_rate(casts: Sequence[Cast]) -> float:
    """Return the acknowledged ballots per second of the round without pauses."""
    taken = [cast for cast in casts if cast.round == "sustained" and cast.receipt_code]
    return len(taken) / (max(cast.ended_s for cast in taken) - min(cast.began_s for cast in taken))


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--needs", type=int, default=60)
    parser.add_argument("--each", type=int, default=4, help="ballots of each phone in the last round")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        join_code = planned_meeting(data_dir, n_needs=chosen.needs)
        bare = bare_rate(data_dir)
        with running_server(data_dir) as port:
            casts = all_casts(n_phones=chosen.phones, n_each=chosen.each, port=port, join_code=join_code)
        bare = (bare + bare_rate(data_dir)) / 2
        n_wrong = lost_or_doubled(casts, data_dir=data_dir)
    for name in ROUNDS:
        print(round_line([cast for cast in casts if cast.round == name]))
    rate = sustained_rate(casts)
    print(f"bare loop  {bare:.1f} single-row commits per second; ballots reach {rate / bare:.0%} of it")
    print(f"{n_wrong} ballots lost or doubled")
    return 1 if n_wrong or any(cast.receipt_code is None for cast in casts) else 0


if __name__ == "__main__":
    sys.exit(main())
