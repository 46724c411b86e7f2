"""Programmes, units, accounts and the ledger, whose rows the database lets nobody change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

APPEND_ONLY = ("transactions", "entries", "allocations")
"""They refer to each other, and to accounts, without foreign keys: each row would be looked up up to
three times, and all who earn at the same moment would queue at the unit's own accounts. One
statement writes what belongs together, what is referred to is never deleted, and the check looks.
"""
KEPT = ("programmes", "units", "accounts")
REFUSE = """
    CREATE FUNCTION loyalty_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The ledger is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
    """
LOTS = """
    CREATE FUNCTION loyalty_keep_lot() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'A lot keeps its amount and its instants: % is refused.', TG_OP
            USING ERRCODE = 'restrict_violation';
    END $$
    """
LOT_CHANGED = """
    (NEW.id, NEW.account_id, NEW.transaction_id, NEW.origin_id, NEW.amount, NEW.earned_at,
        NEW.activates_at, NEW.expires_at)
    IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.transaction_id, OLD.origin_id, OLD.amount,
        OLD.earned_at, OLD.activates_at, OLD.expires_at)
    OR (OLD.active AND NOT NEW.active)
    """
OPEN = """
    CREATE FUNCTION loyalty_open(wanted uuid, customer uuid, command text, few int)
    RETURNS TABLE (id uuid, customer_id uuid, balance bigint, held bigint, debt bigint,
        next_due_at timestamptz, active_at timestamptz, state text, version bigint,
        first_id uuid, first_kind text, first_amount bigint, first_shortfall bigint,
        first_balance bigint, first_hash bytea,
        lot_id uuid, lot_account uuid, lot_origin uuid, lot_amount bigint, lot_remaining bigint,
        lot_active boolean, lot_earned timestamptz, lot_activates timestamptz,
        lot_expires timestamptz)
    LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    BEGIN
        PERFORM FROM loyalty_accounts a
        WHERE a.unit_id = wanted AND a.customer_id = customer AND a.purpose = 'member' FOR UPDATE;
        -- A statement of its own: it sees what was committed while the lock was waited for.
        RETURN QUERY SELECT a.id, a.customer_id, a.balance, a.held, a.debt, a.next_due_at,
            a.active_at, p.state, p.version, t.id, t.kind, t.amount, t.shortfall, t.balance_after,
            t.request_hash, l.id, l.account_id, l.origin_id, l.amount, l.remaining, l.active,
            l.earned_at, l.activates_at, l.expires_at
        FROM loyalty_accounts a
        JOIN loyalty_units u ON u.id = a.unit_id JOIN loyalty_programmes p ON p.id = u.programme_id
        LEFT JOIN loyalty_transactions t ON t.unit_id = wanted AND t.key = command
        LEFT JOIN LATERAL (
            SELECT * FROM loyalty_lots o WHERE o.account_id = a.id AND o.remaining > 0 AND o.active
            ORDER BY o.expires_at, o.earned_at, o.id LIMIT few
        ) l ON true
        WHERE a.unit_id = wanted AND a.customer_id = customer AND a.purpose = 'member';
    END $$
    """


def upgrade() -> None:
    op.create_table(
        "loyalty_programmes",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("title_zh", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("policies", postgresql.JSONB, nullable=False, server_default="{}"),
        sa.Column("state", sa.Text, nullable=False, server_default="active"),
        sa.Column("state_reason", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        sa.CheckConstraint("state IN ('active', 'paused', 'read_only')", name="state"),
    )
    op.create_table(
        "loyalty_units",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("programme_id", sa.Uuid, sa.ForeignKey("loyalty_programmes.id"), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("title_zh", sa.Text, nullable=False),
        sa.CheckConstraint("kind IN ('spendable', 'qualifying', 'stamps')", name="kind"),
        sa.UniqueConstraint("programme_id", "key"),
    )
    op.create_table(
        "loyalty_accounts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("unit_id", sa.Uuid, sa.ForeignKey("loyalty_units.id"), nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id")),
        sa.Column("balance", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("held", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("debt", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("next_due_at", sa.DateTime(timezone=True)),
        sa.Column("active_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("debt >= 0 AND held >= 0 AND balance >= -debt", name="covered"),
        sa.CheckConstraint("(purpose = 'member') = (customer_id IS NOT NULL)", name="member"),
        sa.CheckConstraint(
            "purpose IN ('member', 'issuance', 'redemption', 'breakage', 'adjustment', 'pending', 'held')",
            name="purpose",
        ),
    )
    op.create_index("ix_loyalty_accounts_customer_id", "loyalty_accounts", ["customer_id"])
    op.create_index(
        "ix_loyalty_accounts_due",
        "loyalty_accounts",
        ["unit_id", "next_due_at"],
        postgresql_where=sa.text("next_due_at IS NOT NULL"),
    )
    op.create_index(
        "uq_loyalty_accounts_member",
        "loyalty_accounts",
        ["unit_id", "customer_id"],
        unique=True,
        postgresql_where=sa.text("purpose = 'member'"),
    )
    op.create_index(
        "uq_loyalty_accounts_own",
        "loyalty_accounts",
        ["unit_id", "purpose"],
        unique=True,
        postgresql_where=sa.text("purpose <> 'member'"),
    )
    op.create_table(
        "loyalty_transactions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("request_hash", sa.LargeBinary, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("shortfall", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("balance_after", sa.BigInteger),
        sa.Column("reverses_id", sa.Uuid),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("document", sa.Text),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.CheckConstraint("amount >= 0 AND shortfall >= 0", name="amount"),
        sa.CheckConstraint(
            "kind IN ('earn', 'activate', 'redeem', 'hold', 'capture', 'release', 'reverse', 'adjust', 'transfer', 'expire', 'extend', 'repay', 'merge', 'erase')",
            name="kind",
        ),
        sa.UniqueConstraint("unit_id", "key"),
    )
    op.create_index(
        "ix_loyalty_transactions_account_id",
        "loyalty_transactions",
        ["account_id", "effective_at", "id"],
    )
    op.create_index(
        "ix_loyalty_transactions_reverses_id",
        "loyalty_transactions",
        ["reverses_id"],
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    op.create_table(
        "loyalty_entries",
        sa.Column("transaction_id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("qualifies", sa.Boolean, nullable=False),
        sa.CheckConstraint("amount <> 0", name="amount"),
    )
    op.create_index(
        "ix_loyalty_entries_account_id",
        "loyalty_entries",
        ["account_id", "effective_at"],
        postgresql_include=["amount", "qualifies"],
    )
    op.create_table(
        "loyalty_holds",
        sa.Column("id", sa.Uuid, sa.ForeignKey("loyalty_transactions.id"), primary_key=True),
        sa.Column("account_id", sa.Uuid, sa.ForeignKey("loyalty_accounts.id"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("captured", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("state", sa.Text, nullable=False, server_default="open"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("captured BETWEEN 0 AND amount", name="captured"),
        sa.CheckConstraint("state IN ('open', 'captured', 'released', 'expired')", name="state"),
    )
    op.create_index(
        "ix_loyalty_holds_open",
        "loyalty_holds",
        ["account_id", "expires_at"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "loyalty_lots",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("transaction_id", sa.Uuid, nullable=False),
        sa.Column("origin_id", sa.Uuid, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("remaining", sa.BigInteger, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("earned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activates_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("expires_at IS NULL OR expires_at > activates_at", name="instants"),
        sa.CheckConstraint("amount > 0 AND remaining BETWEEN 0 AND amount", name="remaining"),
    )
    op.create_index(
        "ix_loyalty_lots_open",
        "loyalty_lots",
        ["account_id", "expires_at", "earned_at", "id"],
        postgresql_where=sa.text("remaining > 0"),
    )
    op.create_index(
        "ix_loyalty_lots_pending",
        "loyalty_lots",
        ["account_id"],
        postgresql_where=sa.text("NOT active"),
    )
    op.create_index("ix_loyalty_lots_transaction_id", "loyalty_lots", ["transaction_id"])
    op.create_table(
        "loyalty_remarks",
        sa.Column(
            "transaction_id", sa.Uuid, sa.ForeignKey("loyalty_transactions.id"), primary_key=True
        ),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "loyalty_allocations",
        sa.Column("transaction_id", sa.Uuid, primary_key=True),
        sa.Column("lot_id", sa.Uuid, primary_key=True),
        sa.Column("root_id", sa.Uuid, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.CheckConstraint("amount <> 0", name="amount"),
    )
    op.create_index("ix_loyalty_allocations_lot_id", "loyalty_allocations", ["lot_id"])
    op.create_index("ix_loyalty_allocations_root_id", "loyalty_allocations", ["root_id"])
    op.create_table(
        "loyalty_adjustment_requests",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("unit_id", sa.Uuid, sa.ForeignKey("loyalty_units.id"), nullable=False),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("asked_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid, nullable=False),
        sa.Column("asked_name", sa.Text, nullable=False),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True)),
        sa.Column("decided_by", sa.Uuid),
        sa.Column("decided_name", sa.Text),
        sa.Column("answer", sa.Text),
        sa.Column("transaction_id", sa.Uuid, sa.ForeignKey("loyalty_transactions.id")),
        sa.UniqueConstraint("unit_id", "key"),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'refused', 'withdrawn')", name="state"
        ),
        sa.CheckConstraint("amount <> 0", name="amount"),
    )
    op.create_index(
        "ix_loyalty_adjustment_requests_customer_id",
        "loyalty_adjustment_requests",
        ["customer_id", "asked_at"],
    )
    op.create_index(
        "ix_loyalty_adjustment_requests_waiting",
        "loyalty_adjustment_requests",
        ["asked_at"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.execute(REFUSE)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON loyalty_{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION loyalty_refuse_change()"
        )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON loyalty_{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION loyalty_refuse_change()"
        )
    op.execute(LOTS)
    op.execute(OPEN)
    op.execute(
        f"CREATE TRIGGER keep_lot BEFORE UPDATE ON loyalty_lots FOR EACH ROW WHEN ({LOT_CHANGED}) "
        "EXECUTE FUNCTION loyalty_keep_lot()"
    )
    op.execute(
        "CREATE TRIGGER keep_lots BEFORE DELETE OR TRUNCATE ON loyalty_lots "
        "FOR EACH STATEMENT EXECUTE FUNCTION loyalty_keep_lot()"
    )
    for table in ("accounts", "lots"):  # their rows change often; room for that in their own page
        op.execute(f"ALTER TABLE loyalty_{table} SET (fillfactor = 80)")


def downgrade() -> None:
    for table in (
        "adjustment_requests",
        "remarks",
        "holds",
        "allocations",
        "lots",
        "entries",
        "transactions",
        "accounts",
        "units",
        "programmes",
    ):
        op.drop_table(f"loyalty_{table}")
    op.execute("DROP FUNCTION loyalty_refuse_change()")
    op.execute("DROP FUNCTION loyalty_keep_lot()")
    op.execute("DROP FUNCTION loyalty_open(uuid, uuid, text, int)")
