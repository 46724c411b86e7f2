"""How values are written for readers of either language."""

from datetime import UTC, datetime

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


def test_codes_that_are_none_stay_as_they_are(app: Flask) -> None:
    with app.test_request_context():
        assert formats.country("QQ") == "QQ"
        assert formats.language_name("xx-not a code") == "xx-not a code"
        assert (formats.country(None), formats.language_name("")) == ("", "")
