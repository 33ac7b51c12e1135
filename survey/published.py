"""The ranking that may be shown: which ballots it counts, what they say together, and why it may be withheld."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
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
from survey.models import Ballot, BallotEntry, EarlierRound, Meeting, Seat, SkillNeed, SpeakingSeat
from survey.ranking import Ranking, ballots_from_orders, meeting_ranking, robustness_lines

#: Below this many employers a page says that the room is small.
SMALL_ROOM = 10

#: One ballot as groups of need codes, best first: the voter's own order, what was only sorted, what is not compared.
Order: TypeAlias = tuple[tuple[str, ...], ...]


def _kept(order: Order, codes: Collection[str]) -> Order:
    groups = (tuple(code for code in group if code in codes) for group in order)
    return tuple(group for group in groups if group)


@dataclass(frozen=True)
class VotedOrder:
    """One ballot in the form in which it is ranked."""

    #: The voter's own top k, best first; one group holds what is tied.
    placed: Order
    #: Behind them: the other must-haves, then the useful ones. Whatever is in no group comes last of all.
    sorted_below: Order
    #: Needs answered with "don't know", and needs that the voter was not asked.
    not_compared: tuple[str, ...]

    def only(self, codes: Collection[str]) -> VotedOrder:
        """Return the same ballot as if it spoke of these needs alone."""
        not_compared = tuple(code for code in self.not_compared if code in codes)
        return VotedOrder(_kept(self.placed, codes), _kept(self.sorted_below, codes), not_compared)


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
    #: Round of voting that it comes from, from 1.
    round_number: int = 1


@dataclass(frozen=True)
class ShownRound:
    """One round of voting, and how far its ballots are shown."""

    number: int
    is_revealed: bool
    #: Number of the last ballot that its ranking counts; None before the reveal.
    published_ballot_id: int | None
    is_closed: bool
    #: When the next round began; None while this one is the newest.
    ended_at: datetime | None = None


@dataclass(frozen=True)
class RankingWithheld:
    """Why there is no ranking to show."""

    #: "not_revealed" or "too_few_employers".
    reason: str
    text: str


def cast_ballots(session: Session, *, meeting_id: int, round: int, after_ballot_id: int = 0) -> tuple[CastBallot, ...]:
    """Return whose ballots one round of a meeting has, in the order of arrival; all, or those after one of them.

    Where the convener chose who speaks for an organisation, the ballots of its other seats are left out.
    """
    chosen = {
        (row.organisation_id, row.voice): row.seat_id
        for row in session.scalars(
            select(SpeakingSeat).where(SpeakingSeat.meeting_id == meeting_id, SpeakingSeat.round_number == round)
        )
    }
    rows = session.execute(
        select(Ballot.id, Seat.organisation_id, Seat.voice, Seat.id)
        .join(Seat, Seat.token == Ballot.seat_token)
        .where(Ballot.meeting_id == meeting_id, Ballot.round_number == round, Ballot.id > after_ballot_id)
        .order_by(Ballot.id)
    )
    return tuple(
        CastBallot(ballot_id, organisation_id, voice)
        for ballot_id, organisation_id, voice, seat_id in rows
        if chosen.get((organisation_id, voice), seat_id) == seat_id
    )


def shown_round(session: Session, *, meeting_id: int, round: int | None) -> ShownRound:
    """Return a round of a meeting; None asks for the newest one whose ranking is revealed, or else the first."""
    meeting = session.get_one(Meeting, meeting_id)
    if round == meeting.round_number or (round is None and (meeting.revealed_at or meeting.round_number == 1)):
        return ShownRound(
            meeting.round_number,
            is_revealed=meeting.revealed_at is not None,
            published_ballot_id=meeting.published_ballot_id,
            is_closed=meeting.state == "closed",
        )
    number = meeting.round_number - 1 if round is None else round
    earlier = session.get(EarlierRound, (meeting_id, number))
    if earlier is None:
        return ShownRound(number, is_revealed=False, published_ballot_id=None, is_closed=False)
    return ShownRound(
        earlier.number,
        is_revealed=True,
        published_ballot_id=earlier.published_ballot_id,
        is_closed=True,
        ended_at=earlier.ended_at,
    )


def published_ballots(
    session: Session, *, meeting_id: int, voice: str, round: int | None = None
) -> tuple[CastBallot, ...]:
    """Return the ballots that may be shown now, each organisation's latest; none before the reveal or when too few.

    Every round stands for itself; without a number it is the newest one that was revealed.
    """
    wanted = shown_round(session, meeting_id=meeting_id, round=round)
    if wanted.published_ballot_id is None:
        return ()
    ballots = cast_ballots(session, meeting_id=meeting_id, round=wanted.number)
    counted = up_to(ballots, ballot_id=wanted.published_ballot_id)
    shown = latest_ballots(counted if voice == "employer" else voice_batches(counted, voice=voice), voice=voice)
    return shown if may_be_shown(len(shown)) else ()


def published_ranking(
    session: Session, *, meeting_id: int, round: int | None = None
) -> PublishedRanking | RankingWithheld:
    """Return the employers' ranking of a round as far as it may be shown, or say why it may not.

    Without a number it is the newest round that was revealed.
    """
    meeting = session.get_one(Meeting, meeting_id)
    wanted = shown_round(session, meeting_id=meeting_id, round=round)
    ballots = cast_ballots(session, meeting_id=meeting_id, round=wanted.number)
    withheld = _withheld(ballots, is_revealed=wanted.is_revealed)
    shown = published_ballots(session, meeting_id=meeting_id, voice="employer", round=wanted.number)
    if withheld or not shown or wanted.published_ballot_id is None:
        return withheld or _too_few(len(shown))
    listed = _needs(session, assessment_id=meeting.assessment_id)
    needs = _asked_needs(listed, ended_at=wanted.ended_at, closed_at=meeting.closed_at)
    ranking, robustness = _voice_ranking(session, ballots=shown, needs=needs)
    n_late = n_waiting(ballots, published_ballot_id=wanted.published_ballot_id)
    counted = up_to(ballots, ballot_id=wanted.published_ballot_id)
    return PublishedRanking(
        meeting_id=meeting_id,
        n_employers=len(shown),
        n_ballots=sum(ballot.voice == "employer" for ballot in counted),
        n_waiting=n_late,
        kendall_w=ranking.kendall_w,
        needs=_ranked_needs(ranking, needs=needs),
        voices=_other_voices(session, meeting_id=meeting_id, round=wanted.number, needs=needs),
        notes=(
            *_notes(n_employers=len(shown), n_late=n_late, is_closed=wanted.is_closed),
            *_list_notes(listed, needs=needs),
            *robustness,
        ),
        round_number=wanted.number,
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


def ranked_needs(session: Session, *, meeting_id: int, round: int | None) -> tuple[SkillNeed, ...]:
    """Return the needs that a round of a meeting ranks, in the order of the list."""
    meeting, wanted = session.get_one(Meeting, meeting_id), shown_round(session, meeting_id=meeting_id, round=round)
    listed = _needs(session, assessment_id=meeting.assessment_id)
    return _asked_needs(listed, ended_at=wanted.ended_at, closed_at=meeting.closed_at)


def _asked_needs(
    needs: Sequence[SkillNeed], *, ended_at: datetime | None, closed_at: datetime | None
) -> tuple[SkillNeed, ...]:
    """Return the needs that a round ranks: an earlier round keeps its list, whatever was changed afterwards."""
    last = ended_at or closed_at
    return tuple(
        need
        for need in needs
        if (need.withdrawn_at is None or (ended_at is not None and need.withdrawn_at > ended_at))
        and (need.added_at is None or last is None or need.added_at <= last)
    )


def _list_notes(listed: Sequence[SkillNeed], *, needs: Sequence[SkillNeed]) -> tuple[str, ...]:
    """Say which needs the room took off the list, and which it added while it voted."""
    kept = {need.code for need in needs}
    withdrawn = [need for need in listed if need.withdrawn_at is not None and need.code not in kept]
    added = [need for need in needs if need.added_at is not None]
    return (
        *(f"“{need.title}” was withdrawn in the room and is left out." for need in withdrawn),
        *(
            f"“{need.title}” was added while the room voted. Ballots that were not asked about it leave it out."
            for need in added
        ),
    )


def _other_voices(
    session: Session, *, meeting_id: int, round: int, needs: Sequence[SkillNeed]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Rank each smaller voice by itself; voices are never added together."""
    found = {}
    for voice in ("union", "observer"):
        shown = published_ballots(session, meeting_id=meeting_id, voice=voice, round=round)
        if shown:
            ranking, _robustness = _voice_ranking(session, ballots=shown, needs=needs)
            found[voice] = tuple((item.id, item.rank) for item in ranking.items)
    return found


