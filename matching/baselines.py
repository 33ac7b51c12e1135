"""Two plain ways to judge courses, to measure the matcher against: TF-IDF, and cosines of the token table.

Both add up three cosines: half that of the whole texts, a fifth that of the titles, three tenths the mean over the
need's elements of the best sentence. A pair is called by fixed thresholds. They flatter the baselines on the labelled
sets of docs/method.md, on which they were chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.records import Course, Need
from matching.scoring import SaidPair
from matching.text import course_statements

Floats = NDArray[np.float64]
Texts = Sequence[str]
#: Cosines between two lists of texts, shape (n_left, n_right).
Compare = Callable[[Texts, Texts], Floats]

WHOLE_SHARE, TITLE_SHARE, ELEMENT_SHARE = 0.5, 0.2, 0.3


@dataclass(frozen=True)
class Thresholds:
    """Hold the scores from which a pair is related, is a match, and an element is covered."""

    related: float
    match: float
    element: float


TFIDF_THRESHOLDS = Thresholds(related=0.035, match=0.075, element=0.0025)
COSINE_THRESHOLDS = Thresholds(related=0.42, match=0.56, element=0.35)


@dataclass(frozen=True)
class PlainScores:
    """Hold the scores of a baseline.

    Attributes
    ----------
    pairs : ndarray, shape (n_courses, n_needs)
    elements : ndarray, shape (n_courses, n_elements)
        Best sentence of each course for each element of all needs, one need after another; a need without elements has
        its title.
    starts : ndarray of int, shape (n_needs,)
        First element of each need.
    """

    pairs: Floats
    elements: Floats
    starts: NDArray[np.int64]


def tfidf_scores(needs: Sequence[Need], courses: Sequence[Course]) -> PlainScores:
    """Score every pair with words and pairs of words, weighted on the courses and needs at hand."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # loading it takes seconds

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, stop_words="english")
    # The mark word keeps texts without a single word from leaving nothing to weigh.
    vectorizer.fit([*map(_course_text, courses), *map(_need_text, needs), "unread"])

    def compare(left: Texts, right: Texts) -> Floats:
        return np.asarray((vectorizer.transform(left) @ vectorizer.transform(right).T).toarray())

    return _scores(needs, courses, compare=compare)


def cosine_scores(needs: Sequence[Need], courses: Sequence[Course]) -> PlainScores:
    """Score every pair with the shipped token table alone."""
    from matching.encoder import cosines, shipped_table

    def compare(left: Texts, right: Texts) -> Floats:
        table = shipped_table()
        return cosines(table.encode(left), table.encode(right)).astype(np.float64)

    return _scores(needs, courses, compare=compare)


def plain_answers(
    needs: Sequence[Need], courses: Sequence[Course], *, scores: PlainScores, thresholds: Thresholds
) -> dict[str, dict[str, SaidPair]]:
    """Turn scores into verdicts, by code of the need and code of the course."""
    grades = (scores.pairs >= thresholds.related).astype(int) + (scores.pairs >= thresholds.match)
    answers: dict[str, dict[str, SaidPair]] = {}
    for j, need in enumerate(needs):
        start, count = int(scores.starts[j]), len(_elements(need))
        stated = scores.elements[:, start : start + count] >= thresholds.element
        answers[need.code] = {
            course.code: SaidPair(
                grade=int(grades[i, j]),
                score=float(scores.pairs[i, j]),
                covered=frozenset(np.flatnonzero(stated[i]).tolist()),
            )
            for i, course in enumerate(courses)
        }
    return answers


def _scores(needs: Sequence[Need], courses: Sequence[Course], *, compare: Compare) -> PlainScores:
    sentences = [[statement.text for statement in course_statements(course)] or [""] for course in courses]
    sentence_starts = np.cumsum([0, *map(len, sentences[:-1])])
    elements = [element for need in needs for element in _elements(need)]
    counts = np.array([len(_elements(need)) for need in needs])
    starts = np.cumsum(counts) - counts
    best: Floats = np.maximum.reduceat(compare([s for of in sentences for s in of], elements), sentence_starts, axis=0)
    whole = compare([_course_text(course) for course in courses], [_need_text(need) for need in needs])
    titles = compare([course.title for course in courses], [need.title for need in needs])
    mean_element = np.add.reduceat(best, starts, axis=1) / counts
    # Rounding takes out the last digits, which depend on the order of sums.
    pairs = np.round(WHOLE_SHARE * whole + TITLE_SHARE * titles + ELEMENT_SHARE * mean_element, 9)
    return PlainScores(pairs=pairs, elements=np.asarray(np.round(best, 9)), starts=starts)


def _elements(need: Need) -> tuple[str, ...]:
    return need.elements or (need.title,)


def _need_text(need: Need) -> str:
    return " ".join((need.title, *need.elements))


def _course_text(course: Course) -> str:
    return " ".join((course.title, course.description, *course.outcomes, *course.topics))
