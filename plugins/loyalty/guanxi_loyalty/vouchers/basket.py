"""What is being bought, as a till tells it: lines, shipping, and who buys. Minor units only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from guanxi.sdk import Invalid
from guanxi_loyalty.texts import N_

MOST_LINES: Final = 1000
MOST_CODES: Final = 10
MOST: Final = 10**13


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A line of an order. ``amount`` is the whole line's, for ``quantity`` pieces."""

    ref: str
    product: str
    amount: int
    quantity: int = 1
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Basket:
    """An order about to be paid; ``currency`` has to be the programme's."""

    currency: str
    lines: Sequence[BasketLine]
    shipping: int = 0
    customer_id: UUID | None = None

    @property
    def goods(self) -> int:
        """What the lines cost, without shipping."""
        return sum(line.amount for line in self.lines)


def check_basket(basket: Basket, currency: str) -> None:
    """Refuse a basket that cannot be reckoned with.

    :raises Invalid: another currency, two lines with one name, an amount below zero, too much.
    """
    if basket.currency != currency:
        raise Invalid(
            N_("The programme reckons in %(currency)s."), currency=currency, fields={"currency": []}
        )
    if len(basket.lines) > MOST_LINES:
        raise Invalid(N_("An order has at most %(most)s lines."), most=MOST_LINES)
    if len({line.ref for line in basket.lines}) < len(basket.lines):
        raise Invalid(N_("Each line needs a ref of its own."), fields={"lines": []})
    amounts = [basket.shipping, *(line.amount for line in basket.lines)]
    if any(not _whole(amount) or amount > MOST for amount in amounts):
        raise Invalid(N_("Amounts are whole numbers of minor units, from zero."))
    if any(not _whole(line.quantity) or not line.quantity for line in basket.lines):
        raise Invalid(N_("A quantity is a whole number above zero."))


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
