"""Credentials through their doors: stored, linked, confirmed, shared, imported and exported; circles are refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import operations as accounts_operations
from base.database import Database
from base.tables import csv_text, workbook
from catalog import credential_operations, credential_queries
from catalog import operations as catalog_operations
from catalog.credential_files import (
    EntryRefused,
    cents_from,
    credentials_sheet,
    credit_from,
    group_from,
    minutes_from,
    read_credentials,
    stack_from,
)
from catalog.credential_operations import CredentialRefused, StillNeeded
from catalog.credential_records import (
    Articulation,
    CourseRef,
    CredentialRow,
    PreparingCourse,
    RequirementGroup,
    StackLink,
)
from catalog.credential_wording import dollars, hours, months
from catalog.lattice import LatticeCircle
from catalog.records import CatalogReading, CourseRow

SignIn = Callable[[str], FlaskClient]
NOON = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)
SAFETY = CourseRef("TVC", "SAF 101")
CARD = CredentialRow("CARD", "Safety card", "completion", clock_minutes=600, stacks_into=(StackLink("TECH"),))
TECH = CredentialRow(
    "TECH",
    "Plant technician",
    "certificate",
    issuer="Test Valley College",
    endorsed_by="Makers’ guild",
    college_code="TVC",
    clock_minutes=120 * 60,
    cost_cents=12_950,
    valid_months=36,
    source="Invented",
    description="Keeps machines running | day and night",
    requires=(RequirementGroup(("CARD",)), RequirementGroup((SAFETY, CourseRef("TVC", "SAF 102")), 1)),
    courses=(PreparingCourse(SAFETY),),
    credit_for=(Articulation(SAFETY, Decimal("1.5"), "with the card", date(2026, 5, 1)),),
)


@pytest.fixture
def college(database: Database, partnership_id: int, college_id: int) -> int:
    """Give the college a catalog with two safety courses."""
    courses = (
        CourseRow("SAF 101", "Plant Safety", clock_hours=Decimal(45), delivery=("on campus", "evenings")),
        CourseRow("SAF 102", "Safety for All", credits_min=Decimal(2), credits_max=Decimal(3)),
    )
    with database.writing() as session:
        catalog_operations.store_edition(
            session,
            organisation_id=college_id,
            label="2026–27 catalog",
            filename="tvc.csv",
            file_digest="0" * 64,
            mapping={},
            reading=CatalogReading("CSV", 2, courses, (), (), ()),
            by_name="Test",
            now=NOON,
        )
        session.commit()
    return college_id


@pytest.fixture
def stored(database: Database, partnership_id: int, college: int) -> dict[str, int]:
    """Store the card and the technician's certificate; return their row numbers."""
    with database.writing() as session:
        ids = store(session, partnership_id, CARD, TECH)
        session.commit()
    return dict(zip(("CARD", "TECH"), ids, strict=True))


def store(session: Session, partnership_id: int, *rows: CredentialRow) -> list[int]:
    return credential_operations.store_credentials(session, partnership_id=partnership_id, rows=rows, now=NOON)


def plain_rows(session: Session, partnership_id: int) -> list[CredentialRow]:
    return credential_queries.credentials(session, partnership_id=partnership_id)


def test_what_is_stored_is_read_back_word_for_word(
    db_session: Session, partnership_id: int, stored: dict[str, int]
) -> None:
    tech = credential_queries.credential(db_session, partnership_id=partnership_id, credential_id=stored["TECH"])
    assert tech is not None
    assert tech == CredentialRow(**{**vars(TECH), "id": stored["TECH"]})


def test_a_circle_is_refused_by_name_and_nothing_is_stored(
    db_session: Session, partnership_id: int, stored: dict[str, int]
) -> None:
    turned = CredentialRow("CARD", "Safety card", "completion", requires=(RequirementGroup(("TECH",)),))
    with pytest.raises(LatticeCircle, match="Plant technician is required by Safety card"):
        store(db_session, partnership_id, CredentialRow(**{**vars(turned), "stacks_into": (StackLink("TECH"),)}))
    assert plain_rows(db_session, partnership_id)[1].requires == ()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (CredentialRow("A", "A", "medal"), "no kind “medal”"),
        (CredentialRow("A", "A", "micro", college_code="ZZZ"), "no college ZZZ"),
        (CredentialRow("A", "A", "micro", stacks_into=(StackLink("A"),)), "cannot build on itself"),
        (CredentialRow("A", "A", "micro", stacks_into=(StackLink("NOPE"),)), "no credential NOPE"),
        (CredentialRow("A", "A", "micro", requires=(RequirementGroup(("CARD", "CARD")),)), "the same thing twice"),
        (CredentialRow("A", "A", "micro", requires=(RequirementGroup(("CARD",), 2),)), "requires 2 of 1"),
        (CredentialRow("A", "A", "micro", courses=(PreparingCourse(SAFETY),) * 2), "prepared for by TVC:SAF 101 twice"),
    ],
)
def test_a_link_that_leads_nowhere_is_refused(
    db_session: Session, partnership_id: int, stored: dict[str, int], row: CredentialRow, words: str
) -> None:
    with pytest.raises(CredentialRefused, match=words):
        store(db_session, partnership_id, row)
    assert len(plain_rows(db_session, partnership_id)) == 2


