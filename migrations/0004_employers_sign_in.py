"""employers sign in: a firm's person gets a role of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: tuple[str, ...] = ()
depends_on: str | None = None


def upgrade() -> None:
    """Let a membership be a firm's."""
    with_links_kept_aside(
        roles="'convener', 'reviewer', 'viewer', 'employer'",
        has_firm_check=True,
    )


def downgrade() -> None:
    """Take the firms' memberships away again, with their links."""
    op.execute("DELETE FROM sign_in_link WHERE membership_id IN (SELECT id FROM membership WHERE role = 'employer')")
    op.execute("DELETE FROM membership WHERE role = 'employer'")
    with_links_kept_aside(roles="'convener', 'reviewer', 'viewer'", has_firm_check=False)


def with_links_kept_aside(*, roles: str, has_firm_check: bool) -> None:
    """Change the checks; SQLite builds the table anew for that, which it refuses while links point at its rows."""
    op.execute("CREATE TABLE kept_sign_in_link AS SELECT * FROM sign_in_link")
    op.execute("DELETE FROM sign_in_link")
    with op.batch_alter_table("membership") as table:
        table.drop_constraint(op.f("ck_membership_role"), type_="check")
        table.create_check_constraint(op.f("ck_membership_role"), sa.text(f"role IN ({roles})"))
        if has_firm_check:
            table.create_check_constraint(
                op.f("ck_membership_employer_has_firm"), sa.text("role != 'employer' OR organisation_id IS NOT NULL")
            )
        else:
            table.drop_constraint(op.f("ck_membership_employer_has_firm"), type_="check")
    op.execute("INSERT INTO sign_in_link SELECT * FROM kept_sign_in_link")
    op.execute("DROP TABLE kept_sign_in_link")
