"""Read ballots from PrefLib files and from tables.

PrefLib: the data types soc, soi, toc and toi (strict or tied, complete or incomplete orders) in the layout in use since
2022, as described by Mattei and Walsh (2013), "PrefLib: a library for preferences", ADT 2013.
Tables: CSV or XLSX with the columns ballot, need and rank, and optionally title and employer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import PurePath

import numpy as np

from base.refusals import Refusal, TableRefusal, shown
from base.tables import Row, folded, read_table
from base.text_files import decoded, is_workbook, refuse_foreign
from survey.ranking import Ballots, ballots_from_orders

PREFLIB_TYPES = ("soc", "soi", "toc", "toi")
#: Ballots times needs; a file that says more is a slip of the hand, or too large for this method of reading.
MOST_PLACES = 20_000_000
#: What a table says for "not compared".
DONT_KNOW = frozenset({"?", "don't know", "don’t know", "dont know"})

HEADER_LINE = re.compile(r"#\s*([^:]+?)\s*:\s*(.*)")
NAME_KEY = re.compile(r"ALTERNATIVE NAME (\d{1,9})")
ORDER_LINE = re.compile(r"(\d{1,9})\s*:\s*(.*)")
GROUP = re.compile(r"\s*(?:(\d{1,9})|\{\s*(\d{1,9}(?:\s*,\s*\d{1,9})*)\s*\})\s*(,|$)")


class BallotFileRefused(Refusal):
    """Say why a file of ballots cannot be read, naming the file and the line or row."""


class WeightFileRefused(Refusal):
    """Say why a file of weights cannot be read, naming the file and the line or row."""


@dataclass(frozen=True)
class BallotFile:
    """Keep the ballots of one file and how the file names them."""

    ballots: Ballots
    #: Whether the needs are PrefLib's item numbers, not codes.
    has_item_numbers: bool
    #: How many equal ballots each entry of the file stands for: the lines of a PrefLib file, the ballots of a table.
    n_each: tuple[int, ...]
    #: What the file calls each entry: its number in a PrefLib file, the ballot's name in a table.
    labels: tuple[str, ...]


def read_ballots(content: bytes, *, filename: str) -> BallotFile:
    """Read the bytes of a PrefLib file or a table of ballots; the file's ending tells which."""
    ending = PurePath(filename).suffix.lower().lstrip(".")
    if ending in PREFLIB_TYPES:
        return _read_preflib(content, filename=shown(filename), ending=ending)
    return _read_table(content, filename=filename)


def read_weights(content: bytes, *, filename: str, source: BallotFile) -> Ballots:
    """Read a weight for every ballot: numbers in the order of the ballots, or a table with ballot and weight.

    A PrefLib file may have one weight per ballot or one per line. The weights are taken as they are, without a cap.
    """
    name = shown(filename)
    numbers = None if is_workbook(content) else _plain_numbers(content, filename=name)
    weights = _weights_from_table(content, filename=filename, source=source) if numbers is None else numbers
    if len(weights) == len(source.n_each):
        weights = np.repeat(weights, source.n_each)
    if len(weights) != source.ballots.n_ballots:
        per_line = f" or {len(source.n_each)} (one per line)" if len(source.n_each) != source.ballots.n_ballots else ""
        raise WeightFileRefused(
            f"{name}: there are {len(weights)} weights, but {source.ballots.n_ballots} are needed (one per ballot)"
            f"{per_line}."
        )
    if not weights.any():
        raise WeightFileRefused(f"{name}: all weights are 0, so no ballot would count.")
    ballots = source.ballots
    return Ballots(
        items=ballots.items,
        names=ballots.names,
        ranks=ballots.ranks,
        unranked=ballots.unranked,
        weights=weights,
        employers=ballots.employers,
    )


@dataclass
class _Preflib:
    """Collect what a PrefLib file says while its lines are read."""

    filename: str
    kind: str
    n_items: int | None = None
    n_voters: int | None = None
    names: dict[int, str] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)
    orders: list[list[list[str]]] = field(default_factory=list)

    def refuse(self, line: int, reason: str) -> BallotFileRefused:
        """Make the refusal for one line."""
        return BallotFileRefused(f"{self.filename}, line {line}: {reason}", place=f"line {line}")


