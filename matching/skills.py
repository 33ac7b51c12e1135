"""Rank the skills of a list for a sentence: which of them does the sentence ask for?

Two steps. Every skill of the list is compared with the sentence in a dozen ways, by words and by meaning; the z-scores
of these are averaged. The best few hundred are then measured closely, and a logistic regression with readable
coefficients (`skills_model.json`) puts them in order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.encoder import VECTOR_LENGTH, FloatMatrix, cosines, shipped_table
from matching.skill_features import Floats, Measures, Places, Skill, SkillNames, class_measures, name_measures
from matching.skill_reading import Reading, Wordings, content_stems, read_sentence, shipped_wordings

__all__ = ["Candidates", "Skill", "SkillIndex", "SkillModel", "shipped_skill_model"]

MODEL_FILE = Path(__file__).with_name("skills_model.json")

#: Skills that are measured closely for each sentence.
N_CANDIDATES = 300
#: Sentences compared at a time; it bounds memory and has no effect on the result.
N_SENTENCES_A_CHUNK = 32
#: What description and alternative labels count beside the label in the meaning of a whole skill.
DESCRIPTION_SHARE, ALTERNATIVES_SHARE = 0.5, 1.0

Progress = Callable[[int, int], None]
Views = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class SkillModel:
    """Hold the logistic regression that orders the candidates; coefficients belong to measures as they are."""

    version: str
    intercept: float
    coefficients: Mapping[str, float]

    def log_odds(self, measures: Measures) -> Floats:
        """Return the log odds, shape (n_candidates,), that the sentence asks for each candidate.

        A measure that the model does not know plays no part; a missing one raises KeyError.
        """
        total = np.full(np.shape(next(iter(measures.values()))), self.intercept)
        for name in sorted(self.coefficients):
            total = total + self.coefficients[name] * measures[name]
        return np.asarray(np.round(total, 6))

    def to_json(self) -> str:
        """Write the model for people to read."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> SkillModel:
        """Read a model that `to_json` wrote."""
        return cls(**json.loads(text))


