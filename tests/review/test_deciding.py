"""Taking back, disputing, settling and taking over: always one more decision, never a change to a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from region_builder import HYDRAULICS_COURSE, NOON, PLC_COURSE, Region, reading
from sqlalchemy import text

from accounts import operations as accounts_operations
from accounts import queries as accounts_queries
from accounts.permissions import Role
from accounts.queries import Member
from catalog import operations as catalog_operations
from matching import decide as decide_snapshot
from review import exports, operations, queries
from review.deciding import (
    NotDisputed,
    NothingToTakeBack,
    NothingToTakeOver,
    NotYoursToSettle,
    settle_dispute,
    take_back,
    take_over,
)
from review.decision_queries import decision_rows, standings
from review.operations import NotYourCollege, ReasonMissing, VerdictUnknown
from review.queue_suggestions import Suggestion, suggestions
from review.recording import decision_digest
from review.records import PairRow
from review.reviewing import ReviewQueue, disputed_verdicts, review_queue

HYDRAULICS = {"need_code": "HY-1", "college_code": "TVC", "course_code": "MEC 130"}
PLC = {"need_code": "PL-1", "college_code": "TVC", "course_code": "AUT 210"}


def say(
    region: Region,
    member: Member,
    verdict: str,
    reason: str = "",
    *,
    pair: dict[str, str] = HYDRAULICS,
    run_id: int = 1,
) -> int:
    """Record a decision and return its number."""
    with region.database.writing() as session:
        number = operations.decide_verdict(
            session, run_id=run_id, **pair, verdict=verdict, reason=reason, member=member, now=NOON
        )
        session.commit()
    return number


def settle(region: Region, member: Member, verdict: str, reason: str = "") -> None:
    """Settle the dispute on the hydraulics course."""
    with region.database.writing() as session:
        settle_dispute(session, run_id=1, **HYDRAULICS, verdict=verdict, reason=reason, member=member, now=NOON)
        session.commit()


def undo(region: Region, member: Member, decision_id: int) -> None:
    """Take a decision back."""
    with region.database.writing() as session:
        take_back(session, run_id=1, decision_id=decision_id, member=member, now=NOON + timedelta(minutes=5))
        session.commit()


def held(region: Region, pair: dict[str, str] = HYDRAULICS, *, run_id: int = 1) -> PairRow:
    """Return a pair with the verdict that holds."""
    with region.database.reading() as session:
        (row,) = queries.pair_rows(session, run_id=run_id, need_code=pair["need_code"], course_code=pair["course_code"])
    return row


def convener(region: Region) -> Member:
    """Add a convener."""
    with region.database.writing() as session:
        membership_id = accounts_operations.add_member(
            session, partnership_id=region.partnership_id, name="Dana Ruiz", role=Role.CONVENER, now=NOON
        )
        session.commit()
        found = accounts_queries.member(session, membership_id)
    assert found is not None
    return found


def queue_of(region: Region, run_id: int = 1) -> ReviewQueue:
    """Return the queue of TVC."""
    with region.database.reading() as session:
        run = queries.run(session, run_id=run_id, partnership_id=region.partnership_id)
        assert run is not None
        found = review_queue(session, run=run, college_code="TVC")
    assert found is not None
    return found


def offered(region: Region, run_id: int) -> dict[tuple[str, str, str], Suggestion]:
    """Return the earlier decisions that a run offers to TVC."""
    with region.database.reading() as session:
        return suggestions(session, run_id=run_id, partnership_id=region.partnership_id, college_code="TVC")


def test_taking_back_restores_what_held_and_keeps_every_row(region: Region) -> None:
    region.done_run()
    lee = region.reviewer()
    first = say(region, lee, "revise")
    second = say(region, lee, "match", "The lab covers it.")
    undo(region, lee, second)
    assert (held(region).verdict, held(region).is_decided) == ("revise", True)
    undo(region, lee, first)
    assert (held(region).verdict, held(region).is_decided) == ("revise", False), "it waits again"
    with region.database.reading() as session:
        rows = decision_rows(session, run_id=1)
    assert [(row.kind, row.verdict, row.is_taken_back) for row in rows] == [
        ("own", "revise", True),
        ("own", "match", True),
        ("undo", "revise", False),
        ("undo", "revise", False),
    ]
    assert not any(row.is_latest for row in rows)


def test_only_who_decided_takes_back_and_only_once_newest_first(region: Region) -> None:
    region.done_run()
    lee, sam = region.reviewer(), region.reviewer(name="Sam Oduya")
    first = say(region, lee, "revise")
    second = say(region, lee, "match", "The lab covers it.")
    with pytest.raises(NothingToTakeBack, match="Only the person who decided"):
        undo(region, sam, second)
    with pytest.raises(NothingToTakeBack, match="once more since"):
        undo(region, lee, first)
    undo(region, lee, second)
    with pytest.raises(NothingToTakeBack, match="taken back already"):
        undo(region, lee, second)


def test_two_who_differ_leave_the_matchers_verdict_and_everybody_sees_it(region: Region) -> None:
    region.done_run()
    lee, sam = region.reviewer(), region.reviewer(name="Sam Oduya")
    say(region, lee, "match", "The lab covers it.")
    assert held(region).verdict == "match"
    say(region, sam, "unrelated", "It is a theory course.")
    pair = held(region)
    assert (pair.verdict, pair.matcher_verdict, pair.is_decided, pair.is_disputed) == ("revise", "revise", False, True)
    with region.database.reading() as session:
        need = next(row for row in queries.run_needs(session, run_id=1) if row.code == "HY-1")
        course = queries.run_course(session, run_id=1, college_code="TVC", course_code="MEC 130")
        (dispute,) = disputed_verdicts(session, run_id=1)
        run = queries.run(session, run_id=1, partnership_id=region.partnership_id)
        assert run is not None
        verdicts = exports.run_csv(session, run=run, table="verdicts").decode("utf-8-sig").splitlines()
        assert disputed_verdicts(session, run_id=1, college_code="NFC") == []
    assert (need.verdict, need.n_disputed) == ("revise", 1)
    assert course is not None
    assert course.n_disputed == 1
    assert dispute.names_by_verdict == {"match": ("Lee Park",), "unrelated": ("Sam Oduya",)}
    (line,) = [row for row in verdicts if "MEC 130" in row]
    assert line.endswith(",yes"), "is_disputed is the last column"
    assert queue_of(region).counts["disputed"] == 1


def test_one_side_concedes_without_a_reason(region: Region) -> None:
    region.done_run()
    lee, sam = region.reviewer(), region.reviewer(name="Sam Oduya")
    say(region, lee, "match", "The lab covers it.")
    say(region, sam, "unrelated", "It is a theory course.")
    with pytest.raises(VerdictUnknown):
        settle(region, sam, "unrelated")
    settle(region, sam, "match")
    assert (held(region).verdict, held(region).is_decided) == ("match", True)
    with region.database.reading() as session:
        assert decision_rows(session, run_id=1)[-1].reason == "Agrees with Lee Park."
    with pytest.raises(NotDisputed):
        settle(region, sam, "match")


def test_the_convener_or_a_third_reviewer_settles_with_a_reason(region: Region) -> None:
    region.done_run()
    lee, sam, dana = region.reviewer(), region.reviewer(name="Sam Oduya"), convener(region)
    say(region, lee, "match", "The lab covers it.")
    say(region, sam, "unrelated", "It is a theory course.")
    with pytest.raises(ReasonMissing, match="both sides will read it"):
        settle(region, dana, "match", " ")
    settle(region, dana, "match", "Lee showed us the lab sheets.")
    assert (held(region).verdict, held(region).is_decided) == ("match", True)
    say(region, sam, "unrelated", "The sheets are of 2019.")
    assert held(region).is_disputed, "who thinks otherwise opens it anew"
    kim = region.reviewer(name="Kim Vale")
    settle(region, kim, "unrelated", "I taught it: no pump was ever opened.")
    assert held(region).verdict == "unrelated"


def test_strangers_do_not_settle(region: Region) -> None:
    region.done_run()
    lee, sam = region.reviewer(), region.reviewer(name="Sam Oduya")
    say(region, lee, "match", "The lab covers it.")
    say(region, sam, "unrelated", "It is a theory course.")
    with region.database.reading() as session:
        other = accounts_queries.organisation_by_code(session, partnership_id=region.partnership_id, code="NFC")
    assert other is not None
    stranger = region.reviewer(name="Ola Berg", college_id=other.id)
    with pytest.raises(NotYourCollege, match="Test Valley College, or the convener"):
        settle(region, stranger, "match", "Why not.")
    with pytest.raises(NotYoursToSettle):
        settle(region, replace(convener(region), role=Role.VIEWER), "match", "Why not.")


def test_nothing_that_reviewers_do_changes_a_run_or_its_rerun(region: Region) -> None:
    region.done_run()
    lee, sam, dana = region.reviewer(), region.reviewer(name="Sam Oduya"), convener(region)

    def stored() -> list[object]:
        with region.database.reading() as session:
            tables = ("match_run", "run_need", "run_course", "run_pair")
            return [tuple(row) for table in tables for row in session.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608 - names of our own tables

    before = stored()
    say(region, lee, "match", "The lab covers it.")
    say(region, sam, "unrelated", "It is a theory course.")
    settle(region, dana, "unrelated", "No pump was ever opened.")
    with region.database.reading() as session:
        number = decision_rows(session, run_id=1)[-1].id
    undo(region, dana, number)
    assert stored() == before
    with region.database.reading() as session:
        recorded, _ = operations.recorded_digest(session, run_id=1)
        assert decision_digest(decide_snapshot(operations.frozen_snapshot(session, run_id=1))) == recorded


def test_the_queue_goes_on_from_where_it_was_and_filters(region: Region) -> None:
    region.done_run()
    lee = region.reviewer()
    queue = queue_of(region)
    assert [entry.pair.course_code for entry in queue.entries] == ["MEC 130", "AUT 210"]
    assert queue.counts == {"waiting": 2, "earlier": 0, "weak": 0, "disputed": 0, "decided": 0, "all": 2}
    first, second = queue.entries
    assert dict(first.changes) == {"match": "covered", "unrelated": "gap"}
    say(region, lee, "match", "The lab covers it.")
    queue = queue_of(region)
    assert [entry.pair.course_code for entry in queue.entries] == ["MEC 130", "AUT 210"], "deciding moves nothing"
    following = queue.after(first.key, show="waiting")
    assert following is not None
    assert following.key == second.key
    assert queue.after(second.key, show="waiting") is None, "only itself waits"
    assert queue.after(second.key, show="all") is not None, "from the top again"
    assert queue.before(first.key, show="all") is not None
    assert (queue.n_decided, queue.n_waiting) == (1, 1)


def reimport(region: Region, *courses: object) -> None:
    """Import a new edition of TVC's catalog."""
    with region.database.writing() as session:
        catalog_operations.store_edition(
            session,
            organisation_id=region.college_id,
            label="2027-28 catalog",
            filename="catalog.csv",
            file_digest=f"digest of {len(courses)} {courses[0]}",
            mapping={},
            reading=reading(*courses),  # type: ignore[arg-type]  # the tests pass course rows
            by_name="Dana Ruiz",
            now=NOON,
        )
        session.commit()


