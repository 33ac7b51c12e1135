"""The way of a revision request: its states, and the steps that lead from one to the next."""

from __future__ import annotations

from dataclasses import dataclass

#: State to the word that pages and files use.
STATE_WORDS = {
    "draft": "Draft",
    "proposed": "Proposed",
    "with_committee": "With the committee",
    "approved": "Approved",
    "in_catalog": "In the catalog",
    "declined": "Declined",
    "withdrawn": "Withdrawn",
}
STATES = tuple(STATE_WORDS)
#: States from which a request still leads somewhere.
OPEN_STATES = ("draft", "proposed", "with_committee", "approved")
#: States in which a new edition may show that the request is in the catalog.
AWAITED_STATES = ("proposed", "with_committee", "approved")


@dataclass(frozen=True)
class NextStep:
    """One step that can be taken from a state."""

    #: The state that it leads to.
    state: str
    #: What the button says.
    label: str
    #: What the note is for.
    hint: str
    needs_note: bool = False
    #: Whether it takes an earlier step back.
    is_back: bool = False


_NOTE = "Such as a date, or who decides next."
_WITHDRAW = NextStep("withdrawn", "Withdraw the request", "Say why, if others should know.", is_back=True)

STEPS: dict[str, tuple[NextStep, ...]] = {
    "draft": (NextStep("proposed", "Propose this revision", "Such as whom you propose it to."), _WITHDRAW),
    "proposed": (
        NextStep("with_committee", "Hand it to the committee", "Such as the day on which the committee meets."),
        NextStep("declined", "Record that it was declined", "Say why it was declined.", needs_note=True),
        NextStep("draft", "Take it back to the draft", "Say what has to change.", is_back=True),
        _WITHDRAW,
    ),
    "with_committee": (
        NextStep("approved", "Record the approval", "Such as the day, and from which term it holds."),
        NextStep("declined", "Record that it was declined", "Say why it was declined.", needs_note=True),
        NextStep("proposed", "Take it back from the committee", _NOTE, is_back=True),
        _WITHDRAW,
    ),
    "approved": (
        NextStep(
            "in_catalog", "Say that it is in the catalog", "Say where the catalog prints it, word for word.", True
        ),
        NextStep("with_committee", "Take the approval back", "Say why.", is_back=True),
        _WITHDRAW,
    ),
    "in_catalog": (NextStep("approved", "Open it again", "Say what the catalog lacks.", True, is_back=True),),
    "declined": (NextStep("draft", "Take it up again as a draft", "Say what will be different.", is_back=True),),
    "withdrawn": (NextStep("draft", "Take it up again as a draft", _NOTE, is_back=True),),
}


def next_step(state: str, *, to: str) -> NextStep | None:
    """Return the step between two states; None when no step leads there."""
    return next((step for step in STEPS.get(state, ()) if step.state == to), None)
