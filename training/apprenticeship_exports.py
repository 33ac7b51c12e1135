"""A plan as the tables of an Appendix A; one row builder feeds the workbook and the printed page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from base.tables import Cell, Sheet
from training import apprenticeship_wording as say
from training.apprenticeship_files import hours_cell
from training.apprenticeship_records import APPROACHES, OBJECTIVE_WORDS, PLACE_WORDS, VOICE_WORDS, PlanRow, Voice

#: What stands where the sponsor still has to write.
BLANK = "to be filled in by the sponsor"
N_WAGE_STEPS = 4
SCHEDULE = ("job_function", "code", "competency", "ojl_hours", "ri_hours", "module", "mastered")
OUTLINE = (
    "course",
    "title",
    "college",
    "hours",
    "where",
    "how_given",
    "competencies",
    "when",
    "cost_dollars",
    "miles",
)
CREDIT = ("code", "competency", "how_shown", "ojl_hours", "ri_hours")
WAGES = ("step", "from_hours", "to_hours", "wage")
TERMS = ("term", "content")
#: All columns of a plan's workbook; docs/data.md explains each.
PLAN_COLUMNS = tuple(dict.fromkeys((*SCHEDULE, *OUTLINE, *CREDIT, *WAGES, *TERMS)))


def plan_sheets(plan: PlanRow) -> list[Sheet]:
    """Return a plan's tables as the sheets of a workbook."""
    return [
        Sheet("Work process schedule", SCHEDULE, schedule_rows(plan)),
        Sheet("Related instruction outline", OUTLINE, outline_rows(plan)),
        Sheet("Credit granted", CREDIT, credit_rows(plan)),
        Sheet("Wage progress", WAGES, wage_rows()),
        Sheet("Terms and agreement", TERMS, term_rows(plan)),
    ]


def about_plan(plan: PlanRow, *, partnership_name: str, is_sample: bool, now: datetime) -> dict[str, str]:
    """Say where the rows of a plan's workbook come from."""
    sample = {"Sample": "The names, courses and numbers in this file are invented."} if is_sample else {}
    return sample | {
        "Plan": plan.settings.title,
        "Partnership": partnership_name,
        "Status": status_words(plan),
        "Chosen for": f"{OBJECTIVE_WORDS[plan.settings.objective]}; {limits_words(plan)}",
        "Coverage": f"Match run {plan.run_id} and courses linked by staff"
        if plan.run_id
        else "Courses linked by staff",
        "Hours": "Clock hours as the catalogs state them; where a catalog states credits only, 15 hours a credit.",
        "Occupation": occupation_words(plan),
        "Written": say.clock(now),
    }


def occupation_words(plan: PlanRow) -> str:
    """Name the occupation with its codes and hours."""
    row = plan.occupation
    codes = [f"O*NET {row.onet_code}" if row.onet_code else "", f"RAPIDS {row.rapids_code}" if row.rapids_code else ""]
    facts = [*filter(None, codes), APPROACHES[row.approach], _total_words(plan)]
    return f"{row.title} ({'; '.join(facts)})"


def _total_words(plan: PlanRow) -> str:
    row = plan.occupation
    return (
        f"{say.hours(row.ojl_minutes)} on the job + {say.hours(row.ri_minutes)} of related instruction = "
        f"{say.hours(row.ojl_minutes + row.ri_minutes)}"
    )


def limits_words(plan: PlanRow) -> str:
    """Say which limits the choice kept to."""
    settings = plan.settings
    words = ["evenings, online and at the plant only"] if settings.evenings_only else []
    if settings.max_online_minutes is not None:
        words.append(f"at most {say.hours(settings.max_online_minutes)} online")
    if settings.max_plant_minutes is not None:
        words.append(f"at most {say.hours(settings.max_plant_minutes)} at the plant")
    if settings.max_per_competency is not None:
        words.append(f"at most {say.counted(settings.max_per_competency, 'course')} for one competency")
    return "; ".join(words) or "no limits"


def status_words(plan: PlanRow) -> str:
    """Say in one sentence how far a plan is."""
    if plan.worked_out_at is None:
        return "No courses are chosen yet."
    if plan.uncovered or plan.missing_minutes:
        parts = []
        if plan.uncovered:
            codes = ", ".join(code for code, _ in plan.uncovered)
            parts.append(f"{say.counted(len(plan.uncovered), 'competency', 'competencies')} without a course ({codes})")
        if plan.missing_minutes:
            parts.append(f"{say.hours(plan.missing_minutes)} of instruction missing")
        return f"Not complete: {' and '.join(parts)}. The courses listed are the best that can be reached."
    if plan.is_agreed:
        return "Complete; employer and workers agree."
    return "Complete: every competency is covered and the hours are reached. Not agreed by both sides yet."


def schedule_rows(plan: PlanRow) -> list[tuple[Cell, ...]]:
    """Return the work process schedule, one row a competency, then the totals."""
    rows: list[tuple[Cell, ...]] = [
        (
            process.title,
            each.code,
            each.title,
            hours_cell(each.ojl_minutes),
            hours_cell(each.ri_minutes),
            each.module,
            each.code in plan.mastered,
        )
        for process in plan.occupation.processes
        for each in process.competencies
    ]
    total = (hours_cell(plan.occupation.ojl_minutes), hours_cell(plan.occupation.ri_minutes))
    return [*rows, ("Total", "", "", *total, "", "")]


