"""Assessments: made of needs, changed until a meeting opens, copied afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from voting_hall import CODES, MORNING, NEEDS, Hall

from base.tables import csv_text
from survey import operations, queries
from survey.exports import needs_sheet
from survey.importers import read_need_file
from survey.library import starter_library
from survey.needs import MAX_NEEDS, NeedRefused, fresh_code, need_problem, usable_part, with_codes
from survey.operations import AssessmentLocked, AssessmentRefused
from survey.records import NeedReading, NeedRow

A_NEED = NeedRow("AU-01", "Automation", "Change a PLC program", "advanced", ("Go online", "Save a copy"))


def codes_of(hall: Hall) -> list[str]:
    """Return the codes of the hall's list in their order."""
    return [need.code for need in queries.needs(hall.session, assessment_id=hall.assessment_id)]


def test_an_assessment_keeps_its_needs_in_order_and_whole(planned_hall: Hall) -> None:
    rows = queries.needs(planned_hall.session, assessment_id=planned_hall.assessment_id)
    assert [row.code for row in rows] == list(CODES)
    assert rows[2].description == "Joins plate cleanly."
    assert rows[0].elements == ("Read the print", "Use a meter")
    assert [row.position for row in rows] == [1, 2, 3, 4, 5]


def test_the_list_of_assessments_counts_needs_and_meetings(planned_hall: Hall) -> None:
    (row,) = queries.assessments(planned_hall.session, partnership_id=planned_hall.partnership_id)
    assert (row.title, row.n_needs, row.n_meetings, row.is_locked) == ("Spring list", 5, 1, False)


def test_another_partnership_does_not_see_it(planned_hall: Hall) -> None:
    other = planned_hall.partnership_id + 1
    wanted = planned_hall.assessment_id
    assert queries.assessment(planned_hall.session, assessment_id=wanted, partnership_id=other) is None
    assert queries.assessments(planned_hall.session, partnership_id=other) == []


def test_the_starter_library_makes_an_assessment(db_session: Session, partnership_id: int) -> None:
    library = starter_library()
    assert len(library) >= 60
    made = operations.create_assessment(
        db_session, partnership_id=partnership_id, title="Everything", needs=library, now=MORNING
    )
    assert len(queries.needs(db_session, assessment_id=made)) == len(library)


@pytest.mark.parametrize("title", ["", "   ", "x" * 201])
def test_a_title_is_needed_and_bounded(db_session: Session, partnership_id: int, title: str) -> None:
    with pytest.raises(AssessmentRefused, match="title"):
        operations.create_assessment(db_session, partnership_id=partnership_id, title=title, needs=NEEDS, now=MORNING)


def test_a_list_without_needs_is_refused(db_session: Session, partnership_id: int) -> None:
    with pytest.raises(AssessmentRefused, match="at least one"):
        operations.create_assessment(db_session, partnership_id=partnership_id, title="None", needs=[], now=MORNING)


def test_a_code_may_stand_once_whatever_its_case(db_session: Session, partnership_id: int) -> None:
    twice = [A_NEED, replace(A_NEED, code="au-01", title="Another")]
    with pytest.raises(NeedRefused, match="au-01 stands on this list already"):
        operations.create_assessment(db_session, partnership_id=partnership_id, title="T", needs=twice, now=MORNING)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": " "}, "title is missing"),
        ({"title": "x" * 301}, "301 characters; the limit is 300"),
        ({"code": "A/1"}, "cannot be used"),
        ({"code": "A,1"}, "cannot be used"),
        ({"code": ""}, "cannot be used"),
        ({"code": "C" * 41}, "41 characters; the limit is 40"),
        ({"level": "expert"}, "basic, working or advanced"),
        ({"elements": ()}, "at least one thing"),
        ({"elements": ("x",) * 31}, "31 performance elements"),
        ({"elements": ("x" * 10_000,)}, "10,000 characters"),
        ({"description": "x" * 2001}, "2,001 characters"),
    ],
)
def test_a_need_says_what_must_be_mended(change: dict[str, object], words: str) -> None:
    assert words in need_problem(replace(A_NEED, **change))  # type: ignore[arg-type]  # the names are NeedRow fields


def test_a_good_need_has_no_problem() -> None:
    assert need_problem(A_NEED) == ""
    assert need_problem(replace(A_NEED, code="1.2 (b)", level="")) == ""