def _read_preflib(content: bytes, *, filename: str, ending: str) -> BallotFile:
    found = _Preflib(filename=filename, kind=ending)
    for number, raw in enumerate(_text_lines(content, filename=filename), start=1):
        line = raw.strip()
        if line.startswith("#"):
            _take_header(found, line=line, number=number)
        elif line:
            _take_order(found, line=line, number=number)
    if not found.orders or found.n_items is None:
        raise BallotFileRefused(f"{filename}: there are no ballots in this file.")
    if found.n_voters is not None and found.n_voters != sum(found.counts):
        raise BallotFileRefused(
            f"{filename}: the head of the file says {found.n_voters:,} voters, but its lines add up to "
            f"{sum(found.counts):,}. The file may be cut off; fetch it again."
        )
    return _preflib_ballots(found, n_items=found.n_items)


def _text_lines(content: bytes, *, filename: str) -> list[str]:
    """Return the lines of a text file, or refuse what is none in words that fit ballots."""
    if not content.strip():
        raise BallotFileRefused(f"{filename}: this file is empty. Choose a file of ballots.")
    try:
        refuse_foreign(content, filename=filename)
        return re.split(r"\r\n|\r|\n", decoded(content, filename=filename))
    except TableRefusal as refusal:
        where = f", {refusal.place}" if refusal.place else ""
        raise BallotFileRefused(
            f"{filename}{where}: this is no plain text, so no ballots can be read from it. Choose a PrefLib text file "
            "or a table with the columns ballot, need and rank.",
            place=refusal.place,
        ) from None


def _take_header(found: _Preflib, *, line: str, number: int) -> None:
    match = HEADER_LINE.fullmatch(line)
    if not match:
        return
    key, value = match.groups()
    if key == "DATA TYPE" and value.lower() in PREFLIB_TYPES:
        found.kind = value.lower()
    elif key == "NUMBER ALTERNATIVES":
        found.n_items = _whole(found, value, what=key, number=number)
        if found.n_items > MOST_PLACES:
            raise found.refuse(number, f"{found.n_items:,} items are more than can be ranked here.")
    elif key == "NUMBER VOTERS":
        found.n_voters = _whole(found, value, what=key, number=number)
    elif named := NAME_KEY.fullmatch(key):
        found.names[int(named[1])] = value or named[1]


def _whole(found: _Preflib, value: str, *, what: str, number: int) -> int:
    if not re.fullmatch(r"\d{1,9}", value) or not int(value):
        raise found.refuse(number, f"{what} must be a whole number of 1 or more, not “{shown(value)}”.")
    return int(value)


def _take_order(found: _Preflib, *, line: str, number: int) -> None:
    if found.n_items is None:
        raise found.refuse(
            number,
            "the line “# NUMBER ALTERNATIVES: …” must stand above the ballots. Files in PrefLib's layout from before "
            "2022 have no such line; fetch the current version.",
        )
    match = ORDER_LINE.fullmatch(line)
    if not match or not int(match[1]):
        raise found.refuse(
            number, f"“{shown(line)}” is no ballot; write how many and their order, for instance 2: 3,1,{{2,4}}."
        )
    order = list(_groups(found, text=match[2], number=number))
    _check_order(found, order=order, n_items=found.n_items, number=number)
    found.counts.append(int(match[1]))
    found.orders.append(order)
    if sum(found.counts) * found.n_items > MOST_PLACES:
        raise found.refuse(
            number, f"up to here there are {sum(found.counts):,} ballots of {found.n_items:,} items, too many to rank."
        )


def _groups(found: _Preflib, *, text: str, number: int) -> Iterator[list[str]]:
    """Yield the groups of an order such as ``3,1,{2,4}``."""
    position = 0
    while position < len(text):
        match = GROUP.match(text, position)
        is_cut_off = bool(match and match[3] and match.end() == len(text))
        if not match or is_cut_off:
            raise found.refuse(
                number,
                f"“{shown(text[position:])}” is no order of item numbers; write them with commas and ties in braces, "
                "for instance 3,1,{2,4}.",
            )
        yield [str(int(item)) for item in (match[1] or match[2]).split(",")]
        position = match.end()


