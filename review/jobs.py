"""Carry match runs out in the background, one at a time, in transactions of their own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from base.database import Database
from base.doors import now as clock
from base.refusals import Refusal
from matching import decide
from review import operations

log = logging.getLogger(__name__)

#: Two runs at once would only slow each other down.
_one_at_a_time = threading.Lock()
#: Seconds between two notes of how far a run is.
NOTE_EVERY_SECONDS = 0.5


def carry_out_in_background(
    database: Database, *, run_id: int, n_jobs: int = 1, cache_path: Path | None = None
) -> threading.Thread:
    """Carry a run out in a thread that does not keep the server from stopping."""
    thread = threading.Thread(
        target=carry_out,
        args=(database,),
        kwargs={"run_id": run_id, "n_jobs": n_jobs, "cache_path": cache_path},
        name=f"run {run_id}",
        daemon=True,
    )
    thread.start()
    return thread


def carry_out(database: Database, *, run_id: int, n_jobs: int = 1, cache_path: Path | None = None) -> None:
    """Decide and record a run; whatever goes wrong is recorded in words, and nothing half-done stays."""
    with _one_at_a_time:
        try:
            _decide_and_record(database, run_id=run_id, n_jobs=n_jobs, cache_path=cache_path)
        except Refusal as refusal:
            _fail(database, run_id=run_id, failure=str(refusal))
        except Exception:  # a run that dies silently would show its progress bar for ever
            log.exception("Match run %s failed", run_id)
            _fail(
                database,
                run_id=run_id,
                failure="The matcher stopped on something that it does not know. Nothing of this run was recorded. "
                "The server's log says more.",
            )


def _decide_and_record(database: Database, *, run_id: int, n_jobs: int, cache_path: Path | None) -> None:
    with database.reading() as session:
        snapshot = operations.frozen_snapshot(session, run_id=run_id)
    noted = _progress_notes(database, run_id=run_id)
    decision = decide(snapshot, progress=noted, n_jobs=n_jobs, cache_path=cache_path)
    with database.writing() as session:
        operations.record_decision(session, run_id=run_id, snapshot=snapshot, decision=decision, now=clock())
        session.commit()


def _progress_notes(database: Database, *, run_id: int) -> Callable[[int, int], None]:
    last_noted = 0.0

    def note(n_done: int, n_total: int) -> None:
        nonlocal last_noted
        if time.monotonic() - last_noted < NOTE_EVERY_SECONDS:
            return
        last_noted = time.monotonic()
        with database.writing() as session:
            operations.note_progress(session, run_id=run_id, n_done=n_done, n_total=n_total)
            session.commit()

    return note


def _fail(database: Database, *, run_id: int, failure: str) -> None:
    with database.writing() as session:
        operations.record_failure(session, run_id=run_id, failure=failure, now=clock())
        session.commit()


def mark_interrupted_runs(database: Database, *, now: datetime) -> None:
    """Mark runs that a stopped server left behind as failed."""
    with database.writing() as session:
        operations.close_interrupted_runs(session, now=now)
        session.commit()
