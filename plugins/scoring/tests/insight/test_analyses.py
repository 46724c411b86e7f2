"""Kept analyses: checked when they are kept, asked within sight, each number is its customers."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from plugins.scoring.tests.churn.trade import add_people
from sqlalchemy.orm import Session

from guanxi.errors import Forbidden, Invalid, NotFound, PreconditionFailed
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories
from guanxi_scoring.insight.analyses import definition, keeping, running
from guanxi_scoring.mining.insights import Decider

Writing = Callable[..., AbstractContextManager[Session]]
WEI = Decider("Wei")
COUNTRIES = {"measure": "count", "by": "customers.country"}


def ask(session: Session, **document: Any) -> list[tuple[Any, int, Decimal | None]]:
    rows = running.run(session, definition.read(session, document))
    return [(row.key, row.customers, row.value) for row in rows]


def people(session: Session, now: datetime) -> None:
    add_people(session, 3, at=now, country="GB")
    add_people(session, 2, at=now, country="FR", status="closed")
    add_people(session, 1, at=now)


def test_counts_by_a_value_and_with_conditions(
    scoring: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        people(session, now)

        assert ask(session, **COUNTRIES) == [
            ("GB", 3, Decimal("3.0000")),
            ("FR", 2, Decimal("2.0000")),
            (None, 1, Decimal("1.0000")),
        ]
        where = [["customers.status", "eq", "closed"]]
        assert ask(session, **COUNTRIES, where=where) == [("FR", 2, Decimal("2.0000"))]
        assert ask(session, measure="count") == [(None, 6, Decimal("6.0000"))]


def test_of_several_choices_each_counts(scoring: Platform, writing: Writing, now: datetime) -> None:
    with writing() as session:
        add_people(session, 2, at=now, tags=["vip", "press"])
        add_people(session, 1, at=now, tags=["vip"])

        assert ask(session, measure="count", by="customers.tags") == [
            ("vip", 3, Decimal("3.0000")),
            ("press", 2, Decimal("2.0000")),
        ]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"measure": "mode"},
        {"measure": "sum"},
        {"measure": "sum", "of": "customers.country"},
        {"measure": "count", "by": "customers.birthday"},
        {"measure": "count", "by": "customers.nothing"},
        {"measure": "count", "where": "all"},
        {"measure": "count", "where": [["customers.country", "eq"]]},
        {"measure": "count", "where": [["customers.country", "between", "GB"]]},
        {"measure": "count", "where": [["x'; DROP TABLE customers; --", "eq", "1"]]},
        {"measure": "count", "where": [["customers.country", "eq", "GB\x00"]]},
        {"measure": "count", "where": [["customers.country", "eq", "GB"]] * 11},
        {"measure": ["count"]},
        {"measure": "count", "by": {"a": 1}},
    ],
)
def test_what_cannot_be_asked_is_refused(
    scoring: Platform, writing: Writing, document: dict[str, Any]
) -> None:
    with writing() as session, pytest.raises(Invalid):
        definition.read(session, document)


def test_a_change_takes_the_last_answer_away(
    scoring: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        people(session, now)
        kept = keeping.make(session, " By country ", COUNTRIES, WEI, now=now)
        keeping.run(session, kept.id, WEI, scope="all", now=now)
        rows, by, title = kept.last_rows, kept.last_run_by, kept.title
        keeping.change(session, kept.id, "All", {"measure": "count"}, WEI, now=now)

        assert (title, by, rows) == (
            "By country",
            "Wei",
            [["GB", 3, "3.0000"], ["FR", 2, "2.0000"], [None, 1, "1.0000"]],
        )
        assert (kept.version, kept.last_rows, kept.last_run_at) == (2, None, None)


def test_only_the_owner_changes_it_and_only_what_was_seen(
    scoring: Platform, writing: Writing, factories: Factories, now: datetime
) -> None:
    owner, other = (Decider(role, factories.user(role)) for role in ("admin", "owner"))
    with writing() as session:
        kept = keeping.make(session, "Mine", COUNTRIES, owner, now=now)

        with pytest.raises(Forbidden):
            keeping.change(session, kept.id, "Yours", COUNTRIES, other, now=now)
        with pytest.raises(PreconditionFailed):
            keeping.throw_away(session, kept.id, owner, expected_version=7)
        keeping.throw_away(session, kept.id, owner, expected_version=1)
        with pytest.raises(NotFound):
            keeping.find_analysis(session, kept.id)
