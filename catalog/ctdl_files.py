"""Write courses as CTDL, the linked data of the Credential Registry (JSON-LD); catalog.importers.ctdl reads it back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalog.queries import CourseText

MIMETYPE = "application/ld+json"
CONTEXT = "https://credreg.net/ctdl/schema/context/json"
#: Identifiers of courses are made from codes within this space, so that the same course keeps its own.
SPACE = uuid.UUID("6f0c2a4e-5a0e-5d6b-9a51-6e1d4c3f7b20")
#: Fields of a course for which the file has no place.
LEFT_OUT = ("topics", "credentials", "last_offered", "place")
DELIVERY_TERMS = {"on campus": "InPerson", "online": "OnlineOnly", "hybrid": "BlendedDelivery"}


@dataclass(frozen=True)
class Alignment:
    """Say that a course teaches something that stands in a list outside of the catalog."""

    text: str
    #: Name of the list, and the code that it stands under there.
    framework: str
    code: str


@dataclass(frozen=True)
class CollegeCourses:
    """Hold courses of one college, with what each is aligned to by course code."""

    college_code: str
    college_name: str
    courses: Sequence[CourseText]
    alignments: Mapping[str, Sequence[Alignment]]


def ctdl_file(colleges: Iterable[CollegeCourses], *, about: Mapping[str, str]) -> bytes:
    """Return courses, and the programs that they belong to, as one graph; `about` says where they come from."""
    graph = [node for college in colleges for node in _nodes(college)]
    content = {
        "@context": CONTEXT,
        "about": {**about, "Left out": ", ".join(LEFT_OUT)},
        "@graph": graph,
    }
    return (json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _nodes(college: CollegeCourses) -> Iterator[dict[str, Any]]:
    for row in college.courses:
        yield _course(row, college=college)
    for program in dict.fromkeys(row.program for row in college.courses if row.program):
        yield {
            "@type": "ceterms:LearningProgram",
            **_identity(college, "program", program),
            "ceterms:name": _said(program),
        }


def _course(row: CourseText, *, college: CollegeCourses) -> dict[str, Any]:
    node = {
        "@type": "ceterms:Course",
        **_identity(college, "course", row.code),
        "ceterms:codedNotation": row.code,
        "ceterms:name": _said(row.title),
        "ceterms:description": _said(row.description) if row.description else None,
        "ceterms:isPartOf": [_address(college, "program", row.program)] if row.program else None,
        "ceterms:teaches": [_teaches(text) for text in row.outcomes]
        + [_aligned(part) for part in college.alignments.get(row.code, ())],
        "ceterms:creditValue": [
            *_value(row.credits_min, row.credits_max, unit="DegreeCredit"),
            *_value(row.clock_hours, row.clock_hours, unit="ClockHour"),
        ],
        "ceterms:deliveryType": [_delivery(way) for way in row.delivery],
        "ceterms:audienceLevelType": [_term(row.level)] if row.level else None,
        "ceterms:requires": [_prerequisites(row.prerequisites)] if row.prerequisites else None,
        "ceterms:instructionalProgramType": [_cip(code) for code in row.cip_codes],
        "ceterms:isNonCredit": row.is_noncredit or None,
    }
    return {name: value for name, value in node.items() if value}


def _identity(college: CollegeCourses, kind: str, name: str) -> dict[str, str]:
    address = _address(college, kind, name)
    return {"@id": address, "ceterms:ctid": address}


def _address(college: CollegeCourses, kind: str, name: str) -> str:
    return f"ce-{uuid.uuid5(SPACE, json.dumps([college.college_code, college.college_name, kind, name]))}"


def _said(text: str) -> dict[str, str]:
    return {"en": text}


def _teaches(text: str) -> dict[str, Any]:
    return {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": _said(text)}


def _aligned(part: Alignment) -> dict[str, Any]:
    return _teaches(part.text) | {"ceterms:frameworkName": _said(part.framework), "ceterms:codedNotation": part.code}


def _term(name: str, *, term: str = "") -> dict[str, Any]:
    node: dict[str, Any] = {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": _said(name)}
    return {**node, "ceterms:targetNode": term} if term else node


def _delivery(way: str) -> dict[str, Any]:
    term = DELIVERY_TERMS.get(way, "")
    return _term(way, term=f"deliver:{term}" if term else "")


def _cip(code: str) -> dict[str, Any]:
    return {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:frameworkName": _said("Classification of Instructional Programs"),
        "ceterms:codedNotation": code,
    }


def _value(fewest: Decimal | None, most: Decimal | None, *, unit: str) -> list[dict[str, Any]]:
    if fewest is None and most is None:
        return []
    low, high = _number(most if fewest is None else fewest), _number(fewest if most is None else most)
    amount = {"schema:value": low} if low == high else {"schema:minValue": low, "schema:maxValue": high}
    units = [_term(unit, term=f"creditUnit:{unit}")]
    return [{"@type": "schema:ValueProfile", **amount, "ceterms:creditUnitType": units}]


def _number(number: Decimal | None) -> int | float:
    number = number or Decimal(0)
    return int(number) if number == number.to_integral_value() else float(number)


def _prerequisites(text: str) -> dict[str, Any]:
    return {
        "@type": "ceterms:ConditionProfile",
        "ceterms:name": _said("Prerequisites"),
        "ceterms:description": _said(text),
    }
