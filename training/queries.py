"""Read requests, sections, cohorts, firms' answers and the counts that may be shown. Plain rows only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from accounts import queries as accounts_queries
from accounts.queries import OrganisationRow
from catalog import queries as catalog_queries
from review import queries as review_queries
from survey import queries as survey_queries
from training.cohorts import wish
from training.models import (
    MEASURES,
    Cohort,
    CohortSeats,
    FirmFacts,
    RequestStep,
    SmallestSection,
    TrainingCount,
    TrainingRequest,
    WorkerGroup,
)
from training.pooling import SMALLEST_SECTION, Section, sections
from training.published_counts import Change, PublishedCount, published_count
from training.records import (
    CohortRow,
    FactsContent,
    FactsRow,
    GroupContent,
    RequestContent,
    RequestRow,
    SeatsRow,
    StepRow,
)


@dataclass(frozen=True)
class Subject:
    """Something that can be asked for: a course of a college, or a need."""

    code: str
    title: str
    #: Empty for a need.
    college_code: str = ""

    @property
    def words(self) -> str:
        """Write it the way it is chosen from a list."""
        return f"{self.college_code} {self.code}: {self.title}" if self.college_code else f"{self.title} ({self.code})"


def courses_on_offer(session: Session, *, partnership_id: int) -> list[Subject]:
    """Return the courses of every college's newest catalog."""
    return [
        Subject(course.code, course.title, edition.college_code)
        for edition in catalog_queries.latest_editions(session, partnership_id=partnership_id)
        for course in catalog_queries.courses(session, edition_id=edition.id)
    ]


def needs_on_offer(session: Session, *, partnership_id: int) -> list[Subject]:
    """Return the needs of the partnership's newest assessment."""
    assessments = survey_queries.assessments(session, partnership_id=partnership_id)
    if not assessments:
        return []
    newest = max(assessments, key=lambda each: each.id)
    return [Subject(need.code, need.title) for need in survey_queries.needs(session, assessment_id=newest.id)]


def matching_courses(session: Session, *, partnership_id: int, need_code: str) -> list[Subject]:
    """Return the courses that match a need by the newest match run, the best first."""
    run = review_queries.latest_done_run(session, partnership_id=partnership_id)
    if run is None or not need_code:
        return []
    pairs = review_queries.settled_pairs(session, run_id=run.id, need_code=need_code)
    titles = {(row.college_code, row.code): row.title for row in review_queries.run_courses(session, run_id=run.id)}
    return [
        Subject(pair.course_code, titles.get((pair.college_code, pair.course_code), ""), pair.college_code)
        for pair in pairs
        if pair.verdict == "match"
    ]


def _content(row: TrainingRequest) -> RequestContent:
    columns = {name: getattr(row, name) for name in RequestContent.__dataclass_fields__}
    columns["group_counts"] = {int(group_id): int(n) for group_id, n in row.group_counts.items()}
    return RequestContent(**columns)


def requests(session: Session, *, partnership_id: int, organisation_id: int | None = None) -> list[RequestRow]:
    """Return the requests of a partnership or of one of its firms, newest first."""
    own = [] if organisation_id is None else [TrainingRequest.organisation_id == organisation_id]
    return _requests(session, TrainingRequest.partnership_id == partnership_id, *own)


def requests_before_training(session: Session, *, partnership_id: int, organisation_id: int) -> list[RequestRow]:
    """Return a firm's requests whose training has not begun, in the order of asking.

    They gather, or wait in a confirmed cohort. Programs decide before a training begins, so these are the requests for
    which money is still to be found.
    """
    confirmed = (
        select(CohortSeats.request_id)
        .join(Cohort, Cohort.id == CohortSeats.cohort_id)
        .where(Cohort.state == "confirmed")
    )
    rows = _requests(
        session,
        TrainingRequest.partnership_id == partnership_id,
        TrainingRequest.organisation_id == organisation_id,
        (TrainingRequest.state == "open") | ((TrainingRequest.state == "placed") & TrainingRequest.id.in_(confirmed)),
    )
    return sorted(rows, key=lambda row: (row.asked_at, row.id))


def request(
    session: Session, *, request_id: int, partnership_id: int, organisation_id: int | None = None
) -> RequestRow | None:
    """Return one request, or None when it is not the partnership's (or not the firm's)."""
    own = [] if organisation_id is None else [TrainingRequest.organisation_id == organisation_id]
    found = _requests(session, TrainingRequest.id == request_id, TrainingRequest.partnership_id == partnership_id, *own)
    return found[0] if found else None


def _requests(session: Session, *wanted: ColumnElement[bool]) -> list[RequestRow]:
    rows = session.scalars(select(TrainingRequest).where(*wanted).order_by(TrainingRequest.id.desc())).all()
    firms = accounts_queries.organisations_by_id(session, {row.organisation_id for row in rows})
    return [
        RequestRow(
            id=row.id,
            organisation_id=row.organisation_id,
            firm_name=firms[row.organisation_id].name,
            firm_code=firms[row.organisation_id].code,
            content=_content(row),
            state=row.state,
            asked_at=row.asked_at,
        )
        for row in rows
    ]


def request_steps(session: Session, *, request_id: int) -> list[StepRow]:
    """Return a request's history, newest first."""
    rows = session.scalars(
        select(RequestStep).where(RequestStep.request_id == request_id).order_by(RequestStep.id.desc())
    )
    return [StepRow(row.happened_at, row.by_name, row.words) for row in rows]


def smallest_sections(session: Session, *, partnership_id: int) -> dict[tuple[str, str], int]:
    """Return the fewest workers of a section by (college code, course code); an empty course code is the college's."""
    rows = session.scalars(select(SmallestSection).where(SmallestSection.partnership_id == partnership_id))
    return {(row.college_code, row.course_code): row.n_workers for row in rows}


