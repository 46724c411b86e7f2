"""Rules, campaigns and tiers."""

revision = "0002"
down_revision = "0001"


def upgrade():
    pass


def downgrade():
    pass
