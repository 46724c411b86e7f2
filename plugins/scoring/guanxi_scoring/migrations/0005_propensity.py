"""Tables of propensity."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def _model() -> sa.Column[Any]:
    return sa.Column(
        "model_id",
        sa.Uuid,
        sa.ForeignKey("scoring_models.id", ondelete="CASCADE"),
        primary_key=True,
    )


def _customer() -> sa.Column[Any]:
    return sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True)


def upgrade() -> None:
    op.create_table(
        "scoring_propensity_cases",
        _model(),
        _customer(),
        sa.Column("at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid, nullable=False),
        sa.Column("facts", postgresql.JSONB, nullable=False),
        sa.Column("traits", postgresql.JSONB, nullable=False),
        sa.Column("won", sa.Boolean),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
    )
    op.create_index(
        "ix_scoring_propensity_cases_customer_id", "scoring_propensity_cases", ["customer_id"]
    )
    op.create_table(
        "scoring_propensity_counts",
        _model(),
        sa.Column("team_id", sa.Uuid, primary_key=True),
        sa.Column("feature", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("won", sa.BigInteger, nullable=False),
        sa.Column("lost", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "scoring_propensities",
        _customer(),
        _model(),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("p", sa.Double, nullable=False),
        sa.Column("reasons", postgresql.JSONB, nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_scoring_propensities_best", "scoring_propensities", ["model_id", sa.text("p DESC")]
    )


def downgrade() -> None:
    op.drop_table("scoring_propensities")
    op.drop_table("scoring_propensity_counts")
    op.drop_table("scoring_propensity_cases")
