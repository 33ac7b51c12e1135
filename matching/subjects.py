"""Know the subjects of work and study, as employers ask for them and as catalogs put them, by their vectors.

Each subject holds four tasks. The wordings that the vectors were made of are in benchmarks/encoder/subjects.txt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from matching.encoder import FloatMatrix, cosines, whole_number_vectors

SUBJECTS_FILE = Path(__file__).with_name("subjects.npz")

#: What the file holds, in the order of `Subjects`.
STORED = ("subjects", "groups", "tasks", "fields")
#: Subjects that widen a need, and tasks that widen an element: the nearest ones.
N_NEAREST_SUBJECTS = 3
N_NEAREST_TASKS = 10
#: How much of a widened vector is what it is widened with.
WIDENED_SHARE = 0.85
#: The nearest count by this power of their cosines, so that the very near ones count most.
NEARNESS_POWER = 12
#: Texts widened at a time; it bounds memory.
N_TEXTS_AT_A_TIME = 256


@dataclass(frozen=True)
class Subjects:
    """Hold one vector per subject, group of subjects, task and field of work.

    Attributes
    ----------
    subjects : ndarray of float32, shape (n_subjects, n_dimensions)
        Everything that is said of a subject: its names, the titles of its courses, its tasks.
    groups : ndarray of float32, shape (n_groups, n_dimensions)
        The middles of groups of subjects that lie near each other.
    tasks : ndarray of float32, shape (n_tasks, n_dimensions)
        The wordings of one task.
    fields : ndarray of float32, shape (n_fields, n_dimensions)
        The names of the concepts of one field of work, in the alphabetical order of the vocabulary's headings.
    """

    subjects: FloatMatrix
    groups: FloatMatrix
    tasks: FloatMatrix
    fields: FloatMatrix


@lru_cache(maxsize=1)
def shipped_subjects() -> Subjects:
    """Read the subjects that ship with Skillshed, once."""
    with np.load(SUBJECTS_FILE, allow_pickle=False) as stored:
        return Subjects(*(whole_number_vectors(stored[name].astype(np.float64)) for name in STORED))


def widened_needs(vectors: FloatMatrix) -> FloatMatrix:
    """Return the vectors of whole needs, drawn towards the subjects that they are nearest to; shapes as given."""
    return _widened(vectors, known=shipped_subjects().subjects, n_nearest=N_NEAREST_SUBJECTS)


def widened_elements(vectors: FloatMatrix) -> FloatMatrix:
    """Return the vectors of elements, drawn towards the tasks that they are nearest to; shapes as given.

    An element is one sentence in the words of one employer; the nearest tasks bring the words that others use for it.
    """
    return _widened(vectors, known=shipped_subjects().tasks, n_nearest=N_NEAREST_TASKS)


def _widened(vectors: FloatMatrix, *, known: FloatMatrix, n_nearest: int) -> FloatMatrix:
    wide = np.empty_like(vectors)
    for first in range(0, len(vectors), N_TEXTS_AT_A_TIME):
        own = vectors[first : first + N_TEXTS_AT_A_TIME]
        near = cosines(own, known)
        # In ascending order, so that the sums do not depend on the order in which the nearest are found.
        nearest = np.sort(np.argpartition(-near, n_nearest - 1, axis=1)[:, :n_nearest], axis=1)
        closeness = np.maximum(np.take_along_axis(near, nearest, axis=1), 0.0).astype(np.float64) ** NEARNESS_POWER
        shares = np.rint(1000.0 * closeness / np.maximum(closeness.sum(axis=1, keepdims=True), 1e-9))
        meant = whole_number_vectors((shares[:, :, None] * known[nearest]).sum(axis=1))
        mixed = (1.0 - WIDENED_SHARE) * own.astype(np.float64) + WIDENED_SHARE * meant
        wide[first : first + N_TEXTS_AT_A_TIME] = whole_number_vectors(mixed)
    return wide
