"""The job queue, as procrastinate wants it."""

from alembic import op

from guanxi.delivery.jobs import create_queue

revision = "core_0008"
down_revision = "core_0007"


def upgrade() -> None:
    """Make the tables."""
    create_queue(op.get_bind())


def downgrade() -> None:
    """Take the tables away."""
    raise NotImplementedError("The job queue is not taken away.")
