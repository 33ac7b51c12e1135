"""The lattice's rules: small cases by hand, laws, and every answer against trying all possibilities."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.lattice import (
    Group,
    Lattice,
    LatticeCircle,
    below,
    circle,
    entries,
    in_order,
    layers,
    longest_way,
    minutes_counted,
    minutes_left,
    refuse_circle,
    shortest_way,
    steps_left,
    things_left,
)

HOUR = 60
KEYS = "ABCDEF"
graphs = st.sets(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=12)
#: Edges from a letter to a later one only: never a circle.
upward = st.sets(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)).filter(lambda edge: edge[0] < edge[1]), max_size=10
)


def subsets(keys: str) -> list[set[str]]:
    return [set(found) for found in chain.from_iterable(combinations(keys, n) for n in range(len(keys) + 1))]


def test_a_circle_is_named_from_its_first_credential_on() -> None:
    edges = [("A", "B"), ("B", "C"), ("C", "A"), ("C", "D")]
    assert circle(edges) == ("A", "B", "C")
    with pytest.raises(LatticeCircle, match="Weld I stacks into B, B stacks into C, C is required by Weld I"):
        refuse_circle(edges, titles={"A": "Weld I"}, stacked={("A", "B"), ("B", "C")})


def test_a_credential_that_builds_on_itself_is_a_circle() -> None:
    assert circle([("A", "A")]) == ("A",)


@given(graphs)
def test_a_circle_is_found_exactly_when_not_everything_can_be_put_in_order(edges: set[tuple[str, str]]) -> None:
    found = circle(edges)
    assert bool(found) == (len(in_order(KEYS, edges)) < len(KEYS))
    assert all(edge in edges for edge in zip(found, (*found[1:], *found[:1]), strict=True))
    if not found:
        refuse_circle(edges, titles={})


@given(upward)
def test_every_credential_stands_one_layer_after_the_last_that_it_builds_on(edges: set[tuple[str, str]]) -> None:
    found = layers(KEYS, edges)
    depth = {key: n for n, layer in enumerate(found) for key in layer}
    assert sorted(depth) == list(KEYS)
    for key in KEYS:
        assert depth[key] == max((depth[first] + 1 for first, second in edges if second == key), default=0)


def all_ways(goal: str, edges: set[tuple[str, str]], starts: set[str]) -> list[tuple[str, ...]]:
    ways = [(start,) for start in starts]
    ended = []
    while ways:
        way = ways.pop()
        if way[-1] == goal:
            ended.append(way)
        ways += [(*way, second) for first, second in edges if first == way[-1]]
    return ended


@given(upward, st.sets(st.sampled_from(KEYS)))
def test_the_shortest_and_the_longest_way_are_those_of_all_ways(edges: set[tuple[str, str]], starts: set[str]) -> None:
    ways = all_ways("F", edges, starts)
    assert len(shortest_way("F", edges, starts=starts)) == min(map(len, ways), default=0)
    longest = longest_way("F", edges, starts=starts)
    assert len(longest) == max(map(len, ways), default=0)
    assert not ways or longest in ways


def test_entries_build_on_nothing_and_below_reaches_all_the_way() -> None:
    edges = [("A", "B"), ("B", "C"), ("D", "C")]
    assert entries("ABCD", edges) == {"A", "D"}
    assert below("C", edges) == {"A", "B", "D"}


#: Four modules of 35 hours make a certification of 140 hours, which counts 90 hours towards a certificate of 480 hours
#: that also takes a course of 45 hours and one of two further courses.
MODULES = ("S", "Q", "P", "M")
PLANT = Lattice(
    minutes=dict.fromkeys(MODULES, 35 * HOUR)
    | {"CPT": 140 * HOUR, "IM": 480 * HOUR, "x:1": 45 * HOUR, "x:2": 90 * HOUR, "x:3": 105 * HOUR},
    requires={"CPT": (Group(MODULES),), "IM": (Group(("CPT",)), Group(("x:1",)), Group(("x:2", "x:3"), 1))},
    counted=dict.fromkeys([(module, "CPT") for module in MODULES], 35 * HOUR)
    | {("CPT", "IM"): 90 * HOUR, ("x:1", "IM"): 45 * HOUR, ("x:2", "IM"): 90 * HOUR, ("x:3", "IM"): 105 * HOUR},
)


def test_steps_add_only_the_hours_that_nothing_before_them_has_brought() -> None:
    steps = steps_left(PLANT, goal="IM", held={"S"})
    assert [step.key for step in steps] == ["Q", "P", "M", "CPT", "x:1", "x:2", "IM"]
    # CPT: 140 - 4 * 35 = 0 further hours; IM: 480 - 90 of CPT - 45 - 90 = 255
    assert [step.minutes // HOUR for step in steps] == [35, 35, 35, 0, 45, 90, 255]


def test_what_is_held_needs_nothing_any_more() -> None:
    assert things_left(PLANT, goal="IM", held={"CPT", "x:3"}) == ("x:1", "IM")
    assert minutes_left(PLANT, goal="IM", held={"CPT", "x:3"}) == (480 - 90 - 105) * HOUR
    assert steps_left(PLANT, goal="IM", held={"IM"}) == ()


def test_an_hour_that_reaches_a_credential_on_two_ways_counts_once() -> None:
    # A (40 h) stacks into B (100 h) and, directly, into C (300 h); B stacks into C in full.
    lattice = Lattice({"A": 40, "B": 100, "C": 300}, {}, {("A", "B"): 40, ("A", "C"): 40, ("B", "C"): 100})
    assert minutes_counted(lattice, goal="C", held={"A"}) == 40
    assert minutes_counted(lattice, goal="C", held={"B"}) == 100
    assert minutes_counted(lattice, goal="C", held={"A", "B"}) == 100


lattices = st.builds(
    lambda edges, minutes, counted: Lattice(
        dict(zip(KEYS, minutes, strict=True)),
        {},
        dict(zip(sorted(edges), counted, strict=False)),
    ),
    upward,
    st.lists(st.integers(0, 30), min_size=6, max_size=6),
    st.lists(st.integers(0, 30), min_size=10, max_size=10),
)


def least_cut(lattice: Lattice, goal: str, held: set[str]) -> int:
    """Return the least capacity between what is held and the goal, by trying every way to part the credentials."""
    links = {
        (first, second): min(counted, lattice.minutes[first])
        for (first, second), counted in lattice.counted.items()
        if first in held and second in held | {goal}
    }
    nodes = [(side, key) for key in sorted(held | {goal}) for side in ("in", "out")]
    least = None
    for parted in range(2 ** len(nodes)):
        near = {node for n, node in enumerate(nodes) if parted >> n & 1}
        if ("out", goal) in near:
            continue
        cut = sum(counted for (a, b), counted in links.items() if ("out", a) in near and ("in", b) not in near)
        cut += sum(lattice.minutes[key] for _, key in nodes[::2] if ("in", key) in near and ("out", key) not in near)
        for key in held:
            if ("in", key) not in near:
                cut += max(0, lattice.minutes[key] - sum(n for (_, into), n in links.items() if into == key))
        least = cut if least is None else min(least, cut)
    return least or 0


@settings(max_examples=60, deadline=None)
@given(lattices, st.sets(st.sampled_from("ABCDE"), max_size=4))
def test_the_counted_hours_are_the_least_cut(lattice: Lattice, held: set[str]) -> None:
    counted = minutes_counted(lattice, goal="F", held=held)
    assert counted == least_cut(lattice, "F", held)
    assert 0 <= counted <= min(lattice.minutes["F"], sum(lattice.minutes[key] for key in held))
    assert minutes_left(lattice, goal="F", held=held) == lattice.minutes["F"] - counted


@st.composite
def required(draw: st.DrawFn) -> Lattice:
    requires = {}
    for place, key in enumerate(KEYS[1:], start=1):
        earlier = st.sets(st.sampled_from(KEYS[:place]), min_size=1, max_size=3).map(lambda found: tuple(sorted(found)))
        groups = draw(st.lists(earlier, max_size=2))
        requires[key] = tuple(Group(members, draw(st.none() | st.integers(1, len(members)))) for members in groups)
    return Lattice(
        dict(zip(KEYS, draw(st.lists(st.integers(0, 9), min_size=6, max_size=6)), strict=True)), requires, {}
    )


def is_enough(lattice: Lattice, goal: str, have: set[str], earned: set[str]) -> bool:
    return goal in earned and all(
        sum(member in have | earned for member in group.members) >= group.n
        for key in earned
        for group in lattice.requires.get(key, ())
    )


@settings(max_examples=40, deadline=None)
@given(required(), st.sets(st.sampled_from("ABCDE"), max_size=3))
def test_the_things_left_are_the_fewest_of_all_sets_and_then_the_shortest(lattice: Lattice, held: set[str]) -> None:
    left = things_left(lattice, goal="F", held=held)
    free = "".join(key for key in KEYS if key not in held)
    enough = [found for found in subsets(free) if is_enough(lattice, "F", held, found)]
    best = min((len(found), sum(lattice.minutes[key] for key in found)) for found in enough)
    assert (len(left), sum(lattice.minutes[key] for key in left)) == best
    assert is_enough(lattice, "F", held, set(left))
    for place, key in enumerate(left):
        missing = [
            group
            for group in lattice.requires.get(key, ())
            if sum(member in held or member in left[:place] for member in group.members) < group.n
        ]
        assert not missing, f"{key} comes before something it requires"


@settings(max_examples=30, deadline=None)
@given(required(), st.sets(st.sampled_from("ABCDE"), max_size=3), st.sampled_from("ABCDE"))
def test_holding_one_thing_more_never_leaves_more_to_do(lattice: Lattice, held: set[str], more: str) -> None:
    before = things_left(lattice, goal="F", held=held)
    assert len(things_left(lattice, goal="F", held={*held, more})) <= len(before)
