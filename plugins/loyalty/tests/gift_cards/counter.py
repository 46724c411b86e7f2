"""A counter that sells and takes gift cards, at an instant set."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from plugins.loyalty.tests.vouchers.shop import NOW
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty import gift_cards
from guanxi_loyalty.gift_cards import CardAsk, CardReceipt, Issued
from guanxi_loyalty.programmes import find_programme


@dataclass
class Counter:
    """What the tests of gift cards do with it; each command in a savepoint."""

    session: Session
    now: datetime = NOW
    _numbers: Any = field(default_factory=count)

    def _do(self, command: Any, *args: Any, key: str | None = None, **more: Any) -> Any:
        programme = find_programme(self.session, "club")
        ask = CardAsk(programme, key or f"key-{next(self._numbers)}", self.now, "test")
        with self.session.begin_nested():
            return command(self.session, ask, *args, **more)

    def issue(self, amount: int, **more: Any) -> Issued:
        found: Issued = self._do(gift_cards.issue, amount, **more)
        return found

    def load(self, card: UUID, amount: int, **more: Any) -> CardReceipt:
        found: CardReceipt = self._do(gift_cards.load, card, amount, **more)
        return found

    def pay(self, card: UUID, amount: int, **more: Any) -> CardReceipt:
        found: CardReceipt = self._do(gift_cards.pay, card, amount, **more)
        return found

    def refund(self, payment: UUID, amount: int | None = None, **more: Any) -> CardReceipt:
        found: CardReceipt = self._do(gift_cards.refund, payment, amount, **more)
        return found

    def block(self, card: UUID) -> CardReceipt:
        found: CardReceipt = self._do(gift_cards.block, card, "lost")
        return found

    def unblock(self, card: UUID) -> CardReceipt:
        found: CardReceipt = self._do(gift_cards.unblock, card, "found")
        return found

    def find(self, code: str) -> UUID:
        return gift_cards.find_card(self.session, find_programme(self.session, "club"), code)

    def balance(self, card: UUID) -> int:
        """Return the balance that is stored."""
        wanted = text("SELECT balance FROM loyalty_gift_cards WHERE id = :id")
        return int(self.session.execute(wanted, {"id": card}).scalar_one())

    def verify(self) -> list[UUID]:
        """Return the cards that do not fit."""
        programme = find_programme(self.session, "club")
        return list(gift_cards.verify_cards(self.session, programme.id))
