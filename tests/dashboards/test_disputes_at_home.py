"""Verdicts on which reviewers disagree wait on the home page of everybody who can settle them."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from report_rows import NOON
from voted_region import Region

from accounts import operations as accounts_operations
from accounts import queries as accounts_queries
from accounts.permissions import Role
from accounts.queries import Member
from dashboards.queries import situation
from review import operations as review_operations

SignIn = Callable[[str], FlaskClient]


def member(region: Region, *, name: str, college_code: str) -> Member:
    """Add a reviewer of a college."""
    with region.database.writing() as session:
        college = accounts_queries.organisation_by_code(
            session, partnership_id=region.partnership_id, code=college_code
        )
        assert college is not None
        membership_id = accounts_operations.add_member(
            session,
            partnership_id=region.partnership_id,
            name=name,
            role=Role.REVIEWER,
            organisation_id=college.id,
            now=NOON,
        )
        session.commit()
        found = accounts_queries.member(session, membership_id)
    assert found is not None
    return found


def say(region: Region, who: Member, verdict: str) -> None:
    """Decide on the course about controllers."""
    with region.database.writing() as session:
        review_operations.decide_verdict(
            session,
            run_id=1,
            need_code="PL-1",
            college_code="TVC",
            course_code="AUT 210",
            verdict=verdict,
            reason="The trainer is gone." if verdict == "unrelated" else "",
            member=who,
            now=NOON,
        )
        session.commit()


def n_disputed(region: Region, who: Member) -> int:
    """Count what waits for somebody to be settled."""
    with region.database.reading() as session:
        return situation(session, member=who, today=NOON.date()).n_verdicts_disputed


def test_a_dispute_waits_for_the_convener_and_for_the_colleges_own_reviewers(
    compared_region: Region, sign_in: SignIn
) -> None:
    lee = member(compared_region, name="Lee Park", college_code="TVC")
    sam = member(compared_region, name="Sam Oduya", college_code="TVC")
    kim = member(compared_region, name="Kim Vale", college_code="NFC")
    say(compared_region, lee, "match")
    assert "disputed" not in sign_in("convener").get("/").text
    say(compared_region, sam, "unrelated")
    assert [n_disputed(compared_region, who) for who in (lee, sam, kim)] == [1, 1, 0]
    home = sign_in("convener").get("/").text
    assert "1 verdict is disputed" in home
    assert 'href="/review/disputed"' in home
    assert "1 verdict is disputed" in sign_in("reviewer").get("/").text
    assert "disputed" not in sign_in("viewer").get("/").text
