"""Things."""

import sqlalchemy as sa
from alembic import op

revision = "broken_ground_0001"
down_revision = None


def upgrade():
    op.create_table("broken_ground_things", sa.Column("id", sa.Uuid, primary_key=True))
    op.add_column("customers", sa.Column("nose", sa.Text))


def downgrade():
    op.drop_table("broken_ground_things")
