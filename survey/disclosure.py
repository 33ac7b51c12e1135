"""Rules that keep single ballots from being worked out: when a ranking may be shown, and when it may change.

A competitor in the room knows its own ballot. So nothing is shown below five employers, and a shown ranking only
changes when at least three more employers have voted: two versions of it never differ by one or two ballots.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Organisations of one voice that must have voted before anything about that voice is shown.
MIN_VOTERS = 5
#: Organisations that must have cast a new ballot before a shown ranking changes.
BATCH_SIZE = 3


@dataclass(frozen=True)
class CastBallot:
    """Say whose ballot a cast ballot is, without what it says."""

    ballot_id: int
    organisation_id: int
    voice: str


def n_voters(ballots: Iterable[CastBallot], *, voice: str) -> int:
    """Count the organisations that cast a ballot in this voice; several ballots of one count once."""
    return len({ballot.organisation_id for ballot in ballots if ballot.voice == voice})


def may_be_shown(n_organisations: int) -> bool:
    """Say whether figures that rest on this many organisations may be shown."""
    return n_organisations >= MIN_VOTERS


def latest_ballots(ballots: Iterable[CastBallot], *, voice: str) -> tuple[CastBallot, ...]:
    """Return each organisation's latest ballot in this voice, in the order of arrival."""
    latest: dict[int, CastBallot] = {}
    for ballot in sorted(ballots, key=lambda each: each.ballot_id):
        if ballot.voice == voice:
            latest[ballot.organisation_id] = ballot
    return tuple(sorted(latest.values(), key=lambda each: each.ballot_id))


def up_to(ballots: Iterable[CastBallot], *, ballot_id: int) -> tuple[CastBallot, ...]:
    """Return the ballots that arrived until this one, itself included."""
    return tuple(ballot for ballot in ballots if ballot.ballot_id <= ballot_id)


def n_waiting(ballots: Iterable[CastBallot], *, published_ballot_id: int) -> int:
    """Count the employers whose newest ballot the shown ranking does not count yet."""
    return n_voters((ballot for ballot in ballots if ballot.ballot_id > published_ballot_id), voice="employer")


def next_published_ballot(ballots: Sequence[CastBallot], *, published_ballot_id: int) -> int:
    """Return the last ballot that a shown ranking may count now.

    Three ballots of one employer that keeps changing its mind are no batch: the change would be that employer's alone.
    """
    if n_waiting(ballots, published_ballot_id=published_ballot_id) < BATCH_SIZE:
        return published_ballot_id
    return max(ballot.ballot_id for ballot in ballots)


def voice_batches(ballots: Iterable[CastBallot], *, voice: str) -> tuple[CastBallot, ...]:
    """Return the ballots of a smaller voice that may be shown, none below five organisations.

    The employers' ballots set the pace of publishing, so the ballots of unions or observers are counted in batches of
    their own: the first five organisations, then at least three more each time.
    """
    shown: list[CastBallot] = []
    batch: list[CastBallot] = []
    for ballot in sorted(ballots, key=lambda each: each.ballot_id):
        if ballot.voice != voice:
            continue
        batch.append(ballot)
        if n_voters(batch, voice=voice) >= (BATCH_SIZE if shown else MIN_VOTERS):
            shown, batch = [*shown, *batch], []
    return tuple(shown)
