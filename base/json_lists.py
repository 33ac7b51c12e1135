"""Read a JSON file that holds a list of entries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn

from base.refusals import Refusal, shown
from base.tables import MAX_CELL_CHARACTERS, MAX_ROWS
from base.text_files import cleaned, decoded, is_workbook, looks_like_json, refuse_foreign

EXPLANATIONS = {
    "Expecting value": "a value is missing here, or is written in a way that JSON does not know",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing here",
    "Expecting ':' delimiter": "a colon is missing here",
    "Expecting property name enclosed in double quotes": "a name in double quotation marks is missing here",
    "Illegal trailing comma before end of object": "there is a comma too many here",
    "Illegal trailing comma before end of array": "there is a comma too many here",
    "Unterminated string starting at": "a text begins here and is never closed with a quotation mark",
    "Invalid control character at": "a text holds a line break or another control character here; write it as \\n",
    "Invalid \\escape": "a backslash is followed by a character that JSON does not know; write \\\\",
    "Invalid \\uXXXX escape": "a \\u must be followed by four hexadecimal digits",
    "Extra data": "the list is closed before this place, but the file goes on",
}


class JsonRefusal(Refusal):
    """Say why a JSON file cannot be read, naming the line and column or the entry."""


class WrongType(Exception):  # noqa: N818 - it carries a sentence for a person to the importer that catches it
    """Say that a value of an entry has another type than its field needs."""


def is_json(content: bytes, *, filename: str) -> bool:
    """Tell whether a file is to be read as JSON: by its content, or by its name when it is text."""
    return not is_workbook(content) and (looks_like_json(content) or filename.lower().endswith(".json"))


def read_json_list(content: bytes, *, filename: str, key: str) -> list[Any]:
    """Read the entries of a JSON file: a list, or an object that holds the list under `key`."""
    filename = shown(filename)
    refuse_foreign(content, filename=filename)
    entries = _parsed(decoded(content, filename=filename).lstrip("\ufeff"), filename=filename)
    if isinstance(entries, dict):
        entries = entries.get(key)
    if not isinstance(entries, list):
        raise JsonRefusal(f"{filename}: the file must hold a list of {key}: [ {{…}}, {{…}} ].")
    if not entries:
        raise JsonRefusal(f"{filename}: the list of {key} is empty.")
    if len(entries) > MAX_ROWS:
        raise JsonRefusal(f"{filename}: there are more than {MAX_ROWS:,} {key}. Split the file into several.")
    return entries


def _parsed(text: str, *, filename: str) -> Any:
    def refuse_constant(name: str) -> NoReturn:
        raise JsonRefusal(f"{filename}: {name} is no number that JSON knows. Write a number or null.")

    def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        entry = dict(pairs)
        if len(entry) < len(pairs):
            names = [name for name, _ in pairs]
            doubled = next(name for name in names if names.count(name) > 1)
            raise JsonRefusal(
                f'{filename}: an entry names "{shown(doubled)}" twice: {shown(json.dumps(entry, ensure_ascii=False))}'
            )
        return entry

    try:
        return json.loads(text, parse_constant=refuse_constant, object_pairs_hook=object_of)
    except json.JSONDecodeError as trouble:
        place = f"line {trouble.lineno}, column {trouble.colno}"
        explanation = EXPLANATIONS.get(trouble.msg, "this is not written as JSON needs it")
        raise JsonRefusal(f"{filename}, {place}: {explanation}.", place=place) from None
    except RecursionError:
        raise JsonRefusal(f"{filename}: brackets are nested too deeply for a list of entries.") from None
    except ValueError:  # Python refuses to read numbers of several thousand digits
        raise JsonRefusal(f"{filename}: a number has more digits than can be read.") from None


def text_value(entry: dict[str, Any], field: str) -> str:
    """Return a text field of an entry; "" when it is missing or null."""
    value = entry.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise WrongType(f'"{field}" must be a text in quotation marks, but is {described(value)}.')
    return _bounded(value, field=field)


def list_value(entry: dict[str, Any], field: str) -> tuple[str, ...]:
    """Return a field of an entry that is a list of texts; () when it is missing or null."""
    value = entry.get(field)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise WrongType(f'"{field}" must be a list of texts, but is {described(value)}.')
    for part in value:
        if not isinstance(part, str):
            raise WrongType(f'"{field}" must hold texts only, but holds {described(part)}.')
    return tuple(text for text in (_bounded(part, field=field) for part in value) if text)


def number_or_text_value(entry: dict[str, Any], field: str) -> str:
    """Return a field of an entry that may be a number or a text, as text; "" when it is missing or null."""
    value = entry.get(field)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise WrongType(f'"{field}" must be a number or a text, but is {described(value)}.')
    return text_value(entry, field)


def _bounded(value: str, *, field: str) -> str:
    text = cleaned(value)
    if len(text) > MAX_CELL_CHARACTERS:
        raise WrongType(f'"{field}" holds more than {MAX_CELL_CHARACTERS:,} characters. Shorten it.')
    return text


def described(value: object) -> str:
    """Say in plain words what a JSON value is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {shown(str(value))}"
    if isinstance(value, str):
        return f'the text "{shown(value)}"'
    return "a list" if isinstance(value, list) else "an object"


def entry_text(entry: object) -> str:
    """Show an entry as it stands in the file, on one line."""
    return json.dumps(entry, ensure_ascii=False)


def unknown_names(entries: Sequence[object], *, known: Sequence[str]) -> dict[str, int]:
    """Map each name that no field reads to the number, counted from 1, of the first entry with it."""
    found: dict[str, int] = {}
    for number, entry in enumerate(entries, start=1):
        if isinstance(entry, dict):
            for name in entry:
                if name not in known:
                    found.setdefault(name, number)
    return found
