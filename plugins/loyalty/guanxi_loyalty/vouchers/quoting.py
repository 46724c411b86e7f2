"""Say what codes take off an order, line by line, without using them (试算)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Invalid
from guanxi_loyalty.models import Programme
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.basket import MOST_CODES, Basket, check_basket
from guanxi_loyalty.vouchers.discounts import Discount, Terms
from guanxi_loyalty.vouchers.looking import look_up
from guanxi_loyalty.vouchers.stacking import SHUT_OUT, stack

NOT_USABLE: Final = N_("This code cannot be used.")


@dataclass(frozen=True, slots=True)
class QuotedCode:
    """What one code does; of one that cannot be used nothing is told but ``refused``."""

    discount: int
    refused: str | None = None
    set_key: str | None = None
    title_en: str | None = None
    title_zh: str | None = None

    @property
    def unknown(self) -> bool:
        """It may have been guessed."""
        return self.refused == NOT_USABLE


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A line before and after all codes; ``pays`` is ``amount`` less ``discount``."""

    ref: str
    amount: int
    discount: int
    pays: int


@dataclass(frozen=True, slots=True)
class Quote:
    """An order after codes. ``discount`` is the sum of the lines' and of the shipping's."""

    codes: Sequence[QuotedCode]
    lines: Sequence[QuotedLine]
    shipping: int
    shipping_discount: int
    discount: int
    total: int

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored with an order."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Quote":
        """Return what :meth:`as_json` stored."""
        more = {
            "codes": [QuotedCode(**code) for code in stored["codes"]],
            "lines": [QuotedLine(**line) for line in stored["lines"]],
        }
        return cls(**{**stored, **more})


def quote(
    session: Session,
    programme: Programme,
    basket: Basket,
    codes: Sequence[str],
    *,
    now: datetime,
) -> Quote:
    """Return what ``codes`` take off ``basket``; those that do not work say so and take nothing.

    :raises Invalid: a basket that cannot be reckoned with, or too many codes.
    """
    return work_out(session, programme, basket, codes, now=now)[0]


def work_out(
    session: Session,
    programme: Programme,
    basket: Basket,
    codes: Sequence[str],
    *,
    now: datetime,
) -> tuple[Quote, list[Terms | None]]:
    """Return a quote, and the terms of each code that can be used."""
    check_basket(basket, programme.currency)
    if len(codes) > MOST_CODES:
        raise Invalid(N_("An order takes at most %(most)s codes."), most=MOST_CODES)
    found = look_up(session, programme.id, codes, basket.customer_id, now=now)
    twice = _twice(found)
    working = [place for place, terms in enumerate(found) if terms and place not in twice]
    stacked = stack(basket, [terms for place in working if (terms := found[place])])
    discounts = dict(zip(working, stacked.discounts, strict=True))
    discounts |= dict.fromkeys(twice, Discount(refused=SHUT_OUT))
    quoted = [_quoted(terms, discounts.get(place)) for place, terms in enumerate(found)]
    lines = [
        QuotedLine(line.ref, line.amount, line.amount - pays, pays)
        for line, pays in zip(basket.lines, stacked.left.lines, strict=True)
    ]
    off = basket.shipping - stacked.left.shipping
    total = sum(line.pays for line in lines) + stacked.left.shipping
    less = sum(line.discount for line in lines) + off
    return Quote(quoted, lines, basket.shipping, off, less, total), found


def _twice(found: Sequence[Terms | None]) -> set[int]:
    seen, twice = set(), set()
    for place, terms in enumerate(found):
        if terms is not None and terms.code_id in seen:
            twice.add(place)
        if terms is not None:
            seen.add(terms.code_id)
    return twice


def _quoted(terms: Terms | None, part: Discount | None) -> QuotedCode:
    if terms is None or part is None:
        return QuotedCode(0, NOT_USABLE)
    return QuotedCode(part.total, part.refused, terms.set_key, terms.title_en, terms.title_zh)
