"""Read courses from the JSON of Banner: class or course searches, and lists with Banner's own column names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from base.json_lists import described, entry_text
from base.refusals import shown
from catalog.importers.json_exports import (
    cip_of,
    field_names,
    listed_entries,
    note_short_list,
    note_unread,
    plain_text,
    range_text,
    read_export,
)
from catalog.importers.progress import SHARE_OF_PARSING, told
from catalog.importers.reading import CourseReader, Entry
from catalog.records import CatalogReading

FORMAT = "Banner JSON"

#: Under which names Banner's screens, services and tables hold a value; the best one first.
SUBJECT_FIELDS = ("subject", "subjectCode", "crseSubjCode", "SUBJ_CODE", "SCBCRSE_SUBJ_CODE", "SSBSECT_SUBJ_CODE")
NUMBER_FIELDS = ("courseNumber", "crseCrseNumb", "CRSE_NUMB", "SCBCRSE_CRSE_NUMB", "SSBSECT_CRSE_NUMB")
#: The number that students know, where a college shows another one than Banner keeps.
SHOWN_NUMBER_FIELDS = ("courseDisplay", "crseAlias", "COURSE_ALIAS")
TITLE_FIELDS = (
    "courseLongTitle", "LONG_CRSE_TITLE", "SCRSYLN_LONG_COURSE_TITLE", "courseTitle", "crseTitle", "CRSE_TITLE",
    "SCBCRSE_TITLE", "title",
)  # fmt: skip
DESCRIPTION_FIELDS = ("courseDescription", "crseLongText", "CATALOG_DESC", "description", "crseText")
FEWEST_FIELDS = ("creditHourLow", "crseCredHrLow", "SCBCRSE_CREDIT_HR_LOW", "creditHours")
MOST_FIELDS = ("creditHourHigh", "crseCredHrHigh", "SCBCRSE_CREDIT_HR_HIGH")
CIP_FIELDS = ("cipCode", "CIPC_CODE", "SCBCRSE_CIPC_CODE", "crseCipcCode")
COLLEGE_FIELDS = ("COLL_CODE", "SCBCRSE_COLL_CODE")
READ_FIELDS = frozenset((
    *SUBJECT_FIELDS, *NUMBER_FIELDS, *SHOWN_NUMBER_FIELDS, *TITLE_FIELDS, *DESCRIPTION_FIELDS, *FEWEST_FIELDS,
    *MOST_FIELDS, *COLLEGE_FIELDS, *CIP_FIELDS, "crseKey", "crseCredStsDesc", "creditHourIndicator", "crseCredHrInd",
    "SCBCRSE_CREDIT_HR_IND", "id", "ROW_NUMBER",
))  # fmt: skip

#: A title that follows its mark in a course text, up to the next mark: "!TITLE Arc Welding !PRQ WELD 100".
MARKED_TITLE = re.compile(r"!TITLE\s+(?P<title>.*?)(?=\s*!(?!TITLE\b)[A-Z]{2,5}\b|$)", re.DOTALL)
FORMER_CODE = re.compile(r"\(\s*formerly\b", re.IGNORECASE)
#: Banner cuts short titles off here.
SHORT_TITLE_CHARACTERS = 30
MAX_WORDS_BEYOND = 5

PREREQUISITE = re.compile(r"^\s*Prerequisites?\s*:\s*(?P<text>[^\n]+)", re.IGNORECASE | re.MULTILINE)
TERM_HOURS = re.compile(
    r"\bTerm\s+hours\s*:?\s*(?P<hours>\d[^.\n]*?)(?:\s+per\s+term)?\.|\b(?P<per>\d[^.\n]*?)\s+per\s+(?:term|semester)\.",
    re.IGNORECASE,
)
ONE_KIND_OF_HOURS = re.compile(
    r"(?P<hours>\d{1,4}(?:\.\d{1,2})?)\s*(?:hours?\s*)?(?:of\s+)?"
    r"(?:lecture|lab|laboratory|problem\s+solving|discussion|activity|clinical|hours?)(?:\s+hours?)?",
    re.IGNORECASE,
)


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell by its field names whether a file holds courses, or sections of courses, from Banner."""
    names = field_names(content)
    return all(names & set(fields) for fields in (SUBJECT_FIELDS, NUMBER_FIELDS)) and bool(
        names & {"courseTitle", "courseReferenceNumber", "crseTitle", "CRSE_TITLE", "LONG_CRSE_TITLE", "SCBCRSE_TITLE"}
    )


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read every course of a Banner export; the sections of a course become one course."""
    filename = shown(filename)
    document = read_export(content, filename=filename)
    entries = listed_entries(document, filename=filename, system="Banner")
    reader = CourseReader(filename=filename, format=FORMAT, strict=strict)
    ambiguous = ambiguous_codes([course for _, course in entries])
    n_lengthened = 0
    for place, course in told(entries, start=SHARE_OF_PARSING):
        if not isinstance(course, dict):
            reason = f"A course must be an object {{…}}, but this is {described(course)}."
            reader.reject(place=place, reason=reason, raw=entry_text(course))
            continue
        n_lengthened += bool(marked_title(course))
        reader.take(entry_of(course, place=place, ambiguous=ambiguous))
    note_lengthened(reader, n_lengthened)
    note_short_list(reader, document, n_listed=len(entries), names=("totalCount",))
    note_unread(reader, entries, known=READ_FIELDS)
    return reader.reading()


def note_lengthened(reader: CourseReader, n_lengthened: int) -> None:
    """Say, as one doubt, in how many records the full title of the text stands for the short one."""
    if n_lengthened:
        reader.doubt(
            place="whole file",
            reason=f"In {n_lengthened} records the full title from the course text stands in place of the short one.",
            raw="!TITLE",
        )


def first_text(course: dict[str, Any], fields: Sequence[str]) -> str:
    """Return the text of the first of the fields that has one."""
    return next((text for field in fields if (text := plain_text(course.get(field)))), "")


def ambiguous_codes(courses: Sequence[Any]) -> frozenset[tuple[str, str]]:
    """Find the shown codes that stand for several courses of one college, which Banner's own number tells apart."""
    known = {
        (first_text(course, COLLEGE_FIELDS), shown_code(course), kept_code(course))
        for course in courses
        if isinstance(course, dict)
    }
    counted = Counter((college, code) for college, code, _ in known)
    return frozenset(key for key, n_courses in counted.items() if n_courses > 1)


