"""Hold what all figures are made of: colours, signs, axes, names of rows, bars and the key.

A row's name stands above its bar, so that long names need no width and a phone shows the same figure as a wall. A
verdict is a shape and a word before it is a colour: filled ● covered, half ◐ needs revision, hollow ○ gap. Nothing
moves, nothing zooms, and the page gives the type and the ground.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, TypeAlias

from review.wording import VERDICT_WORDS

Figure: TypeAlias = Any
Part: TypeAlias = dict[str, Any]

#: The colours of static/css/tokens.css by their names there; a test keeps both the same.
COLOURS = {
    "accent": "#285a84",
    "ink": "#1c2126",
    "ink-soft": "#4d545b",
    "paper": "#fbfaf6",
    "hairline": "#dcd8cd",
    "hairline-strong": "#b9b4a6",
    "match": "#1f6a45",
    "match-tint": "#e4f0e7",
    "revise": "#87500a",
    "revise-tint": "#faeed8",
    "gap": "#9c3224",
    "gap-tint": "#f8e7e2",
    "unrelated": "#5a6067",
    "unrelated-tint": "#eeede8",
    "unknown": "#5a6067",
    "unknown-tint": "#eeede8",
}
#: The sign of every verdict.
SIGNS = {"match": "●", "covered": "●", "revise": "◐", "gap": "○", "unrelated": "·", "unknown": "?"}
COLOUR_OF = {"match": "match", "covered": "match", "revise": "revise", "gap": "gap"}

#: Pixels from one row to the next, with one line of words above the bar.
ROW_PIXELS = 46
#: Half of a verdict's round sign, in pixels.
SIGN_RADIUS = 6.5


BARE_AXIS: Part = {
    "showgrid": False,
    "zeroline": False,
    "showline": False,
    "ticks": "",
    "showticklabels": False,
    "fixedrange": True,
    "automargin": True,
}
VALUE_AXIS: Part = {
    "showgrid": True,
    "gridcolor": COLOURS["hairline"],
    "zeroline": True,
    "zerolinecolor": COLOURS["hairline-strong"],
    "rangemode": "tozero",
    "fixedrange": True,
    "automargin": True,
    "nticks": 6,
}


def colour(word: str) -> str:
    """Return the colour of a verdict."""
    return COLOURS[COLOUR_OF.get(word, word)]


def rows_height(n_rows: int, *, row_pixels: int = ROW_PIXELS) -> int:
    """Return the height in pixels of a figure with this many rows, so that a page can keep its place free."""
    return n_rows * row_pixels + 108


def half_sign(*, x: float, y: float) -> Part:
    """Fill the left half of a round sign at a point of the figure."""
    return {**half_path(), "xref": "x", "yref": "y", "xanchor": x, "yanchor": y}


def half_path(*, right: float = 0.0, up: float = 0.0) -> Part:
    """Draw a filled left half, moved by pixels; curves, because a path of a figure knows no arcs."""
    r, bend, x, y = SIGN_RADIUS, SIGN_RADIUS * 0.5523, right, up
    path = (
        f"M{x},{y + r} C{x - bend},{y + r} {x - r},{y + bend} {x - r},{y} "
        f"C{x - r},{y - bend} {x - bend},{y - r} {x},{y - r} Z"
    )
    sizes = {"xsizemode": "pixel", "ysizemode": "pixel"}
    return {"type": "path", "path": path, **sizes, "fillcolor": colour("revise"), "line": {"width": 0}}


def ring(word: str, *, right: float, up: float) -> Part:
    """Draw a verdict's round sign, filled or hollow, moved by pixels."""
    r = SIGN_RADIUS - 1
    fill = colour(word) if word in {"match", "covered"} else COLOURS["paper"]
    box = {"x0": right - r, "x1": right + r, "y0": up - r, "y1": up + r, "xsizemode": "pixel", "ysizemode": "pixel"}
    return {"type": "circle", **box, "fillcolor": fill, "line": {"width": 2, "color": colour(word)}}


