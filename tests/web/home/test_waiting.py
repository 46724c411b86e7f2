"""What waits for somebody, on the home page: small counts that lead to where one acts."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, insert
from tests.touchpoints.conftest import Browser, call, new_customer, recorded

from guanxi.access.models import Role, UserRole
from guanxi.clock import utc_now
from guanxi.customers.models import DuplicateSuggestion
from guanxi.db import Actor, Database
from guanxi.db.write import SYSTEM
from guanxi.delivery.models import ParkedEvent
from guanxi.ids import new_id
from guanxi.messages.models import Message
from guanxi.rewards.domain.requesting import RewardDraft, request
from guanxi.testkit.factories import Factories
from guanxi.touchpoints.domain import planning
from guanxi.work.domain.tasks import TaskDraft, create_task

Write = Callable[..., object]
TODAY = utc_now().date()
MONTH_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def shown(page: str) -> dict[str, tuple[str, str]]:
    """What the card says: title -> number and hint."""
    card = re.search(r"What waits for you</h2>(.*?)</section>", page, re.DOTALL)
    if card is None:
        return {}
    found = {}
    for stat in card[1].split('<div class="stat">')[1:]:
        words = [one.strip() for one in re.sub(r"<[^>]*>", "\n", stat).split("\n")]
        title, number, *hint = [one for one in words if one]
        found[title] = (number, " ".join(hint))
    return found


def task(database: Database, user_id: UUID, days: int, customer_id: UUID | None = None) -> None:
    with database.write(Actor("user", "Ada", user_id), now=utc_now()) as session:
        wish = TaskDraft(title="Call", due_on=TODAY + timedelta(days=days), customer_id=customer_id)
        create_task(session, wish, now=utc_now())


def message(database: Database, customer_id: UUID, state: str, created_at: datetime) -> None:
    with database.write(SYSTEM, now=utc_now()) as session:
        session.execute(
            insert(Message).values(
                id=new_id(), customer_id=customer_id, channel="email", purpose="service",
                subject="Hello", body="Hello", source="guanxi", idempotency_key=str(new_id()),
                state=state, created_at=created_at, due_at=created_at, sender_name="Ada",
            )
        )  # fmt: skip


@pytest.fixture
def ada(factories: Factories) -> UUID:
    return factories.user("admin", name="Ada")


@pytest.fixture
def home(app: Flask, database: Database, ada: UUID) -> Callable[[], str]:
    """Open the home page as Ada, an admin."""
    return lambda: Browser(app, database, ada).get("/").text


def test_nothing_is_said_where_nothing_waits(
    home: Callable[[], str], database: Database, ada: UUID
) -> None:
    task(database, ada, days=3)

    assert shown(home()) == {}


def test_tasks_and_planned_contacts_that_are_due_are_counted(
    home: Callable[[], str], database: Database, ada: UUID, write: Write
) -> None:
    customer = new_customer(write, "Bo")
    task(database, ada, days=-2)
    task(database, ada, days=0)
    with database.write(SYSTEM, now=utc_now()) as session:
        wish = planning.Plan(customer_id=customer, due_on=TODAY, staff_id=ada)
        planning.plan_contact(session, wish, now=utc_now())

    assert shown(home()) == {
        "Tasks due": ("2", "1 overdue"),
        "Planned contacts": ("1", "today"),
    }


def test_requests_messages_hints_pairs_and_parked_events_are_counted(
    home: Callable[[], str], database: Database, write: Write
) -> None:
    bo, bob = new_customer(write, "Bo"), new_customer(write, "Bob")
    recorded(write, call(customer_hint="Mrs Bo"), call())
    message(database, bo, "unknown", MONTH_AGO)
    message(database, bo, "failed", utc_now())
    message(database, bo, "failed", MONTH_AGO)
    first, second = sorted((bo, bob))
    with database.write(SYSTEM, now=utc_now()) as session:
        wish = RewardDraft(
            customer_id=bo, kind="gift", reason="Thanks", source="test", idempotency_key="1"
        )
        request(session, wish, now=utc_now())
        pair = {"a_id": first, "b_id": second, "score": 0.9, "reasons": []}
        session.add(DuplicateSuggestion(**pair, found_at=utc_now()))
        session.add(ParkedEvent(reader="x", position=1, state="parked", created_at=utc_now()))
        session.add(ParkedEvent(reader="x", position=2, state="waiting", created_at=utc_now()))

    assert shown(home()) == {
        "Rewards to answer": ("1", ""),
        "Messages to decide about": ("1", "nobody knows whether they went out"),
        "Messages that failed": ("1", "of the last 7 days"),
        "Touchpoints to assign": ("1", "with a hint whose they are"),
        "Suggested duplicates": ("1", ""),
        "Parked events": ("1", "an app could not digest them"),
    }


def test_counting_ends_at_a_hundred(home: Callable[[], str], write: Write) -> None:
    recorded(write, *(call(customer_hint=f"Till {n}") for n in range(120)))

    assert shown(home())["Touchpoints to assign"][0] == "99+"


def test_only_what_somebody_may_see_and_do_is_counted(
    app: Flask, database: Database, factories: Factories, write: Write
) -> None:
    eve = factories.user("staff", name="Eve")
    with database.write(SYSTEM, now=utc_now()) as session:
        may = ["home.view", "customers.view", "messages.send"]
        session.execute(delete(UserRole).where(UserRole.user_id == eve))
        role = Role(id=new_id(), name="few", title_en="Few", title_zh="少", permissions=may)
        session.add(role)
        session.flush()
        session.add(UserRole(user_id=eve, role_id=role.id))
    hers, others = new_customer(write, "Hers", eve), new_customer(write, "Others")
    for customer in (hers, others):
        message(database, customer, "unknown", utc_now())
    task(database, eve, days=0, customer_id=hers)
    task(database, eve, days=0, customer_id=others)
    recorded(write, call(customer_hint="Mrs Bo"))
    with database.write(SYSTEM, now=utc_now()) as session:
        session.add(ParkedEvent(reader="x", position=1, state="parked", created_at=utc_now()))

    page = Browser(app, database, eve).get("/").text

    assert shown(page) == {
        "Tasks due": ("1", "today"),
        "Messages to decide about": ("1", "nobody knows whether they went out"),
    }