def test_a_changed_credential_must_be_confirmed_again_and_its_courses_stay_confirmed(
    db_session: Session, partnership_id: int, college_id: int, stored: dict[str, int]
) -> None:
    credential_operations.confirm_credential(db_session, credential_id=stored["TECH"], by_name="Lee", now=NOON)
    assert credential_operations.confirm_course(
        db_session,
        credential_id=stored["TECH"],
        organisation_id=college_id,
        course_code="SAF 101",
        by_name="Lee",
        now=NOON,
    )
    store(db_session, partnership_id, TECH)
    unchanged = next(row for row in plain_rows(db_session, partnership_id) if row.code == "TECH")
    assert unchanged.confirmed_by_name == "Lee"
    store(db_session, partnership_id, CredentialRow(**{**vars(TECH), "cost_cents": 1}))
    changed = next(row for row in plain_rows(db_session, partnership_id) if row.code == "TECH")
    assert changed.confirmed_by_name is None
    assert changed.courses[0].confirmed_by_name == "Lee"


def test_a_credential_that_others_build_on_is_not_removed(
    db_session: Session, partnership_id: int, stored: dict[str, int]
) -> None:
    with pytest.raises(StillNeeded, match="Plant technician"):
        credential_operations.remove_credential(db_session, partnership_id=partnership_id, credential_id=stored["CARD"])
    with pytest.raises(StillNeeded, match="Safety card"):
        credential_operations.remove_credential(db_session, partnership_id=partnership_id, credential_id=stored["TECH"])
    store(db_session, partnership_id, CredentialRow(**{**vars(CARD), "stacks_into": ()}))
    credential_operations.remove_credential(db_session, partnership_id=partnership_id, credential_id=stored["TECH"])
    assert [row.code for row in plain_rows(db_session, partnership_id)] == ["CARD"]


@pytest.mark.parametrize("as_workbook", [False, True])
def test_a_file_of_credentials_leaves_and_comes_back_the_same(as_workbook: bool) -> None:
    sheet = credentials_sheet([CARD, TECH])
    content = workbook([sheet], about={"Partnership": "Test"}) if as_workbook else csv_text(sheet)
    rows, problems = read_credentials(content, filename="credentials.xlsx" if as_workbook else "credentials.csv")
    assert problems == ()
    assert [CredentialRow(**{**vars(row), "place": ""}) for row in rows] == [CARD, TECH]


def test_every_row_that_cannot_be_read_is_told_with_its_place() -> None:
    content = (
        b"Code,Title,Kind,Clock hours,Cost,Requires,Credit for\r\n"
        b"A,First,micro,ten,,,\r\n"
        b"B,,micro,,,,\r\n"
        b"C,Third,medal,,,,\r\n"
        b"D,Fourth,micro,1.01,,,\r\n"
        b"E,Fifth,micro,,1.005,,\r\n"
        b"F,Sixth,micro,,,3 of A; B,\r\n"
        b"G,Seventh,micro,,,,CRC:EMT 101\r\n"
        b"H,Eighth,micro,,,,CRC = 2\r\n"
        b"I,Ninth,Micro-credential,37.5,$129.50,,\r\n"
        b"I,Tenth,micro,,,,\r\n"
    )
    rows, problems = read_credentials(content, filename="list.csv")
    assert [(row.code, row.clock_minutes, row.cost_cents) for row in rows] == [("I", 2250, 12_950)]
    places = [(problem.split(", column ")[0], problem.split("column ")[1].split(":")[0]) for problem in problems]
    assert places == [
        ("row 2", "clock_hours"),
        ("row 3", "title"),
        ("row 4", "kind"),
        ("row 5", "clock_hours"),
        ("row 6", "cost"),
        ("row 7", "requires"),
        ("row 8", "credit_for"),
        ("row 9", "credit_for"),
        ("row 11", "code"),
    ]


