"""Measure how a course's statements answer a need: per element and per pair, without looking at other courses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matching.encoder import FloatMatrix, cosines
from matching.fields import field_agreement
from matching.pairs import Pairs, every_pair
from matching.prepare import TENTHS, PreparedCourses, PreparedNeeds, TermRows
from matching.segments import IntVector, segment_bounds, segment_rows, segment_starts
from matching.subject_space import subject_agreement, subject_roots
from matching.term_products import TermPlaces, cell_products, products, row_products, term_places

Matrix = NDArray[np.float64]
Features = dict[str, Matrix]

#: Digits kept of every feature, so that rounding noise of the last bits cannot reach a verdict.
N_DIGITS = 6


def shares_found(texts: TermRows, wanted: TermRows) -> Matrix:
    """Return which share (0-1) of each wanted text's term weight stands in each text, shape (n_texts, n_wanted)."""
    return products(texts.shares, wanted.weights) / (TENTHS * wanted.totals)


def term_cosines(left: TermRows, right: TermRows) -> Matrix:
    """Return the cosines (0-1) of weighted terms, shape (n_left, n_right)."""
    return products(left.weights, right.weights) / left.lengths[:, None] / right.lengths


#: Products of shares and weights are divided by this where the weight itself is a feature: then one rare stem that two
#: texts share comes to about 9, and two to twice that.
WEIGHT_UNIT = 100 * TENTHS * TENTHS


@dataclass(frozen=True)
class Measured:
    """Hold everything measured about some pairs of courses and needs.

    Attributes
    ----------
    pair : dict of ndarray, each of shape (n_pairs,) or (n_courses, n_needs)
    element : dict of ndarray, each of shape (n_rows,) or (n_courses, n_elements)
        Rows as in `Pairs`.
    statement_scores : ndarray, shape (n_cells,)
        How well each statement speaks to each element, 0-1; it picks the evidence. Cells as in `Pairs`.
    """

    pair: Features
    element: Features
    statement_scores: Matrix


def measure(needs: PreparedNeeds, courses: PreparedCourses) -> Measured:
    """Measure every course against every need; the features are tables by course."""
    pairs = every_pair(needs=needs, courses=courses)
    measured = measure_pairs(needs, courses, pairs=pairs, quick=quick_similarities(needs, courses))
    n_courses = len(courses.courses)
    return replace(
        measured,
        pair={name: values.reshape(n_courses, -1) for name, values in measured.pair.items()},
        element={name: values.reshape(n_courses, -1) for name, values in measured.element.items()},
    )


def measure_pairs(needs: PreparedNeeds, courses: PreparedCourses, *, pairs: Pairs, quick: Features) -> Measured:
    """Measure some pairs.

    Parameters
    ----------
    quick : dict of ndarray, each of shape (n_courses, n_needs)
        What `quick_similarities` returns for these courses and needs.
    """
    clauses, places = _clause_similarities(needs, courses, pairs), term_places(courses)
    element, cell_shares = _element_features(needs, courses, pairs, places=places, clauses=clauses)
    element = {name: np.round(values, N_DIGITS) for name, values in element.items()}
    pair = {name: values[pairs.courses, pairs.needs] for name, values in quick.items()}
    pair["title_and_whole"] = pair["title_share"] * pair["whole_share"]
    pair |= _pair_similarities(needs, courses, pairs, places=places)
    pair["need_title_meaning"] = clauses.need_title
    pair["widened_need_meaning"] = clauses.widened_need
    pair["focus_share"] = _mean_over_statements(cell_shares, pairs, courses)
    pair["focus_meaning"] = _mean_over_statements(clauses.meaning, pairs, courses)
    pair |= _element_summaries(element, pairs)
    pair |= _levels(needs, courses, pairs)
    pair = {name: np.round(values, N_DIGITS) for name, values in pair.items()}
    element |= _lags(element, pairs)
    element |= {f"pair_{name}": pair[name][pairs.owners] for name in ELEMENT_CONTEXT}
    scores = np.round(0.5 * cell_shares + 0.5 * clauses.meaning, N_DIGITS)
    return Measured(pair=pair, element=element, statement_scores=scores)


