"""Skill needs leave as a CASE package and as rich skill descriptors, and come back as the same needs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from base.database import Database
from base.tables import csv_text
from survey import operations
from survey.framework_files import CASE_LEFT_OUT, RSD_COLUMNS, NeedList, case_package, rsd_sheet
from survey.importers import read_need_file
from survey.library import starter_library
from survey.records import NeedRow

SignIn = Callable[[str], FlaskClient]
NOON = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)
WELD = NeedRow("WE-1", "Welding", "Weld plate", "working", ("Weld a fillet", "Set wire speed"), "Joins plate flat.")
LIFT = NeedRow("FL-1", "", "Drive a forklift", "basic", ("Drive a forklift",))


def listed(*needs: NeedRow) -> NeedList:
    return NeedList(title="Needs; autumn", creator="Test Valley", made_at=NOON, needs=needs)


def read_back(*needs: NeedRow) -> dict[str, NeedRow]:
    reading = read_need_file(case_package(listed(*needs)), filename="needs.json")
    assert reading.format == "CASE framework"
    assert not reading.rejects
    return {need.code: need for need in reading.needs}


def kept(need: NeedRow) -> tuple[object, ...]:
    return (need.code, need.area, need.title, need.elements, need.description)


def test_a_package_comes_back_with_needs_areas_and_elements() -> None:
    found = read_back(WELD, LIFT)
    assert kept(found["WE-1"]) == kept(WELD)
    assert found["FL-1"].elements == ("Drive a forklift",)
    assert found["FL-1"].area == "Needs; autumn", "a need without an area stands under the list itself"
    assert found["WE-1"].source == "Needs; autumn (Test Valley)"
    assert len(found) == 2 + 1 + 2, "two needs, one area and two elements are statements"


def test_the_origin_of_an_association_is_the_child() -> None:
    package = json.loads(case_package(listed(WELD)))
    by_id = {item["identifier"]: item for item in package["CFItems"]}
    pairs = [
        (by_id[link["originNodeURI"]["identifier"]]["fullStatement"], link["destinationNodeURI"]["identifier"])
        for link in package["CFAssociations"]
    ]
    need = next(item["identifier"] for item in package["CFItems"] if item.get("humanCodingScheme") == "WE-1")
    assert [child for child, parent in pairs if parent == need] == ["Weld a fillet", "Set wire speed"]
    assert {link["associationType"] for link in package["CFAssociations"]} == {"isChildOf"}
    assert dict(pairs)["Welding"] == package["CFDocument"]["identifier"]


def test_the_same_list_is_the_same_package_and_says_what_it_leaves_out() -> None:
    assert case_package(listed(WELD, LIFT)) == case_package(listed(WELD, LIFT))
    notes = json.loads(case_package(listed(WELD)))["CFDocument"]["notes"]
    assert all(name in notes for name in CASE_LEFT_OUT)


def test_the_starter_library_comes_back_whole() -> None:
    library = starter_library()
    found = read_back(*library)
    assert [kept(found[need.code]) for need in library] == [kept(need) for need in library]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            NeedRow,
            code=st.from_regex(r"[A-Z]{2}-[1-9][0-9]{0,3}", fullmatch=True),
            area=WORDS,
            title=WORDS,
            level=st.just(""),
            elements=st.lists(WORDS, min_size=1, max_size=3, unique=True).map(tuple),
            description=st.just("") | WORDS,
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda need: need.code,
    )
)
def test_any_needs_come_back_from_a_package(needs: list[NeedRow]) -> None:
    found = read_back(*needs)
    assert [kept(found[need.code]) for need in needs] == [kept(need) for need in needs]


def test_descriptors_have_the_columns_of_osmt_and_every_element_comes_back() -> None:
    content = csv_text(rsd_sheet(listed(WELD, LIFT)))
    assert content.decode("utf-8-sig").splitlines()[0] == ",".join(RSD_COLUMNS)
    reading = read_need_file(content, filename="rsd.csv")
    assert reading.format == "Rich Skill Descriptors"
    assert [(need.title, need.area, need.elements) for need in reading.needs] == [
        (need.title, need.area, (element,)) for need in (WELD, LIFT) for element in need.elements
    ]
    assert [need.keywords for need in reading.needs][:2] == [("WE-1", "working")] * 2
    assert {need.source for need in reading.needs} == {"RSD, Test Valley"}


@pytest.mark.usefixtures("college_id")
def test_the_page_of_an_assessment_offers_both(sign_in: SignIn, database: Database, partnership_id: int) -> None:
    with database.writing() as session:
        number = operations.create_assessment(
            session, partnership_id=partnership_id, title="Autumn", needs=[WELD, LIFT], now=NOON
        )
        session.commit()
    browser = sign_in("viewer")
    page = browser.get(f"/assessments/{number}").text
    for name in ("needs.case.json", "needs.rsd.csv"):
        assert f"/assessments/{number}/{name}" in page
        answer = browser.get(f"/assessments/{number}/{name}")
        assert answer.status_code == 200
        titles = {need.title for need in read_need_file(answer.data, filename=name).needs}
        assert {"Weld plate", "Drive a forklift"} <= titles
        assert browser.get(f"/assessments/{number + 1}/{name}").status_code == 404
