"""Read a sentence as words, short runs of words, and the plainer words that its wordings stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from matching.terms import STOPWORDS, tokens

WORDINGS_FILE = Path(__file__).with_name("skill_wordings.txt")

#: Words of a sentence that are read; longer texts are no sentences.
N_READ_WORDS = 300
#: Longest run of words that is compared on its own. Most names of skills are shorter.
N_RUN_WORDS = 6
#: Stands for a name that was blacked out, as in <ORGANIZATION>.
_BLACKED_OUT = re.compile(r"<\w+>")
_QUALIFIER = re.compile(r"\s*\([^)]*\)")
_PIECE = re.compile(r"[^\W_]+(?:[-+#./&'’][^\W_]*)*|[,;:()•*|]", re.UNICODE)
_BREAKS = frozenset(",;:()•*|")


class WordingFault(ValueError):  # noqa: N818 - named for what a person has to mend
    """Say which line of a file of wordings cannot be read."""


@dataclass(frozen=True)
class Wordings:
    """Know the plainer words that a wording stands for, by the wording's stems."""

    plainer: dict[tuple[str, ...], str]
    longest: int

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> Wordings:
        """Read `wording, other wording = plainer words`; `#` starts a comment line, `[` a heading.

        Raises
        ------
        WordingFault
            If a line holds no “=” or nothing on one of its sides.
        """
        plainer: dict[tuple[str, ...], str] = {}
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.lstrip().startswith(("#", "[")):
                continue
            wordings, _, words = line.partition("=")
            phrases = [tokens(wording) for wording in wordings.split(",")]
            if not words.strip() or not all(phrases):
                raise WordingFault(f"Wordings line {number}: write “wording, other wording = plainer words”.")
            plainer.update(dict.fromkeys(phrases, words.strip()))
        return cls(plainer=plainer, longest=max(map(len, plainer), default=0))

    def plainer_words(self, stems: tuple[str, ...]) -> tuple[str, ...]:
        """Return the plainer words for the wordings among a sentence's stems, each once, in order of appearance."""
        found: dict[str, None] = {}
        for start in range(len(stems)):
            for n_words in range(1, self.longest + 1):
                words = self.plainer.get(stems[start : start + n_words])
                if words is not None:
                    found.update(dict.fromkeys(part.strip() for part in words.split(",")))
        return tuple(found)


@lru_cache(maxsize=1)
def shipped_wordings() -> Wordings:
    """Read the wordings that ship with Skillshed, once."""
    return Wordings.from_lines(WORDINGS_FILE.read_text(encoding="utf-8").splitlines())


@dataclass(frozen=True)
class Reading:
    """Hold a sentence as it is compared.

    Attributes
    ----------
    text : str
        The sentence's words.
    stems : tuple of str
        Content stems of `text` in order.
    runs : tuple of str
        Runs of one to six words that no comma or bracket divides and no stop word begins or ends; never empty.
    plainer : tuple of str
        The plainer words that its wordings stand for.
    """

    text: str
    stems: tuple[str, ...]
    runs: tuple[str, ...]
    plainer: tuple[str, ...] = ()

    @property
    def fuller_text(self) -> str:
        """The sentence's words, followed by the plainer ones."""
        return " ".join((self.text, *self.plainer))


def read_sentence(sentence: str, *, wordings: Wordings) -> Reading:
    """Read one sentence."""
    pieces = _PIECE.findall(_BLACKED_OUT.sub(" ", sentence))[:N_READ_WORDS]
    text = " ".join(pieces)
    plainer = wordings.plainer_words(tokens(text))
    return Reading(text=text, stems=content_stems(text), runs=_runs(pieces) or (text,), plainer=plainer)


@lru_cache(maxsize=200_000)
def content_stems(text: str) -> tuple[str, ...]:
    """Return the stems of a text in order, stop words left out."""
    return tuple(stem for stem in tokens(text) if stem not in STOPWORDS)


def without_qualifier(name: str) -> str:
    """Return a skill's name without the field that stands behind it in brackets, as in “Ruby (programming)”."""
    return _QUALIFIER.sub("", name).strip() or name


def _runs(pieces: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for start in range(len(pieces)):
        for end in range(start + 1, min(start + N_RUN_WORDS, len(pieces)) + 1):
            if pieces[end - 1] in _BREAKS:
                break
            if not STOPWORDS.intersection((pieces[start].lower(), pieces[end - 1].lower())):
                found[" ".join(pieces[start:end]).lower()] = None
    return tuple(found)