@lru_cache(maxsize=1)
def shipped_skill_model() -> SkillModel:
    """Read the model that ships with Skillshed, once."""
    return SkillModel.from_json(MODEL_FILE.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Candidates:
    """Hold the first order of all skills for one sentence, and the close measures of the first `N_CANDIDATES`.

    Attributes
    ----------
    order : ndarray of int, shape (n_skills,)
        Numbers of the skills, best first, by the first step.
    measures : dict of str to ndarray, each of shape (n_candidates,)
        Measures of the first `n_candidates` of them.
    """

    order: Places
    measures: Measures


class SkillIndex:
    """Compare sentences with one list of skills.

    Parameters
    ----------
    skills : sequence of Skill
        At least one; word weights are fitted on this list.
    wordings : Wordings, optional
        Plainer words for the wordings of sentences; the shipped ones unless given.

    Raises
    ------
    ValueError
        If the list is empty.
    """

    def __init__(self, skills: Sequence[Skill], *, wordings: Wordings | None = None) -> None:
        if not skills:
            raise ValueError("A list of skills needs at least one skill.")
        self.skills = tuple(skills)
        self.wordings = wordings or shipped_wordings()
        self.table = shipped_table()
        self._words = _WordView(self.skills)
        self.names = SkillNames.of(self.skills, rarity=self._words.rarity, table=self.table)
        self._descriptions = self.table.encode([skill.description for skill in self.skills])
        self._labels = self.names.vectors[self.names.starts]
        self._wholes = _whole_vectors(self.names, descriptions=self._descriptions)

    def rank(
        self, sentences: Sequence[str], *, model: SkillModel | None = None, progress: Progress | None = None
    ) -> Iterator[Places]:
        """Yield for each sentence the numbers of all skills, best first.

        Parameters
        ----------
        model : SkillModel, optional
            The shipped one unless given.
        progress : callable, optional
            Called with (sentences ranked, sentences in all) after every sentence.

        Yields
        ------
        ndarray of int, shape (n_skills,)
            Equal skills keep the order of the first step, and there the order of the list.
        """
        chosen = model or shipped_skill_model()
        for n_done, candidates in enumerate(self.candidates(sentences), 1):
            log_odds = chosen.log_odds(candidates.measures)
            best = np.argsort(-log_odds, kind="stable")
            yield np.concatenate([candidates.order[best], candidates.order[len(best) :]])
            if progress is not None:
                progress(n_done, len(sentences))

    def candidates(self, sentences: Sequence[str]) -> Iterator[Candidates]:
        """Yield for each sentence the first order and the measures of its candidates."""
        for start in range(0, len(sentences), N_SENTENCES_A_CHUNK):
            chunk = sentences[start : start + N_SENTENCES_A_CHUNK]
            readings = [read_sentence(sentence, wordings=self.wordings) for sentence in chunk]
            views = self._views(readings)
            for i, reading in enumerate(readings):
                yield self._candidates(reading, {name: view[i] for name, view in views.items()})

    def _views(self, readings: Sequence[Reading]) -> Views:
        """Compare some sentences with every skill, each view of shape (n_readings, n_skills)."""
        said = self.table.encode([reading.text for reading in readings])
        by_name = cosines(said, self.names.vectors)
        views: Views = dict(self._words.cosines(readings))
        views["meaning_label"] = cosines(said, self._labels)
        views["meaning_description"] = cosines(said, self._descriptions)
        views["meaning_whole"] = cosines(said, self._wholes)
        views["meaning_best_name"] = np.maximum.reduceat(by_name, self.names.starts, axis=1)
        fuller = self.table.encode([reading.fuller_text for reading in readings])
        views["fuller_meaning_whole"] = cosines(fuller, self._wholes)
        return views

    def _candidates(self, reading: Reading, views: Views) -> Candidates:
        runs, plainer = self.table.encode(reading.runs), self.table.encode(reading.plainer)
        views["run_label"] = cosines(runs, self._labels).max(axis=0)
        views["run_whole"] = cosines(runs, self._wholes).max(axis=0)
        views["plainer_label"] = cosines(plainer, self._labels).max(axis=0, initial=0.0)
        standard = {name: _z_scores(view) for name, view in views.items()}
        fused = np.mean([standard[name] for name in FUSED], axis=0)
        order = np.argsort(-np.round(fused, 6), kind="stable")
        first = order[:N_CANDIDATES]
        measures = {name: view[first].astype(np.float64) for name, view in views.items()}
        measures |= {f"z_{name}": view[first] for name, view in standard.items()}
        measures["fused"] = fused[first]
        measures["place_log"] = np.log(np.arange(1.0, len(first) + 1))
        measures |= name_measures(
            reading, first, names=self.names, table=self.table, run_vectors=runs, plainer_vectors=plainer
        )
        measures |= class_measures(self.skills, first)
        return Candidates(order=order, measures=measures)


#: Views whose z-scores are added up in the first step.
FUSED = (
    "words_whole",
    "words_label",
    "words_names",
    "letters_label",
    "meaning_whole",
    "meaning_best_name",
    "run_label",
    "run_whole",
    "plainer_label",
    "fuller_words_label",
    "fuller_words_names",
    "fuller_meaning_whole",
)


def _z_scores(view: NDArray[Any]) -> Floats:
    exact = view.astype(np.float64)
    return np.asarray((exact - exact.mean()) / max(float(exact.std()), 1e-9))


def _whole_vectors(names: SkillNames, *, descriptions: FloatMatrix) -> FloatMatrix:
    """Return the meaning of each whole skill: label, mean of its names, and description."""
    sums = np.add.reduceat(names.vectors.astype(np.float64), names.starts, axis=0)
    exact = names.vectors[names.starts] + DESCRIPTION_SHARE * descriptions
    exact = exact + ALTERNATIVES_SHARE * sums / names.counts[:, None]
    lengths = np.maximum(np.sqrt((exact * exact).sum(axis=1)), 1.0)
    return np.asarray(np.rint(exact * ((VECTOR_LENGTH - 16) / lengths)[:, None]), dtype=np.float32)


def _words_and_pairs(stems: Sequence[str]) -> list[str]:
    return [*stems, *(f"{one} {other}" for one, other in pairwise(stems))]


class _WordView:
    """Compare sentences and skills by weighted words, pairs of words, and runs of three to five letters."""

    def __init__(self, skills: Sequence[Skill]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer  # loading it takes seconds

        labels = [_words_and_pairs(content_stems(skill.label)) for skill in skills]
        names = [
            label + [term for name in skill.alternatives for term in _words_and_pairs(content_stems(name))]
            for skill, label in zip(skills, labels, strict=True)
        ]
        wholes = [
            of_names + _words_and_pairs(content_stems(skill.description))
            for skill, of_names in zip(skills, names, strict=True)
        ]
        self._words = TfidfVectorizer(analyzer=list, sublinear_tf=True)
        # A list without a single word leaves nothing to weigh; the mark keeps the table of weights from being empty.
        self._words.fit([*wholes, ["\N{BULLET}"]])
        self._letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
        self._wholes, self._labels, self._names = map(self._words.transform, (wholes, labels, names))
        self._letter_labels = self._letters.fit_transform([f"{skill.label} ·" for skill in skills])
        self.rarity: dict[str, float] = dict(
            zip(self._words.get_feature_names_out().tolist(), self._words.idf_.tolist(), strict=True)
        )

    def cosines(self, readings: Sequence[Reading]) -> dict[str, Floats]:
        """Return the cosines of each view, shape (n_readings, n_skills)."""
        words = self._words.transform([_words_and_pairs(reading.stems) for reading in readings])
        fuller = self._words.transform([_words_and_pairs(content_stems(reading.fuller_text)) for reading in readings])
        letters = self._letters.transform([reading.text for reading in readings])
        compared = {
            "words_whole": (words, self._wholes),
            "words_label": (words, self._labels),
            "words_names": (words, self._names),
            "letters_label": (letters, self._letter_labels),
            "fuller_words_label": (fuller, self._labels),
            "fuller_words_names": (fuller, self._names),
        }
        return {view: np.asarray((said @ listed.T).toarray()) for view, (said, listed) in compared.items()}
