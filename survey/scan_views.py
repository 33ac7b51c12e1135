"""Doors for filled-in paper ballots that come as pictures: read them, look at every doubt, count them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts import queries as accounts_queries
from accounts.access import requires
from accounts.permissions import Action
from base.doors import commit, now, session, settings
from base.refusals import Refusal
from survey import scan_operations, scan_queries, sheets
from survey.ballots import SORT_LABELS, VOICE_LABELS, BallotRefused
from survey.blueprint import blueprint, own_meeting, record
from survey.operations import MAX_NAME
from survey.queries import MeetingRow
from survey.scan_operations import StoredScan
from survey.scan_queries import PendingSheet, SheetRow
from survey.scans import ReadPage, UnreadPage, read_file
from survey.sheet_layout import NAME_HEIGHT_MM, NAME_TOP_MM, PAPERS_MM, SIDE_MM, columns, first_line_mm
from survey.sheet_marks import NOTHING, RowAnswer, empty_places

#: A page names no more open answers than a person can mend at once; the rows themselves show all.
MAX_PROBLEMS = 8
MAX_FILES = 60


@dataclass(frozen=True)
class Crop:
    """A part of a page's picture, in millimetres of the paper."""

    left: float
    top: float
    width: float
    height: float


@blueprint.route("/meetings/<int:meeting_id>/scans", methods=["GET", "POST"])
@requires(Action.RUN_MEETINGS)
def scans(meeting_id: int) -> ResponseReturnValue:
    """Read pictures of filled-in sheets, and list what waits for a person."""
    found = own_meeting(meeting_id)
    if request.method == "GET":
        return _list_page(found)
    files = [file for file in request.files.getlist("pictures") if file.filename]
    if not files:
        return _list_page(found, problem="Choose at least one photo or PDF of a filled-in sheet.")
    if len(files) > MAX_FILES:
        return _list_page(found, problem=f"These are {len(files)} files. Read at most {MAX_FILES} at a time.")
    contents = [(file.filename or "", file.read()) for file in files]
    printed = sheets.printings_of_partnership(session(), partnership_id=found.partnership_id)
    printings = {printing.code: printing for printing in printed}
    session().rollback()  # reading takes seconds, and phones that vote must not wait for it
    pages: list[ReadPage | UnreadPage] = []
    for filename, content in contents:
        pages += read_file(
            content, filename=filename, printings=printings, meeting_id=found.id, round_number=found.round_number
        )
    stored = scan_operations.store_scan(session(), meeting_id=meeting_id, pages=pages, now=now())
    commit()
    for words, tone in _outcome(stored):
        flash(words, tone)
    return redirect(url_for("survey.scans", meeting_id=meeting_id))


def _outcome(stored: StoredScan) -> list[tuple[str, str]]:
    """Say what came of an upload."""
    said = [
        (stored.n_new, "read. Look at them below; nothing is counted yet.", "success"),
        (stored.n_again, "read again and joined with the picture that waited.", "success"),
        (stored.n_counted, "of ballots that are counted already, with the same answers. Nothing changes.", "success"),
        (
            stored.n_changed,
            "of ballots that were counted with other answers. Decide below which answers hold.",
            "warning",
        ),
        (stored.n_unread, "not read. The reasons stand below.", "warning"),
    ]
    return [(f"{n} {'page was' if n == 1 else 'pages were'} {words}", tone) for n, words, tone in said if n]


def _list_page(found: MeetingRow, *, problem: str = "") -> ResponseReturnValue:
    return render_template(
        "survey/scans.html",
        meeting=found,
        pending=scan_queries.pending_sheets(session(), meeting_id=found.id),
        unread=scan_queries.unread_pictures(session(), meeting_id=found.id),
        n_printed=len(sheets.printings_of_meeting(session(), meeting_id=found.id)),
        keep_days=scan_operations.KEEP_DAYS,
        max_upload_mb=settings().max_upload_mb,
        problem=problem,
    )


