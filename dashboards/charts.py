"""Draw the region's Plotly figures from plain rows. Plotly is imported where a figure is made: it is large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.figure_parts import (
    BARE_AXIS,
    COLOURS,
    SIGN_RADIUS,
    SIGNS,
    VALUE_AXIS,
    Figure,
    Part,
    add_key,
    axis_title,
    bars,
    colour,
    common_layout,
    empty_figure,
    half_sign,
    plain,
    row_name,
    share_axis,
    verdict_words,
)
from dashboards.region import AreaLoss, CollegeCounts, share_interval
from dashboards.wording import clipped, percent, wrapped
from review.records import CellRow, CourseLink, EditionNote, RunNeedRow

#: Pixels from one college to the next: its name and its numbers stand above the bar.
COLLEGE_PIXELS = 74
#: Characters of a row's name that a phone of 360 pixels shows in one line.
NAME_CHARACTERS = 44
#: Rows of the coverage figure; its table has all.
N_COVERAGE_ROWS = 30


def coverage_height(n_needs: int) -> int:
    """Return the height in pixels of a coverage figure with this many needs."""
    return n_needs * 34 + 150


def priorities_figure(needs: Sequence[RunNeedRow], *, share_at_place: Mapping[int, float]) -> Figure:
    """Draw each need's share of all priority with the span that its plausible places allow."""
    figure = empty_figure(n_rows=len(needs))
    figure.add_traces([_spans(needs, share_at_place=share_at_place), _sign_marks(needs)])
    halves = [half_sign(x=need.priority_share, y=row) for row, need in enumerate(needs) if need.verdict == "revise"]
    figure.update_layout(
        shapes=halves,
        annotations=[row_name(_need_name(need), row=row) for row, need in enumerate(needs)],
        xaxis=share_axis("Share of all priority"),
    )
    # A hairline leads from each name to its sign.
    figure.update_yaxes(showgrid=True, gridcolor=COLOURS["hairline"], tickvals=list(range(len(needs))))
    add_key(figure, ("covered", "revise", "gap"))
    return figure


def _need_name(need: RunNeedRow) -> str:
    return f"<b>{need.position}</b>  {plain(clipped(need.title, n_characters=NAME_CHARACTERS))}"


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
            f"{plain(need.title)}<br>{verdict_words(need.verdict)}<br>"
            f"{percent(need.priority_share)} of all priority{_places(need)}"
            for need in needs
        ],
        "hoverinfo": "text",
    }


def _places(need: RunNeedRow) -> str:
    if need.rank_low is None or need.rank_high is None:
        return ""
    return f"<br>Plausible places {need.rank_low} to {need.rank_high}"


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
        half_sign(x=column, y=row)
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
            "ticktext": ["<br>".join(map(plain, _name_lines(college))) for college in colleges],
            "range": [-0.5, len(colleges) - 0.5],
            **BARE_AXIS,
            "showticklabels": True,
        },
        yaxis={
            "tickvals": list(range(len(needs))),
            "ticktext": [f"<b>{need.position}</b> {'<br>'.join(_need_lines(need))}" for need in needs],
            "range": [len(needs) - 0.5, -0.5],
            **BARE_AXIS,
            "showticklabels": True,
        },
    )
    add_key(figure, ("match", "revise", "gap"), is_below=True)
    return figure


def _need_lines(need: RunNeedRow) -> list[str]:
    return [plain(line) for line in wrapped(need.title, n_characters=26, n_lines=2)]


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
    course = f"<br>{plain(best.course_code)} {plain(best.course_title)}" if best else ""
    return f"{plain(need.title)}<br>{plain(college.college_name)}{course}"


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
        "text": [f"{verdict_words(word)}<br>{texts[row][column]}" for row, column, word in places],
        "hoverinfo": "text",
    }


def losses_figure(losses: Sequence[AreaLoss]) -> Figure:
    """Draw how much priority each area loses: what nothing covers first, then what revisions could win."""
    figure = empty_figure(n_rows=len(losses))
    rows = list(range(len(losses)))
    for word, shares in (
        ("gap", [loss.gap_share for loss in losses]),
        ("revise", [loss.revise_share for loss in losses]),
    ):
        figure.add_trace(bars(word, values=shares, rows=rows, texts=[_loss_words(loss) for loss in losses]))
    figure.update_layout(
        barmode="stack",
        annotations=[row_name(_loss_name(loss), row=row) for row, loss in enumerate(losses)],
        xaxis=share_axis("Share of all priority"),
    )
    add_key(figure, ("gap", "revise"))
    return figure


def _loss_name(loss: AreaLoss) -> str:
    name = plain(clipped(loss.name, n_characters=NAME_CHARACTERS - 8))
    return f"{name}  <b>{percent(loss.lost_share)}</b>"


def _loss_words(loss: AreaLoss) -> str:
    return (
        f"{plain(loss.name)}<br>{SIGNS['gap']} {percent(loss.gap_share)} of all priority in gaps"
        f"<br>{SIGNS['revise']} {percent(loss.revise_share)} in needs whose courses need revision"
    )


def courses_figure(counts: Sequence[CollegeCounts]) -> Figure:
    """Draw how many courses of each college have which verdict, with the numbers written out above the bar."""
    figure = empty_figure(n_rows=len(counts), row_pixels=COLLEGE_PIXELS)
    rows = list(range(len(counts)))
    texts = [f"{plain(count.name)}<br>{_count_words(count, joint='<br>')}" for count in counts]
    for word in ("match", "revise", "unrelated", "unknown"):
        values = [count.n_by_verdict[word] for count in counts]
        figure.add_trace(bars(word, values=values, rows=rows, texts=texts))
    figure.update_layout(
        barmode="stack",
        annotations=[
            row_name(f"<b>{plain(clipped(count.name, n_characters=40))}</b><br>{_count_words(count)}", row=row, lines=2)
            for row, count in enumerate(counts)
        ],
        xaxis={**VALUE_AXIS, "title": axis_title("Courses"), "tickformat": ",d"},
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
