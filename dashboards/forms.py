"""The questions of the regional plan."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional, StopValidation

MOST_CHANGES, MOST_HOURS = 60, 100_000


class WholeNumberField(IntegerField):  # type: ignore[misc]  # WTForms ships no types
    """Read a whole number, and say in our words when it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        typed = (valuelist or [""])[0].strip()
        self.data = int(typed) if typed.isdecimal() and len(typed) < 10 else None
        if typed and self.data is None:
            raise ValueError("Write a whole number in figures, such as 5.")

    def pre_validate(self, form: FlaskForm) -> None:
        """Say one thing about one entry: what cannot be read has no limits to keep."""
        if self.process_errors:
            raise StopValidation


def _whole(
    label: str, *, least: int, most: int, unit: str, description: str = "", is_needed: bool = True
) -> WholeNumberField:
    """Ask for a whole number within limits."""
    said = NumberRange(least, most, message=f"Write a whole number of {unit} from {least:,} to {most:,}.")
    return WholeNumberField(label, description=description, validators=[said] if is_needed else [Optional(), said])


class PlanForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask what the colleges can do, and what a change costs them. Everything travels in the address."""

    class Meta:
        """Nothing is changed by this form, so it carries no token."""

        csrf = False

    n_changes = _whole("Revisions and new courses at most", least=1, most=MOST_CHANGES, unit="changes", is_needed=False)
    staff_hours = _whole(
        "Staff hours at most",
        least=1,
        most=MOST_HOURS,
        unit="hours",
        description="Leave one of the two empty if it does not limit you.",
        is_needed=False,
    )
    revision_hours = _whole("Hours for opening a course to revise it", least=0, most=1000, unit="hours")
    outcome_hours = _whole("Hours for each outcome that is added", least=0, most=1000, unit="hours")
    new_course_hours = _whole("Hours for a new course", least=1, most=10_000, unit="hours")
    max_outcomes = _whole("Outcomes that one revision may add", least=1, most=40, unit="outcomes")
