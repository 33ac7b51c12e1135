"""What the wall says after the reveal, page by page."""

from __future__ import annotations

import pytest
from report_rows import ranked

from dashboards.results import NeedCoverage
from dashboards.wall import WallPage, coverage_words, disputed_words, wall_pages
from survey.before_after import MovedNeed
from survey.queries import BeforeAfter, DisputedNeed, PublishedRanking, RankedNeed

NOTE = "The top 5 stays the same whichever single employer is left out."


def ranking(*needs: RankedNeed, voices: dict[str, tuple[tuple[str, int], ...]] | None = None) -> PublishedRanking:
    """Return a published ranking of twelve employers."""
    return PublishedRanking(2, 12, 12, 0, 0.4, needs, voices or {}, (NOTE,))


def headings(pages: tuple[WallPage, ...]) -> list[str]:
    """Return what stands over each page."""
    return [page.heading for page in pages]


@pytest.mark.parametrize(
    ("high", "low", "said"),
    [
        (1 / 2, 1 / 3, "Half of the room puts “PLCs” among its top needs; for a third it comes last or is not needed."),
        (
            2 / 3,
            1 / 4,
            "Two thirds of the room put “PLCs” among its top needs; for a quarter it comes last or is not needed.",
        ),
        (
            0.0,
            1 / 2,
            "Hardly anyone puts “PLCs” among its top needs; for half it comes last or is not needed.",
        ),
        (None, None, "The room is split over “PLCs”."),
    ],
)
def test_a_split_is_said_in_plain_words(high: float | None, low: float | None, said: str) -> None:
    assert disputed_words(DisputedNeed("PL-1", "PLCs", high, low)) == said


def test_the_room_talks_first_about_what_it_disagrees_on() -> None:
    needs = (ranked("A", tier=1), ranked("B", tier=2))
    pages = wall_pages(ranking(*needs), disputed=[DisputedNeed("B", "Need B", None, None)])
    assert headings(pages) == [
        "Where we disagree",
        "Critical: what the room needs most",
        "High priority",
        "How firm is this ranking?",
    ]
    assert pages[0].statements == ("The room is split over “Need B”.",)
    assert pages[-1].statements == ("The room agrees somewhat (Kendall’s W 0.40).", NOTE)


def test_what_a_new_round_moved_stands_before_the_ranking() -> None:
    moved = BeforeAfter(1, 2, 12, 11, (MovedNeed("B", "Need B", 3, 1), MovedNeed("A", "Need A", 1, 1)))
    page = wall_pages(ranking(ranked("A", tier=1)), disputed=(), moved=moved)[1]
    assert page.heading == "What moved from round 1 to round 2"
    assert page.statements == ("“Need B” went up 2 places, to place 1.",)
    still = BeforeAfter(1, 2, 12, 11, (MovedNeed("A", "Need A", 1, 1),))
    page = wall_pages(ranking(ranked("A", tier=1)), disputed=(), moved=still)[1]
    assert page.statements == ("Every need kept its place.",)


def test_voices_stand_side_by_side_each_in_its_own_order() -> None:
    needs = (ranked("A", tier=1, position=1), ranked("B", tier=1, position=2))
    pages = wall_pages(ranking(*needs, voices={"union": (("B", 1), ("A", 2))}), disputed=())
    (page,) = [page for page in pages if page.kind == "voices"]
    assert page.heading == "Employers and unions, side by side"
    assert [(column.name, column.places) for column in page.columns] == [
        ("Employers", ((1, "Need A"), (2, "Need B"))),
        ("Unions", ((1, "Need B"), (2, "Need A"))),
    ]


def test_many_sentences_on_how_firm_it_is_fill_several_pages() -> None:
    notes = tuple(f"{number} {'long words ' * 25}end." for number in range(4))
    pages = wall_pages(PublishedRanking(2, 12, 12, 0, 0.4, (), {}, notes), disputed=())
    firm = [page for page in pages if page.kind == "firmness"]
    assert len(firm) >= 4
    assert [line for page in firm for line in page.statements][1:] == list(notes)


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["covered", "gap", "covered"], "The colleges cover two of these three needs (run 4)."),
        (["gap", "revise"], "The colleges cover none of these two needs (run 4)."),
        (["covered"], "The colleges cover this need (run 4)."),
        (["gap"], "The colleges do not cover this need (run 4)."),
        ([], ""),
    ],
)
def test_how_many_of_a_page_are_covered_is_said_below_it(verdicts: list[str], said: str) -> None:
    assert coverage_words(verdicts, run_id=4) == said


@pytest.mark.parametrize(
    ("coverage", "said"),
    [
        (NeedCoverage("covered", 2, 1, 4), "at 2 of 4 colleges"),
        (NeedCoverage("revise", 0, 1, 1), "nearly, at 1 of 1 college"),
        (NeedCoverage("revise", 1, 0, 4), "nearly, at 1 of 4 colleges"),
        (NeedCoverage("gap", 0, 0, 4), "at no college"),
    ],
)
def test_the_colleges_behind_a_verdict_are_counted_in_its_sense(coverage: NeedCoverage, said: str) -> None:
    assert coverage.words == said
