"""Write a list of skill needs as other systems read it: a CASE package (JSON), or rich skill descriptors (RSD, CSV)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from base.tables import Sheet
from survey.queries import SkillNeedRow
from survey.records import NeedRow

#: What a CASE package, and a file of descriptors, have no place for.
CASE_LEFT_OUT = ("level", "keywords", "source", "source_id", "source_version", "licence")
RSD_LEFT_OUT = ("description", "source", "source_id", "source_version", "licence")
RSD_COLUMNS = (
    "RSD Name", "Authors", "Skill Statement", "Categories", "Keywords", "Standards", "Certifications",
    "Occupation Major Groups", "Occupation Minor Groups", "Broad Occupations", "Detailed Occupations",
    "O*NET Job Codes", "Employers", "Alignment Name", "Alignment URL", "Alignment Framework",
)  # fmt: skip
#: Identifiers are made from codes within this space, so that the same need keeps its own.
SPACE = uuid.UUID("c1d7f2f0-3b0b-5b53-8f0e-2a6d4f9b8a11")
#: Types of items: an area above needs, a need, and its performance elements below.
AREA, NEED, ELEMENT = "Skill area", "Skill need", "Performance element"


@dataclass(frozen=True)
class NeedList:
    """Hold a list of needs with who made it and when."""

    title: str
    creator: str
    made_at: datetime
    needs: Sequence[NeedRow | SkillNeedRow]


def case_package(listed: NeedList) -> bytes:
    """Return a list of needs as a CASE 1.1 package: areas above needs, needs above their elements."""
    document = {
        **_identity(listed, "document"),
        "title": listed.title,
        "creator": listed.creator,
        "lastChangeDateTime": _moment(listed),
        "language": "en",
        "notes": f"Left out: {', '.join(CASE_LEFT_OUT)}.",
    }
    items = list(_items(listed))
    package = {
        "CFDocument": document,
        "CFItems": [_item(listed, item) for item in items],
        "CFAssociations": [_child_of(listed, item) for item in items],
    }
    return (json.dumps(package, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


@dataclass(frozen=True)
class _Item:
    """Hold an item of a package before it is written."""

    #: What the identifier is made from.
    key: tuple[str, ...]
    #: Key of the item above; the document's where there is none.
    parent: tuple[str, ...]
    sequence: int
    kind: str
    statement: str
    code: str = ""
    notes: str = ""


def _items(listed: NeedList) -> Iterator[_Item]:
    areas = list(dict.fromkeys(need.area for need in listed.needs if need.area))
    for place, area in enumerate(areas, start=1):
        yield _Item(("area", area), ("document",), place, AREA, area)
    for place, need in enumerate(listed.needs, start=1):
        parent = ("area", need.area) if need.area else ("document",)
        yield _Item(("need", need.code), parent, place, NEED, need.title, need.code, need.description)
        if need.elements == (need.title,):
            continue  # a need without elements of its own is read with its title as the only one
        for number, element in enumerate(need.elements, start=1):
            yield _Item(("element", need.code, str(number)), ("need", need.code), number, ELEMENT, element)


def _item(listed: NeedList, item: _Item) -> dict[str, Any]:
    node = {
        **_identity(listed, *item.key),
        "fullStatement": item.statement,
        "humanCodingScheme": item.code,
        "notes": item.notes,
        "CFItemType": item.kind,
        "language": "en",
        "CFDocumentURI": _link(listed, ("document",), title=listed.title),
        "lastChangeDateTime": _moment(listed),
    }
    return {name: value for name, value in node.items() if value}


def _child_of(listed: NeedList, item: _Item) -> dict[str, Any]:
    """Say under what an item stands: the origin is the child, the destination the parent."""
    return {
        **_identity(listed, "isChildOf", *item.key),
        "associationType": "isChildOf",
        "sequenceNumber": item.sequence,
        "originNodeURI": _link(listed, item.key, title=item.statement),
        "destinationNodeURI": _link(listed, item.parent, title=item.parent[-1]),
        "lastChangeDateTime": _moment(listed),
    }


def _identity(listed: NeedList, *key: str) -> dict[str, str]:
    identifier = str(uuid.uuid5(SPACE, json.dumps([listed.title, listed.creator, *key])))
    return {"identifier": identifier, "uri": f"urn:uuid:{identifier}"}


def _link(listed: NeedList, key: tuple[str, ...], *, title: str) -> dict[str, str]:
    return {"title": title, **_identity(listed, *key)}


def _moment(listed: NeedList) -> str:
    return listed.made_at.isoformat()


def rsd_sheet(listed: NeedList) -> Sheet:
    """Return a list of needs as rich skill descriptors, one for each performance element."""
    rows = [_rsd_row(need, element, listed=listed) for need in listed.needs for element in need.elements]
    return Sheet("Rich skill descriptors", RSD_COLUMNS, [[row.get(name, "") for name in RSD_COLUMNS] for row in rows])


def _rsd_row(need: NeedRow | SkillNeedRow, element: str, *, listed: NeedList) -> Mapping[str, str]:
    return {
        "RSD Name": need.title,
        "Authors": _entry(listed.creator),
        "Skill Statement": element,
        "Categories": _entry(need.area),
        "Keywords": _entries((need.code, need.level)),
        "Alignment Name": need.title,
        "Alignment Framework": listed.title,
    }


def _entries(texts: Iterable[str]) -> str:
    return "; ".join(filter(None, map(_entry, texts)))


def _entry(text: str) -> str:
    """Return a text as one entry of a list, in which a semicolon would part it."""
    return text.replace(";", ",")
