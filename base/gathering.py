"""Write what several requests bring at the same moment in one transaction: one wait for the disk serves them all."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from base.database import Database
from base.lanes import current_visit
from base.refusals import Refusal

Job = TypeVar("Job")
Answer = TypeVar("Answer")

#: More than this would let the first of a batch wait for the last.
MOST_AT_ONCE = 64


class _Waiting(Generic[Job, Answer]):
    """Jobs that arrived together, and the thread that waits for their answers."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = jobs
        #: One for each job once they are written; what went wrong is an answer too.
        self.answers: Sequence[Answer | BaseException] = ()
        # A bare lock is the cheapest thing to wait for.
        self._told = threading.Lock()
        self._told.acquire()

    @property
    def is_answered(self) -> bool:
        """Say whether the jobs were written or refused."""
        return len(self.answers) == len(self.jobs)

    def wait(self) -> None:
        """Wait for the answers, or for the turn to write."""
        self._told.acquire()

    def wake(self) -> None:
        """Let the thread go on."""
        self._told.release()


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
        self._queue: deque[_Waiting[Job, Answer]] = deque()
        self._is_led = False
        self._lock = threading.Lock()

    def put(self, job: Job) -> Answer:
        """Return the answer to a job once it is permanent, or raise its refusal."""
        visit = current_visit()
        answer: Answer | BaseException = visit.step_aside(self, job) if visit else self.put_all([job])[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def put_all(self, jobs: Sequence[Job]) -> Sequence[Answer | BaseException]:
        """Return the answers to some jobs once they are permanent; refusals are returned too, not raised."""
        if not jobs:
            return ()  # nobody would take the turn that they were given
        waiting: _Waiting[Job, Answer] = _Waiting(jobs)
        with self._lock:
            self._queue.append(waiting)
            leads, self._is_led = not self._is_led, True
        if not leads:
            waiting.wait()
        if not waiting.is_answered:
            self._lead()
        return waiting.answers

    def _lead(self) -> None:
        """Write the front of the queue, which are one's own jobs, hand the turn on, and wake all that are answered."""
        with self._lock:
            batch = self._front()
        jobs = [job for waiting in batch for job in waiting.jobs]
        answers: Sequence[Answer | BaseException]
        try:
            answers = self._written(jobs)
        except BaseException as trouble:
            # Whatever broke, nothing was committed: everyone who waits is told so, and nobody waits for ever.
            answers = [trouble] * len(jobs)
        n_told = 0
        for waiting in batch:
            waiting.answers = answers[n_told : n_told + len(waiting.jobs)]
            n_told += len(waiting.jobs)
        with self._lock:
            following = self._queue[0] if self._queue else None
            self._is_led = following is not None
        if following is not None:
            following.wake()
        for waiting in batch[1:]:
            waiting.wake()

    def _front(self) -> list[_Waiting[Job, Answer]]:
        """Take the first of the queue, and those behind it that fit into the same batch."""
        batch = [self._queue.popleft()]
        n_jobs = len(batch[0].jobs)
        while self._queue and n_jobs + len(self._queue[0].jobs) <= self._n_most:
            batch.append(self._queue.popleft())
            n_jobs += len(batch[-1].jobs)
        return batch

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
