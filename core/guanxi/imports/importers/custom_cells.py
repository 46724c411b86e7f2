"""Cells that fill the admin's own fields, read by the type of the field."""

from collections.abc import Mapping
from typing import Any, Final

from guanxi.customers.models import CustomField
from guanxi.errors import Invalid
from guanxi.imports.files.values import DateOrder, parse_bool, parse_date, parse_decimal

_BETWEEN: Final = str.maketrans(dict.fromkeys("，、;；|", ","))


def split(text: str) -> tuple[str, ...]:
    """Return the parts of a cell that lists several things, by comma or semicolon."""
    parts = (part.strip() for part in text.translate(_BETWEEN).split(","))
    return tuple(part for part in parts if part)


def read_custom(
    field: CustomField, text: str, *, date_order: DateOrder | None, decimal_comma: bool
) -> Any:
    """Return what ``text`` says as a value of ``field``; the domain checks the rest.

    :raises ValueProblem: it is no number, date or yes or no.
    :raises Invalid: it is none of the choices.
    """
    if field.type in ("number", "money"):
        return parse_decimal(text, decimal_comma=decimal_comma)
    if field.type == "date":
        return parse_date(text, date_order)
    if field.type == "boolean":
        return parse_bool(text)
    if field.type == "choice":
        return _choice(field, text)
    if field.type == "choices":
        return [_choice(field, part) for part in split(text)]
    return text


def _choice(field: CustomField, text: str) -> str:
    """Find a choice whatever its capitals."""
    offered: Mapping[str, str] = {str(one).casefold(): str(one) for one in field.choices}
    found = offered.get(text.casefold())
    if found is None:
        raise Invalid(
            "“%(text)s” is none of the choices: %(offered)s.",
            text=text[:60],
            offered=", ".join(offered.values())[:300],
        )
    return found
