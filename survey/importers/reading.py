"""Turn the texts of a file's entries into skill needs, and keep account of every entry and every value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import NoReturn

from base.refusals import Refusal, shown
from survey.records import NeedReading, NeedRow, Reject

#: Where a need comes from; these travel with it.
SOURCE_FIELDS = ("source", "source_id", "source_version", "licence")
TEXT_FIELDS = ("code", "area", "title", "level", "description", *SOURCE_FIELDS)
LIST_FIELDS = ("elements", "keywords")
NEED_FIELDS = (*TEXT_FIELDS, *LIST_FIELDS)

MAX_CODE_CHARACTERS = 40
MAX_AREA_CHARACTERS = 100
MAX_TITLE_CHARACTERS = 300
#: A longer element is cut into its sentences.
MAX_ELEMENT_CHARACTERS = 500
MAX_SOURCE_CHARACTERS = 300

#: What people call the three levels.
LEVEL_WORDS = {
    "basic": "basic",
    "beginner": "basic",
    "entry": "basic",
    "introductory": "basic",
    "intermediate": "working",
    "working": "working",
    "advanced": "advanced",
    "expert": "advanced",
}


SENTENCE_END = re.compile(r"(?<=[.!?;])\s+")


class NeedRefusal(Refusal):
    """Say which entry of a file of skill needs cannot be taken, and why."""


@dataclass(frozen=True)
class Entry:
    """Hold one entry of a file as texts, before anything is made of them."""

    place: str
    #: The entry as it stands in the file.
    raw: str
    #: Field of TEXT_FIELDS to text.
    texts: Mapping[str, str]
    #: Performance elements, in the order of the file.
    elements: tuple[str, ...]
    #: Other words for the need.
    keywords: tuple[str, ...] = ()


@dataclass
class NeedReader:
    """Collect needs, rejects, duplicates and doubts, so that every entry is counted once.

    When `strict`, the first reject or duplicate is raised as a NeedRefusal instead.
    """

    filename: str
    strict: bool = False
    needs: list[NeedRow] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    duplicates: list[Reject] = field(default_factory=list)
    doubts: list[Reject] = field(default_factory=list)
    _first: dict[str, NeedRow] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        """Take an entry as a need, a duplicate or a reject."""
        code = " ".join(entry.texts.get("code", "").replace("\u200b", "").split())
        title = entry.texts.get("title", "")
        if reason := refusal_reason(code=code, title=title):
            self.reject(place=entry.place, reason=reason, raw=entry.raw)
            return
        need, doubts = need_of(entry, code=code, title=title)
        first = self._first.setdefault(need.code.casefold(), need)
        if first is not need:
            self._compare(need, first=first, raw=entry.raw)
            return
        self.needs.append(need)
        self.doubts.extend(doubts)

    def reject(self, *, place: str, reason: str, raw: str) -> None:
        """List an entry that cannot be taken."""
        if self.strict:
            self._refuse(place, reason)
        self.rejects.append(Reject(place=place, reason=reason, raw=raw))

    def set_aside(self, *, place: str, reason: str, raw: str) -> None:
        """List an entry that stood earlier in the file; the first one is kept."""
        if self.strict:
            self._refuse(place, reason)
        self.duplicates.append(Reject(place=place, reason=reason, raw=raw))

    def doubt(self, *, place: str, reason: str, raw: str) -> None:
        """List something of the file that was not read although its entry was taken."""
        self.doubts.append(Reject(place=place, reason=reason, raw=raw))

    def reading(self, *, format: str = "", title: str = "") -> NeedReading:
        """Return all that was collected, with the kind of file and the title of its framework."""
        return NeedReading(
            n_seen=len(self.needs) + len(self.rejects) + len(self.duplicates),
            needs=tuple(self.needs),
            rejects=tuple(self.rejects),
            duplicates=tuple(self.duplicates),
            doubts=tuple(self.doubts),
            format=format,
            title=title,
        )

    def _compare(self, need: NeedRow, *, first: NeedRow, raw: str) -> None:
        """List a need whose code stood earlier in the file; the first one is kept."""
        different = differing_fields(need, first)
        if self.strict:
            self._refuse(need.place, f"The code {shown(need.code)} stands already in {first.place}.")
        reason = (
            f"The code {shown(need.code)} stands already in {first.place} with another {different}. "
            "The first one was kept."
            if different
            else f"The same skill need stands already in {first.place}. It was kept once."
        )
        self.duplicates.append(Reject(place=need.place, reason=reason, raw=raw))

    def _refuse(self, place: str, reason: str) -> NoReturn:
        raise NeedRefusal(f"{self.filename}, {place}: {reason}", place=place)


def refusal_reason(*, code: str, title: str) -> str:
    """Say why an entry cannot be a skill need; "" when it can."""
    if not code and not title:
        return "There is neither a code nor a title."
    if not code:
        return f"The skill need {shown(title)} has no code."
    if not title:
        return f"The skill need {shown(code)} has no title."
    if len(code) > MAX_CODE_CHARACTERS:
        return f"The code is longer than {MAX_CODE_CHARACTERS} characters. Check that the right column is read."
    if len(title) > MAX_TITLE_CHARACTERS:
        return f"The title is longer than {MAX_TITLE_CHARACTERS} characters. Check that the right column is read."
    return ""


def need_of(entry: Entry, *, code: str, title: str) -> tuple[NeedRow, list[Reject]]:
    """Make a need of an entry; a value that cannot be read is left out and listed as a doubt."""
    doubts: list[Reject] = []
    area = entry.texts.get("area", "")
    if len(area) > MAX_AREA_CHARACTERS:
        reason = f"The area is longer than {MAX_AREA_CHARACTERS} characters, so it was left out."
        doubts.append(Reject(place=entry.place, reason=reason, raw=area))
        area = ""
    level_text = entry.texts.get("level", "")
    level = need_level(level_text)
    if level_text and not level:
        reason = "The level cannot be read. Write basic, working or advanced."
        doubts.append(Reject(place=entry.place, reason=reason, raw=level_text))
    sources = {name: entry.texts.get(name, "") for name in SOURCE_FIELDS}
    for name, text in sources.items():
        if len(text) > MAX_SOURCE_CHARACTERS:
            reason = f"The {name} is longer than {MAX_SOURCE_CHARACTERS} characters, so it was left out."
            doubts.append(Reject(place=entry.place, reason=reason, raw=text))
            sources[name] = ""
    if not entry.elements:
        reason = "There are no performance elements, so the title stands as the only one."
        doubts.append(Reject(place=entry.place, reason=reason, raw=title))
    need = NeedRow(
        code=code,
        area=area,
        title=title,
        level=level,
        elements=entry.elements or (title,),
        description=entry.texts.get("description", ""),
        place=entry.place,
        keywords=entry.keywords,
        **sources,
    )
    return need, doubts


def on_one_line(text: str) -> str:
    """Put a text on one line; its words stay as they are."""
    return " ".join(text.split())


def title_of(statement: str) -> str:
    """Return a statement as a title: on one line, and when it is too long its beginning with an ellipsis."""
    line = on_one_line(statement)
    if len(line) <= MAX_TITLE_CHARACTERS:
        return line
    return line[: MAX_TITLE_CHARACTERS - 2].rsplit(" ", 1)[0].rstrip() + " …"


def area_of(text: str) -> str:
    """Return a text as a skill area: on one line, and when it is too long its beginning with an ellipsis."""
    line = on_one_line(text)
    if len(line) <= MAX_AREA_CHARACTERS:
        return line
    return line[: MAX_AREA_CHARACTERS - 2].rsplit(" ", 1)[0].rstrip() + " …"


def elements_of(statement: str) -> tuple[str, ...]:
    """Return a statement as an element; one that is too long is cut between its lines or sentences, word for word."""
    if len(statement) <= MAX_ELEMENT_CHARACTERS:
        return (on_one_line(statement),) if statement.strip() else ()
    parts = [part for line in statement.splitlines() for part in SENTENCE_END.split(line)]
    return tuple(on_one_line(part) for part in parts if part.strip())


def need_level(text: str) -> str:
    """Read a level as one of basic, working, advanced; "" when it cannot be read."""
    words = re.sub(r"[^a-z]+", " ", text.casefold()).split()
    found = {LEVEL_WORDS[word] for word in words if word in LEVEL_WORDS}
    return found.pop() if len(found) == 1 else ""


def differing_fields(need: NeedRow, other: NeedRow) -> str:
    """Name the fields in which two needs of one code differ; "" when they say the same."""
    alike = replace(need, place=other.place, code=other.code)
    return ", ".join(part.name for part in fields(NeedRow) if getattr(alike, part.name) != getattr(other, part.name))
