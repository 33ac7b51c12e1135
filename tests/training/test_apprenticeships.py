"""Apprenticeships through their doors: the shipped example, plans, credit, what is missing, both voices, the files."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from region_builder import build_region, reading
from sqlalchemy.orm import Session

from accounts import operations as accounts_operations
from base.database import Database
from base.tables import csv_text, workbook
from catalog import operations as catalog_operations
from catalog.credential_files import CREDENTIAL_COLUMNS
from catalog.credential_queries import OfferedCourse
from catalog.credential_records import KINDS, CourseRef
from catalog.records import CourseRow
from training import apprenticeship_operations as operations
from training import apprenticeship_queries as queries
from training.apprenticeship_choices import Choice, cost_cents, miles, places
from training.apprenticeship_exports import BLANK, PLAN_COLUMNS
from training.apprenticeship_files import (
    SCHEDULE_COLUMNS,
    ScheduleRefused,
    check_hours,
    read_schedule,
    read_typed_schedule,
    schedule_sheet,
    shipped_occupations,
)
from training.apprenticeship_operations import NothingToAgreeOn, OccupationKnown, PlanChanged
from training.apprenticeship_records import (
    CollegeTerms,
    CompetencyRow,
    OccupationRow,
    PlanRow,
    PlanSettings,
    ProcessRow,
)

SignIn = Callable[[str], FlaskClient]
NOON = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)
HOUR = 60
#: 1,000 hours on the job and 100 hours of instruction: S 30, Q 60, M 10.
OPERATOR = OccupationRow(
    "Line operator",
    "hybrid",
    1000 * HOUR,
    100 * HOUR,
    (
        ProcessRow(
            "Run the line",
            (
                CompetencyRow("S", "Works safely", 200 * HOUR, 30 * HOUR),
                CompetencyRow("Q", "Checks parts", 500 * HOUR, 60 * HOUR, need_codes=("PL-1",)),
            ),
        ),
        ProcessRow("Care for it", (CompetencyRow("M", "Cares for machines", 300 * HOUR, 10 * HOUR),)),
    ),
)
COURSES = (
    CourseRow(
        "SAF 1", "Safety by Day", clock_hours=Decimal(45), credits_min=Decimal(3), delivery=("on campus", "days")
    ),
    CourseRow("SAF 2", "Safety Online", clock_hours=Decimal(30), delivery=("online",)),
    CourseRow("QUA 1", "Quality", credits_min=Decimal("4.5"), credits_max=Decimal(6), delivery=("evenings",)),
    CourseRow("MNT 1", "Maintenance", delivery=("evenings",)),
)


@pytest.fixture
def college(database: Database, college_id: int) -> int:
    """Give the college a catalog with four courses."""
    with database.writing() as session:
        catalog_operations.store_edition(
            session,
            organisation_id=college_id,
            label="2026–27 catalog",
            filename="tvc.csv",
            file_digest="0" * 64,
            mapping={},
            reading=reading(*COURSES),
            by_name="Test",
            now=NOON,
        )
        session.commit()
    return college_id


@pytest.fixture
def plan_id(database: Database, partnership_id: int, college: int, employer_id: int) -> int:
    """Add the occupation with linked courses and a plan of the firm for it; return the plan's number."""
    with database.writing() as session:
        occupation_id = operations.add_occupation(session, partnership_id=partnership_id, row=OPERATOR)
        link(session, partnership_id, occupation_id, college, {"S": ("SAF 1", "SAF 2"), "Q": ("QUA 1",)})
        added = add_plan(session, partnership_id, occupation_id, firm_id=employer_id)
        session.commit()
    return added


def link(
    session: Session, partnership_id: int, occupation_id: int, college_id: int, courses: dict[str, tuple[str, ...]]
) -> None:
    row = queries.occupation(session, partnership_id=partnership_id, occupation_id=occupation_id)
    assert row is not None
    for competency in row.competencies:
        for code in courses.get(competency.code, ()):
            operations.link_course(
                session,
                competency_id=competency.id,
                organisation_id=college_id,
                course_code=code,
                by_name="Lee",
            )


def add_plan(session: Session, partnership_id: int, occupation_id: int, *, firm_id: int | None) -> int:
    return operations.add_plan(
        session,
        partnership_id=partnership_id,
        occupation_id=occupation_id,
        organisation_id=firm_id,
        settings=PlanSettings("Second shift"),
        by_name="Dana",
        now=NOON,
    )


