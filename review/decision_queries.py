"""Read what reviewers decided: what holds on each pair, and everything that was said on the way there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from review.models import DecisionOrigin, MatchRun, RunPair, VerdictDecision
from review.records import DecisionRow
from review.standing import Standing, Word, standing

#: Need code, college code, course code.
PairKey = tuple[str, str, str]


def key_of(row: VerdictDecision | DecisionRow) -> PairKey:
    """Return which pair a decision is about."""
    return row.need_code, row.college_code, row.course_code


def _decisions(*, run_id: int) -> Select[VerdictDecision, DecisionOrigin]:
    return (
        select(VerdictDecision, DecisionOrigin)
        .outerjoin(DecisionOrigin, DecisionOrigin.decision_id == VerdictDecision.id)
        .where(VerdictDecision.run_id == run_id)
        .order_by(VerdictDecision.id)
    )


def _word(decision: VerdictDecision, origin: DecisionOrigin | None) -> Word:
    kind = origin.kind if origin else "own"
    return Word(
        id=decision.id,
        person_id=decision.decided_by_id,
        name=decision.decided_by_name,
        verdict=decision.verdict,
        kind=kind,
        undoes_id=origin.earlier_id if origin and kind == "undo" else None,
        reason=decision.reason,
    )


def words_by_pair(session: Session, *, run_id: int, chosen: Mapping[str, str]) -> dict[PairKey, list[Word]]:
    """Return what was said on each pair of a run, in the order of deciding; codes narrow it down."""
    wanted = _decisions(run_id=run_id)
    for name, code in chosen.items():
        wanted = wanted.where(getattr(VerdictDecision, name) == code)
    found: dict[PairKey, list[Word]] = defaultdict(list)
    for decision, origin in session.execute(wanted):
        found[key_of(decision)].append(_word(decision, origin))
    return dict(found)


def matcher_verdicts(session: Session, *, run_id: int, chosen: Mapping[str, str]) -> dict[PairKey, str]:
    """Return what the matcher said of each pair that it kept."""
    found = session.execute(
        select(RunPair.need_code, RunPair.college_code, RunPair.course_code, RunPair.verdict)
        .where(RunPair.run_id == run_id)
        .filter_by(**chosen)
    )
    return {(need, college, course): verdict for need, college, course, verdict in found}


def standings(session: Session, *, run_id: int, **codes: str) -> dict[PairKey, Standing]:
    """Return what holds on each pair that somebody decided on; codes narrow it down."""
    said = matcher_verdicts(session, run_id=run_id, chosen=codes)
    words = words_by_pair(session, run_id=run_id, chosen=codes)
    return {key: standing(found, matcher_verdict=said.get(key, "unrelated")) for key, found in words.items()}


def decision_rows(session: Session, *, run_id: int) -> list[DecisionRow]:
    """Return all decisions on a run in the order of deciding, each with the verdict that held before."""
    said = matcher_verdicts(session, run_id=run_id, chosen={})
    found = session.execute(_decisions(run_id=run_id)).all()
    takeovers = _origin_runs(session, found)
    words: dict[PairKey, list[Word]] = defaultdict(list)
    held: dict[PairKey, Standing] = {}
    rows: list[DecisionRow] = []
    for decision, origin in found:
        key = key_of(decision)
        matcher_verdict = said.get(key, "unrelated")
        before = held[key].verdict if key in held else matcher_verdict
        words[key].append(_word(decision, origin))
        held[key] = standing(words[key], matcher_verdict=matcher_verdict)
        rows.append(_decision_row(decision, origin, previous_verdict=before, takeovers=takeovers))
    taken_back = {word.undoes_id for said_on in words.values() for word in said_on}
    counting = {word.id for found in held.values() for word in found.words if not found.is_disputed}
    last = {key: max((w.id for w in found.words), default=0) for key, found in held.items()}
    return [
        replace(
            row,
            is_latest=row.id in counting and last[key_of(row)] == row.id,
            is_taken_back=row.id in taken_back,
            is_disputed=held[key_of(row)].is_disputed,
        )
        for row in rows
    ]


def _origin_runs(session: Session, found: Sequence[Row[VerdictDecision, DecisionOrigin]]) -> dict[int, int]:
    """Return the run of every decision that was taken over into this one, by the decision's number."""
    ids = [origin.earlier_id for _, origin in found if origin is not None and origin.kind == "takeover"]
    rows = session.execute(select(VerdictDecision.id, VerdictDecision.run_id).where(VerdictDecision.id.in_(ids)))
    return {decision_id: run_id for decision_id, run_id in rows}  # noqa: C416 - a dict of rows would lose their types


def _decision_row(
    decision: VerdictDecision, origin: DecisionOrigin | None, *, previous_verdict: str, takeovers: Mapping[int, int]
) -> DecisionRow:
    return DecisionRow(
        id=decision.id,
        run_id=decision.run_id,
        need_code=decision.need_code,
        college_code=decision.college_code,
        course_code=decision.course_code,
        is_confirmation=decision.is_confirmation,
        previous_verdict=previous_verdict,
        verdict=decision.verdict,
        reason=decision.reason,
        decided_by_name=decision.decided_by_name,
        decided_at=decision.decided_at,
        is_latest=True,
        decided_by_id=decision.decided_by_id,
        kind=origin.kind if origin else "own",
        from_run_id=takeovers.get(origin.earlier_id or 0) if origin and origin.kind == "takeover" else None,
    )


def last_own_decision(session: Session, *, run_id: int, person_id: int) -> DecisionRow | None:
    """Return the newest decision of a person on a run that counts and can be taken back; None when there is none."""
    rows = decision_rows(session, run_id=run_id)
    own = (row for row in reversed(rows) if row.decided_by_id == person_id)
    return next((row for row in own if row.kind != "undo" and not row.is_taken_back), None)


def done_run_ids(session: Session, *, partnership_id: int, before_id: int | None = None) -> list[int]:
    """Return the numbers of a partnership's finished runs that have decisions, newest first."""
    wanted = (
        select(MatchRun.id)
        .where(MatchRun.partnership_id == partnership_id, MatchRun.state == "done")
        .where(MatchRun.id.in_(select(VerdictDecision.run_id)))
        .order_by(MatchRun.id.desc())
    )
    return list(session.scalars(wanted if before_id is None else wanted.where(MatchRun.id < before_id)))
