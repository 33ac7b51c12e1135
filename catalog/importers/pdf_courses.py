"""Find the courses in the lines of a PDF catalog.

Every catalog heads its courses in a type of its own (larger, bolder) or in lines of one shape. Which it is, is found
out from the file: the types in which lines begin with course codes and are followed by prose.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from catalog.importers.course_headings import Heading, code_and_rest, credit_words, heading_of, title_alone
from catalog.importers.pdf_text import (
    Line,
    PdfText,
    joined,
    paragraphs,
    right_ends,
    starts_with_label,
    without_lead,
)

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
    "by", "from", "also", "required", "recommended", "before", "after", "plus", "but", "which", "that", "if", "when", "than",
))  # fmt: skip

#: A type heads courses when this share of its lines begins with a code, and this share of those is followed by prose.
LEAST_CODED_SHARE = 0.2
LEAST_DESCRIBED_SHARE = 0.4
FEWEST_PROSE_CHARACTERS = 40
#: Fewer headings in one type, among many codes in other types, head something else.
FEWEST_HEADINGS = 3
MAX_HEADING_LINES = 4
MAX_TITLE_WORDS = 22

#: Hours of lecture and laboratory beside the credits: "3(3,0)", "400(4)".
HOURS = r"(?:\d{1,2}(?:[.-]\d{1,2}){0,2}|VAR)"
CREDITS_BEFORE_HOURS = re.compile(
    rf"\s(\d{{1,2}}(?:[.-]\d{{1,2}}){{0,2}}|VAR)(?:\s?\({HOURS},\s?{HOURS}\)|(?<=VAR))(?=\s|$)"
)
#: Terms before the credits: "(FA 2.0)".
CREDITS_AFTER_TERMS = re.compile(r"\s\((?:[A-Z]{2},?\s){1,4}(\d{1,2}(?:\.\d{1,2})?)\)$")
CREDITS_AFTER_HOURS = re.compile(r"\s\d{3}\s?\((\d{1,2}(?:\.\d+)?)\)(?=\s|$)")
#: A line that states credits and nothing else: "(3) Credit Hours", "3.0 FA WP", "Credits: 3", "3 Credits".
CREDIT_LINE = re.compile(
    r"\(?(?:credit(?:\s?hour)?s?|units?|cr)?\s?:?\s?\(?\d{1,2}(?:\.\d{1,2})?"
    r"(?:\s?(?:-|–|to|or|/)\s?\d{1,2}(?:\.\d{1,2})?)?\)?"
    r"\s?(?:(?:semester|quarter|lecture|lab|credit)\s)*(?:credits?|credit\s?hours?|hours?|units?|cr\.?|hrs?\.?|s\.?h\.?)?"
    r"\)?\.?(?:\s(?:[A-Z]{2,3}|\([A-Z]{2,3}\)),?)*",
    re.IGNORECASE,
)
NUMBERS = re.compile(r"\d{1,2}(?:\.\d{1,2})?")

LABEL = re.compile(
    r"(?P<name>[A-Z][A-Za-z()/&-]*(?:\s[A-Za-z()/&-]+){0,4}?)\s?(?P<end>:|\.:)\s?(?P<text>.*)", re.DOTALL
)
REQUISITE_NAMES = re.compile(
    r"(?:(?:course|enforced|required|concurrent)\s)?(?:pre-?\s?requisites?|co-?\s?requisites?|pre-?\s?/\s?co-?requisites?|"
    r"corequisites?\s?/\s?prerequisites?|prereqs?|coreqs?|pre-?or\s?co-?requisites?|advisor(?:y|ies)|recommended"
    r"(?:\s(?:preparation|prerequisites?|background))?|restrictions?|minimum class standing|class standing|"
    r"registration restrictions?|entrance requirements?|limitation on enrollment|enrollment limitation)"
    r"(?:\(s\)|s)?(?:\s(?:and|or|/)\s(?:co-?requisites?|prerequisites?))?(?:\(s\))?",
    re.IGNORECASE,
)
PLAIN_REQUISITE = re.compile(r"(?:course\s)?pre-?\s?requisites?(?:\(s\))?|prereqs?", re.IGNORECASE)
CREDIT_NAMES = re.compile(
    r"(?:(?:semester|total|course)\s)?(?:credits?|credit hours?|units?|hours? credit)", re.IGNORECASE
)
CLOCK_NAMES = re.compile(r"(?:total\s)?(?:clock|contact)\shours?", re.IGNORECASE)
OUTCOME_NAMES = re.compile(
    r"(?:(?:student|course|program|expected)\s)*(?:learning\s)?(?:outcomes?|objectives?|competenc(?:y|ies))(?:\s\(slos?\))?",
    re.IGNORECASE,
)
DESCRIPTION_NAMES = re.compile(r"(?:course\s|catalog\s)?description", re.IGNORECASE)
#: Facts about a course that have no place in an edition; they are listed as not read.
OTHER_NAMES = re.compile(
    r"terms?\s(?:typically\s)?offered|(?:typically|usually|when|course|semesters?)?\s?offered|offering|"
    r"(?:lecture|lab|laboratory|class|clinical|studio|weekly)\s?(?:hours?|contact)?(?:\sper\sweek)?|"
    r"grad(?:e|ing)\s?(?:mode|basis|type|option|scale|method)?s?|repeatab(?:le|ility)(?:\s.{0,30})?|"
    r"cross-?\s?list(?:ed|ing)?(?:\s(?:with|as|courses?))?|(?:course |lab )?fees?|"
    r"transfers?(?:\s(?:to|credit|status))?|"
    r"distribution|attributes?|course attributes?|general education(?:\s.{0,30})?|gen ed|igetc|csu(?:\sge)?|c-id|"
    r"schedule types?|components?|course types?|equivalent(?:\sto)?|same as|department|campus(?:es)?|level|"
    r"degree applicable|acceptable for credit|also offered as|former(?:ly)?(?:\s.{0,20})?|course codes?|cip(?:\scode)?",
    re.IGNORECASE,
)
#: A heading that ends so goes on in the next line.
OPEN_END = re.compile(r"(?:[-–—,/&:(]|\b(?:and|or|of|the|in|for|to|with|a|an|on))$")
BULLET = re.compile(r"(?:[•·▪◦‣*–—-]|\(?(?:\d{1,2}|[A-Za-z])[.)])\s+")
SENTENCE_END = (".", "!", "?", ";", ":")


@dataclass
class FoundCourse:
    """Hold a course as it stands in the PDF."""

    heading: Heading
    page: int
    #: The heading as printed.
    raw: str
    description: str = ""
    prerequisites: str = ""
    clock_hours: str = ""
    outcomes: tuple[str, ...] = ()
    #: Lines such as "Terms offered: Fall" that have no place in an edition, by their label.
    unread: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Findings:
    """Hold what a PDF says of courses."""

    courses: tuple[FoundCourse, ...]
    #: Codes that begin a line but head no description; of use when there are no courses.
    mentions: tuple[str, ...]


def find_courses(pdf: PdfText) -> Findings:
    """Find the courses of a PDF: the headings, and what stands below each up to the next."""
    headings = {number: heading for number, line in enumerate(pdf.lines) if (heading := _heading(line)) is not None}
    kinds = heading_kinds(pdf, headings=headings)
    starts = [number for number in headings if is_start(pdf, number, headings=headings, kinds=kinds)]
    starts = of_usual_shape(starts, headings=headings)
    rights = right_ends(pdf.lines)
    sizes = [pdf.kinds[kind].size for kind in kinds]
    largest = max(sizes, default=0.0)
    courses = []
    for start, end in pairwise([*starts, len(pdf.lines)]):
        lines = list(_up_to_break(pdf, start=start, end=end, kinds=kinds, largest=largest))
        courses.append(course_of(lines, pdf=pdf, rights=rights, kinds=kinds))
    mentions = dict.fromkeys(heading.code for heading in headings.values())
    return Findings(courses=tuple(courses), mentions=tuple(mentions))


# Headings


def _heading(line: Line) -> Heading | None:
    """Read a line as the heading of a course; None when it cannot be one."""
    heading = heading_of(with_plain_credits(line.lead if line.last_kind != line.kind else line.text))
    n_digits = sum(sign.isdigit() for sign in heading.code)
    words = re.findall(r"[A-Za-z.]+", heading.code)
    title = heading.title.split()
    is_code = n_digits >= (1 if code_shape(heading.code) == "capitals" else 3) and not NO_CODE.fullmatch(heading.code)
    goes_on_as_prose = len(title) > MAX_TITLE_WORDS or bool(title and title[0] in NO_TITLE_WORDS)
    return None if not is_code or goes_on_as_prose or (words and words[0].casefold() in NO_PREFIXES) else heading


def with_plain_credits(text: str) -> str:
    """Write credits that stand beside hours of a week or terms, as "3(3,0)" and "(FA 2.0)", as credits in brackets."""
    for pattern in (CREDITS_BEFORE_HOURS, CREDITS_AFTER_HOURS, CREDITS_AFTER_TERMS):
        text = pattern.sub(r" (\1)", text)
    return text


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
        below = pdf.lines[number + 1 : min(following, number + 40)]
        prose = [line.text for line in below if line.last_kind != kind and not _is_label_line(line.text)]
        n_described += sum(len(text) for text in prose if " " in text) >= FEWEST_PROSE_CHARACTERS
    return n_described / max(len(numbers), 1)


def _is_label_line(text: str) -> bool:
    label = LABEL.match(text)
    return bool(label and is_known_label(label["name"])) or is_credit_line(text)


def is_plain_heading(pdf: PdfText, number: int, *, heading: Heading) -> bool:
    """Tell whether a line set like the body heads a course: it has a title, and it or the next line states credits."""
    line = pdf.lines[number]
    following = pdf.lines[number + 1] if number + 1 < len(pdf.lines) else None
    states_credits = bool(heading.credits) or (following is not None and is_credit_line(following.text))
    is_title = heading.title[:1].isupper() or heading.title[:1].isdigit()
    return is_title and states_credits and line.text[-1] not in ",;"


def is_start(pdf: PdfText, number: int, *, headings: dict[int, Heading], kinds: frozenset[int]) -> bool:
    """Tell whether a line with a code at its beginning heads a course."""
    line = pdf.lines[number]
    if line.kind not in kinds:
        return False
    if line.kind == pdf.body_kind:
        return is_plain_heading(pdf, number, heading=headings[number])
    before = pdf.lines[number - 1] if number else None
    is_second_line = before is not None and before.kind == line.kind and before.last_kind == line.kind
    ends_open = before is not None and (before.is_broken or before.text.endswith((",", " and", " or", "&", "/", " of")))
    return not (is_second_line and ends_open)


def of_usual_shape(starts: Sequence[int], *, headings: dict[int, Heading]) -> list[int]:
    """Leave out the headings whose codes are written otherwise than most: "Music Since 1900" among "MUH 3211"."""
    shapes = {number: code_shape(headings[number].code) for number in starts}
    usual = next((shape for shape, _ in Counter(shapes.values()).most_common(1)), "")
    return [number for number in starts if shapes[number] == usual]


def code_shape(code: str) -> str:
    """Name the way in which a code is written: with a prefix in capitals, in small letters, or in digits alone."""
    words = re.findall(r"[A-Za-z]+", code)
    if not words or not code[0].isalpha():
        return "digits"
    return "capitals" if words[0].isupper() else "small letters"


def is_credit_line(text: str) -> bool:
    """Tell whether a line states credits and nothing else."""
    return len(text) < 60 and bool(CREDIT_LINE.fullmatch(text)) and not text.isdigit()


def _up_to_break(pdf: PdfText, *, start: int, end: int, kinds: frozenset[int], largest: float) -> Iterator[Line]:
    """Yield the lines of a course; the heading of a subject or a chapter ends them."""
    in_body = False
    for number in range(start, end):
        line = pdf.lines[number]
        in_body = in_body or line.last_kind not in kinds
        if number > start and _is_break(pdf, line, kinds=kinds, largest=largest, in_body=in_body):
            return
        yield line


def _is_break(pdf: PdfText, line: Line, *, kinds: frozenset[int], largest: float, in_body: bool) -> bool:
    if line.kind != line.last_kind or line.kind == pdf.body_kind or len(line.text) > 100:
        return False
    if line.kind in kinds:
        is_sentence = line.text.endswith(SENTENCE_END) or is_credit_line(line.text)
        return in_body and pdf.body_kind not in kinds and not is_sentence and not _is_label_line(line.text)
    body = pdf.kinds[pdf.body_kind].size
    return pdf.kinds[line.kind].size >= max(largest, body + 1.5)


# One course


def course_of(lines: Sequence[Line], *, pdf: PdfText, rights: dict[int, float], kinds: frozenset[int]) -> FoundCourse:
    """Read the lines of one course."""
    n_heading, heading, raw = read_heading(lines, pdf=pdf, kinds=kinds)
    below = list(lines[n_heading:])
    first = lines[n_heading - 1]
    if first.kind != first.last_kind and (rest := without_lead(first)) is not None:
        below.insert(0, rest)
    credits = heading.credits
    while below and is_credit_line(below[0].text):
        credits = credits or _credits_in(below[0].text)
        below = below[1:]
    course = FoundCourse(
        heading=Heading(code=heading.code, title=heading.title, credits=credits), page=lines[0].page, raw=raw
    )
    read_paragraphs(course, [list(group) for group in paragraphs(below, rights=rights)], pdf=pdf)
    return course


def read_heading(lines: Sequence[Line], *, pdf: PdfText, kinds: frozenset[int]) -> tuple[int, Heading, str]:
    """Read the heading of a course, which may take several lines; return how many, what it says, and its words."""
    n_lines = 1
    while n_lines < min(len(lines), MAX_HEADING_LINES):
        if not goes_on(lines[n_lines - 1], lines[n_lines], first=lines[0], pdf=pdf, kinds=kinds):
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


def goes_on(line: Line, following: Line, *, first: Line, pdf: PdfText, kinds: frozenset[int]) -> bool:
    """Tell whether the heading in one line goes on in the next."""
    if line.kind != line.last_kind or following.kind != line.kind:
        return False
    if line.is_broken or OPEN_END.search(line.text):
        return True
    if line.kind == pdf.body_kind or is_credit_line(following.text):
        return False
    label = LABEL.match(following.text)
    if label and is_known_label(label["name"]) and not OTHER_NAMES.fullmatch(label["name"].strip()):
        return False
    return following.kind in kinds and (has_title_below(first) or not starts_with_label(following))


def has_title_below(line: Line) -> bool:
    """Tell whether a heading line holds code, department and credits, as "ACG 2021 BA-ACCT 3(3,0)", but no title."""
    stated = CREDITS_BEFORE_HOURS.search(line.text)
    return bool(stated) and stated.end() == len(line.text)


def _credits_in(text: str) -> str:
    return credit_words(text, is_bare=True) or "-".join(NUMBERS.findall(text)[:2])


def is_known_label(name: str) -> bool:
    """Tell whether words before a colon are the label of a fact about a course."""
    patterns = (REQUISITE_NAMES, CREDIT_NAMES, CLOCK_NAMES, OUTCOME_NAMES, DESCRIPTION_NAMES, OTHER_NAMES)
    return any(pattern.fullmatch(name.strip()) for pattern in patterns)


def read_paragraphs(course: FoundCourse, groups: Sequence[Sequence[Line]], *, pdf: PdfText) -> None:
    """Sort the paragraphs of a course by their labels; what bears none is the description."""
    prose: list[str] = []
    requisites: list[str] = []
    outcomes: list[str] = []
    in_outcomes = False
    waiting = [list(group) for group in reversed(groups)]
    while waiting:
        group = waiting.pop()
        label = LABEL.match(joined(group, pdf=pdf))
        name = label["name"].strip() if label else ""
        if not label or not (is_known_label(name) or starts_with_label(group[0])):
            (outcomes if in_outcomes else prose).append(joined(group, pdf=pdf))
            continue
        in_outcomes = bool(OUTCOME_NAMES.fullmatch(name))
        n_lines = len(group) if in_outcomes or DESCRIPTION_NAMES.fullmatch(name) else n_label_lines(group)
        if n_lines < len(group):
            waiting.append(group[n_lines:])
        text = LABEL.sub(r"\g<text>", joined(group[:n_lines], pdf=pdf), count=1).strip()
        _take_labelled(course, name, text, prose=prose, requisites=requisites, outcomes=outcomes)
    course.description = _flowing(prose)
    course.prerequisites = "\n".join(dict.fromkeys(requisites))
    course.outcomes = tuple(BULLET.sub("", outcome, count=1) for outcome in outcomes)


def n_label_lines(group: Sequence[Line]) -> int:
    """Count the lines of a labelled fact: it ends where a sentence and a line end together."""
    for number, (line, following) in enumerate(pairwise(group), start=1):
        if line.text.endswith(".") and following.text[:1].isupper():
            return number
    return len(group)


def _take_labelled(
    course: FoundCourse, name: str, text: str, *, prose: list[str], requisites: list[str], outcomes: list[str]
) -> None:
    if OUTCOME_NAMES.fullmatch(name):
        outcomes.extend([text] if text else [])
    elif DESCRIPTION_NAMES.fullmatch(name):
        prose.append(text)
    elif not text or text.casefold().rstrip(".") == "none":
        return
    elif REQUISITE_NAMES.fullmatch(name):
        requisites.append(text if PLAIN_REQUISITE.fullmatch(name) else f"{name}: {text}")
    elif CREDIT_NAMES.fullmatch(name) and not course.heading.credits:
        heading = course.heading
        course.heading = Heading(code=heading.code, title=heading.title, credits=_credits_in(text))
    elif CLOCK_NAMES.fullmatch(name) and not course.clock_hours:
        course.clock_hours = text
    else:
        course.unread[name] = text


def _flowing(texts: Sequence[str]) -> str:
    """Join paragraphs; one that breaks off in the middle of a sentence goes on in the next."""
    flowing = ""
    for text in texts:
        if not flowing:
            flowing = text
        elif flowing.endswith(SENTENCE_END) and (text[:1].isupper() or BULLET.match(text)):
            flowing += f"\n{text}"
        else:
            flowing += f"{'' if text[:1] in ',.;:)' else ' '}{text}"
    return flowing
