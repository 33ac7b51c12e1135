"""Paper ballots of a made-up list: printed once, then filled in and photographed as a test says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from PIL import Image

from benchmarks.paper_photos import Photo, fill_in, photographed, printed_pages
from survey.library import starter_library
from survey.sheet_layout import PrintedNeed, SheetPage
from survey.sheet_printing import SheetsToPrint, ballots_pdf, pages_of_sheet

LIBRARY = tuple(PrintedNeed(need.code, need.area, need.title) for need in starter_library())


@dataclass(frozen=True)
class PaperBallot:
    """One printed sheet of which photos are taken."""

    needs: tuple[PrintedNeed, ...] = LIBRARY
    code: str = "7K3MPX"
    sheet: int = 1
    paper: str = "letter"
    k: int = 5
    voice: str = "employer"
    #: Marks by need code: bubbles from the left, first the four sorts, then the places.
    marks: Mapping[str, Sequence[int]] = field(default_factory=dict)

    @property
    def pages(self) -> tuple[SheetPage, ...]:
        """Return the sheet's pages."""
        return pages_of_sheet(self.needs, printing_code=self.code, sheet=self.sheet, paper=self.paper, k=self.k)

    def photo(self, page: int = 1, *, photo: Photo | None = None, seed: int = 0, pen: str = "scribble") -> bytes:
        """Take a picture of a page."""
        rng = np.random.default_rng(seed)
        drawn = fill_in(
            self.blank(page), self.pages[page - 1], self.marks, paper=self.paper, k=self.k, rng=rng, pen=pen
        )
        return photographed(drawn, photo or Photo(longer_side=1800), rng=rng)

    def blank(self, page: int = 1) -> Image.Image:
        """Return a page as it comes from the printer."""
        return _printed(self.needs, self.code, self.sheet, self.paper, self.k, self.voice)[page - 1]


@cache
def _printed(
    needs: tuple[PrintedNeed, ...], code: str, sheet: int, paper: str, k: int, voice: str
) -> list[Image.Image]:
    """Print a batch and keep the pages of one sheet."""
    sheets = SheetsToPrint(code, "Test Valley", "Spring meeting", "15 September 2026", voice, sheet, paper, k, needs)
    n_before = sum(
        len(pages_of_sheet(needs, printing_code=code, sheet=number, paper=paper, k=k)) for number in range(1, sheet)
    )
    return printed_pages(ballots_pdf(sheets))[n_before:]
