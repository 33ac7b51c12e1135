"""rounds: pausing, closing times, rounds of voting, paper ballots, and changes that the room makes to its list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import base.database

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: tuple[str, ...] = ()
depends_on: str | None = None


def upgrade() -> None:
    """Build what a running meeting keeps beside its ballots."""
    # Columns are added in place: building a table anew would drop it while other rows point at it.
    op.add_column("meeting", sa.Column("paused_at", base.database.UtcMoment(), nullable=True))
    op.add_column("meeting", sa.Column("closes_at", base.database.UtcMoment(), nullable=True))
    for table in ("meeting", "ballot"):
        op.add_column(table, sa.Column("round_number", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.add_column(
        "ballot", sa.Column("source", sa.String(length=10), nullable=False, server_default=sa.text("'phone'"))
    )
    for name in ("added_at", "withdrawn_at"):
        op.add_column("skill_need", sa.Column(name, base.database.UtcMoment(), nullable=True))
    op.create_table(
        "need_wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("changed_by_name", sa.String(length=120), nullable=False),
        sa.Column("changed_at", base.database.UtcMoment(), nullable=False),
        sa.Column("old_title", sa.String(length=300), nullable=False),
        sa.Column("new_title", sa.String(length=300), nullable=False),
        sa.Column("old_description", sa.Text(), nullable=False),
        sa.Column("new_description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["skill_need.id"], name=op.f("fk_need_wording_need_id_skill_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_wording")),
    )
    op.create_index(op.f("ix_need_wording_need_id"), "need_wording", ["need_id"], unique=False)
    op.create_table(
        "earlier_round",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revealed_at", base.database.UtcMoment(), nullable=False),
        sa.Column("published_ballot_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", base.database.UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_earlier_round_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("meeting_id", "number", name=op.f("pk_earlier_round")),
    )
    op.create_table(
        "speaking_seat",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("voice", sa.String(length=10), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_speaking_seat_meeting_id_meeting")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_speaking_seat_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_speaking_seat_seat_id_seat")),
        sa.PrimaryKeyConstraint(
            "meeting_id", "round_number", "organisation_id", "voice", name=op.f("pk_speaking_seat")
        ),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("speaking_seat")
    op.drop_table("earlier_round")
    op.drop_index(op.f("ix_need_wording_need_id"), table_name="need_wording")
    op.drop_table("need_wording")
    for name in ("withdrawn_at", "added_at"):
        op.drop_column("skill_need", name)
    op.drop_column("ballot", "source")
    for table in ("ballot", "meeting"):
        op.drop_column(table, "round_number")
    op.drop_column("meeting", "closes_at")
    op.drop_column("meeting", "paused_at")
