"""No acknowledged ballot is lost and none counts twice: killed servers, double taps, full disks."""

from __future__ import annotations

import http.client
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry
from voting_hall import hidden, is_checked, join, sent, words
from werkzeug.test import TestResponse

from accounts import queries as accounts_queries
from base.database import Database
from benchmarks.phones import Phone, free_port, started_server
from survey import queries
from survey.models import Ballot
from survey.queries import MeetingRow

N_PHONES = 12
N_EACH = 5
KILLED_AFTER = 20


@dataclass
class Room:
    """Phones that cast several ballots each and send every one until it is acknowledged."""

    port: int
    join_code: str
    #: Ballot number to the receipts that acknowledged it.
    receipts: dict[str, set[str]] = field(default_factory=dict)
    n_failed: int = 0
    problems: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def vote(self, phone: Phone, number: int) -> None:
        """Cast this phone's ballots one after the other."""
        for turn in range(N_EACH):
            ballot = phone.ballot(f"phone-{number:02}-turn-{turn}")
            deadline = time.monotonic() + 40
            while not self.is_acknowledged(phone, ballot):
                if time.monotonic() > deadline:
                    self.problems.append(f"{ballot['ballot_uid']} was never acknowledged")
                    return
                time.sleep(0.1)

    def is_acknowledged(self, phone: Phone, ballot: dict[str, Any]) -> bool:
        """Send a ballot once and note its receipt."""
        try:
            answer = phone.cast(ballot)
        except (OSError, http.client.HTTPException):
            self.n_failed += 1
            return False
        if answer.receipt_code is None:
            self.problems.append(f"{ballot['ballot_uid']}: {answer.status} {answer.text[:200]}")
            return False
        with self.lock:
            self.receipts.setdefault(ballot["ballot_uid"], set()).add(answer.receipt_code)
        return True


def stored(session: Session) -> dict[str, str]:
    """Return number and receipt of every ballot in the database; no number stands there twice."""
    rows = session.execute(select(Ballot.ballot_uid, Ballot.receipt_code)).all()
    assert len(rows) == len({uid for uid, _receipt in rows})
    return {row.ballot_uid: row.receipt_code for row in rows}


