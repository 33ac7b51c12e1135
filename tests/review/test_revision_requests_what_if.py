"""The what-if says exactly what a real run on the changed catalog would say, and changes nothing."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal

import pytest
from region_builder import COOKING_COURSE, HYDRAULICS_COURSE, NOON, PLC_COURSE, THIN_COURSE, Region, reading
from sqlalchemy import text as sql

from catalog import operations as catalog_operations
from catalog.records import CourseRow
from review import operations, queries
from review.what_if import CourseText, Effect, WhatIf, basis_of, what_if

MISSING = ("Replace pumps, valves and cylinders", "Find leaks and pressure losses", "Analyse hydraulic oil samples")
VIBRATION = CourseText(
    title="Vibration readings on rotating machines",
    description="Take vibration readings on pumps and motors and read the spectrum of each machine.",
    outcomes=("Take vibration readings", "Read a vibration spectrum"),
    credits=2.0,
)


def text_of(course: CourseRow, **changes: object) -> CourseText:
    """Return a course's text with some entries changed."""
    text = CourseText(
        title=course.title,
        description=course.description,
        outcomes=course.outcomes,
        credits=None if course.credits_min is None else float(course.credits_min),
        clock_hours=None if course.clock_hours is None else float(course.clock_hours),
    )
    return replace(text, **changes)  # type: ignore[arg-type]  # names are fields of CourseText


def asked(region: Region, run_id: int, course_code: str | None, text: CourseText) -> WhatIf:
    """Ask what a text would change in a run."""
    with region.database.reading() as session:
        return what_if(session, run_id=run_id, college_code="TVC", course_code=course_code, text=text)


def run_on(region: Region, *courses: CourseRow) -> int:
    """Import TVC's catalog with these courses and make a real run on it."""
    with region.database.writing() as session:
        catalog_operations.store_edition(
            session,
            organisation_id=region.college_id,
            label="Next catalog",
            filename="next.csv",
            file_digest="digest of the next",
            mapping={},
            reading=reading(*courses),
            by_name="Dana Ruiz",
            now=NOON,
        )
        session.commit()
    return region.done_run()


def effect(found: WhatIf, code: str) -> Effect:
    """Return the effect on one need."""
    kept = found.effect(code)
    assert kept is not None
    return kept


TRIED = (
    text_of(HYDRAULICS_COURSE, outcomes=(*HYDRAULICS_COURSE.outcomes, *MISSING)),
    text_of(HYDRAULICS_COURSE, outcomes=(*HYDRAULICS_COURSE.outcomes, MISSING[0])),
    text_of(
        HYDRAULICS_COURSE,
        title="Quantity Cooking",
        description="Students cook soups and sauces for a large dining room.",
        outcomes=(),
    ),
    text_of(PLC_COURSE),
    text_of(HYDRAULICS_COURSE, title="Hydraulic Maintenance", credits=3.0, clock_hours=90.0),
    text_of(HYDRAULICS_COURSE, title="Topics", description="Topics.", outcomes=()),
)


@pytest.mark.parametrize("text", TRIED)
def test_a_what_if_equals_a_real_run_on_the_changed_catalog(region: Region, text: CourseText) -> None:
    run_id = region.done_run()
    found = asked(region, run_id, "MEC 130", text)
    with region.database.reading() as session:
        judged = basis_of(session, run_id=run_id, college_code="TVC", course_code="MEC 130").judged(text)
    changed = replace(
        HYDRAULICS_COURSE,
        title=text.title,
        description=text.description,
        outcomes=text.outcomes,
        credits_min=None if text.credits is None else Decimal(str(text.credits)),
        clock_hours=None if text.clock_hours is None else Decimal(str(text.clock_hours)),
    )
    real_id = run_on(region, changed, PLC_COURSE, COOKING_COURSE, THIN_COURSE)
    with region.database.reading() as session:
        pairs = queries.pair_rows(session, run_id=real_id, college_code="TVC", course_code="MEC 130")
        needs = {need.code: need for need in queries.run_needs(session, run_id=real_id)}
        course = queries.run_course(session, run_id=real_id, college_code="TVC", course_code="MEC 130")
    assert {pair.need_code for pair in pairs} == set(judged)
    for pair in pairs:
        mine = judged[pair.need_code]
        assert (pair.verdict, pair.score, pair.covered, pair.missing, pair.reasons) == (
            mine.verdict,
            mine.score,
            mine.covered,
            mine.missing,
            mine.reasons,
        )
        assert [(row.element, row.quote, row.field) for row in pair.evidence] == [
            (row.element, row.quote, row.field) for row in mine.evidence
        ]
    for shown in (*found.changed, *found.unchanged):
        assert shown.need_after == needs[shown.need.code].verdict
    assert course is not None
    assert found.course_after == course.verdict


