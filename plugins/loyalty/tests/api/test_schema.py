"""schemathesis calls every operation of loyalty as the OpenAPI document describes it, and not."""

from typing import Any

import pytest
from flask import Flask
from plugins.loyalty.tests.earning.club import Club
from tests.api.test_schema import address, found_by

from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.fixtures import NOW

__all__ = ["address"]

CLUB = "/loyalty/programmes/club"


@pytest.fixture
def app(site: Flask) -> Flask:
    """The application that :func:`address` serves."""
    return site


def made(api: ApiClient, path: str, body: dict[str, Any], **headers: str) -> None:
    """Have something made."""
    answer = api.post(CLUB + path, body, **headers)
    assert answer.status_code in (200, 201), answer.text


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_operations_answer_as_the_document_says(
    loyalty: Platform, api: ApiClient, address: str
) -> None:
    ann = str(Club(loyalty, NOW).person("Ann"))
    made(api, "/earn", {"customer_id": ann, "amount": 500})
    made(api, "/rules", {"key": "base", "title_en": "One a pound", "title_zh": "每镑一分"})
    made(api, "/campaigns", {"key": "spring", "title_en": "Spring", "budget": 500})
    terms = {"key": "ten", "title_en": "Ten", "code": "WELCOME", "effect": "percent"}
    made(api, "/code-sets", {**terms, "value": 1000, "code_limit": 2})

    wrong, calls = found_by(address, api.token, only="/loyalty/")

    assert wrong == []
    assert calls > 300
