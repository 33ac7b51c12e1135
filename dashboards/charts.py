"""Draw every Plotly figure of Skillshed from plain rows. Plotly is imported where a figure is made: it is large.

All figures follow the same rules. A row's name stands above its bar, so that long names need no width and a phone shows
the same figure as a wall. A verdict is a shape and a word before it is a colour: filled ● covered, half ◐ needs
revision, hollow ○ gap. Nothing moves, nothing zooms, and the page gives the type and the ground.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, TypeAlias

from dashboards.region import AreaLoss, CollegeCounts, share_interval
from dashboards.wording import clipped, percent, wrapped
from review.records import CellRow, CourseLink, EditionNote, RunNeedRow
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
COLLEGE_PIXELS = 74
#: Characters of a row's name that a phone of 360 pixels shows in one line.
NAME_CHARACTERS = 44
#: Rows of the coverage figure; its table has all.
N_COVERAGE_ROWS = 30
#: Half of a verdict's round sign, in pixels.
SIGN_RADIUS = 6.5


def colour(word: str) -> str:
    """Return the colour of a verdict."""
    return COLOURS[COLOUR_OF.get(word, word)]


def rows_height(n_rows: int, *, row_pixels: int = ROW_PIXELS) -> int:
    """Return the height in pixels of a figure with this many rows, so that a page can keep its place free."""
    return n_rows * row_pixels + 108


def coverage_height(n_needs: int) -> int:
    """Return the height in pixels of a coverage figure with this many needs."""
    return n_needs * 34 + 150


def priorities_figure(needs: Sequence[RunNeedRow], *, share_at_place: Mapping[int, float]) -> Figure:
    """Draw each need's share of all priority with the span that its plausible places allow."""
    figure = _empty_figure(n_rows=len(needs))
    figure.add_traces([_spans(needs, share_at_place=share_at_place), _sign_marks(needs)])
    halves = [_half(x=need.priority_share, y=row) for row, need in enumerate(needs) if need.verdict == "revise"]
    figure.update_layout(
        shapes=halves,
        annotations=[_row_name(_need_name(need), row=row) for row, need in enumerate(needs)],
        xaxis=share_axis("Share of all priority"),
    )
    # A hairline leads from each name to its sign.
    figure.update_yaxes(showgrid=True, gridcolor=COLOURS["hairline"], tickvals=list(range(len(needs))))
    _add_key(figure, ("covered", "revise", "gap"))
    return figure


def _need_name(need: RunNeedRow) -> str:
    return f"<b>{need.position}</b>  {_plain(clipped(need.title, n_characters=NAME_CHARACTERS))}"


def _spans(needs: Sequence[RunNeedRow], *, share_at_place: Mapping[int, float]) -> Part:
    """Draw the spans as one line with breaks."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row, need in enumerate(needs):
        span = share_interval(need, share_at_place=share_at_place)
        if span:
            x += [*span, None]
            y += [row, row, None]
    line = {"color": COLOURS["ink-soft"], "width": 2}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _sign_marks(needs: Sequence[RunNeedRow]) -> Part:
    filled = [need.verdict == "covered" for need in needs]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [need.priority_share for need in needs],
        "y": list(range(len(needs))),
        "marker": {
            "size": 2 * SIGN_RADIUS,
            "color": [colour("covered") if is_filled else COLOURS["paper"] for is_filled in filled],
            "line": {"width": 2, "color": [colour(need.verdict) for need in needs]},
            "opacity": 1,
        },
        "text": [
            f"{_plain(need.title)}<br>{_verdict_words(need.verdict)}<br>"
            f"{percent(need.priority_share)} of all priority{_places(need)}"
            for need in needs
        ],
        "hoverinfo": "text",
    }


def _places(need: RunNeedRow) -> str:
    if need.rank_low is None or need.rank_high is None:
        return ""
    return f"<br>Plausible places {need.rank_low} to {need.rank_high}"


def _half(*, x: float, y: float) -> Part:
    """Fill the left half of a round sign at a point of the figure."""
    return {**_half_path(), "xref": "x", "yref": "y", "xanchor": x, "yanchor": y}


def _half_path(*, right: float = 0.0, up: float = 0.0) -> Part:
    """Draw a filled left half, moved by pixels; curves, because a path of a figure knows no arcs."""
    r, bend, x, y = SIGN_RADIUS, SIGN_RADIUS * 0.5523, right, up
    path = (
        f"M{x},{y + r} C{x - bend},{y + r} {x - r},{y + bend} {x - r},{y} "
        f"C{x - r},{y - bend} {x - bend},{y - r} {x},{y - r} Z"
    )
    sizes = {"xsizemode": "pixel", "ysizemode": "pixel"}
    return {"type": "path", "path": path, **sizes, "fillcolor": colour("revise"), "line": {"width": 0}}


def _ring(word: str, *, right: float, up: float) -> Part:
    """Draw a verdict's round sign, filled or hollow, moved by pixels."""
    r = SIGN_RADIUS - 1
    fill = colour(word) if word in {"match", "covered"} else COLOURS["paper"]
    box = {"x0": right - r, "x1": right + r, "y0": up - r, "y1": up + r, "xsizemode": "pixel", "ysizemode": "pixel"}
    return {"type": "circle", **box, "fillcolor": fill, "line": {"width": 2, "color": colour(word)}}


