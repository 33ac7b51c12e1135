"""Nobody can work out a single ballot: not from one published ranking, and not from comparing two of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from voting_hall import Hall

from survey import disclosure
from survey.disclosure import BATCH_SIZE, MIN_VOTERS, CastBallot
from survey.exports import ballots_sheet, worker_band
from survey.operations import AlreadyRevealed, TooFewVoters

Votes = Sequence[tuple[int, str]]
votes = st.lists(st.tuples(st.integers(1, 12), st.sampled_from(["employer", "employer", "union"])), max_size=60)


def arrived(votes: Votes) -> list[CastBallot]:
    """Number votes (organisation, voice) in the order of their arrival."""
    return [CastBallot(number, *vote) for number, vote in enumerate(votes, start=1)]


def shown_versions(votes: Votes, *, n_before_reveal: int) -> list[dict[str, frozenset[CastBallot]]]:
    """Replay a meeting by the rules; return every version of what was shown, by voice."""
    ballots = arrived(votes)
    published, versions = None, []
    for n_cast in range(len(ballots) + 1):
        cast = ballots[:n_cast]
        if published is not None:
            published = disclosure.next_published_ballot(cast, published_ballot_id=published)
        elif n_cast >= n_before_reveal and disclosure.may_be_shown(disclosure.n_voters(cast, voice="employer")):
            published = n_cast
        if published is not None:
            counted = disclosure.up_to(cast, ballot_id=published)
            unions = disclosure.voice_batches(counted, voice="union")
            versions.append(
                {
                    "employer": frozenset(disclosure.latest_ballots(counted, voice="employer")),
                    "union": frozenset(disclosure.latest_ballots(unions, voice="union")),
                }
            )
    return versions


@given(votes, st.integers(0, 30))
def test_every_shown_slice_rests_on_five_organisations_or_none(votes: Votes, n_before_reveal: int) -> None:
    for version in shown_versions(votes, n_before_reveal=n_before_reveal):
        assert len(version["employer"]) >= MIN_VOTERS
        assert len(version["union"]) == 0 or len(version["union"]) >= MIN_VOTERS


@given(votes, st.integers(0, 30))
def test_two_versions_never_differ_by_fewer_than_three_organisations(votes: Votes, n_before_reveal: int) -> None:
    for earlier, later in pairwise(shown_versions(votes, n_before_reveal=n_before_reveal)):
        for voice in ("employer", "union"):
            changed = {ballot.organisation_id for ballot in later[voice] ^ earlier[voice]}
            assert len(changed) == 0 or len(changed) >= BATCH_SIZE


@given(votes)
def test_the_latest_ballot_of_an_organisation_counts_and_only_that(votes: Votes) -> None:
    ballots = arrived(votes)
    for ballot in disclosure.latest_ballots(ballots, voice="employer"):
        same = [b.ballot_id for b in ballots if (b.organisation_id, b.voice) == (ballot.organisation_id, "employer")]
        assert ballot.ballot_id == max(same)


def test_one_employer_that_keeps_changing_its_mind_makes_no_batch() -> None:
    ballots = arrived([(n, "employer") for n in range(1, 6)] + [(1, "employer")] * 5)
    assert disclosure.next_published_ballot(ballots, published_ballot_id=5) == 5


def test_union_ballots_do_not_hurry_the_employers_ranking() -> None:
    ballots = arrived([(n, "employer") for n in range(1, 6)] + [(n, "union") for n in range(6, 12)])
    assert disclosure.next_published_ballot(ballots, published_ballot_id=5) == 5


def test_nothing_is_shown_before_the_reveal(hall: Hall) -> None:
    hall.fill(6, "EM-01")
    assert hall.withheld().reason == "not_revealed"


def test_four_employers_are_too_few_to_reveal(hall: Hall) -> None:
    hall.fill(4, "EM-01")
    with pytest.raises(TooFewVoters, match="at least 5 employers; so far there are 4"):
        hall.reveal()
    assert hall.withheld().reason == "too_few_employers"


def test_four_employers_and_a_union_are_still_four_employers(hall: Hall) -> None:
    hall.fill(4, "EM-01")
    hall.vote("Local 12", "SW-01", voice="union")
    with pytest.raises(TooFewVoters):
        hall.reveal()


def test_five_phones_of_two_firms_are_two_employers(hall: Hall) -> None:
    for _round in range(3):
        hall.vote("Firm A", "EM-01")
        hall.vote("Firm B", "EM-02")
    with pytest.raises(TooFewVoters, match="so far there are 2"):
        hall.reveal()


def test_a_reveal_counts_everything_cast_until_then(hall: Hall) -> None:
    hall.fill(7, "EM-01")
    hall.reveal()
    assert hall.published().n_employers == 7
    with pytest.raises(AlreadyRevealed):
        hall.reveal()


def test_two_late_employers_wait_and_the_third_brings_all_in(hall: Hall) -> None:
    hall.fill(5, "EM-01")
    hall.reveal()
    hall.vote("Late one", "WE-01")
    hall.vote("Late two", "WE-01")
    waiting = hall.published()
    assert (waiting.n_employers, waiting.n_waiting) == (5, 2)
    assert "2 employers have cast a newer ballot" in " ".join(waiting.notes)
    hall.vote("Late three", "WE-01")
    assert (hall.published().n_employers, hall.published().n_waiting) == (8, 0)


def test_a_ranking_does_not_move_while_ballots_wait(hall: Hall) -> None:
    hall.fill(5, "EM-01", "EM-02")
    hall.reveal()
    before = [(need.code, need.score) for need in hall.published().needs]
    hall.vote("Late one", "SW-01")
    hall.vote("Late one", "QA-01")
    assert [(need.code, need.score) for need in hall.published().needs] == before


def test_unions_stand_beside_the_employers_and_are_never_added(hall: Hall) -> None:
    hall.fill(5, "EM-01", "EM-02")
    for number in range(4):
        hall.vote(f"Local {number}", "SW-01", voice="union")
    hall.reveal()
    four_unions = hall.published()
    assert four_unions.needs[0].code == "EM-01"
    assert four_unions.n_employers == 5
    assert "union" not in four_unions.voices


def test_five_unions_get_a_ranking_of_their_own(hall: Hall) -> None:
    hall.fill(5, "EM-01", "EM-02")
    for number in range(5):
        hall.vote(f"Local {number}", "SW-01", voice="union")
    hall.reveal()
    published = hall.published()
    assert published.voices["union"][0] == ("SW-01", 1)
    assert published.needs[0].code == "EM-01"
    assert "observer" not in published.voices


def test_the_file_of_ballots_names_nobody_and_leaves_small_voices_out(hall: Hall) -> None:
    for number in range(5):
        hall.vote(f"Secret Firm {number}", "EM-01", useful=["EM-02"])
    hall.vote("Secret Local", "SW-01", voice="union")
    assert list(ballots_sheet(hall.session, meeting=hall.meeting).rows) == []
    hall.reveal()
    rows = list(ballots_sheet(hall.session, meeting=hall.meeting).rows)
    assert len(rows) == 5 * 5
    assert {row[0] for row in rows} == {1, 2, 3, 4, 5}
    assert {row[1] for row in rows} == {"employer"}
    assert "Secret" not in repr(rows)
    assert (1, "employer", "EM-01", "Find faults in control circuits", "must have", 1, None, None, None) in rows


def test_the_file_of_ballots_is_not_in_the_order_of_arrival(hall: Hall) -> None:
    for code in ("WE-01", "SW-01", "EM-01", "QA-01", "EM-02"):
        hall.vote(f"Votes {code}", code)
    hall.reveal()
    rows = list(ballots_sheet(hall.session, meeting=hall.meeting).rows)
    firsts = [row[2] for row in rows if row[5] == 1]
    again = list(ballots_sheet(hall.session, meeting=hall.meeting).rows)
    assert firsts == ["EM-01", "EM-02", "WE-01", "QA-01", "SW-01"]
    assert rows == again


@pytest.mark.parametrize(
    ("n_workers", "band"),
    [(None, None), (0, "0"), (1, "1-9"), (9, "1-9"), (10, "10-49"), (49, "10-49"), (50, "50 or more")],
)
def test_workers_to_train_leave_in_bands(n_workers: int | None, band: str | None) -> None:
    assert worker_band(n_workers) == band
