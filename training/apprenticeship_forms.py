"""Forms for occupations and for plans of apprenticeships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from base.refusals import shown
from catalog.credential_files import EntryRefused, cents_from, minutes_from
from training.apprenticeship_records import (
    APPROACHES,
    OBJECTIVE_WORDS,
    CollegeTerms,
    OccupationRow,
    PlanRow,
    PlanSettings,
)
from training.apprenticeship_wording import plain_hours, plain_money

MAX_MILES = 3000


class NewPlanForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask what a new plan is for."""

    title = StringField("Name of the plan", validators=[DataRequired("Write a name for the plan."), Length(max=200)])
    occupation_id = SelectField("Occupation", coerce=int)
    firm_id = SelectField("Employer", coerce=int)


class OccupationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for an occupation and its schedule, as a file or typed."""

    title = StringField("Title", validators=[DataRequired("Write the occupation’s title."), Length(max=200)])
    onet_code = StringField("O*NET code", validators=[Length(max=20)])
    rapids_code = StringField("RAPIDS code", validators=[Length(max=20)])
    approach = RadioField(
        "Approach", choices=[SelectChoice(code, words) for code, words in APPROACHES.items()], default="hybrid"
    )
    ojl_hours = StringField("Hours on the job in all", validators=[DataRequired("Write the hours.")])
    ri_hours = StringField("Hours of related instruction in all", validators=[DataRequired("Write the hours.")])
    source = TextAreaField("Where the figures come from", validators=[Length(max=2000)])
    file = FileField("File with the schedule", description="CSV or Excel, one row a competency")
    schedule = TextAreaField(
        "Or write the schedule here",
        description="One competency a line: job function | code | competency | hours on the job | "
        "hours of instruction | part | skill needs",
    )


class PlanForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for a plan's settings and terms; colleges and competencies have fields of their own beside it."""

    title = StringField("Name of the plan", validators=[DataRequired("Write a name for the plan."), Length(max=200)])
    apprentices = StringField(
        "For whom", description="Such as: two operators, second shift", validators=[Length(max=200)]
    )
    starts_on = DateField("Begins on", validators=[Optional()])
    objective = RadioField(
        "What counts most", choices=[SelectChoice(code, words) for code, words in OBJECTIVE_WORDS.items()]
    )
    evenings_only = BooleanField("Only evenings, online and at the plant")
    max_online = StringField("Most hours online", description="Empty for no limit")
    max_plant = StringField("Most hours at the plant", description="Empty for no limit")
    max_per_competency = IntegerField(
        "Most courses for one competency",
        description="Keeps two courses of the same content apart; empty for no limit",
        validators=[Optional(), NumberRange(1, 20, "Write a number from 1 to 20.")],
    )
    visit_hours = StringField(
        "Hours of one day at a college",
        description="Trips are reckoned from it",
        validators=[InputRequired("Write hours.")],
    )
    credit_cap_percent = IntegerField(
        "Credit takes away at most (% of the hours)",
        description="A Wisconsin crosswalk for youth apprentices allows 75 %.",
        validators=[InputRequired("Write a number."), NumberRange(0, 100, "Write a number from 0 to 100.")],
    )
    ratio = StringField("Ratio of journeyworkers to apprentices", validators=[Length(max=200)])
    term = StringField("Term", validators=[Length(max=200)])
    probation = StringField("Probation", validators=[Length(max=200)])

    def read(self) -> PlanSettings | None:
        """Return the settings that the fields describe; None, with the reason at its field, when one cannot be read."""
        if not self.validate_on_submit():
            return None
        minutes = {}
        for name in ("max_online", "max_plant", "visit_hours"):
            try:
                minutes[name] = minutes_from(self[name].data or "", column=name)
            except EntryRefused as refusal:
                self[name].errors = [refusal.words[0].upper() + refusal.words[1:]]
        if "visit_hours" in minutes and not minutes["visit_hours"]:
            self.visit_hours.errors = ["Write how many hours a day at a college has, such as 3."]
        if self.errors:
            return None
        return PlanSettings(
            title=self.title.data.strip(),
            apprentices=self.apprentices.data or "",
            starts_on=self.starts_on.data,
            objective=self.objective.data,
            evenings_only=self.evenings_only.data,
            max_online_minutes=minutes["max_online"],
            max_plant_minutes=minutes["max_plant"],
            max_per_competency=self.max_per_competency.data,
            visit_minutes=minutes["visit_hours"] or 0,
            credit_cap_percent=self.credit_cap_percent.data,
            ratio=self.ratio.data or "",
            term=self.term.data or "",
            probation=self.probation.data or "",
        )


def plan_values(plan: PlanRow) -> dict[str, object]:
    """Write a plan's settings as the form's fields show them."""
    settings = plan.settings
    limits = {"max_online": settings.max_online_minutes, "max_plant": settings.max_plant_minutes}
    return {
        **vars(settings),
        **{name: plain_hours(minutes) if minutes is not None else "" for name, minutes in limits.items()},
        "visit_hours": plain_hours(settings.visit_minutes),
    }


def terms_values(terms: Sequence[CollegeTerms]) -> dict[str, str]:
    """Write the colleges' terms as their fields show them."""
    found = {}
    for each in terms:
        found[f"miles-{each.code}"] = str(each.miles) if each.miles is not None else ""
        found[f"credit-{each.code}"] = plain_money(each.credit_cents) if each.credit_cents is not None else ""
        found[f"hour-{each.code}"] = plain_money(each.hour_cents) if each.hour_cents is not None else ""
    return found


def read_terms(values: Mapping[str, str], *, terms: Sequence[CollegeTerms]) -> tuple[list[CollegeTerms], list[str]]:
    """Read the colleges' fields; return the terms and what has to be mended."""
    read, problems = [], []
    for each in terms:
        try:
            read.append(
                CollegeTerms(
                    each.organisation_id,
                    each.code,
                    each.name,
                    _miles(values.get(f"miles-{each.code}", "")),
                    cents_from(values.get(f"credit-{each.code}", ""), column="price of a credit"),
                    cents_from(values.get(f"hour-{each.code}", ""), column="price of a clock hour"),
                )
            )
        except EntryRefused as refusal:
            problems.append(f"{each.name}, {refusal.column}: {refusal.words}")
    return read, problems


def _miles(text: str) -> int | None:
    """Read whole miles; None when there are none."""
    wanted = text.strip()
    if not wanted:
        return None
    try:
        number = Decimal(wanted)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not 0 <= number <= MAX_MILES or number != number.to_integral_value():
        raise EntryRefused("miles", f"{shown(text)} is no number of whole miles. Write one such as 12.")
    return int(number)


def read_mastery(values: Mapping[str, str], *, occupation: OccupationRow) -> dict[str, str]:
    """Read which competencies are ticked, each with how it was shown."""
    return {
        each.code: values.get(f"evidence-{each.id}", "").strip()[:300]
        for each in occupation.competencies
        if values.get(f"mastered-{each.id}")
    }
