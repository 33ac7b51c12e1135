"""The ranking that may be shown: which ballots it counts, what they say together, and why it may be withheld."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.disclosure import (
    BATCH_SIZE,
    MIN_VOTERS,
    CastBallot,
    latest_ballots,
    may_be_shown,
    n_voters,
    n_waiting,
    up_to,
    voice_batches,
)
from survey.models import Ballot, BallotEntry, Meeting, Seat, SkillNeed
from survey.ranking import Ranking, ballots_from_orders, meeting_ranking, robustness_lines

#: Below this many employers a page says that the room is small.
SMALL_ROOM = 10

#: One ballot as groups of need codes, best first: the voter's own order, what was only sorted, what is not compared.
Order: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class VotedOrder:
    """One ballot in the form in which it is ranked."""

    #: The voter's own top k, best first; one group holds what is tied.
    placed: Order
    #: Behind them: the other must-haves, then the useful ones. Whatever is in no group comes last of all.
    sorted_below: Order
    #: Needs answered with "don't know".
    not_compared: tuple[str, ...]


@dataclass(frozen=True)
class RankedNeed:
    """One need in a published ranking."""

    code: str
    title: str
    area: str
    level: str
    #: Place in the ranking, 1 best; needs with equal scores share the better number. None here and below when
    #: fewer than five employers compared the need.
    position: int | None
    #: 1 critical to 4 low.
    tier: int | None
    #: Best and worst plausible place.
    rank_low: int | None
    rank_high: int | None
    #: Share of its comparisons that the need won, 0 to 1.
    score: float | None
    #: Employers whose ballot compared it; 0 stands for fewer than five.
    n_compared: int


@dataclass(frozen=True)
class PublishedRanking:
    """The ranking that everybody may see."""

    meeting_id: int
    n_employers: int
    #: Ballots that were cast in the employers' voice until then, changed ones included.
    n_ballots: int
    #: Employers with a newer ballot that is not counted yet.
    n_waiting: int
    #: Kendall's W, 0 no agreement to 1 all alike; None when it cannot be told.
    kendall_w: float | None
    #: Best first.
    needs: tuple[RankedNeed, ...]
    #: Voice ("union", "observer") to its own ranking as (need code, place); a voice below five organisations is absent.
    voices: Mapping[str, tuple[tuple[str, int], ...]]
    #: Sentences that belong beside the ranking.
    notes: tuple[str, ...]


@dataclass(frozen=True)
class RankingWithheld:
    """Why there is no ranking to show."""

    #: "not_revealed" or "too_few_employers".
    reason: str
    text: str


def cast_ballots(session: Session, *, meeting_id: int) -> tuple[CastBallot, ...]:
    """Return whose ballots a meeting has, in the order of arrival."""
    rows = session.execute(
        select(Ballot.id, Seat.organisation_id, Seat.voice)
        .join(Seat, Seat.token == Ballot.seat_token)
        .where(Ballot.meeting_id == meeting_id)
        .order_by(Ballot.id)
    )
    return tuple(CastBallot(ballot_id, organisation_id, voice) for ballot_id, organisation_id, voice in rows)


def published_ballots(session: Session, *, meeting_id: int, voice: str) -> tuple[CastBallot, ...]:
    """Return the ballots that may be shown now, each organisation's latest; none before the reveal or when too few."""
    published_ballot_id = session.get_one(Meeting, meeting_id).published_ballot_id
    if published_ballot_id is None:
        return ()
    counted = up_to(cast_ballots(session, meeting_id=meeting_id), ballot_id=published_ballot_id)
    shown = latest_ballots(counted if voice == "employer" else voice_batches(counted, voice=voice), voice=voice)
    return shown if may_be_shown(len(shown)) else ()


def published_ranking(session: Session, *, meeting_id: int) -> PublishedRanking | RankingWithheld:
    """Return the employers' ranking as far as it may be shown, or say why it may not."""
    meeting = session.get_one(Meeting, meeting_id)
    ballots = cast_ballots(session, meeting_id=meeting_id)
    withheld = _withheld(ballots, is_revealed=meeting.revealed_at is not None)
    shown = published_ballots(session, meeting_id=meeting_id, voice="employer")
    if withheld or not shown or meeting.published_ballot_id is None:
        return withheld or _too_few(len(shown))
    needs = _needs(session, assessment_id=meeting.assessment_id)
    ranking, robustness = _voice_ranking(session, ballots=shown, needs=needs)
    n_late = n_waiting(ballots, published_ballot_id=meeting.published_ballot_id)
    counted = up_to(ballots, ballot_id=meeting.published_ballot_id)
    return PublishedRanking(
        meeting_id=meeting_id,
        n_employers=len(shown),
        n_ballots=sum(ballot.voice == "employer" for ballot in counted),
        n_waiting=n_late,
        kendall_w=ranking.kendall_w,
        needs=_ranked_needs(ranking, needs=needs),
        voices=_other_voices(session, meeting_id=meeting_id, needs=needs),
        notes=(*_notes(n_employers=len(shown), n_late=n_late, is_closed=meeting.state == "closed"), *robustness),
    )


def _withheld(ballots: Sequence[CastBallot], *, is_revealed: bool) -> RankingWithheld | None:
    n_employers = n_voters(ballots, voice="employer")
    if not may_be_shown(n_employers):
        return _too_few(n_employers)
    if not is_revealed:
        return RankingWithheld("not_revealed", "The convener has not revealed the ranking yet.")
    return None


