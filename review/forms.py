"""Forms for making a run, deciding on a verdict and following a revision."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from review.operations import MAX_WORDS_CHARACTERS
from review.wording import VERDICT_WORDS

#: Verdicts that a reviewer can give.
GIVEN_VERDICTS = ("match", "revise", "unrelated")


class RunForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask which needs, in whose order, are compared."""

    basis = RadioField("What to compare", validators=[InputRequired("Choose what to compare.")])


class PairForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Carry which need and course a reviewer speaks of."""

    need_code = HiddenField("Skill need")
    college_code = HiddenField("College")
    course_code = HiddenField("Course")


class DecisionForm(PairForm):
    """Ask for a verdict and, when it is not the matcher's, for the reason."""

    verdict = RadioField(
        "The verdict that should hold",
        choices=[SelectChoice(word, VERDICT_WORDS[word]) for word in GIVEN_VERDICTS],
        validate_choice=False,
    )
    reason = TextAreaField("Why", validators=[Length(max=MAX_WORDS_CHARACTERS)])


class RevisionForm(PairForm):
    """Ask for the next step of a revision and a note on it."""

    state = HiddenField("Step")
    note = TextAreaField("Note", validators=[Length(max=MAX_WORDS_CHARACTERS)])
