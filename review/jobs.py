"""Carry match runs out in the background."""

from datetime import datetime

from base.database import Database


def mark_interrupted_runs(database: Database, *, now: datetime) -> None:
    """Mark runs that a stopped server left behind as failed."""
