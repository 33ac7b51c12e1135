"""Read courses from CTDL, the linked data of the Credential Registry (JSON-LD): nodes, graphs and envelopes.

Old records hold plain texts, new ones language maps ({"en-US": "Welding"}); both are read, English before others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from base.json_lists import entry_text
from base.refusals import shown
from catalog.importers.json_exports import UnknownExport, field_names, plain_text, range_text, read_export
from catalog.importers.progress import SHARE_OF_PARSING, told
from catalog.importers.reading import CourseReader, Entry
from catalog.importers.values import Unreadable, course_level
from catalog.records import CatalogReading

FORMAT = "CTDL JSON-LD"

COURSE_TYPES = frozenset(("Course", "LearningOpportunityProfile", "LearningOpportunity"))
PROGRAM_TYPES = frozenset(("LearningProgram", "Program", "Pathway"))
FRAMEWORK_TYPES = frozenset(("CompetencyFramework", "Competency", "ConceptScheme", "Concept"))
CREDENTIAL_WORDS = ("Degree", "Certificate", "Certification", "Credential", "Diploma", "License", "Badge")
ORGANISATION_WORDS = ("Organization", "Agent")

CTID = re.compile(r"ce-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
HOURS_DURATION = re.compile(r"PT(\d{1,5})H")

TEACHES_FIELDS = ("teaches", "assesses", "targetCompetency")
REQUISITE_FIELDS = ("prerequisite", "requires", "entryCondition", "corequisite")
#: Terms of CTDL's delivery list and the words that the region uses.
DELIVERY_TERMS = {
    "inperson": "on campus", "onlineonly": "online", "blendeddelivery": "hybrid", "blended": "hybrid",
    "hybrid": "hybrid", "workbased": "work-based",
}  # fmt: skip
#: Units of credit that count hours of teaching, not credits.
HOUR_UNITS = frozenset(("clockhour", "contacthour"))
UNITS = frozenset(("semesterhour", "semesterhours", "quarterhour", "quarterhours", "degreecredit", "credit", "unit"))
NO_REQUISITE = frozenset(("none", "n/a", "none."))
READ_FIELDS = frozenset((
    "ctid", "name", "description", "codedNotation", "creditValue", "creditUnitType", "creditUnitValue",
    "creditHourValue", "creditHourType", "creditUnitTypeDescription", "estimatedDuration", "deliveryType",
    "isNonCredit", "isPartOf", "audienceLevelType", "lifeCycleStatusType", "hasPart", "inLanguage", "identifier",
    "instructionalProgramType", "instructionalProgramTypes",
    *TEACHES_FIELDS, *REQUISITE_FIELDS,
))  # fmt: skip


@dataclass(frozen=True)
class Node:
    """Hold one record of the file; a name of its fields goes without the prefix ceterms:."""

    place: str
    #: Without prefix: Course, LearningProgram, BachelorOfScienceDegree.
    kind: str
    fields: Mapping[str, Any]
    raw: Any

    @property
    def name(self) -> str:
        """Return what the record is called."""
        return text_of(self.fields.get("name")) or text_of(self.fields.get("competencyText"))


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell by its field names whether a file holds records of the Credential Registry."""
    names = field_names(content)
    has_fields = any(name.startswith(("ceterms:", "ceasn:")) for name in names)
    return has_fields or "decoded_resource" in names


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read every course and learning opportunity; programs and credentials are listed with what they name."""
    filename = shown(filename)
    nodes = list(nodes_in(read_export(content, filename=filename)))
    by_address = {address: node for node in nodes for address in addresses_of(node)}
    reader = CourseReader(filename=filename, format=FORMAT, strict=strict)
    for node in told(nodes, start=SHARE_OF_PARSING):
        if node.kind in COURSE_TYPES:
            take(node, by_address=by_address, reader=reader)
        elif is_award(node):
            list_award(node, by_address=by_address, reader=reader)
    reading = reader.reading()
    if not reading.n_seen:
        raise UnknownExport(f"{filename}: {what_it_holds(nodes)}")
    note_others(nodes, reader=reader)
    return reader.reading()


def what_it_holds(nodes: list[Node]) -> str:
    """Say what a file without any course, program or credential holds instead."""
    kinds = Counter(node.kind for node in nodes)
    if not kinds:
        return "this file holds no record with a type. Download the record again as JSON-LD."
    listed = ", ".join(f"{kind} ({n})" for kind, n in kinds.most_common(5))
    if kinds.keys() & FRAMEWORK_TYPES:
        return f"this file holds a competency framework, not courses: {listed}. Import it as a list of skill needs."
    return f"this file holds no courses, but {listed}. Download the records of the courses."


# Records


def nodes_in(document: Any) -> Iterator[Node]:
    """Yield the records of a file: a bare one, a graph, an envelope, or a list of these; parts within parts too."""
    for number, raw in enumerate(_top_level(document), start=1):
        yield _node(raw, place=f"record {number}")
        waiting = _whole_parts(raw)
        while waiting:
            part = waiting.pop(0)
            yield _node(part, place=f"record {number}, part")
            waiting += _whole_parts(part)


def _whole_parts(raw: dict[str, Any]) -> list[dict[str, Any]]:
    """List the learning opportunities that stand whole within another one."""
    return [part for part in listed(raw.get("ceterms:hasPart")) if isinstance(part, dict) and "@type" in part]


def _top_level(document: Any) -> Iterator[dict[str, Any]]:
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
            continue
        if not isinstance(value, dict):
            continue
        inner = next((value[name] for name in ("decoded_resource", "@graph") if value.get(name)), None)
        if inner is None and "@type" not in value:
            inner = next((value[name] for name in ("data", "results", "items", "resource") if value.get(name)), None)
        if inner is not None:
            waiting.append(inner)
        elif "@type" in value:
            yield value


def _node(raw: dict[str, Any], *, place: str) -> Node:
    kinds = [plain_text(kind).rpartition(":")[2] for kind in listed(raw.get("@type"))]
    kind = next((kind for kind in kinds if kind in COURSE_TYPES), kinds[0] if kinds else "")
    fields = {name.rpartition(":")[2].strip(): value for name, value in raw.items()}
    return Node(place=place, kind=kind, fields=fields, raw=raw)


def addresses_of(node: Node) -> Iterator[str]:
    """Yield the names by which other records point to one: its address and its CTID."""
    for value in (node.fields.get("@id"), node.fields.get("ctid")):
        if address := address_of(value):
            yield address


def address_of(value: Any) -> str:
    """Return what a pointer points to, as the CTID in it when there is one; "" when it is no pointer."""
    if isinstance(value, dict):
        value = value.get("@id")
    text = value if isinstance(value, str) else ""
    found = CTID.search(text)
    return found[0].casefold() if found else text


def is_award(node: Node) -> bool:
    """Tell whether a record is a program or a credential."""
    if node.kind in PROGRAM_TYPES:
        return True
    return any(word in node.kind for word in CREDENTIAL_WORDS) and not any(
        word in node.kind for word in ORGANISATION_WORDS
    )


# Values


def listed(value: Any) -> list[Any]:
    """Return a value as a list; JSON-LD leaves out the brackets of a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: Any) -> str:
    """Return a text that is written plainly or as a language map; English before other languages."""
    return "\n".join(texts_of(value))


