"""Commands: rank a file of ballots, read a file of skill needs."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from base.commands import one_line_errors
from base.refusals import Refusal, shown

if TYPE_CHECKING:
    from survey.importers.ballots import BallotFile
    from survey.ranking import Method, Outcome, UnrankedRule
    from survey.records import NeedReading, NeedRow, Reject

FILE = click.Path(path_type=Path)


class FileNotReadable(Refusal):
    """Say that a file cannot be opened."""


class RankingRefused(Refusal):
    """Say why ballots that were read cannot be ranked."""


@click.command()
@click.argument("ballots_path", metavar="BALLOTS", type=FILE)
@click.option(
    "--method",
    type=click.Choice(["borda", "plackett-luce", "kemeny"]),
    default="borda",
    show_default=True,
    help="How to rank.",
)
@click.option(
    "--unranked",
    type=click.Choice(["average", "zero", "missing"]),
    default="average",
    show_default=True,
    help="How to read an unranked need: below (sharing the last places), below (no points), or not compared.",
)
@click.option("--npseudo", type=float, default=0.5, show_default=True, help="Prior of plackett-luce; 0 is none.")
@click.option("--weights", "weights_path", type=FILE, help="A weight for every ballot.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def rank(
    ballots_path: Path,
    method: Method,
    unranked: UnrankedRule,
    npseudo: float,
    weights_path: Path | None,
    as_json: bool,
) -> None:
    """Rank the needs on a file of ballots.

    The file is PrefLib (.soc, .soi, .toc, .toi), CSV or XLSX.
    """
    from survey.ranking import BallotsRefused, rank_by  # the numeric libraries are only needed here

    with one_line_errors():
        source = _read(ballots_path, weights_path=weights_path)
        try:
            outcome = rank_by(source.ballots, method=method, unranked=unranked, npseudo=npseudo)
        except BallotsRefused as refusal:
            raise RankingRefused(f"{shown(ballots_path.name)}: {refusal}") from None
        lines = [] if as_json else _table(outcome, source=source)
    click.echo(json.dumps(_json(outcome, source=source), indent=2, allow_nan=False) if as_json else "\n".join(lines))


def _read(ballots_path: Path, *, weights_path: Path | None) -> BallotFile:
    from survey.importers.ballots import read_ballots, read_weights

    source = read_ballots(_bytes(ballots_path), filename=ballots_path.name)
    if weights_path is None:
        return source
    weighted = read_weights(_bytes(weights_path), filename=weights_path.name, source=source)
    return replace(source, ballots=weighted)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotReadable(f"{shown(str(path))}: there is no such file.") from None
    except OSError as trouble:
        reason = "this is a folder" if path.is_dir() else (trouble.strerror or "it cannot be opened").lower()
        raise FileNotReadable(f"{shown(str(path))}: {reason}. Name a file that can be read.") from None


def _json(outcome: Outcome, *, source: BallotFile) -> dict[str, Any]:
    """Return the outcome as plain values; PrefLib's item numbers are numbers."""
    found = asdict(outcome)
    if source.has_item_numbers:
        for item in found["items"]:
            item["id"] = int(item["id"])
        found["order"] = [int(item) for item in found["order"]]
    return found


def _table(outcome: Outcome, *, source: BallotFile) -> list[str]:
    """Return the outcome as aligned lines, best need first."""
    by_id = {item.id: item for item in outcome.items}
    spread = {"borda": "places", "plackett-luce": "quasi SE", "kemeny": ""}[outcome.method]
    score = {"borda": "points", "plackett-luce": "log worth", "kemeny": ""}[outcome.method]
    rows = [("rank", spread, score, "id", "need")]
    for need in outcome.order:
        item = by_id[need]
        places = "" if item.rank_low is None else f"{item.rank_low}–{item.rank_high}"
        error = "" if item.quasi_se is None else f"{item.quasi_se:.3f}"
        number = "" if item.score is None else f"{item.score:.3f}" if outcome.method != "borda" else f"{item.score:.1f}"
        rows.append((str(item.rank or "–"), places or error, number, item.id, shown(item.name, limit=80)))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [_aligned(row, widths=widths) for row in rows]
    return [*lines, "", *_facts(outcome), *_warnings(outcome, source=source)]


def _aligned(row: tuple[str, str, str, str, str], *, widths: list[int]) -> str:
    numbers = [cell.rjust(width) for cell, width in zip(row[:3], widths[:3], strict=True) if width]
    return "  ".join([*numbers, row[3].ljust(widths[3]), row[4]]).rstrip()


def _facts(outcome: Outcome) -> list[str]:
    facts = [f"{outcome.n_ballots:,} {'ballot' if outcome.n_ballots == 1 else 'ballots'}"]
    if outcome.kendall_w is not None:
        facts.append(f"agreement (Kendall's W) {outcome.kendall_w:.3f}")
    if outcome.log_likelihood is not None:
        facts.append(f"log-likelihood {outcome.log_likelihood:.3f}")
    for size, strength in (outcome.ties or {}).items():
        facts.append(f"ties of {size}: {'without limit' if strength is None else f'{strength:.4g}'}")
    if outcome.cost is not None:
        facts.append(f"disagreements {outcome.cost:,.10g}")
    return ["; ".join(facts) + "."]


def _warnings(outcome: Outcome, *, source: BallotFile) -> list[str]:
    from survey.ranking import robustness_lines

    return list(robustness_lines(source.ballots)) if outcome.method == "borda" else []


@click.command()
@click.argument("needs_path", metavar="FILE", type=FILE)
@click.option("--json", "out_path", metavar="OUT", type=FILE, required=True, help="File to write what was read to.")
def read_needs(needs_path: Path, out_path: Path) -> None:
    """Read a file of skill needs without a database."""
    from survey.importers import read_need_file  # the importers are only needed here

    with one_line_errors():
        reading = read_need_file(_bytes(needs_path), filename=needs_path.name)
        _write(out_path, json.dumps(_needs_json(reading), indent=2, ensure_ascii=False, allow_nan=False))
    click.echo(
        f"{reading.format}: {reading.n_seen:,} records seen, {len(reading.needs):,} needs, "
        f"{len(reading.rejects):,} not taken, {len(reading.duplicates):,} stood twice."
    )


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all; half a character of a damaged file becomes a question mark."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes((text + "\n").encode("utf-8", "replace"))
        partial.replace(path)
    except OSError as trouble:
        with suppress(OSError):
            partial.unlink()
        reason = "this is a folder" if path.is_dir() else (trouble.strerror or "it cannot be written").lower()
        raise FileNotReadable(f"{shown(str(path))}: {reason}. Name a file that can be written.") from None


def _needs_json(reading: NeedReading) -> dict[str, Any]:
    return {
        "format": reading.format,
        "title": reading.title,
        "records_seen": reading.n_seen,
        "needs": [_need_json(need) for need in reading.needs],
        "rejects": [_note_json(note) for note in reading.rejects],
        "duplicates": [_note_json(note) for note in reading.duplicates],
        "doubts": [_note_json(note) for note in reading.doubts],
    }


def _need_json(need: NeedRow) -> dict[str, Any]:
    """Return a need with the names that a JSON list of needs is read by, so that it can be read again."""
    return {
        "code": need.code,
        "title": need.title,
        "description": need.description,
        "elements": list(need.elements),
        "area": need.area,
        "level": need.level,
        "source": need.source,
        "source_id": need.source_id,
        "source_version": need.source_version,
        "licence": need.licence,
        "keywords": list(need.keywords),
    }


def _note_json(note: Reject) -> dict[str, str]:
    return {"place": note.place, "reason": note.reason, "raw": note.raw}
