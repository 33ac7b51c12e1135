"""Serve many short requests of one kind in one thread: each steps aside while the disk is busy, and none waits alone.

Two hundred phones that cast in the same instant would otherwise keep dozens of threads awake that all want the one
interpreter, and handing it from thread to thread takes about as long as reading a ballot. In a lane, request after
request is read in the same thread until each has something to write; then all of it is written with one commit, and all
of them are answered.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from greenlet import getcurrent, greenlet
from waitress.task import ThreadedTaskDispatcher

LOGGER = logging.getLogger(__name__)
#: More would let the first of those that stepped aside wait for the last.
MOST_ASIDE = 64
#: How long those that are being served may take when the server stops.
STOP_S = 5.0


class Writes(Protocol):
    """Write several jobs at once, as base.gathering.GatheredWrites does."""

    def put_all(self, jobs: Sequence[Any]) -> Sequence[Any]:
        """Return for each job what came of it; what went wrong is returned too, not raised."""


class Visit(greenlet):  # type: ignore[misc]  # greenlet ships no types
    """One request on its way through a lane; it has a context of its own, as a thread would have."""

    def step_aside(self, writes: Writes, job: object) -> Any:
        """Let the others of the lane go on, and return what came of the job once it is written with theirs.

        Whoever steps aside must hold nothing that the others may want: no lock, no open writing session.
        """
        return self.parent.switch(writes, job)


def current_visit() -> Visit | None:
    """Return the visit that is being served, None outside a lane."""
    current = getcurrent()
    return current if isinstance(current, Visit) else None


class Lane:
    """Serve what is added, in the order in which it came, in one thread of its own."""

    def __init__(self, *, n_most: int = MOST_ASIDE) -> None:
        self._n_most = n_most
        self._waiting: deque[Callable[[], object]] = deque()
        self._changed = threading.Condition()
        self._is_stopping = False
        #: Those that stepped aside, by what writes for them.
        self._aside: defaultdict[Writes, list[tuple[Visit, object]]] = defaultdict(list)
        self._thread = threading.Thread(target=self._run, name="lane", daemon=True)
        self._thread.start()

    def add(self, serve: Callable[[], object]) -> None:
        """Have a request served soon."""
        with self._changed:
            self._waiting.append(serve)
            self._changed.notify()

    def stop(self, *, timeout_s: float = STOP_S) -> None:
        """Serve what has arrived, for a few seconds at most, and end the thread."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while self._comes_another():
            n_begun = 0
            while self._waiting and n_begun < self._n_most:
                self._go_on(Visit(self._waiting.popleft()))
                n_begun += 1
            while self._aside:
                self._write()

    def _comes_another(self) -> bool:
        """Wait for a request; return False when the lane stops and all are served."""
        with self._changed:
            while not self._waiting and not self._is_stopping:
                self._changed.wait()
            return bool(self._waiting)

    def _write(self) -> None:
        """Write what all that stepped aside have to write, and let each go on with its answer."""
        aside, self._aside = self._aside, defaultdict(list)
        for writes, visits in aside.items():
            answers = writes.put_all([job for _visit, job in visits])
            for (visit, _job), answer in zip(visits, answers, strict=True):
                self._go_on(visit, answer)

    def _go_on(self, visit: Visit, *answers: object) -> None:
        """Serve a request until it is done or steps aside; whatever breaks in one of them ends no other."""
        try:
            stepped = visit.switch(*answers)
        except BaseException:  # the server's own threads do so too: a lane that died would answer nobody any more
            LOGGER.exception("a request broke")
            return
        if not visit.dead:
            writes, job = stepped
            self._aside[writes].append((visit, job))


class LaneDispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress ships no types
    """Hand requests to the server's threads, and those of one kind to a lane."""

    def __init__(self, *, n_threads: int, takes_lane: Callable[[str, str], bool]) -> None:
        super().__init__()
        self._takes_lane = takes_lane
        self._lane = Lane()
        self.set_thread_count(n_threads)

    def add_task(self, task: Any) -> None:
        """Take a connection whose next request has arrived whole."""
        request = task.requests[0]
        # A request that could not be read has neither method nor path.
        if not request.error and self._takes_lane(request.command, request.path):
            self._lane.add(task.service)
        else:
            super().add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = STOP_S) -> bool:
        """Let requests under way end, for a few seconds at most."""
        self._lane.stop(timeout_s=timeout)
        return bool(super().shutdown(cancel_pending, timeout))
