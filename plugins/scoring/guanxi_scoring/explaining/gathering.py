"""Everything that is said about one customer: all scores that whoever looks may see."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import Text
from guanxi_scoring.explaining import wording
from guanxi_scoring.explaining.registry import Explained, sources
from guanxi_scoring.lifetime.intervals import SHARE
from guanxi_scoring.texts import _


def explanations(
    session: Session, customer_id: UUID, may: Callable[[str], bool]
) -> list[Explained]:
    """Return the scores of a customer with their reasons, in the order in which people read them.

    :param may: whether whoever asks has a permission.
    """
    return [
        one
        for source in sources()
        if may(source.permission)
        for one in source.explain(session, customer_id)
    ]


def value_text(one: Explained) -> str:
    """Return the value of a score in the current person's language; empty: unknown."""
    if one.value is None:
        return ""
    if isinstance(one.value, Text):
        return str(one.value)
    if one.unit == "probability":
        return wording.share(one.value)
    if one.unit == "money" and one.currency:
        return wording.money(one.value, one.currency)
    return wording.number(round(float(one.value), 2))


def reason_texts(one: Explained) -> list[str]:
    """Return the strongest reasons in the current person's language."""
    return [wording.said(reason.sentence) for reason in one.strongest]


def likely_text(one: Explained) -> str:
    """Return between which bounds a score will lie, in the current person's language."""
    found = one.likely() if one.likely else None
    if found is None:
        return ""
    low, high = (value_text(replace(one, value=bound)) for bound in found)
    if low == high:
        return _("Nine times out of ten it is %(value)s.", value=low)
    return _("Nine times out of ten from %(low)s to %(high)s.", low=low, high=high)


def document(one: Explained) -> dict[str, Any]:
    """Return a score with its reasons as the API and the command line write it."""
    return {
        "key": one.key,
        "title": str(one.title),
        "value": _plain(one.value),
        "unit": one.unit,
        "currency": one.currency,
        "text": value_text(one) or None,
        "likely": _likely(one),
        "unknown_because": wording.said(one.unknown) or None,
        "model": one.model,
        "version": one.version,
        "as_of": _instant(one.as_of),
        "reasons": [
            {"sentence": wording.said(reason.sentence), "weight": round(reason.weight, 6)}
            for reason in one.strongest
        ],
    }


def _likely(one: Explained) -> dict[str, Any] | None:
    found = one.likely() if one.likely else None
    if found is None:
        return None
    return {"share": SHARE, "low": found[0], "high": found[1], "text": likely_text(one)}


def _plain(value: Any) -> Any:
    """Return a value as JSON writes it: amounts as text, so that no digit is lost."""
    if isinstance(value, Text):
        return str(value)
    return str(value) if isinstance(value, Decimal) else value


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat().replace("+00:00", "Z")
