"""The library of subjects: its form, and what is said of a line that has another."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.encoder.build_subjects import coarse, names_of_fields, sums_of
from benchmarks.encoder.subjects import SubjectsFault, Task, read_subjects
from matching.subjects import SUBJECTS_FILE, shipped_subjects

BLOCK = """
# a comment
== Keep pumps running
course: Pumps I; Fluid Machines
* Replace a shaft seal
~ mechanical seal installation
~ packing and stuffing boxes
"""


def test_a_block_is_a_subject_with_its_names_and_tasks() -> None:
    (subject,) = read_subjects(BLOCK.splitlines())

    assert subject.names == ("Keep pumps running", "Pumps I", "Fluid Machines")
    assert subject.tasks == (
        Task("Replace a shaft seal", ("mechanical seal installation", "packing and stuffing boxes")),
    )
    assert len(subject.texts) == 6


@pytest.mark.parametrize("line", ["Replace a seal", "~ a wording before any task", "* a task before any subject"])
def test_a_line_of_another_form_is_named(line: str) -> None:
    with pytest.raises(SubjectsFault, match="Line 2 "):
        read_subjects(["# a comment", line, *BLOCK.splitlines()])


def test_the_shipped_library_is_whole_and_its_vectors_are_those_of_its_subjects() -> None:
    subjects = read_subjects()

    assert len({subject.name.lower() for subject in subjects}) == len(subjects) == len(shipped_subjects().subjects)
    assert all(subject.courses and len(subject.tasks) == 4 for subject in subjects)
    assert min(len(task.wordings) for subject in subjects for task in subject.tasks) >= 2


def test_the_shipped_vectors_are_those_of_the_wordings_the_vocabulary_and_the_token_table() -> None:
    """A changed wording, concept or token table asks for build_subjects.py, and then for training."""
    some = read_subjects()[::30]
    with np.load(SUBJECTS_FILE, allow_pickle=False) as stored:
        assert np.array_equal(stored["fields"], coarse(sums_of(names_of_fields())))
        assert np.array_equal(stored["subjects"][::30], coarse(sums_of([subject.texts for subject in some])))
        tasks = stored["tasks"].reshape(len(stored["subjects"]), 4, -1)[::30]
        assert np.array_equal(tasks[:, 0], coarse(sums_of([subject.tasks[0].texts for subject in some])))
