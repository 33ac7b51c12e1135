"""Training requests, cohorts and funding."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import base.database

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: tuple[str, ...] = ()
depends_on: str | None = None


def upgrade() -> None:
    """Build the tables and columns."""
    op.create_table(
        "cohort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("college_id", sa.Integer(), nullable=False),
        sa.Column("course_code", sa.String(length=60), nullable=False),
        sa.Column("need_code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("times", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("n_seats", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("confirmed_by_name", sa.String(length=120), nullable=False),
        sa.Column("confirmed_at", base.database.UtcMoment(), nullable=False),
        sa.Column("changed_at", base.database.UtcMoment(), nullable=False),
        sa.CheckConstraint("state != 'cancelled' OR reason != ''", name=op.f("ck_cohort_cancelled_has_reason")),
        sa.CheckConstraint("state IN ('confirmed', 'running', 'completed', 'cancelled')", name=op.f("ck_cohort_state")),
        sa.CheckConstraint("n_seats > 0", name=op.f("ck_cohort_n_seats")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_cohort_dates")),
        sa.ForeignKeyConstraint(["college_id"], ["organisation.id"], name=op.f("fk_cohort_college_id_organisation")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_cohort_partnership_id_partnership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
    )
    op.create_index(op.f("ix_cohort_partnership_id"), "cohort", ["partnership_id"], unique=False)
    op.create_table(
        "credential_submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("syllabus", sa.Text(), nullable=False),
        sa.Column("syllabus_filename", sa.String(length=200), nullable=False),
        sa.Column("syllabus_file", sa.LargeBinary(), nullable=True),
        sa.Column("skills", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("clock_hours", sa.Numeric(precision=7, scale=2), nullable=False),
        sa.Column("cost_cents", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sent_by_name", sa.String(length=120), nullable=False),
        sa.Column("sent_at", base.database.UtcMoment(), nullable=False),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", base.database.UtcMoment(), nullable=True),
        sa.CheckConstraint(
            "state != 'declined' OR reason != ''", name=op.f("ck_credential_submission_declined_has_reason")
        ),
        sa.CheckConstraint("state IN ('waiting', 'accepted', 'declined')", name=op.f("ck_credential_submission_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_credential_submission_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_credential_submission_partnership_id_partnership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_submission")),
    )
    op.create_index(
        op.f("ix_credential_submission_partnership_id"), "credential_submission", ["partnership_id"], unique=False
    )
    op.create_table(
        "firm_facts",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("n_employees", sa.Integer(), nullable=False),
        sa.Column("n_years", sa.Integer(), nullable=True),
        sa.Column("naics_code", sa.String(length=6), nullable=False),
        sa.Column("state_code", sa.String(length=2), nullable=False),
        sa.Column("county", sa.String(length=80), nullable=False),
        sa.Column("granted_cents", sa.JSON(), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("answered_at", base.database.UtcMoment(), nullable=False),
        sa.CheckConstraint("n_employees > 0", name=op.f("ck_firm_facts_n_employees")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_firm_facts_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_firm_facts_partnership_id_partnership")
        ),
        sa.PrimaryKeyConstraint("partnership_id", "organisation_id", name=op.f("pk_firm_facts")),
    )
    op.create_table(
        "reimbursable_credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("program", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "amount_cents IS NULL OR amount_cents >= 0", name=op.f("ck_reimbursable_credential_amount_cents")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_reimbursable_credential_partnership_id_partnership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reimbursable_credential")),
        sa.UniqueConstraint(
            "partnership_id",
            "program",
            "title",
            "issuer",
            name=op.f("uq_reimbursable_credential_partnership_id_program_title_issuer"),
        ),
    )
    op.create_index(
        op.f("ix_reimbursable_credential_partnership_id"), "reimbursable_credential", ["partnership_id"], unique=False
    )
    op.create_table(
        "smallest_section",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("college_code", sa.String(length=40), nullable=False),
        sa.Column("course_code", sa.String(length=60), nullable=False),
        sa.Column("n_workers", sa.Integer(), nullable=False),
        sa.CheckConstraint("n_workers > 0", name=op.f("ck_smallest_section_n_workers")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_smallest_section_partnership_id_partnership")
        ),
        sa.PrimaryKeyConstraint("partnership_id", "college_code", "course_code", name=op.f("pk_smallest_section")),
    )
    op.create_table(
        "training_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("college_code", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("happened_at", base.database.UtcMoment(), nullable=False),
        sa.CheckConstraint(
            "measure IN ('workers_requested', 'seats_confirmed', 'completions', 'credentials_earned')",
            name=op.f("ck_training_count_measure"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_training_count_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_training_count_partnership_id_partnership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_count")),
    )
    op.create_index(op.f("ix_training_count_partnership_id"), "training_count", ["partnership_id"], unique=False)
    op.create_table(
        "training_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("need_code", sa.String(length=40), nullable=False),
        sa.Column("college_code", sa.String(length=40), nullable=False),
        sa.Column("course_code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("n_workers", sa.Integer(), nullable=False),
        sa.Column("times", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("delivery", sa.String(length=10), nullable=False),
        sa.Column("earliest_on", sa.Date(), nullable=False),
        sa.Column("latest_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("credential", sa.String(length=200), nullable=False),
        sa.Column("cost_cents", sa.Integer(), nullable=True),
        sa.Column("training_hours", sa.Numeric(precision=7, scale=2), nullable=True),
        sa.Column("group_counts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", base.database.UtcMoment(), nullable=False),
        sa.CheckConstraint("(course_code = '') != (need_code = '')", name=op.f("ck_training_request_course_or_need")),
        sa.CheckConstraint(
            "delivery IN ('any', 'taught', 'hybrid', 'at work')", name=op.f("ck_training_request_delivery")
        ),
        sa.CheckConstraint("place IN ('campus', 'plant', 'online')", name=op.f("ck_training_request_place")),
        sa.CheckConstraint("state IN ('open', 'placed', 'withdrawn')", name=op.f("ck_training_request_state")),
        sa.CheckConstraint("times IN ('days', 'evenings', 'weekends')", name=op.f("ck_training_request_times")),
        sa.CheckConstraint("earliest_on <= latest_on", name=op.f("ck_training_request_dates")),
        sa.CheckConstraint("n_workers > 0", name=op.f("ck_training_request_n_workers")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_training_request_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_training_request_partnership_id_partnership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_request")),
    )
    op.create_index(op.f("ix_training_request_organisation_id"), "training_request", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_training_request_partnership_id"), "training_request", ["partnership_id"], unique=False)
    op.create_table(
        "worker_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("wage_cents", sa.Integer(), nullable=False),
        sa.Column("n_months", sa.Integer(), nullable=False),
        sa.Column("is_new_hire", sa.Boolean(), nullable=False),
        sa.CheckConstraint("n_months >= 0", name=op.f("ck_worker_group_n_months")),
        sa.CheckConstraint("wage_cents >= 0", name=op.f("ck_worker_group_wage_cents")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_worker_group_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_worker_group_partnership_id_partnership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_group")),
    )
    op.create_index(op.f("ix_worker_group_partnership_id"), "worker_group", ["partnership_id"], unique=False)
    op.create_table(
        "cohort_seats",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("n_seats", sa.Integer(), nullable=False),
        sa.Column("n_completed", sa.Integer(), nullable=True),
        sa.Column("credentials", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "n_completed IS NULL OR n_completed BETWEEN 0 AND n_seats", name=op.f("ck_cohort_seats_n_completed")
        ),
        sa.CheckConstraint("n_seats > 0", name=op.f("ck_cohort_seats_n_seats")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_seats_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["training_request.id"], name=op.f("fk_cohort_seats_request_id_training_request")
        ),
        sa.PrimaryKeyConstraint("cohort_id", "request_id", name=op.f("pk_cohort_seats")),
    )
    op.create_table(
        "training_request_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("happened_at", base.database.UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["training_request.id"], name=op.f("fk_training_request_step_request_id_training_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_request_step")),
    )
    op.create_index(op.f("ix_training_request_step_request_id"), "training_request_step", ["request_id"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("training_request_step")
    op.drop_table("cohort_seats")
    op.drop_table("worker_group")
    op.drop_table("training_request")
    op.drop_table("training_count")
    op.drop_table("smallest_section")
    op.drop_table("reimbursable_credential")
    op.drop_table("firm_facts")
    op.drop_table("credential_submission")
    op.drop_table("cohort")
