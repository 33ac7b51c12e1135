"""What a new round of voting moved: the places of each need before and after, as far as both may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.published import PublishedRanking, published_ranking, shown_round


@dataclass(frozen=True)
class MovedNeed:
    """A need that both rounds ranked."""

    code: str
    title: str
    #: Its place among the needs that both rounds ranked, 1 best.
    place_before: int
    place_after: int

    @property
    def n_places_up(self) -> int:
        """Return by how many places it rose; below 0 when it fell."""
        return self.place_before - self.place_after

    @property
    def words(self) -> str:
        """Say how far it moved."""
        n_places = abs(self.n_places_up)
        if not n_places:
            return "stayed"
        return f"{'up' if self.n_places_up > 0 else 'down'} {n_places} {'place' if n_places == 1 else 'places'}"


@dataclass(frozen=True)
class BeforeAfter:
    """Two rounds of voting side by side."""

    round_before: int
    round_after: int
    n_employers_before: int
    n_employers_after: int
    #: What moved farthest first.
    needs: tuple[MovedNeed, ...]

    @property
    def n_moved(self) -> int:
        """Count the needs that did not keep their place."""
        return sum(need.n_places_up != 0 for need in self.needs)


def before_after(session: Session, *, meeting_id: int) -> BeforeAfter | None:
    """Compare the newest revealed round with the one before it; None while there are no two rounds to show."""
    newest = shown_round(session, meeting_id=meeting_id, round=None).number
    if newest == 1:
        return None
    after = published_ranking(session, meeting_id=meeting_id, round=newest)
    before = published_ranking(session, meeting_id=meeting_id, round=newest - 1)
    if not isinstance(after, PublishedRanking) or not isinstance(before, PublishedRanking):
        return None
    return BeforeAfter(
        round_before=newest - 1,
        round_after=newest,
        n_employers_before=before.n_employers,
        n_employers_after=after.n_employers,
        needs=_moved(before, after),
    )


def _moved(before: PublishedRanking, after: PublishedRanking) -> tuple[MovedNeed, ...]:
    """Return the needs that both rankings place, with their places among these needs alone."""
    earlier, later = _positions(before), _positions(after)
    common = earlier.keys() & later.keys()
    moved = [
        MovedNeed(
            need.code,
            need.title,
            place_before=_place(need.code, positions=earlier, among=common),
            place_after=_place(need.code, positions=later, among=common),
        )
        for need in after.needs
        if need.code in common
    ]
    return tuple(sorted(moved, key=lambda need: (-abs(need.n_places_up), need.place_after)))


def _positions(ranking: PublishedRanking) -> dict[str, int]:
    return {need.code: need.position for need in ranking.needs if need.position is not None}


def _place(code: str, *, positions: Mapping[str, int], among: set[str]) -> int:
    """Return a need's place when only some needs count: one that a round did not rank moves no other one."""
    return 1 + sum(positions[other] < positions[code] for other in among)
