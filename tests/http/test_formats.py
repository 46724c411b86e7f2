"""How values are written for readers of either language."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask

from guanxi.http import formats
from guanxi.http.language import COOKIE

NOON = datetime(2026, 11, 2, 12, 5, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "instant", "country", "spoken"),
    [
        ("en", "Nov 2, 2026, 12:05\u202fPM", "United Kingdom", "English (United Kingdom)"),
        ("zh", "2026年11月2日 12:05", "英国", "英语 (英国)"),
    ],
)
def test_values_are_written_as_the_reader_is_used_to(
    app: Flask, language: str, instant: str, country: str, spoken: str
) -> None:
    with app.test_request_context(headers={"Cookie": f"{COOKIE}={language}"}):
        written = (
            formats.instant(NOON),
            formats.country("GB"),
            formats.language_name("en-GB"),
        )

    assert written == (instant, country, spoken)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ("£310", "£1.2K", "£12.3K", "-£1.2M", "12.3%", "100%")),
        ("zh", ("£310", "£1234", "£1.2万", "-£123.5万", "12.3%", "100%")),
    ],
)
def test_amounts_and_shares_are_short_where_there_is_little_place(
    app: Flask, language: str, written: tuple[str, ...]
) -> None:
    amounts = (Decimal("310.4"), Decimal("1234.4"), Decimal(12345), Decimal(-1234567))
    with app.test_request_context(headers={"Cookie": f"{COOKIE}={language}"}):
        found = (
            *(formats.short_money(amount, "GBP") for amount in amounts),
            formats.percent(0.1234),
            formats.percent(1),
        )
        nothing = formats.short_money(None, "GBP"), formats.percent(None)

    assert found == written
    assert nothing == ("", "")


def test_codes_that_are_none_stay_as_they_are(app: Flask) -> None:
    with app.test_request_context():
        assert formats.country("QQ") == "QQ"
        assert formats.language_name("xx-not a code") == "xx-not a code"
        assert (formats.country(None), formats.language_name("")) == ("", "")
