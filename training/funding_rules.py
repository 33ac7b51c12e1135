"""Read funding rules: dated figures with their sources, one TOML file per program. docs/data.md lists every key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from base.refusals import Refusal

#: The rules that come with Skillshed.
SHIPPED = Path(__file__).resolve().parent / "funding"

FigureValue: TypeAlias = int | bool | str

#: Kind of program to the figures that it needs.
NEEDED_FIGURES: Mapping[str, tuple[str, ...]] = {
    "employer_share": (
        "small_most_employees",
        "medium_most_employees",
        "share_small_percent",
        "share_medium_percent",
        "share_large_percent",
        "wages_in_cost",
        "fewest_months",
    ),
    "credential": (
        "most_per_credential_cents",
        "most_per_round_cents",
        "most_per_year_cents",
        "fewer_than_hours",
        "training_within_months",
        "documents_within_weeks",
    ),
    "learner_grant": (
        "new_hire_cents",
        "incumbent_cents",
        "most_per_application_cents",
        "most_per_year_cents",
        "employer_share_percent",
        "opens_month_day",
        "closes_month_day",
    ),
}
#: Figures that a kind may have besides.
OPTIONAL_FIGURES: Mapping[str, tuple[str, ...]] = {
    "employer_share": (),
    "credential": ("fewer_than_credit_hours",),
    "learner_grant": ("micro_extra_cents", "micro_most_employees"),
}
PROGRAM_KEYS = frozenset(
    {"code", "name", "kind", "states", "ask", "summary", "documents", "documents_source"}
    | {"notes", "sources", "figures", "windows"}
)
FIGURE_KEYS = frozenset({"key", "label", "value", "source", "valid_from", "valid_until"})


class RuleRefused(Refusal):
    """Say which file and which key of the funding rules cannot be read, and what to write instead."""


@dataclass(frozen=True)
class Source:
    """Where a rule is written."""

    name: str
    url: str


@dataclass(frozen=True)
class Figure:
    """One number of a rule, with the days on which it holds."""

    key: str
    #: What it means, in words.
    label: str
    value: FigureValue
    source: Source
    valid_from: date
    #: Last day; None while no end is known.
    valid_until: date | None

    def holds_on(self, on: date) -> bool:
        """Say whether it holds on a day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True)
class Window:
    """One application round."""

    name: str
    opens_at: datetime
    closes_at: datetime
    source: Source


@dataclass(frozen=True)
class Note:
    """A sentence that belongs beside every estimate."""

    text: str
    source: Source


@dataclass(frozen=True)
class Program:
    """A source of money and its rules."""

    code: str
    name: str
    #: One of NEEDED_FIGURES.
    kind: str
    #: Two-letter states; empty for the whole country.
    states: tuple[str, ...]
    #: Whom to ask.
    ask: str
    summary: str
    documents: tuple[str, ...]
    documents_source: Source
    notes: tuple[Note, ...]
    figures: tuple[Figure, ...]
    windows: tuple[Window, ...]

    def figure(self, key: str, *, on: date) -> Figure | None:
        """Return the figure that holds on a day, or else the one that ended last before it; None when there is none."""
        known = [figure for figure in self.figures if figure.key == key and figure.valid_from <= on]
        return max(known, key=lambda figure: figure.valid_from) if known else None


def read_programs(*, folder: str = "") -> tuple[Program, ...]:
    """Read the shipped rules and those of a region's own folder; the region's win where the codes are the same."""
    programs = {program.code: program for program in _programs_in(SHIPPED)}
    if folder:
        own = Path(folder)
        if not own.is_dir():
            raise RuleRefused(f"There is no folder {folder} with funding rules. Mend the setting funding_folder.")
        programs |= {program.code: program for program in _programs_in(own)}
    return tuple(sorted(programs.values(), key=lambda program: program.name))


def _programs_in(folder: Path) -> Iterable[Program]:
    return [
        read_program(path.read_bytes(), filename=path.name)
        for path in sorted(folder.iterdir())
        if path.suffix == ".toml"
    ]


