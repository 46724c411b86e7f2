"""Which purchases a member's returns belong to (退货匹配): a pure function of both.

The log does not say which purchase a return undoes, so it is found: a line goes back to the
latest earlier purchase of the same product that is not returned yet, at the same price first;
a return without lines to the latest earlier purchase of just that amount, else to the latest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from guanxi.sdk import Line

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Trade:
    """A purchase or a return, its amount as a positive number."""

    id: UUID
    at: datetime
    amount: Decimal
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """So much of a purchase's amount went back with a return."""

    purchase_id: UUID
    return_id: UUID
    at: datetime
    amount: Decimal


@dataclass(slots=True)
class _Open:
    """A purchase with what is not returned of it."""

    trade: Trade
    left: Decimal
    full: Decimal
    pieces: list[list[Decimal]] = field(default_factory=list)

    def paid(self, amount: Decimal) -> Decimal:
        """Return what was paid for goods worth ``amount`` on the receipt, of what is left."""
        if self.full > 0:
            amount = amount * self.trade.amount / self.full
        if not any(quantity for quantity, _ in self.pieces):
            return self.left
        return min(amount, self.left)


def match(purchases: Iterable[Trade], returns: Iterable[Trade]) -> list[Match]:
    """Return what went back of which purchase, in the order of the returns."""
    newest = sorted(purchases, key=lambda one: (one.at, one.id), reverse=True)
    opened = [_opened(one) for one in newest if one.amount > 0]
    found = []
    for back in sorted(returns, key=lambda one: (one.at, one.id)):
        earlier = [one for one in opened if one.trade.at <= back.at]
        taken = _by_lines(earlier, back) if back.lines else _by_amount(earlier, back)
        found += [
            Match(one.trade.id, back.id, back.at, amount) for one, amount in taken if amount > 0
        ]
    return found


def _opened(trade: Trade) -> _Open:
    pieces = [[max(line.quantity, _NOTHING), line.unit_price] for line in trade.lines]
    full = sum((quantity * price for quantity, price in pieces), _NOTHING)
    return _Open(trade, trade.amount, full, pieces)


def _by_lines(earlier: Sequence[_Open], back: Trade) -> list[tuple[_Open, Decimal]]:
    taken: dict[int, Decimal] = {}
    for line in back.lines:
        quantity = abs(line.quantity)
        for same_price in (True, False):
            for place, one in enumerate(earlier):
                if not quantity:
                    break
                part, quantity = _take(one, line, quantity, same_price=same_price)
                taken[place] = taken.get(place, _NOTHING) + part
    return [(earlier[place], _close(earlier[place], part)) for place, part in taken.items() if part]


def _take(
    one: _Open, line: Line, quantity: Decimal, *, same_price: bool
) -> tuple[Decimal, Decimal]:
    """Take pieces of a product from a purchase; return their price, and what is still to take."""
    price = _NOTHING
    for own, piece in zip(one.trade.lines, one.pieces, strict=True):
        if own.product != line.product or (same_price and own.unit_price != abs(line.unit_price)):
            continue
        part = min(piece[0], quantity)
        piece[0] -= part
        quantity -= part
        price += part * piece[1]
    return price, quantity


def _close(one: _Open, price: Decimal) -> Decimal:
    amount = one.paid(price)
    one.left -= amount
    return amount


def _by_amount(earlier: Sequence[_Open], back: Trade) -> list[tuple[_Open, Decimal]]:
    wanted = back.amount
    same = [one for one in earlier if one.left == wanted]
    found = []
    for one in same[:1] or earlier:
        part = min(one.left, wanted)
        one.left -= part
        wanted -= part
        found.append((one, part))
    return found
