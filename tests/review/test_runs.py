"""A match run: gather, decide, record; what it freezes, and that it can be repeated."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from region_builder import HYDRAULICS_COURSE, NOON, PLC_COURSE, Region, reading
from sqlalchemy import text

from base.database import Database
from catalog import operations as catalog_operations
from matching import decide
from review import jobs, operations, queries
from review.cli import rerun
from review.gathering import NothingToCompare
from review.operations import RunNotOpen
from review.recording import decision_digest
from review.records import RunRow


def run_row(region: Region, run_id: int) -> RunRow:
    """Return a run of the region."""
    with region.database.reading() as session:
        found = queries.run(session, run_id=run_id, partnership_id=region.partnership_id)
    assert found is not None
    return found


def import_again(region: Region, *, title: str) -> None:
    """Import another edition of TVC's catalog, in which the PLC course has another title."""
    with region.database.writing() as session:
        catalog_operations.store_edition(
            session,
            organisation_id=region.college_id,
            label="Next catalog",
            filename="next.csv",
            file_digest=title,
            mapping={},
            reading=reading(replace(PLC_COURSE, title=title), HYDRAULICS_COURSE),
            by_name="Dana Ruiz",
            now=NOON,
        )
        session.commit()


def test_a_run_orders_needs_as_the_employers_did(region: Region) -> None:
    run_id = region.done_run()
    with region.database.reading() as session:
        needs = queries.run_needs(session, run_id=run_id)
    assert [need.code for need in needs] == ["HY-1", "PL-1", "VI-1", "FO-1"]
    assert sum(need.priority_share for need in needs) == pytest.approx(1, abs=1e-6)
    assert all(need.tier is not None for need in needs)
    assert run_row(region, run_id).n_employers == 6


def test_a_run_without_a_ranking_keeps_the_order_of_the_list(region: Region) -> None:
    run_id = region.done_run(with_ranking=False)
    with region.database.reading() as session:
        needs = queries.run_needs(session, run_id=run_id)
    assert [need.code for need in needs] == ["PL-1", "HY-1", "VI-1", "FO-1"]
    assert {(need.tier, need.priority_share) for need in needs} == {(None, 1 / 4)}
    assert not run_row(region, run_id).is_ranked


def test_evidence_is_verbatim_and_stands_where_it_says(region: Region) -> None:
    run_id = region.done_run()
    with region.database.reading() as session:
        courses = {(row.college_code, row.code): row for row in queries.run_courses(session, run_id=run_id)}
        pairs = queries.pair_rows(session, run_id=run_id)
    quotes = [(courses[pair.college_code, pair.course_code], row) for pair in pairs for row in pair.evidence]
    assert quotes
    for course, row in quotes:
        field = getattr(course, row.field)
        whole = field if isinstance(field, str) else field[row.item or 0]
        assert whole[row.offset :].startswith(row.quote)


def test_a_need_shows_its_match_its_revision_and_its_gap(region: Region) -> None:
    run_id = region.done_run()
    with region.database.reading() as session:
        verdicts = {need.code: need.verdict for need in queries.run_needs(session, run_id=run_id)}
        cells = {
            (cell.need_code, cell.college_code): cell.verdict
            for cell in queries.need_college_cells(session, run_id=run_id)
        }
        courses = {course.code: course.verdict for course in queries.run_courses(session, run_id=run_id)}
    assert verdicts == {"PL-1": "covered", "HY-1": "revise", "VI-1": "gap", "FO-1": "gap"}
    assert len(cells) == 4 * 2
    assert cells["PL-1", "TVC"] == "match"
    assert cells["PL-1", "NFC"] == "gap"
    assert courses["MEC 290"] == "unknown", "too little text is never called unrelated"
    assert courses["CUL 101"] == "unrelated"


def test_a_run_keeps_everything_that_its_pages_print(region: Region) -> None:
    run_id = region.done_run()
    with region.database.reading() as session:
        course = queries.run_course(session, run_id=run_id, college_code="TVC", course_code="AUT 210")
    assert course is not None
    assert course.facts == {
        "program": "Automation Technology",
        "level": "working",
        "credits": 4.0,
        "credits_max": 5.0,
        "clock_hours": 96.0,
        "delivery": ["on campus", "evenings"],
        "credentials": [],
        "is_noncredit": False,
        "prerequisites": "AUT 110",
        "last_offered_on": "2026-01-12",
    }


def test_later_imports_do_not_rewrite_a_run(region: Region) -> None:
    run_id = region.done_run()
    import_again(region, title="Renamed controllers")
    with region.database.reading() as session:
        titles = {course.title for course in queries.run_courses(session, run_id=run_id)}
    assert "Renamed controllers" not in titles
    newer = region.done_run()
    with region.database.reading() as session:
        assert "Renamed controllers" in {course.title for course in queries.run_courses(session, run_id=newer)}
        latest = queries.latest_done_run(session, partnership_id=region.partnership_id)
    assert latest is not None
    assert latest.id == newer


