"""Ask for three revisions in the sample region: one is with its committee, two came into the next editions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from accounts import queries as accounts_queries
from accounts.queries import Member
from catalog import operations as catalog_operations
from catalog import queries as catalog_queries
from catalog.importers import read_course_file
from review import revision_queries, revisions

CATALOGS = Path(__file__).resolve().parent / "catalogs"


@dataclass(frozen=True)
class _Wanted:
    """What a reviewer of the sample asks for."""

    reviewer: str
    need: str
    college: str
    course: str
    reason: str
    #: State and note of each step after the draft.
    steps: tuple[tuple[str, str], ...]


OPEN = _Wanted(
    "Aldous Ferrin",
    "MM-05",
    "CRC",
    "MFG 145",
    "Employers ranked this among their most critical needs; the course so far only gives an idea of it.",
    (
        ("proposed", "Talked through with the maintenance faculty."),
        ("with_committee", "On the agenda of the December meeting."),
    ),
)
APPROVED = (
    ("proposed", ""),
    ("with_committee", "Short form, no change of credits."),
    ("approved", "Approved as proposed; printed with the next supplement."),
)
#: Both needs are among the most critical, and many firms ranked them, so that several read what their vote changed.
CLOSED = (
    _Wanted(
        "Aldous Ferrin",
        "QA-04",
        "CRC",
        "QCT 201",
        "Students work out ratios from given numbers; firms want charts kept at the line.",
        APPROVED,
    ),
    _Wanted(
        "Helene Marchetti",
        "MM-01",
        "HSU",
        "ENGT 2150",
        "Firms ranked service in the field; the course sizes parts and never takes one apart.",
        APPROVED,
    ),
)


def load_revisions(session: Session, *, partnership_id: int, run_id: int, now: datetime) -> None:
    """Ask for all three revisions, and import the editions that print two of them."""
    _ask(session, OPEN, partnership_id=partnership_id, run_id=run_id, now=now)
    for wanted in CLOSED:
        request_id = _ask(session, wanted, partnership_id=partnership_id, run_id=run_id, now=now)
        asked = revision_queries.request_row(session, request_id=request_id, partnership_id=partnership_id)
        if asked is not None:
            _import_supplement(
                session,
                partnership_id=partnership_id,
                college=wanted.college,
                course=wanted.course,
                outcomes=asked.text.outcomes,
                now=now,
            )


def _ask(session: Session, wanted: _Wanted, *, partnership_id: int, run_id: int, now: datetime) -> int:
    member = _reviewer(session, name=wanted.reviewer, partnership_id=partnership_id)
    request_id = revisions.start_revision(
        session,
        run_id=run_id,
        need_code=wanted.need,
        college_code=wanted.college,
        course_code=wanted.course,
        member=member,
        now=now,
    )
    asked = revision_queries.request_row(session, request_id=request_id, partnership_id=partnership_id)
    if asked is not None:
        text = replace(asked.text, reason=wanted.reason)
        revisions.save_draft(session, request_id=request_id, text=text, member=member)
    for state, note in wanted.steps:
        revisions.take_step(session, request_id=request_id, state=state, note=note, member=member, now=now)
    return request_id


def _reviewer(session: Session, *, name: str, partnership_id: int) -> Member:
    called = accounts_queries.members_called(session, name_or_email=name)
    return next(member for member in called if member.partnership.id == partnership_id)


def _import_supplement(
    session: Session, *, partnership_id: int, college: str, course: str, outcomes: tuple[str, ...], now: datetime
) -> None:
    """Import the college's catalog once more, with the revised outcomes in it; that closes the request."""
    found = catalog_queries.college(session, partnership_id=partnership_id, code=college)
    if found is None:
        return
    filename = f"{college}.csv"
    content = (CATALOGS / filename).read_bytes()
    reading = read_course_file(content, filename=filename, strict=False)
    first = catalog_queries.editions(session, organisation_id=found.id)[0]
    catalog_operations.store_edition(
        session,
        organisation_id=found.id,
        label=f"{first.label}, supplement",
        filename=f"{college}-supplement.csv",
        file_digest=hashlib.sha256(content + course.encode()).hexdigest(),
        mapping={},
        reading=replace(
            reading,
            courses=tuple(replace(row, outcomes=outcomes) if row.code == course else row for row in reading.courses),
        ),
        by_name=first.imported_by_name,
        now=now,
    )
