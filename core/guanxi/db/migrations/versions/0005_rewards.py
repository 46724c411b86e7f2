"""Rewards."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0005"
down_revision = "core_0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "rewards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="requested", nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column(
            "redeemed_amount",
            sa.Numeric(precision=18, scale=4),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("fulfilled_by", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column(
            "detail", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("requested_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("granted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "state IN ('requested', 'granted', 'redeemed', 'reversed', 'expired', 'refused')",
            name=op.f("ck_rewards_state"),
        ),
        sa.CheckConstraint(
            "redeemed_amount >= 0 AND (amount IS NULL OR redeemed_amount <= amount)",
            name=op.f("ck_rewards_redeemed"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_rewards_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rewards")),
        sa.UniqueConstraint(
            "source", "idempotency_key", name=op.f("uq_rewards_source_idempotency_key")
        ),
    )
    op.create_index(
        "ix_rewards_customer_id",
        "rewards",
        ["customer_id", sa.literal_column("requested_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_rewards_expiring",
        "rewards",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'granted' AND expires_at IS NOT NULL"),
    )
    op.create_index(
        "ix_rewards_latest",
        "rewards",
        [sa.literal_column("requested_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_rewards_waiting",
        "rewards",
        ["requested_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'requested'"),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_index(
        "ix_rewards_waiting", table_name="rewards", postgresql_where=sa.text("state = 'requested'")
    )
    op.drop_index("ix_rewards_latest", table_name="rewards")
    op.drop_index(
        "ix_rewards_expiring",
        table_name="rewards",
        postgresql_where=sa.text("state = 'granted' AND expires_at IS NOT NULL"),
    )
    op.drop_index("ix_rewards_customer_id", table_name="rewards")
    op.drop_table("rewards")
