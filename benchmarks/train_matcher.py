"""Train the matcher's regressions on labelled pairs and say how good they are on a college they have not seen.

usage: python benchmarks/train_matcher.py PATH_TO_GOLD PATH_TO_CATALOGS [--write]

PATH_TO_GOLD is a folder with the labelled sets that benchmarks/labelled.py names, PATH_TO_CATALOGS one with the
catalogs that benchmarks/further_needs.py names. Without --write only the cross-validated figures are printed; with it
the model trained on all sets goes to matching/model.json.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from benchmarks.further_needs import FURTHER, read_further
from benchmarks.labelled import METRICS, SETS, LabelledSet, Tally, intervals, metrics, read_set, tallies
from matching.features import Features, Measured, measure
from matching.judge import (
    LEAST_MATCH_GRADE,
    LEAST_REVISE_GRADE,
    MODEL_FILE,
    NEARLY_RELATED,
    Judged,
    Logistic,
    Model,
    covered_outlook,
    grade_pair,
    judge,
    stated_outlook,
)
from matching.prepare import PreparedCourses, PreparedNeeds, prepare_courses, prepare_needs
from matching.reasons import is_too_thin
from matching.shortlist import SHORTLIST_FILE, Shortlist, quick_features
from matching.version import ENGINE_VERSION

Floats = NDArray[np.float64]
Answers = NDArray[np.bool_]
#: Inverse strength of the ridge penalty on standardised features.
PENALTIES = {"stated": 0.03, "related": 0.003, "match": 0.1, "element": 0.003}
#: What level words say bears on match or revise, not on the subject.
LEVEL_FEATURES = ("is_introductory", "is_advanced", "level_gap", "need_level")
#: How a college writes differs more between colleges than between good and bad fits.
LENGTH_FEATURES = ("n_statements_log", "depth")
#: What a match shows beside its elements' chances: how well even the two-thirds element is stated.
COMPLETENESS_FEATURES = (
    "subject_meaning_most", "subject_meaning_mean", "share_whole_most", "share_whole_mean",
    "cosine_most", "cosine_mean",
)  # fmt: skip
#: Share of related pairs and of matches among them that the intercepts are set for. Catalogs differ in how many courses
#: have nothing to do with any need, which says nothing about the others; one share for all makes thresholds carry over.
BASE_SHARES = {"related": 0.01, "match": 0.16}
#: What a pair of our own further sets counts beside one of the labelled sets, where whole pairs are judged. Single
#: elements count alike.
FURTHER_WEIGHTS = {"related": 0.4, "match": 0.25}
#: Scale of the sets' own intercepts; the larger, the less the ridge penalty holds them together.
INTERCEPT_SCALE = 10.0
SHORTLIST_PENALTY = 0.1
#: The shortlist's threshold is this share of the least chance that it gives a pair which the model calls related.
SHORTLIST_MARGIN = 0.44
THRESHOLDS = {
    "least_revise_grade": LEAST_REVISE_GRADE,
    "least_match_grade": LEAST_MATCH_GRADE,
    "element_threshold": 0.5,
    "match_element_threshold": 0.3,
}
VERSION = ENGINE_VERSION


@dataclass(frozen=True)
class Case:
    """Hold one labelled set with everything measured on it."""

    labelled: LabelledSet
    needs: PreparedNeeds
    courses: PreparedCourses
    measured: Measured
    is_thin: NDArray[np.bool_]

    @property
    def is_trained_on(self) -> NDArray[np.bool_]:
        """Pairs that are labelled and whose course says enough to be judged, shape (n_courses, n_needs)."""
        return self.labelled.is_scored & ~self.is_thin[:, None]


def measured_case(labelled: LabelledSet) -> Case:
    """Measure one labelled set."""
    needs = prepare_needs(labelled.needs)
    courses = prepare_courses(labelled.courses, columns=needs.columns)
    return Case(labelled, needs, courses, measure(needs, courses), is_too_thin(courses))


def fit_logistic(
    rows: Floats, answers: Answers, *, names: Sequence[str], penalty: float, base_share: float | None = None
) -> Logistic:
    """Fit one ridge logistic regression and write its coefficients for features as measured.

    With `base_share`, the intercept is moved to where that share of the answers were true (King and Zeng 2001).
    """
    return fit_logistic_of_sets([(rows, answers, 1.0)], names=names, penalty=penalty, base_share=base_share)


def fit_logistic_of_sets(
    sets: Sequence[tuple[Floats, Answers, float]],
    *,
    names: Sequence[str],
    penalty: float,
    base_share: float | None,
) -> Logistic:
    """Fit one regression on several sets of rows, answers and weight, each with an intercept of its own.

    Sets differ in how much text has nothing to do with any need and in how strictly they were read; intercepts of their
    own keep that out of the slopes. What is written has the mean of the sets' intercepts.
    """
    rows, answers = (np.concatenate(parts) for parts in zip(*((r, a) for r, a, _ in sets), strict=True))
    of_set = np.repeat(np.arange(len(sets)), [len(a) for _, a, _ in sets])
    own = (np.eye(len(sets)) - 1 / len(sets)) * INTERCEPT_SCALE if len(sets) > 1 else np.zeros((1, 0))
    scaler = StandardScaler().fit(rows)
    weights = np.array([weight for _, _, weight in sets])[of_set]
    fitted = LogisticRegression(C=penalty, max_iter=5000).fit(
        np.hstack([scaler.transform(rows), own[of_set]]), answers, sample_weight=weights
    )
    slopes = fitted.coef_[0][: len(names)] / scaler.scale_
    intercepts = float(fitted.intercept_[0] - slopes @ scaler.mean_) + own @ fitted.coef_[0][len(names) :]
    if base_share is not None:
        true_shares = np.array([a.mean() for _, a, _ in sets])
        intercepts += math.log(base_share / (1 - base_share)) - np.log(true_shares / (1 - true_shares))
    slopes_by_name = {n: round(float(v), 6) for n, v in zip(names, slopes, strict=True)}
    return Logistic(round(float(np.mean(intercepts)), 6), slopes_by_name)


def _rows(features: Features, names: Sequence[str], which: NDArray[np.bool_]) -> Floats:
    return np.stack([features[name][which] for name in names], axis=1)


def _element_answers(case: Case) -> NDArray[np.int64]:
    """Return 1 covered, 0 not covered, -1 not labelled, shape (n_courses, n_elements).

    Unrelated pairs cover nothing.
    """
    answers = np.where(np.repeat(case.is_trained_on, case.needs.counts, axis=1), 0, -1)
    for (course, need), covered in case.labelled.covered.items():
        start = int(case.needs.starts[need])
        for answer, elements in ((1, covered), (-1, case.labelled.unsure[course, need])):
            for k in elements:
                if answers[course, start + k] >= 0:
                    answers[course, start + k] = answer
    return answers


def _fit_element_model(cases: Sequence[Case], *, only_related: bool, penalty: float) -> Logistic:
    names = sorted(cases[0].measured.element)
    rows, answers = [], []
    for case in cases:
        known = _element_answers(case)
        which = known >= 0
        if only_related:
            which &= np.repeat(case.labelled.grades > 0, case.needs.counts, axis=1)
        rows.append(_rows(case.measured.element, names, which))
        answers.append(known[which] == 1)
    return fit_logistic(np.concatenate(rows), np.concatenate(answers), names=names, penalty=penalty)


def _pairs_from(case: Case, features: Features, names: Sequence[str], *, least_grade: int) -> tuple[Floats, Answers]:
    """Return the pairs that have at least `least_grade`, and whether they have more."""
    which = case.is_trained_on & (case.labelled.grades >= least_grade)
    return _rows(features, names, which), case.labelled.grades[which] > least_grade


def _fit_pairs(
    cases: Sequence[Case], features: Sequence[Features], names: Sequence[str], *, what: str, n_further: int
) -> Logistic:
    """Fit P(related), or P(match) on the related pairs; the last `n_further` cases are further sets."""
    weights = [1.0] * (len(cases) - n_further) + [FURTHER_WEIGHTS[what]] * n_further
    return fit_logistic_of_sets(
        [
            (*_pairs_from(case, f, names, least_grade=int(what == "match")), weight)
            for case, f, weight in zip(cases, features, weights, strict=True)
        ],
        names=names,
        penalty=PENALTIES[what],
        base_share=BASE_SHARES[what],
    )


def fit_model(cases: Sequence[Case], *, further: Sequence[Case] = ()) -> Model:
    """Fit the regressions on some labelled sets.

    What an element, a related pair and a match look like is learned from `further` sets too; which elements a related
    pair covers only from the others.
    """
    stated = _fit_element_model([*cases, *further], only_related=False, penalty=PENALTIES["stated"])
    element = _fit_element_model(cases, only_related=True, penalty=PENALTIES["element"])
    features = [
        case.measured.pair
        | stated_outlook(stated.probabilities(case.measured.element), needs=case.needs)
        | covered_outlook(element.probabilities(case.measured.element), needs=case.needs)
        for case in (*cases, *further)
    ]
    covered_names = [name for name in features[0] if name.startswith("covered_")]
    stated_names = [name for name in features[0] if name.startswith("stated_")]
    related_names = sorted(set(features[0]) - set(covered_names) - set(LEVEL_FEATURES) - set(LENGTH_FEATURES))
    match_names = sorted([*covered_names, *stated_names, *LEVEL_FEATURES, *COMPLETENESS_FEATURES])
    return Model(
        version=VERSION,
        stated=stated,
        related=_fit_pairs([*cases, *further], features, related_names, what="related", n_further=len(further)),
        match=_fit_pairs([*cases, *further], features, match_names, what="match", n_further=len(further)),
        element=element,
        **THRESHOLDS,
    )


def fit_shortlist(cases: Sequence[Case], *, model: Model) -> Shortlist:
    """Fit the shortlist, and set its threshold so that it leaves out no pair that the model calls related, by far."""
    features = [quick_features(case.needs, case.courses) for case in cases]
    names = sorted(features[0])
    which = [case.is_trained_on for case in cases]
    rows = np.concatenate([_rows(f, names, w) for f, w in zip(features, which, strict=True)])
    answers = np.concatenate([case.labelled.grades[w] > 0 for case, w in zip(cases, which, strict=True)])
    logistic = fit_logistic(rows, answers, names=names, penalty=SHORTLIST_PENALTY)
    chances = np.concatenate([logistic.probabilities(f)[w] for f, w in zip(features, which, strict=True)])
    grades = np.concatenate(
        [judge(c.measured, needs=c.needs, model=model).expected_grade[w] for c, w in zip(cases, which, strict=True)]
    )
    least = float(chances[grades >= model.least_revise_grade].min())
    return Shortlist(logistic, threshold=round(least * SHORTLIST_MARGIN, 6))


def print_shortlist(cases: dict[str, Case], *, further: dict[str, Case]) -> None:
    """Print what a shortlist fitted on other colleges keeps of each set, and what it loses of the related pairs."""
    for name, case in (cases | further).items():
        others = [c for n, c in cases.items() if name.split(", ")[0] not in n]
        model = fit_model(others, further=other_further(further, college=name.split(", ")[0]))
        shortlist = fit_shortlist(others, model=model)
        listed = shortlist.chances(case.needs, case.courses) >= shortlist.threshold
        related = judge(case.measured, needs=case.needs, model=model).expected_grade >= model.least_revise_grade
        related &= ~case.is_thin[:, None]
        sys.stdout.write(
            f"  {name}: {listed.mean():.3f} of the pairs are compared in full; "
            f"{(related & ~listed).sum()} of {related.sum()} related ones are left out\n"
        )


def case_tallies(case: Case, *, judged: Judged, model: Model) -> list[Tally]:
    """Turn probabilities into verdicts as the matcher does, and compare them with the labels."""
    words, covered = np.zeros(judged.related.shape, dtype=np.int64), {}
    for course, need in np.argwhere(~case.is_thin[:, None] & (judged.related >= NEARLY_RELATED)).tolist():
        start, count = int(case.needs.starts[need]), int(case.needs.counts[need])
        words[course, need], elements = grade_pair(
            judged.element[course, start : start + count],
            related=float(judged.related[course, need]),
            match=float(judged.match[course, need]),
            model=model,
        )
        covered[course, need] = set(elements)
    scores = judged.score * ~case.is_thin[:, None]
    return tallies(case.labelled, words=words, scores=scores, covered=covered)


@dataclass(frozen=True)
class Outcome:
    """Hold what a model said about a labelled set that it was not trained on."""

    case: Case
    judged: Judged
    parts: list[Tally]


def other_further(further: dict[str, Case], *, college: str, needs_list: str | None = None) -> list[Case]:
    """Return the further sets of other colleges, and of other lists of needs if one is named."""
    sources = {name: FURTHER[name] for name in further}
    return [
        further[name]
        for name, source in sources.items()
        if source.college != college and source.needs_list != needs_list
    ]


def cross_validated(cases: dict[str, Case], *, further: dict[str, Case], hold_out_needs: bool) -> dict[str, Outcome]:
    """Judge every set with a model trained on other colleges: on all lists of needs, or only on other lists."""
    outcomes = {}
    for name, case in cases.items():
        college, needs = name.split(", ")
        others = {n: c for n, c in cases.items() if college not in n}
        beside = other_further(further, college=college, needs_list=needs if hold_out_needs else None)
        model = fit_model([c for n, c in others.items() if not (hold_out_needs and needs in n)], further=beside)
        outcomes[name] = judged_with(model, case=case)
    return outcomes


def further_judged(cases: dict[str, Case], *, further: dict[str, Case]) -> dict[str, Outcome]:
    """Judge every further set with a model that saw neither its college nor its list of needs."""
    outcomes = {}
    for name, case in further.items():
        source = FURTHER[name]
        others = [c for n, c in cases.items() if source.college not in n and source.needs_list not in n]
        beside = other_further(further, college=source.college, needs_list=source.needs_list)
        outcomes[name] = judged_with(fit_model(others, further=beside), case=case)
    return outcomes


def judged_with(model: Model, *, case: Case) -> Outcome:
    """Judge a set with a model that was not trained on it."""
    judged = judge(case.measured, needs=case.needs, model=model)
    return Outcome(case, judged, case_tallies(case, judged=judged, model=model))


def print_figures(results: dict[str, list[Tally]]) -> None:
    """Print each set's metrics with intervals over needs, and the mean over the sets."""
    width = max(map(len, results))
    sys.stdout.write(f"{'':{width}}  " + "  ".join(f"{m:<18}" for m in METRICS) + "\n")
    for name, parts in results.items():
        value, span = metrics(parts), intervals(parts)
        cells = [f"{value[m]:.3f} ({span[m][0]:.2f}–{span[m][1]:.2f})" for m in METRICS]
        sys.stdout.write(f"{name:{width}}  " + "  ".join(f"{c:<18}" for c in cells) + "\n")
    means = [np.mean([metrics(parts)[m] for parts in results.values()]) for m in METRICS]
    sys.stdout.write(f"{'mean of the sets':{width}}  " + "  ".join(f"{m:<18.3f}" for m in means) + "\n")


