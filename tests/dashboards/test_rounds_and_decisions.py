"""Earlier rounds are shown as they were, and a reviewer's word reaches the wall."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient
from report_rows import NOON
from voted_region import Region
from voting_hall import words

from base.streams import stop_streams
from review import operations as review_operations
from survey import rounds

SignIn = Callable[[str], FlaskClient]
SPLIT = "drive forklifts"


def vote_again(region: Region) -> None:
    """Close the first round, which is shown, and let everyone agree in a second one."""
    with region.database.writing() as session:
        rounds.start_round(session, meeting_id=region.meeting_id, now=NOON)
        session.commit()
    region.vote(8, order=("HY-1", "PL-1"))
    region.reveal()


@pytest.fixture
def two_rounds(region: Region) -> Region:
    """Let a room of twelve split over hydraulics in the first round and agree in the second."""
    region.vote(6, order=("HY-1", "PL-1"))
    region.vote(6, order=("PL-1",))
    region.reveal()
    vote_again(region)
    return region


def test_the_page_of_a_round_says_where_that_round_disagreed(sign_in: SignIn, two_rounds: Region) -> None:
    browser = sign_in("convener")
    place = f"/meetings/{two_rounds.meeting_id}/results"
    first, second = words(browser.get(f"{place}?round=1").text), words(browser.get(f"{place}?round=2").text)
    assert "This is round 1" in first
    assert "12 employers ranked" in first
    assert "Where the room disagrees" in first
    assert "This is round 2" in second
    assert "8 employers ranked" in second
    assert "Where the room disagrees" not in second
    assert words(browser.get(place).text) == second, "without a number it is the newest one"


def test_the_files_of_a_round_hold_that_round(sign_in: SignIn, two_rounds: Region) -> None:
    browser = sign_in("convener")
    place = f"/meetings/{two_rounds.meeting_id}/results"
    assert f'href="{place}.csv?round=1"' in browser.get(f"{place}?round=1").text
    first, second = browser.get(f"{place}.csv?round=1"), browser.get(f"{place}.csv?round=2")
    assert "ranking-meeting-1-round-1.csv" in first.headers["Content-Disposition"]
    assert first.text != second.text
    assert browser.get(f"{place}.csv").text == second.text
    assert browser.get(f"{place}.xlsx?round=1").status_code == 200


def test_the_files_of_a_round_that_nobody_has_seen_are_withheld(sign_in: SignIn, two_rounds: Region) -> None:
    answer = sign_in("convener").get(f"/meetings/{two_rounds.meeting_id}/results.csv?round=3")
    assert (answer.status_code, answer.location) == (302, f"/meetings/{two_rounds.meeting_id}/results?round=3")


def test_a_reviewers_decision_reaches_wall_and_desk(app: Flask, sign_in: SignIn, compared_region: Region) -> None:
    reviewer, viewer = sign_in("reviewer"), sign_in("viewer")
    address = f"/meetings/{compared_region.meeting_id}/live"
    before = viewer.get(address)
    with closing(viewer.get(f"/meetings/{compared_region.meeting_id}/events", buffered=False)) as stream:
        events = (part.decode() for part in stream.iter_encoded())
        heard = [next(events), next(events)][1]
        decide(reviewer, compared_region)
        assert next(event for event in events if event.startswith("data: ")) != heard
    stop_streams(app)
    after = viewer.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.get_json()["ranking"] != before.get_json()["ranking"], "the wall shows the changed verdict"


def decide(reviewer: FlaskClient, region: Region) -> None:
    """Let a reviewer say that a course does not match after all."""
    from accounts import queries as accounts_queries

    with region.database.writing() as session:
        (member,) = [
            each
            for each in accounts_queries.members(session, partnership_id=region.partnership_id)
            if each.role == "reviewer"
        ]
        review_operations.decide_verdict(
            session,
            run_id=1,
            need_code="PL-1",
            college_code="TVC",
            course_code="AUT 210",
            verdict="revise",
            reason="The students have no PLC to go online with.",
            member=member,
            now=NOON,
        )
        session.commit()
