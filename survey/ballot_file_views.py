"""The door for ballots that a phone kept as a file, because the wifi stayed away: taken at the desk, counted once."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from accounts.access import requires
from accounts.permissions import Action
from base.doors import commit, now, session
from base.refusals import Refusal, shown
from survey.ballot_files import MAX_BYTES, KeptBallot, count_kept_ballot, read_ballot_file
from survey.blueprint import blueprint, own_meeting, record
from survey.queries import MeetingRow

#: Files that are taken at once.
MAX_FILES = 50


@blueprint.route("/meetings/<int:meeting_id>/ballot-files", methods=["GET", "POST"])
@requires(Action.RUN_MEETINGS)
def ballot_files(meeting_id: int) -> ResponseReturnValue:
    """Take the files that phones kept and count the ballots in them."""
    found = own_meeting(meeting_id)
    problems: list[str] = []
    if request.method == "POST":
        files = [file for file in request.files.getlist("files") if file.filename]
        if not files:
            problems.append("Choose the file that the phone kept; its name begins with “ballot”.")
        for file in files[:MAX_FILES]:
            problems += _take_file(found, file=file)
        if len(files) > MAX_FILES:
            problems.append(f"The first {MAX_FILES} files were taken. Choose the others now.")
        if not problems:
            return redirect(url_for("survey.ballot_files", meeting_id=found.id))
    return render_template("survey/ballot_files.html", meeting=found, problems=problems), 422 if problems else 200


def _take_file(found: MeetingRow, *, file: FileStorage) -> list[str]:
    """Count the ballots of one file, each for itself; return in words what was not counted."""
    name = shown(file.filename or "")
    try:
        ballots = read_ballot_file(file.stream.read(MAX_BYTES + 1), join_code=found.join_code)
    except Refusal as refusal:
        return [f"{name}: {refusal}"]
    problems = []
    for kept in ballots:
        try:
            _count(found, kept=kept)
        except Refusal as refusal:
            session().rollback()
            problems.append(f"{name}, {shown(kept.organisation)}: {refusal}")
    return problems


def _count(found: MeetingRow, *, kept: KeptBallot) -> None:
    receipt = count_kept_ballot(session(), meeting_id=found.id, kept=kept, now=now())
    if not receipt.is_new:
        flash(f"The ballot of {kept.organisation} had arrived before: receipt {receipt.receipt_code}.", "success")
        return
    record("take_ballot_file", subject=kept.organisation, meeting_id=found.id, receipt=receipt.receipt_code)
    commit()
    flash(f"The ballot of {kept.organisation} is counted: receipt {receipt.receipt_code}.", "success")
