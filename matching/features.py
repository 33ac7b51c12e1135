"""Measure how a course's statements answer a need: per element and per pair, without looking at other courses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from matching.concept_space import concept_agreement, concept_roots
from matching.encoder import FloatMatrix, cosines
from matching.fields import field_agreement
from matching.prepare import TENTHS, PreparedCourses, PreparedNeeds, TermRows

Matrix = NDArray[np.float64]
Features = dict[str, Matrix]

#: Digits kept of every feature, so that rounding noise of the last bits cannot reach a verdict.
N_DIGITS = 6


def _products(left: csr_matrix, right: csr_matrix) -> Matrix:
    """Return left @ right.T as a dense matrix; all entries are whole numbers, so the sums are exact."""
    return np.asarray((left @ right.T).toarray())


def shares_found(texts: TermRows, wanted: TermRows) -> Matrix:
    """Return which share (0-1) of each wanted text's term weight stands in each text, shape (n_texts, n_wanted)."""
    return _products(texts.shares, wanted.weights) / (TENTHS * wanted.totals)


def term_cosines(left: TermRows, right: TermRows) -> Matrix:
    """Return the cosines (0-1) of weighted terms, shape (n_left, n_right)."""
    return _products(left.weights, right.weights) / left.lengths[:, None] / right.lengths


def shared_weights(texts: TermRows, wanted: TermRows) -> Matrix:
    """Return the weight of the terms that each text shares with each wanted text, shape (n_texts, n_wanted).

    In the units of `term_weight`, divided by 100: about 9 for one rare stem, twice that for two.
    """
    return _products(texts.shares, wanted.weights) / (100 * TENTHS * TENTHS)


@dataclass(frozen=True)
class Measured:
    """Hold everything measured about some courses against all needs.

    Attributes
    ----------
    pair : dict of ndarray, each of shape (n_courses, n_needs)
    element : dict of ndarray, each of shape (n_courses, n_elements)
    statement_scores : ndarray, shape (n_statements, n_elements)
        How well each statement speaks to each element, 0-1; it picks the evidence.
    """

    pair: Features
    element: Features
    statement_scores: Matrix


def measure(needs: PreparedNeeds, courses: PreparedCourses) -> Measured:
    """Measure every course against every need."""
    shares = shares_found(courses.statement_terms, needs.element_terms)
    clause_cosines = _meanings(courses.clause_vectors, needs.element_vectors)
    clause_roots = concept_roots(courses.clause_vectors)
    meaning = np.maximum.reduceat(clause_cosines, courses.clause_starts, axis=0)
    element = {
        "share": _best(shares, courses),
        "cosine": _best(term_cosines(courses.statement_terms, needs.element_terms), courses),
        "meaning": _best(meaning, courses),
        "meaning_sentence": _best(clause_cosines[courses.clause_starts], courses),
        "share_whole": shares_found(courses.whole_terms, needs.element_terms),
        "meaning_whole": _meanings(courses.whole_vectors, needs.element_vectors),
        "mass": np.log1p(_best(shared_weights(courses.statement_terms, needs.element_terms), courses)),
        "concept": _best(shares_found(courses.statement_concepts, needs.element_concepts), courses),
        "concept_whole": shares_found(courses.whole_concepts, needs.element_concepts),
        "concept_meaning": _concept_meaning(courses, clause_roots, needs.element_roots),
    }
    element |= _element_parts(needs, courses, clause_roots=clause_roots)
    pair = _pair_similarities(needs, courses)
    pair |= _focus(needs, courses, shares=shares, meaning=meaning)
    pair |= statement_against_need(needs, courses)
    pair |= _element_summaries(element, needs)
    pair |= _levels(needs, courses)
    element = {name: np.round(values, N_DIGITS) for name, values in element.items()}
    pair = {name: np.round(values, N_DIGITS) for name, values in pair.items()}
    element |= _lags(element, needs)
    element |= {f"pair_{name}": pair[name][:, needs.owners] for name in ELEMENT_CONTEXT}
    return Measured(pair=pair, element=element, statement_scores=np.round(0.5 * shares + 0.5 * meaning, N_DIGITS))


