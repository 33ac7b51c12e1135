"""Credentials as a lattice: circles, layers, ways, and what is left to do. Plain data in, plain data out.

A credential *builds on* another when it requires it or when the other stacks into it. What a credential requires comes
in groups: all of a group, or a number of it. All hours are whole minutes, and each is counted once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from base.exact_choice import AtLeast, least_choice
from base.refusals import Refusal

#: An edge from a credential to one that builds on it.
Edge = tuple[str, str]


class LatticeCircle(Refusal):
    """Say that credentials would build on each other in a circle."""


@dataclass(frozen=True)
class Group:
    """Things of which all, or a number, are required."""

    members: tuple[str, ...]
    #: How many of them; None for all.
    n_needed: int | None = None

    @property
    def n(self) -> int:
        """Return how many are needed, never more than there are."""
        return min(len(self.members), self.n_needed or len(self.members))


@dataclass(frozen=True)
class Lattice:
    """Credentials and courses by key, what each requires and what counts towards it."""

    #: Minutes of instruction in all, for credentials and for courses; 0 when nobody has said.
    minutes: Mapping[str, int]
    #: What a credential requires.
    requires: Mapping[str, tuple[Group, ...]]
    #: Minutes of the first that count towards the second.
    counted: Mapping[Edge, int]

    def edges(self) -> set[Edge]:
        """Return every edge along which one thing builds on another."""
        needed = {
            (member, key) for key, groups in self.requires.items() for group in groups for member in group.members
        }
        return needed | set(self.counted)


@dataclass(frozen=True)
class Step:
    """One thing still to earn or to take, and the minutes that it adds."""

    key: str
    minutes: int


def circle(edges: Iterable[Edge]) -> tuple[str, ...]:
    """Return one circle of a graph, from its least key on, without the return; () when there is none."""
    after = _after(edges)
    done: set[str] = set()
    for start in sorted(after):
        found = _circle_from(start, after, done)
        if found:
            least = found.index(min(found))
            return (*found[least:], *found[:least])
    return ()


def _circle_from(start: str, after: Mapping[str, Sequence[str]], done: set[str]) -> tuple[str, ...]:
    """Walk depth first without recursion; a key met again on the way closes a circle."""
    if start in done:
        return ()
    way: list[str] = [start]
    left = [list(reversed(after.get(start, ())))]
    while way:
        if not left[-1]:
            done.add(way.pop())
            left.pop()
            continue
        key = left[-1].pop()
        if key in way:
            return tuple(way[way.index(key) :])
        if key not in done:
            way.append(key)
            left.append(list(reversed(after.get(key, ()))))
    return ()


def refuse_circle(edges: Iterable[Edge], *, titles: Mapping[str, str], stacked: Collection[Edge] = ()) -> None:
    """Refuse credentials that build on each other in a circle, naming it: A stacks into B, B into C, C into A."""
    found = circle(edges)
    if not found:
        return
    words = []
    for key, following in zip(found, (*found[1:], found[0]), strict=True):
        how = "stacks into" if (key, following) in stacked else "is required by"
        words.append(f"{titles.get(key, key)} {how} {titles.get(following, following)}")
    raise LatticeCircle(
        f"These credentials would go round in a circle: {', '.join(words)}. Nobody could ever earn one of them. "
        "Take one of these links away. Nothing was stored."
    )


def _after(edges: Iterable[Edge]) -> dict[str, list[str]]:
    """Return the keys that follow each key, in order."""
    after: dict[str, list[str]] = {}
    for key, following in sorted(set(edges)):
        after.setdefault(key, []).append(following)
    return after


def _before(edges: Iterable[Edge]) -> dict[str, list[str]]:
    return _after((following, key) for key, following in edges)


def layers(keys: Collection[str], edges: Collection[Edge]) -> list[list[str]]:
    """Put every key into the layer after the last one that it builds on; keys of a layer in order."""
    inside = [(key, following) for key, following in edges if key in keys and following in keys]
    depth: dict[str, int] = {}
    for key in in_order(keys, inside):
        depth[key] = max((depth[earlier] + 1 for earlier, later in inside if later == key), default=0)
    n_layers = max(depth.values(), default=-1) + 1
    return [sorted(key for key, layer in depth.items() if layer == wanted) for wanted in range(n_layers)]


def in_order(keys: Collection[str], edges: Iterable[Edge]) -> list[str]:
    """Return keys so that each stands after all that it builds on, otherwise by name; circles are left out."""
    after, before = _after(edges), _before(edges)
    open_before = {key: sum(each in keys for each in before.get(key, ())) for key in keys}
    ready = sorted(key for key, n in open_before.items() if n == 0)
    ordered: list[str] = []
    while ready:
        key = ready.pop(0)
        ordered.append(key)
        for following in after.get(key, ()):
            if following in open_before:
                open_before[following] -= 1
                if open_before[following] == 0:
                    ready = sorted([*ready, following])
    return ordered


def below(key: str, edges: Iterable[Edge]) -> set[str]:
    """Return everything that a credential builds on, however far away."""
    return _reached(key, _before(edges))


def above(key: str, edges: Iterable[Edge]) -> set[str]:
    """Return everything that builds on a credential, however far away."""
    return _reached(key, _after(edges))


def _reached(key: str, following: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    waiting = deque(following.get(key, ()))
    while waiting:
        each = waiting.popleft()
        if each not in found:
            found.add(each)
            waiting.extend(following.get(each, ()))
    return found


def shortest_way(goal: str, edges: Collection[Edge], *, starts: Collection[str]) -> tuple[str, ...]:
    """Return the way with the fewest credentials from any start to the goal, both included; () when there is none."""
    ways: deque[tuple[str, ...]] = deque((start,) for start in sorted(starts))
    after, seen = _after(edges), set(starts)
    while ways:
        way = ways.popleft()
        if way[-1] == goal:
            return way
        for following in after.get(way[-1], ()):
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return ()


def longest_way(goal: str, edges: Collection[Edge], *, starts: Collection[str]) -> tuple[str, ...]:
    """Return the way with the most credentials from any start to the goal, both included; () when there is none."""
    keys = {goal} | below(goal, edges)
    before = _before(edges)
    best: dict[str, tuple[str, ...]] = {}
    for key in in_order(keys, edges):
        ways = [(*best[earlier], key) for earlier in before.get(key, ()) if earlier in best]
        if key in starts:
            ways.append((key,))
        if ways:
            best[key] = min(ways, key=lambda way: (-len(way), way))
    return best.get(goal, ())


def entries(keys: Collection[str], edges: Iterable[Edge]) -> set[str]:
    """Return the keys that build on nothing."""
    return set(keys) - {following for _, following in edges}


def things_left(lattice: Lattice, *, goal: str, held: Collection[str]) -> tuple[str, ...]:
    """Return the fewest things that somebody must still earn to hold the goal, in an order in which they can.

    Where a credential needs a number out of a group, the choice is exact: fewest things, then fewest minutes, then by
    name. What is held needs nothing any more.
    """
    if goal in held:
        return ()
    edges = lattice.edges()
    keys = sorted(({goal} | below(goal, edges)) - set(held))
    place = {key: n for n, key in enumerate(keys)}
    demands = [AtLeast({place[goal]: 1}, 1)]
    for key in keys:
        for group in lattice.requires.get(key, ()):
            n_open = group.n - sum(member in held for member in group.members)
            if n_open > 0:
                weights = {place[member]: 1 for member in group.members if member in place}
                demands.append(AtLeast(weights | {place[key]: -n_open}, 0))
    chosen = least_choice(
        upper=[1] * len(keys),
        demands=demands,
        objectives=[dict.fromkeys(range(len(keys)), 1), {place[key]: lattice.minutes.get(key, 0) for key in keys}],
    )
    wanted = {key for key in keys if chosen and chosen[place[key]]}
    return _as_earned(goal, wanted=wanted, lattice=lattice)


def _as_earned(goal: str, *, wanted: Collection[str], lattice: Lattice) -> tuple[str, ...]:
    """Order things so that what a credential requires stands right before it."""
    ordered: dict[str, None] = {}
    waiting = [(goal, False)]
    while waiting:
        key, is_ready = waiting.pop()
        if is_ready:
            ordered.setdefault(key)
        elif key in wanted and key not in ordered:
            waiting.append((key, True))
            members = [member for group in lattice.requires.get(key, ()) for member in group.members]
            waiting += [(member, False) for member in reversed(members)]
    return tuple(ordered)


def steps_left(lattice: Lattice, *, goal: str, held: Collection[str]) -> tuple[Step, ...]:
    """Return what is left to do for the goal, each step with the minutes that it adds to what was there before it."""
    have = set(held)
    steps = []
    for key in things_left(lattice, goal=goal, held=held):
        steps.append(Step(key, minutes_left(lattice, goal=key, held=have)))
        have.add(key)
    return tuple(steps)


def minutes_left(lattice: Lattice, *, goal: str, held: Collection[str]) -> int:
    """Return the minutes of a credential that nothing held counts towards; each minute counts once."""
    if goal in held:
        return 0
    return lattice.minutes.get(goal, 0) - minutes_counted(lattice, goal=goal, held=held)


def minutes_counted(lattice: Lattice, *, goal: str, held: Collection[str]) -> int:
    """Return how many minutes of what is held count towards a credential that is not.

    Minutes flow along the links from one held credential to the next and to the goal: no more than a link counts, and
    no more through a credential than it has. A held credential brings only the minutes that no other held one has
    brought into it already, so none counts twice. What can arrive is the greatest flow.
    """
    total, have = lattice.minutes, set(held) - {goal}
    links = {
        (key, into): min(counted, total.get(key, 0))
        for (key, into), counted in lattice.counted.items()
        if key in have and into in have | {goal}
    }
    capacity = {(f"out {key}", f"in {into}"): counted for (key, into), counted in links.items()}
    for key in have | {goal}:
        brought = sum(counted for (_, into), counted in links.items() if into == key)
        capacity[f"in {key}", f"out {key}"] = total.get(key, 0)
        capacity["held", f"in {key}"] = max(0, total.get(key, 0) - brought) if key in have else 0
    return _greatest_flow(capacity, source="held", sink=f"out {goal}")


def _greatest_flow(capacity: Mapping[Edge, int], *, source: str, sink: str) -> int:
    """Add shortest ways with room left until there is none (Edmonds and Karp)."""
    room = dict(capacity)
    neighbours: dict[str, set[str]] = {}
    for first, second in capacity:
        neighbours.setdefault(first, set()).add(second)
        neighbours.setdefault(second, set()).add(first)
        room.setdefault((second, first), 0)
    flow = 0
    while way := _way_with_room(room, neighbours, source=source, sink=sink):
        amount = min(room[edge] for edge in way)
        for first, second in way:
            room[first, second] -= amount
            room[second, first] += amount
        flow += amount
    return flow


def _way_with_room(
    room: Mapping[Edge, int], neighbours: Mapping[str, set[str]], *, source: str, sink: str
) -> list[Edge]:
    came_from: dict[str, str] = {source: ""}
    waiting = deque([source])
    while waiting and sink not in came_from:
        key = waiting.popleft()
        for following in sorted(neighbours.get(key, ())):
            if following not in came_from and room[key, following] > 0:
                came_from[following] = key
                waiting.append(following)
    way: list[Edge] = []
    while sink in came_from and sink != source:
        way.append((came_from[sink], sink))
        sink = came_from[sink]
    return way