def coverage_figure(
    needs: Sequence[RunNeedRow],
    colleges: Sequence[EditionNote],
    cells: Mapping[tuple[str, str], CellRow],
    best_courses: Mapping[tuple[str, str], CourseLink],
) -> Figure:
    """Draw need × college as a table of signs on grounds that differ in brightness, not in colour alone."""
    from plotly import graph_objects

    verdicts = [[_cell_word(need, college, cells) for college in colleges] for need in needs]
    figure = graph_objects.Figure()
    figure.add_trace(_cell_grounds(verdicts))
    texts = [[_cell_text(need, college, best_courses) for college in colleges] for need in needs]
    figure.add_trace(_cell_signs(verdicts, texts=texts))
    halves = [
        _half(x=column, y=row)
        for row, words in enumerate(verdicts)
        for column, word in enumerate(words)
        if word == "revise"
    ]
    figure.update_layout(
        **common_layout(height=coverage_height(len(needs))),
        shapes=halves,
        xaxis={
            "side": "top",
            "tickvals": list(range(len(colleges))),
            "ticktext": ["<br>".join(map(_plain, _name_lines(college))) for college in colleges],
            "range": [-0.5, len(colleges) - 0.5],
            **_BARE_AXIS,
            "showticklabels": True,
        },
        yaxis={
            "tickvals": list(range(len(needs))),
            "ticktext": [f"<b>{need.position}</b> {'<br>'.join(_need_lines(need))}" for need in needs],
            "range": [len(needs) - 0.5, -0.5],
            **_BARE_AXIS,
            "showticklabels": True,
        },
    )
    _add_key(figure, ("match", "revise", "gap"), is_below=True)
    return figure


def _need_lines(need: RunNeedRow) -> list[str]:
    return [_plain(line) for line in wrapped(need.title, n_characters=26, n_lines=2)]


def _name_lines(college: EditionNote) -> list[str]:
    return wrapped(college.college_name, n_characters=20, n_lines=2)


def _cell_word(need: RunNeedRow, college: EditionNote, cells: Mapping[tuple[str, str], CellRow]) -> str:
    cell = cells.get((need.code, college.college_code))
    return cell.verdict if cell else "gap"


#: Brightness falls from gap to match, so that the figure reads in greyscale.
GROUNDS = {"gap": "paper", "revise": "revise-tint", "match": "match"}


def _cell_grounds(verdicts: Sequence[Sequence[str]]) -> Part:
    steps = list(GROUNDS)
    scale: list[list[float | str]] = []
    for step, name in enumerate(GROUNDS.values()):
        scale += [[step / len(steps), COLOURS[name]], [(step + 1) / len(steps), COLOURS[name]]]
    return {
        "type": "heatmap",
        "z": [[steps.index(word) for word in words] for words in verdicts],
        "zmin": -0.5,
        "zmax": len(steps) - 0.5,
        "colorscale": scale,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "hoverinfo": "skip",
    }


def _cell_text(need: RunNeedRow, college: EditionNote, best_courses: Mapping[tuple[str, str], CourseLink]) -> str:
    best = best_courses.get((need.code, college.college_code))
    course = f"<br>{_plain(best.course_code)} {_plain(best.course_title)}" if best else ""
    return f"{_plain(need.title)}<br>{_plain(college.college_name)}{course}"


def _cell_signs(verdicts: Sequence[Sequence[str]], *, texts: Sequence[Sequence[str]]) -> Part:
    places = [(row, column, word) for row, words in enumerate(verdicts) for column, word in enumerate(words)]
    fill = {"match": COLOURS["paper"], "revise": COLOURS["revise-tint"], "gap": COLOURS["paper"]}
    line = {"match": COLOURS["paper"], "revise": colour("revise"), "gap": colour("gap")}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [column for _, column, _ in places],
        "y": [row for row, _, _ in places],
        "marker": {
            "size": 2 * SIGN_RADIUS,
            "color": [fill[word] for *_, word in places],
            "line": {"width": 2, "color": [line[word] for *_, word in places]},
            "opacity": 1,
        },
        "text": [f"{_verdict_words(word)}<br>{texts[row][column]}" for row, column, word in places],
        "hoverinfo": "text",
    }


def losses_figure(losses: Sequence[AreaLoss]) -> Figure:
    """Draw how much priority each area loses: what nothing covers first, then what revisions could win."""
    figure = _empty_figure(n_rows=len(losses))
    rows = list(range(len(losses)))
    for word, shares in (
        ("gap", [loss.gap_share for loss in losses]),
        ("revise", [loss.revise_share for loss in losses]),
    ):
        figure.add_trace(_bars(word, values=shares, rows=rows, texts=[_loss_words(loss) for loss in losses]))
    figure.update_layout(
        barmode="stack",
        annotations=[_row_name(_loss_name(loss), row=row) for row, loss in enumerate(losses)],
        xaxis=share_axis("Share of all priority"),
    )
    _add_key(figure, ("gap", "revise"))
    return figure