def texts_of(value: Any) -> tuple[str, ...]:
    """List the texts of a value: a text, a language map, or a list of these."""
    if isinstance(value, list):
        return tuple(text for part in value for text in texts_of(part))
    if isinstance(value, dict):
        if "@value" in value:
            return texts_of(value["@value"])
        tags = sorted((tag for tag in value if not tag.startswith("@")), key=lambda tag: not _is_english(tag))
        return next((texts for tag in tags if (texts := texts_of(value[tag]))), ())
    text = plain_text(value)
    return (text,) if text else ()


def _is_english(tag: str) -> bool:
    return tag.casefold().split("-")[0] == "en"


def term_of(value: Any) -> str:
    """Return the term that an alignment points to, folded: "deliveryType:OnlineOnly" is onlineonly."""
    if isinstance(value, dict):
        value = plain_text(value.get("ceterms:targetNode")) or text_of(value.get("ceterms:targetNodeName"))
    return re.sub(r"[^a-z]", "", plain_text(value).rpartition(":")[2].casefold())


# Courses


def take(node: Node, *, by_address: Mapping[str, Node], reader: CourseReader) -> None:
    """Take one course, and doubt it when it is out of force or points to competencies that are not in the file."""
    n_taken = len(reader.courses)
    outcomes, n_unknown = outcomes_of(node, by_address=by_address)
    reader.take(entry_of(node, outcomes=outcomes, by_address=by_address))
    if len(reader.courses) == n_taken:
        return
    if n_unknown:
        reason = f"{n_unknown} of its competencies are named by their address only; their texts are not in this file."
        reader.doubt(place=node.place, reason=reason, raw=node.name)
    status = term_of(next(iter(listed(node.fields.get("lifeCycleStatusType"))), None))
    if status and status != "active":
        reason = f"The course is marked {shown(status)}. Take it out of the file if it is no longer offered."
        reader.doubt(place=node.place, reason=reason, raw=node.name)


