"""Asks: assessments, meetings, ballots and their ranking."""