def _loss_name(loss: AreaLoss) -> str:
    name = _plain(clipped(loss.name, n_characters=NAME_CHARACTERS - 8))
    return f"{name}  <b>{percent(loss.lost_share)}</b>"


def _loss_words(loss: AreaLoss) -> str:
    return (
        f"{_plain(loss.name)}<br>{SIGNS['gap']} {percent(loss.gap_share)} of all priority in gaps"
        f"<br>{SIGNS['revise']} {percent(loss.revise_share)} in needs whose courses need revision"
    )


def courses_figure(counts: Sequence[CollegeCounts]) -> Figure:
    """Draw how many courses of each college have which verdict, with the numbers written out above the bar."""
    figure = _empty_figure(n_rows=len(counts), row_pixels=COLLEGE_PIXELS)
    rows = list(range(len(counts)))
    texts = [f"{_plain(count.name)}<br>{_count_words(count, joint='<br>')}" for count in counts]
    for word in ("match", "revise", "unrelated", "unknown"):
        values = [count.n_by_verdict[word] for count in counts]
        figure.add_trace(_bars(word, values=values, rows=rows, texts=texts))
    figure.update_layout(
        barmode="stack",
        annotations=[
            _row_name(
                f"<b>{_plain(clipped(count.name, n_characters=40))}</b><br>{_count_words(count)}", row=row, lines=2
            )
            for row, count in enumerate(counts)
        ],
        xaxis={**_VALUE_AXIS, "title": axis_title("Courses"), "tickformat": ",d"},
    )
    return figure


def _count_words(count: CollegeCounts, *, joint: str = "  ") -> str:
    if not count.n_courses:
        return "No catalog was compared"
    short = {"match": "match", "revise": "revise", "unrelated": "not related", "unknown": "unknown"}
    return joint.join(
        f'<span style="color:{colour(word)}">{SIGNS[word]} <b>{count.n_by_verdict[word]}</b> {said}</span>'
        for word, said in short.items()
        if count.n_by_verdict[word]
    )


def _bars(word: str, *, values: Sequence[float], rows: Sequence[int], texts: Sequence[str]) -> Part:
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


_BARE_AXIS: Part = {
    "showgrid": False,
    "zeroline": False,
    "showline": False,
    "ticks": "",
    "showticklabels": False,
    "fixedrange": True,
    "automargin": True,
}
_VALUE_AXIS: Part = {
    "showgrid": True,
    "gridcolor": COLOURS["hairline"],
    "zeroline": True,
    "zerolinecolor": COLOURS["hairline-strong"],
    "rangemode": "tozero",
    "fixedrange": True,
    "automargin": True,
    "nticks": 6,
}


def share_axis(title: str) -> Part:
    """Return an axis of shares, in percent."""
    return {**_VALUE_AXIS, "title": axis_title(title), "tickformat": ".1~%"}


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


def _empty_figure(*, n_rows: int, row_pixels: int = ROW_PIXELS) -> Figure:
    """Make a figure whose rows run downwards, each with room for its name above its bar."""
    from plotly import graph_objects

    figure = graph_objects.Figure()
    figure.update_layout(
        **common_layout(height=rows_height(n_rows, row_pixels=row_pixels)),
        yaxis={**_BARE_AXIS, "range": [n_rows - 0.5, -0.62]},
    )
    return figure


def _row_name(words: str, *, row: int, lines: int = 1) -> Part:
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


def _add_key(figure: Figure, words: Sequence[str], *, is_below: bool = False) -> None:
    """Name the signs in one line: above the figure from the left, or under it up to the right edge."""
    labels = [VERDICT_WORDS[word] for word in words]
    widths = [34 + 7.2 * len(label) for label in labels]
    edge, up = (1, -16) if is_below else (0, 16)
    right = SIGN_RADIUS - (sum(widths) if is_below else 0)
    place = {"xref": "paper", "yref": "paper", "xanchor": edge, "yanchor": 0 if is_below else 1}
    for word, label, width in zip(words, labels, widths, strict=True):
        figure.add_shape(**_ring(word, right=right, up=up), **place)
        if word == "revise":
            figure.add_shape(**_half_path(right=right, up=up), **place)
        words_place = {"xref": "paper", "x": edge, "xanchor": "left", "yref": "paper", "y": place["yanchor"]}
        shift = {"xshift": right + 8, "yshift": up, "yanchor": "middle", "showarrow": False}
        figure.add_annotation(text=label, **words_place, **shift, font={"color": colour(word)})
        right += width


def _verdict_words(word: str) -> str:
    return f"{SIGNS[word]} {VERDICT_WORDS[word]}"


def _plain(text: str) -> str:
    """Show somebody's text as text: the drawing library reads some tags."""
    return escape(text, quote=False)
