"""Home, results, the wall and the regional dashboard as a browser gets them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from flask.testing import FlaskClient
from report_rows import NOON
from voted_region import NEEDS, Region

from dashboards import queries as dashboards_queries
from survey import operations as survey_operations
from survey import queries as survey_queries

SignIn = Callable[[str], FlaskClient]
TITLES = [need.title for need in NEEDS]


def words(text: str) -> str:
    """Return the words of a page's main part."""
    main = text.split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def shows_a_need(text: str) -> bool:
    """Say whether a page or file names any need."""
    return any(title in unescape(text) for title in TITLES)


# Home


def test_a_phone_finds_the_join_box_first_and_it_leads_into_the_meeting(client: FlaskClient, region: Region) -> None:
    page = client.get("/").text
    assert page.index('name="code"') < page.index("sign-in")
    with region.database.reading() as session:
        found = survey_queries.meeting(session, meeting_id=region.meeting_id, partnership_id=region.partnership_id)
    assert found is not None
    door = re.search(r'<form class="join-box" method="post" action="([^"]+)"', page)
    assert door
    answer = client.post(door[1], data={"code": found.join_code.lower()})
    assert answer.location == f"/meet/{found.join_code}"


def test_an_empty_partnership_is_told_to_begin_with_an_assessment(sign_in: SignIn) -> None:
    page = words(sign_in("convener").get("/").text)
    assert "Next Make an assessment" in page
    assert "Nothing has happened here yet." in page


def test_the_convener_is_led_from_the_vote_to_the_region(sign_in: SignIn, region: Region) -> None:
    browser = sign_in("convener")
    said = []
    for happening in (
        lambda: region.vote(4),
        lambda: region.vote(2),
        region.reveal,
        region.close,
        region.import_catalogs,
        region.make_run,
    ):
        happening()
        heading = re.search(r'class="next-step">.*?<h2>(.*?)</h2>', browser.get("/").text, re.DOTALL)
        assert heading
        said.append(heading[1])
    assert said == [
        "Autumn meeting is open",
        "Reveal the ranking of Autumn meeting",
        "Autumn meeting is open",
        "Import a college’s catalog",
        "Make a match run",
        "See where the region stands",
    ]


def test_a_reviewer_is_told_how_many_verdicts_wait(sign_in: SignIn, compared_region: Region) -> None:
    page = words(sign_in("reviewer").get("/").text)
    assert re.search(r"Next \d+ verdicts? waits? for you", page)


def test_a_viewer_reads_three_findings(sign_in: SignIn, compared_region: Region) -> None:
    page = sign_in("viewer").get("/").text
    assert page.count('class="finding-text"') == 3


# Results


@pytest.mark.parametrize("is_enough", [False, True])
def test_a_withheld_ranking_leaks_nowhere(sign_in: SignIn, region: Region, *, is_enough: bool) -> None:
    region.vote(6 if is_enough else 4)
    browser = sign_in("convener")
    place = f"/meetings/{region.meeting_id}"
    for address in ("/results", "/results.csv", "/results.xlsx", "/screen", "/live"):
        answer = browser.get(place + address, follow_redirects=True)
        assert answer.status_code == 200
        assert not shows_a_need(answer.text), address
    page = words(browser.get(place + "/results").text)
    assert "The ranking is not shown yet" in page
    assert ("has not revealed" if is_enough else "once 5 employers have voted") in page
    assert "Go to the desk" in page


def test_a_published_ranking_stands_in_tiers_with_its_employers_and_agreement(
    sign_in: SignIn, compared_region: Region
) -> None:
    page = sign_in("viewer").get(f"/meetings/{compared_region.meeting_id}/results").text
    text = words(page)
    assert "6 employers ranked Autumn list" in text
    assert "The room agrees strongly" in text
    assert text.index("Maintain hydraulic systems") < text.index("Program and troubleshoot PLCs")
    assert "Drive forklifts &lt;carefully&gt;" in page
    assert "/runs/1/needs/HY-1" in page, "each need leads to what the newest run says of it"


def test_unions_stand_beside_the_employers_only_when_five_have_voted(sign_in: SignIn, region: Region) -> None:
    region.vote(6)
    region.vote(4, voice="union")
    region.reveal()
    browser = sign_in("viewer")
    address = f"/meetings/{region.meeting_id}/results"
    assert "Place among unions" not in browser.get(address).text
    assert "Place among unions" not in browser.get(address + ".csv").text
    region.vote(1, voice="union")
    region.vote(3)
    assert "Place among unions" in browser.get(address).text
    assert "Place among unions" in browser.get(address + ".csv").text


