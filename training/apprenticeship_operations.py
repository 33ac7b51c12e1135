"""Keep occupations and plans: add, change, choose courses, note who agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from base.refusals import Refusal
from training import apprenticeship_queries as queries
from training.apprenticeship_choices import Choice, chosen_courses
from training.apprenticeship_files import check_hours
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
from training.apprenticeship_records import CollegeTerms, OccupationRow, PlannedCourse, PlanRow, PlanSettings

SIDES = ("employer", "worker")


class OccupationKnown(Refusal):
    """Say that the partnership has an occupation of this title already."""


class PlanChanged(Refusal):
    """Say that a plan is no longer the one for which courses were chosen."""


class NothingToAgreeOn(Refusal):
    """Say that courses must be chosen before anybody can agree with them."""


def add_occupation(session: Session, *, partnership_id: int, row: OccupationRow) -> int:
    """Add an occupation whose hours add up; return its row number."""
    check_hours(row)
    same = func.lower(Occupation.title) == row.title.lower()
    if session.scalar(select(Occupation.id).where(Occupation.partnership_id == partnership_id, same)):
        raise OccupationKnown(f"There is an occupation called {row.title} already. Choose another title.")
    stored = Occupation(
        partnership_id=partnership_id,
        title=row.title,
        onet_code=row.onet_code,
        rapids_code=row.rapids_code,
        approach=row.approach,
        ojl_minutes=row.ojl_minutes,
        ri_minutes=row.ri_minutes,
        source=row.source,
    )
    session.add(stored)
    session.flush()
    for position, process in enumerate(row.processes):
        kept = WorkProcess(occupation_id=stored.id, position=position, title=process.title)
        session.add(kept)
        session.flush()
        for place, each in enumerate(process.competencies):
            session.add(
                Competency(
                    work_process_id=kept.id,
                    position=place,
                    code=each.code,
                    title=each.title,
                    ojl_minutes=each.ojl_minutes,
                    ri_minutes=each.ri_minutes,
                    module=each.module,
                    need_codes=list(each.need_codes),
                )
            )
    session.flush()
    return stored.id


def link_course(session: Session, *, competency_id: int, organisation_id: int, course_code: str, by_name: str) -> None:
    """Note that a course covers a competency; a second time changes nothing."""
    wanted = (
        CompetencyCourse.competency_id == competency_id,
        CompetencyCourse.organisation_id == organisation_id,
        CompetencyCourse.course_code == course_code,
    )
    if session.scalar(select(CompetencyCourse.id).where(*wanted)) is None:
        session.add(
            CompetencyCourse(
                competency_id=competency_id,
                organisation_id=organisation_id,
                course_code=course_code,
                by_name=by_name,
            )
        )
        session.flush()


def unlink_course(session: Session, *, competency_id: int, organisation_id: int, course_code: str) -> None:
    """Take a link that staff made away again; what the match run found stays."""
    session.execute(
        delete(CompetencyCourse).where(
            CompetencyCourse.competency_id == competency_id,
            CompetencyCourse.organisation_id == organisation_id,
            CompetencyCourse.course_code == course_code,
        )
    )


def add_plan(
    session: Session,
    *,
    partnership_id: int,
    occupation_id: int,
    organisation_id: int | None,
    settings: PlanSettings,
    by_name: str,
    now: datetime,
) -> int:
    """Add a plan without courses yet; prices of the firm's last plan are carried over. Return its row number."""
    before = session.scalar(
        select(Apprenticeship.id)
        .where(Apprenticeship.partnership_id == partnership_id, Apprenticeship.organisation_id == organisation_id)
        .order_by(Apprenticeship.id.desc())
    )
    stored = Apprenticeship(
        partnership_id=partnership_id,
        occupation_id=occupation_id,
        organisation_id=organisation_id,
        **asdict(settings),
        employer_state="open",
        employer_name="",
        employer_on=None,
        worker_state="open",
        worker_name="",
        worker_on=None,
        worked_out_at=None,
        run_id=None,
        missing_minutes=0,
        uncovered=[],
        made_by_name=by_name,
        made_at=now,
    )
    session.add(stored)
    session.flush()
    if before is not None:
        found = queries.plan(session, partnership_id=partnership_id, plan_id=before)
        _store_terms(session, plan_id=stored.id, terms=found.terms if found else ())
    session.flush()
    return stored.id


def change_plan(
    session: Session,
    *,
    plan: PlanRow,
    settings: PlanSettings,
    terms: Sequence[CollegeTerms],
    mastered: Mapping[str, str],
) -> None:
    """Change what a plan asks for; the courses chosen before and everybody's word are taken back."""
    stored = session.get_one(Apprenticeship, plan.id)
    for name, value in asdict(settings).items():
        setattr(stored, name, value)
    _store_terms(session, plan_id=plan.id, terms=terms)
    session.execute(delete(ApprenticeshipMastery).where(ApprenticeshipMastery.apprenticeship_id == plan.id))
    for competency in plan.occupation.competencies:
        if competency.code in mastered:
            session.add(
                ApprenticeshipMastery(
                    apprenticeship_id=plan.id, competency_id=competency.id, evidence=mastered[competency.code]
                )
            )
    _forget_choice(session, stored)
    session.flush()


