"""What a regional report says in words."""

from __future__ import annotations

import pytest
from report_rows import COLLEGES, course, link, need, report

from dashboards.findings import chart_titles, headline, region_findings
from dashboards.region import RegionReport, narrowed


def texts(shown: RegionReport) -> list[str]:
    """Return the three findings' sentences."""
    return [finding.text for finding in region_findings(shown)]


def test_three_of_five_critical_needs_without_a_matching_course_are_counted() -> None:
    verdicts = ("covered", "revise", "gap", "covered", "gap")
    needs = [need(f"A{place}", verdict=verdict, share=0.2) for place, verdict in enumerate(verdicts)]
    low = need("Z9", verdict="gap", tier=4, share=0.0)
    first = region_findings(report(*needs, low))[0]
    assert first.text == "Three of the five critical needs have no matching course."
    assert first.detail == (
        "One has a course that would serve after a revision; "
        "two are not taught anywhere in the region: Need A2 and Need A4."
    )


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (("covered",), "The one critical need has a matching course."),
        (("gap",), "The one critical need has no matching course."),
        (("covered", "covered"), "Both critical needs have a matching course."),
        (("gap", "revise"), "Neither of the two critical needs has a matching course."),
        (("gap", "gap", "gap"), "None of the three critical needs has a matching course."),
        (("covered", "gap", "covered"), "One of the three critical needs has no matching course."),
    ],
)
def test_the_first_finding_is_good_english_for_any_count(verdicts: tuple[str, ...], said: str) -> None:
    needs = [need(f"A{place}", verdict=verdict) for place, verdict in enumerate(verdicts)]
    assert texts(report(*needs))[0] == said


def test_the_best_tier_in_view_is_spoken_of_when_no_need_is_critical() -> None:
    assert texts(report(need("A", tier=2), need("B", tier=3)))[0].startswith("The one high-priority need has no")


def test_lost_priority_adds_up_what_gaps_and_revisions_hold() -> None:
    shown = report(
        need("A", verdict="covered", share=0.5),
        need("B", verdict="revise", share=0.3),
        need("C", verdict="gap", share=0.2),
    )
    second = region_findings(shown)[1]
    # 0.3 + 0.2 = 50 %
    assert second.text == "50\u00a0% of the employers’ priority rests on needs without a matching course."
    assert second.detail == "Revising courses could win 30\u00a0%; 20\u00a0% needs new courses."


def test_a_narrowed_report_speaks_of_shares_within_its_area() -> None:
    whole = report(
        need("A", verdict="covered", share=0.5, area="Welding"),
        need("B", verdict="covered", share=0.3),
        need("C", verdict="gap", share=0.2),
    )
    second = region_findings(narrowed(whole, area="Automation"))[1]
    # 0.2 / (0.3 + 0.2) = 40 %
    assert second.text.startswith("40\u00a0% of the priority that employers give to Automation rests on")


def test_nothing_lost_is_said_plainly() -> None:
    assert (
        texts(report(need("A", verdict="covered")))[1] == "All of the employers’ priority is met by matching courses."
    )


def test_the_first_step_is_the_most_wanted_need_that_one_revision_would_cover() -> None:
    shown = report(
        need("A", verdict="gap"),
        need("B", verdict="revise", best=link()),
        need("C", verdict="revise", best=link(code="MEC 200")),
    )
    third = region_findings(shown)[2]
    assert third.text == "Begin by revising MEC 130 at Test Valley College: it nearly covers “Need B”."
    assert third.detail.endswith("One more need is as near.")
    assert third.need_code == "B"


def test_without_anything_to_revise_the_first_step_is_the_most_wanted_gap() -> None:
    third = region_findings(report(need("A", verdict="covered"), need("B", verdict="gap")))[2]
    assert third.text == "Begin with “Need B”: nobody teaches anything near it."


def test_seen_from_one_college_the_first_step_names_that_colleges_course() -> None:
    elsewhere = link("match", college=COLLEGES[1], code="WRK 010")
    whole = report(
        need("A", verdict="covered", best=elsewhere),
        cells={("A", "NFC"): "match", ("A", "TVC"): "revise"},
        best_courses={("A", "NFC"): elsewhere, ("A", "TVC"): link()},
    )
    third = region_findings(narrowed(whole, college_code="TVC"))[2]
    assert third.text == "Begin by revising MEC 130: it nearly covers “Need A”."


def test_where_everything_is_covered_the_overlap_is_named() -> None:
    assert texts(report(need("A", verdict="covered")))[2] == "Every need is covered; “Need A” most often, by 1 course."


def test_without_a_ranking_no_sentence_speaks_of_what_employers_want() -> None:
    shown = report(need("A", tier=None), need("B", tier=None, verdict="revise", best=link()), n_employers=None)
    said = " ".join([*texts(shown), *(finding.detail for finding in region_findings(shown))])
    said += " ".join(vars(chart_titles(shown)).values())
    assert "employers" not in said
    assert "wanted" not in said
    assert "priority" not in said


def test_chart_titles_are_findings() -> None:
    shown = report(
        need("A", verdict="covered", share=0.5),
        need("B", verdict="revise", share=0.3, area="Welding"),
        need("C", verdict="gap", share=0.2),
        cells={("A", "TVC"): "match", ("B", "NFC"): "revise"},
        courses=[course("1", verdict="match"), course("2", verdict="revise"), course("3", verdict="revise")],
    )
    titles = chart_titles(shown)
    assert titles.priorities == "One of the three needs is covered"
    assert titles.coverage == "One of 3 needs is taught nowhere; Test Valley College matches most (1)"
    assert titles.losses == "Welding loses most: 30\u00a0% of all priority has no matching course"
    assert titles.courses == "Of 3 courses, 1 matches a top need and 2 need revision"


def test_a_title_of_three_hundred_characters_does_not_fill_a_finding() -> None:
    shown = report(need("A", title="long " * 60))
    assert max(len(text) for text in texts(shown)) < 160


def test_the_headline_counts_covered_needs_of_what_is_in_view() -> None:
    whole = report(
        need("A", verdict="covered", area="Welding"), need("B", verdict="gap"), cells={("A", "TVC"): "match"}
    )
    assert headline(whole) == "The region covers 1 of 2 needs"
    assert headline(narrowed(whole, area="Automation")) == "The region covers 0 of 1 need in Automation"
    assert headline(narrowed(whole, college_code="TVC")) == "Test Valley College covers 1 of 2 needs"
