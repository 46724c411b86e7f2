"""Drift: an alarm when customers buy otherwise than expected, gone when they do as expected."""

from datetime import timedelta

from plugins.scoring.tests.features.histories import add, touch
from plugins.scoring.tests.lifetime.test_fit_and_score import KEY, fit
from plugins.scoring.tests.shop import DAY, Shop
from sqlalchemy import delete, func, select

from guanxi.sdk import Touchpoint
from guanxi.testkit.factories import Factories
from guanxi.work.models import Task
from guanxi_scoring.life.finding import get_model


def alarm(shop: Shop, days: int) -> str | None:
    """Look for drift so many days from now; return the cause of the alarm."""
    shop.run("drift", shop.now + DAY * days)
    with shop.read() as session:
        found = get_model(session, KEY).alarm
        return found["cause"] if found else None


def test_customers_who_all_stop_buying_raise_an_alarm_that_ends_when_they_are_back(
    shop: Shop, factories: Factories
) -> None:
    factories.user("admin")
    buyers = shop.trade(400)
    fit(shop)

    assert alarm(shop, 5) is None  # too early to tell
    assert alarm(shop, 60) == "drift"
    assert alarm(shop, 61) == "drift"
    with shop.read() as session:
        told = select(func.count()).where(Task.origin == f"scoring.drift.{KEY}")
        assert session.scalar(told) == 1

    with shop.write() as session:
        values = get_model(session, KEY).alarm["values"]
        days = timedelta(days=3)
        rows = [touch(one, shop.now + days) for one in buyers[: values["expected"]]]
        add(session, rows)
    assert alarm(shop, 61) is None


def test_a_model_as_of_a_fixed_instant_does_not_drift(shop: Shop) -> None:
    shop.trade(400)
    fit(shop, as_of=shop.now.isoformat())
    with shop.write() as session:
        session.execute(delete(Touchpoint).where(Touchpoint.occurred_at < shop.now - DAY * 200))

    assert alarm(shop, 60) is None
