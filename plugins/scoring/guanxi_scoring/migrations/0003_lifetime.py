"""Tables of lifetime: its scores, what is asked of models, sides of thresholds."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_MODEL = "scoring_models.id"


def upgrade() -> None:
    op.create_table(
        "scoring_fit_orders",
        sa.Column("model_id", sa.Uuid, sa.ForeignKey(_MODEL, ondelete="CASCADE"), primary_key=True),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("engine IN ('postgres', 'duckdb', 'spark')", name="engine"),
    )
    op.create_table(
        "scoring_rounds",
        sa.Column("model_id", sa.Uuid, sa.ForeignKey(_MODEL, ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("customers", sa.BigInteger, nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("took_ms", sa.BigInteger, nullable=False),
        sa.Column("asked", sa.Boolean, nullable=False),
    )
    op.create_table(
        "scoring_threshold_sides",
        sa.Column("threshold", sa.Text, primary_key=True),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True),
        sa.Column("is_met", sa.Boolean, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_crossed", sa.Boolean, server_default=sa.false(), nullable=False),
    )
    op.create_index(
        "ix_scoring_threshold_sides_customer_id", "scoring_threshold_sides", ["customer_id"]
    )
    op.create_table(
        "scoring_lifetime",
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True),
        sa.Column("model_version", sa.Integer, nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("x", sa.BigInteger, nullable=False),
        sa.Column("t_x", sa.BigInteger, nullable=False),
        sa.Column("t", sa.BigInteger, nullable=False),
        sa.Column("mean_spend", sa.Numeric(18, 4)),
        sa.Column("p_alive", sa.Float(53), nullable=False),
        sa.Column("expected_purchases_90d", sa.Float(53), nullable=False),
        sa.Column("expected_spend", sa.Numeric(18, 4)),
        sa.Column("clv_12m", sa.Numeric(18, 4)),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("p_alive BETWEEN 0 AND 1", name="p_alive"),
        sa.CheckConstraint("expected_purchases_90d >= 0", name="expected_purchases_90d"),
    )


def downgrade() -> None:
    op.drop_table("scoring_lifetime")
    op.drop_table("scoring_threshold_sides")
    op.drop_table("scoring_rounds")
    op.drop_table("scoring_fit_orders")
