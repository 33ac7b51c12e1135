"""The figures, read back as the JSON that a page draws."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from report_rows import COLLEGES, course, link, need, report

from dashboards import charts, figure_parts
from dashboards.region import course_counts, losses, shares_at_places

ROOT = Path(__file__).resolve().parents[2]
NEEDS = (
    need("A", verdict="covered", share=0.5, position=1, span=(1, 2), title="Program PLCs"),
    need("B", verdict="revise", share=0.3, position=2, span=(1, 3), title="Weld <b>steel</b>", area="Welding"),
    need(
        "C", verdict="gap", share=0.2, position=3, span=(2, 3), title="A name of more than forty-four characters in all"
    ),
)
REPORT = report(
    *NEEDS,
    cells={("A", "TVC"): "match", ("B", "NFC"): "revise"},
    best_courses={("A", "TVC"): link("match")},
    courses=[course("1", verdict="match"), course("2"), course("3", college=COLLEGES[1], verdict="revise")],
)


def read(figure: Any) -> dict[str, Any]:
    """Return a figure as a page receives it."""
    read_back: dict[str, Any] = json.loads(figure.to_json())
    return read_back


def words(figure: dict[str, Any]) -> list[str]:
    """Return the texts that are written into a figure."""
    return [entry["text"] for entry in figure["layout"]["annotations"]]


def all_figures() -> list[dict[str, Any]]:
    """Draw everything once."""
    return [
        read(charts.priorities_figure(NEEDS, share_at_place=shares_at_places(NEEDS))),
        read(charts.coverage_figure(NEEDS, REPORT.colleges, REPORT.cells, REPORT.best_courses)),
        read(charts.losses_figure(losses(REPORT))),
        read(charts.courses_figure(course_counts(REPORT))),
    ]


def test_the_colours_are_those_of_the_pages() -> None:
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", tokens.split("dark-room")[0]))
    assert {name: light[name] for name in figure_parts.COLOURS} == figure_parts.COLOURS


def test_no_figure_fixes_its_width_or_zooms_and_all_leave_the_ground_to_the_page() -> None:
    for figure in all_figures():
        layout = figure["layout"]
        assert "width" not in layout
        assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
        assert layout["xaxis"]["fixedrange"]
        assert layout["yaxis"]["fixedrange"]
        assert "updatemenus" not in layout
        assert not layout["showlegend"]


def test_every_need_is_drawn_at_its_share_with_its_span() -> None:
    spans, marks = read(charts.priorities_figure(NEEDS, share_at_place=shares_at_places(NEEDS)))["data"]
    assert marks["x"] == [0.5, 0.3, 0.2]
    assert spans["x"] == [0.3, 0.5, None, 0.2, 0.5, None, 0.2, 0.3, None]
    assert spans["y"] == [0, 0, None, 1, 1, None, 2, 2, None]


def test_a_verdict_is_told_by_its_sign_and_not_by_colour_alone() -> None:
    figure = read(charts.priorities_figure(NEEDS, share_at_place={}))
    filled, half, hollow = figure["data"][1]["marker"]["color"]
    assert filled == figure_parts.COLOURS["match"]
    assert half == hollow == figure_parts.COLOURS["paper"]
    halves = [shape for shape in figure["layout"]["shapes"] if shape["type"] == "path" and shape["xref"] == "x"]
    assert [(shape["xanchor"], shape["yanchor"]) for shape in halves] == [(0.3, 1)]
    assert {"Covered", "Needs revision", "Gap"} <= set(words(figure))


def test_names_are_shown_as_text_and_fit_a_phone() -> None:
    names = words(read(charts.priorities_figure(NEEDS, share_at_place={})))[:3]
    assert names[1] == "<b>2</b>  Weld &lt;b&gt;steel&lt;/b&gt;"
    assert names[2] == "<b>3</b>  A name of more than forty-four characters…"


def test_the_coverage_figure_darkens_from_gap_to_match() -> None:
    figure = read(charts.coverage_figure(NEEDS, REPORT.colleges, REPORT.cells, REPORT.best_courses))
    grounds, signs = figure["data"]
    # Columns by the colleges' names: North Fork, Test Valley. 0 gap, 1 revise, 2 match.
    assert grounds["z"] == [[0, 2], [1, 0], [0, 0]]
    assert signs["text"][1] == "● Match<br>Program PLCs<br>Test Valley College<br>MEC 130 Fluid Power"
    brightness = [
        sum(int(figure_parts.COLOURS[name][at : at + 2], 16) for at in (1, 3, 5)) for name in charts.GROUNDS.values()
    ]
    gap, revise, match = brightness
    assert gap > revise > match


def test_losses_are_stacked_with_gaps_first() -> None:
    figure = read(charts.losses_figure(losses(REPORT)))
    gaps, revisions = figure["data"]
    assert (gaps["name"], gaps["x"]) == ("Gap", [0, 0.2])
    assert (revisions["name"], revisions["x"]) == ("Needs revision", [0.3, 0])
    assert words(figure)[0] == "Welding  <b>30\u00a0%</b>"


def test_the_courses_of_a_college_are_counted_in_words_above_its_bar() -> None:
    figure = read(charts.courses_figure(course_counts(REPORT)))
    assert [bar["x"] for bar in figure["data"]] == [[0, 1], [1, 0], [0, 1], [0, 0]]
    plain = [re.sub(r"<[^>]+>", " ", text) for text in words(figure)]
    assert " ".join(plain[0].split()) == "North Fork College ◐ 1 revise"
    assert " ".join(plain[1].split()) == "Test Valley College ● 1 match · 1 not related"


def test_sixty_needs_grow_downwards_and_never_closer_together() -> None:
    few, many = (figure_parts.rows_height(n) for n in (5, 20))
    assert many - few == 15 * figure_parts.ROW_PIXELS
