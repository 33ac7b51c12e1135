"""Read the values of a course as colleges write them: credits, hours, levels, delivery, dates."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

from base.refusals import shown

MAX_CREDITS = Decimal(100)
MAX_CLOCK_HOURS = Decimal(10_000)

#: What colleges call the three levels.
LEVEL_WORDS = {
    "basic": "basic",
    "beginner": "basic",
    "beginning": "basic",
    "elementary": "basic",
    "entry": "basic",
    "foundational": "basic",
    "fundamental": "basic",
    "introductory": "basic",
    "intermediate": "working",
    "working": "working",
    "advanced": "advanced",
    "expert": "advanced",
}

#: What colleges call the ways of delivery, folded to letters and single spaces.
DELIVERY_WORDS = {
    "on campus": "on campus",
    "campus": "on campus",
    "classroom": "on campus",
    "face to face": "on campus",
    "f2f": "on campus",
    "in class": "on campus",
    "in person": "on campus",
    "traditional": "on campus",
    "online": "online",
    "on line": "online",
    "distance": "online",
    "distance education": "online",
    "distance learning": "online",
    "fully online": "online",
    "internet": "online",
    "remote": "online",
    "virtual": "online",
    "web": "online",
    "blended": "hybrid",
    "hybrid": "hybrid",
    "hyflex": "hybrid",
    "at the plant": "at the plant",
    "at employer": "at the plant",
    "at the employer": "at the plant",
    "employer site": "at the plant",
    "on site": "at the plant",
    "onsite": "at the plant",
    "apprenticeship": "work-based",
    "co op": "work-based",
    "cooperative education": "work-based",
    "internship": "work-based",
    "on the job": "work-based",
    "work based": "work-based",
    "work based learning": "work-based",
    "day": "days",
    "days": "days",
    "daytime": "days",
    "evening": "evenings",
    "evenings": "evenings",
    "night": "evenings",
    "nights": "evenings",
}

NONCREDIT_WORDS = {
    True: {"yes", "y", "true", "1", "x", "noncredit", "non credit", "ce", "continuing education"},
    False: {"no", "n", "false", "0", "credit", "for credit"},
}

NUMBER = r"\d{1,6}(?:\.\d{1,6})?|\.\d{1,6}"
UNIT = r"(?:(?:semester|quarter|credit|clock|contact|lecture)\s+)?(?:credits?|cr|hours?|hrs?|units?)(?:\s+hours?)?\.?"
CREDITS = re.compile(
    rf"(?:(?:credits?|credit\s+hours?|cr|units?|variable)\s*[.:]?\s*)?\(?\s*({NUMBER})"
    rf"(?:\s*(?:-|–|—|to|or|/)\s*({NUMBER}))?\s*(?:{UNIT})?\s*\)?\.?",
    re.IGNORECASE,
)
#: A code of the Classification of Instructional Programs, perhaps with the name of the program behind it.
CIP_CODE = re.compile(
    r"\s*(?:CIP\s*(?:20\d\d)?\s*(?:codes?)?\s*[:#]?\s*)?"
    r"(?:(?P<series>\d{1,2})(?:\s?[.-]\s?(?P<rest>\d{1,4}))|(?P<whole>\d{5,6}))(?![.\d])",
    re.IGNORECASE,
)
HOURS = re.compile(rf"({NUMBER})\s*(?:{UNIT})?\.?", re.IGNORECASE)
THOUSANDS_COMMA = re.compile(r"(?<=^\d),(?=\d{3}(?!\d))")
ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}.*)?")
#: Ways to write a day besides 2026-03-04; months before days, as in the United States.
DAY_PATTERNS = ("%m/%d/%Y", "%m-%d-%Y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y")


class Unreadable(Exception):  # noqa: N818 - it carries the reason to the reading that lists it as a doubt
    """Say why a value cannot be read, in a sentence for the person who owns the file."""


def credit_range(text: str) -> tuple[Decimal, Decimal]:
    """Read credits: "3", "3.0", "3-4", "3 to 4", "1 OR 3 hours.", "3 credits"."""
    if ISO_DAY.fullmatch(text):
        raise Unreadable("The credits are a day; the spreadsheet took a range such as 3-4 for one. Write 3 to 4.")
    found = CREDITS.fullmatch(" ".join(text.split()))
    if found is None:
        raise Unreadable("The credits cannot be read. Write a number such as 3, or a range such as 3 to 4.")
    fewest = plain_decimal(found[1])
    most = plain_decimal(found[2]) if found[2] else fewest
    if fewest > most:
        raise Unreadable("The range of credits begins with the larger number. Write the smaller one first.")
    if most > MAX_CREDITS:
        raise Unreadable(f"A course has no more than {MAX_CREDITS} credits. Check that the right column is read.")
    return fewest, most


def clock_hours(text: str) -> Decimal:
    """Read clock hours: "48", "48.0", "48 hours"."""
    found = HOURS.fullmatch(THOUSANDS_COMMA.sub("", " ".join(text.split())))
    if found is None:
        raise Unreadable("The clock hours cannot be read. Write one number, such as 48.")
    hours = plain_decimal(found[1])
    if hours > MAX_CLOCK_HOURS:
        raise Unreadable(f"A course has no more than {MAX_CLOCK_HOURS:,} clock hours. Check the column.")
    return hours


def plain_decimal(digits: str) -> Decimal:
    """Read a number and drop the zeros that say nothing: 3.0 is 3."""
    number = Decimal(digits)
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def course_level(text: str) -> str:
    """Read a level as one of basic, working, advanced."""
    words = re.sub(r"[^a-z]+", " ", text.casefold()).split()
    found = {LEVEL_WORDS[word] for word in (word.rstrip("s") for word in words) if word in LEVEL_WORDS}
    if len(found) != 1:
        raise Unreadable("The level cannot be read. Write basic, working or advanced.")
    return found.pop()


def delivery_way(text: str) -> str:
    """Read one way of delivery as the word that the region uses for it."""
    folded = " ".join(re.sub(r"[^a-z0-9]+", " ", text.casefold()).split())
    if folded not in DELIVERY_WORDS:
        raise Unreadable(
            f"The way of delivery {shown(text)} is not known. Write on campus, online, hybrid, at the plant, "
            "work-based, days or evenings."
        )
    return DELIVERY_WORDS[folded]


def is_noncredit(text: str) -> bool:
    """Read whether a course gives no credit."""
    folded = " ".join(re.sub(r"[^a-z0-9]+", " ", text.casefold()).split())
    for answer, words in NONCREDIT_WORDS.items():
        if folded in words:
            return answer
    raise Unreadable("Whether the course is non-credit cannot be read. Write yes or no.")


def says_no_credit(text: str) -> bool:
    """Tell whether words in the place of credits say that a course gives none: "Non-Credit", "noncredit course"."""
    return (
        re.fullmatch(r"non[ -]?credit(?: course| hours?)?|no credits?", " ".join(text.split()).casefold()) is not None
    )


def cip_code(text: str) -> str:
    """Read a CIP code with its point: "48.0508", "480508", "48-0508", "1.0101 Agriculture", "CIP: 48.05"."""
    found = CIP_CODE.match(text)
    if found is None:
        raise Unreadable("The CIP code cannot be read. Write two digits, a point and four digits, such as 48.0508.")
    series, rest = (found["series"], found["rest"]) if found["series"] else (found["whole"][:-4], found["whole"][-4:])
    # Spreadsheets take a code for a number and drop the zeros at its ends: 1.051 is 01.0510.
    return series.zfill(2) + (f".{rest.ljust(4 if len(rest) > 2 else 2, '0')}" if rest else "")


def day(text: str) -> date:
    """Read a day: 2026-03-04, 3/4/2026, March 4, 2026."""
    found = ISO_DAY.fullmatch(text)
    if found:
        with suppress(ValueError):
            return date.fromisoformat(found[1])
    for pattern in DAY_PATTERNS:
        with suppress(ValueError):
            return datetime.strptime(text, pattern).date()
    raise Unreadable("The day cannot be read. Write it as year-month-day, such as 2026-03-04.")