def plan_of(session: Session, partnership_id: int, plan_id: int) -> PlanRow:
    found = queries.plan(session, partnership_id=partnership_id, plan_id=plan_id)
    assert found is not None
    return found


def choose(session: Session, partnership_id: int, plan_id: int) -> PlanRow:
    plan = plan_of(session, partnership_id, plan_id)
    operations.choose_courses(session, partnership_id=partnership_id, plan=plan, now=NOON)
    return plan_of(session, partnership_id, plan_id)


def change(
    session: Session, partnership_id: int, plan_id: int, *, mastered: dict[str, str] | None = None, **wished: object
) -> PlanRow:
    plan = plan_of(session, partnership_id, plan_id)
    terms = [replace(plan.terms[0], miles=10, credit_cents=10_000, hour_cents=500)]
    settings = replace(plan.settings, **wished)  # type: ignore[arg-type]  # fields of the settings
    operations.change_plan(session, plan=plan, settings=settings, terms=terms, mastered=mastered or {})
    return choose(session, partnership_id, plan_id)


def test_the_shipped_example_adds_up_to_the_public_figures() -> None:
    (technician,) = shipped_occupations()
    assert technician.ri_minutes == 264 * HOUR
    assert technician.ojl_minutes == 2736 * HOUR
    assert sum(process.ri_minutes + process.ojl_minutes for process in technician.processes) == 3000 * HOUR
    assert (technician.onet_code, technician.rapids_code) == ("17-3029.09", "2031HY")
    modules = dict.fromkeys(each.module for each in technician.competencies)
    # the four parts of the Certified Production Technician, 66 hours each
    assert {name: sum(c.ri_minutes for c in technician.competencies if c.module == name) for name in modules} == {
        "Safety": 66 * HOUR,
        "Quality Practices and Measurement": 66 * HOUR,
        "Manufacturing Processes and Production": 66 * HOUR,
        "Maintenance Awareness": 66 * HOUR,
    }


def test_hours_that_do_not_add_up_are_refused_with_the_difference() -> None:
    with pytest.raises(
        ScheduleRefused, match=r"add up to 1,000 hours on the job, 200 hours fewer than the 1,200 hours"
    ):
        check_hours(replace(OPERATOR, ojl_minutes=1200 * HOUR))
    with pytest.raises(ScheduleRefused, match="100 hours of related instruction, 1 hour more than the 99 hours"):
        check_hours(replace(OPERATOR, ri_minutes=99 * HOUR))


def test_a_schedule_leaves_and_comes_back_the_same() -> None:
    sheet = schedule_sheet(OPERATOR)
    assert read_schedule(csv_text(sheet), filename="schedule.csv") == OPERATOR.processes
    assert read_schedule(workbook([sheet], about={"A": "B"}), filename="schedule.xlsx") == OPERATOR.processes


def test_a_typed_schedule_is_read_line_by_line_and_trouble_has_its_place() -> None:
    found = read_typed_schedule("Run | A | Runs it | 10.5 | 2 | Part 1 | PL-1, HY-1\n\nRun | B | Ends it | 1")
    assert found == (
        ProcessRow(
            "Run",
            (
                CompetencyRow("A", "Runs it", 630, 120, "Part 1", ("PL-1", "HY-1")),
                CompetencyRow("B", "Ends it", 60, 0),
            ),
        ),
    )
    with pytest.raises(ScheduleRefused) as refused:
        read_typed_schedule("Run | A | Runs it | ten\nRun | B || 1\nRun | C | x | 1\nRun | C | y | 1")
    words = str(refused.value)
    assert "line 1, column ojl_hours: ten is no number of hours" in words
    assert "line 2, column competency: this cell is empty" in words
    assert "line 4, column code: C stands in line 3 already" in words


def course(*delivery: str, minutes: int | None = 45 * HOUR, credits: Decimal | None = Decimal(3)) -> OfferedCourse:
    return OfferedCourse(CourseRef("A", "1"), "A", "Course", minutes, False, credits, delivery)


