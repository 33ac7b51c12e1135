"""Measure the matcher, and the ranking of skills, against what people labelled: files in, figures out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from base.refusals import Refusal
from matching import Course, Decision, Need, Snapshot, decide
from matching.baselines import (
    COSINE_THRESHOLDS,
    TFIDF_THRESHOLDS,
    cosine_scores,
    plain_answers,
    tfidf_scores,
)
from matching.scoring import (
    GRADE_OF_WORD,
    NothingToScore,
    SaidPair,
    Tally,
    TruePair,
    bootstrap_intervals,
    confusion,
    figures,
    ranking_figures,
    tally,
)
from matching.skills import SkillIndex
from review.label_files import Labels, read_labels
from review.match_files import read_snapshot
from review.skill_files import LabelledSentences, read_labelled_sentences, read_skills
from review.stated_chances import Reliability, reliability_of

Progress = Callable[[int, int], None]
#: What each need was told about each course: code of the need, code of the course, answer.
Answers = Mapping[str, Mapping[str, SaidPair]]

#: Share of the resamples that an interval holds.
COVERAGE = 0.9


class EvaluationRefusal(Refusal):
    """Say why files cannot be evaluated together."""


@dataclass(frozen=True)
class SystemFigures:
    """Hold what one way of judging reached: each figure with its interval, and pairs by true and said grade."""

    name: str
    figures: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    table: list[list[int]]


@dataclass(frozen=True)
class Evaluation:
    """Hold the figures of the matcher and of the baselines on the same labelled pairs."""

    n_needs: int
    n_courses: int
    n_pairs: int
    n_resamples: int
    #: Labels of needs or courses that the other two files do not hold; they are not scored.
    n_unknown_labels: int
    systems: tuple[SystemFigures, ...]
    #: How far the matcher's chances can be taken at their word; the baselines state none.
    reliability: Reliability

    def as_json(self) -> dict[str, Any]:
        """Return one object with every figure, rounded to four digits."""
        counts = {
            "n_needs": self.n_needs,
            "n_courses": self.n_courses,
            "n_pairs": self.n_pairs,
            "n_resamples": self.n_resamples,
            "interval_coverage": COVERAGE,
            "n_unknown_labels": self.n_unknown_labels,
        }
        systems = {system.name: _system_json(system) for system in self.systems}
        return counts | systems | {"reliability": self.reliability.as_json()}


def _system_json(system: SystemFigures) -> dict[str, Any]:
    return {
        **{name: round(value, 4) for name, value in system.figures.items()},
        "table_true_by_said": system.table,
        "intervals": {name: [round(low, 4), round(high, 4)] for name, (low, high) in system.intervals.items()},
    }


@dataclass(frozen=True)
class LabelledFiles:
    """Hold the three files of one labelled set."""

    labels: Labels
    snapshot: Snapshot
    labels_path: Path

    @property
    def scored_courses(self) -> list[Course]:
        """Courses that the readers of the labels did not set aside."""
        return [course for course in self.snapshot.courses if course.code not in self.labels.excluded_courses]

    @property
    def n_unknown_labels(self) -> int:
        """Number of labels that name a need or a course that the files do not hold."""
        needs = {need.code for need in self.snapshot.needs}
        courses = {course.code for course in self.snapshot.courses}
        return sum(need not in needs or course not in courses for need, course in self.labels.pairs)

    @property
    def true_pairs(self) -> dict[tuple[str, str], TruePair]:
        """Every pair that is scored, by codes of need and course; one without a label is unrelated."""
        codes = ((need.code, course.code) for need in self.snapshot.needs for course in self.scored_courses)
        return {pair: self.labels.pairs.get(pair, TruePair()) for pair in codes if pair not in self.labels.ambiguous}


def read_labelled_files(*, labels_path: Path, needs_path: Path, courses_path: Path) -> LabelledFiles:
    """Read a labelled set; labels name courses by code alone, so every code may stand only once."""
    snapshot, _doubts = read_snapshot(needs_path=needs_path, courses_path=courses_path)
    seen: dict[str, str] = {}
    for course in snapshot.courses:
        if course.code in seen:
            raise EvaluationRefusal(
                f"{courses_path}: the course {course.code} stands at two colleges, but labels name courses by code "
                "alone. Evaluate one college at a time."
            )
        seen[course.code] = course.college
    files = LabelledFiles(read_labels(labels_path), snapshot, labels_path)
    known = {(need.code, course.code) for need in snapshot.needs for course in files.scored_courses}
    if not any(truth.grade and pair in known for pair, truth in files.labels.pairs.items()):
        raise EvaluationRefusal(
            f"{labels_path}: no label match or revise names a need of {needs_path} and a course of {courses_path}. "
            "Check that the three files belong together."
        )
    return files


def evaluate_matcher(files: LabelledFiles, *, n_resamples: int, progress: Progress | None = None) -> Evaluation:
    """Let the matcher and the baselines judge every pair, and compare each with the labels."""
    needs, courses = files.snapshot.needs, files.snapshot.courses
    answers: dict[str, Answers] = {
        "matcher": matcher_answers(decide(files.snapshot, all_pairs=True, progress=progress)),
        "tfidf": plain_answers(needs, courses, scores=tfidf_scores(needs, courses), thresholds=TFIDF_THRESHOLDS),
        "cosine": plain_answers(needs, courses, scores=cosine_scores(needs, courses), thresholds=COSINE_THRESHOLDS),
    }
    systems = tuple(
        _system_figures(name, parts=need_tallies(files, answers=said), n_resamples=n_resamples, place=files.labels_path)
        for name, said in answers.items()
    )
    return Evaluation(
        n_needs=len(needs),
        n_courses=len(files.scored_courses),
        n_pairs=sum(map(sum, systems[0].table)),
        n_resamples=n_resamples,
        n_unknown_labels=files.n_unknown_labels,
        systems=systems,
        reliability=reliability_of(files.snapshot, true=files.true_pairs),
    )


def matcher_answers(decision: Decision) -> Answers:
    """Return the matcher's verdicts by need and course; a text too thin to be judged counts as unrelated."""
    answers: dict[str, dict[str, SaidPair]] = defaultdict(dict)
    for pair in decision.pairs:
        covered = frozenset(pair.covered)
        answers[pair.need][pair.course] = SaidPair(GRADE_OF_WORD[pair.verdict], pair.score, covered)
    return answers


