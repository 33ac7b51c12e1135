"""CASE packages and CTDL-ASN frameworks: trees of statements; the statements here are invented."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.refusals import Refusal
from base.tables import Sheet, workbook
from survey.importers import read_need_file
from survey.records import NeedReading

DOCUMENT = {
    "identifier": "doc",
    "title": "Plant Skills",
    "creator": "A Guild",
    "version": "2",
    "lastChangeDateTime": "2026-01-01T00:00:00Z",
    "licenseURI": {"title": "CC BY 4.0", "uri": "https://licence.example"},
}


def item(identifier: str, statement: str | None, **more: Any) -> dict[str, Any]:
    return {"identifier": identifier, "uri": f"https://x.example/{identifier}", "fullStatement": statement, **more}


def link(child: str, parent: str, *, kind: str = "isChildOf", **more: Any) -> dict[str, Any]:
    ends = {"originNodeURI": {"identifier": child}, "destinationNodeURI": {"identifier": parent}}
    return {"associationType": kind, **ends, **more}


ITEMS = [
    item("a", "Keep conveyors running.", humanCodingScheme="K"),
    item("a2", "Mend belts.", humanCodingScheme="K.2", notes="Torn ones."),
    item("a1", "Grease bearings.", humanCodingScheme="K.1"),
    item("b", "Sweep the bay.", conceptKeywords=["broom"]),
]
LINKS = [
    link("a", "doc"),
    link("a2", "a", sequenceNumber=2),
    link("a1", "a", sequenceNumber=1),
    link("b", "doc"),
    link("a", "b", kind="exactMatchOf"),
]
PACKAGE = {"CFDocument": DOCUMENT, "CFItems": ITEMS, "CFAssociations": LINKS}


def read(document: Any) -> NeedReading:
    return read_need_file(json.dumps(document).encode(), filename="package.json")


@pytest.mark.parametrize("document", [PACKAGE, {"CFPackage": PACKAGE}])
def test_a_parent_holds_its_children_in_their_order_and_a_leaf_its_own_statement(document: Any) -> None:
    reading = read(document)
    assert [(need.code, need.title, need.area, need.elements) for need in reading.needs] == [
        ("K", "Keep conveyors running.", "Plant Skills", ("Grease bearings.", "Mend belts.")),
        ("K.2", "Mend belts.", "Keep conveyors running.", ("Mend belts.",)),
        ("K.1", "Grease bearings.", "Keep conveyors running.", ("Grease bearings.",)),
        ("b", "Sweep the bay.", "Plant Skills", ("Sweep the bay.",)),
    ]
    assert reading.needs[1].description == "Torn ones."
    assert reading.needs[3].keywords == ("broom",)
    assert {(need.source, need.source_version, need.licence) for need in reading.needs} == {
        ("Plant Skills (A Guild)", "2", "CC BY 4.0")
    }
    assert [need.source_id for need in reading.needs] == [each["uri"] for each in ITEMS]
    assert [(doubt.raw, doubt.reason) for doubt in reading.doubts] == [
        ("exactMatchOf", "1 associations of this kind were not read.")
    ]


def test_items_without_a_statement_or_standing_twice_are_accounted_for() -> None:
    items = [*ITEMS, item("c", None), ITEMS[0], "odd"]
    reading = read({**PACKAGE, "CFItems": items})
    assert reading.n_seen == 7
    assert [reject.place for reject in reading.rejects] == ["item 7", "item 5"]
    assert [duplicate.place for duplicate in reading.duplicates] == ["item 6"]


def test_items_that_share_a_code_are_all_kept() -> None:
    items = [item("one", "Cut.", humanCodingScheme="X"), item("two", "Saw.", humanCodingScheme="X")]
    assert [need.code for need in read({"CFItems": items}).needs] == ["X", "two"]


def test_a_long_statement_is_cut_in_the_title_only() -> None:
    statement = "Hang the lock. " * 40
    (need,) = read({"CFItems": [item("x", statement)]}).needs
    assert len(need.title) <= 300
    assert need.description == statement.strip()
    assert need.elements == ("Hang the lock.",) * 40


def test_circles_and_links_to_nowhere_do_no_harm() -> None:
    circle = [link("a", "a1"), link("a1", "a"), link("a", "a"), link("b", "nowhere")]
    reading = read({**PACKAGE, "CFAssociations": circle})
    assert len(reading.needs) == 4
    assert reading.needs[0].elements == ("Grease bearings.",)


def test_a_package_without_items_is_refused() -> None:
    with pytest.raises(Refusal, match=r"package\.json: this CASE package holds no items"):
        read({"CFDocument": DOCUMENT})


def test_the_workbook_of_opensalt_reads_like_the_package() -> None:
    sheets = [
        Sheet("CF Doc", ["identifier", "creator", "title", "version"], [["doc", "A Guild", "Plant Skills", "2"]]),
        Sheet(
            "CF Item",
            ["identifier", "fullStatement", "humanCodingScheme", "notes", "conceptKeywords"],
            [
                [
                    each["identifier"],
                    each["fullStatement"],
                    each.get("humanCodingScheme", ""),
                    each.get("notes", ""),
                    ", ".join(each.get("conceptKeywords", [])),
                ]
                for each in ITEMS
            ],
        ),
        Sheet(
            "CF Association",
            ["identifier", "originNodeIdentifier", "associationType", "destinationNodeIdentifier"],
            [["1", "a", "Is Child Of", "doc"], ["2", "a1", "Is Child Of", "a"], ["3", "a2", "Is Child Of", "a"]],
        ),
    ]
    reading = read_need_file(workbook(sheets, about={"For": "a test"}), filename="framework.xlsx")
    from_json = read(PACKAGE)
    told = [(need.code, need.title, need.area, need.elements, need.source, need.keywords) for need in reading.needs]
    assert told == [(n.code, n.title, n.area, n.elements, n.source, n.keywords) for n in from_json.needs]


NAMES = st.sampled_from(["a", "b", "c", "d", ""])


@settings(deadline=None)
@given(
    items=st.lists(st.tuples(NAMES, st.sampled_from(["Cut.", "Saw.", "", None])), min_size=1, max_size=8),
    links=st.lists(st.tuples(NAMES, NAMES), max_size=10),
)
def test_every_item_is_a_need_a_reject_or_a_duplicate(
    items: list[tuple[str, str | None]], links: list[tuple[str, str]]
) -> None:
    document = {
        "CFItems": [{"identifier": key, "fullStatement": text} for key, text in items],
        "CFAssociations": [link(child, parent) for child, parent in links],
    }
    reading = read(document)
    assert reading.n_seen == len(items)
    assert len(reading.needs) + len(reading.rejects) + len(reading.duplicates) == len(items)


# CTDL-ASN

CTID = "ce-0a0b0c0d-0000-4000-8000-00000000000"
FRAMEWORK = {
    "@type": "ceasn:CompetencyFramework",
    "@id": "https://r.example/f",
    "ceasn:name": {"en-US": "Plant Skills", "de": "Werk"},
    "ceasn:hasTopChild": ["https://r.example/1"],
}


def competency(number: int, text: Any, **more: Any) -> dict[str, Any]:
    address = f"https://r.example/{number}"
    return {
        "@type": "ceasn:Competency",
        "@id": address,
        "ceterms:ctid": f"{CTID}{number}",
        "ceasn:competencyText": text,
        **{f"ceasn:{name}": value for name, value in more.items()},
    }


GRAPH = [
    FRAMEWORK,
    competency(1, {"en-us": "Keep conveyors running."}, isPartOf="https://r.example/f"),
    competency(
        2, {"de": "Fetten.", "en": ["Grease bearings."]}, isChildOf=["https://r.example/1"], codedNotation="K.1"
    ),
    competency(3, "Mend belts.", isChildOf=[{"@id": f"{CTID}1"}]),
]


@pytest.mark.parametrize(
    "document", [GRAPH, {"@context": "x", "@graph": GRAPH}, {"decoded_resource": {"@graph": GRAPH}}]
)
def test_competencies_are_read_bare_from_a_graph_and_from_an_envelope(document: Any) -> None:
    reading = read(document)
    assert [(need.code, need.title, need.area, need.elements) for need in reading.needs] == [
        (f"{CTID}1", "Keep conveyors running.", "Plant Skills", ("Grease bearings.", "Mend belts.")),
        ("K.1", "Grease bearings.", "Keep conveyors running.", ("Grease bearings.",)),
        (f"{CTID}3", "Mend belts.", "Keep conveyors running.", ("Mend belts.",)),
    ]
    assert {need.source for need in reading.needs} == {"Plant Skills"}
    assert (reading.n_seen, reading.format) == (3, "CTDL-ASN competencies")


def test_a_competency_alone_is_a_need() -> None:
    (need,) = read(competency(1, {"en-us": "Electricity"})).needs
    assert (need.title, need.source, need.source_id) == ("Electricity", "CTDL-ASN", "https://r.example/1")


def test_a_framework_without_its_competencies_says_what_is_missing() -> None:
    with pytest.raises(Refusal, match="the framework “Plant Skills” and names 1 competencies by address only"):
        read(FRAMEWORK)


def test_a_course_of_the_registry_is_no_framework() -> None:
    with pytest.raises(Refusal, match=r"holds no competencies, but Course \(1\)"):
        read({"@type": "ceterms:Course", "ceterms:name": "Welding"})


def test_the_competencies_csv_begins_with_its_framework() -> None:
    text = (
        "@type,@id,ceasn:name,ceasn:competencyText,ceasn:isPartOf,ceasn:isChildOf\n"
        "ceasn:CompetencyFramework,f,Plant Skills,,,\n"
        "ceasn:Competency,1,,Keep conveyors running.,f,\n"
        "ceasn:Competency,2,,Mend belts.,f,1\n"
        "ceasn:Competency,3,,,f,1\n"
    )
    reading = read_need_file(text.encode(), filename="competencies.csv")
    assert [(need.code, need.area, need.elements) for need in reading.needs] == [
        ("1", "Plant Skills", ("Mend belts.",)),
        ("2", "Keep conveyors running.", ("Mend belts.",)),
    ]
    assert [reject.place for reject in reading.rejects] == ["row 5"]
