"""The convener's doors: assessments and meetings, also for those who have no business there."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from voting_hall import CODES, MORNING, NEEDS, Hall, hidden, join, vote_by_phone, words

from accounts.operations import add_partnership
from base.database import Database
from base.tables import csv_text, read_table
from survey import operations, queries
from survey.exports import needs_sheet
from survey.library import starter_library
from survey.queries import MeetingRow

SignIn = Callable[[str], FlaskClient]
SCRIPT = "<script>alert('x')</script>"


# Assessments


def test_a_convener_without_lists_is_led_to_the_starter_library(sign_in: SignIn) -> None:
    text = sign_in("convener").get("/assessments").text
    assert "No assessment yet" in text
    assert 'href="/assessments/new"' in text


def test_a_viewer_sees_lists_but_no_way_to_change_them(hall: Hall, open_meeting: MeetingRow, sign_in: SignIn) -> None:
    viewer = sign_in("viewer")
    assert "New assessment" not in viewer.get("/assessments").text
    page = viewer.get(f"/assessments/{open_meeting.assessment_id}").text
    assert "Find faults in control circuits" in page
    assert "Rename" not in page


def test_the_starter_library_is_taken_whole_or_in_part(
    sign_in: SignIn, db_session: Session, partnership_id: int
) -> None:
    convener = sign_in("convener")
    library = starter_library()
    checked = re.findall(r"<input type=\"checkbox\"[^>]* checked>", convener.get("/assessments/new").text)
    assert len(checked) == len(library) + len({need.area for need in library})
    welding = [need.code for need in library if need.area == "Welding"]
    form = {"title": "Welders", "area": ["Welding"], "need": [*welding[1:], "EM-01"]}
    answer = convener.post("/assessments/new", data=form, follow_redirects=True)
    assert f"“Welders” has {len(welding) - 1} needs" in answer.text
    (row,) = queries.assessments(db_session, partnership_id=partnership_id)
    assert [need.code for need in queries.needs(db_session, assessment_id=row.id)] == welding[1:]


def test_unchecking_everything_is_refused_and_keeps_the_title(sign_in: SignIn) -> None:
    answer = sign_in("convener").post("/assessments/new", data={"title": "Kept title", "need": ["EM-01"]})
    assert "Nothing is checked" in answer.text
    assert 'value="Kept title"' in answer.text


def upload(client: FlaskClient, content: bytes, *, filename: str = "needs.csv") -> str:
    """Send a file of needs and return the page."""
    form = {"title": "From a file", "file": (io.BytesIO(content), filename)}
    return client.post("/assessments/new/file", data=form).text


def test_an_upload_is_shown_before_it_is_kept(sign_in: SignIn, db_session: Session, partnership_id: int) -> None:
    convener = sign_in("convener")
    lines = ("code,area,title,level,elements", "A-1,W,Weld,basic,one|two", "A-2,W,,basic,x", "A-1,W,Weld,basic,one|two")
    preview = upload(convener, "\n".join(lines).encode())
    assert "1 of 3 needs can be kept" in words(preview)
    assert "row 3" in preview
    assert "row 4" in preview
    assert queries.assessments(db_session, partnership_id=partnership_id) == []
    db_session.rollback()
    kept = {"title": "From a file", "carried": hidden(preview, "carried")}
    convener.post("/assessments/new/file/keep", data=kept)
    (row,) = queries.assessments(db_session, partnership_id=partnership_id)
    assert [need.elements for need in queries.needs(db_session, assessment_id=row.id)] == [("one", "two")]


def test_a_preview_that_was_tampered_with_is_refused(sign_in: SignIn) -> None:
    convener = sign_in("convener")
    preview = upload(convener, csv_text(needs_sheet(NEEDS)))
    changed = hidden(preview, "carried")[:-2] + "xx"
    answer = convener.post("/assessments/new/file/keep", data={"title": "T", "carried": changed}, follow_redirects=True)
    assert "Choose the file again; nothing was kept" in answer.text


@pytest.mark.parametrize(
    ("content", "filename", "said"),
    [
        (b"", "empty.csv", "empty.csv"),
        (bytes(range(256)) * 20, "noise.xlsx", "noise.xlsx"),
        (b"name,color\nx,red\n", "other.csv", "code"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_keeps_the_title(
    sign_in: SignIn, content: bytes, filename: str, said: str
) -> None:
    page = upload(sign_in("convener"), content, filename=filename)
    assert said in words(page)
    assert 'value="From a file"' in page


def test_no_file_at_all_is_refused_in_words(sign_in: SignIn) -> None:
    answer = sign_in("convener").post("/assessments/new/file", data={"title": "T"})
    assert "Choose a CSV or Excel file" in answer.text


def test_typed_needs_make_a_list_and_another_row_loses_nothing(
    sign_in: SignIn, db_session: Session, partnership_id: int
) -> None:
    convener = sign_in("convener")
    typed = {
        "title": "Typed list",
        "needs-0-title": "Weld aluminium",
        "needs-0-area": "Welding",
        "needs-0-level": "advanced",
        "needs-0-elements": "Set AC balance\nClean the plate\n",
        "needs-1-level": "working",
    }
    more = convener.post("/assessments/new/typed", data={**typed, "add": "1"}).text
    assert 'name="needs-2-title"' in more
    assert "Set AC balance" in more
    assert queries.assessments(db_session, partnership_id=partnership_id) == []
    db_session.rollback()
    convener.post("/assessments/new/typed", data=typed)
    (row,) = queries.assessments(db_session, partnership_id=partnership_id)
    (need,) = queries.needs(db_session, assessment_id=row.id)
    assert (need.code, need.elements) == ("WE-01", ("Set AC balance", "Clean the plate"))


def test_a_typed_need_without_elements_says_which_one(sign_in: SignIn) -> None:
    typed = {"title": "T", "needs-0-level": "basic", "needs-1-title": "Weld aluminium", "needs-1-level": "working"}
    answer = sign_in("convener").post("/assessments/new/typed", data=typed)
    assert "need 2, Weld aluminium: The performance elements are missing" in unescape(answer.text)
    assert 'value="Weld aluminium"' in answer.text


def test_needs_are_changed_and_removed_through_their_doors(planned_hall: Hall, sign_in: SignIn) -> None:
    planned_hall.session.commit()
    needs = queries.needs(planned_hall.session, assessment_id=planned_hall.assessment_id)
    planned_hall.session.rollback()
    convener = sign_in("convener")
    door = f"/assessments/{planned_hall.assessment_id}/needs/{needs[0].id}"
    page = convener.get(door).text
    assert "Read the print\nUse a meter" in page
    form = {"title": SCRIPT, "code": "EM-01", "level": "working", "elements": "One"}
    changed = convener.post(door, data=form, follow_redirects=True).text
    assert SCRIPT not in changed
    assert "&lt;script&gt;" in changed
    taken = convener.post(door, data={**form, "code": "SW-01"}).text
    assert "SW-01 stands on this list already" in taken
    convener.post(f"{door}/remove")
    assert len(queries.needs(planned_hall.session, assessment_id=planned_hall.assessment_id)) == len(CODES) - 1


def test_a_locked_list_offers_a_copy(hall: Hall, open_meeting: MeetingRow, sign_in: SignIn) -> None:
    convener = sign_in("convener")
    door = f"/assessments/{open_meeting.assessment_id}"
    assert "Copy this list" in convener.get(door).text
    refused = convener.post(f"{door}/needs/new", data={"title": "T", "level": "basic", "elements": "e"}).text
    assert "its needs stay as they are" in refused
    copied = convener.post(f"{door}/copy", follow_redirects=True).text
    assert "Spring list (copy)" in copied
    assert "Copy this list" not in copied


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_leaves_as_a_file_that_can_be_read_again(
    hall: Hall, open_meeting: MeetingRow, sign_in: SignIn, kind: str
) -> None:
    answer = sign_in("viewer").get(f"/assessments/{open_meeting.assessment_id}/needs.{kind}")
    assert "attachment" in answer.headers["Content-Disposition"]
    table = read_table(answer.data, filename=f"needs.{kind}", sheet="Needs" if kind == "xlsx" else None)
    assert [row.cells["code"] for row in table.rows] == list(CODES)


def test_another_partnerships_rows_do_not_exist(
    hall: Hall, open_meeting: MeetingRow, sign_in: SignIn, database: Database
) -> None:
    with database.writing() as session:
        other = operations.create_assessment(
            session, partnership_id=_other_partnership(session), title="Not yours", needs=NEEDS, now=MORNING
        )
        session.commit()
    convener = sign_in("convener")
    for path in (
        f"/assessments/{other}",
        f"/assessments/{other}/needs.csv",
        "/meetings/99",
        "/meetings/99/voters.json",
    ):
        assert convener.get(path).status_code == 404
    assert convener.post(f"/assessments/{other}/title", data={"title": "Mine now"}).status_code == 404
    assert "Not yours" not in convener.get("/assessments").text


def _other_partnership(session: Session) -> int:
    return add_partnership(session, name="Elsewhere", now=MORNING)


# Meetings


def test_a_meeting_is_planned_opened_revealed_and_closed_from_its_desk(hall: Hall, sign_in: SignIn) -> None:
    hall.session.commit()
    convener = sign_in("convener")
    plan = {
        "assessment_id": str(hall.assessment_id),
        "title": "Autumn meeting",
        "held_on": "2026-10-06",
        "place": "North Mesa",
        "k": "5",
    }
    planned = convener.post("/meetings/new", data=plan)
    desk = planned.location
    assert "Open voting" in convener.get(desk).text
    convener.post(f"{desk}/open")
    assert "Nobody has joined yet" in convener.get(desk).text
    assert "needs ballots of at least 5 employers" in convener.post(f"{desk}/reveal", follow_redirects=True).text
    found = queries.meetings(hall.session, partnership_id=hall.partnership_id)[0]
    hall.session.rollback()
    for number in range(5):
        vote_by_phone(found, app=convener.application, name=f"Firm {number}")
    page = convener.get(desk).text
    assert "5 of 5</strong> employers have voted" in page
    assert "Reveal the ranking" in page
    convener.post(f"{desk}/reveal")
    convener.post(f"{desk}/close")
    assert "Go to match runs" in convener.get(desk).text
    assert "Closed, ranking shown" in convener.get("/meetings").text


def test_a_meeting_without_any_list_leads_to_making_one(sign_in: SignIn) -> None:
    assert sign_in("convener").get("/meetings/new").location == "/assessments/new"


@pytest.mark.parametrize(
    ("change", "said"),
    [({"k": "50"}, "from 3 to 10"), ({"k": "some"}, "from 3 to 10"), ({"title": " "}, "Write a title")],
)
def test_a_plan_that_does_not_work_comes_back_whole(
    hall: Hall, open_meeting: MeetingRow, sign_in: SignIn, change: dict[str, str], said: str
) -> None:
    plan = {
        "assessment_id": str(hall.assessment_id),
        "title": "Kept",
        "held_on": "2026-10-06",
        "place": "Kept hall",
        "k": "5",
    }
    page = sign_in("convener").post("/meetings/new", data=plan | change).text
    assert said in page
    assert 'value="Kept hall"' in page


def test_the_desk_shows_code_link_picture_and_seats(open_meeting: MeetingRow, app: Flask, sign_in: SignIn) -> None:
    join(app.test_client(), open_meeting, name=SCRIPT)
    page = sign_in("convener").get(f"/meetings/{open_meeting.id}").text
    assert open_meeting.join_code in page
    assert re.search(r'<svg[^>]*viewBox[^>]*class="segno"', page)
    assert f"/meet/{open_meeting.join_code}" in page
    assert SCRIPT not in page
    assert "not yet" in page
    sheet = sign_in("convener").get(f"/meetings/{open_meeting.id}/join-sheet").text
    assert open_meeting.join_code in words(sheet)


def test_an_unchanged_desk_costs_an_empty_answer(open_meeting: MeetingRow, app: Flask, sign_in: SignIn) -> None:
    convener = sign_in("convener")
    door = f"/meetings/{open_meeting.id}/voters.json"
    first = convener.get(door)
    etag = first.headers["ETag"]
    assert (first.get_json()["n_seats"], first.get_json()["state"]) == (0, "open")
    assert (
        unescape(re.findall(r'data-live-etag="([^"]*)"', convener.get(f"/meetings/{open_meeting.id}").text)[0]) == etag
    )
    assert convener.get(door, headers={"If-None-Match": etag}).status_code == 304
    join(app.test_client(), open_meeting)
    later = convener.get(door, headers={"If-None-Match": etag})
    assert (later.status_code, later.get_json()["n_seats"]) == (200, 1)


def test_the_file_of_ballots_waits_for_the_reveal(open_meeting: MeetingRow, app: Flask, sign_in: SignIn) -> None:
    convener = sign_in("convener")
    door = f"/meetings/{open_meeting.id}/ballots.csv"
    for number in range(5):
        vote_by_phone(open_meeting, app=app, name=f"Firm {number}")
    refused = convener.get(door, follow_redirects=True).text
    assert "There is no file of ballots yet" in refused
    convener.post(f"/meetings/{open_meeting.id}/reveal")
    table = read_table(convener.get(door).data, filename="ballots.csv")
    assert len(table.rows) == 5 * len(CODES)
    assert "Firm" not in convener.get(door).text
    assert convener.get(door.replace("csv", "xlsx")).data[:2] == b"PK"
