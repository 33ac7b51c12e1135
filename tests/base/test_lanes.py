"""A lane serves many requests in one thread: what they write shares a commit, and none of them disturbs another."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from base.database import Database
from base.gathering import GatheredWrites
from base.lanes import Lane, LaneDispatcher, current_visit
from base.refusals import Refusal

PATIENCE_S = 20.0
SPEAKER: ContextVar[str] = ContextVar("speaker", default="nobody")


class Room:
    """Serve people who each have a word to write; nobody is served before all stand in the queue."""

    def __init__(self, database: Database) -> None:
        self.batches: list[tuple[str, ...]] = []
        self.threads: set[int] = set()
        self.heard: dict[str, str] = {}
        self.is_open = threading.Event()
        self.lane = Lane(n_most=3)
        self.writes: GatheredWrites[str, str] = GatheredWrites(database, self.write)
        self.database = database
        with database.writing() as session, session.begin():
            session.execute(text("CREATE TABLE notebook (word TEXT)"))

    def write(self, session: Session, words: Sequence[str]) -> list[str | Refusal]:
        """Write words but rude ones."""
        self.batches.append(tuple(words))
        for word in words:
            session.execute(text("INSERT INTO notebook VALUES (:word)"), {"word": word})
        return [Refusal("Write a kind word.") if word == "rude" else word.upper() for word in words]

    def visit(self, name: str, *words: str) -> Callable[[], None]:
        """Return a request in which somebody writes one word after the other."""

        def serve() -> None:
            SPEAKER.set(name)
            self.threads.add(threading.get_ident())
            for word in words:
                try:
                    said = self.writes.put(word)
                except Refusal as refusal:
                    said = str(refusal)
                self.heard[word] = f"{SPEAKER.get()}: {said}"

        return serve

    def serve(self, *visits: Callable[[], object]) -> None:
        """Serve requests that arrive while the lane is busy, to the end."""
        self.lane.add(lambda: self.is_open.wait(PATIENCE_S))
        for visit in visits:
            self.lane.add(visit)
        self.is_open.set()
        self.lane.stop(timeout_s=PATIENCE_S)

    @property
    def kept(self) -> set[str]:
        """Return the words that are permanent."""
        with self.database.reading() as session:
            return set(session.scalars(text("SELECT word FROM notebook")))


@pytest.fixture
def room(database: Database) -> Iterator[Room]:
    """Open a room."""
    opened = Room(database)
    yield opened
    opened.is_open.set()
    opened.lane.stop(timeout_s=PATIENCE_S)


def test_what_a_lane_brings_is_written_with_one_commit_in_one_thread(room: Room) -> None:
    room.serve(room.visit("Ann", "one"), room.visit("Ben", "two"), room.visit("Cleo", "three"))
    assert room.heard == {"one": "Ann: ONE", "two": "Ben: TWO", "three": "Cleo: THREE"}
    assert room.batches == [("one", "two"), ("three",)], "the request that held the lane is one of the first three"
    assert len(room.threads) == 1
    assert room.kept == {"one", "two", "three"}


def test_no_more_step_aside_than_agreed(room: Room) -> None:
    room.serve(*(room.visit(f"No. {number}", f"word {number}") for number in range(9)))
    assert len(room.heard) == 9
    assert max(map(len, room.batches)) <= 3


def test_each_visit_keeps_what_is_its_own_while_others_are_served(room: Room) -> None:
    room.serve(room.visit("Ann", "one", "four"), room.visit("Ben", "two", "five"))
    assert room.heard == {"one": "Ann: ONE", "four": "Ann: FOUR", "two": "Ben: TWO", "five": "Ben: FIVE"}
    assert SPEAKER.get() == "nobody"


def test_a_refusal_meets_only_the_one_who_is_refused(room: Room) -> None:
    room.serve(room.visit("Ann", "one"), room.visit("Ben", "rude"), room.visit("Cleo", "three"))
    assert room.heard == {"one": "Ann: ONE", "rude": "Ben: Write a kind word.", "three": "Cleo: THREE"}


def test_a_request_that_breaks_ends_no_other(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        room.writes.put("before it broke")
        raise SystemExit(3)

    with caplog.at_level(logging.CRITICAL, logger="base.lanes"):
        room.serve(broken, room.visit("Ben", "two"))
    assert room.heard == {"two": "Ben: TWO"}


def test_a_lane_and_threads_share_their_commits(room: Room) -> None:
    writers = [threading.Thread(target=room.visit(f"No. {n}", f"thread {n}")) for n in range(6)]
    for writer in writers:
        writer.start()
    room.serve(*(room.visit(f"Lane {n}", f"lane {n}") for n in range(12)))
    for writer in writers:
        writer.join(PATIENCE_S)
    assert room.kept == {f"thread {n}" for n in range(6)} | {f"lane {n}" for n in range(12)}
    assert len(room.heard) == 18


def test_a_database_that_fails_is_told_to_everyone_and_the_lane_goes_on(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken: list[str] = []

    def asks() -> None:
        try:
            room.writes.put("lost")
        except OSError as trouble:
            broken.append(str(trouble))

    def fails(session: Session, words: Sequence[str]) -> list[str | Refusal]:
        raise OSError("the disk is gone")

    monkeypatch.setattr(room.writes, "_write", fails)
    room.lane.add(asks)
    room.lane.add(asks)
    room.lane.stop(timeout_s=PATIENCE_S)
    assert broken == ["the disk is gone"] * 2
    assert room.kept == set()


def test_outside_a_lane_there_is_no_visit() -> None:
    assert current_visit() is None


@dataclass
class FakeRequest:
    """What the server knows of a request that has arrived."""

    command: str
    path: str
    error: object = None


class Connection:
    """One connection with a request, which notes the thread that serves it."""

    def __init__(self, request: FakeRequest) -> None:
        self.requests = [request]
        self.served_by = ""
        self.is_served = threading.Event()

    def service(self) -> None:
        """Serve the request."""
        self.served_by = threading.current_thread().name
        self.is_served.set()


def test_only_requests_of_one_kind_take_the_lane_and_unreadable_ones_do_not() -> None:
    dispatcher = LaneDispatcher(
        n_threads=2, takes_lane=lambda method, path: method == "POST" and path.endswith("/ballots")
    )
    requests = (
        FakeRequest("POST", "/meet/ABC234/ballots"),
        FakeRequest("GET", "/meet/ABC234/ballots"),
        FakeRequest("POST", "/meet/ABC234/ballots", error="too long"),
    )
    connections = [Connection(request) for request in requests]
    for connection in connections:
        dispatcher.add_task(connection)
    assert all(connection.is_served.wait(PATIENCE_S) for connection in connections)
    dispatcher.shutdown()
    lane, *threads = [connection.served_by for connection in connections]
    assert lane == "lane"
    assert all(name.startswith("waitress") for name in threads)
