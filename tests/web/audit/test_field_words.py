"""The audit log calls fields by their titles."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from tests.touchpoints.conftest import Browser, new_customer

from guanxi import audit
from guanxi.clock import utc_now
from guanxi.customers.domain.changing import change_customer
from guanxi.customers.domain.custom_fields import create_field
from guanxi.db import Database
from guanxi.db.write import SYSTEM
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories
from guanxi.work.domain.tasks import TaskDraft, create_task

Write = Callable[..., Any]


@pytest.fixture
def browser(app: Flask, database: Database, factories: Factories) -> Browser:
    return Browser(app, database, factories.user("admin"))


def summaries(page: str) -> list[str]:
    return [part.partition("</summary>")[0] for part in page.split("<summary>")[1:]]


def test_settings_are_called_as_in_their_form(browser: Browser, platform: Platform) -> None:
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        platform.settings.change(session, "core", {"company": "Another House"})

    page = browser.get("/audit/?action=settings.changed").text

    assert '<dt title="company">Company</dt>' in page
    assert "<ins>Another House</ins>" in page


def test_customers_fields_of_ones_own_have_their_titles(
    browser: Browser, platform: Platform, write: Write
) -> None:
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        titles = {"title_en": "Shoe size", "title_zh": "鞋码"}
        create_field(session, "shoe", "number", titles)
    with write() as session:
        customer = new_customer(write, "Ada")
        change_customer(
            session, customer, {"city": "London", "custom": {"shoe": 39}}, now=utc_now()
        )

    page = browser.get("/audit/?action=customer.changed").text

    assert summaries(page) == ["City, Shoe size"]


def test_what_else_the_core_notes_has_words_and_a_plugins_field_stays(
    browser: Browser, platform: Platform
) -> None:
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        create_task(session, TaskDraft(title="Call"), now=utc_now())
        audit.record(session, "x.made", ("x", "1"), after={"wings": 2})

    page = browser.get("/audit/").text

    assert '<dt title="assignee_id">Assigned to</dt>' in page
    assert '<dt title="wings">wings</dt><dd><ins>2</ins>' in page
