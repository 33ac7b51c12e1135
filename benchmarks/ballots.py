"""Cast ballots from 200 phones at once: `python -m benchmarks.ballots [--phones 200] [--needs 60] [--each 10]`.

Every phone has a connection of its own and talks real HTTP over loopback to `skillshed serve` on SQLite. Three kinds of
rounds: spread over ten seconds, as a hall votes; all in the same instant, several times, because other work on the same
computer disturbs a fraction of a second easily; and one ballot after the other without a pause. Then every
acknowledged ballot is looked for in the database, and the rate is set beside that of a bare loop which commits single
rows to a file in the same folder under the same settings, just before and just after that last round. Exits with 1 when
a ballot is missing or doubled.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.crowds import SPREAD_S, Cast, Crowds, Round
from benchmarks.phones import free_port, started_server

BARE_S = 3.0


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
def running_server(data_dir: Path) -> Iterator[tuple[int, int]]:
    """Run `skillshed serve` on a folder and yield its port and its process number."""
    port = free_port()
    server = started_server(data_dir, port=port)
    try:
        yield port, server.pid
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


def processor_s(pid: int) -> float:
    """Return the processor time that a process has taken, in seconds; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--needs", type=int, default=60)
    parser.add_argument("--each", type=int, default=10, help="ballots of each phone in the last round")
    parser.add_argument("--repeat", type=int, default=5, help="rounds in which all phones cast in the same instant")
    parser.add_argument("--crowds", type=int, default=2, help="processes that drive the phones")
    chosen = parser.parse_args()
    at_once = (Round(f"at_once_{number}") for number in range(1, chosen.repeat + 1))
    rounds = (Round("spread", spread_s=SPREAD_S), *at_once, Round("sustained", n_each=chosen.each))
    casts: list[Cast] = []
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        join_code = planned_meeting(data_dir, n_needs=chosen.needs)
        with running_server(data_dir) as (port, pid):
            crowds = Crowds(
                n_phones=chosen.phones, n_processes=chosen.crowds, port=port, join_code=join_code, rounds=rounds
            )
            for each in rounds:
                bare = bare_rate(data_dir) if each.name == "sustained" else 0.0
                server_s = processor_s(pid)
                answered, phones_s = crowds.vote()
                server_s = processor_s(pid) - server_s
                casts += answered
                print(round_line(answered), end="; ")
                print(f"processor: server {1000 * server_s / len(answered):.2f} ms a ballot,", end=" ")
                print(f"phones {1000 * phones_s / len(answered):.2f} ms", flush=True)
        bare = (bare + bare_rate(data_dir)) / 2
        n_wrong = lost_or_doubled(casts, data_dir=data_dir)
    rate = sustained_rate(casts)
    print(f"bare loop  {bare:.1f} single-row commits per second; ballots reach {rate / bare:.0%} of it")
    print(f"{n_wrong} ballots lost or doubled")
    return 1 if n_wrong or any(cast.receipt_code is None for cast in casts) else 0


if __name__ == "__main__":
    sys.exit(main())
