"""Lay a lattice out as boxes and lines, layers from left to right. Plain geometry in whole pixels."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from catalog.lattice import Edge

#: Pixels: a box, the room between boxes of a layer and between layers, a line's own lane, the margin.
BOX_WIDTH, BOX_HEIGHT, GAP, LAYER_GAP, LANE, MARGIN = 176, 84, 20, 40, 14, 6
#: A title's lines, and characters of each, that a box holds.
N_LINES, N_CHARACTERS = 3, 22
N_SWEEPS = 6


@dataclass(frozen=True)
class Box:
    """A credential's place in the picture."""

    key: str
    x: int
    y: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A link's way from one box to the next, as an SVG path."""

    edge: Edge
    path: str


@dataclass(frozen=True)
class Picture:
    """Boxes and lines with the size of the paper."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def lattice_picture(layers: Sequence[Sequence[str]], edges: Collection[Edge], *, titles: Mapping[str, str]) -> Picture:
    """Lay layers out from left to right; a link over several layers gets a lane of its own between their boxes."""
    layer_of = {key: n for n, layer in enumerate(layers) for key in layer}
    inside = sorted(edge for edge in edges if edge[0] in layer_of and edge[1] in layer_of)
    ways = {edge: _way(edge, layer_of) for edge in inside}
    columns = [list(layer) for layer in layers]
    for way in ways.values():
        for stop in way[1:-1]:
            columns[_column(stop)].append(stop)
    _untangle(columns, [pair for way in ways.values() for pair in pairwise(way)])
    heights = [sum(_height(key) for key in column) + GAP * (len(column) - 1) for column in columns]
    middle: dict[str, int] = {}
    for column, height in zip(columns, heights, strict=True):
        y = MARGIN + (max(heights, default=0) - height) // 2
        for key in column:
            middle[key] = y + _height(key) // 2
            y += _height(key) + GAP
    boxes = tuple(
        Box(key, _left(layer_of[key]), middle[key] - BOX_HEIGHT // 2, wrapped(titles[key])) for key in sorted(layer_of)
    )
    lines = tuple(Line(edge, _path(way, middle, layer_of)) for edge, way in ways.items())
    return Picture(
        2 * MARGIN + len(layers) * (BOX_WIDTH + LAYER_GAP) - LAYER_GAP if layers else 0,
        2 * MARGIN + max(heights, default=0),
        boxes,
        lines,
    )


def wrapped(title: str) -> tuple[str, ...]:
    """Break a title into the lines of a box; a longer one ends with three dots."""
    return tuple(textwrap.wrap(title, N_CHARACTERS, max_lines=N_LINES, placeholder=" …") or ["–"])


def _way(edge: Edge, layer_of: Mapping[str, int]) -> list[str]:
    """Name the stops of a link: its ends and one lane in every layer between them."""
    first, last = edge
    lanes = [f"\n{n}\n{first}\n{last}" for n in range(layer_of[first] + 1, layer_of[last])]
    return [first, *lanes, last]


def _is_lane(stop: str) -> bool:
    return stop.startswith("\n")


def _column(lane: str) -> int:
    return int(lane.split("\n")[1])


def _height(stop: str) -> int:
    return LANE if _is_lane(stop) else BOX_HEIGHT


def _left(layer: int) -> int:
    return MARGIN + layer * (BOX_WIDTH + LAYER_GAP)


def _untangle(columns: list[list[str]], pairs: Sequence[Edge]) -> None:
    """Sort every layer by the mean place of its neighbours, there and back a few times (Sugiyama's sweeps)."""
    for sweep in range(N_SWEEPS):
        forwards = sweep % 2 == 0
        order = range(1, len(columns)) if forwards else range(len(columns) - 2, -1, -1)
        for n in order:
            fixed = {key: place for place, key in enumerate(columns[n - 1 if forwards else n + 1])}
            near = {
                key: [
                    fixed[a if forwards else b]
                    for a, b in pairs
                    if (b if forwards else a) == key and (a if forwards else b) in fixed
                ]
                for key in columns[n]
            }
            own = {key: place for place, key in enumerate(columns[n])}
            columns[n].sort(key=lambda key: (sum(near[key]) / len(near[key]) if near[key] else own[key], own[key]))


def _path(way: Sequence[str], middle: Mapping[str, int], layer_of: Mapping[str, int]) -> str:
    """Write a curve through the stops: level where it leaves and where it arrives."""
    x, y = _left(layer_of[way[0]]) + BOX_WIDTH, middle[way[0]]
    words = [f"M{x} {y}"]
    for stop in way[1:]:
        left, level = _left(_column(stop) if _is_lane(stop) else layer_of[stop]), middle[stop]
        end = left if _is_lane(stop) else left - 8  # room for the arrow's head
        words.append(f"C{x + LAYER_GAP // 2} {y} {left - LAYER_GAP // 2} {level} {end} {level}")
        if _is_lane(stop):
            words.append(f"L{left + BOX_WIDTH} {level}")
        x, y = left + BOX_WIDTH, level
    return " ".join(words)
