"""Lines of a receipt: what a quantity and a price may be, and what they add up to.

All numbers are ``Decimal`` in the major unit and fit ``NUMERIC(18,4)``.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from babel.numbers import get_currency_precision

from guanxi.customers.domain.text import clean_text
from guanxi.events.vocabulary import Line
from guanxi.touchpoints.domain.faults import InvalidField

FOUR_PLACES: Final = Decimal("0.0001")
LIMIT: Final = Decimal(10) ** 14
"""NUMERIC(18,4) ends before this."""

MAX_LINES: Final = 5_000
MAX_PRODUCT: Final = 200
MAX_DESCRIPTION: Final = 500
_ZERO: Final = Decimal(0)


def tolerance(currency: str | None) -> Decimal:
    """Return how much an amount and the sum of its lines may differ: one smallest coin.

    That is a cent, a yen, a thousandth of a dinar; a cent where the currency is not known.
    """
    return Decimal(1).scaleb(-get_currency_precision(currency or ""))


def fits(number: Decimal) -> bool:
    """Say whether NUMERIC(18,4) keeps ``number`` without loss; false for NaN and infinity."""
    try:
        return number.quantize(FOUR_PLACES) == number and -LIMIT < number < LIMIT
    except InvalidOperation:
        return False


def checked_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return ``lines`` with clean texts.

    :raises InvalidField: too many lines, a text or number that cannot be kept.
    """
    if len(lines) > MAX_LINES:
        raise InvalidField(
            "A receipt has at most %(limit)s lines. Split it.", field="lines", limit=MAX_LINES
        )
    return tuple([_checked(line, number) for number, line in enumerate(lines, 1)])


def sum_of(lines: Sequence[Line]) -> Decimal:
    """Return what the lines add up to, rounded half to even to four places.

    :raises InvalidField: the sum is too large to keep.
    """
    total = _ZERO
    for line in lines:
        total += line.quantity * line.unit_price
    if not -LIMIT < total < LIMIT:
        raise InvalidField("These lines add up to more than can be kept.", field="lines")
    return total.quantize(FOUR_PLACES)


def _checked(line: Line, number: int) -> Line:
    if not (fits(line.quantity) and fits(line.unit_price)):
        raise InvalidField(
            "Line %(number)s: quantity and unit price are numbers with at most 14 digits "
            "before and 4 after the decimal point.",
            field="lines",
            number=number,
        )
    product, description = line.product, line.description
    if _is_clean(product, MAX_PRODUCT) and (
        description is None or _is_clean(description, MAX_DESCRIPTION)
    ):
        return line
    return Line(
        _named(clean_text(product, MAX_PRODUCT), number),
        clean_text(description, MAX_DESCRIPTION) or None if description else None,
        line.quantity,
        line.unit_price,
    )


def _is_clean(text: str, limit: int) -> bool:
    return text.isprintable() and 0 < len(text) <= limit and text[0] != " " and text[-1] != " "


def _named(product: str, number: int) -> str:
    if not product:
        raise InvalidField("Line %(number)s names no product.", field="lines", number=number)
    return product
