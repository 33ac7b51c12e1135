"""What a ballot says, read from a form or from JSON and checked against its meeting. No database, no web."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from base.refusals import Refusal, shown
from survey.models import ATTENDANCES, LEVELS, SORTS

#: What the answers are called on the ballot page.
SORT_LABELS: Mapping[str, str] = {
    "must": "must have",
    "useful": "useful",
    "not_needed": "not needed here",
    "dont_know": "don't know",
}
VOICE_LABELS: Mapping[str, str] = {
    "employer": "Employer",
    "union": "Union or worker representative",
    "observer": "Observer",
}
MAX_WORKERS = 100_000
NOTHING_SAID = (None,) * 5
_BALLOT_UID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")


class BallotRefused(Refusal):
    """Say why a ballot was not taken; `problems` holds every reason, so that all can be mended at once."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class UnknownNeed(BallotRefused):
    """Say that a ballot names a need which is not on the list."""


class RankOutOfRange(BallotRefused):
    """Say that a place in a voter's order is not one of the places of this meeting."""


class BallotEntryContent(NamedTuple):
    """What one ballot says of one need; a tuple, because a hall sends thousands of them in the same instant."""

    need_code: str
    #: One of survey.models.SORTS; None when the need was left unsorted.
    sort: str | None = None
    #: Place in the voter's own order, 1 best, ties share a number; None when not in it.
    position: int | None = None
    #: Workers to train within 12 months; None when not said.
    n_workers: int | None = None
    #: One of survey.models.LEVELS; None when not said.
    required_level: str | None = None
    #: One of survey.models.ATTENDANCES; None when not said.
    attendance: str | None = None

    @property
    def is_empty(self) -> bool:
        """Say whether the entry answers nothing."""
        return self[1:] == NOTHING_SAID


@dataclass(frozen=True)
class BallotContent:
    """A whole ballot as its voter sent it."""

    #: Identifier that the phone made.
    ballot_uid: str
    #: Codes of the needs in the order in which the voter saw them.
    shown_order: tuple[str, ...]
    entries: tuple[BallotEntryContent, ...]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what the ballot says; neither the order of the entries nor empty ones change it."""
        said = sorted((entry for entry in self.entries if not entry.is_empty), key=itemgetter(0))
        text = json.dumps([self.shown_order, said], separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def shown_order(codes: Iterable[str], *, seat_token: str) -> tuple[str, ...]:
    """Return the needs in this seat's own order: as good as random, and the same after a reload."""
    return tuple(sorted(codes, key=lambda code: hashlib.sha256(f"{seat_token}/{code}".encode()).digest()))


def check_ballot(content: BallotContent, *, titles: Mapping[str, str], k: int) -> None:
    """Refuse a ballot that does not fit its meeting; `titles` names the meeting's needs by their code."""
    _check_codes(content, titles=titles)
    _check_order(content.entries, titles=titles, k=k)
    problems = [
        problem for entry in content.entries for problem in _entry_problems(entry, title=titles[entry.need_code])
    ]
    if not _BALLOT_UID.fullmatch(content.ballot_uid):
        problems.append("This ballot carries no usable number of its own. Reload the page and cast it again.")
    if not any(entry.sort for entry in content.entries):
        problems.append("Nothing is sorted yet. Sort at least one need, then cast your ballot.")
    if problems:
        raise BallotRefused(*problems)


def _check_codes(content: BallotContent, *, titles: Mapping[str, str]) -> None:
    named = [entry.need_code for entry in content.entries]
    unknown = sorted({code for code in (*named, *content.shown_order) if code not in titles})
    if unknown:
        raise UnknownNeed(
            *(f"The need “{shown(code)}” is not on this meeting's list. Reload the page." for code in unknown[:5])
        )
    for codes, where in ((named, "on this ballot"), (content.shown_order, "in the order shown")):
        for code, times in Counter(codes).items():
            if times > 1:
                raise BallotRefused(f"“{titles[code]}” stands {times} times {where}; each need may stand there once.")


def _check_order(entries: Sequence[BallotEntryContent], *, titles: Mapping[str, str], k: int) -> None:
    placed = [entry for entry in entries if entry.position is not None]
    outside = [entry for entry in placed if not 1 <= (entry.position or 0) <= k]
    if outside:
        raise RankOutOfRange(
            *(
                f"“{titles[entry.need_code]}” has place {entry.position}, but this meeting orders the top {k}: "
                f"use 1 to {k}."
                for entry in outside
            )
        )
    if len(placed) > k:
        raise RankOutOfRange(
            f"{len(placed)} needs have a place. This meeting orders the top {k}: take {len(placed) - k} out."
        )


