"""Rhythms kept customer by customer are those that a count by hand gives; breaks are told once."""

import math
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plugins.scoring.tests.churn.trade import add, add_people, came, days_before
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from guanxi.platform import Platform
from guanxi.sdk import Customer, Touchpoint
from guanxi_scoring.churn.rhythm import population as usual
from guanxi_scoring.churn.rhythm.refreshing import (
    is_due,
    population_of,
    rebuild,
    refresh,
)
from guanxi_scoring.churn.rhythm.sweeping import sweep
from guanxi_scoring.models import Rhythm

Writing = Callable[..., AbstractContextManager[Session]]
COLUMNS = ("gaps", "gap_days", "log_micros", "first_on", "last_on", "due_on", "warn_on")


def stored(session: Session) -> dict[UUID, tuple[Any, ...]]:
    columns = [getattr(Rhythm, name) for name in COLUMNS]
    rows = session.execute(select(Rhythm.customer_id, *columns))
    return {row[0]: tuple(row[1:]) for row in rows}


def by_hand(instants: list[datetime], zone: str) -> tuple[Any, ...]:
    days = sorted({at.astimezone(ZoneInfo(zone)).date() for at in instants})
    gaps = [(later - sooner).days for sooner, later in pairwise(days)]
    logs = sum(round(math.log(gap) * 1e6) for gap in gaps)
    return len(gaps), sum(gaps), logs, days[0], days[-1]


def regulars(session: Session, now: datetime, count: int = 40) -> list[UUID]:
    """Add customers who come about every ten to twenty days, the last time a few days ago."""
    ids = add_people(session, count, at=now)
    for number, one in enumerate(ids):
        every = 10 + number % 11
        days = [3 + every * step + (number * step) % 3 for step in range(9)]
        add(session, days_before(one, now, days))
    return ids


def told(platform: Platform) -> list[Any]:
    with platform.database.read() as session:
        rows = session.execute(
            text("SELECT customer_id, payload FROM events WHERE kind = 'scoring.RhythmBroken'")
        )
        return [(row[0], row[1]) for row in rows]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "UTC"])
def test_incremental_rhythms_equal_a_rebuild_and_a_count_by_hand(
    zone: str, writing: Writing, configure: Callable[..., None], now: datetime
) -> None:
    configure(time_zone=zone)
    with writing() as session:
        ids = add_people(session, 4, at=now)

        @settings(max_examples=12)
        @given(st.lists(st.tuples(st.sampled_from(ids), st.integers(1, 9000)), max_size=25))
        def check(visits: list[tuple[UUID, int]]) -> None:
            session.execute(delete(Touchpoint))
            refresh(session, None, now=now)
            came_at: dict[UUID, list[datetime]] = defaultdict(list)
            for who, hours in visits:
                came_at[who].append(now - timedelta(hours=hours))
                add(session, [came(who, came_at[who][-1])])
                refresh(session, [who], now=now)
            kept = stored(session)
            refresh(session, None, now=now)

            assert stored(session) == kept
            assert {one: row[:5] for one, row in kept.items()} == {
                one: by_hand(at, zone) for one, at in came_at.items()
            }

        check()


def test_one_evening_in_two_days_of_utc_is_one_day_in_the_companys_zone(
    writing: Writing, configure: Callable[..., None], now: datetime
) -> None:
    configure(time_zone="America/New_York")
    with writing() as session:
        (one,) = add_people(session, 1, at=now)
        evening = datetime(2026, 3, 7, 23, 30, tzinfo=UTC)
        add(session, [came(one, evening), came(one, evening + timedelta(hours=1))])
        refresh(session, [one], now=now)

        assert stored(session)[one][:2] == (0, 0)


def test_the_night_that_clocks_go_forward_is_one_day_of_gap(
    writing: Writing, configure: Callable[..., None], now: datetime
) -> None:
    """From noon to noon it is 23 hours in March and 25 in November."""
    configure(time_zone="America/New_York")
    noon = ZoneInfo("America/New_York")
    with writing() as session:
        spring, autumn = add_people(session, 2, at=now)
        days = [datetime(2026, 3, day, 12, tzinfo=noon) for day in (7, 8, 9)]
        add(session, [came(spring, at) for at in days])
        days = [datetime(2025, 11, day, 12, tzinfo=noon) for day in (1, 2, 3)]
        add(session, [came(autumn, at) for at in days])
        refresh(session, None, now=now)

        assert {row[:2] for row in stored(session).values()} == {(2, 2)}


