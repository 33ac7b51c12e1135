"""Load the sample region: every name and number in it is invented, and it is marked as a sample wherever it shows.

It goes through the same operations as real work does: people are added, an assessment is made from the starter library,
meetings open, ballots are cast, catalogs are imported and a match run is made.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from accounts import operations as accounts_operations
from accounts import queries as accounts_queries
from accounts.permissions import Role
from catalog import operations as catalog_operations
from catalog.importers import read_course_file
from review import operations as review_operations
from sample.credentials import load_apprenticeship, load_credentials
from sample.revisions import load_revisions
from sample.training import load_training
from survey import operations as survey_operations
from survey.library import starter_library
from survey.operations import BallotContent, BallotEntryContent

HERE = Path(__file__).resolve().parent
PARTNERSHIP = "Three Rivers Skills Partnership"
#: code, name, kind
COLLEGES = (
    ("CRC", "Copper Ridge Community College", "college"),
    ("NMT", "North Mesa Technical College", "college"),
    ("SVC", "Sable Valley Community College", "college"),
    ("HSU", "Highline State University", "university"),
)
#: name, role, college code or None
PEOPLE: tuple[tuple[str, Role, str | None], ...] = (
    ("Marisol Trent", Role.CONVENER, None),
    ("Aldous Ferrin", Role.REVIEWER, "CRC"),
    ("Priya Lindqvist", Role.REVIEWER, "NMT"),
    ("Tobias Okafor", Role.REVIEWER, "SVC"),
    ("Helene Marchetti", Role.REVIEWER, "HSU"),
    ("Corwin Abara", Role.VIEWER, None),
)


#: number in the ballots file, title, place, opening moment
MEETINGS = (
    ("1", "Spring employer meeting", "Copper Ridge", datetime(2026, 4, 21, 14, 30, tzinfo=UTC)),
    ("2", "Autumn employer meeting", "North Mesa", datetime(2026, 10, 6, 15, 0, tzinfo=UTC)),
)


def sample_is_loaded(session: Session) -> bool:
    """Say whether the sample region is in this database already."""
    return any(partnership.is_sample for partnership in accounts_queries.partnerships(session))


def load_sample_region(session: Session, *, now: datetime) -> int:
    """Load everything and return the partnership's row number; the caller commits."""
    partnership_id = accounts_operations.add_partnership(session, name=PARTNERSHIP, is_sample=True, now=now)
    colleges = {
        code: accounts_operations.add_organisation(
            session, partnership_id=partnership_id, name=name, kind=kind, code=code, now=now
        )
        for code, name, kind in COLLEGES
    }
    for name, role, college in PEOPLE:
        accounts_operations.add_member(
            session,
            partnership_id=partnership_id,
            name=name,
            role=role,
            organisation_id=colleges[college] if college else None,
            now=now,
        )
    voters = _add_voters(session, partnership_id=partnership_id, now=now)
    ballots = _ballots_by_meeting()
    last_meeting_id, last_assessment_id = 0, 0
    for number, title, place, opened_at in MEETINGS:
        last_assessment_id, last_meeting_id = _hold_meeting(
            session,
            partnership_id=partnership_id,
            title=title,
            place=place,
            opened_at=opened_at,
            ballots=ballots[number],
            voters=voters,
        )
    for code, organisation_id in colleges.items():
        _import_catalog(session, code=code, organisation_id=organisation_id, now=now)
    load_credentials(session, partnership_id=partnership_id, by_name=PEOPLE[0][0], now=now)
    run_id = review_operations.start_run(
        session,
        partnership_id=partnership_id,
        assessment_id=last_assessment_id,
        meeting_id=last_meeting_id,
        by_name=PEOPLE[0][0],
        now=now,
    )
    review_operations.carry_out_run(session, run_id=run_id, now=now)
    load_apprenticeship(session, partnership_id=partnership_id, firm_id=voters["EMP-01"], by_name=PEOPLE[0][0], now=now)
    load_revisions(session, partnership_id=partnership_id, run_id=run_id, now=now)
    load_training(session, partnership_id=partnership_id, now=now)
    return partnership_id


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _add_voters(session: Session, *, partnership_id: int, now: datetime) -> dict[str, int]:
    """Add the employers and unions; return their row numbers by the code in the files."""
    return {
        row["code"]: accounts_operations.add_organisation(
            session,
            partnership_id=partnership_id,
            name=row["name"],
            kind=row["kind"],
            code=row["code"],
            n_employees=int(row["n_employees"]) if row["n_employees"] else None,
            town=row["town"],
            sector=row["sector"],
            now=now,
        )
        for row in _rows("employers.csv")
    }


