"""Find the lines of a PDF catalog that head its courses.

Every catalog heads its courses in a type of its own (larger, bolder), or in plain lines that state credits. Which it
is, is found out from the file: the types in which lines begin with course codes and are followed by prose.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from catalog.importers.course_headings import (
    LED_CREDITS,
    MOST_CREDITS,
    Heading,
    code_and_rest,
    credit_words,
    credits_behind_hours,
    heading_of,
    title_alone,
    title_and_credits,
)
from catalog.importers.course_labels import DASHED, field_of, is_known
from catalog.importers.labelled_text import CLOCK_HOURS
from catalog.importers.pdf_paragraphs import starts_with_label
from catalog.importers.pdf_text import Line, PdfText, joined

#: Words that look like the prefix of a course code when a number follows.
NO_PREFIXES = frozenset((
    "fall", "spring", "summer", "winter", "autumn", "page", "pages", "room", "suite", "chapter", "section", "part",
    "title", "level", "grade", "phase", "step", "week", "unit", "units", "form", "building", "option", "figure",
    "table", "volume", "version", "article", "act", "public", "bldg", "box", "po", "p.o", "fax", "tel", "phone",
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue",
    "wed", "thu", "fri", "sat", "sun", "year", "years", "semester", "quarter", "total", "lecture", "clinical", "lab",
    "laboratory", "grades", "ages", "age", "type", "class", "group", "item", "note", "top", "about", "over", "lec",
    "credits", "credit", "hours", "minimum", "maximum", "required", "category", "area", "catalog", "since",
))  # fmt: skip
#: "K-12", "L2": levels of schooling and language.
NO_CODE = re.compile(r"[A-Z]{1,2}-?\d{1,2}")
#: Words that follow a course code in the middle of a sentence.
NO_TITLE_WORDS = frozenset((
    "and", "or", "with", "is", "are", "was", "may", "must", "can", "will", "should", "for", "to", "at", "as", "of",
    "by", "from", "also", "required", "recommended", "before", "after", "plus", "but", "which", "that", "if", "when",
    "than",
))  # fmt: skip

#: Dots that lead to a page number: a line of a table of contents.
CONTENTS = re.compile(r"(?:(?:\s?\.){3,}\s*|\s\.\s)(\d{1,4})(?![\w.])")
#: A stray heading needs so many others to be like, and this share of them to state credits as it does.
FEWEST_FELLOWS = 10
LEAST_CREDITED_SHARE = 0.9

#: A type heads courses when this share of its lines begins with a code, and this share of those is followed by prose.
LEAST_CODED_SHARE = 0.2
LEAST_DESCRIBED_SHARE = 0.4
FEWEST_PROSE_CHARACTERS = 40
#: Fewer headings in one type, among many codes in other types, head something else.
FEWEST_HEADINGS = 3
N_LINES_LOOKED_AT = 40
MAX_HEADING_LINES = 4
MAX_TITLE_WORDS = 22
MAX_CREDIT_LINE_CHARACTERS = 60
MAX_TITLE_CHARACTERS = 80

#: Hours of lecture and laboratory beside the credits: "3(3,0)", "VAR(VAR,0)", "400(4)", and terms: "(FA 2.0)".
_AMOUNT = r"\d{1,2}(?:[.-]\d{1,2}){0,2}|VAR"
#: A single number in brackets must follow without a space: "Arc Welding 1 (3)" is the first of several courses.
CREDITS_BEFORE_HOURS = re.compile(
    rf"\s({_AMOUNT})(?:\((?:{_AMOUNT})\)|\s?\((?:{_AMOUNT}),\s?(?:{_AMOUNT})\)|(?<=VAR))(?=\s|$)"
)
CREDITS_AFTER_HOURS = re.compile(r"\s\d{3}\((\d{1,2}(?:\.\d+)?)\)(?=\s|$)")
CREDITS_AFTER_TERMS = re.compile(r"\s\((?:[A-Z]{2},?\s){1,4}(\d{1,2}(?:\.\d{1,2})?)\)$")
#: A line that states credits and nothing else: "(3) Credit Hours", "3.0 FA WP", "Credits: 3", "3 Credits".
CREDIT_LINE = re.compile(
    r"\(?(?:credit(?:\s?hour)?s?|units?|cr)?\s?:?\s?\(?\d{1,2}(?:\.\d{1,2})?"
    r"(?:\s?(?:-|–|to|or|/)\s?\d{1,2}(?:\.\d{1,2})?)?\)?"
    r"\s?(?:(?:semester|quarter|lecture|lab|credit)\s)*(?:credits?|credit\s?hours?|hours?|units?|cr\.?|hrs?\.?|s\.?h\.?)?"
    r"\)?\.?(?:\s(?:[A-Z]{2,3}|\([A-Z]{2,3}\)),?)*",
    re.IGNORECASE,
)
#: The columns of a small table of hours and credits below a heading, and its row.
_HOURS_NAME = (
    r"(?:class(?:room)?|lect?(?:ure)?|lab(?:oratory)?|clinic(?:al)?|shop|work(?:\sexperience)?|studio|contact|practicum|"
    r"theory|credits?|cr)\.?(?:\s(?:hours?|hrs?\.?))?"
)
HOURS_NAME = re.compile(_HOURS_NAME, re.IGNORECASE)
HOURS_NAMES = re.compile(rf"{_HOURS_NAME}(?:\s+{_HOURS_NAME}){{1,5}}", re.IGNORECASE)
ROW_OF_NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,2})?(?:\s+\d{1,3}(?:\.\d{1,2})?){1,5}")
NUMBERS = re.compile(r"\d{1,2}(?:\.\d{1,2})?")
LABEL = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9 ()/&.,'’-]{1,68}?)\s?:(?=\s|$)\s*")
#: A heading that ends so goes on in the next line.
OPEN_END = re.compile(r"(?:[-–—,/&:(]|\b(?:and|or|of|the|in|for|to|with|a|an|on))$")


def heading_in(line: Line) -> Heading | None:
    """Read a line as the heading of a course; None when it cannot be one."""
    if leads_to_page(line.text):
        return None
    heading = heading_of(with_plain_credits(line.lead if line.last_kind != line.kind else line.text))
    if not heading.title.strip("0123456789") and CONTENTS.search(line.text):
        return None
    n_digits = sum(sign.isdigit() for sign in heading.code)
    words = re.findall(r"[A-Za-z.]+", heading.code)
    title = heading.title.split()
    is_code = n_digits >= (1 if code_shape(heading.code) == "capitals" else 3) and not NO_CODE.fullmatch(heading.code)
    goes_on_as_prose = len(title) > MAX_TITLE_WORDS or bool(title and title[0] in NO_TITLE_WORDS)
    is_phrase = any(word.casefold() in NO_TITLE_WORDS for word in words[1:])
    is_no_prefix = bool(words) and words[0].casefold() in NO_PREFIXES
    return None if not is_code or goes_on_as_prose or is_phrase or is_no_prefix else heading


def leads_to_page(text: str) -> bool:
    """Tell whether dots lead from a text to the number of a page; a small number may be the credits of a course."""
    found = CONTENTS.search(text)
    return found is not None and (int(found[1]) > MOST_CREDITS or not LED_CREDITS.search(text))


def with_plain_credits(text: str) -> str:
    """Write credits that stand beside hours of a week or terms, as "3(3,0)" and "(FA 2.0)", as credits in brackets."""
    for pattern in (CREDITS_BEFORE_HOURS, CREDITS_AFTER_HOURS, CREDITS_AFTER_TERMS):
        text = pattern.sub(r" (\1)", text)
    return text


def code_shape(code: str) -> str:
    """Name the way in which a code is written: with a prefix in capitals, in small letters, or in digits alone."""
    words = re.findall(r"[A-Za-z]+", code)
    if not words or not code[0].isalpha():
        return "digits"
    return "capitals" if words[0].isupper() else "small letters"


# Which lines head courses


def heading_kinds(pdf: PdfText, *, headings: dict[int, Heading]) -> frozenset[int]:
    """Find the types that head courses; the type of the body is one only when no other is."""
    # A line that goes on in another type after a label ("Grading: Letter grade.") heads nothing and is not counted.
    n_lines = Counter(
        line.kind for number, line in enumerate(pdf.lines) if line.kind == line.last_kind or number in headings
    )
    coded: dict[int, list[int]] = defaultdict(list)
    for number in headings:
        coded[pdf.lines[number].kind].append(number)
    n_coded = sum(len(numbers) for kind, numbers in coded.items() if kind != pdf.body_kind)
    found = {
        kind
        for kind, numbers in coded.items()
        if kind != pdf.body_kind
        and len(numbers) >= max(LEAST_CODED_SHARE * n_lines[kind], FEWEST_HEADINGS if n_coded > 10 else 1)
        and _share_described(pdf, numbers, kind=kind) >= LEAST_DESCRIBED_SHARE
    }
    n_headed = sum(len(coded[kind]) for kind in found)
    plain = [number for number in coded[pdf.body_kind] if is_plain_heading(pdf, number, heading=headings[number])]
    if len(plain) > 2 * n_headed and _share_described(pdf, plain, kind=None) >= LEAST_DESCRIBED_SHARE:
        found.add(pdf.body_kind)
    return frozenset(found)


def _share_described(pdf: PdfText, numbers: Sequence[int], *, kind: int | None) -> float:
    """Return the share of headings below which prose stands, before the next heading."""
    n_described = 0
    for number, following in pairwise([*numbers, len(pdf.lines)]):
        below = pdf.lines[number + 1 : min(following, number + N_LINES_LOOKED_AT)]
        prose = [line.text for line in below if line.last_kind != kind and not is_fact(line.text)]
        prose.append(pdf.lines[number].text[pdf.lines[number].n_lead :])
        n_described += sum(len(text) for text in prose if " " in text) >= FEWEST_PROSE_CHARACTERS
    return n_described / max(len(numbers), 1)


def is_fact(text: str) -> bool:
    """Tell whether a line states credits or hours, or begins with a label that catalogs print."""
    return bool(known_label(text)) or is_credit_line(text) or CLOCK_HOURS.fullmatch(text) is not None


def known_label(text: str) -> str:
    """Return the label that catalogs print before a fact and with which a text begins; "" when it begins otherwise.

    "CR:" before a number is a label of credits; before anything else it is short for corequisites in some catalogs.
    """
    label = LABEL.match(text)
    if dashed := DASHED.match(text):
        return dashed[1]
    if label is None or not is_known(label["name"]):
        return ""
    names_credits = field_of(label["name"]) == "credits"
    return (
        ""
        if names_credits and not re.match(r"\W*(?:\d|variable|var\b)", text[label.end() :], re.IGNORECASE)
        else label["name"]
    )


def is_credit_line(text: str) -> bool:
    """Tell whether a line states credits and nothing else."""
    if len(text) < MAX_CREDIT_LINE_CHARACTERS and CREDIT_LINE.fullmatch(text) and not text.isdigit():
        return True
    return bool(credits_behind_hours(text))


def is_plain_heading(pdf: PdfText, number: int, *, heading: Heading) -> bool:
    """Tell whether a line set like the body heads a course: it has a title, and it or the next line states credits."""
    line = pdf.lines[number]
    following = pdf.lines[number + 1] if number + 1 < len(pdf.lines) else None
    states_credits = bool(heading.credits) or (
        following is not None and (is_credit_line(following.text) or _is_title_going_on(line, following))
    )
    is_title = heading.title[:1].isupper() or heading.title[:1].isdigit()
    return is_title and states_credits and line.text[-1] not in ",;"


def is_start(pdf: PdfText, number: int, *, heading: Heading, kinds: frozenset[int]) -> bool:
    """Tell whether a line with a code at its beginning heads a course."""
    line = pdf.lines[number]
    if line.kind not in kinds:
        return False
    if line.kind == pdf.body_kind:
        return is_plain_heading(pdf, number, heading=heading)
    before = pdf.lines[number - 1] if number else None
    is_second_line = before is not None and before.kind == line.kind and before.last_kind == line.kind
    return not (before is not None and is_second_line and (before.is_broken or OPEN_END.search(before.text)))


def stray_headings(starts: Sequence[int], *, headings: dict[int, Heading], pdf: PdfText) -> list[int]:
    """Find single headings set in a type of their own: with a subject of the others, credits, and prose below."""
    credited = [number for number in starts if _states_credits(pdf, number, heading=headings[number])]
    if len(starts) < FEWEST_FELLOWS or len(credited) < LEAST_CREDITED_SHARE * len(starts):
        return []
    prefixes = {_prefix(headings[number].code) for number in starts}
    codes = {headings[number].code for number in starts}
    return [
        number
        for number, heading in headings.items()
        if _prefix(heading.code) in prefixes
        and heading.code not in codes
        and _is_whole(pdf.lines[number])
        and pdf.lines[number].kind != pdf.body_kind
        and heading.title[:1].isupper()
        and _states_credits(pdf, number, heading=heading)
        and _has_prose_below(pdf, number)
    ]


def _states_credits(pdf: PdfText, number: int, *, heading: Heading) -> bool:
    following = pdf.lines[number + 1].text if number + 1 < len(pdf.lines) else ""
    return bool(heading.credits) or is_credit_line(following)


def _has_prose_below(pdf: PdfText, number: int) -> bool:
    below = [line for line in pdf.lines[number + 1 : number + 4] if not is_fact(line.text)]
    return bool(below) and below[0].kind == pdf.body_kind and len(below[0].text) >= FEWEST_PROSE_CHARACTERS


def without_second_lines(starts: Sequence[int], *, headings: dict[int, Heading], pdf: PdfText) -> list[int]:
    """Leave out lines that only look like headings because a title goes on there: "II 1 Unit", "AERODYNAMICS 3"."""
    prefixes = Counter(_prefix(headings[number].code) for number in starts)
    kept: list[int] = []
    for number in starts:
        follows_heading = bool(kept) and kept[-1] == number - 1 and _is_whole(pdf.lines[number - 1])
        is_rare = prefixes[_prefix(headings[number].code)] < FEWEST_HEADINGS
        if follows_heading and is_rare and not headings[number - 1].credits:
            continue
        kept.append(number)
    return kept


def _prefix(code: str) -> str:
    return re.split(r"\d", code, maxsplit=1)[0].strip(" -")


def _is_whole(line: Line) -> bool:
    return line.kind == line.last_kind


def of_usual_shape(starts: Sequence[int], *, headings: dict[int, Heading]) -> list[int]:
    """Leave out the headings whose codes are written otherwise than most: "Music Since 1900" among "MUH 3211"."""
    shapes = {number: code_shape(headings[number].code) for number in starts}
    usual = next((shape for shape, _ in Counter(shapes.values()).most_common(1)), "")
    return [number for number in starts if shapes[number] == usual]


# What a heading says


def read_heading(lines: Sequence[Line], *, pdf: PdfText, kinds: frozenset[int]) -> tuple[int, Heading, str]:
    """Read the heading of a course, which may take several lines; return how many, what it says, and its words."""
    n_lines = 1
    while n_lines < min(len(lines), MAX_HEADING_LINES):
        if not _goes_on(lines[n_lines - 1], lines[n_lines], first=lines[0], pdf=pdf, kinds=kinds):
            break
        n_lines += 1
    pieces = [line.lead if line.kind != line.last_kind else line.text for line in lines[:n_lines]]
    raw = " ".join(pieces)
    stated = CREDITS_BEFORE_HOURS.search(pieces[0])
    if n_lines > 1 and stated and has_title_below(lines[0]):
        below = _joined_pieces(lines[1:n_lines], pieces[1:], pdf=pdf)
        code, _ = code_and_rest(pieces[0][: stated.start()])
        return n_lines, Heading(code=code, title=title_alone(below), credits=stated[1].replace("VAR", "")), raw
    whole = heading_of(with_plain_credits(_joined_pieces(lines[:n_lines], pieces, pdf=pdf)))
    return n_lines, whole if whole.code else heading_of(with_plain_credits(pieces[0])), raw


def _joined_pieces(lines: Sequence[Line], pieces: Sequence[str], *, pdf: PdfText) -> str:
    parts = [
        Line(piece, line.page, line.left, line.right, line.height, line.kind, len(piece), line.kind, line.is_broken)
        for line, piece in zip(lines, pieces, strict=True)
        if piece
    ]
    return joined(parts, pdf=pdf)


def _goes_on(line: Line, following: Line, *, first: Line, pdf: PdfText, kinds: frozenset[int]) -> bool:
    """Tell whether the heading in one line goes on in the next."""
    if line.kind != line.last_kind or following.kind != line.kind:
        return False
    if line.is_broken or OPEN_END.search(line.text):
        return True
    if is_credit_line(following.text):
        return False
    if line.kind == pdf.body_kind:
        return _is_title_going_on(line, following)
    if has_title_below(first):
        return True
    return following.kind in kinds and not is_fact(following.text) and not starts_with_label(following)


def _is_title_going_on(line: Line, following: Line) -> bool:
    """Tell whether a title in capitals goes on in the next line, which ends with the credits."""
    return (
        line.text.isupper()
        and following.text.isupper()
        and line.kind == following.kind
        and len(following.text) <= MAX_TITLE_CHARACTERS
        and not heading_of(line.text).credits
        and not heading_of(following.text).code
        and bool(title_and_credits(following.text).credits)
    )


def has_title_below(line: Line) -> bool:
    """Tell whether a heading line holds code, department and credits, as "ACG 2021 BA-ACCT 3(3,0)", but no title."""
    stated = CREDITS_BEFORE_HOURS.search(line.text)
    return stated is not None and stated.end() == len(line.text)


def credits_of_hours_table(names: str, numbers: str) -> str:
    """Return the credits of a small table below a heading: "Class Lab Credit" above "2 3 3"; "" when it is none."""
    if (
        len(names) > MAX_CREDIT_LINE_CHARACTERS
        or not HOURS_NAMES.fullmatch(names)
        or not ROW_OF_NUMBERS.fullmatch(numbers)
    ):
        return ""
    columns = HOURS_NAME.findall(names)
    cells = numbers.split()
    places = [number for number, name in enumerate(columns) if name.casefold().startswith("cr")]
    return cells[places[0]] if len(columns) == len(cells) and len(places) == 1 else ""


def credits_in(text: str) -> str:
    """Return the credits that a line of credits states."""
    return credits_behind_hours(text) or credit_words(text, is_bare=True) or "-".join(NUMBERS.findall(text)[:2])