@pytest.mark.parametrize(
    ("delivery", "evenings_only", "expected"),
    [
        ((), False, ["campus"]),
        (("days",), True, []),
        (("on campus", "evenings"), True, ["campus"]),
        (("online",), True, ["online"]),
        (("online", "evenings"), False, ["online"]),
        (("on campus", "online", "at the plant", "days"), False, ["online", "plant", "campus"]),
        (("on campus", "online", "at the plant", "days"), True, ["online", "plant"]),
        (("hybrid",), False, ["campus"]),
    ],
)
def test_where_a_course_can_be_taken(delivery: tuple[str, ...], evenings_only: bool, expected: list[str]) -> None:
    assert list(places(delivery, evenings_only=evenings_only)) == expected


def test_price_and_miles_are_exact() -> None:
    terms = CollegeTerms(1, "A", "A", miles=9, credit_cents=11_433, hour_cents=625)
    assert cost_cents(course(), terms) == 3 * 11_433
    assert cost_cents(course(credits=Decimal("1.5")), terms) == 17_150  # 17,149.5 rounded up
    assert cost_cents(course(credits=None), terms) == 45 * 625
    assert cost_cents(course(), replace(terms, credit_cents=None, hour_cents=None)) is None
    assert miles(course(), terms, place="campus", visit_minutes=180) == 2 * 9 * 15
    assert miles(course(), terms, place="campus", visit_minutes=240) == 2 * 9 * 12  # 45 / 4 = 11.25 days
    assert miles(course(), terms, place="online", visit_minutes=180) == 0
    assert miles(course(), replace(terms, miles=None), place="campus", visit_minutes=180) is None


def test_a_plan_says_what_is_missing_why_and_the_best_that_can_be_reached(
    db_session: Session, partnership_id: int, plan_id: int
) -> None:
    plan = choose(db_session, partnership_id, plan_id)
    # M has no course; Safety by Day 45, Safety Online 30 and Quality 4.5 credits × 15 = 67.5 hours reach 100 hours.
    assert plan.uncovered == (("M", "No course of the region covers it. Link one by hand, or ask a college for one."),)
    assert plan.missing_minutes == 0
    assert "QUA 1" in [each.code for each in plan.courses]
    quality = next(each for each in plan.courses if each.code == "QUA 1")
    assert (quality.minutes, quality.is_from_credits) == (4050, True)


def test_evenings_only_leaves_daytime_courses_out_and_says_so(
    db_session: Session, partnership_id: int, college: int, plan_id: int
) -> None:
    plan = plan_of(db_session, partnership_id, plan_id)
    safety = plan.occupation.competencies[0]
    operations.unlink_course(db_session, competency_id=safety.id, organisation_id=college, course_code="SAF 2")
    link(db_session, partnership_id, plan.occupation.id, college, {"M": ("MNT 1",)})
    plan = change(db_session, partnership_id, plan_id, evenings_only=True)
    assert dict(plan.uncovered) == {
        "S": "The courses that cover it are given in the daytime only.",
        "M": "The courses that cover it state neither hours nor credits.",
    }
    # only Quality's 67.5 of 100 hours are left
    assert plan.missing_minutes == int(32.5 * HOUR)
    at_any_hour = change(db_session, partnership_id, plan_id, evenings_only=False)
    assert list(dict(at_any_hour.uncovered)) == ["M"]


def test_what_is_mastered_needs_no_course_and_its_hours_are_credited_up_to_the_cap(
    db_session: Session, partnership_id: int, plan_id: int
) -> None:
    plan = change(db_session, partnership_id, plan_id, mastered={"M": "seen at work", "S": ""})
    assert (plan.ri_shown, plan.ri_credit, plan.ri_needed) == (40 * HOUR, 40 * HOUR, 60 * HOUR)
    assert (plan.ojl_credit, plan.ojl_needed) == (500 * HOUR, 500 * HOUR)
    assert [each.code for each in plan.courses] == ["QUA 1"]
    assert (plan.uncovered, plan.missing_minutes) == ((), 0)
    capped = change(db_session, partnership_id, plan_id, mastered={"M": "", "S": ""}, credit_cap_percent=25)
    assert (capped.ri_credit, capped.ri_needed) == (25 * HOUR, 75 * HOUR)
    # 7.5 hours stay missing: what is mastered needs no course, so only Quality's 67.5 hours count
    assert capped.missing_minutes == int(7.5 * HOUR)