def open_sections(session: Session, *, partnership_id: int) -> tuple[Section, ...]:
    """Group the open requests of a partnership, the fullest sections first."""
    rows = session.scalars(
        select(TrainingRequest).where(TrainingRequest.partnership_id == partnership_id, TrainingRequest.state == "open")
    ).all()
    chosen = smallest_sections(session, partnership_id=partnership_id)
    smallest = {
        wish(row).subject: chosen.get(
            (row.college_code, row.course_code), chosen.get((row.college_code, ""), SMALLEST_SECTION)
        )
        for row in rows
    }
    return sections([wish(row) for row in rows], smallest=smallest)


def cohorts(
    session: Session,
    *,
    partnership_id: int,
    organisation_id: int | None = None,
    college_id: int | None = None,
) -> list[CohortRow]:
    """Return cohorts, the latest start first; a firm gets its own with nothing of the others in them."""
    narrowed = [] if college_id is None else [Cohort.college_id == college_id]
    return _cohorts(session, Cohort.partnership_id == partnership_id, *narrowed, organisation_id=organisation_id)


def cohort(
    session: Session,
    *,
    cohort_id: int,
    partnership_id: int,
    organisation_id: int | None = None,
    college_id: int | None = None,
) -> CohortRow | None:
    """Return one cohort as `cohorts` would, or None."""
    narrowed = [] if college_id is None else [Cohort.college_id == college_id]
    found = _cohorts(
        session,
        Cohort.id == cohort_id,
        Cohort.partnership_id == partnership_id,
        *narrowed,
        organisation_id=organisation_id,
    )
    return found[0] if found else None


def _cohorts(session: Session, *wanted: ColumnElement[bool], organisation_id: int | None) -> list[CohortRow]:
    rows = session.scalars(select(Cohort).where(*wanted).order_by(Cohort.starts_on.desc(), Cohort.id.desc())).all()
    seats = _seats(session, cohort_ids=[row.id for row in rows], organisation_id=organisation_id)
    colleges = accounts_queries.organisations_by_id(session, {row.college_id for row in rows})
    found = [_cohort_row(row, college=colleges[row.college_id], seats=seats[row.id]) for row in rows]
    if organisation_id is None:
        return found
    return [replace(each, n_seats=None, confirmed_by_name="") for each in found if each.seats]


def _seats(session: Session, *, cohort_ids: Collection[int], organisation_id: int | None) -> dict[int, list[SeatsRow]]:
    own = [] if organisation_id is None else [TrainingRequest.organisation_id == organisation_id]
    rows = session.execute(
        select(CohortSeats, TrainingRequest)
        .join(TrainingRequest, TrainingRequest.id == CohortSeats.request_id)
        .where(CohortSeats.cohort_id.in_(cohort_ids), *own)
        .order_by(CohortSeats.request_id)
    ).all()
    firms = accounts_queries.organisations_by_id(session, {asked.organisation_id for _seats, asked in rows})
    found: dict[int, list[SeatsRow]] = defaultdict(list)
    for given, asked in rows:
        found[given.cohort_id].append(
            SeatsRow(
                request_id=asked.id,
                organisation_id=asked.organisation_id,
                firm_name=firms[asked.organisation_id].name,
                n_workers=asked.n_workers,
                n_seats=given.n_seats,
                n_completed=given.n_completed,
                credentials=tuple((str(each["title"]), int(each["n"])) for each in given.credentials),
            )
        )
    return found


def _cohort_row(row: Cohort, *, college: OrganisationRow, seats: Sequence[SeatsRow]) -> CohortRow:
    return CohortRow(
        id=row.id,
        college_id=row.college_id,
        college_code=college.code,
        college_name=college.name,
        course_code=row.course_code,
        need_code=row.need_code,
        title=row.title,
        times=row.times,
        place=row.place,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        n_seats=row.n_seats,
        state=row.state,
        reason=row.reason,
        confirmed_by_name=row.confirmed_by_name,
        confirmed_at=row.confirmed_at,
        seats=tuple(seats),
    )


def firm_facts(session: Session, *, partnership_id: int, organisation_id: int) -> FactsRow | None:
    """Return what a firm answered about itself; None when it has not."""
    row = session.get(FirmFacts, (partnership_id, organisation_id))
    if row is None:
        return None
    content = FactsContent(
        n_employees=row.n_employees,
        n_years=row.n_years,
        naics_code=row.naics_code,
        state_code=row.state_code,
        county=row.county,
        granted_cents={str(code): int(cents) for code, cents in row.granted_cents.items()},
    )
    return FactsRow(content, row.by_name, row.answered_at)


def worker_groups(session: Session, *, partnership_id: int, organisation_id: int) -> list[GroupContent]:
    """Return a firm's worker groups in the order in which they were written."""
    rows = session.scalars(
        select(WorkerGroup)
        .where(WorkerGroup.partnership_id == partnership_id, WorkerGroup.organisation_id == organisation_id)
        .order_by(WorkerGroup.id)
    )
    return [GroupContent(row.name, row.wage_cents, row.n_months, row.is_new_hire, row.id) for row in rows]


def region_counts(session: Session, *, partnership_id: int) -> dict[str, PublishedCount | None]:
    """Return what the region may see of each measure; None where too few firms stand behind it."""
    rows = session.scalars(
        select(TrainingCount).where(TrainingCount.partnership_id == partnership_id).order_by(TrainingCount.id)
    ).all()
    return {
        measure: published_count(
            Change(row.organisation_id, row.college_code, row.amount, row.happened_at)
            for row in rows
            if row.measure == measure
        )
        for measure in MEASURES
    }
