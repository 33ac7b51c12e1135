"""Teach a token table which words of the trades vocabulary and of the library of subjects mean the same.

usage: python benchmarks/encoder/teach_table.py TABLE.npz PATH_TO_ONET_XLSX PATH_TO_ESCO_CSV_GZ OUTPUT.npz

TABLE.npz is what build_table.py wrote. benchmarks/encoder/README.md says what is done and which environment it needs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch  # type: ignore[import-not-found]  # only the build environment has it
import torch.nn.functional as F  # type: ignore[import-not-found]  # noqa: N812 - torch's own habit
from numpy.typing import NDArray

from benchmarks.encoder.build_table import Corpus, partner_loss, read_corpus, refuse_bad_table, rounded, sums
from benchmarks.encoder.subjects import read_subjects
from matching.encoder import TokenTable
from matching.terms import shipped_lines, vocabulary_entries

Floats = NDArray[np.float32]
N_TEXTS_A_STEP = 512
N_LINKS_A_STEP = 192
N_CONCEPTS_A_STEP = 384
N_TASKS_A_STEP = 384
N_SUBJECTS_A_STEP = 256
LEARNING_RATE = 2e-3
#: How often a narrower thing may stand for its concept beside its names.
NARROWER_CHANCE = 0.45
#: How often an employer's words of a task are paired with a wording, rather than any two texts of it.
WANTED_CHANCE = 0.5
#: How often two names of a subject are paired, rather than a name and what a task of it says.
TWO_NAMES_CHANCE = 0.3
#: Weights of the losses: keep the similarities, stay near, linked texts, names of one concept, texts of one task, and
#: texts of one subject.
KEEP, STAY, LINK, NAME, TASK, SUBJECT = 9.0, 0.002, 0.3, 1.2, 0.4, 0.2
#: Rank correlation of similarities before and after that a usable table has at least.
LEAST_CORRELATION = 0.55


@dataclass(frozen=True)
class Concept:
    """Hold the numbers of a concept's names and of its narrower things among all texts."""

    names: tuple[int, ...]
    narrower: tuple[int, ...]


def add_concepts(corpus: Corpus) -> list[Concept]:
    """Add the vocabulary's names to the texts and return the concepts that have at least two."""
    concepts = [
        Concept(tuple(map(corpus.add, entry.names)), tuple(map(corpus.add, entry.narrower)))
        for entry in vocabulary_entries(shipped_lines())
    ]
    return [concept for concept in concepts if len(concept.names) + len(concept.narrower) > 1]


@dataclass(frozen=True)
class TaughtSubject:
    """Hold the numbers of a subject's names, and of the texts of each of its tasks, the employer's words first."""

    names: tuple[int, ...]
    tasks: tuple[tuple[int, ...], ...]


def add_subjects(corpus: Corpus) -> list[TaughtSubject]:
    """Add the wordings of the library of subjects to the texts and return its subjects."""
    return [
        TaughtSubject(
            tuple(map(corpus.add, subject.names)), tuple(tuple(map(corpus.add, task.texts)) for task in subject.tasks)
        )
        for subject in read_subjects()
    ]


class Student:
    """Hold the table while it is taught, and what it was before."""

    def __init__(self, start: Floats, piece_numbers: Sequence[Sequence[int]]) -> None:
        self.origin = torch.tensor(start / np.linalg.norm(start, axis=1).mean())
        self.table = torch.nn.Parameter(self.origin.clone())
        self._pieces = [torch.tensor(numbers or [0]) for numbers in piece_numbers]

    def encode(self, chosen: Sequence[int], table: Any) -> Any:
        """Return one unit vector per text."""
        bags = [self._pieces[i] for i in chosen]
        offsets = torch.tensor([0, *map(len, bags[:-1])]).cumsum(0)
        return F.normalize(F.embedding_bag(torch.cat(bags), table, offsets, mode="sum"), dim=1)

    def keep_loss(self, chosen: Sequence[int]) -> Any:
        """Compare the similarities within a batch with those before."""
        with torch.no_grad():
            before = self.encode(chosen, self.origin)
            goal = before @ before.T
        now = self.encode(chosen, self.table)
        others = ~torch.eye(len(now), dtype=torch.bool)
        return ((now @ now.T - goal)[others] ** 2).mean()

    def partner_loss(self, one: Sequence[int], other: Sequence[int], same: NDArray[np.bool_]) -> Any:
        """Ask each text to find its partner among the batch; `same` are pairs that are not held against it."""
        return partner_loss(self.encode(one, self.table), self.encode(other, self.table), torch.tensor(same))


