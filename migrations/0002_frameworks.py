"""frameworks: uploaded frameworks of skill needs, and where a need comes from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import base.database

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: tuple[str, ...] = ()
depends_on: str | None = None

SOURCE_COLUMNS = ("source", "source_id", "source_version", "licence")


def upgrade() -> None:
    """Build the tables of uploaded frameworks and the source columns of needs."""
    op.create_table(
        "framework",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("filename", sa.String(length=300), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=80), nullable=False),
        sa.Column("n_seen", sa.Integer(), nullable=False),
        sa.Column("n_rejected", sa.Integer(), nullable=False),
        sa.Column("n_duplicates", sa.Integer(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("uploaded_at", base.database.UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_framework_partnership_id_partnership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework")),
        sa.UniqueConstraint("partnership_id", "file_digest", name=op.f("uq_framework_partnership_id_file_digest")),
    )
    op.create_index(op.f("ix_framework_partnership_id"), "framework", ["partnership_id"], unique=False)
    op.create_table(
        "framework_need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("elements", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.String(length=300), nullable=False) for name in SOURCE_COLUMNS),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["framework.id"],
            name=op.f("fk_framework_need_framework_id_framework"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_need")),
        sa.UniqueConstraint("framework_id", "code", name=op.f("uq_framework_need_framework_id_code")),
    )
    op.create_index(op.f("ix_framework_need_framework_id"), "framework_need", ["framework_id"], unique=False)
    # Added in place: building the table anew would drop it while ballots point at its rows.
    for name in SOURCE_COLUMNS:
        op.add_column(
            "skill_need", sa.Column(name, sa.String(length=300), nullable=False, server_default=sa.text("''"))
        )


def downgrade() -> None:
    """Take the tables of uploaded frameworks and the source columns of needs away."""
    for name in reversed(SOURCE_COLUMNS):
        op.drop_column("skill_need", name)
    op.drop_index(op.f("ix_framework_need_framework_id"), table_name="framework_need")
    op.drop_table("framework_need")
    op.drop_index(op.f("ix_framework_partnership_id"), table_name="framework")
    op.drop_table("framework")
