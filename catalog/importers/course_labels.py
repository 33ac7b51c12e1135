"""Know the labels that catalogs print before the facts of a course, such as "Prerequisite(s):" and "Credit Hours"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from catalog.importers.course_headings import tidied
from catalog.importers.html_pages import Run

MOST_LABEL_CHARACTERS = 70
#: What follows a label that no field reads.
OTHER = "other"

_KIND = (
    "course|catalog|class|student|learning|general|program|expected|intended|measurable|performance|specific|terminal|"
    "exit|key|major|main|core|primary|standard|required|state|essential|minimum"
)
_AIM = r"(?:outcomes?|outcome\(s\)|objectives?|objective\(s\)|competenc(?:y|ies)|slos?|clos?|goals?)"
_AIMS = rf"(?:(?:{_KIND})\s)*{_AIM}(?:\s?(?:and|&|/|or)\s?(?:(?:{_KIND})\s)*{_AIM})*"

#: Field of a course and the labels under which catalogs print it, in small letters; the first that fits counts.
LABELS: tuple[tuple[str, Sequence[str]], ...] = (
    (
        "corequisites",
        (r"co-?\s?req.*", r"concurrent.*", r"pre-?\s?(?:req(?:uisite)?s?)?\s?(?:/|or|and|&)\s?co-?\s?req.*"),
    ),
    (
        "prerequisites",
        (
            r"(?:(?:course|required|enforced|registration|catalog)\s)*pre-?\s?req.*",
            r"(?:enrollment\s|registration\s|course\s)?(?:requisites?|requisite\(s\)|requirements?)",
        ),
    ),
    ("advice", (r"(?:strongly\s)?recommended.*", r"advisor(?:y|ies).*", r"suggested (?:prep|background|prereq).*")),
    (
        "credits",
        (
            r"(?:(?:total|number of|course|semester|quarter|variable|minimum|maximum|min|max)\s)*"
            r"(?:credits?|credit\(s\)|credit hours?|credit hour\(s\)|credits? hours?|units?|unit\(s\)|cr\.?|crs\.?)",
            r"credits?(?: hours?)? \(?(?:min|max|minimum|maximum|range)\)?",
            r"hours? of credit|(?:semester|sem\.?) hours?|credits?\s?/\s?(?:units?|hours?)",
            r"credit (?:value|amount|units?)|sch|ects",
        ),
    ),
    (
        "outcomes",
        (
            rf"{_AIMS}(?:\s?\([a-z/ ]+\))?(?:\s(?:for|of) (?:this|the) course)?",
            r"(?:upon|on|at|after|by)\s.{0,40}\b(?:complet\w+|end)\b.{0,40}\b(?:students?|learners?|you)\b.{0,40}",
            r"(?:the\s)?students? (?:will|should|must)(?: be able to| learn(?: to)?)?",
        ),
    ),
    (
        "topics",
        (
            r"(?:course\s|major\s|main\s|key\s)*(?:topics?|content)",
            r"(?:topical|topic|content|course) outline|outline of topics|topics? (?:covered|to be covered)",
        ),
    ),
    ("description", (r"(?:(?:course|catalog|full|long|bulletin|class)\s)*(?:description|desc\.?)",)),
    ("program", (r"(?:academic\s)?(?:program|department)(?:\(s\))?|program (?:of study|name|title)",)),
    ("level", (r"(?:course\s|skill\s)?level",)),
    ("cip", (r"cip(?: codes?)?(?: ?\(?20\d\d\)?)?",)),
    (
        "credentials",
        (
            r"(?:industry(?:[- ]recognized)?|professional|related)?\s?(?:certifications?|credentials?)(?:\(s\))?"
            r"(?: earned| preparation| prepared for)?",
        ),
    ),
    ("clock_hours", (r"(?:total\s)?clock hours?|contact hours?|total (?:contact|instructional|course)?\s?hours?",)),
    (
        "delivery",
        (
            r"(?:course\s)?delivery(?: (?:mode|method|type|format)s?(?:\(s\))?)?|modality|modalities",
            r"mode(?:s|\(s\))? of (?:delivery|instruction)",
            r"(?:instructional|instruction|teaching) (?:mode|method)s?(?:\(s\))?",
        ),
    ),
)
#: Labels that catalogs print in plain type as well, and that no field reads.
OTHER_LABELS: tuple[str, ...] = (
    r"(?:(?:weekly|total|course|class|number of)\s)*(?:lectures?|lab(?:oratory)?s?|clinical|contact|studio|practicum|"
    r"discussion|seminar|classroom|work experience)(?:\s?/\s?\w+)?(?: hours?(?: per \w+)?| hrs?\.?)",
    r"grad(?:e|ing)(?: (?:mode|basis|type|method|scale|option|system))?s?",
    r"(?:course )?attributes?(?:\(s\))?|(?:course |schedule )?(?:components?|types?)|(?:registration )?restrictions?",
    r"(?:terms?|when|typically|usually|normally|semesters?|course|last|years?)?(?:\(s\))? ?(?:typically |usually )?"
    r"(?:offered|taught|offering)|frequency(?: of offering)?",
    r"repeat(?:able|ability|s)?\b.{0,40}|cross-?\s?list(?:ed|ing)?.{0,25}|equivalen(?:t|cy).{0,25}",
    r"college|school|division|campus(?:es)?|locations?|(?:course|lab|special|additional)? ?fees?",
    r"formerly|gen(?:eral)?\.? ?ed(?:ucation)?.{0,40}|transfer(?:ability|s)?.{0,30}|ge .{0,30}",
)

_FIELDS = tuple((name, re.compile("|".join(f"(?:{words})" for words in patterns))) for name, patterns in LABELS)
_OTHERS = re.compile("|".join(f"(?:{words})" for words in OTHER_LABELS))
#: A label in plain type at the beginning of a line.
_PLAIN = re.compile(r"([A-Za-z][A-Za-z0-9 ()/&.,'’-]{1,68}?)\s?:(?=\s|$)\s*")
#: Requisites behind a dash: "Pre-requisites - None".
DASHED = re.compile(r"((?:pre|co)-?\s?requisit\w*(?:\(s\))?)\s[-–—]\s+(?=\S)", re.IGNORECASE)


@lru_cache(maxsize=1_000)  # the labels of a file are few
def field_of(label: str) -> str:
    """Return the field that a label names; OTHER when no field reads it."""
    folded = tidied(label).strip(" :.;-–—").casefold()
    if len(folded) > MOST_LABEL_CHARACTERS:
        return OTHER
    return next((name for name, pattern in _FIELDS if pattern.fullmatch(folded)), OTHER)


def is_known(label: str) -> bool:
    """Tell whether catalogs print this label, be it of a field or not."""
    return field_of(label) != OTHER or _OTHERS.fullmatch(tidied(label).strip(" :.;-–—").casefold()) is not None


def label_of(run: Run, *, rest: Sequence[Run], is_first: bool) -> tuple[str, str]:
    """Return the label that a run is, or begins with, and what follows it in the run; ("", "") when it is none."""
    text = tidied(run.text)
    if not text:
        return "", ""
    return _marked_label(text, run=run, rest=rest, is_first=is_first) if run.mark else _plain_label(text, is_first)


def _marked_label(text: str, *, run: Run, rest: Sequence[Run], is_first: bool) -> tuple[str, str]:
    before, colon, after = text.partition(":")
    if len(before) > MOST_LABEL_CHARACTERS:
        return "", ""
    if colon:
        return (before.strip(), after.strip()) if not after or field_of(before) != OTHER else ("", "")
    if "".join(other.text for other in rest).lstrip().startswith(":"):
        return text, ""
    is_heading = run.mark in ("heading", "label") and is_first
    names_field = field_of(text) != OTHER and text[0].isupper()
    return (text, "") if is_heading or (names_field and (is_first or run.mark == "em")) else ("", "")


def _plain_label(text: str, is_first: bool) -> tuple[str, str]:
    found = _PLAIN.match(text) if is_first else None
    if found and is_known(found[1]):
        return found[1], text[found.end() :]
    if is_first and (dashed := DASHED.match(text)):
        return dashed[1], text[dashed.end() :]
    return "", ""
