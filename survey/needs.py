"""What a skill need may look like on a list: its code, its lengths, its level."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from base.refusals import Refusal, shown
from survey.models import LEVELS
from survey.records import NeedReading, NeedRow, Reject

#: More needs than this nobody sorts on a phone.
MAX_NEEDS = 500
#: Longest texts of a need, in characters.
MAX_CHARACTERS: Mapping[str, int] = {"code": 40, "area": 100, "title": 300, "description": 2000}
MAX_ELEMENTS = 30
MAX_ELEMENT_CHARACTERS = 500
#: Level of a need whose file or form states none.
USUAL_LEVEL = "working"

#: A code stands in addresses and in lists with commas, so these signs would tear it apart.
_TEARS_CODES = re.compile(r"[/\\,?#%\"<>|\x00-\x1f]")


class NeedRefused(Refusal):
    """Say why a skill need cannot stand on the list as it is."""


def is_usable_code(code: str) -> bool:
    """Tell whether a code can stand in addresses and in lists with commas."""
    return len(code) <= MAX_CHARACTERS["code"] and code[:1].isalnum() and not _TEARS_CODES.search(code)


def need_problem(need: NeedRow) -> str:
    """Say what must be mended before a need can stand on a list; "" when nothing."""
    if not need.title.strip():
        return "The title is missing. Write what the worker can do."
    if len(need.code) <= MAX_CHARACTERS["code"] and not is_usable_code(need.code):
        return f"The code “{shown(need.code)}” cannot be used. Write letters, digits and hyphens, for example EM-01."
    for name, limit in MAX_CHARACTERS.items():
        length = len(getattr(need, name))
        if length > limit:
            return f"The {name} has {length:,} characters; the limit is {limit:,}. Shorten it."
    if need.level and need.level not in LEVELS:
        return f"The level “{shown(need.level)}” is not known. Write basic, working or advanced."
    if not need.elements:
        return "The performance elements are missing. Write at least one thing that a worker does."
    if len(need.elements) > MAX_ELEMENTS:
        return f"There are {len(need.elements)} performance elements; the limit is {MAX_ELEMENTS}."
    longest = max(len(element) for element in need.elements)
    if longest > MAX_ELEMENT_CHARACTERS:
        return f"An element has {longest:,} characters; the limit is {MAX_ELEMENT_CHARACTERS}. Shorten or split it."
    return ""


def usable_part(reading: NeedReading) -> NeedReading:
    """Move the needs of a file that a list cannot hold to its rejects, each with the reason."""
    problems = [(need, need_problem(need)) for need in reading.needs]
    needs = tuple(need for need, problem in problems if not problem)
    refused = [Reject(need.place, problem, need.title) for need, problem in problems if problem]
    beyond = [
        Reject(need.place, f"A list holds at most {MAX_NEEDS} needs, and this one came later.", need.title)
        for need in needs[MAX_NEEDS:]
    ]
    return replace(reading, needs=needs[:MAX_NEEDS], rejects=(*reading.rejects, *refused, *beyond))


def fresh_code(area: str, *, taken: Collection[str]) -> str:
    """Return a free code made from a skill area: "Quality assurance" gives QA-01, "Welding" WE-01, no area N-01."""
    words = re.findall(r"[A-Za-z0-9]+", area)
    letters = "".join(word[0] for word in words[:3]) if len(words) > 1 else (words[0][:2] if words else "N")
    used = {code.casefold() for code in taken}
    number = 1
    while f"{letters}-{number:02}".casefold() in used:
        number += 1
    return f"{letters}-{number:02}".upper()


def with_codes(needs: Sequence[NeedRow]) -> tuple[NeedRow, ...]:
    """Give every need without a code a free one."""
    taken = {need.code for need in needs if need.code}
    coded = []
    for need in needs:
        if not need.code:
            need = replace(need, code=fresh_code(need.area, taken=taken))
            taken.add(need.code)
        coded.append(need)
    return tuple(coded)