def _too_few(n_employers: int) -> RankingWithheld:
    return RankingWithheld(
        "too_few_employers",
        f"A ranking is shown once {MIN_VOTERS} employers have voted, so that nobody can work out a single ballot. "
        f"So far {n_employers} {'has' if n_employers == 1 else 'have'}.",
    )


def _needs(session: Session, *, assessment_id: int) -> tuple[SkillNeed, ...]:
    query = select(SkillNeed).where(SkillNeed.assessment_id == assessment_id).order_by(SkillNeed.position)
    return tuple(session.scalars(query))


def _other_voices(
    session: Session, *, meeting_id: int, needs: Sequence[SkillNeed]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Rank each smaller voice by itself; voices are never added together."""
    found = {}
    for voice in ("union", "observer"):
        shown = published_ballots(session, meeting_id=meeting_id, voice=voice)
        if shown:
            ranking, _robustness = _voice_ranking(session, ballots=shown, needs=needs)
            found[voice] = tuple((item.id, item.rank) for item in ranking.items)
    return found


def _voice_ranking(
    session: Session, *, ballots: Collection[CastBallot], needs: Sequence[SkillNeed]
) -> tuple[Ranking, tuple[str, ...]]:
    orders = voted_orders(session, ballot_ids=[ballot.ballot_id for ballot in ballots])
    return _ranked(tuple((need.code, need.title) for need in needs), tuple(orders))


def voted_orders(session: Session, *, ballot_ids: Collection[int]) -> list[VotedOrder]:
    """Return what ballots say, in the order of their numbers."""
    rows = session.execute(
        select(BallotEntry.ballot_id, SkillNeed.code, BallotEntry.sort, BallotEntry.position)
        .join(SkillNeed, SkillNeed.id == BallotEntry.need_id)
        .where(BallotEntry.ballot_id.in_(ballot_ids))
        .order_by(BallotEntry.ballot_id, SkillNeed.position)
    )
    said: dict[int, list[tuple[str, str, int | None]]] = {ballot_id: [] for ballot_id in sorted(ballot_ids)}
    for ballot_id, code, sort, position in rows:
        said[ballot_id].append((code, sort, position))
    return [voted_order(entries) for entries in said.values()]


def voted_order(entries: Iterable[tuple[str, str, int | None]]) -> VotedOrder:
    """Turn the entries of one ballot (need code, sort, position) into groups of needs, best first."""
    placed: dict[int, list[str]] = defaultdict(list)
    by_sort: dict[str, list[str]] = defaultdict(list)
    for code, sort, position in entries:
        if position is not None:
            placed[position].append(code)
        else:
            by_sort[sort].append(code)
    return VotedOrder(
        placed=tuple(tuple(placed[position]) for position in sorted(placed)),
        sorted_below=tuple(tuple(by_sort[sort]) for sort in ("must", "useful") if by_sort[sort]),
        not_compared=tuple(by_sort["dont_know"]),
    )


@lru_cache(maxsize=64)
def _ranked(needs: tuple[tuple[str, str], ...], orders: tuple[VotedOrder, ...]) -> tuple[Ranking, tuple[str, ...]]:
    """Rank needs (code, title) and say what the top hangs on.

    The result is remembered: screens ask every few seconds, ballots change rarely.
    """
    ballots = ballots_from_orders(
        items=[code for code, _title in needs],
        names=[title for _code, title in needs],
        orders=[order.placed for order in orders],
        sorted_below=[order.sorted_below for order in orders],
        not_compared=[order.not_compared for order in orders],
    )
    # A need that fewer employers compared than may be shown is no part of the ranking: its place would be their vote.
    n_compared = (~np.isnan(ballots.ranks)).sum(axis=0)
    ballots = ballots.only([code for (code, _title), n in zip(needs, n_compared, strict=True) if may_be_shown(int(n))])
    return meeting_ranking(ballots, n_resamples=2000, seed=0), robustness_lines(ballots)


def _ranked_needs(ranking: Ranking, *, needs: Sequence[SkillNeed]) -> tuple[RankedNeed, ...]:
    by_code = {need.code: need for need in needs}
    ranked = tuple(
        RankedNeed(
            code=item.id,
            title=by_code[item.id].title,
            area=by_code[item.id].area,
            level=by_code[item.id].level,
            position=item.rank,
            tier=item.tier,
            rank_low=item.rank_low,
            rank_high=item.rank_high,
            score=item.score,
            n_compared=item.n_compared,
        )
        for item in ranking.items
    )
    seen = {need.code for need in ranked}
    return (*ranked, *(_unranked(need) for need in needs if need.code not in seen))


def _unranked(need: SkillNeed) -> RankedNeed:
    """Return a need that too few employers compared: it has no place, and how few they were is not told."""
    return RankedNeed(
        code=need.code,
        title=need.title,
        area=need.area,
        level=need.level,
        position=None,
        tier=None,
        rank_low=None,
        rank_high=None,
        score=None,
        n_compared=0,
    )


def _notes(*, n_employers: int, n_late: int, is_closed: bool) -> tuple[str, ...]:
    notes = []
    if n_employers < SMALL_ROOM:
        notes.append(
            f"{n_employers} employers cannot settle a fine order: read the tiers and the span of plausible places, "
            "not the single place."
        )
    if n_late:
        employers = "1 employer has" if n_late == 1 else f"{n_late} employers have"
        until = "" if is_closed else f" They count as soon as {BATCH_SIZE} are together."
        notes.append(
            f"{employers} cast a newer ballot that is not counted here: so few new ballots would show how they voted."
            + until
        )
    return tuple(notes)
