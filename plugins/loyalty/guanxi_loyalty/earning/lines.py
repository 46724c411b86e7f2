"""Lines of a purchase that a rule counts, and the amount that it counts on."""

from collections.abc import Sequence
from decimal import Decimal

from guanxi.sdk import Line
from guanxi_loyalty.earning.facts import Happening

_NOTHING = Decimal(0)


def is_one_of(product: str, wanted: Sequence[str]) -> bool:
    """Return whether a product's code is one of ``wanted``; ``85*`` is all that begin so."""
    return any(
        product.startswith(one[:-1]) if one.endswith("*") else product == one for one in wanted
    )


def matching(lines: Sequence[Line], wanted: Sequence[str]) -> tuple[Line, ...]:
    """Return the lines of the wanted products."""
    return tuple(line for line in lines if is_one_of(line.product, wanted))


def base_of(
    happening: Happening, lines: Sequence[Line], *, partly: bool, after_rewards: bool
) -> Decimal:
    """Return the amount that counts: that of ``lines``, or of the whole purchase.

    What was paid is less than the lines where a voucher was used. ``after_rewards`` counts what
    was paid, and of single lines the share that was paid.
    """
    paid = happening.amount or _NOTHING
    if not happening.lines:
        return _NOTHING if partly else paid
    full = total_of(happening.lines)
    if not partly:
        return paid if after_rewards else max(full, paid)
    part = total_of(lines)
    if not after_rewards or not 0 < paid < full:
        return part
    return part * paid / full


def total_of(lines: Sequence[Line]) -> Decimal:
    """Return the sum of lines."""
    return sum((line.amount for line in lines), _NOTHING)
