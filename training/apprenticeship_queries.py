"""Read occupations and plans, and which courses cover what. Plain rows only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import queries as accounts
from catalog import credential_queries
from catalog.credential_queries import OfferedCourse
from catalog.credential_records import CourseRef
from review import queries as review
from training.apprenticeship_models import (
    Apprenticeship,
    ApprenticeshipCollege,
    ApprenticeshipCourse,
    ApprenticeshipMastery,
    Competency,
    CompetencyCourse,
    Occupation,
    WorkProcess,
)
from training.apprenticeship_records import (
    CollegeTerms,
    CompetencyRow,
    OccupationRow,
    PlanLine,
    PlannedCourse,
    PlanRow,
    PlanSettings,
    ProcessRow,
    Voice,
)


def occupations(session: Session, *, partnership_id: int) -> list[OccupationRow]:
    """Return a partnership's occupations by title."""
    found = session.scalars(
        select(Occupation).where(Occupation.partnership_id == partnership_id).order_by(Occupation.title)
    )
    return [_occupation_row(session, row) for row in found]


def occupation(session: Session, *, partnership_id: int, occupation_id: int) -> OccupationRow | None:
    """Return one occupation of a partnership, or None."""
    row = session.get(Occupation, occupation_id)
    return _occupation_row(session, row) if row is not None and row.partnership_id == partnership_id else None


def _occupation_row(session: Session, row: Occupation) -> OccupationRow:
    found = session.execute(
        select(WorkProcess, Competency)
        .join(Competency, Competency.work_process_id == WorkProcess.id)
        .where(WorkProcess.occupation_id == row.id)
        .order_by(WorkProcess.position, Competency.position)
    ).all()
    linked = _linked(session, competency_ids=[competency.id for _, competency in found])
    grouped: dict[str, list[CompetencyRow]] = defaultdict(list)
    for process, competency in found:
        grouped[process.title].append(
            CompetencyRow(
                code=competency.code,
                title=competency.title,
                ojl_minutes=competency.ojl_minutes,
                ri_minutes=competency.ri_minutes,
                module=competency.module,
                need_codes=tuple(competency.need_codes),
                linked=tuple(linked[competency.id]),
                id=competency.id,
            )
        )
    return OccupationRow(
        title=row.title,
        approach=row.approach,
        ojl_minutes=row.ojl_minutes,
        ri_minutes=row.ri_minutes,
        processes=tuple(ProcessRow(title, tuple(rows)) for title, rows in grouped.items()),
        onet_code=row.onet_code,
        rapids_code=row.rapids_code,
        source=row.source,
        id=row.id,
    )


def _linked(session: Session, *, competency_ids: Sequence[int]) -> Mapping[int, list[CourseRef]]:
    found = session.scalars(
        select(CompetencyCourse).where(CompetencyCourse.competency_id.in_(competency_ids)).order_by(CompetencyCourse.id)
    ).all()
    colleges = accounts.organisations_by_id(session, {row.organisation_id for row in found})
    linked: dict[int, list[CourseRef]] = defaultdict(list)
    for row in found:
        linked[row.competency_id].append(CourseRef(colleges[row.organisation_id].code, row.course_code))
    return linked


def covering_courses(
    session: Session, *, partnership_id: int, occupation: OccupationRow
) -> tuple[int | None, dict[CourseRef, set[str]]]:
    """Return the match run that was read, and for every course the codes of the competencies that it covers.

    A course covers a competency when the latest run's settled verdict for one of the competency's skill needs is a
    match, or when staff linked it.
    """
    covers: dict[CourseRef, set[str]] = defaultdict(set)
    run = review.latest_done_run(session, partnership_id=partnership_id)
    if run is not None:
        by_need: dict[str, list[str]] = defaultdict(list)
        for competency in occupation.competencies:
            for need in competency.need_codes:
                by_need[need].append(competency.code)
        for pair in review.settled_pairs(session, run_id=run.id):
            if pair.verdict == "match":
                covers[CourseRef(pair.college_code, pair.course_code)] |= set(by_need.get(pair.need_code, ()))
    for competency in occupation.competencies:
        for ref in competency.linked:
            covers[ref].add(competency.code)
    return run.id if run else None, {ref: codes for ref, codes in covers.items() if codes}


def offered_courses(session: Session, *, partnership_id: int) -> dict[CourseRef, OfferedCourse]:
    """Return every course of the partnership's newest catalogs."""
    return credential_queries.offered_courses(session, partnership_id=partnership_id)


