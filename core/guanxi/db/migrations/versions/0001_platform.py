"""The event log, the audit log, plugins, settings, delivery."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.execute("CREATE SEQUENCE events_position_seq CACHE 1")
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("change_set", sa.Uuid(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index(
        "ix_audit_entries_change_set",
        "audit_entries",
        ["change_set"],
        unique=False,
        postgresql_where="change_set IS NOT NULL",
    )
    op.create_index(
        "ix_audit_entries_subject",
        "audit_entries",
        ["subject_kind", "subject_id", "id"],
        unique=False,
    )
    op.create_table(
        "delivery_bookmarks",
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reader", "partition", name=op.f("pk_delivery_bookmarks")),
    )
    op.create_table(
        "delivery_parked",
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("order_key", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("next_try_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reader", "position", name=op.f("pk_delivery_parked")),
    )
    op.create_index(
        "ix_delivery_parked_due",
        "delivery_parked",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("state = 'retrying'"),
    )
    op.create_index(
        "ix_delivery_parked_key",
        "delivery_parked",
        ["reader", "order_key", "position"],
        unique=False,
    )
    op.create_table(
        "events",
        sa.Column(
            "position",
            sa.BigInteger(),
            server_default=sa.text("nextval('events_position_seq')"),
            nullable=False,
        ),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_customer_id"), "events", ["customer_id"], unique=False)
    op.create_index(
        "ix_events_partition_position", "events", ["partition", "position"], unique=False
    )
    op.create_table(
        "hook_timings",
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("hook", sa.Text(), nullable=False),
        sa.Column("buckets", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("total_seconds", sa.Double(), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("plugin", "hook", name=op.f("pk_hook_timings")),
    )
    op.create_table(
        "idempotent_answers",
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("principal", "key", name=op.f("pk_idempotent_answers")),
    )
    op.create_index(
        op.f("ix_idempotent_answers_created_at"), "idempotent_answers", ["created_at"], unique=False
    )
    op.create_table(
        "job_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("started_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("finished_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_runs")),
    )
    op.create_table(
        "platform_state",
        sa.Column("id", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("generation", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "installation_id",
            sa.Uuid(),
            server_default=sa.text("gen_random_uuid()"),
            nullable=False,
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_platform_state_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_state")),
    )
    op.create_table(
        "plugin_failures",
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("hook", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("last_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("plugin", "hook", name=op.f("pk_plugin_failures")),
    )
    op.create_table(
        "plugins",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("tables", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("migrated_to", sa.Text(), nullable=True),
        sa.Column("migration_problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("quarantined_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("quarantine_problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("first_seen_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("enabled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_plugins")),
    )
    op.create_table(
        "settings",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("schema_version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_settings")),
    )
    op.create_table(
        "settings_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings_history")),
    )
    op.create_index("ix_settings_history_scope", "settings_history", ["scope", "id"], unique=False)
    op.execute(
        """
    CREATE OR REPLACE FUNCTION guanxi_events_before() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(
            5116089176692883456 + CASE WHEN is_called THEN last_value ELSE 0 END
        ) FROM events_position_seq;
        RETURN NULL;
    END $$
    """
    )
    op.execute(
        """
    CREATE OR REPLACE FUNCTION guanxi_events_after() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('guanxi_events', '');
        RETURN NULL;
    END $$
    """
    )
    op.execute(
        """
    CREATE TRIGGER events_before BEFORE INSERT ON events
    FOR EACH STATEMENT EXECUTE FUNCTION guanxi_events_before()
    """
    )
    op.execute(
        """
    CREATE TRIGGER events_after AFTER INSERT ON events
    FOR EACH STATEMENT EXECUTE FUNCTION guanxi_events_after()
    """
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_index("ix_settings_history_scope", table_name="settings_history")
    op.drop_table("settings_history")
    op.drop_table("settings")
    op.drop_table("plugins")
    op.drop_table("plugin_failures")
    op.drop_table("platform_state")
    op.drop_table("job_runs")
    op.drop_index(op.f("ix_idempotent_answers_created_at"), table_name="idempotent_answers")
    op.drop_table("idempotent_answers")
    op.drop_table("hook_timings")
    op.drop_index("ix_events_partition_position", table_name="events")
    op.drop_index(op.f("ix_events_customer_id"), table_name="events")
    op.drop_table("events")
    op.drop_index("ix_delivery_parked_key", table_name="delivery_parked")
    op.drop_index(
        "ix_delivery_parked_due",
        table_name="delivery_parked",
        postgresql_where=sa.text("state = 'retrying'"),
    )
    op.drop_table("delivery_parked")
    op.drop_table("delivery_bookmarks")
    op.drop_index("ix_audit_entries_subject", table_name="audit_entries")
    op.drop_index(
        "ix_audit_entries_change_set",
        table_name="audit_entries",
        postgresql_where="change_set IS NOT NULL",
    )
    op.drop_table("audit_entries")
    op.execute("DROP SEQUENCE events_position_seq")
    op.execute("DROP FUNCTION guanxi_events_before, guanxi_events_after")
