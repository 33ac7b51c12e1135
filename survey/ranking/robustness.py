"""Try whether the top of the list hangs on one employer, one convention or one method, and say so in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey.ranking.ballots import Ballots, BoolArray, FloatArray, UnrankedRule
from survey.ranking.borda import rank_borda, sums_by_employer, won_shares
from survey.ranking.kemeny import rank_kemeny

#: How long a list people look at; "the top 5 stays the same" is the sentence the room hears.
TOP = 5


@dataclass(frozen=True)
class TopWithout:
    """Tell how the top changes when one employer is left out."""

    employer: str
    #: Needs that enter the top, and needs that leave it, in list order.
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True)
class ConventionFlip:
    """Tell how the result changes when unranked needs are read by another convention than ``average``."""

    rule: Literal["zero", "missing"]
    #: Who is first under ``average``, and who under the other rule; several where they are equal.
    winners: tuple[str, ...]
    other_winners: tuple[str, ...]
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True)
class SecondOpinion:
    """Compare the first places of Borda and of the Kemeny order."""

    borda: tuple[str, ...]
    kemeny: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Say whether the Kemeny order starts in a way that the Borda ranking does not allow."""
        return self.borda != self.kemeny


def tops_without_one(ballots: Ballots, *, top: int = TOP, unranked: UnrankedRule = "average") -> tuple[TopWithout, ...]:
    """Leave out every employer in turn; list those without whom other needs would stand in the top.

    A need stands in the top when its place is `top` or better; equal needs stand in it together.
    """
    employers, points, comparisons = sums_by_employer(ballots, unranked=unranked)
    if len(employers) < 2:
        return ()
    left = comparisons.sum(axis=0) - comparisons
    # What is left after subtracting may be a rounding error instead of nothing.
    left = np.where(left < 1e-9 * comparisons.sum(axis=0), 0.0, left)
    others = _in_top(won_shares(points=points.sum(axis=0) - points, comparisons=left), top=top)
    usual = _in_top(won_shares(points=points.sum(axis=0), comparisons=comparisons.sum(axis=0))[None, :], top=top)
    found = []
    for row in np.flatnonzero((others != usual).any(axis=1)):
        enters, leaves = _moved(_chosen(ballots, usual[0]), _chosen(ballots, others[row]))
        found.append(TopWithout(employer=employers[row], enters=enters, leaves=leaves))
    return tuple(found)


def convention_flips(
    ballots: Ballots, *, top: int = TOP, rules: Sequence[Literal["zero", "missing"]] = ("zero",)
) -> tuple[ConventionFlip, ...]:
    """List the conventions for unranked needs under which another need wins or other needs stand in the top.

    ``missing`` is left out unless asked for: it lets a need win that a single ballot ranked, so it nearly always flips
    top-k ballots.
    """
    usual = rank_borda(ballots).shares
    found = []
    for rule in rules:
        other = rank_borda(ballots, unranked=rule).shares
        winners, other_winners = _top(ballots, shares=usual, top=1), _top(ballots, shares=other, top=1)
        enters, leaves = _moved(_top(ballots, shares=usual, top=top), _top(ballots, shares=other, top=top))
        if winners != other_winners or enters or leaves:
            found.append(ConventionFlip(rule, winners, other_winners, enters=enters, leaves=leaves))
    return tuple(found)


def second_opinion(ballots: Ballots, *, top: int = 3, time_limit_s: float = 10.0) -> SecondOpinion:
    """Compare the first places of the Borda ranking with those of the Kemeny order.

    Needs with equal Borda scores are taken in the Kemeny order, so that a tie alone makes no difference.

    Raises
    ------
    KemenyTooHard
        If no Kemeny order can be proven best in the time allowed.
    """
    kemeny = rank_kemeny(ballots, time_limit_s=time_limit_s).order
    ranks = dict(zip(ballots.items, rank_borda(ballots).ranks, strict=True))
    borda = sorted(kemeny, key=lambda item: ranks[item] if not np.isnan(ranks[item]) else np.inf)
    return SecondOpinion(borda=tuple(borda[:top]), kemeny=kemeny[:top])


def robustness_lines(ballots: Ballots, *, top: int = TOP) -> tuple[str, ...]:
    """Say in words whether the top hangs on one employer or on how unranked needs are read.

    No employer is named, because a name would tell how it voted. With no more needs than `top` there is nothing to say.
    """
    if ballots.n_voters < 2 or ballots.n_items <= top:
        return ()
    names = dict(zip(ballots.items, ballots.names, strict=True))
    voter = "ballot" if ballots.employers is None else "employer"
    lines = [_line_without_one(tops_without_one(ballots, top=top), names=names, top=top, voter=voter)]
    lines.extend(_line_of_flip(flip, names=names, top=top) for flip in convention_flips(ballots, top=top))
    return tuple(lines)


def _line_without_one(changes: Iterable[TopWithout], *, names: Mapping[str, str], top: int, voter: str) -> str:
    changed = tuple(changes)
    if not changed:
        return f"The top {top} stays the same whichever single {voter} is left out."
    leaves = {item for change in changed for item in change.leaves}
    enters = {item for change in changed for item in change.enters}
    parts = [
        f"{_listed([name for item, name in names.items() if item in moved])} could {verb} it"
        for moved, verb in ((leaves, "leave"), (enters, "enter"))
        if moved
    ]
    who = f"one {voter}" if len(changed) == 1 else f"any one of {len(changed)} {voter}s"
    return f"The top {top} would change if {who} were left out: {', and '.join(parts)}."


def _line_of_flip(flip: ConventionFlip, *, names: Mapping[str, str], top: int) -> str:
    condition = {
        "zero": "If needs that a ballot leaves out counted no points",
        "missing": "If needs that a ballot leaves out counted as not compared",
    }[flip.rule]
    if flip.winners != flip.other_winners:
        first = _listed([names[item] for item in flip.other_winners])
        usual = _listed([names[item] for item in flip.winners])
        return f"{condition}, {first} would come first instead of {usual}."
    parts = [
        f"{_listed([names[item] for item in moved])} would {verb} the top {top}"
        for moved, verb in ((flip.leaves, "leave"), (flip.enters, "enter"))
        if moved
    ]
    return f"{condition}, {', and '.join(parts)}."


def _top(ballots: Ballots, *, shares: FloatArray, top: int) -> tuple[str, ...]:
    return _chosen(ballots, _in_top(shares[None, :], top=top)[0])


def _in_top(shares: FloatArray, *, top: int) -> BoolArray:
    """Tell for each row of shares which needs have place `top` or better, shape as `shares`."""
    scores = np.round(np.where(np.isnan(shares), -1.0, shares), 12)
    last = np.sort(scores, axis=1)[:, -min(top, scores.shape[1])]
    return np.asarray((scores >= last[:, None]) & (scores >= 0))


def _chosen(ballots: Ballots, chosen: BoolArray) -> tuple[str, ...]:
    return tuple(item for item, is_chosen in zip(ballots.items, chosen, strict=True) if is_chosen)


def _moved(usual: tuple[str, ...], other: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(item for item in other if item not in usual), tuple(item for item in usual if item not in other)


def _listed(names: list[str]) -> str:
    """Name needs in a sentence; a title of several words stands in quotation marks, so that it ends where it ends."""
    names = [f"“{name}”" if " " in name else name for name in names]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
