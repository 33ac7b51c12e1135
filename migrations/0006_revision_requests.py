"""Revision requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import base.database

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: tuple[str, ...] = ()
depends_on: str | None = None


def upgrade() -> None:
    """Build the requests with their steps and checks, and carry the revisions over.

    What a college called done is approved until an edition proves it.
    """
    _build_requests()
    _build_steps_and_checks()
    op.execute(
        "INSERT INTO revision_request (id, run_id, need_code, college_code, course_code, is_new_course, state, title,"
        " description, outcomes, credits, clock_hours, prerequisites, reason, started_at, ended_at)"
        " SELECT r.id, r.run_id, r.need_code, r.college_code, r.course_code, 0,"
        " CASE r.state WHEN 'done' THEN 'approved' ELSE 'proposed' END,"
        " c.title, c.description, c.outcomes, json_extract(c.facts, '$.credits'),"
        " json_extract(c.facts, '$.clock_hours'), coalesce(json_extract(c.facts, '$.prerequisites'), ''), '',"
        " r.started_at, NULL"
        " FROM revision r JOIN run_course c"
        " ON c.run_id = r.run_id AND c.college_code = r.college_code AND c.code = r.course_code"
    )
    op.execute(
        "INSERT INTO revision_request_step (id, request_id, state, note, by_name, at)"
        " SELECT id, revision_id, CASE state WHEN 'done' THEN 'approved' ELSE 'proposed' END, note, by_name, at"
        " FROM revision_step"
    )
    op.drop_index(op.f("ix_revision_step_revision_id"), table_name="revision_step")
    op.drop_table("revision_step")
    op.drop_index(op.f("ix_revision_run_id"), table_name="revision")
    op.drop_table("revision")


def _build_requests() -> None:
    op.create_table(
        "revision_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("need_code", sa.String(length=40), nullable=False),
        sa.Column("college_code", sa.String(length=40), nullable=False),
        sa.Column("course_code", sa.String(length=60), nullable=False),
        sa.Column("is_new_course", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("credits", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("clock_hours", sa.Numeric(precision=8, scale=2), nullable=True),
        sa.Column("prerequisites", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", base.database.UtcMoment(), nullable=False),
        sa.Column("ended_at", base.database.UtcMoment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'proposed', 'with_committee', 'approved', 'in_catalog', 'declined', 'withdrawn')",
            name=op.f("ck_revision_request_state"),
        ),
        sa.CheckConstraint("is_new_course OR course_code != ''", name=op.f("ck_revision_request_revised_course")),
        sa.ForeignKeyConstraint(["run_id"], ["match_run.id"], name=op.f("fk_revision_request_run_id_match_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_request")),
    )
    op.create_index(op.f("ix_revision_request_run_id"), "revision_request", ["run_id"], unique=False)
    op.create_index(op.f("ix_revision_request_college_code"), "revision_request", ["college_code"], unique=False)


def _build_steps_and_checks() -> None:
    op.create_table(
        "revision_request_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", base.database.UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["revision_request.id"], name=op.f("fk_revision_request_step_request_id_revision_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_request_step")),
    )
    op.create_index(op.f("ix_revision_request_step_request_id"), "revision_request_step", ["request_id"], unique=False)
    op.create_table(
        "revision_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("edition_number", sa.Integer(), nullable=False),
        sa.Column("edition_label", sa.String(length=100), nullable=False),
        sa.Column("course_code", sa.String(length=60), nullable=False),
        sa.Column("is_adopted", sa.Boolean(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("checked_at", base.database.UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["revision_request.id"], name=op.f("fk_revision_check_request_id_revision_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_check")),
    )
    op.create_index(op.f("ix_revision_check_request_id"), "revision_check", ["request_id"], unique=False)


def downgrade() -> None:
    """Bring the plain revisions back; what a request proposed is lost, and so are new courses and doubled requests."""
    _build_old_tables()
    op.execute(
        "INSERT INTO revision (id, run_id, need_code, college_code, course_code, state, started_at, done_at)"
        " SELECT id, run_id, need_code, college_code, course_code,"
        " CASE WHEN state IN ('approved', 'in_catalog') THEN 'done' ELSE 'started' END, started_at,"
        " CASE WHEN state IN ('approved', 'in_catalog') THEN coalesce(ended_at, started_at) END"
        " FROM revision_request WHERE NOT is_new_course AND id IN (SELECT max(id) FROM revision_request"
        " GROUP BY run_id, need_code, college_code, course_code)"
    )
    op.execute(
        "INSERT INTO revision_step (id, revision_id, state, note, by_name, at)"
        " SELECT id, request_id, CASE WHEN state IN ('approved', 'in_catalog') THEN 'done' ELSE 'started' END,"
        " note, by_name, at FROM revision_request_step"
        " WHERE request_id IN (SELECT id FROM revision)"
    )
    op.drop_table("revision_check")
    op.drop_table("revision_request_step")
    op.drop_table("revision_request")


def _build_old_tables() -> None:
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("need_code", sa.String(length=40), nullable=False),
        sa.Column("college_code", sa.String(length=40), nullable=False),
        sa.Column("course_code", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_at", base.database.UtcMoment(), nullable=False),
        sa.Column("done_at", base.database.UtcMoment(), nullable=True),
        sa.CheckConstraint("state IN ('started', 'done')", name=op.f("ck_revision_state")),
        sa.ForeignKeyConstraint(["run_id"], ["match_run.id"], name=op.f("fk_revision_run_id_match_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint(
            "run_id",
            "need_code",
            "college_code",
            "course_code",
            name=op.f("uq_revision_run_id_need_code_college_code_course_code"),
        ),
    )
    op.create_index(op.f("ix_revision_run_id"), "revision", ["run_id"], unique=False)
    op.create_table(
        "revision_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", base.database.UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_revision_step_revision_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_step")),
    )
    op.create_index(op.f("ix_revision_step_revision_id"), "revision_step", ["revision_id"], unique=False)
