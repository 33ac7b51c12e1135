"""Occupations in files: the shipped ones as TOML, a partnership's own as a table with one row a competency."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from base.refusals import Refusal, shown
from base.tables import Sheet, Table, read_table, split_list
from catalog.credential_files import EntryRefused, minutes_from
from training.apprenticeship_records import CompetencyRow, OccupationRow, ProcessRow
from training.apprenticeship_wording import hours, plain_hours

FOLDER = Path(__file__).resolve().parent / "occupations"
#: Columns of a file of an occupation's schedule; docs/data.md explains each.
SCHEDULE_COLUMNS = ("work_process", "code", "competency", "ojl_hours", "ri_hours", "module", "needs")
LIMITS = {"work_process": 200, "code": 20, "competency": 300, "module": 100}


class ScheduleRefused(Refusal):
    """Say what of an occupation's schedule cannot be taken, and where."""


def shipped_occupations() -> tuple[OccupationRow, ...]:
    """Return the occupations that come with Skillshed."""
    return tuple(_shipped(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.toml")))


def _shipped(found: Mapping[str, Any]) -> OccupationRow:
    processes = tuple(
        ProcessRow(
            process["title"],
            tuple(
                CompetencyRow(
                    entry["code"],
                    entry["title"],
                    entry["ojl_hours"] * 60,
                    entry["ri_hours"] * 60,
                    process["module"],
                    tuple(entry["needs"]),
                )
                for entry in process["competency"]
            ),
        )
        for process in found["process"]
    )
    row = OccupationRow(
        title=found["title"],
        approach=found["approach"],
        ojl_minutes=found["ojl_hours"] * 60,
        ri_minutes=found["ri_hours"] * 60,
        processes=processes,
        onet_code=found["onet_code"],
        rapids_code=found["rapids_code"],
        source=found["source"],
    )
    check_hours(row)
    return row


def read_schedule(content: bytes, *, filename: str) -> tuple[ProcessRow, ...]:
    """Read a file with one row a competency, or refuse with every place that has to be mended."""
    table = read_table(content, filename=filename, required=("work_process", "code", "competency", "ojl_hours"))
    return _schedule((row.place, _cells(row.cells, table=table)) for row in table.rows)


def read_typed_schedule(text: str) -> tuple[ProcessRow, ...]:
    """Read lines of text, one competency each, with the columns between bars."""
    lines = []
    for n_line, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            parts = [part.strip() for part in line.split("|")]
            if len(parts) > len(SCHEDULE_COLUMNS):
                raise ScheduleRefused(
                    f"line {n_line}: there are {len(parts)} parts; use at most 7, with | between them."
                )
            cells = dict.fromkeys(SCHEDULE_COLUMNS, "") | dict(zip(SCHEDULE_COLUMNS, parts, strict=False))
            lines.append((f"line {n_line}", cells | {"needs": cells["needs"].replace(",", "|").replace(";", "|")}))
    return _schedule(lines)


def _cells(cells: Mapping[str, str], *, table: Table) -> dict[str, str]:
    found = {"_".join(name.casefold().replace("_", " ").split()): name for name in table.columns}
    return {name: cells[found[name]] if name in found else "" for name in SCHEDULE_COLUMNS}


def _schedule(rows: Iterable[tuple[str, dict[str, str]]]) -> tuple[ProcessRow, ...]:
    processes: dict[str, list[CompetencyRow]] = {}
    problems: list[str] = []
    seen: dict[str, str] = {}
    for place, cells in rows:
        if not any(cells.values()):
            continue
        try:
            competency = _competency(cells)
        except EntryRefused as refusal:
            problems.append(f"{place}, {refusal}")
            continue
        if competency.code in seen:
            problems.append(f"{place}, column code: {competency.code} stands in {seen[competency.code]} already.")
        seen.setdefault(competency.code, place)
        processes.setdefault(cells["work_process"], []).append(competency)
    if problems:
        raise ScheduleRefused(" ".join(problems[:20]))
    if not processes:
        raise ScheduleRefused("There is no competency in the schedule. Write at least one.")
    return tuple(ProcessRow(title, tuple(found)) for title, found in processes.items())


def _competency(cells: Mapping[str, str]) -> CompetencyRow:
    for name in ("work_process", "code", "competency"):
        if not cells[name]:
            raise EntryRefused(name, "this cell is empty.")
    for name, limit in LIMITS.items():
        if len(cells[name]) > limit:
            raise EntryRefused(name, f"use at most {limit} characters; these are {len(cells[name])}.")
    return CompetencyRow(
        cells["code"],
        cells["competency"],
        minutes_from(cells["ojl_hours"], column="ojl_hours") or 0,
        minutes_from(cells["ri_hours"], column="ri_hours") or 0,
        cells["module"],
        split_list(cells["needs"]),
    )


def check_hours(row: OccupationRow) -> None:
    """Refuse an occupation whose competencies do not add up to its hours, naming the difference."""
    for what, stated, found in (
        ("on the job", row.ojl_minutes, sum(process.ojl_minutes for process in row.processes)),
        ("of related instruction", row.ri_minutes, sum(process.ri_minutes for process in row.processes)),
    ):
        if stated != found:
            less = "fewer" if found < stated else "more"
            raise ScheduleRefused(
                f"{shown(row.title)}: the competencies add up to {hours(found)} {what}, "
                f"{hours(abs(stated - found))} {less} than the {hours(stated)} stated. Mend one of them."
            )


def schedule_sheet(row: OccupationRow) -> Sheet:
    """Return an occupation's schedule as it can be read again."""
    return Sheet(
        "Schedule",
        SCHEDULE_COLUMNS,
        [
            (
                process.title,
                each.code,
                each.title,
                hours_cell(each.ojl_minutes),
                hours_cell(each.ri_minutes),
                each.module,
                "|".join(each.need_codes),
            )
            for process in row.processes
            for each in process.competencies
        ],
    )


def hours_cell(minutes: int) -> int | float:
    """Write minutes as a number of hours."""
    return minutes // 60 if minutes % 60 == 0 else float(Decimal(plain_hours(minutes)))
