"""Forms for requests, cohorts, a firm's answers and credentials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)

from training.firm_answers import MAX_GROUPS
from training.models import DELIVERIES, PLACES, TIMES
from training.operations import MAX_WORKERS
from training.queries import Subject
from training.records import FactsContent, GroupContent, RequestContent, SubmissionContent
from training.wording import DELIVERY_WORDS, PLACE_WORDS, TIMES_WORDS

#: The two-letter codes of the states, the District of Columbia and the territories.
STATE_CODES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI"
)
MAX_DOLLARS = 10_000_000
TOO_LONG = "Use at most %(max)d characters."


def plain_number(_form: Any, field: Field) -> None:
    """Refuse what a number field takes but no amount can be: infinities, no-numbers, and endless ones."""
    if field.data is not None and not (field.data.is_finite() and abs(field.data) < 10**9):
        raise StopValidation("Write a plain number, such as 2.5.")


def whole_cents(_form: Any, field: Field) -> None:
    """Refuse parts of a cent."""
    if field.data is not None and field.data * 100 != (field.data * 100).to_integral_value():
        raise ValidationError("Write dollars and cents, such as 1250 or 21.50.")


def _dollars(label: str, *, description: str, required: str = "") -> DecimalField:
    presence = InputRequired(required) if required else Optional()
    amount = NumberRange(0, MAX_DOLLARS, f"Write an amount from 0 to {MAX_DOLLARS:,} dollars.")
    return DecimalField(
        label, description=description, places=2, validators=[presence, plain_number, amount, whole_cents]
    )


def cents(dollars: Decimal | None) -> int | None:
    """Turn dollars of a form into whole cents."""
    return None if dollars is None else int(dollars * 100)


def in_dollars(amount_cents: int | None) -> Decimal | None:
    """Turn cents into dollars for a form."""
    return None if amount_cents is None else Decimal(amount_cents) / 100


def _choices(words: Mapping[str, str], *, of: Sequence[str]) -> list[SelectChoice]:
    return [SelectChoice(each, words[each]) for each in of]


class RequestForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask what a firm wants its workers to learn, how many, when and where."""

    firm_id = SelectField("Firm", coerce=int)
    course = StringField("Course", description="Begin to type its code or title.", validators=[Length(max=400)])
    need_code = SelectField(
        "Or a skill need",
        description="When you know what your people must be able to do, but not which course.",
        validate_choice=False,
    )
    n_workers = IntegerField(
        "How many workers",
        validators=[
            InputRequired("Write how many workers you would send."),
            NumberRange(1, MAX_WORKERS, f"Write a number from 1 to {MAX_WORKERS:,}."),
        ],
    )
    times = RadioField("When can they come", choices=_choices(TIMES_WORDS, of=TIMES), default="evenings")
    place = RadioField("Where", choices=_choices(PLACE_WORDS, of=PLACES), default="campus")
    delivery = SelectField("How is it taught", choices=_choices(DELIVERY_WORDS, of=DELIVERIES), default="any")
    earliest_on = DateField("Earliest first day", validators=[InputRequired("Choose a day.")])
    latest_on = DateField("Latest first day", validators=[InputRequired("Choose a day.")])
    credential = StringField(
        "Credential they are to earn",
        description="Needed to see whether a program pays for it.",
        validators=[Length(max=200, message=TOO_LONG)],
    )
    cost = _dollars("Price per worker, in dollars", description="Leave it empty until you know it.")
    training_hours = DecimalField(
        "Hours of training per worker",
        description="Clock hours of 60 minutes. Needed to count wages paid during training.",
        validators=[
            Optional(),
            plain_number,
            NumberRange(Decimal("0.25"), 5000, "Write a number of hours from 0.25 to 5,000."),
        ],
    )
    credit_hours = DecimalField(
        "Credit hours",
        description="When the course is measured in credits: some programs pay for short courses only.",
        validators=[
            Optional(),
            plain_number,
            NumberRange(Decimal("0.25"), 500, "Write a number of credit hours from 0.25 to 500."),
        ],
    )
    note = TextAreaField("Anything else", validators=[Length(max=2000, message=TOO_LONG)])

    #: What can be chosen; set by the door.
    courses: Sequence[Subject] = ()
    needs: Sequence[Subject] = ()
    #: Titles of listed credentials, to choose from.
    listed: Sequence[str] = ()

    def chosen(self) -> Subject | None:
        """Return the course or need that was chosen, or put the trouble beside its field."""
        if not self.firm_id.data:
            self.firm_id.errors = ["Choose the firm that asks."]
            return None
        typed = " ".join((self.course.data or "").split()).casefold()
        if typed and self.need_code.data:
            self.course.errors = ["Choose a course or a need, one of the two."]
            return None
        if not typed and not self.need_code.data:
            self.course.errors = ["Choose a course, or a need below."]
            return None
        if typed:
            found = next((each for each in self.courses if typed in _spellings(each)), None)
            if found is None:
                self.course.errors = ["No college lists this course. Choose one from the list, or choose a need."]
            return found
        found = next((each for each in self.needs if each.code == self.need_code.data), None)
        if found is None:
            self.need_code.errors = ["This need is not on the newest list any more. Choose another."]
        return found

    def content(self, subject: Subject) -> RequestContent:
        """Return what was asked for."""
        return RequestContent(
            need_code="" if subject.college_code else subject.code,
            college_code=subject.college_code,
            course_code=subject.code if subject.college_code else "",
            title=subject.title,
            n_workers=self.n_workers.data,
            times=self.times.data,
            place=self.place.data,
            delivery=self.delivery.data,
            earliest_on=self.earliest_on.data,
            latest_on=self.latest_on.data,
            note=(self.note.data or "").strip(),
            credential=" ".join((self.credential.data or "").split()),
            cost_cents=cents(self.cost.data),
            training_hours=_hundredths(self.training_hours.data),
            credit_hours=_hundredths(self.credit_hours.data),
            group_counts={
                int(name.removeprefix("group_")): field.data
                for name, field in self._fields.items()
                if name.startswith("group_") and field.data
            },
        )


