"""Say days and times the way people do."""

from __future__ import annotations

from datetime import date, datetime


def day(on: date) -> str:
    """Write a day: 6 October 2026."""
    return f"{on.day} {on:%B %Y}"


def clock(moment: datetime) -> str:
    """Write a time of day where the server stands, with its zone: 14:05 MST."""
    local = moment.astimezone()
    return f"{local:%H:%M} {local:%Z}"
