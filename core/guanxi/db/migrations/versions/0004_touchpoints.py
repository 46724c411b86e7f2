"""Touchpoints, their lines, channels and kinds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0004"
down_revision = "core_0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "channels",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_channels")),
    )
    op.create_table(
        "touchpoint_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), server_default="", nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "channel", "kind", "currency", "known", name=op.f("pk_touchpoint_days")
        ),
    )
    op.create_table(
        "touchpoint_kinds",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_touchpoint_kinds")),
    )
    op.create_table(
        "touchpoint_outcomes",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=True),
        sa.Column("position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_touchpoint_outcomes")),
    )
    op.create_table(
        "touchpoints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("customer_hint", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("occurred_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), server_default="guanxi", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), server_default="recorded", nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "direction IN ('in', 'out', 'none')", name=op.f("ck_touchpoints_direction")
        ),
        sa.CheckConstraint("state IN ('recorded', 'voided')", name=op.f("ck_touchpoints_state")),
        sa.CheckConstraint(
            "(amount IS NULL) = (currency IS NULL)", name=op.f("ck_touchpoints_currency")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_touchpoints_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["users.id"],
            name=op.f("fk_touchpoints_staff_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touchpoints")),
    )
    op.create_index(
        "ix_touchpoints_import_id",
        "touchpoints",
        ["import_id"],
        unique=False,
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    op.create_index(
        "ix_touchpoints_kind",
        "touchpoints",
        ["kind", sa.literal_column("occurred_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_touchpoints_latest",
        "touchpoints",
        [sa.literal_column("occurred_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_touchpoints_timeline",
        "touchpoints",
        ["customer_id", sa.literal_column("occurred_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_touchpoints_unassigned",
        "touchpoints",
        ["customer_hint", "occurred_at"],
        unique=False,
        postgresql_where=sa.text("customer_id IS NULL AND state = 'recorded'"),
    )
    op.create_index(
        "uq_touchpoints_external",
        "touchpoints",
        ["source", "external_id"],
        unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "touchpoint_lines",
        sa.Column("touchpoint_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.ForeignKeyConstraint(
            ["touchpoint_id"],
            ["touchpoints.id"],
            name=op.f("fk_touchpoint_lines_touchpoint_id_touchpoints"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("touchpoint_id", "number", name=op.f("pk_touchpoint_lines")),
    )
    op.create_table(
        "touchpoint_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="planned", nullable=False),
        sa.Column("touchpoint_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'done', 'cancelled')", name=op.f("ck_touchpoint_plans_state")
        ),
        sa.ForeignKeyConstraint(
            ["channel"], ["channels.key"], name=op.f("fk_touchpoint_plans_channel_channels")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_touchpoint_plans_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["users.id"],
            name=op.f("fk_touchpoint_plans_staff_id_users"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["touchpoint_id"],
            ["touchpoints.id"],
            name=op.f("fk_touchpoint_plans_touchpoint_id_touchpoints"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touchpoint_plans")),
    )
    op.create_index(
        "ix_touchpoint_plans_customer_id",
        "touchpoint_plans",
        ["customer_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_index(
        "ix_touchpoint_plans_staff_id",
        "touchpoint_plans",
        ["staff_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("state = 'planned'"),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_index(
        "ix_touchpoint_plans_staff_id",
        table_name="touchpoint_plans",
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.drop_index(
        "ix_touchpoint_plans_customer_id",
        table_name="touchpoint_plans",
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.drop_table("touchpoint_plans")
    op.drop_table("touchpoint_lines")
    op.drop_index(
        "uq_touchpoints_external",
        table_name="touchpoints",
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_touchpoints_unassigned",
        table_name="touchpoints",
        postgresql_where=sa.text("customer_id IS NULL AND state = 'recorded'"),
    )
    op.drop_index("ix_touchpoints_timeline", table_name="touchpoints")
    op.drop_index("ix_touchpoints_latest", table_name="touchpoints")
    op.drop_index("ix_touchpoints_kind", table_name="touchpoints")
    op.drop_index(
        "ix_touchpoints_import_id",
        table_name="touchpoints",
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    op.drop_table("touchpoints")
    op.drop_table("touchpoint_outcomes")
    op.drop_table("touchpoint_kinds")
    op.drop_table("touchpoint_days")
    op.drop_table("channels")
