"""Products, what goes with what, what is recommended and offered; insights and preferences."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def _customer(**more: Any) -> sa.Column[Any]:
    return sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), **more)


def _model() -> sa.Column[Any]:
    return sa.Column(
        "model_id",
        sa.Uuid,
        sa.ForeignKey("scoring_models.id", ondelete="CASCADE"),
        nullable=False,
    )


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    _catalogue()
    _recommended()
    _insights()
    _preferences()


def _catalogue() -> None:
    op.create_table(
        "scoring_products",
        sa.Column("product", sa.Text, primary_key=True),
        sa.Column("description", sa.Text),
        sa.Column("buyers", sa.Integer, nullable=False),
        sa.Column("last_sold_on", sa.Date, nullable=False),
        sa.Column("available", sa.Boolean, nullable=False),
        sa.Column("once_only", sa.Boolean, nullable=False),
    )
    op.create_table(
        "scoring_product_rules",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("pattern", sa.Text, nullable=False, unique=True),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        _instant("at"),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.CheckConstraint(
            "mark IN ('once_only', 'unavailable', 'available', 'ignored')", name="mark"
        ),
    )
    op.create_table(
        "scoring_product_neighbours",
        sa.Column("product", sa.Text, primary_key=True),
        sa.Column("neighbour", sa.Text, primary_key=True),
        _model(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("similarity", sa.Float, nullable=False),
        sa.Column("together", sa.Integer, nullable=False),
    )
    op.create_table(
        "scoring_popular_products",
        sa.Column("country", sa.Text, primary_key=True),
        sa.Column("rank", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("buyers", sa.Integer, nullable=False),
    )


def _recommended() -> None:
    op.create_table(
        "scoring_next_products",
        _customer(primary_key=True),
        sa.Column("rank", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("because", postgresql.ARRAY(sa.Text), nullable=False),
        _model(),
        sa.Column("number", sa.Integer, nullable=False),
        _instant("as_of"),
    )
    op.create_index("ix_scoring_next_products_product", "scoring_next_products", ["product"])
    op.create_table(
        "scoring_product_offers",
        sa.Column("id", sa.Uuid, primary_key=True),
        _customer(nullable=False),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("rank", sa.SmallInteger),
        sa.Column("arm", sa.Text, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        _instant("at"),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.CheckConstraint("arm IN ('offered', 'control')", name="arm"),
    )
    op.create_index(
        "ix_scoring_product_offers_customer_id", "scoring_product_offers", ["customer_id"]
    )


def _insights() -> None:
    op.create_table(
        "scoring_insights",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("subject", postgresql.JSONB, nullable=False),
        sa.Column("statement", postgresql.JSONB, nullable=False),
        sa.Column("evidence", postgresql.JSONB, nullable=False),
        sa.Column("strength", sa.Float, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="new"),
        _instant("found_at"),
        _instant("seen_at"),
        _instant("as_of"),
        _instant("expires_at"),
        sa.Column("owner_id", sa.Uuid),
        sa.Column("owner_name", sa.Text),
        _instant("decided_at", nullable=True),
        sa.Column("decided_by", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        sa.CheckConstraint("state IN ('new', 'confirmed', 'rejected', 'expired')", name="state"),
        sa.CheckConstraint("kind IN ('association', 'trait', 'sequence', 'cluster')", name="kind"),
    )
    op.create_index(
        "ix_scoring_insights_state",
        "scoring_insights",
        ["state", sa.text("strength DESC"), "id"],
    )
    op.create_table(
        "scoring_clusters",
        _customer(primary_key=True),
        sa.Column("cluster", sa.SmallInteger, nullable=False),
    )


def _preferences() -> None:
    op.create_table(
        "scoring_preferences",
        _customer(primary_key=True),
        sa.Column("dimension", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("evidence", sa.Integer, nullable=False),
        sa.Column("of", sa.Integer, nullable=False),
        sa.Column("usual", sa.Float, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="inferred"),
        sa.Column("said_by", sa.Text),
        _instant("decided_at", nullable=True),
        sa.Column("decided_by", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        sa.CheckConstraint("state IN ('inferred', 'confirmed', 'rejected')", name="state"),
        sa.CheckConstraint("said_by IN ('staff', 'customer')", name="said_by"),
        sa.CheckConstraint("(state = 'inferred') = (said_by IS NULL)", name="decided"),
    )
    op.create_table(
        "scoring_preference_shares",
        sa.Column("dimension", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("share", sa.Float, nullable=False),
        sa.Column("limits", postgresql.JSONB),
    )


def downgrade() -> None:
    for table in (
        "preference_shares", "preferences", "clusters", "insights", "product_offers",
        "next_products", "popular_products", "product_neighbours", "product_rules", "products",
    ):  # fmt: skip
        op.drop_table(f"scoring_{table}")
