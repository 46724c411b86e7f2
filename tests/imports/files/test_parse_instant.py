"""Dates and instants as people and spreadsheets write them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.imports.files.values import guess_date_order, parse_date, parse_instant
from guanxi.imports.files.values.errors import (
    AmbiguousDate,
    NotADate,
    RepeatedHour,
    SkippedHour,
    ValueProblem,
)

LONDON = ZoneInfo("Europe/London")
SHANGHAI = ZoneInfo("Asia/Shanghai")
EVENING = datetime(2011, 3, 5, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2011-03-05 14:30:00",
        "2011-03-05T14:30",
        "2011-03-05T14:30:00Z",
        "2011-03-05T22:30:00+08:00",
        "20110305T143000",
        "2011/3/5 14:30",
        "2011.03.05 14:30:00",
        "2011-3-5 2:30 PM",
        " 2011-03-05 14:30 ",
        "２０１１－０３－０５　１４：３０",
        "2011年3月5日 14:30",
        "2011年03月05日14:30:00",
        "2011年3月5日 14时30分",
        "2011年3月5日14时30分00秒",
        "2011年3月5日 下午2:30",
        "2011年3月5日 下午2点30分",
        "2011年3月5日 星期六 14:30",
        "5 March 2011 14:30",
        "5-Mar-2011 2:30pm",
        "5th Mar 11, 2:30 p.m.",
        "March 5, 2011 2:30 PM",
        "40607.604166666664",
        "40607.60417",
    ],
)
def test_one_instant_in_its_many_forms(text):
    assert parse_instant(text, ZoneInfo("UTC")) == EVENING


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("1/12/2010", "day_first", date(2010, 12, 1)),
        ("1/12/2010 8:26", "day_first", date(2010, 12, 1)),
        ("12/1/10 8:26", "month_first", date(2010, 12, 1)),
        ("01.12.2010", "day_first", date(2010, 12, 1)),
        ("25/12/2010", None, date(2010, 12, 25)),
        ("12/25/2010", None, date(2010, 12, 25)),
        ("7/7/2010", None, date(2010, 7, 7)),
        ("1/1/68", "day_first", date(2068, 1, 1)),
        ("1/1/69", "day_first", date(1969, 1, 1)),
        ("2010-12-01", None, date(2010, 12, 1)),
        ("2010年12月1日", None, date(2010, 12, 1)),
        ("2010-12-01 23:59", None, date(2010, 12, 1)),
        ("1 Sept 2010", None, date(2010, 9, 1)),
        ("29.2.2012", "day_first", date(2012, 2, 29)),
    ],
)
def test_day_and_month_are_told_apart_by_order_or_by_size(text, order, day):
    assert parse_date(text, order) == day


def test_day_and_month_that_could_be_swapped_need_a_decision():
    with pytest.raises(AmbiguousDate):
        parse_instant("1/12/2010 8:26", LONDON)


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "2010", "201012", "2010-13-01", "30/02/2010", "25/12/2010 25:00", "2010-02-30",
     "31 Foo 2010", "5 Ma 2010", "1 Junk 2010", "2010年13月1日", "13:00", "2010-12-01 13:00 am",
     "2010年3月5日 晚上12:00", "1/2-2010", "0", "-1", "9999999", "1e5", "nan", "2010-12-01 8:26:99",
     "x" * 70, "0001-01-01 00:00", "9999-12-31T23:59:59-14:00"],
)  # fmt: skip
def test_what_is_no_instant_is_refused(text):
    with pytest.raises(NotADate):
        parse_instant(text, SHANGHAI, order="day_first")


def test_local_time_is_put_into_its_zone():
    assert parse_instant("2010-12-01 08:26", SHANGHAI) == datetime(2010, 12, 1, 0, 26, tzinfo=UTC)
    assert parse_instant("2011-06-01 08:26", LONDON) == datetime(2011, 6, 1, 7, 26, tzinfo=UTC)


def test_an_hour_that_was_skipped_is_refused_or_moved_forward():
    skipped = "2011-03-27 01:30"

    with pytest.raises(SkippedHour) as refused:
        parse_instant(skipped, LONDON)

    assert refused.value.params == {"time": "2011-03-27 01:30", "zone": "Europe/London"}
    moved = parse_instant(skipped, LONDON, on_skipped="forward")
    assert moved.astimezone(LONDON).isoformat() == "2011-03-27T02:30:00+01:00"


def test_an_hour_that_was_repeated_is_the_earlier_the_later_or_refused():
    repeated = "2011-10-30 01:30"

    assert parse_instant(repeated, LONDON).hour == 0
    assert parse_instant(repeated, LONDON, on_repeated="later").hour == 1
    with pytest.raises(RepeatedHour):
        parse_instant(repeated, LONDON, on_repeated="refuse")


@settings(deadline=None)
@given(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_instant_comes_back_from_the_clocks_of_its_zone(instant):
    instant = instant.replace(microsecond=0)
    local = instant.astimezone(LONDON)
    choice = "later" if local.fold else "earlier"

    assert parse_instant(f"{local:%Y-%m-%d %H:%M:%S}", LONDON, on_repeated=choice) == instant
    assert parse_instant(f"{local:%d/%m/%Y %H:%M:%S}", LONDON, order="day_first",
                         on_repeated=choice) == instant  # fmt: skip


@settings(deadline=None)
@given(st.integers(10_000, 99_999), st.integers(0, 86_399))
def test_every_second_comes_back_from_a_day_number(days, seconds):
    expected = datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=days, seconds=seconds)

    assert parse_instant(f"{days + seconds / 86_400:.10f}", ZoneInfo("UTC")) == expected


@settings(deadline=None)
@given(st.text(max_size=70))
def test_any_text_is_an_aware_instant_or_refused(text):
    try:
        instant = parse_instant(text, SHANGHAI)
    except ValueProblem:
        return
    assert instant.tzinfo is UTC


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["1/2/2010", "25/2/2010"], "day_first"),
        (["1/2/2010", "1/25/2010 8:00"], "month_first"),
        (["1/2/2010"], None),
        (["25/1/2010", "1/25/2010"], None),
        (["2010-01-25", ""], None),
    ],
)
def test_a_column_tells_its_order(texts, order):
    assert guess_date_order(texts) == order
