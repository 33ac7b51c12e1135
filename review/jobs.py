"""Carry match runs out in the background, one at a time, in transactions of their own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from base.database import Database
from base.doors import now as clock
from base.refusals import Refusal
from matching import decide
from matching.adaptation import Adaptation
from review import model_operations, operations
from review.adapting import chosen_model

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


def fit_in_background(database: Database, *, version_id: int, adaptation: Adaptation) -> threading.Thread:
    """Fit a version of the matcher in a thread that does not keep the server from stopping."""
    thread = threading.Thread(
        target=fit_version,
        args=(database,),
        kwargs={"version_id": version_id, "adaptation": adaptation},
        name=f"matcher version {version_id}",
        daemon=True,
    )
    thread.start()
    return thread


def fit_version(database: Database, *, version_id: int, adaptation: Adaptation) -> None:
    """Fit a version and record what it is worth; whatever goes wrong is recorded in words."""
    with _one_at_a_time:
        failure = ""
        try:
            _fit_and_record(database, version_id=version_id, adaptation=adaptation)
        except (Refusal, ValueError) as refusal:  # too few decisions is a ValueError of the matcher, told in words
            failure = str(refusal)
        except Exception:  # a fit that dies silently would be waited for, for ever
            log.exception("Matcher version %s could not be fitted", version_id)
            failure = "The matcher stopped on something that it does not know. The server's log says more."
        if failure:
            with database.writing() as session:
                model_operations.record_fit_failure(session, version_id=version_id, failure=failure, now=clock())
                session.commit()


def _fit_and_record(database: Database, *, version_id: int, adaptation: Adaptation) -> None:
    from matching.learning import learn  # the numeric libraries are only needed here

    with database.reading() as session:
        material = model_operations.fit_material(session, version_id=version_id)
    base = replace(adaptation, model=material.base_content) if material.base_content else adaptation
    model, comparison = learn(
        material.needs,
        material.courses,
        material.decisions,
        current=chosen_model(base),
        region_lines=adaptation.vocabulary,
    )
    with database.writing() as session:
        model_operations.record_fit(session, version_id=version_id, model=model, comparison=comparison, now=clock())
        session.commit()


def mark_interrupted_runs(database: Database, *, now: datetime) -> None:
    """Mark runs, and fits of the matcher, that a stopped server left behind as failed."""
    with database.writing() as session:
        operations.close_interrupted_runs(session, now=now)
        model_operations.close_interrupted_fits(session, now=now)
        session.commit()
