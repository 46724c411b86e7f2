"""Rhythm and silence follow what happens; merged, unmerged, erased, replayed."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from plugins.scoring.tests.shop import Shop, bought
from sqlalchemy import select, text

from guanxi.customers.domain.closing import close_customer
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.unmerging import unmerge_customers
from guanxi_scoring import parts
from guanxi_scoring.churn import jobs
from guanxi_scoring.churn.reasons import explain
from guanxi_scoring.churn.rhythm.refreshing import refresh
from guanxi_scoring.life.contract import FitRequest
from guanxi_scoring.life.finding import find_model
from guanxi_scoring.life.fitting import fit_version
from guanxi_scoring.life.making import ensure_ready_made
from guanxi_scoring.life.scoring import score_everybody
from guanxi_scoring.models import Rhythm, SilenceScore


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """A shop with trade, its rhythms fitted, and a model of silence in force."""
    shop.trade(200, days=300)
    with shop.write() as session:
        ensure_ready_made(session, now=shop.now)
        model = find_model(session, "silence")
        assert model is not None
        version = fit_version(
            session, model, FitRequest(shop.now, 1), "first", asked_by="test", now=shop.now
        )
        assert version.state == "current", version.problem
        score_everybody(session, model, version, now=shop.now)
        jobs.rhythms(session, shop.now)
    return shop


def rhythms(shop: Shop) -> dict[UUID, tuple[Any, ...]]:
    columns = Rhythm.__table__.c
    with shop.read() as session:
        rows = session.execute(select(*columns).order_by(columns.customer_id)).all()
    return {row.customer_id: tuple(row) for row in rows}


def silences(shop: Shop) -> dict[UUID, tuple[Any, ...]]:
    columns = SilenceScore.__table__.c
    with shop.read() as session:
        rows = session.execute(select(*columns)).all()
    return {row.customer_id: tuple(row) for row in rows}


def broken(shop: Shop) -> list[UUID | None]:
    return [one.customer_id for one in shop.told("scoring.RhythmBroken")]


def rebuilt(shop: Shop) -> dict[UUID, tuple[Any, ...]]:
    with shop.write() as session:
        refresh(session, None, now=shop.now)
    return rhythms(shop)


def test_a_purchase_moves_rhythm_and_silence(busy: Shop) -> None:
    anna = busy.person("Anna")
    bought(busy, anna, [90, 60, 30])
    busy.deliver()
    before = silences(busy)[anna]
    bought(busy, anna, [1])
    busy.deliver()

    assert rhythms(busy)[anna][1:3] == (3, 89)
    assert silences(busy)[anna] != before
    assert rebuilt(busy)[anna] == rhythms(busy)[anna]


def test_a_merge_gives_the_rhythm_of_all_visits_and_an_unmerge_gives_both_back(
    busy: Shop,
) -> None:
    anna, bo = busy.person("Anna"), busy.person("Bo")
    bought(busy, anna, [80, 50, 20])
    bought(busy, bo, [70, 40, 10, 5])
    busy.deliver()
    before_rhythms, before_silences = rhythms(busy), silences(busy)

    with busy.write() as session:
        merge = merge_customers(session, anna, bo, now=busy.now).id
    busy.deliver()
    merged = rhythms(busy)
    assert bo not in merged
    assert merged[anna][1:3] == (6, 75)
    assert merged == rebuilt(busy)
    assert bo not in silences(busy)

    with busy.write() as session:
        unmerge_customers(session, merge, now=busy.now)
    busy.deliver()
    assert rhythms(busy) == before_rhythms == rebuilt(busy)
    assert silences(busy) == before_silences


def test_an_unmerge_does_not_tell_of_the_same_break_again(busy: Shop) -> None:
    anna, bo = busy.person("Anna"), busy.person("Bo")
    bought(busy, anna, [120, 110, 100, 90])
    bought(busy, bo, [2])
    busy.deliver()
    with busy.write() as session:
        session.execute(text("UPDATE scoring_rhythms SET warned_at = now(), warned_for = last_on"
                             " WHERE customer_id = :id"), {"id": anna})  # fmt: skip
    before = rhythms(busy)[anna]
    with busy.write() as session:
        merge = merge_customers(session, anna, bo, now=busy.now).id
    busy.deliver()
    assert rhythms(busy)[anna][8] is None
    with busy.write() as session:
        unmerge_customers(session, merge, now=busy.now)
    busy.deliver()

    assert rhythms(busy)[anna] == before


def test_a_replay_changes_nothing(busy: Shop) -> None:
    anna = busy.person("Anna")
    bought(busy, anna, [90, 60, 30])
    busy.deliver()
    with busy.write() as session:
        jobs.rhythms(session, busy.now)
    before, events = rhythms(busy), broken(busy)
    with busy.write() as session:
        session.execute(text("UPDATE delivery_bookmarks SET position = 0"))
    busy.deliver()
    with busy.write() as session:
        jobs.rhythms(session, busy.now)

    assert rhythms(busy) == before
    assert broken(busy) == events


def test_who_is_closed_is_not_missed_any_more(busy: Shop) -> None:
    anna = busy.person("Anna")
    bought(busy, anna, [90, 80, 70, 60])
    busy.deliver()
    assert rhythms(busy)[anna][7] is not None
    with busy.write() as session:
        close_customer(session, anna, "moved", now=busy.now)
    busy.deliver()

    assert rhythms(busy)[anna][7] is None


def test_a_persons_data_is_exported_and_erased(busy: Shop) -> None:
    anna = busy.person("Anna")
    bought(busy, anna, [90, 60, 30])
    busy.deliver()
    with busy.write() as session:
        found = parts.export(session, anna)
        assert found is not None
        assert found["churn"]["rhythm"]["gaps"] == 2
        assert 0 < found["churn"]["silence"]["p"] < 1
        parts.erase(session, anna)

    assert anna not in rhythms(busy)
    assert anna not in silences(busy)


def test_the_reasons_of_silence_say_what_moves_it(busy: Shop) -> None:
    anna, bo = busy.person("Anna"), busy.person("Bo")
    for day in range(1, 80, 7):
        bought(busy, anna, [day])
    bought(busy, bo, [200])
    busy.deliver()
    with busy.read() as session:
        often, once = (next(iter(explain(session, one))) for one in (anna, bo))

    assert often.value is not None
    assert once.value is not None
    assert often.value < once.value
    assert any(one.sentence.message.startswith("Speaks against") for one in often.reasons)
    assert once.strongest[0].sentence.message.startswith("Speaks for")


def test_the_hourly_job_tells_of_breaks_and_works_out_the_threshold(busy: Shop) -> None:
    anna = busy.person("Anna")
    bought(busy, anna, [41, 31, 21, 11, 1])
    busy.deliver()
    warn_on = rhythms(busy)[anna][7]
    later = datetime(warn_on.year, warn_on.month, warn_on.day, 12, tzinfo=UTC)
    with busy.write(later) as session:
        told = jobs.rhythms(session, later)
        found = jobs.threshold(session, later)

    assert told["broken"] >= 1
    assert broken(busy).count(anna) == 1
    assert found["customers"] == 0
