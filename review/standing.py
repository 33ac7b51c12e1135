"""Work out what holds on one pair from everything that reviewers said about it.

Rules: a person's latest word counts, unless it was taken back. Words that agree are the verdict. While they differ the
verdict is disputed, and the matcher's holds: nobody wins by speaking last. A settlement replaces every word before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: How a decision came about: said by a reviewer, taking an earlier one back, settling a dispute, or taken over from
#: an earlier run.
DECISION_KINDS = ("own", "undo", "settlement", "takeover")


@dataclass(frozen=True)
class Word:
    """One decision on a pair, as far as the rules read it."""

    #: Row number; later decisions have larger ones.
    id: int
    person_id: int
    name: str
    verdict: str
    #: One of DECISION_KINDS.
    kind: str = "own"
    #: The decision that an undo takes back; None for all others.
    undoes_id: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Standing:
    """What holds on a pair, and whose words it rests on."""

    #: The verdict that holds.
    verdict: str
    #: The words that count, one a person, in the order of deciding.
    words: tuple[Word, ...]

    @property
    def is_disputed(self) -> bool:
        """Say whether the words that count differ."""
        return len({word.verdict for word in self.words}) > 1

    @property
    def is_decided(self) -> bool:
        """Say whether somebody decided and nobody disagrees."""
        return bool(self.words) and not self.is_disputed

    @property
    def names_by_verdict(self) -> dict[str, tuple[str, ...]]:
        """Return who says what."""
        found: dict[str, tuple[str, ...]] = {}
        for word in self.words:
            found[word.verdict] = (*found.get(word.verdict, ()), word.name)
        return found

    def word_of(self, person_id: int) -> Word | None:
        """Return the word of a person that counts; None when there is none."""
        return next((word for word in self.words if word.person_id == person_id), None)


def standing(words: Iterable[Word], *, matcher_verdict: str) -> Standing:
    """Return what holds after these words, given in the order of deciding."""
    said = list(words)
    taken_back = {word.undoes_id for word in said if word.kind == "undo"}
    counting: dict[int, Word] = {}
    for word in said:
        if word.kind == "undo" or word.id in taken_back:
            continue
        if word.kind == "settlement":
            counting.clear()
        counting.pop(word.person_id, None)
        counting[word.person_id] = word
    agreed = {word.verdict for word in counting.values()}
    return Standing(verdict=agreed.pop() if len(agreed) == 1 else matcher_verdict, words=tuple(counting.values()))