# The wall


def test_an_open_wall_shows_the_code_the_picture_and_the_count(sign_in: SignIn, region: Region) -> None:
    region.vote(3)
    page = sign_in("convener").get(f"/meetings/{region.meeting_id}/screen").text
    assert re.search(r'class="wall-code">[A-Z0-9]{6}<', page)
    assert 'aria-label="QR code' in page
    assert "3 of 3 employers have voted" in page
    assert 'http-equiv="refresh"' in page, "without JavaScript the wall reloads itself"


def wall_pages(browser: FlaskClient, meeting_id: int) -> list[str]:
    """Turn all pages of a wall by its own links."""
    pages = [browser.get(f"/meetings/{meeting_id}/screen").text]
    while found := re.search(r'rel="next" href="([^"]+)"', pages[-1]):
        pages.append(browser.get(unescape(found[1])).text)
    return pages


def heading(page: str) -> str:
    """Return the words of the only h1."""
    found = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert found
    return unescape(found[1]).strip()


def test_a_revealed_wall_shows_one_thing_at_a_time(sign_in: SignIn, compared_region: Region) -> None:
    pages = wall_pages(sign_in("convener"), compared_region.meeting_id)
    assert heading(pages[0]) == "No need splits the room", "where the room disagrees stands first"
    assert heading(pages[-1]) == "How firm is this ranking?"
    assert "The room agrees strongly" in pages[-1]
    assert all(len(set(re.findall(r"tier-number\">(\d)<", page))) <= 1 for page in pages)
    ranked = unescape("".join(pages[1:-1]))
    assert all(title in ranked for title in TITLES)


def test_the_wall_past_its_last_page_shows_the_last_one(sign_in: SignIn, compared_region: Region) -> None:
    page = sign_in("convener").get(f"/meetings/{compared_region.meeting_id}/screen?page=99").text
    assert heading(page) == "How firm is this ranking?"


def test_a_dark_room_stays_dark_from_page_to_page(sign_in: SignIn, compared_region: Region) -> None:
    browser = sign_in("convener")
    page = browser.get(f"/meetings/{compared_region.meeting_id}/screen?room=dark").text
    while found := re.search(r'rel="next" href="([^"]+)"', page):
        assert "dark-room" in page
        page = browser.get(unescape(found[1])).text
    assert "dark-room" in page


def test_what_the_colleges_cover_stands_beside_each_need(sign_in: SignIn, compared_region: Region) -> None:
    browser = sign_in("viewer")
    pages = wall_pages(browser, compared_region.meeting_id)
    wall = " ".join(words(page) for page in pages)
    table = words(browser.get(f"/meetings/{compared_region.meeting_id}/results").text)
    for shown in (wall, table):
        assert re.search(r"Program and troubleshoot PLCs .{0,80}Covered at 1 of 2 colleges", shown)
        assert re.search(r"Maintain hydraulic systems .{0,80}Gap at no college", shown)
    assert "(run 1)" in unescape("".join(pages))


def test_a_run_on_a_list_with_other_codes_says_nothing_of_this_meeting(
    sign_in: SignIn, compared_region: Region
) -> None:
    browser = sign_in("viewer")
    for needs, is_shown in ((NEEDS[:2], False), (NEEDS, True)):
        with compared_region.database.writing() as session:
            assessment_id = survey_operations.create_assessment(
                session, partnership_id=compared_region.partnership_id, title="Copy", needs=needs, now=NOON
            )
            meeting_id = survey_operations.plan_meeting(
                session,
                partnership_id=compared_region.partnership_id,
                assessment_id=assessment_id,
                title="Second meeting",
                place="",
                held_on=NOON.date(),
                k=3,
                now=NOON,
            )
            survey_operations.open_meeting(session, meeting_id=meeting_id, now=NOON)
            session.commit()
        other = replace(compared_region, assessment_id=assessment_id, meeting_id=meeting_id)
        if is_shown:
            other.vote(5)
            other.reveal()
            page = words(browser.get(f"/meetings/{meeting_id}/results").text)
            assert "Covered at 1 of 2 colleges" in page, "the same codes are the same needs"
        with compared_region.database.reading() as session:
            found = survey_queries.meeting(
                session, meeting_id=meeting_id, partnership_id=compared_region.partnership_id
            )
            assert found is not None
            run = dashboards_queries.run_on_needs(session, meeting=found)
        assert (run is not None) == is_shown