def read_program(content: bytes, *, filename: str) -> Program:
    """Read one file, or refuse with the file and the key."""
    try:
        raw = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleRefused(f"{filename} is not TOML: {error}.") from error
    unknown = sorted(set(raw) - PROGRAM_KEYS)
    if unknown:
        raise RuleRefused(f"{filename}: there is no key {unknown[0]}. Known: {', '.join(sorted(PROGRAM_KEYS))}.")
    kind = _text(raw, "kind", filename=filename)
    if kind not in NEEDED_FIGURES:
        raise RuleRefused(f"{filename}: kind is {kind!r}; write one of {', '.join(NEEDED_FIGURES)}.")
    sources = _sources(raw.get("sources"), filename=filename)
    program = Program(
        code=_text(raw, "code", filename=filename),
        name=_text(raw, "name", filename=filename),
        kind=kind,
        states=tuple(_states(raw.get("states", []), filename=filename)),
        ask=_text(raw, "ask", filename=filename),
        summary=_text(raw, "summary", filename=filename),
        documents=tuple(_texts(raw.get("documents", []), key="documents", filename=filename)),
        documents_source=_source(raw, key="documents_source", sources=sources, filename=filename),
        notes=tuple(
            _note(each, sources=sources, filename=filename) for each in _tables(raw, "notes", filename=filename)
        ),
        figures=tuple(
            _figure(each, kind=kind, sources=sources, filename=filename)
            for each in _tables(raw, "figures", filename=filename)
        ),
        windows=tuple(
            _window(each, sources=sources, filename=filename) for each in _tables(raw, "windows", filename=filename)
        ),
    )
    _check_figures(program, filename=filename)
    return program


