"""Draw what other capacities would win than the one that a regional plan was made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.figure_parts import COLOURS, axis_title, common_layout, share_axis
from dashboards.wording import percent
from review.regional_plan import RegionalPlan

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

CURVE_PIXELS = 360


def curve_figure(plan: RegionalPlan, *, size: int) -> Figure:
    """Draw the priority that the best plan of each size wins; `size` is the one that was asked for."""
    from plotly import graph_objects

    unit = "staff hours" if plan.curve_unit == "hours" else "changes"
    sizes = [point.size for point in plan.curve]
    shares = [point.won_share for point in plan.curve]
    figure = graph_objects.Figure()
    figure.add_trace(
        {
            "type": "scatter",
            "x": sizes,
            "y": shares,
            "mode": "lines+markers",
            "line": {"color": COLOURS["accent"], "width": 2},
            "marker": {"size": 7, "color": COLOURS["accent"]},
            "hovertext": [
                f"{n:,} {unit}: {percent(share)} of all priority" for n, share in zip(sizes, shares, strict=True)
            ],
            "hoverinfo": "text",
        }
    )
    asked = {"x0": size, "x1": size, "xref": "x", "y0": 0, "y1": 1, "yref": "paper", "type": "line"}
    everything = {
        "x0": 0,
        "x1": 1,
        "xref": "paper",
        "y0": plan.open_share,
        "y1": plan.open_share,
        "yref": "y",
        "type": "line",
    }
    figure.update_layout(
        **common_layout(height=CURVE_PIXELS),
        shapes=[
            {**asked, "line": {"color": COLOURS["ink-soft"], "width": 1, "dash": "dot"}},
            {**everything, "line": {"color": COLOURS["hairline-strong"], "width": 1}},
        ],
        annotations=[
            _note("this plan", x=size, y=1, xref="x", yref="paper", xanchor="left", xshift=6),
            _note(
                "everything that is open", x=1, y=plan.open_share, xref="paper", yref="y", xanchor="right", yshift=10
            ),
        ],
        xaxis={
            "title": axis_title(unit.capitalize()),
            "rangemode": "tozero",
            "gridcolor": COLOURS["hairline"],
            "fixedrange": True,
            "tickformat": ",d",
        },
        yaxis={**share_axis("Share of all priority"), "range": [0, 1.15 * max(plan.open_share, 0.01)]},
    )
    figure.update_layout(margin={"l": 72, "r": 16, "t": 24, "b": 56})
    return figure


def _note(words: str, **place: object) -> dict[str, object]:
    return {"text": words, "showarrow": False, "font": {"size": 13, "color": COLOURS["ink-soft"]}, **place}
