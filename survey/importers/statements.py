"""Turn a framework's tree of statements into skill needs: one per statement, its children's statements as elements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from survey.importers.reading import Entry, NeedReader, area_of, elements_of, title_of
from survey.needs import is_usable_code


@dataclass(frozen=True)
class Framework:
    """Hold what a framework says of itself."""

    title: str = ""
    creator: str = ""
    version: str = ""
    licence: str = ""

    @property
    def source(self) -> str:
        """Return the framework's title with who made it."""
        return f"{self.title} ({self.creator})" if self.title and self.creator else self.title or self.creator


@dataclass(frozen=True)
class Statement:
    """Hold one statement of a framework as its file writes it."""

    place: str
    raw: str
    identifier: str
    text: str
    #: Address that the identifier stands for; empty when it has none.
    address: str = ""
    #: Short name that somebody gave the statement.
    label: str = ""
    #: Code that people read, such as 6.RP.A.
    coding: str = ""
    notes: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Branch:
    """Say that one statement stands under another."""

    child: str
    parent: str
    #: Place among the parent's children; None when the file gives none.
    sequence: float | None = None


def take_statements(
    statements: Sequence[Statement],
    *,
    branches: Iterable[Branch],
    frameworks: Mapping[str, Framework],
    usual: Framework,
    reader: NeedReader,
) -> None:
    """Take every statement as a need; `frameworks` maps a statement's identifier to its own where it differs."""
    by_identifier: dict[str, Statement] = {}
    for statement in statements:
        by_identifier.setdefault(statement.identifier, statement)
    children, parents = _family(branches, known=by_identifier)
    codes = _codes(by_identifier.values())
    for statement in statements:
        if not statement.text:
            reader.reject(place=statement.place, reason="This item has no statement.", raw=statement.raw)
            continue
        if not statement.identifier:
            reader.reject(place=statement.place, reason="This item has no identifier.", raw=statement.raw)
            continue
        framework = frameworks.get(statement.identifier, usual)
        below = [by_identifier[child].text for child in children.get(statement.identifier, ())]
        elements = tuple(part for text in below for part in elements_of(text))
        parent = by_identifier.get(parents.get(statement.identifier, ""))
        texts = {
            "code": codes[statement.identifier],
            **_words(statement),
            "area": area_of(parent.label or parent.text) if parent else area_of(framework.title),
            "source": framework.source,
            "source_id": statement.address or statement.identifier,
            "source_version": framework.version,
            "licence": framework.licence,
        }
        reader.take(
            Entry(
                place=statement.place,
                raw=statement.raw,
                texts=texts,
                elements=elements or elements_of(statement.text),
                keywords=statement.keywords,
            )
        )


def _words(statement: Statement) -> dict[str, str]:
    """Return title and description: the statement is the title unless it has a label or is too long for one."""
    is_short = title_of(statement.text) == " ".join(statement.text.split())
    label = "" if is_short else statement.label
    said = [] if is_short else [statement.text]
    if statement.notes:
        said.append(statement.notes)
    return {"title": title_of(label or statement.text), "description": "\n".join(said)}


def _family(
    branches: Iterable[Branch], *, known: Mapping[str, Statement]
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return every parent's children in their order, and every child's first parent."""
    ordered: dict[str, dict[str, tuple[bool, float, int]]] = defaultdict(dict)
    parents: dict[str, str] = {}
    for number, branch in enumerate(branches):
        if branch.child in known and branch.parent in known and branch.child != branch.parent:
            place = (branch.sequence is None, branch.sequence or 0.0, number)
            ordered[branch.parent].setdefault(branch.child, place)
            parents.setdefault(branch.child, branch.parent)
    return {parent: sorted(below, key=below.__getitem__) for parent, below in ordered.items()}, parents


def _codes(statements: Iterable[Statement]) -> dict[str, str]:
    """Return a code for every identifier: the one that people read, where it is usable and no other item has it."""
    codes: dict[str, str] = {}
    taken: set[str] = set()
    for statement in statements:
        wanted = " ".join(statement.coding.split())
        is_free = bool(wanted) and is_usable_code(wanted) and wanted.casefold() not in taken
        codes[statement.identifier] = wanted if is_free else short_code(statement.identifier)
        taken.add(codes[statement.identifier].casefold())
    return codes


def short_code(identifier: str) -> str:
    """Return the last part of an address; an identifier that is no address stays as it is."""
    return identifier.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1].removeprefix("_:")
