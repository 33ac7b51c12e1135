"""Courses leave as CTDL and come back as the same courses, but for the fields that the file says it leaves out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from base.database import Database
from catalog import operations
from catalog.ctdl_files import LEFT_OUT, Alignment, CollegeCourses, ctdl_file
from catalog.importers import read_course_file
from catalog.queries import CourseText
from catalog.records import CatalogReading, CourseRow

SignIn = Callable[[str], FlaskClient]
FULL = CourseText(
    id=1,
    code="WLD 110/111",
    title="Gas metal arc welding",
    description="Weld “flat” & overhead.",
    outcomes=("Weld a fillet.", "Set wire speed."),
    topics=("Gas",),
    program="Welding",
    level="working",
    credits_min=Decimal("3"),
    credits_max=Decimal("4.5"),
    clock_hours=Decimal("90.5"),
    delivery=("on campus", "online", "hybrid", "at the plant", "work-based", "days", "evenings"),
    credentials=("Welder, level 1",),
    prerequisites="MTH 85",
    last_offered_on=date(2026, 1, 12),
    is_noncredit=True,
    place="row 2",
    cip_codes=("48.0508", "01.0101"),
)
#: Columns of a table have other names than two of the fields.
LOST = {"last_offered_on" if name == "last_offered" else name for name in LEFT_OUT} | {"college"}


def written(*courses: CourseText, alignments: dict[str, tuple[Alignment, ...]] | None = None) -> bytes:
    return ctdl_file([CollegeCourses("TVC", "Test Valley", courses, alignments or {})], about={"College": "TVC"})


def kept(course: CourseRow | CourseText) -> dict[str, Any]:
    return {part.name: getattr(course, part.name) for part in fields(CourseRow) if part.name not in LOST}


def test_a_course_with_every_field_comes_back() -> None:
    reading = read_course_file(written(FULL), filename="courses.jsonld")
    assert reading.format == "CTDL JSON-LD"
    assert [kept(course) for course in reading.courses] == [kept(FULL)]
    assert [note.raw.partition(" (")[0] for note in reading.rejects] == ["Welding"], "the program is a record too"


def test_the_file_says_what_it_leaves_out() -> None:
    document = json.loads(written(FULL))
    assert document["about"] == {"College": "TVC", "Left out": "topics, credentials, last_offered, place"}
    [course] = read_course_file(written(FULL), filename="courses.jsonld").courses
    assert (course.topics, course.credentials, course.last_offered_on) == ((), (), None)


def test_a_course_keeps_its_identifier_and_every_identifier_has_the_form_of_the_registry() -> None:
    first, again = (json.loads(written(FULL))["@graph"] for _ in range(2))
    assert first == again
    assert all(node["ceterms:ctid"].startswith("ce-") and len(node["ceterms:ctid"]) == 39 for node in first)
    assert first[0]["ceterms:isPartOf"] == [first[1]["@id"]]


def test_what_a_course_is_aligned_to_is_named_with_its_list_and_read_once() -> None:
    named = (Alignment("Weld a fillet.", "Skills", "W-1"), Alignment("Read a weld symbol.", "Skills", "W-1"))
    content = written(FULL, alignments={FULL.code: named})
    node = json.loads(content)["@graph"][0]
    assert [part["ceterms:targetNodeName"]["en"] for part in node["ceterms:teaches"]] == [
        "Weld a fillet.",
        "Set wire speed.",
        "Weld a fillet.",
        "Read a weld symbol.",
    ]
    [course] = read_course_file(content, filename="courses.jsonld").courses
    assert course.outcomes == ("Weld a fillet.", "Set wire speed.", "Read a weld symbol.")
    assert node["ceterms:teaches"][2]["ceterms:frameworkName"] == {"en": "Skills"}
    assert node["ceterms:teaches"][2]["ceterms:codedNotation"] == "W-1"


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20).filter(
    lambda text: text.casefold() not in {"none", "n/a", "none."} and "&" not in text and "<" not in text
)
NUMBERS = st.decimals(min_value="0.5", max_value="20", places=1)


@st.composite
def courses(draw: st.DrawFn) -> CourseText:
    low = draw(st.none() | NUMBERS)
    return CourseText(
        id=1,
        code=draw(TEXT),
        title=draw(TEXT),
        description=draw(TEXT),
        outcomes=tuple(draw(st.lists(TEXT, unique=True, max_size=3))),
        topics=(),
        program=draw(st.just("") | TEXT),
        level=draw(st.sampled_from(("", "basic", "working", "advanced"))),
        credits_min=low,
        credits_max=low,
        clock_hours=draw(st.none() | NUMBERS),
        delivery=tuple(draw(st.lists(st.sampled_from(FULL.delivery), unique=True))),
        credentials=(),
        prerequisites=draw(st.just("") | TEXT),
        last_offered_on=None,
        is_noncredit=draw(st.booleans()),
        place="",
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(courses(), min_size=1, max_size=4, unique_by=lambda row: row.code.casefold()))
def test_any_courses_come_back(rows: list[CourseText]) -> None:
    reading = read_course_file(written(*rows), filename="courses.jsonld")
    assert [kept(course) for course in reading.courses] == [kept(row) for row in rows]


@pytest.mark.usefixtures("college_id")
def test_an_edition_is_downloaded_and_can_be_imported_again(
    sign_in: SignIn, database: Database, college_id: int
) -> None:
    row = CourseRow(code="WLD 110", title="Welding", description="Weld plates.", outcomes=("Weld a fillet.",))
    with database.writing() as session:
        operations.store_edition(
            session,
            organisation_id=college_id,
            label="2026",
            filename="a.csv",
            file_digest="a" * 64,
            mapping={},
            reading=CatalogReading("CSV", 1, (row,), (), (), ()),
            by_name="Dana",
            now=datetime(2026, 9, 15, tzinfo=UTC),
        )
        session.commit()
    browser = sign_in("viewer")
    assert "/colleges/TVC/editions/1/courses.jsonld" in browser.get("/colleges/TVC/editions/1").text
    answer = browser.get("/colleges/TVC/editions/1/courses.jsonld")
    assert answer.mimetype == "application/ld+json"
    assert [kept(course) for course in read_course_file(answer.data, filename="x").courses] == [kept(row)]
