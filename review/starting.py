"""Say what a new match run would compare, and what is missing before one can be made."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from accounts import queries as accounts_queries
from catalog import queries as catalog_queries
from catalog.queries import EditionRow
from review.wording import counted, day
from survey import queries as survey_queries
from survey.queries import AssessmentRow, PublishedRanking


@dataclass(frozen=True)
class StartingPoint:
    """What there is to compare."""

    #: Assessments with at least one need, newest first.
    assessments: tuple[AssessmentRow, ...]
    #: Editions with at least one course, by college.
    editions: tuple[EditionRow, ...]
    #: Names of the colleges without a catalog.
    colleges_without: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Name what has to come first: "assessment", "catalog"."""
        found = {"assessment": self.assessments, "catalog": self.editions}
        return tuple(name for name, rows in found.items() if not rows)


@dataclass(frozen=True)
class Basis:
    """One choice of needs and the order in which they count."""

    #: Assessment and meeting as the form sends them: "3:7", or "3:" without a ranking.
    value: str
    label: str


def starting_point(session: Session, *, partnership_id: int) -> StartingPoint:
    """Return what a partnership could compare now."""
    assessments = survey_queries.assessments(session, partnership_id=partnership_id)
    editions = catalog_queries.latest_editions(session, partnership_id=partnership_id)
    with_courses = tuple(edition for edition in editions if edition.n_courses)
    have = {edition.organisation_id for edition in with_courses}
    colleges = accounts_queries.colleges(session, partnership_id=partnership_id)
    return StartingPoint(
        assessments=tuple(assessment for assessment in assessments if assessment.n_needs),
        editions=with_courses,
        colleges_without=tuple(college.name for college in colleges if college.id not in have),
    )


def bases(session: Session, *, start: StartingPoint, partnership_id: int) -> list[Basis]:
    """Return the choices: every published ranking, newest meeting first, then every assessment without one."""
    with_needs = {assessment.id for assessment in start.assessments}
    ranked = []
    for meeting in survey_queries.meetings(session, partnership_id=partnership_id):
        if meeting.assessment_id not in with_needs:
            continue
        ranking = survey_queries.published_ranking(session, meeting_id=meeting.id)
        if isinstance(ranking, PublishedRanking):
            held = f"{meeting.title}, {day(meeting.held_on)}: {counted(ranking.n_employers, 'employer')}"
            label = f"{meeting.assessment_title}, in the order of {held}"
            ranked.append(Basis(f"{meeting.assessment_id}:{meeting.id}", label))
    unranked = [
        Basis(f"{assessment.id}:", f"{assessment.title}, without a ranking ({counted(assessment.n_needs, 'need')})")
        for assessment in start.assessments
    ]
    return ranked + unranked
