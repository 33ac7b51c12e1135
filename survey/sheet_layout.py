"""Where everything stands on a printed ballot, in millimetres from the paper's upper left corner. No database, no web.

The printer and the reader of photos both ask this file, so that they cannot disagree. A change of any distance here
needs a new LAYOUT_VERSION: sheets that are printed already are read with the distances of their own version or not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil

from survey.models import SORTS

LAYOUT_VERSION = 1
#: Width and height of the papers that can be printed on.
PAPERS_MM: Mapping[str, tuple[float, float]] = {"letter": (215.9, 279.4), "a4": (210.0, 297.0)}
#: The codes in the corners: side of the square, and its distance from the paper's edges.
CODE_MM = 18.0
EDGE_MM = 9.0
#: White around a code, which its reader needs.
QUIET_MM = 3.5
SIDE_MM = 12.0
#: A bubble's radius to the middle of its line.
BUBBLE_RADIUS_MM = 2.0
SORT_PITCH_MM = 12.0
#: Between the last sort and the first place.
GROUP_GAP_MM = 3.0
HEADING_MM = 7.0
ROW_MM = 8.0
LINE_MM = 4.1
#: Below the codes of the first page: the organisation's line and how to fill the sheet in.
INTRODUCTION_MM = 33.0
#: Where the organisation writes its name, below the codes of the first page.
NAME_TOP_MM, NAME_HEIGHT_MM = 1.0, 12.0
#: Usual width of a letter of a title; the printer makes a title smaller that runs longer after all.
LETTER_MM = 1.75
CORNERS = ("upper left", "upper right", "lower right", "lower left")
CODE_PATTERN = re.compile(r"SK([0-9A-Z]{6})/([0-9]{1,3})/([0-9]{1,2})/([0-3])")


@dataclass(frozen=True)
class PrintedNeed:
    """A need as it stood on the list when sheets were printed."""

    code: str
    area: str
    title: str


@dataclass(frozen=True)
class NeedLine:
    """One need on a page: its bubbles stand in the middle of its height."""

    need: PrintedNeed
    top_mm: float
    height_mm: float

    @property
    def middle_mm(self) -> float:
        """Return how far below the paper's upper edge the bubbles stand."""
        return self.top_mm + self.height_mm / 2


@dataclass(frozen=True)
class AreaLine:
    """A skill area's name above its needs, beside the names of the columns."""

    area: str
    top_mm: float
    #: Whether the area began on the page before.
    goes_on: bool


@dataclass(frozen=True)
class SheetPage:
    """One page of a sheet."""

    number: int
    needs: tuple[NeedLine, ...]
    areas: tuple[AreaLine, ...]


@dataclass(frozen=True)
class Columns:
    """Where the bubbles of every row stand, and how much room that leaves to the words."""

    #: Distance of each sort's bubble from the left edge, in the order of survey.models.SORTS.
    sorts_mm: tuple[float, ...]
    #: Distance of each place's bubble, first place first.
    places_mm: tuple[float, ...]
    #: Where the words end.
    words_end_mm: float

    @property
    def all_mm(self) -> tuple[float, ...]:
        """Return the distances of all bubbles of a row from the left edge."""
        return (*self.sorts_mm, *self.places_mm)


@dataclass(frozen=True)
class CornerCode:
    """What the code in one corner of a page says."""

    printing_code: str
    sheet: int
    page: int
    #: Place in CORNERS.
    corner: int

    @property
    def text(self) -> str:
        """Write it as the code holds it: letters, digits and slashes keep the picture coarse."""
        return f"SK{self.printing_code}/{self.sheet}/{self.page}/{self.corner}"


def read_corner_code(text: str) -> CornerCode | None:
    """Return what a code in a corner says; None when it is no code of ours."""
    found = CODE_PATTERN.fullmatch(text)
    if found is None:
        return None
    return CornerCode(found[1], int(found[2]), int(found[3]), int(found[4]))


def corner_squares(paper: str) -> tuple[tuple[float, float], ...]:
    """Return the upper left point of the code in each corner, in the order of CORNERS."""
    width, height = PAPERS_MM[paper]
    right, low = width - EDGE_MM - CODE_MM, height - EDGE_MM - CODE_MM
    return ((EDGE_MM, EDGE_MM), (right, EDGE_MM), (right, low), (EDGE_MM, low))


def columns(*, paper: str, k: int) -> Columns:
    """Return where the bubbles stand when k needs can be put in order."""
    pitch = 7.0 if k <= 7 else 6.2
    last = PAPERS_MM[paper][0] - SIDE_MM - pitch / 2
    places = tuple(last - pitch * (k - 1 - place) for place in range(k))
    last_sort = places[0] - pitch / 2 - GROUP_GAP_MM - SORT_PITCH_MM / 2
    sorts = tuple(last_sort - SORT_PITCH_MM * (len(SORTS) - 1 - sort) for sort in range(len(SORTS)))
    return Columns(sorts, places, words_end_mm=sorts[0] - SORT_PITCH_MM / 2)


def first_line_mm() -> float:
    """Return how far below the paper's upper edge the room between the codes begins."""
    return EDGE_MM + CODE_MM + QUIET_MM


def sheet_order(needs: Sequence[PrintedNeed], *, printing_code: str, sheet: int) -> tuple[PrintedNeed, ...]:
    """Return the needs in the order of one sheet: as good as random, and the same whenever it is asked for.

    The areas stand in random order and the needs of each area too, but an area stays together: on paper nobody can
    search, and a reader finds a need again by its area.
    """

    def chance(*words: str) -> bytes:
        return hashlib.sha256("/".join((printing_code, str(sheet), *words)).encode()).digest()

    return tuple(sorted(needs, key=lambda need: (chance("area", need.area), need.area, chance("need", need.code))))


def sheet_pages(needs: Sequence[PrintedNeed], *, paper: str, k: int) -> tuple[SheetPage, ...]:
    """Lay needs out in the order given: an area's name is never left alone at the foot of a page."""
    low = PAPERS_MM[paper][1] - EDGE_MM - CODE_MM - QUIET_MM
    words_mm = columns(paper=paper, k=k).words_end_mm - SIDE_MM
    page = _OpenPage(1)
    pages = [page]
    for area, group in groupby(needs, key=lambda need: need.area):
        for place, need in enumerate(group):
            height = row_height_mm(need, words_mm=words_mm)
            needed = height if place else height + HEADING_MM
            if page.top_mm + needed > low:
                page = _OpenPage(len(pages) + 1)
                pages.append(page)
            if place == 0 or not page.needs:
                page.add_area(area, goes_on=place > 0)
            page.add_need(need, height_mm=height)
    return tuple(SheetPage(each.number, tuple(each.needs), tuple(each.areas)) for each in pages)


def row_height_mm(need: PrintedNeed, *, words_mm: float) -> float:
    """Return the height that a need's code and title take."""
    n_lines = ceil((len(need.code) + 2 + len(need.title)) * LETTER_MM / words_mm)
    return max(ROW_MM, n_lines * LINE_MM + 2.4)


class _OpenPage:
    """A page that is being filled from top to bottom."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.top_mm = first_line_mm() + (INTRODUCTION_MM if number == 1 else 0.0)
        self.needs: list[NeedLine] = []
        self.areas: list[AreaLine] = []

    def add_area(self, area: str, *, goes_on: bool) -> None:
        self.areas.append(AreaLine(area, self.top_mm, goes_on))
        self.top_mm += HEADING_MM

    def add_need(self, need: PrintedNeed, *, height_mm: float) -> None:
        self.needs.append(NeedLine(need, self.top_mm, height_mm))
        self.top_mm += height_mm
