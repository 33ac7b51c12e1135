"""Where the room disagrees, as far as it may be told: the needs that split the published ballots most."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from survey.disclosure import may_be_shown
from survey.published import VotedOrder, published_ballots, ranked_needs, voted_orders
from survey.ranking import Disagreement, ballots_from_orders, disagreements

#: Employers that must have compared a need before it is told how many stand on each side.
MIN_FOR_SHARES = 10
#: Split score from which a need counts as disputed; ballots in random order have 1/3.
DISPUTED = 0.2
#: Shares are told no finer than this, so that no single employer can be counted out of them.
TOLD_SHARES = (0.0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1.0)


@dataclass(frozen=True)
class DisputedNeed:
    """One need over which the employers are split."""

    code: str
    title: str
    #: Share of the employers who put the need above two thirds of the others, rounded to one of TOLD_SHARES;
    #: None here and below while fewer than ten employers compared the need.
    high_share: float | None
    #: Share of the employers who put it below two thirds of the others or do not need it, rounded likewise.
    low_share: float | None


def published_disagreements(session: Session, *, meeting_id: int, round: int | None = None) -> tuple[DisputedNeed, ...]:
    """Return the disputed needs of a round, the most disputed first; none while no ranking of it is shown.

    They rest on the same ballots and the same list as the published ranking, so they change with it and never between
    two batches. Without a number it is the newest round that was revealed.
    """
    shown = published_ballots(session, meeting_id=meeting_id, voice="employer", round=round)
    if not shown:
        return ()
    titles = {need.code: need.title for need in ranked_needs(session, meeting_id=meeting_id, round=round)}
    voted = voted_orders(session, ballot_ids=[ballot.ballot_id for ballot in shown])
    orders = [order.only(titles) for order in voted]
    return tuple(
        _disputed(found, title=titles[found.id])
        for found in _splits(tuple(titles), tuple(orders))
        if may_be_shown(found.n_compared) and found.split_score >= DISPUTED
    )


@lru_cache(maxsize=64)
def _splits(codes: tuple[str, ...], orders: tuple[VotedOrder, ...]) -> tuple[Disagreement, ...]:
    """Measure how far each need splits the ballots; remembered, because screens ask again and again."""
    return disagreements(
        ballots_from_orders(
            items=codes,
            orders=[order.placed for order in orders],
            sorted_below=[order.sorted_below for order in orders],
            not_compared=[order.not_compared for order in orders],
        )
    )


def _disputed(found: Disagreement, *, title: str) -> DisputedNeed:
    if found.n_compared < MIN_FOR_SHARES:
        return DisputedNeed(found.id, title, None, None)
    return DisputedNeed(found.id, title, told_share(found.high_share), told_share(found.low_share))


def told_share(share: float, *, told: Collection[float] = TOLD_SHARES) -> float:
    """Round a share to the nearest one that may be told."""
    return min(told, key=lambda each: abs(each - share))
