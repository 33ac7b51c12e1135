"""Doors for the phones in the room: type the code, take a seat, cast a ballot, keep the receipt. Nobody signs in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import abort, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask import session as browser
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from accounts import operations as accounts_operations
from accounts import queries as accounts_queries
from accounts.access import public
from base.addresses import phone_address
from base.database import is_storage_trouble
from base.doors import STORE_AGAIN_SECONDS, commit, database, limiter, now, read_on, session, settings
from base.refusals import Refusal
from base.streams import wake_streams
from survey import operations, queries
from survey.ballot_box import AskedList, BallotBox, SentBallot, checked_ballot
from survey.ballot_seats import FilledFor, check_seat, filled_for, seat_mark, voter_words
from survey.ballots import (
    BallotRefused,
    form_answers,
    read_form_ballot,
    read_json_ballot,
    shown_order,
)
from survey.blueprint import blueprint
from survey.forms import JoinForm
from survey.join_codes import fold_code, is_code
from survey.operations import BallotChanged, MeetingPaused, SeatRefused
from survey.queries import MeetingRow, SeatRow
from survey.voting_clock import voting_clock
from survey.wordings import list_mark

P = ParamSpec("P")
R = TypeVar("R")

#: A ballot of 500 needs takes about 60 KB.
MAX_BALLOT_BYTES = 256 * 1024
#: Seats of other meetings that a browser keeps.
MAX_SEATS = 9
#: A page names no more problems than a person can mend at once.
MAX_PROBLEMS = 12
#: A whole room may come through one network address, so seats are counted more generously than wrong codes.
SEATS_PER_TRY = 5
WAITING_SECONDS = "10"
BALLOT_BOX = "skillshed_ballot_box"
NOT_STORED = "The server cannot store ballots right now"
SENT_AGAIN = "yours stays on this phone and is sent again."
CAST_AGAIN = "keep this page open and cast yours again in a minute."
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
    #: Until when ballots are welcome, or that voting is paused; empty when there is nothing to say.
    closing_words: str
    #: Round of voting, from 1.
    round_number: int

    @property
    def name(self) -> str:
        """Return the partnership's name, as the page's head wants it."""
        return self.partnership_name


def is_ballot(method: str, path: str) -> bool:
    """Say whether a request casts a ballot: a hall sends two hundred of them in the same moment."""
    return method == "POST" and path.startswith("/meet/") and path.endswith("/ballots")


@blueprint.record_once
def place_ballot_box(state: BlueprintSetupState) -> None:
    """Give the application the box that gathers the ballots of all phones."""
    state.app.extensions[BALLOT_BOX] = BallotBox(state.app.extensions["skillshed_database"])


def _wrong_codes_per_minute() -> str:
    return f"{settings().joins_per_minute}/minute"


def _seats_per_minute() -> str:
    return f"{settings().joins_per_minute * SEATS_PER_TRY}/minute"


def _has_seat() -> bool:
    """Say whether this browser sits at a meeting: wrong codes of its neighbours, who share its address, are not its."""
    return bool(browser.get("seats"))


def _was_wrong(response: Response) -> bool:
    return response.status_code == 404


def _seats_pass(door: Callable[P, R]) -> Callable[P, R]:
    """Count wrong codes only of those who have no seat: two hundred phones with one need not wait for the counting."""
    counted = limiter.limit(_wrong_codes_per_minute, deduct_when=_was_wrong)(door)

    @wraps(door)
    def passed(*args: P.args, **kwargs: P.kwargs) -> R:
        return door(*args, **kwargs) if _has_seat() else counted(*args, **kwargs)

    return passed


@blueprint.route("/meet", methods=["GET", "POST"])
@public
@limiter.limit(_wrong_codes_per_minute, deduct_when=_was_wrong, exempt_when=_has_seat)
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
@limiter.limit(_wrong_codes_per_minute, deduct_when=_was_wrong, exempt_when=_has_seat)
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
    answers = _cast_answers(found, seat=seat, receipt_code=receipt_code)
    return _ballot_page(found, seat=seat, ballot_uid=secrets.token_hex(16), answers=answers, receipt_code=receipt_code)


@blueprint.route("/meet/<code>/join", methods=["GET", "POST"])
@public
@limiter.limit(_seats_per_minute, methods=["POST"])
@limiter.limit(_wrong_codes_per_minute, deduct_when=_was_wrong, exempt_when=_has_seat)
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
    _keep_seat(found.id, token=token)
    return redirect(url_for("survey.meet", code=found.join_code))


@blueprint.post("/meet/<code>/ballots")
@public
@_seats_pass
def cast_ballot(code: str) -> ResponseReturnValue:
    """Take a ballot as JSON or as a plain form; sent twice it counts once, and only a stored one gets a receipt."""
    try:
        return _cast_ballot(code)
    except OperationalError as error:
        if not is_storage_trouble(error):
            raise
        current_app.logger.error("A ballot could not be stored: %s", error.orig)
    advice = SENT_AGAIN if request.is_json else CAST_AGAIN
    response = make_response(_ballot_refused(code, problems=[f"{NOT_STORED}; {advice}"], status=503))
    response.headers["Retry-After"] = STORE_AGAIN_SECONDS
    return response


def _cast_ballot(code: str) -> ResponseReturnValue:
    asked = _ballot_box().asked(join_code=code)
    if asked is None:
        return _unknown_code(code)
    if (request.content_length or 0) > MAX_BALLOT_BYTES:
        return _ballot_refused(code, problems=["This ballot is far too large to be one. Reload the page."], status=413)
    try:
        ballot = _sent_ballot(code, asked=asked)
        receipt = _ballot_box().put(ballot)
    except BallotRefused as refusal:
        return _ballot_refused(code, problems=refusal.problems[:MAX_PROBLEMS], status=422)
    except MeetingPaused as refusal:
        # A phone tries again by itself after this answer.
        return _ballot_refused(code, problems=[str(refusal)], status=503)
    except BallotChanged as refusal:
        _record_changed_ballot(code, ballot=ballot)
        return _ballot_refused(code, problems=[str(refusal)], status=409)
    except Refusal as refusal:
        return _ballot_refused(code, problems=[str(refusal)], status=403 if isinstance(refusal, SeatRefused) else 409)
    wake_streams(current_app)
    _keep_seat(asked.meeting_id, token=ballot.seat_token)
    link = url_for("survey.receipt", code=fold_code(code), receipt_code=receipt.receipt_code)
    if request.is_json:
        return jsonify(receipt_code=receipt.receipt_code, receipt_url=link), 201 if receipt.is_new else 200
    return redirect(link, 303)


def _ballot_box() -> BallotBox:
    box: BallotBox = current_app.extensions[BALLOT_BOX]
    return box


def _sent_ballot(code: str, *, asked: AskedList) -> SentBallot:
    """Read the request's ballot; one that does not fit is read again beside the list as it is at this moment."""
    receipt_code = request.args.get("receipt", "")
    token = _ballot_box().seat_token(meeting_id=asked.meeting_id, receipt_code=receipt_code) if receipt_code else None
    token = token or _kept_token(asked.meeting_id)
    if not token:
        raise SeatRefused(LOST_SEAT)
    ballot_for = filled_for(request.get_json(silent=True) if request.is_json else request.form)
    if not ballot_for.is_of(token):
        with database().reading() as reading:  # closed before the ballot waits for its turn to be written
            check_seat(reading, ballot=ballot_for, meeting_id=asked.meeting_id, seat_token=token)
    made_in_round = request.args.get("round", type=int)
    try:
        return _read_ballot(asked, seat_token=token, made_in_round=made_in_round)
    except BallotRefused:
        _ballot_box().check_voting(meeting_id=asked.meeting_id, made_in_round=made_in_round)
        newest = _ballot_box().asked(join_code=code, afresh=True) or asked
        return _read_ballot(newest, seat_token=token, made_in_round=made_in_round)


