"""A shop that takes codes, in one transaction, at an instant set."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, new_id
from guanxi_loyalty import vouchers
from guanxi_loyalty.models import CodeSet, Programme
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.vouchers import Basket, BasketLine, CodeSetDraft
from guanxi_loyalty.vouchers.quoting import Quote
from guanxi_loyalty.vouchers.redeeming import Redeemed

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


def basket(*amounts: int, shipping: int = 0, customer: UUID | None = None) -> Basket:
    """Return lines of products ``p0``, ``p1``, ... at these amounts."""
    lines = [BasketLine(str(place), f"p{place}", amount) for place, amount in enumerate(amounts)]
    return Basket("GBP", lines, shipping, customer)


def member(session: Session, now: datetime = NOW) -> UUID:
    """Return a new customer."""
    customer = Customer(
        id=new_id(),
        kind="person",
        display_name="Ann",
        sort_name="ann",
        created_at=now,
        updated_at=now,
    )
    session.add(customer)
    session.flush()
    return customer.id


@dataclass
class Shop:
    """What the tests of vouchers do with it."""

    session: Session
    now: datetime = NOW
    _numbers: Any = field(default_factory=count)

    @property
    def programme(self) -> Programme:
        return find_programme(self.session, "club")

    def member(self) -> UUID:
        """Return a new customer."""
        return member(self.session, self.now)

    def set(self, code: str | None = "WELCOME", **more: Any) -> CodeSet:
        """Return a new set; ten percent off unless something else is said."""
        terms = {"effect": "percent", "value": 1000, "key": f"set{next(self._numbers)}", **more}
        draft = CodeSetDraft(title_en="Off", code=code, **terms)
        return vouchers.create_set(self.session, self.programme, draft, now=self.now, by="test")

    def codes(self, made: CodeSet, number: int = 1, **more: Any) -> list[str]:
        """Return new codes of a bulk set."""
        found = vouchers.make_bulk(self.session, made, number, now=self.now, **more)
        return [one.code for one in found]

    def quote(self, basket: Basket, *codes: str) -> Quote:
        return vouchers.quote(self.session, self.programme, basket, codes, now=self.now)

    def redeem(self, basket: Basket, *codes: str, key: str | None = None) -> Redeemed:
        """Use codes, in a savepoint."""
        key = key or f"order-{next(self._numbers)}"
        with self.session.begin_nested():
            return vouchers.redeem(
                self.session, self.programme, basket, codes, key=key, now=self.now, by="test"
            )

    def reverse(self, order_id: UUID) -> int:
        return vouchers.reverse(self.session, self.programme, order_id, now=self.now)

    def used(self) -> list[int]:
        """Return how often each code was used, in the order they were made."""
        rows = self.session.execute(text("SELECT used FROM loyalty_codes ORDER BY id"))
        return list(rows.scalars())

    def refused(self, quote: Quote) -> Sequence[str | None]:
        """Return why each code takes nothing; None where it does."""
        return [code.refused for code in quote.codes]
