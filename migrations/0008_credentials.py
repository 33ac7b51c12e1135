"""Credentials, what they stack into, and apprenticeship plans."""

from __future__ import annotations

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: tuple[str, ...] = ()
depends_on: str | None = None


def upgrade() -> None:
    """Build the tables and columns."""


def downgrade() -> None:
    """Take them away again."""
