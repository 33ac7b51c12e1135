"""Forms for colleges, uploads and the columns of an upload."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Regexp

from base.column_mapping import JOIN
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