def _read_ballot(asked: AskedList, *, seat_token: str, made_in_round: int | None) -> SentBallot:
    """Read the request's ballot and check it against a list.

    A phone may still show a need that was withdrawn meanwhile: what it says of it is kept and not counted.
    """
    if request.is_json:
        content = read_json_ballot(request.get_json(silent=True), titles=asked.titles)
    else:
        content = read_form_ballot(request.form, titles=asked.titles)
    return checked_ballot(content, asked=asked, seat_token=seat_token, made_in_round=made_in_round, now=now())


def _record_changed_ballot(code: str, *, ballot: SentBallot) -> None:
    """Keep for the convener that one number came twice with different answers; what they say stays out of the trail."""
    found = queries.meeting_by_code(session(), join_code=code) or abort(404)
    accounts_operations.record_act(
        session(),
        partnership_id=found.partnership_id,
        actor_name="A phone in the room",
        act="refuse_changed_ballot",
        subject=f"ballot {ballot.ballot_uid} at “{found.title}”",
        facts={"meeting_id": found.id, "ballot_uid": ballot.ballot_uid, "refused_digest": ballot.digest},
        now=now(),
    )
    commit()


def _ballot_refused(code: str, *, problems: Sequence[str], status: int) -> ResponseReturnValue:
    """Say what is wrong with a ballot; a plain page comes back with everything that was answered."""
    if request.is_json:
        return jsonify(message=" ".join(problems), errors=list(problems)), status
    read_on()
    found = queries.meeting_by_code(session(), join_code=code)
    if found is None:
        return _unknown_code(code)
    needs = queries.needs(session(), assessment_id=found.assessment_id)
    page = _ballot_page(
        found,
        seat=_seat(found, receipt_code=request.args.get("receipt", "")),
        ballot_uid=request.form.get("ballot_uid", "")[:64],
        answers=form_answers(request.form, titles={need.code: need.title for need in needs}),
        receipt_code=request.args.get("receipt", ""),
        errors=problems,
        ballot_for=filled_for(request.form),
    )
    return page, status


