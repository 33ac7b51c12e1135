"""Split course texts into verbatim statements with their place, and set administrative notes apart.

A statement is a slice of the text exactly as the college published it; only the copy used for comparing is cleaned.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from matching.records import Course

#: Characters of a text that are read; a catalog page that runs on beyond this repeats itself.
N_READ_CHARACTERS = 20_000

_NOT_AFTER_ABBREVIATION = "".join(
    rf"(?<!\b{abbreviation}\.)"
    for abbreviation in (r"e\.g", r"i\.e", "etc", "incl", "vs", "No", "Dr", r"U\.S", "approx")
)
_SENTENCE_END = re.compile(
    rf"(?<=[.!?])[\"”’)\]]*{_NOT_AFTER_ABBREVIATION}\s+(?=[\"“(\[*•]?[A-Z0-9])"
    r"|\s*[\r\n]+\s*|\s*[•▪●◦·‣]\s*|;\s+"
)
_CLAUSE_END = re.compile(r"\s*[,;:()–—]\s+|\s+-\s+|\s*[()]\s*|\s+(?:and|or|as well as|including|such as)\s+")
_LEADING_MARK = re.compile(r"^(?:\(?[A-Z]{1,3}(?:-[A-Z])?(?:,\s*[A-Z]{1,3})*\)|[-*•–—]|\(?\d{1,2}[.)]|[a-z][.)])\s+")

#: Notes of a catalog that say nothing about what is taught. Each pattern has to fit from the start of the statement.
_NOTE = re.compile(
    r"""(?ix)^\W*(?:
      (?:assess|address|meet|satisf|fulfil|fulfill)(?:e?s|ies)\s+(?:the\s+)?
        (?:core|general|gen\.?|college|institutional|program|diversity|degree|elective)\b.{0,40}
        (?:outcome|education|requirement|ability|elective)
    | (?:lab|course|material|materials|supply|technology|certification|\w+\s+cert|user|equipment)s?\s+fees?\b
    | fees?\s*[:$]
    | (?:may|can|course\s+may)\s+be\s+(?:repeated|taken)\b
    | repeatable\b
    | (?:pre|co)-?\s?requisites?\b | pr:\s | prereq\b | co-?req | advisory\b
    | recommended\s+(?:preparation|prep|prerequisite)s?\b
    | this\s+(?:class|course)\s+is\s+
        (?:self-support|offered|graded|repeatable|not\s+(?:intended|transferable|designed))
    | (?:not\s+)?(?:intended|designed|transferable|open)\s+(?:for|to)\s+(?:transfer|all\s+students|csu|uc)\b
    | transfer(?:s|able)?\s*[:(] | transfers?\s+to\b | csu\b | uc\b
    | (?:offered|formerly|cross-?listed|same\s+as|also\s+(?:listed|offered)|equivalent\s+to)\b
    | credit\s+(?:not|cannot)\b | students?\s+(?:cannot|may\s+not|who\s+have)\b
    | (?:graded|grading|grade\s+option|letter\s+grade|pass/no|credit/no|s/u\b|p/np)
    | (?:instructor|departmental?|division|written)\s+(?:permission|consent|approval|assigned)
    | permission\s+of | enrollment\s+(?:is\s+)?(?:limited|restricted|by)
    | only\s+for\s+students | (?:(?:class|course)\s+has\s+)?continuous\s+enrollment
    | \d+(?:\.\d+)?\s+(?:hours?|hrs?\.?|credits?|units?)\b[\s,;/.]*(?:of\s+)?
        (?:lecture|lab\w*|per|weekly|clinical|theory|total|\(|\d|$)
    | (?:lecture|lab|credits?|units?|hours?|contact\s+hours?|clock\s+hours?)\s*[:=]?\s*\d
    | (?:textbook|materials?|tools?)\s+(?:is|are)\s+(?:not\s+)?(?:included|required|sold)
    | no\s+(?:course\s+)?description\s+(?:is\s+)?available | no\s+prior\b | description\s+(?:not|to\s+be)\b
    | (?:click|see|contact|visit|call|register|for\s+more\s+information)\b
    | (?:upon|after|by)\s+(?:successful\s+)?(?:completion|the\s+end)\s+(?:of\s+)?(?:this|the)?\s*(?:course|class)?,?\s*
        (?:the\s+)?(?:students?|learners?)\s+(?:will|should)\s*(?:be\s+able\s+to)?\s*:?\s*$
    )"""
)
#: Wording around the content of an outcome; it is taken out of the copy used for comparing.
_FRAME = re.compile(
    r"""(?ix)
      \b(?:this|the)\s+(?:\w+\s+){0,5}?(?:course|class|module|unit|program)\s+(?:will\s+|is\s+)?(?:designed\s+to\s+)?
        (?:introduces?|covers?|provides?|prepares?|explores?|offers?|includes?|teach(?:es)?|focus(?:es)?(?:\s+on)?
          |discusses|presents|help|helps|examines|delves\s+into|serves\s+as|continues\s+to)?
    | \b(?:students?|learners?|participants?|you)\s+(?:who\s+complete\s+this\s+course\s+)?
        (?:will\s+|are\s+|should\s+|must\s+)?(?:also\s+)?(?:be\s+)?
        (?:able\s+to|learn(?:\s+(?:how\s+to|about|to))?|expected\s+to|introduced\s+to|exposed\s+to|gain|develop|explore)?
    | \b(?:upon|after|by)\s+(?:successful\s+)?(?:completion|completing|the\s+end)\s+of\s+(?:this|the)\s+
        (?:course|class|program)
    | \bdemonstrate\s+(?:an?\s+)?(?:working\s+)?
        (?:knowledge|understanding|proficiency|competency|competence|ability)\s+(?:of|in|to)\b
    | \bhands[- ]on\b | \breal[- ]world\b
    """
)
_DASHES = str.maketrans(
    {"–": "-", "—": "-", "‑": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "\u00ad": None}
)


@dataclass(frozen=True)
class Statement:
    """Hold one statement of a course: `text` is the field's text from `offset` on, as published.

    `item` is the position in the list for outcomes and topics, None for title and description.
    """

    field: str
    item: int | None
    offset: int
    text: str


def clean(text: str) -> str:
    """Return the text for comparing: compatibility characters (ligatures) resolved, dashes plain, frame words out."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return " ".join(_FRAME.sub(" ", plain).split())


def is_note(text: str) -> bool:
    """Tell whether a statement is an administrative note (fee, prerequisite, outcome numbers) and not content."""
    return _NOTE.match(text) is not None or not any(ch.isalpha() for ch in text)


def _spans(text: str) -> list[tuple[int, int]]:
    cuts = [0]
    for found in _SENTENCE_END.finditer(text):
        cuts += [found.start(), found.end()]
    cuts.append(len(text))
    return [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if b > a]


def split_statements(text: str, *, field: str, item: int | None = None) -> list[Statement]:
    """Split one text into sentences and list entries, leaving administrative notes out."""
    text = text[:N_READ_CHARACTERS]
    statements = []
    for start, end in _spans(text):
        slice_ = text[start:end]
        lead = len(slice_) - len(slice_.lstrip())
        mark = _LEADING_MARK.match(slice_[lead:])
        lead += mark.end() if mark else 0
        quote = slice_[lead:].rstrip()
        if quote and not is_note(quote):
            statements.append(Statement(field=field, item=item, offset=start + lead, text=quote))
    return statements


def course_statements(course: Course) -> list[Statement]:
    """Return every statement of a course with its place: title first, then description, outcomes, topics."""
    statements = []
    if course.title.strip():
        lead = len(course.title) - len(course.title.lstrip())
        statements.append(Statement("title", None, lead, course.title.strip()[:N_READ_CHARACTERS]))
    statements += split_statements(course.description, field="description")
    for field in ("outcomes", "topics"):
        for i, entry in enumerate(getattr(course, field)):
            statements += split_statements(entry, field=field, item=i)
    return statements


def clauses(text: str) -> list[str]:
    """Split a cleaned statement at commas and conjunctions; the whole statement comes first."""
    parts = [part.strip(" ,;:()-") for part in _CLAUSE_END.split(text)]
    parts = [part for part in parts if len(part) > 3]
    return [text, *parts] if len(parts) > 1 else [text]


_LEVEL_PATTERNS = (
    (2, re.compile(r"(?i)\b(?:advanced|expert|capstone|mastery|iii|iv|level\s+[34]|part\s+[34])\b")),
    (1, re.compile(r"(?i)\b(?:intermediate|applied|ii|level\s+2|part\s+2)\b")),
    (
        0,
        re.compile(
            r"(?i)\b(?:introduction|introductory|intro|basics?|beginning|beginners?|fundamentals?|foundations?|"
            r"essentials|principles|survey|overview|orientation|literacy|elementary|exploring)\b"
        ),
    ),
)
_SHALLOW = re.compile(
    r"(?i)\b(?:introduc\w+|overview|survey|awareness|basics?|fundamentals?|exposure|familiari\w+|orientation|brief\w*|"
    r"identify|describe|discuss|recogni\w+|explore\w*|understand\w*)\b"
)
_DOING = re.compile(
    r"(?i)\b(?:install\w*|repair\w*|troubleshoot\w*|perform\w*|operat\w+|configur\w+|build\w*|design\w*|"
    r"maintain\w*|diagnos\w+|set[- ]?up|program\w*|calibrat\w+|fabricat\w+|prepar\w+|practic\w+|weld\w*|wir\w+|"
    r"measur\w+|test\w*|appl(?:y|ies|ied)|creat\w+|use|using)\b"
)


def title_level(title: str) -> int | None:
    """Return the level that the words of a title state: 0 introductory, 1 middle, 2 advanced, None if it is silent."""
    for level, pattern in _LEVEL_PATTERNS:
        if pattern.search(title):
            return level
    return None


def depth_share(text: str) -> float:
    """Return the share of doing words among doing and only-knowing words of a text, between 0 and 1 (0.5: silent)."""
    doing, shallow = len(_DOING.findall(text)), len(_SHALLOW.findall(text))
    return (doing + 1) / (doing + shallow + 2)
