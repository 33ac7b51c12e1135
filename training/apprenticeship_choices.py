"""Turn catalogs and a plan's settings into what the planner chooses from, and say why something cannot be covered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from catalog.credential_queries import OfferedCourse
from catalog.credential_records import CourseRef
from training.apprenticeship_records import CollegeTerms, PlannedCourse, PlanRow
from training.planning import Option, Wish, plan_courses


def wish_of(plan: PlanRow) -> Wish:
    """Return what a plan asks of the planner."""
    settings = plan.settings
    return Wish(
        minutes=plan.ri_needed,
        competencies=tuple(competency.code for competency in plan.to_cover),
        objective=settings.objective,
        max_online_minutes=settings.max_online_minutes,
        max_plant_minutes=settings.max_plant_minutes,
        max_per_competency=settings.max_per_competency,
    )


def options_of(
    plan: PlanRow, *, offered: Mapping[CourseRef, OfferedCourse], covers: Mapping[CourseRef, Collection[str]]
) -> list[Option]:
    """Return every course that covers something still to be covered, in every place in which it can be taken."""
    wanted = {competency.code for competency in plan.to_cover}
    terms = {each.code: each for each in plan.terms}
    found = []
    for ref, codes in covers.items():
        course, useful = offered.get(ref), wanted & set(codes)
        if course is None or not course.minutes or not useful or ref.college_code not in terms:
            continue
        for place in places(course.delivery, evenings_only=plan.settings.evenings_only):
            found.append(
                Option(
                    course=(ref.college_code, ref.course_code),
                    place=place,
                    minutes=course.minutes,
                    covers=frozenset(useful),
                    cost_cents=cost_cents(course, terms[ref.college_code]),
                    miles=miles(
                        course, terms[ref.college_code], place=place, visit_minutes=plan.settings.visit_minutes
                    ),
                )
            )
    return found


def places(delivery: Collection[str], *, evenings_only: bool) -> Iterator[str]:
    """Yield where a course can be taken: online and at the plant where its catalog says so, else at the college.

    Evenings only: at the college in courses that are given in the evening; online and at the plant at any hour.
    """
    if "online" in delivery:
        yield "online"
    if "at the plant" in delivery:
        yield "plant"
    elsewhere = {"online", "at the plant", "days", "evenings"}
    at_college = not ({"online", "at the plant"} & set(delivery)) or bool(set(delivery) - elsewhere)
    if at_college and (not evenings_only or "evenings" in delivery):
        yield "campus"


def cost_cents(course: OfferedCourse, terms: CollegeTerms) -> int | None:
    """Return a course's price: by credits where it has some and the college says a price, else by clock hours."""
    if course.credits and terms.credit_cents is not None:
        return _whole(course.credits * terms.credit_cents)
    if course.minutes is not None and terms.hour_cents is not None:
        return _whole(Decimal(course.minutes * terms.hour_cents) / 60)
    return None


def _whole(amount: Decimal) -> int:
    """Round to whole cents, halves up."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def miles(course: OfferedCourse, terms: CollegeTerms, *, place: str, visit_minutes: int) -> int | None:
    """Return the miles driven for a course: there and back for every visit; none online and at the plant."""
    if place != "campus":
        return 0
    if terms.miles is None or course.minutes is None:
        return None
    return 2 * terms.miles * -(-course.minutes // visit_minutes)


@dataclass(frozen=True)
class Choice:
    """The courses chosen for a plan, and what they do not reach."""

    #: Match run from which coverage was read; None when there was none.
    run_id: int | None
    courses: tuple[PlannedCourse, ...]
    missing_minutes: int
    #: Competencies without a course: code and reason.
    uncovered: tuple[tuple[str, str], ...]


def chosen_courses(
    plan: PlanRow,
    *,
    run_id: int | None,
    offered: Mapping[CourseRef, OfferedCourse],
    covers: Mapping[CourseRef, Collection[str]],
) -> Choice:
    """Let the planner choose; return the outline's courses in the order of the competencies that they cover."""
    best = plan_courses(options_of(plan, offered=offered, covers=covers), wish_of(plan))
    order = {competency.code: n for n, competency in enumerate(plan.occupation.competencies)}
    courses = [_planned(option, offered=offered, order=order) for option in best.options]
    courses.sort(key=lambda course: (order[course.competency_codes[0]], course.college_code, course.code))
    return Choice(
        run_id,
        tuple(courses),
        best.missing_minutes,
        tuple((code, why_uncovered(plan, code, offered=offered, covers=covers)) for code in best.uncovered),
    )


def _planned(option: Option, *, offered: Mapping[CourseRef, OfferedCourse], order: Mapping[str, int]) -> PlannedCourse:
    course = offered[CourseRef(*option.course)]
    return PlannedCourse(
        college_code=option.course[0],
        college_name=course.college_name,
        code=option.course[1],
        title=course.title,
        minutes=option.minutes,
        is_from_credits=course.is_from_credits,
        place=option.place,
        delivery=course.delivery,
        cost_cents=option.cost_cents,
        miles=option.miles,
        competency_codes=tuple(sorted(option.covers, key=lambda code: order[code])),
    )


def why_uncovered(
    plan: PlanRow,
    code: str,
    *,
    offered: Mapping[CourseRef, OfferedCourse],
    covers: Mapping[CourseRef, Collection[str]],
) -> str:
    """Say why no chosen course covers a competency, in words that tell what to do."""
    covering = [offered[ref] for ref, codes in covers.items() if code in codes and ref in offered]
    if not covering:
        return "No course of the region covers it. Link one by hand, or ask a college for one."
    timed = [course for course in covering if course.minutes]
    if not timed:
        return "The courses that cover it state neither hours nor credits."
    open_places = [list(places(course.delivery, evenings_only=plan.settings.evenings_only)) for course in timed]
    if not any(open_places):
        return "The courses that cover it are given in the daytime only."
    return "The courses that cover it do not fit the limits set for online, for the plant or for courses a competency."
