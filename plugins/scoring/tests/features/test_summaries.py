"""Stored summaries follow each change, and are those of a rebuild and of every engine."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from plugins.scoring.tests.features.histories import (
    add,
    add_people,
    expected,
    random_rows,
    touch,
)
from plugins.scoring.tests.features.reading import told
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Touchpoint
from guanxi_scoring.features import customer_data, summaries
from guanxi_scoring.features.exporting import export
from guanxi_scoring.features.summarising import summarise
from guanxi_scoring.models import PurchaseSummary, SummaryBasis

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TOUCHPOINTS = Touchpoint.__table__


def _stored(session: Session) -> list[tuple[Any, ...]]:
    table = PurchaseSummary.__table__
    return [tuple(row) for row in session.execute(select(table).order_by(table.c.customer_id))]


def _rows(session: Session) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(select(TOUCHPOINTS)).mappings()]


def _change_something(
    rng: random.Random, session: Session, people: Sequence[UUID], now: datetime
) -> set[UUID]:
    """Record, void, amend, reassign; return whom it is about."""
    some = rng.sample(list(people), 4)
    made = random_rows(rng, some, now)
    add(session, made)
    touched = {row["customer_id"] for row in made}
    for row in rng.sample(_rows(session), min(6, len(made))):
        other = rng.choice(people)
        change = rng.choice(
            ({"state": "voided"}, {"customer_id": other}, {"occurred_at": now - 3 * DAY})
        )
        session.execute(update(TOUCHPOINTS).where(TOUCHPOINTS.c.id == row["id"]).values(**change))
        touched |= {row["customer_id"], change.get("customer_id")}
    return {one for one in touched if one is not None}


@pytest.mark.parametrize("seed", range(6))
def test_following_each_change_is_what_a_rebuild_gives(writing, configure, now, lake, seed):
    configure(time_zone="Europe/London")
    rng = random.Random(seed)
    with writing() as session:
        people = add_people(session, 12, now)
        summaries.rebuild(session, now=now)
        at = now
        for _ in range(8):
            at += timedelta(hours=rng.randrange(30))
            touched = _change_something(rng, session, people, at)
            summaries.keep(session, at)
            summaries.refresh(session, touched, at)
        followed = _stored(session)
        found = summaries.everybody(session, as_of=at, now=at)
        export(session, lake, now=at)
        duckdb = summarise(session, as_of=at, engine="duckdb", location=str(lake))
        ours = summarise(session, as_of=at)
        changed = summaries.rebuild(session, now=at)
        rebuilt = _stored(session)
        rows = _rows(session)

    assert changed == 0
    assert followed == rebuilt
    assert found is not None
    assert told(found) == told(ours) == told(duckdb)
    assert told(found) == expected(rows, as_of=at, zone="Europe/London")


def test_nothing_is_stored_before_everybody_was_summed_up(writing, now):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        add(session, [touch(anna, NOON)])

        assert summaries.refresh(session, [anna], now) == 0
        assert summaries.everybody(session, as_of=now, now=now) is None
        assert summaries.keep(session, now) == {"rebuilt": 1}
        assert summaries.keep(session, now) == {}


@pytest.mark.parametrize(
    ("scope", "change"),
    [("scoring", {"time_zone": "Asia/Shanghai"}), ("core", {"currency": "EUR"})],
)
def test_another_zone_or_currency_makes_all_of_them_anew(writing, configure, now, scope, change):
    late = datetime(2026, 6, 1, 22, tzinfo=UTC)
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        add(session, [touch(anna, late), touch(anna, late + 3 * DAY, currency="EUR")])
        summaries.rebuild(session, now=now)
    configure(scope, **change)
    with writing() as session:
        before = _stored(session)
        assert summaries.refresh(session, [anna], now) == 0
        assert _stored(session) == before

        assert summaries.keep(session, now) == {"rebuilt": 1}
        (row,) = _stored(session)
        found = summaries.everybody(session, as_of=now, now=now)

    wanted = {"time_zone": ("2026-06-02", 1), "currency": ("2026-06-04", 1)}[next(iter(change))]
    assert (str(row[2]), row[1]) == wanted
    assert told(found)[anna]["days"] == 1


def test_trade_recorded_ahead_of_time_counts_when_it_took_place(writing, now):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        add(session, [touch(anna, now + timedelta(hours=2))])
        summaries.rebuild(session, now=now)
        assert told(summaries.everybody(session, as_of=now, now=now)) == {}

        later = now + timedelta(hours=3)
        assert summaries.everybody(session, as_of=later, now=later) is None
        assert summaries.keep(session, later) == {"followed": 1}
        found = summaries.everybody(session, as_of=later, now=later)

    assert [found.customer_ids, found.days.tolist()] == [[anna], [1]]


def test_the_past_is_not_read_from_what_is_stored_now(writing, now):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        add(session, [touch(anna, NOON), touch(anna, NOON + 5 * DAY)])
        summaries.rebuild(session, now=now)

        assert summaries.everybody(session, as_of=NOON + DAY, now=now) is None
        found = summaries.everybody(session, as_of=NOON + 6 * DAY, now=now)

    assert (found.x.tolist(), found.T.tolist()) == ([1], [6])


def test_whoever_is_gone_has_no_summary(writing, now):
    with writing() as session:
        anna, ben = sorted(add_people(session, 2, now))
        add(session, [touch(anna, NOON), touch(ben, NOON)])
        summaries.rebuild(session, now=now)
        customer_data.erase(session, ben)
        session.execute(update(Customer).where(Customer.id == ben).values(erased_at=now))

        summaries.refresh(session, [anna, ben], now)

        assert [row[0] for row in _stored(session)] == [anna]
        assert customer_data.export(session, ben) is None
        assert customer_data.export(session, anna)["days"] == 1


def test_the_basis_says_on_what_they_stand(writing, configure, now):
    configure(time_zone="Asia/Shanghai")
    with writing() as session:
        summaries.rebuild(session, now=now)

        basis = session.get_one(SummaryBasis, 1)

    assert (basis.zone, basis.currency, basis.rebuilt_at) == ("Asia/Shanghai", "GBP", now)
