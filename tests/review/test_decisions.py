"""What curriculum reviewers decide, layered over a run that never changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from region_builder import NOON, Region
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from accounts import queries as accounts_queries
from accounts.permissions import Role
from accounts.queries import Member
from review import operations, queries
from review.operations import NotYourCollege, ReasonMissing, UnknownPair, VerdictUnknown
from review.records import RunCourseRow, RunNeedRow
from review.reviewing import review_queue

HYDRAULICS = {"need_code": "HY-1", "college_code": "TVC", "course_code": "MEC 130"}
THIN = {"need_code": "VI-1", "college_code": "TVC", "course_code": "MEC 290"}
COOKING = {"need_code": "HY-1", "college_code": "TVC", "course_code": "CUL 101"}


def decide(
    region: Region, run_id: int, member: Member, verdict: str, reason: str = "", *, pair: dict[str, str] | None = None
) -> None:
    """Record a decision, one minute after the one before."""
    with region.database.writing() as session:
        n_before = len(queries.decision_rows(session, run_id=run_id))
        operations.decide_verdict(
            session,
            run_id=run_id,
            **(pair or HYDRAULICS),
            verdict=verdict,
            reason=reason,
            member=member,
            now=NOON + timedelta(minutes=n_before),
        )
        session.commit()


def need(region: Region, run_id: int, code: str) -> RunNeedRow:
    """Return a need with the verdict that holds."""
    with region.database.reading() as session:
        return next(row for row in queries.run_needs(session, run_id=run_id) if row.code == code)


def course(region: Region, run_id: int, code: str) -> RunCourseRow:
    """Return a course of TVC with the verdict that holds."""
    with region.database.reading() as session:
        found = queries.run_course(session, run_id=run_id, college_code="TVC", course_code=code)
    assert found is not None
    return found


def stored_rows(region: Region) -> list[object]:
    """Return everything that the run itself has stored."""
    with region.database.reading() as session:
        tables = ("match_run", "run_need", "run_course", "run_pair")
        return [tuple(row) for table in tables for row in session.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608 - names of our own tables


def test_an_override_changes_what_holds_and_never_the_run(region: Region) -> None:
    run_id, member = region.done_run(), region.reviewer()
    before = stored_rows(region)
    assert need(region, run_id, "HY-1").verdict == "revise"
    decide(region, run_id, member, "match", "The lab sheets cover pumps and leaks.")
    held = need(region, run_id, "HY-1")
    assert (held.verdict, held.matcher_verdict, held.n_match) == ("covered", "revise", 1)
    assert course(region, run_id, "MEC 130").verdict == "match"
    assert stored_rows(region) == before


def test_taking_a_decision_back_is_one_more_decision(region: Region) -> None:
    run_id, member = region.done_run(), region.reviewer()
    decide(region, run_id, member, "match", "The lab sheets cover pumps.")
    decide(region, run_id, member, "revise")
    with region.database.reading() as session:
        first, second = queries.decision_rows(session, run_id=run_id)
    assert (first.previous_verdict, first.verdict, first.is_latest) == ("revise", "match", False)
    assert (second.previous_verdict, second.verdict, second.is_latest) == ("match", "revise", True)
    assert second.is_confirmation
    assert need(region, run_id, "HY-1").verdict == "revise"


def test_confirming_needs_no_reason_and_an_override_does(region: Region) -> None:
    run_id, member = region.done_run(), region.reviewer()
    decide(region, run_id, member, "revise")
    with pytest.raises(ReasonMissing, match="Say why"):
        decide(region, run_id, member, "unrelated", "   ")
    with pytest.raises(ReasonMissing, match="at most 2,000 characters"):
        decide(region, run_id, member, "unrelated", "x" * 2001)
    assert need(region, run_id, "HY-1").verdict == "revise"


def test_the_database_itself_refuses_an_override_without_a_reason(region: Region) -> None:
    run_id, member = region.done_run(), region.reviewer()
    decide(region, run_id, member, "match", "It does.")
    with region.database.writing() as session, pytest.raises(IntegrityError):
        session.execute(text("UPDATE verdict_decision SET reason = ''"))


def test_a_reviewer_of_another_college_is_refused(region: Region) -> None:
    run_id = region.done_run()
    with region.database.reading() as session:
        other = accounts_queries.organisation_by_code(session, partnership_id=region.partnership_id, code="NFC")
    assert other is not None
    stranger = region.reviewer(name="Sam Oduya", college_id=other.id)
    with pytest.raises(NotYourCollege, match="A curriculum reviewer of Test Valley College decides"):
        decide(region, run_id, stranger, "match", "Looks fine.")


def test_no_other_role_decides_even_with_a_college(region: Region) -> None:
    run_id = region.done_run()
    viewer = replace(region.reviewer(), role=Role.VIEWER)
    with pytest.raises(NotYourCollege):
        decide(region, run_id, viewer, "revise")


def test_what_is_not_in_the_run_cannot_be_decided(region: Region) -> None:
    run_id, member = region.done_run(), region.reviewer()
    for pair in (HYDRAULICS | {"need_code": "XX"}, HYDRAULICS | {"course_code": "XX"}):
        with pytest.raises(UnknownPair):
            decide(region, run_id, member, "match", "Why not.", pair=pair)
    with pytest.raises(UnknownPair):
        decide(region, run_id + 1, member, "match", "Why not.")
    for verdict in ("", "gap", "unknown"):
        with pytest.raises(VerdictUnknown, match="Choose match"):
            decide(region, run_id, member, verdict, "Why not.")


def test_a_reviewer_names_a_need_that_the_matcher_did_not_see(region: Region) -> None:
    run_id, member = region.done_run(), region.reviewer()
    decide(region, run_id, member, "match", "Readings are taken every week in this course.", pair=THIN)
    decide(region, run_id, member, "revise", "The kitchen has a hydraulic lift.", pair=COOKING)
    held = need(region, run_id, "VI-1")
    assert (held.verdict, held.matcher_verdict) == ("covered", "gap")
    assert held.best is not None
    assert held.best.course_code == "MEC 290"
    assert course(region, run_id, "CUL 101").verdict == "revise"
    with region.database.reading() as session:
        (pair,) = queries.pair_rows(session, run_id=run_id, course_code="CUL 101")
    assert (pair.matcher_verdict, pair.verdict, pair.score) == ("unrelated", "revise", 0.0)
    assert pair.evidence == ()
    assert pair.missing == (0, 1, 2, 3)


def test_the_queue_keeps_the_employers_order_while_it_is_worked_through(region: Region) -> None:
    run_id, member = region.done_run(), region.reviewer()

    def codes() -> tuple[list[str], int]:
        with region.database.reading() as session:
            run = queries.run(session, run_id=run_id, partnership_id=region.partnership_id)
            assert run is not None
            queue = review_queue(session, run=run, college_code="TVC")
        assert queue is not None
        assert [course.code for course in queue.thin_courses] == ["MEC 290"]
        return [pair.course_code for pair in queue.pairs], queue.n_waiting

    assert codes() == (["MEC 130", "AUT 210"], 2)
    decide(region, run_id, member, "revise")
    assert codes() == (["MEC 130", "AUT 210"], 1), "what is decided keeps its place"


def test_a_college_that_was_not_compared_has_no_queue(region: Region) -> None:
    run_id = region.done_run()
    with region.database.reading() as session:
        run = queries.run(session, run_id=run_id, partnership_id=region.partnership_id)
        assert run is not None
        assert review_queue(session, run=run, college_code="ELSE") is None
