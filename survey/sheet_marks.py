"""Turn the marks of a sheet into answers, and leave open whatever a person must look at. No database, no web."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from survey.ballots import SORT_LABELS, BallotEntryContent
from survey.models import SORTS
from survey.sheet_reading import RowMarks

#: How forms and answers say that no sort is marked.
NOTHING = "none"


@dataclass(frozen=True)
class RowAnswer:
    """What one need's row says; what is not plain is open."""

    need_code: str
    #: One of survey.models.SORTS, or NOTHING; None is open.
    sort: str | None
    #: The place in the voter's order, 0 for none; None is open.
    place: int | None
    #: Why something is open, in words for whoever looks at the paper.
    reasons: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Say whether a person must answer something."""
        return self.sort is None or self.place is None


def read_answers(rows: Sequence[RowMarks]) -> tuple[RowAnswer, ...]:
    """Return what the rows of a whole sheet say, in their order.

    Open is left: every doubtful mark, two sorts in a row, two places in a row, a place without “must have”, and a place
    that two needs share.
    """
    answers = [_row_answer(row) for row in rows]
    sharing = defaultdict(list)
    for answer in answers:
        if answer.place:
            sharing[answer.place].append(answer.need_code)
    shared = {place: codes for place, codes in sharing.items() if len(codes) > 1}
    return tuple(
        replace(answer, place=None, reasons=(*answer.reasons, _shared_words(answer, shared[answer.place])))
        if answer.place in shared
        else answer
        for answer in answers
    )


def _shared_words(answer: RowAnswer, codes: Sequence[str]) -> str:
    others = " and ".join(code for code in codes if code != answer.need_code)
    return f"place {answer.place} is marked here and for {others}"


def _row_answer(row: RowMarks) -> RowAnswer:
    if not row.was_found:
        return RowAnswer(row.need_code, None, None, ("the circles of this row cannot be seen",))
    n_sorts = len(SORTS)
    reasons: list[str] = []
    sorts = [SORTS[bubble] for bubble in row.marked if bubble < n_sorts]
    places = [bubble - n_sorts + 1 for bubble in row.marked if bubble >= n_sorts]
    sort: str | None = sorts[0] if sorts else NOTHING
    place: int | None = places[0] if places else 0
    if len(sorts) > 1:
        sort = None
        reasons.append(f"two sorts are marked ({' and '.join(SORT_LABELS[each] for each in sorts)})")
    if len(places) > 1:
        place = None
        reasons.append(f"two places are marked ({' and '.join(str(each) for each in places)})")
    for bubble in row.doubtful:
        if bubble < n_sorts:
            sort = None
            reasons.append(f"the mark at “{SORT_LABELS[SORTS[bubble]]}” is not plain")
        else:
            place = None
            reasons.append(f"the mark at place {bubble - n_sorts + 1} is not plain")
    if place and sort not in (None, "must"):
        reasons.append(f"place {place} is marked without “must have”")
        sort = place = None
    return RowAnswer(row.need_code, sort, place, tuple(reasons))


def merged_rows(earlier: Iterable[RowMarks], later: Iterable[RowMarks]) -> tuple[RowMarks, ...]:
    """Join two readings of one page: the later picture holds, but where both plainly contradict, a mark is doubtful."""
    before = {row.need_code: row for row in earlier}
    return tuple(_merged(before.get(row.need_code, row), row) for row in later)


def _merged(one: RowMarks, other: RowMarks) -> RowMarks:
    if not (one.was_found and other.was_found):
        return one if one.was_found else other
    gone = set(one.marked) - set(other.marked) - set(other.doubtful)
    new = set(other.marked) - set(one.marked) - set(one.doubtful)
    marked, doubtful = set(other.marked) - new, set(other.doubtful) | gone | new
    return RowMarks(one.need_code, tuple(sorted(marked)), tuple(sorted(doubtful)))


def says_the_same(rows: Sequence[RowMarks], entries: Mapping[str, BallotEntryContent]) -> bool:
    """Tell whether a reading fits a counted ballot: nothing plain in it says otherwise."""
    for answer in read_answers(rows):
        entry = entries.get(answer.need_code)
        sort, place = (entry.sort or NOTHING, entry.position or 0) if entry else (NOTHING, 0)
        if answer.sort not in (None, sort) or answer.place not in (None, place):
            return False
    return True


def empty_places(answers: Iterable[RowAnswer]) -> tuple[int, ...]:
    """Return the places before the last marked one that no need has: a mark may have been missed there.

    Needs that share a place leave the next ones empty, as in a race.
    """
    marked = sorted(answer.place for answer in answers if answer.place)
    taken = {place + behind for place in set(marked) for behind in range(marked.count(place))}
    return tuple(place for place in range(1, max(marked, default=0)) if place not in taken)


def ballot_entries(answers: Iterable[RowAnswer]) -> tuple[BallotEntryContent, ...]:
    """Return the entries of a ballot whose every answer is settled."""
    return tuple(
        BallotEntryContent(answer.need_code, None if answer.sort == NOTHING else answer.sort, answer.place or None)
        for answer in answers
        if answer.sort != NOTHING or answer.place
    )
