"""The sample region tells a whole story: firms ranked, colleges came near, courses changed, people can be sent."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from accounts import queries as accounts_queries
from app import base_database, create_app
from base.settings import Settings
from dashboards import report_back_queries
from dashboards.report_back import RegionReport, Report, opening, region_opening
from dashboards.report_back_queries import Basis
from sample.region import load_sample_region
from training import firm_answers, queries
from training.funding_rules import read_programs

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
BALLOTS = Path(__file__).parents[2] / "sample" / "ballots.csv"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, migrated_file: bytes) -> Iterator[Session]:
    """Load the sample region once."""
    folder = tmp_path_factory.mktemp("sample")
    (folder / "skillshed.db").write_bytes(migrated_file)
    database = base_database(create_app(Settings(data_dir=folder)))
    with database.writing() as opened:
        load_sample_region(opened, now=NOON)
        opened.commit()
    with database.reading() as opened:
        yield opened
    database.engine.dispose()


@pytest.fixture
def basis(session: Session) -> Basis:
    """Read the reports of the sample region as on the day after."""
    return Basis(session, partnership_id=accounts_queries.partnerships(session)[0].id, today=date(2026, 11, 3))


def who_ranked(*needs: str) -> set[str]:
    """Return the codes of the employers that put one of these needs in order when they voted last."""
    with BALLOTS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["voice"] == "employer"]
    last = {row["employer"]: row["meeting"] for row in sorted(rows, key=lambda row: row["meeting"])}
    return {
        row["employer"]
        for row in rows
        if row["meeting"] == last[row["employer"]] and row["need"] in needs and row["position"]
    }


def test_every_firm_that_ranked_a_revised_need_reads_what_changed(basis: Basis) -> None:
    """QA-04 and MM-01 were revised, MM-05 is with its committee; nobody else reads of a change."""
    firms = accounts_queries.organisations(basis.session, partnership_id=basis.partnership_id, kinds=("employer",))
    reports = {firm.code: report_back_queries.organisation_report(basis, firm) for firm in firms}
    changed = {
        code for code, report in reports.items() if isinstance(report, Report) and "revised." in opening(report)[1]
    }
    assert changed == who_ranked("QA-04", "MM-01")
    assert {"EMP-06", "EMP-10", "EMP-11"} <= changed


def test_the_firm_that_can_sign_in_has_ranked_change_and_seats(basis: Basis) -> None:
    """Ironquill put hydraulics fourth; the university revised its course, and three seats are confirmed."""
    firms = accounts_queries.organisations(basis.session, partnership_id=basis.partnership_id, kinds=("employer",))
    own = report_back_queries.organisation_report(basis, next(firm for firm in firms if firm.code == "EMP-11"))
    assert isinstance(own, Report)
    hydraulics = next(need for need in own.needs if need.code == "MM-01")
    assert hydraulics.place == 4
    assert [note.course for note in hydraulics.revisions] == ["ENGT 2150 Applied Fluid Power"]
    assert hydraulics.revisions[0].edition.endswith("supplement (edition 2)")
    assert hydraulics.sending.lines[0].startswith("You have 3 seats in Hydraulics for second shift")
    assert opening(own)[1] == "Since then 1 course was revised."


def test_a_firm_that_asked_for_the_revised_course_reads_of_its_seats(basis: Basis) -> None:
    """Lumenstay ranked charts fifth, the college came near, revised the course, and two seats gather in it."""
    firms = accounts_queries.organisations(basis.session, partnership_id=basis.partnership_id, kinds=("employer",))
    own = report_back_queries.organisation_report(basis, next(firm for firm in firms if firm.code == "EMP-10"))
    assert isinstance(own, Report)
    charts = next(need for need in own.needs if need.code == "QA-04")
    assert (charts.place, charts.had and charts.had.verdict) == (5, "revise")
    assert [note.course_code for note in charts.revisions] == ["QCT 201"]
    assert charts.sending.lines[0].startswith("You asked for 2 seats on ")


def test_the_region_reads_of_two_revised_courses(basis: Basis) -> None:
    partnership = accounts_queries.partnerships(basis.session)[0]
    region = report_back_queries.region_report(basis, partnership=partnership)
    assert isinstance(region, RegionReport)
    assert region_opening(region)[1] == "Since then 2 courses were revised. 1 request is with the committee."
    assert {note.course_code for note in region.changed} == {"QCT 201", "ENGT 2150"}


def test_the_sample_firm_shares_a_cap_between_two_requests(basis: Basis) -> None:
    """3 x 1,100 and 6 x 1,250 dollars: wages of 3,712.50 and 6,080 count beside them; 60 percent, or 2,500 each."""
    firms = accounts_queries.organisations(basis.session, partnership_id=basis.partnership_id, kinds=("employer",))
    firm_id = next(firm.id for firm in firms if firm.code == "EMP-11")
    found = firm_answers.firm_funding(
        basis.session,
        partnership_id=basis.partnership_id,
        organisation_id=firm_id,
        programs=read_programs(),
        now=NOON,
    )
    sums = {each.program.code: each for each in found.programs}
    price, wages = 6 * 1_250_00, 40 * (4 * 27_50 + 2 * 21_00)
    assert sums["wioa-iwt"].public_cents == 3 * 1_100_00 + (price - ((price + wages) // 2 - wages))
    assert sums["skill-advance"].to_ask_cents == 3 * 1_100_00 * 60 // 100 + price * 60 // 100
    assert sums["skill-advance"].caps[0].left_cents == 200_000_00 - 12_000_00 - 1_980_00 - 4_500_00


def test_the_sample_counts_of_training_rest_on_five_firms(basis: Basis) -> None:
    counts = queries.region_counts(basis.session, partnership_id=basis.partnership_id)
    completions, earned = counts["completions"], counts["credentials_earned"]
    assert completions is not None
    assert earned is not None
    assert (completions.total, earned.total) == (4 + 3 + 1 + 3 + 2, 3 + 3 + 1 + 2 + 2)
