"""Quiet hours and days, on the customer's own clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.messages.domain.quiet import QuietTime, quiet_time
from guanxi.messages.domain.zones import zone_of

NIGHT = QuietTime(time(21), time(8))
LONDON, SHANGHAI = ZoneInfo("Europe/London"), ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "over"),
    [
        ("2026-11-02T12:00", LONDON, "2026-11-02T12:00"),
        ("2026-11-02T20:59", LONDON, "2026-11-02T20:59"),
        ("2026-11-02T21:00", LONDON, "2026-11-03T08:00"),
        ("2026-11-03T03:00", LONDON, "2026-11-03T08:00"),
        ("2026-11-03T08:00", LONDON, "2026-11-03T08:00"),
        ("2026-07-02T20:30", LONDON, "2026-07-03T07:00"),
        ("2026-11-02T13:30", SHANGHAI, "2026-11-03T00:00"),
    ],
)
def test_the_night_is_quiet_where_the_customer_lives(now: str, zone: ZoneInfo, over: str) -> None:
    assert NIGHT.over_at(at(now), zone) == at(over)


def test_a_quiet_day_is_followed_by_the_quiet_night() -> None:
    quiet = QuietTime(time(21), time(8), frozenset({date(2027, 2, 6), date(2027, 2, 7)}))

    assert quiet.over_at(at("2027-02-05T22:00"), LONDON) == at("2027-02-08T08:00")


def test_quiet_hours_within_one_day() -> None:
    noon = QuietTime(time(12), time(14))

    assert noon.over_at(at("2026-11-02T12:30"), LONDON) == at("2026-11-02T14:00")
    assert noon.over_at(at("2026-11-02T23:00"), LONDON) == at("2026-11-02T23:00")


def test_the_end_of_summer_time_does_not_end_the_night_early() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    assert NIGHT.over_at(at("2026-10-24T20:00"), berlin) == at("2026-10-25T07:00")


def test_without_settings_nothing_is_quiet() -> None:
    now = at("2026-11-02T03:00")

    assert quiet_time({"quiet_from": "", "quiet_until": ""}).over_at(now, LONDON) == now


@given(
    st.integers(0, 2 * 365 * 24 * 60),
    st.times(), st.times(),
    st.sampled_from(["Europe/London", "Asia/Shanghai", "America/New_York", "Asia/Kathmandu"]),
)  # fmt: skip
def test_what_comes_out_is_never_earlier_and_never_quiet(
    minutes: int, start: time, end: time, zone: str
) -> None:
    now, where = at("2026-01-01T00:00") + timedelta(minutes=minutes), ZoneInfo(zone)
    quiet = QuietTime(start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0))

    over = quiet.over_at(now, where)

    assert over >= now
    assert quiet.over_at(over, where) == over


@pytest.mark.parametrize(
    ("country", "company", "zone"),
    [
        ("CN", "Europe/London", "Asia/Shanghai"),
        ("cn", "Asia/Urumqi", "Asia/Urumqi"),
        ("GB", "UTC", "Europe/London"),
        (None, "Europe/Paris", "Europe/Paris"),
        ("Atlantis", "Europe/Paris", "Europe/Paris"),
    ],
)
def test_the_zone_is_the_countrys_and_else_the_companys(
    country: str | None, company: str, zone: str
) -> None:
    assert zone_of(country, company) == ZoneInfo(zone)
