"""Decide a snapshot: every pair of need and course, then every need, then every course.

Courses are judged in chunks, each course for itself, so the result is the same to the byte for any order of rows,
any chunk size and any number of workers, and an added course changes no other course's verdict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.adaptation import Adaptation
from matching.course_results import CourseResult, keep_results, kept_results, run_key
from matching.features import Matrix, measure
from matching.judge import Judged, Model, grade_pair, judge
from matching.language import is_other_language
from matching.prepare import IntVector, PreparedCourses, PreparedNeeds, prepare_courses, prepare_needs
from matching.reasons import UNJUDGED, attribute_reasons, in_order, is_level_below, is_title_at_odds, is_too_thin
from matching.records import Course, CourseVerdict, Decision, Evidence, Need, PairVerdict, PairWord, Snapshot
from matching.shortlist import alike, is_listed, shipped_shortlist
from matching.trained import model_of
from matching.verdicts import course_verdict, deciding_needs, need_verdict

#: Courses judged at a time; it bounds memory and has no effect on the result.
N_COURSES_A_CHUNK = 200
GRADE_WORDS: tuple[PairWord, ...] = ("unrelated", "revise", "match")

Progress = Callable[[int, int], None]


class DoubledCode(ValueError):  # noqa: N818 - named for what a person has to mend
    """Say which need or course stands twice in a snapshot."""


def decide(
    snapshot: Snapshot,
    *,
    progress: Progress | None = None,
    all_pairs: bool = False,
    least_score: float | None = None,
    n_jobs: int = 1,
    cache_path: Path | None = None,
) -> Decision:
    """Judge every course of a snapshot against every need.

    Parameters
    ----------
    snapshot : Snapshot
        Needs, courses and parameters. No needs or no courses is fine: the decision is then empty on that side.
    progress : callable, optional
        Called with (courses judged, courses in all) after every chunk.
    all_pairs : bool
        Keep unrelated pairs too.
    least_score : float, 0 to 1, optional
        Keep unrelated pairs that score at least this: near misses, whose order is worth knowing.
    n_jobs : int
        Worker processes; the result is the same for any number.
    cache_path : Path, optional
        File that keeps what was read of each course's text; the result is the same with it and without.

    Returns
    -------
    Decision
        Pairs by need code, then best first; needs by code; courses by college and code.

    Raises
    ------
    DoubledCode
        If two needs share a code, or two courses of one college do.
    """
    needs = sorted(snapshot.needs, key=lambda n: n.code)
    courses = sorted(snapshot.courses, key=lambda c: (c.college, c.code))
    _refuse_doubles(needs, courses)
    least = 0.0 if all_pairs else float("inf") if least_score is None else least_score
    parameters = dict(snapshot.parameters)
    work = partial(
        _judge_chunk,
        needs=tuple(needs),
        parameters=parameters,
        least_score=least,
        cache_path=cache_path,
        run=run_key(needs, parameters=parameters, least_score=least) if cache_path else b"",
    )
    results = list(_results(work, courses, n_jobs=n_jobs, progress=progress))
    by_need: dict[str, list[PairVerdict]] = defaultdict(list)
    for result in results:
        for pair in result.pairs:
            by_need[pair.need].append(pair)
    known = {(c.college, c.code): c for c in courses}
    deciding = deciding_needs(needs)
    return Decision(
        pairs=tuple(p for n in needs for p in sorted(by_need[n.code], key=lambda p: (-p.score, p.college, p.course))),
        needs=tuple(need_verdict(n, by_need[n.code], courses=known) for n in needs),
        courses=tuple(_course_verdict(r, deciding=deciding) for r in results),
        engine_version=Adaptation.from_parameters(snapshot.parameters).engine_version,
        digest=snapshot.digest,
    )


def _refuse_doubles(needs: Sequence[Need], courses: Sequence[Course]) -> None:
    for one, other in pairwise(needs):
        if one.code == other.code:
            raise DoubledCode(f"The skill need {one.code} stands twice. Give each need its own code.")
    for first, second in pairwise(courses):
        if (first.college, first.code) == (second.college, second.code):
            college = f" of college {first.college}" if first.college else ""
            raise DoubledCode(f"The course {first.code}{college} stands twice. Keep one of the two.")


def _course_verdict(result: CourseResult, *, deciding: frozenset[str]) -> CourseVerdict:
    return course_verdict(
        result.course, result.pairs, deciding=deciding, is_thin=result.is_unknown, reasons=result.reasons
    )


def _results(
    work: Callable[[Sequence[Course]], list[CourseResult]],
    courses: Sequence[Course],
    *,
    n_jobs: int,
    progress: Progress | None,
) -> Iterator[CourseResult]:
    chunks = [courses[i : i + N_COURSES_A_CHUNK] for i in range(0, len(courses), N_COURSES_A_CHUNK)]
    n_done = 0
    for results in _each(work, chunks, n_jobs=n_jobs):
        n_done += len(results)
        if progress is not None:
            progress(n_done, len(courses))
        yield from results


def _each(
    work: Callable[[Sequence[Course]], list[CourseResult]], chunks: Sequence[Sequence[Course]], *, n_jobs: int
) -> Iterator[list[CourseResult]]:
    if n_jobs <= 1 or len(chunks) <= 1:
        yield from map(work, chunks)
        return
    # Fresh processes: a fork would copy the locks of a server's other threads in whatever state they are.
    fresh = get_context("spawn")
    with ProcessPoolExecutor(max_workers=min(n_jobs, len(chunks)), mp_context=fresh) as workers:
        yield from workers.map(work, chunks)


def _judge_chunk(
    courses: Sequence[Course],
    *,
    needs: tuple[Need, ...],
    parameters: dict[str, object],
    least_score: float,
    cache_path: Path | None,
    run: bytes,
) -> list[CourseResult]:
    """Return the results of some courses: kept ones where there are, and fresh ones for the others."""
    if cache_path is None:
        return _judged_anew(courses, needs=needs, parameters=parameters, least_score=least_score, cache_path=None)
    known = kept_results(courses, run=run, path=cache_path)
    missing = [i for i in range(len(courses)) if i not in known]
    if missing:
        fresh = _judged_anew(
            [courses[i] for i in missing],
            needs=needs,
            parameters=parameters,
            least_score=least_score,
            cache_path=cache_path,
        )
        keep_results(fresh, run=run, path=cache_path)
        known |= dict(zip(missing, fresh, strict=True))
    return [known[i] for i in range(len(courses))]


def _judged_anew(
    courses: Sequence[Course],
    *,
    needs: tuple[Need, ...],
    parameters: dict[str, object],
    least_score: float,
    cache_path: Path | None,
) -> list[CourseResult]:
    adaptation = Adaptation.from_parameters(parameters)
    lines, model = adaptation.vocabulary, model_of(adaptation.model)
    prepared_needs = prepare_needs(needs, region_lines=lines) if needs else None
    columns = prepared_needs.columns if prepared_needs else {}
    prepared = prepare_courses(courses, columns=columns, region_lines=lines, cache_path=cache_path)
    thin, odds = is_too_thin(prepared), is_title_at_odds(prepared, title_in_body=prepared.title_in_body.tolist())
    own = [_own_reasons(c, is_thin=bool(t), is_at_odds=bool(o)) for c, t, o in zip(courses, thin, odds, strict=True)]
    unknown = [not UNJUDGED.isdisjoint(reasons) for reasons in own]
    if prepared_needs is None:
        return [CourseResult(c, (), u, r) for c, u, r in zip(courses, unknown, own, strict=True)]
    pairs: dict[int, tuple[PairVerdict, ...]] = {
        i: _unknown_pairs(courses[i], needs=prepared_needs.needs, own=own[i], parameters=parameters)
        for i in range(len(courses))
        if unknown[i]
    }
    for places, wanted, is_worth in _groups(prepared_needs, prepared, unknown=unknown, least_score=least_score):
        chunk = _compared(prepared_needs.at(wanted), prepared.at(places), model=model, parameters=parameters)
        for row, i in enumerate(places.tolist()):
            pairs[i] = tuple(chunk.pairs(row, is_worth=is_worth[row], own=own[i], least_score=least_score))
    return [CourseResult(c, pairs[i], unknown[i], own[i]) for i, c in enumerate(courses)]


def _groups(
    needs: PreparedNeeds, courses: PreparedCourses, *, unknown: Sequence[bool], least_score: float
) -> Iterator[tuple[IntVector, IntVector, NDArray[np.bool_]]]:
    """Yield courses to compare together, the needs to compare them with, and which of these pairs are worth it.

    Where near misses are wanted too every pair is worth it; else the shortlist tells.
    """
    readable = np.flatnonzero(~np.array(unknown))
    every = np.arange(len(needs.needs))
    if not len(readable):
        return
    if least_score <= 1.0:
        yield readable, every, np.ones((len(readable), len(every)), dtype=bool)
        return
    shortlist = shipped_shortlist()
    chances = shortlist.chances(needs, courses)[readable]
    listed = is_listed(chances, shortlist)
    for group in alike(chances):
        wanted = np.flatnonzero(listed[group].any(axis=0))
        if len(wanted):
            yield readable[group], wanted, listed[group][:, wanted]
        else:
            yield readable[group], every[:1], np.zeros((len(group), 1), dtype=bool)


def _compared(needs: PreparedNeeds, courses: PreparedCourses, *, model: Model, parameters: dict[str, object]) -> _Chunk:
    measured = measure(needs, courses)
    return _Chunk(
        needs=needs,
        courses=courses,
        judged=judge(measured, needs=needs, model=model),
        statement_scores=measured.statement_scores,
        model=model,
        parameters=parameters,
    )


def _unknown_pairs(
    course: Course, *, needs: Sequence[Need], own: tuple[str, ...], parameters: dict[str, object]
) -> tuple[PairVerdict, ...]:
    """Return a pair per need for a course whose text cannot be judged: said so, and never called unrelated."""
    return tuple(
        PairVerdict(
            need=need.code,
            college=course.college,
            course=course.code,
            verdict="unknown",
            score=0.0,
            covered=(),
            missing=tuple(range(len(need.elements) or 1)),
            evidence=(),
            nearest=(),
            reasons=in_order({*own, *attribute_reasons(need, course, parameters=parameters)}),
        )
        for need in needs
    )


def _own_reasons(course: Course, *, is_thin: bool, is_at_odds: bool) -> tuple[str, ...]:
    is_foreign = is_other_language(course)
    codes = {
        "text_too_thin": is_thin,
        "other_language": is_foreign,
        "no_outcomes_stated": not any(o.strip() for o in course.outcomes),
        "title_description_mismatch": is_at_odds and not is_foreign,
    }
    return in_order({code for code, holds in codes.items() if holds})


@dataclass(frozen=True)
class _Chunk:
    """Hold what was measured and judged on one chunk, and draw its pairs."""

    needs: PreparedNeeds
    courses: PreparedCourses
    judged: Judged
    statement_scores: Matrix
    model: Model
    parameters: dict[str, object]

    def pairs(
        self, i: int, *, is_worth: NDArray[np.bool_], own: tuple[str, ...], least_score: float
    ) -> Iterator[PairVerdict]:
        """Yield the pairs of course `i` that are kept; most pairs are unrelated and cost nothing here."""
        is_kept = self.judged.score[i] >= least_score
        is_kept |= self.judged.related[i] >= self.model.related_threshold
        for j in np.flatnonzero(is_kept & is_worth).tolist():
            word, covered = self._verdict(i, j)
            if word != "unrelated" or self.judged.score[i, j] >= least_score:
                yield self._pair(i, j, word=word, covered=covered, own=own)

    def _verdict(self, i: int, j: int) -> tuple[PairWord, tuple[int, ...]]:
        start, count = int(self.needs.starts[j]), int(self.needs.counts[j])
        grade, covered = grade_pair(
            self.judged.element[i, start : start + count],
            related=float(self.judged.related[i, j]),
            match=float(self.judged.match[i, j]),
            model=self.model,
        )
        return GRADE_WORDS[grade], covered

    def _pair(self, i: int, j: int, *, word: PairWord, covered: tuple[int, ...], own: tuple[str, ...]) -> PairVerdict:
        need, course = self.needs.needs[j], self.courses.courses[i]
        start, count = int(self.needs.starts[j]), int(self.needs.counts[j])
        chances = self.judged.element[i, start : start + count]
        missing = tuple(k for k in range(count) if k not in covered) if word != "unrelated" else ()
        return PairVerdict(
            need=need.code,
            college=course.college,
            course=course.code,
            verdict=word,
            score=float(self.judged.score[i, j]),
            covered=covered,
            missing=missing,
            evidence=self._evidence(i, start, covered, chances),
            nearest=self._evidence(i, start, missing, chances),
            reasons=self._reasons(need, course, i, word=word, n_covered=len(covered), count=count, own=own),
        )

    def _evidence(self, i: int, start: int, elements: tuple[int, ...], chances: Matrix) -> tuple[Evidence, ...]:
        first, count = int(self.courses.starts[i]), int(self.courses.counts[i])
        found = []
        for k in elements:
            # The first of equally good statements is taken, in reading order.
            best = first + int(np.argmax(self.statement_scores[first : first + count, start + k]))
            statement = self.courses.statements[best]
            found.append(
                Evidence(
                    element=k,
                    quote=statement.text,
                    field=statement.field,
                    offset=statement.offset,
                    item=statement.item,
                    score=round(float(chances[k]), 4),
                )
            )
        return tuple(found)

    def _reasons(
        self, need: Need, course: Course, i: int, *, word: PairWord, n_covered: int, count: int, own: tuple[str, ...]
    ) -> tuple[str, ...]:
        if word == "unrelated":
            return ()
        codes = set(own) | set(attribute_reasons(need, course, parameters=self.parameters))
        is_complete = 3 * n_covered >= 2 * count and word == "revise"
        if is_level_below(need, course, title_rank=float(self.courses.title_ranks[i]), is_complete=is_complete):
            codes.add("level_below")
        if n_covered < count:
            codes.add("missing_elements")
        return in_order(codes)
