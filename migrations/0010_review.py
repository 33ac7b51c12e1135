"""review: how decisions came about, and versions of the matcher fitted on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import base.database

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: tuple[str, ...] = ()
depends_on: str | None = None


def upgrade() -> None:
    """Build the tables beside the decisions, which stay as they are."""
    op.create_table(
        "decision_origin",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("earlier_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('undo', 'settlement', 'takeover')", name=op.f("ck_decision_origin_kind")),
        sa.CheckConstraint(
            "kind = 'settlement' OR earlier_id IS NOT NULL", name=op.f("ck_decision_origin_has_earlier")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["verdict_decision.id"], name=op.f("fk_decision_origin_decision_id_verdict_decision")
        ),
        sa.ForeignKeyConstraint(
            ["earlier_id"], ["verdict_decision.id"], name=op.f("fk_decision_origin_earlier_id_verdict_decision")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision_origin")),
    )
    op.create_table(
        "matcher_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("decision_ids", sa.JSON(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("engine_version", sa.String(length=40), nullable=False),
        sa.Column("comparison", sa.JSON(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("started_by_name", sa.String(length=120), nullable=False),
        sa.Column("started_at", base.database.UtcMoment(), nullable=False),
        sa.Column("ended_at", base.database.UtcMoment(), nullable=True),
        sa.Column("declined_by_name", sa.String(length=120), nullable=False),
        sa.Column("declined_at", base.database.UtcMoment(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('fitting', 'fitted', 'declined', 'failed')", name=op.f("ck_matcher_version_state")
        ),
        sa.ForeignKeyConstraint(
            ["base_id"], ["matcher_version.id"], name=op.f("fk_matcher_version_base_id_matcher_version")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_matcher_version_partnership_id_partnership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matcher_version")),
        sa.UniqueConstraint("partnership_id", "number", name=op.f("uq_matcher_version_partnership_id_number")),
    )
    op.create_index(op.f("ix_matcher_version_partnership_id"), "matcher_version", ["partnership_id"], unique=False)
    op.create_table(
        "matcher_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("chosen_by_name", sa.String(length=120), nullable=False),
        sa.Column("chosen_at", base.database.UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_matcher_choice_partnership_id_partnership")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["matcher_version.id"], name=op.f("fk_matcher_choice_version_id_matcher_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matcher_choice")),
    )
    op.create_index(op.f("ix_matcher_choice_partnership_id"), "matcher_choice", ["partnership_id"], unique=False)


def downgrade() -> None:
    """Take them away again; the decisions stay, each as a reviewer's own word."""
    op.drop_index(op.f("ix_matcher_choice_partnership_id"), table_name="matcher_choice")
    op.drop_table("matcher_choice")
    op.drop_index(op.f("ix_matcher_version_partnership_id"), table_name="matcher_version")
    op.drop_table("matcher_version")
    op.drop_table("decision_origin")