def test_an_earlier_decision_is_offered_and_taken_over_only_on_purpose(region: Region) -> None:
    region.done_run()
    lee, sam = region.reviewer(), region.reviewer(name="Sam Oduya")
    number = say(region, lee, "match", "The lab covers it.")
    second = region.done_run()
    pair = held(region, run_id=second)
    assert (pair.verdict, pair.is_decided) == ("revise", False), "nothing is taken over silently"
    (found,) = offered(region, second).values()
    assert (found.decision_id, found.run_id, found.verdict, found.decided_by_name) == (number, 1, "match", "Lee Park")
    assert queue_of(region, second).counts["earlier"] == 1
    with region.database.writing() as session:
        take_over(session, run_id=second, decision_ids=[number], member=sam, now=NOON)
        session.commit()
    assert (held(region, run_id=second).verdict, held(region, run_id=second).is_decided) == ("match", True)
    with region.database.reading() as session:
        (row,) = decision_rows(session, run_id=second)
    assert (row.kind, row.from_run_id, row.decided_by_name, row.reason) == (
        "takeover",
        1,
        "Sam Oduya",
        "The lab covers it.",
    )
    with region.database.writing() as session, pytest.raises(NothingToTakeOver):
        take_over(session, run_id=second, decision_ids=[number], member=sam, now=NOON)


