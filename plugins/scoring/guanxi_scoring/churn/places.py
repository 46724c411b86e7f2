"""Where a page of the lists of lapse begins: behind the last row of the page before."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from guanxi.sdk import Invalid, web
from guanxi_scoring.texts import N_


def cursor_of(value: Any, customer_id: UUID) -> str:
    """Return the cursor of the page behind a row."""
    return web.encode_cursor([str(value), str(customer_id)])


def gain_place(cursor: str | None) -> tuple[Decimal, UUID] | None:
    """Return gain and id behind which the page begins; None for the first page.

    :raises Invalid: the cursor is not one of such a list.
    """
    if not cursor:
        return None
    value, customer_id = web.decode_cursor(cursor, 2)
    try:
        gain, last = Decimal(str(value)), UUID(str(customer_id))
    except (ValueError, InvalidOperation):
        raise _wrong() from None
    if not gain.is_finite():
        raise _wrong()
    return gain, last


def day_place(cursor: str | None) -> tuple[date, UUID] | None:
    """Return day and id behind which the page begins; None for the first page.

    :raises Invalid: the cursor is not one of such a list.
    """
    if not cursor:
        return None
    value, customer_id = web.decode_cursor(cursor, 2)
    try:
        return date.fromisoformat(str(value)), UUID(str(customer_id))
    except ValueError:
        raise _wrong() from None


def _wrong() -> Invalid:
    return Invalid(N_("This cursor is not valid here. Start again from the first page."))
