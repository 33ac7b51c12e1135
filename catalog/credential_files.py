"""Credentials as rows of a table: one row a credential, its links in list cells. What leaves can be read back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from base.refusals import Refusal, shown
from base.tables import Cell, Row, Sheet, Table, TableRefusal, read_table, split_list
from catalog.credential_records import (
    KINDS,
    Articulation,
    CourseRef,
    CredentialRow,
    PreparingCourse,
    RequirementGroup,
    StackLink,
)
from catalog.wording import plain

#: Columns of a file of credentials; docs/data.md explains each.
CREDENTIAL_COLUMNS = (
    "code",
    "title",
    "kind",
    "issuer",
    "endorsed_by",
    "college",
    "clock_hours",
    "cost",
    "valid_months",
    "source",
    "description",
    "requires",
    "stacks_into",
    "courses",
    "credit_for",
)
#: Longest texts, as the database keeps them.
LIMITS = {"code": 40, "title": 200, "issuer": 200, "endorsed_by": 200, "source": 500, "description": 4000}
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
#: So long takes no training, and nothing is valid or costs that much: whoever writes it mistyped.
MAX_HOURS, MAX_DOLLARS, MAX_MONTHS, MAX_CREDITS = Decimal(20_000), Decimal(1_000_000), 600, Decimal(200)


class EntryRefused(Refusal):
    """Say what of one cell or form field cannot be read, and how to write it."""

    def __init__(self, column: str, words: str) -> None:
        super().__init__(f"column {column}: {words}")
        self.column, self.words = column, words


def read_credentials(content: bytes, *, filename: str) -> tuple[tuple[CredentialRow, ...], tuple[str, ...]]:
    """Read a file of credentials; return the rows that can be read, and for each other one its place and the reason."""
    table = read_table(content, filename=filename, required=("code", "title", "kind"))
    rows: list[CredentialRow] = []
    problems: list[str] = []
    for row in table.rows:
        cells = _cells(row, table=table)
        if not any(cells.values()):
            continue
        try:
            read = credential_from(cells, place=row.place)
        except EntryRefused as refusal:
            problems.append(f"{row.place}, {refusal}")
            continue
        first = next((other for other in rows if other.code == read.code), None)
        if first is not None:
            problems.append(f"{row.place}, column code: {read.code} stands in {first.place} already.")
            continue
        rows.append(read)
    if not rows and not problems:
        raise TableRefusal(f"{shown(filename)}: there is no credential in this file.")
    return tuple(rows), tuple(problems)


def _cells(row: Row, *, table: Table) -> dict[str, str]:
    """Return a row's cells by our names of the columns, whatever their capitals, spaces and underscores."""
    found = {"_".join(name.casefold().replace("_", " ").split()): name for name in table.columns}
    return {name: row.cells[found[name]] if name in found else "" for name in CREDENTIAL_COLUMNS}


def credential_from(cells: dict[str, str], *, place: str = "") -> CredentialRow:
    """Read the texts of one credential, or refuse with the column and how to write it."""
    return CredentialRow(
        code=_code(cells["code"]),
        title=_text("title", cells["title"], must=True),
        kind=_kind(cells["kind"]),
        issuer=_text("issuer", cells["issuer"]),
        endorsed_by=_text("endorsed_by", cells["endorsed_by"]),
        college_code=cells["college"].strip(),
        clock_minutes=minutes_from(cells["clock_hours"], column="clock_hours"),
        cost_cents=cents_from(cells["cost"]),
        valid_months=_months(cells["valid_months"]),
        source=_text("source", cells["source"]),
        description=_text("description", cells["description"]),
        requires=tuple(group_from(entry) for entry in split_list(cells["requires"])),
        stacks_into=tuple(stack_from(entry) for entry in split_list(cells["stacks_into"])),
        courses=tuple(PreparingCourse(course_from(entry, column="courses")) for entry in split_list(cells["courses"])),
        credit_for=tuple(credit_from(entry) for entry in split_list(cells["credit_for"])),
        place=place,
    )


