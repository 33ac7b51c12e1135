"""Measure how the names of candidate skills fit one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from matching.encoder import FloatMatrix, TokenTable, cosines
from matching.skill_reading import Reading, content_stems, without_qualifier

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Measures = dict[str, Floats]

#: Words that may stand between the words of a name when they count as standing together.
N_LOOSE_WORDS = 2
#: How far a skill reaches, in ESCO's words; other lists may leave it out.
REACHES = ("transversal", "cross-sector", "sector-specific", "occupation-specific")


@dataclass(frozen=True)
class Skill:
    """Hold one skill of a list: its preferred label, other names, description, and the list's own classes.

    `kind` (“knowledge” or “skill/competence”) and `reach` (one of `REACHES`) are empty where a list has no classes.
    """

    label: str
    alternatives: tuple[str, ...] = ()
    description: str = ""
    kind: str = ""
    reach: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The label without its qualifier, then the alternatives, each once."""
        return tuple(dict.fromkeys(map(without_qualifier, (self.label, *self.alternatives))))


@dataclass(frozen=True)
class SkillNames:
    """Hold every name of every skill of a list, one after another, the label of each skill first.

    Attributes
    ----------
    starts, counts : ndarray of int, shape (n_skills,)
        First name of each skill, and how many it has.
    stems : tuple of tuple of str, length n_names
        Content stems of each name.
    weights : csr_matrix, shape (n_names, n_stems)
        Rarity of each stem that stands in a name.
    totals : ndarray, shape (n_names,)
        Summed rarity of a name's stems, at least a tiny number.
    columns : dict of str to int
        Column of each stem in `weights`.
    vectors : ndarray of float32, shape (n_names, n_dimensions)
        Meaning of each name, whole numbers.
    pieces : ndarray of int
        Word pieces of all names, one name after another; `piece_starts` has one entry more than there are names.
    """

    starts: Places
    counts: Places
    stems: tuple[tuple[str, ...], ...]
    weights: csr_matrix
    totals: Floats
    columns: dict[str, int]
    vectors: FloatMatrix
    pieces: Places
    piece_starts: Places

    @classmethod
    def of(cls, skills: Sequence[Skill], *, rarity: Mapping[str, float], table: TokenTable) -> SkillNames:
        """Prepare the names of a list; `rarity` has the weight of every stem that occurs in a name."""
        names = [name for skill in skills for name in skill.names]
        stems = tuple(content_stems(name) for name in names)
        columns = {stem: i for i, stem in enumerate(sorted({stem for of_name in stems for stem in of_name}))}
        distinct = [sorted(set(of_name)) for of_name in stems]
        entries = [rarity[stem] for of_name in distinct for stem in of_name]
        places = [columns[stem] for of_name in distinct for stem in of_name]
        row_starts = np.cumsum([0, *map(len, distinct)])
        weights = csr_matrix((entries, places, row_starts), shape=(len(names), max(1, len(columns))), dtype=np.float64)
        pieces = [table.piece_numbers(name) or [0] for name in names]
        counts = np.array([len(skill.names) for skill in skills], dtype=np.int64)
        return cls(
            starts=np.cumsum(counts) - counts,
            counts=counts,
            stems=stems,
            weights=weights,
            totals=np.maximum(np.asarray(weights.sum(axis=1)).ravel(), 1e-9),
            columns=columns,
            vectors=table.encode(names),
            pieces=np.array([n for of_name in pieces for n in of_name], dtype=np.int64),
            piece_starts=np.cumsum([0, *map(len, pieces)]),
        )

    def rows(self, candidates: Places) -> Places:
        """Return the numbers of the candidates' names, one candidate after another."""
        return _ranges(self.starts[candidates], self.counts[candidates])


def _ranges(starts: Places, counts: Places) -> Places:
    """Count up from each start, one range after another."""
    before = np.cumsum(counts) - counts
    return np.asarray(np.repeat(starts - before, counts) + np.arange(int(counts.sum())))


