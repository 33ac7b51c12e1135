"""Over pages, wall, live answers and files together: no two versions of anything differ by one or two employers.

A competitor in the room sees every door, again and again, and knows its own ballot. So a meeting is built vote by vote,
every door is asked after every vote, and what changed is compared with who had voted meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from itertools import combinations, pairwise

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from report_rows import NOON
from voted_region import NEEDS, Region

from survey import operations as survey_operations
from survey.ballots import BallotContent, BallotEntryContent
from survey.disclosure import BATCH_SIZE, MIN_VOTERS
from survey.operations import TooFewVoters

SignIn = Callable[[str], FlaskClient]
#: How many employers wait is no secret: the desk shows who has voted, never how.
WAITING = re.compile(r"\d+ employers? ha(?:s|ve) cast a newer ballot[^.]*\.(?: They count[^.]*\.)?")
CODES = tuple(need.code for need in NEEDS)
#: Whose ballot comes next, in which voice, and which need it puts first. Minds are changed, unions come in between.
ONE_BY_ONE = [(f"Firm {n}", "employer", n % 3) for n in range(12)]
WITH_UNIONS = [
    (f"{'Local' if n % 2 else 'Firm'} {n}", "union" if n % 2 else "employer", (n // 2) % 3) for n in range(24)
]
CHANGING_MINDS = [
    *((f"Firm {n}", "employer", 0) for n in range(6)),
    *(("Firm 0", "employer", n % 3) for n in range(4)),
    *((f"Firm {n}", "employer", 2) for n in range(4)),
    *((f"Firm {n}", "employer", 1) for n in range(6, 12)),
]


@dataclass(frozen=True)
class Moment:
    """What all doors said after a vote, and whose ballots were in by then."""

    #: The ballot number of everyone who had voted, by voice and name.
    cast: dict[tuple[str, str], int]
    #: Door to everything that it says of how people voted; "" when it says nothing.
    said: dict[str, str]

    @property
    def shows_needs(self) -> dict[str, bool]:
        """Say for each door whether it names a need."""
        return {door: any(need.title in text for need in NEEDS) for door, text in self.said.items()}


def plain(text: str) -> str:
    """Return the words of a page, without messages about what was asked before."""
    body = re.sub(r'<div[^>]*class="notice.*?</div>', " ", text.split("<body", 1)[-1], flags=re.DOTALL)
    return " ".join(WAITING.sub("", unescape(re.sub(r"<[^>]*>", " ", body))).split())


def wall(browser: FlaskClient, place: str) -> str:
    """Return everything that the wall shows after the reveal, page by page."""
    page = browser.get(f"{place}/screen").text
    texts = [page]
    while found := re.search(r'rel="next" href="([^"]+)"', texts[-1]):
        texts.append(browser.get(unescape(found[1])).text)
    return "" if "wall-join" in page else " ".join(map(plain, texts))


def sheets(content: bytes) -> str:
    """Return the cells of a workbook."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    words = (WAITING.sub("", str(cell)).strip() for cell in cells)
    return " | ".join(word for word in words if word not in {"", "Notes"})


def listen(browser: FlaskClient, meeting_id: int) -> dict[str, str]:
    """Ask every door; one that sends elsewhere or withholds the ranking says nothing."""
    place = f"/meetings/{meeting_id}"
    said = {"wall": wall(browser, place), "live": browser.get(f"{place}/live").get_json()["ranking"]}
    page = browser.get(f"{place}/results").text
    page = browser.get(f"{place}/results").text  # the first one may carry messages of an earlier refusal
    said["results"] = "" if "not shown yet" in page else plain(page)
    report = browser.get("/report-back/region").text
    said["report back"] = "" if "No ranking has been shown yet" in report else plain(report)
    for name in ("results", "ballots"):
        for kind in ("csv", "xlsx"):
            answer = browser.get(f"{place}/{name}.{kind}")
            is_file = answer.status_code == 200
            text = sheets(answer.data) if kind == "xlsx" and is_file else answer.text if is_file else ""
            said[f"{name}.{kind}"] = text
    return said


def cast(region: Region, *, firm: str, voice: str, first: int) -> int:
    """Cast a ballot in a firm's name and return its number."""
    region.n_ballots += 1
    order = [*CODES[first:], *CODES[:first]]
    with region.database.writing() as session:
        token = survey_operations.join_meeting(session, meeting_id=region.meeting_id, name=firm, voice=voice, now=NOON)
        entries = [
            BallotEntryContent(order[0], "must", 1),
            BallotEntryContent(order[1], "useful"),
            BallotEntryContent(order[2], "not_needed"),
        ]
        content = BallotContent(f"ballot-{region.n_ballots:04}", CODES, tuple(entries))
        survey_operations.cast_ballot(
            session, meeting_id=region.meeting_id, seat_token=token, content=content, now=NOON
        )
        session.commit()
    return region.n_ballots


