"""The files of the regional dashboard and of a published ranking, opened again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from voted_region import Region

from accounts.queries import PartnershipRow
from dashboards import exports
from dashboards.queries import region_report

SignIn = Callable[[str], FlaskClient]
SHEETS = ["About", "Priorities", "Needs", "Coverage", "Gaps", "Verdict counts", "Courses"]


def opened(content: bytes) -> CalamineWorkbook:
    """Open a workbook as a spreadsheet would."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content))


def about(book: CalamineWorkbook) -> dict[str, str]:
    """Read the sheet that says where the figures come from."""
    return {str(row[0]): str(row[1]) for row in book.get_sheet_by_name("About").to_python() if len(row) > 1}


def test_the_workbook_holds_every_sheet_and_says_where_it_comes_from(sign_in: SignIn, compared_region: Region) -> None:
    answer = sign_in("viewer").get("/region.xlsx")
    assert "filename=region-run-1.xlsx" in answer.headers["Content-Disposition"]
    book = opened(answer.data)
    assert book.sheet_names == SHEETS
    lines = about(book)
    assert lines["Partnership"] == "Test Valley Partnership"
    assert lines["Run"] == "1"
    assert len(lines["Digest of what was compared"]) == 64
    assert lines["Run made"] == "15 September 2026, by Dana Ruiz"
    assert lines["Meeting"] == "Autumn meeting"
    assert lines["Employers behind the ranking"] == "6"
    assert "Sample" not in lines
    assert "Written on" in lines


def test_the_priorities_are_in_the_employers_order_and_their_shares_add_up_to_one(
    sign_in: SignIn, compared_region: Region
) -> None:
    header, *rows = opened(sign_in("viewer").get("/region.xlsx").data).get_sheet_by_name("Priorities").to_python()
    place, code, share = (header.index(name) for name in ("Place", "Need code", "Priority share"))
    assert [row[code] for row in rows] == ["HY-1", "PL-1", "FO-1"]
    assert [row[place] for row in rows] == [1, 2, 3]
    assert sum(float(str(row[share])) for row in rows) == pytest.approx(1, abs=0.001)


def test_a_verdict_is_sign_and_word_in_every_cell(sign_in: SignIn, compared_region: Region) -> None:
    header, *rows = opened(sign_in("viewer").get("/region.xlsx").data).get_sheet_by_name("Coverage").to_python()
    assert header == ["Place", "Need code", "Need", "North Fork College", "Test Valley College"]
    by_code = {row[1]: row[3:] for row in rows}
    assert by_code["PL-1"] == ["○ Gap", "● Match"]
    assert by_code["HY-1"] == ["○ Gap", "○ Gap"]


def test_every_table_is_the_sheet_of_the_workbook(sign_in: SignIn, compared_region: Region) -> None:
    browser = sign_in("viewer")
    book = opened(browser.get("/region.xlsx").data)
    for name, title in zip(
        ("priorities", "needs", "coverage", "gaps", "verdict-counts", "courses"), SHEETS[1:], strict=True
    ):
        text = browser.get(f"/region/{name}.csv").data.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        sheet = book.get_sheet_by_name(title).to_python()
        assert rows[0] == sheet[0]
        assert len(rows) == len(sheet)
    assert browser.get("/region/ballots.csv").status_code == 404


def test_a_sample_is_called_a_sample_in_every_workbook(compared_region: Region) -> None:
    with compared_region.database.reading() as session:
        report = region_report(
            session, partnership=PartnershipRow(compared_region.partnership_id, "x", "Test Valley Partnership", False)
        )
    assert report is not None
    today = date(2026, 9, 16)
    assert "Sample" not in exports.region_about(report, today=today)
    assert exports.region_about(replace(report, is_sample=True), today=today)["Sample"] == exports.SAMPLE_WORDS


def test_a_ranking_leaves_as_it_stands_on_the_page(sign_in: SignIn, compared_region: Region) -> None:
    browser = sign_in("viewer")
    place = f"/meetings/{compared_region.meeting_id}/results"
    text = browser.get(f"{place}.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Need code"] for row in rows] == ["HY-1", "PL-1", "FO-1"]
    assert rows[0]["Employers who compared it"] == "6"
    assert rows[1]["Verdict in run 1"] == "● Covered"
    book = opened(browser.get(f"{place}.xlsx").data)
    assert book.sheet_names == ["About", "Ranking"]
    assert about(book)["Employers behind the ranking"] == "6"
    assert about(book)["Agreement"].startswith("The room agrees strongly")
