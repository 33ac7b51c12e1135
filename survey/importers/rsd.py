"""Read skill needs from Rich Skill Descriptors (RSD, Open Skills Network): OSMT's CSV v2, v3 and legacy, and its JSON.

The files state no licence; author and canonical address travel along.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from base.column_mapping import repeats_header, row_text
from base.json_lists import JsonRefusal, described, entry_text
from base.refusals import shown
from survey.importers.need_file import NeedFile, cells_of, first_of, note_unread, plain, plain_list
from survey.importers.reading import Entry, NeedReader, area_of, elements_of, title_of
from survey.records import NeedReading

FORMAT = "Rich Skill Descriptors"
SOURCE = "RSD"

NAME = ("rsdname", "skillname", "name")
STATEMENT = ("skillstatement", "contextualizedskillstatement")
CATEGORY = ("categories", "category", "skillcategoryies", "skillcategories", "skillcategory")
AUTHOR = ("authors", "author")
ADDRESS = ("canonicalurl",)
READ_COLUMNS = frozenset((*NAME, *STATEMENT, *CATEGORY, *AUTHOR, *ADDRESS, "keywords"))
READ_KEYS = frozenset((
    "@context", "type", "id", "uuid", "skillName", "skillStatement", "categories", "category", "authors", "author",
    "keywords", "status", "publishDate", "updateDate", "creationDate", "archiveDate", "creator",
))  # fmt: skip
#: Names under which a list of descriptors stands in an object.
WRAPPERS = ("skills", "results", "items", "@graph", "content", "data", "_embedded")

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
LIST_BREAK = re.compile(r"\s*;\s*")


@dataclass(frozen=True)
class _Descriptor:
    """Hold a descriptor as texts, wherever it was read."""

    place: str
    raw: str
    name: str
    statement: str
    address: str
    categories: tuple[str, ...]
    authors: tuple[str, ...]
    keywords: tuple[str, ...]
    version: str = ""


def recognises(file: NeedFile) -> bool:
    """Tell by its columns or keys whether a file holds Rich Skill Descriptors."""
    if file.is_json:
        return bool(_entries(file.document))
    return file.has_columns("rsdname", "skillstatement") or file.has_columns(
        "skillname", "contextualizedskillstatement"
    )


def read_needs(file: NeedFile, *, strict: bool = False) -> NeedReading:
    """Read every descriptor; its statement is the element of the need."""
    reader = NeedReader(filename=file.filename, strict=strict)
    codes = _Codes()
    if file.is_json:
        _read_json(file, codes=codes, reader=reader)
        title = plain(file.document.get("name")) if isinstance(file.document, dict) else ""
    else:
        _read_table(file, codes=codes, reader=reader)
        title = ""
    return reader.reading(format=FORMAT, title=title)


class _Codes:
    """Give every descriptor a code: its UUID, or where the file has none, its number among the descriptors."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, str], str] = {}

    def code_of(self, descriptor: _Descriptor) -> str:
        """Return the code; a descriptor that stands twice gets the same one."""
        if found := UUID.search(descriptor.address):
            return found.group()
        key = (descriptor.name.casefold(), descriptor.statement.casefold())
        return self._given.setdefault(key, f"RSD-{len(self._given) + 1:04}")


def _read_table(file: NeedFile, *, codes: _Codes, reader: NeedReader) -> None:
    wanted = ("rsdname", "skillstatement")
    if not file.has_columns(*wanted):
        wanted = ("skillname", "contextualizedskillstatement")
    table = file.table(*wanted)
    for row in table.rows:
        cells = cells_of(row)
        if repeats_header(row):
            reader.reject(place=row.place, reason="This row repeats the column names.", raw=row_text(row))
            continue
        descriptor = _Descriptor(
            place=row.place,
            raw=row_text(row),
            name=first_of(cells, *NAME),
            statement=first_of(cells, *STATEMENT),
            address=first_of(cells, *ADDRESS),
            categories=_parts(first_of(cells, *CATEGORY)),
            authors=_parts(first_of(cells, *AUTHOR)),
            keywords=_parts(cells.get("keywords", "")),
        )
        _take(descriptor, codes=codes, reader=reader)
    note_unread(table, read=READ_COLUMNS, reader=reader)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in LIST_BREAK.split(text.strip()) if part)


def _read_json(file: NeedFile, *, codes: _Codes, reader: NeedReader) -> None:
    entries = _entries(file.document)
    if not entries:
        raise JsonRefusal(f"{file.filename}: the list of skills is empty.")
    unread: dict[str, str] = {}
    for number, entry in enumerate(entries, start=1):
        place = f"skill {number}"
        if not isinstance(entry, dict):
            reason = f"A skill must be an object {{…}}, but this is {described(entry)}."
            reader.reject(place=place, reason=reason, raw=entry_text(entry))
            continue
        status = plain(entry.get("status")).casefold()
        if status and status != "published":
            reader.doubt(place=place, reason=f"This skill is marked as {status}.", raw=plain(entry.get("skillName")))
        for key, value in entry.items():
            if key not in READ_KEYS and value:
                unread.setdefault(key, place)
        _take(_descriptor(entry, place=place), codes=codes, reader=reader)
    for key, place in unread.items():
        reader.doubt(place=place, reason=f'"{shown(key)}" was not read in any skill.', raw=key)


def _descriptor(entry: Mapping[str, Any], *, place: str) -> _Descriptor:
    return _Descriptor(
        place=place,
        raw=entry_text(entry),
        name=plain(entry.get("skillName")),
        statement=plain(entry.get("skillStatement")),
        address=plain(entry.get("id")) or plain(entry.get("uuid")),
        categories=plain_list(entry.get("categories") or entry.get("category"), "name"),
        authors=plain_list(entry.get("authors") or entry.get("author"), "name"),
        keywords=plain_list(entry.get("keywords"), "name"),
        version=plain(entry.get("updateDate")),
    )


def _entries(document: Any) -> list[Any]:
    """Return the list of descriptors in a JSON file: bare, wrapped, or one alone; [] when there is none."""
    for _ in range(3):
        if isinstance(document, list):
            return document if any(_is_descriptor(entry) for entry in document) else []
        if not isinstance(document, dict):
            return []
        if _is_descriptor(document):
            return [document]
        document = next((document[key] for key in WRAPPERS if isinstance(document.get(key), list | dict)), None)
    return []


def _is_descriptor(entry: Any) -> bool:
    return isinstance(entry, dict) and "skillStatement" in entry and "skillName" in entry


def _take(descriptor: _Descriptor, *, codes: _Codes, reader: NeedReader) -> None:
    if not descriptor.name and not descriptor.statement:
        reader.reject(place=descriptor.place, reason="This skill has no name and no statement.", raw=descriptor.raw)
        return
    name = descriptor.name or descriptor.statement
    texts = {
        "code": codes.code_of(descriptor),
        "title": title_of(name),
        "area": area_of(descriptor.categories[0]) if descriptor.categories else "",
        "description": descriptor.statement,
        "source": f"{SOURCE}, {'; '.join(descriptor.authors)}" if descriptor.authors else SOURCE,
        "source_id": descriptor.address,
        "source_version": descriptor.version,
    }
    keywords = dict.fromkeys((*descriptor.categories[1:], *descriptor.keywords))
    reader.take(
        Entry(
            place=descriptor.place,
            raw=descriptor.raw,
            texts=texts,
            elements=elements_of(descriptor.statement or name),
            keywords=tuple(keywords),
        )
    )
