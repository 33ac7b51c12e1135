"""Read uploaded files of filled-in sheets: every page becomes marks or a reason why not. No database, no web."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from base.refusals import shown
from survey.scan_pictures import opened_pages
from survey.sheet_layout import LAYOUT_VERSION, SheetPage
from survey.sheet_reading import PIXELS_PER_MM, FoundPage, PageUnreadable, RowMarks, find_page, read_page
from survey.sheets import Printing

#: How fine the kept picture of a page is: enough to see a mark, no more.
KEPT_PIXELS_PER_MM = 5
KEPT_QUALITY = 60
SMALL_SIDE = 360

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class ReadPage:
    """A page of a sheet that was read."""

    printing_id: int
    sheet: int
    page: int
    rows: tuple[RowMarks, ...]
    #: The straightened page, JPEG.
    picture: bytes


@dataclass(frozen=True)
class UnreadPage:
    """A picture that could not be read, and why."""

    label: str
    reason: str
    #: The picture made small, JPEG; None when the file could not be opened.
    picture: bytes | None


def read_file(
    content: bytes, *, filename: str, printings: Mapping[str, Printing], meeting_id: int, round_number: int
) -> Iterator[ReadPage | UnreadPage]:
    """Read every page of one file; `printings` holds by its code everything that the partnership printed."""
    for opened in opened_pages(content, filename=filename):
        if opened.grey is None:
            yield UnreadPage(opened.label, opened.problem, None)
            continue
        try:
            found = find_page(opened.grey)
            printing, page = _expected(found, printings=printings, meeting_id=meeting_id, round_number=round_number)
            marks = read_page(opened.grey, found, page=page, paper=printing.paper, k=printing.k)
        except PageUnreadable as unreadable:
            yield UnreadPage(opened.label, str(unreadable), _small(opened.grey))
        else:
            yield ReadPage(printing.id, found.sheet, found.page, marks.rows, _kept(marks.picture))


def _expected(
    found: FoundPage, *, printings: Mapping[str, Printing], meeting_id: int, round_number: int
) -> tuple[Printing, SheetPage]:
    """Return what stands on a found page, or refuse a page that this meeting did not print."""
    printing = printings.get(found.printing_code)
    if printing is None:
        raise PageUnreadable("This sheet was not printed here. Only sheets that were printed for this meeting count.")
    if printing.meeting_id != meeting_id:
        raise PageUnreadable(
            f"This sheet was printed for another meeting, “{shown(printing.meeting_title)}”. "
            "Read it at that meeting’s desk."
        )
    if printing.round_number != round_number:
        raise PageUnreadable(
            f"This sheet was printed for round {printing.round_number}, and round {round_number} runs. "
            "Print new sheets for the new round."
        )
    if printing.layout_version != LAYOUT_VERSION:
        raise PageUnreadable("This sheet was printed by an older version and looks different. Type it instead.")
    pages = printing.pages(found.sheet)
    if not 1 <= found.sheet <= printing.n_sheets or not 1 <= found.page <= len(pages):
        raise PageUnreadable(f"Nothing was printed as sheet {found.sheet}, page {found.page}. Type it instead.")
    return printing, pages[found.page - 1]


def _kept(picture: Grey) -> bytes:
    return _jpeg(picture, share=KEPT_PIXELS_PER_MM / PIXELS_PER_MM)


def _small(grey: Grey) -> bytes:
    return _jpeg(grey, share=min(1.0, SMALL_SIDE / max(grey.shape)))


def _jpeg(grey: Grey, *, share: float) -> bytes:
    from PIL import Image

    picture = Image.fromarray(grey)
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    written = io.BytesIO()
    picture.resize(size, Image.Resampling.BOX if share < 0.4 else Image.Resampling.BILINEAR).save(
        written, "JPEG", quality=KEPT_QUALITY
    )
    return written.getvalue()