#: Features of the pair that the element model sees as context.
ELEMENT_CONTEXT = (
    "title_share", "title_meaning", "whole_share", "whole_cosine", "whole_meaning", "need_title_share",
    "need_title_meaning", "focus_meaning", "share_mean", "cosine_mean", "meaning_mean", "meaning_sentence_mean",
    "share_whole_mean", "meaning_whole_mean", "concept_whole_mean", "need_title_concept", "field_agreement",
)  # fmt: skip


def _meanings(left: FloatMatrix, right: FloatMatrix) -> Matrix:
    return cosines(left, right).astype(np.float64)


def _concept_meaning(courses: PreparedCourses, clause_roots: FloatMatrix, wanted_roots: FloatMatrix) -> Matrix:
    """Return how well the best clause of each course agrees with each wanted text on the nearest concepts."""
    return _best_clause(concept_agreement(clause_roots, wanted_roots), courses)


def _best_clause(values: FloatMatrix, courses: PreparedCourses) -> Matrix:
    """Return the best clause's value per course."""
    best = np.maximum.reduceat(values, courses.clause_starts[courses.starts], axis=0)
    return np.asarray(np.round(best.astype(np.float64), N_DIGITS))


def _element_parts(needs: PreparedNeeds, courses: PreparedCourses, *, clause_roots: FloatMatrix) -> Features:
    """Compare the parts of an element one by one: “cut and bend conduit” may stand in two statements."""
    starts, counts = needs.part_starts, needs.part_counts
    meaning = _best_clause(cosines(courses.clause_vectors, needs.part_vectors), courses)
    concept = _concept_meaning(courses, clause_roots, needs.part_roots)
    return {
        "parts_meaning": np.add.reduceat(meaning, starts, axis=1) / counts,
        "parts_concept_meaning": np.add.reduceat(concept, starts, axis=1) / counts,
        "best_part_concept_meaning": np.maximum.reduceat(concept, starts, axis=1),
    }


def _lags(element: Features, needs: PreparedNeeds) -> Features:
    """Return how far each element stays behind the best stated element of its need, 0 or less."""
    behind = {}
    for name in ("share", "meaning", "concept_meaning"):
        best = np.maximum.reduceat(element[name], needs.starts, axis=1)
        behind[f"{name}_lag"] = np.round(element[name] - best[:, needs.owners], N_DIGITS)
    return behind


def _best(values: Matrix, courses: PreparedCourses) -> Matrix:
    """Return the best statement's value per course."""
    return np.asarray(np.maximum.reduceat(values, courses.starts, axis=0))


def whole_similarities(needs: PreparedNeeds, courses: PreparedCourses) -> Features:
    """Compare titles and whole texts only, which is quick."""
    roots = concept_roots(courses.whole_vectors)
    return {
        "title_share": shares_found(courses.title_terms, needs.title_terms),
        "title_meaning": _meanings(courses.title_vectors, needs.title_vectors),
        "title_whole_cosine": term_cosines(courses.title_terms, needs.whole_terms),
        "whole_cosine": term_cosines(courses.whole_terms, needs.whole_terms),
        "whole_share": shares_found(courses.whole_terms, needs.whole_terms),
        "whole_meaning": _meanings(courses.whole_vectors, needs.whole_vectors),
        "whole_concept_meaning": concept_agreement(roots, needs.whole_roots).astype(np.float64),
        "field_agreement": field_agreement(courses.field_shares, needs.field_shares),
    }


def _pair_similarities(needs: PreparedNeeds, courses: PreparedCourses) -> Features:
    title_clauses = _meanings(courses.clause_vectors, needs.title_vectors)
    title_meaning = np.maximum.reduceat(title_clauses, courses.clause_starts, axis=0)
    pair: Features = {
        "title_share_back": shares_found(needs.title_terms, courses.title_terms).T,
        "title_in_need_share": shares_found(needs.whole_terms, courses.title_terms).T,
        "title_cosine": term_cosines(courses.title_terms, needs.title_terms),
        "title_whole_meaning": _meanings(courses.title_vectors, needs.whole_vectors),
        "need_title_share": _best(shares_found(courses.statement_terms, needs.title_terms), courses),
        "need_title_meaning": _best(title_meaning, courses),
        "whole_share_back": shares_found(needs.whole_terms, courses.whole_terms).T,
        "area_title_share": shares_found(courses.title_terms, needs.area_terms),
        "area_program_share": shares_found(courses.program_terms, needs.area_terms),
    }
    pair |= _concept_shares(needs, courses)
    pair |= whole_similarities(needs, courses)
    pair["title_and_whole"] = pair["title_share"] * pair["whole_share"]
    return pair


