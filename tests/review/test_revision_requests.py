"""Revision requests: how they begin, which way they go, and how the next edition closes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from region_builder import COOKING_COURSE, HYDRAULICS_COURSE, NOON, PLC_COURSE, THIN_COURSE, Region, reading
from sqlalchemy import text as sql

from accounts.queries import Member
from app import base_database
from catalog import operations as catalog_operations
from catalog.records import CourseRow
from review import queries, revision_queries, revisions
from review.operations import NotYourCollege, UnknownPair
from review.revision_records import RequestRow, RevisionText
from review.revision_states import OPEN_STATES, STATES, STEPS
from review.revisions import RequestFrozen, StepNotPossible, TextTooLong

HYDRAULICS = {"need_code": "HY-1", "college_code": "TVC", "course_code": "MEC 130"}
#: What HY-1 asks for and the course does not show.
MISSING = ("Replace pumps, valves and cylinders", "Find leaks and pressure losses", "Analyse hydraulic oil samples")
LATER = NOON + timedelta(days=30)


def started(region: Region, member: Member, *, run_id: int | None = None) -> int:
    """Begin the request to revise the hydraulics course."""
    run_id = run_id or region.done_run()
    with region.database.writing() as session:
        request_id = revisions.start_revision(session, run_id=run_id, **HYDRAULICS, member=member, now=NOON)
        session.commit()
    return request_id


def new_course(region: Region, member: Member) -> int:
    """Begin the request for a course on vibration readings, which nobody teaches."""
    run_id = region.done_run()
    with region.database.writing() as session:
        request_id = revisions.start_new_course(session, run_id=run_id, need_code="VI-1", member=member, now=NOON)
        session.commit()
    return request_id


def row(region: Region, request_id: int) -> RequestRow:
    """Return a request as it stands."""
    with region.database.reading() as session:
        found = revision_queries.request_row(session, request_id=request_id, partnership_id=region.partnership_id)
    assert found is not None
    return found


def change(region: Region, request_id: int, member: Member, **changes: object) -> None:
    """Save a draft with some entries changed."""
    new = replace(row(region, request_id).text, **changes)  # type: ignore[arg-type]  # names are fields of RevisionText
    with region.database.writing() as session:
        revisions.save_draft(session, request_id=request_id, text=new, member=member)
        session.commit()


def step(region: Region, request_id: int, member: Member, *states: str, note: str = "") -> None:
    """Take one step after another."""
    for state in states:
        with region.database.writing() as session:
            revisions.take_step(session, request_id=request_id, state=state, note=note, member=member, now=NOON)
            session.commit()


def next_edition(region: Region, *courses: CourseRow, label: str = "2027–28 catalog") -> None:
    """Import the next catalog of TVC through the same operation as the pages do."""
    with region.database.writing() as session:
        catalog_operations.store_edition(
            session,
            organisation_id=region.college_id,
            label=label,
            filename="next.csv",
            file_digest=f"digest of {label} {len(courses)}",
            mapping={},
            reading=reading(*courses),
            by_name="Dana Ruiz",
            now=LATER,
        )
        session.commit()


def test_a_request_starts_from_the_courses_text_and_the_missing_elements_in_the_employers_order(
    region: Region,
) -> None:
    found = row(region, started(region, region.reviewer()))
    assert found.state == "draft"
    assert found.text.outcomes == (*HYDRAULICS_COURSE.outcomes, *MISSING)
    assert found.text.description == HYDRAULICS_COURSE.description
    assert found.changed_parts == {"Outcome"}
    assert [(line.part, line.change) for line in found.rows() if line.change != "same"] == [("Outcome", "new")] * 3


def test_a_course_has_one_open_request_at_a_time(region: Region) -> None:
    run_id, member = region.done_run(), region.reviewer()
    first = started(region, member, run_id=run_id)
    assert started(region, member, run_id=run_id) == first
    step(region, first, member, "withdrawn")
    assert started(region, member, run_id=run_id) != first


def test_a_new_course_starts_from_all_elements_of_the_need(region: Region) -> None:
    found = row(region, new_course(region, region.reviewer()))
    assert found.is_new_course
    assert (found.text.title, found.text.outcomes) == ("Take vibration readings", ("Read a vibration spectrum",))
    assert found.old == RevisionText(title="")


def test_only_a_reviewer_of_the_college_can_begin_or_change_a_request(region: Region) -> None:
    run_id, member = region.done_run(), region.reviewer()
    request_id = started(region, member, run_id=run_id)
    with region.database.writing() as session:
        with pytest.raises(NotYourCollege, match="North Fork College"):
            revisions.start_revision(
                session,
                run_id=run_id,
                need_code="FO-1",
                college_code="NFC",
                course_code="WRK 010",
                member=member,
                now=NOON,
            )
        with pytest.raises(UnknownPair):
            revisions.start_revision(
                session, run_id=run_id, **(HYDRAULICS | {"course_code": "MEC 999"}), member=member, now=NOON
            )
        with pytest.raises(UnknownPair):
            revisions.start_new_course(session, run_id=run_id, need_code="XX-9", member=member, now=NOON)
        other = replace(member, organisation_code="NFC")
        with pytest.raises(NotYourCollege):
            revisions.take_step(session, request_id=request_id, state="proposed", note="", member=other, now=NOON)


def test_a_request_goes_from_draft_to_approval_and_keeps_every_step(region: Region) -> None:
    member = region.reviewer()
    request_id = started(region, member)
    step(region, request_id, member, "proposed", "with_committee")
    step(region, request_id, member, "approved", note="Meeting of 3 October.")
    found = row(region, request_id)
    assert (found.state, found.ended_at) == ("approved", None)
    assert [(s.state, s.note, s.by_name) for s in found.steps] == [
        ("draft", "", "Lee Park"),
        ("proposed", "", "Lee Park"),
        ("with_committee", "", "Lee Park"),
        ("approved", "Meeting of 3 October.", "Lee Park"),
    ]


def test_a_step_is_taken_back_by_one_more_step(region: Region) -> None:
    member = region.reviewer()
    request_id = started(region, member)
    step(region, request_id, member, "proposed", "with_committee", "approved", "with_committee", "proposed", "draft")
    found = row(region, request_id)
    assert found.state == "draft"
    assert len(found.steps) == 7


def test_a_request_is_declined_with_a_reason_and_taken_up_again(region: Region) -> None:
    member = region.reviewer()
    request_id = started(region, member)
    step(region, request_id, member, "proposed", "with_committee")
    with pytest.raises(StepNotPossible, match="Say why it was declined"):
        step(region, request_id, member, "declined", note="  ")
    step(region, request_id, member, "declined", note="No lab for oil samples.")
    assert row(region, request_id).ended_at == NOON
    step(region, request_id, member, "draft")
    assert row(region, request_id).ended_at is None


@pytest.mark.parametrize("state", STATES)
def test_only_the_steps_that_make_sense_can_be_taken(region: Region, state: str) -> None:
    way = {
        "draft": (),
        "proposed": ("proposed",),
        "with_committee": ("proposed", "with_committee"),
        "approved": ("proposed", "with_committee", "approved"),
        "in_catalog": ("proposed", "with_committee", "approved", "in_catalog"),
        "declined": ("proposed", "declined"),
        "withdrawn": ("withdrawn",),
    }[state]
    member = region.reviewer()
    request_id = started(region, member)
    step(region, request_id, member, *way, note="Page 12 of the catalog.")
    allowed = {found.state for found in STEPS[state]}
    for other in set(STATES) - allowed:
        with pytest.raises(StepNotPossible, match="does not follow"):
            step(region, request_id, member, other, note="Words")
    assert row(region, request_id).is_open == (state in OPEN_STATES)


def test_the_text_is_fixed_once_it_is_proposed(region: Region) -> None:
    member = region.reviewer()
    request_id = started(region, member)
    change(
        region, request_id, member, title="Fluid Power Maintenance", outcomes=(" Read schematics ", "", "Find leaks")
    )
    assert row(region, request_id).text.outcomes == ("Read schematics", "Find leaks")
    step(region, request_id, member, "proposed")
    with pytest.raises(RequestFrozen, match="take it back to the draft"):
        change(region, request_id, member, title="Another title")
    assert row(region, request_id).text.title == "Fluid Power Maintenance"


def test_a_request_that_asks_for_nothing_is_not_proposed(region: Region) -> None:
    member = region.reviewer()
    request_id = started(region, member)
    change(region, request_id, member, outcomes=HYDRAULICS_COURSE.outcomes)
    with pytest.raises(StepNotPossible, match="Nothing differs from the catalog"):
        step(region, request_id, member, "proposed")
    with pytest.raises(StepNotPossible, match="Write a description"):
        step(region, new_course(region, member), member, "proposed")


def test_too_many_outcomes_are_refused_and_nothing_is_saved(region: Region) -> None:
    member = region.reviewer()
    request_id = started(region, member)
    with pytest.raises(TextTooLong, match="60 outcomes"):
        change(region, request_id, member, outcomes=tuple(f"Measure part {n}" for n in range(61)))
    assert len(row(region, request_id).text.outcomes) == 5


def test_the_edition_that_prints_every_outcome_closes_the_request_with_proof(region: Region) -> None:
    member = region.reviewer()
    request_id = started(region, member)
    step(region, request_id, member, "proposed", "with_committee")
    printed = replace(
        HYDRAULICS_COURSE,
        outcomes=(*HYDRAULICS_COURSE.outcomes, MISSING[0], MISSING[1].upper() + ".", "Analyse oil samples (hydraulic)"),
    )
    next_edition(region, printed, PLC_COURSE, COOKING_COURSE, THIN_COURSE)
    found = row(region, request_id)
    assert (found.state, found.ended_at) == ("in_catalog", LATER)
    assert found.steps[-1].by_name == "Edition 2 of Test Valley College"
    assert "Edition 2 (2027–28 catalog) prints it: “Replace pumps, valves and cylinders”" in found.steps[-1].note
    check = found.latest_check
    assert check is not None
    assert check.is_adopted
    assert [(f.state, f.printed) for f in check.findings] == [
        ("found", "Replace pumps, valves and cylinders"),
        ("found", "FIND LEAKS AND PRESSURE LOSSES."),
        ("reworded", "Analyse oil samples (hydraulic)"),
    ]


def test_a_partial_edition_says_outcome_by_outcome_what_is_missing_and_leaves_the_request_open(region: Region) -> None:
    member = region.reviewer()
    request_id = started(region, member)
    step(region, request_id, member, "proposed")
    partly = replace(HYDRAULICS_COURSE, outcomes=(*HYDRAULICS_COURSE.outcomes, MISSING[0], "Find leaks"))
    next_edition(region, partly)
    found = row(region, request_id)
    assert found.state == "proposed"
    check = found.latest_check
    assert check is not None
    assert [f.proposed for f in check.found] == [MISSING[0]]
    assert [(f.proposed, f.printed) for f in check.missing] == [
        (MISSING[1], "Find leaks"),
        (MISSING[2], "Read hydraulic schematics"),
    ]
    whole = replace(HYDRAULICS_COURSE, outcomes=(*HYDRAULICS_COURSE.outcomes, *MISSING))
    next_edition(region, whole, label="2028–29 catalog")
    found = row(region, request_id)
    assert found.state == "in_catalog"
    assert [(c.edition_number, c.is_adopted) for c in found.checks] == [(2, False), (3, True)]


def test_an_edition_without_the_course_says_so(region: Region) -> None:
    member = region.reviewer()
    request_id = started(region, member)
    step(region, request_id, member, "proposed")
    next_edition(region, PLC_COURSE)
    check = row(region, request_id).latest_check
    assert check is not None
    assert (check.course_code, check.is_adopted, len(check.missing)) == ("", False, 3)


def test_a_draft_and_a_closed_request_are_left_alone_by_editions(region: Region) -> None:
    member = region.reviewer()
    draft = started(region, member)
    new = new_course(region, member)
    step(region, new, member, "withdrawn")
    next_edition(region, replace(HYDRAULICS_COURSE, outcomes=(*HYDRAULICS_COURSE.outcomes, *MISSING)))
    assert row(region, draft).checks == row(region, new).checks == ()
    step(region, draft, member, "proposed")
    assert row(region, draft).state == "in_catalog", "the edition that came meanwhile is read when it is proposed"


def test_a_changed_description_alone_is_proved_by_the_description(region: Region) -> None:
    member = region.reviewer()
    request_id = started(region, member)
    words = "Maintain pumps, valves and cylinders of hydraulic machines in a working plant."
    change(region, request_id, member, outcomes=HYDRAULICS_COURSE.outcomes, description=words)
    step(region, request_id, member, "proposed")
    next_edition(region, replace(HYDRAULICS_COURSE, level="working"))
    assert row(region, request_id).state == "proposed"
    next_edition(region, replace(HYDRAULICS_COURSE, description=words), label="2028–29 catalog")
    assert row(region, request_id).state == "in_catalog"


@pytest.mark.parametrize(("code", "title"), [("MEC 240", "Vibration"), ("MEC 241", "Machine Vibration Analysis")])
def test_the_edition_in_which_a_new_course_appears_closes_its_request(region: Region, code: str, title: str) -> None:
    member = region.reviewer()
    request_id = new_course(region, member)
    change(
        region,
        request_id,
        member,
        title="Machine vibration analysis",
        new_code="MEC 240",
        description="Take and read vibration spectra of rotating machines.",
    )
    step(region, request_id, member, "proposed", "with_committee", "approved")
    next_edition(region, HYDRAULICS_COURSE)
    assert row(region, request_id).state == "approved"
    course = CourseRow(code, title, "About machines that shake.", outcomes=("Read a vibration spectrum",))
    next_edition(region, HYDRAULICS_COURSE, course, label="2028–29 catalog")
    found = row(region, request_id)
    assert found.state == "in_catalog"
    assert found.latest_check is not None
    assert found.latest_check.course_code == code
    assert "Description" in {finding.part for finding in found.latest_check.missing}


def test_a_request_closed_by_hand_needs_words_and_can_be_opened_again(region: Region) -> None:
    member = region.reviewer()
    request_id = started(region, member)
    step(region, request_id, member, "proposed", "with_committee", "approved")
    with pytest.raises(StepNotPossible, match="word for word"):
        step(region, request_id, member, "in_catalog")
    step(region, request_id, member, "in_catalog", note="Page 12: “Services pumps and finds leaks”.")
    step(region, request_id, member, "approved", note="The printed page lacks oil samples.")
    assert row(region, request_id).is_open


def test_looking_again_at_the_newest_edition_writes_what_it_prints(region: Region) -> None:
    member = region.reviewer()
    request_id = started(region, member)
    with region.database.writing() as session:
        with pytest.raises(StepNotPossible, match="is “draft”"):
            revisions.compare_with_newest_edition(session, request_id=request_id, member=member, now=NOON)
        revisions.take_step(session, request_id=request_id, state="proposed", note="", member=member, now=NOON)
        assert not revisions.compare_with_newest_edition(session, request_id=request_id, member=member, now=NOON)
        session.commit()
    assert [check.edition_number for check in row(region, request_id).checks] == [1]


def test_another_partnerships_request_does_not_exist(region: Region) -> None:
    request_id = started(region, region.reviewer())
    with region.database.reading() as session:
        assert revision_queries.request_row(session, request_id=request_id, partnership_id=99) is None
        assert queries.revision_rows(session, partnership_id=99) == []


def test_old_revisions_become_requests_and_can_be_taken_back(app: Flask, region: Region, tmp_path: Path) -> None:
    run_id = region.done_run()
    alembic = app.extensions["alembic"]
    with app.app_context():
        alembic.downgrade("0005")
    engine = base_database(app).engine
    with engine.begin() as connection:
        for number, state in ((1, "started"), (2, "done")):
            course = "MEC 130" if number == 1 else "AUT 210"
            connection.execute(
                sql(
                    "INSERT INTO revision (id, run_id, need_code, college_code, course_code, state, started_at,"
                    " done_at) VALUES (:id, :run, 'HY-1', 'TVC', :course, :state, '2026-09-15 12:00:00', NULL)"
                ),
                {"id": number, "run": run_id, "course": course, "state": state},
            )
        connection.execute(
            sql(
                "INSERT INTO revision_step (revision_id, state, note, by_name, at)"
                " VALUES (2, 'started', 'First words', 'Lee Park', '2026-09-15 12:00:00'),"
                " (2, 'done', '', 'Lee Park', '2026-09-16 12:00:00')"
            )
        )
    with app.app_context():
        alembic.upgrade()
    assert row(region, 1).state == "proposed"
    approved = row(region, 2)
    assert approved.state == "approved"
    assert [(s.state, s.note) for s in approved.steps] == [("proposed", "First words"), ("approved", "")]
    assert (approved.text.title, approved.text.credits) == ("Programmable Logic Controllers", 4)
    assert not approved.changed_parts
    with app.app_context():
        alembic.downgrade("0005")
    with engine.begin() as connection:
        states = connection.execute(sql("SELECT id, state FROM revision ORDER BY id")).all()
    assert [tuple(found) for found in states] == [(1, "started"), (2, "done")]
    with app.app_context():
        alembic.upgrade()