def _text(raw: Mapping[str, Any], key: str, *, filename: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise RuleRefused(f"{filename}: {key} is missing. Write a text.")
    return value.strip()


def _texts(value: Any, *, key: str, filename: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise RuleRefused(f"{filename}: {key} is no list of texts.")
    return value


def _tables(raw: Mapping[str, Any], key: str, *, filename: str) -> list[Mapping[str, Any]]:
    value = raw.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise RuleRefused(f"{filename}: {key} is no list of tables. Write each as [[{key}]].")
    return value


def _states(value: Any, *, filename: str) -> list[str]:
    states = _texts(value, key="states", filename=filename)
    for state in states:
        if not re.fullmatch(r"[A-Z]{2}", state):
            raise RuleRefused(f"{filename}: states holds {state!r}; write two capital letters, such as OH.")
    return states


def _sources(value: Any, *, filename: str) -> dict[str, Source]:
    if not isinstance(value, dict) or not value:
        raise RuleRefused(f"{filename}: sources is missing. Name at least one, with name and url.")
    found = {}
    for key, raw in value.items():
        place = f"{filename}, sources.{key}"
        if not isinstance(raw, dict):
            raise RuleRefused(f"{place} is no table with name and url.")
        source = Source(_text(raw, "name", filename=place), _text(raw, "url", filename=place))
        if not source.url.startswith(("https://", "http://")):
            raise RuleRefused(f"{place}: url is no web address.")
        found[key] = source
    return found


def _source(raw: Mapping[str, Any], *, sources: Mapping[str, Source], filename: str, key: str = "source") -> Source:
    name = _text(raw, key, filename=filename)
    if name not in sources:
        raise RuleRefused(f"{filename}: {key} is {name!r}, which sources does not name.")
    return sources[name]


def _note(raw: Mapping[str, Any], *, sources: Mapping[str, Source], filename: str) -> Note:
    place = f"{filename}, notes"
    return Note(_text(raw, "text", filename=place), _source(raw, sources=sources, filename=place))


def _figure(raw: Mapping[str, Any], *, kind: str, sources: Mapping[str, Source], filename: str) -> Figure:
    key = _text(raw, "key", filename=f"{filename}, figures")
    place = f"{filename}, figure {key}"
    if key not in (*NEEDED_FIGURES[kind], *OPTIONAL_FIGURES[kind]):
        known = ", ".join((*NEEDED_FIGURES[kind], *OPTIONAL_FIGURES[kind]))
        raise RuleRefused(f"{place}: a program of the kind {kind} has no such figure. Known: {known}.")
    unknown = sorted(set(raw) - FIGURE_KEYS)
    if unknown:
        raise RuleRefused(f"{place}: there is no key {unknown[0]}. Known: {', '.join(sorted(FIGURE_KEYS))}.")
    valid_from = _day(raw.get("valid_from"), key="valid_from", place=place)
    valid_until = _day(raw["valid_until"], key="valid_until", place=place) if "valid_until" in raw else None
    if valid_until is not None and valid_until < valid_from:
        raise RuleRefused(f"{place}: valid_until lies before valid_from.")
    return Figure(
        key=key,
        label=_text(raw, "label", filename=place),
        value=_value(raw.get("value"), key=key, place=place),
        source=_source(raw, sources=sources, filename=place),
        valid_from=valid_from,
        valid_until=valid_until,
    )


def _day(value: Any, *, key: str, place: str) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise RuleRefused(f"{place}: {key} is no day. Write it as 2026-07-01, without quotes.")
    return value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _value(value: Any, *, key: str, place: str) -> FigureValue:
    """Check a value against what the ending of its key promises."""
    wanted: tuple[Callable[[Any], bool], str]
    if key.endswith("_percent"):
        wanted = (lambda each: _is_whole(each) and 0 <= each <= 100, "a whole number from 0 to 100")
    elif key.endswith("_cents"):
        wanted = (lambda each: _is_whole(each) and each >= 0, "a whole number of cents, such as 200000 for $2,000")
    elif key.endswith("_month_day"):
        wanted = (_is_month_day, 'a month and a day in quotes, such as "07-01"')
    elif key == "wages_in_cost":
        wanted = (lambda each: isinstance(each, bool), "true or false")
    else:
        wanted = (lambda each: _is_whole(each) and each > 0, "a whole number above 0")
    is_good, words = wanted
    if not is_good(value):
        raise RuleRefused(f"{place}: value is {value!r}; write {words}.")
    found: FigureValue = value
    return found


def _is_month_day(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d\d-\d\d", value):
        return False
    try:
        date.fromisoformat(f"2001-{value}")
    except ValueError:
        return False
    return True


def _window(raw: Mapping[str, Any], *, sources: Mapping[str, Source], filename: str) -> Window:
    name = _text(raw, "name", filename=f"{filename}, windows")
    place = f"{filename}, window {name}"
    moments = {}
    for key in ("opens_at", "closes_at"):
        moment = raw.get(key)
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            raise RuleRefused(f"{place}: {key} is no moment with its zone. Write it as 2026-07-31T15:00:00-04:00.")
        moments[key] = moment
    if moments["closes_at"] <= moments["opens_at"]:
        raise RuleRefused(f"{place}: closes_at does not lie after opens_at.")
    return Window(name, moments["opens_at"], moments["closes_at"], _source(raw, sources=sources, filename=place))


def _check_figures(program: Program, *, filename: str) -> None:
    """Refuse a program without a figure that it needs, or with two figures for one day."""
    for key in NEEDED_FIGURES[program.kind]:
        if not any(figure.key == key for figure in program.figures):
            raise RuleRefused(
                f"{filename}: the figure {key} is missing; a program of the kind {program.kind} needs it."
            )
    ordered = sorted(program.figures, key=lambda figure: (figure.key, figure.valid_from))
    for before, after in pairwise(ordered):
        if before.key == after.key and before.holds_on(after.valid_from):
            raise RuleRefused(
                f"{filename}: two figures {after.key} hold on {after.valid_from.isoformat()}. "
                "Give the older one a valid_until before that day."
            )