def _check_order(found: _Preflib, *, order: list[list[str]], n_items: int, number: int) -> None:
    items = list(chain.from_iterable(order))
    seen: set[str] = set()
    for item in items:
        if not 1 <= int(item) <= n_items:
            raise found.refuse(number, f"item {item} is unknown; this file has items 1 to {n_items}.")
        if item in seen:
            raise found.refuse(number, f"item {item} stands twice in this order.")
        seen.add(item)
    if not items:
        raise found.refuse(number, "this ballot ranks nothing.")
    if found.kind in ("soc", "soi") and len(items) > len(order):
        raise found.refuse(number, f"a {found.kind} file has no ties, but this order has; call the file .toc or .toi.")
    if found.kind in ("soc", "toc") and len(items) < n_items:
        raise found.refuse(
            number,
            f"a {found.kind} file ranks all {n_items} items on every ballot, but this order has {len(items)}; "
            "call the file .soi or .toi.",
        )


def _preflib_ballots(found: _Preflib, *, n_items: int) -> BallotFile:
    strangers = [item for item in found.names if not 1 <= item <= n_items]
    if strangers:
        raise BallotFileRefused(
            f"{found.filename}: item {strangers[0]} has a name, but there are only {n_items} items."
        )
    items = [str(item) for item in range(1, n_items + 1)]
    lines = ballots_from_orders(items=items, orders=found.orders)
    ballots = Ballots(
        items=lines.items,
        names=tuple(found.names.get(int(item), item) for item in items),
        ranks=np.repeat(lines.ranks, found.counts, axis=0),
        unranked=np.repeat(lines.unranked, found.counts, axis=0),
    )
    labels = tuple(str(number) for number in range(1, len(found.counts) + 1))
    return BallotFile(ballots=ballots, has_item_numbers=True, n_each=tuple(found.counts), labels=labels)


@dataclass
class _TableBallots:
    """Collect what a table says, in the order in which needs and ballots turn up."""

    filename: str
    titles: dict[str, str] = field(default_factory=dict)
    employers: dict[str, str] = field(default_factory=dict)
    #: Ballot to need to rank; None is unranked, NaN is not compared.
    ranks: dict[str, dict[str, float | None]] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def refuse(self, place: str, reason: str) -> BallotFileRefused:
        """Make the refusal for one row."""
        return BallotFileRefused(f"{self.filename}, {place}: {reason}", place=place)


def _read_table(content: bytes, *, filename: str) -> BallotFile:
    table = read_table(content, filename=filename, required=("ballot", "need", "rank"))
    found = _TableBallots(filename=table.filename)
    optional = {folded(column): column for column in table.columns if folded(column) in ("title", "employer")}
    for row in table.rows:
        _take_row(found, row=row, optional=optional)
    _check_ranks(found)
    if len(found.ranks) * len(found.titles) > MOST_PLACES:
        raise BallotFileRefused(
            f"{found.filename}: {len(found.ranks):,} ballots of {len(found.titles):,} needs are too many."
        )
    ballots = ballots_from_orders(
        items=tuple(found.titles),
        names=tuple(title or code for code, title in found.titles.items()),
        orders=[_order_of(ranks) for ranks in found.ranks.values()],
        not_compared=[
            [need for need, rank in ranks.items() if rank is not None and math.isnan(rank)]
            for ranks in found.ranks.values()
        ],
        employers=[found.employers[ballot] for ballot in found.ranks] if "employer" in optional else None,
    )
    return BallotFile(
        ballots=ballots, has_item_numbers=False, n_each=(1,) * ballots.n_ballots, labels=tuple(found.ranks)
    )


