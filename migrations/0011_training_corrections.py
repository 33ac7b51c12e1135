"""training: credit hours of a request, and corrections of what came of a cohort."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import base.database

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: tuple[str, ...] = ()
depends_on: str | None = None


def upgrade() -> None:
    """Add the column in place, and the table beside the seats, which keep what stands now."""
    op.add_column("training_request", sa.Column("credit_hours", sa.Numeric(precision=6, scale=2), nullable=True))
    op.create_table(
        "outcome_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("was_n_completed", sa.Integer(), nullable=False),
        sa.Column("n_completed", sa.Integer(), nullable=False),
        sa.Column("was_credentials", sa.JSON(), nullable=False),
        sa.Column("credentials", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("corrected_at", base.database.UtcMoment(), nullable=False),
        sa.CheckConstraint("reason != ''", name=op.f("ck_outcome_correction_reason")),
        sa.CheckConstraint("n_completed >= 0", name=op.f("ck_outcome_correction_n_completed")),
        sa.CheckConstraint("was_n_completed >= 0", name=op.f("ck_outcome_correction_was_n_completed")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_outcome_correction_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["training_request.id"], name=op.f("fk_outcome_correction_request_id_training_request")
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["outcome_correction.id"], name=op.f("fk_outcome_correction_undoes_id_outcome_correction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_correction")),
    )
    op.create_index(op.f("ix_outcome_correction_cohort_id"), "outcome_correction", ["cohort_id"], unique=False)


def downgrade() -> None:
    """Remove the table, then the column."""
    op.drop_table("outcome_correction")
    op.drop_column("training_request", "credit_hours")
