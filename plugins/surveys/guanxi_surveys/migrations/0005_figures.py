"""Tables of figures: counts by day, group, choice and pair; comments and their words."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "surveys_day_counts",
        _survey(primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("language", sa.Text, primary_key=True),
        *_whole("finished", "screened_out", "quota_full", "expired", "seconds_n"),
        *_real("seconds"),
        *_scored(),
    )
    op.create_table(
        "surveys_group_counts",
        _survey(primary_key=True),
        sa.Column("attribute", sa.Text, primary_key=True),
        sa.Column("label", sa.Text, primary_key=True),
        sa.Column("week", sa.Date, primary_key=True),
        *_whole("n"),
        *_scored(),
    )
    op.create_table(
        "surveys_choice_counts",
        _survey(primary_key=True),
        *_key("attribute", "label", "question", "part", "value"),
        sa.Column("week", sa.Date, primary_key=True),
        *_whole("n"),
        *_real("total", "squares"),
    )
    op.create_table(
        "surveys_seen_counts",
        _survey(primary_key=True),
        *_key("question"),
        sa.Column("week", sa.Date, primary_key=True),
        *_whole("seen", "answered", "left"),
    )
    op.create_table(
        "surveys_pair_counts",
        _survey(primary_key=True),
        *_key("one", "two"),
        sa.Column("week", sa.Date, primary_key=True),
        sa.Column("n", sa.BigInteger, nullable=False),
        *_real("ones", "twos", "one_squares", "two_squares", "products"),
    )
    _words()


def downgrade() -> None:
    for table in ("word_counts", "comments", "pair_counts", "seen_counts", "choice_counts",
                  "group_counts", "day_counts"):  # fmt: skip
        op.drop_table(f"surveys_{table}")


def _words() -> None:
    table = "surveys_comments"
    op.create_table(
        table,
        sa.Column("answer_id", sa.Uuid, sa.ForeignKey("surveys_answers.id"), primary_key=True),
        *_key("question"),
        _survey(),
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("language", sa.Text),
        sa.Column("sentiment", sa.Float),
        sa.Column("words", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("read_at", sa.DateTime(timezone=True)),
    )
    latest: list[Any] = ["survey_id", sa.text("week DESC"), "answer_id"]
    op.create_index("ix_surveys_comments_survey", table, latest)
    unread = sa.text("read_at IS NULL")
    op.create_index("ix_surveys_comments_unread", table, ["answer_id"], postgresql_where=unread)
    op.create_index("ix_surveys_comments_words", table, ["words"], postgresql_using="gin")
    op.create_table(
        "surveys_word_counts",
        _survey(primary_key=True),
        *_key("language", "word"),
        sa.Column("week", sa.Date, primary_key=True),
        *_whole("n", "scored"),
        *_real("scores"),
        *_whole("sentiment_n"),
        *_real("sentiment"),
    )


def _survey(*, primary_key: bool = False) -> sa.Column[Any]:
    survey = sa.ForeignKey("surveys_surveys.id")
    return sa.Column("survey_id", sa.Uuid, survey, primary_key=primary_key, nullable=False)


def _key(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, primary_key=True) for name in names]


def _whole(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _real(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Float, nullable=False) for name in names]


def _scored() -> list[sa.Column[Any]]:
    found: list[sa.Column[Any]] = [sa.Column("nps", postgresql.ARRAY(sa.Integer), nullable=False)]
    for kind in ("csat", "ces", "gap"):
        found += [*_whole(f"{kind}_n"), *_real(kind, f"{kind}_squares")]
    return [*found, *_whole("good", "easy")]
