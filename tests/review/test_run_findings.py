"""What a run found, in words that can be read out."""

from __future__ import annotations

import pytest

from review.findings import findings
from review.records import RunNeedRow


def need(
    title: str, *, n_match: int = 0, n_revise: int = 0, tier: int | None = 1, verdict: str | None = None
) -> RunNeedRow:
    """Write a need of a run; its verdict follows from its courses unless one is given."""
    word = verdict or ("covered" if n_match else "revise" if n_revise else "gap")
    return RunNeedRow(
        title, "", title, "working", (), 1, tier, None, None, 0.1, word, word, "", n_match, n_revise, None
    )


def test_a_match_that_workers_cannot_take_as_asked_is_no_cover() -> None:
    found = findings([need("A", n_match=1, verdict="revise"), need("B", n_match=1)], [])
    assert found[0] == "One of the two critical needs has no matching course that workers can take."
    assert found[1] == "“A” is taught, but not so that workers can take it as they asked."


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        ([need("A"), need("B", n_match=1)], "One of the two critical needs has no matching course."),
        ([need("A"), need("B")], "None of the two critical needs has a matching course."),
        ([need("A", n_match=1), need("B", n_match=2)], "Both critical needs have a matching course."),
        ([need(c, n_match=1) for c in "ABC"], "All three critical needs have a matching course."),
        ([need("A")], "The one critical need has no matching course."),
        ([need("A", tier=None), need("B", tier=None, n_match=1)], "One of the two needs has no matching course."),
        ([need("A", n_match=1), need("B", tier=3)], "The one critical need has a matching course."),
    ],
)
def test_the_first_finding_counts_the_critical_needs(needs: list[RunNeedRow], expected: str) -> None:
    assert findings(needs, [])[0] == expected


def test_needs_within_reach_and_out_of_reach_are_named() -> None:
    found = findings([need("Weld", n_revise=2), need("Rig"), *(need(f"N{n}") for n in range(4))], [])
    assert "“Weld” is within reach: a course on the subject exists and needs revision." in found
    assert "No course comes near “Rig”, “N0”, “N1” and 2 more needs." in found
