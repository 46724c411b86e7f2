"""Rules, campaigns and tiers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "loyalty_campaigns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("starts_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ends_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("spent", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("held_back", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "state IN ('active', 'paused', 'archived')", name=op.f("ck_loyalty_campaigns_state")
        ),
        sa.CheckConstraint(
            "budget IS NULL OR budget > 0", name=op.f("ck_loyalty_campaigns_budget")
        ),
        sa.CheckConstraint(
            "ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_loyalty_campaigns_instants")
        ),
        sa.CheckConstraint(
            "held_back BETWEEN 0 AND 9999", name=op.f("ck_loyalty_campaigns_held_back")
        ),
        sa.CheckConstraint(
            "spent >= 0 AND (budget IS NULL OR spent <= budget)",
            name=op.f("ck_loyalty_campaigns_spent"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_campaigns_programme_id_loyalty_programmes"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_campaigns")),
        sa.UniqueConstraint(
            "programme_id", "key", name=op.f("uq_loyalty_campaigns_programme_id_key")
        ),
    )
    op.create_table(
        "loyalty_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column(
            "definition",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("priority", sa.Integer(), server_default=sa.text("100"), nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "state IN ('active', 'paused', 'archived')", name=op.f("ck_loyalty_rules_state")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["loyalty_campaigns.id"],
            name=op.f("fk_loyalty_rules_campaign_id_loyalty_campaigns"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_rules_programme_id_loyalty_programmes"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["loyalty_units.id"], name=op.f("fk_loyalty_rules_unit_id_loyalty_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_rules")),
        sa.UniqueConstraint("programme_id", "key", name=op.f("uq_loyalty_rules_programme_id_key")),
    )
    op.create_table(
        "loyalty_rule_uses",
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("times >= 0 AND units >= 0", name=op.f("ck_loyalty_rule_uses_counted")),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_rule_uses_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["loyalty_rules.id"],
            name=op.f("fk_loyalty_rule_uses_rule_id_loyalty_rules"),
        ),
        sa.PrimaryKeyConstraint(
            "rule_id", "customer_id", "period", "begins", name=op.f("pk_loyalty_rule_uses")
        ),
    )
    op.create_table(
        "loyalty_occasions",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column(
            "returned",
            sa.Numeric(precision=18, scale=4),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "awards", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column(
            "posted", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("voided", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("judged_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "amount IS NULL OR returned BETWEEN 0 AND amount",
            name=op.f("ck_loyalty_occasions_returned"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_occasions_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_occasions_programme_id_loyalty_programmes"),
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_loyalty_occasions")),
    )
    op.create_index(
        "ix_loyalty_occasions_customer_id",
        "loyalty_occasions",
        ["customer_id", "occurred_at"],
        unique=False,
    )
    op.create_table(
        "loyalty_returns",
        sa.Column("touchpoint_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_loyalty_returns_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("touchpoint_id", name=op.f("pk_loyalty_returns")),
    )
    op.create_index(
        op.f("ix_loyalty_returns_customer_id"), "loyalty_returns", ["customer_id"], unique=False
    )
    op.create_table(
        "loyalty_tier_policies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("in_force_from", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_tier_policies_programme_id_loyalty_programmes"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_tier_policies")),
        sa.UniqueConstraint(
            "programme_id",
            "in_force_from",
            name=op.f("uq_loyalty_tier_policies_programme_id_in_force_from"),
        ),
    )
    op.create_table(
        "loyalty_standings",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("tier_since", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("counted", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("worked_to", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("valid_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("in_grace", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("next_check_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_standings_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_standings_programme_id_loyalty_programmes"),
        ),
        sa.PrimaryKeyConstraint("programme_id", "customer_id", name=op.f("pk_loyalty_standings")),
    )
    op.create_index(
        "ix_loyalty_standings_customer_id", "loyalty_standings", ["customer_id"], unique=False
    )
    op.create_index(
        "ix_loyalty_standings_due",
        "loyalty_standings",
        ["next_check_at"],
        unique=False,
        postgresql_where=sa.text("next_check_at IS NOT NULL"),
    )
    op.create_table(
        "loyalty_tier_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "cause IN ('reached', 'lapsed', 'fell', 'taken_back', 'policy')",
            name=op.f("ck_loyalty_tier_changes_cause"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_tier_changes_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_tier_changes_programme_id_loyalty_programmes"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_tier_changes")),
    )
    op.create_index(
        "ix_loyalty_tier_changes_customer_id",
        "loyalty_tier_changes",
        ["customer_id", "programme_id", "at"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("loyalty_tier_changes")
    op.drop_table("loyalty_standings")
    op.drop_table("loyalty_tier_policies")
    op.drop_table("loyalty_returns")
    op.drop_table("loyalty_occasions")
    op.drop_table("loyalty_rule_uses")
    op.drop_table("loyalty_rules")
    op.drop_table("loyalty_campaigns")