def test_objectives_weigh_cost_against_travel(db_session: Session, partnership_id: int, plan_id: int) -> None:
    # Online: 30 h × $5 = $150, no miles. By day: 3 credits × $100 = $300, 2 × 10 miles × 15 days. Quality costs $450.
    cheap = change(db_session, partnership_id, plan_id, objective="cost", mastered={"M": "", "Q": ""})
    assert [each.code for each in cheap.courses] == ["SAF 2"]
    assert (cheap.known_cost_cents, cheap.known_miles) == (15_000, 0)
    barred = change(
        db_session, partnership_id, plan_id, objective="cost", mastered={"M": "", "Q": ""}, max_online_minutes=0
    )
    assert (barred.known_cost_cents, barred.known_miles) == (30_000, 300)


def test_a_change_takes_courses_and_both_words_back(db_session: Session, partnership_id: int, plan_id: int) -> None:
    plan = plan_of(db_session, partnership_id, plan_id)
    with pytest.raises(NothingToAgreeOn):
        operations.note_word(db_session, plan=plan, side="employer", state="agreed", name="Kim", said_on=None)
    plan = choose(db_session, partnership_id, plan_id)
    for side in operations.SIDES:
        operations.note_word(db_session, plan=plan, side=side, state="agreed", name="Kim", said_on=date(2026, 9, 1))
    assert plan_of(db_session, partnership_id, plan_id).is_agreed
    first = plan.courses[0].id
    operations.set_times(db_session, plan_id=plan_id, when_taken={first: ""})
    assert plan_of(db_session, partnership_id, plan_id).is_agreed, "nothing changed"
    operations.set_times(db_session, plan_id=plan_id, when_taken={first: "spring 2027"})
    changed = plan_of(db_session, partnership_id, plan_id)
    assert (changed.courses[0].when_taken, changed.is_agreed) == ("spring 2027", False)
    again = change(db_session, partnership_id, plan_id)
    assert [each.when_taken for each in again.courses if each.when_taken] == []


def test_courses_that_the_match_run_found_cover_competencies(
    database: Database, partnership_id: int, college_id: int
) -> None:
    region = build_region(database, partnership_id=partnership_id, college_id=college_id)
    run_id = region.done_run()
    with database.writing() as session:
        occupation_id = operations.add_occupation(session, partnership_id=partnership_id, row=OPERATOR)
        occupation = queries.occupation(session, partnership_id=partnership_id, occupation_id=occupation_id)
        assert occupation is not None
        found = queries.covering_courses(session, partnership_id=partnership_id, occupation=occupation)
        assert found == (run_id, {CourseRef("TVC", "AUT 210"): {"Q"}})


def test_two_occupations_of_one_title_are_refused(db_session: Session, partnership_id: int, plan_id: int) -> None:
    with pytest.raises(OccupationKnown, match="called LINE operator already"):
        operations.add_occupation(
            db_session, partnership_id=partnership_id, row=replace(OPERATOR, title="LINE operator")
        )


SETTINGS = {
    "title": "Third shift",
    "objective": "travel",
    "visit_hours": "4",
    "credit_cap_percent": "75",
    "max_online": "20",
    "miles-TVC": "12",
    "credit-TVC": "114.50",
    "ratio": "1 to 1",
}


def test_a_convener_plans_from_start_to_finish(sign_in: SignIn, college: int, employer_id: int) -> None:
    browser = sign_in("convener")
    assert "A plan needs an occupation first" in browser.get("/apprenticeships").text
    where = browser.post(
        "/apprenticeships/occupations/shipped", data={"title": "Industrial manufacturing technician"}
    ).location
    assert "17 competencies have no course in the region" in browser.get(where).text
    browser.post(f"{where}/link", data={"competency": "S1", "course": "TVC:SAF 2", "act": "link"})
    assert "TVC:SAF 2 ⚭" in browser.get(where).text
    browser.post(f"{where}/link", data={"competency": "S1", "course": "TVC:NOPE", "act": "link"})
    assert "No course of the newest catalogs is called that" in browser.get(where).text
    made = browser.post("/apprenticeships", data={"title": "Shift 2", "occupation_id": 1, "firm_id": employer_id})
    assert made.location == "/apprenticeships/1/settings"
    changed = browser.post(made.location, data=SETTINGS | {"mastered-1": "1", "evidence-1": "test of May"})
    assert changed.location == "/apprenticeships/1"
    browser.post("/apprenticeships/1/courses")
    page = browser.get("/apprenticeships/1").text
    assert "Not complete: 16 competencies without a course" in page
    assert "246 hours of instruction missing" in page  # 264 - 18 credited, and nothing to choose from
    assert "test of May" in page
    browser.post("/apprenticeships/1/word", data={"side": "worker", "state": "objects", "name": "Local 12, R. Vega"})
    assert "Objects: Local 12, R. Vega" in browser.get("/apprenticeships/1").text
    browser.post("/apprenticeships/1/word", data={"side": "worker", "state": "agreed", "name": ""})
    assert "Write who says so" in browser.get("/apprenticeships/1").text
    assert browser.post("/apprenticeships/1/word", data={"side": "moon", "state": "agreed"}).status_code == 400
    browser.post("/apprenticeships/1/remove")
    assert browser.get("/apprenticeships/1").status_code == 404


