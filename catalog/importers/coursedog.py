"""Read courses from the JSON of Coursedog: a search result, a list, or an object of courses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from base.json_lists import described, entry_text
from base.refusals import shown
from catalog.importers.json_exports import (
    cip_of,
    field_names,
    listed_entries,
    note_short_list,
    note_unread,
    plain_text,
    range_text,
    read_export,
    texts_of,
    value_at,
)
from catalog.importers.progress import SHARE_OF_PARSING, told
from catalog.importers.reading import CourseReader, Entry
from catalog.records import CatalogReading

FORMAT = "Coursedog JSON"

#: Fields that only Coursedog's courses have; two of them are proof enough.
OWN_FIELDS = frozenset(
    ("courseGroupId", "longName", "customFields", "effectiveStartDate", "sisId", "orderByKeyForCode")
)
READ_FIELDS = frozenset((
    "code", "subjectCode", "courseNumber", "name", "longName", "description", "credits", "learningOutcomes",
    "topics", "departments", "customFields", "requisites", "status", "instructionMode", "instructionalMethods",
    "cipCode", "cipCodes", "cip", "effectiveStartDate", "_id", "id",
))  # fmt: skip
PREREQUISITE_LABEL = re.compile(r"(?:enforced\s+)?pre-?requisites?(?:\(s\))?\s*:\s*", re.IGNORECASE)
#: The sign before the words of a choice list: "P - In Person".
CHOICE_SIGN = re.compile(r"[A-Z0-9]{1,4}\s+-\s+")


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell by its field names whether a file holds courses of Coursedog."""
    names = field_names(content)
    return len(names & OWN_FIELDS) > 1 and bool(names & {"code", "courseNumber"})


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read every course of a Coursedog export; of several versions of a course the one in force is kept."""
    filename = shown(filename)
    document = read_export(content, filename=filename)
    entries = listed_entries(document, filename=filename, system="Coursedog")
    reader = CourseReader(filename=filename, format=FORMAT, strict=strict)
    for place, course in told(in_force_first(entries), start=SHARE_OF_PARSING):
        if isinstance(course, dict):
            take(course, place=place, reader=reader)
        else:
            reason = f"A course must be an object {{…}}, but this is {described(course)}."
            reader.reject(place=place, reason=reason, raw=entry_text(course))
    note_short_list(reader, document, n_listed=len(entries), names=("listLength",))
    note_unread(reader, entries, known=READ_FIELDS)
    return reader.reading()


def in_force_first(entries: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Put, for every code, the version in force before the others; the order of the codes stays that of the file."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for number, (place, course) in enumerate(entries):
        code = code_of(course) if isinstance(course, dict) else ""
        groups.setdefault(code or f"\u0000{number}", []).append((place, course))
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=lambda entry: (is_active(entry[1]), str(entry[1].get("effectiveStartDate"))), reverse=True)
    return [entry for group in groups.values() for entry in group]


def code_of(course: dict[str, Any]) -> str:
    """Return a course's code, or its subject and number."""
    if code := plain_text(course.get("code")):
        return code
    parts = (plain_text(course.get("subjectCode")), plain_text(course.get("courseNumber")))
    return " ".join(parts) if all(parts) else ""


def is_active(course: dict[str, Any]) -> bool:
    """Tell whether a course is in force; one without a status is."""
    return plain_text(course.get("status")).casefold() in ("", "active", "approved")


def take(course: dict[str, Any], *, place: str, reader: CourseReader) -> None:
    """Take one course, and doubt it when it is out of force."""
    n_taken = len(reader.courses)
    reader.take(entry_of(course, place=place))
    if len(reader.courses) > n_taken and not is_active(course):
        status = plain_text(course.get("status"))
        reason = f"The course is marked {shown(status)}. Take it out of the file if it is no longer offered."
        reader.doubt(place=place, reason=reason, raw=code_of(course))


def entry_of(course: dict[str, Any], *, place: str) -> Entry:
    """Gather the texts of a course by field."""
    texts = {
        "code": code_of(course),
        "title": plain_text(course.get("longName")) or plain_text(course.get("name")),
        "description": plain_text(course.get("description")),
        "program": ", ".join(texts_of(course.get("departments"), names=("displayName", "name", "id"))),
        "credits": credits_text(course.get("credits")),
        "prerequisites": prerequisites_of(course),
    }
    lists = {
        "outcomes": texts_of(course.get("learningOutcomes"), names=("name", "description", "objective", "text")),
        "topics": texts_of(course.get("topics"), names=("longName", "name", "description")),
        "delivery": delivery_of(course),
        "cip": cip_of(course, names=("cipCode", "cipCodes", "cip")),
    }
    return Entry(place=place, raw=entry_text(course), texts=texts, lists=lists)


def credits_text(stated: Any) -> str:
    """Return the credit hours of a course: a range, one value, or the number that counts for billing."""
    if not isinstance(stated, dict):
        return plain_text(stated)
    hours = stated.get("creditHours")
    if not isinstance(hours, dict):
        return plain_text(hours) or plain_text(stated.get("numberOfCredits"))
    ranged = range_text(hours.get("min"), hours.get("max"))
    return ranged or plain_text(hours.get("value")) or plain_text(stated.get("numberOfCredits"))


def prerequisites_of(course: dict[str, Any]) -> str:
    """Return the prerequisites that stand as words in a field of the college's own, or in the rules."""
    own = course.get("customFields")
    texts = [plain_text(value) for value in own.values()] if isinstance(own, dict) else []
    for text in texts:
        if label := PREREQUISITE_LABEL.match(text):
            return text[label.end() :]
    rules = value_at(course, "requisites.requisitesSimple")
    written = [text for rule in rules for text in rule_texts(rule)] if isinstance(rules, list) else []
    return "\n".join(dict.fromkeys(written))


def rule_texts(rule: Any) -> list[str]:
    """List the words of a prerequisite rule; rules that point to course numbers within Coursedog have none."""
    if not isinstance(rule, dict) or "rerequisite" not in plain_text(rule.get("type")):
        return []
    parts = rule.get("rules")
    if not isinstance(parts, list):
        return []
    free = [part for part in parts if isinstance(part, dict) and part.get("condition") == "freeformText"]
    return [text for part in free if (text := plain_text(part.get("value")))]


def delivery_of(course: dict[str, Any]) -> tuple[str, ...]:
    """List the ways of delivery, without the sign that stands before a choice ("P - In Person")."""
    stated = (course.get("instructionMode"), course.get("instructionalMethods"))
    texts = [text for value in stated for text in texts_of(value, names=("name", "id"))]
    return tuple(CHOICE_SIGN.sub("", text, count=1) for text in texts)