#: Features of the pair that the element model sees as context.
ELEMENT_CONTEXT = (
    "title_share", "title_meaning", "whole_share", "whole_cosine", "whole_meaning", "need_title_share",
    "need_title_meaning", "focus_meaning", "share_mean", "cosine_mean", "meaning_mean", "meaning_sentence_mean",
    "share_whole_mean", "meaning_whole_mean", "concept_whole_mean", "need_title_concept", "field_agreement",
)  # fmt: skip


def quick_similarities(needs: PreparedNeeds, courses: PreparedCourses) -> Features:
    """Compare titles, whole texts and single statements with needs as a whole, for every course and need."""
    return whole_similarities(needs, courses) | statement_against_need(needs, courses)


def _meanings(left: FloatMatrix, right: FloatMatrix) -> Matrix:
    return cosines(left, right).astype(np.float64)


@dataclass(frozen=True)
class _Clauses:
    """Hold how near the clauses of a course come to what a need wants.

    Attributes
    ----------
    meaning : ndarray, shape (n_cells,)
        Best clause of each statement against each element.
    sentence, widened, subject : ndarray, shape (n_rows,)
        Best whole statement, best clause against the widened element, and best agreement of a clause on the nearest
        subjects.
    part_meaning, part_subject : ndarray, shape (n_row_parts,)
        Best clause against each part of each row's element, one row after the other.
    need_title, widened_need : ndarray, shape (n_pairs,)
        Best clause against the title of the need, and against the widened need.
    """

    meaning: Matrix
    sentence: Matrix
    widened: Matrix
    subject: Matrix
    part_meaning: Matrix
    part_subject: Matrix
    need_title: Matrix
    widened_need: Matrix


def _clause_similarities(needs: PreparedNeeds, courses: PreparedCourses, pairs: Pairs) -> _Clauses:
    """Compare clauses with elements, parts and titles, course by course: each with the needs that it is paired with."""
    parts = segment_rows(needs.part_starts, needs.part_counts, pairs.elements)
    part_bounds = segment_bounds(needs.part_counts[pairs.elements])
    cell_bounds = segment_bounds(pairs.cell_counts)
    n_rows = len(pairs.elements)
    found = _Clauses(
        meaning=np.empty(pairs.n_cells),
        sentence=np.empty(n_rows),
        widened=np.empty(n_rows),
        subject=np.empty(n_rows),
        part_meaning=np.empty(len(parts)),
        part_subject=np.empty(len(parts)),
        need_title=np.empty(len(pairs.needs)),
        widened_need=np.empty(len(pairs.needs)),
    )
    n_elements, n_parts, n_needs = len(needs.elements), int(needs.part_counts.sum()), len(needs.needs)
    blocks = segment_starts(np.array([n_elements, n_elements, n_parts, n_needs, n_needs]))
    for own, rows, vectors, firsts, own_roots in _clauses_by_course(courses, pairs):
        elements, own_parts = pairs.elements[rows], slice(part_bounds[rows.start], part_bounds[rows.stop])
        wanted_parts, wanted_needs = parts[own_parts], pairs.needs[own]
        wanted = (elements, elements, wanted_parts, wanted_needs, wanted_needs)
        ends = segment_bounds(np.array(list(map(len, wanted))))[1:-1]
        targets = np.concatenate([rows_of + start for rows_of, start in zip(wanted, blocks, strict=True)])
        meanings = cosines(needs.clause_targets[targets], vectors)
        of_elements, best = meanings[: ends[0]], np.split(meanings.max(axis=1), ends)
        cells = slice(cell_bounds[rows.start], cell_bounds[rows.stop])
        found.meaning[cells] = np.maximum.reduceat(of_elements, firsts, axis=1).ravel()
        found.sentence[rows] = of_elements[:, firsts].max(axis=1)
        found.widened[rows], found.part_meaning[own_parts] = best[1], best[2]
        found.need_title[own], found.widened_need[own] = best[3], best[4]
        targets = np.concatenate([elements, wanted_parts + len(needs.elements)])
        agreements = subject_agreement(needs.clause_target_roots[targets], own_roots).max(axis=1)
        found.subject[rows], found.part_subject[own_parts] = np.split(agreements, [len(elements)])
    return found


