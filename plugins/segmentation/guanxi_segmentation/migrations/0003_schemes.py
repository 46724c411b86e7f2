"""Schemes, classes, treatments, stays in classes, key accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "segmentation_schemes",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("title_zh", sa.Text, nullable=False),
        sa.Column("is_primary", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("state", sa.Text, nullable=False, server_default="active"),
        sa.Column("options", postgresql.JSONB, nullable=False, server_default="{}"),
        sa.Column("cut", postgresql.JSONB),
        sa.Column("problem", postgresql.JSONB),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        sa.CheckConstraint("kind IN ('tiers', 'rules', 'mapped')", name="kind"),
        sa.CheckConstraint("state IN ('active', 'archived')", name="state"),
        sa.CheckConstraint("state = 'active' OR NOT is_primary", name="primary_active"),
    )
    op.create_index(
        "uq_segmentation_schemes_primary",
        "segmentation_schemes",
        ["is_primary"],
        unique=True,
        postgresql_where=sa.text("is_primary"),
    )
    op.create_table(
        "segmentation_classes",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("scheme_id", sa.Uuid, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("title_zh", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("rule", postgresql.JSONB),
        sa.Column("archived", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.ForeignKeyConstraint(["scheme_id"], ["segmentation_schemes.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("scheme_id", "key"),
    )
    op.create_table(
        "segmentation_treatments",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("class_id", sa.Uuid, nullable=False),
        sa.Column("service_level", sa.Text),
        sa.Column("offer_band", sa.Text),
        sa.Column("cadence_days", sa.Integer),
        sa.Column("preferred_channel", sa.Text),
        sa.Column("looked_after_by", sa.Text),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True)),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["segmentation_classes.id"], ondelete="CASCADE"),
        sa.CheckConstraint("cadence_days > 0", name="cadence"),
    )
    op.create_index(
        "uq_segmentation_treatments_open",
        "segmentation_treatments",
        ["class_id"],
        unique=True,
        postgresql_where=sa.text("until_at IS NULL"),
    )
    _stays()
    op.create_table(
        "segmentation_key_accounts",
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True),
        sa.Column("is_key", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
    )


def _stays() -> None:
    op.create_table(
        "segmentation_class_stays",
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True),
        sa.Column("scheme_id", sa.Uuid, primary_key=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("class_id", sa.Uuid, nullable=False),
        sa.Column("entered_cause", sa.Text, nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("left_cause", sa.Text),
        sa.Column("recheck_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["scheme_id"], ["segmentation_schemes.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["class_id"], ["segmentation_classes.id"]),
        sa.CheckConstraint("left_at > entered_at", name="lasts"),
    )
    op.create_index(
        "uq_segmentation_class_stays_open",
        "segmentation_class_stays",
        ["scheme_id", "customer_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_index(
        "ix_segmentation_class_stays_class",
        "segmentation_class_stays",
        ["class_id"],
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_index(
        "ix_segmentation_class_stays_recheck",
        "segmentation_class_stays",
        ["recheck_at"],
        postgresql_where=sa.text("left_at IS NULL AND recheck_at IS NOT NULL"),
    )


def downgrade() -> None:
    for table in ("key_accounts", "class_stays", "treatments", "classes", "schemes"):
        op.drop_table(f"segmentation_{table}")
