"""Load what the sample region's firms asked for: invented requests, cohorts, answers and credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from accounts import operations as accounts_operations
from accounts import queries as accounts_queries
from accounts.permissions import Role
from training import cohorts, firm_answers, operations, queries, reimbursable
from training.queries import Subject
from training.records import (
    CohortContent,
    FactsContent,
    GroupContent,
    ListedCredential,
    Outcome,
    RequestContent,
    SubmissionContent,
)
from training.reimbursable import ListReading

#: Someone who speaks for a firm, and the firm's code.
PERSON, FIRM = "Rosalind Achterberg", "EMP-11"
CONVENER = "Marisol Trent"
FUND = "Three Rivers Credential Fund"


@dataclass(frozen=True)
class Wanted:
    """One request of the sample: who asks for how many seats in what."""

    firm: str
    subject: str
    n_workers: int
    times: str = "evenings"
    place: str = "campus"
    credential: str = ""
    #: Price per worker in dollars and hours of training; 0 where the firm does not know them yet.
    dollars: int = 0
    n_hours: int = 0


#: Asked for in spring, taught since and completed.
WELDING = (
    Wanted("EMP-11", "WLD 110", 4),
    Wanted("EMP-12", "WLD 110", 3),
    Wanted("EMP-13", "WLD 110", 2),
    Wanted("EMP-14", "WLD 110", 3),
    Wanted("EMP-15", "WLD 110", 2),
)
#: How many completed and earned the certificate, in the same order.
WELDING_OUTCOMES = ((4, 3), (3, 3), (1, 1), (3, 2), (2, 2))
#: Confirmed and about to begin.
HYDRAULICS = (
    Wanted("EMP-11", "EMT 151", 3, credential="Fluid Power Mechanic", dollars=1_100, n_hours=45),
    Wanted("EMP-16", "EMT 151", 5),
)
#: Still gathering: one section that can run, one nearly, and some on their own.
OPEN = (
    Wanted("EMP-01", "AU-01", 6),
    Wanted("EMP-06", "AU-01", 3),
    Wanted("EMP-06", "QCT 201", 3, place="online"),
    Wanted("EMP-10", "QCT 201", 2, place="online"),
    Wanted("EMP-08", "MCH 140", 1, times="weekends"),
)
#: Title, issuer, most that is paid in dollars.
CREDENTIALS = (
    ("Arc Welder Level 1", "Guild of Joining Trades", 900),
    ("Arc Welder Level 2", "Guild of Joining Trades", 1_400),
    ("Controls Technician I", "Institute of Plant Controls", 1_800),
    ("Fluid Power Mechanic", "Society of Fluid Power Shops", 1_250),
    ("Line Quality Auditor", "Board of Measured Goods", 650),
    ("Maintenance Planner", "Board of Measured Goods", 1_100),
    ("Robot Cell Operator", "Institute of Plant Controls", 1_600),
    ("Safety on the Floor", "Society of Careful Plants", 300),
)


def load_training(session: Session, *, partnership_id: int, now: datetime) -> None:
    """Load requests, one completed and one confirmed cohort, one firm's answers, and credentials."""
    loader = _Loader(session, partnership_id=partnership_id)
    accounts_operations.add_member(
        session,
        partnership_id=partnership_id,
        name=PERSON,
        role=Role.EMPLOYER,
        organisation_id=loader.firms[FIRM],
        now=now,
    )
    groups = _answer_questions(loader, now=now - timedelta(days=190))
    _complete_welding(loader, now=now)
    crew, _fitters = groups
    asked = [
        loader.ask(each, now=now - timedelta(days=40), groups={crew: each.n_workers} if each.firm == FIRM else None)
        for each in HYDRAULICS
    ]
    loader.confirm(asked, title="Hydraulics for second shift", place="Fluid power laboratory, room 114", now=now)
    for place, each in enumerate(OPEN):
        loader.ask(each, now=now - timedelta(days=20 - place))
    wiring = Wanted(FIRM, "EMT 111", 6, "days", "plant", "Controls Technician I", dollars=1_250, n_hours=40)
    loader.ask(wiring, now=now - timedelta(days=3), groups=groups)
    _load_credentials(loader, now=now)


