"""A meeting in a small hall: five needs, a code, and people who sit down and vote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey import operations, queries
from survey.ballots import BallotContent, BallotEntryContent
from survey.operations import Receipt
from survey.queries import MeetingRow
from survey.records import NeedRow

MORNING = datetime(2026, 9, 15, 9, 0, tzinfo=UTC)
NEEDS = (
    NeedRow("EM-01", "Electrical", "Find faults in control circuits", "working", ("Read the print", "Use a meter")),
    NeedRow("EM-02", "Electrical", "Wire motor starters", "basic", ("Connect a starter",)),
    NeedRow("WE-01", "Welding", "Weld steel with GMAW", "working", ("Set the wire feed",), "Joins plate cleanly."),
    NeedRow("QA-01", "Quality", "Measure parts", "basic", ("Read a micrometer",)),
    NeedRow("SW-01", "Safety", "Lock out energy", "working", ("Hang the lock",)),
)
CODES = tuple(need.code for need in NEEDS)


def content(uid: str, *, order: Sequence[str] = (), **sorts: Sequence[str]) -> BallotContent:
    """Write a ballot: an order of must-haves, best first, and further codes by their sort."""
    placed = [BallotEntryContent(code, "must", position) for position, code in enumerate(order, start=1)]
    others = [BallotEntryContent(code, sort) for sort, codes in sorts.items() for code in codes]
    return BallotContent(ballot_uid=uid, shown_order=CODES, entries=(*placed, *others))


@dataclass
class Hall:
    """One meeting and what happens at it, minute by minute."""

    session: Session
    partnership_id: int
    meeting_id: int
    assessment_id: int
    now: datetime = MORNING
    n_ballots: int = 0
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def meeting(self) -> MeetingRow:
        """Return the meeting as it stands."""
        found = queries.meeting(self.session, meeting_id=self.meeting_id, partnership_id=self.partnership_id)
        assert found is not None
        return found

    def sit(self, name: str, *, voice: str = "employer") -> str:
        """Take a seat for an organisation, or return the one it has."""
        self.now += timedelta(minutes=1)
        if name not in self.tokens:
            self.tokens[name] = operations.join_meeting(
                self.session, meeting_id=self.meeting_id, name=name, voice=voice, now=self.now
            )
        return self.tokens[name]

    def vote(self, name: str, *order: str, voice: str = "employer", **sorts: Sequence[str]) -> Receipt:
        """Cast a ballot for an organisation."""
        token = self.sit(name, voice=voice)
        self.n_ballots += 1
        return operations.cast_ballot(
            self.session,
            meeting_id=self.meeting_id,
            seat_token=token,
            content=content(f"ballot-{self.n_ballots:04}", order=order, **sorts),
            now=self.now,
        )

    def fill(self, n_employers: int, *order: str) -> None:
        """Let this many further employers cast the same ballot."""
        for number in range(n_employers):
            self.vote(f"Firm {len(self.tokens) + number}", *order)

    def open(self) -> None:
        """Open voting."""
        operations.open_meeting(self.session, meeting_id=self.meeting_id, now=self.now)

    def close(self) -> None:
        """Close voting."""
        operations.close_meeting(self.session, meeting_id=self.meeting_id, now=self.now)

    def reveal(self) -> None:
        """Show the ranking."""
        operations.reveal_ranking(self.session, meeting_id=self.meeting_id, now=self.now)

    def published(self) -> queries.PublishedRanking:
        """Return the ranking, which must be shown."""
        ranking = queries.published_ranking(self.session, meeting_id=self.meeting_id)
        assert isinstance(ranking, queries.PublishedRanking), ranking
        return ranking

    def withheld(self) -> queries.RankingWithheld:
        """Return why the ranking is not shown, which it must not be."""
        ranking = queries.published_ranking(self.session, meeting_id=self.meeting_id)
        assert isinstance(ranking, queries.RankingWithheld), ranking
        return ranking


# What a browser does there


def words(text: str) -> str:
    """Return the words of a page without its marks."""
    main = text.split("<main", 1)[-1].split("</main>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def hidden(text: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, f"no field {name}"
    return unescape(found.group(1))


def is_checked(text: str, value: str) -> bool:
    """Say whether a radio button with this value is checked."""
    return re.search(rf'value="?{value}"? checked', text) is not None


def join(client: FlaskClient, meeting: MeetingRow, *, name: str = "Aster Castings", voice: str = "employer") -> None:
    """Take a seat with a browser."""
    answer = client.post(f"/meet/{meeting.join_code}/join", data={"employer_name": name, "voice": voice})
    assert answer.status_code == 302, answer.text
    assert answer.location == f"/meet/{meeting.join_code}"


def sent(uid: str = "ballot-0001", **changes: Any) -> dict[str, Any]:
    """Return a small ballot as a phone sends it."""
    entries = [
        {
            "need": "EM-01",
            "sort": "must",
            "position": 1,
            "n_workers": 4,
            "required_level": "basic",
            "attendance": "on site",
        },
        {"need": "WE-01", "sort": "useful", "position": None},
    ]
    return {"ballot_uid": uid, "shown_order": list(CODES), "entries": entries, **changes}


def vote_by_phone(meeting: MeetingRow, *, app: Flask, name: str) -> str:
    """Join with a phone of its own, cast a small ballot, and return the receipt's address."""
    phone = app.test_client()
    join(phone, meeting, name=name)
    answer = phone.post(f"/meet/{meeting.join_code}/ballots", json=sent(f"ballot-{name.replace(' ', '-')}"))
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["receipt_url"])
