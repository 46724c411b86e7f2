"""Customers, their identities, consents and merges."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0003"
down_revision = "core_0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "custom_fields",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column(
            "choices", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column("applies_to", sa.Text(), server_default="both", nullable=False),
        sa.Column("sensitive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_custom_fields")),
    )
    op.create_table(
        "erasures",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("erased_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_erasures")),
    )
    op.create_table(
        "tags",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), server_default="blue", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tags")),
    )
    op.create_table(
        "customer_list_choices",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_customer_list_choices_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_customer_list_choices")),
    )
    op.create_table(
        "customers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=True),
        sa.Column("given_name", sa.Text(), nullable=True),
        sa.Column("name_order", sa.Text(), server_default="western", nullable=False),
        sa.Column("sort_name", sa.Text(collation="C"), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("birthday", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("closed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "custom", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("invented", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column(
            "search_tokens", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("erased_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('person', 'organisation')", name=op.f("ck_customers_kind")),
        sa.CheckConstraint("status IN ('active', 'closed')", name=op.f("ck_customers_status")),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["customers.id"], name=op.f("fk_customers_merged_into_customers")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name=op.f("fk_customers_owner_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )
    op.create_index(
        "ix_customers_closed",
        "customers",
        ["sort_name", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'closed' AND merged_into IS NULL AND erased_at IS NULL"),
    )
    op.create_index("ix_customers_country", "customers", ["country", "id"], unique=False)
    op.create_index("ix_customers_created_at", "customers", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_customers_import_id",
        "customers",
        ["import_id"],
        unique=False,
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    op.create_index(
        "ix_customers_merged_into",
        "customers",
        ["merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index(
        "ix_customers_organisations",
        "customers",
        ["sort_name", "id"],
        unique=False,
        postgresql_where=sa.text(
            "kind = 'organisation' AND merged_into IS NULL AND erased_at IS NULL"
        ),
    )
    op.create_index("ix_customers_owner_id", "customers", ["owner_id", "id"], unique=False)
    op.create_index(
        "ix_customers_search", "customers", ["search_tokens"], unique=False, postgresql_using="gin"
    )
    op.create_index(
        "ix_customers_sort_name",
        "customers",
        ["sort_name", "id"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NULL AND erased_at IS NULL"),
    )
    op.create_index(
        "ix_customers_tags", "customers", ["tags"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "customer_activity",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("touchpoints", sa.BigInteger(), nullable=False),
        sa.Column("first_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("last_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("last_inbound_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("last_outbound_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_activity_customer_id_customers"),
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer_activity")),
    )
    op.create_index(
        op.f("ix_customer_activity_first_at"), "customer_activity", ["first_at"], unique=False
    )
    op.create_index(
        op.f("ix_customer_activity_last_at"), "customer_activity", ["last_at"], unique=False
    )
    op.create_table(
        "customer_consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_consents_customer_id_customers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_consents")),
    )
    op.create_index(
        "ix_customer_consents_import_id",
        "customer_consents",
        ["import_id"],
        unique=False,
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    op.create_index(
        "ix_customer_consents_latest",
        "customer_consents",
        ["customer_id", "channel", "purpose", "at"],
        unique=False,
    )
    op.create_table(
        "customer_identities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("verified", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('email', 'phone', 'external', 'social')",
            name=op.f("ck_customer_identities_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_identities_customer_id_customers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_identities")),
        sa.UniqueConstraint(
            "kind", "source", "value", name=op.f("uq_customer_identities_kind_source_value")
        ),
    )
    op.create_index(
        op.f("ix_customer_identities_customer_id"),
        "customer_identities",
        ["customer_id"],
        unique=False,
    )
    op.create_table(
        "customer_match_keys",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("keys", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_match_keys_customer_id_customers"),
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer_match_keys")),
    )
    op.create_index(
        "ix_customer_match_keys_keys",
        "customer_match_keys",
        ["keys"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "customer_memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["customers.id"],
            name=op.f("fk_customer_memberships_organisation_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["customers.id"],
            name=op.f("fk_customer_memberships_person_id_customers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_memberships")),
        sa.UniqueConstraint(
            "person_id",
            "organisation_id",
            name=op.f("uq_customer_memberships_person_id_organisation_id"),
        ),
    )
    op.create_index(
        "ix_customer_memberships_import_id",
        "customer_memberships",
        ["import_id"],
        unique=False,
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_customer_memberships_organisation_id"),
        "customer_memberships",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "customer_merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("undo", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("undone_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["customers.id"], name=op.f("fk_customer_merges_kept_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["merged_id"], ["customers.id"], name=op.f("fk_customer_merges_merged_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_merges")),
    )
    op.create_index(
        op.f("ix_customer_merges_kept_id"), "customer_merges", ["kept_id"], unique=False
    )
    op.create_index(
        op.f("ix_customer_merges_merged_id"), "customer_merges", ["merged_id"], unique=False
    )
    _make_trade()
    op.create_table(
        "duplicate_suggestions",
        sa.Column("a_id", sa.Uuid(), nullable=False),
        sa.Column("b_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("found_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'dismissed', 'merged')", name=op.f("ck_duplicate_suggestions_state")
        ),
        sa.CheckConstraint("a_id < b_id", name=op.f("ck_duplicate_suggestions_ordered")),
        sa.ForeignKeyConstraint(
            ["a_id"], ["customers.id"], name=op.f("fk_duplicate_suggestions_a_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["b_id"], ["customers.id"], name=op.f("fk_duplicate_suggestions_b_id_customers")
        ),
        sa.PrimaryKeyConstraint("a_id", "b_id", name=op.f("pk_duplicate_suggestions")),
    )
    op.create_index(
        op.f("ix_duplicate_suggestions_b_id"), "duplicate_suggestions", ["b_id"], unique=False
    )
    op.create_index(
        "ix_duplicate_suggestions_open",
        "duplicate_suggestions",
        [sa.literal_column("score DESC"), "a_id", "b_id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "privacy_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("finished_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('export', 'erase')", name=op.f("ck_privacy_requests_kind")),
        sa.CheckConstraint("state IN ('open', 'done')", name=op.f("ck_privacy_requests_state")),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_privacy_requests_customer_id_customers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_requests")),
    )
    op.create_index(
        "ix_privacy_requests_customer_id", "privacy_requests", ["customer_id"], unique=False
    )
    op.create_index(
        "ix_privacy_requests_latest",
        "privacy_requests",
        [sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "customer_merge_moves",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"],
            ["customer_merges.id"],
            name=op.f("fk_customer_merge_moves_merge_id_customer_merges"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "merge_id", "table_name", "row_id", name=op.f("pk_customer_merge_moves")
        ),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("customer_merge_moves")
    op.drop_index("ix_privacy_requests_latest", table_name="privacy_requests")
    op.drop_index("ix_privacy_requests_customer_id", table_name="privacy_requests")
    op.drop_table("privacy_requests")
    op.drop_index(
        "ix_duplicate_suggestions_open",
        table_name="duplicate_suggestions",
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_duplicate_suggestions_b_id"), table_name="duplicate_suggestions")
    op.drop_table("duplicate_suggestions")
    _drop_trade()
    op.drop_index(op.f("ix_customer_merges_merged_id"), table_name="customer_merges")
    op.drop_index(op.f("ix_customer_merges_kept_id"), table_name="customer_merges")
    op.drop_table("customer_merges")
    op.drop_index("ix_customer_memberships_import_id", table_name="customer_memberships")
    op.drop_index(
        op.f("ix_customer_memberships_organisation_id"), table_name="customer_memberships"
    )
    op.drop_table("customer_memberships")
    op.drop_index(
        "ix_customer_match_keys_keys", table_name="customer_match_keys", postgresql_using="gin"
    )
    op.drop_table("customer_match_keys")
    op.drop_index(op.f("ix_customer_identities_customer_id"), table_name="customer_identities")
    op.drop_table("customer_identities")
    op.drop_index("ix_customer_consents_latest", table_name="customer_consents")
    op.drop_index("ix_customer_consents_import_id", table_name="customer_consents")
    op.drop_table("customer_consents")
    op.drop_index(op.f("ix_customer_activity_last_at"), table_name="customer_activity")
    op.drop_index(op.f("ix_customer_activity_first_at"), table_name="customer_activity")
    op.drop_table("customer_activity")
    op.drop_index("ix_customers_tags", table_name="customers", postgresql_using="gin")
    op.drop_index(
        "ix_customers_sort_name",
        table_name="customers",
        postgresql_where=sa.text("merged_into IS NULL AND erased_at IS NULL"),
    )
    op.drop_index("ix_customers_search", table_name="customers", postgresql_using="gin")
    op.drop_index("ix_customers_owner_id", table_name="customers")
    op.drop_index(
        "ix_customers_organisations",
        table_name="customers",
        postgresql_where=sa.text(
            "kind = 'organisation' AND merged_into IS NULL AND erased_at IS NULL"
        ),
    )
    op.drop_index(
        "ix_customers_merged_into",
        table_name="customers",
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.drop_index(
        "ix_customers_import_id",
        table_name="customers",
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    op.drop_index("ix_customers_created_at", table_name="customers")
    op.drop_index("ix_customers_country", table_name="customers")
    op.drop_index(
        "ix_customers_closed",
        table_name="customers",
        postgresql_where=sa.text("status = 'closed' AND merged_into IS NULL AND erased_at IS NULL"),
    )
    op.drop_table("customers")
    op.drop_table("customer_list_choices")
    op.drop_table("tags")
    op.drop_table("erasures")
    op.drop_table("custom_fields")


def _make_trade() -> None:
    op.create_table(
        "customer_trade",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("purchases", sa.BigInteger(), nullable=False),
        sa.Column("returns", sa.BigInteger(), nullable=False),
        sa.Column("revenue", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("first_purchase_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("last_purchase_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_customer_trade_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("customer_id", "currency", name=op.f("pk_customer_trade")),
    )
    op.create_index(
        "ix_customer_trade_purchases",
        "customer_trade",
        ["currency", "purchases", "customer_id"],
        unique=False,
    )
    op.create_index(
        "ix_customer_trade_revenue", "customer_trade", ["currency", "revenue"], unique=False
    )


def _drop_trade() -> None:
    op.drop_index("ix_customer_trade_revenue", table_name="customer_trade")
    op.drop_index("ix_customer_trade_purchases", table_name="customer_trade")
    op.drop_table("customer_trade")
