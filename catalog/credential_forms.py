"""Forms for credentials; what their fields hold is written as in a file of credentials."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from catalog.credential_files import (
    CREDENTIAL_COLUMNS,
    EntryRefused,
    credential_from,
    credit_text,
    group_text,
    stack_text,
)
from catalog.credential_records import KINDS, CredentialRow
from catalog.credential_wording import plain_hours, plain_money

ONE_A_LINE = "One a line. "


class CredentialForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for a credential's facts and links."""

    title = StringField("Title", validators=[DataRequired("Write the title as its issuer writes it.")])
    code = StringField("Code", description="Short, such as PT-SAFE. Files and links name the credential by it.")
    kind = SelectField("Kind", choices=[SelectChoice(code, words) for code, words in KINDS.items()])
    issuer = StringField("Issuer", description="Who awards it")
    endorsed_by = StringField("Endorsed by", description="An industry body that stands behind it")
    college = SelectField("Whose it is", choices=[SelectChoice("", "The whole partnership’s")])
    clock_hours = StringField(
        "Hours of instruction in all", description="With the hours of what stacks into it, such as 37.5"
    )
    cost = StringField("Price in dollars", description="Fees and examinations, without the courses")
    valid_months = StringField("Must be renewed after how many months?", description="Empty if it never runs out")
    source = StringField("Where these facts come from")
    description = TextAreaField("What its holder can do")
    requires = TextAreaField(
        "It requires",
        description=ONE_A_LINE + "Write a credential’s code, or a course as CRC:EMT 101. "
        "For a choice write how many and the choices: 2 of A; B; CRC:EMT 101",
    )
    stacks_into = TextAreaField(
        "It stacks into",
        description=ONE_A_LINE + "Write a credential’s code; if only some hours count, write them: CPT = 35 hours",
    )
    courses = TextAreaField(
        "Courses that prepare for it", description=ONE_A_LINE + "Write the college’s code, a colon and the course code."
    )
    credit_for = TextAreaField(
        "Credit granted for it",
        description=ONE_A_LINE
        + "Write course, credits, day of the agreement, note: CRC:EMT 101 = 2 credits; 2026-05-01",
    )

    def read(self) -> CredentialRow | None:
        """Return the credential that the fields describe; None, with the reason at its field, when it cannot be."""
        cells = {name: self[name].data or "" for name in CREDENTIAL_COLUMNS}
        try:
            return credential_from(cells)
        except EntryRefused as refusal:
            self[refusal.column].errors = [refusal.words[0].upper() + refusal.words[1:]]
            return None


def form_values(row: CredentialRow) -> dict[str, str]:
    """Write a stored credential as the form's fields show it."""
    return {
        "code": row.code,
        "title": row.title,
        "kind": row.kind,
        "issuer": row.issuer,
        "endorsed_by": row.endorsed_by,
        "college": row.college_code,
        "clock_hours": plain_hours(row.clock_minutes) if row.clock_minutes is not None else "",
        "cost": plain_money(row.cost_cents) if row.cost_cents is not None else "",
        "valid_months": str(row.valid_months or ""),
        "source": row.source,
        "description": row.description,
        "requires": "\n".join(map(group_text, row.requires)),
        "stacks_into": "\n".join(map(stack_text, row.stacks_into)),
        "courses": "\n".join(str(course.course) for course in row.courses),
        "credit_for": "\n".join(map(credit_text, row.credit_for)),
    }


class CredentialFileForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for a file of credentials."""

    file = FileField(
        "File of credentials",
        description="CSV or Excel, with the columns of our own download.",
        validators=[FileRequired("Choose the file with the credentials.")],
    )
