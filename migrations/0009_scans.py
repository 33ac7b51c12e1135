"""Scanned ballots."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import base.database

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: tuple[str, ...] = ()
depends_on: str | None = None


def upgrade() -> None:
    """Build the tables for printed sheets and for pages that wait to be confirmed."""
    op.create_table(
        "ballot_printing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("voice", sa.String(length=10), nullable=False),
        sa.Column("n_sheets", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(length=10), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("layout_version", sa.Integer(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("printed_at", base.database.UtcMoment(), nullable=False),
        sa.CheckConstraint("voice IN ('employer', 'union', 'observer')", name=op.f("ck_ballot_printing_voice")),
        sa.CheckConstraint("n_sheets BETWEEN 1 AND 999", name=op.f("ck_ballot_printing_n_sheets")),
        sa.CheckConstraint("k BETWEEN 3 AND 10", name=op.f("ck_ballot_printing_k")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_ballot_printing_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_printing")),
        sa.UniqueConstraint("code", name=op.f("uq_ballot_printing_code")),
    )
    op.create_index(op.f("ix_ballot_printing_meeting_id"), "ballot_printing", ["meeting_id"], unique=False)
    op.create_table(
        "scanned_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("printing_id", sa.Integer(), nullable=False),
        sa.Column("sheet_number", sa.Integer(), nullable=False),
        sa.Column("page_number", sa.Integer(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", base.database.UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["printing_id"], ["ballot_printing.id"], name=op.f("fk_scanned_page_printing_id_ballot_printing")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scanned_page")),
        sa.UniqueConstraint(
            "printing_id",
            "sheet_number",
            "page_number",
            name=op.f("uq_scanned_page_printing_id_sheet_number_page_number"),
        ),
    )
    op.create_index(op.f("ix_scanned_page_printing_id"), "scanned_page", ["printing_id"], unique=False)
    op.create_table(
        "unread_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("read_at", base.database.UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_unread_picture_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unread_picture")),
    )
    op.create_index(op.f("ix_unread_picture_meeting_id"), "unread_picture", ["meeting_id"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    for table, column in (
        ("unread_picture", "meeting_id"),
        ("scanned_page", "printing_id"),
        ("ballot_printing", "meeting_id"),
    ):
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)
