"""Turn a decision of the matcher into the rows that a run keeps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from matching import Course, Decision, Need, NeedVerdict, Snapshot
from review.gathering import Priority, course_key, stored_priorities
from review.models import RunCourse, RunNeed, RunPair

Rows = list[dict[str, Any]]

#: Reasons that are a course's own, whatever the need.
COURSE_REASONS = frozenset({"no_outcomes_stated", "text_too_thin", "other_language", "title_description_mismatch"})


def decision_digest(decision: Decision) -> str:
    """Return the SHA-256 (hex) of everything that a decision says, in canonical JSON."""
    text = json.dumps(asdict(decision), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def record_verdicts(
    session: Session, *, run_id: int, snapshot: Snapshot, decision: Decision, college_names: Mapping[str, str]
) -> None:
    """Add a run's needs, courses and related pairs, with every text that its pages print."""
    for table, rows in (
        (RunNeed, _need_rows(snapshot, decision)),
        (RunCourse, _course_rows(snapshot, decision, college_names)),
        (RunPair, _pair_rows(decision)),
    ):
        if rows:
            session.execute(insert(table), [{"run_id": run_id, **row} for row in rows])


def _need_rows(snapshot: Snapshot, decision: Decision) -> Rows:
    verdicts = {verdict.need: verdict for verdict in decision.needs}
    priorities = stored_priorities(snapshot)
    return [_need_row(need, verdicts[need.code], priorities[need.code]) for need in snapshot.needs]


def _need_row(need: Need, verdict: NeedVerdict, priority: Priority) -> dict[str, Any]:
    return {
        "code": need.code,
        "area": need.area,
        "title": need.title,
        "level": need.level,
        "elements": list(need.elements),
        "position": priority.position,
        "tier": priority.tier,
        "rank_low": priority.rank_low,
        "rank_high": priority.rank_high,
        "priority_share": priority.share,
        "verdict": verdict.verdict,
        "kind": verdict.kind,
    }


def _course_rows(snapshot: Snapshot, decision: Decision, college_names: Mapping[str, str]) -> Rows:
    verdicts = {(verdict.college, verdict.course): verdict for verdict in decision.courses}
    printed = snapshot.parameters["printed"]
    rows = []
    for course in snapshot.courses:
        verdict = verdicts[course.college, course.code]
        rows.append(
            {
                "college_code": course.college,
                "college_name": college_names[course.college],
                "code": course.code,
                "title": course.title,
                "description": course.description,
                "outcomes": list(course.outcomes),
                "topics": list(course.topics),
                "facts": _facts(course, printed[course_key(course.college, course.code)]),
                "verdict": verdict.verdict,
                "need_code": verdict.need,
                "reasons": [code for code in verdict.reasons if code in COURSE_REASONS],
            }
        )
    return rows


def _facts(course: Course, printed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "program": course.program,
        "level": course.level,
        "credits": course.credits,
        "clock_hours": course.clock_hours,
        "delivery": list(course.delivery),
        "credentials": list(course.credentials),
        "is_noncredit": course.is_noncredit,
        **printed,
    }


def _pair_rows(decision: Decision) -> Rows:
    return [
        {
            "need_code": pair.need,
            "college_code": pair.college,
            "course_code": pair.course,
            "verdict": pair.verdict,
            "score": pair.score,
            "covered": list(pair.covered),
            "missing": list(pair.missing),
            "evidence": _stored(pair.evidence),
            "nearest": _stored(pair.nearest),
            "reasons": list(pair.reasons),
        }
        for pair in decision.pairs
    ]


def _stored(evidence: Sequence[Any]) -> Rows:
    return [asdict(entry) for entry in evidence]