def plans(session: Session, *, partnership_id: int, organisation_id: int | None = None) -> list[PlanLine]:
    """Return a partnership's plans, the newest first; those of one firm alone when it is named."""
    wanted = (
        select(Apprenticeship, Occupation)
        .join(Occupation, Occupation.id == Apprenticeship.occupation_id)
        .where(Apprenticeship.partnership_id == partnership_id)
        .order_by(Apprenticeship.id.desc())
    )
    if organisation_id is not None:
        wanted = wanted.where(Apprenticeship.organisation_id == organisation_id)
    found = session.execute(wanted).all()
    firms = accounts.organisations_by_id(session, {plan.organisation_id for plan, _ in found if plan.organisation_id})
    return [
        PlanLine(
            id=plan.id,
            title=plan.title,
            occupation_title=occupation.title,
            firm_name=firms[plan.organisation_id].name if plan.organisation_id else "",
            worked_out_at=plan.worked_out_at,
            missing_minutes=plan.missing_minutes,
            n_uncovered=len(plan.uncovered),
            employer_state=plan.employer_state,
            worker_state=plan.worker_state,
        )
        for plan, occupation in found
    ]


def plan(session: Session, *, partnership_id: int, plan_id: int, organisation_id: int | None = None) -> PlanRow | None:
    """Return one plan of a partnership (of one firm, when it is named), or None."""
    row = session.get(Apprenticeship, plan_id)
    if row is None or row.partnership_id != partnership_id:
        return None
    if organisation_id is not None and row.organisation_id != organisation_id:
        return None
    firms = accounts.organisations_by_id(session, {row.organisation_id} if row.organisation_id else set())
    shown = _occupation_row(session, session.get_one(Occupation, row.occupation_id))
    return PlanRow(
        id=row.id,
        partnership_id=row.partnership_id,
        occupation=shown,
        organisation_id=row.organisation_id,
        firm_name=firms[row.organisation_id].name if row.organisation_id else "",
        settings=_settings(row),
        mastered=_mastered(session, plan_id=row.id, competencies=shown.competencies),
        terms=_terms(session, plan_id=row.id, partnership_id=partnership_id),
        courses=_courses(session, plan_id=row.id),
        employer=Voice(row.employer_state, row.employer_name, row.employer_on),
        workers=Voice(row.worker_state, row.worker_name, row.worker_on),
        worked_out_at=row.worked_out_at,
        run_id=row.run_id,
        missing_minutes=row.missing_minutes,
        uncovered=tuple((entry["code"], entry["reason"]) for entry in row.uncovered),
        made_by_name=row.made_by_name,
        made_at=row.made_at,
    )


def _settings(row: Apprenticeship) -> PlanSettings:
    return PlanSettings(
        title=row.title,
        apprentices=row.apprentices,
        starts_on=row.starts_on,
        objective=row.objective,
        evenings_only=row.evenings_only,
        max_online_minutes=row.max_online_minutes,
        max_plant_minutes=row.max_plant_minutes,
        max_per_competency=row.max_per_competency,
        visit_minutes=row.visit_minutes,
        credit_cap_percent=row.credit_cap_percent,
        ratio=row.ratio,
        term=row.term,
        probation=row.probation,
    )


def _mastered(session: Session, *, plan_id: int, competencies: Collection[CompetencyRow]) -> dict[str, str]:
    codes = {competency.id: competency.code for competency in competencies}
    found = session.scalars(select(ApprenticeshipMastery).where(ApprenticeshipMastery.apprenticeship_id == plan_id))
    shown = {codes[row.competency_id]: row.evidence for row in found}
    return {code: shown[code] for code in codes.values() if code in shown}


def _terms(session: Session, *, plan_id: int, partnership_id: int) -> tuple[CollegeTerms, ...]:
    """Return the terms of every college of the partnership, empty ones where nobody has said any."""
    found = session.scalars(select(ApprenticeshipCollege).where(ApprenticeshipCollege.apprenticeship_id == plan_id))
    stored = {row.organisation_id: row for row in found}
    return tuple(
        CollegeTerms(college.id, college.code, college.name)
        if college.id not in stored
        else CollegeTerms(
            college.id,
            college.code,
            college.name,
            stored[college.id].miles,
            stored[college.id].credit_cents,
            stored[college.id].hour_cents,
        )
        for college in accounts.colleges(session, partnership_id=partnership_id)
    )


def _courses(session: Session, *, plan_id: int) -> tuple[PlannedCourse, ...]:
    found = session.scalars(
        select(ApprenticeshipCourse)
        .where(ApprenticeshipCourse.apprenticeship_id == plan_id)
        .order_by(ApprenticeshipCourse.id)
    )
    return tuple(
        PlannedCourse(
            college_code=row.college_code,
            college_name=row.college_name,
            code=row.code,
            title=row.title,
            minutes=row.minutes,
            is_from_credits=row.is_from_credits,
            place=row.place,
            delivery=tuple(row.delivery),
            cost_cents=row.cost_cents,
            miles=row.miles,
            competency_codes=tuple(row.competency_codes),
            when_taken=row.when_taken,
            id=row.id,
        )
        for row in found
    )
