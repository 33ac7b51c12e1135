"""Say in words what a regional plan chooses and why, and lay it out as rows for files."""

from __future__ import annotations

from base.tables import Sheet
from dashboards.wording import percent
from review.regional_plan import Change, RegionalPlan
from review.wording import counted, listed, number_word

#: Less than this share of all priority is said as “nearly nothing”.
HARDLY_ANY = 0.0005


def plan_heading(plan: RegionalPlan) -> str:
    """Return the finding that stands over the page."""
    if not plan.changes:
        return "Nothing can be won within this capacity" if plan.open_share else "Every need is covered already"
    new, revised = len(plan.changes) - plan.n_revisions, plan.n_revisions
    parts = [counted(revised, "revision")] if revised else []
    parts += [counted(new, "new course")] if new else []
    verb = "wins" if len(plan.changes) == 1 else "win"
    return f"{listed(parts)} {verb} {percent(plan.won_share)} of the employers’ priority"


def plan_lead(plan: RegionalPlan) -> str:
    """Say what is open in all and what remains."""
    rest = plan.open_share - plan.won_share
    words = f"{percent(plan.open_share)} of the priority rests on needs that nothing covers. "
    if not plan.changes:
        return words
    words += f"These {number_word(len(plan.changes))} changes" if len(plan.changes) > 1 else "This change"
    words += f" {'take' if len(plan.changes) > 1 else 'takes'} about {counted(plan.hours, 'staff hour')}"
    return f"{words}; {percent(rest)} stays open." if rest > HARDLY_ANY else f"{words}; nothing stays open."


def change_title(change: Change) -> str:
    """Name what is to be done."""
    if change.course is None:
        return f"A new course for “{change.needs[0].title}”"
    return f"{change.course.course_code} {change.course.course_title}, {change.course.college_name}"


def why_chosen(change: Change) -> str:
    """Say why a change is in the plan: what it serves, and what the plan would lose without it."""
    served = listed([f"“{need.title}” ({percent(need.priority_share)})" for need in change.needs])
    if change.lost_without_share <= HARDLY_ANY:
        return f"Serves {served}. Without it, other changes within the same capacity would win as much."
    lost = percent(change.lost_without_share)
    return f"Serves {served}. Without it, the best other plan within the same capacity wins {lost} less."


def instead(change: Change) -> str:
    """Name the courses of other colleges that could serve the same needs; empty when there are none."""
    names = [f"{course.course_code} ({course.college_name})" for course in change.alternatives[:3]]
    n_more = len(change.alternatives) - len(names)
    return listed([*names, counted(n_more, "more course")] if n_more else names)


def curve_words(plan: RegionalPlan) -> str:
    """Return the finding that stands over the curve."""
    unit = "staff hours" if plan.curve_unit == "hours" else "changes"
    last = plan.curve[-1]
    if last.won_share >= plan.open_share - HARDLY_ANY:
        return f"{last.size:,} {unit} would win everything that is open ({percent(plan.open_share)})"
    return f"{last.size:,} {unit} would win {percent(last.won_share)}"


def plan_sheets(plan: RegionalPlan) -> list[Sheet]:
    """Return the plan and its curve as sheets; every number stands in its own cell."""
    changes = [
        [
            "new course" if change.course is None else "revision",
            change.course.college_code if change.course else None,
            change.course.college_name if change.course else None,
            change.course.course_code if change.course else None,
            change.course.course_title if change.course else None,
            " | ".join(need.code for need in change.needs),
            " | ".join(need.title for need in change.needs),
            " | ".join(text for texts in change.additions.values() for text in texts),
            change.hours,
            round(change.won_share, 6),
            round(change.lost_without_share, 6),
            instead(change) or None,
        ]
        for change in plan.changes
    ]
    columns = (
        "change", "college", "college_name", "course", "course_title", "needs", "need_titles", "outcomes_to_add",
        "staff_hours", "priority_won", "priority_lost_without_it", "other_colleges",
    )  # fmt: skip
    curve = [[point.size, round(point.won_share, 6)] for point in plan.curve]
    unit = "staff_hours" if plan.curve_unit == "hours" else "changes"
    return [Sheet("Plan", columns, changes), Sheet("Capacity", (unit, "priority_won"), curve)]
