"""A region in which six employers have voted, two colleges have a catalog, and a run can be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_rows import NOON

from accounts import operations as accounts_operations
from base.database import Database
from catalog import operations as catalog_operations
from catalog.records import CatalogReading, CourseRow
from review import operations as review_operations
from survey import operations as survey_operations
from survey.ballots import BallotContent, BallotEntryContent
from survey.records import NeedRow

NEEDS = (
    NeedRow(
        "PL-1",
        "Automation",
        "Program and troubleshoot PLCs",
        "working",
        ("Write ladder logic with timers and counters", "Go online with a PLC and find the fault"),
    ),
    NeedRow("HY-1", "Mechanical", "Maintain hydraulic systems", "working", ("Replace pumps, valves and cylinders",)),
    NeedRow("FO-1", "Safety", "Drive forklifts <carefully>", "basic", ("Inspect a forklift before use",)),
)
CATALOGS = {
    "TVC": (
        CourseRow(
            "AUT 210",
            "Programmable Logic Controllers",
            "Students program and troubleshoot PLCs at the trainer.",
            outcomes=(
                "Write ladder logic with timers and counters for a PLC",
                "Go online with a PLC, find the fault and correct it",
            ),
            level="working",
        ),
        CourseRow(
            "CUL 101", "Sauces", "=cook the mother sauces, clear soups and pastries for a dining room of guests."
        ),
    ),
    "NFC": (CourseRow("WLD 100", "Gas Metal Arc Welding", "Students weld steel plate in the flat position."),),
}


@dataclass
class Region:
    """One meeting and what has happened around it, step by step."""

    database: Database
    partnership_id: int
    assessment_id: int
    meeting_id: int
    n_ballots: int = 0

    def vote(self, n_organisations: int, *, voice: str = "employer", order: Sequence[str] = ("HY-1", "PL-1")) -> None:
        """Let this many further organisations cast the same ballot."""
        with self.database.writing() as session:
            for _ in range(n_organisations):
                self.n_ballots += 1
                token = survey_operations.join_meeting(
                    session, meeting_id=self.meeting_id, name=f"Firm {self.n_ballots}", voice=voice, now=NOON
                )
                placed = [BallotEntryContent(code, "must", position) for position, code in enumerate(order, start=1)]
                survey_operations.cast_ballot(
                    session,
                    meeting_id=self.meeting_id,
                    seat_token=token,
                    content=BallotContent(
                        ballot_uid=f"ballot-{self.n_ballots:04}",
                        shown_order=tuple(need.code for need in NEEDS),
                        entries=(*placed, BallotEntryContent("FO-1", "not_needed")),
                    ),
                    now=NOON,
                )
            session.commit()

    def reveal(self) -> None:
        """Show the ranking."""
        with self.database.writing() as session:
            survey_operations.reveal_ranking(session, meeting_id=self.meeting_id, now=NOON)
            session.commit()

    def close(self) -> None:
        """Close voting."""
        with self.database.writing() as session:
            survey_operations.close_meeting(session, meeting_id=self.meeting_id, now=NOON)
            session.commit()

    def import_catalogs(self) -> None:
        """Give both colleges their first catalog."""
        with self.database.writing() as session:
            for code, courses in CATALOGS.items():
                organisation_id = accounts_operations.organisation_named(
                    session,
                    partnership_id=self.partnership_id,
                    name={"TVC": "Test Valley College", "NFC": "North Fork College"}[code],
                    kind="college",
                    now=NOON,
                )
                catalog_operations.store_edition(
                    session,
                    organisation_id=organisation_id,
                    label="2026–27 catalog",
                    filename=f"{code}.csv",
                    file_digest=code,
                    mapping={},
                    reading=CatalogReading("CSV", len(courses), courses, (), (), ()),
                    by_name="Dana Ruiz",
                    now=NOON,
                )
            session.commit()

    def make_run(self) -> int:
        """Make a match run and return its number."""
        with self.database.writing() as session:
            run_id = review_operations.start_run(
                session,
                partnership_id=self.partnership_id,
                assessment_id=self.assessment_id,
                meeting_id=self.meeting_id,
                by_name="Dana Ruiz",
                now=NOON,
            )
            review_operations.carry_out_run(session, run_id=run_id, now=NOON)
            session.commit()
        return run_id
