"""Judges: match runs, verdict pages, reviewers' decisions and revisions."""
