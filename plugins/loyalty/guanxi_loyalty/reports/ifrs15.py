"""The arithmetic of points in the books after IFRS 15 (国际财务报告准则第 15 号). Pure functions.

Points given with a purchase are a material right (重大权利, B40): a part of the price is for them.
It is recognised as revenue when they are spent; that some never will be (breakage, 失效) is
recognised in the proportion in which the others are (B46). The example of the standard that this
follows is Example 52, paragraphs IE267 to IE270; a test has its figures.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

NOTHING: Final = Decimal(0)
WHOLE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Recognition:
    """How far the price of points is recognised, in units and in money.

    :param expected: units expected to be spent altogether, those that were included.
    :param recognised: revenue so far; ``breakage`` is the part of it that stands for units that
        are expected never to be spent.
    :param deferred: what is still owed, the contract liability (合同负债).
    """

    expected: Decimal
    recognised: Decimal
    breakage: Decimal
    deferred: Decimal


def allocated(price: Decimal, goods: Decimal, points: Decimal) -> Decimal:
    """Return which part of a price is for the points (交易价格分摊).

    price x points / (goods + points): by relative stand-alone selling prices, paragraphs 74, 76
    and B40. ``points`` already takes into account how likely they are to be spent (B42).
    """
    total = goods + points
    return price * points / total if total else NOTHING


def expected_units(total: int, redeemed: int, outstanding: int, breakage: int) -> Decimal:
    """Return how many units will have been spent in the end (预计兑换总量).

    total x (1 - breakage), B46; never fewer than were spent, nor more than still can be. At the
    latest when nothing is outstanding any more, the estimate is what happened (B46, B47).

    :param breakage: in hundredths of a percent.
    """
    estimate = Decimal(total) * (WHOLE - breakage) / WHOLE
    return min(max(estimate, Decimal(redeemed)), Decimal(redeemed + max(outstanding, 0)))


def recognise(
    price: Decimal, total: int, redeemed: int, outstanding: int, breakage: int
) -> Recognition:
    """Return how far ``price``, which is for ``total`` units, is recognised.

    price x redeemed / expected: in proportion to the pattern of rights exercised, B46 and IE269.
    Without breakage it would be price x redeemed / total; the difference is breakage. What is
    not recognised is the contract liability, paragraph 106 and B44.
    """
    expected = expected_units(total, redeemed, outstanding, breakage)
    if not expected:
        done = price if total and outstanding <= 0 else NOTHING
        return Recognition(expected, done, done, price - done)
    done = price * redeemed / expected
    alone = price * redeemed / total if total > 0 else done
    return Recognition(expected, done, done - alone, price - done)
