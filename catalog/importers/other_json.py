"""Read courses from JSON with field names of its own: a list, an object keyed by course code, or one by subject."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from base.column_mapping import JOIN
from base.json_lists import described, entry_text
from base.refusals import Refusal, shown
from base.tables import MAX_ROWS, split_list
from base.text_files import is_workbook, looks_like_json
from catalog.importers.json_exports import (
    UNSEEN_SIGN,
    UnknownExport,
    choices_text,
    field_names,
    plain_text,
    read_export,
)
from catalog.importers.progress import SHARE_OF_PARSING, told
from catalog.importers.reading import LIST_FIELDS, CourseReader, Entry
from catalog.importers.spreadsheet import GLUE, guess_mapping
from catalog.records import CatalogReading

FORMAT = "JSON of another make"

#: Names for the key under which an entry stands; no field of a file bears them.
KEY = "(key of the entry)"
SUBJECT = "(key of the list)"

CODE = re.compile(r"[A-Z][A-Za-z&/ .-]{0,12}[ _-]?\d{1,5}[A-Z]{0,3}")
#: Names of one letter that some lists use, and what they stand for.
SHORT_NAMES = {"n": "number", "num": "number", "t": "title", "d": "description", "c": "credits", "h": "hours"}
#: What people write where there are no credits.
NO_CREDITS = frozenset(("n/a", "na", "none", "null", "-", "–", "unknown"))
SUBJECT_NAME = re.compile(r"subj|dept|department|prefix|rubric", re.IGNORECASE)
SUBJECT_VALUE = re.compile(r"[A-Z][A-Z&/ -]{0,9}")
NUMBER_NAME = re.compile(r"num|no$|nbr|code|catalog", re.IGNORECASE)
NUMBER_VALUE = re.compile(r"[A-Z]?\d{1,5}[A-Z]{0,3}")
SMALL_NUMBER = re.compile(r"(1?\d|20)(?![\d])")
#: This many entries are looked at to find out what a file's fields are.
N_SAMPLES = 200


@dataclass(frozen=True)
class Record:
    """Hold one entry of a file with the keys under which it stands."""

    place: str
    #: None when the entry is no object; then the raw value is rejected.
    fields: Mapping[str, str] | None
    raw: Any


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell whether a file is JSON whose fields can be told to be codes and titles of courses."""
    names = field_names(content)
    if is_workbook(content) or not looks_like_json(content) or {"code", "title"} <= names:
        return False
    try:
        return bool(mapping_of(records_in(read_export(content, filename=filename))))
    except Refusal:
        return False


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read every entry of a JSON file as a course, its fields being recognised by their names."""
    filename = shown(filename)
    records = records_in(read_export(content, filename=filename))
    mapping = mapping_of(records)
    if not mapping:
        raise UnknownExport(f"{filename}: no field of this JSON file is known as the code and the title of a course.")
    if len(records) > MAX_ROWS:
        raise UnknownExport(f"{filename}: there are more than {MAX_ROWS:,} courses. Split the file into several.")
    reader = CourseReader(filename=filename, format=FORMAT, strict=strict)
    for record in told(records, start=SHARE_OF_PARSING):
        take(record, mapping=mapping, reader=reader)
    used = {part for name in mapping.values() for part in name.split(JOIN)}
    unread = {name for record in records for name, text in (record.fields or {}).items() if text} - used
    for name in sorted(unread - {KEY, SUBJECT}):
        reader.doubt(place=f"field {shown(name)}", reason="This field was not read.", raw=name)
    return reader.reading()


def records_in(document: Any) -> list[Record]:
    """List the entries of a file with the keys above them; none when it holds no entries."""
    if isinstance(document, dict):
        wrapped = [name for name, value in document.items() if isinstance(value, list | dict)]
        if len(wrapped) == 1 and not wrapped[0].isupper() and not _is_entry(document):
            document = document[wrapped[0]]
    if isinstance(document, list):
        return [_record(entry, place=f"course {number}") for number, entry in enumerate(document, start=1)]
    found: list[Record] = []
    for key, value in document.items() if isinstance(document, dict) else ():
        if isinstance(value, list):
            place = f"{shown(key, limit=30)}, course "
            found += [_record(e, place=f"{place}{number}", above={SUBJECT: key}) for number, e in enumerate(value, 1)]
        else:
            found.append(_record(value, place=f"course {len(found) + 1} ({shown(key, limit=30)})", above={KEY: key}))
    return found


def _is_entry(document: dict[str, Any]) -> bool:
    """Tell whether an object is a course itself: most of its values are texts."""
    return sum(isinstance(value, str) for value in document.values()) > 1


def _record(entry: Any, *, place: str, above: Mapping[str, str] | None = None) -> Record:
    if not isinstance(entry, dict):
        return Record(place=place, fields=None, raw=entry)
    return Record(place=place, fields={**(above or {}), **flattened(entry)}, raw=entry)


def flattened(entry: dict[str, Any]) -> dict[str, str]:
    """Write the values of an entry as texts; a list of texts is joined with |, an object's values get longer names."""
    fields: dict[str, str] = {}
    for name, value in entry.items():
        if isinstance(value, list):
            fields[name] = "|".join(text for text in map(plain_text, value) if text)
        elif isinstance(value, dict):
            fields.update({f"{name} {inner}": plain_text(deep) for inner, deep in value.items()})
        else:
            fields[name] = plain_text(value)
    return fields


