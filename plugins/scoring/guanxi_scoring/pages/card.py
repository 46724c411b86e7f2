"""The card on the home page: what is expected, who is worth looking after, what to distrust."""

from typing import Any, Final

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Panel, Text, customers
from guanxi_scoring.company import company
from guanxi_scoring.explaining.wording import said
from guanxi_scoring.models import LifetimeScore, Model
from guanxi_scoring.pages.model_words import title_of
from guanxi_scoring.sight import may, seen, sees_all

TITLE: Final = Text("What is expected", "预期")
MOST: Final = 5
PLACE: Final = 25


def dashboard_card(session: Session) -> Panel | None:
    """Return the card; None where there is nothing to tell, or for who may not see it."""
    if not may("scoring.view"):
        return None
    currency = company(session).currency
    total, alarms = _total(session, currency), _alarms(session)
    if total is None and not alarms:
        return None
    values = {
        "total": total,
        "currency": currency,
        "worthwhile": _worthwhile(session, currency) if total else [],
        "alarms": alarms,
    }
    return Panel(TITLE, "scoring/card.html", values, PLACE)


def _total(session: Session, currency: str) -> dict[str, Any] | None:
    """Return what customers in sight are expected to do; None where nobody is scored."""
    value = func.sum(LifetimeScore.clv_12m).filter(LifetimeScore.currency == currency)
    row = session.execute(
        select(
            func.count(),
            func.sum(LifetimeScore.expected_purchases_90d),
            value,
            func.min(LifetimeScore.as_of),
        ).where(customers.in_sight(session, LifetimeScore.customer_id))
    ).one()
    if not row[0]:
        return None
    return {"customers": row[0], "purchases": round(row[1]), "value": row[2], "as_of": row[3]}


def _worthwhile(session: Session, currency: str) -> list[dict[str, Any]]:
    """Return valuable customers of whom it is least sure that they are still active.

    In the order of expected value times the chance that they are gone.
    """
    at_stake = LifetimeScore.clv_12m * (1 - LifetimeScore.p_alive)
    rows = session.execute(
        select(Customer.id, Customer.display_name, LifetimeScore.p_alive, LifetimeScore.clv_12m)
        .join(LifetimeScore, LifetimeScore.customer_id == Customer.id)
        .where(
            LifetimeScore.currency == currency,
            LifetimeScore.clv_12m > 0,
            Customer.erased_at.is_(None),
        )
        .order_by(at_stake.desc(), Customer.id)
        .limit(MOST)
    )
    return [
        {
            "name": name,
            "p_alive": p_alive,
            "value": value,
            "url": url_for("scoring.customer", customer_id=customer_id),
        }
        for customer_id, name, p_alive, value in rows
    ]


def _alarms(session: Session) -> list[dict[str, Any]]:
    """Return the models whose scores should not be trusted now."""
    found = select(Model).where(Model.state == "active", Model.alarm.is_not(None))
    return [
        {
            "title": title_of(one),
            "text": said(one.alarm),
            "url": url_for("scoring.show_model", key=one.key) if sees_all() else None,
        }
        for one in seen(session.scalars(found.order_by(Model.key)))
    ]
