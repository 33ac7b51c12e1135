"""Read courses from the JSON of Kuali's catalog: a list of courses, or of their details."""

from __future__ import annotations

from typing import Any

from base.json_lists import described, entry_text
from base.refusals import shown
from catalog.importers.json_exports import (
    choices_text,
    cip_of,
    field_names,
    listed_entries,
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

FORMAT = "Kuali JSON"

#: Fields that hold requisites, in the order of their weight; each is HTML made from the college's rules.
REQUISITE_FIELDS = (
    "prerequisites", "rulesPrerequisites", "preAndCorequisites", "preOrCorequisites", "corequisites",
    "rulesCorequisites", "prerequisiteText", "requisites",
)  # fmt: skip
OUTCOME_FIELDS = ("courseLearningOutcomes", "learningOutcomes", "studentLearningOutcomes", "outcomes", "objectives")
TOPIC_FIELDS = ("topics", "courseTopics", "topicalOutline", "courseOutline")
DESCRIPTION_FIELDS = ("description", "catalogDescription", "courseDescription")
READ_FIELDS = frozenset((
    "__catalogCourseId", "courseId", "courseID", "code", "subjectCode", "number", "title", "credits", "units",
    "departments", "cip", "cipCode", "cipCodes", "pid", "id", "_score", "__passedCatalogQuery",
    "catalogActivationDate", "dateStart",
    *DESCRIPTION_FIELDS, *REQUISITE_FIELDS, *OUTCOME_FIELDS, *TOPIC_FIELDS,
))  # fmt: skip


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell by its field names whether a file holds courses of a Kuali catalog."""
    names = field_names(content)
    return "title" in names and ("__catalogCourseId" in names or {"subjectCode", "pid"} <= names)


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read every course of a Kuali export."""
    filename = shown(filename)
    entries = listed_entries(read_export(content, filename=filename), filename=filename, system="Kuali")
    reader = CourseReader(filename=filename, format=FORMAT, strict=strict)
    for place, course in told(entries, start=SHARE_OF_PARSING):
        if isinstance(course, dict):
            reader.take(entry_of(course, place=place))
        else:
            reason = f"A course must be an object {{…}}, but this is {described(course)}."
            reader.reject(place=place, reason=reason, raw=entry_text(course))
    note_unread(reader, entries, known=READ_FIELDS)
    return reader.reading()


def entry_of(course: dict[str, Any], *, place: str) -> Entry:
    """Gather the texts of a course by field."""
    texts = {
        "code": code_of(course),
        "title": " ".join(plain_text(course.get("title")).split()),
        "description": first_text(course, DESCRIPTION_FIELDS),
        "credits": credits_text(course.get("credits", course.get("units"))),
        "prerequisites": "\n".join(
            dict.fromkeys(text for field in REQUISITE_FIELDS if (text := plain_text(course.get(field))))
        ),
        "program": ", ".join(texts_of(course.get("departments"), names=("name", "description"))),
    }
    lists = {"outcomes": listed(course, OUTCOME_FIELDS), "topics": listed(course, TOPIC_FIELDS)}
    lists["cip"] = cip_of(course, names=("cipCode", "cipCodes", "cip"))
    return Entry(place=place, raw=entry_text(course), texts=texts, lists=lists)


def code_of(course: dict[str, Any]) -> str:
    """Return a course's code as the catalog prints it, or its subject and number."""
    for field in ("__catalogCourseId", "courseId", "courseID", "code"):
        if code := plain_text(course.get(field)):
            return code
    subject = plain_text(value_at(course, "subjectCode.name")) or plain_text(course.get("subjectCode"))
    number = plain_text(course.get("number"))
    return f"{subject} {number}" if subject and number else ""


def first_text(course: dict[str, Any], fields: tuple[str, ...]) -> str:
    """Return the text of the first of the fields that has one."""
    return next((text for field in fields if (text := plain_text(course.get(field)))), "")


def listed(course: dict[str, Any], fields: tuple[str, ...]) -> tuple[str, ...]:
    """List the texts of the first of the fields that has any; a text of several lines is a list."""
    for field in fields:
        found = texts_of(course.get(field), names=("name", "description", "value", "text", "outcome"))
        if found:
            return tuple(line for text in found for line in text.split("\n"))
    return ()


def credits_text(stated: Any) -> str:
    """Return the credits of a course, which Kuali states as one value, a range, or a list of choices."""
    if not isinstance(stated, dict):
        return choices_text(", ".join(texts_of(stated, names=("value",))))
    value = stated.get("value")
    if isinstance(value, list):
        return choices_text(", ".join(texts_of(value, names=("value",))))
    if isinstance(value, dict):
        return range_text(value.get("min"), value.get("max"))
    return plain_text(value) or range_text(value_at(stated, "credits.min"), value_at(stated, "credits.max"))