BallotKey = tuple[str, str, int]


def _ballots_by_meeting() -> dict[str, dict[BallotKey, list[dict[str, str]]]]:
    """Group the ballots file by meeting, then by employer, voice and minute of casting."""
    grouped: dict[str, dict[BallotKey, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows("ballots.csv"):
        grouped[row["meeting"]][row["employer"], row["voice"], int(row["cast_minute"])].append(row)
    return grouped


def _hold_meeting(
    session: Session,
    *,
    partnership_id: int,
    title: str,
    place: str,
    opened_at: datetime,
    ballots: Mapping[BallotKey, list[dict[str, str]]],
    voters: Mapping[str, int],
) -> tuple[int, int]:
    """Hold one meeting from the plan to the close; return the assessment's and the meeting's row numbers."""
    asked = {row["need"] for rows in ballots.values() for row in rows}
    needs = [need for need in starter_library() if need.code in asked]
    the_day_before = opened_at - timedelta(days=1)
    assessment_id = survey_operations.create_assessment(
        session, partnership_id=partnership_id, title=f"{title}: skills list", needs=needs, now=the_day_before
    )
    meeting_id = survey_operations.plan_meeting(
        session,
        partnership_id=partnership_id,
        assessment_id=assessment_id,
        title=title,
        place=place,
        held_on=opened_at.date(),
        k=5,
        now=the_day_before,
    )
    survey_operations.open_meeting(session, meeting_id=meeting_id, now=opened_at)
    for (employer, voice, minute), rows in sorted(ballots.items(), key=lambda entry: entry[0][2]):
        cast_at = opened_at + timedelta(minutes=minute)
        token = survey_operations.take_seat(
            session, meeting_id=meeting_id, organisation_id=voters[employer], voice=voice, now=cast_at
        )
        survey_operations.cast_ballot(
            session,
            meeting_id=meeting_id,
            seat_token=token,
            content=_content(rows, ballot_uid=f"sample-{title[:6].strip().lower()}-{employer.lower()}-{voice}"),
            now=cast_at,
        )
    after_the_vote = opened_at + timedelta(minutes=90)
    survey_operations.reveal_ranking(session, meeting_id=meeting_id, now=after_the_vote)
    survey_operations.close_meeting(session, meeting_id=meeting_id, now=after_the_vote)
    return assessment_id, meeting_id


def _content(rows: list[dict[str, str]], *, ballot_uid: str) -> BallotContent:
    return BallotContent(
        ballot_uid=ballot_uid,
        shown_order=tuple(row["need"] for row in rows),
        entries=tuple(
            BallotEntryContent(
                need_code=row["need"],
                sort=row["sort"],
                position=int(row["position"]) if row["position"] else None,
                n_workers=int(row["n_workers"]) if row["n_workers"] else None,
                required_level=row["required_level"] or None,
                attendance=row["attendance"] or None,
            )
            for row in rows
        ),
    )


def _import_catalog(session: Session, *, code: str, organisation_id: int, now: datetime) -> None:
    filename = f"{code}.csv"
    content = (HERE / "catalogs" / filename).read_bytes()
    catalog_operations.store_edition(
        session,
        organisation_id=organisation_id,
        label=f"{_catalog_year(now.date())} catalog",
        filename=filename,
        file_digest=hashlib.sha256(content).hexdigest(),
        mapping={},
        reading=read_course_file(content, filename=filename, strict=False),
        by_name=PEOPLE[0][0],
        now=now,
    )


def _catalog_year(today: date) -> str:
    """Name the academic year that a day falls into, which begins in July."""
    first = today.year if today.month >= 7 else today.year - 1
    return f"{first}–{(first + 1) % 100:02d}"
