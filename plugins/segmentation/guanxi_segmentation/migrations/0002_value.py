"""RFM cuts and scores, values."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "segmentation_rfm_cuts",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("convention", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("window_days", sa.Integer, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("r_breaks", postgresql.ARRAY(sa.Numeric), nullable=False),
        sa.Column("f_breaks", postgresql.ARRAY(sa.Numeric), nullable=False),
        sa.Column("m_breaks", postgresql.ARRAY(sa.Numeric), nullable=False),
        sa.Column("eight", postgresql.JSONB, nullable=False),
        sa.Column("customers", sa.BigInteger, nullable=False),
        sa.Column("scored_on", sa.Date, nullable=False),
        sa.Column("moves", postgresql.JSONB, nullable=False),
        sa.CheckConstraint("convention IN ('quantile', 'fixed')", name="convention"),
    )
    op.create_table(
        "segmentation_rfm",
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True),
        sa.Column("last_on", sa.Date),
        sa.Column("frequency", sa.Integer, nullable=False),
        sa.Column("monetary", sa.Numeric(18, 4), nullable=False),
        sa.Column("r", sa.SmallInteger, nullable=False),
        sa.Column("f", sa.SmallInteger, nullable=False),
        sa.Column("m", sa.SmallInteger, nullable=False),
        sa.Column("segment", sa.Text, nullable=False),
        sa.Column("eight", sa.Text, nullable=False),
        sa.Column("cut", sa.Integer, nullable=False),
    )
    op.create_table(
        "segmentation_values",
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("orders", sa.Integer, nullable=False),
        sa.Column("purchased", sa.Numeric(18, 4), nullable=False),
        sa.Column("returned", sa.Numeric(18, 4), nullable=False),
        sa.Column("observed", sa.Numeric(18, 4), nullable=False),
        sa.Column("recent", sa.Numeric(18, 4), nullable=False),
        sa.Column("expected", sa.Numeric(18, 4)),
        sa.Column("margin", sa.Numeric(28, 8), nullable=False),
        sa.Column("cost", sa.Numeric(28, 8), nullable=False),
        sa.Column("incentives", sa.Numeric(28, 8), nullable=False),
        sa.Column("net", sa.Numeric(28, 8), nullable=False),
        sa.Column("product", sa.Numeric(5, 2)),
        sa.Column("service", sa.Numeric(5, 2)),
        sa.Column("emotional", sa.Numeric(5, 2)),
        sa.Column("index", sa.Numeric(5, 2)),
    )


def downgrade() -> None:
    for table in ("values", "rfm", "rfm_cuts"):
        op.drop_table(f"segmentation_{table}")
