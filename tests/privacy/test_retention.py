"""Four domains of data: each is kept as long as its rule says, and no longer."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from tests.touchpoints.conftest import Browser

from guanxi.audit.models import AuditEntry
from guanxi.clock import utc_now
from guanxi.customers.domain.closing import close_customer
from guanxi.customers.domain.consents import PURPOSES, Decision, record_consent
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.custom_fields import create_field
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.db import Actor, Database
from guanxi.platform import Platform
from guanxi.privacy import jobs
from guanxi.privacy.domain import retention
from guanxi.privacy.domain.retention_steps import months_before
from guanxi.settings import core
from guanxi.testkit.factories import Factories
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record

ADA = Actor("user", "Ada")
SECRET = "collects stamps"
OLD = timedelta(days=400)


def set_rules(platform: Platform, **values: Any) -> None:
    with platform.database.write(ADA, now=utc_now()) as session:
        platform.settings.change(session, "core", values)


def customer(platform: Platform, name: str = "Ada", ago: timedelta = OLD) -> UUID:
    then = utc_now() - ago
    with platform.database.write(ADA, now=then) as session:
        draft = CustomerDraft(name=name, tags=("philatelist",), custom={"hobby": SECRET})
        return create_customer(session, draft, now=then).id


def contact(platform: Platform, of: UUID, kind: str, ago: timedelta) -> None:
    money: dict[str, Any] = {"amount": Decimal(5), "currency": "GBP"} if kind == "purchase" else {}
    with platform.database.write(ADA, now=utc_now()) as session:
        draft = Draft(
            channel="store", kind=kind, occurred_at=utc_now() - ago, customer_id=of,
            subject=SECRET, note=SECRET, **money,
        )  # fmt: skip
        record(session, draft, now=utc_now())


def rows(platform: Platform, statement: str) -> list[Any]:
    with platform.database.read() as session:
        return [tuple(row) for row in session.execute(text(statement))]


@pytest.fixture(autouse=True)
def hobby(platform: Platform) -> None:
    with platform.database.write(ADA, now=utc_now()) as session:
        create_field(session, "hobby", "text", {"title_en": "Hobby", "title_zh": "爱好"})


def test_without_a_period_nothing_ever_goes(platform: Platform) -> None:
    ada = customer(platform)
    contact(platform, ada, "call", OLD)

    cleared = jobs.retain(platform)

    assert cleared == {"basic": 0, "transactions": 0, "preferences": 0, "behaviour": 0}
    assert rows(platform, "SELECT note FROM touchpoints") == [(SECRET,)]


def test_basic_data_goes_some_time_after_the_relation_ended(platform: Platform) -> None:
    long_ago, lately, open_ = (customer(platform, name) for name in ("Long", "Lately", "Open"))
    for one, ago in ((long_ago, OLD), (lately, timedelta(days=5))):
        with platform.database.write(ADA, now=utc_now()) as session:
            close_customer(session, one, "moved away", now=utc_now() - ago)
    set_rules(platform, keep_basic_months=12)

    assert jobs.retain(platform)["basic"] == 1
    assert jobs.retain(platform)["basic"] == 0  # asked for once
    assert jobs.sweep(platform) == 1

    kept = rows(platform, "SELECT display_name FROM customers WHERE erased_at IS NULL ORDER BY 1")
    assert kept == [("Lately",), ("Open",)]
    assert open_ is not None


def test_texts_of_old_purchases_go_and_the_figures_stay(platform: Platform) -> None:
    ada = customer(platform)
    contact(platform, ada, "purchase", OLD)
    contact(platform, ada, "purchase", timedelta(days=5))
    contact(platform, ada, "call", OLD)
    set_rules(platform, keep_transactions_months=12)

    assert jobs.retain(platform)["transactions"] == 1

    found = rows(
        platform, "SELECT kind, note, amount::int FROM touchpoints ORDER BY occurred_at, kind"
    )
    assert sorted(found, key=str) == [
        ("call", SECRET, None),
        ("purchase", SECRET, 5),
        ("purchase", None, 5),
    ]


def test_preferences_go_when_there_was_no_contact_for_long_from_the_history_too(
    platform: Platform,
) -> None:
    customer(platform, "Silent")
    customer(platform, "New", ago=timedelta(days=5))
    set_rules(platform, keep_preferences_months=12)

    assert jobs.retain(platform)["preferences"] == 1

    found = rows(platform, "SELECT display_name, tags, custom FROM customers ORDER BY 1")
    assert found == [("New", ["philatelist"], {"hobby": SECRET}), ("Silent", [], {})]
    with platform.database.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "customer.created"))
        told = {e.after["display_name"]: "custom" in e.after for e in entries if e.after}
    assert told == {"New": True, "Silent": False}


def test_preferences_and_behaviour_go_when_the_consent_is_withdrawn(platform: Platform) -> None:
    for name, last in (("No", False), ("Yes", True)):
        one = customer(platform, name, ago=timedelta(days=9))
        contact(platform, one, "call", timedelta(days=8))
        for given in (not last, last):
            with platform.database.write(ADA, now=utc_now()) as session:
                record_consent(session, one, [Decision("any", "profiling", given)], now=utc_now())

    cleared = jobs.retain(platform)

    assert (cleared["preferences"], cleared["behaviour"]) == (1, 1)
    found = rows(
        platform,
        "SELECT c.display_name, c.custom, t.note FROM customers c"
        " JOIN touchpoints t ON t.customer_id = c.id ORDER BY 1",
    )
    assert found == [("No", {}, None), ("Yes", {"hobby": SECRET}, SECRET)]


def test_more_than_one_step_is_cleared_in_one_run(platform: Platform) -> None:
    ada = customer(platform)
    with platform.database.write(ADA, now=utc_now()) as session:
        session.execute(
            text(
                "INSERT INTO touchpoints (id, customer_id, channel, kind, direction, occurred_at,"
                " note, source, created_at, updated_at, state, fingerprint, version)"
                " SELECT gen_random_uuid(), :ada, 'phone', 'call', 'in', now() - interval '2 y',"
                " 'x', 'test', now(), now(), 'recorded', '', 1 FROM generate_series(1, 1100)"
            ),
            {"ada": ada},
        )
    set_rules(platform, keep_behaviour_months=12)

    assert jobs.retain(platform)["behaviour"] == 1100

    assert rows(platform, "SELECT count(*) FROM touchpoints WHERE note IS NOT NULL") == [(0,)]


@pytest.mark.parametrize(
    ("now", "months", "before"),
    [
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2024, 2, 29), 12, (2023, 2, 28)),
        ((2026, 1, 15), 14, (2024, 11, 15)),
    ],
)
def test_months_are_those_of_the_calendar(now: Any, months: int, before: Any) -> None:
    assert months_before(datetime(*now, tzinfo=UTC), months) == datetime(*before, tzinfo=UTC)


def test_settings_and_consents_know_the_same_purposes() -> None:
    assert tuple(PURPOSES) == core.PURPOSES


def test_the_page_shows_rule_purpose_due_and_the_last_run(
    platform: Platform, app: Flask, database: Database, factories: Factories
) -> None:
    ada = customer(platform)
    contact(platform, ada, "call", OLD)
    set_rules(platform, keep_behaviour_months=12)
    browser = Browser(app, database, factories.user("admin"))

    before = browser.get("/privacy/retention").text
    jobs.retain(platform)
    after = browser.get("/privacy/retention").text

    assert "12 months" in before
    assert "Profiling" in before
    assert "Last run" not in before
    assert "Behaviour: 1" in after
    with platform.database.read() as session:
        rule = retention.rule_of(retention.DOMAINS[3], platform.settings.get("core"))
        left = retention.count_due(session, retention.DOMAINS[3], rule, now=utc_now(), cap=10)
    assert left == 0