def test_a_killed_server_loses_no_acknowledged_ballot_and_doubles_none(
    open_meeting: MeetingRow, database: Database, tmp_path: Path
) -> None:
    database.engine.dispose()
    port = free_port()
    phones = [Phone(port, open_meeting.join_code) for _ in range(N_PHONES)]
    server = started_server(tmp_path, port=port)
    try:
        room = Room(port, open_meeting.join_code)
        for number, phone in enumerate(phones):
            phone.join(f"Firm {number}")
        threads = [threading.Thread(target=room.vote, args=(phone, number)) for number, phone in enumerate(phones)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 30
        while len(room.receipts) < KILLED_AFTER and time.monotonic() < deadline:
            time.sleep(0.002)
        server.send_signal(signal.SIGKILL)
        server.wait(timeout=10)
        acknowledged = {uid: set(receipts) for uid, receipts in room.receipts.items()}
        with database.reading() as session:
            kept = stored(session)
        database.engine.dispose()
        assert len(acknowledged) < N_PHONES * N_EACH, "the server was killed in the middle"
        assert {uid: {kept.get(uid, "lost")} for uid in acknowledged} == acknowledged
        server = started_server(tmp_path, port=port)
        for thread in threads:
            thread.join(timeout=60)
    finally:
        server.kill()
        server.wait(timeout=10)
        for phone in phones:
            phone.hang_up()
    assert room.problems == []
    assert room.n_failed > 0
    with database.reading() as session:
        kept = stored(session)
        voters = queries.voters(session, meeting_id=open_meeting.id)
    assert {uid: {receipt} for uid, receipt in kept.items()} == room.receipts
    assert len(kept) == N_PHONES * N_EACH
    assert [voter.n_ballots for voter in voters] == [N_EACH] * N_PHONES


def test_a_commit_waits_until_the_disk_has_it(database: Database) -> None:
    with database.writing() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA synchronous")) == 2, "FULL: a power cut loses no committed ballot"


def test_double_taps_at_the_same_moment_count_once_and_get_one_receipt(
    open_meeting: MeetingRow, app: Flask, client: FlaskClient, database: Database
) -> None:
    join(client, open_meeting)
    cookie = client.get_cookie("session")
    assert cookie is not None
    together = threading.Barrier(6)
    answers: list[tuple[int, str]] = []

    def tap() -> None:
        phone = app.test_client()
        phone.set_cookie("session", cookie.value)
        together.wait()
        answer = phone.post(f"/meet/{open_meeting.join_code}/ballots", json=sent())
        answers.append((answer.status_code, answer.get_json()["receipt_code"]))

    threads = [threading.Thread(target=tap) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _receipt in answers) == [200] * 5 + [201]
    with database.reading() as session:
        assert stored(session) == {"ballot-0001": answers[0][1]}
    assert len({receipt for _status, receipt in answers}) == 1


def test_a_number_used_twice_with_other_answers_is_refused_and_both_facts_are_kept(
    open_meeting: MeetingRow, client: FlaskClient, database: Database
) -> None:
    join(client, open_meeting)
    door = f"/meet/{open_meeting.join_code}/ballots"
    receipt = client.post(door, json=sent()).get_json()["receipt_code"]
    other = client.post(door, json=sent(entries=[{"need": "EM-02", "sort": "must"}]))
    assert other.status_code == 409
    with database.reading() as session:
        assert stored(session) == {"ballot-0001": receipt}
        (act,) = accounts_queries.audit_rows(session, partnership_id=open_meeting.partnership_id)
    assert (act.act, act.subject) == ("refuse_changed_ballot", "ballot ballot-0001 at “Spring meeting”")


@pytest.fixture
def full_disk(open_meeting: MeetingRow, client: FlaskClient, database: Database) -> Iterator[None]:
    """Let a phone join, then let the database file grow no further."""
    join(client, open_meeting)

    def keep_small(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        n_pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={n_pages}")
        cursor.close()

    with database.writing() as session:
        # Free pages inside the file would be used first.
        session.execute(text("CREATE TABLE filler (words TEXT)"))
        session.commit()
    event.listen(database.engine, "connect", keep_small)
    database.engine.dispose()
    with database.writing() as session, suppress(OperationalError):
        while True:
            session.execute(text("INSERT INTO filler VALUES (:words)"), {"words": "x" * 300})
            session.commit()
    yield
    event.remove(database.engine, "connect", keep_small)


def cast_until_refused(client: FlaskClient, meeting: MeetingRow) -> tuple[set[str], TestResponse]:
    """Cast ballots until one is refused; return the acknowledged numbers and the refusal."""
    acknowledged: set[str] = set()
    for number in range(500):
        uid = f"ballot-{number:04}"
        answer = client.post(f"/meet/{meeting.join_code}/ballots", json=sent(uid))
        if answer.status_code != 201:
            return acknowledged, answer
        acknowledged.add(uid)
    raise AssertionError("the disk never filled")


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_acknowledges_nothing_and_tells_the_phone_to_wait(
    open_meeting: MeetingRow, client: FlaskClient, database: Database
) -> None:
    acknowledged, refused = cast_until_refused(client, open_meeting)
    assert refused.status_code == 503
    assert refused.get_json()["message"].startswith("The server cannot store ballots right now")
    assert int(refused.headers["Retry-After"]) > 0
    with database.reading() as session:
        assert set(stored(session)) == acknowledged
    assert client.get("/meet").status_code == 200, "pages still open"


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_gives_a_plain_form_back_with_every_answer(
    open_meeting: MeetingRow, client: FlaskClient, database: Database
) -> None:
    cast_until_refused(client, open_meeting)
    fields = {"ballot_uid": "plain-form-01", "sort-EM-01": "must", "position-EM-01": "1", "sort-WE-01": "useful"}
    page = client.post(f"/meet/{open_meeting.join_code}/ballots", data=fields)
    assert page.status_code == 503
    assert "cannot store ballots right now" in words(page.text)
    assert hidden(page.text, "ballot_uid") == "plain-form-01"
    assert is_checked(page.text, "must")
    with database.reading() as session:
        assert "plain-form-01" not in stored(session)


def test_a_database_that_another_program_holds_tells_the_phone_to_wait(
    open_meeting: MeetingRow, client: FlaskClient, database: Database, tmp_path: Path
) -> None:
    join(client, open_meeting)

    def hurry(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=50")
        cursor.close()

    event.listen(database.engine, "connect", hurry)
    database.engine.dispose()
    other = sqlite3.connect(tmp_path / "skillshed.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    door = f"/meet/{open_meeting.join_code}/ballots"
    refused = client.post(door, json=sent())
    other.execute("ROLLBACK")
    other.close()
    assert (refused.status_code, "sent again" in refused.get_json()["message"]) == (503, True)
    assert client.post(door, json=sent()).status_code == 201
    event.remove(database.engine, "connect", hurry)
