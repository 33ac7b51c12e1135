"""Read skill needs from CASE packages (1EdTech Competencies and Academic Standards Exchange, 1.0 and 1.1).

Both forms are read: the JSON package, bare or wrapped, and OpenSALT's workbook with the sheets CF Doc, CF Item and
CF Association. In an association isChildOf the origin is the child and the destination the parent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from base.column_mapping import row_text
from base.json_lists import JsonRefusal, described, entry_text
from base.refusals import TableRefusal, shown
from base.tables import read_table, sheet_names
from survey.importers.need_file import NeedFile, bare, cells_of, first_of, plain, plain_list
from survey.importers.reading import NeedReader
from survey.importers.statements import Branch, Framework, Statement, short_code, take_statements
from survey.records import NeedReading

FORMAT = "CASE framework"

#: What an item without its document names as its source.
SOURCE = "CASE"
CHILD_OF = "ischildof"
KEYWORD_BREAK = re.compile(r"\s*[|;,]\s*")


def recognises(file: NeedFile) -> bool:
    """Tell by its keys or its sheets whether a file is a CASE package."""
    if file.is_json:
        return _package(file.document) is not None
    return file.has_columns("fullstatement", "identifier")


def read_needs(file: NeedFile, *, strict: bool = False) -> NeedReading:
    """Read every item as a need; the statements below it are its elements, otherwise its own."""
    reader = NeedReader(filename=file.filename, strict=strict)
    framework = _read_package(file, reader=reader) if file.is_json else _read_workbook(file, reader=reader)
    return reader.reading(format=FORMAT, title=framework.title)


# JSON


def _package(document: Any) -> Mapping[str, Any] | None:
    """Return the object that holds the package; None when the file is none."""
    for _ in range(3):
        if not isinstance(document, dict):
            return None
        if "CFItems" in document or "CFDocument" in document:
            return document
        document = document.get("CFPackage")
    return None


def _read_package(file: NeedFile, *, reader: NeedReader) -> Framework:
    package = _package(file.document) or {}
    items = package.get("CFItems")
    if not isinstance(items, list) or not items:
        raise JsonRefusal(f"{file.filename}: this CASE package holds no items (CFItems). Download the whole package.")
    framework = _framework(package.get("CFDocument"))
    statements = []
    for number, item in enumerate(items, start=1):
        if isinstance(item, dict):
            statements.append(_statement(item, place=f"item {number}"))
        else:
            reason = f"An item must be an object {{…}}, but this is {described(item)}."
            reader.reject(place=f"item {number}", reason=reason, raw=entry_text(item))
    associations = package.get("CFAssociations")
    found = [link for link in associations if isinstance(link, dict)] if isinstance(associations, list) else []
    branches = [
        Branch(_node(link, "originNode"), _node(link, "destinationNode"), _number(link.get("sequenceNumber")))
        for link in found
        if bare(plain(link.get("associationType"))) == CHILD_OF
    ]
    _note_others([plain(link.get("associationType")) for link in found], reader=reader)
    take_statements(statements, branches=branches, frameworks={}, usual=framework, reader=reader)
    return framework


def _framework(document: Any) -> Framework:
    if not isinstance(document, dict):
        return Framework(creator=SOURCE)
    licence = document.get("licenseURI")
    return Framework(
        title=plain(document.get("title")),
        creator=plain(document.get("creator")),
        version=plain(document.get("version")) or plain(document.get("lastChangeDateTime")),
        licence=next(iter(plain_list(licence, "title", "uri")), ""),
    )


def _statement(item: Mapping[str, Any], *, place: str) -> Statement:
    return Statement(
        place=place,
        raw=entry_text(item),
        identifier=plain(item.get("identifier")) or short_code(plain(item.get("uri"))),
        text=plain(item.get("fullStatement")),
        address=plain(item.get("uri")),
        label=plain(item.get("abbreviatedStatement")),
        coding=plain(item.get("humanCodingScheme")),
        notes=plain(item.get("notes")),
        keywords=plain_list(item.get("conceptKeywords")),
    )


def _node(link: Mapping[str, Any], end: str) -> str:
    """Return the identifier of one end of an association, written as an object, an address or an identifier."""
    value = link.get(f"{end}URI")
    if isinstance(value, dict):
        return plain(value.get("identifier")) or short_code(plain(value.get("uri")))
    return plain(link.get(f"{end}Identifier")) or short_code(plain(value))


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and abs(value) < 1e15 else None


def _note_others(kinds: list[str], *, reader: NeedReader) -> None:
    """List the kinds of association that build no tree, with their numbers."""
    for kind, n_links in Counter(kind for kind in kinds if bare(kind) != CHILD_OF).items():
        reason = f"{n_links:,} associations of this kind were not read."
        reader.doubt(place="associations", reason=reason, raw=kind)


# Workbook


def _read_workbook(file: NeedFile, *, reader: NeedReader) -> Framework:
    sheets = {bare(name): name for name in sheet_names(file.content, filename=file.full_name)}
    items = file.table("fullstatement", "identifier")
    framework = _sheet_framework(file, sheet=sheets.get("cfdoc"))
    links = _sheet_rows(file, sheet=sheets.get("cfassociation"), column="associationtype")
    statements = []
    for row in items.rows:
        cells = cells_of(row)
        statement = Statement(
            place=row.place,
            raw=row_text(row),
            identifier=cells["identifier"],
            text=cells["fullstatement"],
            label=cells.get("abbreviatedstatement", ""),
            coding=cells.get("humancodingscheme", ""),
            notes=cells.get("notes", ""),
            keywords=tuple(word for word in KEYWORD_BREAK.split(cells.get("conceptkeywords", "")) if word),
        )
        statements.append(statement)
    branches = [
        Branch(cells.get("originnodeidentifier", ""), cells.get("destinationnodeidentifier", ""))
        for cells in links
        if bare(cells["associationtype"]) == CHILD_OF
    ]
    _note_others([cells["associationtype"] for cells in links], reader=reader)
    take_statements(statements, branches=branches, frameworks={}, usual=framework, reader=reader)
    return framework


def _sheet_rows(file: NeedFile, *, sheet: str | None, column: str) -> list[dict[str, str]]:
    """Return the rows of a sheet that may be missing or empty, by bare header."""
    if sheet is None:
        return []
    try:
        table = read_table(
            file.content,
            filename=file.full_name,
            sheet=sheet,
            recognised=lambda columns: column in {bare(text) for text in columns},
        )
    except TableRefusal as refusal:
        if "no rows below" in str(refusal) or "is empty" in str(refusal):
            return []
        raise
    if column not in {bare(text) for text in table.columns}:
        raise TableRefusal(f"{file.filename}, sheet {shown(sheet)}: the column {column} cannot be found.")
    return [cells_of(row) for row in table.rows]


def _sheet_framework(file: NeedFile, *, sheet: str | None) -> Framework:
    rows = _sheet_rows(file, sheet=sheet, column="title")
    cells = rows[0] if rows else {}
    return Framework(
        title=cells.get("title", ""),
        creator=cells.get("creator", "") or ("" if cells.get("title") else SOURCE),
        version=first_of(cells, "version", "lastchangedate"),
        licence=first_of(cells, "licensetitle", "licensetext"),
    )