def test_what_a_list_cannot_hold_becomes_a_reject_with_its_place() -> None:
    long = replace(A_NEED, code="AU-02", elements=("x" * 10_000,), place="row 3")
    read = NeedReading(n_seen=2, needs=(A_NEED, long), rejects=(), duplicates=())
    usable = usable_part(read)
    assert usable.needs == (A_NEED,)
    assert [(reject.place, reject.raw) for reject in usable.rejects] == [("row 3", A_NEED.title)]
    assert usable.n_seen == len(usable.needs) + len(usable.rejects)


def test_a_file_of_more_needs_than_a_list_holds_is_cut_with_a_word() -> None:
    many = tuple(replace(A_NEED, code=f"N-{number}", place=f"row {number}") for number in range(MAX_NEEDS + 2))
    usable = usable_part(NeedReading(n_seen=len(many), needs=many, rejects=(), duplicates=()))
    assert len(usable.needs) == MAX_NEEDS
    assert [reject.place for reject in usable.rejects] == [f"row {MAX_NEEDS}", f"row {MAX_NEEDS + 1}"]


@pytest.mark.parametrize(
    ("area", "code"),
    [("Quality assurance", "QA-01"), ("Welding", "WE-01"), ("", "N-01"), ("Safety and the workplace", "SAT-01")],
)
def test_a_code_is_made_from_the_area(area: str, code: str) -> None:
    assert fresh_code(area, taken=()) == code


@given(st.lists(st.sampled_from(["", "Welding", "Quality assurance", "Überwachung"]), max_size=20))
def test_made_codes_differ_from_each_other_and_from_those_there(areas: list[str]) -> None:
    needs = [NeedRow("WE-02", "Welding", "t", "", ("e",)), *(NeedRow("", area, "t", "", ("e",)) for area in areas)]
    codes = [need.code.casefold() for need in with_codes(needs)]
    assert len(set(codes)) == len(codes)
    assert codes[0] == "we-02"


def test_needs_can_be_added_changed_and_removed_before_a_meeting_opens(planned_hall: Hall) -> None:
    session = planned_hall.session
    new_id = operations.add_need(session, assessment_id=planned_hall.assessment_id, need=replace(A_NEED, code=""))
    assert codes_of(planned_hall) == [*CODES, "AU-01"]
    operations.change_need(session, need_id=new_id, need=replace(A_NEED, code="", title="Edit a PLC program"))
    changed = queries.needs(session, assessment_id=planned_hall.assessment_id)[-1]
    assert (changed.code, changed.title) == ("AU-01", "Edit a PLC program")
    operations.remove_need(session, need_id=new_id)
    assert codes_of(planned_hall) == list(CODES)


def test_a_changed_need_cannot_take_anothers_code(planned_hall: Hall) -> None:
    first, *_rest = queries.needs(planned_hall.session, assessment_id=planned_hall.assessment_id)
    with pytest.raises(NeedRefused, match="SW-01 stands on this list already"):
        operations.change_need(planned_hall.session, need_id=first.id, need=replace(A_NEED, code="SW-01"))


def test_the_last_need_stays(db_session: Session, partnership_id: int) -> None:
    made = operations.create_assessment(
        db_session, partnership_id=partnership_id, title="One", needs=[A_NEED], now=MORNING
    )
    (only,) = queries.needs(db_session, assessment_id=made)
    with pytest.raises(AssessmentRefused, match="last need"):
        operations.remove_need(db_session, need_id=only.id)


def test_an_opened_meeting_locks_its_list_and_a_copy_is_free(hall: Hall) -> None:
    first, *_rest = queries.needs(hall.session, assessment_id=hall.assessment_id)
    with pytest.raises(AssessmentLocked, match="Copy the list"):
        operations.add_need(hall.session, assessment_id=hall.assessment_id, need=A_NEED)
    with pytest.raises(AssessmentLocked):
        operations.change_need(hall.session, need_id=first.id, need=A_NEED)
    with pytest.raises(AssessmentLocked):
        operations.remove_need(hall.session, need_id=first.id)
    copy_id = operations.copy_assessment(hall.session, assessment_id=hall.assessment_id, title="Copy", now=MORNING)
    operations.add_need(hall.session, assessment_id=copy_id, need=A_NEED)
    assert len(queries.needs(hall.session, assessment_id=copy_id)) == len(CODES) + 1


def test_a_downloaded_list_uploads_as_the_same_list(planned_hall: Hall) -> None:
    rows = queries.needs(planned_hall.session, assessment_id=planned_hall.assessment_id)
    read = read_need_file(csv_text(needs_sheet(rows)), filename="needs.csv")
    assert [replace(need, place="") for need in read.needs] == list(NEEDS)
