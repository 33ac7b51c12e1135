"""Settle verdicts: reviewers' decisions laid over the matcher's, then needs and courses by the matcher's own rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import cast

from matching import Course, CourseVerdict, Need, NeedVerdict, PairVerdict
from matching.records import PairWord
from matching.verdicts import course_verdict, deciding_needs, need_verdict, order_of
from review.records import SettledPair

#: Verdicts that relate a course to a need.
RELATED = ("match", "revise")


def _as_decided(pair: SettledPair) -> PairVerdict:
    """Put a settled pair into the form that the matcher's rules read."""
    return PairVerdict(
        need=pair.need_code,
        college=pair.college_code,
        course=pair.course_code,
        verdict=cast(PairWord, pair.verdict),
        score=pair.score,
        covered=(),
        missing=(),
        evidence=(),
        nearest=(),
        reasons=pair.reasons,
    )


def best_first(pairs: Iterable[SettledPair]) -> list[SettledPair]:
    """Sort the pairs of one need by verdict, then by score, then by codes."""
    return sorted(pairs, key=lambda pair: order_of(_as_decided(pair)))


def related(pairs: Iterable[SettledPair]) -> list[SettledPair]:
    """Keep the pairs of one need that match or need revision, best first."""
    return best_first(pair for pair in pairs if pair.verdict in RELATED)


def settled_need(need_code: str, pairs: Sequence[SettledPair]) -> NeedVerdict:
    """Judge a need by the settled pairs of all its courses."""
    courses = {
        (pair.college_code, pair.course_code): Course(
            code=pair.course_code, title="", college=pair.college_code, is_noncredit=pair.is_noncredit
        )
        for pair in pairs
    }
    return need_verdict(Need(code=need_code, title=""), map(_as_decided, pairs), courses=courses)


def counted_needs(tiers: Mapping[str, int | None]) -> Collection[str]:
    """Return the needs that a course is judged by: those in the upper tiers, or all while nothing is ranked."""
    return deciding_needs([Need(code=code, title="", tier=tier) for code, tier in tiers.items()])


def settled_course(
    course: Course,
    pairs: Sequence[SettledPair],
    *,
    counted: Collection[str],
    is_thin: bool,
    reasons: Iterable[str] = (),
) -> CourseVerdict:
    """Judge a course by its settled pairs; thin text is unknown until a reviewer says what the course serves."""
    return course_verdict(
        course,
        map(_as_decided, pairs),
        deciding=counted,
        is_thin=is_thin and not any(pair.verdict in RELATED for pair in pairs),
        reasons=reasons,
    )
