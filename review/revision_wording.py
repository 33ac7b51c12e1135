"""Word what a course should say: outcomes proposed from a need's elements, and doubts about outcomes and descriptions.

Curriculum committees ask for at most 20 competencies, each starting with a verb that somebody can watch or grade, and
for a description of at most 75 words. Nothing here refuses a text; it says which word to look at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

#: Most words of a catalog description on the course guides that colleges file.
MOST_DESCRIPTION_WORDS = 75
#: Most competencies on the same guides.
MOST_OUTCOMES = 20


def _read_verbs() -> dict[str, tuple[str, ...]]:
    """Read the verbs that can be watched or graded, by level; lines of one level add up."""
    found: dict[str, tuple[str, ...]] = {}
    for line in Path(__file__).with_name("measurable_verbs.txt").read_text(encoding="utf-8").splitlines():
        level, colon, verbs = line.partition(":")
        if colon and not line.startswith("#"):
            found[level] = (*found.get(level, ()), *verbs.split())
    return found


#: Verbs that can be watched or graded, by the level of what a worker then does.
MEASURABLE_VERBS = _read_verbs()
_LEVELS = {verb: level for level, verbs in MEASURABLE_VERBS.items() for verb in verbs}
#: Verbs that nobody can watch or grade, with one that says what to look for.
VAGUE_VERBS = {
    "appreciate": "describe",
    "be": "perform",
    "become": "demonstrate",
    "believe": "defend",
    "comprehend": "explain",
    "cover": "apply",
    "discuss": "explain",
    "enjoy": "choose",
    "explore": "compare",
    "familiarize": "identify",
    "gain": "demonstrate",
    "get": "perform",
    "grasp": "explain",
    "have": "demonstrate",
    "introduce": "describe",
    "know": "identify",
    "learn": "demonstrate",
    "perceive": "identify",
    "realize": "explain",
    "see": "identify",
    "study": "analyze",
    "understand": "explain",
    "value": "justify",
}
#: How needs name a thing to be able to do without a verb in front: opening words to the verb that replaces them.
_OPENINGS = (
    (re.compile(r"^(?:the )?(?:ability|skills?|knows how|able|know how|understand how) to ", re.IGNORECASE), ""),
    (re.compile(r"^how to ", re.IGNORECASE), ""),
    (re.compile(r"^be able to ", re.IGNORECASE), ""),
    (re.compile(r"^(?:working |basic |good )?(?:knowledge|understanding|awareness) of ", re.IGNORECASE), "Explain "),
    (re.compile(r"^(?:be |being )?familiar(?:ity)? with ", re.IGNORECASE), "Describe "),
    (re.compile(r"^(?:experience|proficiency|skills?) (?:with|in) ", re.IGNORECASE), "Demonstrate "),
)
_LEADING_VERBS = {"basic": "Describe", "working": "Demonstrate", "advanced": "Analyze"}
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def first_word(outcome: str) -> str:
    """Return the first word of an outcome in small letters; empty where there is none."""
    found = _WORD.search(outcome)
    return found.group().lower() if found else ""


def verb_level(outcome: str) -> str | None:
    """Return the level of the verb that an outcome starts with; None when it starts with no measurable verb."""
    return _LEVELS.get(first_word(outcome))


def proposed_outcome(element: str, *, level: str = "") -> str:
    """Word an element of a need as an outcome: a measurable verb first, then the element's own words."""
    text = " ".join(element.split()).rstrip(".")
    for opening, verb in _OPENINGS:
        if opening.match(text):
            text = _capitalised(verb + opening.sub("", text))
            break
    if not text or verb_level(text) is not None:
        return _capitalised(text)
    vague = first_word(text)
    better = VAGUE_VERBS.get(vague) or VAGUE_VERBS.get(vague.removesuffix("s"))
    if better is not None:
        return _capitalised(_WORD.sub(better, text, count=1))
    return f"{_LEADING_VERBS.get(level, 'Demonstrate')} {_uncapitalised(text)}"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _uncapitalised(text: str) -> str:
    """Make the first letter small unless the word is an abbreviation such as PLC."""
    word = first_word(text)
    is_abbreviation = text[: len(word)].isupper() and len(word) > 1
    return text if is_abbreviation else text[:1].lower() + text[1:]


def n_words(text: str) -> int:
    """Count words as a word processor does: by the spaces between them."""
    return len(text.split())


@dataclass(frozen=True)
class Doubt:
    """Something in a text that a committee may send back."""

    #: "description" or "outcomes".
    part: str
    #: Number of the outcome, from 0; None for the whole part.
    number: int | None
    words: str


def outcome_doubt(outcome: str) -> str:
    """Say what is wrong with the first word of an outcome; empty when nothing is."""
    word = first_word(outcome)
    if not word:
        return "Write what a student can do."
    if word in VAGUE_VERBS:
        return f"“{word.capitalize()}” cannot be watched or graded. Try “{VAGUE_VERBS[word].capitalize()}”."
    if word not in _LEVELS:
        return f"“{word.capitalize()}” is not on the list of measurable verbs. Start with what a student does."
    return ""


def doubts(*, description: str, outcomes: Sequence[str]) -> list[Doubt]:
    """Return what a committee may send back, description first."""
    found = []
    n = n_words(description)
    if n > MOST_DESCRIPTION_WORDS:
        words = f"The description has {n} words; course guides take at most {MOST_DESCRIPTION_WORDS}."
        found.append(Doubt("description", None, words))
    if len(outcomes) > MOST_OUTCOMES:
        words = f"There are {len(outcomes)} outcomes; course guides take at most {MOST_OUTCOMES}."
        found.append(Doubt("outcomes", None, words))
    for number, outcome in enumerate(outcomes):
        words = outcome_doubt(outcome)
        if words:
            found.append(Doubt("outcomes", number, f"Outcome {number + 1}: {words}"))
    return found