def bars(word: str, *, values: Sequence[float], rows: Sequence[int], texts: Sequence[str]) -> Part:
    """Make one verdict's bars: filled for a match, hatched for a revision, hollow for a gap."""
    marker: Part = {"color": colour(word), "line": {"width": 1.5, "color": colour(word)}}
    if word == "revise":
        pattern = {
            "shape": "/",
            "size": 6,
            "solidity": 0.45,
            "fgcolor": colour(word),
            "bgcolor": COLOURS["revise-tint"],
        }
        marker["pattern"] = {**pattern, "fillmode": "replace"}
    if word in {"gap", "unrelated", "unknown"}:
        marker["color"] = COLOURS["gap-tint" if word == "gap" else f"{word}-tint"]
    if word == "unrelated":
        marker["line"] = {"width": 1, "color": COLOURS["hairline-strong"]}
    if word == "unknown":
        marker["pattern"] = {"shape": ".", "size": 5, "solidity": 0.3, "fgcolor": colour(word), "fillmode": "overlay"}
    return {
        "type": "bar",
        "orientation": "h",
        "x": list(values),
        "y": list(rows),
        "width": 0.4,
        "offset": 0.0,
        "marker": marker,
        "name": VERDICT_WORDS[word],
        "hovertext": list(texts),
        "hoverinfo": "text",
    }


def share_axis(title: str) -> Part:
    """Return an axis of shares, in percent."""
    return {**VALUE_AXIS, "title": axis_title(title), "tickformat": ".1~%"}


def axis_title(words: str) -> Part:
    """Return what stands beside an axis."""
    return {"text": words, "standoff": 8, "font": {"size": 13, "color": COLOURS["ink-soft"]}}


def common_layout(*, height: int) -> Part:
    """Return what all figures have in common."""
    return {
        "height": height,
        "margin": {"l": 4, "r": 12, "t": 36, "b": 32},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": COLOURS["ink"], "font": {"color": COLOURS["paper"]}, "align": "left"},
        "template": {},
    }


def empty_figure(*, n_rows: int, row_pixels: int = ROW_PIXELS) -> Figure:
    """Make a figure whose rows run downwards, each with room for its name above its bar."""
    from plotly import graph_objects

    figure = graph_objects.Figure()
    figure.update_layout(
        **common_layout(height=rows_height(n_rows, row_pixels=row_pixels)),
        yaxis={**BARE_AXIS, "range": [n_rows - 0.5, -0.62]},
    )
    return figure


def row_name(words: str, *, row: int, lines: int = 1) -> Part:
    """Write a row's name above its bar, at the left edge of the figure."""
    return {
        "text": words,
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "yref": "y",
        "y": row - (0.06 if lines > 1 else 0.15),
        "yanchor": "bottom",
        "align": "left",
        "showarrow": False,
        "borderpad": 0,
    }


def add_key(figure: Figure, words: Sequence[str], *, is_below: bool = False) -> None:
    """Name the signs in one line: above the figure from the left, or under it up to the right edge."""
    labels = [VERDICT_WORDS[word] for word in words]
    widths = [34 + 7.2 * len(label) for label in labels]
    edge, up = (1, -16) if is_below else (0, 16)
    right = SIGN_RADIUS - (sum(widths) if is_below else 0)
    place = {"xref": "paper", "yref": "paper", "xanchor": edge, "yanchor": 0 if is_below else 1}
    for word, label, width in zip(words, labels, widths, strict=True):
        figure.add_shape(**ring(word, right=right, up=up), **place)
        if word == "revise":
            figure.add_shape(**half_path(right=right, up=up), **place)
        words_place = {"xref": "paper", "x": edge, "xanchor": "left", "yref": "paper", "y": place["yanchor"]}
        shift = {"xshift": right + 8, "yshift": up, "yanchor": "middle", "showarrow": False}
        figure.add_annotation(text=label, **words_place, **shift, font={"color": colour(word)})
        right += width


def verdict_words(word: str) -> str:
    """Say a verdict with its sign before it."""
    return f"{SIGNS[word]} {VERDICT_WORDS[word]}"


def plain(text: str) -> str:
    """Show somebody's text as text: the drawing library reads some tags."""
    return escape(text, quote=False)
