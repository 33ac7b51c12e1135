"""The stream that walls and desks listen to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from voted_region import Region
from voting_hall import join
from werkzeug.test import TestResponse

from base.streams import EXTENSION, StreamHub, stop_streams
from survey import queries as survey_queries

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def streams_end(app: Flask) -> Iterator[None]:
    """End whatever a test left open."""
    yield
    stop_streams(app)


@contextmanager
def listening(browser: FlaskClient, meeting_id: int) -> Iterator[tuple[TestResponse, Iterator[str]]]:
    """Open the stream of a meeting; yield its answer and its events, without the comments between them."""
    answer = browser.get(f"/meetings/{meeting_id}/events", buffered=False)
    texts = (part.decode() for part in answer.iter_encoded())
    yield answer, (text for text in texts if not text.startswith(":"))
    answer.close()


def hub(app: Flask) -> StreamHub[object]:
    """Return the application's hub."""
    found: StreamHub[object] = app.extensions[EXTENSION]
    return found


@pytest.mark.parametrize("role", ["convener", "reviewer", "viewer"])
def test_whoever_sees_results_may_listen(app: Flask, sign_in: SignIn, region: Region, role: str) -> None:
    with listening(sign_in(role), region.meeting_id) as (answer, events):
        assert answer.status_code == 200
        assert answer.mimetype == "text/event-stream"
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert answer.headers["Cache-Control"] == "no-store"
        assert next(events) == "retry: 2000\n\n"
        assert next(events).startswith("data: ")
        assert hub(app).n_open == 1
    assert hub(app).n_open == 0, "a closed stream is forgotten"


def test_strangers_and_other_partnerships_hear_nothing(
    app: Flask, client: FlaskClient, stranger: FlaskClient, sign_in: SignIn, region: Region
) -> None:
    address = f"/meetings/{region.meeting_id}/events"
    assert client.get(address).status_code == 302
    assert stranger.get(address).status_code == 404
    assert sign_in("viewer").get("/meetings/999/events").status_code == 404
    assert hub(app).n_open == 0


def test_a_ballot_from_a_phone_is_heard_at_once(app: Flask, sign_in: SignIn, region: Region) -> None:
    with region.database.reading() as session:
        meeting = survey_queries.meeting(session, meeting_id=region.meeting_id, partnership_id=region.partnership_id)
    assert meeting is not None
    with listening(sign_in("convener"), region.meeting_id) as (_answer, events):
        before = [next(events), next(events)][1]
        join(app.test_client(), meeting, name="Aster Castings")
        assert next(events) != before


def test_what_another_process_wrote_is_heard_too(sign_in: SignIn, region: Region) -> None:
    with listening(sign_in("convener"), region.meeting_id) as (_answer, events):
        before = [next(events), next(events)][1]
        region.vote(1)
        assert next(events) != before


def test_a_new_match_run_is_news_for_the_wall(sign_in: SignIn, compared_region: Region) -> None:
    browser = sign_in("viewer")
    address = f"/meetings/{compared_region.meeting_id}/live"
    first = browser.get(address)
    with listening(browser, compared_region.meeting_id) as (_answer, events):
        before = [next(events), next(events)][1]
        compared_region.make_run()
        assert next(events) != before
    again = browser.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.get_json()["ranking"] != first.get_json()["ranking"]


def test_when_all_streams_are_taken_the_screen_is_told_to_ask(app: Flask, sign_in: SignIn, region: Region) -> None:
    browser = sign_in("viewer")
    address = f"/meetings/{region.meeting_id}/events"
    opened = [browser.get(address, buffered=False) for _ in range(40)]
    assert {answer.status_code for answer in opened} == {200}
    refused = browser.get(address)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert "every few seconds" in refused.get_json()["message"]
    assert browser.get(f"/meetings/{region.meeting_id}/live").status_code == 200
    opened[0].close()
    with listening(browser, region.meeting_id) as (answer, _events):
        assert answer.status_code == 200
    for answer in opened:
        answer.close()
    assert hub(app).n_open == 0


def test_a_look_at_the_head_alone_leaves_no_stream_open(app: Flask, sign_in: SignIn, region: Region) -> None:
    answer = sign_in("viewer").head(f"/meetings/{region.meeting_id}/events")
    assert answer.status_code == 200
    answer.close()
    assert hub(app).n_open == 0


def test_a_stream_says_nothing_but_that_something_changed(sign_in: SignIn, region: Region) -> None:
    region.vote(6)
    with listening(sign_in("viewer"), region.meeting_id) as (_answer, events):
        said = [next(events), next(events)][1]
    assert set(said.removeprefix("data: ").strip()) <= set("0123456789-")


def test_wall_and_desk_name_their_stream(sign_in: SignIn, compared_region: Region) -> None:
    browser = sign_in("convener")
    place = f"/meetings/{compared_region.meeting_id}"
    for page in (place, place + "/screen"):
        assert f'data-events-url="{place}/events"' in browser.get(page).text