@blueprint.get("/meet/<code>/clock")
@public
@_seats_pass
def clock(code: str) -> ResponseReturnValue:
    """Say whether voting runs, until when and in which round; ballot and receipt pages ask now and then."""
    found = voting_clock(session(), join_code=code)
    if found is None:
        return jsonify(message="No meeting has this code."), 404
    response = jsonify(
        words=found.words,
        is_paused=found.is_paused,
        list=list_mark(session(), assessment_id=found.assessment_id),
        state=found.state,
        round=found.round_number,
    )
    response.headers["Cache-Control"] = "no-store"
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/meet/<code>/receipt/<receipt_code>")
@public
@limiter.limit(_wrong_codes_per_minute, deduct_when=_was_wrong, exempt_when=_has_seat)
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
        round_number=shown.round_number,
        is_earlier_round=shown.round_number < found.round_number,
        is_ranking_shown=found.is_revealed or shown.round_number < found.round_number,
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
        closing_words=found.closing_words,
        round_number=found.round_number,
    )


def _seat(found: MeetingRow, *, receipt_code: str) -> SeatRow | None:
    """Return the seat that a receipt gives back, or the one that this browser took; None when there is none."""
    shown = queries.receipt(session(), meeting_id=found.id, receipt_code=receipt_code) if receipt_code else None
    token = shown.seat_token if shown else _kept_token(found.id)
    return queries.seat(session(), meeting_id=found.id, token=token) if token else None


def _kept_token(meeting_id: int) -> str:
    """Return the token of the seat that this browser took at a meeting; "" when it took none."""
    return str(browser.get("seats", {}).get(str(meeting_id), ""))


def _keep_seat(meeting_id: int, *, token: str) -> None:
    """Let this browser keep its seat, also after it was closed: a phone may fall asleep before the ballot is cast."""
    if browser.permanent and _kept_token(meeting_id) == token:
        return
    browser.permanent = True
    earlier = [(meeting, kept) for meeting, kept in browser.get("seats", {}).items() if meeting != str(meeting_id)]
    browser["seats"] = dict([*earlier[-MAX_SEATS:], (str(meeting_id), token)])


def _cast_answers(found: MeetingRow, *, seat: SeatRow, receipt_code: str) -> dict[str, dict[str, Any]]:
    """Return the answers that a ballot page starts from: a receipt's ballot, or the seat's own of an earlier round."""
    shown = queries.receipt(session(), meeting_id=found.id, receipt_code=receipt_code) if receipt_code else None
    ballot_id = (
        shown.ballot_id if shown else queries.earlier_ballot_id(session(), meeting_id=found.id, seat_token=seat.token)
    )
    if ballot_id is None:
        return {}
    return {
        entry.need_code: {
            "sort": entry.sort,
            "position": entry.position,
            "n_workers": entry.n_workers,
            "required_level": entry.required_level,
            "attendance": entry.attendance,
        }
        for entry in queries.ballot_entries(session(), ballot_id=ballot_id)
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
    ballot_for: FilledFor | None = None,
) -> str:
    needs = {need.code: need for need in queries.needs(session(), assessment_id=found.assessment_id)}
    order = shown_order(needs, seat_token=seat.token if seat else ballot_uid)
    meeting = _phone_meeting(found)
    employer_name, voice_label = (seat.organisation_name, seat.voice_label) if seat else ("Not joined", "no voice yet")
    voter = voter_words(organisation_name=employer_name, voice_label=voice_label)
    return render_template(
        "survey/ballot.html",
        meeting=meeting,
        partnership=meeting,
        needs=[needs[code] for code in order],
        ballot_uid=ballot_uid,
        employer_name=employer_name,
        voice_label=voice_label,
        voter=voter,
        ballot_for=ballot_for or FilledFor(seat_mark(seat.token) if seat else "", voter),
        is_elsewhere=bool(seat and ballot_for and not ballot_for.is_of(seat.token)),
        answers=answers,
        errors=errors,
        list_mark=list_mark(session(), assessment_id=found.assessment_id),
        action_url=url_for(
            "survey.cast_ballot", code=found.join_code, receipt=receipt_code or None, round=found.round_number
        ),
    )
