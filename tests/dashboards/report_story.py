"""A meeting at which firms vote each in its own way, and what happens around it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from report_rows import NOON
from voted_region import Region

from accounts import operations as accounts_operations
from accounts import queries as accounts_queries
from accounts.permissions import Role
from catalog import operations as catalog_operations
from catalog.records import CatalogReading, CourseRow
from review import queries as review_queries
from review import revisions
from review.revision_records import RevisionText
from survey import operations as survey_operations
from survey import queries as survey_queries
from survey.ballots import BallotContent, BallotEntryContent
from training import cohorts
from training import operations as training_operations
from training.records import CohortContent, RequestContent

TODAY = datetime.now(UTC).date()


@dataclass
class Story:
    """A region with two firms of interest, Alder and Birch, among enough others."""

    region: Region
    app: Flask

    def vote(self, firm: str, *order: str, voice: str = "employer") -> str:
        """Cast a ballot and return its receipt code."""
        self.region.n_ballots += 1
        with self.region.database.writing() as session:
            token = survey_operations.join_meeting(
                session, meeting_id=self.region.meeting_id, name=firm, voice=voice, now=NOON
            )
            receipt = survey_operations.cast_ballot(
                session,
                meeting_id=self.region.meeting_id,
                seat_token=token,
                content=BallotContent(
                    f"ballot-of-story-{self.region.n_ballots}",
                    ("PL-1", "HY-1", "FO-1"),
                    tuple(BallotEntryContent(code, "must", n) for n, code in enumerate(order, start=1)),
                ),
                now=NOON,
            )
            session.commit()
        return receipt.receipt_code

    def code(self, firm: str) -> str:
        """Return a firm's code."""
        return self._row(firm)[1]

    def _row(self, firm: str) -> tuple[int, str]:
        with self.region.database.reading() as session:
            rows = accounts_queries.organisations(
                session, partnership_id=self.region.partnership_id, kinds=("employer", "union")
            )
        found = next(row for row in rows if row.name == firm)
        return found.id, found.code

    @property
    def join_code(self) -> str:
        """Return the code of the meeting."""
        with self.region.database.reading() as session:
            found = survey_queries.meeting(
                session, meeting_id=self.region.meeting_id, partnership_id=self.region.partnership_id
            )
        assert found is not None
        return found.join_code

    def person_of(self, firm: str, *, role: Role = Role.EMPLOYER, name: str = "Pat") -> FlaskClient:
        """Sign someone of a firm in."""
        with self.region.database.writing() as session:
            membership_id = accounts_operations.add_member(
                session,
                partnership_id=self.region.partnership_id,
                name=f"{name} of {firm}",
                role=role,
                organisation_id=self._row(firm)[0],
                now=NOON,
            )
            secret = accounts_operations.make_sign_in_link(
                session, membership_id=membership_id, now=datetime.now(UTC), hours=1
            )
            session.commit()
        browser = self.app.test_client()
        assert browser.post(f"/sign-in/{secret}").status_code == 302
        return browser

    def ask(self, firm: str, *, n_workers: int, need_code: str = "", course_code: str = "AUT 210") -> int:
        """Ask for seats in a firm's name and return the request's number."""
        with self.region.database.writing() as session:
            request_id = training_operations.ask_for_training(
                session,
                partnership_id=self.region.partnership_id,
                organisation_id=self._row(firm)[0],
                content=RequestContent(
                    need_code=need_code,
                    college_code="" if need_code else "TVC",
                    course_code="" if need_code else course_code,
                    title="Controllers",
                    n_workers=n_workers,
                    times="evenings",
                    place="campus",
                    delivery="any",
                    earliest_on=TODAY,
                    latest_on=TODAY + timedelta(days=200),
                    note=f"{firm} runs a line that stops every night",
                ),
                by_name=f"Pat of {firm}",
                now=NOON,
            )
            session.commit()
        return request_id

    def confirm(self, *request_ids: int, n_seats_each: int) -> None:
        """Confirm one cohort of requests, with a title and a room that tell on a firm."""
        with self.region.database.writing() as session:
            college = accounts_queries.organisation_by_code(
                session, partnership_id=self.region.partnership_id, code="TVC"
            )
            assert college is not None
            cohorts.confirm_cohort(
                session,
                partnership_id=self.region.partnership_id,
                content=CohortContent(
                    college_id=college.id,
                    course_code="AUT 210",
                    need_code="",
                    title="Controllers for Birch and friends",
                    times="evenings",
                    place="Birch training room",
                    starts_on=TODAY + timedelta(days=30),
                    ends_on=TODAY + timedelta(days=60),
                    n_seats=90,
                ),
                seats=dict.fromkeys(request_ids, n_seats_each),
                by_name="Dana Ruiz",
                now=NOON,
            )
            session.commit()

    def new_course(self, *states: str) -> None:
        """Ask for a new hydraulics course at Test Valley College and lead it through states."""
        run_id = self._newest_run_id()
        with self.region.database.writing() as session:
            college = accounts_queries.organisation_by_code(
                session, partnership_id=self.region.partnership_id, code="TVC"
            )
            assert college is not None
            membership_id = accounts_operations.add_member(
                session,
                partnership_id=self.region.partnership_id,
                name="Lee Park",
                role=Role.REVIEWER,
                organisation_id=college.id,
                now=NOON,
            )
            member = accounts_queries.member(session, membership_id)
            assert member is not None
            request_id = revisions.start_new_course(session, run_id=run_id, need_code="HY-1", member=member, now=NOON)
            text = RevisionText(
                "Hydraulic Maintenance",
                description="Students maintain hydraulic systems.",
                outcomes=("Replace pumps, valves and cylinders",),
            )
            revisions.save_draft(session, request_id=request_id, text=text, member=member)
            for state in states:
                revisions.take_step(
                    session, request_id=request_id, state=state, note="Birch wants it", member=member, now=NOON
                )
            session.commit()

    def _newest_run_id(self) -> int:
        with self.region.database.reading() as session:
            run = review_queries.latest_done_run(session, partnership_id=self.region.partnership_id)
        assert run is not None
        return run.id

    def import_hydraulics(self) -> None:
        """Give North Fork College a second edition with a course on hydraulic systems."""
        course = CourseRow(
            "HYD 120",
            "Maintaining Hydraulic Systems",
            "Students maintain hydraulic systems at the trainer.",
            outcomes=("Replace pumps, valves and cylinders of hydraulic systems",),
            level="working",
        )
        with self.region.database.writing() as session:
            college = accounts_queries.organisation_by_code(
                session, partnership_id=self.region.partnership_id, code="NFC"
            )
            assert college is not None
            catalog_operations.store_edition(
                session,
                organisation_id=college.id,
                label="2027–28 catalog",
                filename="NFC.csv",
                file_digest="second",
                mapping={},
                reading=CatalogReading("CSV", 1, (course,), (), (), ()),
                by_name="Dana Ruiz",
                now=NOON,
            )
            session.commit()
