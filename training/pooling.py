"""Group the requests of several firms into sections that could be taught together, and say why. Plain data only.

The rule. Two requests can share a section when all of this holds:

1. they ask for the same course of the same college, or for the same need;
2. their workers can come at the same times (days, evenings or weekends);
3. they name the same place; "at our plant" only goes with requests of the same firm, since nobody sends workers into
   another firm's plant for a class and no firm learns from a place who else is coming;
4. they want it taught the same way, or one of them takes any way;
5. there is a first day that suits both: their stretches of possible first days overlap.

Sections are then built one at a time: of all first days and ways of teaching that some request names, the one that
gathers most workers wins; at equal numbers the earlier day, then the way in alphabetical order. What it gathers is a
section, and the rest is looked at again. Every request lands in exactly one section, perhaps alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from training.wording import day, days

#: Workers below whom a section does not pay, where the college has not said otherwise.
SMALLEST_SECTION = 8
#: A section that lacks at most this many workers is nearly there.
NEARLY = 3


@dataclass(frozen=True)
class Wish:
    """One request, as far as grouping needs it."""

    request_id: int
    organisation_id: int
    #: "course:CRC:EMT 121" or "need:PL-01".
    subject: str
    n_workers: int
    times: str
    place: str
    delivery: str
    earliest_on: date
    latest_on: date


@dataclass(frozen=True)
class Section:
    """Requests that could be taught together."""

    subject: str
    times: str
    place: str
    #: The way of teaching that suits everyone; "any" when nobody asked for one.
    delivery: str
    #: First days that suit everyone.
    earliest_on: date
    latest_on: date
    #: In the order of their numbers.
    wishes: tuple[Wish, ...]
    #: Workers that it takes.
    n_smallest: int
    #: Sentences: why these go together, and for each request on the same subject why it is not among them.
    reasons: tuple[str, ...]

    @property
    def n_workers(self) -> int:
        """Count its workers."""
        return sum(wish.n_workers for wish in self.wishes)

    @property
    def n_firms(self) -> int:
        """Count its firms."""
        return len({wish.organisation_id for wish in self.wishes})

    @property
    def n_short(self) -> int:
        """Count the workers that are missing until it is viable."""
        return max(0, self.n_smallest - self.n_workers)

    @property
    def is_viable(self) -> bool:
        """Say whether it has workers enough."""
        return self.n_short == 0

    @property
    def is_nearly_viable(self) -> bool:
        """Say whether few workers are missing."""
        return 0 < self.n_short <= NEARLY

    @property
    def request_ids(self) -> tuple[int, ...]:
        """Return the numbers of its requests."""
        return tuple(wish.request_id for wish in self.wishes)


def difference(one: Wish, other: Wish) -> str:
    """Say the first thing that keeps two requests apart, in words without names; "" when nothing does."""
    if one.subject != other.subject:
        return "it asks for something else"
    if one.times != other.times:
        return f"its workers come {_times(other.times)}, not {_times(one.times)}"
    if one.place != other.place:
        return "it names another place"
    if one.place == "plant" and one.organisation_id != other.organisation_id:
        return "both are taught at a plant, and each firm has its own"
    if "any" not in {one.delivery, other.delivery} and one.delivery != other.delivery:
        return "it wants another way of teaching"
    if max(one.earliest_on, other.earliest_on) > min(one.latest_on, other.latest_on):
        return (
            f"no first day suits both: {days(one.earliest_on, one.latest_on)} "
            f"and {days(other.earliest_on, other.latest_on)}"
        )
    return ""


def _times(times: str) -> str:
    return {"days": "by day", "evenings": "in the evening", "weekends": "at weekends"}[times]


def sections(wishes: Iterable[Wish], *, smallest: Mapping[str, int] | None = None) -> tuple[Section, ...]:
    """Group requests into sections, the fullest first; `smallest` holds the fewest workers by subject."""
    least = smallest or {}
    ordered = sorted(wishes, key=lambda wish: wish.request_id)
    by_key: dict[tuple[str, str, str, int], list[Wish]] = defaultdict(list)
    by_subject: dict[str, list[Wish]] = defaultdict(list)
    for wish in ordered:
        firm = wish.organisation_id if wish.place == "plant" else 0
        by_key[wish.subject, wish.times, wish.place, firm].append(wish)
        by_subject[wish.subject].append(wish)
    found = [
        _section(
            members,
            delivery=delivery,
            others=by_subject[members[0].subject],
            n_smallest=least.get(members[0].subject, SMALLEST_SECTION),
        )
        for group in by_key.values()
        for members, delivery in _groups(group)
    ]
    return tuple(sorted(found, key=lambda each: (each.n_short, -each.n_workers, each.subject, each.request_ids)))


def _groups(wishes: Sequence[Wish]) -> Iterable[tuple[list[Wish], str]]:
    """Take out the fullest group again and again until nothing is left."""
    left = list(wishes)
    while left:
        ways = sorted({wish.delivery for wish in left} - {"any"}) or ["any"]
        first_days = sorted({wish.earliest_on for wish in left})
        candidates = [(_joining(left, on=on, way=way), way) for on in first_days for way in ways]
        members, way = max(candidates, key=lambda each: sum(wish.n_workers for wish in each[0]))
        asked = {wish.delivery for wish in members} - {"any"}
        yield members, way if asked else "any"
        left = [wish for wish in left if wish not in members]


def _joining(wishes: Collection[Wish], *, on: date, way: str) -> list[Wish]:
    return [wish for wish in wishes if wish.earliest_on <= on <= wish.latest_on and wish.delivery in {way, "any"}]


def _section(members: Sequence[Wish], *, delivery: str, others: Sequence[Wish], n_smallest: int) -> Section:
    first = members[0]
    earliest, latest = max(wish.earliest_on for wish in members), min(wish.latest_on for wish in members)
    together = f"Same subject, times and place, and first days from {day(earliest)} to {day(latest)} suit everyone."
    alone = "No other request can join it so far."
    apart = [
        f"Request {other.request_id} is not in it: {_why_apart(members, other)}."
        for other in others
        if other not in members
    ]
    return Section(
        subject=first.subject,
        times=first.times,
        place=first.place,
        delivery=delivery,
        earliest_on=earliest,
        latest_on=latest,
        wishes=tuple(members),
        n_smallest=n_smallest,
        reasons=(together if len(members) > 1 else alone, *apart),
    )


def _why_apart(members: Sequence[Wish], other: Wish) -> str:
    """Say why a request is not in a group: what keeps it from a member, or that it fits better elsewhere."""
    said = next((words for member in members if (words := difference(member, other))), "")
    return said or "it fits a fuller section"
