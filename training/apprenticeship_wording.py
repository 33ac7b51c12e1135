"""Say hours, money, days and states of apprenticeships as people say them."""

from __future__ import annotations

from datetime import date, datetime

from catalog.credential_wording import dollars, hours, hours_figure, plain_hours, plain_money
from catalog.wording import clock, counted, plain

__all__ = [
    "clock",
    "counted",
    "day",
    "delivery",
    "dollars",
    "hours",
    "hours_figure",
    "plain",
    "plain_hours",
    "plain_money",
]


def day(moment: date | datetime) -> str:
    """Say a day: 15 September 2026."""
    return f"{moment.day} {moment:%B %Y}"


def delivery(words: tuple[str, ...]) -> str:
    """Say how a catalog says a course is given: on campus, evenings."""
    return ", ".join(words) or "not stated"