def _clauses_by_course(
    courses: PreparedCourses, pairs: Pairs
) -> Iterator[tuple[slice, slice, FloatMatrix, IntVector, FloatMatrix]]:
    """Yield the ranges of each course's pairs and rows, its clauses, the first of each statement, and their roots.

    The roots of some courses are found together, which is faster and comes to the same.
    """
    by_course = list(pairs.by_course())
    for first in range(0, len(by_course), N_COURSES_A_PRODUCT):
        some = by_course[first : first + N_COURSES_A_PRODUCT]
        clauses = [courses.clauses_of(course) for course, _, _ in some]
        bounds = segment_bounds(np.array([len(vectors) for vectors, _ in clauses]))
        roots = np.split(subject_roots(np.concatenate([vectors for vectors, _ in clauses])), bounds[1:-1])
        for (_, own, rows), (vectors, firsts), own_roots in zip(some, clauses, roots, strict=True):
            yield own, rows, vectors, firsts, own_roots


def _element_features(
    needs: PreparedNeeds, courses: PreparedCourses, pairs: Pairs, *, places: TermPlaces, clauses: _Clauses
) -> tuple[Features, Matrix]:
    """Return the features of each row, and which share of its element's terms each cell's statement holds."""
    rows, of_course = pairs.elements, pairs.row_courses
    terms, concepts = needs.element_terms, needs.element_concepts
    by_share, by_weight = _in_cells(places, terms, pairs)
    by_concept, _ = _in_cells(places, concepts, pairs)
    whole = courses.whole_terms.shares
    statement_lengths = courses.statement_terms.lengths[segment_rows(courses.starts, courses.counts, of_course)]
    wanted, wanted_concepts = TENTHS * terms.totals[rows], TENTHS * concepts.totals[rows]
    best_share = _best(by_share, pairs)
    element = {
        "share": best_share / wanted,
        "cosine": _best(by_weight / statement_lengths, pairs) / terms.lengths[rows],
        "meaning": _best(clauses.meaning, pairs),
        "meaning_sentence": clauses.sentence,
        "share_whole": row_products(whole, terms, texts=rows, courses=of_course) / wanted,
        "meaning_whole": _meanings(courses.whole_vectors, needs.element_vectors)[of_course, rows],
        "mass": np.log1p(best_share / WEIGHT_UNIT),
        "concept": _best(by_concept, pairs) / wanted_concepts,
        "concept_whole": row_products(whole, concepts, texts=rows, courses=of_course) / wanted_concepts,
        "subject_meaning": clauses.subject,
        "widened_meaning": clauses.widened,
        "widened_whole": _meanings(courses.whole_vectors, needs.widened_elements)[of_course, rows],
    }
    element |= _element_parts(needs.part_counts[rows], clauses)
    return element, by_share / np.repeat(wanted, pairs.cell_counts)


def _in_cells(places: TermPlaces, wanted: TermRows, pairs: Pairs) -> tuple[Matrix, Matrix]:
    return cell_products(
        places,
        wanted,
        texts=pairs.elements,
        courses=pairs.row_courses,
        cell_starts=pairs.cell_starts,
        n_cells=pairs.n_cells,
    )


def _element_parts(counts: IntVector, clauses: _Clauses) -> Features:
    """Compare the parts of an element one by one: “cut and bend conduit” may stand in two statements."""
    starts = segment_starts(counts)
    meaning, subject = np.round(clauses.part_meaning, N_DIGITS), np.round(clauses.part_subject, N_DIGITS)
    return {
        "parts_meaning": np.add.reduceat(meaning, starts) / counts,
        "parts_subject_meaning": np.add.reduceat(subject, starts) / counts,
        "best_part_subject_meaning": np.maximum.reduceat(subject, starts),
    }


def _lags(element: Features, pairs: Pairs) -> Features:
    """Return how far each element stays behind the best stated element of its need, 0 or less."""
    behind = {}
    for name in ("share", "meaning", "subject_meaning"):
        best = np.maximum.reduceat(element[name], pairs.starts)
        behind[f"{name}_lag"] = np.round(element[name] - best[pairs.owners], N_DIGITS)
    return behind


def _best(values: Matrix, pairs: Pairs) -> Matrix:
    """Return the best statement's value per row."""
    return np.asarray(np.maximum.reduceat(values, pairs.cell_starts))


