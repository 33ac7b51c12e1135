"""Chosen pairs lie end to end, and their terms are multiplied as the whole tables would be."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from matching import Course, Need
from matching.pairs import chosen_pairs
from matching.prepare import prepare_courses, prepare_needs
from matching.segments import segment_bounds, segment_rows, segment_starts
from matching.term_products import cell_products, products, row_products, term_places

NEEDS = prepare_needs(
    (
        Need("A", "Weld steel", elements=("Set up a MIG welder", "Weld fillet joints", "Grind steel welds")),
        Need("B", "Wire motors", elements=("Wire a motor starter",)),
        Need("C", "Read prints", elements=("Read weld symbols", "Read the prints of a motor")),
    )
)
COURSES = prepare_courses(
    (
        Course("W", "MIG Welding", description="Set up a welder. Weld fillet joints in steel. Grind welds."),
        Course("P", "Poetry", description="Read sonnets aloud."),
        Course("M", "Motors", description="Wire motor starters. Read wiring prints of motor starters and welders."),
    ),
    columns=NEEDS.columns,
)


def test_segments_lie_end_to_end() -> None:
    counts = np.array([3, 1, 2])
    assert segment_bounds(counts).tolist() == [0, 3, 4, 6]
    assert segment_starts(counts).tolist() == [0, 3, 4]
    assert segment_rows(segment_starts(counts), counts, np.array([2, 0])).tolist() == [4, 5, 0, 1, 2]


def test_a_pair_has_a_row_for_each_element_and_a_row_a_cell_for_each_statement() -> None:
    is_chosen = np.array([[False, True, True], [False, False, False], [True, False, False]])
    pairs = chosen_pairs(is_chosen, needs=NEEDS, courses=COURSES)
    assert COURSES.counts.tolist() == [4, 2, 3], "the title is a statement too"
    assert pairs.courses.tolist() == [0, 0, 2]
    assert pairs.needs.tolist() == [1, 2, 0]
    assert pairs.elements.tolist() == [3, 4, 5, 0, 1, 2]
    assert pairs.owners.tolist() == [0, 1, 1, 2, 2, 2]
    assert pairs.cell_counts.tolist() == [4, 4, 4, 3, 3, 3]
    assert pairs.cell_starts.tolist() == [0, 4, 8, 12, 15, 18]
    assert list(pairs.by_course()) == [(0, slice(0, 2), slice(0, 3)), (2, slice(2, 3), slice(3, 6))]


@given(is_chosen=st.lists(st.booleans(), min_size=9, max_size=9).filter(any))
def test_products_of_chosen_pairs_are_those_of_the_whole_tables(is_chosen: list[bool]) -> None:
    pairs = chosen_pairs(np.array(is_chosen).reshape(3, 3), needs=NEEDS, courses=COURSES)
    by_share, by_weight = cell_products(
        term_places(COURSES),
        NEEDS.element_terms,
        texts=pairs.elements,
        courses=pairs.row_courses,
        cell_starts=pairs.cell_starts,
        n_cells=pairs.n_cells,
    )
    rows = np.repeat(pairs.elements, pairs.cell_counts)
    statements = segment_rows(COURSES.starts, COURSES.counts, pairs.row_courses)
    terms, wanted = COURSES.statement_terms, NEEDS.element_terms
    assert np.array_equal(by_share, products(terms.shares, wanted.weights)[statements, rows])
    assert np.array_equal(by_weight, products(terms.weights, wanted.weights)[statements, rows])
    of_courses = row_products(COURSES.whole_terms.shares, wanted, texts=pairs.elements, courses=pairs.row_courses)
    assert np.array_equal(
        of_courses, products(COURSES.whole_terms.shares, wanted.weights)[pairs.row_courses, pairs.elements]
    )


def test_what_a_text_holds_of_another_and_the_other_of_it_is_one_sum() -> None:
    courses, needs = COURSES.whole_terms, NEEDS.whole_terms
    there = products(courses.shares, needs.weights)
    assert isinstance(courses.shares, csr_matrix)
    assert np.array_equal(there, products(needs.shares, courses.weights).T)
    assert there[1].sum() < there[0].sum(), "poetry shares fewer terms with the needs than welding"
