"""schemathesis calls every operation of segments as the OpenAPI document describes it, and not."""

import pytest
from flask import Flask
from plugins.segmentation.tests.membership.town import Town, lives_in
from tests.api.test_schema import address, found_by

from guanxi.testkit.clients import ApiClient

__all__ = ["address"]


@pytest.fixture
def app(site: Flask) -> Flask:
    """The application that :func:`address` serves."""
    return site


@pytest.mark.slow
def test_operations_answer_as_the_document_says(town: Town, api: ApiClient, address: str) -> None:
    ann = town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))
    assert town.members("yorkers") == {ann}

    wrong, calls = found_by(address, api.token, only="/segmentation/(segments|customers|pre|reb)")

    assert wrong == []
    assert calls > 100
