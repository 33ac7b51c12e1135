"""Decide a snapshot: every pair of need and course, then every need, then every course.

Courses are judged in chunks, each course for itself, so the result is the same to the byte for any order of rows,
any chunk size and any number of workers, and an added course changes no other course's verdict.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.adaptation import Adaptation
from matching.course_results import CourseResult, keep_results, kept_results, run_key
from matching.features import measure_pairs, quick_similarities
from matching.judge import Model, judge
from matching.language import is_other_language
from matching.pair_verdicts import PairVerdicts
from matching.pairs import chosen_pairs
from matching.prepare import PreparedCourses, PreparedNeeds, prepare_courses, prepare_needs
from matching.reasons import UNJUDGED, attribute_reasons, in_order, is_title_at_odds, is_too_thin
from matching.records import Course, CourseVerdict, Decision, Need, PairVerdict, Snapshot
from matching.shortlist import shipped_shortlist
from matching.trained import model_of
from matching.verdicts import course_verdict, deciding_needs, need_verdict

#: Courses judged at a time; it bounds memory and has no effect on the result.
N_COURSES_A_CHUNK = 100
#: Pairs compared in full at a time where near misses are wanted too, for the same reason.
N_PAIRS_A_CHUNK = 20_000

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
    chunks = _chunks(courses, n_needs=len(needs), least_score=least)
    with _without_collector():
        results = list(_results(work, chunks, n_jobs=n_jobs, progress=progress))
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


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the search for objects that refer to each other in a circle.

    Verdicts never do, there are hundreds of thousands of them, and looking through them again and again takes a tenth
    of the time. Whatever else the process does meanwhile is searched afterwards.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _chunks(courses: Sequence[Course], *, n_needs: int, least_score: float) -> list[Sequence[Course]]:
    """Cut the courses into chunks: smaller ones where every pair is compared in full."""
    is_short = least_score > 1.0 or not n_needs
    n_at_a_time = N_COURSES_A_CHUNK if is_short else max(1, min(N_COURSES_A_CHUNK, N_PAIRS_A_CHUNK // n_needs))
    return [courses[i : i + n_at_a_time] for i in range(0, len(courses), n_at_a_time)]


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
    chunks: Sequence[Sequence[Course]],
    *,
    n_jobs: int,
    progress: Progress | None,
) -> Iterator[CourseResult]:
    n_done, n_courses = 0, sum(map(len, chunks))
    for results in _each(work, chunks, n_jobs=n_jobs):
        n_done += len(results)
        if progress is not None:
            progress(n_done, n_courses)
        yield from results


def _each(
    work: Callable[[Sequence[Course]], list[CourseResult]], chunks: Sequence[Sequence[Course]], *, n_jobs: int
) -> Iterator[list[CourseResult]]:
    if n_jobs <= 1 or len(chunks) <= 1:
        yield from map(work, chunks)
        return
    # Fresh processes: a fork would copy the locks of a server's other threads in whatever state they are.
    fresh = get_context("spawn")
    # The needs go to each process once, when it starts, and not again with every chunk.
    with ProcessPoolExecutor(
        max_workers=min(n_jobs, len(chunks)), mp_context=fresh, initializer=_take_work, initargs=(work,)
    ) as workers:
        yield from workers.map(_worked, chunks)


_work_taken: list[Callable[[Sequence[Course]], list[CourseResult]]] = []


def _take_work(work: Callable[[Sequence[Course]], list[CourseResult]]) -> None:
    """Keep in a worker process what it does with every chunk; it pauses the collector as `_without_collector` does.

    Each worker multiplies in one thread: more of them than cores would wait for each other four times as long.
    """
    from threadpoolctl import threadpool_limits  # only workers need it

    threadpool_limits(1)
    gc.disable()
    _work_taken[:] = [work]


def _worked(courses: Sequence[Course]) -> list[CourseResult]:
    return _work_taken[0](courses)


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
    pairs: list[list[PairVerdict]] = [[] for _ in courses]
    if prepared_needs is not None:
        for i in np.flatnonzero(unknown).tolist():
            pairs[i] += _unknown_pairs(courses[i], needs=prepared_needs.needs, own=own[i], parameters=parameters)
        for i, pair in _compared_pairs(
            prepared_needs,
            prepared,
            is_readable=~np.array(unknown, dtype=bool),
            own=own,
            model=model,
            parameters=parameters,
            least_score=least_score,
        ):
            pairs[i].append(pair)
    return [CourseResult(c, tuple(p), u, r) for c, p, u, r in zip(courses, pairs, unknown, own, strict=True)]


def _compared_pairs(
    needs: PreparedNeeds,
    courses: PreparedCourses,
    *,
    is_readable: NDArray[np.bool_],
    own: Sequence[tuple[str, ...]],
    model: Model,
    parameters: dict[str, object],
    least_score: float,
) -> Iterator[tuple[int, PairVerdict]]:
    """Yield the kept pairs of readable courses, each with its course.

    Where near misses are wanted too every pair is compared in full; else those that the shortlist lists.
    """
    quick = quick_similarities(needs, courses)
    wants_all = least_score <= 1.0
    is_worth = np.ones((len(own), len(needs.needs)), dtype=bool) if wants_all else shipped_shortlist().lists(quick)
    is_worth &= is_readable[:, None]
    if not is_worth.any():
        return
    pairs = chosen_pairs(is_worth, needs=needs, courses=courses)
    measured = measure_pairs(needs, courses, pairs=pairs, quick=quick)
    judged = judge(measured, needs=pairs, model=model)
    verdicts = PairVerdicts(needs, courses, pairs, judged, measured.statement_scores, model, parameters, own)
    yield from verdicts.kept(least_score=least_score)


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