def test_what_is_in_the_future_or_only_went_out_to_them_does_not_count(
    writing: Writing, now: datetime
) -> None:
    with writing() as session:
        (one,) = add_people(session, 1, at=now)
        add(session, days_before(one, now, [30, 20, 10, -5]))
        add(session, [came(one, now - timedelta(days=1), kind="call", direction="out")])
        refresh(session, [one], now=now)

        assert stored(session)[one][0] == 2


def test_a_voided_visit_is_gone_and_with_the_last_one_the_rhythm(
    writing: Writing, now: datetime
) -> None:
    with writing() as session:
        (one,) = add_people(session, 1, at=now)
        add(session, days_before(one, now, [30, 20]))
        refresh(session, [one], now=now)
        session.execute(update(Touchpoint).values(state="voided"))
        refresh(session, [one], now=now)

        assert stored(session) == {}


def test_too_few_customers_have_no_rhythm_and_are_told_why(writing: Writing, now: datetime) -> None:
    with writing() as session:
        regulars(session, now, count=usual.LEAST_CUSTOMERS - 1)
        found = rebuild(session, now=now)

        assert found.problem is not None
        assert found.problem["values"] == {"found": 29, "needed": 30}
        assert {row[6] for row in stored(session).values()} == {None}


def test_customers_who_are_all_alike_are_expected_on_their_day(
    writing: Writing, now: datetime
) -> None:
    with writing() as session:
        for one in add_people(session, 40, at=now):
            add(session, days_before(one, now, [1, 8, 15, 22, 29]))
        rebuild(session, now=now)
        rows = set(stored(session).values())

        assert len(rows) == 1
        ((_, _, _, _, last, due, warn),) = rows
        assert due == last + timedelta(days=7)
        assert timedelta(days=8) <= warn - last <= timedelta(days=10)


def test_the_quantile_is_that_of_simulated_gaps() -> None:
    """Draw rates after n gaps of S days, and gaps by them: 95 % are below the factor's product."""
    import numpy as np  # noqa: PLC0415 -- as in the product

    found = usual.Population(shape=1.7, prior_shape=3.0, prior_rate=40.0)
    n, total = 5, 90
    chance = np.random.default_rng(7)
    rates = chance.gamma(3.0 + 1.7 * n, 1 / (40.0 + total), 400_000)
    gaps = chance.gamma(1.7, 1 / rates)

    limit = usual.factors(found, 0.95, most=n)[n] * (40.0 + total)

    assert abs(float((gaps < limit).mean()) - 0.95) < 0.002


def test_the_fit_finds_the_population_that_gaps_were_drawn_from() -> None:
    import numpy as np  # noqa: PLC0415 -- as in the product

    chance = np.random.default_rng(3)
    gaps, days, logs = [], [], 0.0
    for rate in chance.gamma(4.0, 1 / 60.0, 4000):
        own = chance.gamma(2.0, 1 / rate, chance.integers(1, 15))
        gaps.append(len(own))
        days.append(own.sum())
        logs += float(np.log(own).sum())

    found = usual.fit(usual.Gaps(gaps, days, [1] * len(gaps), logs))

    assert abs(found.shape / 2.0 - 1) < 0.05
    assert abs(found.prior_shape / 4.0 - 1) < 0.15
    assert abs(found.prior_rate / 60.0 - 1) < 0.15


def test_who_has_more_gaps_than_there_are_factors_goes_on_in_proportion() -> None:
    found = usual.Population(shape=1.5, prior_shape=3.0, prior_rate=40.0)
    exact = usual.factors(found, 0.95, most=2 * usual.FACTORS)
    n, most = 2 * usual.FACTORS, usual.FACTORS

    ours = exact[most] * (3.0 + 1.5 * most) / (3.0 + 1.5 * n)

    assert abs(ours / exact[n] - 1) < 0.001


