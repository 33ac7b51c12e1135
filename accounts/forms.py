"""Forms for people and sign-in."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, Regexp

from accounts.permissions import ROLE_LABELS


class PersonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for someone's name, address, role and college or firm."""

    #: The kind of every organisation that can be chosen, by its row number.
    kinds: Mapping[int, str]

    name = StringField("Name", validators=[DataRequired("Write the person's name."), Length(max=120)])
    email = EmailField(
        "E-mail address",
        description="Not needed. It tells two people of the same name apart.",
        validators=[
            Optional(),
            Length(max=254),
            Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message="Write an address like name@college.example."),
        ],
    )
    role = SelectField("Role", choices=[SelectChoice(role.value, label) for role, label in ROLE_LABELS.items()])
    organisation_id = SelectField(
        "College or firm (for a curriculum reviewer or an employer)", coerce=int, choices=[SelectChoice(0, "–")]
    )


class PartnershipForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for the name of the partnership."""

    name = StringField("Name of your partnership", validators=[DataRequired("Write a name."), Length(max=200)])