def whole_similarities(needs: PreparedNeeds, courses: PreparedCourses) -> Features:
    """Compare titles and whole texts only, which is quick."""
    roots = subject_roots(courses.whole_vectors)
    return {
        "title_share": shares_found(courses.title_terms, needs.title_terms),
        "title_meaning": _meanings(courses.title_vectors, needs.title_vectors),
        "title_whole_cosine": term_cosines(courses.title_terms, needs.whole_terms),
        "whole_cosine": term_cosines(courses.whole_terms, needs.whole_terms),
        "whole_share": shares_found(courses.whole_terms, needs.whole_terms),
        "whole_meaning": _meanings(courses.whole_vectors, needs.whole_vectors),
        "widened_need_whole": _meanings(courses.whole_vectors, needs.widened_needs),
        "title_widened_need": _meanings(courses.title_vectors, needs.widened_needs),
        "whole_subject_meaning": subject_agreement(roots, needs.whole_roots).astype(np.float64),
        "field_agreement": field_agreement(courses.field_shares, needs.field_shares),
    }


def _pair_similarities(needs: PreparedNeeds, courses: PreparedCourses, pairs: Pairs, *, places: TermPlaces) -> Features:
    """Compare titles and whole texts in the other ways, both ways round where the two differ in length.

    What a text holds of another and what the other holds of it is one sum of products over two different totals.
    """
    i, j = pairs.courses, pairs.needs

    def shared(texts: TermRows, wanted: TermRows) -> Matrix:
        return np.asarray(products(texts.shares, wanted.weights)[i, j])

    titles, wholes = courses.title_terms, courses.whole_terms
    title_total, whole_total = TENTHS * titles.totals[i], TENTHS * wholes.totals[i]
    area_total = TENTHS * needs.area_terms.totals[j]
    return {
        "title_share_back": shared(titles, needs.title_terms) / title_total,
        "title_in_need_share": shared(titles, needs.whole_terms) / title_total,
        "title_cosine": term_cosines(titles, needs.title_terms)[i, j],
        "title_whole_meaning": _meanings(courses.title_vectors, needs.whole_vectors)[i, j],
        "need_title_share": _need_title_share(needs, courses, pairs, places=places),
        "whole_share_back": shared(wholes, needs.whole_terms) / whole_total,
        "area_title_share": shared(titles, needs.area_terms) / area_total,
        "area_program_share": shared(courses.program_terms, needs.area_terms) / area_total,
        **_concept_shares(needs, courses, pairs),
    }


def _need_title_share(needs: PreparedNeeds, courses: PreparedCourses, pairs: Pairs, *, places: TermPlaces) -> Matrix:
    """Return which share of the need's title the best statement holds."""
    bounds = segment_bounds(courses.counts[pairs.courses])
    by_share, _ = cell_products(
        places,
        needs.title_terms,
        texts=pairs.needs,
        courses=pairs.courses,
        cell_starts=bounds[:-1],
        n_cells=int(bounds[-1]),
    )
    return np.maximum.reduceat(by_share, bounds[:-1]) / (TENTHS * needs.title_terms.totals[pairs.needs])


def statement_against_need(needs: PreparedNeeds, courses: PreparedCourses) -> Features:
    """Find the one statement that is most about the need, however much else the course teaches.

    A statement's purity is the share of its own weight that the need explains, damped where that weight is small.
    """
    by_share = products(courses.statement_terms.shares, needs.whole_terms.weights)
    by_weight = products(courses.statement_terms.weights, needs.whole_terms.weights)
    shape = len(courses.courses), len(needs.needs)
    mass, purity, cosine = (np.empty(shape) for _ in range(3))
    for course in range(shape[0]):
        own = courses.statements_of(course)
        product = by_share[own]
        shared = product / WEIGHT_UNIT
        explained = product / (TENTHS * courses.statement_terms.totals[own, None])
        mass[course] = shared.max(axis=0)
        purity[course] = (explained * shared / (shared + ENOUGH_WEIGHT)).max(axis=0)
        cosine[course] = (by_weight[own] / courses.statement_terms.lengths[own, None]).max(axis=0)
    return {
        "statement_mass": np.log1p(mass),
        "statement_purity": purity,
        "statement_cosine": cosine / needs.whole_terms.lengths,
        "statement_meaning": _best_clauses(courses, needs.whole_vectors),
    }


