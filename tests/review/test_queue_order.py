"""The order of the queue, recomputed by hand, and the text of a course cut at its quotes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.queue_order import is_weak, least_chance, need_changes, place
from review.queue_text import stretches
from review.records import EvidenceRow, SettledPair


def pair(course: str, verdict: str, score: float, **changes: object) -> SettledPair:
    """Write a pair of need N as the matcher left it."""
    fields: dict[str, object] = {
        "need_code": "N",
        "college_code": "TVC",
        "course_code": course,
        "matcher_verdict": verdict,
        "verdict": verdict,
        "score": score,
        "reasons": (),
        "is_noncredit": False,
        "is_decided": False,
    }
    return SettledPair(**(fields | changes))  # type: ignore[arg-type]  # the tests name real fields


def test_the_only_match_carries_the_need() -> None:
    pairs = [pair("A", "match", 0.9), pair("B", "revise", 0.4)]
    assert need_changes(pairs[0], pairs) == {"revise": "revise", "unrelated": "revise"}
    assert need_changes(pairs[1], pairs) == {}, "the need is covered whatever B is"


def test_with_two_matches_nothing_hangs_on_one_of_them() -> None:
    pairs = [pair("A", "match", 0.9), pair("B", "match", 0.6)]
    assert need_changes(pairs[0], pairs) == {}


def test_the_only_revision_can_cover_the_need_or_leave_a_gap() -> None:
    pairs = [pair("A", "revise", 0.4)]
    assert need_changes(pairs[0], pairs) == {"match": "covered", "unrelated": "gap"}


def test_chances_follow_from_the_score() -> None:
    everything = {"match": "covered", "unrelated": "gap"}
    assert least_chance(pair("A", "match", 0.9), changes=everything) == pytest.approx(1 - 0.9)
    assert least_chance(pair("A", "revise", 0.5), changes=everything) == pytest.approx((3 * 0.5 - 1) / 2)
    assert least_chance(pair("A", "revise", 0.2), changes=everything) == pytest.approx(1 - 3 * 0.2)
    assert least_chance(pair("A", "revise", 0.2), changes={"match": "covered"}) == 0.0
    assert least_chance(pair("A", "match", 0.4), changes={}) == 0.0
    assert least_chance(pair("A", "unrelated", 0.0), changes=everything) == 0.0


@given(related=st.floats(0, 1), share=st.floats(0, 1))
def test_the_chances_are_never_larger_than_the_true_ones(related: float, share: float) -> None:
    """The score is related × (1 + 2 × share) / 3, where share is the chance of a match among related pairs."""
    score = related * (1 + 2 * share) / 3
    unrelated, match = 1 - related, related * share
    revise = pair("A", "revise", score)
    assert least_chance(revise, changes={"match": "covered"}) <= match + 1e-9
    assert least_chance(revise, changes={"unrelated": "gap"}) <= unrelated + 1e-9
    assert least_chance(pair("A", "match", score), changes={"revise": "revise"}) <= 1 - match + 1e-9


def test_a_revision_that_is_more_likely_unrelated_is_weak() -> None:
    assert is_weak(pair("A", "revise", 0.16))
    assert not is_weak(pair("A", "revise", 0.17)), "1 - 3 × 0.17 is below an even chance"
    assert not is_weak(pair("A", "match", 0.1))


def test_tier_comes_before_place_and_place_before_what_hangs_on_it() -> None:
    alone = [pair("A", "revise", 0.2)]
    covered = [pair("A", "match", 0.99), pair("B", "match", 0.9)]
    critical_late = place(covered[0], covered, tier=1, position=9)
    high_early = place(alone[0], alone, tier=2, position=2)
    unranked = place(alone[0], alone, tier=None, position=1)
    critical_early = place(covered[1], covered, tier=1, position=3)
    order = sorted([unranked, high_early, critical_late, critical_early], key=lambda found: found.sort_key)
    assert order == [critical_early, critical_late, high_early, unranked]


def test_within_a_need_the_verdict_that_carries_it_comes_first_and_deciding_moves_nothing() -> None:
    pairs = [pair("A", "revise", 0.9), pair("B", "match", 0.4), pair("C", "revise", 0.2)]

    def order(found: list[SettledPair]) -> list[str]:
        places = [place(each, found, tier=1, position=1) for each in found]
        return [each.course_code for each in sorted(places, key=lambda each: each.sort_key)]

    assert order(pairs) == ["B", "A", "C"]
    decided = [replace(pairs[0], verdict="match", is_decided=True), replace(pairs[1], verdict="unrelated"), pairs[2]]
    assert order(decided) == order(pairs)


def quote(text: str, element: int, offset: int) -> EvidenceRow:
    """Write a quote."""
    return EvidenceRow(element=element, quote=text, field="description", item=None, offset=offset, score=0.5)


def test_a_sentence_that_proves_one_element_and_comes_near_another_is_marked_once() -> None:
    text = "Read schematics. Replace pumps. Clean up."
    found = stretches(
        text,
        evidence=[quote("Read schematics.", 0, 0)],
        nearest=[quote("Read schematics.", 2, 0), quote("Clean up.", 1, 32)],
    )
    assert [(each.text, each.proves, each.nears, each.ends) for each in found] == [
        ("Read schematics.", (0,), (2,), (0, 2)),
        (" Replace pumps. ", (), (), ()),
        ("Clean up.", (), (1,), (1,)),
    ]


def test_quotes_that_overlap_share_the_middle() -> None:
    found = stretches("abcdef", evidence=[quote("abcd", 0, 0), quote("cdef", 1, 2)], nearest=[])
    assert [(each.text, each.proves) for each in found] == [("ab", (0,)), ("cd", (0, 1)), ("ef", (1,))]


def test_a_quote_that_the_text_does_not_hold_marks_nothing() -> None:
    (only,) = stretches("Something else.", evidence=[quote("Not here.", 0, 0)], nearest=[])
    assert only.elements == ()


@given(
    text=st.text(min_size=0, max_size=40),
    cuts=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), max_size=5),
)
def test_the_stretches_joined_are_the_text(text: str, cuts: list[tuple[int, int]]) -> None:
    rows = [quote(text[at : at + n], number, at) for number, (at, n) in enumerate(cuts) if text[at : at + n]]
    assert "".join(each.text for each in stretches(text, evidence=rows, nearest=rows[::2])) == text
