"""Tell texts in another language than English, by how many of their words only that language needs.

Precision first: an English list of tools and abbreviations has few function words of any language, and is English.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from matching.records import Course
from matching.text import N_READ_CHARACTERS

WORDS_FILE = Path(__file__).with_name("function_words.txt")

#: A text with fewer words tells no language.
N_WORDS_NEEDED = 12
#: Share of a text's words that are function words of another language; English texts stay below .03.
LEAST_SHARE = 0.15
#: Different function words that have to be met: one word in a name, again and again, is no language.
N_DIFFERENT_NEEDED = 4
#: So many times more function words than English ones.
TIMES_ENGLISH = 3
#: Share of letters outside the Latin script above which a text is not English.
FOREIGN_SCRIPT_SHARE = 0.5

_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1)
def function_words() -> dict[str, frozenset[str]]:
    """Read the function words of each language, once."""
    lines = WORDS_FILE.read_text(encoding="utf-8").splitlines()
    named = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {name: frozenset(words.split()) for name, _, words in named}


@lru_cache(maxsize=1)
def _foreign_words() -> frozenset[str]:
    """Return the function words of all languages but English."""
    return frozenset().union(*(words for name, words in function_words().items() if name != "English"))


def is_other_language(course: Course) -> bool:
    """Tell whether a course's description, outcomes and topics are written in another language than English."""
    text = " ".join([course.description, *course.outcomes, *course.topics])[:N_READ_CHARACTERS]
    words = _WORD.findall(unicodedata.normalize("NFKC", text).lower())
    if _is_other_script(words):
        return True
    # One language has at most as many of these words as all of them together, which is quick to count.
    if len(words) < N_WORDS_NEEDED or sum(map(_foreign_words().__contains__, words)) < LEAST_SHARE * len(words):
        return False
    counts = {name: sum(word in known for word in words) for name, known in function_words().items()}
    n_english = counts.pop("English")
    found = max(sorted(counts), key=lambda name: counts[name])
    return (
        counts[found] >= LEAST_SHARE * len(words)
        and len(function_words()[found].intersection(words)) >= N_DIFFERENT_NEEDED
        and counts[found] >= TIMES_ENGLISH * n_english
    )


def _is_other_script(words: list[str]) -> bool:
    """Tell whether most letters are outside the Latin script; scripts without spaces have few, long “words”."""
    letters = "".join(words)
    if len(letters) < N_WORDS_NEEDED or letters.isascii():
        return False
    foreign = sum(ch > "\u024f" and not unicodedata.name(ch, "").startswith("LATIN") for ch in letters)
    return foreign > FOREIGN_SCRIPT_SHARE * len(letters)
