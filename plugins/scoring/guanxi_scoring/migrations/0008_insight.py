"""Anomalies, potentials, saved analyses, reports for the board."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "scoring_anomalies",
        sa.Column("figure", sa.Text, primary_key=True),
        sa.Column("week_on", sa.Date, primary_key=True),
        *(
            sa.Column(name, sa.Numeric, nullable=False)
            for name in ("value", "expected", "low", "high")
        ),
        sa.Column("score", sa.Float(53), nullable=False),
        sa.Column("found_at", instant, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="new"),
        sa.Column("note", sa.Text),
        sa.Column("decided_at", instant),
        sa.Column("decided_by", sa.Text),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        sa.CheckConstraint("state IN ('new', 'explained', 'dismissed')", name="state"),
    )
    op.create_index(
        "ix_scoring_anomalies_week", "scoring_anomalies", [sa.text("week_on DESC"), "figure"]
    )
    op.create_table(
        "scoring_potentials",
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True),
        *(
            sa.Column(name, sa.Numeric(18, 4), nullable=False)
            for name in ("expected", "now", "gap")
        ),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("as_of", instant, nullable=False),
    )
    op.create_index(
        "ix_scoring_potentials_gap", "scoring_potentials", [sa.text("gap DESC"), "customer_id"]
    )
    op.create_table(
        "scoring_analyses",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("definition", postgresql.JSONB, nullable=False),
        sa.Column("owner_id", sa.Uuid),
        sa.Column("owner_name", sa.Text, nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.Column("last_run_at", instant),
        sa.Column("last_run_by", sa.Text),
        sa.Column("last_rows", postgresql.JSONB),
        sa.Column("last_scope", sa.Text),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
    )
    op.create_table(
        "scoring_board_reports",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("as_of", instant, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("figures", postgresql.JSONB, nullable=False),
        sa.Column("made_at", instant, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("board_reports", "analyses", "potentials", "anomalies"):
        op.drop_table(f"scoring_{table}")
