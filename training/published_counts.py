"""Decide which counts of training the region may see, so that none of them gives a single firm away. Plain data only.

A firm knows its own numbers and may look every day. So

* a figure, and what is left of the whole when the shown figures of colleges are taken away, rests on at least five
  firms (or on none at all);
* the whole only changes when at least three firms stand behind the change;
* a college's figure, and what is left of the whole, only change when at least three firms stand behind each change (or
  none at all). The whole waits for that, and goes on alone once ten firms stand behind its change; the colleges'
  figures then stay as everybody has seen them.

A firm stands behind a figure, or behind a change, while its own changes come to something other than nothing. So a firm
whose number was corrected to nothing, or corrected and then put back, lends no cover to another.

Both numbers are the ones that rankings keep. The history of a measure is walked in the order of happening, and what is
shown stays where it was until it may move.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from survey.disclosure import BATCH_SIZE, MIN_VOTERS

#: Firms behind a change of the whole after which it no longer waits for the colleges' figures to move with it.
PATIENCE = 2 * MIN_VOTERS


@dataclass(frozen=True)
class Change:
    """One change of a count: which firm's, in which slice (a college), and by how much."""

    organisation_id: int
    slice: str
    amount: int
    happened_at: datetime


@dataclass(frozen=True)
class PublishedCount:
    """What may be shown of one measure."""

    total: int
    #: Slice to its figure; a slice that would give a firm away is absent.
    slices: Mapping[str, int] = field(default_factory=dict)
    #: The last change that it counts.
    as_of: datetime | None = None
    #: Changes that it counts; the others wait.
    n_counted: int = 0
    #: The last change that the slices count, and how many they do; they may be older than the whole.
    slices_as_of: datetime | None = None
    n_in_slices: int = 0


def published_count(changes: Iterable[Change]) -> PublishedCount | None:
    """Return what may be shown of a measure now; None while fewer than five firms stand behind it."""
    history = list(changes)
    states = published_states(history)
    return states[-1] if states else None


def published_states(changes: Sequence[Change]) -> list[PublishedCount]:
    """Return everything that was ever shown of a measure, in order."""
    states: list[PublishedCount] = []
    walk = _Walk()
    for end, change in enumerate(changes, start=1):
        walk.add(change)
        able = walk.slices_to_show()
        slices = able if able and walk.may_show_slices(able) else ()
        if not slices and not walk.may_show_total(fewest=PATIENCE if able else BATCH_SIZE):
            continue
        total = PublishedCount(sum(walk.amounts.values()), {}, change.happened_at, end)
        states.append(_with_slices(total, {name: walk.amounts[name] for name in slices}, before=states[-1:]))
        walk.show(slices)
    return states


def _with_slices(total: PublishedCount, amounts: dict[str, int], *, before: Sequence[PublishedCount]) -> PublishedCount:
    """Put slices beside the whole; where none may move, those that everybody has seen already stay."""
    if amounts:
        return replace(total, slices=amounts, slices_as_of=total.as_of, n_in_slices=total.n_counted)
    if not before:
        return total
    seen = before[0]
    return replace(total, slices=seen.slices, slices_as_of=seen.slices_as_of, n_in_slices=seen.n_in_slices)


#: Slice to each firm that changed something in it, with what its changes come to.
Nets: TypeAlias = dict[str, Counter[int]]


class _Walk:
    """Remember, change by change, which firms stand behind what was shown and behind what is new."""

    def __init__(self) -> None:
        self.amounts: dict[str, int] = defaultdict(int)
        self.nets: Nets = defaultdict(Counter)
        #: Since anything was shown, and since slices were shown.
        self.news: Nets = defaultdict(Counter)
        self.slice_news: Nets = defaultdict(Counter)
        self.has_shown = False
        #: The slices that were shown last, perhaps some time ago.
        self.shown: tuple[str, ...] = ()

    def add(self, change: Change) -> None:
        """Take one more change in."""
        self.amounts[change.slice] += change.amount
        for nets in (self.nets, self.news, self.slice_news):
            nets[change.slice][change.organisation_id] += change.amount

    def show(self, slices: Sequence[str]) -> None:
        """Note that everything so far is shown, with these slices."""
        self.has_shown, self.news = True, defaultdict(Counter)
        if slices:
            self.shown, self.slice_news = tuple(slices), defaultdict(Counter)

    def may_show_total(self, *, fewest: int) -> bool:
        """Say whether the whole rests on enough firms, and whether enough of them stand behind its change."""
        moved = _moved(self.news, slices=()) if self.has_shown else []
        return _all_reach(_cells(self.nets, slices=()), MIN_VOTERS) and _all_reach(moved, fewest)

    def may_show_slices(self, slices: Sequence[str]) -> bool:
        """Say whether every slice and the rest rest on enough firms and move enough against what was shown before."""
        common = self.shown or slices
        moved = _moved(self.slice_news, slices=self.shown) if self.shown else []
        moved += _moved(self.news, slices=common) if self.has_shown else []
        return _all_reach(_cells(self.nets, slices=slices), MIN_VOTERS) and _all_reach(moved, BATCH_SIZE)

    def slices_to_show(self) -> tuple[str, ...]:
        """Keep the shown slices and add, the largest first, those that leave enough firms in the rest.

        A slice that would be the whole says nothing of its own.
        """
        names = list(self.shown)
        sizes = {name: len(_standing(net)) for name, net in self.nets.items()}
        for name in sorted(sizes, key=lambda each: (-sizes[each], each)):
            if name and name not in names and sizes[name] >= MIN_VOTERS:
                trial = [*names, name]
                if _all_reach(_cells(self.nets, slices=trial), MIN_VOTERS):
                    names = trial
        return tuple(names) if len(_cells(self.nets, slices=names)) > 1 else ()


def _standing(net: Mapping[int, int]) -> set[int]:
    """Return the firms whose changes come to something."""
    return {firm for firm, amount in net.items() if amount}


def _cells(nets: Nets, *, slices: Sequence[str]) -> list[set[int]]:
    """Return the firms behind each slice and, together, behind the rest; a cell that no firm ever touched is absent."""
    rest: Counter[int] = Counter()
    for name, net in nets.items():
        if name not in slices:
            rest.update(net)
    return [_standing(net) for net in (*(nets[name] for name in slices if name in nets), rest) if net]


def _moved(nets: Nets, *, slices: Sequence[str]) -> list[set[int]]:
    """Return the firms behind the change of each slice and of the rest; where all comes to nothing, nothing moved."""
    return [cell for cell in _cells(nets, slices=slices) if cell]


def _all_reach(cells: Iterable[set[int]], least: int) -> bool:
    return all(len(cell) >= least for cell in cells)
