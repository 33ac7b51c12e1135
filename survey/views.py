"""The doors of this room: assessments and meetings for the convener, the ballot for the phones in the room."""

from survey import assessment_views, framework_views, meeting_views, voting_views
from survey.blueprint import blueprint

__all__ = ["assessment_views", "blueprint", "framework_views", "meeting_views", "voting_views"]
