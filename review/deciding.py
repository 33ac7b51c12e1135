"""Take a decision back, settle a dispute, take decisions of an earlier run over: always one more decision."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import Action
from accounts.queries import Member
from base.refusals import Refusal
from review import operations
from review.decision_queries import PairKey, decision_rows, key_of, matcher_verdicts, words_by_pair
from review.models import DecisionOrigin, MatchRun, RunCourse, RunNeed, VerdictDecision
from review.operations import MAX_WORDS_CHARACTERS, NotYourCollege, ReasonMissing, UnknownPair, VerdictUnknown
from review.queue_suggestions import suggestions
from review.records import DecisionRow
from review.standing import Standing, Word, standing


class NothingToTakeBack(Refusal):
    """Say why a decision cannot be taken back."""


class NotDisputed(Refusal):
    """Say that nobody disagrees on a verdict."""


class NotYoursToSettle(Refusal):
    """Say who may settle a dispute."""


class NothingToTakeOver(Refusal):
    """Say that no earlier decision can be taken over."""


def pair_standing(session: Session, *, run_id: int, key: PairKey, partnership_id: int) -> tuple[str, Standing]:
    """Return what the matcher said of a pair and what holds on it; refuse a pair that the run does not have."""
    need_code, college_code, course_code = key
    run = session.get(MatchRun, run_id)
    if run is None or run.partnership_id != partnership_id or session.get(RunNeed, (run_id, need_code)) is None:
        raise UnknownPair(f"Run {run_id} has no skill need {need_code}.")
    if session.get(RunCourse, (run_id, college_code, course_code)) is None:
        raise UnknownPair(f"Run {run_id} has no course {course_code} of {college_code}.")
    codes = {"need_code": need_code, "college_code": college_code, "course_code": course_code}
    said = matcher_verdicts(session, run_id=run_id, chosen=codes).get(key, "unrelated")
    words = words_by_pair(session, run_id=run_id, chosen=codes).get(key, [])
    return said, standing(words, matcher_verdict=said)


def _record(
    session: Session,
    *,
    run_id: int,
    key: PairKey,
    verdict: str,
    matcher_verdict: str,
    reason: str,
    member: Member,
    now: datetime,
    kind: str = "",
    earlier_id: int | None = None,
) -> int:
    """Add a decision and, where it is more than a reviewer's own word, how it came about."""
    decision = VerdictDecision(
        run_id=run_id,
        need_code=key[0],
        college_code=key[1],
        course_code=key[2],
        is_confirmation=verdict == matcher_verdict,
        verdict=verdict,
        reason=reason,
        decided_by_id=member.person_id,
        decided_by_name=member.name,
        decided_at=now,
    )
    session.add(decision)
    session.flush()
    if kind:
        session.add(DecisionOrigin(decision_id=decision.id, kind=kind, earlier_id=earlier_id))
        session.flush()
    return decision.id


def take_back(session: Session, *, run_id: int, decision_id: int, member: Member, now: datetime) -> DecisionRow:
    """Take one's own latest word on a pair back, so that holds again what held without it; return what was taken back.

    Nothing is erased: taking back is a decision of its own.
    """
    row = _own_decision(session, run_id=run_id, decision_id=decision_id, member=member)
    key = key_of(row)
    codes = {"need_code": key[0], "college_code": key[1], "course_code": key[2]}
    said = matcher_verdicts(session, run_id=run_id, chosen=codes).get(key, "unrelated")
    words = words_by_pair(session, run_id=run_id, chosen=codes)[key]
    undo = Word(
        id=words[-1].id + 1,
        person_id=member.person_id,
        name=member.name,
        verdict=row.verdict,
        kind="undo",
        undoes_id=row.id,
    )
    _record(
        session,
        run_id=run_id,
        key=key,
        verdict=standing([*words, undo], matcher_verdict=said).verdict,
        matcher_verdict=said,
        reason="Taken back; what held before holds again.",
        member=member,
        now=now,
        kind="undo",
        earlier_id=row.id,
    )
    return row