def test_the_same_input_gives_the_same_digests(region: Region) -> None:
    first, second = (run_row(region, region.done_run()) for _ in range(2))
    assert first.digest == second.digest
    assert first.decision_digest == second.decision_digest
    import_again(region, title="Other controllers")
    third = run_row(region, region.done_run())
    assert third.digest != first.digest


def test_deciding_the_stored_snapshot_again_reproduces_the_decision(region: Region) -> None:
    run_id = region.done_run()
    with region.database.reading() as session:
        snapshot = operations.frozen_snapshot(session, run_id=run_id)
    assert snapshot.digest == run_row(region, run_id).digest
    assert decision_digest(decide(snapshot)) == run_row(region, run_id).decision_digest


def test_a_course_not_offered_for_three_years_is_marked_so(region: Region) -> None:
    with region.database.writing() as session:
        run_id = operations.start_run(
            session,
            partnership_id=region.partnership_id,
            assessment_id=region.assessment_id,
            meeting_id=None,
            by_name="Dana Ruiz",
            now=NOON + timedelta(days=4 * 365),
        )
        snapshot = operations.frozen_snapshot(session, run_id=run_id)
    assert snapshot.parameters["not_offered"] == ["TVC/AUT 210"]


def test_a_finished_run_is_closed(region: Region) -> None:
    run_id = region.done_run()
    with region.database.writing() as session, pytest.raises(RunNotOpen, match="Make a new run"):
        operations.carry_out_run(session, run_id=run_id, now=NOON)


def test_a_run_needs_a_catalog_and_an_assessment_of_the_same_partnership(
    database: Database, partnership_id: int
) -> None:
    with database.writing() as session, pytest.raises(NothingToCompare, match="assessment is not there"):
        operations.start_run(
            session, partnership_id=partnership_id, assessment_id=7, meeting_id=None, by_name="D", now=NOON
        )


def test_another_partnership_does_not_see_a_run(region: Region) -> None:
    run_id = region.done_run()
    with region.database.reading() as session:
        assert queries.run(session, run_id=run_id, partnership_id=region.partnership_id + 1) is None
        assert queries.runs(session, partnership_id=region.partnership_id + 1) == []


def test_a_job_decides_and_records_in_the_background(region: Region) -> None:
    run_id = region.start_run()
    jobs.carry_out_in_background(region.database, run_id=run_id).join(timeout=60)
    done = run_row(region, run_id)
    assert (done.state, done.n_done, done.n_total) == ("done", 5, 5)
    assert done.ended_at is not None


def test_a_job_that_meets_trouble_says_so_and_records_nothing(region: Region) -> None:
    run_id = region.start_run()
    with region.database.writing() as session:
        session.execute(text("UPDATE match_run SET snapshot = 'torn'"))
        session.commit()
    jobs.carry_out(region.database, run_id=run_id)
    failed = run_row(region, run_id)
    assert failed.state == "failed"
    assert "Nothing of this run was recorded" in failed.failure
    with region.database.reading() as session:
        assert queries.run_needs(session, run_id=run_id) == []


def test_runs_that_a_stopped_server_left_behind_are_marked_as_failed(region: Region) -> None:
    done, left = region.done_run(), region.start_run()
    jobs.mark_interrupted_runs(region.database, now=NOON)
    assert run_row(region, done).state == "done"
    assert run_row(region, left).state == "failed"
    assert "server stopped" in run_row(region, left).failure


def test_the_rerun_command_finds_the_same_verdicts(region: Region, tmp_path: Path) -> None:
    run_id = region.done_run()
    answer = CliRunner().invoke(rerun, [str(run_id), "--data", str(tmp_path)])
    assert answer.exit_code == 0, answer.output
    assert f"Run {run_id}: the same verdicts" in answer.output


def test_the_rerun_command_notices_another_decision(region: Region, tmp_path: Path) -> None:
    run_id = region.done_run()
    with region.database.writing() as session:
        stored = session.execute(text("SELECT snapshot FROM match_run")).scalar_one()
        changed = json.loads(stored)
        changed["courses"][0]["outcomes"] = []
        session.execute(text("UPDATE match_run SET snapshot = :changed"), {"changed": json.dumps(changed)})
        session.commit()
    answer = CliRunner().invoke(rerun, [str(run_id), "--data", str(tmp_path)])
    assert answer.exit_code == 1
    assert "different verdicts" in answer.output


def test_the_rerun_command_says_what_is_not_there(region: Region, tmp_path: Path) -> None:
    for arguments, words in (
        (["7", "--data", str(tmp_path)], "There is no run 7 here"),
        (["1", "--data", str(tmp_path / "nowhere")], "has no Skillshed data"),
        ([str(region.start_run()), "--data", str(tmp_path)], "it is running"),
    ):
        answer = CliRunner().invoke(rerun, arguments)
        assert answer.exit_code == 2
        assert words in answer.stderr
        assert len(answer.stderr.splitlines()) == 1
