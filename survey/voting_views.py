"""Doors for the phones in the room: type the code, take a seat, cast a ballot, keep the receipt. Nobody signs in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from accounts import queries as accounts_queries
from accounts.access import public
from base.addresses import phone_address
from base.doors import commit, limiter, now, session, settings
from base.refusals import Refusal
from survey import operations, queries
from survey.ballots import BallotRefused, form_answers, read_form_ballot, read_json_ballot, shown_order
from survey.blueprint import blueprint
from survey.forms import JoinForm
from survey.join_codes import fold_code, is_code
from survey.operations import SeatRefused
from survey.queries import MeetingRow, SeatRow

#: A ballot of 500 needs takes about 60 KB.
MAX_BALLOT_BYTES = 256 * 1024
#: Seats of other meetings that a browser keeps.
MAX_SEATS = 9
#: A page names no more problems than a person can mend at once.
MAX_PROBLEMS = 12
#: A whole room may come through one network address, so seats are counted more generously than wrong codes.
SEATS_PER_TRY = 5
WAITING_SECONDS = "10"
LOST_SEAT = "This phone has left the meeting. Join it again with the same code; your answers are kept."


@dataclass(frozen=True)
class PhoneMeeting:
    """A meeting as a phone in the room sees it."""

    code: str
    title: str
    k: int
    #: "planned", "open" or "closed".
    status: str
    partnership_name: str
    is_sample: bool

    @property
    def name(self) -> str:
        """Return the partnership's name, as the page's head wants it."""
        return self.partnership_name


def _wrong_codes_per_minute() -> str:
    return f"{settings().joins_per_minute}/minute"


def _seats_per_minute() -> str:
    return f"{settings().joins_per_minute * SEATS_PER_TRY}/minute"


def _was_wrong(response: Response) -> bool:
    return response.status_code == 404


@blueprint.route("/meet", methods=["GET", "POST"])
@public
@limiter.limit(_wrong_codes_per_minute, deduct_when=_was_wrong)
def enter() -> ResponseReturnValue:
    """Ask for the join code and lead to its meeting."""
    typed = request.form.get("code", "")
    if request.method == "GET" or not typed.strip():
        problem = "Type the code that the convener shows." if request.method == "POST" else ""
        return render_template("survey/enter.html", typed="", problem=problem, near=None)
    found = queries.meeting_by_code(session(), join_code=typed)
    return redirect(url_for("survey.meet", code=found.join_code)) if found else _unknown_code(typed)


def _unknown_code(typed: str) -> ResponseReturnValue:
    if request.is_json:
        return jsonify(message="No meeting has this code. Join the meeting again; your answers are kept."), 404
    code = fold_code(typed)
    near = queries.open_code_near(session(), join_code=code) if is_code(code) else None
    problem = "No meeting has this code. Check it on the wall or on your join sheet: it has six letters and digits."
    return render_template("survey/enter.html", typed=typed[:40], problem=problem, near=near), 404


@blueprint.get("/meet/<code>")
@public
@limiter.limit(_wrong_codes_per_minute, deduct_when=_was_wrong)
def meet(code: str) -> ResponseReturnValue:
    """Show the ballot to a phone with a seat, and the join form to any other one."""
    found = queries.meeting_by_code(session(), join_code=code)
    if found is None:
        return _unknown_code(code)
    receipt_code = request.args.get("receipt", "")
    seat = _seat(found, receipt_code=receipt_code)
    if seat is None:
        return _join_page(found, form=JoinForm())
    latest = queries.latest_receipt_code(session(), meeting_id=found.id, seat_token=seat.token)
    if latest and not (found.is_open and receipt_code):
        return redirect(url_for("survey.receipt", code=found.join_code, receipt_code=latest))
    if not found.is_open:
        return _join_page(found, form=JoinForm())
    answers = _cast_answers(found, receipt_code=receipt_code)
    return _ballot_page(found, seat=seat, ballot_uid=secrets.token_hex(16), answers=answers, receipt_code=receipt_code)


@blueprint.route("/meet/<code>/join", methods=["GET", "POST"])
@public
@limiter.limit(_seats_per_minute, methods=["POST"])
@limiter.limit(_wrong_codes_per_minute, deduct_when=_was_wrong)
def join(code: str) -> ResponseReturnValue:
    """Take a seat; on a shared phone the next person joins here too."""
    found = queries.meeting_by_code(session(), join_code=code)
    if found is None:
        return _unknown_code(code)
    form = JoinForm()
    if not form.validate_on_submit():
        return _join_page(found, form=form)
    try:
        token = operations.join_meeting(
            session(),
            meeting_id=found.id,
            name=form.employer_name.data,
            voice=form.voice.data,
            n_employees=form.n_employees.data,
            now=now(),
        )
    except Refusal as refusal:
        form.employer_name.errors = [str(refusal)]
        return _join_page(found, form=form, status=409)
    commit()
    _keep_seat(found, token=token)
    return redirect(url_for("survey.meet", code=found.join_code))


@blueprint.post("/meet/<code>/ballots")
@public
@limiter.limit(_wrong_codes_per_minute, deduct_when=_was_wrong)
def cast_ballot(code: str) -> ResponseReturnValue:
    """Take a ballot as JSON or as a plain form; sent twice it counts once."""
    found = queries.meeting_by_code(session(), join_code=code)
    if found is None:
        return _unknown_code(code)
    if (request.content_length or 0) > MAX_BALLOT_BYTES:
        return _ballot_refused(found, problems=["This ballot is far too large to be one. Reload the page."], status=413)
    titles = {need.code: need.title for need in queries.needs(session(), assessment_id=found.assessment_id)}
    try:
        seat = _seat(found, receipt_code=request.args.get("receipt", ""))
        if seat is None:
            raise SeatRefused(LOST_SEAT)
        if request.is_json:
            content = read_json_ballot(request.get_json(silent=True), titles=titles)
        else:
            content = read_form_ballot(request.form, titles=titles)
        receipt = operations.cast_ballot(
            session(), meeting_id=found.id, seat_token=seat.token, content=content, now=now()
        )
    except BallotRefused as refusal:
        return _ballot_refused(found, problems=refusal.problems[:MAX_PROBLEMS], status=422)
    except Refusal as refusal:
        return _ballot_refused(found, problems=[str(refusal)], status=403 if isinstance(refusal, SeatRefused) else 409)
    commit()
    _keep_seat(found, token=seat.token)
    link = url_for("survey.receipt", code=found.join_code, receipt_code=receipt.receipt_code)
    if request.is_json:
        return jsonify(receipt_code=receipt.receipt_code, receipt_url=link), 201 if receipt.is_new else 200
    return redirect(link, 303)


def _ballot_refused(found: MeetingRow, *, problems: Sequence[str], status: int) -> ResponseReturnValue:
    """Say what is wrong with a ballot; a plain page comes back with everything that was answered."""
    if request.is_json:
        return jsonify(message=" ".join(problems), errors=list(problems)), status
    needs = queries.needs(session(), assessment_id=found.assessment_id)
    page = _ballot_page(
        found,
        seat=_seat(found, receipt_code=request.args.get("receipt", "")),
        ballot_uid=request.form.get("ballot_uid", "")[:64],
        answers=form_answers(request.form, titles={need.code: need.title for need in needs}),
        receipt_code=request.args.get("receipt", ""),
        errors=problems,
    )
    return page, status


@blueprint.get("/meet/<code>/receipt/<receipt_code>")
@public
@limiter.limit(_wrong_codes_per_minute, deduct_when=_was_wrong)
def receipt(code: str, receipt_code: str) -> ResponseReturnValue:
    """Show what was cast to whoever holds the receipt."""
    found = queries.meeting_by_code(session(), join_code=code)
    if found is None:
        return _unknown_code(code)
    shown = queries.receipt(session(), meeting_id=found.id, receipt_code=receipt_code)
    if shown is None:
        abort(404)
    address = phone_address(public_url=settings().public_url, requested_url=request.url_root)
    link = url_for("survey.receipt", code=found.join_code, receipt_code=shown.receipt_code)
    meeting = _phone_meeting(found)
    return render_template(
        "survey/receipt.html",
        meeting=meeting,
        partnership=meeting,
        receipt_code=shown.receipt_code,
        receipt_url=address + link,
        ranked=shown.ranked,
        counts=shown.counts,
        change_url=url_for("survey.meet", code=found.join_code, receipt=shown.receipt_code),
        is_open=found.is_open,
    )


def _phone_meeting(found: MeetingRow) -> PhoneMeeting:
    rows = accounts_queries.partnerships(session())
    partnership = next(row for row in rows if row.id == found.partnership_id)
    return PhoneMeeting(
        code=found.join_code,
        title=found.title,
        k=found.k,
        status=found.state,
        partnership_name=partnership.name,
        is_sample=partnership.is_sample,
    )


def _seat(found: MeetingRow, *, receipt_code: str) -> SeatRow | None:
    """Return the seat that a receipt gives back, or the one that this browser took; None when there is none."""
    shown = queries.receipt(session(), meeting_id=found.id, receipt_code=receipt_code) if receipt_code else None
    token = shown.seat_token if shown else browser.get("seats", {}).get(str(found.id), "")
    return queries.seat(session(), meeting_id=found.id, token=token) if token else None


def _keep_seat(found: MeetingRow, *, token: str) -> None:
    """Let this browser keep its seat, also after it was closed: a phone may fall asleep before the ballot is cast."""
    browser.permanent = True
    earlier = [(meeting, kept) for meeting, kept in browser.get("seats", {}).items() if meeting != str(found.id)]
    browser["seats"] = dict([*earlier[-MAX_SEATS:], (str(found.id), token)])


def _cast_answers(found: MeetingRow, *, receipt_code: str) -> dict[str, dict[str, Any]]:
    """Return what the ballot of a receipt says, as the ballot page shows it again."""
    shown = queries.receipt(session(), meeting_id=found.id, receipt_code=receipt_code) if receipt_code else None
    if shown is None:
        return {}
    return {
        entry.need_code: {
            "sort": entry.sort,
            "position": entry.position,
            "n_workers": entry.n_workers,
            "required_level": entry.required_level,
            "attendance": entry.attendance,
        }
        for entry in queries.ballot_entries(session(), ballot_id=shown.ballot_id)
    }


def _join_page(found: MeetingRow, *, form: JoinForm, status: int = 200) -> ResponseReturnValue:
    meeting = _phone_meeting(found)
    action_url = url_for("survey.join", code=found.join_code)
    page = render_template("survey/join.html", meeting=meeting, partnership=meeting, form=form, action_url=action_url)
    # A phone that came early looks again by itself, with or without JavaScript.
    return page, status, {"Refresh": WAITING_SECONDS} if found.state == "planned" else {}


def _ballot_page(
    found: MeetingRow,
    *,
    seat: SeatRow | None,
    ballot_uid: str,
    answers: Mapping[str, Mapping[str, Any]],
    receipt_code: str,
    errors: Sequence[str] = (),
) -> str:
    needs = {need.code: need for need in queries.needs(session(), assessment_id=found.assessment_id)}
    order = shown_order(needs, seat_token=seat.token if seat else ballot_uid)
    meeting = _phone_meeting(found)
    return render_template(
        "survey/ballot.html",
        meeting=meeting,
        partnership=meeting,
        needs=[needs[code] for code in order],
        ballot_uid=ballot_uid,
        employer_name=seat.organisation_name if seat else "Not joined",
        voice_label=seat.voice_label if seat else "no voice yet",
        answers=answers,
        errors=errors,
        action_url=url_for("survey.cast_ballot", code=found.join_code, receipt=receipt_code or None),
    )
