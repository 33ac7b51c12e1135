"""Say counts, moments and codes in the words that this room's pages use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
VERDICT_WORDS = {
    "match": "Match",
    "revise": "Needs revision",
    "gap": "Gap",
    "covered": "Covered",
    "unrelated": "Not related",
    "unknown": "Unknown",
}
#: For narrow columns.
VERDICT_SHORT = {"match": "Match", "revise": "Revise"}
TIER_WORDS = {1: "Critical", 2: "High", 3: "Medium", 4: "Low"}
#: What keeps a need from being covered, beyond the courses that need revision.
KIND_WORDS = {
    "nowhere": "No course of the region teaches it.",
    "only_noncredit": "The matching courses give no credit.",
    "hours_short": "The matching courses have too few hours.",
    "delivery_mismatch": "The matching courses are not offered when workers can attend.",
    "credential_missing": "The matching courses do not lead to the credential that is wanted.",
    "not_offered": "The courses that teach it have not been offered for three years.",
}
STATE_WORDS = {"running": "Under way", "done": "Done", "failed": "Failed"}


def number_word(n: int) -> str:
    """Write a small number as a word, a larger one in digits."""
    return NUMBER_WORDS[n] if 0 <= n < len(NUMBER_WORDS) else f"{n:,}"


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """Put a number before its noun: "1 course", "12 courses"."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def day(moment: date) -> str:
    """Write a day as people say it."""
    return f"{moment.day} {moment:%B %Y}"


def day_of(text: str) -> str:
    """Write a stored day (2026-04-21) as people say it."""
    return day(date.fromisoformat(text))


def day_and_time(moment: datetime) -> str:
    """Write a moment as people say it, with its zone."""
    return f"{day(moment)}, {moment:%H:%M} UTC"
