"""Gaps in a customer's record become tasks: by hand, and each night for records below a limit."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from tests.touchpoints.conftest import Browser
from tests.work.conftest import customer, writing

from guanxi.clock import utc_now
from guanxi.db import Database
from guanxi.errors import Conflict
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW
from guanxi.work import jobs
from guanxi.work.domain.gap_tasks import make_gap_task
from guanxi.work.domain.tasks import finish


def titles(platform: Platform) -> list[Any]:
    with platform.database.read() as session:
        found = session.execute(text("SELECT title, assignee_id FROM tasks ORDER BY title"))
        return [tuple(row) for row in found]


def test_a_task_names_what_is_missing_in_the_language_of_its_owner(
    platform: Platform, factories: Factories
) -> None:
    owner = factories.user("admin")
    with platform.database.autocommit.connect() as connection:
        connection.exec_driver_sql("UPDATE users SET language = 'zh'")
    li_na = customer(platform, "李娜", owner)

    with writing(platform) as session:
        make_gap_task(session, li_na, now=NOW)

    missing = "联系方式, 国家/地区, 城市, 语言, 生日, 标签"
    assert titles(platform) == [(f"补全 李娜 的信息：{missing}", owner)]


def test_a_customer_has_one_such_task_at_a_time(platform: Platform, factories: Factories) -> None:
    ada = customer(platform, "Ada", factories.user("admin"))
    with writing(platform) as session:
        task = make_gap_task(session, ada, now=NOW).id

    with pytest.raises(Conflict), writing(platform) as session:
        make_gap_task(session, ada, now=NOW)

    with writing(platform) as session:
        finish(session, task, None, now=NOW)
        make_gap_task(session, ada, now=NOW)
    assert len(titles(platform)) == 2


def test_each_night_those_below_the_limit_get_one_and_not_again(
    platform: Platform, factories: Factories
) -> None:
    owner = factories.user("admin")
    customer(platform, "Ada", owner)
    customer(platform, "Nobody's")
    assert jobs.fill_gaps(platform) == 0

    with writing(platform) as session:
        platform.settings.change(session, "core", {"gap_tasks_below": 50})
    platform.host.refresh_from(platform.database)

    assert jobs.fill_gaps(platform) == 1
    assert jobs.fill_gaps(platform) == 0
    ((_title, assignee),) = titles(platform)
    assert assignee == owner
    with platform.database.autocommit.connect() as connection:
        connection.execute(text("UPDATE tasks SET done_at = :now"), {"now": utc_now()})
    assert jobs.fill_gaps(platform) == 0  # done just now, whatever came of it


def test_complete_enough_records_get_none(platform: Platform, factories: Factories) -> None:
    customer(platform, "Ada", factories.user("admin"))
    with writing(platform) as session:
        platform.settings.change(session, "core", {"gap_tasks_below": 25})

    assert jobs.fill_gaps(platform) == 0  # name and owner are 25 %


def test_the_page_offers_it(
    platform: Platform, app: Flask, database: Database, factories: Factories
) -> None:
    me = factories.user("admin")
    browser = Browser(app, database, me)
    ada = customer(platform, "Ada")
    page = browser.get(f"/customers/{ada}").text
    assert "Missing: a way to reach them, country" in page

    answer = browser.send(f"/tasks/gaps/{ada}")

    assert answer.status_code == 302
    ((title, assignee),) = titles(platform)
    assert title.startswith("Find out about Ada: a way to reach them")
    assert assignee == me


def test_source_and_date_of_each_field_come_with_the_card(
    platform: Platform, app: Flask, database: Database, factories: Factories
) -> None:
    browser = Browser(app, database, factories.user("admin"))
    ada = customer(platform, "Ada Lovelace")

    part = browser.get(f"/customers/{ada}/history", HX_Request="true").text

    assert "<html" not in part
    assert "Lovelace" in part
    assert "test, <time" in part