def _best_clauses(courses: PreparedCourses, wanted: FloatMatrix) -> Matrix:
    """Return the cosine of each course's best clause with each wanted text, shape (n_courses, n_wanted)."""
    best = np.empty((len(courses.courses), len(wanted)))
    bounds = np.append(courses.clause_starts[courses.starts], len(courses.clause_vectors)).tolist()
    for first in range(0, len(best), N_COURSES_A_PRODUCT):
        ends = bounds[first : first + N_COURSES_A_PRODUCT + 1]
        near = cosines(courses.clause_vectors[ends[0] : ends[-1]], wanted)
        for course, (start, end) in enumerate(pairwise(ends), first):
            best[course] = near[start - ends[0] : end - ends[0]].max(axis=0)
    return best


#: Courses whose clauses go into one matrix product: enough for its full speed, and few enough to bound its memory.
N_COURSES_A_PRODUCT = 8


#: Shared weight at which a statement's purity counts half: about two rare stems.
ENOUGH_WEIGHT = 15.0


def _concept_shares(needs: PreparedNeeds, courses: PreparedCourses, pairs: Pairs) -> Features:
    """Compare the vocabulary's concepts alone: title with title, title with all, all with all, both ways."""
    i, j = pairs.courses, pairs.needs

    def shared(texts: TermRows, wanted: TermRows) -> Matrix:
        return np.asarray(products(texts.shares, wanted.weights)[i, j])

    # The needs' sides hold concepts alone, so no other term of the courses' sides meets any of theirs.
    title_total, whole_total = TENTHS * courses.title_concept_totals[i], TENTHS * courses.whole_concept_totals[i]
    whole_shared = shared(courses.whole_terms, needs.whole_concepts)
    return {
        "title_concept": shared(courses.title_terms, needs.title_concepts) / (TENTHS * needs.title_concepts.totals[j]),
        "title_in_need_concept": shared(courses.title_terms, needs.whole_concepts) / title_total,
        "need_title_concept": shared(courses.whole_terms, needs.title_concepts)
        / (TENTHS * needs.title_concepts.totals[j]),
        "whole_concept": whole_shared / (TENTHS * needs.whole_concepts.totals[j]),
        "whole_concept_back": whole_shared / whole_total,
    }


def _mean_over_statements(cells: Matrix, pairs: Pairs, courses: PreparedCourses) -> Matrix:
    """Return how much of the course, statement by statement, speaks to the need: to the element it fits best."""
    n_statements = courses.counts[pairs.courses]
    first_cells = segment_rows(pairs.cell_starts[pairs.starts], n_statements, np.arange(len(pairs.needs)))
    steps, n_elements = np.repeat(n_statements, n_statements), np.repeat(pairs.counts, n_statements)
    best = cells[first_cells]
    for k in range(1, int(n_elements.max())):
        longer = np.flatnonzero(n_elements > k)
        best[longer] = np.maximum(best[longer], cells[first_cells[longer] + k * steps[longer]])
    return np.add.reduceat(np.round(best, N_DIGITS), segment_starts(n_statements)) / n_statements


def _element_summaries(element: Features, pairs: Pairs) -> Features:
    """Summarise each element feature over the elements of a need: best, second, mean, and the two-thirds point."""
    values = np.stack(list(element.values()))
    mean = np.add.reduceat(values, pairs.starts, axis=1) / pairs.counts
    best, second, most = (np.empty(mean.shape) for _ in range(3))
    for count in np.unique(pairs.counts):
        places = np.flatnonzero(pairs.counts == count)
        descending = -np.sort(-values[:, pairs.starts[places, None] + np.arange(count)], axis=2)
        best[:, places] = descending[:, :, 0]
        second[:, places] = descending[:, :, min(1, count - 1)]
        most[:, places] = descending[:, :, -(-2 * count // 3) - 1]
    ranks = {"mean": mean, "best": best, "second": second, "most": most}
    return {f"{name}_{rank}": found[k] for k, name in enumerate(element) for rank, found in ranks.items()}


def _levels(needs: PreparedNeeds, courses: PreparedCourses, pairs: Pairs) -> Features:
    """Return what level words, doing words and the length of a course say; the same for all needs but for the gap."""
    ranks, wanted = courses.title_ranks[pairs.courses], needs.level_ranks[pairs.needs]
    return {
        "is_introductory": (ranks == 0).astype(np.float64),
        "is_advanced": (ranks == 2).astype(np.float64),
        "level_gap": np.where(ranks >= 0, wanted - ranks, 0.0),
        "need_level": wanted,
        "depth": courses.depths[pairs.courses],
        "n_statements_log": np.log(courses.counts)[pairs.courses],
    }
