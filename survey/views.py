"""The doors of this room: assessments and meetings for the convener, the ballot for the phones in the room."""

from survey import (
    assessment_views,
    ballot_file_views,
    ballot_worker_views,
    desk_views,
    firm_views,
    framework_views,
    meeting_views,
    need_views,
    paper_views,
    scan_views,
    sheet_views,
    voting_views,
)
from survey.blueprint import blueprint

__all__ = [
    "assessment_views",
    "ballot_file_views",
    "ballot_worker_views",
    "blueprint",
    "desk_views",
    "firm_views",
    "framework_views",
    "meeting_views",
    "need_views",
    "paper_views",
    "scan_views",
    "sheet_views",
    "voting_views",
]
