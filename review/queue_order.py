"""Say which verdict a reviewer looks at first: what employers want most, then where a decision changes most.

Needs come by tier, then by place. Within a need come first the courses whose verdict the need's own verdict hangs on,
the one first that is likeliest to be changed by the reviewer. How likely that is can be read from the matcher's score:
the score is P(related) × (1 + 2 P(match)) / 3, with P(match) counted among related pairs, so that three times the score
is P(related) + 2 P(related and match). From 0 ≤ P(related and match) ≤ P(related) ≤ 1 follow the least chances below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from review.records import SettledPair
from review.settling import RELATED, settled_need

#: Verdicts that a reviewer can give.
GIVEN = ("match", "revise", "unrelated")
#: A need without a tier comes after those that have one.
NO_TIER = 9
#: Below this score the matcher itself gives at least an even chance that the course is unrelated: 1 - 3/6.
WEAK_SCORE = 1 / 6


def need_changes(pair: SettledPair, pairs: Sequence[SettledPair]) -> dict[str, str]:
    """Return the need's verdict after each other word on a pair, where it would be another one than now."""
    # Unrelated and unknown pairs decide nothing about a need, and there are many of them.
    others = [each for each in pairs if each.verdict in RELATED and not _same(each, pair)]
    now = settled_need(pair.need_code, [*others, pair]).verdict
    after = {
        word: settled_need(pair.need_code, [*others, replace(pair, verdict=word)]).verdict
        for word in GIVEN
        if word != pair.verdict
    }
    return {word: verdict for word, verdict in after.items() if verdict != now}


def _same(one: SettledPair, other: SettledPair) -> bool:
    return (one.college_code, one.course_code) == (other.college_code, other.course_code)


def least_chance(pair: SettledPair, *, changes: Mapping[str, str]) -> float:
    """Return the least chance (0–1), by the matcher's score, that another word is right and changes the need."""
    tripled = 3 * pair.score
    chances = {"match": (tripled - 1) / 2, "unrelated": 1 - tripled}
    if pair.matcher_verdict == "match":
        return 1 - pair.score if changes else 0.0
    if pair.matcher_verdict != "revise":
        return 0.0
    return sum(max(0.0, chances.get(word, 0.0)) for word in changes)


def is_weak(pair: SettledPair) -> bool:
    """Say whether a verdict “needs revision” is more likely wrong than right by the matcher's own score."""
    return pair.matcher_verdict == "revise" and pair.score < WEAK_SCORE


@dataclass(frozen=True)
class Place:
    """What the order of the queue rests on for one pair; it never changes while a run is reviewed."""

    tier: int | None
    position: int
    need_code: str
    hangs_on_it: bool
    chance: float
    score: float
    college_code: str
    course_code: str

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Return what sorts the queue."""
        need = (self.tier or NO_TIER, self.position, self.need_code)
        return (*need, not self.hangs_on_it, -self.chance, -self.score, self.college_code, self.course_code)


def place(pair: SettledPair, pairs: Sequence[SettledPair], *, tier: int | None, position: int) -> Place:
    """Return the place of a pair by what the matcher said, so that deciding moves nothing."""
    as_matched = [replace(each, verdict=each.matcher_verdict) for each in pairs]
    changes = need_changes(replace(pair, verdict=pair.matcher_verdict), as_matched)
    return Place(
        tier=tier,
        position=position,
        need_code=pair.need_code,
        hangs_on_it=bool(changes),
        chance=round(least_chance(pair, changes=changes), 6),
        score=pair.score,
        college_code=pair.college_code,
        course_code=pair.course_code,
    )