def name_measures(
    reading: Reading,
    candidates: Places,
    *,
    names: SkillNames,
    table: TokenTable,
    run_vectors: FloatMatrix,
    plainer_vectors: FloatMatrix,
) -> Measures:
    """Measure the candidates' names on one sentence.

    Parameters
    ----------
    reading : Reading
        The sentence.
    candidates : ndarray of int, shape (n_candidates,)
        Numbers of skills.
    run_vectors : ndarray of float32, shape (n_runs, n_dimensions)
        Meaning of the sentence's runs of words.
    plainer_vectors : ndarray of float32, shape (n_plainer, n_dimensions)
        Meaning of the plainer words for the sentence's wordings; may have no row.

    Returns
    -------
    dict of str to ndarray, each of shape (n_candidates,)
        Measures that begin with `label_` look at the preferred label, `best_` at the best name, `mean_` at all names.
    """
    rows, counts = names.rows(candidates), names.counts[candidates]
    starts = np.cumsum(counts) - counts
    found = _stated_weight(reading, names=names, rows=rows)
    share = found / names.totals[rows]
    together, is_phrase = _standing_together(reading, names=names, rows=rows, share=share)
    soft, least = _nearest_pieces(reading, names=names, rows=rows, table=table)
    vectors = names.vectors[rows]
    run = cosines(run_vectors, vectors).max(axis=0).astype(np.float64)
    per_name = {"share": share, "stated": found, "together": together, "phrase": is_phrase, "soft": soft, "run": run}
    measures = {f"label_{key}": values[starts] for key, values in per_name.items()}
    measures |= {f"best_{key}": np.maximum.reduceat(values, starts) for key, values in per_name.items()}
    plainer = cosines(plainer_vectors, vectors).max(axis=0, initial=0.0).astype(np.float64)
    measures["best_plainer"] = np.maximum.reduceat(plainer, starts)
    for key in ("share", "run"):
        measures[f"mean_{key}"] = np.add.reduceat(per_name[key], starts) / counts
    measures["label_missing"] = names.totals[rows][starts] - measures["label_stated"]
    measures["label_least_piece"] = least[starts]
    n_stems = np.array([len(names.stems[row]) for row in rows[starts]], dtype=np.float64)
    measures["label_rarity"] = names.totals[rows][starts] / np.maximum(n_stems, 1.0)
    measures["n_stems_log"] = np.log1p(n_stems)
    measures["n_names_log"] = np.log(counts.astype(np.float64))
    return measures


def _stated_weight(reading: Reading, *, names: SkillNames, rows: Places) -> Floats:
    """Return the summed rarity of each name's stems that stand in the sentence."""
    stated = np.zeros(names.weights.shape[1])
    stated[[names.columns[stem] for stem in set(reading.stems) if stem in names.columns]] = 1.0
    return np.asarray(names.weights[rows] @ stated)


def _standing_together(reading: Reading, *, names: SkillNames, rows: Places, share: Floats) -> tuple[Floats, Floats]:
    """Return each name's best share within a stretch of the sentence, and whether it stands there word for word."""
    together, is_phrase = share.copy(), np.zeros(len(rows))
    present = set(reading.stems)
    for i in np.flatnonzero(share > 0).tolist():
        stems = names.stems[rows[i]]
        if len(present.intersection(stems)) > 1:
            together[i] = share[i] * _together_share(stems, reading.stems)
        n = len(stems)
        if share[i] > 1 - 1e-9:
            is_phrase[i] = any(reading.stems[k : k + n] == stems for k in range(len(reading.stems) - n + 1))
    return together, is_phrase


def _together_share(stems: tuple[str, ...], sentence: tuple[str, ...]) -> float:
    """Return the share of a name's stated stems that stand in one stretch of about its length."""
    wanted, length = set(stems), len(stems) + N_LOOSE_WORDS
    places = [i for i, stem in enumerate(sentence) if stem in wanted]
    best = max(len(wanted.intersection(sentence[i : i + length])) for i in places)
    return best / len(wanted.intersection(sentence))


def _nearest_pieces(reading: Reading, *, names: SkillNames, rows: Places, table: TokenTable) -> tuple[Floats, Floats]:
    """Compare each word piece of a name with its nearest in the sentence: weighted mean and least cosine."""
    counts = np.diff(names.piece_starts)[rows]
    starts = np.cumsum(counts) - counts
    used, places = np.unique(names.pieces[_ranges(names.piece_starts[rows], counts)], return_inverse=True)
    said = table.piece_numbers(reading.text) or [0]
    nearest = (_unit(table.rows[used]) @ _unit(table.rows[said]).T).max(axis=1)[places]
    # The table's directions are small whole numbers; their true length says how rare a piece is.
    lengths = np.linalg.norm(table.rows[used].astype(np.float64), axis=1) * table.weights[used]
    weight = np.maximum(lengths[places], 1e-9)
    mean: Floats = np.add.reduceat(nearest * weight, starts) / np.add.reduceat(weight, starts)
    least: Floats = np.minimum.reduceat(nearest, starts)
    return np.asarray(np.round(mean, 9)), np.asarray(np.round(least, 9))


def _unit(rows: NDArray[np.int8]) -> Floats:
    exact = rows.astype(np.float64)
    return np.asarray(exact / np.maximum(np.linalg.norm(exact, axis=1, keepdims=True), 1e-9))


def class_measures(skills: Sequence[Skill], candidates: Places) -> Measures:
    """Return what the list itself says about the candidates: kind, reach, qualifier, lengths."""
    chosen = [skills[i] for i in candidates.tolist()]

    def column(values: Sequence[float]) -> Floats:
        return np.array(values, dtype=np.float64)

    measures = {f"is_{reach}": column([float(skill.reach == reach) for skill in chosen]) for reach in REACHES}
    measures["is_knowledge"] = column([float(skill.kind == "knowledge") for skill in chosen])
    measures["has_qualifier"] = column([float("(" in skill.label) for skill in chosen])
    measures["n_words"] = column([len(skill.label.split()) for skill in chosen])
    measures["n_description_words_log"] = np.log1p(column([len(skill.description.split()) for skill in chosen]))
    return measures