def _own_decision(session: Session, *, run_id: int, decision_id: int, member: Member) -> DecisionRow:
    run = session.get(MatchRun, run_id)
    if run is None or run.partnership_id != member.partnership.id:
        raise UnknownPair(f"There is no run {run_id} here.")
    rows = decision_rows(session, run_id=run_id)
    row = next((row for row in rows if row.id == decision_id and row.decided_by_id == member.person_id), None)
    if row is None:
        raise NothingToTakeBack("This is no decision of yours. Only the person who decided can take it back.")
    if row.kind == "undo" or row.is_taken_back:
        raise NothingToTakeBack("This decision has been taken back already.")
    later = [each for each in rows if key_of(each) == key_of(row) and each.id > row.id and not each.is_taken_back]
    if any(each.decided_by_id == member.person_id and each.kind != "undo" for each in later):
        raise NothingToTakeBack("You decided on this verdict once more since. Take that decision back first.")
    return row


def settle_dispute(
    session: Session,
    *,
    run_id: int,
    need_code: str,
    college_code: str,
    course_code: str,
    verdict: str,
    reason: str,
    member: Member,
    now: datetime,
) -> int:
    """End a disagreement: one side takes the other's verdict, or somebody else decides with a reason.

    Somebody else is the partnership's convener, or a reviewer of the college who has not decided on this verdict.
    """
    key = (need_code, college_code, course_code)
    said, held = pair_standing(session, run_id=run_id, key=key, partnership_id=member.partnership.id)
    own = held.word_of(member.person_id)
    if own is None:
        _refuse_who_may_not_settle(session, run_id=run_id, college_code=college_code, member=member)
    if not held.is_disputed:
        raise NotDisputed("Nobody disagrees on this verdict any more. There is nothing to settle.")
    if verdict not in held.names_by_verdict or (own is not None and verdict == own.verdict):
        raise VerdictUnknown("Choose one of the verdicts that the others gave.")
    words = reason.strip()
    if not words and own is None:
        raise ReasonMissing("Say why, in one sentence or more: both sides will read it.")
    if len(words) > MAX_WORDS_CHARACTERS:
        raise ReasonMissing(f"Say it in at most {MAX_WORDS_CHARACTERS:,} characters.")
    return _record(
        session,
        run_id=run_id,
        key=key,
        verdict=verdict,
        matcher_verdict=said,
        reason=words or f"Agrees with {' and '.join(held.names_by_verdict[verdict])}.",
        member=member,
        now=now,
        kind="" if own is not None else "settlement",
    )


def _refuse_who_may_not_settle(session: Session, *, run_id: int, college_code: str, member: Member) -> None:
    if not member.may(Action.SETTLE_DISPUTES):
        raise NotYoursToSettle("The convener of the partnership settles this, or a reviewer of the college.")
    if member.may(Action.REVIEW_VERDICTS) and member.organisation_code != college_code:
        editions = session.get_one(MatchRun, run_id).editions
        name = next((note["college_name"] for note in editions if note["college_code"] == college_code), college_code)
        raise NotYourCollege(f"A curriculum reviewer of {name}, or the convener, settles this.")


def take_over(
    session: Session, *, run_id: int, decision_ids: Collection[int], member: Member, now: datetime
) -> list[int]:
    """Repeat decisions of earlier runs whose texts have not changed, and return the numbers of the new ones."""
    run = session.get(MatchRun, run_id)
    if run is None or run.partnership_id != member.partnership.id:
        raise UnknownPair(f"There is no run {run_id} here.")
    college_code = member.organisation_code or ""
    operations.refuse_other_college(member, college_code=college_code, college_name=member.organisation_name or "")
    offered = suggestions(session, run_id=run_id, partnership_id=member.partnership.id, college_code=college_code)
    chosen = {key: found for key, found in offered.items() if found.decision_id in set(decision_ids)}
    said = matcher_verdicts(session, run_id=run_id, chosen={"college_code": college_code})
    decided = words_by_pair(session, run_id=run_id, chosen={"college_code": college_code})
    taken = []
    for key, found in chosen.items():
        verdict = said.get(key, "unrelated")
        if standing(decided.get(key, []), matcher_verdict=verdict).words:
            continue  # somebody decided here meanwhile; an earlier run does not speak over them
        taken.append(
            _record(
                session,
                run_id=run_id,
                key=key,
                verdict=found.verdict,
                matcher_verdict=verdict,
                reason=found.reason or f"As {found.decided_by_name} decided in run {found.run_id}.",
                member=member,
                now=now,
                kind="takeover",
                earlier_id=found.decision_id,
            )
        )
    if not taken:
        raise NothingToTakeOver("None of these can be taken over any more: their texts changed, or somebody decided.")
    return taken
