"""Signing in with one-time links, and the people of a partnership."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from accounts import operations, queries
from accounts.operations import LinkRefused, NameTaken
from accounts.permissions import ALLOWED, Action, Role
from base.database import Database

NOON = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)
SignIn = Callable[[str], FlaskClient]


def make_link(database: Database, *, partnership_id: int, hours: int = 1) -> str:
    """Add a convener and return the secret of a link."""
    with database.writing() as session:
        membership_id = operations.add_member(
            session, partnership_id=partnership_id, name="Dana Ruiz", role=Role.CONVENER, now=NOON
        )
        secret = operations.make_sign_in_link(session, membership_id=membership_id, now=NOON, hours=hours)
        session.commit()
    return secret


def test_a_link_signs_in_once(database: Database, partnership_id: int) -> None:
    secret = make_link(database, partnership_id=partnership_id)
    with database.writing() as session:
        operations.use_sign_in_link(session, secret=secret, now=NOON)
        with pytest.raises(LinkRefused, match="used already"):
            operations.use_sign_in_link(session, secret=secret, now=NOON)


def test_a_link_grows_too_old(database: Database, partnership_id: int) -> None:
    secret = make_link(database, partnership_id=partnership_id, hours=1)
    with database.writing() as session, pytest.raises(LinkRefused, match="too old"):
        operations.use_sign_in_link(session, secret=secret, now=NOON + timedelta(hours=1))


def test_looking_at_a_link_does_not_use_it_up(client: FlaskClient, database: Database, partnership_id: int) -> None:
    with database.writing() as session:
        membership_id = operations.add_member(
            session, partnership_id=partnership_id, name="Dana Ruiz", role=Role.CONVENER, now=NOON
        )
        secret = operations.make_sign_in_link(session, membership_id=membership_id, now=datetime.now(UTC), hours=1)
        session.commit()
    for _ in range(2):
        assert "Continue as Dana Ruiz" in client.get(f"/sign-in/{secret}").text
    assert client.post(f"/sign-in/{secret}").status_code == 302
    assert client.get(f"/sign-in/{secret}").status_code == 410


def test_the_secret_of_a_link_is_not_stored(database: Database, partnership_id: int) -> None:
    secret = make_link(database, partnership_id=partnership_id)
    with database.reading() as session:
        raw = session.connection().exec_driver_sql("SELECT * FROM sign_in_link").all()
    assert secret not in str(raw)


def test_an_unknown_link_says_so(client: FlaskClient) -> None:
    response = client.get("/sign-in/nothing")
    assert response.status_code == 410
    assert "not known here" in response.text


def test_signing_out_ends_the_session(sign_in: SignIn) -> None:
    browser = sign_in("viewer")
    assert browser.get("/account").status_code == 200
    browser.post("/sign-out")
    assert browser.get("/account").status_code == 302


def test_nobody_is_led_to_another_site_after_signing_in(client: FlaskClient) -> None:
    for address in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"):
        assert "elsewhere" not in client.get("/sign-in", query_string={"next": address}).text


def test_a_convener_adds_a_reviewer_and_hands_over_a_link(sign_in: SignIn, college_id: int) -> None:
    browser = sign_in("convener")
    added = browser.post(
        "/people", data={"name": "Lee Park", "role": "reviewer", "organisation_id": college_id}, follow_redirects=True
    )
    assert "Lee Park is added" in added.text
    made = browser.post("/people/2/link")
    assert "/sign-in/" in made.text


def test_a_reviewer_without_a_college_is_not_added(sign_in: SignIn) -> None:
    browser = sign_in("convener")
    answer = browser.post("/people", data={"name": "Lee Park", "role": "reviewer", "organisation_id": 0})
    assert "Choose the college" in answer.text
    assert "Lee Park" in answer.text, "what was typed stays in the page"


def test_the_same_role_is_not_given_twice(database: Database, partnership_id: int) -> None:
    with database.writing() as session:
        for expected in (None, NameTaken):
            add = lambda: operations.add_member(  # noqa: E731 - said once, tried twice
                session, partnership_id=partnership_id, name="Kim", email="kim@x.example", role=Role.VIEWER, now=NOON
            )
            if expected is None:
                add()
            else:
                with pytest.raises(expected, match="already has this role"):
                    add()


def test_a_link_for_a_person_of_another_partnership_is_refused(sign_in: SignIn, database: Database) -> None:
    with database.writing() as session:
        other = operations.add_partnership(session, name="Elsewhere", now=NOON)
        stranger = operations.add_member(session, partnership_id=other, name="Sam", role=Role.VIEWER, now=NOON)
        session.commit()
    assert sign_in("convener").post(f"/people/{stranger}/link").status_code == 404


def test_walk_ins_of_the_same_name_are_one_organisation(database: Database, partnership_id: int) -> None:
    with database.writing() as session:
        first, second = (
            operations.organisation_named(session, partnership_id=partnership_id, name=name, kind="employer", now=NOON)
            for name in ("Copper Forge", "  copper   FORGE ")
        )
        assert first == second
        assert len(queries.organisations(session, partnership_id=partnership_id, kinds=("employer",))) == 1


def test_every_role_reads_and_only_the_convener_manages_people() -> None:
    assert all(Action.SEE_REGION in allowed for role, allowed in ALLOWED.items() if role is not Role.EMPLOYER)
    assert Action.SEE_REGION not in ALLOWED[Role.EMPLOYER], "nothing that an employer entered is another employer's"
    assert [role for role in Role if Action.MANAGE_PEOPLE in ALLOWED[role]] == [Role.CONVENER]


def test_a_name_full_of_markup_is_shown_as_text(sign_in: SignIn) -> None:
    browser = sign_in("convener")
    browser.post("/people", data={"name": "<script>alert(1)</script>", "role": "viewer", "organisation_id": 0})
    assert "<script>alert" not in browser.get("/people").text
