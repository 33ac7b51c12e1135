"""The starter library: skill needs of manufacturing plants that an assessment can begin with."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from survey.importers import read_need_file
from survey.records import NeedRow

LIBRARY_FILE = Path(__file__).with_name("starter_library.csv")


@cache
def starter_library() -> tuple[NeedRow, ...]:
    """Return the needs of the starter library in the order of its file."""
    return read_need_file(LIBRARY_FILE.read_bytes(), filename=LIBRARY_FILE.name).needs
