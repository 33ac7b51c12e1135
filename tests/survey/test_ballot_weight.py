"""The ballot page is light enough for a crowded wifi: sixty needs, styles and scripts in 100 kB over the wire."""

from __future__ import annotations

import re
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from voting_hall import MORNING, Hall, join

from survey import operations
from survey.records import NeedRow

LIMIT_BYTES = 100_000
N_NEEDS = 60
#: Words of trades, so that the needs differ as real ones do.
THINGS = ("motor starters", "control circuits", "hydraulic pumps", "pipe welds", "gear boxes", "sensors", "robot cells")
ACTS = ("Inspect", "Repair", "Install", "Calibrate", "Document", "Replace", "Measure", "Explain")


def need(number: int) -> NeedRow:
    """Write a need with six elements, long ones as they stand in published lists."""
    elements = tuple(
        f"{ACTS[(number + 3 * part) % 8]} {THINGS[(number * part + 1) % 7]} number {number * 7 + part} after the print"
        for part in range(6)
    )
    title = f"{ACTS[number % 8]} {THINGS[number % 7]} of line {number}"
    return NeedRow(f"ND-{number:02}", f"Area {number % 6}", title, "working", elements, f"Covers {title.lower()}.")


def big_meeting(session: Session, *, partnership_id: int) -> Hall:
    """Open a meeting on sixty needs."""
    assessment_id = operations.create_assessment(
        session,
        partnership_id=partnership_id,
        title="Sixty needs",
        needs=[need(number) for number in range(N_NEEDS)],
        now=MORNING,
    )
    meeting_id = operations.plan_meeting(
        session,
        partnership_id=partnership_id,
        assessment_id=assessment_id,
        title="Big meeting",
        place="Town hall",
        held_on=date(2026, 9, 15),
        k=10,
        now=MORNING,
    )
    hall = Hall(session, partnership_id, meeting_id, assessment_id)
    hall.open()
    session.commit()
    return hall


def wire_bytes(client: FlaskClient, address: str) -> tuple[int, str]:
    """Fetch as a browser does; return the bytes of the answer, head included, and its text unpacked."""
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.status_code == 200, address
    head = sum(len(f"{name}: {value}\r\n".encode()) for name, value in packed.headers)
    size = head + len(packed.data)
    packed.close()
    plain = client.get(address)
    text = plain.text
    plain.close()
    return size, text


def assets(text: str) -> set[str]:
    """Return the addresses that a page or a script fetches with it."""
    linked = re.findall(r'<(?:link|script)[^>]* (?:href|src)="(/[^"]+)"', text)
    imported = re.findall(r'(?:from |import\()"\./([\w-]+\.js)"', text)
    return {*linked, *(f"/static/js/{name}" for name in imported)}


def test_the_whole_ballot_of_sixty_needs_fits_in_100_kb(app: Flask, db_session: Session, partnership_id: int) -> None:
    hall = big_meeting(db_session, partnership_id=partnership_id)
    found = hall.meeting
    db_session.rollback()
    client = FlaskClient(app, app.response_class, use_cookies=True)
    join(client, found)
    size, text = wire_bytes(client, f"/meet/{found.join_code}")
    assert text.count("<fieldset") >= N_NEEDS
    sizes = {"page": size}
    waiting = assets(text)
    while waiting:
        address = waiting.pop()
        sizes[address], text = wire_bytes(client, address)
        waiting |= assets(text) - set(sizes)
    assert "/static/js/ballot.js" in sizes
    assert "/static/css/ballot.css" in sizes
    assert sum(sizes.values()) <= LIMIT_BYTES, sizes