def print_reliability(outcomes: dict[str, Outcome]) -> None:
    """Print how often pairs of each stated chance are related, the Brier scores, and the confusion table."""
    said = np.concatenate([o.judged.related[o.case.is_trained_on] for o in outcomes.values()])
    true = np.concatenate([o.case.labelled.grades[o.case.is_trained_on] > 0 for o in outcomes.values()])
    sys.stdout.write(f"Brier score of “related” {np.mean((said - true) ** 2):.5f}; always saying the base rate ")
    sys.stdout.write(f"{true.mean() * (1 - true.mean()):.5f}\n")
    edges = (0, 0.02, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0001)
    for low, high in pairwise(edges):
        here = (said >= low) & (said < high)
        sys.stdout.write(f"  said {low:.2f}–{min(high, 1):.2f}: {here.sum():6} pairs, said {said[here].mean():.3f}, ")
        sys.stdout.write(f"true {true[here].mean():.3f}\n")
    table = np.sum([p.table for o in outcomes.values() for p in o.parts], axis=0)
    sys.stdout.write(f"true (rows) by said (columns), unrelated, revise, match: {table.tolist()}\n")


def main() -> None:
    """Print cross-validated figures; write the model if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("catalogs", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    cases = {name: measured_case(read_set(arguments.gold, name)) for name in SETS}
    further = {
        name: measured_case(read_further(name, gold=arguments.gold, catalogs=arguments.catalogs)) for name in FURTHER
    }
    for hold_out_needs, said in (
        (False, "the other colleges, all lists"),
        (True, "the other colleges and the other lists"),
    ):
        outcomes = cross_validated(cases, further=further, hold_out_needs=hold_out_needs)
        sys.stdout.write(f"Trained on {said}:\n")
        print_figures({name: outcome.parts for name, outcome in outcomes.items()})
        print_reliability(outcomes)
    sys.stdout.write("Our own sets, trained on the other colleges and the other lists:\n")
    outcomes = further_judged(cases, further=further)
    print_figures({name: outcome.parts for name, outcome in outcomes.items()})
    print_reliability(outcomes)
    sys.stdout.write("Shortlists fitted on the other colleges:\n")
    print_shortlist(cases, further=further)
    if arguments.write:
        model = fit_model(list(cases.values()), further=list(further.values()))
        MODEL_FILE.write_text(model.to_json(), encoding="utf-8")
        shortlist = fit_shortlist(list(cases.values()), model=model)
        SHORTLIST_FILE.write_text(shortlist.to_json(), encoding="utf-8")
        sys.stdout.write(f"Model of all {len(cases)} sets -> {MODEL_FILE.name}\n")


if __name__ == "__main__":
    main()
