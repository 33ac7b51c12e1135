"""Print ballots on paper: numbered sheets with a code in every corner, all in one file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import segno

from base.printing import printed_pdf
from survey.ballots import SORT_LABELS, VOICE_LABELS
from survey.sheet_layout import (
    BUBBLE_RADIUS_MM,
    CODE_MM,
    EDGE_MM,
    HEADING_MM,
    NAME_HEIGHT_MM,
    NAME_TOP_MM,
    PAPERS_MM,
    QUIET_MM,
    SIDE_MM,
    CornerCode,
    PrintedNeed,
    SheetPage,
    columns,
    corner_squares,
    first_line_mm,
    sheet_order,
    sheet_pages,
)


@dataclass(frozen=True)
class SheetsToPrint:
    """What stands on the paper ballots of one printing."""

    printing_code: str
    partnership_name: str
    meeting_title: str
    #: Day, place and, from the second one on, the round of voting.
    meeting_words: str
    voice: str
    n_sheets: int
    paper: str
    k: int
    needs: tuple[PrintedNeed, ...]


def pages_of_sheet(
    needs: Sequence[PrintedNeed], *, printing_code: str, sheet: int, paper: str, k: int
) -> tuple[SheetPage, ...]:
    """Return the pages of one numbered sheet with the needs in its own order."""
    return sheet_pages(sheet_order(needs, printing_code=printing_code, sheet=sheet), paper=paper, k=k)


def ballots_pdf(sheets: SheetsToPrint) -> bytes:
    """Print numbered ballots, one after the other, as a tagged PDF."""
    pictures: dict[str, bytes] = {}
    pages = []
    for sheet in range(1, sheets.n_sheets + 1):
        laid = pages_of_sheet(
            sheets.needs, printing_code=sheets.printing_code, sheet=sheet, paper=sheets.paper, k=sheets.k
        )
        for page in laid:
            for corner in range(4):
                code = CornerCode(sheets.printing_code, sheet, page.number, corner)
                pictures[f"{sheet}-{page.number}-{corner}.svg"] = _code_svg(code)
            pages.append({"sheet": sheet, "n_pages": len(laid), **_page_data(page)})
    return printed_pdf("ballot.typ", {**_common_data(sheets), "pages": pages}, pictures=pictures)


def _code_svg(code: CornerCode) -> bytes:
    picture = io.BytesIO()
    segno.make(code.text, error="h", version=2, boost_error=False).save(picture, kind="svg", border=0, xmldecl=False)
    return picture.getvalue()


def _page_data(page: SheetPage) -> dict[str, Any]:
    areas = [{"words": _area_words(line.area, line.goes_on), "top": line.top_mm} for line in page.areas]
    needs = [
        {"code": line.need.code, "title": line.need.title, "top": line.top_mm, "height": line.height_mm}
        for line in page.needs
    ]
    return {"number": page.number, "areas": areas, "needs": needs}


def _area_words(area: str, goes_on: bool) -> str:
    named = area or "Skill needs"
    return f"{named} (continued)" if goes_on else named


def _common_data(sheets: SheetsToPrint) -> dict[str, Any]:
    width, height = PAPERS_MM[sheets.paper]
    bubbles = columns(paper=sheets.paper, k=sheets.k)
    return {
        "partnership": sheets.partnership_name,
        "meeting": sheets.meeting_title,
        "meeting_words": sheets.meeting_words,
        "voice": VOICE_LABELS[sheets.voice],
        "voice_question": {
            "employer": "What skills does your plant need most?",
            "union": "What skills do your members need most?",
        }.get(sheets.voice, "What skills does the region need most?"),
        "k": sheets.k,
        "width": width,
        "height": height,
        "corners": corner_squares(sheets.paper),
        "sorts": [{"x": x, "label": label} for x, label in zip(bubbles.sorts_mm, SORT_LABELS.values(), strict=True)],
        "places": bubbles.places_mm,
        "words_end": bubbles.words_end_mm,
        "code_size": CODE_MM,
        "edge": EDGE_MM,
        "quiet": QUIET_MM,
        "side": SIDE_MM,
        "radius": BUBBLE_RADIUS_MM,
        "heading": HEADING_MM,
        "name_top": first_line_mm() + NAME_TOP_MM,
        "name_height": NAME_HEIGHT_MM,
    }
