"""What a report says in its first sentences, beside each need, and when people can be sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_rows import link, meeting_row, run_row

from dashboards.report_back import (
    Coverage,
    NeedReport,
    OwnBallot,
    Place,
    Report,
    RevisionNote,
    Sending,
    Wish,
    basis_words,
    nothing_yet,
    opening,
    revision_words,
    standing_words,
    under_way_words,
)
from dashboards.report_back_sending import OfferedCourse, Training, sending
from training.pooling import Section
from training.pooling import Wish as Asked
from training.records import CohortRow, RequestContent, RequestRow, SeatsRow

TODAY = date(2026, 11, 22)
MEETING = meeting_row(state="closed", n_employers=6, n_voted=6, is_revealed=True)
PLC = Place("AUT 210", "Programmable Logic Controllers", "Test Valley College")
GAP = Coverage("gap", "No course of the region teaches it.", None)
OWN, OTHER, THIRD = 1, 2, 3


def note(
    state: str = "with_committee", *, course: str = "MEC 130", edition: str = "", is_new: bool = False
) -> RevisionNote:
    return RevisionNote(
        "Maintain hydraulic systems", "Test Valley College", course, "Fluid Power", is_new, state, TODAY, edition
    )


def need(
    code: str,
    *,
    had: str | None = "gap",
    now: str | None = None,
    places: tuple[Place, ...] = (),
    notes: tuple[RevisionNote, ...] = (),
    is_dated: bool = False,
) -> NeedReport:
    return NeedReport(
        code=code,
        title=f"Need {code}",
        place=1,
        tier=1,
        had=Coverage(had, "", None) if had else None,
        now=Coverage(now or had, "", None) if had else None,
        revisions=notes,
        n_reviewed=0,
        sending=Sending(("words",), places, is_dated),
    )


def report(*needs: NeedReport, has_run: bool = True) -> Report:
    run = run_row() if has_run else None
    wishes = tuple(Wish(each.code, each.title, each.place) for each in needs)
    ballot = OwnBallot(MEETING, 1, "counted", wishes)
    return Report("Firm A", MEETING, needs, first_run=run, latest_run=run, ballot=ballot)


def test_the_opening_counts_what_was_ranked_taught_changed_and_can_be_attended() -> None:
    found = opening(
        report(
            need("A", had="covered", places=(PLC,)),
            need("B", had="covered", places=(Place("HYD 1", "Pumps", "North Fork College"),), is_dated=True),
            need("C", had="gap", now="covered", places=(PLC,), notes=(note("in_catalog", edition="2027 (edition 2)"),)),
            need("D", had="revise", notes=(note("proposed", course="X 1"),)),
            need("E", had="gap"),
        )
    )
    assert found[0] == (
        "You ranked 5 skills. Colleges taught 2 of them, came near with a course for 1 and had nothing that workers "
        "can take for 2."
    )
    assert 2 + 1 + 2 == 5
    assert found[1] == (
        "Since then 1 course was revised and 1 more skill is taught. 1 request is proposed to its college."
    )
    # A, B and C of the five; A and C share one course, and the one with a first day is named first.
    assert found[2] == (
        "You can send people for 3 of the 5: to HYD 1 Pumps (North Fork College) and "
        "AUT 210 Programmable Logic Controllers (Test Valley College)."
    )


def test_nothing_has_changed_is_said_together_with_what_is_under_way() -> None:
    notes = tuple(note(course=f"C {n}") for n in range(3))
    assert opening(report(need("A", notes=notes)))[1] == "Nothing has changed yet. 3 requests are with the committee."
    assert opening(report(need("A")))[1] == "Nothing has changed yet."


def test_a_request_beside_two_needs_counts_once() -> None:
    shared = note("in_catalog", edition="2027 (edition 2)")
    assert (
        opening(report(need("A", notes=(shared,)), need("B", notes=(shared,))))[1] == "Since then 1 course was revised."
    )


def test_a_skill_that_was_lost_is_not_hidden() -> None:
    assert opening(report(need("A", had="covered", now="gap")))[1] == "Since then 1 skill is no longer taught."


def test_before_any_run_the_opening_claims_nothing_about_the_colleges() -> None:
    found = opening(report(need("A", had=None), need("B", had=None), has_run=False))
    assert found[0] == "You ranked 2 skills. They have not been compared with the colleges’ courses yet."
    assert found[2] == "There is no course yet to which you can send people."
    assert "No comparison" in basis_words(report(has_run=False))


@pytest.mark.parametrize(
    ("covered", "words"),
    [
        (3, "Colleges taught all of them."),
        (0, "Colleges taught none of them and had nothing that workers can take for 3."),
    ],
)
def test_all_and_none_are_said_as_words(covered: int, words: str) -> None:
    needs = [need(str(n), had="covered" if n < covered else "gap") for n in range(3)]
    assert opening(report(*needs))[0] == f"You ranked 3 skills. {words}"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("proposed", "The revision of MEC 130 Fluid Power is proposed to Test Valley College since 22 November 2026."),
        (
            "with_committee",
            "The revision of MEC 130 Fluid Power is with the committee of Test Valley College since 22 November 2026.",
        ),
        (
            "approved",
            "MEC 130 Fluid Power is approved at Test Valley College since 22 November 2026; the next catalog should "
            "print it.",
        ),
        ("declined", "Test Valley College declined the revision of MEC 130 Fluid Power on 22 November 2026."),
        ("in_catalog", "Test Valley College revised MEC 130 Fluid Power: in the catalog since 22 November 2026."),
    ],
)
def test_every_state_of_a_request_has_its_sentence(state: str, words: str) -> None:
    assert revision_words(note(state)) == words


def test_the_edition_that_prints_a_course_is_its_proof() -> None:
    assert revision_words(note("in_catalog", edition="2027 catalog (edition 2)")).endswith(
        "printed in 2027 catalog (edition 2)."
    )
    assert "added" in revision_words(note("in_catalog", is_new=True))


def test_requests_are_counted_by_state_in_the_order_of_their_way() -> None:
    notes = [note("approved", course="A 1"), note(course="B 1"), note(course="B 2"), note("declined", course="C 1")]
    assert under_way_words(notes) == (
        "2 requests are with the committee, 1 request is approved and waits for the next catalog and "
        "1 request was declined."
    )


def test_who_did_not_vote_and_who_waits_are_told_different_things() -> None:
    planned = meeting_row(state="planned")
    assert nothing_yet("Firm A", planned=planned).text.endswith(
        "The next meeting is Autumn meeting, 15 September 2026, Town hall."
    )
    assert nothing_yet("Firm A", unrevealed="Autumn meeting").title == "The ranking of Autumn meeting is not shown yet"


def test_a_ballot_that_does_not_count_says_why() -> None:
    said = {state: standing_words(OwnBallot(MEETING, 1, state, ())) for state in ("counted", "waiting", "replaced")}
    assert said["counted"] == ""
    assert "waits" in said["waiting"]
    assert "newer ballot" in said["replaced"]


# When people can be sent

COURSE = OfferedCourse("TVC", PLC, ("on campus", "evenings"), date(2026, 1, 12), is_noncredit=False)


def request(request_id: int, firm_id: int, *, place: str = "campus", state: str = "open") -> RequestRow:
    content = RequestContent(
        need_code="",
        college_code="TVC",
        course_code="AUT 210",
        title="Controllers",
        n_workers=4,
        times="evenings",
        place=place,
        delivery="any",
        earliest_on=TODAY,
        latest_on=date(2027, 3, 1),
    )
    asked_at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    return RequestRow(request_id, firm_id, f"Name of {firm_id}", f"F{firm_id}", content, state, asked_at)


def cohort(*firms: int, state: str = "confirmed", starts_on: date = date(2027, 1, 6)) -> CohortRow:
    seats = tuple(
        SeatsRow(firm, firm, f"Name of {firm}", 4, 4, 3 if state == "completed" else None, ()) for firm in firms
    )
    return CohortRow(
        1, 9, "TVC", "Test Valley College", "AUT 210", "", "Secret title", "evenings", "Room of Name of 2",
        starts_on, date(2027, 2, 6), 12, state, "", "", datetime(2026, 11, 3, tzinfo=UTC), seats,
    )  # fmt: skip


def section(*firms: int, place: str = "campus") -> Section:
    wishes = tuple(
        Asked(firm, firm, "course:TVC:AUT 210", 4, "evenings", place, "any", TODAY, date(2027, 3, 1)) for firm in firms
    )
    return Section("course:TVC:AUT 210", "evenings", place, "any", TODAY, date(2027, 3, 1), wishes, 8, ())


def lines(
    *, reader: int | None = OWN, cohorts: tuple[CohortRow, ...] = (), requests: tuple[RequestRow, ...] = (),
    sections: tuple[Section, ...] = (), courses: tuple[OfferedCourse, ...] = (COURSE,),
) -> tuple[str, ...]:  # fmt: skip
    training = Training(TODAY, reader, cohorts, requests, sections)
    found = sending(
        need_code="PL-1", courses=courses, revised=(), open_requests=(), now=Coverage("covered", "", link("match")),
        training=training,
    )  # fmt: skip
    return found.lines


def test_own_seats_come_before_the_course() -> None:
    assert lines(cohorts=(cohort(OWN),), requests=(request(OWN, OWN, state="placed"),)) == (
        "You have 4 seats in Secret title, Test Valley College, from 6 January 2027.",
    )
    assert lines(cohorts=(cohort(OWN, state="completed"),))[0].startswith("3 of your people completed")


def test_a_section_of_two_other_firms_is_told_without_names_numbers_title_or_room() -> None:
    asked = (request(OTHER, OTHER), request(THIRD, THIRD))
    told = lines(cohorts=(cohort(OTHER, THIRD),), requests=asked)
    assert told == (
        "A section begins on 6 January 2027: AUT 210 Programmable Logic Controllers (Test Valley College). "
        "Ask the convener for seats.",
    )


COURSE_ALONE = (
    "AUT 210 Programmable Logic Controllers, Test Valley College: on campus, evenings; last offered in January 2026.",
)


def test_a_single_other_firm_is_never_told_on() -> None:
    asked = (request(OTHER, OTHER),)
    assert lines(cohorts=(cohort(OTHER),), requests=asked) == COURSE_ALONE
    assert lines(sections=(section(OTHER),), requests=asked) == COURSE_ALONE
    # The own firm does not make one other firm two.
    own_too = (*asked, request(OWN, OWN))
    assert len([line for line in lines(sections=(section(OWN, OTHER),), requests=own_too) if "Firms are" in line]) == 0


@given(
    place=st.sampled_from(("campus", "plant", "online")),
    state=st.sampled_from(("confirmed", "running", "completed", "cancelled")),
    n_days=st.integers(-60, 200),
    is_gathering=st.booleans(),
)
def test_whatever_one_other_firm_does_the_report_reads_the_same(
    place: str, state: str, n_days: int, is_gathering: bool
) -> None:
    theirs = cohort(OTHER, state=state, starts_on=TODAY + timedelta(days=n_days))
    told = lines(
        cohorts=(theirs,),
        requests=(request(OTHER, OTHER, place=place, state="open" if is_gathering else "placed"),),
        sections=(section(OTHER, place=place),) if is_gathering else (),
    )
    assert told == lines() == COURSE_ALONE


def test_training_at_another_plant_is_never_told() -> None:
    asked = (request(OTHER, OTHER, place="plant"), request(THIRD, THIRD, place="plant"))
    assert lines(cohorts=(cohort(OTHER, THIRD),), requests=asked) == COURSE_ALONE
    assert lines(sections=(section(OTHER, THIRD, place="plant"),), requests=asked) == COURSE_ALONE


def test_a_section_that_has_begun_takes_nobody_any_more() -> None:
    asked = (request(OTHER, OTHER), request(THIRD, THIRD))
    assert lines(cohorts=(cohort(OTHER, THIRD, starts_on=TODAY),), requests=asked) == COURSE_ALONE
    assert lines(cohorts=(cohort(OTHER, THIRD, state="cancelled"),), requests=asked) == COURSE_ALONE


def test_a_page_for_any_reader_leaves_two_other_firms_to_each_of_them() -> None:
    fourth = 4
    gathering = "Firms are gathering for a section in the evening. Ask for seats, and it can begin sooner."
    assert lines(reader=None, sections=(section(OTHER, THIRD),)) == COURSE_ALONE, "one of them may be reading"
    assert lines(reader=None, sections=(section(OTHER, THIRD, fourth),)) == (gathering, *COURSE_ALONE)
    asked = tuple(request(firm, firm) for firm in (OTHER, THIRD, fourth))
    assert lines(reader=None, cohorts=(cohort(OTHER, THIRD),), requests=asked) == COURSE_ALONE
    assert lines(reader=None, cohorts=(cohort(OTHER, THIRD, fourth),), requests=asked)[0].startswith("A section begins")


def test_two_other_firms_that_gather_are_told_and_a_reader_without_a_firm_sees_no_seats() -> None:
    asked = (request(OTHER, OTHER), request(THIRD, THIRD))
    gathering = "Firms are gathering for a section in the evening. Ask for seats, and it can begin sooner."
    assert lines(sections=(section(OTHER, THIRD),), requests=asked) == (gathering, *COURSE_ALONE)
    assert lines(reader=None, cohorts=(cohort(OTHER),), requests=asked) == COURSE_ALONE


def test_an_own_request_waits_for_its_section() -> None:
    told = lines(requests=(request(OWN, OWN),))
    assert told[0] == (
        "You asked for 4 seats on 2 November 2026; a section begins once enough people have come together."
    )


@pytest.mark.parametrize(
    ("now", "open_requests", "words"),
    [
        (None, (), "the convener compares the list with the colleges’ catalogs."),
        (GAP, (), "a college plans a new course; none of the region teaches it."),
        (Coverage("revise", "", link()), (), "Test Valley College revises MEC 130 Fluid Power, which comes near."),
        (
            Coverage("gap", "The matching courses have too few hours.", link("match")),
            (),
            "Test Valley College is asked about MEC 130 Fluid Power. The matching courses have too few hours.",
        ),
        (GAP, (note(),), "the committee of Test Valley College decides on the revision of MEC 130 Fluid Power."),
        (
            GAP,
            (note("proposed", is_new=True),),
            "Test Valley College takes the new course MEC 130 Fluid Power to its committee.",
        ),
    ],
)
def test_without_a_course_the_next_step_is_named(
    now: Coverage | None, open_requests: tuple[RevisionNote, ...], words: str
) -> None:
    found = sending(
        need_code="HY-1",
        courses=(),
        revised=(),
        open_requests=open_requests,
        now=now,
        training=Training(TODAY, OWN, (), (), ()),
    )
    assert found.lines == (f"Nothing yet. The next step: {words}",)
    assert not found.is_possible


def test_a_revised_course_is_a_place_to_send_people_to() -> None:
    found = sending(
        need_code="HY-1",
        courses=(),
        revised=(note("in_catalog"),),
        open_requests=(),
        now=GAP,
        training=Training(TODAY, OWN, (), (), ()),
    )
    assert found.lines == ("MEC 130 Fluid Power, Test Valley College, as revised: ask the college when it begins.",)
    assert found.is_possible


def test_own_seats_in_a_revised_course_are_told_before_a_new_run_knows_of_it() -> None:
    """The firm asked for the course that was revised since; no run says yet that it matches."""
    revised = replace(note("in_catalog"), college_code="TVC", course_code=request(OWN, OWN).content.course_code)

    def told(*, own: RequestRow | None = None, taught: CohortRow | None = None) -> tuple[str, ...]:
        return sending(
            need_code="HY-1",
            courses=(),
            revised=(revised,),
            open_requests=(),
            now=GAP,
            training=Training(TODAY, OWN, (taught,) if taught else (), (own,) if own else (), ()),
        ).lines

    assert told(own=request(OWN, OWN))[0].startswith("You asked for 4 seats on 2 November 2026")
    assert told(taught=cohort(OWN))[0].startswith("You have ")
    assert told(own=request(OTHER, OTHER)) == told()