def test_a_text_that_changed_offers_nothing(region: Region) -> None:
    region.done_run()
    lee = region.reviewer()
    say(region, lee, "match", "The lab covers it.")
    say(region, lee, "match", pair=PLC)
    reimport(region, replace(HYDRAULICS_COURSE, description="Everything about pumps."), PLC_COURSE)
    second = region.done_run()
    assert [found.run_id for key, found in offered(region, second).items()] == [1]
    assert set(offered(region, second)) == {("PL-1", "TVC", "AUT 210")}


def test_what_was_disputed_or_taken_back_is_not_offered(region: Region) -> None:
    region.done_run()
    lee, sam = region.reviewer(), region.reviewer(name="Sam Oduya")
    say(region, lee, "match", "The lab covers it.")
    number = say(region, sam, "unrelated", "It is a theory course.")
    second = region.done_run()
    assert offered(region, second) == {}
    undo(region, sam, number)
    assert [found.verdict for found in offered(region, second).values()] == ["match"]


def test_a_connection_that_only_a_reviewer_saw_is_offered_again(region: Region) -> None:
    region.done_run()
    lee = region.reviewer()
    thin = {"need_code": "VI-1", "college_code": "TVC", "course_code": "MEC 290"}
    say(region, lee, "match", "Readings are taken every week.", pair=thin)
    second = region.done_run()
    entry = queue_of(region, second).entry(("VI-1", "TVC", "MEC 290"))
    assert entry is not None
    assert entry.suggestion is not None
    assert entry.is_shown("earlier")


def test_standings_are_read_by_pair(region: Region) -> None:
    region.done_run()
    lee = region.reviewer()
    say(region, lee, "revise")
    with region.database.reading() as session:
        found = standings(session, run_id=1, college_code="TVC")
    assert {key: each.verdict for key, each in found.items()} == {("HY-1", "TVC", "MEC 130"): "revise"}