def entry_of(node: Node, *, outcomes: tuple[str, ...], by_address: Mapping[str, Node]) -> Entry:
    """Gather the texts of a course by field; without a code of its own the CTID is the code."""
    fields = node.fields
    credits, clock_hours = credits_and_hours(fields)
    texts = {
        "code": text_of(fields.get("codedNotation")) or text_of(fields.get("ctid")),
        "title": " ".join(node.name.split()),
        "description": text_of(fields.get("description")),
        "program": program_of(fields, by_address=by_address),
        "level": level_of(fields),
        "credits": credits,
        "clock_hours": clock_hours or hours_of_duration(fields),
        "prerequisites": "\n".join(requisites_of(fields, by_address=by_address)),
        "noncredit": "yes" if fields.get("isNonCredit") is True else "",
    }
    lists = {"outcomes": outcomes, "delivery": delivery_of(fields), "cip": programs_of(fields)}
    return Entry(place=node.place, raw=entry_text(node.raw), texts=texts, lists=lists)


def outcomes_of(node: Node, *, by_address: Mapping[str, Node]) -> tuple[tuple[str, ...], int]:
    """List the competencies that a course teaches or assesses, and count those whose texts are not in the file."""
    outcomes: dict[str, None] = {}
    n_unknown = 0
    for field in TEACHES_FIELDS:
        for alignment in listed(node.fields.get(field)):
            if text := outcome_text(alignment, by_address=by_address):
                outcomes[text] = None
            else:
                n_unknown += 1
    return tuple(outcomes), n_unknown


def outcome_text(alignment: Any, *, by_address: Mapping[str, Node]) -> str:
    """Return the words of a competency: its name, its description or both, here or in the record pointed to."""
    pointer: Any = alignment
    if isinstance(alignment, dict):
        name, text = (text_of(alignment.get(f"ceterms:targetNode{part}")) for part in ("Name", "Description"))
        if name or text:
            return name if not text or text == name else text if text.startswith(name) else f"{name}: {text}"
        pointer = alignment.get("ceterms:targetNode") or alignment.get("@id")
    competency = by_address.get(address_of(pointer))
    if competency is not None:
        return text_of(competency.fields.get("competencyText")) or competency.name
    is_address = isinstance(pointer, dict) or re.match(r"https?:|_:|ce-", plain_text(pointer))
    return "" if is_address else plain_text(pointer)


def credits_and_hours(fields: Mapping[str, Any]) -> tuple[str, str]:
    """Return credits and clock hours as texts; each is "" when it is not stated."""
    credits = hours = ""
    for profile in listed(fields.get("creditValue")):
        if not isinstance(profile, dict):
            credits = credits or plain_text(profile)
            continue
        value, low, high = (plain_text(profile.get(f"schema:{name}")) for name in ("value", "minValue", "maxValue"))
        unit = term_of(next(iter(listed(profile.get("ceterms:creditUnitType"))), None))
        stated = value or range_text(low, high)
        if unit in HOUR_UNITS:
            hours = hours or stated
        elif not unit or unit in UNITS:
            credits = credits or stated
    if not credits and not hours:
        unit = term_of(next(iter(listed(fields.get("creditUnitType"))), None))
        old = plain_text(fields.get("creditUnitValue")) or plain_text(fields.get("creditHourValue"))
        credits, hours = ("", old) if unit in HOUR_UNITS else (old, "")
    return credits, hours


def hours_of_duration(fields: Mapping[str, Any]) -> str:
    """Return the hours of a course when exactly one duration is stated in hours."""
    profiles = [profile for profile in listed(fields.get("estimatedDuration")) if isinstance(profile, dict)]
    found = [HOURS_DURATION.fullmatch(plain_text(profile.get("ceterms:exactDuration"))) for profile in profiles]
    hours = [match[1] for match in found if match is not None]
    return hours[0] if len(hours) == 1 else ""


