"""Anomalies of a shop: found week by week in the company's zone, kept, decided about by people."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from plugins.scoring.tests.churn.trade import add, add_people, came
from sqlalchemy.orm import Session

from guanxi.errors import Invalid, PreconditionFailed
from guanxi.platform import Platform
from guanxi_scoring.company import company
from guanxi_scoring.insight import anomalies
from guanxi_scoring.insight.figures import FIGURES, monday, parts, series
from guanxi_scoring.insight.rows_behind import rows_behind
from guanxi_scoring.models import Anomaly

Writing = Callable[..., AbstractContextManager[Session]]
LAST = date(2026, 10, 26)
"""The Monday of the last whole week before ``now`` of the fixtures, 2 November 2026."""


def fill(session: Session, weeks: int = 16, usual: int = 40, quiet: date | None = LAST) -> None:
    (person,) = add_people(session, 1, at=datetime(2025, 1, 1, tzinfo=UTC))
    rows = []
    for back in range(weeks):
        week_on = LAST - timedelta(weeks=back)
        for number in range(5 if week_on == quiet else usual + back % 3):
            at = datetime(week_on.year, week_on.month, week_on.day, 12, tzinfo=UTC)
            rows.append(came(person, at + timedelta(minutes=number)))
    add(session, rows)


def found(session: Session) -> list[tuple[str, date]]:
    return [(one.figure, one.week_on) for one in anomalies.latest(session, limit=50)]


def test_a_quiet_week_is_found_once_in_all_figures_that_it_shows_in(
    scoring: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        fill(session)
        first = anomalies.find(session, as_of=now)
        again = anomalies.find(session, as_of=now)

        assert first == again == {"anomalies": 2}
        assert found(session) == [("purchases", LAST), ("revenue", LAST)]
        assert anomalies.count_new(session) == 2


def test_what_is_corrected_is_not_unusual_any_more_unless_somebody_explained_it(
    scoring: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        fill(session)
        anomalies.find(session, as_of=now)
        anomalies.decide(session, "revenue", LAST, "explained", "snow", by="Li", now=now)
        (person,) = add_people(session, 1, at=now)
        at = datetime(2026, 10, 27, 12, tzinfo=UTC)
        add(session, [came(person, at + timedelta(minutes=number)) for number in range(36)])

        anomalies.find(session, as_of=now)

        assert found(session) == [("revenue", LAST)]
        assert anomalies.find_one(session, "revenue", LAST).note == "snow"


def test_an_explanation_needs_words_and_the_version_that_was_seen(
    scoring: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        fill(session)
        anomalies.find(session, as_of=now)

        with pytest.raises(Invalid):
            anomalies.decide(session, "revenue", LAST, "explained", " ", by="Li", now=now)
        with pytest.raises(PreconditionFailed):
            anomalies.decide(
                session, "revenue", LAST, "dismissed", "", by="Li", now=now, expected_version=9
            )
        done = anomalies.decide(session, "revenue", LAST, "dismissed", "", by="Li", now=now)

        assert (done.state, done.decided_by, done.version) == ("dismissed", "Li", 2)


def test_weeks_begin_on_monday_in_the_companys_zone(
    scoring: Platform, writing: Writing, configure: Callable[..., None], now: datetime
) -> None:
    configure(time_zone="Asia/Shanghai")
    with writing() as session:
        (person,) = add_people(session, 1, at=now)
        # Sunday, 17:00 UTC is Monday, 1:00 in Shanghai.
        add(session, [came(person, datetime(2026, 10, 25, 17, tzinfo=UTC))])

        values = series(session, company(session), "purchases", LAST - timedelta(weeks=1),
                        LAST + timedelta(weeks=1))  # fmt: skip

    assert values == {LAST - timedelta(weeks=1): Decimal(0), LAST: Decimal(1)}


def test_each_figure_is_the_sum_of_its_parts_and_of_the_rows_behind_it(
    scoring: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        ann, ben = add_people(session, 2, at=now, country="GB")
        at = datetime(2026, 10, 27, 12, tzinfo=UTC)
        add(
            session,
            [
                came(ann, at - timedelta(days=60)),
                came(ann, at),
                came(ben, at, channel="website", amount=Decimal(30)),
                came(ben, at, kind="return", amount=Decimal(-5)),
                came(ben, at, kind="call", amount=None, currency=None),
                came(ann, at, currency="USD"),
                came(ann, at, state="voided"),
            ],
        )
        there, until = company(session), LAST + timedelta(weeks=1)
        week = {key: series(session, there, key, LAST, until)[LAST] for key in FIGURES}
        behind = {key: len(rows_behind(session, there, key, LAST)) for key in FIGURES}
        made_of = {
            key: sum(value for _, value in parts(session, there, key, LAST, "channel"))
            for key in FIGURES
        }

    expected = {"revenue": 35, "purchases": 3, "buyers": 2, "newcomers": 1, "returns": 1}
    assert week == {**{k: Decimal(v) for k, v in expected.items()}, "contacts": Decimal(1)}
    assert behind == {
        "revenue": 3, "purchases": 3, "buyers": 3, "newcomers": 1, "returns": 1, "contacts": 1,
    }  # fmt: skip
    assert {key: made_of[key] for key in FIGURES if key != "buyers"} == {
        key: value for key, value in week.items() if key != "buyers"
    }


def test_without_touchpoints_nothing_is_unusual(
    scoring: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        assert anomalies.find(session, as_of=now) == {"anomalies": 0}
        assert session.query(Anomaly).count() == 0


def test_a_week_begins_on_its_monday() -> None:
    assert {monday(LAST + timedelta(days=n)) for n in range(7)} == {LAST}