def need_tallies(files: LabelledFiles, *, answers: Answers) -> list[Tally]:
    """Compare what was said about each need with the labels."""
    return [_need_tally(files, need=need, said=answers.get(need.code, {})) for need in files.snapshot.needs]


def _need_tally(files: LabelledFiles, *, need: Need, said: Mapping[str, SaidPair]) -> Tally:
    labels = files.labels
    courses = [c.code for c in files.scored_courses if (need.code, c.code) not in labels.ambiguous]
    true = {code: labels.pairs[need.code, code] for code in courses if (need.code, code) in labels.pairs}
    return tally(courses, true=true, said=said)


def _system_figures(name: str, *, parts: Sequence[Tally], n_resamples: int, place: Path) -> SystemFigures:
    try:
        values = figures(parts)
        intervals = bootstrap_intervals(parts, n_resamples=n_resamples, coverage=COVERAGE)
    except NothingToScore as trouble:
        raise EvaluationRefusal(f"{place}: {trouble}") from None
    return SystemFigures(name, values, intervals, confusion(parts).tolist())


@dataclass(frozen=True)
class SkillEvaluation:
    """Hold how well skills were ranked for sentences; MRR is between 0 and 1, RP@k in percent."""

    n_queries: int
    figures: dict[str, float]
    #: Labels that no skill of the list bears; they are left out.
    unknown_labels: tuple[str, ...]

    def as_json(self) -> dict[str, float]:
        """Return the number of sentences and the figures, MRR rounded to four digits and RP@k to two."""
        rounded = {name: round(value, 4 if name == "MRR" else 2) for name, value in self.figures.items()}
        return {"n_queries": self.n_queries, **rounded}


def evaluate_skill_ranking(
    *, queries_path: Path, skills_path: Path, progress: Progress | None = None
) -> SkillEvaluation:
    """Rank a list of skills for every labelled sentence of a file and compare the ranking with the labels."""
    skills = read_skills(skills_path)
    labelled = read_labelled_sentences(queries_path, skills=skills)
    places = gold_places(labelled, index=SkillIndex(skills), progress=progress)
    return SkillEvaluation(
        n_queries=len(labelled.sentences), figures=ranking_figures(places), unknown_labels=labelled.unknown_labels
    )


def gold_places(
    labelled: LabelledSentences, *, index: SkillIndex, progress: Progress | None = None
) -> list[tuple[int, ...]]:
    """Return for every sentence the places, counted from 1, that its right skills got."""
    orders = index.rank([entry.sentence for entry in labelled.sentences], progress=progress)
    return [
        tuple(int(np.flatnonzero(order == number)[0]) + 1 for number in entry.gold)
        for entry, order in zip(labelled.sentences, orders, strict=True)
    ]
