"""Reviewers' decisions over the matcher's verdicts, and the needs and courses that follow from them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from region_builder import Region

from matching import Course
from review import queries
from review.records import SettledPair
from review.settling import best_first, counted_needs, settled_course, settled_need


def pair(verdict: str, **changes: object) -> SettledPair:
    """Write a settled pair of need N and course C of college TVC."""
    fields: dict[str, object] = {
        "need_code": "N",
        "college_code": "TVC",
        "course_code": "C",
        "matcher_verdict": verdict,
        "verdict": verdict,
        "score": 0.5,
        "reasons": (),
        "is_noncredit": False,
        "is_decided": False,
    }
    return SettledPair(**(fields | changes))  # type: ignore[arg-type]  # the tests name real fields


def test_one_match_covers_a_need() -> None:
    assert settled_need("N", [pair("revise"), pair("match", course_code="D")]).verdict == "covered"


def test_a_need_without_related_course_is_a_gap_nowhere_taught() -> None:
    found = settled_need("N", [pair("unrelated"), pair("unknown", course_code="D")])
    assert (found.verdict, found.kind) == ("gap", "nowhere")


def test_a_match_without_credit_leaves_a_gap_of_its_own_kind() -> None:
    found = settled_need("N", [pair("match", is_noncredit=True)])
    assert (found.verdict, found.kind) == ("gap", "only_noncredit")


def test_the_best_verdict_comes_first_and_the_score_decides_between_equals() -> None:
    order = best_first(
        [
            pair("revise", score=0.9),
            pair("match", score=0.1, course_code="D"),
            pair("match", score=0.2, course_code="E"),
        ]
    )
    assert [found.course_code for found in order] == ["E", "D", "C"]


@given(st.permutations([pair("match"), pair("revise", course_code="D"), pair("unknown", course_code="E")]))
def test_the_order_of_pairs_changes_nothing(pairs: list[SettledPair]) -> None:
    assert settled_need("N", pairs) == settled_need("N", sorted(pairs, key=lambda found: found.course_code))


def test_only_the_upper_tiers_judge_a_course_once_needs_are_ranked() -> None:
    assert counted_needs({"A": 1, "B": 2, "C": 3, "D": None}) == {"A", "B"}
    assert counted_needs({"A": None, "B": None}) == {"A", "B"}


def test_thin_text_is_unknown_until_a_reviewer_names_a_need() -> None:
    course = Course(code="C", title="Topics", college="TVC")
    unknown = settled_course(course, [pair("unknown")], counted={"N"}, is_thin=True)
    assert (unknown.verdict, unknown.need) == ("unknown", None)
    named = settled_course(course, [pair("match", matcher_verdict="unknown")], counted={"N"}, is_thin=True)
    assert (named.verdict, named.need) == ("match", "N")


def test_without_decisions_everything_is_settled_as_the_matcher_said(region: Region) -> None:
    run_id = region.done_run()
    with region.database.reading() as session:
        needs = queries.run_needs(session, run_id=run_id)
        courses = queries.run_courses(session, run_id=run_id)
    assert [need.verdict for need in needs] == [need.matcher_verdict for need in needs]
    assert [course.verdict for course in courses] == [course.matcher_verdict for course in courses]
    assert {need.code: need.kind for need in needs}["FO-1"] == "only_noncredit"
