"""Take ballots that phones kept as a file, because the wifi stayed away. Nothing here reads the clock or commits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import queries as accounts_queries
from base.refusals import Refusal, shown
from survey import operations
from survey.ballot_box import list_of_meeting
from survey.ballots import VOICE_LABELS, BallotContent, read_json_ballot
from survey.join_codes import fold_code
from survey.models import Ballot, Meeting, Seat
from survey.operations import MAX_NAME, MeetingNotOpen, OtherRound, Receipt

FORMAT = "skillshed-ballots"
MAX_BYTES = 1024 * 1024
#: A phone is passed on among a few people, not among a hall.
MAX_BALLOTS = 20


class BallotFileRefused(Refusal):
    """Say why a file holds no ballots for this meeting."""


@dataclass(frozen=True)
class KeptBallot:
    """One ballot as a phone kept it."""

    organisation: str
    #: One of survey.models.VOICES.
    voice: str
    #: Round of voting that it was made in; None when the file does not say.
    round_number: int | None
    answers: Mapping[str, Any]


def read_ballot_file(content: bytes, *, join_code: str) -> tuple[KeptBallot, ...]:
    """Return the ballots of a file, or refuse it in words; what each ballot says is checked when it is counted."""
    if len(content) > MAX_BYTES:
        raise BallotFileRefused("This file is far too large to be a ballot of one phone. Choose another file.")
    try:
        file = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        file = None
    rows = file.get("ballots") if isinstance(file, dict) and file.get("format") == FORMAT else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BallotFileRefused(
            "This is no ballot file. On the phone, choose “Keep a copy as a file” and send that file."
        )
    code = fold_code(str(file.get("meeting", "")))
    if code != join_code:
        raise BallotFileRefused(f"This file is of the meeting {shown(code)}, not of {join_code}. Take it at that desk.")
    if not 0 < len(rows) <= MAX_BALLOTS:
        raise BallotFileRefused(f"This file holds {len(rows)} ballots; a phone keeps 1 to {MAX_BALLOTS}.")
    return tuple(_kept(row) for row in rows)


def _kept(row: Mapping[str, Any]) -> KeptBallot:
    labels = {label: voice for voice, label in VOICE_LABELS.items()}
    voice = str(row.get("voice", ""))
    organisation, round_number, answers = row.get("organisation"), row.get("round"), row.get("ballot")
    voice = labels.get(voice, voice)
    if not isinstance(organisation, str) or not isinstance(answers, dict) or voice not in VOICE_LABELS:
        raise BallotFileRefused(
            "A ballot in this file does not say whose it is, or what it says. Ask for the file again."
        )
    name = " ".join(organisation.split())
    if not 0 < len(name) <= MAX_NAME:
        raise BallotFileRefused(
            f"A ballot in this file needs the name of its organisation, in 1 to {MAX_NAME} characters."
        )
    return KeptBallot(
        organisation=name,
        voice=voice,
        round_number=round_number if isinstance(round_number, int) else None,
        answers=answers,
    )


def count_kept_ballot(session: Session, *, meeting_id: int, kept: KeptBallot, now: datetime) -> Receipt:
    """Count a ballot that a phone kept; one that arrived by itself meanwhile keeps its receipt and counts once.

    Like paper it may be taken while voting is paused and after it closed: it was filled in before.
    """
    meeting = session.get_one(Meeting, meeting_id)
    if meeting.state == "planned":
        raise MeetingNotOpen(f"“{meeting.title}” has not been opened. Open voting, then take the file.")
    content = read_json_ballot(kept.answers, titles=list_of_meeting(session, meeting_id=meeting_id).titles)
    seat = _seat_of(session, meeting=meeting, kept=kept)
    if seat is None or _is_known(session, meeting_id=meeting_id, content=content):
        return operations.enter_paper_ballot(
            session, meeting_id=meeting_id, name=kept.organisation, voice=kept.voice, content=content, now=now
        )
    if kept.round_number not in (None, meeting.round_number):
        raise OtherRound(
            f"The ballot of {kept.organisation} was made for round {kept.round_number}, and round "
            f"{meeting.round_number} runs. Ask them to open the meeting again and to look their answers over."
        )
    return operations.count_ballot(session, meeting=meeting, seat=seat, content=content, source="phone", now=now)


def _seat_of(session: Session, *, meeting: Meeting, kept: KeptBallot) -> Seat | None:
    """Return the seat that the phone took, so that the phone may send the same ballot too; None unless it is clear."""
    seats = session.scalars(select(Seat).where(Seat.meeting_id == meeting.id, Seat.voice == kept.voice)).all()
    named = accounts_queries.organisations_by_id(session, {seat.organisation_id for seat in seats})
    wanted = kept.organisation.casefold()
    own = [seat for seat in seats if named[seat.organisation_id].name.casefold() == wanted]
    return own[0] if len(own) == 1 else None


def _is_known(session: Session, *, meeting_id: int, content: BallotContent) -> bool:
    found = select(Ballot.id).where(Ballot.meeting_id == meeting_id, Ballot.ballot_uid == content.ballot_uid)
    return session.scalar(found) is not None