def shown_code(course: dict[str, Any]) -> str:
    """Return subject and number as students see them."""
    number = first_text(course, SHOWN_NUMBER_FIELDS)
    return f"{first_text(course, SUBJECT_FIELDS)} {number}" if number else kept_code(course)


def kept_code(course: dict[str, Any]) -> str:
    """Return subject and number as Banner keeps them; "" when either is missing."""
    subject, number = first_text(course, SUBJECT_FIELDS), first_text(course, NUMBER_FIELDS)
    return f"{subject} {number}" if subject and number else ""


def entry_of(course: dict[str, Any], *, place: str, ambiguous: frozenset[tuple[str, str]]) -> Entry:
    """Gather the texts of a course, or of a section, by field."""
    college = first_text(course, COLLEGE_FIELDS)
    code = shown_code(course) if kept_code(course) else ""
    description = first_text(course, DESCRIPTION_FIELDS)
    requisite = PREREQUISITE.search(description)
    texts = {
        "code": kept_code(course) if (college, code) in ambiguous else code,
        "title": marked_title(course) or " ".join(first_text(course, TITLE_FIELDS).split()),
        "description": description,
        "credits": credits_text(course),
        "clock_hours": clock_hours_text(description),
        "prerequisites": requisite["text"].strip() if requisite else "",
        "noncredit": "yes" if plain_text(course.get("crseCredStsDesc")).casefold() == "noncredit" else "",
        "college": college,
    }
    return Entry(place=place, raw=entry_text(course), texts=texts, lists={"cip": cip_of(course, names=CIP_FIELDS)})


def credits_text(course: dict[str, Any]) -> str:
    """Return the credits as one value or a range; Banner writes 0 or nothing where a range has no upper end."""
    fewest, most = first_text(course, FEWEST_FIELDS), first_text(course, MOST_FIELDS)
    try:
        return range_text(fewest, most if Decimal(most) > Decimal(fewest or "0") else "")
    except ArithmeticError:  # a text that is no number is shown as it stands
        return range_text(fewest, most)


def marked_title(course: dict[str, Any]) -> str:
    """Return the full title that the course text gives after its mark; "" unless the short title abbreviates it.

    Nothing marks where such a title ends and the description begins. So the words are taken up to the one that the
    last word of the short title abbreviates, or a few more where the next mark ends them.
    """
    text = plain_text(course.get("crseText"))
    short_title = first_text(course, TITLE_FIELDS)
    found = MARKED_TITLE.search(text)
    if found is None:
        return ""
    words = FORMER_CODE.split(found["title"].replace("!TITLE", " "), maxsplit=1)[0].split()
    n_words = n_words_abbreviated(short_title, words)
    is_ended = found.end() < len(text) or len(short_title) >= SHORT_TITLE_CHARACTERS
    if n_words and is_ended and len(words) - n_words <= MAX_WORDS_BEYOND:
        n_words = len(words)
    title = " ".join(words[:n_words])
    return title if title.casefold() != short_title.casefold() else ""


def n_words_abbreviated(short_title: str, words: Sequence[str]) -> int:
    """Count the words that a short title abbreviates ("Prin of Therm Dyn"); 0 when one of its own is not among them."""
    n_words = 0
    for short in re.findall(r"[a-z0-9+]+", short_title.casefold()):
        rest = range(n_words, len(words))
        found = next((number for number in rest if abbreviates(short, words[number].casefold())), None)
        if found is None:
            if n_words and abbreviates(short, words[n_words - 1].casefold(), anywhere=True):
                continue  # "Heat-Transfer" holds two words of a short title
            return 0
        n_words = found + 1
    return n_words


def abbreviates(short: str, word: str, *, anywhere: bool = False) -> bool:
    """Tell whether the letters of a short word stand in a word in the same order, beginning with its first one."""
    letters = iter(word)
    begins = anywhere or re.sub(r"^\W+", "", word).startswith(short[0])
    return begins and all(letter in letters for letter in short)


def clock_hours_text(description: str) -> str:
    """Add up the hours of a term that a description states ("27 lecture and 81 laboratory"); "" when it is a range."""
    found = TERM_HOURS.search(description)
    if found is None:
        return ""
    stated = found["hours"] or found["per"]
    kinds = [ONE_KIND_OF_HOURS.fullmatch(part.strip()) for part in re.split(r",\s*(?:and\s+)?|\s+and\s+", stated)]
    hours = [Decimal(kind["hours"]) for kind in kinds if kind is not None]
    return str(sum(hours)) if hours and len(hours) == len(kinds) else ""
