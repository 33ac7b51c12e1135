"""Lay an old course text beside a new one, and find what was proposed in what an edition prints. Plain data only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Share of words in common from which two outcomes count as two wordings of one.
SAME_OUTCOME_SHARE = 0.5
#: Share of words in common from which a printed sentence counts as the proposed one, reworded.
REWORDED_SHARE = 0.75


@dataclass(frozen=True)
class Piece:
    """Some words of a text: in both versions, in the old one or in the new one only."""

    #: "same", "old" or "new".
    kind: str
    text: str


@dataclass(frozen=True)
class Row:
    """One line of the OLD/NEW table."""

    #: "Title", "Description", "Outcome", "Credits", "Clock hours" or "Prerequisites".
    part: str
    old: str
    new: str
    #: Words of the old text, those that go away marked; empty when there is no old text.
    old_pieces: tuple[Piece, ...]
    new_pieces: tuple[Piece, ...]

    @property
    def change(self) -> str:
        """Name what happens to the line: "same", "new", "removed" or "changed"."""
        if self.old == self.new:
            return "same"
        return "new" if not self.old else "removed" if not self.new else "changed"


def compared(part: str, old: str, new: str) -> Row:
    """Compare two versions of one text word by word."""
    if old == new:
        both = (Piece("same", old),) if old else ()
        return Row(part, old, new, both, both)
    before, after = old.split(), new.split()
    old_pieces, new_pieces = [], []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if i < j:
            old_pieces.append(Piece("same" if kind == "equal" else "old", " ".join(before[i:j])))
        if k < m:
            new_pieces.append(Piece("same" if kind == "equal" else "new", " ".join(after[k:m])))
    return Row(part, old, new, tuple(old_pieces), tuple(new_pieces))


def outcome_rows(old: Sequence[str], new: Sequence[str]) -> list[Row]:
    """Pair old outcomes with new ones: word for word first, then the likest; the new order rules, removed ones last."""
    left = list(range(len(old)))
    partner: dict[int, int] = {}
    for number, text in enumerate(new):
        same = next((i for i in left if normalised(old[i]) == normalised(text)), None)
        if same is not None:
            partner[number] = same
            left.remove(same)
    for number, text in enumerate(new):
        if number not in partner and left:
            best = max(left, key=lambda i: likeness(old[i], text))
            if likeness(old[best], text) >= SAME_OUTCOME_SHARE:
                partner[number] = best
                left.remove(best)
    rows = [compared("Outcome", old[partner[k]] if k in partner else "", text) for k, text in enumerate(new)]
    return rows + [compared("Outcome", old[i], "") for i in left]


def normalised(text: str) -> tuple[str, ...]:
    """Return the words of a text in small letters, without punctuation."""
    return tuple(re.findall(r"\w+", text.casefold()))


def likeness(one: str, other: str) -> float:
    """Return the share of words, 0–1, that two texts have in common in the same order."""
    return SequenceMatcher(None, normalised(one), normalised(other), autojunk=False).ratio()


@dataclass(frozen=True)
class Finding:
    """What an edition prints of one proposed change."""

    #: "Outcome", "Title", "Description", "Credits", "Clock hours" or "Prerequisites".
    part: str
    proposed: str
    #: "found", "reworded" or "missing".
    state: str
    #: The printed text that says it, or comes nearest; empty when nothing does.
    printed: str

    @property
    def is_found(self) -> bool:
        """Say whether the edition prints it, if in other words."""
        return self.state != "missing"


def found_in(part: str, proposed: str, printed: Iterable[str]) -> Finding:
    """Look for one proposed text among the texts that an edition prints; an exact one counts before a near one."""
    texts = [text for text in printed if text.strip()]
    exact = next((text for text in texts if normalised(text) == normalised(proposed)), None)
    if exact is not None:
        return Finding(part, proposed, "found", exact)
    best = max(texts, key=lambda text: likeness(text, proposed), default="")
    share = likeness(best, proposed) if best else 0.0
    return Finding(part, proposed, "reworded" if share >= REWORDED_SHARE else "missing", best if share > 0 else "")


def sentences(text: str) -> list[str]:
    """Split a description into its sentences and clauses."""
    return [part.strip() for part in re.split(r"(?<=[.;!?])\s+", text) if part.strip()]
