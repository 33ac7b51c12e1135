"""Say days, counts, credits and kinds of notes as people say them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

#: What an import notes about a record, in words.
NOTE_KINDS = {"rejected": "Left out", "duplicate": "Duplicate", "doubt": "Doubt"}


def day(moment: date) -> str:
    """Say a day: 15 September 2026."""
    return f"{moment.day} {moment:%B %Y}"


def clock(moment: datetime) -> str:
    """Say a moment with its zone: 15 September 2026, 12:00 UTC."""
    return f"{day(moment.astimezone(UTC))}, {moment.astimezone(UTC):%H:%M} UTC"


def counted(number: int, one: str, many: str = "") -> str:
    """Say a number with its noun: 1 course, 2,000 courses."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def plain(number: Decimal) -> str:
    """Write a number without the zeros that say nothing: 3.00 is 3, 4.50 is 4.5."""
    return f"{number.normalize():f}"


def span(fewest: Decimal | None, most: Decimal | None, *, to: str = "–") -> str:
    """Write a number or a range of numbers; "" when there is none."""
    ends = [plain(number) for number in (fewest, most) if number is not None]
    return to.join(dict.fromkeys(ends))


def catalog_year(today: date) -> str:
    """Name the academic year that a day falls into, which begins in July: 2026–27."""
    first = today.year if today.month >= 7 else today.year - 1
    return f"{first}–{(first + 1) % 100:02d}"
