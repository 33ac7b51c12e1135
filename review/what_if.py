"""Say what a changed course text would change: the one course is judged anew, everything else stays as it stands.

Nothing is written. The needs of a run and the verdicts on a course's old text are kept in memory, so that an answer
takes as long as judging one course.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching import Course, Need, PairVerdict, Snapshot, decide
from review import queries
from review.gathering import course_key
from review.models import MatchRun
from review.overlap import listed_elements
from review.records import RunNeedRow, SettledPair
from review.settling import counted_needs, settled_course, settled_need
from review.wording import counted, listed

#: Courses of runs whose needs and old verdicts are kept in memory.
N_KEPT = 32
#: Parameters of a snapshot that no verdict depends on.
_PRINTED_ONLY = ("printed", "priorities", "not_offered")
#: Stands for the code of a course that has none yet; no catalog prints it.
NO_CODE = "(new course)"
_ORDER = {"unrelated": 0, "unknown": 0, "revise": 1, "match": 2}
_NEED_ORDER = {"gap": 0, "revise": 1, "covered": 2}


@dataclass(frozen=True)
class CourseText:
    """The text and the figures of a course that are tried out."""

    title: str
    description: str
    outcomes: tuple[str, ...]
    credits: float | None = None
    clock_hours: float | None = None


@dataclass(frozen=True)
class Basis:
    """What one course of a run is judged by."""

    needs: tuple[Need, ...]
    parameters: Mapping[str, Any]
    #: As the run compared it; for a course that does not exist yet, the bare frame of one.
    course: Course
    #: The matcher's words on the old text by need code; empty for a course that does not exist yet.
    before: Mapping[str, PairVerdict]

    def judged(self, text: CourseText) -> dict[str, PairVerdict]:
        """Judge the course as if its catalog printed this text; return the related needs by code."""
        course = replace(
            self.course,
            title=text.title,
            description=text.description,
            outcomes=text.outcomes,
            credits=text.credits,
            clock_hours=text.clock_hours,
        )
        return _judged(course, needs=self.needs, parameters=self.parameters)


def _judged(course: Course, *, needs: tuple[Need, ...], parameters: Mapping[str, Any]) -> dict[str, PairVerdict]:
    decision = decide(Snapshot(needs=needs, courses=(course,), parameters=parameters))
    return {pair.need: pair for pair in decision.pairs}


class _Kept:
    """Keep the newest bases by the content of the run that they come from."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._bases: dict[tuple[str, str, str], Basis] = {}

    def get(self, key: tuple[str, str, str]) -> Basis | None:
        with self._lock:
            found = self._bases.pop(key, None)
            if found is not None:
                self._bases[key] = found
            return found

    def keep(self, key: tuple[str, str, str], basis: Basis) -> None:
        with self._lock:
            self._bases[key] = basis
            while len(self._bases) > self._most:
                del self._bases[next(iter(self._bases))]


_kept = _Kept(most=N_KEPT)


def basis_of(session: Session, *, run_id: int, college_code: str, course_code: str | None) -> Basis:
    """Return what a course of a run is judged by; without a code, what a new course of the college would be."""
    digest = session.execute(select(MatchRun.digest).where(MatchRun.id == run_id)).scalar_one()
    key = (digest, college_code, course_code or NO_CODE)
    found = _kept.get(key)
    if found is None:
        text = session.execute(select(MatchRun.snapshot).where(MatchRun.id == run_id)).scalar_one()
        found = _read_basis(text, college_code=college_code, course_code=course_code)
        _kept.keep(key, found)
    return found


def _read_basis(text: str, *, college_code: str, course_code: str | None) -> Basis:
    """Read the needs and the one course out of a frozen snapshot."""
    content = json.loads(text)
    rows = [row for row in content["courses"] if (row["college"], row["code"]) == (college_code, course_code)]
    parameters = {name: value for name, value in content["parameters"].items() if name not in _PRINTED_ONLY}
    not_offered = set(content["parameters"].get("not_offered", ())) & {course_key(college_code, course_code or NO_CODE)}
    parameters["not_offered"] = sorted(not_offered)
    frame = json.dumps({"needs": content["needs"], "courses": rows, "parameters": parameters})
    snapshot = Snapshot.from_json(frame)
    course = snapshot.courses[0] if rows else Course(code=NO_CODE, title="", college=college_code)
    before = _judged(course, needs=snapshot.needs, parameters=parameters) if rows else {}
    return Basis(needs=snapshot.needs, parameters=parameters, course=course, before=before)


@dataclass(frozen=True)
class Quote:
    """A sentence of the new text and the element that it proves."""

    number: int
    element: str
    text: str
    field: str
    #: Whether the old text did not show the element.
    is_new: bool


@dataclass(frozen=True)
class Effect:
    """What a new text would change for one need."""

    need: RunNeedRow
    #: "match", "revise", "unrelated" or "unknown": the course for this need, before and after.
    before: str
    after: str
    #: Elements shown before and after, numbers from 0.
    covered_before: tuple[int, ...]
    covered_after: tuple[int, ...]
    #: Elements that are still missing, in the order of the need's list.
    missing: tuple[str, ...]
    #: "covered", "revise" or "gap": the need in the whole region, before and after.
    need_before: str
    need_after: str
    quotes: tuple[Quote, ...]

    @property
    def n_elements(self) -> int:
        """Count what the course is compared by."""
        return len(listed_elements(self.need))

    @property
    def is_changed(self) -> bool:
        """Say whether anything becomes different for this need."""
        return (self.before, self.covered_before, self.need_before) != (
            self.after,
            self.covered_after,
            self.need_after,
        )

    @property
    def is_worse(self) -> bool:
        """Say whether the course or the need falls back."""
        return _ORDER[self.after] < _ORDER[self.before] or _NEED_ORDER[self.need_after] < _NEED_ORDER[self.need_before]