def statement_against_need(needs: PreparedNeeds, courses: PreparedCourses) -> Features:
    """Find the one statement that is most about the need, however much else the course teaches.

    A statement's purity is the share of its own weight that the need explains, damped where that weight is small.
    """
    shared = shared_weights(courses.statement_terms, needs.whole_terms)
    explained = shares_found(needs.whole_terms, courses.statement_terms).T
    whole_clauses = _meanings(courses.clause_vectors, needs.whole_vectors)
    return {
        "statement_mass": np.log1p(_best(shared, courses)),
        "statement_purity": _best(explained * shared / (shared + ENOUGH_WEIGHT), courses),
        "statement_cosine": _best(term_cosines(courses.statement_terms, needs.whole_terms), courses),
        "statement_meaning": _best(np.maximum.reduceat(whole_clauses, courses.clause_starts, axis=0), courses),
    }


#: Shared weight at which a statement's purity counts half: about two rare stems.
ENOUGH_WEIGHT = 15.0


def _concept_shares(needs: PreparedNeeds, courses: PreparedCourses) -> Features:
    """Compare the vocabulary's concepts alone: title with title, title with all, all with all, both ways."""
    return {
        "title_concept": shares_found(courses.title_concepts, needs.title_concepts),
        "title_in_need_concept": shares_found(needs.whole_concepts, courses.title_concepts).T,
        "need_title_concept": shares_found(courses.whole_concepts, needs.title_concepts),
        "whole_concept": shares_found(courses.whole_concepts, needs.whole_concepts),
        "whole_concept_back": shares_found(needs.whole_concepts, courses.whole_concepts).T,
    }


def _focus(needs: PreparedNeeds, courses: PreparedCourses, *, shares: Matrix, meaning: Matrix) -> Features:
    """Return how much of the course, statement by statement, speaks to the need."""

    def mean_over_statements(values: Matrix) -> Matrix:
        best = np.round(np.maximum.reduceat(values, needs.starts, axis=1), N_DIGITS)
        return np.asarray(np.add.reduceat(best, courses.starts, axis=0) / courses.counts[:, None])

    return {"focus_share": mean_over_statements(shares), "focus_meaning": mean_over_statements(meaning)}


def _element_summaries(element: Features, needs: PreparedNeeds) -> Features:
    """Summarise each element feature over the elements of a need: best, second, mean, and the two-thirds point."""
    summaries = {}
    blocks = [
        (places, needs.starts[places][:, None] + np.arange(count), count)
        for count in np.unique(needs.counts)
        for places in [np.flatnonzero(needs.counts == count)]
    ]
    for name, values in element.items():
        summaries[f"{name}_mean"] = np.add.reduceat(np.round(values, N_DIGITS), needs.starts, axis=1) / needs.counts
        ranked = {rank: np.empty((len(values), len(needs.needs))) for rank in ("best", "second", "most")}
        for places, columns, count in blocks:
            descending = -np.sort(-values[:, columns], axis=2)
            ranked["best"][:, places] = descending[:, :, 0]
            ranked["second"][:, places] = descending[:, :, min(1, count - 1)]
            ranked["most"][:, places] = descending[:, :, -(-2 * count // 3) - 1]
        summaries |= {f"{name}_{rank}": found for rank, found in ranked.items()}
    return summaries


def _levels(needs: PreparedNeeds, courses: PreparedCourses) -> Features:
    """Return what level words, doing words and the length of a course say; the same for all needs but for the gap."""
    flat = np.zeros((len(courses.courses), len(needs.needs)))
    stated = courses.title_ranks[:, None] >= 0
    return {
        "is_introductory": (courses.title_ranks == 0)[:, None] + flat,
        "is_advanced": (courses.title_ranks == 2)[:, None] + flat,
        "level_gap": np.where(stated, needs.level_ranks - courses.title_ranks[:, None], 0.0) + flat,
        "need_level": needs.level_ranks + flat,
        "depth": courses.depths[:, None] + flat,
        "n_statements_log": np.log(courses.counts)[:, None] + flat,
    }
