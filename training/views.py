"""The doors of this room: what firms ask for, the cohorts made of it, and who may pay."""

from training import cohort_views, correction_views, credential_views, funding_views, request_views
from training.blueprint import blueprint

__all__ = ["blueprint", "cohort_views", "correction_views", "credential_views", "funding_views", "request_views"]
