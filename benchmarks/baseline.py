"""Measure the TF-IDF baseline on the labelled sets: its thresholds come from one college, its figures from the other.

usage: python benchmarks/baseline.py PATH_TO_GOLD

Cosines of TF-IDF vectors (words and pairs of words, weights fitted on the catalog at hand, which favours the baseline):
half the whole texts, a fifth the titles, three tenths the mean over elements of the best sentence.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.labelled import SETS, LabelledSet, Tally, metrics, read_set, tallies
from benchmarks.train_matcher import print_figures

Floats = NDArray[np.float64]
RELATED_GRID = np.arange(0.06, 0.40, 0.02)
MATCH_GRID = np.arange(0.10, 0.60, 0.04)
ELEMENT_GRID = (0.05, 0.10, 0.15, 0.20, 0.25, 0.30)


@dataclass(frozen=True)
class Scored:
    """Hold the baseline's scores of one labelled set: per pair, and per course and element."""

    labelled: LabelledSet
    pairs: Floats
    elements: Floats
    starts: NDArray[np.int64]


def score(labelled: LabelledSet) -> Scored:
    """Score every pair and every element with TF-IDF cosines."""
    courses, needs = labelled.courses, labelled.needs
    sentences = [[c.title, *re.split(r"(?<=[.!?;])\s+", c.description), *c.outcomes, *c.topics] for c in courses]
    course_texts = [" ".join(s) for s in sentences]
    need_texts = [" ".join([n.title, *n.elements]) for n in needs]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, stop_words="english")
    vectorizer.fit(course_texts + need_texts)

    def cosines(left: list[str], right: list[str]) -> Floats:
        return np.asarray((vectorizer.transform(left) @ vectorizer.transform(right).T).toarray())

    best = cosines([s for of_course in sentences for s in of_course], [e for n in needs for e in n.elements])
    elements = np.maximum.reduceat(best, np.cumsum([0, *map(len, sentences[:-1])]), axis=0)
    counts = [len(n.elements) for n in needs]
    starts = np.cumsum([0, *counts[:-1]])
    mean_element = np.add.reduceat(elements, starts, axis=1) / counts
    titles = cosines([c.title for c in courses], [n.title for n in needs])
    pairs = 0.5 * cosines(course_texts, need_texts) + 0.2 * titles + 0.3 * mean_element
    return Scored(labelled, pairs, elements, starts)


def compared(scored: Scored, thresholds: tuple[float, float, float]) -> list[Tally]:
    """Turn scores into verdicts at (related, match, element) thresholds and compare them with the labels."""
    related, match, element = thresholds
    words = (scored.pairs >= related).astype(np.int64) + (scored.pairs >= match)
    covered = {}
    for course, need in scored.labelled.covered:
        start, count = int(scored.starts[need]), len(scored.labelled.needs[need].elements)
        covered[course, need] = set(np.flatnonzero(scored.elements[course, start : start + count] >= element).tolist())
    return tallies(scored.labelled, words=words, scores=scored.pairs, covered=covered)


def tuned(sets: list[Scored]) -> tuple[float, float, float]:
    """Return the thresholds that are best on some sets: QWK and macro-F1 for the words, F1 for the elements."""

    def worth(thresholds: tuple[float, float, float], names: tuple[str, ...]) -> float:
        figures = [metrics(compared(s, thresholds)) for s in sets]
        return float(np.mean([f[name] for f in figures for name in names]))

    pairs = [(r, m, 0.2) for r, m in product(RELATED_GRID.tolist(), MATCH_GRID.tolist()) if m > r]
    related, match, _ = max(pairs, key=lambda t: worth(t, ("QWK", "macro-F1")))
    element = max(ELEMENT_GRID, key=lambda e: worth((related, match, e), ("element F1",)))
    return related, match, element


def main() -> None:
    """Print the baseline's figures."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sets = {name: score(read_set(Path(sys.argv[1]), name)) for name in SETS}
    results: dict[str, list[Tally]] = {}
    for college in ("Utah", "Everett"):
        thresholds = tuned([s for name, s in sets.items() if college not in name])
        results |= {name: compared(s, thresholds) for name, s in sets.items() if college in name}
    print_figures(results)


if __name__ == "__main__":
    main()
