"""Say in words what a regional report shows: three findings, and the title of every chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.region import RegionReport, course_counts, losses
from dashboards.wording import clipped, percent, sentence
from review.records import CourseLink, RunNeedRow
from review.wording import counted, listed, number_word

#: Tiers in words, as they stand before "needs".
TIER_WORDS = {1: "critical", 2: "high-priority", 3: "medium-priority", 4: "low-priority"}
#: The most wanted needs that a chart draws; its table has all.
N_CHART_NEEDS = 20


@dataclass(frozen=True)
class Finding:
    """One thing that a regional report shows, in words."""

    text: str
    detail: str
    #: Which chart shows it: "priorities", "coverage", "losses" or "courses".
    chart: str
    #: The need that it is about; empty when it is about several.
    need_code: str = ""


@dataclass(frozen=True)
class ChartTitles:
    """The finding that stands over each chart."""

    priorities: str
    coverage: str
    losses: str
    courses: str


def region_findings(report: RegionReport) -> tuple[Finding, Finding, Finding]:
    """Return the three things to say first: the top needs, the lost priority, and where to begin."""
    return _top_needs_finding(report), _loss_finding(report), _first_step_finding(report)


def chart_titles(report: RegionReport) -> ChartTitles:
    """Return the finding that each chart shows."""
    return ChartTitles(
        priorities=_priorities_title(report),
        coverage=_coverage_title(report),
        losses=_losses_title(report),
        courses=_courses_title(report),
    )


def _short(title: str) -> str:
    """Keep a long title from filling a whole sentence."""
    return clipped(title, n_characters=80)


def _where(report: RegionReport) -> str:
    """Name the college that a narrowed report is about, to stand behind a course."""
    return f" at {report.college_name}" if report.college_code else ""


def _with_verdict(needs: Sequence[RunNeedRow], *verdicts: str) -> list[RunNeedRow]:
    return [need for need in needs if need.verdict in verdicts]


def _top_needs(report: RegionReport) -> tuple[list[RunNeedRow], str]:
    """Return the needs of the best tier in view and what to call them; all needs while nothing is ranked."""
    tiers = [need.tier for need in report.needs if need.tier is not None]
    if not tiers or not report.is_ranked:
        return list(report.needs), "needs"
    return [need for need in report.needs if need.tier == min(tiers)], f"{TIER_WORDS[min(tiers)]} needs"


def _top_needs_finding(report: RegionReport) -> Finding:
    needs, name = _top_needs(report)
    return Finding(
        _top_needs_text(report, needs=needs, name=name), _top_needs_detail(report, needs=needs), "priorities"
    )


def _top_needs_text(report: RegionReport, *, needs: Sequence[RunNeedRow], name: str) -> str:
    n_open, where = len(_with_verdict(needs, "revise", "gap")), _where(report)
    course = "matching course that workers can take" if _blocked(needs) else "matching course"
    if len(needs) == 1:
        return f"The one {name.removesuffix('s')} has {'no' if n_open else 'a'} {course}{where}."
    if n_open == 0:
        both = "Both" if len(needs) == 2 else f"All {number_word(len(needs))}"
        return f"{both} {name} have a {course}{where}."
    if n_open == len(needs) == 2:
        return f"Neither of the two {name} has a {course}{where}."
    if n_open == len(needs):
        return f"None of the {number_word(len(needs))} {name} has a {course}{where}."
    verb = "has" if n_open == 1 else "have"
    return sentence(f"{number_word(n_open)} of the {number_word(len(needs))} {name} {verb} no {course}{where}.")


def _blocked(needs: Sequence[RunNeedRow]) -> list[RunNeedRow]:
    """Return the needs whose matching courses workers cannot take as they asked: hours, delivery, credit."""
    return [need for need in needs if need.n_match and need.verdict != "covered"]


def _top_needs_detail(report: RegionReport, *, needs: Sequence[RunNeedRow]) -> str:
    blocked = _blocked(needs)
    revise = [need for need in _with_verdict(needs, "revise") if need not in blocked]
    gaps = [need for need in _with_verdict(needs, "gap") if need not in blocked]
    parts = []
    if blocked:
        verb = "is" if len(blocked) == 1 else "are"
        parts.append(f"{number_word(len(blocked))} {verb} taught, but not as workers asked to take it")
    if revise:
        verb = "has" if len(revise) == 1 else "have"
        parts.append(f"{number_word(len(revise))} {verb} a course that would serve after a revision")
    if gaps:
        taught = f"not taught{_where(report)}" if report.college_code else "not taught anywhere in the region"
        names = f": {listed([_short(need.title) for need in gaps[:3]])}" if len(gaps) <= 3 else ""
        parts.append(f"{number_word(len(gaps))} {'is' if len(gaps) == 1 else 'are'} {taught}{names}")
    return sentence("; ".join(parts) + ".") if parts else "The evidence stands beside every verdict."


def _whole(report: RegionReport) -> str:
    """Name what the shares of a finding are shares of."""
    if not report.is_ranked:
        return f"the needs in {report.area}" if report.area else "the needs"
    return f"the priority that employers give to {report.area}" if report.area else "the employers’ priority"


def _loss_finding(report: RegionReport) -> Finding:
    total = sum(need.priority_share for need in report.needs) or 1.0
    revise = sum(need.priority_share for need in _with_verdict(report.needs, "revise")) / total
    gap = sum(need.priority_share for need in _with_verdict(report.needs, "gap")) / total
    if revise + gap == 0:
        return Finding(f"All of {_whole(report)} is met by matching courses.", "Nothing is lost.", "losses")
    text = f"{percent(revise + gap)} of {_whole(report)} rests on needs without a matching course{_where(report)}."
    if not report.is_ranked:
        text = f"{percent(revise + gap)} of {_whole(report)} have no matching course{_where(report)}."
    return Finding(text, f"{_loss_detail(revise=revise, gap=gap)} {_largest_loss(report)}".strip(), "losses")


def _loss_detail(*, revise: float, gap: float) -> str:
    if gap == 0:
        return "All of it could be won by revising courses."
    if revise == 0:
        return "All of it needs new courses."
    return f"Revising courses could win {percent(revise)}; {percent(gap)} needs new courses."


def _largest_loss(report: RegionReport) -> str:
    found = losses(report)
    if len(report.areas) < 2 or len(found) < 2:
        return ""
    return f"{found[0].name} loses most, {found[1].name} comes next."


def _first_step_finding(report: RegionReport) -> Finding:
    """Name the most wanted need that one revision would cover; else the most wanted gap; else where courses overlap."""
    nearly = [(need, need.best) for need in _with_verdict(report.needs, "revise") if need.best]
    gaps = _with_verdict(report.needs, "gap")
    if nearly:
        return _revision_finding(report, need=nearly[0][0], best=nearly[0][1], n_more=len(nearly) - 1)
    if gaps:
        need = gaps[0]
        text = f"Begin with “{_short(need.title)}”: nobody{_where(report)} teaches anything near it."
        return Finding(text, "No course is close enough to revise, so this needs a new one.", "coverage", need.code)
    return _overlap_finding(report)


def _revision_finding(report: RegionReport, *, need: RunNeedRow, best: CourseLink, n_more: int) -> Finding:
    at = "" if report.college_code else f" at {best.college_name}"
    text = f"Begin by revising {best.course_code}{at}: it nearly covers “{_short(need.title)}”."
    more = (
        f" {sentence(number_word(n_more))} more {'need is' if n_more == 1 else 'needs are'} as near." if n_more else ""
    )
    ranked = "the most wanted need" if report.is_ranked else "the first need on the list"
    detail = f"{best.course_code} is {best.course_title}; this is {ranked} that one revision could cover.{more}"
    return Finding(text, detail, "coverage", need.code)


def _overlap_finding(report: RegionReport) -> Finding:
    need = max(report.needs, key=lambda each: each.n_match)
    text = f"Every need is covered; “{_short(need.title)}” most often, by {counted(need.n_match, 'course')}."
    return Finding(text, "Colleges that teach the same could agree on who goes deeper.", "coverage", need.code)


def _priorities_title(report: RegionReport) -> str:
    top = report.needs[:N_CHART_NEEDS]
    n_covered = len(_with_verdict(top, "covered"))
    name = "most wanted needs" if report.is_ranked else "first needs of the list"
    if len(top) == len(report.needs):
        name = f"needs in {report.area}" if report.area else "needs"
    if len(top) == 1:
        return f"“{_short(top[0].title)}” is {'covered' if n_covered else 'not covered'}{_where(report)}"
    if n_covered == 0:
        return f"None of the {number_word(len(top))} {name} is covered{_where(report)}"
    if n_covered == len(top):
        return f"All {number_word(len(top))} {name} are covered{_where(report)}"
    verb = "is" if n_covered == 1 else "are"
    return f"{sentence(number_word(n_covered))} of the {number_word(len(top))} {name} {verb} covered{_where(report)}"


def _coverage_title(report: RegionReport) -> str:
    n_needs = len(report.needs)
    n_matched = {
        college.college_name: sum(
            report.cell_verdict(need_code=need.code, college=college) == "match" for need in report.needs
        )
        for college in report.colleges
    }
    if not n_matched:
        return "No catalog was compared"
    name, most = max(n_matched.items(), key=lambda entry: entry[1])
    if most == 0:
        return f"No course matches any of the {counted(n_needs, 'need')}"
    if len(n_matched) == 1:
        return f"{name} matches {most} of {counted(n_needs, 'need')}"
    n_nowhere = len(_with_verdict(report.needs, "gap"))
    if n_nowhere == 0:
        return f"{name} matches most: {most} of {counted(n_needs, 'need')}"
    verb = "is" if n_nowhere == 1 else "are"
    nowhere = f"{sentence(number_word(n_nowhere))} of {counted(n_needs, 'need')} {verb} taught nowhere"
    return f"{nowhere}; {name} matches most ({most})"


def _losses_title(report: RegionReport) -> str:
    found = losses(report)
    if not found:
        return "No priority is lost: every need has a matching course"
    lost = f"{percent(found[0].lost_share)} of all {'priority' if report.is_ranked else 'needs'}"
    if len(report.areas) < 2:
        return f"“{_short(found[0].name)}” weighs most among what is not covered: {lost}"
    return f"{found[0].name} loses most: {lost} has no matching course"


def _courses_title(report: RegionReport) -> str:
    counts = course_counts(report)
    n_courses = sum(count.n_courses for count in counts)
    n_match = sum(count.n_by_verdict["match"] for count in counts)
    n_revise = sum(count.n_by_verdict["revise"] for count in counts)
    match = f"{n_match:,} {'matches' if n_match == 1 else 'match'}"
    revise = f"{n_revise:,} {'needs' if n_revise == 1 else 'need'} revision"
    top = "a top need" if report.is_ranked else "a need"
    return f"Of {counted(n_courses, 'course')}, {match} {top} and {revise}"


def headline(report: RegionReport) -> str:
    """Answer in one line what the dashboard is asked: how many needs are covered."""
    who = report.college_name or "The region"
    n_covered = len(_with_verdict(report.needs, "covered"))
    inside = f" in {report.area}" if report.area else ""
    return f"{who} covers {n_covered} of {counted(len(report.needs), 'need')}{inside}"
