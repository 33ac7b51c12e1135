"""Scanned paper and checks on ballots."""

from __future__ import annotations

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: tuple[str, ...] = ()
depends_on: str | None = None


def upgrade() -> None:
    """Build the tables and columns."""


def downgrade() -> None:
    """Take them away again."""
