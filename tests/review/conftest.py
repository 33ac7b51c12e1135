"""The small region in which runs are made."""

from __future__ import annotations

import pytest
from region_builder import Region, build_region

from base.database import Database


@pytest.fixture
def region(database: Database, partnership_id: int, college_id: int) -> Region:
    """Build the region of region_builder.py."""
    return build_region(database, partnership_id=partnership_id, college_id=college_id)
