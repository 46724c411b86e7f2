"""Things."""

import sqlalchemy as sa
from alembic import op

revision = "broken_migration_0001"
down_revision = None


def upgrade():
    op.create_table("broken_migration_things", sa.Column("id", sa.Uuid, primary_key=True))
    op.execute("INSERT INTO no_such_table VALUES (1)")


def downgrade():
    op.drop_table("broken_migration_things")
