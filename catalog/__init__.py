"""Knows: institutions' catalogs, their editions and courses."""
