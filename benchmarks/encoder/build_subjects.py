"""Write the vectors of subjects and of fields of work with the shipped token table to matching/subjects.npz.

usage: python benchmarks/encoder/build_subjects.py

Run it after every change of benchmarks/encoder/subjects.txt, matching/vocabulary.txt or matching/token_table.npz, and
train the matcher anew.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from benchmarks.encoder.subjects import read_subjects
from matching.encoder import FloatMatrix, combined, shipped_table
from matching.segments import segment_starts
from matching.subjects import SUBJECTS_FILE
from matching.terms import shipped_lines, vocabulary_entries
from matching.text import clean

#: Groups of subjects: with half as many as subjects, texts are told apart as well, in half of the time.
N_GROUPS = 1000
#: The vocabulary's heading of word forms that belong to no field.
NO_FIELD = "words"


def sums_of(lists: Sequence[Sequence[str]]) -> FloatMatrix:
    """Return one vector per list of texts, the sum of theirs."""
    encoded = shipped_table().encode([clean(text) for texts in lists for text in texts])
    return combined(encoded, segment_starts(np.array([len(texts) for texts in lists])))


def coarse(vectors: FloatMatrix) -> NDArray[np.int8]:
    """Bring the greatest number of each vector to 127 and round to whole numbers."""
    return np.rint(vectors / np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9) * 127).astype(np.int8)


def names_of_fields() -> list[list[str]]:
    """Return the names of the concepts of each field, in the alphabetical order of headings.

    Narrower things are left out: they say that a text shows the concept, not what the concept is.
    """
    entries = sorted(
        (entry for entry in vocabulary_entries(shipped_lines()) if entry.field != NO_FIELD),
        key=lambda entry: entry.field,
    )
    return [[name for entry in own for name in entry.names] for _, own in groupby(entries, lambda entry: entry.field)]


def main() -> None:
    """Write the file."""
    if len(sys.argv) != 1:
        sys.exit(__doc__)
    subjects = read_subjects()
    tasks = [task.texts for subject in subjects for task in subject.tasks]
    of_subjects = sums_of([subject.texts for subject in subjects])
    units = of_subjects / np.linalg.norm(of_subjects, axis=1, keepdims=True)
    groups = KMeans(N_GROUPS, n_init=1, max_iter=50, random_state=0).fit(units).cluster_centers_
    np.savez_compressed(
        SUBJECTS_FILE,
        subjects=coarse(of_subjects),
        groups=coarse(groups),
        tasks=coarse(sums_of(tasks)),
        fields=coarse(sums_of(names_of_fields())),
    )
    sys.stdout.write(f"{len(subjects)} subjects in {N_GROUPS} groups, {len(tasks)} tasks -> {SUBJECTS_FILE.name}\n")


if __name__ == "__main__":
    main()
