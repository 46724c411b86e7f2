"""Surveys, their versions and questions, and the answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

_UNCHANGED = """
    CREATE FUNCTION surveys_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'A published version of a survey never changes.';
    END $$;
    CREATE TRIGGER surveys_versions_stay BEFORE UPDATE ON surveys_versions
        FOR EACH ROW EXECUTE FUNCTION surveys_version_stays();
"""


def upgrade() -> None:
    _surveys()
    op.execute(_UNCHANGED)
    _answers()


def downgrade() -> None:
    for table in ("answers", "questions", "versions", "surveys"):
        op.drop_table(f"surveys_{table}")
    op.execute("DROP FUNCTION surveys_version_stays()")


def _surveys() -> None:
    op.create_table(
        "surveys_surveys",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("title", postgresql.JSONB, nullable=False),
        sa.Column("kit", sa.Text),
        sa.Column("state", sa.Text, nullable=False, server_default="draft"),
        sa.Column("identity", sa.Text, nullable=False, server_default="named"),
        sa.Column("definition", postgresql.JSONB, nullable=False),
        sa.Column("measures", postgresql.JSONB, nullable=False, server_default="{}"),
        sa.Column("options", postgresql.JSONB, nullable=False, server_default="{}"),
        sa.Column("public_key", sa.Text, unique=True),
        sa.Column("closes_at", sa.DateTime(timezone=True)),
        sa.Column("answer_limit", sa.Integer),
        sa.Column("first_answer_at", sa.DateTime(timezone=True)),
        sa.Column("current_number", sa.Integer),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed', 'archived')", name="state"),
        sa.CheckConstraint("identity IN ('named', 'anonymous')", name="identity"),
        sa.CheckConstraint("answer_limit > 0", name="answer_limit"),
    )
    op.create_table(
        "surveys_versions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("survey_id", sa.Uuid, sa.ForeignKey("surveys_surveys.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("definition", postgresql.JSONB, nullable=False),
        sa.Column("measures", postgresql.JSONB, nullable=False),
        sa.Column("languages", postgresql.JSONB, nullable=False),
        sa.Column("checksum", sa.Text, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Text, nullable=False),
        sa.UniqueConstraint("survey_id", "number"),
    )
    op.create_table(
        "surveys_questions",
        sa.Column("survey_id", sa.Uuid, sa.ForeignKey("surveys_surveys.id"), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("choices", postgresql.JSONB, nullable=False, server_default="{}"),
        sa.Column("since", sa.Integer, nullable=False),
    )


def _answers() -> None:
    op.create_table(
        "surveys_answers",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("survey_id", sa.Uuid, sa.ForeignKey("surveys_surveys.id"), nullable=False),
        sa.Column("version_id", sa.Uuid, sa.ForeignKey("surveys_versions.id"), nullable=False),
        sa.Column("submission", sa.Uuid),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("trial", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id")),
        sa.Column("invitation_id", sa.Uuid),
        sa.Column("about_id", sa.Uuid, sa.ForeignKey("touchpoints.id")),
        sa.Column("staff_id", sa.Uuid),
        sa.Column("method", sa.Text),
        sa.Column("attributes", postgresql.JSONB, nullable=False, server_default="{}"),
        sa.Column("values", postgresql.JSONB, nullable=False, server_default="{}"),
        sa.Column("page", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("seen", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("nps", sa.SmallInteger),
        sa.Column("csat", sa.Float),
        sa.Column("ces", sa.Float),
        sa.Column("gap", sa.Float),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("counted", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.CheckConstraint(
            "state IN ('begun', 'finished', 'screened_out', 'quota_full', 'expired')", name="state"
        ),
        sa.CheckConstraint(
            "channel IN ('email', 'personal', 'public', 'qr', 'embed', 'event', 'staff', 'import')",
            name="channel",
        ),
        sa.CheckConstraint("(state = 'finished') = (finished_at IS NOT NULL)", name="finished_at"),
    )
    _index_answers()


def _index_answers() -> None:
    name, table = "ix_surveys_answers", "surveys_answers"
    op.create_index("uq_surveys_answers_submission", table, ["submission"], unique=True)
    latest = sa.text("finished_at DESC")
    op.create_index(f"{name}_survey", table, ["survey_id", latest, "id"])
    op.create_index(f"{name}_customer", table, ["customer_id", latest])
    waits = sa.text("NOT counted AND state <> 'begun'")
    op.create_index(f"{name}_uncounted", table, ["id"], postgresql_where=waits)
    begun = sa.text("state = 'begun'")
    op.create_index(f"{name}_begun", table, ["begun_at"], postgresql_where=begun)
