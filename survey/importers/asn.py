"""Read skill needs from CTDL-ASN competency frameworks (Credential Engine): JSON-LD and the competencies CSV.

JSON-LD comes as one bare node, a list, an @graph or a registry envelope; a text is a plain string or a language map.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from base.column_mapping import repeats_header, row_text
from base.json_lists import JsonRefusal, entry_text
from base.refusals import TableRefusal
from base.tables import split_list
from survey.importers.need_file import NeedFile, bare, cells_of, plain
from survey.importers.reading import NeedReader
from survey.importers.statements import Branch, Framework, Statement, take_statements
from survey.records import NeedReading

FORMAT = "CTDL-ASN competencies"

#: What a competency without its framework names as its source.
SOURCE = "CTDL-ASN"
COMPETENCY = "Competency"
FRAMEWORK = "CompetencyFramework"
PREFIXES = ("ceasn:", "ceterms:")


@dataclass(frozen=True)
class _Node:
    """Hold one record; the names of its fields go without their prefix."""

    place: str
    raw: str
    kind: str
    fields: Mapping[str, Any]

    @property
    def identifier(self) -> str:
        return plain(self.fields.get("@id")) or plain(self.fields.get("ctid"))

    @property
    def ctid(self) -> str:
        return plain(self.fields.get("ctid"))


def recognises(file: NeedFile) -> bool:
    """Tell by its field names whether a file holds records of the Credential Registry."""
    if file.is_json:
        return any(True for _ in _nodes(file.document))
    return file.has_columns("ceasncompetencytext") or file.has_columns("type", "id", "competencytext")


def read_needs(file: NeedFile, *, strict: bool = False) -> NeedReading:
    """Read every competency as a need; the competencies below it are its elements, otherwise its own text."""
    reader = NeedReader(filename=file.filename, strict=strict)
    nodes = list(_nodes(file.document)) if file.is_json else _table_nodes(file, reader=reader)
    competencies = [node for node in nodes if node.kind == COMPETENCY]
    frameworks = {key: _framework(node) for node in nodes if node.kind == FRAMEWORK for key in _keys(node)}
    if not competencies and not reader.rejects:
        raise (JsonRefusal if file.is_json else TableRefusal)(f"{file.filename}: {_what_it_holds(nodes)}")
    usual = next(iter(frameworks.values()), Framework(creator=SOURCE))
    aliases = {key: node.identifier for node in competencies for key in _keys(node)}
    take_statements(
        [_statement(node) for node in competencies],
        branches=list(_branches(competencies, aliases=aliases)),
        frameworks={node.identifier: _framework_of(node, frameworks, usual=usual) for node in competencies},
        usual=usual,
        reader=reader,
    )
    return reader.reading(format=FORMAT, title=usual.title)


def _what_it_holds(nodes: list[_Node]) -> str:
    """Say what a file without competencies holds instead."""
    names = [text_of(node.fields.get("name")) for node in nodes if node.kind == FRAMEWORK]
    if names:
        n_named = sum(len(_list(node.fields.get(key))) for node in nodes for key in ("hasTopChild", "hasChild"))
        return (
            f"this file describes the framework “{names[0]}” and names {n_named} competencies by address only. "
            "Download the framework together with its competencies (@graph)."
        )
    kinds = ", ".join(f"{kind} ({n})" for kind, n in Counter(node.kind for node in nodes).most_common(5))
    return f"this file holds no competencies, but {kinds or 'no record at all'}. Choose a competency framework."


# Records


def _nodes(document: Any) -> Iterator[_Node]:
    """Yield the records of a file: bare, listed, in a graph or in an envelope."""
    waiting, number = [document], 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            inside = [value[key] for key in ("decoded_resource", "@graph") if key in value]
            if inside:
                waiting.extend(reversed(inside))
            elif _is_record(value):
                number += 1
                fields = {_unprefixed(name): part for name, part in value.items()}
                kinds = [_unprefixed(kind) for kind in _list(value.get("@type"))] or [""]
                kind = next((kind for kind in kinds if kind in (COMPETENCY, FRAMEWORK)), kinds[0])
                yield _Node(f"record {number}", entry_text(value), kind, fields)


def _is_record(value: Mapping[str, Any]) -> bool:
    kinds = _list(value.get("@type"))
    has_prefix = any(name.startswith(PREFIXES) for name in (*value, *kinds))
    return bool(kinds) and (has_prefix or bool({COMPETENCY, FRAMEWORK} & set(kinds)))


def _unprefixed(name: str) -> str:
    return name.split(":", 1)[1] if name.startswith(PREFIXES) else name


def _list(value: Any) -> list[str]:
    """Return addresses or names: a text, an object with @id, or a list of these."""
    found = []
    for part in value if isinstance(value, list) else [value]:
        found.append(plain(part.get("@id")) if isinstance(part, dict) else plain(part))
    return [text for text in found if text]


def text_of(value: Any) -> str:
    """Return a text written plainly, as a language map or as a list of these; English comes before others."""
    if isinstance(value, list):
        return next((text for text in map(text_of, value) if text), "")
    if isinstance(value, dict):
        languages = sorted(value, key=lambda language: not str(language).casefold().startswith("en"))
        return next((text for text in (text_of(value[language]) for language in languages) if text), "")
    return plain(value)


def _texts(value: Any) -> tuple[str, ...]:
    """Return every text of a list of texts or language maps."""
    if isinstance(value, dict):
        value = [part for texts in value.values() for part in (texts if isinstance(texts, list) else [texts])]
    parts = value if isinstance(value, list) else [value]
    return tuple(text for text in map(text_of, parts) if text)


def _keys(node: _Node) -> tuple[str, ...]:
    return tuple(key for key in (node.identifier, node.ctid) if key)


def _framework(node: _Node) -> Framework:
    fields = node.fields
    return Framework(
        title=text_of(fields.get("name")),
        creator=text_of(fields.get("publisherName")),
        version=plain(fields.get("versionCode")) or plain(fields.get("dateModified")),
        licence=next(iter(_list(fields.get("license"))), "") or text_of(fields.get("rights")),
    )


def _framework_of(node: _Node, frameworks: Mapping[str, Framework], *, usual: Framework) -> Framework:
    named = (frameworks.get(key) for key in _list(node.fields.get("isPartOf")))
    return next((framework for framework in named if framework), usual)


def _statement(node: _Node) -> Statement:
    fields = node.fields
    return Statement(
        place=node.place,
        raw=node.raw,
        identifier=node.identifier,
        text=text_of(fields.get("competencyText")),
        address=plain(fields.get("@id")),
        label=text_of(fields.get("competencyLabel")),
        coding=text_of(fields.get("codedNotation")) or text_of(fields.get("listID")) or node.ctid,
        notes=text_of(fields.get("description")) or text_of(fields.get("comment")),
        keywords=(*_texts(fields.get("conceptKeyword")), *_texts(fields.get("competencyCategory"))),
    )


def _branches(competencies: list[_Node], *, aliases: Mapping[str, str]) -> Iterator[Branch]:
    """Yield who stands under whom; parents list their children in order, and children name their parents."""
    for node in competencies:
        for number, child in enumerate(_list(node.fields.get("hasChild"))):
            yield Branch(aliases.get(child, ""), node.identifier, float(number))
    for node in competencies:
        for parent in _list(node.fields.get("isChildOf")):
            yield Branch(node.identifier, aliases.get(parent, ""))


# Table


def _table_nodes(file: NeedFile, *, reader: NeedReader) -> list[_Node]:
    """Read the rows of a competencies CSV as records; several values in a cell stand between bars."""
    text_column = "ceasncompetencytext" if file.has_columns("ceasncompetencytext") else "competencytext"
    nodes = []
    for row in file.table(text_column).rows:
        if repeats_header(row):
            reader.reject(place=row.place, reason="This row repeats the column names.", raw=row_text(row))
            continue
        cells = {name.removeprefix("ceasn").removeprefix("ceterms"): text for name, text in cells_of(row).items()}
        fields: dict[str, Any] = {name: cells[bare(name)] for name in _COLUMNS if cells.get(bare(name))}
        fields.update({name: list(split_list(cells[bare(name)])) for name in _LISTS if cells.get(bare(name))})
        fields["@id"] = cells.get("id", "") or cells.get("ctid", "")
        kind = bare(cells.get("type", "")).removeprefix("ceasn")
        is_framework = kind == bare(FRAMEWORK) or (not kind and not fields.get("competencyText"))
        nodes.append(_Node(row.place, row_text(row), FRAMEWORK if is_framework else COMPETENCY, fields))
    return nodes


_COLUMNS = (
    "ctid", "name", "competencyText", "competencyLabel", "codedNotation", "listID", "description", "comment",
    "publisherName", "versionCode", "dateModified", "license", "rights",
)  # fmt: skip
_LISTS = ("isPartOf", "isChildOf", "hasChild", "conceptKeyword", "competencyCategory")