def _text(column: str, text: str, *, must: bool = False) -> str:
    if must and not text.strip():
        raise EntryRefused(column, f"this cell is empty. Write the {column}.")
    if len(text) > LIMITS[column]:
        raise EntryRefused(column, f"use at most {LIMITS[column]} characters; these are {len(text)}.")
    return text.strip()


def _code(text: str) -> str:
    code = _text("code", text, must=True)
    if not CODE.fullmatch(code):
        raise EntryRefused("code", f"{shown(code)} holds a sign that a code cannot. Use letters, digits, - and . only.")
    return code


def _kind(text: str) -> str:
    """Read a kind by its code or by its words."""
    wanted = text.strip().casefold().replace("’", "'")
    for code, words in KINDS.items():
        if wanted in (code, words.casefold().replace("’", "'")):
            return code
    raise EntryRefused("kind", f"there is no kind {shown(text)}. Use one of: {', '.join(KINDS)}.")


def number_from(text: str, *, column: str, most: Decimal, unit: str) -> Decimal | None:
    """Read a number that is not negative; None when there is none."""
    wanted = text.strip().removeprefix("$").replace(",", "").strip()
    if not wanted:
        return None
    try:
        number = Decimal(wanted)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        raise EntryRefused(column, f"{shown(text)} is no number of {unit}. Write one such as 45.")
    if number > most:
        raise EntryRefused(column, f"{shown(text)} {unit} is more than {most:,}. Check the number.")
    return number


def minutes_from(text: str, *, column: str) -> int | None:
    """Read hours as whole minutes: 1.5 is 90; None when there are none."""
    hours = number_from(text, column=column, most=MAX_HOURS, unit="hours")
    if hours is None:
        return None
    minutes = hours * 60
    if minutes != minutes.to_integral_value():
        raise EntryRefused(column, f"{shown(text)} hours are no whole minutes. Write hours such as 37.5.")
    return int(minutes)


def cents_from(text: str, *, column: str = "cost") -> int | None:
    """Read dollars as whole cents: 129.50 is 12,950; None when there are none."""
    dollars = number_from(text, column=column, most=MAX_DOLLARS, unit="dollars")
    if dollars is None:
        return None
    cents = dollars * 100
    if cents != cents.to_integral_value():
        raise EntryRefused(column, f"{shown(text)} has a part of a cent. Write dollars such as 129.50.")
    return int(cents)


def _months(text: str) -> int | None:
    months = number_from(text, column="valid_months", most=Decimal(MAX_MONTHS), unit="months")
    if months is None:
        return None
    if months != months.to_integral_value() or months < 1:
        raise EntryRefused("valid_months", "write a whole number of months, or leave it empty if it never runs out.")
    return int(months)


def course_from(entry: str, *, column: str) -> CourseRef:
    """Read a course written as its college's code, a colon and its own code: CRC:EMT 101."""
    college, colon, code = entry.partition(":")
    if not colon or not college.strip() or not code.strip():
        raise EntryRefused(
            column,
            f"{shown(entry)} names no course. Write the college’s code, a colon and the course code, "
            "such as CRC:EMT 101.",
        )
    if len(code.strip()) > 60:
        raise EntryRefused(column, f"the course code {shown(code)} is longer than 60 characters.")
    return CourseRef(college.strip(), code.strip())


def group_from(entry: str) -> RequirementGroup:
    """Read a group of requirements: "SAFE-1", "CRC:EMT 101", "A; B" for all of them, "2 of A; B; C" for a number."""
    found = re.fullmatch(r"(\d{1,3})\s+of\s+(.+)", entry, flags=re.DOTALL)
    n_needed, rest = (int(found[1]), found[2]) if found else (None, entry)
    members = tuple(_member(part.strip()) for part in rest.split(";") if part.strip())
    if not members:
        raise EntryRefused("requires", f"{shown(entry)} names nothing. Write codes such as SAFE-1 or CRC:EMT 101.")
    if n_needed is not None and not 0 < n_needed <= len(members):
        raise EntryRefused("requires", f"{shown(entry)} asks for {n_needed} of {len(members)}. Name at least as many.")
    return RequirementGroup(members, None if n_needed == len(members) else n_needed)


def _member(text: str) -> str | CourseRef:
    return course_from(text, column="requires") if ":" in text else text


