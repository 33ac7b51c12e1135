"""Forms for assessments, meetings and joining."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from survey.ballots import VOICE_LABELS
from survey.models import LEVELS
from survey.needs import MAX_CHARACTERS
from survey.operations import MAX_NAME
from survey.records import NeedRow

#: Empty rows that the typing page starts with.
FIRST_ROWS = 3
MAX_TYPED_NEEDS = 100

LEVEL_CHOICES = [SelectChoice(level, level.capitalize()) for level in LEVELS]


def _name(label: str, *, missing: str) -> StringField:
    too_long = Length(max=MAX_NAME, message=f"Use at most {MAX_NAME} characters.")
    return StringField(label, validators=[DataRequired(missing), too_long])


class AssessmentForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for the title of an assessment; its needs are checked boxes or come from a file."""

    title = _name("Title", missing="Write a title, for example “Spring skills list”.")


class UploadForm(AssessmentForm):
    """Ask for a title and a file of skill needs."""

    file = FileField("File with the skill needs", validators=[FileRequired("Choose a CSV or Excel file.")])


class FrameworkForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for the file of a framework."""

    file = FileField("File of the framework", validators=[FileRequired("Choose the file of a framework.")])


class NeedLines(Form):  # type: ignore[misc]  # WTForms ships no types
    """Ask for one skill need among several; rows left empty are passed over."""

    title = StringField("What the worker can do", description="In shop-floor words")
    area = StringField("Skill area", description="For example Welding")
    level = SelectField("Level", choices=LEVEL_CHOICES, default="working")
    elements = TextAreaField("Performance elements", description="What a good worker does, one per line")

    def need(self) -> NeedRow:
        """Return what was typed as a need without a code."""
        return NeedRow("", _line(self.area), _line(self.title), self.level.data, _lines(self.elements))

    @property
    def is_blank(self) -> bool:
        """Say whether nothing was typed in this row."""
        return not (_line(self.title) or _line(self.area) or _lines(self.elements))


class TypedForm(AssessmentForm):
    """Ask for a title and typed skill needs."""

    needs = FieldList(FormField(NeedLines), min_entries=FIRST_ROWS, max_entries=MAX_TYPED_NEEDS)

    def typed_needs(self) -> list[NeedRow]:
        """Return the needs of the rows that hold something, each with its place on the page."""
        rows = [(number, entry.form) for number, entry in enumerate(self.needs, start=1)]
        typed = [(number, form.need()) for number, form in rows if not form.is_blank]
        return [
            NeedRow("", need.area, need.title, need.level, need.elements, place=f"need {number}")
            for number, need in typed
        ]


class NeedForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for one skill need of a list."""

    title = StringField("What the worker can do", validators=[DataRequired("Write what the worker can do.")])
    area = StringField("Skill area", description="For example Welding")
    code = StringField(
        "Code", description="Short and different for every need, for example WE-01; left empty, it makes itself"
    )
    level = SelectField("Level", choices=LEVEL_CHOICES, default="working")
    elements = TextAreaField(
        "Performance elements",
        description="What a good worker does, one per line",
        validators=[DataRequired("Write at least one thing that a worker does.")],
    )
    description = TextAreaField(
        "Description",
        description="One sentence on what a good worker can do",
        validators=[Length(max=MAX_CHARACTERS["description"])],
    )

    def need(self) -> NeedRow:
        """Return what was typed."""
        return NeedRow(
            _line(self.code),
            _line(self.area),
            _line(self.title),
            self.level.data,
            _lines(self.elements),
            " ".join((self.description.data or "").split()),
        )


class MeetingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for a meeting's list, title, day, place and how many needs are put in order."""

    assessment_id = SelectField("Skills list to vote on", coerce=int)
    title = _name("Title", missing="Write a title, for example “Spring employer meeting”.")
    held_on = DateField("Day", validators=[InputRequired("Choose the day of the meeting.")])
    place = StringField("Place", validators=[Length(max=MAX_NAME, message=f"Use at most {MAX_NAME} characters.")])
    k = IntegerField(
        "How many needs each employer puts in order",
        description="5 suits most rooms; 10 needs more time and tells more",
        default=5,
        validators=[
            InputRequired("Write a number from 3 to 10."),
            NumberRange(3, 10, "Write a number from 3 to 10."),
        ],
    )


class JoinForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask who takes a seat."""

    employer_name = _name("Your organisation", missing="Write the name of your organisation.")
    voice = RadioField(
        "I vote as",
        choices=[SelectChoice(voice, label) for voice, label in VOICE_LABELS.items()],
        default="employer",
    )
    n_employees = IntegerField(
        "How many people work there",
        validators=[Optional(), NumberRange(1, 1_000_000, "Write a whole number from 1 to 1,000,000.")],
    )


def _line(field: StringField) -> str:
    return " ".join((field.data or "").split())


def _lines(field: TextAreaField) -> tuple[str, ...]:
    lines = (" ".join(line.split()) for line in (field.data or "").splitlines())
    return tuple(line for line in lines if line)
