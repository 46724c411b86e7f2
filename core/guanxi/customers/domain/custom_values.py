"""Values of the fields that the admin made: checked by their type before they are stored.

They live in ``customers.custom`` as JSON: numbers and money as decimal strings, dates in
ISO 8601, choices as lists. The fields themselves are in ``custom_fields.py``.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.text import clean_text
from guanxi.customers.models import CustomField

MAX_VALUE: Final = 2000
_DIGITS: Final = 14
_PLACES: Final = 4


def fields_by_key(session: Session) -> Mapping[str, CustomField]:
    """Return the custom fields that are in use, in their order."""
    rows = session.scalars(
        select(CustomField)
        .where(CustomField.archived.is_(False))
        .order_by(CustomField.position, CustomField.key)
    )
    return {row.key: row for row in rows}


def sensitive_keys(session: Session) -> frozenset[str]:
    """Return the keys of fields that only some may see, archived ones included."""
    return frozenset(session.scalars(select(CustomField.key).where(CustomField.sensitive)))


def checked_custom(session: Session, values: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return the custom values of a customer of ``kind`` as they are stored; None is left out.

    :raises InvalidCustomer: an unknown field or a value that does not fit its type.
    """
    return check_values(fields_by_key(session), values, kind)


def check_values(
    known: Mapping[str, CustomField], values: Mapping[str, Any], kind: str
) -> dict[str, Any]:
    """As :func:`checked_custom`, for many customers with fields read once."""
    checked = {key: _check(known, key, value, kind) for key, value in values.items()}
    return {key: value for key, value in checked.items() if value is not None}


def _check(known: Mapping[str, CustomField], key: str, value: Any, kind: str) -> Any:
    field = known.get(key)
    if field is None or field.applies_to not in ("both", kind):
        raise InvalidCustomer(
            "There is no custom field %(key)s for this kind of customer. An admin can add it.",
            field=f"custom.{key}",
            key=key,
        )
    if value is None or value == "":
        return None
    return _CHECKS[field.type](field, value)


def _text(field: CustomField, value: Any) -> str | None:
    if not isinstance(value, str):
        raise _misfit(field, "This field takes text.")
    return clean_text(value, MAX_VALUE, multiline=True) or None


def _number(field: CustomField, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise _misfit(field, "This field takes a number.")
    try:
        number = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        raise _misfit(field, "This field takes a number.") from None
    if not number.is_finite() or abs(number) >= 10**_DIGITS:
        raise _misfit(field, "This number is too large.")
    rounded = round(number, _PLACES)
    if rounded != number:
        raise _misfit(field, "This field takes at most 4 digits after the decimal point.")
    return f"{rounded.normalize():f}" if rounded else "0"


def _date(field: CustomField, value: Any) -> str:
    try:
        return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()
    except (TypeError, ValueError):
        raise _misfit(field, "This field takes a date like 2026-01-31.") from None


def _boolean(field: CustomField, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _misfit(field, "This field takes true or false.")
    return value


def _choice(field: CustomField, value: Any) -> str:
    if value not in field.choices:
        raise _misfit(field, "Choose one of the values offered.")
    return str(value)


def _choices(field: CustomField, value: Any) -> list[str] | None:
    if not isinstance(value, list | tuple) or not all(one in field.choices for one in value):
        raise _misfit(field, "Choose among the values offered.")
    return [one for one in field.choices if one in value] or None


def _misfit(field: CustomField, message: str) -> InvalidCustomer:
    return InvalidCustomer(message, field=f"custom.{field.key}")


_CHECKS: Final[Mapping[str, Callable[[CustomField, Any], Any]]] = {
    "text": _text,
    "number": _number,
    "money": _number,
    "date": _date,
    "boolean": _boolean,
    "choice": _choice,
    "choices": _choices,
}
"""By type; also the list of types that there are."""

TYPES: Final = tuple(_CHECKS)
