"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import base.database
${imports if imports else ""}

revision: str = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}
branch_labels: tuple[str, ...] = ${repr(branch_labels if branch_labels else ())}
depends_on: str | None = ${repr(depends_on)}


def upgrade() -> None:
    """Build the new tables."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Go back to the tables before."""
    ${downgrades if downgrades else "pass"}
