"""Train the regression that ranks skills for a sentence, and say how good it is on sentences it has not seen.

usage: python benchmarks/train_skills.py SKILLS QUERIES QUERIES … [--write]

SKILLS is a list of skills with ESCO's columns, each QUERIES a file of labelled sentences (sentence, label). Without
--write only the figures on held-out sentences are printed; with it the model trained on all files goes to
matching/skills_model.json.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from matching.scoring import brier_score, ranking_figures, reliability
from matching.skill_reading import Wordings, content_stems, shipped_wordings
from matching.skills import MODEL_FILE, Candidates, SkillIndex, SkillModel
from matching.version import ENGINE_VERSION
from review.skill_files import LabelledSentence, read_labelled_sentences, read_skills

Floats = NDArray[np.float64]
#: Inverse strength of the ridge penalty on standardised measures.
PENALTY = 0.07
#: Measures that count against a skill, and those that may count either way; so may its classes and lengths.
COSTS = ("place_log", "label_missing")
FREE = ("label_rarity", "mean_run", "mean_share")
N_FOLDS = 10
N_REPEATS = 5
#: Sentences that share more than this share of their words stay in one fold.
SAME_SENTENCE_SHARE = 0.6


@dataclass(frozen=True)
class Query:
    """Hold one labelled sentence with its candidates; `source` is the number of the file it comes from."""

    source: int
    labelled: LabelledSentence
    candidates: Candidates

    @property
    def answers(self) -> NDArray[np.bool_]:
        """Whether people found each candidate in the sentence, shape (n_candidates,)."""
        n_candidates = len(self.candidates.measures["fused"])
        return np.isin(self.candidates.order[:n_candidates], self.labelled.gold)

    def gold_places(self, model: SkillModel | None) -> list[int]:
        """Return the places of the right skills; without a model those of the first step."""
        order = self.candidates.order
        if model is not None:
            best = np.argsort(-model.log_odds(self.candidates.measures), kind="stable")
            order = np.concatenate([order[best], order[len(best) :]])
        return [int(np.flatnonzero(order == number)[0]) + 1 for number in self.labelled.gold]


def bounds_of(name: str) -> tuple[float | None, float | None]:
    """Return the bounds of a measure's coefficient: being more alike never counts against a skill."""
    if name in COSTS:
        return None, 0.0
    return (None, None) if name in FREE or name.startswith(("is_", "has_", "n_")) else (0.0, None)


def fit_skill_model(queries: Sequence[Query]) -> SkillModel:
    """Fit the regression on the candidates of some sentences and write its coefficients for measures as they are."""
    names = sorted(queries[0].candidates.measures)
    rows = np.concatenate([np.stack([q.candidates.measures[n] for n in names], axis=1) for q in queries])
    answers = np.concatenate([q.answers for q in queries])
    means, scales = rows.mean(axis=0), np.where(rows.std(axis=0) > 0, rows.std(axis=0), 1.0)
    fitted = minimize(
        ridge_loss,
        np.zeros(len(names) + 1),
        args=((rows - means) / scales, np.where(answers, 1.0, -1.0)),
        jac=True,
        method="L-BFGS-B",
        bounds=[*map(bounds_of, names), (None, None)],
    ).x
    slopes = fitted[:-1] / scales
    coefficients = {name: round(float(slope), 6) for name, slope in zip(names, slopes, strict=True)}
    intercept = round(float(fitted[-1] - slopes @ means), 6)
    return SkillModel(version=ENGINE_VERSION, intercept=intercept, coefficients=coefficients)


def ridge_loss(weights: Floats, rows: Floats, signs: Floats) -> tuple[float, Floats]:
    """Return the log loss with its ridge penalty, and its slope; the last weight is the intercept, not penalised."""
    margins = signs * (rows @ weights[:-1] + weights[-1])
    pull = -signs / (1.0 + np.exp(np.clip(margins, -500, 500)))
    slope = np.append(rows.T @ pull + weights[:-1] / PENALTY, pull.sum())
    return float(np.logaddexp(0.0, -margins).sum() + weights[:-1] @ weights[:-1] / (2 * PENALTY)), slope


def sentence_groups(queries: Sequence[Query]) -> NDArray[np.int64]:
    """Number the sentences so that near copies share a number."""
    words = [set(content_stems(q.labelled.sentence)) for q in queries]
    groups: list[int] = []
    for i, own in enumerate(words):
        shares = [len(own & other) / max(1, len(own | other)) for other in words[:i]]
        same = next((k for k, share in enumerate(shares) if share > SAME_SENTENCE_SHARE), None)
        groups.append(i if same is None else groups[same])
    return np.array(groups)


@dataclass(frozen=True)
class HeldOut:
    """Hold what a model said about a sentence that it was not trained on."""

    query: Query
    places: list[int]
    chances: Floats


