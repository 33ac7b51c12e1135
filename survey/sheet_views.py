"""Doors for what is printed before a meeting: paper ballots, and the convener's guide on one page."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in
from accounts.permissions import Action
from base.addresses import phone_address
from base.doors import commit, download, now, session, settings
from base.refusals import Refusal
from survey import queries, sheets
from survey.blueprint import blueprint, own_meeting, record
from survey.queries import MeetingRow
from survey.sheet_forms import PrintingForm
from survey.sheet_guide import guide_pdf
from survey.sheet_printing import SheetsToPrint, ballots_pdf
from survey.sheets import Printing
from survey.wording import day

PDF = "application/pdf"


@blueprint.route("/meetings/<int:meeting_id>/print-ballots", methods=["GET", "POST"])
@requires(Action.RUN_MEETINGS)
def print_ballots(meeting_id: int) -> ResponseReturnValue:
    """Print numbered paper ballots with the list as it stands, or an earlier batch again."""
    found = own_meeting(meeting_id)
    form = PrintingForm()
    if form.validate_on_submit():
        try:
            printing = sheets.print_ballots(
                session(),
                meeting_id=meeting_id,
                voice=form.voice.data,
                n_sheets=form.n_sheets.data,
                paper=form.paper.data,
                now=now(),
            )
        except Refusal as refusal:
            form.form_errors.append(str(refusal))
        else:
            record("print_ballots", subject=found.title, meeting_id=meeting_id, n_sheets=printing.n_sheets)
            commit()
            flash(
                f"{printing.n_sheets} ballots are ready. Open the file and print it at 100 %, on one side.", "success"
            )
            return redirect(url_for("survey.print_ballots", meeting_id=meeting_id))
    asked = sheets.asked_now(session(), assessment_id=found.assessment_id)
    printed = sheets.printings_of_meeting(session(), meeting_id=meeting_id)
    return render_template(
        "survey/print_ballots.html",
        meeting=found,
        form=form,
        n_needs=len(asked),
        printings=[(row, sheets.is_outdated(row, asked=asked)) for row in printed],
    )


@blueprint.get("/meetings/<int:meeting_id>/print-ballots/<int:printing_id>.pdf")
@requires(Action.RUN_MEETINGS)
def ballots_to_print(meeting_id: int, printing_id: int) -> ResponseReturnValue:
    """Send a batch of paper ballots as one PDF, the same every time."""
    found = own_meeting(meeting_id)
    printed = sheets.printings_of_meeting(session(), meeting_id=meeting_id)
    printing = next((row for row in printed if row.id == printing_id), None) or abort(404)
    content = ballots_pdf(_to_print(found, printing))
    return download(content, filename=f"paper-ballots-{meeting_id}-{printing.code}.pdf", mimetype=PDF)


def _to_print(found: MeetingRow, printing: Printing) -> SheetsToPrint:
    words = [day(found.held_on), found.place, f"round {printing.round_number}" if printing.round_number > 1 else ""]
    return SheetsToPrint(
        printing_code=printing.code,
        partnership_name=signed_in().partnership.name,
        meeting_title=found.title,
        meeting_words=", ".join(word for word in words if word),
        voice=printing.voice,
        n_sheets=printing.n_sheets,
        paper=printing.paper,
        k=printing.k,
        needs=printing.needs,
    )


@blueprint.get("/meetings/<int:meeting_id>/guide.pdf")
@requires(Action.RUN_MEETINGS)
def guide(meeting_id: int) -> ResponseReturnValue:
    """Send the convener's guide to this meeting on one page."""
    found = own_meeting(meeting_id)
    address = phone_address(public_url=settings().public_url, requested_url=request.url_root)
    n_needs = len(queries.needs(session(), assessment_id=found.assessment_id))
    content = guide_pdf(
        found,
        partnership_name=signed_in().partnership.name,
        n_needs=n_needs,
        join_box=(address + url_for("survey.enter")).split("://", 1)[-1],
        link=address + url_for("survey.meet", code=found.join_code),
    )
    return download(content, filename=f"meeting-guide-{meeting_id}.pdf", mimetype=PDF)
