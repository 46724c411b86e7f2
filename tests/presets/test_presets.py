"""The five industries: complete in both languages, put in once, with sample data that fits."""

from contextlib import nullcontext
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text
from tests.touchpoints.conftest import Browser

from guanxi.cli import cli
from guanxi.command import CommandContext
from guanxi.config import Config
from guanxi.customers.domain.custom_fields import create_field
from guanxi.db import Actor, Database
from guanxi.platform import Platform
from guanxi.presets.applying import Applied, apply_preset
from guanxi.presets.contents import Preset
from guanxi.presets.industries import PRESETS
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW

INDUSTRIES = sorted(PRESETS)


def apply(platform: Platform, preset: Preset, **more: Any) -> Applied:
    options = {"language": "en", "currency": "GBP", "sample": True, **more}
    with platform.database.write(Actor("system", "test"), now=NOW) as session:
        return apply_preset(session, preset, now=NOW, **options)


def rows(platform: Platform, statement: str) -> list[Any]:
    with platform.database.read() as session:
        return [tuple(row) for row in session.execute(text(statement))]


def test_there_are_the_five_industries() -> None:
    assert INDUSTRIES == ["education", "finance", "insurance", "manufacturing", "retail"]


@pytest.mark.parametrize("key", INDUSTRIES)
def test_all_of_a_preset_goes_in_once(platform: Platform, key: str) -> None:
    preset = PRESETS[key]

    first, second = apply(platform, preset), apply(platform, preset)

    words = (*preset.kinds, *preset.channels, *preset.outcomes)
    assert first == Applied(
        fields=len(preset.fields),
        tags=len(preset.tags),
        words=len(words),
        customers=len(preset.customers),
        touchpoints=len(preset.touchpoints),
    )
    assert second == Applied()
    assert rows(platform, "SELECT count(*) FROM customers WHERE invented") == [
        (len(preset.customers),)
    ]
    unused = rows(platform, "SELECT count(*) FROM customers WHERE custom = '{}'")
    assert unused == [(0,)]


def test_all_five_fit_beside_each_other(platform: Platform) -> None:
    for key in INDUSTRIES:
        assert apply(platform, PRESETS[key])

    assert not any(apply(platform, PRESETS[key], language="zh") for key in INDUSTRIES)
    fields = sum(len(one.fields) for one in PRESETS.values())
    assert rows(platform, "SELECT count(*) FROM custom_fields") == [(fields,)]


def test_choices_tags_and_texts_are_in_the_language_asked_for(platform: Platform) -> None:
    apply(platform, PRESETS["finance"], language="zh", currency="CNY")

    found = rows(
        platform,
        "SELECT display_name, tags, custom->>'risk_appetite', custom->'investments'"
        " FROM customers WHERE family_name = '王'",
    )
    assert found == [("王秀英", ["个人客户", "高端客户"], "稳健型", ["基金", "债券"])]
    purchases = rows(platform, "SELECT subject, amount::text, currency FROM touchpoints t"
                               " WHERE kind = 'purchase'")  # fmt: skip
    assert purchases == [("债券基金申购", "50000.0000", "CNY")]


def test_what_the_admin_has_made_otherwise_is_left_alone(platform: Platform) -> None:
    with platform.database.write(Actor("system", "test"), now=NOW) as session:
        titles = {"title_en": "Our risk", "title_zh": "风险"}
        create_field(session, "risk_appetite", "text", titles)

    done = apply(platform, PRESETS["finance"])

    assert done.fields == len(PRESETS["finance"].fields) - 1
    kept = rows(platform, "SELECT title_en, type FROM custom_fields WHERE key = 'risk_appetite'")
    assert kept == [("Our risk", "text")]
    stored = rows(platform, "SELECT count(*) FROM customers WHERE custom ? 'risk_appetite'")
    assert stored == [(0,)]


def test_income_and_health_are_sensitive() -> None:
    sensitive = {field.key for one in PRESETS.values() for field in one.fields if field.sensitive}

    assert {"annual_income", "credit_rating", "health_notes", "guardian"} <= sensitive


def test_from_the_terminal(platform: Platform, config: Config) -> None:
    context = CommandContext(
        config, lambda *_: platform, lambda _: nullcontext(platform.database.url)
    )

    def run(*arguments: str) -> list[str]:
        found = CliRunner().invoke(cli, arguments, obj=context, catch_exceptions=False)
        return found.output.splitlines()

    assert [line.partition("\t")[0] for line in run("preset", "list")] == list(PRESETS)
    preset = PRESETS["retail"]
    words = len((*preset.kinds, *preset.channels, *preset.outcomes))
    (line,) = run("preset", "apply", "retail")
    assert line == (
        f"Added: {len(preset.fields)} fields, {len(preset.tags)} tags, {words} words for "
        "touchpoints, 0 customers, 0 touchpoints."
    )
    assert run("preset", "apply", "retail", "--sample")[0].endswith(
        f"{len(preset.customers)} customers, {len(preset.touchpoints)} touchpoints."
    )


def test_from_the_page(
    platform: Platform, app: Flask, database: Database, factories: Factories
) -> None:
    browser = Browser(app, database, factories.user("admin"))
    assert "Insurance" in browser.get("/presets/").text

    answer = browser.send("/presets/insurance", {"language": "zh", "sample": "on"})

    assert answer.status_code == 302
    assert rows(platform, "SELECT count(*) FROM custom_fields") == [(7,)]
    assert browser.send("/presets/nothing", {}).status_code == 404


def test_by_api_and_only_for_those_who_manage_settings(
    app: Flask, api: ApiClient, factories: Factories
) -> None:
    assert [one["key"] for one in api.get("/presets").json["items"]] == list(PRESETS)
    assert api.post("/presets/education", {"sample": True}).json["customers"] == 6
    assert set(api.post("/presets/education", {"sample": True}).json.values()) == {0}
    staff = ApiClient(app, factories.token("staff"))
    assert staff.post("/presets/education", {}).status_code == 403
