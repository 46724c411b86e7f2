"""schemathesis calls every operation of segments as the OpenAPI document describes it, and not."""

import pytest
from flask import Flask
from plugins.segmentation.tests.membership.town import DAY, Town, lives_in
from tests.api.test_schema import address, found_by

from guanxi.testkit.clients import ApiClient
from guanxi_segmentation.schemes.presets import ensure_ready_made

__all__ = ["address"]


@pytest.fixture
def app(site: Flask) -> Flask:
    """The application that :func:`address` serves."""
    return site


@pytest.mark.slow
def test_operations_answer_as_the_document_says(town: Town, api: ApiClient, address: str) -> None:
    ann = town.person("Ann", city="York")
    town.buy(ann, town.now - DAY)
    with town.write() as session:
        ensure_ready_made(session, now=town.now)
    town.built("yorkers", lives_in("York"))
    town.run("rebuild", town.now)
    assert town.members("yorkers") == {ann}

    wrong, calls = found_by(address, api.token, only="/segmentation/")

    assert wrong == []
    assert calls > 100
