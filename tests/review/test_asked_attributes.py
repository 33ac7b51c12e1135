"""What employers asked for on their ballots, as far as it may be told, and what it does to a run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from region_builder import NEEDS, NOON, Region

from base.database import Database
from review import operations, queries
from survey import operations as survey_operations
from survey.ballots import BallotContent, BallotEntryContent
from survey.queries import AskedAttributes, asked_attributes

#: What one employer answers for PL-1: attendance and level, None where the question was passed over.
Answer = tuple[str | None, str | None]


def meeting_of(region: Region, answers: Sequence[Answer], *, voice: str = "employer", revealed: bool = True) -> int:
    """Hold a meeting at which each firm answers for PL-1 and return its number."""
    with region.database.writing() as session:
        meeting_id = survey_operations.plan_meeting(
            session,
            partnership_id=region.partnership_id,
            assessment_id=region.assessment_id,
            title="Winter meeting",
            place="Town hall",
            held_on=date(2026, 12, 1),
            k=3,
            now=NOON,
        )
        survey_operations.open_meeting(session, meeting_id=meeting_id, now=NOON)
        for number, (attendance, level) in enumerate(answers):
            token = survey_operations.join_meeting(
                session, meeting_id=meeting_id, name=f"Firm {number}", voice=voice, now=NOON
            )
            entries = (
                BallotEntryContent("PL-1", "must", 1, required_level=level, attendance=attendance),
                BallotEntryContent("HY-1", "useful"),
            )
            content = BallotContent(f"winter-ballot-{number}-{voice}", tuple(n.code for n in NEEDS), entries)
            survey_operations.cast_ballot(session, meeting_id=meeting_id, seat_token=token, content=content, now=NOON)
        if revealed:
            survey_operations.reveal_ranking(session, meeting_id=meeting_id, now=NOON)
        session.commit()
    return meeting_id


def asked(region: Region, answers: Sequence[Answer], *, revealed: bool = True) -> dict[str, AskedAttributes]:
    """Return what a meeting with these answers may tell."""
    meeting_id = meeting_of(region, answers, revealed=revealed)
    with region.database.reading() as session:
        return asked_attributes(session, meeting_id=meeting_id)


def test_an_answer_counts_from_a_quarter_of_the_answers_on(region: Region) -> None:
    answers: list[Answer] = [
        *[("evenings", "advanced")] * 4,
        *[("online", "advanced")] * 2,
        ("days", "working"),
        ("evenings", "basic"),
    ]
    # Evenings 5 of 8, online 2 of 8 = a quarter, days 1 of 8; advanced 6 of 8.
    assert asked(region, answers) == {
        "PL-1": AskedAttributes("PL-1", ("evenings", "online"), ("advanced",), "advanced")
    }


def test_the_level_is_the_one_that_more_than_half_of_the_answers_reach(region: Region) -> None:
    answers: list[Answer] = [*[(None, "basic")] * 3, (None, "working"), *[(None, "advanced")] * 2]
    # Three of six reach working, which is not more than half.
    assert asked(region, answers)["PL-1"].majority_level == "basic"


def test_fewer_than_five_answers_tell_nothing(region: Region) -> None:
    answers: list[Answer] = [*[("evenings", "advanced")] * 4, (None, "advanced"), (None, None)]
    assert asked(region, answers) == {"PL-1": AskedAttributes("PL-1", (), ("advanced",), "advanced")}


def test_nothing_is_told_before_the_ranking_is_shown(region: Region) -> None:
    assert asked(region, [("evenings", "advanced")] * 6, revealed=False) == {}


def test_a_changed_ballot_counts_once(region: Region) -> None:
    meeting_id = meeting_of(region, [("evenings", None)] * 4 + [("days", None)], revealed=False)
    with region.database.writing() as session:
        token = survey_operations.join_meeting(
            session, meeting_id=meeting_id, name="Firm 4", voice="employer", now=NOON
        )
        entries = (BallotEntryContent("PL-1", "must", 1, attendance="evenings"),)
        content = BallotContent("winter-ballot-changed", tuple(n.code for n in NEEDS), entries)
        survey_operations.cast_ballot(session, meeting_id=meeting_id, seat_token=token, content=content, now=NOON)
        survey_operations.reveal_ranking(session, meeting_id=meeting_id, now=NOON)
        session.commit()
    with region.database.reading() as session:
        assert asked_attributes(session, meeting_id=meeting_id)["PL-1"].attendance == ("evenings",)


@pytest.mark.parametrize(
    ("attendance", "kind", "verdict"), [("on site", "delivery_mismatch", "revise"), ("evenings", "", "covered")]
)
def test_a_run_holds_courses_against_what_the_ballots_asked_for(
    region: Region, database: Database, attendance: str, kind: str, verdict: str
) -> None:
    """The PLC course is taught on campus in the evenings, at working level."""
    meeting_id = meeting_of(region, [(attendance, "advanced")] * 6)
    with database.writing() as session:
        run_id = operations.start_run(
            session,
            partnership_id=region.partnership_id,
            assessment_id=region.assessment_id,
            meeting_id=meeting_id,
            by_name="Dana Ruiz",
            now=NOON,
        )
        operations.carry_out_run(session, run_id=run_id, now=NOON)
        session.commit()
    with database.reading() as session:
        parameters = operations.frozen_snapshot(session, run_id=run_id).parameters
        pairs = queries.pair_rows(session, run_id=run_id, need_code="PL-1", course_code="AUT 210")
        need = next(need for need in queries.run_needs(session, run_id=run_id) if need.code == "PL-1")
    assert parameters["delivery_wanted"] == {"PL-1": [attendance]}
    assert parameters["level_wanted"] == {"PL-1": "advanced"}
    assert "level_below" in pairs[0].reasons
    assert ("delivery_mismatch" in pairs[0].reasons) is bool(kind)
    assert need.kind == kind
    assert (need.verdict == "covered") is (verdict == "covered")
