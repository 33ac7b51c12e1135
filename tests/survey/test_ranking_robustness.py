"""Robustness: one employer left out, another convention, another method, and the words for it."""

from __future__ import annotations

import numpy as np
from ranking_cases import failure_causes, from_ranks, qualities

from survey.ranking import (
    Ballots,
    convention_flips,
    rank_borda,
    robustness_lines,
    second_opinion,
    tops_without_one,
)


def test_the_qualities_flip_under_the_zero_rule() -> None:
    (flip,) = convention_flips(qualities())
    assert (flip.rule, flip.winners, flip.other_winners) == ("zero", ("3",), ("1",))


def test_complete_ballots_cannot_flip() -> None:
    assert convention_flips(from_ranks("123456", "213456"), rules=("zero", "missing")) == ()


def test_leaving_out_the_deciding_employer_changes_the_top() -> None:
    ballots = Ballots(
        items=("A", "B", "C"),
        ranks=np.array([[1.0, 2, 3], [2, 1, 3], [1, 2, 3]]),
        employers=("north", "south", "west"),
    )
    # A leads 5 points to 4. Without north or west both have 3, so B joins the top 1; without south A leads 4 to 2.
    found = tops_without_one(ballots, top=1)
    assert [(change.employer, change.enters, change.leaves) for change in found] == [
        ("north", ("B",), ()),
        ("west", ("B",), ()),
    ]


def test_leaving_one_out_is_ranking_the_others() -> None:
    ballots = failure_causes()
    changed = {change.employer: change for change in tops_without_one(ballots, top=2)}
    usual = {item for item, rank in zip(ballots.items, rank_borda(ballots).ranks, strict=True) if rank <= 2}
    for row in range(ballots.n_ballots):
        kept = np.arange(ballots.n_ballots) != row
        others = Ballots(items=ballots.items, ranks=ballots.ranks[kept], unranked=ballots.unranked[kept])
        top = {item for item, rank in zip(others.items, rank_borda(others).ranks, strict=True) if rank <= 2}
        change = changed.get(str(row))
        assert (set(change.enters), set(change.leaves)) == (top - usual, usual - top) if change else top == usual


def test_the_second_opinion_agrees_on_the_failure_causes() -> None:
    opinion = second_opinion(failure_causes())
    assert opinion.borda == opinion.kemeny == ("4", "1", "2")
    assert not opinion.differs


def test_the_second_opinion_differs_where_a_majority_is_not_the_broadest_support() -> None:
    # Three of five put A first, but the other two put it last: B has more points, A more majorities.
    opinion = second_opinion(from_ranks("123", "123", "123", "312", "312"), top=1)
    assert (opinion.borda, opinion.kemeny) == (("B",), ("A",))
    assert opinion.differs


def test_equal_points_are_no_difference_of_opinion() -> None:
    assert not second_opinion(from_ranks("123", "213", "132", "231"), top=2).differs


def test_the_flip_and_the_shaky_top_are_said_in_words() -> None:
    plain = qualities()
    named = Ballots(
        items=plain.items,
        names=tuple(f"quality {item}" for item in plain.items),
        ranks=plain.ranks,
        unranked=plain.unranked,
        employers=tuple(f"firm {number}" for number in range(15)),
    )
    lines = robustness_lines(named)
    assert lines[0].startswith("The top 5 would change if any one of 8 employers were left out: “quality 2”")
    assert (
        "If needs that a ballot leaves out counted no points, “quality 1” would come first instead of “quality 3”."
        in lines
    )
    assert not any("firm" in line for line in lines)


def test_a_firm_top_is_said_in_words() -> None:
    assert robustness_lines(from_ranks(*["1234567"] * 3)) == (
        "The top 5 stays the same whichever single ballot is left out.",
    )


def test_there_is_nothing_to_say_of_a_short_list_or_a_single_ballot() -> None:
    assert robustness_lines(from_ranks("12345", "54321")) == ()
    assert robustness_lines(from_ranks("1234567")) == ()