def test_a_firm_sees_and_plans_its_own_apprenticeships_only(
    database: Database, sign_in: SignIn, partnership_id: int, plan_id: int
) -> None:
    with database.writing() as session:
        other_firm = accounts_operations.add_organisation(
            session, partnership_id=partnership_id, name="Rival Forge", kind="employer", code="RIV", now=NOON
        )
        foreign = add_plan(session, partnership_id, 1, firm_id=other_firm)
        pattern = add_plan(session, partnership_id, 1, firm_id=None)
        session.commit()
    browser = sign_in("employer")
    assert "Rival" not in browser.get("/apprenticeships").text
    assert browser.get(f"/apprenticeships/{plan_id}").status_code == 200
    for number in (foreign, pattern):
        for path in ("", "/settings", "/appendix-a.pdf", "/appendix-a.xlsx"):
            assert browser.get(f"/apprenticeships/{number}{path}").status_code == 404
        for path in ("/courses", "/times", "/word", "/remove", "/settings"):
            assert browser.post(f"/apprenticeships/{number}{path}").status_code == 404
    refused = browser.post("/apprenticeships", data={"title": "X", "occupation_id": 1, "firm_id": other_firm})
    assert refused.status_code == 422
    browser.post(f"/apprenticeships/{plan_id}/courses")
    said = {"side": "worker", "state": "agreed", "name": "The boss"}
    assert browser.post(f"/apprenticeships/{plan_id}/word", data=said).status_code == 400
    browser.post(f"/apprenticeships/{plan_id}/word", data=said | {"side": "employer"})
    assert "Agrees: The boss" in browser.get(f"/apprenticeships/{plan_id}").text


