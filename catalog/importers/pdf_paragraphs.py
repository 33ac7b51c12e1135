"""Group the lines of a PDF into paragraphs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from catalog.importers.pdf_text import Line

#: A line ends a paragraph when at least this share of the column is free behind it.
LEAST_ROOM_SHARE = 0.08
MAX_LABEL_WORDS = 6


def paragraphs(
    lines: Sequence[Line], *, rights: dict[int, float], stands_alone: Callable[[Line], bool]
) -> Iterator[list[Line]]:
    """Group lines into paragraphs: a label begins one, and a line behind which the next word has room ends one."""
    group: list[Line] = []
    for line in lines:
        is_apart = bool(group) and (stands_alone(group[-1]) or stands_alone(line))
        if is_apart or (group and _breaks_between(group[-1], line, right=rights.get(_column(group[-1]), 0.0))):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _breaks_between(line: Line, following: Line, *, right: float) -> bool:
    if line.is_broken:
        return False
    if starts_with_label(following):
        return True
    width = (line.right - line.left) / max(len(line.text), 1)
    room = max(width * (following.n_first + 1.5), LEAST_ROOM_SHARE * (right - line.left))
    return line.right + room < right and not following.text[:1].islower()


def starts_with_label(line: Line) -> bool:
    """Tell whether a line begins with a label in a type of its own: bold "Grading:" before plain "Letter grade."."""
    return line.kind != line.last_kind and line.lead.endswith(":") and len(line.lead.split()) <= MAX_LABEL_WORDS


def right_ends(lines: Iterable[Line]) -> dict[int, float]:
    """Find how far to the right the lines of each column reach."""
    ends: dict[int, list[float]] = defaultdict(list)
    for line in lines:
        ends[_column(line)].append(line.right)
    return {column: sorted(found)[int(len(found) * 0.97)] for column, found in ends.items()}


def _column(line: Line) -> int:
    """Number the column in which a line begins, odd and even pages apart."""
    return round(line.left / 40) * 2 + line.page % 2


def without_lead(line: Line) -> Line | None:
    """Return what follows the first type of a line; None when nothing does."""
    rest = line.text[line.n_lead :].strip()
    return replace(line, text=rest, kind=line.last_kind, n_lead=len(rest)) if rest else None
