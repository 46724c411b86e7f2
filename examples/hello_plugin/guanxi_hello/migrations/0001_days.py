"""Contacts by day."""

import sqlalchemy as sa
from alembic import op

revision = "hello_0001"
down_revision = None


def upgrade():
    op.create_table(
        "hello_days",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("contacts", sa.BigInteger, nullable=False),
    )


def downgrade():
    op.drop_table("hello_days")
