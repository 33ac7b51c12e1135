"""Write what several requests bring at the same moment in one transaction: one wait for the disk serves them all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from base.database import Database
from base.refusals import Refusal

Job = TypeVar("Job")
Answer = TypeVar("Answer")

#: More than this would let the first of a batch wait for the last.
MOST_AT_ONCE = 64


class _Waiting(Generic[Job, Answer]):
    """One job, and the thread that waits for its answer."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.is_answered = False
        self._answer: Answer | None = None
        self._trouble: BaseException | None = None
        # A bare lock is the cheapest thing to wait for.
        self._told = threading.Lock()
        self._told.acquire()

    def wait(self) -> None:
        """Wait for the answer, or for the turn to write."""
        self._told.acquire()

    def wake(self) -> None:
        """Let the thread go on."""
        self._told.release()

    def answer(self, answer: Answer | BaseException) -> None:
        """Note the answer; a refusal is one too."""
        if isinstance(answer, BaseException):
            self._trouble = answer
        else:
            self._answer = answer
        self.is_answered = True

    def result(self) -> Answer:
        """Return the answer, or raise what came instead of one."""
        if self._trouble is not None:
            raise self._trouble
        return self._answer  # type: ignore[return-value]  # answered without trouble means that it is there


class GatheredWrites(Generic[Job, Answer]):
    """Gather jobs while the disk is busy with the jobs before them, then write all of them with one commit.

    `write` answers every job in its order, with a refusal where it refuses one; what it wrote is permanent before
    anybody is answered. No thread is kept: whoever comes first writes for all who wait, then wakes the next one.
    """

    def __init__(
        self,
        database: Database,
        write: Callable[[Session, Sequence[Job]], Sequence[Answer | Refusal]],
        *,
        n_most: int = MOST_AT_ONCE,
    ) -> None:
        self._database = database
        self._write = write
        self._n_most = n_most
        self._queue: list[_Waiting[Job, Answer]] = []
        self._is_led = False
        self._lock = threading.Lock()

    def put(self, job: Job) -> Answer:
        """Return the answer to a job once it is permanent, or raise its refusal."""
        waiting: _Waiting[Job, Answer] = _Waiting(job)
        with self._lock:
            self._queue.append(waiting)
            leads, self._is_led = not self._is_led, True
        if not leads:
            waiting.wait()
        if not waiting.is_answered:
            self._lead()
        return waiting.result()

    def _lead(self) -> None:
        """Write the front of the queue, hand the turn on, and wake everyone who is answered; one's own job is first."""
        with self._lock:
            batch, self._queue = self._queue[: self._n_most], self._queue[self._n_most :]
        try:
            for waiting, answer in zip(batch, self._written([each.job for each in batch]), strict=True):
                waiting.answer(answer)
        except BaseException as trouble:
            # Whatever broke, nothing was committed: everyone who waits is told so, and nobody waits for ever.
            for waiting in batch:
                waiting.answer(trouble)
        finally:
            with self._lock:
                following = self._queue[0] if self._queue else None
                self._is_led = following is not None
            if following is not None:
                following.wake()
            for waiting in batch[1:]:
                waiting.wake()

    def _written(self, jobs: Sequence[Job]) -> Sequence[Answer | BaseException]:
        """Write jobs together; when one of them breaks a rule of the database, write each by itself."""
        try:
            return self._committed(jobs)
        except OperationalError:
            raise  # A full disk or a busy database refuses everyone alike.
        except SQLAlchemyError:
            if len(jobs) == 1:
                raise
            return [self._alone(job) for job in jobs]

    def _committed(self, jobs: Sequence[Job]) -> Sequence[Answer | Refusal]:
        with self._database.writing() as session, session.begin():
            return self._write(session, jobs)

    def _alone(self, job: Job) -> Answer | BaseException:
        try:
            return self._committed([job])[0]
        except SQLAlchemyError as trouble:
            return trouble