def _store_terms(session: Session, *, plan_id: int, terms: Sequence[CollegeTerms]) -> None:
    session.execute(delete(ApprenticeshipCollege).where(ApprenticeshipCollege.apprenticeship_id == plan_id))
    for each in terms:
        if (each.miles, each.credit_cents, each.hour_cents) != (None, None, None):
            session.add(
                ApprenticeshipCollege(
                    apprenticeship_id=plan_id,
                    organisation_id=each.organisation_id,
                    miles=each.miles,
                    credit_cents=each.credit_cents,
                    hour_cents=each.hour_cents,
                )
            )


def _forget_choice(session: Session, stored: Apprenticeship) -> None:
    session.execute(delete(ApprenticeshipCourse).where(ApprenticeshipCourse.apprenticeship_id == stored.id))
    stored.worked_out_at, stored.run_id, stored.missing_minutes, stored.uncovered = None, None, 0, []
    _reopen(stored)


def _reopen(stored: Apprenticeship) -> None:
    """Take everybody's word back: they gave it on another plan."""
    stored.employer_state, stored.employer_name, stored.employer_on = "open", "", None
    stored.worker_state, stored.worker_name, stored.worker_on = "open", "", None


def choose_courses(session: Session, *, partnership_id: int, plan: PlanRow, now: datetime) -> None:
    """Choose the plan's courses from all partners' newest catalogs and keep them with the plan."""
    run_id, covers = queries.covering_courses(session, partnership_id=partnership_id, occupation=plan.occupation)
    offered = queries.offered_courses(session, partnership_id=partnership_id)
    keep_choice(session, plan=plan, choice=chosen_courses(plan, run_id=run_id, offered=offered, covers=covers), now=now)


def keep_choice(session: Session, *, plan: PlanRow, choice: Choice, now: datetime) -> None:
    """Keep the courses that were chosen for a plan; refuse when the plan has been changed since."""
    if queries.plan(session, partnership_id=plan.partnership_id, plan_id=plan.id) != plan:
        raise PlanChanged("Somebody changed this plan in the meantime. Choose the courses once more.")
    stored = session.get_one(Apprenticeship, plan.id)
    _forget_choice(session, stored)
    for course in choice.courses:
        session.add(_stored_course(course, plan_id=plan.id))
        session.flush()  # row numbers keep the outline's order
    stored.worked_out_at, stored.run_id, stored.missing_minutes = now, choice.run_id, choice.missing_minutes
    stored.uncovered = [{"code": code, "reason": reason} for code, reason in choice.uncovered]
    session.flush()


def _stored_course(course: PlannedCourse, *, plan_id: int) -> ApprenticeshipCourse:
    return ApprenticeshipCourse(
        apprenticeship_id=plan_id,
        college_code=course.college_code,
        college_name=course.college_name,
        code=course.code,
        title=course.title,
        minutes=course.minutes,
        is_from_credits=course.is_from_credits,
        place=course.place,
        delivery=list(course.delivery),
        cost_cents=course.cost_cents,
        miles=course.miles,
        competency_codes=list(course.competency_codes),
        when_taken="",
    )


def set_times(session: Session, *, plan_id: int, when_taken: Mapping[int, str]) -> None:
    """Write down when each chosen course is taken; where that changes, both sides are asked again."""
    found = session.scalars(select(ApprenticeshipCourse).where(ApprenticeshipCourse.apprenticeship_id == plan_id))
    changed = [row for row in found if when_taken.get(row.id, row.when_taken) != row.when_taken]
    for row in changed:
        row.when_taken = when_taken[row.id]
    if changed:
        _reopen(session.get_one(Apprenticeship, plan_id))
    session.flush()


def note_word(session: Session, *, plan: PlanRow, side: str, state: str, name: str, said_on: date | None) -> None:
    """Note what the employer's or the workers' representative says of a plan; "open" takes it back."""
    if state != "open" and plan.worked_out_at is None:
        raise NothingToAgreeOn("Choose the courses first: there is nothing yet that anybody could agree with.")
    stored = session.get_one(Apprenticeship, plan.id)
    given = (state, name, said_on) if state != "open" else ("open", "", None)
    if side == "employer":
        stored.employer_state, stored.employer_name, stored.employer_on = given
    else:
        stored.worker_state, stored.worker_name, stored.worker_on = given
    session.flush()


def remove_plan(session: Session, *, plan_id: int) -> None:
    """Remove a plan with everything that belongs to it alone."""
    for table in (ApprenticeshipCourse, ApprenticeshipCollege, ApprenticeshipMastery):
        session.execute(delete(table).where(table.apprenticeship_id == plan_id))
    session.execute(delete(Apprenticeship).where(Apprenticeship.id == plan_id))