def outline_rows(plan: PlanRow) -> list[tuple[Cell, ...]]:
    """Return the related instruction outline, one row a course, then the total."""
    rows: list[tuple[Cell, ...]] = [
        (
            course.code,
            course.title,
            course.college_name,
            hours_cell(course.minutes),
            PLACE_WORDS[course.place],
            say.delivery(course.delivery),
            ", ".join(course.competency_codes),
            course.when_taken or BLANK,
            course.cost_cents / 100 if course.cost_cents is not None else None,
            course.miles,
        )
        for course in plan.courses
    ]
    cost = plan.known_cost_cents / 100 if plan.courses and not plan.n_unpriced else None
    miles = plan.known_miles if plan.courses and not plan.n_unmeasured else None
    return [*rows, ("Total", "", "", hours_cell(plan.minutes), "", "", "", "", cost, miles)]


def credit_rows(plan: PlanRow) -> list[tuple[Cell, ...]]:
    """Return what the apprentice has shown, its hours, and what of them is credited under the cap."""
    rows: list[tuple[Cell, ...]] = [
        (
            each.code,
            each.title,
            plan.mastered[each.code] or "not written down",
            hours_cell(each.ojl_minutes),
            hours_cell(each.ri_minutes),
        )
        for each in plan.occupation.competencies
        if each.code in plan.mastered
    ]
    cap = f"Credited, at most {plan.settings.credit_cap_percent} % of the hours"
    return [
        *rows,
        ("", "Hours of what was shown", "", hours_cell(plan.ojl_shown), hours_cell(plan.ri_shown)),
        ("", cap, "", hours_cell(plan.ojl_credit), hours_cell(plan.ri_credit)),
        ("", "Hours left", "", hours_cell(plan.ojl_needed), hours_cell(plan.ri_needed)),
    ]


def wage_rows() -> list[tuple[Cell, ...]]:
    """Return an empty table of wage steps: only the sponsor can fill it."""
    return [(step, BLANK, BLANK, BLANK) for step in range(1, N_WAGE_STEPS + 1)]


def term_rows(plan: PlanRow) -> list[tuple[Cell, ...]]:
    """Return the plan's terms and what both sides say."""
    settings = plan.settings
    return [
        ("Occupation", occupation_words(plan)),
        ("Source of the figures", plan.occupation.source or "not stated"),
        ("Employer", plan.firm_name or "pattern for the whole partnership"),
        ("Apprentices", settings.apprentices or BLANK),
        ("Begins", say.day(settings.starts_on) if settings.starts_on else BLANK),
        ("Term", settings.term or BLANK),
        ("Ratio of journeyworkers to apprentices", settings.ratio or BLANK),
        ("Probation", settings.probation or BLANK),
        ("Selection of apprentices", BLANK),
        ("For the employer", voice_words(plan.employer)),
        ("For the workers", voice_words(plan.workers)),
        ("Status", status_words(plan)),
    ]


def voice_words(voice: Voice) -> str:
    """Say what one side says, who says it, and when."""
    if voice.state == "open":
        return "not yet said"
    when = f", {say.day(voice.said_on)}" if voice.said_on else ""
    return f"{VOICE_WORDS[voice.state]}: {voice.name}{when}"


def printed_plan(plan: PlanRow, *, partnership_name: str, is_sample: bool, now: datetime) -> dict[str, Any]:
    """Return what the printed page reads."""
    return {
        "title": plan.settings.title,
        "subtitle": occupation_words(plan),
        "foot": f"{partnership_name} · plan {plan.id} · {say.day(now)}" + (" · invented sample" if is_sample else ""),
        "status": status_words(plan),
        "is_complete": plan.worked_out_at is not None and not plan.uncovered and not plan.missing_minutes,
        "uncovered": [{"code": code, "reason": reason} for code, reason in plan.uncovered],
        "chosen_for": f"{OBJECTIVE_WORDS[plan.settings.objective]}; {limits_words(plan)}.",
        "blank": BLANK,
        "schedule": [list(map(_text, row)) for row in schedule_rows(plan)],
        "outline": [list(map(_text, row)) for row in outline_rows(plan)],
        "needed": say.hours(plan.ri_needed),
        "cost": money_words(plan),
        "travel": travel_words(plan),
        "credit": [list(map(_text, row)) for row in credit_rows(plan)],
        "wages": [list(map(_text, row)) for row in wage_rows()],
        "terms": [list(map(_text, row)) for row in term_rows(plan)],
        "employer": voice_words(plan.employer),
        "workers": voice_words(plan.workers),
    }


def money_words(plan: PlanRow) -> str:
    """Say what the chosen courses cost as far as prices are known."""
    if plan.n_unpriced == len(plan.courses):
        return "prices not stated"
    at_least = (
        f"at least {say.dollars(plan.known_cost_cents)}; {say.counted(plan.n_unpriced, 'course')} without a price"
    )
    return at_least if plan.n_unpriced else say.dollars(plan.known_cost_cents)


def travel_words(plan: PlanRow) -> str:
    """Say how far people drive for the chosen courses as far as distances are known."""
    known = say.counted(plan.known_miles, "mile")
    if plan.n_unmeasured == len(plan.courses):
        return "distances not stated"
    return (
        f"at least {known}; {say.counted(plan.n_unmeasured, 'course')} without a distance"
        if plan.n_unmeasured
        else known
    )


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else ""
    if isinstance(cell, float):
        return f"{cell:,.2f}".removesuffix(".00")
    return f"{cell:,}" if isinstance(cell, int) else "–" if cell is None else str(cell)
