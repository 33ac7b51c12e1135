"""Credentials, what they stack into, and apprenticeship plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import base.database

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: tuple[str, ...] = ()
depends_on: str | None = None


def upgrade() -> None:
    """Build the tables and columns."""
    op.create_table(
        "credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("endorsed_by", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("clock_minutes", sa.Integer(), nullable=True),
        sa.Column("cost_cents", sa.Integer(), nullable=True),
        sa.Column("valid_months", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("confirmed_by_name", sa.String(length=120), nullable=True),
        sa.Column("confirmed_at", base.database.UtcMoment(), nullable=True),
        sa.Column("changed_at", base.database.UtcMoment(), nullable=False),
        sa.CheckConstraint("clock_minutes IS NULL OR clock_minutes >= 0", name=op.f("ck_credential_clock_minutes")),
        sa.CheckConstraint("cost_cents IS NULL OR cost_cents >= 0", name=op.f("ck_credential_cost_cents")),
        sa.CheckConstraint("valid_months IS NULL OR valid_months > 0", name=op.f("ck_credential_valid_months")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_credential_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_credential_partnership_id_partnership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("partnership_id", "code", name=op.f("uq_credential_partnership_id_code")),
    )
    op.create_index(op.f("ix_credential_partnership_id"), "credential", ["partnership_id"], unique=False)
    op.create_table(
        "occupation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("onet_code", sa.String(length=20), nullable=False),
        sa.Column("rapids_code", sa.String(length=20), nullable=False),
        sa.Column("approach", sa.String(length=12), nullable=False),
        sa.Column("ojl_minutes", sa.Integer(), nullable=False),
        sa.Column("ri_minutes", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("ojl_minutes >= 0", name=op.f("ck_occupation_ojl_minutes")),
        sa.CheckConstraint("ri_minutes >= 0", name=op.f("ck_occupation_ri_minutes")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_occupation_partnership_id_partnership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupation")),
        sa.UniqueConstraint("partnership_id", "title", name=op.f("uq_occupation_partnership_id_title")),
    )
    op.create_index(op.f("ix_occupation_partnership_id"), "occupation", ["partnership_id"], unique=False)
    op.create_table(
        "credential_articulation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("course_code", sa.String(length=60), nullable=False),
        sa.Column("credits", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("credits > 0", name=op.f("ck_credential_articulation_credits")),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_credential_articulation_credential_id_credential")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_credential_articulation_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_articulation")),
        sa.UniqueConstraint(
            "credential_id",
            "organisation_id",
            "course_code",
            name=op.f("uq_credential_articulation_credential_id_organisation_id_course_code"),
        ),
    )
    op.create_index(
        op.f("ix_credential_articulation_credential_id"), "credential_articulation", ["credential_id"], unique=False
    )
    op.create_table(
        "credential_course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("course_code", sa.String(length=60), nullable=False),
        sa.Column("confirmed_by_name", sa.String(length=120), nullable=True),
        sa.Column("confirmed_at", base.database.UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_credential_course_credential_id_credential")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_credential_course_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_course")),
        sa.UniqueConstraint(
            "credential_id",
            "organisation_id",
            "course_code",
            name=op.f("uq_credential_course_credential_id_organisation_id_course_code"),
        ),
    )
    op.create_index(op.f("ix_credential_course_credential_id"), "credential_course", ["credential_id"], unique=False)
    op.create_table(
        "credential_requirement_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("n_needed", sa.Integer(), nullable=True),
        sa.CheckConstraint("n_needed IS NULL OR n_needed > 0", name=op.f("ck_credential_requirement_group_n_needed")),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_credential_requirement_group_credential_id_credential")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_requirement_group")),
        sa.UniqueConstraint(
            "credential_id", "position", name=op.f("uq_credential_requirement_group_credential_id_position")
        ),
    )
    op.create_index(
        op.f("ix_credential_requirement_group_credential_id"),
        "credential_requirement_group",
        ["credential_id"],
        unique=False,
    )
    op.create_table(
        "credential_stack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("counted_minutes", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "counted_minutes IS NULL OR counted_minutes >= 0", name=op.f("ck_credential_stack_counted_minutes")
        ),
        sa.CheckConstraint("credential_id != into_id", name=op.f("ck_credential_stack_not_itself")),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_credential_stack_credential_id_credential")
        ),
        sa.ForeignKeyConstraint(["into_id"], ["credential.id"], name=op.f("fk_credential_stack_into_id_credential")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_stack")),
        sa.UniqueConstraint("credential_id", "into_id", name=op.f("uq_credential_stack_credential_id_into_id")),
    )
    op.create_index(op.f("ix_credential_stack_credential_id"), "credential_stack", ["credential_id"], unique=False)
    op.create_index(op.f("ix_credential_stack_into_id"), "credential_stack", ["into_id"], unique=False)
    op.create_table(
        "work_process",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occupation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["occupation_id"], ["occupation.id"], name=op.f("fk_work_process_occupation_id_occupation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_process")),
        sa.UniqueConstraint("occupation_id", "position", name=op.f("uq_work_process_occupation_id_position")),
    )
    op.create_index(op.f("ix_work_process_occupation_id"), "work_process", ["occupation_id"], unique=False)
    op.create_table(
        "competency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_process_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("ojl_minutes", sa.Integer(), nullable=False),
        sa.Column("ri_minutes", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("need_codes", sa.JSON(), nullable=False),
        sa.CheckConstraint("ojl_minutes >= 0", name=op.f("ck_competency_ojl_minutes")),
        sa.CheckConstraint("ri_minutes >= 0", name=op.f("ck_competency_ri_minutes")),
        sa.ForeignKeyConstraint(
            ["work_process_id"], ["work_process.id"], name=op.f("fk_competency_work_process_id_work_process")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competency")),
        sa.UniqueConstraint("work_process_id", "position", name=op.f("uq_competency_work_process_id_position")),
    )
    op.create_index(op.f("ix_competency_work_process_id"), "competency", ["work_process_id"], unique=False)
    op.create_table(
        "credential_requirement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("required_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("course_code", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "(organisation_id IS NULL) = (course_code = '')", name=op.f("ck_credential_requirement_course_has_college")
        ),
        sa.CheckConstraint(
            "(required_id IS NULL) != (organisation_id IS NULL)", name=op.f("ck_credential_requirement_one_thing")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["credential_requirement_group.id"],
            name=op.f("fk_credential_requirement_group_id_credential_requirement_group"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_credential_requirement_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["required_id"], ["credential.id"], name=op.f("fk_credential_requirement_required_id_credential")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_requirement")),
    )
    op.create_index(op.f("ix_credential_requirement_group_id"), "credential_requirement", ["group_id"], unique=False)
    op.create_index(
        op.f("ix_credential_requirement_required_id"), "credential_requirement", ["required_id"], unique=False
    )
    op.create_table(
        "apprenticeship",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("occupation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("apprentices", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("objective", sa.String(length=10), nullable=False),
        sa.Column("evenings_only", sa.Boolean(), nullable=False),
        sa.Column("max_online_minutes", sa.Integer(), nullable=True),
        sa.Column("max_plant_minutes", sa.Integer(), nullable=True),
        sa.Column("max_per_competency", sa.Integer(), nullable=True),
        sa.Column("visit_minutes", sa.Integer(), nullable=False),
        sa.Column("credit_cap_percent", sa.Integer(), nullable=False),
        sa.Column("ratio", sa.String(length=200), nullable=False),
        sa.Column("term", sa.String(length=200), nullable=False),
        sa.Column("probation", sa.String(length=200), nullable=False),
        sa.Column("employer_state", sa.String(length=10), nullable=False),
        sa.Column("employer_name", sa.String(length=300), nullable=False),
        sa.Column("employer_on", sa.Date(), nullable=True),
        sa.Column("worker_state", sa.String(length=10), nullable=False),
        sa.Column("worker_name", sa.String(length=300), nullable=False),
        sa.Column("worker_on", sa.Date(), nullable=True),
        sa.Column("worked_out_at", base.database.UtcMoment(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("missing_minutes", sa.Integer(), nullable=False),
        sa.Column("uncovered", sa.JSON(), nullable=False),
        sa.Column("made_by_name", sa.String(length=120), nullable=False),
        sa.Column("made_at", base.database.UtcMoment(), nullable=False),
        sa.CheckConstraint("credit_cap_percent BETWEEN 0 AND 100", name=op.f("ck_apprenticeship_credit_cap_percent")),
        sa.CheckConstraint("visit_minutes > 0", name=op.f("ck_apprenticeship_visit_minutes")),
        sa.ForeignKeyConstraint(
            ["occupation_id"], ["occupation.id"], name=op.f("fk_apprenticeship_occupation_id_occupation")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_apprenticeship_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_apprenticeship_partnership_id_partnership")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["match_run.id"], name=op.f("fk_apprenticeship_run_id_match_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apprenticeship")),
    )
    op.create_index(op.f("ix_apprenticeship_organisation_id"), "apprenticeship", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_apprenticeship_partnership_id"), "apprenticeship", ["partnership_id"], unique=False)
    op.create_table(
        "competency_course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("course_code", sa.String(length=60), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["competency_id"], ["competency.id"], name=op.f("fk_competency_course_competency_id_competency")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_competency_course_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competency_course")),
        sa.UniqueConstraint(
            "competency_id",
            "organisation_id",
            "course_code",
            name=op.f("uq_competency_course_competency_id_organisation_id_course_code"),
        ),
    )
    op.create_index(op.f("ix_competency_course_competency_id"), "competency_course", ["competency_id"], unique=False)
    op.create_table(
        "apprenticeship_college",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("apprenticeship_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("miles", sa.Integer(), nullable=True),
        sa.Column("credit_cents", sa.Integer(), nullable=True),
        sa.Column("hour_cents", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["apprenticeship_id"],
            ["apprenticeship.id"],
            name=op.f("fk_apprenticeship_college_apprenticeship_id_apprenticeship"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_apprenticeship_college_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apprenticeship_college")),
        sa.UniqueConstraint(
            "apprenticeship_id",
            "organisation_id",
            name=op.f("uq_apprenticeship_college_apprenticeship_id_organisation_id"),
        ),
    )
    op.create_index(
        op.f("ix_apprenticeship_college_apprenticeship_id"),
        "apprenticeship_college",
        ["apprenticeship_id"],
        unique=False,
    )
    op.create_table(
        "apprenticeship_course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("apprenticeship_id", sa.Integer(), nullable=False),
        sa.Column("college_code", sa.String(length=40), nullable=False),
        sa.Column("college_name", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("is_from_credits", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("delivery", sa.JSON(), nullable=False),
        sa.Column("cost_cents", sa.Integer(), nullable=True),
        sa.Column("miles", sa.Integer(), nullable=True),
        sa.Column("competency_codes", sa.JSON(), nullable=False),
        sa.Column("when_taken", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["apprenticeship_id"],
            ["apprenticeship.id"],
            name=op.f("fk_apprenticeship_course_apprenticeship_id_apprenticeship"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apprenticeship_course")),
    )
    op.create_index(
        op.f("ix_apprenticeship_course_apprenticeship_id"), "apprenticeship_course", ["apprenticeship_id"], unique=False
    )
    op.create_table(
        "apprenticeship_mastery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("apprenticeship_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["apprenticeship_id"],
            ["apprenticeship.id"],
            name=op.f("fk_apprenticeship_mastery_apprenticeship_id_apprenticeship"),
        ),
        sa.ForeignKeyConstraint(
            ["competency_id"], ["competency.id"], name=op.f("fk_apprenticeship_mastery_competency_id_competency")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apprenticeship_mastery")),
        sa.UniqueConstraint(
            "apprenticeship_id", "competency_id", name=op.f("uq_apprenticeship_mastery_apprenticeship_id_competency_id")
        ),
    )
    op.create_index(
        op.f("ix_apprenticeship_mastery_apprenticeship_id"),
        "apprenticeship_mastery",
        ["apprenticeship_id"],
        unique=False,
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_index(op.f("ix_apprenticeship_mastery_apprenticeship_id"), table_name="apprenticeship_mastery")
    op.drop_table("apprenticeship_mastery")
    op.drop_index(op.f("ix_apprenticeship_course_apprenticeship_id"), table_name="apprenticeship_course")
    op.drop_table("apprenticeship_course")
    op.drop_index(op.f("ix_apprenticeship_college_apprenticeship_id"), table_name="apprenticeship_college")
    op.drop_table("apprenticeship_college")
    op.drop_index(op.f("ix_competency_course_competency_id"), table_name="competency_course")
    op.drop_table("competency_course")
    op.drop_index(op.f("ix_apprenticeship_partnership_id"), table_name="apprenticeship")
    op.drop_index(op.f("ix_apprenticeship_organisation_id"), table_name="apprenticeship")
    op.drop_table("apprenticeship")
    op.drop_index(op.f("ix_credential_requirement_required_id"), table_name="credential_requirement")
    op.drop_index(op.f("ix_credential_requirement_group_id"), table_name="credential_requirement")
    op.drop_table("credential_requirement")
    op.drop_index(op.f("ix_competency_work_process_id"), table_name="competency")
    op.drop_table("competency")
    op.drop_index(op.f("ix_work_process_occupation_id"), table_name="work_process")
    op.drop_table("work_process")
    op.drop_index(op.f("ix_credential_stack_into_id"), table_name="credential_stack")
    op.drop_index(op.f("ix_credential_stack_credential_id"), table_name="credential_stack")
    op.drop_table("credential_stack")
    op.drop_index(op.f("ix_credential_requirement_group_credential_id"), table_name="credential_requirement_group")
    op.drop_table("credential_requirement_group")
    op.drop_index(op.f("ix_credential_course_credential_id"), table_name="credential_course")
    op.drop_table("credential_course")
    op.drop_index(op.f("ix_credential_articulation_credential_id"), table_name="credential_articulation")
    op.drop_table("credential_articulation")
    op.drop_index(op.f("ix_occupation_partnership_id"), table_name="occupation")
    op.drop_table("occupation")
    op.drop_index(op.f("ix_credential_partnership_id"), table_name="credential")
    op.drop_table("credential")
