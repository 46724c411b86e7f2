"""A shop with a few customers whose baskets are written down, and a model that learns from them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from plugins.scoring.tests.pages.conftest import admin, site, somebody
from sqlalchemy.orm import Session

from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.events.vocabulary import Line
from guanxi.sdk import Text
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record
from guanxi_scoring.life.finding import current_version, get_model
from guanxi_scoring.life.fitting import fit_version, request_for
from guanxi_scoring.life.making import ModelDraft, ensure_model
from guanxi_scoring.life.scoring import score_everybody
from guanxi_scoring.models import Version

__all__ = ["admin", "site", "somebody"]

LAX = {"least_together": 1, "significance": 0.0, "shrinkage": 0.0}
"""Options with which every pair counts."""


class Shop:
    """Customers, what they buy, and the model ``next_product``."""

    def __init__(self, writing: Callable[..., Any], now: datetime) -> None:
        self.writing = writing
        self.now = now

    def person(self, name: str, **more: Any) -> UUID:
        with self.writing() as session:
            return create_customer(session, CustomerDraft(name=name, **more), now=self.now).id

    def buy(
        self,
        customer_id: UUID,
        *products: str,
        days_ago: float = 10,
        kind: str = "purchase",
        **more: Any,
    ) -> UUID:
        """Record a purchase (or return) of one of each product, some days ago."""
        with self.writing() as session:
            return self.bought(session, customer_id, products, days_ago, kind=kind, **more)

    def bought(
        self,
        session: Session,
        customer_id: UUID,
        products: Sequence[str],
        days_ago: float,
        *,
        kind: str = "purchase",
        quantity: int = 1,
        channel: str = "website",
        price: str = "2",
    ) -> UUID:
        sign = -1 if kind == "return" else 1
        lines = tuple(
            Line(one, f"The {one}", Decimal(sign * quantity), Decimal(price)) for one in products
        )
        draft = Draft(
            channel=channel,
            kind=kind,
            occurred_at=self.now - timedelta(days=days_ago),
            customer_id=customer_id,
            currency="GBP",
            lines=lines,
        )
        return record(session, draft, now=self.now).id

    def crowd(self, baskets: Mapping[str, Sequence[str]], days_ago: float = 10) -> dict[str, UUID]:
        """Let each of the named customers buy a basket; return their ids."""
        with self.writing() as session:
            found = {}
            for name, products in baskets.items():
                draft = CustomerDraft(name=name)
                found[name] = create_customer(session, draft, now=self.now).id
                if products:
                    self.bought(session, found[name], products, days_ago)
        return found

    def fit(self, **options: Any) -> Version:
        """Fit the model and, if that worked, score everybody."""
        with self.writing() as session:
            draft = ModelDraft("next_product", "products", Text("Next", "下一"), options)
            ensure_model(session, draft, now=self.now)
            model = get_model(session, "next_product")
            model.options = {**model.options, **options}
            session.flush()
            request = request_for(session, model, now=self.now)
            version = fit_version(session, model, request, "asked", now=self.now)
            current = current_version(session, model)
            if current is not None:
                score_everybody(session, model, current, now=self.now)
            session.expunge(version)
        return version


@pytest.fixture
def shop(writing: Callable[..., Any], now: datetime) -> Shop:
    """An empty shop."""
    return Shop(writing, now)
