"""Read files of labelled pairs of needs and courses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from json import JSONDecodeError, loads
from pathlib import Path
from typing import Any

from base.json_lists import described, entry_text
from base.refusals import Refusal, shown
from matching.scoring import TruePair
from review.skill_files import file_content

GRADES = (0, 1, 2)


class LabelRefusal(Refusal):
    """Say why a file of labels cannot be used, naming the entry."""


@dataclass(frozen=True)
class Labels:
    """Hold labelled pairs (code of the need, code of the course); all other pairs are unrelated.

    `ambiguous` pairs were graded differently by two readers and `excluded_courses` set aside; neither is scored.
    """

    pairs: Mapping[tuple[str, str], TruePair]
    ambiguous: frozenset[tuple[str, str]]
    excluded_courses: frozenset[str]


def read_labels(path: Path) -> Labels:
    """Read a JSON object with “labels” and, where there are any, “ambiguous” pairs and “excluded_courses”.

    A label has need, course, grade (0 unrelated, 1 needs revision, 2 match), covered and unsure (numbers of elements).
    """
    content = _object(path)
    pairs: dict[tuple[str, str], TruePair] = {}
    for number, entry in enumerate(_list(content, "labels", path=path), 1):
        place = f"{path}, label {number}"
        need, course = (_text(entry, name, place=place) for name in ("need", "course"))
        if (need, course) in pairs:
            raise LabelRefusal(f"{place}: need {shown(need)} and course {shown(course)} are labelled twice. Keep one.")
        pairs[need, course] = _true_pair(entry, place=place)
    ambiguous = [_pair(entry, path=path, number=n) for n, entry in enumerate(_list(content, "ambiguous", path=path), 1)]
    excluded = _list(content, "excluded_courses", path=path)
    if not all(isinstance(code, str) for code in excluded):
        raise LabelRefusal(f"{path}: excluded_courses must hold codes of courses in quotation marks.")
    return Labels(pairs=pairs, ambiguous=frozenset(ambiguous), excluded_courses=frozenset(excluded))


def _object(path: Path) -> dict[str, Any]:
    try:
        content = loads(file_content(path).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise LabelRefusal(f"{path}: this is not a JSON file in UTF-8. Save it as such.") from None
    except JSONDecodeError as trouble:
        place = f"line {trouble.lineno}, column {trouble.colno}"
        raise LabelRefusal(f"{path}, {place}: from here on this is not written as JSON needs it.") from None
    except (RecursionError, ValueError):  # brackets nested too deeply, or a number of several thousand digits
        raise LabelRefusal(f"{path}: this is not a file of labels.") from None
    if not isinstance(content, dict) or "labels" not in content:
        raise LabelRefusal(f'{path}: the file must hold an object with a list of labels: {{"labels": [{{…}}, {{…}}]}}.')
    return content


def _list(content: Mapping[str, Any], name: str, *, path: Path) -> list[Any]:
    value = content.get(name, [])
    if not isinstance(value, list):
        raise LabelRefusal(f"{path}: “{name}” must be a list, but is {described(value)}.")
    return value


def _text(entry: Any, name: str, *, place: str) -> str:
    value = entry.get(name) if isinstance(entry, dict) else None
    if not isinstance(value, str) or not value:
        raise LabelRefusal(f"{place}: “{name}” must name a code in quotation marks: {shown(entry_text(entry))}")
    return value


def _true_pair(entry: Mapping[str, Any], *, place: str) -> TruePair:
    grade = entry.get("grade")
    if isinstance(grade, bool) or grade not in GRADES:
        raise LabelRefusal(
            f"{place}: “grade” must be 0 (unrelated), 1 (needs revision) or 2 (match), but is {described(grade)}."
        )
    covered, unsure = (_elements(entry, name, place=place) for name in ("covered", "unsure"))
    return TruePair(grade=int(grade), covered=covered, unsure=unsure)


def _elements(entry: Mapping[str, Any], name: str, *, place: str) -> frozenset[int]:
    value = entry.get(name, [])
    if not isinstance(value, list) or not all(type(number) is int and number >= 0 for number in value):
        raise LabelRefusal(f"{place}: “{name}” must be a list of element numbers, counted from 0.")
    return frozenset(value)


def _pair(entry: Any, *, path: Path, number: int) -> tuple[str, str]:
    if not isinstance(entry, list) or len(entry) != 2 or not all(isinstance(code, str) for code in entry):
        raise LabelRefusal(f"{path}, ambiguous pair {number}: write [need, course], not {shown(entry_text(entry))}")
    return entry[0], entry[1]
