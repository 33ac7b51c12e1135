"""What a course states of level, place and time, held against what the ballots asked for."""

from __future__ import annotations

import pytest

from matching import Course, Need
from matching.reasons import attribute_reasons, is_delivery_at_odds

NEED = Need("PL-1", "Program PLCs", level="working", elements=("Write ladder logic",))


def reasons(*, asked: str, course: Course, need: Need = NEED) -> list[str]:
    """Return the reasons that a level asked for by the ballots gives."""
    return attribute_reasons(need, course, parameters={"level_wanted": {"PL-1": asked}})


@pytest.mark.parametrize(
    ("stated", "wanted", "is_at_odds"),
    [
        (("days",), ("evenings",), True),
        (("days", "evenings"), ("evenings",), False),
        (("hybrid",), ("online",), False),
        (("on campus",), ("online",), True),
        (("work-based",), ("on site",), False),
        (("at the plant",), ("on site",), False),
        (("online",), ("on site",), True),
        (("At the Plant ",), ("on site",), False),
        # Time and place are apart: a course that states only where it is taught says nothing about when.
        (("on campus",), ("evenings",), False),
        (("evenings",), ("online",), False),
        # One way that is open, or could be, is enough.
        (("on campus", "evenings"), ("online", "evenings"), False),
        (("on campus",), ("online", "evenings"), False),
        (("on campus", "days"), ("online", "evenings"), True),
        ((), ("evenings", "online", "on site"), False),
        (("on campus", "days"), (), False),
    ],
)
def test_a_course_is_at_odds_only_when_every_way_asked_for_is_closed(
    stated: tuple[str, ...], wanted: tuple[str, ...], is_at_odds: bool
) -> None:
    assert is_delivery_at_odds(stated, wanted=wanted) is is_at_odds


def test_a_stated_level_below_the_one_that_ballots_asked_for_is_a_reason() -> None:
    assert reasons(asked="advanced", course=Course("A", "Controllers", level="working")) == ["level_below"]
    assert reasons(asked="advanced", course=Course("A", "Controllers", level="advanced")) == []


def test_a_level_that_is_not_stated_counts_only_against_an_introduction() -> None:
    assert reasons(asked="advanced", course=Course("A", "Introduction to Controllers")) == ["level_below"]
    assert reasons(asked="advanced", course=Course("A", "Controllers")) == []


def test_ballots_that_ask_for_no_more_than_the_need_add_nothing() -> None:
    for asked in ("basic", "working", ""):
        assert reasons(asked=asked, course=Course("A", "Controllers", level="basic")) == []


def test_ballots_give_a_level_to_a_need_that_states_none() -> None:
    open_need = Need("PL-1", "Program PLCs")
    assert reasons(asked="working", course=Course("A", "Controllers", level="basic"), need=open_need) == ["level_below"]
