"""Ask how many paper ballots are printed, for whom, and on what paper."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from survey.ballots import VOICE_LABELS
from survey.sheets import MAX_SHEETS

_HOW_MANY = f"Write a number from 1 to {MAX_SHEETS}."


class PrintingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for a batch of paper ballots."""

    n_sheets = IntegerField(
        "Ballots",
        description="One for each organisation, and a few to spare",
        default=20,
        validators=[InputRequired(_HOW_MANY), NumberRange(1, MAX_SHEETS, _HOW_MANY)],
    )
    voice = RadioField(
        "Filled in by",
        choices=[SelectChoice(voice, label) for voice, label in VOICE_LABELS.items()],
        default="employer",
        description="It is printed on the sheets, because voices are counted apart",
    )
    paper = RadioField("Paper", choices=[SelectChoice("letter", "Letter"), SelectChoice("a4", "A4")], default="letter")