def test_a_break_is_told_once_and_is_over_when_they_come_again(
    scoring: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        ids = regulars(session, now)
        rebuild(session, now=now)
        assert sweep(session, now=now) == {"broken": 0, "told": 0}
        warn_on = session.get_one(Rhythm, ids[0]).warn_on
    assert warn_on is not None
    late = datetime(warn_on.year, warn_on.month, warn_on.day, 12, tzinfo=UTC)

    with writing(late) as session:
        sweep(session, now=late)
    with writing(late + timedelta(days=1)) as session:
        sweep(session, now=late + timedelta(days=1))
    first = [payload for one, payload in told(scoring) if one == ids[0]]
    with writing(late + timedelta(days=2)) as session:
        add(session, [came(ids[0], late + timedelta(days=1, hours=1))])
        refresh(session, [ids[0]], now=late + timedelta(days=2))
        found = session.get_one(Rhythm, ids[0])
        assert (found.warned_at, found.warned_for) == (None, None)

    assert len(first) == 1
    assert first[0]["days"] == (warn_on - date.fromisoformat(first[0]["last_on"])).days


def test_the_day_before_the_warning_nothing_is_broken(writing: Writing, now: datetime) -> None:
    with writing() as session:
        ids = regulars(session, now)
        rebuild(session, now=now)
        soonest = min(row[6] for row in stored(session).values())
        before = datetime(soonest.year, soonest.month, soonest.day, tzinfo=UTC)

        assert sweep(session, now=before - timedelta(minutes=1))["broken"] == 0
        assert sweep(session, now=before)["broken"] >= 1
        assert len(ids) == len(stored(session))


def test_breaks_that_are_no_news_are_noted_but_not_told(
    scoring: Platform, writing: Writing, now: datetime
) -> None:
    later = now + timedelta(days=400)
    with writing() as session:
        regulars(session, now)
    with writing(later) as session:
        rebuild(session, now=later)
        found = sweep(session, now=later)

    assert found == {"broken": 40, "told": 0}
    assert told(scoring) == []


def test_closed_customers_are_not_missed(writing: Writing, now: datetime) -> None:
    later = now + timedelta(days=400)
    with writing() as session:
        ids = regulars(session, now)
        session.execute(update(Customer).where(Customer.id == ids[0]).values(status="closed"))
        rebuild(session, now=now)

        assert sweep(session, now=later)["broken"] == 39


def test_a_visit_entered_for_a_later_day_counts_once_it_took_place(
    writing: Writing, now: datetime
) -> None:
    with writing() as session:
        ids = regulars(session, now)
        rebuild(session, now=now)
        at = now + timedelta(days=2)
        add(session, [came(ids[0], at, created_at=now)])
        refresh(session, ids[:1], now=now)
        before = session.get_one(Rhythm, ids[0]).last_on
        sweep(session, now=at + timedelta(hours=1))

        assert session.get_one(Rhythm, ids[0]).last_on > before


def test_taking_back_the_last_visit_does_not_begin_another_break(
    scoring: Platform, writing: Writing, now: datetime
) -> None:
    later = now + timedelta(days=25)
    with writing() as session:
        ids = regulars(session, now)
        rebuild(session, now=now)
    with writing(later) as session:
        sweep(session, now=later)
    assert [one for one, _ in told(scoring)].count(ids[0]) == 1
    with writing(later) as session:
        last = select(func.max(Touchpoint.occurred_at)).where(Touchpoint.customer_id == ids[0])
        mine = Touchpoint.customer_id == ids[0]
        at = session.scalar(last)
        session.execute(delete(Touchpoint).where(mine, Touchpoint.occurred_at == at))
        refresh(session, ids[:1], now=later)
        found = session.get_one(Rhythm, ids[0])
        assert found.warned_for == found.last_on
        sweep(session, now=later)

    assert [one for one, _ in told(scoring)].count(ids[0]) == 1


def test_other_settings_or_a_week_make_a_new_fit_due(
    writing: Writing, configure: Callable[..., None], now: datetime
) -> None:
    with writing() as session:
        assert is_due(session, now=now)
        regulars(session, now)
        rebuild(session, now=now)
        assert not is_due(session, now=now + timedelta(days=6))
        assert is_due(session, now=now + timedelta(days=7))
    configure(rhythm_min_gaps=5)
    with writing() as session:
        assert is_due(session, now=now)
        found = population_of(session)
        assert found is not None
        assert found.min_gaps == 3