def test_entries_read_as_people_write_them() -> None:
    assert group_from("2 of A; B; TVC:SAF 101").n_needed == 2
    assert group_from("2 of A; B") == RequirementGroup(("A", "B"))
    assert stack_from("CPT = 35 hours") == StackLink("CPT", 35 * 60)
    assert credit_from("TVC:SAF 101 = 1 credit; by hand") == Articulation(SAFETY, Decimal(1), "by hand")
    assert minutes_from("1,200.5", column="clock_hours") == 1200 * 60 + 30
    assert cents_from("") is None
    with pytest.raises(EntryRefused, match="there is no day 2026-02-30"):
        credit_from("TVC:SAF 101 = 1; 2026-02-30")


def test_hours_and_money_are_said_as_people_say_them() -> None:
    assert [hours(60), hours(90), hours(1090 * 60), hours(0)] == ["1 hour", "1.5 hours", "1,090 hours", "0 hours"]
    assert [dollars(125_000), dollars(12_950)] == ["$1,250", "$129.50"]
    assert [months(36), months(18), months(12)] == ["3 years", "18 months", "1 year"]


def test_the_page_says_what_is_left_and_ticks_change_it(sign_in: SignIn, stored: dict[str, int]) -> None:
    browser = sign_in("employer")
    page = browser.get(f"/credentials/{stored['TECH']}").text
    # card 10 h, the shorter course (2 credits × 15 = 30 h), the rest 120 - 10 - 30 = 80 h
    assert "3 steps and 120 hours to go" in page
    assert "SAF 102" in page
    assert "80 hours more" in page
    page = browser.get(f"/credentials/{stored['TECH']}?held=CARD&held=nonsense").text
    assert "2 steps and 110 hours to go" in page
    assert "You hold this credential already" in browser.get(f"/credentials/{stored['TECH']}?held=TECH").text
    assert "SAF 101 Plant Safety" in page
    assert "/courses/TVC" not in page, "an employer may not open the catalog"
    assert "Change it" not in page


def test_credit_granted_for_a_held_credential_takes_the_course_off_the_way(
    database: Database, sign_in: SignIn, partnership_id: int, stored: dict[str, int]
) -> None:
    with database.writing() as session:
        grant = Articulation(SAFETY, Decimal(3))
        store(session, partnership_id, CredentialRow(**{**vars(CARD), "credit_for": (grant,)}))
        session.commit()
    page = sign_in("viewer").get(f"/credentials/{stored['TECH']}?held=CARD").text
    # the card gives credit for the course of 45 hours: 120 - 10 - 45 = 65
    assert "1 step and 65 hours to go" in page


def test_anyone_with_the_address_sees_the_pathway_and_nothing_else(client: FlaskClient, stored: dict[str, int]) -> None:
    page = client.get("/credentials/share/test-valley-partnership/TECH")
    assert page.status_code == 200
    assert "3 steps and 120 hours to go" in page.text
    assert "/credentials/share/test-valley-partnership/CARD" in page.text
    assert f"/credentials/{stored['CARD']}" not in page.text
    assert client.get("/credentials/share/test-valley-partnership/NOPE").status_code == 404
    assert client.get("/credentials/share/nowhere/TECH").status_code == 404


def test_credentials_of_another_partnership_do_not_exist(
    database: Database, sign_in: SignIn, stored: dict[str, int]
) -> None:
    with database.writing() as session:
        other = accounts_operations.add_partnership(session, name="Other Valley", now=NOON)
        foreign = store(session, other, CredentialRow("X", "Foreign", "micro"))[0]
        session.commit()
    browser = sign_in("convener")
    for path in ("", "/edit"):
        assert browser.get(f"/credentials/{foreign}{path}").status_code == 404
    assert browser.post(f"/credentials/{foreign}/remove").status_code == 404
    assert "Foreign" not in browser.get("/credentials").text


FORM = {"title": "Forklift licence", "code": "FORK", "kind": "completion", "clock_hours": "8", "stacks_into": "TECH"}


