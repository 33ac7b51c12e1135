"""What the printed report says; the same words as the page, as plain data for the page file."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.queries import PartnershipRow
from dashboards.report_back import (
    TIER_WORDS,
    Coverage,
    NeedReport,
    RegionReport,
    Report,
    basis_words,
    opening,
    region_opening,
    standing_words,
)
from dashboards.wording import day, sentence
from review.wording import counted


def printed_report(report: Report, *, partnership: PartnershipRow, today: date) -> dict[str, Any]:
    """Return one organisation's report for printing."""
    meeting = report.meeting
    remarks = [standing_words(report.ballot) if report.ballot else "", report.withheld, basis_words(report)]
    return {
        "title": "You said, we did",
        "subtitle": f"{report.name} · {meeting.title}, {day(meeting.held_on)}",
        "foot": _foot(partnership, today=today, only_for=report.name),
        "is_own": report.ballot is not None,
        "opening": list(opening(report)),
        "needs_title": "Your skills, in your order" if report.ballot else "What the room ranked first",
        "needs": [_need(need) for need in report.needs],
        "remarks": [remark for remark in remarks if remark],
        "figures": [],
        "lists": [],
    }


def printed_region(region: RegionReport, *, partnership: PartnershipRow, today: date) -> dict[str, Any]:
    """Return the region's report for printing."""
    meeting = region.report.meeting
    training = [
        [sentence(figure.words), "fewer than five firms" if figure.n is None else f"{figure.n:,}"]
        for figure in region.training
    ]
    return {
        "title": f"You said, we did: {partnership.name}",
        "subtitle": f"{meeting.title}, {day(meeting.held_on)}, {counted(region.n_employers, 'employer')}",
        "foot": _foot(partnership, today=today),
        "is_own": False,
        "opening": list(region_opening(region)),
        "needs_title": "What employers put first, and what has moved",
        "needs": [_need(need) for need in region.listed],
        "remarks": [basis_words(region.report)],
        "figures": coverage_rows(region),
        "lists": [
            {
                "title": "Requests to the colleges",
                "unit": "Requests",
                "rows": [[words, str(n)] for words, n in region.n_by_state],
            },
            {"title": "Training", "unit": "Number", "rows": training},
        ],
    }


def coverage_rows(region: RegionReport) -> list[tuple[str, int, int]]:
    """Return each verdict with the number of ranked needs that had it then and have it now."""
    if region.report.first_run is None:
        return []
    return [(word, region.n_had.get(word, 0), region.n_now.get(word, 0)) for word in ("covered", "revise", "gap")]


def _foot(partnership: PartnershipRow, *, today: date, only_for: str = "") -> str:
    parts = [partnership.name, "sample: invented names and numbers" if partnership.is_sample else "", day(today)]
    parts.append(f"for {only_for} only" if only_for else "")
    return " · ".join(part for part in parts if part)


def _need(need: NeedReport) -> dict[str, Any]:
    return {
        "place": "" if need.place is None else str(need.place),
        "title": need.title,
        "tier": TIER_WORDS.get(need.tier or 0, ""),
        "had": _verdict(need.had),
        "now": _verdict(need.now) if need.has_turned else None,
        "course": _course(need.now if need.has_turned else need.had),
        "changes": list(need.changes),
        "sending": list(need.sending.lines),
    }


def _verdict(coverage: Coverage | None) -> str | None:
    return None if coverage is None else coverage.verdict


def _course(coverage: Coverage | None) -> str:
    """Name the best course behind a verdict, with its college."""
    if coverage is None or coverage.best is None:
        return ""
    return f"{coverage.best.course_code} {coverage.best.course_title}, {coverage.best.college_name}"
