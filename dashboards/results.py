"""What a published ranking says in words, and how it is shown page by page on a wall. Plain data only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from dashboards.wording import sentence
from review.wording import TIER_WORDS, counted, number_word
from survey.queries import MeetingRow, RankedNeed

#: Needs that fit on a wall at a size that is read from two metres and more.
N_WALL_ROWS = 7
#: Counts of employers below this are not printed beside a single need.
FEWEST_SHOWN = 5
#: Kendall's W from which a room agrees strongly, and somewhat.
STRONG_AGREEMENT, SOME_AGREEMENT = 0.7, 0.3
TIER_HEADINGS = {
    1: "Critical: what the room needs most",
    2: "High priority",
    3: "Medium priority",
    4: "Low priority",
    None: "Not ranked: too few compared these",
}


@dataclass(frozen=True)
class TierPage:
    """One page of the wall: needs of one tier."""

    heading: str
    tier: int | None
    needs: tuple[RankedNeed, ...]
    #: Number of the page, from 1.
    number: int
    n_pages: int


@dataclass(frozen=True)
class NeedCoverage:
    """How the colleges of a match run cover one need."""

    #: The verdict that holds: "covered", "revise" or "gap".
    verdict: str
    #: Colleges with a matching course.
    n_match: int
    #: Colleges whose best course needs revision.
    n_revise: int
    n_colleges: int

    @property
    def words(self) -> str:
        """Say at how many colleges, in a few words that stand under the verdict."""
        n_near = self.n_match + self.n_revise
        if self.verdict == "covered":
            return f"at {self.n_match} of {counted(self.n_colleges, 'college')}"
        # A matching course may still have too few hours or give no credit, so the verdict decides, not the count.
        if n_near:
            return f"nearly, at {n_near} of {counted(self.n_colleges, 'college')}"
        return "at no college"


@dataclass(frozen=True)
class LiveState:
    """What a wall screen asks for whenever something has changed."""

    #: "planned", "open", "closed" or "revealed"; an open one adds its closing time, or that it is paused.
    stage: str
    n_voted: int
    n_seats: int
    #: Changes when the shown ranking or the run beside it changes; empty while none is shown.
    ranking: str
    #: The count as a sentence.
    words: str


def agreement_words(kendall_w: float | None) -> str:
    """Say how far the room agrees, with the number."""
    if kendall_w is None:
        return "How far the room agrees cannot be told from these ballots."
    how = "strongly" if kendall_w >= STRONG_AGREEMENT else "somewhat" if kendall_w >= SOME_AGREEMENT else "little"
    return f"The room agrees {how} (Kendall’s W {kendall_w:.2f})."


def tier_pages(needs: Sequence[RankedNeed]) -> tuple[TierPage, ...]:
    """Cut a ranking into pages that a wall shows one at a time; no page mixes tiers."""
    pieces = [
        (tier, piece)
        for tier, group in groupby(sorted(needs, key=_tier_order), key=lambda need: need.tier)
        for piece in _even_pieces(tuple(group))
    ]
    return tuple(
        TierPage(TIER_HEADINGS[tier], tier, piece, number, len(pieces))
        for number, (tier, piece) in enumerate(pieces, start=1)
    )


def _tier_order(need: RankedNeed) -> int:
    """Put the best tier first and what nobody compared last; within a tier the ranking's order stays."""
    return need.tier if need.tier is not None else max(TIER_WORDS) + 1


def _even_pieces(needs: Sequence[RankedNeed]) -> list[tuple[RankedNeed, ...]]:
    """Cut needs into as few pages as fit, of about the same length."""
    n_pieces = -(-len(needs) // N_WALL_ROWS)
    bounds = [round(number * len(needs) / n_pieces) for number in range(n_pieces + 1)]
    return [tuple(needs[start:end]) for start, end in pairwise(bounds)]


def shown_count(n_compared: int) -> str:
    """Print how many employers compared a need; a handful of them stays a handful."""
    return str(n_compared) if n_compared >= FEWEST_SHOWN else f"fewer than {FEWEST_SHOWN}"


def stage(meeting: MeetingRow, *, is_shown: bool) -> str:
    """Name what a wall shows of a meeting now."""
    if is_shown:
        return "revealed"
    return f"{meeting.state} {meeting.closing_words}".strip()


def voted_words(meeting: MeetingRow) -> str:
    """Say how many of those who came have voted; nobody is named."""
    if not meeting.n_employers:
        return "Nobody has joined yet" if meeting.state != "closed" else "Nobody has joined"
    verb = "has" if meeting.n_employers_voted == 1 else "have"
    words = f"{meeting.n_employers_voted} of {meeting.n_employers} employers {verb} voted"
    return words if meeting.n_voted == meeting.n_employers_voted else f"{words}, and {_others(meeting)}"


def _others(meeting: MeetingRow) -> str:
    n_others = meeting.n_voted - meeting.n_employers_voted
    return "1 other voice" if n_others == 1 else f"{n_others} other voices"


def critical_words(needs: Sequence[RankedNeed]) -> str:
    """Answer in one line what the room needs most: how many needs, and which when they are few."""
    top = [need for need in needs if need.tier == 1]
    if not top:
        return f"The room ranked {counted(len(needs), 'need')}"
    if len(top) == 1:
        return f"One need is critical: {top[0].title}"
    return f"{sentence(number_word(len(top)))} of {counted(len(needs), 'need')} are critical"
