"""A page of a survey with all that it loads is small, and its colours can be read."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from plugins.surveys.tests.answering.test_public_pages import EVERYTHING

from guanxi_surveys.pages.theme import contrast, readable, style_sheet

MOST = 100_000


def test_a_page_with_every_kind_of_question_weighs_under_100_kb(
    ask: Callable[..., Any], app: Flask
) -> None:
    ask(EVERYTHING, {})
    client = app.test_client()
    page = client.get("/surveys/p/open-sesame")
    files = [
        part.split('"')[0]
        for part in page.text.split('="')
        if part.startswith(("/static/", "/surveys/theme/"))
    ]

    loaded = [client.get(one.replace("&amp;", "&")) for one in files]

    assert [answer.status_code for answer in loaded] == [200, 200, 200]
    assert len(page.data) + sum(len(answer.data) for answer in loaded) < MOST
    for answer in loaded:
        answer.close()


@pytest.mark.parametrize("colour", ["ffd400", "000000", "ffffff", "2f5fd0", "808080", "00ff00"])
def test_any_colour_is_readable_as_text_and_under_text(colour: str) -> None:
    on_fill = style_sheet(colour).split("--on-fill:#")[1][:6]

    assert contrast(on_fill, colour) >= 4.5
    assert contrast(readable(colour, "ffffff"), "ffffff") >= 4.5
    assert contrast(readable(colour, "131516"), "131516") >= 4.5


@pytest.mark.parametrize("colour", ["xyz", "ffd40", "ffd400;}", "FFD400"])
def test_what_is_no_colour_has_no_style_sheet(
    ask: Callable[..., Any], app: Flask, colour: str
) -> None:
    ask()

    assert app.test_client().get(f"/surveys/theme/{colour}.css").status_code == 404
