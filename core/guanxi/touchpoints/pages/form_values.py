"""Between the form and the rules: what a touchpoint looks like in fields, and back again.

Fields are text. A return is entered with positive quantities, as on paper; here they get their
sign. Times are in the reader's own time zone.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from guanxi.errors import GuanxiError, Invalid
from guanxi.events.vocabulary import Line
from guanxi.http import current
from guanxi.http.language import zone
from guanxi.i18n import _
from guanxi.touchpoints.domain.drafts import RETURN, TRADE, Draft
from guanxi.touchpoints.domain.faults import InvalidField

LINES_OFFERED: Final = 5
"""Empty lines that the form shows, and adds at a time."""
LINES_IN_FORM: Final = 300
"""A receipt with more lines is not edited by hand."""
LINE_FIELDS: Final = ("product", "description", "quantity", "unit_price")
TEXTS: Final = ("channel", "kind", "direction", "subject", "note", "outcome", "customer_hint")
NOBODY: Final = "nobody"
"""What the form sends where the customer is not known yet."""
MINUTES: Final = "%Y-%m-%dT%H:%M"
_NUMBER: Final = re.compile("-?[0-9]{1,14}([.][0-9]{1,4})?")


def empty_values() -> dict[str, str]:
    """Return what the form for a new touchpoint starts with."""
    return {
        "kind": "call",
        "channel": "phone",
        "direction": "in",
        "occurred_at": current.now().astimezone(zone()).strftime(MINUTES),
        "staff_id": str(current.principal().user_id or ""),
        "currency": current.platform().settings.get("core")["currency"],
    }


def values_of(draft: Draft) -> dict[str, str]:
    """Return the fields that show ``draft`` as it is recorded."""
    sign = -1 if draft.kind == RETURN else 1
    values = {name: getattr(draft, name) or "" for name in TEXTS}
    values["customer_id"] = str(draft.customer_id or "")
    values["staff_id"] = str(draft.staff_id or "")
    values["occurred_at"] = draft.occurred_at.astimezone(zone()).strftime(MINUTES)
    values["amount"] = "" if draft.amount is None else plain(sign * draft.amount)
    values["currency"] = draft.currency or ""
    if len(draft.lines) <= LINES_IN_FORM:
        for number, line in enumerate(draft.lines):
            texts = (line.product, line.description or "")
            numbers = (plain(sign * line.quantity), plain(line.unit_price))
            for field, text in zip(LINE_FIELDS, (*texts, *numbers), strict=True):
                values[f"line-{number}-{field}"] = text
    return values


def draft_values(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a draft that the form describes.

    :raises InvalidField: a field that cannot be read.
    """
    values: dict[str, Any] = {name: form.get(name, "").strip() for name in TEXTS}
    customer = form.get("customer_id", "")
    values["customer_id"] = None if customer == NOBODY else identifier(customer, "customer_id")
    values["staff_id"] = identifier(form.get("staff_id", ""), "staff_id")
    values["occurred_at"] = local_instant(form.get("occurred_at", ""))
    return values | trade_values(form)


def trade_values(form: Mapping[str, str]) -> dict[str, Any]:
    """Return amount, currency and lines; none for what is neither purchase nor return.

    :raises InvalidField: a field that cannot be read.
    """
    kind = form.get("kind", "")
    if kind not in TRADE:
        return {"amount": None, "currency": None, "lines": ()}
    sign = -1 if kind == RETURN else 1
    amount = number(form.get("amount", ""), "amount")
    return {
        "amount": None if amount is None else sign * abs(amount),
        "currency": form.get("currency", "").strip().upper() or None,
        "lines": tuple(_lines(form, sign)),
    }


def line_count(form: Mapping[str, str]) -> int:
    """Return how many lines the form has or should show: those filled in, and some empty ones."""
    filled = [i for i in range(LINES_IN_FORM) if any(form.get(n) for n in _names(i))]
    return max(LINES_OFFERED, (filled[-1] + 2 if filled else 0))


def local_instant(text: str) -> datetime:
    """Return the instant that the reader's clock shows as ``text``.

    :raises InvalidField: it is no time.
    """
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidField("Enter the day and the time.", field="occurred_at") from None


def identifier(text: str, field: str) -> UUID | None:
    """Return the id that a hidden field or a list carries.

    :raises InvalidField: somebody changed it.
    """
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidField("Choose from the list.", field=field) from None


def number(text: str, field: str) -> Decimal | None:
    """Return the number of a field, None if it is empty.

    :raises InvalidField: it is none.
    """
    written = text.strip().replace(",", ".")
    if not written:
        return None
    if not _NUMBER.fullmatch(written):
        raise InvalidField("Enter a number such as 12.50.", field=field)
    return Decimal(written)


def plain(value: Decimal) -> str:
    """Return a number without the zeros that only the column adds."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def form_errors(error: GuanxiError) -> dict[str, str]:
    """Return the sentence of an error under the fields that it names."""
    sentence = _(error.message, **error.params)
    fields: Sequence[str] = tuple(error.fields) if isinstance(error, Invalid) else ()
    return dict.fromkeys(fields or ("form",), sentence)


def _lines(form: Mapping[str, str], sign: int) -> list[Line]:
    found = []
    for i in range(LINES_IN_FORM):
        product, description, quantity, price = (form.get(n, "").strip() for n in _names(i))
        if not (product or description or price):
            continue
        count = number(quantity or "1", "lines") or Decimal(0)
        unit_price = number(price, "lines") or Decimal(0)
        found.append(Line(product, description or None, sign * count, unit_price))
    return found


def _names(number: int) -> tuple[str, ...]:
    return tuple(f"line-{number}-{field}" for field in LINE_FIELDS)
