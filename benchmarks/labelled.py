"""Read labelled (need, course) pairs and score verdicts against them, in the layout that docs/method.md describes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching import Course, Need

#: Label file, needs file and courses file of each labelled set, without “.json”.
SETS = {
    "Utah, manufacturing": ("labels", "needs", "courses"),
    "Everett, manufacturing": ("everett_labels", "needs", "everett_courses"),
    "Utah, other industries": ("industries_labels", "needs_industries", "courses"),
    "Everett, other industries": ("everett_industries_labels", "needs_industries", "everett_courses"),
}
GAINS = (0, 1, 3)
Grades = NDArray[np.int64]


@dataclass(frozen=True)
class LabelledSet:
    """Hold one labelled set.

    Attributes
    ----------
    grades : ndarray of int, shape (n_courses, n_needs)
        0 unrelated, 1 needs revision, 2 match.
    is_scored : ndarray of bool, shape (n_courses, n_needs)
        False where two readings differ.
    covered, unsure : dict of (course index, need index) to set of int
        Elements that both readings saw, and that one of them saw, for the related pairs.
    """

    name: str
    needs: tuple[Need, ...]
    courses: tuple[Course, ...]
    grades: Grades
    is_scored: NDArray[np.bool_]
    covered: Mapping[tuple[int, int], set[int]]
    unsure: Mapping[tuple[int, int], set[int]]


def _rows(kind: type[Any], path: Path) -> tuple[Any, ...]:
    known = kind.__dataclass_fields__
    rows = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items() if k in known}) for row in rows
    )


def course_rows(path: Path) -> tuple[Course, ...]:
    """Read a catalog of a labelled folder."""
    return _rows(Course, path)


def read_set(folder: Path, name: str) -> LabelledSet:
    """Read the labelled set called `name` from a folder."""
    labels_name, needs_name, courses_name = SETS[name]
    labels = json.loads((folder / f"{labels_name}.json").read_text(encoding="utf-8"))
    needs, courses = _rows(Need, folder / f"{needs_name}.json"), _rows(Course, folder / f"{courses_name}.json")
    place = {c.code: i for i, c in enumerate(courses)}, {n.code: i for i, n in enumerate(needs)}
    grades = np.zeros((len(courses), len(needs)), dtype=np.int64)
    is_scored = np.ones(grades.shape, dtype=bool)
    covered, unsure = {}, {}
    for row in labels["labels"]:
        pair = place[0][row["course"]], place[1][row["need"]]
        grades[pair] = row["grade"]
        covered[pair], unsure[pair] = set(row["covered"]), set(row["unsure"])
    for need, course in labels["ambiguous"]:
        is_scored[place[0][course], place[1][need]] = False
    for code in labels.get("excluded_courses", []):
        is_scored[place[0][code]] = False
    return LabelledSet(name, needs, courses, grades, is_scored, covered, unsure)


@dataclass(frozen=True)
class Tally:
    """Hold what one need adds to the metrics, so that needs can be resampled."""

    table: NDArray[np.int64]
    precision: float | None
    gain: float | None
    elements: tuple[int, int, int]


def tallies(
    labelled: LabelledSet, *, words: Grades, scores: NDArray[np.float64], covered: Mapping[tuple[int, int], set[int]]
) -> list[Tally]:
    """Compare verdicts (0, 1, 2), scores and covered elements with the labels, need by need."""
    return [_tally(labelled, need=j, words=words, scores=scores, covered=covered) for j in range(len(labelled.needs))]


def _tally(
    labelled: LabelledSet,
    *,
    need: int,
    words: Grades,
    scores: NDArray[np.float64],
    covered: Mapping[tuple[int, int], set[int]],
) -> Tally:
    table = np.zeros((3, 3), dtype=np.int64)
    tp = fp = fn = 0
    ranked = []
    for i in np.flatnonzero(labelled.is_scored[:, need]).tolist():
        true = int(labelled.grades[i, need])
        table[true, words[i, need]] += 1
        ranked.append((-scores[i, need], labelled.courses[i].code, true))
        if true:
            unsure, want = labelled.unsure[i, need], labelled.covered[i, need]
            said = covered.get((i, need), set())
            tp += len((want & said) - unsure)
            fp += len((said - want) - unsure)
            fn += len((want - said) - unsure)
    order = [true for _, _, true in sorted(ranked)]
    return Tally(table, _average_precision(order), _ndcg(order), (tp, fp, fn))


def _average_precision(order: list[int]) -> float | None:
    places = [k for k, true in enumerate(order, 1) if true]
    return sum(n / k for n, k in enumerate(places, 1)) / len(places) if places else None


def _ndcg(order: list[int]) -> float | None:
    if not any(order):
        return None

    def gain(grades: list[int]) -> float:
        return sum(GAINS[t] / math.log2(k + 1) for k, t in enumerate(grades[:10], 1))

    return gain(order) / gain(sorted(order, reverse=True))


METRICS = ("QWK", "macro-F1", "MAP", "nDCG@10", "element F1")


def metrics(parts: list[Tally]) -> dict[str, float]:
    """Put the parts of several needs together."""
    table = np.sum([p.table for p in parts], axis=0)
    n, true, said = table.sum(), table.sum(axis=1), table.sum(axis=0)
    cost = (np.arange(3)[:, None] - np.arange(3)) ** 2
    expected = (cost * np.outer(true, said)).sum() / n
    f1 = [2 * table[k, k] / max(1, true[k] + said[k]) for k in range(3)]
    tp, fp, fn = np.sum([p.elements for p in parts], axis=0)
    return {
        "QWK": float(1 - (cost * table).sum() / expected) if expected else 0.0,
        "macro-F1": float(np.mean(f1)),
        "MAP": float(np.mean([p.precision for p in parts if p.precision is not None])),
        "nDCG@10": float(np.mean([p.gain for p in parts if p.gain is not None])),
        "element F1": float(2 * tp / max(1, 2 * tp + fp + fn)),
    }


def intervals(parts: list[Tally], *, n_resamples: int = 1000, seed: int = 0) -> dict[str, tuple[float, float]]:
    """Return 95 % bootstrap intervals of each metric, resampling needs."""
    rng = np.random.default_rng(seed)
    draws = []
    for _ in range(n_resamples):
        sample = [parts[k] for k in rng.integers(0, len(parts), len(parts))]
        if any(p.precision is not None for p in sample):
            draws.append(metrics(sample))
    return {m: tuple(np.quantile([d[m] for d in draws], (0.025, 0.975)).tolist()) for m in METRICS}
