"""Models and versions made directly, for tests of what is shown of them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.sdk import Customer, new_id
from guanxi_scoring.models import LifetimeScore, Model, Version

TRACKING = {
    "columns": ["week", "actual", "expected"],
    "rows": [["2011-01-08", 10, 11.5], ["2011-01-15", 22, 23.25], ["2011-01-22", 30, 35.0]],
}
ALIVE = {
    "columns": ["frequency", "recency", "p_alive"],
    "rows": [[1, 30, 0.25], [2, 30, 0.5], [1, 60, 0.75], [2, 60, None]],
}
PARAMETERS = {"r": 0.2425, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}


def make_customer(session: Session, now: datetime, name: str = "Ann", **more: Any) -> Customer:
    """Make a customer."""
    return create_customer(session, CustomerDraft(name=name, **more), now=now)


def make_model(session: Session, now: datetime, key: str = "lifetime", **values: Any) -> Model:
    """Make a model that nobody has fitted yet."""
    usual = {
        "id": new_id(),
        "key": key,
        "kind": "lifetime",
        "title_en": f"{key.capitalize()} value",
        "title_zh": f"价值 {key}",
        "refit_days": 30,
        "options": {"as_of": "now", "seed": 1},
        "created_at": now - timedelta(days=90),
        "changed_at": now - timedelta(days=90),
        "changed_by": "Wei",
    }
    model = Model(**(usual | values))
    session.add(model)
    session.flush()
    return model


def make_version(
    session: Session, model: Model, now: datetime, number: int = 1, **values: Any
) -> Version:
    """Make a version of a model, in force unless ``state`` says otherwise."""
    trained = now - timedelta(days=20 - number)
    usual = {
        "model_id": model.id,
        "number": number,
        "state": "current",
        "cause": "first",
        "engine": "postgres",
        "seed": 1,
        "as_of": trained,
        "window_from": (trained - timedelta(days=300)).date(),
        "window_until": trained.date(),
        "sample": 2357,
        "fingerprint": "ab" * 32,
        "parameters": PARAMETERS,
        "standard_errors": {"r": 0.0126, "alpha": 0.3782, "a": 0.1858, "b": 0.7051},
        "fit": {"log_likelihood": -9582.4243, "converged": True},
        "metrics": {"mae": 0.75},
        "pictures": {"tracking": TRACKING, "alive_matrix": ALIVE},
        "warnings": [],
        "trained_at": trained,
        "took_ms": 1234,
        "asked_by": "Li Na",
    }
    usual |= {"enabled_at": trained, "enabled_by": "Wei"} if values.get("state") is None else {}
    version = Version(**(usual | values))
    session.add(version)
    session.flush()
    return version


USUAL = {"x": 4, "silence": 30, "t": 200, "spend": 50.0}
SPEND = {"p": 6.25, "q": 3.74, "v": 154.4}
"""Parameters of a model of spend (Fader & Hardie 2013, on CDNOW)."""


def lifetime_version(session: Session, model: Model, now: datetime, **values: Any) -> Version:
    """Make a version of the lifetime model in force that can be asked for scores."""
    fit = {"family": "bg_nbd", "usual": USUAL, "options": {"discount_percent": 1.0}}
    usual = {"fit": fit, "parameters": {**DAILY, **SPEND}}
    return make_version(session, model, now, **(usual | values))


DAILY = {"r": 0.2425, "alpha": 30.9, "a": 0.7929, "b": 2.4259}
"""BG/NBD on CDNOW (Fader, Hardie & Lee 2005), alpha in days."""


def make_score(session: Session, customer_id: UUID, now: datetime, **values: Any) -> LifetimeScore:
    """Give a customer scores of version 1 of the lifetime model."""
    usual = {
        "customer_id": customer_id,
        "model_version": 1,
        "as_of": now,
        "x": 12,
        "t_x": 240,
        "t": 305,
        "mean_spend": Decimal("80.0000"),
        "p_alive": 0.5,
        "expected_purchases_90d": 1.5,
        "expected_spend": Decimal("78.0000"),
        "clv_12m": Decimal("300.0000"),
        "currency": "GBP",
        "scored_at": now,
    }
    row = session.merge(LifetimeScore(**(usual | values)))
    session.flush()
    return row
