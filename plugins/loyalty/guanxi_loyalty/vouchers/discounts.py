"""What one code takes off a basket: plain arithmetic on what earlier codes have left of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.allocation import allocate
from guanxi_loyalty.vouchers.basket import Basket, BasketLine

WHOLE: Final = 10_000
"""Hundredths of a percent in one."""

TOO_LITTLE: Final = N_("The order is too small for this code.")
NO_PRODUCT: Final = N_("Nothing in the order is what this code is for.")


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a code, with what the database knows of it."""

    code_id: UUID
    set_id: UUID
    set_key: str
    title_en: str
    title_zh: str
    effect: str
    value: int
    most: int | None
    min_order: int
    conditions: Mapping[str, Any]
    family: str | None
    alone: bool
    priority: int
    customer_limit: int | None
    total_limit: int | None
    valid_to: datetime | None = None


@dataclass(slots=True)
class Left:
    """What is left of a basket to take off from: per line, and of the shipping."""

    lines: list[int]
    shipping: int


@dataclass(frozen=True, slots=True)
class Discount:
    """What a code takes off: per line in their order, and of the shipping; or why nothing."""

    lines: Sequence[int] = field(default_factory=list)
    shipping: int = 0
    refused: str | None = None

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.lines) + self.shipping


def discount(terms: Terms, basket: Basket, left: Left) -> Discount:
    """Return what ``terms`` take off, never more than is left of a line.

    The minimum is held against what the goods cost before any code.
    """
    if basket.goods < terms.min_order:
        return Discount(refused=TOO_LITTLE)
    if terms.effect == "shipping":
        return Discount([0] * len(left.lines), _capped(terms, left.shipping))
    wanted = [_wanted(line, terms.conditions) for line in basket.lines]
    open_ = [amount if fits else 0 for amount, fits in zip(left.lines, wanted, strict=True)]
    if not any(open_):
        return Discount(refused=NO_PRODUCT)
    if terms.effect == "product":
        return Discount(_free(terms, basket.lines, open_))
    whole = sum(open_)
    total = whole * terms.value // WHOLE if terms.effect == "percent" else min(terms.value, whole)
    return Discount(allocate(_capped(terms, total), open_))


def _free(terms: Terms, lines: Sequence[BasketLine], open_: Sequence[int]) -> list[int]:
    """Return the cheapest pieces for nothing, as many as the code gives; each rounded down."""
    places = [place for place, amount in enumerate(open_) if amount]
    places.sort(key=lambda place: (open_[place] // lines[place].quantity, place))
    pieces, parts, room = terms.value, [0] * len(lines), terms.most
    for place in places:
        taken = min(pieces, lines[place].quantity)
        part = open_[place] * taken // lines[place].quantity
        part = part if room is None else min(part, room)
        pieces, parts[place] = pieces - taken, part
        room = None if room is None else room - part
    return parts


def _wanted(line: BasketLine, conditions: Mapping[str, Any]) -> bool:
    products, categories = conditions.get("products"), conditions.get("categories")
    if line.product in conditions.get("except", ()):
        return False
    if not products and not categories:
        return True
    return line.product in (products or ()) or bool({*(categories or ())} & {*line.categories})


def _capped(terms: Terms, amount: int) -> int:
    return amount if terms.most is None else min(amount, terms.most)
