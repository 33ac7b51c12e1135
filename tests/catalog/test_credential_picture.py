"""The picture of a lattice: no two boxes touch, links run from left to right, long titles are cut."""

from __future__ import annotations

import re
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.credential_picture import BOX_HEIGHT, BOX_WIDTH, N_CHARACTERS, N_LINES, lattice_picture, wrapped
from catalog.lattice import layers

KEYS = "ABCDEFGH"
upward = st.sets(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)).filter(lambda edge: edge[0] < edge[1]), max_size=14
)


@settings(max_examples=50, deadline=None)
@given(upward)
def test_boxes_lie_apart_on_the_paper_and_links_run_to_the_right(edges: set[tuple[str, str]]) -> None:
    picture = lattice_picture(layers(KEYS, edges), edges, titles={key: key * 5 for key in KEYS})
    for box in picture.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + BOX_WIDTH <= picture.width
        assert box.y + BOX_HEIGHT <= picture.height
    for one, other in combinations(picture.boxes, 2):
        assert abs(one.x - other.x) >= BOX_WIDTH or abs(one.y - other.y) >= BOX_HEIGHT
    places = {box.key: box for box in picture.boxes}
    assert {line.edge for line in picture.lines} == edges
    for line in picture.lines:
        numbers = [int(number) for number in re.findall(r"-?\d+", line.path)]
        first, last = places[line.edge[0]], places[line.edge[1]]
        assert numbers[:2] == [first.x + BOX_WIDTH, first.y + BOX_HEIGHT // 2]
        assert numbers[-1] == last.y + BOX_HEIGHT // 2
        assert numbers[-2] <= last.x
        assert numbers[0] < numbers[-2]


def test_a_link_over_a_layer_does_not_run_through_the_box_there() -> None:
    edges = {("A", "B"), ("B", "C"), ("A", "C")}
    picture = lattice_picture([["A"], ["B"], ["C"]], edges, titles={"A": "A", "B": "B", "C": "C"})
    middle = next(box for box in picture.boxes if box.key == "B")
    around = next(line.path for line in picture.lines if line.edge == ("A", "C"))
    level = int(re.search(r"L\d+ (\d+)", around)[1])  # type: ignore[index]  # a link over a layer has a level part
    assert not middle.y <= level <= middle.y + BOX_HEIGHT


def test_the_same_lattice_is_drawn_the_same_way() -> None:
    edges = {("A", "C"), ("B", "C"), ("A", "D"), ("C", "E"), ("A", "E")}
    titles = {key: key for key in "ABCDE"}
    first = lattice_picture(layers("ABCDE", edges), sorted(edges), titles=titles)
    assert lattice_picture(layers("EDCBA", edges), sorted(edges, reverse=True), titles=titles) == first


def test_a_long_title_is_broken_and_cut() -> None:
    lines = wrapped("Production Technician: Manufacturing Processes and Production for Everyone")
    assert len(lines) == N_LINES
    assert all(len(line) <= N_CHARACTERS for line in lines)
    assert lines[-1].endswith("…")
    assert wrapped("") == ("–",)


def test_no_credentials_make_an_empty_picture() -> None:
    assert lattice_picture([], [], titles={}).width == 0
