"""Forms for wording a revision request and for taking it further."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DecimalField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from base.refusals import Refusal
from review.operations import MAX_WORDS_CHARACTERS
from review.revision_records import RevisionText

#: Figures beyond these are slips of the pen.
MOST_CREDITS = Decimal(99)
MOST_HOURS = Decimal(9999)
_SHORT_ENOUGH = Length(max=MAX_WORDS_CHARACTERS, message=f"Write at most {MAX_WORDS_CHARACTERS:,} letters.")


def _figure(most: Decimal) -> list[object]:
    """Let a figure stay empty, and refuse a slip of the pen."""
    return [Optional(), NumberRange(min=0, max=most, message=f"Write a number from 0 to {most:,}.")]


class StartForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Carry what a new request is about; a new course has no code yet."""

    need_code = HiddenField("Skill need")
    college_code = HiddenField("College")
    course_code = HiddenField("Course")


class RevisionTextForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for the new text of a course; the outcomes travel beside it, one entry each."""

    title = StringField(
        "Title", validators=[InputRequired("Give the course a title."), Length(max=300, message="Keep to 300 letters.")]
    )
    new_code = StringField("Course code", validators=[Length(max=60, message="Keep to 60 letters.")])
    description = TextAreaField("Catalog description", validators=[Length(max=5000, message="Keep to 5,000 letters.")])
    credits = DecimalField("Credits", validators=_figure(MOST_CREDITS))
    clock_hours = DecimalField("Clock hours", validators=_figure(MOST_HOURS))
    prerequisites = StringField("Prerequisites", validators=[Length(max=1000, message="Keep to 1,000 letters.")])
    reason = TextAreaField("Why this revision", validators=[_SHORT_ENOUGH])

    def text(self, outcomes: Sequence[str]) -> RevisionText:
        """Return what was typed, with its outcomes."""
        return RevisionText(
            title=self.title.data or "",
            description=self.description.data or "",
            outcomes=tuple(outcomes),
            credits=_rounded(self.credits.data),
            clock_hours=_rounded(self.clock_hours.data),
            prerequisites=self.prerequisites.data or "",
            reason=self.reason.data or "",
            new_code=self.new_code.data or "",
        )


def _rounded(value: Decimal | None) -> Decimal | None:
    """Keep two places, as the database does."""
    return None if value is None or not value.is_finite() else round(value, 2)


def text_form(text: RevisionText) -> RevisionTextForm:
    """Return a form that shows a stored text."""
    return RevisionTextForm(
        formdata=None,
        title=text.title,
        new_code=text.new_code,
        description=text.description,
        credits=text.credits,
        clock_hours=text.clock_hours,
        prerequisites=text.prerequisites,
        reason=text.reason,
    )


class StepForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for the next step of a request and a note on it."""

    state = HiddenField("Step")
    note = TextAreaField("Note", validators=[_SHORT_ENOUGH])

    def blame(self, refusal: Refusal) -> None:
        """Put a refusal beside the note."""
        self.note.errors = [str(refusal)]


def typed_outcomes(typed: MultiDict[str, str]) -> list[str]:
    """Return the outcomes of a sent form, on one line each, in their order."""
    return [" ".join(outcome.split()) for outcome in typed.getlist("outcome")]


def rearranged(outcomes: Sequence[str], act: str) -> list[str]:
    """Return the outcomes after one press of a button: "add", "up:3", "down:3", "remove:3" or "use:" with a text."""
    kind, _, argument = act.partition(":")
    changed = list(outcomes)
    if kind == "add":
        return [*changed, ""]
    if kind == "use" and argument:
        return [*(outcome for outcome in changed if outcome), argument]
    place = int(argument) if argument.isdecimal() else -1
    if not 0 <= place < len(changed):
        return changed
    outcome = changed.pop(place)
    if kind == "remove":
        return changed
    changed.insert(max(place - 1, 0) if kind == "up" else place + 1 if kind == "down" else place, outcome)
    return changed