class Pairs:
    """Draw pairs of texts that mean the same."""

    def __init__(
        self,
        corpus: Corpus,
        concepts: Sequence[Concept],
        subjects: Sequence[TaughtSubject],
        rng: np.random.Generator,
    ) -> None:
        self._links = np.array(corpus.pairs)
        self._concepts, self._subjects, self._rng = concepts, subjects, rng
        self._tasks = [task for subject in subjects for task in subject.tasks]
        self._owners: dict[int, set[int]] = {}
        for number, concept in enumerate(concepts):
            for text in (*concept.names, *concept.narrower):
                self._owners.setdefault(text, set()).add(number)

    def links(self) -> tuple[list[int], list[int], NDArray[np.bool_]]:
        """Draw linked texts; those that share a partner are the same."""
        one, other = self._links[self._rng.integers(0, len(self._links), N_LINKS_A_STEP)].T
        return one.tolist(), other.tolist(), (one[:, None] == one) | (other[:, None] == other)

    def names(self) -> tuple[list[int], list[int], NDArray[np.bool_]]:
        """Draw two names of each of some concepts; names that share any concept are the same."""
        drawn = [self._two_names(k) for k in self._rng.integers(0, len(self._concepts), N_CONCEPTS_A_STEP)]
        one, other = ([pair[side] for pair in drawn] for side in (0, 1))
        return one, other, np.array([[bool(self._owners[a] & self._owners[b]) for b in other] for a in one])

    def tasks(self) -> tuple[list[int], list[int], NDArray[np.bool_]]:
        """Draw two texts of each of some tasks."""
        numbers = self._rng.integers(0, len(self._tasks), N_TASKS_A_STEP)
        drawn = [self._two_of_task(self._tasks[k]) for k in numbers]
        return [a for a, _ in drawn], [b for _, b in drawn], numbers[:, None] == numbers

    def _two_of_task(self, texts: tuple[int, ...]) -> tuple[int, int]:
        if self._rng.random() < WANTED_CHANCE:
            return texts[0], int(self._rng.choice(texts[1:]))
        first, second = self._rng.choice(texts, 2, replace=False)
        return int(first), int(second)

    def subjects(self) -> tuple[list[int], list[int], NDArray[np.bool_]]:
        """Draw a name of each of some subjects, and another name or a text of one of its tasks."""
        numbers = self._rng.integers(0, len(self._subjects), N_SUBJECTS_A_STEP)
        one, other = [], []
        for subject in (self._subjects[k] for k in numbers):
            texts = subject.names if self._rng.random() < TWO_NAMES_CHANCE else sum(subject.tasks, ())
            one.append(int(self._rng.choice(subject.names)))
            other.append(int(self._rng.choice(texts)))
        return one, other, numbers[:, None] == numbers

    def _two_names(self, number: int) -> tuple[int, int]:
        concept = self._concepts[number]
        with_narrower = len(concept.names) < 2 or self._rng.random() < NARROWER_CHANCE
        first, second = self._rng.choice(concept.names + concept.narrower * with_narrower, 2, replace=False)
        return int(first), int(second)


def taught(
    student: Student,
    *,
    corpus: Corpus,
    concepts: Sequence[Concept],
    subjects: Sequence[TaughtSubject],
    n_steps: int,
) -> Floats:
    """Train the table: what means the same and linked texts come together, all other similarities stay."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    pairs = Pairs(corpus, concepts, subjects, rng)
    optimizer = torch.optim.Adam([student.table], lr=LEARNING_RATE, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=n_steps, pct_start=0.1)
    for step in range(n_steps):
        chosen = rng.integers(0, len(corpus.numbers), N_TEXTS_A_STEP).tolist()
        drift = ((student.table - student.origin) ** 2).sum(1).mean()
        name_loss, task_loss = student.partner_loss(*pairs.names()), student.partner_loss(*pairs.tasks())
        loss = KEEP * student.keep_loss(chosen) + STAY * drift
        loss = loss + LINK * student.partner_loss(*pairs.links()) + NAME * name_loss
        loss = loss + TASK * task_loss + SUBJECT * student.partner_loss(*pairs.subjects())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            sys.stdout.write(f"step {step} of {n_steps}: names {float(name_loss.detach()):.3f}, ")
            sys.stdout.write(f"tasks {float(task_loss.detach()):.3f}\n")
            sys.stdout.flush()
    return np.asarray(student.table.detach().numpy(), dtype=np.float32)


def main() -> None:
    """Teach, check and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("onet", type=Path)
    parser.add_argument("esco", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--steps", type=int, default=1600)
    arguments = parser.parse_args()
    with np.load(arguments.table, allow_pickle=False) as stored:
        rows, lengths, pieces = stored["rows"], stored["weights"], stored["pieces"]
    places = {piece: i for i, piece in enumerate(bytes(pieces).decode("utf-8").split("\n"))}
    known = TokenTable(pieces=places, rows=rows, weights=lengths.astype(np.int32))
    corpus = read_corpus(arguments.onet, arguments.esco)
    concepts, subjects = add_concepts(corpus), add_subjects(corpus)
    piece_numbers = [known.piece_numbers(text) for text in corpus.numbers]
    before = rows.astype(np.float32) * lengths[:, None].astype(np.float32)
    student = Student(before, piece_numbers)
    table = taught(student, corpus=corpus, concepts=concepts, subjects=subjects, n_steps=arguments.steps)
    new_rows, new_lengths = rounded(table)
    readable = [numbers for numbers in piece_numbers if numbers]
    checked = [readable[i] for i in np.random.default_rng(0).choice(len(readable), 1000, replace=False)]
    refuse_bad_table(
        table,
        new_rows.astype(np.int64) * new_lengths[:, None],
        taught=sums(before, checked),
        piece_numbers=checked,
        least_correlation=LEAST_CORRELATION,
    )
    np.savez(arguments.output, rows=new_rows, weights=new_lengths, pieces=pieces)


if __name__ == "__main__":
    main()
