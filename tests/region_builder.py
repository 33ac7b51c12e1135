"""A small region in which a match run can be made: four needs, two colleges, six employers who voted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from accounts import operations as accounts_operations
from accounts import queries as accounts_queries
from accounts.permissions import Role
from accounts.queries import Member
from base.database import Database
from catalog import operations as catalog_operations
from catalog.records import CatalogReading, CourseRow
from review import operations
from survey import operations as survey_operations
from survey.ballots import BallotContent, BallotEntryContent
from survey.records import NeedRow

NOON = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)

NEEDS = (
    NeedRow(
        "PL-1",
        "Automation",
        "Program and troubleshoot PLCs",
        "working",
        (
            "Write ladder logic with timers and counters",
            "Wire digital and analog inputs and outputs of a PLC",
            "Go online with a PLC and find the fault",
        ),
    ),
    NeedRow(
        "HY-1",
        "Mechanical",
        "Maintain hydraulic systems",
        "working",
        (
            "Read hydraulic schematics",
            "Replace pumps, valves and cylinders",
            "Find leaks and pressure losses",
            "Analyse hydraulic oil samples",
        ),
    ),
    NeedRow("VI-1", "Mechanical", "Take vibration readings", "advanced", ("Read a vibration spectrum",)),
    NeedRow("FO-1", "Safety", "Drive forklifts", "basic", ("Inspect a forklift before use", "Stack pallets safely")),
)
PLC_COURSE = CourseRow(
    "AUT 210",
    "Programmable Logic Controllers",
    "Students program and troubleshoot PLCs at the trainer.",
    outcomes=(
        "Write ladder logic with timers and counters for a PLC",
        "Wire digital and analog inputs and outputs of a PLC",
        "Go online with a PLC, find the fault and correct it",
    ),
    topics=("PLC hardware", "Ladder logic", "PLC troubleshooting"),
    credits_min=Decimal(4),
    credits_max=Decimal(5),
    clock_hours=Decimal(96),
    program="Automation Technology",
    level="working",
    delivery=("on campus", "evenings"),
    prerequisites="AUT 110",
    last_offered_on=date(2026, 1, 12),
)
HYDRAULICS_COURSE = CourseRow(
    "MEC 130",
    "Introduction to Fluid Power",
    "First ideas of fluid power for beginners. Students read hydraulic schematics of simple machines.",
    outcomes=("Read hydraulic schematics", "State the law of Pascal"),
    level="basic",
)
COOKING_COURSE = CourseRow(
    "CUL 101",
    "Sauces and Soups",
    "Students cook the mother sauces and clear soups, season them, and plate for a dining room of <b>forty</b> guests.",
)
THIN_COURSE = CourseRow("MEC 290", "Topics", "Topics.")
FORKLIFT_COURSE = CourseRow(
    "WRK 010",
    "Forklift Operator",
    "Students inspect a forklift before use, drive it and stack pallets safely in a warehouse.",
    outcomes=("Inspect a forklift before use", "Stack pallets safely", "Drive a forklift with a load"),
    is_noncredit=True,
)


@dataclass(frozen=True)
class Region:
    """What was built, by row number."""

    database: Database
    partnership_id: int
    college_id: int
    assessment_id: int
    meeting_id: int

    def start_run(self, *, with_ranking: bool = True) -> int:
        """Freeze what is there and return the number of the run."""
        with self.database.writing() as session:
            run_id = operations.start_run(
                session,
                partnership_id=self.partnership_id,
                assessment_id=self.assessment_id,
                meeting_id=self.meeting_id if with_ranking else None,
                by_name="Dana Ruiz",
                now=NOON,
            )
            session.commit()
        return run_id

    def done_run(self, *, with_ranking: bool = True) -> int:
        """Make a run, carry it out and return its number."""
        run_id = self.start_run(with_ranking=with_ranking)
        with self.database.writing() as session:
            operations.carry_out_run(session, run_id=run_id, now=NOON)
            session.commit()
        return run_id

    def reviewer(self, *, name: str = "Lee Park", college_id: int | None = None) -> Member:
        """Add a curriculum reviewer of a college, TVC unless said otherwise."""
        with self.database.writing() as session:
            membership_id = accounts_operations.add_member(
                session,
                partnership_id=self.partnership_id,
                name=name,
                role=Role.REVIEWER,
                organisation_id=college_id or self.college_id,
                now=NOON,
            )
            session.commit()
            found = accounts_queries.member(session, membership_id)
        assert found is not None
        return found


def reading(*courses: CourseRow) -> CatalogReading:
    """Return what an importer would say of these courses."""
    return CatalogReading("CSV", len(courses), courses, (), (), ())


def build_region(database: Database, *, partnership_id: int, college_id: int) -> Region:
    """Add the catalogs, the assessment, and a meeting at which six employers vote alike."""
    with database.writing() as session:
        second_id = accounts_operations.add_organisation(
            session, partnership_id=partnership_id, name="North Fork College", kind="college", code="NFC", now=NOON
        )
        for organisation_id, courses in (
            (college_id, (PLC_COURSE, HYDRAULICS_COURSE, COOKING_COURSE, THIN_COURSE)),
            (second_id, (FORKLIFT_COURSE,)),
        ):
            catalog_operations.store_edition(
                session,
                organisation_id=organisation_id,
                label="2026–27 catalog",
                filename="catalog.csv",
                file_digest=f"digest of {organisation_id}",
                mapping={},
                reading=reading(*courses),
                by_name="Dana Ruiz",
                now=NOON,
            )
        assessment_id = survey_operations.create_assessment(
            session, partnership_id=partnership_id, title="Autumn list", needs=NEEDS, now=NOON
        )
        meeting_id = survey_operations.plan_meeting(
            session,
            partnership_id=partnership_id,
            assessment_id=assessment_id,
            title="Autumn meeting",
            place="Town hall",
            held_on=date(2026, 9, 15),
            k=3,
            now=NOON,
        )
        survey_operations.open_meeting(session, meeting_id=meeting_id, now=NOON)
        for number in range(6):
            token = survey_operations.join_meeting(
                session, meeting_id=meeting_id, name=f"Firm {number}", voice="employer", now=NOON
            )
            survey_operations.cast_ballot(
                session,
                meeting_id=meeting_id,
                seat_token=token,
                content=BallotContent(
                    ballot_uid=f"ballot-of-firm-{number}",
                    shown_order=tuple(need.code for need in NEEDS),
                    entries=(
                        BallotEntryContent("HY-1", "must", 1),
                        BallotEntryContent("PL-1", "must", 2),
                        BallotEntryContent("VI-1", "must", 3),
                        BallotEntryContent("FO-1", "not_needed"),
                    ),
                ),
                now=NOON,
            )
        survey_operations.reveal_ranking(session, meeting_id=meeting_id, now=NOON)
        survey_operations.close_meeting(session, meeting_id=meeting_id, now=NOON)
        session.commit()
    return Region(database, partnership_id, college_id, assessment_id, meeting_id)
