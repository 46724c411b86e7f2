"""Values of attributes as cells of a list, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from guanxi.http import formats
from guanxi.i18n import _
from guanxi.plugins.contract import Attribute

Cell = str | Sequence[str]
"""What a cell shows: text, or a list of tags; empty where nothing is known."""


def cells(columns: Sequence[Attribute], values: Sequence[Any], language: str) -> dict[str, Cell]:
    """Return the cells of one row by the attributes' keys."""
    return {a.key: cell(a, value, language) for a, value in zip(columns, values, strict=False)}


def cell(attribute: Attribute, value: Any, language: str) -> Cell:
    """Return one value as a cell."""
    if value is None or value in ("", []):
        return ""
    if attribute.type == "choices":
        titles = _titles(attribute, language)
        return [titles.get(one, one) for one in value]
    if attribute.type == "choice":
        return _titles(attribute, language).get(value, str(value))
    if attribute.type == "money":
        return formats.money(value, attribute.unit)
    return (_BY_KEY.get(attribute.key) or _WRITTEN.get(attribute.type, str))(value)


def _titles(attribute: Attribute, language: str) -> dict[str, str]:
    return {key: title.in_language(language) for key, title in attribute.choices}


def _yes_no(value: Any) -> str:
    return _("yes") if value else _("no")


_BY_KEY: Final[Mapping[str, Callable[[Any], str]]] = {
    "customers.country": formats.country,
    "customers.language": formats.language_name,
}
"""Codes that have a name in the reader's language."""
_WRITTEN: Final[Mapping[str, Callable[[Any], str]]] = {
    "number": formats.number,
    "instant": formats.local_day,
    "date": formats.day,
    "boolean": _yes_no,
}