def test_voices_stand_side_by_side_on_the_wall_once_five_unions_have_voted(sign_in: SignIn, region: Region) -> None:
    region.vote(6)
    region.vote(4, voice="union", order=("PL-1", "HY-1"))
    region.reveal()
    browser = sign_in("viewer")
    assert not [page for page in wall_pages(browser, region.meeting_id) if "side by side" in page]
    region.vote(1, voice="union", order=("PL-1", "HY-1"))
    region.vote(3)
    (page,) = [page for page in wall_pages(browser, region.meeting_id) if "side by side" in page]
    text = words(page)
    assert heading(page) == "Employers and unions, side by side"
    employers, unions = text.split("Unions", 1)
    assert employers.index("hydraulic") < employers.index("PLCs")
    assert unions.index("PLCs") < unions.index("hydraulic")


def test_an_unchanged_meeting_answers_304_and_a_ballot_changes_that(sign_in: SignIn, region: Region) -> None:
    region.vote(1)
    browser = sign_in("convener")
    address = f"/meetings/{region.meeting_id}/live"
    first = browser.get(address)
    assert (first.status_code, first.get_json()["stage"], first.get_json()["n_voted"]) == (200, "open", 1)
    again = browser.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.text) == (304, "")
    region.vote(1)
    changed = browser.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.get_json()["n_voted"]) == (200, 2)


def test_the_live_answer_tells_the_wall_to_reload_when_the_shown_ranking_changes(
    sign_in: SignIn, region: Region
) -> None:
    browser = sign_in("convener")
    address = f"/meetings/{region.meeting_id}/live"

    def ranking() -> str:
        return str(browser.get(address).get_json()["ranking"])

    region.vote(6)
    assert ranking() == ""
    region.reveal()
    revealed = ranking()
    assert revealed != ""
    region.vote(2)
    assert ranking() == revealed, "two new ballots would show how they voted"
    region.vote(1)
    assert ranking() not in {"", revealed}


# The regional dashboard


def test_without_a_run_the_dashboard_says_what_to_do(sign_in: SignIn, region: Region) -> None:
    browser = sign_in("convener")
    page = words(browser.get("/region").text)
    assert "Nothing has been compared yet" in page
    assert "Make a match run" in page
    for address in ("/region.xlsx", "/region/needs.csv", "/region/charts/coverage.json"):
        assert browser.get(address).status_code == 404


def test_the_dashboard_says_three_findings_before_four_charts_with_their_tables(
    sign_in: SignIn, compared_region: Region
) -> None:
    answer = sign_in("viewer").get("/region")
    page = answer.text
    assert page.count('class="finding-text"') == 3
    addresses = re.findall(r'data-chart-url="([^"]+)"', page)
    assert [address.rsplit("/", 1)[1] for address in addresses] == [
        "priorities.json",
        "coverage.json",
        "losses.json",
        "courses.json",
    ]
    assert page.count("<summary>The numbers behind this chart</summary>") == 4
    assert "Run 1 of 15 September 2026 · " in page, "a printed copy names its run"
    assert "style-src-attr 'unsafe-inline'" in answer.headers["Content-Security-Policy"]


def test_every_chart_comes_as_data_and_layout_and_follows_the_filter(sign_in: SignIn, compared_region: Region) -> None:
    browser = sign_in("viewer")
    for name in ("priorities", "coverage", "losses", "courses"):
        figure = json.loads(browser.get(f"/region/charts/{name}.json").text)
        assert figure["data"], name
        assert figure["layout"]["height"], name
    narrowed = browser.get("/region/charts/coverage.json?area=Automation&college=TVC").text
    assert "Program and troubleshoot PLCs" in narrowed
    assert "Maintain hydraulic systems" not in narrowed
    assert "North Fork" not in narrowed
    assert browser.get("/region/charts/secrets.json").status_code == 404


def test_the_dashboard_narrows_down_without_javascript(sign_in: SignIn, compared_region: Region) -> None:
    page = words(sign_in("viewer").get("/region?area=Mechanical&college=NFC").text)
    assert "North Fork College covers 0 of 1 need in Mechanical" in page
    assert "Show the whole region" in page


def test_other_partnerships_see_nothing(stranger: FlaskClient, compared_region: Region) -> None:
    place = f"/meetings/{compared_region.meeting_id}"
    for address in (f"{place}/results", f"{place}/results.csv", f"{place}/screen", f"{place}/live", "/region.xlsx"):
        assert stranger.get(address).status_code == 404
    assert not shows_a_need(stranger.get("/region").text + stranger.get("/").text)