def _voice_ranking(
    session: Session, *, ballots: Collection[CastBallot], needs: Sequence[SkillNeed]
) -> tuple[Ranking, tuple[str, ...]]:
    orders = voted_orders(session, ballot_ids=[ballot.ballot_id for ballot in ballots])
    codes = {need.code for need in needs}
    kept = tuple(order.only(codes) for order in orders)
    return _ranked(tuple((need.code, need.title) for need in needs), kept)


def voted_orders(session: Session, *, ballot_ids: Collection[int]) -> list[VotedOrder]:
    """Return what ballots say, in the order of their numbers.

    A ballot is never changed, so what it says is remembered: a shown ranking takes in three new ones at a time.
    """
    marks = {
        row.id: (row.id, row.content_digest)
        for row in session.execute(
            select(Ballot.id, Ballot.content_digest).where(Ballot.id.in_(ballot_ids)).order_by(Ballot.id)
        )
    }
    orders = {ballot_id: _READ_ORDERS.get(mark) for ballot_id, mark in marks.items()}
    unread = [ballot_id for ballot_id, order in orders.items() if order is None]
    if len(_READ_ORDERS) > MOST_READ_ORDERS:
        _READ_ORDERS.clear()
    for ballot_id, order in (_read_orders(session, ballot_ids=unread) if unread else {}).items():
        orders[ballot_id] = _READ_ORDERS[marks[ballot_id]] = order
    unasked = not_asked(session, ballot_ids=ballot_ids)
    return [
        replace(order, not_compared=(*order.not_compared, *unasked.get(ballot_id, ())))
        for ballot_id, order in orders.items()
        if order is not None
    ]


