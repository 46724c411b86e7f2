"""Rewards, vouchers, gift cards, surprises and referrals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "loyalty_fingerprints",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value_hash", sa.LargeBinary(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('device', 'payment')", name=op.f("ck_loyalty_fingerprints_kind")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_fingerprints_customer_id_customers"),
        ),
        sa.PrimaryKeyConstraint(
            "kind", "value_hash", "customer_id", name=op.f("pk_loyalty_fingerprints")
        ),
    )
    op.create_index(
        "ix_loyalty_fingerprints_customer_id", "loyalty_fingerprints", ["customer_id"], unique=False
    )
    op.create_table(
        "loyalty_guesses",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("last_failure_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("blocked_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_loyalty_guesses")),
    )
    op.create_table(
        "loyalty_secrets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_loyalty_secrets")),
    )
    op.create_table(
        "loyalty_uses",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_loyalty_uses_used")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_loyalty_uses_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("subject_id", "customer_id", name=op.f("pk_loyalty_uses")),
    )
    op.create_index("ix_loyalty_uses_customer_id", "loyalty_uses", ["customer_id"], unique=False)
    op.create_table(
        "loyalty_code_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_code_orders_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_code_orders_programme_id_loyalty_programmes"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_code_orders")),
        sa.UniqueConstraint(
            "programme_id", "key", name=op.f("uq_loyalty_code_orders_programme_id_key")
        ),
    )
    op.create_index(
        "ix_loyalty_code_orders_customer_id", "loyalty_code_orders", ["customer_id"], unique=False
    )
    op.create_table(
        "loyalty_code_sets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=True),
        sa.Column("min_order", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "conditions",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("family", sa.Text(), nullable=True),
        sa.Column("alone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default=sa.text("100"), nullable=False),
        sa.Column("code_limit", sa.BigInteger(), nullable=True),
        sa.Column("customer_limit", sa.BigInteger(), nullable=True),
        sa.Column("total_limit", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("made", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("valid_from", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("valid_to", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "effect IN ('percent', 'amount', 'product', 'shipping')",
            name=op.f("ck_loyalty_code_sets_effect"),
        ),
        sa.CheckConstraint("kind IN ('shared', 'bulk')", name=op.f("ck_loyalty_code_sets_kind")),
        sa.CheckConstraint(
            "state IN ('active', 'paused')", name=op.f("ck_loyalty_code_sets_state")
        ),
        sa.CheckConstraint(
            "value >= 0 AND (effect <> 'percent' OR value <= 10000)",
            name=op.f("ck_loyalty_code_sets_value"),
        ),
        sa.CheckConstraint(
            "code_limit > 0 AND customer_limit > 0 AND total_limit > 0",
            name=op.f("ck_loyalty_code_sets_limits"),
        ),
        sa.CheckConstraint(
            "used >= 0 AND used <= coalesce(total_limit, used)",
            name=op.f("ck_loyalty_code_sets_used"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_code_sets_programme_id_loyalty_programmes"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_code_sets")),
        sa.UniqueConstraint(
            "programme_id", "key", name=op.f("uq_loyalty_code_sets_programme_id_key")
        ),
    )
    op.create_table(
        "loyalty_gift_cards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("balance", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("written_off_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("issued_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('active', 'blocked')", name=op.f("ck_loyalty_gift_cards_state")
        ),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_loyalty_gift_cards_balance")),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_gift_cards_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_gift_cards_programme_id_loyalty_programmes"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_gift_cards")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_loyalty_gift_cards_code_hash")),
        sa.UniqueConstraint(
            "programme_id", "serial", name=op.f("uq_loyalty_gift_cards_programme_id_serial")
        ),
    )
    op.create_index(
        "ix_loyalty_gift_cards_customer_id",
        "loyalty_gift_cards",
        ["customer_id"],
        unique=False,
        postgresql_where=sa.text("customer_id IS NOT NULL"),
    )
    op.create_table(
        "loyalty_referral_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("rewarded", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("former", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("made_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("rewarded >= 0", name=op.f("ck_loyalty_referral_codes_rewarded")),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_referral_codes_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_referral_codes_programme_id_loyalty_programmes"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_referral_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_loyalty_referral_codes_code")),
    )
    op.create_index(
        "ix_loyalty_referral_codes_customer_id",
        "loyalty_referral_codes",
        ["customer_id"],
        unique=False,
    )
    op.create_index(
        "uq_loyalty_referral_codes_own",
        "loyalty_referral_codes",
        ["programme_id", "customer_id"],
        unique=True,
        postgresql_where=sa.text("NOT former"),
    )
    op.create_table(
        "loyalty_staff_budgets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("monthly", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("monthly >= 0", name=op.f("ck_loyalty_staff_budgets_monthly")),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_staff_budgets_programme_id_loyalty_programmes"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_staff_budgets")),
        sa.UniqueConstraint(
            "programme_id",
            "staff_id",
            name=op.f("uq_loyalty_staff_budgets_programme_id_staff_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "loyalty_staff_months",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("spent", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_loyalty_staff_months_spent")),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_staff_months_programme_id_loyalty_programmes"),
        ),
        sa.PrimaryKeyConstraint(
            "programme_id", "staff_id", "month", name=op.f("pk_loyalty_staff_months")
        ),
    )
    op.create_table(
        "loyalty_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("set_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("use_limit", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("blocked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("valid_to", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("made_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("use_limit > 0", name=op.f("ck_loyalty_codes_use_limit")),
        sa.CheckConstraint(
            "used >= 0 AND used <= coalesce(use_limit, used)", name=op.f("ck_loyalty_codes_used")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_loyalty_codes_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["set_id"],
            ["loyalty_code_sets.id"],
            name=op.f("fk_loyalty_codes_set_id_loyalty_code_sets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_loyalty_codes_code_hash")),
        sa.UniqueConstraint("set_id", "serial", name=op.f("uq_loyalty_codes_set_id_serial")),
    )
    op.create_index(
        "ix_loyalty_codes_customer_id",
        "loyalty_codes",
        ["customer_id"],
        unique=False,
        postgresql_where=sa.text("customer_id IS NOT NULL"),
    )
    op.create_table(
        "loyalty_gift_activities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("refunds_id", sa.Uuid(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'refund') = (refunds_id IS NOT NULL)",
            name=op.f("ck_loyalty_gift_activities_refunds"),
        ),
        sa.CheckConstraint(
            "CASE WHEN kind IN ('load', 'refund') THEN amount > 0 WHEN kind IN ('redeem', 'expire') THEN amount < 0 ELSE amount = 0 END",
            name=op.f("ck_loyalty_gift_activities_amount"),
        ),
        sa.CheckConstraint(
            "kind IN ('load', 'redeem', 'refund', 'block', 'unblock', 'expire')",
            name=op.f("ck_loyalty_gift_activities_kind"),
        ),
        sa.CheckConstraint(
            "balance_after >= 0", name=op.f("ck_loyalty_gift_activities_balance_after")
        ),
        sa.ForeignKeyConstraint(
            ["card_id"],
            ["loyalty_gift_cards.id"],
            name=op.f("fk_loyalty_gift_activities_card_id_loyalty_gift_cards"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_gift_activities_programme_id_loyalty_programmes"),
        ),
        sa.ForeignKeyConstraint(
            ["refunds_id"],
            ["loyalty_gift_activities.id"],
            name=op.f("fk_loyalty_gift_activities_refunds_id_loyalty_gift_activities"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_gift_activities")),
        sa.UniqueConstraint(
            "programme_id", "key", name=op.f("uq_loyalty_gift_activities_programme_id_key")
        ),
    )
    op.create_index(
        "ix_loyalty_gift_activities_card_id",
        "loyalty_gift_activities",
        ["card_id", "at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_gift_activities_refunds_id",
        "loyalty_gift_activities",
        ["refunds_id"],
        unique=False,
        postgresql_where=sa.text("refunds_id IS NOT NULL"),
    )
    op.create_table(
        "loyalty_referral_terms",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("referrer_points", sa.BigInteger(), nullable=False),
        sa.Column("referred_points", sa.BigInteger(), nullable=False),
        sa.Column("min_order", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("window_days", sa.BigInteger(), server_default=sa.text("14"), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "min_order >= 0 AND window_days >= 0 AND most > 0",
            name=op.f("ck_loyalty_referral_terms_limits"),
        ),
        sa.CheckConstraint(
            "referrer_points >= 0 AND referred_points >= 0",
            name=op.f("ck_loyalty_referral_terms_points"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_referral_terms_programme_id_loyalty_programmes"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["loyalty_units.id"],
            name=op.f("fk_loyalty_referral_terms_unit_id_loyalty_units"),
        ),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_loyalty_referral_terms")),
    )
    op.create_table(
        "loyalty_rewards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), server_default="", nullable=False),
        sa.Column("text_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("gives", sa.Text(), server_default="item", nullable=False),
        sa.Column("code_set_id", sa.Uuid(), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("money", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "tier_prices",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("cost", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("value", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("stock", sa.BigInteger(), nullable=True),
        sa.Column("customer_limit", sa.BigInteger(), nullable=True),
        sa.Column("keep_days", sa.BigInteger(), server_default=sa.text("30"), nullable=False),
        sa.Column("surprise", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("valid_from", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("valid_to", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(gives = 'code') = (code_set_id IS NOT NULL)", name=op.f("ck_loyalty_rewards_code_set")
        ),
        sa.CheckConstraint(
            "(gives IN ('card', 'points')) = (value > 0)", name=op.f("ck_loyalty_rewards_value")
        ),
        sa.CheckConstraint(
            "gives <> 'points' OR points = 0", name=op.f("ck_loyalty_rewards_for_points")
        ),
        sa.CheckConstraint(
            "gives IN ('item', 'code', 'card', 'points')", name=op.f("ck_loyalty_rewards_gives")
        ),
        sa.CheckConstraint(
            "state IN ('active', 'archived')", name=op.f("ck_loyalty_rewards_state")
        ),
        sa.CheckConstraint(
            "points >= 0 AND money >= 0 AND cost >= 0", name=op.f("ck_loyalty_rewards_price")
        ),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_loyalty_rewards_stock")),
        sa.ForeignKeyConstraint(
            ["code_set_id"],
            ["loyalty_code_sets.id"],
            name=op.f("fk_loyalty_rewards_code_set_id_loyalty_code_sets"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_rewards_programme_id_loyalty_programmes"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["loyalty_units.id"], name=op.f("fk_loyalty_rewards_unit_id_loyalty_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_rewards")),
        sa.UniqueConstraint(
            "programme_id", "key", name=op.f("uq_loyalty_rewards_programme_id_key")
        ),
    )
    op.create_table(
        "loyalty_code_uses",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="redeemed", nullable=False),
        sa.Column("counted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("counted_total", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reversed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('redeemed', 'reversed')", name=op.f("ck_loyalty_code_uses_state")
        ),
        sa.CheckConstraint("discount >= 0", name=op.f("ck_loyalty_code_uses_discount")),
        sa.ForeignKeyConstraint(
            ["code_id"],
            ["loyalty_codes.id"],
            name=op.f("fk_loyalty_code_uses_code_id_loyalty_codes"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_code_uses_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["loyalty_code_orders.id"],
            name=op.f("fk_loyalty_code_uses_order_id_loyalty_code_orders"),
        ),
        sa.PrimaryKeyConstraint("order_id", "code_id", name=op.f("pk_loyalty_code_uses")),
    )
    op.create_index("ix_loyalty_code_uses_code_id", "loyalty_code_uses", ["code_id"], unique=False)
    op.create_index(
        "ix_loyalty_code_uses_customer_id", "loyalty_code_uses", ["customer_id"], unique=False
    )
    op.create_table(
        "loyalty_referrals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("referrer_id", sa.Uuid(), nullable=False),
        sa.Column("referred_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("registered_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("qualified_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("rewarded_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("referrer_posting_id", sa.Uuid(), nullable=True),
        sa.Column("referred_posting_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'qualified', 'rewarded', 'refused', 'withdrawn', 'superseded')",
            name=op.f("ck_loyalty_referrals_state"),
        ),
        sa.ForeignKeyConstraint(
            ["code_id"],
            ["loyalty_referral_codes.id"],
            name=op.f("fk_loyalty_referrals_code_id_loyalty_referral_codes"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_referrals_programme_id_loyalty_programmes"),
        ),
        sa.ForeignKeyConstraint(
            ["referred_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_referrals_referred_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["referred_posting_id"],
            ["loyalty_transactions.id"],
            name=op.f("fk_loyalty_referrals_referred_posting_id_loyalty_transactions"),
        ),
        sa.ForeignKeyConstraint(
            ["referrer_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_referrals_referrer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["referrer_posting_id"],
            ["loyalty_transactions.id"],
            name=op.f("fk_loyalty_referrals_referrer_posting_id_loyalty_transactions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_referrals")),
    )
    op.create_index(
        "ix_loyalty_referrals_due",
        "loyalty_referrals",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'qualified'"),
    )
    op.create_index(
        "ix_loyalty_referrals_referred_id", "loyalty_referrals", ["referred_id"], unique=False
    )
    op.create_index(
        "ix_loyalty_referrals_referrer_id", "loyalty_referrals", ["referrer_id"], unique=False
    )
    op.create_index(
        "uq_loyalty_referrals_referred",
        "loyalty_referrals",
        ["programme_id", "referred_id"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('refused', 'superseded')"),
    )
    op.create_table(
        "loyalty_reward_issues",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("reward_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="reserved", nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("points", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("money", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("cost", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("counted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("took_stock", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.Column("code_id", sa.Uuid(), nullable=True),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reserved_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("redeemed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("cancelled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('reserved', 'redeemed', 'cancelled', 'expired')",
            name=op.f("ck_loyalty_reward_issues_state"),
        ),
        sa.ForeignKeyConstraint(
            ["card_id"],
            ["loyalty_gift_cards.id"],
            name=op.f("fk_loyalty_reward_issues_card_id_loyalty_gift_cards"),
        ),
        sa.ForeignKeyConstraint(
            ["code_id"],
            ["loyalty_codes.id"],
            name=op.f("fk_loyalty_reward_issues_code_id_loyalty_codes"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_reward_issues_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_reward_issues_programme_id_loyalty_programmes"),
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"],
            ["loyalty_rewards.id"],
            name=op.f("fk_loyalty_reward_issues_reward_id_loyalty_rewards"),
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["loyalty_transactions.id"],
            name=op.f("fk_loyalty_reward_issues_transaction_id_loyalty_transactions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_reward_issues")),
        sa.UniqueConstraint(
            "programme_id", "key", name=op.f("uq_loyalty_reward_issues_programme_id_key")
        ),
    )
    op.create_index(
        "ix_loyalty_reward_issues_customer_id",
        "loyalty_reward_issues",
        ["customer_id", "reserved_at"],
        unique=False,
    )
    op.create_index(
        "ix_loyalty_reward_issues_due",
        "loyalty_reward_issues",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'reserved'"),
    )
    op.create_index(
        "ix_loyalty_reward_issues_reward_id", "loyalty_reward_issues", ["reward_id"], unique=False
    )
    op.create_table(
        "loyalty_fulfilments",
        sa.Column("reward_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="given", nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.Column("code_id", sa.Uuid(), nullable=True),
        sa.Column("issue_id", sa.Uuid(), nullable=True),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('given', 'taken_back', 'run_out')", name=op.f("ck_loyalty_fulfilments_state")
        ),
        sa.ForeignKeyConstraint(
            ["code_id"],
            ["loyalty_codes.id"],
            name=op.f("fk_loyalty_fulfilments_code_id_loyalty_codes"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_fulfilments_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"],
            ["loyalty_reward_issues.id"],
            name=op.f("fk_loyalty_fulfilments_issue_id_loyalty_reward_issues"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_fulfilments_programme_id_loyalty_programmes"),
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["loyalty_transactions.id"],
            name=op.f("fk_loyalty_fulfilments_transaction_id_loyalty_transactions"),
        ),
        sa.PrimaryKeyConstraint("reward_id", name=op.f("pk_loyalty_fulfilments")),
    )
    op.create_index(
        op.f("ix_loyalty_fulfilments_customer_id"),
        "loyalty_fulfilments",
        ["customer_id"],
        unique=False,
    )
    op.create_table(
        "loyalty_surprises",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("core_reward_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="given", nullable=False),
        sa.Column("given_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("taken_back_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('given', 'taken_back')", name=op.f("ck_loyalty_surprises_state")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_surprises_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"],
            ["loyalty_reward_issues.id"],
            name=op.f("fk_loyalty_surprises_issue_id_loyalty_reward_issues"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["loyalty_programmes.id"],
            name=op.f("fk_loyalty_surprises_programme_id_loyalty_programmes"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_surprises")),
        sa.UniqueConstraint("issue_id", name=op.f("uq_loyalty_surprises_issue_id")),
        sa.UniqueConstraint(
            "programme_id", "key", name=op.f("uq_loyalty_surprises_programme_id_key")
        ),
    )
    op.create_index(
        "ix_loyalty_surprises_customer_id",
        "loyalty_surprises",
        ["customer_id", "given_at"],
        unique=False,
    )
    _add_what_belongs_to_them()


def _add_what_belongs_to_them() -> None:
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON loyalty_gift_activities "
        "FOR EACH STATEMENT EXECUTE FUNCTION loyalty_refuse_change()"
    )
    _member_links()
    _add_pictures_and_batches()


def _member_links() -> None:
    op.create_table(
        "loyalty_member_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("revoked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_loyalty_member_links_customer_id_customers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_member_links")),
    )
    op.create_index(
        "ix_loyalty_member_links_customer_id",
        "loyalty_member_links",
        ["customer_id", "made_at"],
        unique=False,
    )


def _add_pictures_and_batches() -> None:
    op.create_index(
        "ix_loyalty_gift_cards_due",
        "loyalty_gift_cards",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("expires_at IS NOT NULL AND written_off_at IS NULL"),
    )
    op.create_table(
        "loyalty_pictures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('png', 'jpeg', 'webp')", name=op.f("ck_loyalty_pictures_kind")
        ),
        sa.CheckConstraint(
            "octet_length(content) <= 1048576", name=op.f("ck_loyalty_pictures_content")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_pictures")),
    )
    op.create_table(
        "loyalty_code_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("set_id", sa.Uuid(), nullable=False),
        sa.Column("first_serial", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("made", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.Text(), server_default="making", nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("private_key", sa.Text(), nullable=True),
        sa.Column("asked_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("fetched_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "made >= 0 AND made <= count", name=op.f("ck_loyalty_code_batches_made")
        ),
        sa.CheckConstraint(
            "state IN ('making', 'ready', 'fetched', 'blocked')",
            name=op.f("ck_loyalty_code_batches_state"),
        ),
        sa.ForeignKeyConstraint(
            ["set_id"],
            ["loyalty_code_sets.id"],
            name=op.f("fk_loyalty_code_batches_set_id_loyalty_code_sets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_code_batches")),
    )
    op.create_index(
        "ix_loyalty_code_batches_set_id", "loyalty_code_batches", ["set_id"], unique=False
    )
    op.create_index(
        "ix_loyalty_code_batches_open",
        "loyalty_code_batches",
        ["asked_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('making', 'ready')"),
    )
    op.create_table(
        "loyalty_sealed_codes",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("first_serial", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["loyalty_code_batches.id"],
            name=op.f("fk_loyalty_sealed_codes_batch_id_loyalty_code_batches"),
        ),
        sa.PrimaryKeyConstraint("batch_id", "first_serial", name=op.f("pk_loyalty_sealed_codes")),
    )


def downgrade() -> None:
    for table in [
        "sealed_codes",
        "code_batches",
        "pictures",
        "member_links",
        "surprises",
        "fulfilments",
        "reward_issues",
        "referrals",
        "code_uses",
        "rewards",
        "referral_terms",
        "gift_activities",
        "codes",
        "staff_months",
        "staff_budgets",
        "referral_codes",
        "gift_cards",
        "code_sets",
        "code_orders",
        "uses",
        "secrets",
        "guesses",
        "fingerprints",
    ]:
        op.drop_table(f"loyalty_{table}")
