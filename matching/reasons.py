"""Name the reasons of a verdict: what the text lacks, and which of the course's attributes stand in the way."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.encoder import cosines
from matching.prepare import LEVEL_RANKS, PreparedCourses
from matching.records import REASON_CODES, Course, Need
from matching.text import title_level

#: A course with fewer content words than this beside its title says too little to be judged.
N_BODY_TERMS_NEEDED = 3
#: A title and a text whose meanings are further apart than this, with no term in common, do not belong together.
MISMATCH_COSINE = 0.15
#: Titles that name a form of teaching and no subject; nothing can be at odds with them.
_FORM_OF_TEACHING = re.compile(
    r"(?i)\b(?:internship|externship|practicum|clinical|lab|laboratory|seminar|workshop|capstone|special\s+(?:topics|projects)"
    r"|(?:independent|directed)\s+stud(?:y|ies)|cooperative|field\s+(?:work|experience)|work\s+experience|orientation"
    r"|foundations?|honors|portfolio|review|camp)\b"
)
#: Fewer content words than this are no ground for calling title and description at odds.
N_BODY_TERMS_FOR_MISMATCH = 12
#: Reasons why workers cannot take a course as the employers asked, however well its content fits.
BLOCKING = ("not_offered", "hours_short", "delivery_mismatch", "credential_missing")

#: Reasons for which a course is unknown: its text cannot be judged.
UNJUDGED = frozenset({"text_too_thin", "other_language"})
#: Ways of delivery that tell where a course is taught, and those that tell when.
PLACES = frozenset({"on campus", "online", "hybrid", "at the plant", "work-based"})
TIMES = frozenset({"days", "evenings"})
#: Places that meet a word of the ballots; any other word is met by itself alone.
PLACES_THAT_MEET = {
    "online": frozenset({"online", "hybrid"}),
    "on site": frozenset({"at the plant", "work-based"}),
}

Flags = NDArray[np.bool_]


def is_too_thin(courses: PreparedCourses) -> Flags:
    """Tell, for each course, whether its text beside the title is too thin to be judged."""
    return np.asarray(courses.n_body_terms < N_BODY_TERMS_NEEDED)


def is_title_at_odds(courses: PreparedCourses, *, title_in_body: Sequence[bool]) -> Flags:
    """Tell, for each course, whether its title names another subject than its text.

    Precision first: the text has to be long enough, no content word or concept of the title may stand in it, and
    the meanings of the title and of every statement have to be far apart.
    """
    nearest = np.array([_nearest_to_title(courses, i) for i in range(len(courses.courses))])
    names_subject = np.array([_FORM_OF_TEACHING.search(c.title) is None for c in courses.courses], dtype=bool)
    long_enough = names_subject & (courses.n_body_terms >= N_BODY_TERMS_FOR_MISMATCH)
    return np.asarray(long_enough & (nearest < MISMATCH_COSINE) & ~np.asarray(title_in_body, dtype=bool))


def _nearest_to_title(courses: PreparedCourses, i: int) -> float:
    first, count = int(courses.starts[i]), int(courses.counts[i])
    rows = [
        int(courses.clause_starts[s]) for s in range(first, first + count) if courses.statements[s].field != "title"
    ]
    if not rows:
        return 1.0
    return float(cosines(courses.clause_vectors[rows], courses.title_vectors[i : i + 1]).max())


def is_level_below(need: Need, course: Course, *, title_rank: float, is_complete: bool) -> bool:
    """Tell whether a course stays below the level of a need.

    A stated level decides. Where none is stated, an introductory title is below an advanced need; it is below a
    working-level need only if nothing else explains why a course with enough elements is no match.
    """
    if not need.level:
        return False
    wanted = LEVEL_RANKS[need.level]
    if course.level:
        return LEVEL_RANKS[course.level] < wanted
    return title_rank == 0 and (wanted == 2 or (wanted == 1 and is_complete))


def attribute_reasons(need: Need, course: Course, *, parameters: Mapping[str, Any]) -> list[str]:
    """Compare a course's level, hours, delivery, credentials and offer with what the ballots asked for.

    An attribute that the college does not state is never held against the course.
    """
    hours = parameters.get("hours_wanted", {}).get(need.code)
    credentials = {c.casefold() for c in parameters.get("credentials_wanted", {}).get(need.code, ())}
    found = {
        "level_below": is_below_asked_level(need, course, asked=parameters.get("level_wanted", {}).get(need.code, "")),
        "hours_short": hours is not None and course.clock_hours is not None and course.clock_hours < hours,
        "delivery_mismatch": is_delivery_at_odds(
            course.delivery, wanted=parameters.get("delivery_wanted", {}).get(need.code, ())
        ),
        "credential_missing": bool(credentials) and credentials.isdisjoint(c.casefold() for c in course.credentials),
        "not_offered": f"{course.college}/{course.code}" in parameters.get("not_offered", ()),
    }
    return [code for code, holds in found.items() if holds]


def is_below_asked_level(need: Need, course: Course, *, asked: str) -> bool:
    """Tell whether a course stays below a level that the ballots asked for above the need's own level.

    A stated level decides; without one, an introductory title is below an advanced level and nothing else is.
    """
    if not asked or (need.level and LEVEL_RANKS[asked] <= LEVEL_RANKS[need.level]):
        return False
    if course.level:
        return LEVEL_RANKS[course.level] < LEVEL_RANKS[asked]
    return asked == "advanced" and title_level(course.title) == 0


def is_delivery_at_odds(stated: Collection[str], *, wanted: Collection[str]) -> bool:
    """Tell whether a course can be attended in none of the ways that were asked for.

    Place and time are apart: “evenings” says nothing about the place, “online” nothing about the time. A way counts
    as closed only if the course states that dimension and states something else there.
    """
    ways = {way.strip().casefold() for way in stated}
    asked = {way.strip().casefold() for way in wanted}
    return bool(asked) and all(_is_closed(way, ways=ways) for way in asked)


def _is_closed(way: str, *, ways: Collection[str]) -> bool:
    stated = TIMES.intersection(ways) if way in TIMES else PLACES.intersection(ways)
    return bool(stated) and stated.isdisjoint(PLACES_THAT_MEET.get(way, {way}))


def in_order(codes: set[str]) -> tuple[str, ...]:
    """Return reason codes in their published order."""
    return tuple(code for code in REASON_CODES if code in codes)