@blueprint.post("/meetings/<int:meeting_id>/scans/unread/discard")
@requires(Action.RUN_MEETINGS)
def discard_unread(meeting_id: int) -> ResponseReturnValue:
    """Delete the pictures that could not be read."""
    own_meeting(meeting_id)
    scan_operations.discard_unread(session(), meeting_id=meeting_id)
    commit()
    flash("The pictures that could not be read are deleted.", "success")
    return redirect(url_for("survey.scans", meeting_id=meeting_id))


@blueprint.get("/meetings/<int:meeting_id>/scans/unread/<int:picture_id>.jpg")
@requires(Action.RUN_MEETINGS)
def unread_picture(meeting_id: int, picture_id: int) -> ResponseReturnValue:
    """Send the small picture of a file that could not be read."""
    own_meeting(meeting_id)
    return _picture(scan_queries.unread_picture(session(), meeting_id=meeting_id, picture_id=picture_id))


@blueprint.get("/meetings/<int:meeting_id>/scans/pages/<int:page_id>.jpg")
@requires(Action.RUN_MEETINGS)
def page_picture(meeting_id: int, page_id: int) -> ResponseReturnValue:
    """Send the straightened picture of a page."""
    own_meeting(meeting_id)
    return _picture(scan_queries.page_picture(session(), meeting_id=meeting_id, page_id=page_id))


def _picture(content: bytes | None) -> ResponseReturnValue:
    response = Response(content or abort(404), mimetype="image/jpeg")
    # One page shows the same picture once for every need.
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


@blueprint.route("/meetings/<int:meeting_id>/scans/<key>", methods=["GET", "POST"])
@requires(Action.RUN_MEETINGS)
def confirm_scan(meeting_id: int, key: str) -> ResponseReturnValue:
    """Show what was read beside the picture, have every doubt answered, and count the ballot."""
    found = own_meeting(meeting_id)
    sheet = scan_queries.pending_sheet(session(), meeting_id=meeting_id, key=key)
    if sheet is None:
        return _no_longer_waiting(found, key=key)
    if request.method == "GET":
        name, voice = (sheet.counted.organisation_name, sheet.counted.voice) if sheet.counted else ("", "")
        return _confirm_page(
            found, sheet, name=name, voice=voice or sheet.printing.voice, answers=[row.answer for row in sheet.rows]
        )
    name, voice = " ".join(request.form.get("organisation", "").split()), request.form.get("voice", "")
    answers = [_typed_answer(number, row, k=sheet.printing.k) for number, row in enumerate(sheet.rows)]
    problems = _problems(sheet, name=name, voice=voice, answers=answers)
    if not problems:
        try:
            return _counted(found, sheet, name=name, voice=voice, answers=answers)
        except BallotRefused as refusal:
            problems = list(refusal.problems)
        except Refusal as refusal:
            problems = [str(refusal)]
    return _confirm_page(found, sheet, name=name, voice=voice, answers=answers, problems=problems)


def _no_longer_waiting(found: MeetingRow, *, key: str) -> ResponseReturnValue:
    """Say that a sheet was counted already, for a second tap on the button; any other key does not exist."""
    counted = scan_queries.counted_sheet(session(), meeting_id=found.id, uid=f"sheet-{key}")
    if counted is None:
        abort(404)
    flash(f"Sheet {key} is counted already. Its receipt is {counted.receipt_code}.", "success")
    return redirect(url_for("survey.scans", meeting_id=found.id))


def _typed_answer(number: int, row: SheetRow, *, k: int) -> RowAnswer:
    sort = request.form.get(f"sort-{number}", "")
    place = request.form.get(f"place-{number}", "")
    places = {str(each): each for each in range(k + 1)}
    return replace(row.answer, sort=sort if sort in (NOTHING, *SORT_LABELS) else None, place=places.get(place))


