"""Segments, rules, memberships, pins, states."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "segmentation_segments",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("title_zh", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("rule", postgresql.JSONB),
        sa.Column("rule_version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        sa.Column("state", sa.Text, nullable=False, server_default="active"),
        sa.Column("announce", sa.Boolean, nullable=False, server_default=sa.text("true")),
        sa.Column("problem", postgresql.JSONB),
        sa.Column("building", sa.Text),
        sa.Column("members", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("evaluated_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        sa.CheckConstraint("kind IN ('rule', 'static', 'class', 'held')", name="kind"),
        sa.CheckConstraint("state IN ('active', 'archived')", name="state"),
        sa.CheckConstraint("building IN ('quiet', 'announced')", name="building"),
    )
    op.create_table(
        "segmentation_rule_versions",
        sa.Column("segment_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True),
        sa.Column("rule", postgresql.JSONB),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["segment_id"], ["segmentation_segments.id"], ondelete="CASCADE"),
    )
    op.create_table(
        "segmentation_memberships",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("segment_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_cause", sa.Text, nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("left_cause", sa.Text),
        sa.Column("rule_version", sa.BigInteger, nullable=False),
    )
    op.create_index(
        "uq_segmentation_memberships_open",
        "segmentation_memberships",
        ["segment_id", "customer_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_index(
        "ix_segmentation_memberships_customer",
        "segmentation_memberships",
        ["customer_id", "segment_id"],
    )
    op.create_index(
        "ix_segmentation_memberships_left",
        "segmentation_memberships",
        ["segment_id", "left_at"],
        postgresql_where=sa.text("left_at IS NOT NULL"),
    )
    op.create_table(
        "segmentation_pins",
        sa.Column("segment_id", sa.Uuid, primary_key=True),
        sa.Column(
            "customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True, index=True
        ),
        sa.Column("included", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["segment_id"], ["segmentation_segments.id"], ondelete="CASCADE"),
    )
    op.create_table(
        "segmentation_states",
        sa.Column("customer_id", sa.Uuid, primary_key=True),
        sa.Column("segments", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("hidden", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("next_check_at", sa.DateTime(timezone=True)),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
    )
    op.create_index(
        "ix_segmentation_states_segments",
        "segmentation_states",
        ["segments"],
        postgresql_using="gin",
    )
    op.create_index(
        "ix_segmentation_states_due",
        "segmentation_states",
        ["next_check_at"],
        postgresql_where=sa.text("next_check_at IS NOT NULL"),
    )
    op.create_table(
        "segmentation_waiting",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("customer_id", sa.Uuid, nullable=False),
    )
    op.create_table(
        "segmentation_member_deltas",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("segment_id", sa.Uuid, nullable=False, index=True),
        sa.Column("delta", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["segment_id"], ["segmentation_segments.id"], ondelete="CASCADE"),
    )
    op.create_table(
        "segmentation_audits",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("customers", sa.BigInteger, nullable=False),
        sa.Column("drift", sa.BigInteger, nullable=False),
        sa.Column("detail", postgresql.JSONB, nullable=False),
    )
    op.create_table(
        "segmentation_rebuilds",
        sa.Column("id", sa.BigInteger, autoincrement=False, primary_key=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("then_cause", sa.Text, nullable=False),
        sa.Column("segments", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("next_id", sa.Uuid),
        sa.Column("at_end", sa.Boolean, nullable=False),
        sa.Column("moved", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("rounds", sa.BigInteger, nullable=False),
        sa.Column("asked", postgresql.ARRAY(sa.Text), nullable=False),
        sa.CheckConstraint("id = 1", name="single"),
    )


def downgrade() -> None:
    for table in (
        "rebuilds",
        "audits",
        "member_deltas",
        "waiting",
        "states",
        "pins",
        "memberships",
        "rule_versions",
        "segments",
    ):
        op.drop_table(f"segmentation_{table}")
