"""Say times, places, states and money the way people do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

TIMES_WORDS = {"days": "Days", "evenings": "Evenings", "weekends": "Weekends"}
PLACE_WORDS = {"campus": "On campus", "plant": "At our plant", "online": "Online"}
DELIVERY_WORDS = {
    "any": "Any way that works",
    "taught": "With a teacher, at fixed hours",
    "hybrid": "Partly online",
    "at work": "On the job",
}
#: What a firm reads about its request.
REQUEST_WORDS = {"open": "Gathering", "placed": "In a cohort", "withdrawn": "Withdrawn"}
COHORT_WORDS = {"confirmed": "Confirmed", "running": "Running", "completed": "Completed", "cancelled": "Cancelled"}
SUBMISSION_WORDS = {"waiting": "Waiting for a decision", "accepted": "Accepted", "declined": "Declined"}
MEASURE_WORDS = {
    "workers_requested": "workers asked for",
    "seats_confirmed": "seats confirmed",
    "completions": "workers completed",
    "credentials_earned": "credentials earned",
}
ANSWER_WORDS = {
    "may_pay": "May pay",
    "ask_first": "Ask first",
    "unknown": "Not enough known",
    "may_not": "Does not pay",
}


def dollars(cents: int) -> str:
    """Write cents as dollars: $1,234.50, and $1,234 when there is nothing behind the point."""
    whole, rest = divmod(abs(cents), 100)
    sign = "−" if cents < 0 else ""
    return f"{sign}${whole:,}.{rest:02d}" if rest else f"{sign}${whole:,}"


def day(on: date) -> str:
    """Write a day: 6 October 2026."""
    return f"{on.day} {on:%B %Y}"


def days(first: date, last: date) -> str:
    """Write a stretch of days: 1 March 2027 to 30 June 2027, or one day alone."""
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """Put a number before its noun: "1 worker", "12 workers"."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def listed(words: list[str] | tuple[str, ...]) -> str:
    """Join words as a sentence does: "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def plain(number: Decimal) -> str:
    """Write a number without needless zeros: 40, 12.5."""
    return f"{number.normalize():f}"
