"""What the wall shows after the reveal, page by page: where we disagree, the tiers, the voices, how firm it all is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboards.results import agreement_words, tier_pages
from dashboards.wording import clipped, sentence
from review.wording import listed, number_word
from survey.queries import BeforeAfter, DisputedNeed, PublishedRanking, RankedNeed

#: Disputed needs on the first page: what a room can talk about before lunch.
N_DISPUTED = 4
#: Places of each voice that stand side by side.
N_SIDE_BY_SIDE = 7
#: Characters on one page of sentences, and of a need's title inside a sentence.
N_STATEMENT_CHARACTERS, N_TITLE_CHARACTERS = 420, 90
VOICE_NAMES = {"employer": "Employers", "union": "Unions", "observer": "Observers"}
#: Shares in words, as they stand before "of the room".
SHARE_WORDS = {0.0: "hardly anyone", 1 / 4: "a quarter", 1 / 3: "a third", 1 / 2: "half", 2 / 3: "two thirds"}
SHARE_WORDS |= {3 / 4: "three quarters", 1.0: "nearly everyone"}


@dataclass(frozen=True)
class VoiceColumn:
    """The first places of one voice."""

    name: str
    #: (place, title), best first.
    places: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class WallPage:
    """One page of the wall: one thing, readable from the back of the room."""

    kind: Literal["disagreement", "moved", "tier", "voices", "firmness"]
    heading: str
    #: Sentences of a "disagreement", "moved" or "firmness" page.
    statements: tuple[str, ...] = ()
    #: Needs of a "tier" page.
    needs: tuple[RankedNeed, ...] = ()
    #: Columns of a "voices" page.
    columns: tuple[VoiceColumn, ...] = ()


def wall_pages(
    ranking: PublishedRanking, *, disputed: Sequence[DisputedNeed], moved: BeforeAfter | None = None
) -> tuple[WallPage, ...]:
    """Return every page in the order in which the room should talk about them."""
    tiers = [WallPage("tier", page.heading, needs=page.needs) for page in tier_pages(ranking.needs)]
    again = [_moved_page(moved)] if moved else []
    return (_disagreement_page(disputed), *again, *tiers, *_voices_pages(ranking), *_firmness_pages(ranking))


def _disagreement_page(disputed: Sequence[DisputedNeed]) -> WallPage:
    if not disputed:
        return WallPage("disagreement", "No need splits the room", ("No need is high for some and low for others.",))
    statements = tuple(disputed_words(need) for need in disputed[:N_DISPUTED])
    return WallPage("disagreement", "Where we disagree", statements)


def _moved_page(moved: BeforeAfter) -> WallPage:
    """Say what the newest round of voting moved farthest."""
    rounds = f"round {moved.round_before} to round {moved.round_after}"
    if not moved.n_moved:
        return WallPage("moved", f"From {rounds}", ("Every need kept its place.",))
    lines = tuple(
        f"“{clipped(need.title, n_characters=N_TITLE_CHARACTERS)}” went {need.words}, to place {need.place_after}."
        for need in moved.needs[:N_DISPUTED]
        if need.n_places_up
    )
    return WallPage("moved", f"What moved from {rounds}", lines)


def disputed_words(need: DisputedNeed) -> str:
    """Say in plain words how the room is split over a need."""
    title = f"“{clipped(need.title, n_characters=N_TITLE_CHARACTERS)}”"
    if need.high_share is None or need.low_share is None:
        return f"The room is split over {title}."
    who = SHARE_WORDS[need.high_share] + ("" if need.high_share in {0.0, 1.0} else " of the room")
    puts = "put" if need.high_share in {2 / 3, 3 / 4} else "puts"
    low = SHARE_WORDS[need.low_share]
    return f"{sentence(who)} {puts} {title} among its top needs; for {low} it comes last or is not needed."


def _voices_pages(ranking: PublishedRanking) -> list[WallPage]:
    """Put the first places of each voice side by side; a voice that may not be shown is absent."""
    if not ranking.voices:
        return []
    titles = {need.code: need.title for need in ranking.needs}
    employers = [(need.position, need.title) for need in ranking.needs if need.position is not None]
    columns = [VoiceColumn(VOICE_NAMES["employer"], tuple(employers[:N_SIDE_BY_SIDE]))]
    for voice, places in ranking.voices.items():
        named = tuple((place, titles[code]) for code, place in places[:N_SIDE_BY_SIDE])
        columns.append(VoiceColumn(VOICE_NAMES[voice], named))
    names = listed([column.name if n == 0 else column.name.lower() for n, column in enumerate(columns)])
    return [WallPage("voices", f"{names}, side by side", columns=tuple(columns))]


def _firmness_pages(ranking: PublishedRanking) -> list[WallPage]:
    pages: list[list[str]] = [[]]
    for line in (agreement_words(ranking.kendall_w), *ranking.notes):
        if pages[-1] and sum(map(len, pages[-1])) + len(line) > N_STATEMENT_CHARACTERS:
            pages.append([])
        pages[-1].append(clipped(line, n_characters=N_STATEMENT_CHARACTERS))
    return [WallPage("firmness", "How firm is this ranking?", tuple(page)) for page in pages]


def coverage_words(verdicts: Sequence[str], *, run_id: int) -> str:
    """Say how many of the needs on a page the colleges cover."""
    n_covered = verdicts.count("covered")
    if not verdicts:
        return ""
    if len(verdicts) == 1:
        how = "cover this need" if n_covered else "do not cover this need"
    else:
        how = f"cover {number_word(n_covered) if n_covered else 'none'} of these {number_word(len(verdicts))} needs"
    return f"The colleges {how} (run {run_id})."
