"""Say hours, money and requirements as people say them."""

from __future__ import annotations

from decimal import Decimal

from catalog.wording import counted, plain


def plain_hours(minutes: int) -> str:
    """Write minutes as hours: 2,700 is 45, 90 is 1.5."""
    return plain(round(Decimal(minutes) / 60, 2))


def hours_figure(minutes: int) -> str:
    """Write minutes as hours for a table: 69,600 is 1,160."""
    return f"{round(Decimal(minutes) / 60, 2).normalize():,f}"


def hours(minutes: int) -> str:
    """Say minutes as hours with their noun: 45 hours, 1 hour, 1,090 hours."""
    number = round(Decimal(minutes) / 60, 2)
    return f"{number.normalize():,f} {'hour' if number == 1 else 'hours'}"


def plain_money(cents: int) -> str:
    """Write cents as dollars without sign: 12,950 is 129.50."""
    return f"{cents // 100}.{cents % 100:02d}"


def dollars(cents: int) -> str:
    """Say an amount: $1,250, or with cents where there are any: $129.50."""
    return f"${cents // 100:,}" + (f".{cents % 100:02d}" if cents % 100 else "")


def months(number: int) -> str:
    """Say a time until renewal: 3 years, 18 months."""
    return counted(number // 12, "year") if number % 12 == 0 else counted(number, "month")


def when(delivery: tuple[str, ...]) -> str:
    """Say how and when a course is given: On campus, days, evenings."""
    return ", ".join(delivery).capitalize() or "not stated"
