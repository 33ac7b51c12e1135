"""Read the line that heads a course in a catalog: its code, its title and its credits.

Colleges write "WELD 101. Arc welding. 3 Credits.", "WELD 101 - Arc welding", "WELD 101 | Arc welding | 3 hours",
"WELD& 101 Arc welding (3-0-3)" and many others. Nothing is guessed from the words of a title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

#: Signs that nobody sees: zero-width spaces and joiners, direction marks, soft hyphens, byte order marks.
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")

# Course codes

#: One word of a prefix: "WELD", "A&S", "ENGL&", "AC/R", "CS-UH", "I&C", "L & S", "A,RESEC".
WORD = r"(?:[A-Z]{1,3}\s&\s[A-Z]{1,3}(?=\s)|[A-Z]{1,4},[A-Z]{2,8}(?=\s)|[A-Z][A-Z&/]{0,11}(?:-[A-Z]{1,6})?)"
#: A prefix of several words: "MUS HIST", "E C E", "COMP SCI/E C E/MATH".
PREFIX = rf"{WORD}(?:\s/\s?{WORD}|/\s{WORD}|\s{WORD}){{0,5}}"
#: "101", "1301K", "C1000", "101.01", "411/511", "1A-1B", "140T-A", "1XX".
NUMBER = r"[A-Z]{0,2}\d{1,5}[A-Za-z]{0,3}(?:[./-]?(?<=[./-])[A-Z]{0,2}\d{1,5}[A-Z]{0,2}|-[A-Z]{1,2})?(?![A-Za-z0-9])"
#: A second code of the same course: "CS 101/MATH 101", "MATH 101, 102".
SECOND = rf"(?:\s?[/,&]\s?(?:{PREFIX}\s?[-.*]?\s?)?{NUMBER})"
CODE = re.compile(rf"{PREFIX}\s?[-.*_]?\s?{NUMBER}{SECOND}{{0,4}}")
#: Codes of digits alone, in groups: "10-442-321", "15-112", "6.100A", "1.S977-1.S980", "1.UAR".
DIGIT_CODE = re.compile(
    r"\d{1,3}\.S\d{2,4}\s?[-–]\s?\d{1,3}\.S\d{2,4}(?![A-Za-z0-9])|"
    r"\d{1,3}[A-Z]?(?:[-.][A-Z]?\d{2,4}[A-Z]{0,2}){1,2}(?![A-Za-z0-9])|\d{1,2}\.[A-Z]{3}(?=\s[A-Z])"
)
#: A prefix in small letters: "Com S 309", "Phys 101".
SMALL_CODE = re.compile(rf"[A-Z][A-Za-z&]{{1,9}}(?:\s[A-Z][a-z]{{0,4}})?\s?-?\s?{NUMBER}")
#: The whole name of a subject: "Computer Science 101." It needs a sign behind the number.
NAMED_CODE = re.compile(
    r"[A-Z][a-z]{2,}(?:,?\s(?:and|of|in|for|the|&|[A-Z][A-Za-z]+)){1,5}\s\d{2,4}[A-Z]{0,2}(?=[.:]\s|\s[-–—]\s)"
)
#: The number before the prefix: "435 HDF".
REVERSED_CODE = re.compile(r"(\d{2,5}[A-Z]?)\s+([A-Z]{2,6})(?=\s|$)")
#: A code closed by a dash or a colon may hold what no other code does: "AC/R 100 C - Air", "NURS-2F 100: Care".
CLOSED_CODE = re.compile(r"([A-Z][A-Z0-9&/.*-]*(?:\s[A-Z0-9][A-Z0-9&/.*-]{0,6}){0,3}?)(?:\s?[-–—]\s|:\s|\s[-–—])")
CODE_TAIL = re.compile(r"\s?[A-Z]{1,2}|[A-Z0-9./*-]{1,5}")
#: One letter after the number: the mark of a campus, or the first word of a title.
LETTER = re.compile(r"\s([A-Z])(?=\s)")

SEPARATORS = " \t.:;,|•·*–—-_~\u00a0"
MOST_CODE_CHARACTERS = 60
#: No course is headed at such length; it is a paragraph.
MOST_HEADING_CHARACTERS = 500

# Credits

AMOUNT = r"(?:\d{1,2}(?:\.\d{1,3})?|(?<![\d.])\.\d{1,3})"
SPAN = rf"{AMOUNT}(?:\s?(?:-|–|—|to|or|thru|through|/|,|,\s?or|and)\s?{AMOUNT})*"
UNIT = (
    r"(?:(?:semester|quarter|sem\.?|qtr\.?|college|credit|academic|undergraduate|graduate|degree|total)\s?)*"
    r"(?:credits?|credit\(s\)|crs?\.?|cr\.?\s?hrs?\.?|units?|unit\(s\)|hours?|hour\(s\)|hrs?\.?|points?|s\.?h\.?|"
    r"c\.?h\.?|s\.?c\.?h\.?)(?:\s?(?:hours?|hrs?\.?|units?|cr\.?|credits?))?(?![A-Za-z])\.?"
)
CREDIT_LABEL = (
    r"(?:(?:total|variable|course|semester|sem\.?|quarter|qtr\.?|number\sof|max(?:imum)?|min(?:imum)?)\s?)*"
    r"(?:credits?|credit\(s\)|credit\s?hours?|credit\s?hour\(s\)|units?|unit\(s\)|cr\.?|crs\.?|hours?|hrs?\.?)"
)
#: Lecture, laboratory and credit hours in a row: the last number counts.
ROW = rf"{AMOUNT}(?:\s?[-–:]\s?{AMOUNT}){{2,3}}"
#: What kinds of hours of teaching are called.
KIND = (
    r"(?:lec(?:tures?)?|lab(?:oratory|oratories|s)?|clin(?:ic|ical)?s?|class(?:room)?|studio|practicum|theory|seminar|"
    r"discussion|activity|shop|work(?:\sexperience)?)"
)
#: Hours of one kind: "3 lec.", "2 hours lab", "Lecture: 3", "3 hours of laboratory per week".
HOURS_OF_KIND = (
    rf"(?:{AMOUNT}\s?(?:(?:hours?|hrs?\.?)\s)?(?:of\s)?{KIND}\b\.?(?:\s?(?:hours?|hrs?\.?))?(?:\s(?:per|a)\sweek)?|"
    rf"\b{KIND}\.?\s?(?:hours?|hrs?\.?)?\s?[:=]?\s?{AMOUNT}(?:\s?(?:hours?|hrs?\.?))?(?![\w.]))"
)
HOURS_OF_KINDS = rf"{HOURS_OF_KIND}(?:\s?(?:[,;/+&]|and)?\s?{HOURS_OF_KIND})*"
#: Lecture and laboratory hours in brackets: "(3-2)", "(2+6)", "(3 lec., 3 lab.)".
BRACKETED_HOURS = rf"(?:\(\s?{AMOUNT}(?:\s?[-+,]\s?{AMOUNT}){{1,2}}\s?\)|[(\[]\s?{HOURS_OF_KINDS}\s?[)\]])"
#: Lecture and laboratory hours beside the credits: "4(3-2)", "(3-2) 4", "(3 lec., 3 lab.) 4 cr."
BESIDE = rf"(?:(?<!\d[-–]){AMOUNT}\s?{BRACKETED_HOURS}|{BRACKETED_HOURS}\s?(?:cr\.\s?)?{AMOUNT}(?:\s?{UNIT})?)"
STATED = (
    rf"(?:{CREDIT_LABEL}\s?[:=]?\s?(?:{ROW}|{SPAN})(?:\s?{UNIT})?|"
    rf"(?:variable\s)?(?:{ROW}|{SPAN}|[(]\s?{SPAN}\s?[)])\s?{UNIT}(?:\s?\(?variable\)?)?)"
)
BRACKETED = rf"[(\[{{]\s?(?:{STATED}|{ROW}|{SPAN})(?:\s?[;,.]?\s?[^()\[\]{{}}]{{0,60}}(?:\([^()]{{0,30}}\))?)?[)\]}}]"

STATED_ONLY = re.compile(
    rf"(?:{BRACKETED}|{STATED}(?:[\s,;]*(?:{BRACKETED_HOURS}|{HOURS_OF_KINDS}))?|{BESIDE}|"
    rf"{KIND}\s?[/-]\s?{KIND}\s?[/-]\s?credits?(?:\shours?)?\s?:?\s{ROW})[.,;]?",
    re.IGNORECASE,
)
HOURS_ONLY = re.compile(rf"(?:{HOURS_OF_KINDS}|{BRACKETED_HOURS})(?:\s(?:per|a)\sweek)?[.,;]?", re.IGNORECASE)
AT_START = re.compile(rf"(?:{BRACKETED})[.,:]?\s*", re.IGNORECASE)
AT_END = re.compile(rf"(?:\s*[–—|•·,;:-]\s*|\s+|(?<=[.)]))({BRACKETED}|{STATED}|{BESIDE})[\s.,;:]*$", re.IGNORECASE)
#: Credits whose opening bracket is missing: "Arc Welding I 3)".
UNOPENED = re.compile(rf"\s({SPAN})\)$")
#: "3-0-3" and "3.00" end no title.
BARE_ROW_AT_END = re.compile(rf"\s+({ROW}|\d{{1,2}}\.\d0)$")
HOURS_AT_END = re.compile(rf"(?:[\s.,;:–—-]+|(?<=[.)]))(?:{HOURS_OF_KINDS}|{BRACKETED_HOURS})[\s.,;:]*$", re.IGNORECASE)
#: What stands behind the credits in some catalogs: "(may be repeated)", "F, S", "Fall/Spring".
TERM = r"(?:fall|spring|summer|winter|autumn|fa|sp|su|wi|au|f|s|w|i{1,3}|odd|even|years?|and|or)"
AFTER_CREDITS = re.compile(
    rf"(?<=[)\]])[\s,;]+{TERM}(?:[\s,;/&.-]+{TERM})*\.?$|(?<=[a-z.])\s*\((?:[^()]{{0,60}}\b(?:repeat|fall|spring|summer|winter|"
    r"max)[^()]{0,60})\)[.]?$",
    re.IGNORECASE,
)
#: Words in the place of an amount.
WORDS_AT_END = re.compile(
    r"(?:[\s.,;:–—-]+|(?<=[.)]))(\((?i:variable(?:\scredits?|\sunits?|\shours?)?|TBA|TBD|arr(?:anged|\.)?|non-?\s?credit)\)|"
    r"(?i:variable\s(?:credits?|units?|(?:credit\s)?hours?)|credits?:?\s(?:variable|vary|varies|arranged|tba)|"
    r"non-?credit|no\scredits?)|TBA|TBD)[\s.]*$"
)
#: Dots that lead from a title to its credits.
LEADERS = re.compile(r"(?:\s?[.·_]){4,}\s*$|\s…+$")
#: Credits to which dots lead: "Arc Welding ........ 3".
LED_CREDITS = re.compile(rf"(?:\s?[.·_]){{4,}}\s*({SPAN})$")
#: Marks before a code: "*WLD 110", "† WLD 110".
MARK_BEFORE = re.compile(r"[*†‡§#•■□▪►✓^~+]+\s?(?=[A-Za-z0-9])")
#: Marks of general education after the credits: "(4) (MPF, MPT)".
MARKS_AT_END = re.compile(r"(?<=[)\]])\s*[(\[][A-Z][A-Z0-9,/&* -]{0,20}[)\]]\.?$")
#: Credits in words at the end: "Arc Welding. Three credits."
NUMBER_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
WORDED_AT_END = re.compile(
    rf"(?<=[.,;:(–—-])\s?({'|'.join(NUMBER_WORDS)})(?=\s(?:(?:semester|quarter|credit)\s)?(?:credits?|hours?|units?)[.)]*$)",
    re.IGNORECASE,
)
#: Another code of the same course in brackets before the title: "[MET 107] Arc Welding".
OTHER_CODE = re.compile(r"[(\[]([^()\[\]]{3,40})[)\]]\s*(?=\w)")
#: Hours of teaching and then the credits, in a line of their own: "Lecture: 2 Lab: 3 Credits: 3".
CREDITS_BEHIND_HOURS = re.compile(rf"{HOURS_OF_KINDS}[\s,;|/]*{CREDIT_LABEL}\s?[:=]\s?({SPAN})\.?", re.IGNORECASE)
AMOUNT_AT_START = re.compile(rf"(?:{BRACKETED}|{BESIDE}|(?:{ROW}|{SPAN})(?:\s?{UNIT})?)(?![\w%])", re.IGNORECASE)
DIGIT = re.compile(r"\d")
ONE_AMOUNT = re.compile(AMOUNT)
ONE_ROW = re.compile(ROW)
ONE_SPAN = re.compile(SPAN, re.IGNORECASE)
MOST_CREDITS = 40
MOST_CREDIT_CHARACTERS = 100
#: "3-0-9 units" may mean the sum or the last number, so neither is read.
ROW_OF_UNITS = re.compile(rf"{ROW}\s?units?", re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    """Hold what the line that heads a course says."""

    code: str = ""
    title: str = ""
    #: Credits as the spreadsheet importer reads them, "3" or "1-4"; the words of the page when they hold no amount.
    credits: str = ""


@lru_cache(maxsize=256)  # the same texts are asked for several times in a row
def tidied(text: str) -> str:
    """Drop what nobody sees and make every run of white space one space."""
    return " ".join((text if text.isascii() else UNSEEN.sub("", text)).split())


def heading_of(text: str) -> Heading:
    """Read a whole line; the code is "" when the line does not begin with one."""
    line = tidied(text)
    if len(line) > MOST_HEADING_CHARACTERS:
        return Heading(title=line)
    if mark := MARK_BEFORE.match(line):
        marked = heading_of(line[mark.end() :])
        return marked if marked.code else Heading(title=line)
    if "|" in line:
        return _piped([part.strip() for part in line.split("|")])
    code, rest = code_and_rest(line)
    return replace(title_and_credits(rest), code=code) if code else Heading(title=line)


def _piped(parts: Sequence[str]) -> Heading:
    code, rest = code_and_rest(parts[0])
    if not code:
        return Heading(title=" | ".join(parts))
    told = [part for part in (rest, *parts[1:]) if part]
    credit = told.pop() if len(told) > 1 and re.search(r"\d", told[-1]) else ""
    heading = title_and_credits(" | ".join(told))
    return Heading(code=code, title=heading.title, credits=credit_words(credit, is_bare=True) or heading.credits)


def code_and_rest(line: str) -> tuple[str, str]:
    """Split a tidied line into the course code that it begins with and what follows."""
    closed = CLOSED_CODE.match(line)
    for pattern in (CODE, DIGIT_CODE, SMALL_CODE, NAMED_CODE):
        found = pattern.match(line)
        if found and len(found[0]) <= MOST_CODE_CHARACTERS:
            code = found[0].strip()
            if closed and closed[1].startswith(code) and CODE_TAIL.fullmatch(closed[1][len(code) :]):
                return closed[1], line[closed.end() :].lstrip(SEPARATORS)
            return code, _after_code(line[found.end() :])
    if closed and re.search(r"\d", closed[1]):
        return closed[1], line[closed.end() :].lstrip(SEPARATORS)
    found = REVERSED_CODE.match(line)
    if found:
        return f"{found[2]} {found[1]}", line[found.end() :].lstrip(SEPARATORS)
    return "", line


def _after_code(text: str) -> str:
    """Strip what separates a code from its title; the dot of ".NET" stays."""
    title = text.lstrip(SEPARATORS)
    return f".{title}" if text[: len(text) - len(title)].endswith(" .") else title


def is_code(text: str) -> bool:
    """Tell whether a text is a course code and nothing else."""
    code, rest = code_and_rest(tidied(text))
    return bool(code) and not rest


def code_alone(text: str) -> str:
    """Read a text that an element marks as the course code, whatever it looks like."""
    line = tidied(text).strip(SEPARATORS.replace("*", ""))
    found = REVERSED_CODE.fullmatch(line)
    return f"{found[2]} {found[1]}" if found else line


def title_and_credits(text: str) -> Heading:
    """Read what follows a course code."""
    rest = WORDED_AT_END.sub(lambda found: f" {NUMBER_WORDS[found[1].lower()]}", tidied(text))
    if (other := OTHER_CODE.match(rest)) and is_code(other[1]):
        rest = rest[other.end() :]
    credit = ""
    if first := AT_START.match(rest):
        credit, rest = credit_words(first[0], is_bare=True), rest[first.end() :]
    rest = _without_aside(MARKS_AT_END.sub("", rest))
    if (
        found := _stated_at_end(rest)
        or BARE_ROW_AT_END.search(rest)
        or LED_CREDITS.search(rest)
        or ("(" not in rest and UNOPENED.search(rest))
    ):
        if stated := credit_words(found[1], is_bare=True):
            credit, rest = stated, LEADERS.sub("", _without_hours(rest[: found.start()], credit=stated))
    elif words := WORDS_AT_END.search(rest):
        credit, rest = credit or words[1].strip("()"), rest[: words.start()]
    if only := STATED_ONLY.fullmatch(rest):
        credit, rest = credit_words(only[0], is_bare=True) or credit, ""
    return Heading(title=title_alone(rest), credits=credit)


def _stated_at_end(text: str) -> re.Match[str] | None:
    """Find the credits that end a text; only its end is looked at."""
    return AT_END.search(text, max(0, len(text) - MOST_CREDIT_CHARACTERS)) if DIGIT.search(text) else None


def _without_aside(text: str) -> str:
    """Strip what stands behind the credits: hours of teaching, terms, whether the course may be repeated."""
    if not DIGIT.search(text):
        return text
    for pattern in (AFTER_CREDITS, HOURS_AT_END):
        aside = pattern.search(text, max(0, len(text) - MOST_CREDIT_CHARACTERS))
        before = _stated_at_end(text[: aside.start()]) if aside else None
        if aside and before and (pattern is AFTER_CREDITS or re.search(r"[A-Za-z]", before[1])):
            return text[: aside.start()]
    return text


def _without_hours(text: str, *, credit: str) -> str:
    """Strip the hours of teaching that stand before the credits, and the credits where they stand twice."""
    while True:
        found = HOURS_AT_END.search(text) if DIGIT.search(text) else None
        if found is None:
            again = _stated_at_end(text)
            found = again if again and credit_words(again[1], is_bare=True) == credit else None
        if found is None or not found.start():
            return text
        text = text[: found.start()]


def title_alone(text: str) -> str:
    """Strip what separates a title from its neighbours; the dot of "U.S." and of "etc." stays."""
    title = _after_code(f" {tidied(text)}").rstrip(SEPARATORS.replace(".", ""))
    if title.endswith(".") and not re.search(r"(?:\b[A-Za-z]\.){2,}$|\.\.\.$|\b(?:etc|Jr|Sr|Inc)\.$", title):
        title = title.rstrip(SEPARATORS)
    return title


def credit_words(text: str, *, is_bare: bool = False) -> str:
    """Read an amount of credits from a text such as "3 Credits.", "(3-0-3)" or "1 to 4 units"; "" when none is stated.

    A number without a unit counts only when `is_bare`, that is, when its place says that it means credits.
    """
    if len(text) > 4 * MOST_CREDIT_CHARACTERS or not DIGIT.search(text):
        return ""
    line = tidied(text)
    if len(line) > MOST_CREDIT_CHARACTERS or (not is_bare and not STATED_ONLY.fullmatch(line)):
        return ""
    if ROW_OF_UNITS.search(line):
        return ""
    if beside := re.search(BESIDE, line, re.IGNORECASE):
        outside = re.sub(r"[(\[][^)\]]*[)\]]", " ", beside[0])
        return _bounded(ONE_AMOUNT.findall(outside))
    if row := ONE_ROW.search(line):
        return _of_row(ONE_AMOUNT.findall(row[0]))
    span = ONE_SPAN.search(line)
    if span is None or re.match(r"\d", line[span.end() :]):
        return ""
    amounts = ONE_AMOUNT.findall(span[0])
    if len(amounts) == 2 and float(amounts[0]) > float(amounts[1]):
        return ""  # "(3-0)" are hours of lecture and laboratory
    return _bounded(amounts)


def _of_row(amounts: Sequence[str]) -> str:
    """Return the credits of a row of lecture, laboratory and credit hours, which some catalogs begin with credits.

    A course gives no fewer credits than it has hours of lecture, so (4-3-3) begins with them.
    """
    first, last = amounts[0], amounts[-1]
    if float(last) >= float(first):
        return _bounded([last])
    return _bounded([first]) if float(first) == max(map(float, amounts)) else ""


def credits_behind_hours(text: str) -> str:
    """Return the credits of a line that states hours of teaching and then credits, and nothing else; "" if not so."""
    if len(text) > MOST_CREDIT_CHARACTERS or not DIGIT.search(text):
        return ""
    found = CREDITS_BEHIND_HOURS.fullmatch(tidied(text))
    return credit_words(found[1], is_bare=True) if found else ""


def says_hours(text: str) -> bool:
    """Tell whether a line says nothing but hours of teaching: "Lecture 3; Lab 2"."""
    if len(text) > 4 * MOST_CREDIT_CHARACTERS or not DIGIT.search(text):
        return False
    line = tidied(text)
    return len(line) <= MOST_CREDIT_CHARACTERS and HOURS_ONLY.fullmatch(line) is not None


def _bounded(amounts: Sequence[str]) -> str:
    """Return the fewest and the most of several amounts as "3" or "1-4"."""
    ordered = sorted((f"0{amount}" if amount.startswith(".") else amount for amount in amounts), key=float)
    if not ordered or float(ordered[-1]) > MOST_CREDITS:
        return ""
    return ordered[0] if float(ordered[0]) == float(ordered[-1]) else f"{ordered[0]}-{ordered[-1]}"


def split_credits(text: str) -> tuple[str, str]:
    """Split an amount of credits off the front of a text: "3.00. Students join plate." It may hold none."""
    found = AMOUNT_AT_START.match(text)
    stated = credit_words(found[0], is_bare=True) if found else ""
    return (stated, text[found.end() :].lstrip(SEPARATORS)) if found and stated else ("", text)


def with_campus_letters(lines: Sequence[str]) -> bool:
    """Tell whether the codes of a page end in the letter of a campus, as in "MATH 151 F Calculus".

    A letter after one number may as well begin a title ("MATH 100 A Survey"), so all lines must bear the same one.
    """
    letters = []
    for line in lines:
        found = CODE.match(tidied(line))
        after = LETTER.match(tidied(line)[found.end() :]) if found else None
        letters.append(after[1] if after else "")
    return len(letters) > 1 and len(set(letters)) == 1 and bool(letters[0])


def campus_heading_of(text: str) -> Heading:
    """Read a line whose code ends in the letter of a campus."""
    line = tidied(text)
    code, rest = code_and_rest(line)
    heading = title_and_credits(rest[1:]) if code else Heading(title=line)
    return replace(heading, code=f"{code} {rest[:1]}") if code else heading
