"""Scanned sheets wait until a person has answered every doubt, and count once however often they are scanned."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from paper_hall import PaperBallot
from PIL import Image
from sqlalchemy.orm import Session
from voting_hall import CODES, MORNING, NEEDS, Hall, words

from base.database import Database
from survey import queries, rounds, scan_operations, scan_queries, sheets
from survey.ballots import BallotEntryContent
from survey.operations import Receipt
from survey.queries import MeetingRow
from survey.scan_operations import SheetRefused, StoredScan
from survey.scan_queries import PendingSheet
from survey.scans import ReadPage, UnreadPage, read_file
from survey.sheet_layout import PrintedNeed
from survey.sheet_marks import NOTHING, RowAnswer, ballot_entries, empty_places, merged_rows, read_answers
from survey.sheet_reading import RowMarks
from survey.sheets import Printing, PrintingRefused

SignIn = Callable[[str], FlaskClient]
PRINTED = tuple(PrintedNeed(need.code, need.area, need.title) for need in NEEDS)
#: Bubbles from the left: must, useful, not needed, don't know, then places 1 to 3.
MUST, USEFUL, NOT_NEEDED, DONT_KNOW, FIRST, SECOND, THIRD = range(7)


def _row(code: str, *marked: int, doubtful: Sequence[int] = ()) -> RowMarks:
    return RowMarks(code, tuple(marked), tuple(doubtful))


def _answers(*rows: RowMarks) -> list[tuple[str | None, int | None]]:
    return [(answer.sort, answer.place) for answer in read_answers(rows)]


# What is plain, and what a person must look at


def test_plain_rows_are_answered_and_an_empty_row_says_nothing() -> None:
    rows = (_row("EM-01", MUST, FIRST), _row("EM-02", USEFUL), _row("WE-01", DONT_KNOW), _row("QA-01"))
    assert _answers(*rows) == [("must", 1), ("useful", 0), ("dont_know", 0), (NOTHING, 0)]


@pytest.mark.parametrize(
    ("row", "left", "reason"),
    [
        (_row("EM-01", MUST, USEFUL), (None, 0), "two sorts are marked"),
        (_row("EM-01", MUST, FIRST, SECOND), ("must", None), "two places are marked"),
        (_row("EM-01", USEFUL, doubtful=[NOT_NEEDED]), (None, 0), "“not needed here” is not plain"),
        (_row("EM-01", MUST, doubtful=[SECOND]), ("must", None), "place 2 is not plain"),
        (_row("EM-01", USEFUL, FIRST), (None, None), "place 1 is marked without “must have”"),
        (_row("EM-01", FIRST), (None, None), "place 1 is marked without “must have”"),
        (RowMarks("EM-01", (), (), was_found=False), (None, None), "cannot be seen"),
    ],
)
def test_a_doubtful_row_is_left_open_with_its_reason(
    row: RowMarks, left: tuple[str | None, int | None], reason: str
) -> None:
    (answer,) = read_answers([row])
    assert (answer.sort, answer.place) == left
    assert reason in " ".join(answer.reasons)


def test_two_needs_at_one_place_are_both_left_open() -> None:
    rows = (_row("EM-01", MUST, FIRST), _row("EM-02", MUST, SECOND), _row("WE-01", MUST, SECOND))
    assert _answers(*rows) == [("must", 1), ("must", None), ("must", None)]


def test_a_place_that_nobody_has_is_pointed_out() -> None:
    def places(*taken: int) -> tuple[int, ...]:
        return empty_places([RowAnswer(str(number), "must", place) for number, place in enumerate(taken)])

    assert places(1, 2, 3) == ()
    assert places(1, 3) == (2,)
    assert places(2) == (1,)
    assert places(1, 1, 3) == (), "two needs that share the first place leave the second one empty"
    assert places() == ()


def test_two_readings_that_contradict_leave_the_mark_open_and_a_better_picture_settles_a_doubt() -> None:
    earlier = (_row("EM-01", MUST), _row("EM-02", doubtful=[USEFUL]), _row("WE-01", MUST))
    later = (_row("EM-01", USEFUL), _row("EM-02", USEFUL), _row("WE-01", MUST))
    assert merged_rows(earlier, later) == (
        _row("EM-01", doubtful=[MUST, USEFUL]),
        _row("EM-02", USEFUL),
        _row("WE-01", MUST),
    )


def test_a_settled_sheet_becomes_the_entries_of_a_ballot() -> None:
    answers = [RowAnswer("EM-01", "must", 2), RowAnswer("EM-02", NOTHING, 0), RowAnswer("WE-01", "not_needed", 0)]
    assert ballot_entries(answers) == (
        BallotEntryContent("EM-01", "must", 2),
        BallotEntryContent("WE-01", "not_needed", None),
    )


# Printing, keeping, counting


def _printed(hall: Hall, n_sheets: int = 3) -> Printing:
    return sheets.print_ballots(
        hall.session, meeting_id=hall.meeting_id, voice="employer", n_sheets=n_sheets, paper="letter", now=hall.now
    )


def _page(printing: Printing, *rows: RowMarks, sheet: int = 1) -> ReadPage:
    named = {row.need_code: row for row in rows}
    return ReadPage(printing.id, sheet, 1, tuple(named.get(code, _row(code)) for code in CODES), b"picture")


def _store(hall: Hall, *pages: ReadPage | UnreadPage) -> StoredScan:
    return scan_operations.store_scan(hall.session, meeting_id=hall.meeting_id, pages=pages, now=hall.now)


def _pending(hall: Hall) -> list[PendingSheet]:
    return scan_queries.pending_sheets(hall.session, meeting_id=hall.meeting_id)


def _confirm(hall: Hall, sheet: PendingSheet, *, name: str = "Paper Mill") -> Receipt:
    return scan_operations.confirm_sheet(
        hall.session,
        sheet=sheet,
        name=name,
        voice="employer",
        answers=[row.answer for row in sheet.rows],
        now=hall.now,
    )


PLAIN = (_row("EM-01", MUST, FIRST), _row("WE-01", USEFUL))


def test_a_sheet_counts_when_it_is_confirmed_and_its_picture_is_deleted(hall: Hall) -> None:
    printing = _printed(hall)
    assert _store(hall, _page(printing, *PLAIN)) == StoredScan(n_new=1)
    (sheet,) = _pending(hall)
    assert (sheet.key, sheet.n_open, sheet.missing_pages) == (f"{printing.code}-1", 0, ())
    assert hall.meeting.n_employers_voted == 0, "nothing counts before a person has looked"
    receipt = _confirm(hall, sheet)
    assert receipt.is_new
    assert hall.meeting.n_employers_voted == 1
    assert queries.n_paper_ballots(hall.session, meeting_id=hall.meeting_id) == 1
    assert _pending(hall) == []
    counted = scan_queries.counted_sheet(
        hall.session, meeting_id=hall.meeting_id, uid=scan_queries.sheet_uid(printing.code, 1)
    )
    assert counted is not None
    assert {entry.need_code: (entry.sort, entry.position) for entry in counted.entries.values()} == {
        "EM-01": ("must", 1),
        "WE-01": ("useful", None),
    }


def test_a_sheet_scanned_again_is_the_same_ballot(hall: Hall) -> None:
    printing = _printed(hall)
    _store(hall, _page(printing, *PLAIN))
    assert _store(hall, _page(printing, *PLAIN)) == StoredScan(n_again=1)
    (sheet,) = _pending(hall)
    _confirm(hall, sheet)
    blurred = (_row("EM-01", MUST, doubtful=[FIRST]), _row("WE-01", USEFUL))
    assert _store(hall, _page(printing, *blurred)) == StoredScan(n_counted=1)
    assert _pending(hall) == []
    assert hall.meeting.n_employers_voted == 1


def test_a_sheet_that_changed_after_it_was_counted_is_shown_as_a_conflict(hall: Hall) -> None:
    printing = _printed(hall)
    _store(hall, _page(printing, *PLAIN))
    first = _confirm(hall, _pending(hall)[0])
    assert _store(hall, _page(printing, _row("EM-02", MUST, FIRST))) == StoredScan(n_changed=1)
    (sheet,) = _pending(hall)
    assert sheet.counted is not None
    assert (sheet.counted.receipt_code, sheet.counted.organisation_name) == (first.receipt_code, "Paper Mill")
    with pytest.raises(SheetRefused, match="counted for Paper Mill before"):
        _confirm(hall, sheet, name="Another Mill")
    assert _confirm(hall, sheet).receipt_code != first.receipt_code
    assert hall.meeting.n_employers_voted == 1, "the later ballot of the same organisation counts"
    assert queries.n_paper_ballots(hall.session, meeting_id=hall.meeting_id) == 2, "both are kept"


def test_an_open_answer_a_new_round_and_a_planned_meeting_keep_a_sheet_from_counting(planned_hall: Hall) -> None:
    hall = planned_hall
    printing = _printed(hall)
    _store(hall, _page(printing, *PLAIN), _page(printing, _row("EM-01", MUST, USEFUL), sheet=2))
    plain, unclear = _pending(hall)
    with pytest.raises(SheetRefused, match="still open"):
        _confirm(hall, unclear)
    with pytest.raises(Exception, match="has not been opened"):
        _confirm(hall, plain)
    hall.open()
    hall.fill(5, "EM-01")
    hall.reveal()
    rounds.start_round(hall.session, meeting_id=hall.meeting_id, now=hall.now)
    with pytest.raises(SheetRefused, match="filled in for round 1"):
        _confirm(hall, plain)


def test_pictures_that_nobody_confirms_are_deleted_after_two_weeks(hall: Hall) -> None:
    printing = _printed(hall)
    _store(hall, _page(printing, *PLAIN), UnreadPage("a.jpg", "Too dark.", None))
    hall.now += timedelta(days=scan_operations.KEEP_DAYS - 1)
    _store(hall)
    assert len(_pending(hall)) == 1
    hall.now += timedelta(days=2)
    _store(hall)
    assert _pending(hall) == []
    assert scan_queries.unread_pictures(hall.session, meeting_id=hall.meeting_id) == []


@pytest.mark.parametrize(("voice", "n_sheets", "paper"), [("boss", 1, "a4"), ("union", 0, "a4"), ("union", 1, "a3")])
def test_ballots_for_nobody_and_on_no_paper_are_refused(hall: Hall, voice: str, n_sheets: int, paper: str) -> None:
    with pytest.raises(PrintingRefused):
        sheets.print_ballots(
            hall.session, meeting_id=hall.meeting_id, voice=voice, n_sheets=n_sheets, paper=paper, now=hall.now
        )


# Files that are no picture of a sheet


def _reasons(content: bytes, *, filename: str = "photo.jpg") -> list[str]:
    found = read_file(content, filename=filename, printings={}, meeting_id=1, round_number=1)
    return [page.reason for page in found if isinstance(page, UnreadPage)]


def _bomb() -> bytes:
    """Return a PNG of 40,000 × 40,000 pixels in a few hundred bytes; it is never unpacked."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def _png(size: tuple[int, int]) -> bytes:
    written = io.BytesIO()
    Image.new("1", size, 1).save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Dear convener, here comes the photo.\n", "This file holds text, not a picture"),
        (b"", "The file is empty"),
        (_bomb(), "more than 64 million pixels"),
        (_png((9_000, 8_000)), "more than 64 million pixels"),
        (b"\xff\xd8\xff\xe0" + bytes(300), "damaged or did not arrive whole"),
        (b"PK\x03\x04" + bytes(300), "archive or an office document"),
        (b"\0\0\0\x18ftypheic" + bytes(300), "HEIC picture"),
        (b"%PDF-1.7 and nothing else", "damaged or did not arrive whole"),
        (bytes(range(256)), "no JPEG, PNG or PDF"),
        (_png((600, 800)), "No corner square of a paper ballot"),
    ],
    ids=["text", "nothing", "bomb", "large", "torn", "zip", "heic", "broken PDF", "noise", "blank picture"],
)
def test_a_file_that_is_no_sheet_is_refused_in_words(content: bytes, reason: str) -> None:
    (said,) = _reasons(content)
    assert reason in said


