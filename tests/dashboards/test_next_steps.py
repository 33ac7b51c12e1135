"""The one next thing on the home page, worked out from where a partnership stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from report_rows import NOON, meeting_row, run_row

from accounts.permissions import Role
from accounts.queries import Member, OrganisationRow, PartnershipRow
from catalog.queries import EditionRow
from dashboards.next_steps import Situation, next_step, recent, waiting
from survey.queries import AssessmentRow

ASSESSMENT = AssessmentRow(1, "Autumn list", 3, 1, NOON, is_locked=True)
COLLEGE = OrganisationRow(7, "TVC", "Test Valley College", "college", None, "", "")
EDITION = EditionRow(
    id=1,
    organisation_id=7,
    college_code="TVC",
    college_name="Test Valley College",
    number=1,
    label="2026–27 catalog",
    filename="tvc.csv",
    file_digest="",
    mapping={},
    imported_at=NOON,
    imported_by_name="Dana Ruiz",
    n_courses=40,
    n_seen=40,
    n_rejected=0,
    n_duplicates=0,
    n_doubts=0,
)
HELD = meeting_row(state="closed", n_employers=6, n_voted=6, is_revealed=True)
SETTLED = Situation(
    today=date(2026, 9, 16),
    assessments=(ASSESSMENT,),
    meetings=(HELD,),
    colleges=((COLLEGE, EDITION),),
    runs=(run_row(),),
)


def member(role: Role) -> Member:
    """Return someone in a role; a reviewer belongs to the college."""
    college = COLLEGE if role is Role.REVIEWER else None
    return Member(
        1,
        1,
        "Dana Ruiz",
        role,
        PartnershipRow(1, "test", "Test Valley Partnership", False),
        college.id if college else None,
        college.code if college else None,
        college.name if college else None,
    )


def title(situation: Situation, role: Role = Role.CONVENER) -> str:
    """Return what the next step is called."""
    return next_step(situation, member=member(role)).title


def test_a_settled_region_is_looked_at() -> None:
    assert {title(SETTLED, role) for role in Role} == {"See where the region stands"}


def test_a_room_full_of_people_comes_before_everything_else() -> None:
    running = meeting_row(n_employers=8, n_voted=3)
    step = next_step(replace(SETTLED, meetings=(running, HELD), assessments=()), member=member(Role.CONVENER))
    assert step.title == "Autumn meeting is open"
    assert step.text == "3 of 8 employers have voted. The ranking can be shown once 5 have."


def test_a_vote_that_nobody_has_seen_is_revealed_even_after_closing() -> None:
    unseen = meeting_row(state="closed", n_employers=8, n_voted=5)
    assert title(replace(SETTLED, meetings=(unseen,))) == "Reveal the ranking of Autumn meeting"


def test_a_meeting_closed_with_too_few_votes_holds_nobody_up() -> None:
    failed = meeting_row(state="closed", n_employers=3, n_voted=2)
    assert title(replace(SETTLED, meetings=(failed,))) == "See where the region stands"


def test_a_planned_meeting_waits_until_its_day() -> None:
    later = replace(meeting_row(state="planned"), held_on=date(2026, 9, 20))
    before = replace(SETTLED, meetings=(later, HELD))
    assert title(before) == "See where the region stands"
    planned = [step for step in waiting(before, member=member(Role.CONVENER)) if step.door == "survey.meeting"]
    assert [step.title for step in planned] == ["Autumn meeting"]
    assert title(replace(before, today=date(2026, 9, 20))) == "Open Autumn meeting"


def test_a_newer_catalog_asks_for_a_new_run_and_says_why() -> None:
    newer = replace(EDITION, imported_at=NOON + timedelta(days=1))
    step = next_step(replace(SETTLED, colleges=((COLLEGE, newer),)), member=member(Role.CONVENER))
    assert step.title == "Make a new match run"
    assert step.text.startswith("Since run 4: a new catalog of Test Valley College.")


def test_a_run_under_way_is_watched() -> None:
    running = replace(run_row(), id=5, state="running")
    assert title(replace(SETTLED, runs=(running, run_row()))) == "Run 5 is under way"


def test_a_reviewer_without_a_catalog_imports_it_and_one_with_verdicts_decides() -> None:
    bare = replace(SETTLED, colleges=((COLLEGE, None),))
    assert title(bare, Role.REVIEWER) == "Import your college’s catalog"
    assert title(replace(SETTLED, n_verdicts_waiting=1), Role.REVIEWER) == "1 verdict waits for you"
    assert title(replace(SETTLED, n_verdicts_waiting=12), Role.REVIEWER) == "12 verdicts wait for you"


def test_a_viewer_is_never_sent_to_a_door_that_is_closed_to_viewers() -> None:
    for situation in (SETTLED, replace(SETTLED, runs=()), replace(SETTLED, colleges=((COLLEGE, None),))):
        step = next_step(situation, member=member(Role.VIEWER))
        assert step.door in {"dashboards.region", "survey.meetings"}
        assert not [each for each in waiting(situation, member=member(Role.VIEWER)) if "import" in each.door]


def doors(situation: Situation, role: Role) -> list[str]:
    """Return where the things lead that wait."""
    return [step.door for step in waiting(situation, member=member(role))]


def test_after_a_run_the_convener_tells_employers_what_became_of_it() -> None:
    assert "dashboards.reports" in doors(SETTLED, Role.CONVENER)
    assert "dashboards.reports" not in doors(SETTLED, Role.VIEWER)
    assert "dashboards.reports" not in doors(replace(SETTLED, runs=()), Role.CONVENER)
    unseen = meeting_row(state="closed", n_employers=6, n_voted=6)
    assert "dashboards.reports" not in doors(replace(SETTLED, meetings=(unseen,)), Role.CONVENER)


def test_disputed_verdicts_wait_to_be_settled() -> None:
    titles = [
        step.title
        for n in (0, 1, 3)
        for step in waiting(replace(SETTLED, n_verdicts_disputed=n), member=member(Role.CONVENER))
        if step.door == "review.disputes"
    ]
    assert titles == ["1 verdict is disputed", "3 verdicts are disputed"]


def test_what_happened_lately_runs_backwards() -> None:
    moments = [event.at for event in recent(SETTLED)]
    assert moments == sorted(moments, reverse=True)
    assert len(moments) == 3