def test_plans_of_another_partnership_do_not_exist(database: Database, sign_in: SignIn, plan_id: int) -> None:
    with database.writing() as session:
        other = accounts_operations.add_partnership(session, name="Other Valley", now=NOON)
        occupation_id = operations.add_occupation(session, partnership_id=other, row=OPERATOR)
        foreign = add_plan(session, other, occupation_id, firm_id=None)
        session.commit()
    browser = sign_in("convener")
    assert browser.get(f"/apprenticeships/{foreign}").status_code == 404
    assert browser.get(f"/apprenticeships/occupations/{occupation_id}").status_code == 404
    made = browser.post("/apprenticeships", data={"title": "X", "occupation_id": occupation_id, "firm_id": 0})
    assert made.status_code == 422


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "Write a name for the plan."),
        ({"visit_hours": "0"}, "Write how many hours a day"),
        ({"max_online": "lots"}, "is no number of hours"),
        ({"credit_cap_percent": "101"}, "from 0 to 100"),
        ({"miles-TVC": "near"}, "Test Valley College, miles: near is no number of whole miles"),
        ({"credit-TVC": "1.005"}, "Test Valley College, price of a credit"),
        ({"objective": "beauty"}, "Choose one of the entries listed."),
    ],
)
def test_settings_that_cannot_be_kept_are_shown_again(
    sign_in: SignIn, plan_id: int, wrong: dict[str, str], words: str
) -> None:
    typed = SETTINGS | {"term": "two years", "mastered-1": "1", "evidence-1": "test of May"} | wrong
    answer = sign_in("convener").post(f"/apprenticeships/{plan_id}/settings", data=typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert "two years" in answer.text
    assert "test of May" in answer.text


def test_an_occupation_of_ones_own_is_typed_or_uploaded(sign_in: SignIn) -> None:
    browser = sign_in("reviewer")
    typed = {
        "title": "Packer",
        "approach": "time",
        "ojl_hours": "100",
        "ri_hours": "10",
        "schedule": "Pack | P1 | Packs boxes | 60 | 10\nPack | P2 | Stacks pallets | 30",
    }
    answer = browser.post("/apprenticeships/occupations/new", data=typed)
    assert answer.status_code == 422
    assert "90 hours on the job, 10 hours fewer than the 100 hours stated" in answer.text
    assert "Stacks pallets" in answer.text
    content = b"work process,code,competency,ojl hours,ri hours\r\nPack,P1,Packs boxes,100,10\r\n"
    answer = browser.post(
        "/apprenticeships/occupations/new", data=typed | {"schedule": "", "file": (io.BytesIO(content), "p.csv")}
    )
    page = browser.get(answer.location).text
    assert "at least 2,000 hours on the job (29 CFR 29.4)" in page
    assert b"Packs boxes" in browser.get(f"{answer.location}/schedule.csv").data
    assert browser.get(f"{answer.location}/schedule.xlsx").data[:2] == b"PK"
    assert (
        "no number"
        in browser.post("/apprenticeships/occupations/new", data=typed | {"title": "Other", "ojl_hours": "x"}).text
    )


def test_the_workbook_holds_the_tables_of_an_appendix_a(
    database: Database, sign_in: SignIn, partnership_id: int, plan_id: int
) -> None:
    with database.writing() as session:
        change(session, partnership_id, plan_id, mastered={"M": "seen at work"}, ratio="1 to 1")
        session.commit()
    content = sign_in("viewer").get(f"/apprenticeships/{plan_id}/appendix-a.xlsx")
    assert content.status_code == 403
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(sign_in("reviewer").get(f"/apprenticeships/{plan_id}/appendix-a.xlsx").data)
    )
    assert book.sheet_names == [
        "About",
        "Work process schedule",
        "Related instruction outline",
        "Credit granted",
        "Wage progress",
        "Terms and agreement",
    ]
    schedule = book.get_sheet_by_name("Work process schedule").to_python()
    assert schedule[-1][3:5] == [1000.0, 100.0]
    assert sum(float(str(row[4])) for row in schedule[1:-1]) == 100.0
    outline = book.get_sheet_by_name("Related instruction outline").to_python()
    hours = [float(str(row[3])) for row in outline[1:]]
    assert hours[-1] == sum(hours[:-1]) >= 90.0
    assert ["", "Hours left", "", 700.0, 90.0] in book.get_sheet_by_name("Credit granted").to_python()
    assert book.get_sheet_by_name("Wage progress").to_python()[1] == [1.0, BLANK, BLANK, BLANK]
    assert ["Ratio of journeyworkers to apprentices", "1 to 1"] in book.get_sheet_by_name(
        "Terms and agreement"
    ).to_python()


def test_every_column_of_the_files_stands_in_the_docs() -> None:
    words = (Path(__file__).resolve().parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    for column in (*SCHEDULE_COLUMNS, *PLAN_COLUMNS, *CREDENTIAL_COLUMNS, *KINDS):
        assert f"`{column}`" in words, column


def test_the_printed_plan_says_the_same_and_leaves_wages_blank(
    database: Database, sign_in: SignIn, partnership_id: int, plan_id: int
) -> None:
    with database.writing() as session:
        change(session, partnership_id, plan_id, mastered={"M": "seen at work #here"})
        session.commit()
    answer = sign_in("employer").get(f"/apprenticeships/{plan_id}/appendix-a.pdf")
    assert answer.mimetype == "application/pdf"
    assert b"pdfuaid" in answer.data, "the accessible standard is marked"
    document = pypdfium2.PdfDocument(answer.data)
    text = " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)
    document.close()
    for words in (
        "Work process schedule",
        "Related instruction outline",
        "seen at work #here",
        "Complete: every competency is covered",
        "This table is left blank on purpose",
        "to be filled in by the sponsor",
        "For the workers",
        "1,000",
    ):
        assert words in text, words


def test_a_choice_for_a_plan_that_changed_in_the_meantime_is_refused(
    db_session: Session, partnership_id: int, plan_id: int
) -> None:
    before = plan_of(db_session, partnership_id, plan_id)
    change(db_session, partnership_id, plan_id, evenings_only=True)
    with pytest.raises(PlanChanged, match="Choose the courses once more"):
        operations.keep_choice(db_session, plan=before, choice=Choice(None, (), 0, ()), now=NOON)
    assert plan_of(db_session, partnership_id, plan_id).courses