def _problems(sheet: PendingSheet, *, name: str, voice: str, answers: Sequence[RowAnswer]) -> list[str]:
    problems = []
    if not name or len(name) > MAX_NAME:
        problems.append(f"Write the organisation that stands on the sheet, in 1 to {MAX_NAME} characters.")
    if voice not in VOICE_LABELS:
        problems.append("Say in whose voice the organisation votes.")
    still_open = [row for row, answer in zip(sheet.rows, answers, strict=True) if answer.is_open]
    problems += [f"{row.line.need.code}, {row.line.need.title}: look at the paper and choose." for row in still_open]
    gaps = empty_places(answers)
    if not still_open and gaps and request.form.get("gaps") != _listed(gaps):
        problems.append(
            f"No need has place {_listed(gaps)}, but a later place is taken. If it is so on the paper, check the box "
            "at the end; otherwise choose the need that has it."
        )
    if len(problems) > MAX_PROBLEMS:
        problems = [*problems[:MAX_PROBLEMS], f"And {len(problems) - MAX_PROBLEMS} more; each is marked below."]
    return problems


def _listed(places: Sequence[int]) -> str:
    return ", ".join(str(place) for place in places)


def _counted(
    found: MeetingRow, sheet: PendingSheet, *, name: str, voice: str, answers: Sequence[RowAnswer]
) -> ResponseReturnValue:
    receipt = scan_operations.confirm_sheet(session(), sheet=sheet, name=name, voice=voice, answers=answers, now=now())
    record("confirm_scan", subject=name, meeting_id=found.id, sheet=sheet.key, receipt=receipt.receipt_code)
    commit()
    flash(
        f"Sheet {sheet.number} of {name} is counted, and its picture is deleted. Write {receipt.receipt_code} on the "
        "sheet: it is the receipt. If the organisation had voted before, this ballot replaces that one.",
        "success",
    )
    waiting = scan_queries.pending_sheets(session(), meeting_id=found.id)
    if waiting:
        return redirect(url_for("survey.confirm_scan", meeting_id=found.id, key=waiting[0].key))
    return redirect(url_for("survey.scans", meeting_id=found.id))


def _confirm_page(
    found: MeetingRow,
    sheet: PendingSheet,
    *,
    name: str,
    voice: str,
    answers: Sequence[RowAnswer],
    problems: Sequence[str] = (),
) -> ResponseReturnValue:
    kinds = ("employer", "union", "association")
    known = accounts_queries.organisations(session(), partnership_id=found.partnership_id, kinds=kinds)
    width, height = PAPERS_MM[sheet.printing.paper]
    left = columns(paper=sheet.printing.paper, k=sheet.printing.k).words_end_mm
    return render_template(
        "survey/confirm_scan.html",
        meeting=found,
        sheet=sheet,
        pages=sheet.printing.pages(sheet.number),
        rows=list(zip(sheet.rows, answers, strict=True)),
        n_open=sum(answer.is_open for answer in answers),
        name=name,
        voice=voice,
        voices=VOICE_LABELS,
        sorts=SORT_LABELS,
        nothing=NOTHING,
        gaps=_listed(empty_places(answers)),
        organisations=[row.name for row in known],
        problems=problems,
        paper=Crop(0, 0, width, height),
        name_crop=Crop(SIDE_MM, first_line_mm() + NAME_TOP_MM, width - 2 * SIDE_MM, NAME_HEIGHT_MM),
        marks_crop=Crop(left, 0, width - SIDE_MM + 1 - left, 0),
    )


@blueprint.post("/meetings/<int:meeting_id>/scans/<key>/discard")
@requires(Action.RUN_MEETINGS)
def discard_scan(meeting_id: int, key: str) -> ResponseReturnValue:
    """Throw a sheet's pictures away without counting them."""
    own_meeting(meeting_id)
    sheet = scan_queries.pending_sheet(session(), meeting_id=meeting_id, key=key) or abort(404)
    scan_operations.discard_sheet(session(), sheet=sheet)
    record("discard_scan", subject=f"sheet {sheet.key}", meeting_id=meeting_id)
    commit()
    flash(f"The pictures of sheet {sheet.number} are deleted. What was counted before stays.", "success")
    return redirect(url_for("survey.scans", meeting_id=meeting_id))