def _hundredths(number: Decimal | None) -> Decimal | None:
    return None if number is None else number.quantize(Decimal("0.01"))


def _spellings(subject: Subject) -> tuple[str, str]:
    return subject.words.casefold(), f"{subject.college_code} {subject.code}".casefold()


def request_form(groups: Sequence[GroupContent], **values: Any) -> RequestForm:
    """Build the form of a request with one number for each worker group of the firm."""
    fields = {
        f"group_{group.id}": IntegerField(
            f"Of these, from “{group.name}”",
            validators=[Optional(), NumberRange(0, MAX_WORKERS, f"Write a number from 0 to {MAX_WORKERS:,}.")],
        )
        for group in groups
    }
    made: type[RequestForm] = type("RequestFormWithGroups", (RequestForm,), fields)
    return made(**values)


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask where and when a cohort is taught, by whom, and how many seats each request gets."""

    requests = HiddenField()
    college_id = SelectField("College that teaches it", coerce=int)
    title = StringField(
        "What is taught",
        validators=[DataRequired("Write what is taught."), Length(max=300, message=TOO_LONG)],
    )
    course_code = StringField(
        "Course code",
        description="Leave it empty when the training is made for these firms.",
        validators=[Length(max=60, message=TOO_LONG)],
    )
    place = StringField(
        "Place",
        description="Every firm in the cohort reads it: name no other firm.",
        validators=[DataRequired("Write where it is taught."), Length(max=200, message=TOO_LONG)],
    )
    starts_on = DateField("First day", validators=[InputRequired("Choose the first day.")])
    ends_on = DateField("Last day", validators=[InputRequired("Choose the last day.")])
    n_seats = IntegerField(
        "Seats in the room",
        validators=[InputRequired("Write how many seats there are."), NumberRange(1, 500, "Write a number to 500.")],
    )

    def seats(self) -> dict[int, int]:
        """Return the seats of each request."""
        return {
            int(name.removeprefix("seats_")): field.data or 0
            for name, field in self._fields.items()
            if name.startswith("seats_")
        }


def confirm_form(wanted: Sequence[tuple[int, str, int]], **values: Any) -> ConfirmForm:
    """Build the form of a cohort; `wanted` holds each request's number, its words and its workers."""
    fields = {
        f"seats_{request_id}": IntegerField(
            label,
            default=n_workers,
            validators=[Optional(), NumberRange(0, n_workers, f"Write a number from 0 to {n_workers}.")],
        )
        for request_id, label, n_workers in wanted
    }
    made: type[ConfirmForm] = type("ConfirmFormWithSeats", (ConfirmForm,), fields)
    return made(**values)


class SmallestForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask from how many workers on a college runs a section."""

    college_code = SelectField("College")
    course_code = StringField(
        "Course code", description="Empty: all its courses.", validators=[Length(max=60, message=TOO_LONG)]
    )
    n_workers = IntegerField(
        "Fewest workers",
        validators=[InputRequired("Write a number."), NumberRange(1, 100, "Write a number from 1 to 100.")],
    )


class GroupLines(Form):  # type: ignore[misc]  # WTForms ships no types
    """Ask for one group of workers among several; rows left empty are passed over."""

    id = HiddenField(default="0")
    name = StringField("Group", description="For example Press operators", validators=[Length(max=80)])
    wage = DecimalField(
        "Wage per hour ($)",
        places=2,
        validators=[Optional(), plain_number, NumberRange(0, 1000, "Write dollars per hour, to 1,000."), whole_cents],
    )
    n_months = IntegerField(
        "Months with you", validators=[Optional(), NumberRange(0, 720, "Write full months, to 720.")]
    )
    is_new_hire = BooleanField("Hired for new jobs")

    @property
    def is_blank(self) -> bool:
        """Say whether nothing was typed in this row."""
        return not ((self.name.data or "").strip() or self.wage.data is not None or self.n_months.data is not None)

    def group(self) -> GroupContent | None:
        """Return what was typed, or put the trouble beside its field."""
        name = " ".join((self.name.data or "").split())
        for field, words in (
            (self.name, "Name this group."),
            (self.wage, "Write what they earn per hour."),
            (self.n_months, "Write how many months they have been with you."),
        ):
            if field.data in {None, ""}:
                field.errors = [words]
        if not name or self.wage.data is None or self.n_months.data is None:
            return None
        number = self.id.data if str(self.id.data).isdecimal() else "0"
        return GroupContent(name, int(self.wage.data * 100), self.n_months.data, self.is_new_hire.data, int(number))


class FirmForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask a firm once what the funding rules need to know."""

    n_employees = IntegerField(
        "How many people work for you",
        validators=[
            InputRequired("Write how many people work for you."),
            NumberRange(1, 500_000, "Write a number from 1 to 500,000."),
        ],
    )
    state_code = SelectField(
        "State", choices=[SelectChoice("", "–"), *(SelectChoice(s, s) for s in STATE_CODES.split())]
    )
    county = StringField("County", validators=[Length(max=80, message=TOO_LONG)])
    n_years = IntegerField(
        "Full years in business", validators=[Optional(), NumberRange(0, 400, "Write a number from 0 to 400.")]
    )
    naics_code = StringField(
        "NAICS code",
        description="Your line of business as it stands on tax forms, 2 to 6 digits.",
        validators=[Length(max=6, message="Write 2 to 6 digits, such as 3327.")],
    )
    groups = FieldList(FormField(GroupLines), min_entries=0, max_entries=MAX_GROUPS)

    def content(self) -> FactsContent:
        """Return the answers without the groups."""
        granted = {
            name.removeprefix("granted_"): cents(field.data) or 0
            for name, field in self._fields.items()
            if name.startswith("granted_")
        }
        return FactsContent(
            n_employees=self.n_employees.data,
            n_years=self.n_years.data,
            naics_code=(self.naics_code.data or "").strip(),
            state_code=self.state_code.data or "",
            county=" ".join((self.county.data or "").split()),
            granted_cents=granted,
        )

    def typed_groups(self) -> list[GroupContent] | None:
        """Return the groups that were typed; None when one of them lacks something."""
        found = [entry.form.group() for entry in self.groups if not entry.form.is_blank]
        return None if None in found else [group for group in found if group is not None]