def judged(queries: Sequence[Query], *, model: SkillModel) -> list[HeldOut]:
    """Rank the candidates of some sentences."""
    return [HeldOut(q, q.gold_places(model), 1 / (1 + np.exp(-model.log_odds(q.candidates.measures)))) for q in queries]


def cross_validated(queries: Sequence[Query], *, seed: int) -> list[HeldOut]:
    """Rank every sentence with a model that was trained without it and its near copies."""
    groups = sentence_groups(queries)
    fold_of = np.random.default_rng(seed).permutation(len(queries))[groups] % N_FOLDS
    found: list[HeldOut] = []
    for fold in range(N_FOLDS):
        rest = [q for q, k in zip(queries, fold_of, strict=True) if k != fold]
        held_out = [q for q, k in zip(queries, fold_of, strict=True) if k == fold]
        found += judged(held_out, model=fit_skill_model(rest)) if held_out else []
    return found


def trained_elsewhere(queries: Sequence[Query]) -> list[HeldOut]:
    """Rank the sentences of every file with a model that was trained on the other files."""
    found: list[HeldOut] = []
    for source in sorted({q.source for q in queries}):
        model = fit_skill_model([q for q in queries if q.source != source])
        found += judged([q for q in queries if q.source == source], model=model)
    return found


def print_figures(title: str, *, repeats: Sequence[Sequence[tuple[int, list[int]]]], names: Sequence[str]) -> None:
    """Print the figures of every file; `repeats` hold (file, places of the right skills) of every sentence."""
    sys.stdout.write(f"{title}\n")
    for source, name in enumerate(names):
        each = [ranking_figures([places for file, places in repeat if file == source]) for repeat in repeats]
        cells = [f"{key} {np.mean([e[key] for e in each]):.{3 if key == 'MRR' else 1}f}" for key in each[0]]
        sys.stdout.write(f"  {name:40} {'  '.join(cells)}\n")


def print_reliability(held_out: Sequence[HeldOut]) -> None:
    """Print how often candidates of each stated chance were right, and the Brier scores."""
    chances = np.concatenate([h.chances for h in held_out])
    right = np.concatenate([h.query.answers for h in held_out])
    base = float(right.mean())
    sys.stdout.write(
        f"Brier score {brier_score(chances, right):.5f}; always saying the base rate {base - base**2:.5f}\n"
    )
    for row in reliability(chances, right):
        sys.stdout.write(f"  said {row.low:.2f}–{row.high:.2f}: {row.n:6}, said {row.mean_chance:.3f}, ")
        sys.stdout.write(f"true {row.true_share:.3f}\n")


def read_queries(skills_path: Path, paths: Sequence[Path], *, wordings: Wordings) -> list[Query]:
    """Read the files and measure the candidates of every sentence."""
    skills = read_skills(skills_path)
    index = SkillIndex(skills, wordings=wordings)
    queries: list[Query] = []
    for source, path in enumerate(paths):
        labelled = read_labelled_sentences(path, skills=skills).sentences
        candidates = index.candidates([entry.sentence for entry in labelled])
        queries += [Query(source, entry, found) for entry, found in zip(labelled, candidates, strict=True)]
    return queries


def report(queries: Sequence[Query], *, names: Sequence[str], title: str) -> None:
    """Print the figures of the first step, of cross-validation, and of training on the other files."""
    first = [[(q.source, q.gold_places(None)) for q in queries]]
    print_figures(f"{title}: first step alone", repeats=first, names=names)
    repeats = [cross_validated(queries, seed=seed) for seed in range(N_REPEATS)]
    said = [[(h.query.source, h.places) for h in repeat] for repeat in repeats]
    print_figures(f"{title}: other sentences ({N_FOLDS} folds, {N_REPEATS} times)", repeats=said, names=names)
    if len(names) > 1:
        elsewhere = [[(h.query.source, h.places) for h in trained_elsewhere(queries)]]
        print_figures(f"{title}: trained on the other files", repeats=elsewhere, names=names)
    print_reliability(repeats[0])


def main() -> None:
    """Print figures on held-out sentences; write the model if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("skills", type=Path)
    parser.add_argument("queries", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    names = [path.name for path in arguments.queries]
    plain = read_queries(arguments.skills, arguments.queries, wordings=Wordings(plainer={}, longest=0))
    report(plain, names=names, title="Without wordings")
    queries = read_queries(arguments.skills, arguments.queries, wordings=shipped_wordings())
    report(queries, names=names, title="With wordings")
    if arguments.write:
        MODEL_FILE.write_text(fit_skill_model(queries).to_json(), encoding="utf-8")
        sys.stdout.write(f"Model of {len(queries)} sentences -> {MODEL_FILE.name}\n")


if __name__ == "__main__":
    main()