@dataclass(frozen=True)
class WhatIf:
    """What a new text would change, need by need in the employers' order."""

    #: Needs for which something changes.
    changed: tuple[Effect, ...]
    #: Related needs for which nothing changes.
    unchanged: tuple[Effect, ...]
    course_before: str
    course_after: str
    #: Needs that were judged in all.
    n_needs: int

    def effect(self, need_code: str) -> Effect | None:
        """Return what changes for one need; None when the course stays unrelated to it."""
        return next((effect for effect in (*self.changed, *self.unchanged) if effect.need.code == need_code), None)

    @property
    def summary(self) -> str:
        """Say it in one or two sentences, for the eye and for a screen reader."""
        if not self.changed:
            return f"Nothing changes: {counted(self.n_needs, 'need')} judged, every verdict stays as it is."
        covered = [e.need.title for e in self.changed if e.need_after == "covered" != e.need_before]
        matched = [e.need.title for e in self.changed if e.after == "match" != e.before and e.need.title not in covered]
        parts = []
        if covered:
            parts.append(f"{_named(covered)} would be covered")
        if matched:
            parts.append(f"the course would match {_named(matched)}")
        worse = [effect.need.title for effect in self.changed if effect.is_worse]
        if worse:
            parts.append(f"{_named(worse)} would fall back")
        n_rest = len(self.changed) - len({*covered, *matched, *worse})
        if n_rest > 0:
            noun = "more need" if parts else "need"
            parts.append(f"coverage changes for {counted(n_rest, noun)}")
        sentence = "; ".join(parts)
        return f"{sentence[0].upper()}{sentence[1:]}."


def _named(titles: Sequence[str]) -> str:
    shown = [f"“{title}”" for title in titles[:3]]
    left = len(titles) - len(shown)
    return listed([*shown, counted(left, "other need")]) if left else listed(shown)


def what_if(session: Session, *, run_id: int, college_code: str, course_code: str | None, text: CourseText) -> WhatIf:
    """Judge one course with a new text against every need of a run; other courses' verdicts stay as they are."""
    basis = basis_of(session, run_id=run_id, college_code=college_code, course_code=course_code)
    after = basis.judged(text)
    key = (college_code, course_code or NO_CODE)
    pairs = queries.settled_pairs(session, run_id=run_id)
    own = {pair.need_code: pair for pair in pairs if (pair.college_code, pair.course_code) == key}
    others: dict[str, list[SettledPair]] = {}
    for pair in pairs:
        if (pair.college_code, pair.course_code) != key:
            others.setdefault(pair.need_code, []).append(pair)
    needs = queries.run_needs(session, run_id=run_id)
    effects = [
        _effect(need, basis.before.get(need.code), after.get(need.code), own.get(need.code), others.get(need.code, []),
                course=basis.course)
        for need in needs
        if need.code in after or need.code in basis.before or need.code in own
    ]  # fmt: skip
    counted_codes = counted_needs({need.code: need.tier for need in needs})
    return WhatIf(
        changed=tuple(effect for effect in effects if effect.is_changed),
        unchanged=tuple(effect for effect in effects if not effect.is_changed),
        course_before=_course_word(basis.course, own.values(), counted=counted_codes, before=basis.before),
        course_after=_course_word(
            basis.course,
            [_as_settled(pair, is_noncredit=basis.course.is_noncredit) for pair in after.values()],
            counted=counted_codes,
            before=after,
        ),
        n_needs=len(needs),
    )


def _effect(
    need: RunNeedRow,
    before: PairVerdict | None,
    after: PairVerdict | None,
    own: SettledPair | None,
    others: Sequence[SettledPair],
    *,
    course: Course,
) -> Effect:
    """Compare the two texts for one need; a reviewer's decision holds for the old text only."""
    covered_before = before.covered if before else ()
    covered_after = after.covered if after else ()
    elements = listed_elements(need)
    new_pairs = [*others, _as_settled(after, is_noncredit=course.is_noncredit)] if after else others
    return Effect(
        need=need,
        before=own.verdict if own else before.verdict if before else "unrelated",
        after=after.verdict if after else "unrelated",
        covered_before=covered_before,
        covered_after=covered_after,
        missing=tuple(element for k, element in enumerate(elements) if k not in covered_after),
        need_before=need.verdict,
        need_after=settled_need(need.code, new_pairs).verdict,
        quotes=tuple(
            Quote(row.element, elements[row.element], row.quote, row.field, row.element not in covered_before)
            for row in (after.evidence if after else ())
        ),
    )


def _as_settled(pair: PairVerdict, *, is_noncredit: bool) -> SettledPair:
    """Lay what the matcher says of the new text where a settled pair would stand."""
    return SettledPair(
        need_code=pair.need,
        college_code=pair.college,
        course_code=pair.course,
        matcher_verdict=pair.verdict,
        verdict=pair.verdict,
        score=pair.score,
        reasons=pair.reasons,
        is_noncredit=is_noncredit,
        is_decided=False,
    )


def _course_word(
    course: Course,
    pairs: Iterable[SettledPair],
    *,
    counted: Collection[str],
    before: Mapping[str, PairVerdict],
) -> str:
    is_thin = any(pair.verdict == "unknown" for pair in before.values())
    return settled_course(course, list(pairs), counted=counted, is_thin=is_thin).verdict
