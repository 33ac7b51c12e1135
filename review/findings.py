"""Say what a run found, in a few sentences that a director can read out."""

from __future__ import annotations

from collections.abc import Sequence

from review.records import RunCourseRow, RunNeedRow
from review.wording import counted, listed, number_word

#: Needs named in one sentence; more are counted.
N_NAMED = 3


def findings(needs: Sequence[RunNeedRow], courses: Sequence[RunCourseRow]) -> list[str]:
    """Return up to five findings, the most important first."""
    top, label = _top(needs)
    found = [_uncovered(top, label=label), _blocked(top), _within_reach(top), _out_of_reach(top), _courses(courses)]
    return [sentence for sentence in found if sentence]


def _top(needs: Sequence[RunNeedRow]) -> tuple[list[RunNeedRow], str]:
    """Return the needs that the findings speak of: the critical ones, or all while nothing is ranked."""
    critical = [need for need in needs if need.tier == 1]
    return (critical, "critical ") if critical else (list(needs), "")


def _uncovered(needs: Sequence[RunNeedRow], *, label: str) -> str:
    n, n_without = len(needs), sum(need.verdict != "covered" for need in needs)
    course = "matching course that workers can take" if _blocked(needs) else "matching course"
    if n == 0:
        return ""
    if n == 1:
        return f"The one {label}need {'has no' if n_without else 'has a'} {course}."
    if n_without == 0:
        return f"{'Both' if n == 2 else f'All {number_word(n)}'} {label}needs have a {course}."
    if n_without == n:
        return f"None of the {number_word(n)} {label}needs has a {course}."
    verb = "has" if n_without == 1 else "have"
    return f"{number_word(n_without).capitalize()} of the {number_word(n)} {label}needs {verb} no {course}."


def _blocked(needs: Sequence[RunNeedRow]) -> str:
    """Name the needs whose matching courses workers cannot take as they asked: hours, delivery, credit."""
    blocked = [need for need in needs if need.n_match and need.verdict != "covered"]
    verb = "is" if len(blocked) == 1 else "are"
    return f"{_named(blocked)} {verb} taught, but not so that workers can take it as they asked." if blocked else ""


def _within_reach(needs: Sequence[RunNeedRow]) -> str:
    """Name the needs that a revision of an existing course would serve."""
    reachable = [need for need in needs if need.n_match == 0 and need.n_revise]
    verb = "is" if len(reachable) == 1 else "are"
    reach = f"{verb} within reach: a course on the subject exists and needs revision."
    return f"{_named(reachable)} {reach}" if reachable else ""


def _out_of_reach(needs: Sequence[RunNeedRow]) -> str:
    """Name the needs that no course comes near."""
    absent = [need for need in needs if need.n_match == 0 and need.n_revise == 0]
    return f"No course comes near {_named(absent)}." if absent else ""


def _named(needs: Sequence[RunNeedRow]) -> str:
    titles = [f"“{need.title}”" for need in needs[:N_NAMED]]
    n_more = len(needs) - len(titles)
    return listed([*titles, counted(n_more, "more need")] if n_more else titles)


def _courses(courses: Sequence[RunCourseRow]) -> str:
    n_match = sum(course.verdict == "match" for course in courses)
    n_revise = sum(course.verdict == "revise" for course in courses)
    unknown = [course for course in courses if course.verdict == "unknown"]
    n_foreign = sum("other_language" in course.own_reasons for course in unknown)
    n_thin = len(unknown) - n_foreign
    n = len(courses)
    sentence = f"Of {counted(n, 'course')}, {n_match:,} {'matches' if n_match == 1 else 'match'} and {n_revise:,} "
    sentence += "needs revision" if n_revise == 1 else "need revision"
    if n_thin:
        sentence += f"; {n_thin:,} {'says' if n_thin == 1 else 'say'} too little to be judged"
    if n_foreign:
        sentence += f"; {n_foreign:,} {'is' if n_foreign == 1 else 'are'} not described in English"
    return sentence + "."
