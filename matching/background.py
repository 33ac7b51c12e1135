"""Weigh terms by how rare they are in a fixed background (O*NET task statements), never in the catalog at hand.

Because the background is fixed, a course's verdict depends on that course and the need alone.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from pathlib import Path

BACKGROUND_FILE = Path(__file__).with_name("background.tsv")

#: A concept says more than a stem of its rarity: it holds across wordings.
CONCEPT_SHARE = 1.2


@lru_cache(maxsize=1)
def _counts() -> tuple[int, dict[str, int]]:
    first, *lines = BACKGROUND_FILE.read_text(encoding="utf-8").splitlines()
    counts = {}
    for line in lines:
        count, _, term = line.partition("\t")
        counts[term] = int(count)
    return int(first), counts


@cache
def term_weight(term: str) -> int:
    """Return the weight of a term in hundredths: 100 ln((n + 1) / (n_with + 1)), more for concepts.

    Weights are whole numbers so that sums of them are exact in any order.
    """
    n_texts, counts = _counts()
    weight = 100 * math.log((n_texts + 1) / (counts.get(term, 0) + 1))
    return round(weight * CONCEPT_SHARE) if term.startswith("@") else round(weight)
