"""Narrowing a regional report down, and what it adds up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_rows import COLLEGES, course, link, need, report

from dashboards.region import course_counts, losses, narrowed, share_interval, shares_at_places

VERDICTS = st.sampled_from(("covered", "revise", "gap"))


def test_an_area_keeps_its_needs_only() -> None:
    whole = report(need("A"), need("B", area="Welding"), need("C", area=""))
    assert [each.code for each in narrowed(whole, area="Welding").needs] == ["B"]
    assert [each.code for each in narrowed(whole, area="No area").needs] == ["C"]


def test_unknown_names_keep_everything() -> None:
    whole = report(need("A"))
    assert narrowed(whole, area="Fishing", college_code="QQQ") == whole


def test_a_college_judges_every_need_by_its_own_courses() -> None:
    whole = report(
        need("A", verdict="covered"),
        need("B", verdict="revise"),
        cells={("A", "NFC"): "match", ("A", "TVC"): "revise", ("B", "NFC"): "revise"},
        best_courses={("A", "TVC"): link()},
    )
    a, b = narrowed(whole, college_code="TVC").needs
    assert (a.verdict, a.n_match, a.n_revise, a.best) == ("revise", 0, 1, link())
    assert (b.verdict, b.n_match, b.n_revise, b.best) == ("gap", 0, 0, None)


@given(st.lists(st.tuples(VERDICTS, st.floats(0, 1), st.sampled_from(("Welding", "Machining"))), max_size=12))
def test_losses_add_up_to_the_priority_of_needs_that_are_not_covered(drawn: list[tuple[str, float, str]]) -> None:
    needs = [
        need(f"N{place}", verdict=verdict, share=share, area=area) for place, (verdict, share, area) in enumerate(drawn)
    ]
    lost = sum(loss.lost_share for loss in losses(report(*needs)))
    assert lost == pytest.approx(sum(each.priority_share for each in needs if each.verdict != "covered"))


def test_the_largest_loss_comes_first_and_one_area_is_split_by_need() -> None:
    whole = report(
        need("A", share=0.1, area="Welding"),
        need("B", share=0.2, verdict="revise"),
        need("C", share=0.3),
    )
    assert [(loss.name, round(loss.lost_share, 9)) for loss in losses(whole)] == [("Automation", 0.5), ("Welding", 0.1)]
    inside = losses(narrowed(whole, area="Automation"))
    assert [(loss.name, loss.gap_share, loss.revise_share) for loss in inside] == [
        ("Need C", 0.3, 0),
        ("Need B", 0, 0.2),
    ]


def test_a_span_of_places_becomes_the_shares_of_these_places() -> None:
    needs = (
        need("A", share=0.5, position=1, span=(1, 2)),
        need("B", share=0.3, position=2, span=(1, 3)),
        need("C", share=0.2, position=3, span=(2, 3)),
    )
    at = shares_at_places(needs)
    assert at == {1: 0.5, 2: 0.3, 3: 0.2}
    assert [share_interval(each, share_at_place=at) for each in needs] == [(0.3, 0.5), (0.2, 0.5), (0.2, 0.3)]
    assert share_interval(need("D"), share_at_place=at) is None


def test_every_course_is_counted_once() -> None:
    whole = report(
        need("A"),
        courses=[
            course("1", verdict="match"),
            course("2", verdict="unknown"),
            course("3", college=COLLEGES[1], verdict="revise"),
        ],
    )
    by_code = {count.code: count for count in course_counts(whole)}
    assert by_code["TVC"].n_by_verdict == {"match": 1, "revise": 0, "unrelated": 0, "unknown": 1}
    assert [by_code[code].n_courses for code in ("TVC", "NFC")] == [2, 1]
