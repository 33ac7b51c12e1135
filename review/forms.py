"""Forms for making a run and deciding on a verdict."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from base.refusals import Refusal
from review.operations import MAX_WORDS_CHARACTERS, ReasonMissing
from review.wording import VERDICT_WORDS

#: Verdicts that a reviewer can give.
GIVEN_VERDICTS = ("match", "revise", "unrelated")
SHORT_ENOUGH = Length(max=MAX_WORDS_CHARACTERS, message=f"Write at most {MAX_WORDS_CHARACTERS:,} characters.")


class RunForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask which needs, in whose order, are compared."""

    basis = RadioField("What to compare", validators=[InputRequired("Choose what to compare.")], validate_choice=False)

    def validate_basis(self, field: Field) -> None:
        """Refuse what is not on the list, such as a meeting whose ranking is not shown."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose one of the entries of the list.")


class PairForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Carry which need and course a reviewer speaks of."""

    need_code = HiddenField("Skill need")
    college_code = HiddenField("College")
    course_code = HiddenField("Course")

    @property
    def codes(self) -> dict[str, str]:
        """Return the pair as operations want it."""
        return {name: self[name].data or "" for name in ("need_code", "college_code", "course_code")}


class DecisionForm(PairForm):
    """Ask for a verdict and, when it is not the matcher's, for the reason."""

    verdict = RadioField(
        "The verdict that should hold",
        choices=[SelectChoice(word, VERDICT_WORDS[word]) for word in GIVEN_VERDICTS],
        validate_choice=False,
    )
    reason = TextAreaField("Why", validators=[SHORT_ENOUGH])

    def blame(self, refusal: Refusal) -> None:
        """Put a refusal beside the entry that has to be mended."""
        field = self.reason if isinstance(refusal, ReasonMissing) else self.verdict
        field.errors = [str(refusal)]