#: What was read of ballots, by their row number and the digest of their content.
_READ_ORDERS: dict[tuple[int, str], VotedOrder] = {}
MOST_READ_ORDERS = 5000


def _read_orders(session: Session, *, ballot_ids: Collection[int]) -> dict[int, VotedOrder]:
    """Return what ballots say, by their row number."""
    rows = session.execute(
        select(BallotEntry.ballot_id, SkillNeed.code, BallotEntry.sort, BallotEntry.position)
        .join(SkillNeed, SkillNeed.id == BallotEntry.need_id)
        .where(BallotEntry.ballot_id.in_(ballot_ids))
        .order_by(BallotEntry.ballot_id, SkillNeed.position)
    )
    said: dict[int, list[tuple[str, str, int | None]]] = {ballot_id: [] for ballot_id in sorted(ballot_ids)}
    for ballot_id, code, sort, position in rows:
        said[ballot_id].append((code, sort, position))
    return {ballot_id: voted_order(entries) for ballot_id, entries in said.items()}


def not_asked(session: Session, *, ballot_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return for each ballot the needs that the room added and that its voter had not before the eyes."""
    added = session.execute(
        select(SkillNeed.code, SkillNeed.assessment_id).where(SkillNeed.added_at.is_not(None)).order_by(SkillNeed.id)
    ).all()
    if not added:
        return {}
    rows = session.execute(
        select(Ballot.id, Ballot.shown_order, Meeting.assessment_id)
        .join(Meeting, Meeting.id == Ballot.meeting_id)
        .where(Ballot.id.in_(ballot_ids))
    )
    return {
        ballot_id: tuple(code for code, of_list in added if of_list == assessment_id and code not in shown)
        for ballot_id, shown, assessment_id in rows
    }


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
