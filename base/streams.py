"""Tell open screens that something has changed: one thread asks the database, every screen has a small queue.

A screen is told the newest state of what it watches, never a difference, so a message that it misses harms nothing.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from typing import Generic, TypeVar

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from base.refusals import Refusal

LOGGER = logging.getLogger(__name__)
EXTENSION = "skillshed_streams"
#: A silent stream says that it lives before any proxy gives it up.
HEARTBEAT_SECONDS = 10.0
#: How often the database is asked about changes that another server process made.
PAUSE_SECONDS = 1.0
#: However many ballots arrive in this process, the database is not asked more often than this.
SHORTEST_PAUSE_SECONDS = 0.2
#: How long a browser waits before it opens a broken stream again.
RETRY_MILLISECONDS = 2000
#: Server threads that streams never take, so that pages and ballots always find one.
THREADS_KEPT_FREE = 8

Topic = TypeVar("Topic", bound=Hashable)


class StreamsFull(Refusal):
    """Say that all streams are taken."""


class Stream(Generic[Topic]):
    """One open screen: what it watches, and the newest state that it has not been told yet."""

    def __init__(self, topic: Topic, *, is_gone: Callable[[], bool] = lambda: False) -> None:
        self.topic = topic
        #: Says whether the browser has gone, as far as the server can tell before it next writes.
        self.is_gone = is_gone
        self._last: str | None = None
        self._is_closed = threading.Event()
        self._waiting: queue.Queue[str | None] = queue.Queue(maxsize=1)

    def offer(self, state: str) -> None:
        """Queue a state that differs from the last one; what still waits is older and gives way to it."""
        if state != self._last and not self._is_closed.is_set():
            self._last = state
            self._replace(state)

    def close(self) -> None:
        """End the stream: whoever reads it stops waiting at once."""
        self._is_closed.set()
        self._replace(None)

    def _replace(self, state: str | None) -> None:
        while True:
            try:
                self._waiting.put_nowait(state)
            except queue.Full:
                # The reader may have taken the old one meanwhile; then there is room already.
                try:
                    self._waiting.get_nowait()
                except queue.Empty:
                    continue
            else:
                return

    def events(self, *, heartbeat_s: float = HEARTBEAT_SECONDS) -> Iterator[str]:
        """Yield server-sent events until the stream is closed: states as they come, a comment when nothing does."""
        yield f"retry: {RETRY_MILLISECONDS}\n\n"
        while not self._is_closed.is_set():
            try:
                state = self._waiting.get(timeout=heartbeat_s)
            except queue.Empty:
                yield ": still here\n\n"
                continue
            if state is not None:
                yield f"data: {state}\n\n"


class StreamHub(Generic[Topic]):
    """Watch the database with one thread, for as many screens as are open."""

    def __init__(
        self,
        read: Callable[[Collection[Topic]], Mapping[Topic, str]],
        *,
        n_most: int,
        pause_s: float = PAUSE_SECONDS,
        shortest_pause_s: float = SHORTEST_PAUSE_SECONDS,
    ) -> None:
        self._read = read
        self._n_most = n_most
        self._pause_s = pause_s
        self._shortest_pause_s = shortest_pause_s
        self._streams: set[Stream[Topic]] = set()
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def n_open(self) -> int:
        """Return how many streams are open."""
        return len(self._streams)

    def open(self, topic: Topic, *, is_gone: Callable[[], bool] = lambda: False) -> Stream[Topic]:
        """Open a stream on a topic; it is told the present state at once."""
        stream = Stream(topic, is_gone=is_gone)
        self._forget_gone()
        with self._lock:
            if len(self._streams) >= self._n_most or self._stopping.is_set():
                raise StreamsFull("All live streams are taken. This page asks for news every few seconds instead.")
            self._streams.add(stream)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="live-streams", daemon=True)
                self._thread.start()
        self._woken.set()
        return stream

    def close(self, stream: Stream[Topic]) -> None:
        """Forget a stream; closing it twice does nothing more."""
        with self._lock:
            self._streams.discard(stream)
        stream.close()
        self._woken.set()

    def _forget_gone(self) -> None:
        """Free the streams of browsers that have gone: whoever turns the wall's pages fast leaves one on each."""
        with self._lock:
            streams = tuple(self._streams)
        for stream in streams:
            if stream.is_gone():
                self.close(stream)

    def wake(self) -> None:
        """Have the database asked now instead of within a second: this process has just written to it."""
        if self._streams:
            self._woken.set()

    def stop(self) -> None:
        """End every stream and the thread; nothing can be opened any more."""
        self._stopping.set()
        self._woken.set()
        for stream in tuple(self._streams):
            stream.close()

    def _watch(self) -> None:
        try:
            while self._goes_on():
                self._woken.clear()
                self._forget_gone()
                self._tell()
                self._stopping.wait(self._shortest_pause_s)
                self._woken.wait(max(self._pause_s - self._shortest_pause_s, 0.0))
        finally:
            # Whatever ended this thread, the next stream starts a new one.
            with self._lock:
                if self._thread is threading.current_thread():
                    self._thread = None

    def _goes_on(self) -> bool:
        """Say whether anybody still watches."""
        with self._lock:
            if self._streams and not self._stopping.is_set():
                return True
            self._thread = None
            return False

    def _tell(self) -> None:
        with self._lock:
            streams = tuple(self._streams)
        try:
            states = self._read({stream.topic for stream in streams})
        except SQLAlchemyError:
            # A busy or restarting database answers again soon; until then the screens keep what they show.
            LOGGER.warning("live streams: the database did not answer", exc_info=True)
            return
        for stream in streams:
            if stream.topic in states:
                stream.offer(states[stream.topic])


def n_streams_allowed(*, live_streams: int, threads: int) -> int:
    """Return how many streams may be open: each occupies a server thread, and some threads must stay free."""
    return max(min(live_streams, threads - THREADS_KEPT_FREE), 0)


def wake_streams(app: Flask) -> None:
    """Have open screens told soon that this process has changed something."""
    hub: StreamHub[Hashable] | None = app.extensions.get(EXTENSION)
    if hub is not None:
        hub.wake()


def stop_streams(app: Flask) -> None:
    """End every open stream, so that the server can stop."""
    hub: StreamHub[Hashable] | None = app.extensions.get(EXTENSION)
    if hub is not None:
        hub.stop()
