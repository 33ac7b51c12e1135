"""One thread asks the database; every open screen hears the newest state, and nothing of what lies between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator

import pytest
from sqlalchemy.exc import OperationalError

from base.streams import Stream, StreamHub, StreamsFull, n_streams_allowed

SOON = 5.0


class Board:
    """A database of one line per topic, which counts how often it is asked."""

    def __init__(self) -> None:
        self.states = {"hall": "1", "barn": "1"}
        self.asked: list[frozenset[str]] = []
        self.was_asked = threading.Condition()
        self.is_broken = False

    def read(self, topics: Collection[str]) -> dict[str, str]:
        """Return what is known of these topics."""
        with self.was_asked:
            self.asked.append(frozenset(topics))
            self.was_asked.notify_all()
        if self.is_broken:
            raise OperationalError("SELECT", {}, RuntimeError("locked"))
        return {topic: self.states[topic] for topic in topics if topic in self.states}

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something that the next questions bring about."""
        with self.was_asked:
            assert self.was_asked.wait_for(is_so, timeout=SOON)


@pytest.fixture
def board() -> Board:
    """Return a database on which nothing has happened."""
    return Board()


@pytest.fixture
def hub(board: Board) -> Iterator[StreamHub[str]]:
    """Return a hub that only looks when it is woken, and end it."""
    opened = StreamHub(board.read, n_most=3, pause_s=60, shortest_pause_s=0.01)
    yield opened
    opened.stop()


def told(events: Iterator[str]) -> str:
    """Return the next state that a screen is told."""
    event = next(events)
    assert event.startswith("data: ")
    return event.removeprefix("data: ").strip()


def screen(stream: Stream[str]) -> Iterator[str]:
    """Read a stream as a browser does: first how soon to open it again."""
    events = stream.events(heartbeat_s=SOON)
    assert next(events) == "retry: 2000\n\n"
    return events


def test_a_screen_hears_the_present_state_and_then_every_change(board: Board, hub: StreamHub[str]) -> None:
    events = screen(hub.open("hall"))
    assert told(events) == "1"
    board.states["hall"] = "2"
    hub.wake()
    assert told(events) == "2"


def test_a_slow_screen_hears_the_newest_state_only() -> None:
    stream = Stream("hall")
    for number in range(1000):
        stream.offer(str(number))
    events = screen(stream)
    assert told(events) == "999"
    stream.close()
    assert list(events) == [], "nothing else was kept"


def test_a_state_that_is_not_new_is_not_told_again() -> None:
    stream = Stream("hall")
    stream.offer("7")
    events = stream.events(heartbeat_s=0.01)
    assert [next(events), next(events)] == ["retry: 2000\n\n", "data: 7\n\n"]
    stream.offer("7")
    assert next(events) == ": still here\n\n"


def test_a_silent_stream_says_that_it_lives() -> None:
    events = Stream("hall").events(heartbeat_s=0.01)
    assert [next(events) for _ in range(3)] == ["retry: 2000\n\n", ": still here\n\n", ": still here\n\n"]


def test_a_screen_hears_of_its_own_topic_only(board: Board, hub: StreamHub[str]) -> None:
    hall, barn = screen(hub.open("hall")), screen(hub.open("barn"))
    assert (told(hall), told(barn)) == ("1", "1")
    board.states["barn"] = "2"
    hub.wake()
    assert told(barn) == "2"
    board.states["hall"] = "3"
    hub.wake()
    assert told(hall) == "3", "the change of the barn was none of its business"


def test_many_screens_on_one_topic_are_one_question(board: Board, hub: StreamHub[str]) -> None:
    screens = [screen(hub.open("hall")) for _ in range(3)]
    assert [told(events) for events in screens] == ["1", "1", "1"]
    n_asked = len(board.asked)
    board.states["hall"] = "2"
    hub.wake()
    assert [told(events) for events in screens] == ["2", "2", "2"]
    assert len(board.asked) == n_asked + 1
    assert set(board.asked) == {frozenset({"hall"})}


def test_a_thousand_wakes_in_a_row_are_few_questions(board: Board) -> None:
    hub = StreamHub(board.read, n_most=1, pause_s=60, shortest_pause_s=0.3)
    hub.open("hall")
    board.wait_until(lambda: len(board.asked) >= 1)
    for _ in range(1000):
        hub.wake()
    assert len(board.asked) <= 2
    hub.stop()


def test_changes_of_other_processes_are_seen_without_a_wake(board: Board) -> None:
    hub = StreamHub(board.read, n_most=1, pause_s=0.02, shortest_pause_s=0.01)
    events = screen(hub.open("hall"))
    assert told(events) == "1"
    board.states["hall"] = "2"
    assert told(events) == "2"
    hub.stop()


def test_one_stream_too_many_is_refused_and_a_closed_one_makes_room(hub: StreamHub[str]) -> None:
    streams = [hub.open("hall") for _ in range(3)]
    with pytest.raises(StreamsFull, match="every few seconds"):
        hub.open("hall")
    hub.close(streams[0])
    hub.close(streams[0])
    assert hub.n_open == 2
    hub.open("barn")


def test_a_browser_that_has_gone_leaves_room_for_the_next_one(hub: StreamHub[str]) -> None:
    has_gone = threading.Event()
    for _ in range(3):
        hub.open("hall", is_gone=has_gone.is_set)
    has_gone.set()
    assert told(screen(hub.open("barn"))) == "1"
    assert hub.n_open == 1


def test_nobody_asks_the_database_for_nobody(board: Board, hub: StreamHub[str]) -> None:
    stream = hub.open("hall")
    assert told(screen(stream)) == "1"
    hub.close(stream)
    n_asked = len(board.asked)
    hub.wake()
    hub.wake()
    assert len(board.asked) <= n_asked + 1
    assert told(screen(hub.open("hall"))) == "1", "the next screen is served again"


def test_stopping_ends_every_waiting_screen_at_once(hub: StreamHub[str]) -> None:
    ended: list[str] = []

    def read(stream: Stream[str]) -> None:
        *_heard, last = stream.events(heartbeat_s=60)
        ended.append(last)

    readers = [threading.Thread(target=read, args=[hub.open("hall")]) for _ in range(3)]
    for reader in readers:
        reader.start()
    hub.stop()
    for reader in readers:
        reader.join(timeout=SOON)
    assert len(ended) == 3
    with pytest.raises(StreamsFull):
        hub.open("hall")


def test_a_database_that_fails_once_is_asked_again(board: Board, caplog: pytest.LogCaptureFixture) -> None:
    board.is_broken = True
    hub = StreamHub(board.read, n_most=1, pause_s=0.02, shortest_pause_s=0.01)
    events = screen(hub.open("hall"))
    board.wait_until(lambda: len(board.asked) >= 2)
    board.is_broken = False
    assert told(events) == "1"
    hub.stop()
    assert "the database did not answer" in caplog.text


@pytest.mark.parametrize(
    ("live_streams", "threads", "n_allowed"), [(40, 64, 40), (40, 16, 8), (40, 4, 0), (0, 64, 0), (100, 64, 56)]
)
def test_streams_never_take_the_last_threads(live_streams: int, threads: int, n_allowed: int) -> None:
    assert n_streams_allowed(live_streams=live_streams, threads=threads) == n_allowed
