"""Tables of features: purchase histories summed up."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "scoring_summaries",
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("first_on", sa.Date),
        sa.Column("last_on", sa.Date),
        sa.Column("paid_days", sa.Integer, nullable=False),
        sa.Column("paid", sa.Numeric, nullable=False),
        sa.Column("bought", sa.Numeric, nullable=False),
        sa.Column("returned", sa.Numeric, nullable=False),
        sa.Column("ahead_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("(days = 0) = (first_on IS NULL)", name="first_on"),
    )
    op.create_index(
        "ix_scoring_summaries_ahead_at",
        "scoring_summaries",
        ["ahead_at"],
        postgresql_where=sa.text("ahead_at IS NOT NULL"),
    )
    op.create_table(
        "scoring_summary_basis",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("rebuilt_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="one"),
    )


def downgrade() -> None:
    op.drop_table("scoring_summary_basis")
    op.drop_table("scoring_summaries")