def test_a_convener_adds_changes_confirms_and_removes_a_credential(sign_in: SignIn, stored: dict[str, int]) -> None:
    browser = sign_in("convener")
    where = browser.post("/credentials/new", data=FORM).location
    assert "Forklift licence" in browser.get(where).text
    browser.post(f"{where}/edit", data=FORM | {"title": "Forklift driver", "stacks_into": "TECH = 4 hours"})
    page = browser.get(where).text
    assert "Forklift driver" in page
    browser.post(f"{where}/confirm")
    assert "by Test convener" in browser.get(where).text
    browser.post(f"{where}/remove")
    assert browser.get(where).status_code == 404


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": ""}, "Write the title"),
        ({"clock_hours": "many"}, "is no number of hours"),
        ({"requires": "5 of TECH"}, "asks for 5 of 1"),
        ({"code": "CARD"}, "CARD is taken"),
        ({"requires": "TECH"}, "round in a circle"),
        ({"courses": "NOPE:1"}, "no college NOPE"),
    ],
)
def test_a_form_that_cannot_be_stored_keeps_what_was_typed(
    sign_in: SignIn, stored: dict[str, int], changed: dict[str, str], words: str
) -> None:
    answer = sign_in("convener").post("/credentials/new", data=FORM | {"issuer": "Yard & Sons"} | changed)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Yard &amp; Sons" in answer.text


def test_a_reviewer_changes_and_confirms_what_is_their_colleges(
    database: Database, sign_in: SignIn, partnership_id: int, stored: dict[str, int]
) -> None:
    with database.writing() as session:
        accounts_operations.add_organisation(
            session, partnership_id=partnership_id, name="Far College", kind="college", code="FAR", now=NOON
        )
        foreign = store(session, partnership_id, CredentialRow("F", "Far one", "micro", college_code="FAR"))[0]
        session.commit()
    browser = sign_in("reviewer")
    assert browser.get(f"/credentials/{foreign}/edit").status_code == 403
    assert browser.get(f"/credentials/{stored['TECH']}/edit").status_code == 200
    page = browser.get(f"/credentials/{stored['TECH']}").text
    assert 'name="course" value="SAF 101"' in page
    browser.post(f"/credentials/{stored['TECH']}/confirm-course", data={"course": "SAF 101"})
    assert 'name="course"' not in browser.get(f"/credentials/{stored['TECH']}").text
    assert browser.post(f"/credentials/{stored['TECH']}/confirm-course", data={"course": "X"}).status_code == 404
    content = b"code,title,kind,college\r\nG,Taken,micro,FAR\r\n"
    answer = browser.post("/credentials/import", data={"file": (io.BytesIO(content), "a.csv")})
    assert "row 2, column college: you may write for your own college" in answer.text


def test_a_file_is_imported_whole_or_not_at_all(sign_in: SignIn, stored: dict[str, int]) -> None:
    browser = sign_in("convener")
    circle = b"code,title,kind,requires\r\nA,First,micro,B\r\nB,Second,micro,A\r\n"
    answer = browser.post("/credentials/import", data={"file": (io.BytesIO(circle), "a.csv")})
    assert answer.status_code == 422
    assert "First is required by Second, Second is required by First" in answer.text
    content = browser.get("/credentials/credentials.csv").data
    answer = browser.post("/credentials/import", data={"file": (io.BytesIO(content), "a.csv")})
    assert answer.location == "/credentials"
    assert "2 credentials are stored." in browser.get("/credentials").text
    assert browser.get("/credentials/credentials.xlsx").data[:2] == b"PK"


def test_the_list_is_searched_without_scripts(sign_in: SignIn, stored: dict[str, int]) -> None:
    browser = sign_in("viewer")
    assert "2 credentials to earn in the region" in browser.get("/credentials").text
    page = browser.get("/credentials?q=guild+plant&kind=certificate").text
    assert "1 of 2 credentials" in page
    assert "Safety card" not in page
    assert "No credential holds these words" in browser.get("/credentials?q=zeppelin").text


def test_each_college_shows_what_it_does_for_each_credential(sign_in: SignIn, stored: dict[str, int]) -> None:
    page = sign_in("viewer").get("/credentials/colleges").text
    assert "● awards it" in page
    assert "▲ 1.5 credits for SAF 101" in page


def test_an_empty_region_is_told_what_comes_first(sign_in: SignIn) -> None:
    assert "Add a credential" in sign_in("convener").get("/credentials").text
    assert "The convener and the colleges list them here." in sign_in("viewer").get("/credentials").text
    assert "No credential is listed yet" in sign_in("viewer").get("/credentials/colleges").text
