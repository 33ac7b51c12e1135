"""Draw the verdicts of pairs from what was measured and judged, with their evidence and reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.features import Matrix
from matching.judge import Judged, Model, grade_pair
from matching.pairs import Pairs
from matching.prepare import PreparedCourses, PreparedNeeds
from matching.reasons import attribute_reasons, in_order, is_level_below
from matching.records import Course, Evidence, Need, PairVerdict, PairWord
from matching.segments import IntVector

#: A title only names the subject: where a sentence comes nearly as close, it is the sentence that proves it is taught.
TITLE_WORTH = 0.8
GRADE_WORDS: tuple[PairWord, ...] = ("unrelated", "revise", "match")


@dataclass(frozen=True)
class PairVerdicts:
    """Hold what was measured and judged on some pairs, and draw the verdicts that are kept.

    Attributes
    ----------
    statement_scores : ndarray, shape (n_cells,)
        As in `Measured`.
    own : sequence of tuple of str
        The reasons that each course brings by itself.
    """

    needs: PreparedNeeds
    courses: PreparedCourses
    pairs: Pairs
    judged: Judged
    statement_scores: Matrix
    model: Model
    parameters: Mapping[str, Any]
    own: Sequence[tuple[str, ...]]

    def kept(self, *, least_score: float) -> Iterator[tuple[int, PairVerdict]]:
        """Yield the kept pairs, each with its course; most pairs are unrelated and cost nothing here."""
        is_kept = (self.judged.score >= least_score) | (self.judged.expected_grade >= self.model.least_revise_grade)
        for p in np.flatnonzero(is_kept).tolist():
            chances = self.judged.element[self.pairs.starts[p] : self.pairs.starts[p] + self.pairs.counts[p]].tolist()
            grade, covered = grade_pair(
                chances, related=float(self.judged.related[p]), match=float(self.judged.match[p]), model=self.model
            )
            word = GRADE_WORDS[grade]
            if word != "unrelated" or self.judged.score[p] >= least_score:
                yield int(self.pairs.courses[p]), self._verdict(p, word=word, covered=covered, chances=chances)

    def _verdict(self, p: int, *, word: PairWord, covered: tuple[int, ...], chances: Sequence[float]) -> PairVerdict:
        i = int(self.pairs.courses[p])
        need, course = self.needs.needs[self.pairs.needs[p]], self.courses.courses[i]
        missing = tuple(k for k in range(len(chances)) if k not in covered) if word != "unrelated" else ()
        return PairVerdict(
            need=need.code,
            college=course.college,
            course=course.code,
            verdict=word,
            score=float(self.judged.score[p]),
            covered=covered,
            missing=missing,
            evidence=self._evidence(p, covered, chances=chances),
            nearest=self._evidence(p, missing, chances=chances),
            reasons=self._reasons(need, course, i, word=word, n_covered=len(covered), count=len(chances)),
        )

    def _evidence(self, p: int, elements: tuple[int, ...], *, chances: Sequence[float]) -> tuple[Evidence, ...]:
        first_row = int(self.pairs.starts[p])
        found = []
        for k in elements:
            statement = self.courses.statements[self._best_statements[first_row + k]]
            found.append(
                Evidence(
                    element=k,
                    quote=statement.text,
                    field=statement.field,
                    offset=statement.offset,
                    item=statement.item,
                    score=round(chances[k], 4),
                )
            )
        return tuple(found)

    @cached_property
    def _best_statements(self) -> IntVector:
        """Return each row's best statement to quote; of equally good ones the first is taken, in reading order."""
        pairs = self.pairs
        worth = self.statement_scores.copy()
        # A title comes first among a course's statements.
        worth[pairs.cell_starts[self._is_titled[pairs.row_courses]]] *= TITLE_WORTH
        best = np.maximum.reduceat(worth, pairs.cell_starts)
        equally_good = np.flatnonzero(worth == np.repeat(best, pairs.cell_counts))
        first_cells = equally_good[np.searchsorted(equally_good, pairs.cell_starts)]
        return np.asarray(self.courses.starts[pairs.row_courses] + first_cells - pairs.cell_starts)

    @cached_property
    def _is_titled(self) -> NDArray[np.bool_]:
        first = self.courses.starts[: len(self.courses.courses)].tolist()
        return np.array([self.courses.statements[i].field == "title" for i in first], dtype=bool)

    def _reasons(
        self, need: Need, course: Course, i: int, *, word: PairWord, n_covered: int, count: int
    ) -> tuple[str, ...]:
        if word == "unrelated":
            return ()
        codes = {*self.own[i], *attribute_reasons(need, course, parameters=self.parameters)}
        is_complete = 3 * n_covered >= 2 * count and word == "revise"
        if is_level_below(need, course, title_rank=float(self.courses.title_ranks[i]), is_complete=is_complete):
            codes.add("level_below")
        if n_covered < count:
            codes.add("missing_elements")
        return in_order(codes)
