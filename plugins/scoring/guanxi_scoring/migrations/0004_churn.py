"""Tables of churn: what lapsing costs, who stays silent, rhythms and their breaks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _costs()
    _silence()
    _rhythms()


def _costs() -> None:
    op.create_table(
        "scoring_lapse_policy",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("contact_cost", sa.Numeric(18, 4), nullable=False),
        sa.Column("wasted_cost", sa.Numeric(18, 4), nullable=False),
        sa.Column("save_rate", sa.Numeric(5, 4), nullable=False),
        sa.Column("value_from", sa.Text, nullable=False),
        sa.Column("fixed_value", sa.Numeric(18, 4)),
        sa.Column("risk_from", sa.Text, nullable=False),
        sa.Column("medium_share", sa.Numeric(5, 4), nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True)),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        sa.CheckConstraint("id = 1", name="one"),
        sa.CheckConstraint("contact_cost >= 0 AND wasted_cost >= 0", name="costs"),
        sa.CheckConstraint("save_rate > 0 AND save_rate <= 1", name="save_rate"),
        sa.CheckConstraint("medium_share > 0 AND medium_share <= 1", name="medium_share"),
        sa.CheckConstraint("value_from IN ('clv', 'kept', 'fixed')", name="value_from"),
        sa.CheckConstraint("risk_from IN ('lifetime', 'silence')", name="risk_from"),
        sa.CheckConstraint("fixed_value >= 0", name="fixed_value"),
        sa.CheckConstraint("value_from <> 'fixed' OR fixed_value IS NOT NULL", name="fixed"),
    )
    op.create_table(
        "scoring_lapse_threshold",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("high", sa.Float(53), nullable=False),
        sa.Column("medium", sa.Float(53), nullable=False),
        sa.Column("mean_value", sa.Numeric(18, 4), nullable=False),
        sa.Column("customers", sa.BigInteger, nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="one"),
        sa.CheckConstraint("medium <= high", name="order"),
    )


def _silence() -> None:
    op.create_table(
        "scoring_silence",
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True),
        sa.Column("model_id", sa.Uuid, nullable=False),
        sa.Column("model_version", sa.Integer, nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("p", sa.Float(53), nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("silent", sa.Integer, nullable=False),
        sa.Column("active", sa.Integer, nullable=False),
        sa.Column("tenure", sa.Integer, nullable=False),
        sa.Column("lately", sa.Float(53), nullable=False),
        sa.Column("bought", sa.Boolean, nullable=False),
        sa.Column("last_on", sa.Date, nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id", "model_version"],
            ["scoring_model_versions.model_id", "scoring_model_versions.number"],
            ondelete="CASCADE",
            name="fk_scoring_silence_version",
        ),
        sa.CheckConstraint("p BETWEEN 0 AND 1", name="p"),
    )
    op.create_index("ix_scoring_silence_version", "scoring_silence", ["model_id", "model_version"])


def _rhythms() -> None:
    op.create_table(
        "scoring_rhythms",
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True),
        sa.Column("gaps", sa.Integer, nullable=False),
        sa.Column("gap_days", sa.Integer, nullable=False),
        sa.Column("log_micros", sa.BigInteger, nullable=False),
        sa.Column("first_on", sa.Date, nullable=False),
        sa.Column("last_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("warn_on", sa.Date),
        sa.Column("warned_at", sa.DateTime(timezone=True)),
        sa.Column("warned_for", sa.Date),
    )
    op.create_index(
        "ix_scoring_rhythms_due",
        "scoring_rhythms",
        ["warn_on"],
        postgresql_where=sa.text("warned_at IS NULL"),
    )
    op.create_index(
        "ix_scoring_rhythms_broken",
        "scoring_rhythms",
        [sa.text("warn_on DESC"), "customer_id"],
        postgresql_where=sa.text("warned_at IS NOT NULL"),
    )
    op.create_table(
        "scoring_rhythm_population",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("shape", sa.Float(53)),
        sa.Column("prior_shape", sa.Float(53)),
        sa.Column("prior_rate", sa.Float(53)),
        sa.Column("due_factors", postgresql.ARRAY(sa.Float(53)), nullable=False),
        sa.Column("warn_factors", postgresql.ARRAY(sa.Float(53)), nullable=False),
        sa.Column("min_gaps", sa.Integer, nullable=False),
        sa.Column("quantile", sa.Float(53), nullable=False),
        sa.Column("signs", sa.Text, nullable=False),
        sa.Column("customers", sa.BigInteger, nullable=False),
        sa.Column("gaps", sa.BigInteger, nullable=False),
        sa.Column("problem", postgresql.JSONB),
        sa.Column("fitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refreshed_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="one"),
    )


def downgrade() -> None:
    op.drop_table("scoring_rhythm_population")
    op.drop_table("scoring_rhythms")
    op.drop_table("scoring_silence")
    op.drop_table("scoring_lapse_threshold")
    op.drop_table("scoring_lapse_policy")
