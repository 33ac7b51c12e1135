"""Draw the verdicts of needs and courses from the verdicts of their pairs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from matching.reasons import BLOCKING
from matching.records import Course, CourseVerdict, Need, NeedVerdict, NeedWord, PairVerdict

CourseKey = tuple[str, str]
_ORDER = {"match": 0, "revise": 1, "unknown": 2, "unrelated": 3}
#: A need in one of these tiers decides what a course is worth.
UPPER_TIERS = (1, 2)


def order_of(pair: PairVerdict) -> tuple[int, float, str, str]:
    """Sort key: better verdict first, then score, then identity."""
    return (_ORDER[pair.verdict], -pair.score, pair.college, pair.course)


def need_verdict(need: Need, pairs: Iterable[PairVerdict], *, courses: Mapping[CourseKey, Course]) -> NeedVerdict:
    """Judge one need: covered by a match that workers can take, else revise, else a gap and its kind.

    The kind is empty for a covered need, “nowhere” for a gap without any related course, and otherwise says what
    keeps the matching courses from counting: “only_noncredit”, “hours_short”, “delivery_mismatch”,
    “credential_missing” or “not_offered”.
    """
    ranked = sorted((p for p in pairs if p.verdict in ("match", "revise")), key=order_of)
    obstacles = [(p, _obstacle(p, courses[p.college, p.course])) for p in ranked]
    kinds = [kind for p, kind in obstacles if p.verdict == "match" and kind]
    verdict: NeedWord = "gap"
    if any(p.verdict == "match" and not kind for p, kind in obstacles):
        verdict, kinds = "covered", [""]
    elif any(p.verdict == "revise" and not set(p.reasons) & {"not_offered"} for p in ranked):
        verdict, kinds = "revise", kinds or [""]
    elif not kinds:
        kinds = [kind for _, kind in obstacles if kind] or ["nowhere"]
    listed = tuple((p.college, p.course, p.verdict, p.score) for p in ranked)
    return NeedVerdict(need=need.code, verdict=verdict, kind=kinds[0], courses=listed)


def _obstacle(pair: PairVerdict, course: Course) -> str:
    for code in BLOCKING:
        if code in pair.reasons:
            return code
    return "only_noncredit" if course.is_noncredit else ""


def deciding_needs(needs: Sequence[Need]) -> frozenset[str]:
    """Return the codes of the needs in the upper tiers, or of all needs while nothing is ranked."""
    if all(need.tier is None for need in needs):
        return frozenset(need.code for need in needs)
    return frozenset(need.code for need in needs if need.tier in UPPER_TIERS)


def course_verdict(
    course: Course, pairs: Iterable[PairVerdict], *, deciding: Collection[str], is_thin: bool, reasons: Iterable[str]
) -> CourseVerdict:
    """Judge one course by its best need among the deciding ones; text that cannot be judged (`is_thin`) is unknown."""
    related = sorted(
        (p for p in pairs if p.verdict in ("match", "revise")), key=lambda p: (_ORDER[p.verdict], -p.score, p.need)
    )
    best = next((p for p in related if p.need in deciding), None)
    own = tuple(reasons)
    return CourseVerdict(
        college=course.college,
        course=course.code,
        verdict="unknown" if is_thin else best.verdict if best else "unrelated",
        need=best.need if best else None,
        needs=tuple(p.need for p in related),
        reasons=tuple(dict.fromkeys([*(best.reasons if best else ()), *own])),
    )
