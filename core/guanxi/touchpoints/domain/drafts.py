"""A touchpoint as somebody wants it recorded, and the rules that it must meet.

What only the database knows (does the customer exist, is the kind on the list) is checked where
the draft is written.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.numbers import list_currencies

from guanxi.customers.domain.text import clean_text
from guanxi.events.vocabulary import Line
from guanxi.touchpoints.domain.faults import InvalidField
from guanxi.touchpoints.domain.lines import checked_lines, fits, sum_of, tolerance

DIRECTIONS: Final = ("in", "out", "none")
PURCHASE: Final = "purchase"
RETURN: Final = "return"
TRADE: Final = (PURCHASE, RETURN)
OWN_SOURCE: Final = "guanxi"

MAX_HINT: Final = 300
MAX_SUBJECT: Final = 300
MAX_NOTE: Final = 20_000
MAX_KEY: Final = 60
MAX_EXTERNAL_ID: Final = 200

_EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
_AHEAD: Final = timedelta(days=1)
"""Clocks of other systems may be ahead by so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be recorded. ``occurred_at`` is aware; ``amount`` is in the major unit.

    ``customer_hint`` is whom the source names where no ``customer_id`` is known. Without
    ``amount`` a purchase or return is worth the sum of its lines.
    """

    channel: str
    kind: str
    occurred_at: datetime
    direction: str = "in"
    customer_id: UUID | None = None
    customer_hint: str | None = None
    staff_id: UUID | None = None
    subject: str | None = None
    note: str | None = None
    outcome: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    lines: tuple[Line, ...] = ()
    source: str = OWN_SOURCE
    external_id: str | None = None


def checked(draft: Draft, *, now: datetime) -> Draft:
    """Return ``draft`` with clean texts, its instant in UTC and its amount filled in.

    :raises InvalidField: the sentence says which field and what to write instead.
    :raises InvalidText: a text that cannot be stored.
    """
    if draft.direction not in DIRECTIONS:
        raise InvalidField("The direction is in, out or none.", field="direction")
    lines = checked_lines(draft.lines)
    amount = _amount(draft, lines)
    return Draft(
        channel=_key(draft.channel, "channel"),
        kind=_key(draft.kind, "kind"),
        occurred_at=_instant(draft.occurred_at, now),
        direction=draft.direction,
        customer_id=draft.customer_id,
        customer_hint=_text(draft.customer_hint, MAX_HINT),
        staff_id=draft.staff_id,
        subject=_text(draft.subject, MAX_SUBJECT),
        note=_text(draft.note, MAX_NOTE, multiline=True),
        outcome=_text(draft.outcome, MAX_KEY),
        amount=amount,
        currency=_currency(draft.currency, amount),
        lines=lines,
        source=_key(draft.source, "source"),
        external_id=_text(draft.external_id, MAX_EXTERNAL_ID),
    )


def in_zone(local: datetime, zone: str) -> datetime:
    """Return the instant that clocks in ``zone`` (IANA name) show as ``local``.

    Of an hour that the end of summer time repeats, the first is meant; an aware ``local`` is
    returned as it is.

    :raises InvalidField: an unknown zone.
    """
    if local.tzinfo is not None:
        return local
    try:
        return local.replace(tzinfo=ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        raise InvalidField(
            "The time zone %(zone)s is unknown. Write it like Europe/London.",
            field="time_zone",
            zone=zone,
        ) from None


@cache
def currencies() -> frozenset[str]:
    """Return the currency codes of ISO 4217, past ones included."""
    return frozenset(list_currencies())


def _key(value: str, field: str) -> str:
    cleaned = clean_text(value, MAX_KEY)
    if not cleaned:
        raise InvalidField("This cannot be empty.", field=field)
    return cleaned


def _text(value: str | None, limit: int, *, multiline: bool = False) -> str | None:
    return clean_text(value, limit, multiline=multiline) or None if value else None


def _instant(value: datetime, now: datetime) -> datetime:
    if value.tzinfo is None:
        raise InvalidField(
            "This time has no time zone. Write it like 2026-05-01T10:00:00+02:00.",
            field="occurred_at",
        )
    if not 1900 < value.year < 9000 or not _EARLIEST <= value <= now + _AHEAD:
        raise InvalidField(
            "A touchpoint has happened already, and not before the year 1900. "
            "What is to come is a planned contact.",
            field="occurred_at",
        )
    return value.astimezone(UTC)


def _amount(draft: Draft, lines: tuple[Line, ...]) -> Decimal | None:
    amount = draft.amount
    if draft.kind not in TRADE:
        if amount is not None or lines or draft.currency:
            raise InvalidField(
                "Only a purchase or a return has an amount, a currency and lines.", field="amount"
            )
        return None
    if amount is not None and not fits(amount):
        raise InvalidField(
            "An amount has at most 14 digits before and 4 after the decimal point.", field="amount"
        )
    amount = _agreed(amount, lines, tolerance(draft.currency))
    if draft.kind == PURCHASE and amount < 0:
        raise InvalidField(
            "A purchase cannot have a negative amount. Record a return instead.", field="amount"
        )
    if draft.kind == RETURN and amount > 0:
        raise InvalidField(
            "A return has a negative amount: what goes back to the customer.", field="amount"
        )
    return amount


def _agreed(amount: Decimal | None, lines: tuple[Line, ...], coin: Decimal) -> Decimal:
    if not lines:
        if amount is None:
            raise InvalidField("A purchase or return needs an amount or lines.", field="amount")
        return amount
    total = sum_of(lines)
    if amount is None:
        return total
    if abs(amount - total) > coin:
        raise InvalidField(
            "The amount %(amount)s is not the sum of the lines, %(total)s. They may differ by "
            "%(tolerance)s at most; correct one of them, or leave the amount out.",
            field="amount",
            amount=amount,
            total=total,
            tolerance=coin,
        )
    return amount


def _currency(value: str | None, amount: Decimal | None) -> str | None:
    if amount is None:
        return None
    if value is None or value not in currencies():
        raise InvalidField(
            "Write the currency as its ISO 4217 code, for example CNY, GBP or USD.",
            field="currency",
        )
    return value
