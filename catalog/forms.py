"""Forms for colleges, uploads and the columns of an upload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Regexp

from base.column_mapping import JOIN
from catalog.corrections import MAX_CHARACTERS
from catalog.previews import FIELDS

KINDS = (SelectChoice("college", "College"), SelectChoice("university", "University"))


class CollegeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for the name, code and kind of a college."""

    name = StringField(
        "Name",
        validators=[
            DataRequired("Write the name of the college."),
            Length(max=200, message="Use at most 200 characters."),
        ],
    )
    code = StringField(
        "Code",
        description="Short, such as CRC. It stands in addresses and in files.",
        validators=[
            DataRequired("Write a short code, such as CRC."),
            Regexp(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}$", message="Use up to 40 letters, digits and hyphens, such as CRC."),
        ],
    )
    kind = RadioField("Kind", choices=list(KINDS), default="college")


class UploadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for a catalog file and the name of the edition that it becomes."""

    label = StringField(
        "Name of this edition",
        description="Such as “2026–27 catalog”",
        validators=[
            DataRequired("Write a name for this edition, such as “2026–27 catalog”."),
            Length(max=100, message="Use at most 100 characters."),
        ],
    )
    file = MultipleFileField(
        "Catalog files",
        description="A spreadsheet, a PDF, saved web pages, a ZIP of them, or a JSON export. "
        "Several files become one edition.",
        validators=[FileRequired("Choose the file with the courses.")],
    )


def _record_field(name: str, *, is_long: bool = False) -> Any:
    label, hint = next((label, hint) for field, label, hint in FIELDS if field == name)
    field = TextAreaField if is_long else StringField
    limit = Length(max=MAX_CHARACTERS, message=f"Use at most {MAX_CHARACTERS:,} characters.")
    return field(label, description="" if is_long else hint, validators=[limit])


class CorrectionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for the fields of one record of an upload."""

    def __init__(self, **words: Any) -> None:
        # The prefix keeps the fields apart from the columns that stand in the same request.
        super().__init__(prefix="record-", **words)

    code = _record_field("code")
    title = _record_field("title")
    description = _record_field("description", is_long=True)
    credits = _record_field("credits")
    outcomes = _record_field("outcomes", is_long=True)
    topics = _record_field("topics", is_long=True)
    clock_hours = _record_field("clock_hours")
    prerequisites = _record_field("prerequisites", is_long=True)
    program = _record_field("program")
    level = _record_field("level")
    delivery = _record_field("delivery")
    credentials = _record_field("credentials", is_long=True)
    cip = _record_field("cip")
    last_offered = _record_field("last_offered")
    noncredit = _record_field("noncredit")


def chosen_columns(values: Mapping[str, str]) -> dict[str, str] | None:
    """Return the columns that a person chose for each field; None when nobody has chosen yet."""
    if values.get("columns") != "chosen":
        return None
    mapping = {}
    for field, _, _ in FIELDS:
        names = dict.fromkeys(filter(None, (values.get(field, ""), values.get(f"{field}_2", ""))))
        if names:
            mapping[field] = JOIN.join(names)
    return mapping