# The doors


@pytest.fixture
def printed(open_meeting: MeetingRow, database: Database) -> Printing:
    """Print three sheets for the open meeting."""
    with database.writing() as session:
        printing = sheets.print_ballots(
            session,
            meeting_id=open_meeting.id,
            voice="employer",
            n_sheets=3,
            paper="letter",
            now=MORNING,
        )
        session.commit()
    return printing


def _ballot(printing: Printing, **marks: Sequence[int]) -> PaperBallot:
    named = {code.replace("_", "-"): bubbles for code, bubbles in marks.items()}
    return PaperBallot(needs=printing.needs, code=printing.code, k=printing.k, marks=named)


def _upload(convener: FlaskClient, meeting: MeetingRow, *files: tuple[str, bytes]) -> str:
    pictures = [(io.BytesIO(content), name) for name, content in files]
    answer = convener.post(
        f"/meetings/{meeting.id}/scans",
        data={"pictures": pictures},
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    assert answer.status_code == 200
    return answer.text


def _filled_in(page: str) -> dict[str, str]:
    """Return the answers that stand in a confirm page."""
    fields = {}
    for name, options in re.findall(r'<select name="([\w-]+)"[^>]*>(.*?)</select>', page, flags=re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def test_a_photo_is_read_looked_at_and_counted_once(
    open_meeting: MeetingRow, printed: Printing, sign_in: SignIn
) -> None:
    convener = sign_in("convener")
    ballot = _ballot(printed, EM_01=(MUST, FIRST), EM_02=(MUST, SECOND), QA_01=(USEFUL, NOT_NEEDED))
    page = words(_upload(convener, open_meeting, ("photo.jpg", ballot.photo()), ("note.jpg", b"just words")))
    assert "1 scanned ballot waits for you" in page
    assert "note.jpg This file holds text, not a picture" in page
    assert "1 need is open" in words(convener.get(f"/meetings/{open_meeting.id}/scans").text), "a reload keeps it"
    door = f"/meetings/{open_meeting.id}/scans/{printed.code}-1"
    shown = convener.get(door).text
    picture = re.search(r'href="([^"]+/pages/\d+\.jpg)"', shown)
    assert picture is not None
    assert Image.open(io.BytesIO(convener.get(picture[1]).data)).size == (1079, 1397), "215.9 × 279.4 mm, 5 a mm"
    fields = {"organisation": "Paper Mill", "voice": "employer", **_filled_in(shown)}
    refused = words(convener.post(door, data=fields).text)
    assert "QA-01, Measure parts: look at the paper and choose." in refused
    assert list(fields.values()).count("") == 1, "the two sorts of one need are open, and nothing else"
    settled = {name: value or "useful" for name, value in fields.items()}
    answer = convener.post(door, data=settled, follow_redirects=True).text
    assert "Sheet 1 of Paper Mill is counted" in answer
    assert "is counted already" in convener.post(door, data=settled, follow_redirects=True).text
    assert convener.get(picture[1]).status_code == 404, "the picture is deleted"
    again = _upload(convener, open_meeting, ("again.jpg", ballot.photo(seed=9)))
    assert "counted already, with the same answers" in again
    assert "1 paper ballot counted" in words(convener.get(f"/meetings/{open_meeting.id}/paper").text)


def test_a_place_left_out_must_be_confirmed(open_meeting: MeetingRow, printed: Printing, sign_in: SignIn) -> None:
    convener = sign_in("convener")
    ballot = _ballot(printed, EM_01=(MUST, FIRST), WE_01=(MUST, THIRD))
    _upload(convener, open_meeting, ("photo.jpg", ballot.photo()))
    door = f"/meetings/{open_meeting.id}/scans/{printed.code}-1"
    fields = {"organisation": "Paper Mill", "voice": "employer", **_filled_in(convener.get(door).text)}
    assert "No need has place 2" in words(convener.post(door, data=fields).text)
    assert "is counted" in convener.post(door, data={**fields, "gaps": "2"}, follow_redirects=True).text


def test_what_a_person_answers_must_fit_together_and_nothing_typed_is_lost(
    open_meeting: MeetingRow, printed: Printing, sign_in: SignIn
) -> None:
    convener = sign_in("convener")
    _upload(convener, open_meeting, ("photo.jpg", _ballot(printed, EM_01=(MUST, FIRST)).photo()))
    door = f"/meetings/{open_meeting.id}/scans/{printed.code}-1"
    fields = _filled_in(convener.get(door).text)
    place = next(name for name, value in fields.items() if name.startswith("place") and value == "1")
    wrong = {**fields, place.replace("place", "sort"): "useful", "organisation": "<b>Mill</b>", "voice": "employer"}
    page = convener.post(door, data=wrong).text
    assert "has place 1 but is not marked as must have" in words(page)
    assert "<b>Mill</b>" not in page
    assert "&lt;b&gt;Mill" in page
    assert _filled_in(page)[place] == "1"
    assert "Write the organisation" in words(convener.post(door, data={**fields, "voice": "employer"}).text)


def test_the_sheet_of_another_meeting_is_refused(
    open_meeting: MeetingRow, printed: Printing, hall: Hall, db_session: Session, sign_in: SignIn
) -> None:
    from survey import operations

    other_id = operations.plan_meeting(
        db_session,
        partnership_id=hall.partnership_id,
        assessment_id=hall.assessment_id,
        title="Autumn meeting",
        place="",
        held_on=open_meeting.held_on,
        k=3,
        now=hall.now,
    )
    operations.open_meeting(db_session, meeting_id=other_id, now=hall.now)
    db_session.commit()
    db_session.rollback()
    convener = sign_in("convener")
    photo = _ballot(printed, EM_01=(MUST, FIRST)).photo()
    other = queries.meeting(db_session, meeting_id=other_id, partnership_id=hall.partnership_id)
    db_session.rollback()
    assert other is not None
    page = words(_upload(convener, other, ("photo.jpg", photo)))
    assert "printed for another meeting, “Spring meeting”" in page
    stranger = PaperBallot(needs=printed.needs, code="000000", k=3)
    assert "was not printed here" in words(_upload(convener, other, ("photo.jpg", stranger.photo())))
    beyond = PaperBallot(needs=printed.needs, code=printed.code, k=3, sheet=4)
    assert "Nothing was printed as sheet 4" in words(_upload(convener, open_meeting, ("photo.jpg", beyond.photo())))


def test_a_scanned_pdf_of_the_printed_file_is_read_page_by_page(
    open_meeting: MeetingRow, printed: Printing, sign_in: SignIn
) -> None:
    convener = sign_in("convener")
    answer = convener.get(f"/meetings/{open_meeting.id}/print-ballots/{printed.id}.pdf")
    assert b"pdfuaid" in answer.data, "the accessible standard is marked"
    page = words(_upload(convener, open_meeting, ("pile.pdf", answer.data)))
    assert "3 scanned ballots wait for you" in page
    door = f"/meetings/{open_meeting.id}/scans/{printed.code}-2"
    fields = {"organisation": "Paper Mill", "voice": "employer", **_filled_in(convener.get(door).text)}
    assert set(fields.values()) == {"Paper Mill", "employer", NOTHING, "0"}
    assert "Nothing is sorted yet" in words(convener.post(door, data=fields).text)
    assert "are deleted" in convener.post(f"{door}/discard", follow_redirects=True).text
    assert convener.get(door).status_code == 404


def test_the_desk_prints_ballots_and_says_when_the_list_has_changed_since(
    open_meeting: MeetingRow, sign_in: SignIn, db_session: Session
) -> None:
    convener, door = sign_in("convener"), f"/meetings/{open_meeting.id}/print-ballots"
    desk = convener.get(f"/meetings/{open_meeting.id}").text
    assert "Print paper ballots" in desk
    assert "Read scanned ballots" in desk
    assert "Write a number from 1 to 200" in convener.post(door, data={"n_sheets": "900"}).text
    made = convener.post(door, data={"n_sheets": "2", "voice": "union", "paper": "a4"}, follow_redirects=True).text
    assert "2 ballots are ready" in made
    assert "As it stands now" in made
    (printing,) = sheets.printings_of_meeting(db_session, meeting_id=open_meeting.id)
    assert (printing.voice, printing.paper, printing.n_sheets) == ("union", "a4", 2)
    assert sheets.is_outdated(printing, asked=printing.needs[1:])
    db_session.rollback()


def test_strangers_pictures_and_sheets_are_not_found(open_meeting: MeetingRow, sign_in: SignIn) -> None:
    convener = sign_in("convener")
    for path in ("scans/pages/1.jpg", "scans/unread/1.jpg", "scans/7K3MPX-1", "print-ballots/1.pdf"):
        assert convener.get(f"/meetings/{open_meeting.id}/{path}").status_code == 404
        assert convener.get(f"/meetings/999/{path}").status_code == 404
    assert "Choose at least one photo" in convener.post(f"/meetings/{open_meeting.id}/scans").text
    assert sign_in("reviewer").get(f"/meetings/{open_meeting.id}/scans").status_code == 403