def firm_form(programs: Sequence[tuple[str, str]], **values: Any) -> FirmForm:
    """Build the form of a firm's answers; `programs` holds code and name of those that cap what they pay in a year."""
    fields = {
        f"granted_{code}": _dollars(
            f"{name}: granted to you this year, in dollars",
            description="For training that has begun or is over; requests that have not begun take their part "
            "by themselves. Leave it empty when nothing was granted.",
        )
        for code, name in programs
    }
    made: type[FirmForm] = type("FirmFormWithPrograms", (FirmForm,), fields)
    return made(**values)


class SubmissionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for a credential that is not listed yet."""

    title = StringField(
        "Title of the credential",
        validators=[DataRequired("Write the title of the credential."), Length(max=200, message=TOO_LONG)],
    )
    issuer = StringField(
        "Who issues it", validators=[DataRequired("Write who issues it."), Length(max=200, message=TOO_LONG)]
    )
    clock_hours = DecimalField(
        "Hours of training",
        validators=[
            InputRequired("Write how many hours it takes."),
            plain_number,
            NumberRange(0, 5000, "Write hours to 5,000."),
        ],
    )
    cost = _dollars(
        "Price per person, in dollars", description="", required="Write what it costs per person; 0 is an answer."
    )
    skills = TextAreaField(
        "Skills it teaches",
        description="One per line.",
        validators=[DataRequired("Write what people can do afterwards."), Length(max=5000, message=TOO_LONG)],
    )
    evidence = TextAreaField(
        "What is it worth beyond your firm",
        description="Job postings that ask for it, other employers or an industry body that accept it.",
        validators=[DataRequired("Write who else values this credential."), Length(max=5000, message=TOO_LONG)],
    )
    syllabus = TextAreaField("Syllabus as text", description="Or send it as a file below.")
    syllabus_file = FileField("Syllabus as a file", description="PDF, Word or text, at most 2 MB.")

    def content(self) -> SubmissionContent:
        """Return what was written, with the file that was chosen."""
        upload = self.syllabus_file.data
        sent = upload.read() if upload else b""
        return SubmissionContent(
            title=" ".join(self.title.data.split()),
            issuer=" ".join(self.issuer.data.split()),
            syllabus=(self.syllabus.data or "").strip(),
            skills=self.skills.data.strip(),
            evidence=self.evidence.data.strip(),
            clock_hours=self.clock_hours.data.quantize(Decimal("0.01")),
            cost_cents=cents(self.cost.data) or 0,
            syllabus_filename=(upload.filename or "")[-200:] if sent else "",
            syllabus_file=sent or None,
        )


class JudgeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask whether a credential is listed, and under which words."""

    title = StringField("Title on the list", validators=[Length(max=200, message=TOO_LONG)])
    issuer = StringField("Issuer on the list", validators=[Length(max=200, message=TOO_LONG)])
    program = SelectField("Program that pays", validate_choice=False)
    amount = _dollars("Most per credential, in dollars", description="Empty when the program does not say.")
    reason = TextAreaField(
        "Why",
        description="The firm reads this.",
        validators=[DataRequired("Write why; the firm reads it."), Length(max=2000, message=TOO_LONG)],
    )


class ListForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for a program's list of credentials."""

    program = SelectField("Program that pays", validate_choice=False)
    file = FileField("File with the list", validators=[FileRequired("Choose a CSV or Excel file.")])
