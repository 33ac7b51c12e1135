"""The catalog's further fields: CIP codes, and records that people write in by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: tuple[str, ...] = ()
depends_on: str | None = None


def upgrade() -> None:
    """Add the columns; courses that are stored already state no CIP codes and were not written in by hand."""
    op.add_column("course", sa.Column("cip_codes", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    by_name = sa.Column("corrected_by_name", sa.String(length=120), nullable=False, server_default=sa.text("''"))
    op.add_column("course", by_name)
    op.add_column("pending_import", sa.Column("corrections", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("pending_import", "corrections")
    op.drop_column("course", "corrected_by_name")
    op.drop_column("course", "cip_codes")
