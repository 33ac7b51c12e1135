"""Plain records of courses on their way from a file into a catalog edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class CourseRow:
    """Hold one course as its college's file states it."""

    code: str
    title: str
    description: str = ""
    outcomes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    #: Fewest credit hours; None when the file states none.
    credits_min: Decimal | None = None
    #: Most credit hours; equal to the fewest unless the file states a range.
    credits_max: Decimal | None = None
    #: Scheduled 60-minute hours; None when the file states none.
    clock_hours: Decimal | None = None
    program: str = ""
    #: "basic", "working" or "advanced"; empty when the file states none.
    level: str = ""
    #: Words of DELIVERY_WORDS.
    delivery: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()
    prerequisites: str = ""
    #: Last day or term start on which it was offered; None when the file states none.
    last_offered_on: date | None = None
    is_noncredit: bool = False
    #: Codes of the Classification of Instructional Programs, such as "48.0508".
    cip_codes: tuple[str, ...] = ()
    #: Who wrote the record in by hand before it was stored; empty when it stands as the file states it.
    corrected_by: str = ""
    #: Code of the college; empty when the whole file belongs to one college.
    college: str = ""
    #: Where the course stands in its file ("row 12", "course 3").
    place: str = ""


@dataclass(frozen=True)
class Reject:
    """Hold something of a file that was not taken as written, with its place and the reason."""

    place: str
    reason: str
    #: The text as it stands in the file.
    raw: str


@dataclass(frozen=True)
class CatalogReading:
    """Hold all that a course file said; n_seen = courses + rejects + duplicates."""

    format: str
    n_seen: int
    courses: tuple[CourseRow, ...]
    rejects: tuple[Reject, ...]
    #: Rows whose course code stood earlier in the file; the first one is kept.
    duplicates: tuple[Reject, ...]
    #: Values dropped, and gaps, in courses that were kept.
    doubts: tuple[Reject, ...]
    #: Place of a course to what the file says there, for pages and documents; tables have their own cells.
    raws: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    #: Place of an entry that was left out to what could be read of it, by field.
    left_out: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False, repr=False)
