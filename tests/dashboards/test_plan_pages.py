"""The page of the regional plan: questions in the address, a reason beside each change, files that agree with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from voted_region import Region

from accounts.permissions import Role
from dashboards.plan import curve_words, instead, plan_heading, plan_lead, plan_sheets, why_chosen
from review.regional_plan import Capacity, Effort, OpenNeed, Revisable, regional_plan

SignIn = Callable[[str], FlaskClient]

NEEDS = [
    OpenNeed("A", "Wire motors", 1, 0.3),
    OpenNeed("B", "Align shafts", 2, 0.25),
    OpenNeed("C", "Chart a process", 3, 0.05),
]
COURSES = [
    Revisable("CRC", "Copper Ridge", "EMT 1", "Motors", {"A": ("Size an overload relay",)}),
    Revisable("NMT", "North Mesa", "NM 2", "Motors", {"A": ("Size an overload relay", "Read a nameplate")}),
    Revisable("CRC", "Copper Ridge", "MFG 1", "Machines", {"B": ("Measure runout",)}),
]


def test_the_words_say_what_is_won_and_what_stays_open() -> None:
    plan = regional_plan(NEEDS, COURSES, capacity=Capacity(2, 60), effort=Effort())
    assert plan_heading(plan) == "2 revisions win 55\u00a0% of the employers’ priority"
    assert plan_lead(plan) == (
        "60\u00a0% of the priority rests on needs that nothing covers. "
        "These two changes take about 52 staff hours; 5.0\u00a0% stays open."
    ), "2 × (20 + 6) hours"
    first = plan.changes[0]
    assert why_chosen(first) == (
        "Serves “Wire motors” (30\u00a0%). Without it, other changes within the same capacity would win as much."
    ), "North Mesa could do it too"
    assert instead(first) == "NM 2 (North Mesa)"
    assert "wins 25\u00a0% less" in why_chosen(plan.changes[1]), "sixty hours are too few for a new course"
    assert curve_words(plan) == "3 changes would win everything that is open (60\u00a0%)"


def test_nothing_open_and_nothing_possible_are_said() -> None:
    assert plan_heading(regional_plan([], [], capacity=Capacity(2), effort=Effort())) == (
        "Every need is covered already"
    )
    within_an_hour = regional_plan(NEEDS, COURSES, capacity=Capacity(staff_hours=1), effort=Effort())
    assert plan_heading(within_an_hour) == "Nothing can be won within this capacity"


def test_the_file_holds_every_number_of_the_page() -> None:
    plan = regional_plan(NEEDS, COURSES, capacity=Capacity(2), effort=Effort())
    changes, curve = plan_sheets(plan)
    rows = [dict(zip(changes.columns, row, strict=True)) for row in changes.rows]
    assert [row["needs"] for row in rows] == ["A", "B"]
    assert sum(row["staff_hours"] for row in rows) == plan.hours
    assert sum(row["priority_won"] for row in rows) == pytest.approx(plan.won_share)
    assert list(curve.columns) == ["changes", "priority_won"]


def test_the_page_plans_and_draws_and_sends_files(compared_region: Region, sign_in: SignIn) -> None:
    assert compared_region.n_ballots
    browser = sign_in(Role.VIEWER.value)
    page = browser.get("/region/plan").text
    assert "Find the best plan" in page
    assert browser.get("/region").text.count("/region/plan") == 1
    asked = "?n_changes=2&revision_hours=20&outcome_hours=6&new_course_hours=120&max_outcomes=6"
    page = browser.get(f"/region/plan{asked}").text
    assert "of the employers’ priority" in page or "Every need is covered already" in page
    assert browser.get(f"/region/plan/curve.json{asked}").json["data"]
    assert browser.get(f"/region/plan.csv{asked}").mimetype == "text/csv"
    assert browser.get(f"/region/plan.xlsx{asked}").status_code == 200


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("n_changes=&staff_hours=", "Say how many changes, or how many staff hours"),
        ("n_changes=0", "Write a whole number of changes from 1 to 60."),
        ("n_changes=999", "Write a whole number of changes from 1 to 60."),
        ("n_changes=two", "Write a whole number in figures, such as 5."),
    ],
)
def test_limits_that_cannot_be_are_told(compared_region: Region, sign_in: SignIn, asked: str, said: str) -> None:
    assert compared_region.n_ballots
    browser = sign_in(Role.CONVENER.value)
    usual = "revision_hours=20&outcome_hours=6&new_course_hours=120&max_outcomes=6"
    page = browser.get(f"/region/plan?{asked}&{usual}").text
    assert said in page
    assert browser.get(f"/region/plan.csv?{asked}&{usual}").status_code == 404


def test_before_the_first_run_the_page_says_what_to_do(sign_in: SignIn) -> None:
    assert "Nothing has been compared yet" in sign_in(Role.CONVENER.value).get("/region/plan").text
