"""Bring words to a common stem: British to American spelling first, then Porter's suffix rules.

References
----------
M. F. Porter (1980), An algorithm for suffix stripping, Program 14(3), 130-137.
"""

from __future__ import annotations

import re
from functools import lru_cache

_VOWELS = "aeiou"
_SPELLING = (
    (re.compile(r"([a-z]{3,})is(e|es|ed|ing|er|ers|ation|ations)$"), r"\1iz\2"),
    (re.compile(r"([a-z]{2,})ys(e|es|ed|ing|er|ers)$"), r"\1yz\2"),
    (re.compile(r"^(col|behavi|lab|harb|vap|hon|neighb|od|rig|tum)our"), r"\1or"),
    (re.compile(r"^(cent|fib|met|lit|theat)re(s?)$"), r"\1er\2"),
)
_DOUBLE_L = re.compile(r"(ell|avell|odell|abell|ignall|evell)(ed|ing|er|ers)$")
#: Words that end like the British -ise but are spelt so everywhere.
_KEEP_ISE = re.compile(
    r"(exercis|precis|supervis|revis|advis|pris|merchandis|franchis|wis|nois|rais|prais|promis|televis|practis|expertis|disguis)"
)
_STEP2 = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"),
    ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
    ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
    ("iviti", "ive"), ("biliti", "ble"),
)  # fmt: skip
_STEP3 = (("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""))
_STEP4 = (
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion",
    "al", "er", "ic", "ou",
)  # fmt: skip


def _is_consonant(word: str, i: int) -> bool:
    if word[i] in _VOWELS:
        return False
    return not (word[i] == "y" and i > 0 and _is_consonant(word, i - 1))


def _measure(stem: str) -> int:
    kinds = "".join("c" if _is_consonant(stem, i) else "v" for i in range(len(stem)))
    return len(re.findall(r"v+c", kinds))


def _has_vowel(stem: str) -> bool:
    return any(not _is_consonant(stem, i) for i in range(len(stem)))


def _ends_double(word: str) -> bool:
    return len(word) > 1 and word[-1] == word[-2] and _is_consonant(word, len(word) - 1)


def _ends_cvc(word: str) -> bool:
    n = len(word)
    return (
        n > 2
        and _is_consonant(word, n - 3)
        and not _is_consonant(word, n - 2)
        and _is_consonant(word, n - 1)
        and word[-1] not in "wxy"
    )


def _plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _past_and_ing(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for suffix in ("ed", "ing"):
        stem = word[: -len(suffix)]
        if word.endswith(suffix) and _has_vowel(stem):
            if stem.endswith(("at", "bl", "iz")):
                return stem + "e"
            if _ends_double(stem) and stem[-1] not in "lsz":
                return stem[:-1]
            return stem + "e" if _measure(stem) == 1 and _ends_cvc(stem) else stem
    return word


def _replace(word: str, rules: tuple[tuple[str, str], ...]) -> str:
    for suffix, new in rules:
        if word.endswith(suffix):
            stem = word[: -len(suffix)]
            return stem + new if _measure(stem) > 0 else word
    return word


def _strip(word: str) -> str:
    for suffix in _STEP4:
        if word.endswith(suffix):
            stem = word[: -len(suffix)]
            if _measure(stem) > 1 and (suffix != "ion" or stem.endswith(("s", "t"))):
                return stem
            return word
    return word


def _tidy(word: str) -> str:
    if word.endswith("e"):
        stem = word[:-1]
        if _measure(stem) > 1 or (_measure(stem) == 1 and not _ends_cvc(stem)):
            word = stem
    if word.endswith("ll") and _measure(word) > 1:
        word = word[:-1]
    return word


@lru_cache(maxsize=200_000)
def american(word: str) -> str:
    """Return the American spelling of a lower-case word (organise -> organize, metre -> meter)."""
    if not _KEEP_ISE.search(word):
        for pattern, new in _SPELLING[:1]:
            word = pattern.sub(new, word)
    for pattern, new in _SPELLING[1:]:
        word = pattern.sub(new, word)
    return _DOUBLE_L.sub(lambda found: found[1][:-1] + found[2], word)


@lru_cache(maxsize=200_000)
def singular(word: str) -> str:
    """Return a lower-case word without its plural ending (switches -> switch, batteries -> battery)."""
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is", "ics")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ches", "shes", "sses", "xes")) else word[:-1]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the stem of one lower-case word; words with digits or signs and very short words stay as they are."""
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word[:-1] if len(word) == 4 and word.endswith("s") and word[:3].isalpha() else word
    word = _past_and_ing(_plural(american(word)))
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    return _tidy(_strip(_replace(_replace(word, _STEP2), _STEP3)))