def _entry_problems(entry: BallotEntryContent, *, title: str) -> list[str]:
    problems = []
    if entry.sort is not None and entry.sort not in SORTS:
        problems.append(f"“{title}” is sorted as “{shown(entry.sort)}”. Use {_listed(SORT_LABELS.values())}.")
    elif entry.position is not None and entry.sort != "must":
        problems.append(
            f"“{title}” has place {entry.position} but is not marked as must have. "
            "Mark it as must have, or take its place away."
        )
    elif entry.sort is None and not entry.is_empty:
        problems.append(f"“{title}” has training answers but is not sorted. Sort it first.")
    if entry.n_workers is not None and not 0 <= entry.n_workers <= MAX_WORKERS:
        problems.append(f"“{title}”: write the workers to train as a number from 0 to {MAX_WORKERS:,}.")
    if entry.required_level is not None and entry.required_level not in LEVELS:
        problems.append(f"“{title}” has the level “{shown(entry.required_level)}”. Use {_listed(LEVELS)}.")
    if entry.attendance is not None and entry.attendance not in ATTENDANCES:
        problems.append(f"“{title}” has the attendance “{shown(entry.attendance)}”. Use {_listed(ATTENDANCES)}.")
    return problems


def read_json_ballot(answers: object, *, titles: Mapping[str, str]) -> BallotContent:
    """Read a ballot that a phone sent as JSON; `check_ballot` says whether it fits its meeting.

    The object has ballot_uid, shown_order (list of codes) and entries (list of objects with need, sort, position,
    n_workers, required_level, attendance; what was not answered is null or missing).
    """
    if not isinstance(answers, Mapping):
        raise BallotRefused("The ballot arrived in a form that cannot be read. Reload the page and cast it again.")
    entries, order = answers.get("entries"), answers.get("shown_order", [])
    readable = isinstance(entries, list) and all(isinstance(entry, Mapping) for entry in entries)
    if not readable or not isinstance(order, list) or not all(isinstance(code, str) for code in order):
        raise BallotRefused("The ballot arrived in a form that cannot be read. Reload the page and cast it again.")
    return _ballot(ballot_uid=answers.get("ballot_uid"), order=order, raw_entries=entries or [], titles=titles)


def read_form_ballot(fields: Mapping[str, str], *, titles: Mapping[str, str]) -> BallotContent:
    """Read a ballot that a browser sent as a plain form, with fields such as sort-EM-01 and position-EM-01.

    A place typed without sorting the need says that it is a must-have.
    """
    raw_entries = form_answers(fields, titles=titles)
    for raw in raw_entries.values():
        if not raw["sort"] and raw["position"]:
            raw["sort"] = "must"
    order = [code for code in fields.get("shown_order", "").split(",") if code]
    named = {name.partition("-")[2] for name in fields if name.startswith(("sort-", "position-"))}
    unknown = [{"need": code} for code in sorted(named - set(titles))]
    entries = [{"need": code, **raw} for code, raw in raw_entries.items()]
    return _ballot(ballot_uid=fields.get("ballot_uid"), order=order, raw_entries=[*entries, *unknown], titles=titles)


def form_answers(fields: Mapping[str, str], *, titles: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return what was typed for each need, unread, so that the page can show it again."""
    names = ("sort", "position", "n_workers", "required_level", "attendance")
    return {code: {name: fields.get(f"{name}-{code}", "").strip()[:80] for name in names} for code in titles}


def _ballot(
    *, ballot_uid: object, order: Sequence[str], raw_entries: Sequence[Mapping[str, Any]], titles: Mapping[str, str]
) -> BallotContent:
    problems: list[str] = []
    entries = [_entry(raw, titles=titles, problems=problems) for raw in raw_entries]
    if problems:
        raise BallotRefused(*problems)
    return BallotContent(
        ballot_uid=ballot_uid if isinstance(ballot_uid, str) else "",
        shown_order=tuple(order),
        entries=tuple(entry for entry in entries if not (entry.is_empty and entry.need_code in titles)),
    )


def _entry(raw: Mapping[str, Any], *, titles: Mapping[str, str], problems: list[str]) -> BallotEntryContent:
    said = raw.get
    code, position, n_workers = str(said("need", "")), said("position"), said("n_workers")
    # Phones send whole numbers and nulls; only what plain forms send must be read.
    if position is not None and type(position) is not int:
        position = _number(position, what=f"“{titles.get(code, code)}”: write its place", problems=problems)
    if n_workers is not None and type(n_workers) is not int:
        n_workers = _number(
            n_workers, what=f"“{titles.get(code, code)}”: write the workers to train", problems=problems
        )
    return BallotEntryContent(
        code, _word(said("sort")), position, n_workers, _word(said("required_level")), _word(said("attendance"))
    )


def _number(value: object, *, what: str, problems: list[str]) -> int | None:
    return None if value == "" else _whole_number(value, what=what, problems=problems)


def _word(value: object) -> str | None:
    return None if value is None or value == "" else str(value)


def _whole_number(value: object, *, what: str, problems: list[str]) -> int | None:
    text = str(value).strip()
    if isinstance(value, bool) or not _WHOLE_NUMBER.fullmatch(text):
        problems.append(f"{what} as a whole number; “{shown(text)}” is none.")
        return None
    return int(text)


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}"