class _Loader:
    """Ask and confirm as the sample's people would."""

    def __init__(self, session: Session, *, partnership_id: int) -> None:
        self.session = session
        self.partnership_id = partnership_id
        firms = accounts_queries.organisations(session, partnership_id=partnership_id, kinds=("employer",))
        self.firms = {firm.code: firm.id for firm in firms}
        courses = queries.courses_on_offer(session, partnership_id=partnership_id)
        needs = queries.needs_on_offer(session, partnership_id=partnership_id)
        self.subjects: Mapping[str, Subject] = {each.code: each for each in (*needs, *courses)}

    def ask(self, wanted: Wanted, *, now: datetime, groups: Mapping[int, int] | None = None) -> int:
        """Ask for seats and return the request's number."""
        subject = self.subjects[wanted.subject]
        content = RequestContent(
            need_code="" if subject.college_code else subject.code,
            college_code=subject.college_code,
            course_code=subject.code if subject.college_code else "",
            title=subject.title,
            n_workers=wanted.n_workers,
            times=wanted.times,
            place=wanted.place,
            delivery="any",
            earliest_on=now.date() + timedelta(days=45),
            latest_on=now.date() + timedelta(days=150),
            credential=wanted.credential,
            cost_cents=wanted.dollars * 100 or None,
            training_hours=Decimal(wanted.n_hours) if wanted.n_hours else None,
            group_counts=groups or {},
        )
        return operations.ask_for_training(
            self.session,
            partnership_id=self.partnership_id,
            organisation_id=self.firms[wanted.firm],
            content=content,
            by_name=PERSON if wanted.firm == FIRM else CONVENER,
            now=now,
        )

    def confirm(self, request_ids: list[int], *, title: str, place: str, now: datetime) -> int:
        """Confirm a cohort of requests that are all for one course and return its number."""
        rows = [
            row
            for row in queries.requests(self.session, partnership_id=self.partnership_id)
            if row.id in set(request_ids)
        ]
        first = rows[0].content
        starts_on: date = max(row.content.earliest_on for row in rows)
        college = accounts_queries.organisation_by_code(
            self.session, partnership_id=self.partnership_id, code=first.college_code
        )
        content = CohortContent(
            college_id=college.id if college else 0,
            course_code=first.course_code,
            need_code="",
            title=title,
            times=first.times,
            place=place,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=56),
            n_seats=16,
        )
        return cohorts.confirm_cohort(
            self.session,
            partnership_id=self.partnership_id,
            content=content,
            seats={row.id: row.content.n_workers for row in rows},
            by_name=CONVENER,
            now=now,
        )


def _answer_questions(loader: _Loader, *, now: datetime) -> dict[int, int]:
    """Answer the questions about one firm and return who goes to its newest training."""
    firm_answers.store_answers(
        loader.session,
        partnership_id=loader.partnership_id,
        organisation_id=loader.firms[FIRM],
        content=FactsContent(140, 22, "332312", "CO", "Copper", {"skill-advance": 12_000_00}),
        groups=[
            GroupContent("Maintenance crew", 27_50, 64, False),
            GroupContent("New fitters", 21_00, 2, True),
        ],
        by_name=PERSON,
        now=now,
    )
    crew, fitters = queries.worker_groups(
        loader.session, partnership_id=loader.partnership_id, organisation_id=loader.firms[FIRM]
    )
    return {crew.id: 4, fitters.id: 2}


def _complete_welding(loader: _Loader, *, now: datetime) -> None:
    asked_at = now - timedelta(days=180)
    asked = [loader.ask(each, now=asked_at) for each in WELDING]
    cohort_id = loader.confirm(
        asked, title="Arc welding, evening section", place="Welding shop B", now=asked_at + timedelta(days=20)
    )
    cohorts.start_cohort(loader.session, cohort_id=cohort_id, by_name=CONVENER, now=asked_at + timedelta(days=45))
    outcomes = {
        request_id: Outcome(n_completed, (("Arc Welder Level 1", n_earned),))
        for request_id, (n_completed, n_earned) in zip(asked, WELDING_OUTCOMES, strict=True)
    }
    cohorts.complete_cohort(
        loader.session,
        cohort_id=cohort_id,
        outcomes=outcomes,
        by_name=CONVENER,
        now=asked_at + timedelta(days=104),
    )


def _load_credentials(loader: _Loader, *, now: datetime) -> None:
    listed = tuple(
        ListedCredential(FUND, title, issuer, dollars * 100, now.date() - timedelta(days=400), "sample list")
        for title, issuer, dollars in CREDENTIALS
    )
    reimbursable.store_list(
        loader.session, partnership_id=loader.partnership_id, reading=ListReading(listed, rejects=())
    )
    wishes = (
        ("EMP-06", "Coordinate Measuring Operator", "Board of Measured Goods", 36, 1_150),
        (FIRM, "Robotic Welding Setter", "Guild of Joining Trades", 48, 1_900),
    )
    numbers = [_wish(loader, *wish, now=now - timedelta(days=30)) for wish in wishes]
    reimbursable.accept_credential(
        loader.session,
        submission_id=numbers[0],
        listed=ListedCredential(
            FUND, wishes[0][1], wishes[0][2], 1_150_00, now.date() - timedelta(days=9), reimbursable.ACCEPTED
        ),
        reason="Four plants of the region inspect with such machines.",
        by_name=CONVENER,
        now=now - timedelta(days=9),
    )


def _wish(loader: _Loader, firm: str, title: str, issuer: str, n_hours: int, dollars: int, *, now: datetime) -> int:
    return reimbursable.submit_credential(
        loader.session,
        partnership_id=loader.partnership_id,
        organisation_id=loader.firms[firm],
        content=SubmissionContent(
            title=title,
            issuer=issuer,
            syllabus="Six meetings in the workshop, each with a task at the machine, and a test on the last evening.",
            skills="Set up the machine\nRun the first part\nFind out why a part is off",
            evidence="Three other plants of the region name it in their postings.",
            clock_hours=Decimal(n_hours),
            cost_cents=dollars * 100,
        ),
        by_name=PERSON if firm == FIRM else CONVENER,
        now=now,
    )
