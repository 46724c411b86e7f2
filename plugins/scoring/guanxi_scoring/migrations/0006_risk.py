"""Tables of risk."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

INSTANT = sa.DateTime(timezone=True)
TABLES = (
    "changes", "standings", "mitigations", "answers", "ratings", "agencies", "scores", "case_files",
)  # fmt: skip


def customer() -> sa.Column[Any]:
    return sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False)


def recorded() -> tuple[sa.Column[Any], sa.Column[Any]]:
    return (
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
    )


def upgrade() -> None:
    of_cards()
    of_ratings()
    of_people()
    of_standing()


def of_cards() -> None:
    op.create_table(
        "scoring_risk_case_files",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("columns", postgresql.JSONB, nullable=False),
        sa.Column("rows", postgresql.JSONB, nullable=False),
        sa.Column("cases", sa.Integer, nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("uploaded_by", sa.Text, nullable=False),
    )
    op.create_table(
        "scoring_risk_scores",
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True),
        sa.Column(
            "model_id",
            sa.Uuid,
            sa.ForeignKey("scoring_models.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("model_version", sa.Integer, nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("points", sa.Float(53)),
        sa.Column("probability", sa.Float(53)),
        sa.Column("reasons", postgresql.JSONB, nullable=False),
        sa.Column("problem", postgresql.JSONB),
        sa.Column("scored_at", INSTANT, nullable=False),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
        sa.CheckConstraint("(points IS NULL) <> (problem IS NULL)", name="points"),
    )
    op.create_index(
        "ix_scoring_risk_scores_model_id", "scoring_risk_scores", ["model_id", "points"]
    )


def of_ratings() -> None:
    op.create_table(
        "scoring_risk_agencies",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("title_zh", sa.Text, nullable=False),
        sa.Column("grades", postgresql.JSONB, nullable=False),
        sa.Column("valid_days", sa.Integer, nullable=False),
        sa.Column("archived", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.CheckConstraint("valid_days > 0", name="valid_days"),
    )
    op.create_table(
        "scoring_risk_ratings",
        sa.Column("id", sa.Uuid, primary_key=True),
        customer(),
        sa.Column("agency", sa.Text, sa.ForeignKey("scoring_risk_agencies.key"), nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("rated_on", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        *recorded(),
        sa.Column("withdrawn_at", INSTANT),
        sa.Column("withdrawn_by", sa.Text),
        sa.Column("import_id", sa.Uuid),
        sa.CheckConstraint("valid_until >= rated_on", name="valid_until"),
    )
    op.create_index(
        "uq_scoring_risk_ratings_day",
        "scoring_risk_ratings",
        ["customer_id", "agency", "rated_on"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_index(
        "ix_scoring_risk_ratings_import_id",
        "scoring_risk_ratings",
        ["import_id"],
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )


def of_people() -> None:
    op.create_table(
        "scoring_risk_answers",
        sa.Column("id", sa.Uuid, primary_key=True),
        customer(),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("answers", postgresql.JSONB, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("appetite", sa.Text, nullable=False),
        sa.Column("answered_on", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        *recorded(),
    )
    op.create_index(
        "ix_scoring_risk_answers_customer_id",
        "scoring_risk_answers",
        ["customer_id", "answered_on"],
    )
    op.create_table(
        "scoring_risk_mitigations",
        sa.Column("id", sa.Uuid, primary_key=True),
        customer(),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("share", sa.Numeric(5, 4), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date),
        *recorded(),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_by", sa.Text),
        sa.CheckConstraint("share > 0 AND share <= 1", name="share"),
        sa.CheckConstraint("valid_until >= valid_from", name="valid_until"),
        sa.CheckConstraint(
            "kind IN ('collateral', 'guarantee', 'insurance', 'terms', 'other')", name="kind"
        ),
    )
    op.create_index(
        "ix_scoring_risk_mitigations_customer_id", "scoring_risk_mitigations", ["customer_id"]
    )


def of_standing() -> None:
    op.create_table(
        "scoring_risk_standings",
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True),
        sa.Column("coefficient", sa.Numeric(7, 6)),
        sa.Column("inherent", sa.Numeric(7, 6)),
        sa.Column("risk_class", sa.Text, nullable=False),
        sa.Column("factors", postgresql.JSONB, nullable=False),
        sa.Column("mitigations", postgresql.JSONB, nullable=False),
        sa.Column("points", sa.Float(53)),
        sa.Column("appetite", sa.Text),
        sa.Column("grade", sa.Text),
        sa.Column("level", sa.Integer),
        sa.Column("due_on", sa.Date),
        sa.Column("computed_at", INSTANT, nullable=False),
        sa.CheckConstraint("coefficient BETWEEN 0 AND 1", name="coefficient"),
        sa.CheckConstraint("coefficient <= inherent", name="inherent"),
        sa.CheckConstraint("risk_class IN ('low', 'medium', 'high', 'unknown')", name="risk_class"),
    )
    op.create_index(
        "ix_scoring_risk_standings_due_on",
        "scoring_risk_standings",
        ["due_on"],
        postgresql_where=sa.text("due_on IS NOT NULL"),
    )
    op.create_index(
        "ix_scoring_risk_standings_coefficient",
        "scoring_risk_standings",
        ["coefficient", "customer_id"],
    )
    op.create_table(
        "scoring_risk_changes",
        sa.Column("id", sa.Uuid, primary_key=True),
        customer(),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("coefficient", sa.Numeric(7, 6)),
        sa.Column("inherent", sa.Numeric(7, 6)),
        sa.Column("risk_class", sa.Text, nullable=False),
        sa.Column("factors", postgresql.JSONB, nullable=False),
        sa.Column("mitigations", postgresql.JSONB, nullable=False),
    )
    op.create_index(
        "ix_scoring_risk_changes_customer_id", "scoring_risk_changes", ["customer_id", "at"]
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(f"scoring_risk_{table}")
