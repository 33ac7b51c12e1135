"""Read courses from a JSON list of objects with the same names as the columns of a course table."""

from __future__ import annotations

from typing import Any

from base.json_lists import (
    WrongType,
    described,
    entry_text,
    list_value,
    number_or_text_value,
    read_json_list,
    text_value,
    unknown_names,
)
from base.refusals import shown
from base.tables import split_list
from catalog.importers.progress import SHARE_OF_PARSING, told
from catalog.importers.reading import COURSE_FIELDS, LIST_FIELDS, TEXT_FIELDS, CourseReader, Entry
from catalog.records import CatalogReading


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read every entry of a JSON list as a course; nothing is dropped without a note.

    When `strict`, the first entry that cannot be taken is raised as a refusal.
    """
    entries = read_json_list(content, filename=filename, key="courses")
    reader = CourseReader(filename=shown(filename), format="JSON", strict=strict)
    for number, course in enumerate(told(entries, start=SHARE_OF_PARSING), start=1):
        place = f"course {number}"
        try:
            reader.take(entry_of(course, place=place))
        except WrongType as trouble:
            reader.reject(place=place, reason=str(trouble), raw=entry_text(course))
    for name, number in unknown_names(entries, known=COURSE_FIELDS).items():
        reader.doubt(place=f"course {number}", reason=f'"{shown(name)}" was not read in any course.', raw=name)
    return reader.reading()


def entry_of(course: Any, *, place: str) -> Entry:
    """Gather the texts of a JSON object by field, or raise WrongType."""
    if not isinstance(course, dict):
        raise WrongType(f"A course must be an object {{…}}, but this is {described(course)}.")
    texts = {field: text_value(course, field) for field in TEXT_FIELDS}
    texts |= {field: number_or_text_value(course, field) for field in ("credits", "clock_hours")}
    texts["last_offered"] = text_value(course, "last_offered")
    texts["noncredit"] = noncredit_text(course)
    lists = {field: list_value(course, field) for field in LIST_FIELDS if not is_single_text(course, field)}
    lists |= {field: split_list(text_value(course, field)) for field in LIST_FIELDS if is_single_text(course, field)}
    return Entry(place=place, raw=entry_text(course), texts=texts, lists=lists)


def is_single_text(course: dict[str, Any], field: str) -> bool:
    """Tell whether a short list is written as one text, as "online|evenings"; long lists must be lists."""
    return field in ("delivery", "credentials", "cip") and isinstance(course.get(field), str)


def noncredit_text(course: dict[str, Any]) -> str:
    """Return the non-credit mark as text: true and false are allowed beside yes and no."""
    mark = course.get("noncredit")
    return ("yes" if mark else "no") if isinstance(mark, bool) else text_value(course, "noncredit")