def _take_row(found: _TableBallots, *, row: Row, optional: Mapping[str, str]) -> None:
    ballot, need = row.cells["ballot"], row.cells["need"]
    if not ballot or not need:
        raise found.refuse(row.place, f"the {'need' if ballot else 'ballot'} is missing.")
    ranks = found.ranks.setdefault(ballot, {})
    if need in ranks:
        first = found.places[ballot, need]
        raise found.refuse(row.place, f"ballot {shown(ballot)} ranks need {shown(need)} a second time; see {first}.")
    ranks[need] = _rank(found, text=row.cells["rank"], place=row.place)
    found.places[ballot, need] = row.place
    title = row.cells[optional["title"]] if "title" in optional else ""
    found.titles[need] = found.titles.get(need) or title
    if "employer" in optional:
        _take_employer(found, ballot=ballot, employer=row.cells[optional["employer"]], place=row.place)


def _take_employer(found: _TableBallots, *, ballot: str, employer: str, place: str) -> None:
    if not employer:
        raise found.refuse(place, "the employer is missing.")
    known = found.employers.setdefault(ballot, employer)
    if known != employer:
        raise found.refuse(
            place, f"ballot {shown(ballot)} belongs to {shown(known)} above, but to {shown(employer)} here."
        )


def _rank(found: _TableBallots, *, text: str, place: str) -> float | None:
    """Read one cell: blank is unranked (None), ? is not compared (NaN)."""
    if not text:
        return None
    if text.casefold() in DONT_KNOW:
        return math.nan
    if not re.fullmatch(r"[+-]?\d{1,12}(\.\d{1,12})?", text):
        raise found.refuse(
            place,
            f"the rank “{shown(text)}” is no number; write 1 for the best, nothing for unranked, ? for don't know.",
        )
    return float(text)


def _check_ranks(found: _TableBallots) -> None:
    for ballot, ranks in found.ranks.items():
        for need, rank in ranks.items():
            if rank is not None and not math.isnan(rank) and not 1 <= rank <= len(found.titles):
                raise found.refuse(
                    found.places[ballot, need],
                    f"the rank {rank:g} is out of range; the file has {len(found.titles)} needs, so ranks go from 1 to "
                    f"{len(found.titles)}.",
                )


def _order_of(ranks: Mapping[str, float | None]) -> list[list[str]]:
    """Return the ranked needs as groups, best first."""
    ranked = {need: rank for need, rank in ranks.items() if rank is not None and not math.isnan(rank)}
    return [[need for need, rank in ranked.items() if rank == level] for level in sorted(set(ranked.values()))]


def _plain_numbers(content: bytes, *, filename: str) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Return the numbers of a file that holds nothing else, None for a file with words."""
    refuse_foreign(content, filename=filename)
    text = decoded(content, filename=filename)
    numbers: list[float] = []
    for number, line in enumerate(text.splitlines(), start=1):
        for word in re.split(r"[\s,;\[\]]+", line):
            if word:
                value = _float(word)
                if value is None:
                    return None
                if value < 0 or not math.isfinite(value):
                    raise WeightFileRefused(
                        f"{filename}, line {number}: the weight {shown(word)} must be 0 or more.",
                        place=f"line {number}",
                    )
                numbers.append(value)
    return np.array(numbers)


def _weights_from_table(
    content: bytes, *, filename: str, source: BallotFile
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Read a table with ballot and weight; the result has one weight per entry of the ballots' file."""
    table = read_table(content, filename=filename, required=("ballot", "weight"))
    weights: dict[str, float] = {}
    for row in table.rows:
        label, where = row.cells["ballot"], f"{table.filename}, {row.place}"
        value = _float(row.cells["weight"])
        if value is None or value < 0 or not math.isfinite(value):
            raise WeightFileRefused(
                f"{where}: the weight “{shown(row.cells['weight'])}” must be a number of 0 or more.", place=row.place
            )
        if label in weights or label not in source.labels:
            reason = "has a weight already" if label in weights else "is not among the ballots"
            raise WeightFileRefused(f"{where}: ballot {shown(label)} {reason}.", place=row.place)
        weights[label] = value
    missing = [label for label in source.labels if label not in weights]
    if missing:
        raise WeightFileRefused(f"{table.filename}: ballot {shown(missing[0])} has no weight.")
    return np.array([weights[label] for label in source.labels])


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
