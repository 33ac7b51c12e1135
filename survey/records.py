"""Plain records of skill needs on their way from a file into an assessment."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class NeedRow:
    """Hold one skill need as its file states it."""

    code: str
    area: str
    title: str
    #: "basic", "working" or "advanced"; empty when the file states none.
    level: str
    #: Performance elements, in the order of the file.
    elements: tuple[str, ...]
    description: str = ""
    #: Where the need stands in its file ("row 12", "need 3").
    place: str = ""
    #: Framework that the need was taken from ("ESCO"); empty when it is the list's own.
    source: str = ""
    #: Identifier of the need in that framework.
    source_id: str = ""
    #: Version of the framework; empty when the file states none.
    source_version: str = ""
    #: Licence of the framework; empty when the file states none.
    licence: str = ""
    #: Other words for the need, such as synonyms; a search finds it by them.
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reject:
    """Hold something of a file that was not taken as written, with its place and the reason."""

    place: str
    reason: str
    #: The text as it stands in the file.
    raw: str


@dataclass(frozen=True)
class NeedReading:
    """Hold all that a file of skill needs said; n_seen = needs + rejects + duplicates."""

    n_seen: int
    needs: tuple[NeedRow, ...]
    rejects: tuple[Reject, ...]
    #: Rows whose need code stood earlier in the file; the first one is kept.
    duplicates: tuple[Reject, ...]
    #: Values dropped, and gaps, in needs that were kept.
    doubts: tuple[Reject, ...] = ()
    #: Kind of file that was recognised ("ESCO skills"); "" when nobody asked.
    format: str = field(default="", compare=False)
    #: What the file calls its framework; empty when it has no title.
    title: str = field(default="", compare=False)
