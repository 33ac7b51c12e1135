"""Courses from CTDL: nodes, graphs, envelopes; plain texts and language maps; programs say what they name."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from base.refusals import Refusal
from catalog.importers import ctdl
from catalog.importers.ctdl import text_of, texts_of
from catalog.records import CatalogReading, CourseRow

CONTEXT = "https://credreg.net/ctdl/schema/context/json"
BASE = "https://registry.example.org/resources/"


def ctid(number: int) -> str:
    return f"ce-00000000-0000-4000-8000-{number:012d}"


def course(number: int = 1, **fields: Any) -> dict[str, Any]:
    named = {f"ceterms:{name}": value for name, value in fields.items()}
    return {
        "@id": BASE + ctid(number),
        "@type": "ceterms:Course",
        "ceterms:ctid": ctid(number),
        "ceterms:name": {"en-US": "Motor Controls"},
        "ceterms:description": {"en": "Students wire and test starters."},
        "ceterms:codedNotation": f"ELEC {100 + number}",
        **named,
    }


def aligned(name: Any = None, description: Any = None, node: str = "") -> dict[str, Any]:
    parts = {"Name": name, "Description": description, "": node or None}
    alignment = {f"ceterms:targetNode{part}": value for part, value in parts.items() if value is not None}
    return {"@type": "ceterms:CredentialAlignmentObject", **alignment}


def reading_of(document: Any) -> CatalogReading:
    content = json.dumps(document).encode()
    assert ctdl.recognises(content, filename="x.json")
    reading = ctdl.read_courses(content, filename="x.json")
    assert reading.n_seen == len(reading.courses) + len(reading.rejects) + len(reading.duplicates)
    return reading


def only(**fields: Any) -> CourseRow:
    (found,) = reading_of(course(**fields)).courses
    return found


# Shapes of files


@pytest.mark.parametrize(
    "wrap",
    [
        lambda node: {"@context": CONTEXT, **node},
        lambda node: {"@context": CONTEXT, "@id": "x", "@graph": [node]},
        lambda node: {"envelope_id": "7", "decoded_resource": {"@graph": [node]}},
        lambda node: [{"decoded_resource": node}],
        lambda node: {"data": [node], "total": 1},
    ],
)
def test_a_course_is_found_in_a_node_a_graph_an_envelope_and_a_list(wrap: Any) -> None:
    assert [found.code for found in reading_of(wrap(course())).courses] == ["ELEC 101"]


def test_a_file_that_begins_with_a_byte_order_mark_is_read() -> None:
    assert ctdl.read_courses(b"\xef\xbb\xbf" + json.dumps(course()).encode(), filename="x").n_seen == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Weld", "Weld"),
        ({"en-US": "Weld"}, "Weld"),
        ({"es": "Soldar", "en-us": "Weld"}, "Weld"),
        ({"es": "Soldar"}, "Soldar"),
        ({"en": ["Weld", "Cut"]}, "Weld\nCut"),
        (["Weld", {"en": "Cut"}], "Weld\nCut"),
        ({"@value": "Weld", "@language": "en"}, "Weld"),
        (None, ""),
        ({}, ""),
    ],
)
def test_texts_are_plain_or_language_maps(value: Any, text: str) -> None:
    assert text_of(value) == text
    assert texts_of(value) == tuple(text.split("\n")) * bool(text)


def test_a_course_without_a_code_of_its_own_bears_its_ctid() -> None:
    node = course()
    del node["ceterms:codedNotation"]
    assert reading_of(node).courses[0].code == ctid(1)


def test_a_part_that_stands_whole_within_a_course_is_a_record_of_its_own() -> None:
    part = {"@type": "ceterms:LearningOpportunityProfile", "ceterms:name": "Part", "ceterms:description": "Text."}
    reading = reading_of(course(hasPart=[part, {"@id": BASE + ctid(9)}]))
    assert reading.n_seen == 2
    assert [reject.reason for reject in reading.rejects] == ["The course Part has no code."]


# Fields


def test_what_a_course_teaches_and_assesses_becomes_its_outcomes() -> None:
    found = only(
        teaches=[aligned("Wire a starter."), aligned({"en": "Overloads"}, {"en": "Size an overload relay."})],
        assesses=aligned(None, "Test a starter."),
        targetCompetency=[aligned("Wire a starter.")],
    )
    assert found.outcomes == ("Wire a starter.", "Overloads: Size an overload relay.", "Test a starter.")


def test_a_competency_named_by_its_address_is_looked_up_in_the_file() -> None:
    competency = {
        "@type": "ceasn:Competency",
        "@id": BASE + ctid(5),
        "ceasn:competencyText": {"en": "Trace a circuit."},
    }
    node = course(teaches=[aligned(node=BASE + ctid(5)), BASE + ctid(5).upper(), aligned(node=BASE + ctid(6))])
    reading = reading_of({"@graph": [node, competency]})
    assert reading.courses[0].outcomes == ("Trace a circuit.",)
    assert [doubt.reason for doubt in reading.doubts if doubt.place == "record 1"] == [
        "1 of its competencies are named by their address only; their texts are not in this file."
    ]


def unit(name: str) -> list[dict[str, Any]]:
    return [aligned(node=f"creditUnit:{name}")]


@pytest.mark.parametrize(
    ("fields", "credits", "hours"),
    [
        ({"creditValue": [{"schema:value": 3, "ceterms:creditUnitType": unit("SemesterHour")}]}, 3, None),
        ({"creditValue": {"schema:minValue": 1, "schema:maxValue": 4}}, 1, None),
        ({"creditValue": [{"schema:value": 48, "ceterms:creditUnitType": unit("ClockHour")}]}, None, 48),
        (
            {"creditValue": [{"schema:value": 4.8, "ceterms:creditUnitType": unit("ContinuingEducationUnit")}]},
            None,
            None,
        ),
        ({"creditUnitValue": 3, "creditUnitType": unit("QuarterHour")}, 3, None),
        ({"creditHourValue": 2, "creditHourType": "Semester Hours"}, 2, None),
        ({"estimatedDuration": [{"ceterms:exactDuration": "P4W"}, {"ceterms:exactDuration": "PT160H"}]}, None, 160),
        ({"estimatedDuration": [{"ceterms:exactDuration": "P1Y"}]}, None, None),
    ],
)
def test_credits_are_read_in_new_and_old_shapes(fields: dict[str, Any], credits: int | None, hours: int | None) -> None:
    found = only(**fields)
    assert (found.credits_min, found.clock_hours) == (
        None if credits is None else Decimal(credits),
        None if hours is None else Decimal(hours),
    )


def test_delivery_level_and_credit_are_read() -> None:
    found = only(
        deliveryType=[aligned("In-Person Only", node="deliveryType:InPerson"), aligned(node="deliver:OnlineOnly")],
        audienceLevelType=[aligned("Associates Degree Level"), aligned("Beginner Level")],
        isNonCredit=True,
    )
    assert (found.delivery, found.level, found.is_noncredit) == (("on campus", "online"), "basic", True)


def test_requirements_are_read_in_words_and_none_is_none() -> None:
    other = course(2, name="Circuits")
    node = course(
        requires=[
            {"ceterms:name": {"en": "Prerequisites"}, "ceterms:description": {"en": "ELEC 90"}},
            {"ceterms:name": {"en": "Prerequisites"}, "ceterms:description": {"en": "None"}},
            {"ceterms:targetLearningOpportunity": [BASE + ctid(2)]},
        ],
        entryCondition={"ceterms:condition": {"en": ["Safety boots"]}},
        prerequisite=[BASE + ctid(3)],
    )
    reading = reading_of({"@graph": [node, other]})
    assert reading.courses[0].prerequisites == "ELEC 90\nCircuits\nSafety boots"


def test_a_course_out_of_force_is_doubted() -> None:
    reading = reading_of(course(lifeCycleStatusType=aligned("Ceased", node="lifeCycle:Ceased")))
    assert any("marked ceased" in doubt.reason for doubt in reading.doubts)


# Records that are no courses


def test_a_credential_says_what_it_names_and_courses_in_the_file_are_stored() -> None:
    credential = {
        "@type": "ceterms:AssociateDegree",
        "@id": BASE + ctid(7),
        "ceterms:ctid": ctid(7),
        "ceterms:name": {"en": "Industrial Maintenance"},
        "ceterms:requires": [{"ceterms:targetLearningOpportunity": [BASE + ctid(1), BASE + ctid(2), BASE + ctid(3)]}],
    }
    organisation = {"@type": "ceterms:CredentialOrganization", "ceterms:name": "Mesa Verde College"}
    reading = reading_of({"@graph": [credential, course(isPartOf=[BASE + ctid(7)]), organisation]})
    assert [(found.code, found.program) for found in reading.courses] == [("ELEC 101", "Industrial Maintenance")]
    assert [reject.raw for reject in reading.rejects] == [f"Industrial Maintenance ({ctid(7)})", ctid(2), ctid(3)]
    assert "its text is not in this file" in reading.rejects[1].reason
    assert [doubt.raw for doubt in reading.doubts if "no courses" in doubt.reason] == ["CredentialOrganization (1)"]


def test_a_program_is_no_course() -> None:
    program = {**course(4, hasPart=[{"@id": BASE + ctid(5)}]), "@type": "ceterms:LearningProgram"}
    reading = reading_of(program)
    assert reading.courses == ()
    assert len(reading.rejects) == 2


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"@type": "ceasn:CompetencyFramework", "ceasn:name": "Welding"}, "competency framework, not courses"),
        ({"@type": "ceterms:Place", "ceterms:name": "Shop"}, "no courses, but Place (1)"),
        ({"ceterms:name": "Nothing"}, "no record with a type"),
    ],
)
def test_a_file_without_courses_is_refused_with_what_it_holds(document: Any, words: str) -> None:
    with pytest.raises(Refusal, match=words.replace("(", r"\(").replace(")", r"\)")):
        ctdl.read_courses(json.dumps(document).encode(), filename="x.json")


def test_parts_within_parts_are_all_counted() -> None:
    node: dict[str, Any] = course()
    for number in range(2, 60):
        node = course(number, hasPart=[node])
    assert reading_of(node).n_seen == 59
