"""What customers did: counted, timed, and the same on every engine."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from plugins.scoring.tests.features.histories import add, add_people, random_rows, touch
from plugins.scoring.tests.features.java import require_java
from sqlalchemy import insert
from sqlalchemy.orm import Session

from guanxi.sdk import TouchpointLine
from guanxi_scoring.features.behaving import behave
from guanxi_scoring.features.columns import uuids
from guanxi_scoring.features.exporting import export

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WORDS = {"kinds": ("call",), "channels": ("store", "phone"), "outcomes": ("reached",)}


def _of(columns: Any, customer: UUID) -> dict[str, Any]:
    place = uuids(columns["customer_id"]).index(customer)
    return {name: values[place].item() for name, values in columns.items() if name != "customer_id"}


def _lines(session: Session, touchpoint: UUID, products: Sequence[str]) -> None:
    rows = [
        {"touchpoint_id": touchpoint, "number": n, "product": one, "quantity": 1, "unit_price": 1}
        for n, one in enumerate(products)
    ]
    session.execute(insert(TouchpointLine), rows)


def test_gaps_weekdays_and_returns_of_one_customer(writing, now):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        bought = [touch(anna, NOON + n * DAY, "100") for n in (0, 2, 8, 8.1)]  # Monday
        back = touch(anna, NOON + 9 * DAY, "-40", kind="return", channel="phone")
        call = touch(anna, NOON + 10 * DAY, None, kind="call", outcome="reached", direction="out")
        add(session, [*bought, back, call])
        _lines(session, bought[0]["id"], ["tea", "pot"])
        _lines(session, bought[1]["id"], ["tea"])
        _lines(session, back["id"], ["cup"])

        found = _of(behave(session, as_of=NOON + 40 * DAY, **WORDS), anna)

    assert (found["touchpoints"], found["incoming"], found["orders"], found["returns"]) == (
        6, 5, 4, 1,
    )  # fmt: skip
    assert (found["days_known"], found["days_silent"], found["days_since_purchase"]) == (40, 30, 32)
    assert (found["mean_gap"], found["sd_gap"]) == (4.0, 8**0.5)
    assert (found["weekday_0"], found["weekday_1"], found["weekday_2"]) == (1, 1, 1)
    assert (found["return_share"], found["products"]) == (0.1, 2)
    assert (found["touchpoints_30"], found["touchpoints_90"]) == (1, 6)
    assert (found["kind_call_30"], found["outcome_reached_90"]) == (1, 1)
    assert (found["channel_phone_30"], found["channel_phone_90"]) == (0, 1)


def test_what_is_not_there_has_no_number(writing, now):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        add(session, [touch(anna, NOON, None, kind="call")])

        found = _of(behave(session, as_of=now), anna)

    unknown = ("mean_gap", "sd_gap", "return_share", "days_since_purchase")
    assert [name for name in unknown if not np.isnan(found[name])] == []
    assert (found["touchpoints"], found["products"], found["weekday_0"]) == (1, 0, 0)


def _same(here: Any, there: Any) -> None:
    assert list(here) == list(there)
    for name, values in here.items():
        assert values.tobytes() == there[name].tobytes(), name


def _trade(session: Session, now: datetime) -> None:
    rows = random_rows(random.Random(5), add_people(session, 50, now), now)
    add(session, rows)
    for row in rows[::3]:
        if row["kind"] != "call":
            _lines(session, row["id"], random.Random(1).sample(["tea", "pot", "cup"], 2))


def test_duckdb_gives_what_postgres_gives(writing, configure, now, lake):
    configure(time_zone="Pacific/Auckland")
    with writing() as session:
        _trade(session, now)
        export(session, lake, now=now)

        here = behave(session, as_of=now, **WORDS)
        there = behave(session, as_of=now, engine="duckdb", location=str(lake), **WORDS)

    _same(here, there)


@pytest.mark.slow
def test_spark_gives_what_postgres_gives(writing, configure, now, lake):
    require_java()
    configure(time_zone="America/Sao_Paulo", spark_master="local[2]")
    with writing() as session:
        _trade(session, now)
        export(session, lake, now=now)

        here = behave(session, as_of=now, **WORDS)
        there = behave(session, as_of=now, engine="spark", location=str(lake), **WORDS)

    _same(here, there)