def delivery_of(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """List the ways of delivery in the words of the region; a term that they lack is passed on as it is called."""
    ways = []
    for alignment in listed(fields.get("deliveryType")):
        name = text_of(alignment.get("ceterms:targetNodeName")) if isinstance(alignment, dict) else ""
        ways.append(DELIVERY_TERMS.get(term_of(alignment)) or name or plain_text(alignment))
    return tuple(way for way in ways if way)


def programs_of(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """List the CIP codes that a course names, by code, by address or as plain texts."""
    codes = []
    for alignment in listed(fields.get("instructionalProgramType") or fields.get("instructionalProgramTypes")):
        if isinstance(alignment, dict):
            address = re.search(r"\d{2}\.\d{2,4}$", plain_text(alignment.get("ceterms:targetNode")))
            codes.append(plain_text(alignment.get("ceterms:codedNotation")) or (address[0] if address else ""))
        else:
            codes.append(plain_text(alignment).rpartition(":")[2])
    return tuple(code for code in codes if code)


def level_of(fields: Mapping[str, Any]) -> str:
    """Return the level when one of the audience levels is a level of skill, not a level of schooling."""
    for alignment in listed(fields.get("audienceLevelType")):
        name = text_of(alignment.get("ceterms:targetNodeName")) if isinstance(alignment, dict) else ""
        try:
            return course_level(name)
        except Unreadable:
            continue
    return ""


def requisites_of(fields: Mapping[str, Any], *, by_address: Mapping[str, Node]) -> tuple[str, ...]:
    """List the requirements in words; a requirement that only points to a course is named when it is in the file."""
    found: dict[str, None] = {}
    for condition in (entry for field in REQUISITE_FIELDS for entry in listed(fields.get(field))):
        texts: list[str] = []
        if isinstance(condition, dict):
            texts += texts_of(condition.get("ceterms:description")) + texts_of(condition.get("ceterms:condition"))
            pointers = listed(condition.get("ceterms:targetLearningOpportunity")) or [condition]
        else:
            pointers = [condition]
        texts += [by_address[address].name for p in pointers if (address := address_of(p)) in by_address]
        found.update(dict.fromkeys(text for text in texts if text.casefold() not in NO_REQUISITE))
    return tuple(found)


def program_of(fields: Mapping[str, Any], *, by_address: Mapping[str, Node]) -> str:
    """Return the name of the program that a course is part of, when the program is in the file."""
    parents = (by_address.get(address_of(pointer)) for pointer in listed(fields.get("isPartOf")))
    return next((parent.name for parent in parents if parent is not None and is_award(parent)), "")


# Everything else


def list_award(node: Node, *, by_address: Mapping[str, Node], reader: CourseReader) -> None:
    """List a program or credential, which is no course, and the courses that it names but that are not in the file."""
    kind = "program" if node.kind in PROGRAM_TYPES else "credential"
    reason = f"This record is a {kind} ({node.kind}), not a course."
    reader.reject(place=node.place, reason=reason, raw=f"{node.name} ({text_of(node.fields.get('ctid'))})")
    for address in dict.fromkeys(course_pointers(node)):
        if address not in by_address:
            reason = (
                f"The {kind} names this course by its address only; its text is not in this file. "
                "Download the record of the course."
            )
            reader.reject(place=node.place, reason=reason, raw=address)


def course_pointers(node: Node) -> Iterator[str]:
    """Yield the addresses of the courses that a program or credential requires or consists of."""
    conditions = [entry for field in ("requires", "recommends") for entry in listed(node.fields.get(field))]
    pointers = [
        pointer
        for condition in conditions
        if isinstance(condition, dict)
        for pointer in listed(condition.get("ceterms:targetLearningOpportunity"))
    ]
    if node.kind in PROGRAM_TYPES:
        pointers += [part for part in listed(node.fields.get("hasPart")) if not _is_whole(part)]
    return (address for pointer in pointers if (address := address_of(pointer)))


def _is_whole(part: Any) -> bool:
    return isinstance(part, dict) and "@type" in part


def note_others(nodes: list[Node], *, reader: CourseReader) -> None:
    """List, as doubts, the kinds of records that were passed over and the fields that no course takes."""
    courses = [node for node in nodes if node.kind in COURSE_TYPES]
    others = Counter(node.kind for node in nodes if node.kind not in COURSE_TYPES and not is_award(node))
    if others:
        raw = ", ".join(f"{kind} ({n})" for kind, n in others.most_common())
        reader.doubt(place="whole file", reason="Records of these kinds are no courses and were not read.", raw=raw)
    unread = dict.fromkeys(
        name for node in courses for name, value in node.fields.items() if value and name not in READ_FIELDS
    )
    names = [name for name in unread if not name.startswith("@")]
    if names:
        reason = f"{len(names)} fields that stand in some courses have no place in a catalog and were not read."
        reader.doubt(place="whole file", reason=reason, raw=", ".join(shown(name, limit=40) for name in names))