def stack_from(entry: str) -> StackLink:
    """Read what a credential stacks into: "CPT", or with the hours that are counted "CPT = 35 hours"."""
    code, equals, rest = (part.strip() for part in entry.partition("="))
    if not code:
        raise EntryRefused("stacks_into", f"{shown(entry)} names no credential.")
    if not equals:
        return StackLink(code)
    return StackLink(code, minutes_from(re.sub(r"\s*(hours|hour|h)$", "", rest), column="stacks_into"))


def credit_from(entry: str) -> Articulation:
    """Read credit granted: "CRC:EMT 101 = 2 credits; 2026-05-01; with a passed practical test"."""
    named, equals, rest = entry.partition("=")
    course = course_from(named, column="credit_for")
    parts = [part.strip() for part in rest.split(";")]
    number = number_from(re.sub(r"\s*credits?$", "", parts[0]), column="credit_for", most=MAX_CREDITS, unit="credits")
    if not equals or not number:
        raise EntryRefused(
            "credit_for", f"{shown(entry)} states no credits. Write it so: CRC:EMT 101 = 2 credits; 2026-05-01."
        )
    if number != round(number, 2):
        raise EntryRefused("credit_for", f"{shown(parts[0])} has more than two decimals.")
    agreed_on, notes = None, parts[1:]
    if notes and re.fullmatch(r"\d{4}-\d{2}-\d{2}", notes[0]):
        agreed_on = _day(notes.pop(0))
    note = "; ".join(part for part in notes if part)
    if len(note) > 300:
        raise EntryRefused("credit_for", "use at most 300 characters for the note.")
    return Articulation(course, number, note, agreed_on)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise EntryRefused("credit_for", f"there is no day {text}. Write it as 2026-05-01.") from None


def credentials_sheet(rows: Iterable[CredentialRow]) -> Sheet:
    """Return credentials as they can be read again."""
    return Sheet("Credentials", CREDENTIAL_COLUMNS, [_row_cells(row) for row in rows])


def _row_cells(row: CredentialRow) -> tuple[Cell, ...]:
    return (
        row.code,
        row.title,
        row.kind,
        row.issuer,
        row.endorsed_by,
        row.college_code,
        _number(Decimal(row.clock_minutes) / 60 if row.clock_minutes is not None else None),
        _number(Decimal(row.cost_cents) / 100 if row.cost_cents is not None else None),
        row.valid_months,
        row.source,
        row.description,
        _list(map(group_text, row.requires)),
        _list(map(stack_text, row.stacks_into)),
        _list(str(course.course) for course in row.courses),
        _list(map(credit_text, row.credit_for)),
    )


def _list(entries: Iterable[str]) -> str:
    return "|".join(entry.replace("|", "/") for entry in entries)


def _number(number: Decimal | None) -> Cell:
    """Write a number as one; hours that are no whole hundredths stay exact as text."""
    if number is None:
        return None
    if number == number.to_integral_value():
        return int(number)
    return float(number) if number == round(number, 2) else plain(number)


def group_text(group: RequirementGroup) -> str:
    """Write a group of requirements as it is read."""
    members = "; ".join(map(str, group.members))
    return f"{group.n_needed} of {members}" if group.n_needed else members


def stack_text(link: StackLink) -> str:
    """Write what a credential stacks into as it is read."""
    if link.counted_minutes is None:
        return link.into_code
    return f"{link.into_code} = {plain(Decimal(link.counted_minutes) / 60)} hours"


def credit_text(grant: Articulation) -> str:
    """Write credit granted as it is read."""
    parts = [f"{grant.course} = {plain(grant.credits)} credits"]
    parts += [grant.agreed_on.isoformat()] if grant.agreed_on else []
    return "; ".join([*parts, *([grant.note] if grant.note else [])])


def about_credentials(
    *, partnership_name: str, is_sample: bool, rows: Sequence[CredentialRow], written: str
) -> dict[str, str]:
    """Say where the rows of a workbook come from."""
    sample = {"Sample": "The names, credentials and numbers in this file are invented."} if is_sample else {}
    return sample | {"Partnership": partnership_name, "Credentials": str(len(rows)), "Written": written}
