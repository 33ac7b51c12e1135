"""Regional plans and report-back."""

from __future__ import annotations

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: tuple[str, ...] = ()
depends_on: str | None = None


def upgrade() -> None:
    """Build the tables and columns."""


def downgrade() -> None:
    """Take them away again."""
