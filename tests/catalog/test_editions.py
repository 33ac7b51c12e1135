"""Editions are dated and immutable, and account for every record of their file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from base.database import Database
from catalog import operations, queries
from catalog.operations import AlreadyImported, NothingToStore
from catalog.records import CatalogReading, CourseRow, Reject

NOON = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)
WELDING = CourseRow(
    code="WLD 110",
    title="Gas metal arc welding",
    description="Students weld fillets in flat position.",
    outcomes=("Weld a fillet.", "Set wire speed."),
    credits_min=Decimal("3"),
    credits_max=Decimal("4.5"),
    clock_hours=Decimal("90"),
    delivery=("on campus", "evenings"),
    last_offered_on=date(2026, 1, 12),
    place="row 2",
)
READING = CatalogReading(
    format="csv",
    n_seen=3,
    courses=(WELDING,),
    rejects=(Reject("row 3", "There is no title.", "WLD 111"),),
    duplicates=(Reject("row 4", "WLD 110 stands in row 2 already.", "WLD 110"),),
    doubts=(),
)


def store(session: Session, *, college_id: int, reading: CatalogReading = READING, digest: str = "a" * 64) -> int:
    """Store a reading as the college's next edition."""
    return operations.store_edition(
        session,
        organisation_id=college_id,
        label="2026–27 catalog",
        filename="catalog.csv",
        file_digest=digest,
        mapping={"code": "Course"},
        reading=reading,
        by_name="Dana Ruiz",
        now=NOON,
    )


def test_an_edition_gives_back_what_the_file_said(database: Database, college_id: int) -> None:
    with database.writing() as session:
        edition_id = store(session, college_id=college_id)
        session.commit()
    with database.reading() as session:
        kept = queries.course(session, edition_id=edition_id, code="WLD 110")
    assert kept is not None
    for field in ("code", "title", "description", "outcomes", "credits_min", "credits_max", "clock_hours", "delivery"):
        assert getattr(kept, field) == getattr(WELDING, field)
    assert kept.last_offered_on == date(2026, 1, 12)


def test_every_record_of_the_file_is_accounted_for(database: Database, college_id: int) -> None:
    with database.writing() as session:
        store(session, college_id=college_id)
        edition = queries.edition(session, organisation_id=college_id, number=1)
    assert edition is not None
    assert edition.n_seen == edition.n_courses + edition.n_rejected + edition.n_duplicates == 3


def test_the_same_file_again_changes_nothing_and_says_so(database: Database, college_id: int) -> None:
    with database.writing() as session:
        store(session, college_id=college_id)
        with pytest.raises(AlreadyImported, match="edition 1"):
            store(session, college_id=college_id)
        assert len(queries.editions(session, organisation_id=college_id)) == 1


def test_a_file_without_courses_is_not_an_edition(database: Database, college_id: int) -> None:
    empty = replace(READING, courses=())
    with database.writing() as session, pytest.raises(NothingToStore, match=r"catalog\.csv"):
        store(session, college_id=college_id, reading=empty)


def test_the_difference_between_two_editions_names_what_changed(database: Database, college_id: int) -> None:
    revised = replace(WELDING, outcomes=(*WELDING.outcomes, "Weld in overhead position."))
    brand_new = replace(WELDING, code="WLD 120", title="Stick welding")
    with database.writing() as session:
        older = store(session, college_id=college_id)
        newer = store(
            session, college_id=college_id, reading=replace(READING, courses=(revised, brand_new)), digest="b" * 64
        )
        difference = queries.edition_diff(session, older_id=older, newer_id=newer)
    assert [row.code for row in difference.added] == ["WLD 120"]
    assert difference.removed == ()
    assert [(old.outcomes[-1], new.outcomes[-1]) for old, new in difference.changed] == [
        ("Set wire speed.", "Weld in overhead position.")
    ]


def test_the_newest_edition_of_each_college_counts(database: Database, college_id: int, partnership_id: int) -> None:
    with database.writing() as session:
        store(session, college_id=college_id)
        store(session, college_id=college_id, digest="b" * 64)
        newest = queries.latest_editions(session, partnership_id=partnership_id)
    assert [(row.college_code, row.number) for row in newest] == [("TVC", 2)]


def test_an_upload_waits_until_somebody_decides(database: Database, college_id: int) -> None:
    with database.writing() as session:
        pending_id = operations.keep_upload(
            session,
            organisation_id=college_id,
            filename="catalog.csv",
            content=b"code,title",
            label="2026–27",
            by_name="Dana Ruiz",
            now=NOON,
        )
        kept = queries.pending_import(session, organisation_id=college_id, pending_id=pending_id)
        assert kept is not None
        assert kept[1] == b"code,title"
        assert queries.pending_import(session, organisation_id=college_id + 1, pending_id=pending_id) is None
        operations.discard_upload(session, organisation_id=college_id, pending_id=pending_id)
        assert queries.pending_imports(session, organisation_id=college_id) == []
