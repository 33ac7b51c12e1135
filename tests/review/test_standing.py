"""What holds on a verdict after everything that reviewers said, by hand and as laws."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from review.standing import Word, standing

LEE, SAM, KIM = 1, 2, 3
NAMES = {LEE: "Lee", SAM: "Sam", KIM: "Kim"}
VERDICTS = ("match", "revise", "unrelated")


def said(number: int, person_id: int, verdict: str, **more: object) -> Word:
    """Write one decision."""
    return Word(id=number, person_id=person_id, name=NAMES[person_id], verdict=verdict, **more)  # type: ignore[arg-type]  # the tests name real fields


def test_nobody_spoke_so_the_matcher_holds() -> None:
    found = standing([], matcher_verdict="revise")
    assert (found.verdict, found.is_decided, found.is_disputed) == ("revise", False, False)


def test_a_person_who_thinks_again_disputes_nothing() -> None:
    found = standing([said(1, LEE, "match"), said(2, LEE, "revise")], matcher_verdict="unrelated")
    assert (found.verdict, found.is_decided) == ("revise", True)


def test_two_who_differ_leave_the_matchers_verdict_standing() -> None:
    words = [said(1, LEE, "match"), said(2, SAM, "unrelated")]
    for order in (words, words[::-1]):
        found = standing(order, matcher_verdict="revise")
        assert (found.verdict, found.is_decided, found.is_disputed) == ("revise", False, True)
    assert standing(words, matcher_verdict="revise").names_by_verdict == {"match": ("Lee",), "unrelated": ("Sam",)}


def test_one_who_concedes_ends_the_dispute() -> None:
    words = [said(1, LEE, "match"), said(2, SAM, "revise"), said(3, LEE, "revise")]
    found = standing(words, matcher_verdict="match")
    assert (found.verdict, found.is_decided) == ("revise", True)
    taken_back = [*words[:2], said(3, SAM, "match", kind="undo", undoes_id=2)]
    assert standing(taken_back, matcher_verdict="unrelated").verdict == "match"


def test_a_settlement_replaces_what_both_sides_said_until_somebody_speaks_again() -> None:
    words = [said(1, LEE, "match"), said(2, SAM, "unrelated"), said(3, KIM, "revise", kind="settlement")]
    assert standing(words, matcher_verdict="match").verdict == "revise"
    assert standing(words, matcher_verdict="match").is_decided
    again = [*words, said(4, LEE, "match")]
    assert standing(again, matcher_verdict="match").is_disputed


def test_a_settlement_that_is_taken_back_leaves_the_dispute_as_it_was() -> None:
    words = [
        said(1, LEE, "match"),
        said(2, SAM, "unrelated"),
        said(3, KIM, "revise", kind="settlement"),
        said(4, KIM, "match", kind="undo", undoes_id=3),
    ]
    assert standing(words, matcher_verdict="revise") == standing(words[:2], matcher_verdict="revise")


WORDS = st.lists(st.tuples(st.sampled_from([LEE, SAM, KIM]), st.sampled_from(VERDICTS)), min_size=1, max_size=8)


@given(spoken=WORDS, matcher=st.sampled_from(VERDICTS))
def test_taking_the_last_word_back_restores_what_held_before(spoken: list[tuple[int, str]], matcher: str) -> None:
    words = [said(number, person, verdict) for number, (person, verdict) in enumerate(spoken, start=1)]
    undo = said(len(words) + 1, words[-1].person_id, matcher, kind="undo", undoes_id=words[-1].id)
    after = standing([*words, undo], matcher_verdict=matcher)
    before = standing(words[:-1], matcher_verdict=matcher)
    assert (after.verdict, after.is_disputed, set(after.words)) == (
        before.verdict,
        before.is_disputed,
        set(before.words),
    )


@given(spoken=WORDS, matcher=st.sampled_from(VERDICTS))
def test_everybody_counts_once_and_a_verdict_is_the_matchers_or_everybodys(
    spoken: list[tuple[int, str]], matcher: str
) -> None:
    words = [said(number, person, verdict) for number, (person, verdict) in enumerate(spoken, start=1)]
    found = standing(words, matcher_verdict=matcher)
    assert {word.person_id for word in found.words} == {person for person, _ in spoken}
    assert len(found.words) == len({person for person, _ in spoken})
    assert found.verdict == matcher or all(word.verdict == found.verdict for word in found.words)
