"""Requests of several firms become sections, by a rule that can be recomputed by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.pooling import SMALLEST_SECTION, Wish, difference, sections

FIRST = Wish(
    request_id=1,
    organisation_id=10,
    subject="course:TVC:AUT 210",
    n_workers=5,
    times="evenings",
    place="campus",
    delivery="any",
    earliest_on=date(2027, 1, 11),
    latest_on=date(2027, 3, 31),
)
SECOND = replace(FIRST, request_id=2, organisation_id=11, n_workers=3)


def test_two_firms_make_one_section_of_the_usual_smallest_size() -> None:
    (section,) = sections([FIRST, SECOND])
    assert section.request_ids == (1, 2)
    assert (section.n_workers, section.n_firms, section.is_viable) == (5 + 3, 2, True)
    assert SMALLEST_SECTION == 8
    assert section.reasons == (
        "Same subject, times and place, and first days from 11 January 2027 to 31 March 2027 suit everyone.",
    )


def test_a_section_says_how_many_workers_it_lacks() -> None:
    (section,) = sections([FIRST])
    assert (section.n_short, section.is_viable, section.is_nearly_viable) == (3, False, True)
    (far,) = sections([replace(FIRST, n_workers=4)])
    assert (far.n_short, far.is_nearly_viable) == (4, False)


def test_a_college_may_run_smaller_sections() -> None:
    (section,) = sections([FIRST], smallest={FIRST.subject: 5})
    assert section.is_viable


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subject": "need:PL-01"}, "it asks for something else"),
        ({"times": "days"}, "its workers come by day, not in the evening"),
        ({"place": "online"}, "it names another place"),
        (
            {"earliest_on": date(2027, 6, 1), "latest_on": date(2027, 7, 1)},
            "no first day suits both: 11 January 2027 to 31 March 2027 and 1 June 2027 to 1 July 2027",
        ),
    ],
)
def test_what_keeps_two_requests_apart_is_said(change: dict[str, object], words: str) -> None:
    other = replace(SECOND, **change)  # type: ignore[arg-type]  # fields of Wish
    assert difference(FIRST, other) == words
    assert len(sections([FIRST, other])) == 2


def test_ways_of_teaching_differ_only_when_both_are_named() -> None:
    taught, hybrid = replace(FIRST, delivery="taught"), replace(SECOND, delivery="hybrid")
    assert difference(taught, SECOND) == ""
    assert difference(taught, hybrid) == "it wants another way of teaching"


def test_a_plant_is_for_its_own_firm_alone() -> None:
    here, there = replace(FIRST, place="plant"), replace(SECOND, place="plant")
    assert len(sections([here, there])) == 2
    assert "each firm has its own" in difference(here, there)
    assert len(sections([here, replace(there, organisation_id=10)])) == 1


def test_the_fullest_first_day_wins_and_the_rest_is_looked_at_again() -> None:
    """January to March (5), February to May (3), May to June (6): the first two share February, or the last two May."""
    winter = FIRST
    between = replace(SECOND, earliest_on=date(2027, 2, 1), latest_on=date(2027, 5, 31))
    summer = replace(
        FIRST, request_id=3, organisation_id=12, n_workers=6, earliest_on=date(2027, 5, 1), latest_on=date(2027, 6, 30)
    )
    found = sections([winter, between, summer])
    assert [section.request_ids for section in found] == [(2, 3), (1,)]
    full = found[0]
    assert (full.n_workers, full.earliest_on, full.latest_on) == (3 + 6, date(2027, 5, 1), date(2027, 5, 31))
    assert full.reasons[1].startswith("Request 1 is not in it: no first day suits both")
    assert found[1].reasons[1] == "Request 2 is not in it: it fits a fuller section."


wishes = st.lists(
    st.builds(
        lambda firm, n, times, place, way, start, length: replace(
            FIRST,
            organisation_id=firm,
            n_workers=n,
            times=times,
            place=place,
            delivery=way,
            earliest_on=date(2027, 1, 1) + timedelta(days=start),
            latest_on=date(2027, 1, 1) + timedelta(days=start + length),
        ),
        st.integers(1, 4),
        st.integers(1, 12),
        st.sampled_from(["days", "evenings"]),
        st.sampled_from(["campus", "plant"]),
        st.sampled_from(["any", "taught", "hybrid"]),
        st.integers(0, 60),
        st.integers(0, 40),
    ),
    max_size=9,
).map(lambda found: [replace(wish, request_id=number) for number, wish in enumerate(found, start=1)])


@given(wishes)
def test_every_request_lands_in_one_section_that_suits_all_of_it(asked: list[Wish]) -> None:
    found = sections(asked)
    assert sorted(number for section in found for number in section.request_ids) == [wish.request_id for wish in asked]
    for section in found:
        assert section.earliest_on <= section.latest_on
        assert all(difference(one, other) == "" for one in section.wishes for other in section.wishes)


@given(wishes, st.randoms())
def test_the_order_of_asking_does_not_matter(asked: list[Wish], shuffler: object) -> None:
    mixed = list(asked)
    shuffler.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis hands over a random.Random
    assert sections(mixed) == sections(asked)
