"""What is typed from a paper ballot: read into a ballot, and compared with the second typing. No database, no web."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from base.refusals import shown
from survey.ballots import (
    SORT_LABELS,
    VOICE_LABELS,
    BallotContent,
    BallotEntryContent,
    BallotRefused,
    check_ballot,
)

MAX_NAME = 200
MAX_LINE = 8000


@dataclass(frozen=True)
class TypedSheet:
    """One paper ballot as somebody typed it, line by line."""

    organisation: str
    voice: str
    #: The voter's order, one text per line; needs on one line with "=" between them are tied.
    places: tuple[str, ...]
    #: Codes by sort, as typed, with commas between them; "must" holds must-haves without a place.
    sorted_codes: Mapping[str, str]

    @property
    def is_blank(self) -> bool:
        """Say whether nothing was typed."""
        return not any((self.organisation, *self.places, *self.sorted_codes.values()))


@dataclass(frozen=True)
class Difference:
    """A line on which two typings of one sheet differ."""

    line: str
    first: str
    second: str


def typed_sheet(fields: Mapping[str, str], *, prefix: str, k: int) -> TypedSheet:
    """Gather one typing from the fields of a page."""

    def text(name: str) -> str:
        return " ".join(fields.get(f"{prefix}-{name}", "").split())[:MAX_LINE]

    return TypedSheet(
        organisation=text("organisation"),
        voice=text("voice"),
        places=tuple(text(f"place-{number}") for number in range(1, k + 1)),
        sorted_codes={sort: text(sort) for sort in SORT_LABELS},
    )


def read_sheet(
    sheet: TypedSheet, *, titles: Mapping[str, str], added: Collection[str] = (), k: int, ballot_uid: str
) -> BallotContent:
    """Return the ballot that a typing says, or refuse it with everything that must be mended.

    A need that the room added counts as asked only when the sheet names it.
    """
    problems: list[str] = []
    if not sheet.organisation or len(sheet.organisation) > MAX_NAME:
        problems.append(f"Write the organisation in 1 to {MAX_NAME} characters.")
    if sheet.voice not in VOICE_LABELS:
        problems.append("Say in whose voice the organisation votes.")
    entries: list[BallotEntryContent] = []
    for number, group in enumerate(_groups(sheet.places)):
        position = 1 + sum(len(earlier) for earlier in _groups(sheet.places)[:number])
        codes = _known(group, titles=titles, line=f"My order, place {position}", problems=problems)
        entries += [BallotEntryContent(code, "must", position) for code in codes]
    for sort, label in SORT_LABELS.items():
        codes = _known(_split(sheet.sorted_codes[sort]), titles=titles, line=label.capitalize(), problems=problems)
        entries += [BallotEntryContent(code, sort) for code in codes]
    if problems:
        raise BallotRefused(*problems)
    named = {entry.need_code for entry in entries}
    asked = tuple(code for code in titles if code not in added or code in named)
    content = BallotContent(ballot_uid=ballot_uid, shown_order=asked, entries=tuple(entries))
    check_ballot(content, titles=titles, k=k)
    return content


def differences(first: TypedSheet, second: TypedSheet, *, titles: Mapping[str, str], k: int) -> tuple[Difference, ...]:
    """Return the lines on which two typings differ; case, spaces and the order within a sort make no difference."""
    one, other = _lines(first, titles=titles, k=k), _lines(second, titles=titles, k=k)
    return tuple(Difference(line, one[line], other[line]) for line in one if one[line] != other[line])


def _lines(sheet: TypedSheet, *, titles: Mapping[str, str], k: int) -> dict[str, str]:
    """Write a typing in one way, line by line."""
    groups = _groups(sheet.places)
    lines = {"Organisation": sheet.organisation.casefold(), "Votes as": VOICE_LABELS.get(sheet.voice, "")}
    for number in range(max(k, len(groups))):
        group = groups[number] if number < len(groups) else []
        lines[f"My order, line {number + 1}"] = " = ".join(sorted(_folded(group, titles=titles)))
    for sort, label in SORT_LABELS.items():
        lines[label.capitalize()] = ", ".join(sorted(_folded(_split(sheet.sorted_codes[sort]), titles=titles)))
    return lines


def _groups(places: Sequence[str]) -> list[list[str]]:
    """Return the voter's order as groups of codes; a line may also hold several places with commas between them."""
    groups = [_split(part, marks="=") for line in places for part in _split(line)]
    return [group for group in groups if group]


def _split(text: str, *, marks: str = ",;") -> list[str]:
    return [part.strip() for part in re.split(f"[{marks}]", text) if part.strip()]


def _folded(codes: Sequence[str], *, titles: Mapping[str, str]) -> list[str]:
    by_fold = {code.casefold(): code for code in titles}
    return [by_fold.get(code.casefold(), code) for code in codes]


def _known(typed: Sequence[str], *, titles: Mapping[str, str], line: str, problems: list[str]) -> list[str]:
    codes = _folded(typed, titles=titles)
    for code in codes:
        if code not in titles:
            near = get_close_matches(code.upper(), titles, n=1)
            hint = f" Did you mean {near[0]} ({titles[near[0]]})?" if near else " Look at the codes on the sheet."
            problems.append(f"{line}: no need has the code “{shown(code)}”.{hint}")
    return [code for code in codes if code in titles]
