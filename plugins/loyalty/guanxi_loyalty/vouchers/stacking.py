"""Several codes in one order (叠加): in which order they work, and which shut others out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.basket import Basket
from guanxi_loyalty.vouchers.discounts import Discount, Left, Terms, discount

SHUT_OUT: Final = N_("It does not work together with another code of this order.")


@dataclass(frozen=True, slots=True)
class Stacked:
    """What all codes take off: one discount per code, and what is left to pay."""

    discounts: Sequence[Discount]
    left: Left


def stack(basket: Basket, codes: Sequence[Terms]) -> Stacked:
    """Let codes work one after the other, each on what the earlier ones left.

    The lower ``priority`` comes first, then as they were given. A code that works alone shuts out
    all others, and of a family only the first works.
    """
    left = Left([line.amount for line in basket.lines], basket.shipping)
    found: list[Discount] = [Discount()] * len(codes)
    families: set[str] = set()
    alone, any_ = False, False
    for place in sorted(range(len(codes)), key=lambda place: (codes[place].priority, place)):
        terms = codes[place]
        if alone or (terms.alone and any_) or terms.family in families:
            found[place] = Discount(refused=SHUT_OUT)
            continue
        found[place] = part = discount(terms, basket, left)
        if part.refused is not None:
            continue
        any_, alone = True, terms.alone
        families |= {terms.family} if terms.family else set()
        left.lines = [whole - less for whole, less in zip(left.lines, part.lines, strict=True)]
        left.shipping -= part.shipping
    return Stacked(found, left)
