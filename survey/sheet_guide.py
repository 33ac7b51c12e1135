"""Print the convener's guide to one meeting on one page: code, address, times, and what to do when."""

from __future__ import annotations

import io
from math import ceil

import segno

from base.printing import printed_pdf
from survey.queries import MeetingRow
from survey.wording import clock, day


def guide_pdf(found: MeetingRow, *, partnership_name: str, n_needs: int, join_box: str, link: str) -> bytes:
    """Print the guide; times that the convener has not set yet are lines to write on."""
    picture = io.BytesIO()
    segno.make(link, error="m", micro=False).save(picture, kind="svg", border=0, xmldecl=False)
    data = {
        "partnership": partnership_name,
        "meeting": found.title,
        "day": day(found.held_on),
        "place": found.place,
        "list": found.assessment_title,
        "n_needs": n_needs,
        "k": found.k,
        "round": found.round_number,
        "code": found.join_code,
        "address": join_box,
        "opened": clock(found.opened_at) if found.opened_at else "",
        "closes": clock(found.closes_at) if found.closes_at else "",
        "minutes": minutes_to_vote(n_needs),
    }
    return printed_pdf("guide.typ", data, pictures={"join.svg": picture.getvalue()})


def minutes_to_vote(n_needs: int) -> int:
    """Say how long one voter takes: a minute for fifteen needs, and never under three."""
    return max(3, ceil(n_needs / 15))
