"""Say shares and days the way people do, and make long texts fit."""

from __future__ import annotations

from datetime import date


def percent(share: float) -> str:
    """Say a share of 0–1 in whole percent; a small one keeps a digit, so that it is not called nothing."""
    if 0 < share < 0.001:
        return "under 0.1\u00a0%"
    return f"{100 * share:.1f}\u00a0%" if 0 < share < 0.1 else f"{100 * share:.0f}\u00a0%"


def sentence(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]


def day(on: date) -> str:
    """Write a day as people say it: 6 October 2026."""
    return f"{on.day} {on:%B %Y}"


def clipped(text: str, *, n_characters: int) -> str:
    """Shorten a text at a word, and show that it was shortened."""
    if len(text) <= n_characters:
        return text
    kept = text[: n_characters - 1]
    whole_words = kept.rsplit(" ", 1)[0] if " " in kept[n_characters // 2 :] else kept
    return whole_words.rstrip(" ,;:–-") + "…"


def wrapped(text: str, *, n_characters: int, n_lines: int) -> list[str]:
    """Break a text into lines at words; what is left over ends in "…"."""
    lines: list[str] = []
    rest = " ".join(text.split())
    while rest and len(lines) < n_lines - 1 and len(rest) > n_characters:
        at = rest.rfind(" ", 0, n_characters + 1)
        at = at if at > 0 else n_characters
        lines.append(rest[:at])
        rest = rest[at:].lstrip()
    return [*lines, clipped(rest, n_characters=n_characters)] if rest or not lines else lines