def watched(region: Region, browser: FlaskClient, votes: Sequence[tuple[str, str, int]]) -> list[Moment]:
    """Build a meeting vote by vote, reveal as soon as that is allowed, and ask every door after every vote."""
    moments: list[Moment] = []
    ballots: dict[tuple[str, str], int] = {}
    is_revealed = False
    for firm, voice, first in votes:
        ballots[voice, firm] = cast(region, firm=firm, voice=voice, first=first)
        if not is_revealed:
            try:
                region.reveal()
                is_revealed = True
            except TooFewVoters:
                pass
        moments.append(Moment(dict(ballots), listen(browser, region.meeting_id)))
    return moments


def changed_between(earlier: Moment, later: Moment, *, voice: str) -> set[str]:
    """Return who voted, or voted anew, between two moments."""
    return {
        firm
        for (its_voice, firm), ballot in later.cast.items()
        if its_voice == voice and earlier.cast.get((voice, firm)) != ballot
    }


@pytest.mark.parametrize(
    "votes", [ONE_BY_ONE, WITH_UNIONS, CHANGING_MINDS], ids=["one by one", "with unions", "changing minds"]
)
def test_versions_of_anything_shown_never_differ_by_one_or_two_employers(
    sign_in: SignIn, region: Region, votes: Sequence[tuple[str, str, int]]
) -> None:
    moments = watched(region, sign_in("convener"), votes)
    # A version of everything that is shown lasts from the vote that brought it until the one that replaced it.
    versions = [moments[0]]
    for moment in moments[1:]:
        if moment.said != versions[-1].said:
            versions.append(moment)
    for earlier, later in combinations(versions, 2):
        n_changed = len(changed_between(earlier, later, voice="employer"))
        doors = [door for door, text in earlier.said.items() if text and text != later.said[door]]
        assert n_changed >= BATCH_SIZE or not doors, doors
    for door, text in versions[-1].said.items():
        assert len({moment.said[door] for moment in versions}) >= 3, f"{door} follows the room: {text[:80]}"
    assert len(versions) >= 3, "the room saw the ranking move"


@pytest.mark.parametrize("votes", [ONE_BY_ONE, WITH_UNIONS], ids=["one by one", "with unions"])
def test_no_door_says_anything_before_the_fifth_employer_and_all_speak_together(
    sign_in: SignIn, region: Region, votes: Sequence[tuple[str, str, int]]
) -> None:
    for moment in watched(region, sign_in("convener"), votes[:12]):
        n_employers = sum(voice == "employer" for voice, _firm in moment.cast)
        for door, text in moment.said.items():
            assert bool(text) == (n_employers >= MIN_VOTERS), f"{door} with {n_employers} employers"


def test_unions_appear_at_five_and_then_move_in_batches_at_every_door_alike(sign_in: SignIn, region: Region) -> None:
    moments = watched(region, sign_in("convener"), WITH_UNIONS)
    marks = {"wall": "side by side", "results": "Place among unions", "results.csv": "Place among unions"}
    shown_at = {
        door: next(n for n, moment in enumerate(moments) if mark in moment.said[door]) for door, mark in marks.items()
    }
    assert len(set(shown_at.values())) == 1, shown_at
    first = moments[shown_at["wall"]]
    assert sum(voice == "union" for voice, _firm in first.cast) >= MIN_VOTERS
    ballots = [moment.said["ballots.csv"].count(",union,") // len(NEEDS) for moment in moments]
    steps = [b - a for a, b in pairwise(ballots) if b != a]
    assert steps[0] >= MIN_VOTERS
    assert all(step >= BATCH_SIZE for step in steps[1:])


@pytest.mark.parametrize("n_employers", range(4, 13))
def test_how_many_stand_on_each_side_is_told_from_ten_employers_on(
    sign_in: SignIn, region: Region, n_employers: int
) -> None:
    for number in range(n_employers):
        cast(region, firm=f"Firm {number}", voice="employer", first=number % 2)
    if n_employers < MIN_VOTERS:
        with pytest.raises(TooFewVoters):
            region.reveal()
    else:
        region.reveal()
    said = listen(sign_in("viewer"), region.meeting_id)
    for door in ("wall", "results"):
        assert ("The room is split over" in said[door]) == (MIN_VOTERS <= n_employers < 10), door
        assert (" of the room puts “" in said[door]) == (n_employers >= 10), door
