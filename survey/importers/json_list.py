"""Read skill needs from a JSON list of objects with the same names as the columns of a table of needs."""

from __future__ import annotations

from typing import Any

from base.json_lists import (
    WrongType,
    described,
    entry_text,
    list_value,
    read_json_list,
    text_value,
    unknown_names,
)
from base.refusals import shown
from survey.importers.reading import NEED_FIELDS, TEXT_FIELDS, Entry, NeedReader
from survey.records import NeedReading


def read_needs(content: bytes, *, filename: str, strict: bool = False) -> NeedReading:
    """Read every entry of a JSON list as a skill need; nothing is dropped without a note.

    When `strict`, the first entry that cannot be taken is raised as a refusal.
    """
    entries = read_json_list(content, filename=filename, key="needs")
    reader = NeedReader(filename=shown(filename), strict=strict)
    for number, need in enumerate(entries, start=1):
        place = f"need {number}"
        try:
            reader.take(entry_of(need, place=place))
        except WrongType as trouble:
            reader.reject(place=place, reason=str(trouble), raw=entry_text(need))
    for name, number in unknown_names(entries, known=NEED_FIELDS).items():
        reader.doubt(place=f"need {number}", reason=f'"{shown(name)}" was not read in any skill need.', raw=name)
    return reader.reading()


def entry_of(need: Any, *, place: str) -> Entry:
    """Gather the texts of a JSON object by field, or raise WrongType."""
    if not isinstance(need, dict):
        raise WrongType(f"A skill need must be an object {{…}}, but this is {described(need)}.")
    texts = {field: text_value(need, field) for field in TEXT_FIELDS}
    return Entry(
        place=place,
        raw=entry_text(need),
        texts=texts,
        elements=list_value(need, "elements"),
        keywords=list_value(need, "keywords"),
    )
