"""Tables of answering: corrections, uploads, used submissions; finished answers stay as they are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

_STAYS = """
    CREATE FUNCTION surveys_answer_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'A finished answer never changes; correct it with an amendment.';
    END $$;
    CREATE TRIGGER surveys_answers_stay
        BEFORE UPDATE OF state, "values", nps, csat, ces, gap, version_id, finished_at
        ON surveys_answers FOR EACH ROW
        WHEN (OLD.state = 'finished' AND NOT (OLD.customer_id IS NOT NULL
              AND NEW.customer_id IS NULL AND NEW.state = 'finished'))
        EXECUTE FUNCTION surveys_answer_stays();
"""
"""Only an erasure of the person takes their words out of it."""


def upgrade() -> None:
    op.create_table(
        "surveys_amendments",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("answer_id", sa.Uuid, sa.ForeignKey("surveys_answers.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("before", postgresql.JSONB, nullable=False),
        sa.Column("after", postgresql.JSONB, nullable=False),
        sa.Column("measured", postgresql.JSONB, nullable=False),
    )
    op.create_index("ix_surveys_amendments_answer", "surveys_amendments", ["answer_id", "at", "id"])
    op.create_table(
        "surveys_spent",
        sa.Column("mark", postgresql.BYTEA, primary_key=True),
        sa.Column("survey_id", sa.Uuid, sa.ForeignKey("surveys_surveys.id"), nullable=False),
        sa.Column("on", sa.Date, nullable=False),
    )
    op.create_table(
        "surveys_uploads",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("answer_id", sa.Uuid, sa.ForeignKey("surveys_answers.id"), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", postgresql.BYTEA, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_surveys_uploads_answer", "surveys_uploads", ["answer_id"])
    op.execute(_STAYS)


def downgrade() -> None:
    op.execute("DROP TRIGGER surveys_answers_stay ON surveys_answers")
    op.execute("DROP FUNCTION surveys_answer_stays()")
    for table in ("uploads", "spent", "amendments"):
        op.drop_table(f"surveys_{table}")
