"""Write rows as CSV or as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

Cell = str | int | float | bool | date | datetime | None


@dataclass(frozen=True)
class Sheet:
    """Hold what one sheet of a workbook, or one CSV file, shows."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def workbook(sheets: Sequence[Sheet], *, about: Mapping[str, str]) -> bytes:
    """Write the sheets as an XLSX workbook whose first sheet "About" says where the figures come from."""
    return b""


def csv_text(sheet: Sheet) -> bytes:
    """Write a sheet as CSV that a spreadsheet opens without running anything."""
    return b""