def test_a_new_course_is_judged_as_the_real_one_would_be(region: Region) -> None:
    run_id = region.done_run()
    found = asked(region, run_id, None, VIBRATION)
    shown = effect(found, "VI-1")
    assert (shown.before, shown.need_before) == ("unrelated", "gap")
    course = CourseRow(
        "MEC 240",
        VIBRATION.title,
        VIBRATION.description,
        outcomes=VIBRATION.outcomes,
        credits_min=Decimal(2),
    )
    real_id = run_on(region, HYDRAULICS_COURSE, PLC_COURSE, COOKING_COURSE, THIN_COURSE, course)
    with region.database.reading() as session:
        needs = {need.code: need.verdict for need in queries.run_needs(session, run_id=real_id)}
        pairs = queries.pair_rows(session, run_id=real_id, course_code="MEC 240")
    assert {pair.need_code: (pair.verdict, pair.covered) for pair in pairs} == {
        e.need.code: (e.after, e.covered_after) for e in (*found.changed, *found.unchanged)
    }
    assert shown.need_after == needs["VI-1"] != "gap"


def test_the_missing_outcomes_cover_the_need_and_are_quoted(region: Region) -> None:
    text = text_of(HYDRAULICS_COURSE, outcomes=(*HYDRAULICS_COURSE.outcomes, *MISSING))
    found = asked(region, region.done_run(), "MEC 130", text)
    shown = effect(found, "HY-1")
    assert (shown.before, shown.covered_before) == ("revise", (0,))
    assert shown.covered_after == (0, 1, 2, 3)
    assert [quote.text for quote in shown.quotes if quote.is_new] == list(MISSING)
    assert shown.missing == ()
    assert "Maintain hydraulic systems" in found.summary


def test_the_old_text_changes_nothing_and_says_so(region: Region) -> None:
    found = asked(region, region.done_run(), "MEC 130", text_of(HYDRAULICS_COURSE))
    assert found.changed == ()
    assert found.summary == "Nothing changes: 4 needs judged, every verdict stays as it is."


def test_a_text_that_loses_its_subject_is_said_to_fall_back(region: Region) -> None:
    found = asked(region, region.done_run(), "MEC 130", TRIED[2])
    assert effect(found, "HY-1").is_worse
    assert "“Maintain hydraulic systems” would fall back" in found.summary


def test_what_reviewers_decided_on_other_courses_still_holds(region: Region) -> None:
    run_id, member = region.done_run(), region.reviewer()
    with region.database.writing() as session:
        operations.decide_verdict(
            session,
            run_id=run_id,
            need_code="PL-1",
            college_code="TVC",
            course_code="AUT 210",
            verdict="unrelated",
            reason="It is not taught any more.",
            member=member,
            now=NOON,
        )
        session.commit()
    shown = effect(asked(region, run_id, "MEC 130", text_of(PLC_COURSE)), "PL-1")
    assert (shown.need_before, shown.need_after) == ("gap", "covered")


def test_asking_writes_nothing(region: Region) -> None:
    run_id = region.done_run()

    def rows() -> list[object]:
        with region.database.reading() as session:
            names = session.scalars(sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).all()
            return [tuple(row) for name in names for row in session.execute(sql(f'SELECT * FROM "{name}"'))]  # noqa: S608 - names of our own tables

    before = rows()
    for text in TRIED:
        asked(region, run_id, "MEC 130", text)
    assert rows() == before


def test_an_answer_comes_while_somebody_types(region: Region) -> None:
    run_id = region.done_run()
    asked(region, run_id, "MEC 130", TRIED[0])
    began = time.perf_counter()
    asked(region, run_id, "MEC 130", TRIED[1])
    assert time.perf_counter() - began < 0.3 * 5, "0.3 seconds on an idle machine; five times that on a busy one"