def mapping_of(records: Sequence[Record]) -> dict[str, str]:
    """Find out which field of the entries holds what; empty when code or title cannot be told."""
    samples = [record.fields for record in records[:N_SAMPLES] if record.fields]
    if len(samples) < min(len(records), N_SAMPLES) / 2 or not samples:
        return {}
    counted = Counter(name for fields in samples for name in fields)
    names = [name for name in counted if name not in (KEY, SUBJECT)]
    spelled = {SHORT_NAMES.get(name.casefold(), name): name for name in names}
    guessed = guess_mapping(list(spelled))
    mapping = {field: JOIN.join(spelled[part] for part in name.split(JOIN)) for field, name in guessed.items()}
    if "credits" not in mapping and (hours := _credit_hours(samples, names)):
        mapping["credits"] = hours
    if counted[KEY] and _is_whole_code(samples, KEY):
        mapping["code"] = KEY
    elif counted[SUBJECT] and "code" in mapping and not _is_whole_code(samples, mapping["code"]):
        mapping["code"] = JOIN.join((SUBJECT, mapping["code"]))
    if "code" not in mapping or not _is_whole_code(samples, mapping["code"]):
        mapping["code"] = _subject_and_number(samples, names)
    return mapping if "title" in mapping and mapping["code"] else {}


def _credit_hours(samples: Sequence[Mapping[str, str]], names: Sequence[str]) -> str:
    """Return the field called "hours" when it holds credit hours, which are small numbers; "" when it does not."""
    hours = next((name for name in names if name.casefold() in ("hours", "hrs")), "")
    n_small = sum(bool(SMALL_NUMBER.match(fields.get(hours, ""))) for fields in samples)
    return hours if n_small * 2 > len(samples) else ""


def _subject_and_number(samples: Sequence[Mapping[str, str]], names: Sequence[str]) -> str:
    """Return the fields that hold subjects and numbers, told by their values as well as by their names."""

    def first(pattern: re.Pattern[str], named: re.Pattern[str]) -> str:
        fitting = (name for name in names if named.search(name))
        return next((n for n in fitting if all(pattern.fullmatch(fields.get(n, "")) for fields in samples)), "")

    subject, number = first(SUBJECT_VALUE, SUBJECT_NAME), first(NUMBER_VALUE, NUMBER_NAME)
    return JOIN.join((subject, number)) if subject and number else ""


def _is_whole_code(samples: Sequence[Mapping[str, str]], name: str) -> bool:
    """Tell whether the fields of a mapping make up a subject and a number in most of the entries."""
    codes = [" ".join(fields.get(part, "") for part in name.split(JOIN)) for fields in samples]
    return sum(bool(CODE.fullmatch(code.rstrip(UNSEEN_SIGN).strip())) for code in codes) * 2 > len(codes)


def take(record: Record, *, mapping: Mapping[str, str], reader: CourseReader) -> None:
    """Take one entry as a course, or list why it cannot be one."""
    raw = entry_text(record.raw)
    if record.fields is None:
        reason = f"A course must be an object {{…}}, but this is {described(record.raw)}."
        reader.reject(place=record.place, reason=reason, raw=raw)
        return
    texts = {
        field: GLUE.get(field, "\n").join(text for part in name.split(JOIN) if (text := record.fields.get(part, "")))
        for field, name in mapping.items()
    }
    if not any(sign.isdigit() for sign in texts["code"]) and texts["title"]:
        reason = f"The course code {shown(texts['code'])} has no number, so the course cannot be told from others."
        reader.reject(place=record.place, reason=reason, raw=raw)
        return
    if credits := texts.get("credits", ""):
        texts["credits"] = "" if credits.casefold() in NO_CREDITS else choices_text(credits)
    lists = {field: split_list(texts.pop(field)) for field in LIST_FIELDS if field in texts}
    reader.take(Entry(place=record.place, raw=raw, texts=texts, lists=lists))
