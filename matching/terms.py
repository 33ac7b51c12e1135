"""Turn text into weighted terms: word stems, and the concepts of the trades vocabulary that the words name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from matching.stems import american, singular, stem
from matching.text import clean

VOCABULARY_FILE = Path(__file__).with_name("vocabulary.txt")

#: What a narrower thing counts for its concept ("micrometer" for "precision measurement").
NARROWER_SHARE = 0.6

_TOKEN = re.compile(r"\d+(?:[.,/-]\d+)+|[a-z0-9]+(?:[&+#][a-z0-9]*)*(?:'[a-z]+)?|\.net")
#: Words that carry no content, catalog words such as “course” among them.
STOPWORDS = frozenset(Path(__file__).with_name("stopwords.txt").read_text(encoding="utf-8").split())


class VocabularyFault(ValueError):  # noqa: N818 - named for what a person has to mend
    """Say which line of a vocabulary file cannot be read."""


def _written(text: str) -> list[str]:
    """Return the words of a text as they are written, in lower case."""
    return _TOKEN.findall(text.lower().replace("-", " "))


@lru_cache(maxsize=200_000)
def _word_of(written: str) -> str:
    return singular(american(written.removesuffix("'s")))


@lru_cache(maxsize=200_000)
def _stem_of(written: str) -> str:
    return stem(written.removesuffix("'s"))


def _phrase(written: str) -> tuple[str, ...]:
    """Return how a vocabulary phrase is looked up: one word by its singular, several words by their stems.

    The stem of a single word says too little: “medication” and “medical” share one.
    """
    words = _written(written)
    return (_word_of(words[0]),) if len(words) == 1 else tuple(map(_stem_of, words))


@lru_cache(maxsize=50_000)
def tokens(text: str) -> tuple[str, ...]:
    """Return the stems of a cleaned text in order, stop words included (phrases need them)."""
    return tuple(map(_stem_of, _written(text)))


@dataclass(frozen=True)
class Entry:
    """Hold one line of a vocabulary: a concept with its other names and the narrower things that show it.

    `field` is the heading that the line stands under, empty without one.
    """

    field: str
    name: str
    others: tuple[str, ...]
    narrower: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name that the concept goes by."""
        return (self.name, *self.others)


def vocabulary_entries(lines: Iterable[str], *, source: str = "Vocabulary") -> Iterator[Entry]:
    """Read `name = other names > narrower things`, one concept a line; `#` starts a comment line, `[` a heading.

    `source` names the file in the VocabularyFault that a line of another form raises.
    """
    heading = ""
    for number, line in enumerate(lines, 1):
        if line.startswith("["):
            heading = line.strip().strip("[]")
        elif line.strip() and not line.lstrip().startswith("#"):
            head, _, narrower = line.partition(">")
            name, equals, others = head.partition("=")
            if not tokens(name.strip()) or not (equals or narrower):
                raise VocabularyFault(f"{source}, line {number}: write “name = other names > narrower things”.")
            yield Entry(heading, name.strip(), _listed(others), _listed(narrower))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split(","))))


@dataclass(frozen=True)
class Vocabulary:
    """Know the concepts of the trades by the phrases that name them.

    `phrases` maps a phrase (tuple of stems) to its concepts with the share each phrase counts for; `reach` is the
    number of words of the longest phrase that begins with a stem.
    """

    phrases: dict[tuple[str, ...], tuple[tuple[str, float], ...]]
    reach: dict[str, int]

    @classmethod
    def from_lines(cls, lines: Iterable[str], *, source: str = "Vocabulary") -> Vocabulary:
        """Read lines as `vocabulary_entries` does."""
        shares: dict[tuple[str, ...], dict[str, float]] = {}
        for entry in vocabulary_entries(lines, source=source):
            for share, written in ((1.0, entry.names), (NARROWER_SHARE, entry.narrower)):
                for phrase in filter(None, map(_phrase, written)):
                    known = shares.setdefault(phrase, {})
                    known[entry.name] = max(known.get(entry.name, 0.0), share)
        phrases = {phrase: tuple(sorted(concepts.items())) for phrase, concepts in shares.items()}
        reach: dict[str, int] = {}
        for first, *others in phrases:
            reach[first] = max(reach.get(first, 1), 1 + len(others))
        return cls(phrases=phrases, reach=reach)

    def concepts(self, text: str) -> dict[str, float]:
        """Return the concepts that a cleaned text names, each with its greatest share."""
        return self.concepts_of(_written(text))

    def concepts_of(self, written: Sequence[str]) -> dict[str, float]:
        """Return the concepts that these words name, one after the other as they are written."""
        words, stems = tuple(map(_word_of, written)), tuple(map(_stem_of, written))
        found: dict[str, float] = {}
        for start in range(len(stems)):
            longest = min(self.reach.get(stems[start], 1), len(stems) - start)
            for n_words in range(1, longest + 1):
                phrase = (words[start],) if n_words == 1 else stems[start : start + n_words]
                for name, share in self.phrases.get(phrase, ()):
                    if share > found.get(name, 0.0):
                        found[name] = share
        return found


def shipped_lines() -> list[str]:
    """Return the lines of the vocabulary that ships with Skillshed."""
    return VOCABULARY_FILE.read_text(encoding="utf-8").splitlines()


@lru_cache(maxsize=1)
def shipped_vocabulary() -> Vocabulary:
    """Read the vocabulary that ships with Skillshed, once."""
    return Vocabulary.from_lines(shipped_lines())


@lru_cache(maxsize=4)
def vocabulary_with(region_lines: tuple[str, ...]) -> Vocabulary:
    """Return the shipped vocabulary with a region's own lines added to it."""
    if not region_lines:
        return shipped_vocabulary()
    return Vocabulary.from_lines([*shipped_lines(), *region_lines])


def term_shares(text: str, region_lines: tuple[str, ...] = ()) -> dict[str, float]:
    """Return the terms of a text: content stems with share 1, concepts (“@name”) with their share.

    `region_lines` are a region's own lines of vocabulary, added to the shipped ones.
    """
    return clean_term_shares(clean(text), region_lines)


@lru_cache(maxsize=50_000)
def clean_term_shares(text: str, region_lines: tuple[str, ...] = ()) -> dict[str, float]:
    """Return the terms of a text that is cleaned already."""
    written = _written(text)
    shares = dict.fromkeys((s for s in map(_stem_of, written) if s not in STOPWORDS and len(s) > 1), 1.0)
    for name, share in vocabulary_with(region_lines).concepts_of(written).items():
        shares["@" + name] = share
    return shares
